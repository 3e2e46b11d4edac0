"""The encoding that a message proposes: by the script of the letters, Western first where they stand alone."""

from __future__ import annotations

import pytest

from ssemon import likely_encoding

TEXTS = [
    ("windows-1252", "r\u00e9gion,ann\u00e9e,valeur\n\u00cele-de-France,2019,4\n"),
    ("windows-1252", "Gr\u00f6\u00dfe;Ma\u00dfnahme;Fl\u00e4che\n"),
    ("windows-1252", "na\u00efve \u2013 \u201cquoted\u201d, co\u00f6p\n"),
    ("windows-1252", "\u00e9,2020,1\n"),
    ("cp949", "\uc9c0\uc5ed,\uc9c0\ud45c,\uc5f0\ub3c4,\uac12\nKOR,a1,2019,4.5\n"),
    ("cp949", "KOR,a2,2019,\ud55c\n"),
    ("shift_jis", "\u7d44\u5408\u54e1\u6570,\u5408\u8a08\u306e\u5024\n\u3055\u3044\u305f\u307e\u5e02,2019\n"),
    ("gb18030", "\u5730\u533a,\u6307\u6807,\u5e74\u4efd,\u6570\u503c\n\u5317\u4eac\u5e02,2019,4\n"),
    ("windows-1251", "\u0440\u0435\u0433\u0438\u043e\u043d,\u0433\u043e\u0434\n\u0411\u0438\u0448\u043a\u0435\u043a;\u041e\u0448\n"),
    ("cp874", "\u0e08\u0e31\u0e07\u0e2b\u0e27\u0e31\u0e14,\u0e1b\u0e35\n\u0e01\u0e23\u0e38\u0e07\u0e40\u0e17\u0e1e,2562,4\n"),
    ("utf-16", "area,year\n"),
]  # fmt: skip


@pytest.mark.parametrize(("encoding", "text"), TEXTS)
def test_the_encoding_of_a_text_is_told_by_its_letters(encoding, text):
    assert likely_encoding(text.encode(encoding)) == encoding


def test_a_text_without_any_letter_beyond_ascii_is_not_taken_for_a_script():
    assert likely_encoding(b"") == likely_encoding(b"area,year\n") == "windows-1252"


def test_a_western_file_is_proposed_a_western_encoding_and_is_then_read(check_plugin):
    about = '[plugin]\ncountry = "KOR"\napi = 1\n[[tables]]\ntable = "observations"\nfile = "data/values.csv"\n'
    about += 'source = "x"\nlicence = "x"\n'
    data = "indicator,year,value,note\na1,2019,4,Coop\u00e9ratives\n".encode("cp1252")
    [problem] = check_plugin({"plugin.toml": about, "data/values.csv": data})
    line = problem.fix.split("it looks like  ")[1]
    assert (problem.code, line) == ("F05", 'encoding = "windows-1252"')
    assert check_plugin({"plugin.toml": f"{about}{line}\n", "data/values.csv": data}) == []


def test_a_mapping_that_cannot_be_read_is_one_fault_and_not_a_fault_in_each_row(check_plugin):
    files = {"data/values.csv": "Reihe,Jahr,Wert\neins,2019,4\n"}
    lines = "column,theirs,ours\n,Reihe,indicator\n,Jahr,year\n,Wert,value\nindicator,eins,a1\n"
    assert check_plugin({**files, "mapping.csv": lines}) == []
    [problem] = check_plugin({**files, "mapping.csv": (lines + ",Pr\u00e9cision,ignore\n").encode("cp1252")})
    assert (problem.code, problem.where.file, problem.where.rows) == ("F05", "mapping.csv", (6,))
    assert "windows-1252" in problem.found
    [problem] = check_plugin({**files, "mapping.csv": lines.replace("theirs", "words")})
    assert problem.code == "P11"


def test_a_damaged_workbook_is_named_as_the_manifest_names_it(check_plugin, tmp_path):
    about = '[plugin]\ncountry = "KOR"\napi = 1\n[[tables]]\ntable = "observations"\nfile = "data/b.{}"\n'
    about += 'source = "x"\nlicence = "x"\n'
    for suffix in ("xlsx", "parquet"):
        [problem] = check_plugin({"plugin.toml": about.format(suffix), f"data/b.{suffix}": b"PK nothing"})
        assert str(tmp_path) not in str(problem)
