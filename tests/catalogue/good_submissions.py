"""Sound submissions as national offices send them, none of which may be refused: (country, settings, mapping, files)."""

from __future__ import annotations

import gzip
import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import polars as pl
from catalogue_drafts import drafts
from intake_files import SHEET, ods, ods_cell, ods_table, packed, patched, workbook

HEAD = "indicator,year,value\n"
ROWS = "coops,2018,400\ncoops,2019,404\ncoops,2020,411\nmembers,2020,12000\nshare,2020,12.5\n"
PLAIN = HEAD + ROWS
TABLE = [line.split(",") for line in PLAIN.splitlines()]
NUMBERS = [TABLE[0], *([row[0], int(row[1]), float(row[2])] for row in TABLE[1:])]


@dataclass(frozen=True)
class Good:
    """One submission; `values` is how many values there are, `warned` how many warnings it may have."""

    data: bytes | str | Callable[[], bytes]
    values: int = 5
    file: str = "data/values.csv"
    settings: Mapping[str, str] = field(default_factory=dict)
    mapping: str = ""
    country: str = "KOR"
    warned: int = 0


def said(headings: str, **words: str) -> str:
    """A mapping: the headings of indicator, year and value (and more), then words by column."""
    ours = ("indicator", "year", "value", "sex", "org_type", "obs_status", "note")
    lines = [f",{theirs},{column}" for theirs, column in zip(headings.split("|"), ours, strict=False) if theirs]
    lines += [
        f"{column},{pair.partition('=')[0]},{pair.partition('=')[2]}"
        for column, pairs in words.items()
        for pair in pairs.split("|")
    ]
    return "column,theirs,ours\n" + "\n".join(lines) + "\n"


def parquet(frame: pl.DataFrame) -> bytes:
    target = io.BytesIO()
    frame.write_parquet(target)
    return target.getvalue()


FRAME = pl.DataFrame({"indicator": ["coops", "share"], "year": [2019, 2020], "value": [404.0, 12.5]})
TITLED = [["협동조합 통계"], [], *NUMBERS, [], ["자료: 통계청"]]


LOCAL_DIGITS = {
    "Arabic-Indic": "٤٠٤", "Persian": "۴۰۴", "Devanagari": "४०४", "Bengali": "৪০৪", "Thai": "๔๐๔", "Lao": "໔໐໔",
    "Khmer": "៤០៤", "Burmese": "၄၀၄", "full-width": "４０４",
}  # fmt: skip

