"""The ways that countries write a table: words, separator, encoding and title rows of ten languages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

# Our columns, in the order of the headings below.
COLUMNS = ("indicator", "year", "value", "sex", "org_type", "obs_status", "note")
# The indicators of the framework that the catalogue is checked against, in the order of each form's words.
INDICATORS = ("coops", "members", "women", "share", "index", "worth")
FRAMEWORK = {
    "framework.toml": 'id = "catalogue"\nversion = "1"\ntitle = "Catalogue"\n',
    "structure.csv": "code,level,parent,name_en,weight\nR,0,,All,1\nA,1,R,Alpha,1\n",
    "indicators.csv": "code,parent,name_en,definition,unit,direction,type,lower_goalpost,upper_goalpost,weight,core,goalpost_basis,derivation,source_code,derivation_scale\n"
    "coops,A,Cooperatives,,ENT,1,quantitative,0,100000,1,1,,,,\n"
    "members,A,Members,,PS,1,quantitative,0,1000000,1,1,,,,\n"
    "women,A,Women among the members,,PS,1,quantitative,0,1000000,1,0,,,,\n"
    "share,A,Share of workers,,PT,1,quantitative,0,100,1,1,natural,,,\n"
    "index,A,Index,,IX_0_1,1,quantitative,0,1,1,0,,,,\n"
    "worth,A,Turnover,,XDC,1,quantitative,0,1000000,1,0,,,,\n"
    "women_share,A,Women in a hundred members,,PT,1,quantitative,0,100,1,0,natural,ratio,n_women+n_members,100\n",
    "series.csv": "code,name_en,unit,unit_mult\nn_women,women,PS,0\nn_members,members,PS,0\n",
    "rules.csv": "rule,code,severity,level,kind,dimension,units,expression,condition,parameters,missing,what,found,fix,reason\n"
    "members-need-coops,R03,warning,1,comparison,,,coops > 0,members > 0,,passes,{count:value} above 0 beside a 0 that it needs,"
    "{area} {year}: {values},correct one of the two,Nobody is a member of nothing.\n",
    "edition.toml": '[edition]\nid = "catalogue-2020"\nframework = "."\nyears = [2018, 2020]\nreport_year = 2020\ncountries = ["KOR"]\n',
}


@dataclass(frozen=True)
class Form:
    """How one country writes: its headings for `COLUMNS`, its words for `INDICATORS`; empty words are ours."""

    country: str
    sheet: str
    headings: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    separator: str = ","
    encoding: str = "utf-8"
    title: str = ""

    def heading(self, ours: str) -> str:
        return self.headings[COLUMNS.index(ours)] if self.headings and ours in COLUMNS else ours

    def word(self, code: str) -> str:
        return self.words[INDICATORS.index(code)] if self.words and code in INDICATORS else code

    @property
    def mapping(self) -> str:
        """The lines of mapping.csv that say what the words mean."""
        lines = ["column,theirs,ours"]
        lines += [f",{theirs},{ours}" for theirs, ours in zip(self.headings, COLUMNS, strict=False)]
        lines += [f"indicator,{theirs},{ours}" for theirs, ours in zip(self.words, INDICATORS, strict=False)]
        return "\n".join(lines) + "\n" if len(lines) > 1 else ""

    @property
    def settings(self) -> Mapping[str, str]:
        """The lines of plugin.toml that say how its CSV file is read."""
        named = {} if self.encoding == "utf-8" else {"encoding": f'"{self.encoding}"'}
        return {**named, **({"header_row": "3"} if self.title else {})}


FORMS = (
    Form("PHL", "Data"),
    Form(
        "KOR", "협동조합",
        ("지표", "연도", "값", "성별", "유형", "상태", "비고"),
        ("협동조합 수", "조합원 수", "여성 조합원", "취업자 비율", "지수", "매출액"),
        encoding="cp949", title="협동조합 현황",
    ),
    Form(
        "JPN", "統計表",
        ("指標", "年次", "数値", "性別", "種別", "状態", "備考"),
        ("協同組合数", "組合員数", "女性組合員", "就業者割合", "指数", "売上高"),
        encoding="shift_jis",
    ),
    Form(
        "THA", "ข้อมูล",
        ("ตัวชี้วัด", "ปี", "ค่า", "เพศ", "ประเภท", "สถานะ", "หมายเหตุ"),
        ("จำนวนสหกรณ์", "สมาชิก", "สมาชิกหญิง", "สัดส่วน", "ดัชนี", "มูลค่า"),
        separator="\t",
    ),
    Form(
        "MAR", "بيانات",
        ("المؤشر", "السنة", "القيمة", "الجنس", "النوع", "الحالة", "ملاحظة"),
        ("عدد التعاونيات", "الأعضاء", "العضوات", "النسبة", "المؤشر العام", "رقم المعاملات"),
        separator=";", title="إحصاءات التعاونيات",
    ),
    Form(
        "VNM", "Số liệu",
        ("Chỉ tiêu", "Năm", "Giá trị", "Giới tính", "Loại hình", "Tình trạng", "Ghi chú"),
        ("Số hợp tác xã", "Thành viên", "Thành viên nữ", "Tỷ lệ", "Chỉ số", "Doanh thu"),
        separator="|",
    ),
    Form(
        "KGZ", "Данные",
        ("Показатель", "Год", "Значение", "Пол", "Вид", "Статус", "Примечание"),
        ("Кооперативы", "Члены", "Женщины", "Доля", "Индекс", "Оборот"),
        separator=";", encoding="windows-1251",
    ),
    Form(
        "FRA", "Données 2020",
        ("Indicateur", "Année", "Valeur", "Sexe", "Famille", "Statut", "Remarque"),
        ("Coopératives", "Membres", "Femmes membres", "Part des emplois", "Indice", "Chiffre d’affaires"),
        separator=";", encoding="windows-1252", title="Économie sociale, état au 31 décembre",
    ),
    Form(
        "LAO", "ຂໍ້ມູນ",
        ("ຕົວຊີ້ວັດ", "ປີ", "ຄ່າ", "ເພດ", "ປະເພດ", "ສະຖານະ", "ໝາຍເຫດ"),
        ("ຈຳນວນສະຫະກອນ", "ສະມາຊິກ", "ສະມາຊິກຍິງ", "ອັດຕາສ່ວນ", "ດັດຊະນີ", "ມູນຄ່າ"),
    ),
    Form(
        "KHM", "ទិន្នន័យ",
        ("សូចនាករ", "ឆ្នាំ", "តម្លៃ", "ភេទ", "ប្រភេទ", "ស្ថានភាព", "កំណត់ចំណាំ"),
        ("ចំនួនសហគមន៍", "សមាជិក", "សមាជិកស្រី", "ភាគរយ", "សន្ទស្សន៍", "តម្លៃសរុប"),
        separator="\t", title="ស្ថិតិសហករណ៍",
    ),
)  # fmt: skip