GOOD: dict[str, Good] = {
    "the plainest file": Good(PLAIN),
    "the country in each row": Good("area," + HEAD + "".join(f"KOR,{line}\n" for line in ROWS.splitlines())),
    "regions beside the country": Good("area," + HEAD + "KOR,share,2020,12\nKR-11,share,2020,14\nKR-26,share,2020,9\n", 3),
    "a tiny country with one row": Good(HEAD + "coops,2020,3\n", 1, country="NRU"),
    "an island state with few years": Good(HEAD + "coops,2016,7\ncoops,2020,9\nmembers,2020,410\n", 3, country="TUV"),
    "a country without any cooperative": Good(HEAD + "coops,2018,0\ncoops,2019,0\ncoops,2020,0\nmembers,2020,0\nshare,2020,0\n", 5, country="VAT"),
    "every value missing but one, and said why": Good(HEAD.strip() + ",obs_status\ncoops,2018,,L\ncoops,2019,,M\ncoops,2020,5,A\n", 1),
    "very large counts": Good(HEAD + "members,2018,1012345678\nmembers,2019,1013345678\nmembers,2020,1014345678\n", 3, country="CHN"),
    "a change below zero": Good(HEAD + "worth,2018,-120.5\nworth,2019,-118.25\nworth,2020,-117\n", 3),
    "numbers with an exponent": Good(HEAD + "worth,2018,1.2e6\nworth,2019,1.21E+06\nworth,2020,1.22e6\n", 3),
    "many decimals": Good(HEAD + "share,2018,12.123456789012\nshare,2019,12.2\nshare,2020,0.000001\n", 3),
    "a plus sign": Good(HEAD + "worth,2019,+4\nworth,2020,+5\n", 2),
    "sexes and types of organisation": Good(HEAD.strip() + ",sex,org_type\nmembers,2020,100,_T,_T\nmembers,2020,40,F,_T\nmembers,2020,60,M,_T\ncoops,2020,9,_T,_T\ncoops,2020,4,_T,COOP\n"),
    "codes in small letters": Good(HEAD.strip() + ",sex\nmembers,2020,100,_t\nmembers,2020,40,f\nmembers,2020,60,m\n", 3),
    "Korean words, CP949": Good("지표,연도,값,성별\n조합원,2020,100,전체\n조합원,2020,40,여자\n조합원,2020,60,남자\n".encode("cp949"), 3, settings={"encoding": '"cp949"'}, mapping=said("지표|연도|값|성별", indicator="조합원=members", sex="전체=_T|여자=F|남자=M")),
    "Japanese words, Shift JIS, Reiwa": Good("指標,年,値\n協同組合,平成30,400\n協同組合,令和元年,404\n協同組合,令和2年,411\n".encode("shift_jis"), 3, settings={"encoding": '"shift_jis"', "normalise": '["years"]'}, mapping=said("指標|年|値", indicator="協同組合=coops"), country="JPN"),
    "years of the Republic of China": Good("indicator,year,value\ncoops,民國107年,400\ncoops,民國 108 年,404\ncoops,民國109,411\n", 3, settings={"normalise": '["years"]'}, country="CHN"),
    "Thai words, TIS-620, Buddhist years": Good("ตัวชี้วัด,ปี,ค่า\nสหกรณ์,พ.ศ. 2562,400\nสหกรณ์,พ.ศ. 2563,404\n".encode("cp874"), 2, settings={"encoding": '"cp874"', "normalise": '["years"]'}, mapping=said("ตัวชี้วัด|ปี|ค่า", indicator="สหกรณ์=coops"), country="THA"),
    "Buddhist years across": Good("ตัวชี้วัด,พ.ศ. 2561,พ.ศ. 2562,พ.ศ. 2563\nสหกรณ์,400,404,411\n", 3, settings={"layout": '"wide"', "normalise": '["years"]'}, mapping=said("ตัวชี้วัด", indicator="สหกรณ์=coops"), country="THA"),
    "Lao words and digits": Good("ຕົວຊີ້ວັດ,ປີ,ຄ່າ\nສະຫະກອນ,2019,໔໐໔\nສະຫະກອນ,2020,໔໑໑\n", 2, settings={"normalise": '["digits"]'}, mapping=said("ຕົວຊີ້ວັດ|ປີ|ຄ່າ", indicator="ສະຫະກອນ=coops"), country="LAO"),
    "Khmer words, digits and years": Good("សូចនាករ\tឆ្នាំ\tតម្លៃ\nសហគមន៍\t២០១៩\t៤០៤\nសហគមន៍\t២០២០\t៤១១\n", 2, settings={"normalise": '["digits", "years"]'}, mapping=said("សូចនាករ|ឆ្នាំ|តម្លៃ", indicator="សហគមន៍=coops"), country="KHM"),
    "Arabic words, digits and marks": Good("المؤشر;السنة;القيمة\nتعاونيات;٢٠١٩;٤٠٤\nنسبة;٢٠٢٠;١٢٫٥\nأعضاء;٢٠٢٠;١٢٬٠٠٠\n", 3, settings={"normalise": '["digits", "years", "thousands"]'}, mapping=said("المؤشر|السنة|القيمة", indicator="تعاونيات=coops|نسبة=share|أعضاء=members"), country="MAR"),
    "Vietnamese words, points and commas": Good("Chỉ tiêu;Năm;Giá trị\nHợp tác xã;2020;1.204\nTỷ lệ;2020;12,5\n", 2, settings={"decimal_comma": "true", "normalise": '["thousands"]'}, mapping=said("Chỉ tiêu|Năm|Giá trị", indicator="Hợp tác xã=coops|Tỷ lệ=share"), country="VNM"),
    "Vietnamese words, decomposed accents": Good("Chỉ tiêu,Năm,Giá trị\nHợp tác xã,2020,404\n", 1, mapping=said("Chi\u0309 tiêu|Năm|Giá tri\u0323", indicator="Hợp tác xã=coops"), country="VNM"),
    "Kyrgyz words, windows-1251, «год»": Good("Показатель;Год;Значение\nКооперативы;2019 год;404\nКооперативы;2020 г.;411\n".encode("cp1251"), 2, settings={"encoding": '"windows-1251"', "normalise": '["years"]'}, mapping=said("Показатель|Год|Значение", indicator="Кооперативы=coops"), country="KGZ"),
    "Mongolian words": Good("Үзүүлэлт,Он,Утга\nХоршоо,2019 он,404\nХоршоо,2020он,411\n", 2, settings={"normalise": '["years"]'}, mapping=said("Үзүүлэлт|Он|Утга", indicator="Хоршоо=coops"), country="MNG"),
    "Chinese words, GB 18030": Good("指标,年份,数值\n合作社,2019年,404\n合作社,2020年,411\n".encode("gb18030"), 2, settings={"encoding": '"gb18030"', "normalise": '["years"]'}, mapping=said("指标|年份|数值", indicator="合作社=coops"), country="CHN"),
    "French words, windows-1252, thin spaces": Good("Indicateur;Année;Valeur\nCoopératives;2019;1\u00a0204\nPart;2020;12,5\n".encode("cp1252"), 2, settings={"encoding": '"windows-1252"', "decimal_comma": "true", "normalise": '["thousands"]'}, mapping=said("Indicateur|Année|Valeur", indicator="Coopératives=coops|Part=share"), country="FRA"),
    "Swiss apostrophes": Good(HEAD + "members,2019,12'000\nmembers,2020,12\u2019100\n", 2, settings={"normalise": '["thousands"]'}, country="CHE"),
    "Indian groups": Good(HEAD + 'members,2019,"12,34,567"\nmembers,2020,"12,44,567"\n', 2, settings={"normalise": '["thousands"]'}, country="IND"),
    "Turkish percent signs": Good(HEAD + "share,2019,%12\nshare,2020,% 12.5\n", 2, settings={"normalise": '["percent"]'}, country="TUR"),
    "percent signs": Good(HEAD + "share,2019,12 %\nshare,2020,12.5%\n", 2, settings={"normalise": '["percent"]'}),
    "footnote marks": Good(HEAD + "coops,2018,400*\ncoops,2019,404 ᵖ\ncoops,2020,411 (a)\n", 3, settings={"normalise": '["footnotes"]'}),
    "marks that are a status": Good(HEAD + "coops,2018,400\ncoops,2019,404 e\ncoops,2020,411 p\n", 3, settings={"status_flags": '{ e = "E", p = "P" }'}),
    "texts for missing values": Good(HEAD + "coops,2017,..\ncoops,2018,-\ncoops,2019,자료없음\ncoops,2020,411\n", 1, settings={"status_flags": '{ ".." = "L", "-" = "M", "자료없음" = "O" }'}),
    "suppressed values": Good(HEAD + "coops,2018,<5\ncoops,2019,(c)\ncoops,2020,11\n", 1, settings={"status_flags": '{ "<5" = "Q", "(c)" = "Q" }'}),
    "thousands of persons": Good(HEAD + "members,2019,12.0\nmembers,2020,12.1\n", 2, settings={"unit_multiplier": "1000"}),
    "semicolons declared": Good(PLAIN.replace(",", ";"), settings={"separator": '";"'}),
    "tabs": Good(PLAIN.replace(",", "\t"), file="data/values.tsv"),
    "bars": Good(PLAIN.replace(",", "|")),
    "Windows line ends and a mark of the byte order": Good(b"\xef\xbb\xbf" + PLAIN.replace("\n", "\r\n").encode()),
    "UTF-16 as Excel's Unicode text": Good(PLAIN.replace(",", "\t").encode("utf-16"), file="data/values.txt", settings={"encoding": '"utf-16"'}),
    "everything in quotation marks": Good("\n".join(",".join(f'"{cell}"' for cell in row) for row in TABLE)),
    "notes of several lines": Good(HEAD.strip() + ',note\ncoops,2020,4,"a ""b"", c\nand more"\nshare,2020,9,\n', 2),
    "blank lines and trailing separators": Good(PLAIN.replace("\n", ",,\n") + "\n,,,,\n\n"),
    "titles above and a source below": Good("협동조합 통계,,\n,,\n" + PLAIN + "\n자료: 통계청,,\n", settings={"header_row": "3", "notes_below": "true"}),
    "headings of two rows": Good("Series;What;\n;year;value\ncoops;2019;404\ncoops;2020;411\n", 2, settings={"heading_rows": "2"}, mapping="column,theirs,ours\n,Series,indicator\n,What year,year\n,What value,value\n"),
    "years across": Good("indicator,2018,2019,2020\ncoops,400,404,411\nshare,12,12.2,12.5\n", 6, settings={"layout": '"wide"'}),
    "years across from 1990": Good("indicator," + ",".join(map(str, range(1990, 2021))) + "\ncoops," + ",".join(str(300 + at + 7 * at % 5) for at in range(31)) + "\n", 31, settings={"layout": '"wide"'}),
    "years across with gaps": Good("indicator,2018,2019,2020\ncoops,400,,411\nshare,,,12.5\n", 3, settings={"layout": '"wide"'}),
    "one indicator, named in the manifest": Good("year,value\n2019,404\n2020,411\n", 2, settings={"constants": '{ indicator = "coops" }'}),
    "columns that are not used": Good("no,indicator,year,value,officer\n1,coops,2019,404,Kim\n2,coops,2020,411,Lee\n", 2, mapping="column,theirs,ours\n,no,ignore\n,officer,ignore\n"),
    "rows that are not used": Good(HEAD + "coops,2020,411\nclubs,2020,7\n", 1, mapping="column,theirs,ours\nindicator,clubs,ignore\n"),
    "totals that are left out": Good(HEAD + "coops,2020,411\nTotal,2020,999\n", 1, settings={"totals_rows": '["Total"]'}),
    "estimates and provisional values": Good(HEAD.strip() + ",obs_status\ncoops,2018,400,A\ncoops,2019,404,E\ncoops,2020,411,P\n", 3),
    "a break that is flagged": Good(HEAD.strip() + ",obs_status,note\ncoops,2018,400,A,\ncoops,2019,1404,B,new register\ncoops,2020,1411,A,\n", 3),
    "a packed CSV file": Good(lambda: gzip.compress(PLAIN.encode(), mtime=0), file="data/values.csv.gz"),
    "a ZIP": Good(lambda: packed({"values.csv": PLAIN}), file="data/values.zip"),
    "a ZIP of a workbook and a read-me": Good(lambda: packed({"values.xlsx": workbook(*NUMBERS), "README.txt": "x"}), file="data/v.zip", settings={"member": '"values.xlsx"'}),
    "Parquet": Good(lambda: parquet(FRAME), 2, file="data/values.parquet"),
    "Parquet as text": Good(lambda: parquet(FRAME.cast(pl.String)), 2, file="data/values.parquet"),
    "a workbook": Good(lambda: workbook(*NUMBERS), file="data/values.xlsx"),
    "a workbook with titles, notes and more sheets": Good(lambda: workbook(*TITLED, Readme=[("x",)]), file="data/values.xlsx", settings={"sheet": '"Data"', "header_row": "3", "notes_below": "true"}),
    "a workbook of numbers as text": Good(lambda: workbook(*TABLE), file="data/values.xlsx"),
    "a workbook with formulas that have values": Good(lambda: workbook(NUMBERS[0], ["coops", 2020, ("=400+11", 411)]), 1, file="data/values.xlsx"),
    "a workbook with merged headings": Good(lambda: workbook(["Series", None, "Year 2019"], ["indicator", "note", "value"], ["coops", "x", 404], change=lambda book, sheet: sheet.merge_range("A1:B1", "Series")), 1, file="data/values.xlsx", settings={"heading_rows": "2", "constants": '{ year = "2019" }'}, mapping="column,theirs,ours\n,Series indicator,indicator\n,Series note,note\n,Year 2019 value,value\n"),
    "a workbook whose cells are merged down": Good(lambda: workbook(NUMBERS[0], ["coops", 2019, 404], [None, 2020, 411], change=lambda book, sheet: sheet.merge_range("A2:A3", "coops")), 2, file="data/values.xlsx", settings={"merged_cells": '"repeat"'}),
    "a workbook with formatted empty rows": Good(lambda: patched(workbook(*NUMBERS), {SHEET: lambda xml: xml.replace(b"</sheetData>", b'<row r="5000"><c r="C5000" s="0"/></row></sheetData>')}), file="data/values.xlsx"),
    "an OpenDocument sheet": Good(lambda: ods(ods_table(NUMBERS)), file="data/values.ods"),
    "an OpenDocument sheet with repeated cells": Good(lambda: ods(ods_table([NUMBERS[0], ["coops", 2019, 404], [ods_cell(None, 'table:number-columns-repeated="16384"')], ["coops", 2020, 411]])), 2, file="data/values.ods"),
    "an OpenDocument sheet in Thai": Good(lambda: ods(ods_table([["ตัวชี้วัด", "ปี", "ค่า"], ["สหกรณ์", "พ.ศ. 2563", "๔๐๔"]])), 1, file="data/values.ods", settings={"normalise": '["digits", "years"]'}, mapping=said("ตัวชี้วัด|ปี|ค่า", indicator="สหกรณ์=coops"), country="THA"),
    **{f"{name} digits": Good(HEAD + f"coops,2019,{digits}\n", 1, settings={"normalise": '["digits"]'}) for name, digits in LOCAL_DIGITS.items()},
}  # fmt: skip

SOUND_DRAFTS = {
    f"{kind} in the form of {one.form.country}": one for kind in ("csv", "xlsx") for one in drafts(kind, 10, seed=0)
}
