"""Whatever stands in a country's files: it is accepted or it is named, and it is never called a fault of ours."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ssemon.country import load_country
from ssemon.framework import Framework, read_framework
from ssemon.manifest import read_manifest
from ssemon.tables import shipped_tables

ABOUT = '[plugin]\ncountry = "KOR"\napi = 1\n[[tables]]\ntable = "observations"\nfile = "data/values.csv"\nsource = "x"\nlicence = "x"\n'

_CELLS = st.one_of(
    st.sampled_from(["KOR", "a1", "b1", "2019", "4.5", "", "NaN", "-", "1e400", "1,5", "\u0661", "\u2028", '"', "''", "=1+1", "_T", "F", " ", "\x0b", "0x10", "1_000", "ignore", "nan", "+", "."]),
    st.text(max_size=5),
)  # fmt: skip
_HEADINGS = st.one_of(
    st.sampled_from(
        [
            "area",
            "indicator",
            "year",
            "value",
            "sex",
            "obs_status",
            "note",
            "source_row",
            "source_file",
            "source_part",
            "2019",
            "",
        ]
    ),
    st.text(max_size=4),
)
_SETTINGS = st.sampled_from(
    ["", 'layout = "wide"\n', "decimal_comma = true\n", "header_row = 2\n", 'separator = "\\t"\n', 'encoding = "utf-16"\n', 'encoding = "undefined"\n', 'encoding = "hex"\n',
     "unit_multiplier = 1e308\n", 'status_flags = { "" = "O", "-" = "ZZ" }\n', 'constants = { year = "x", value = "5", area = "JPN" }\n', 'sheet = "A"\n', 'separator = "\\n"\n', 'separator = \'"\'\n']
)  # fmt: skip


@pytest.fixture(scope="module")
def measured(tmp_path_factory) -> Framework:
    folder = tmp_path_factory.mktemp("tiny")
    (folder / "framework.toml").write_text('id = "tiny"\n', encoding="utf-8")
    (folder / "structure.csv").write_text("code,level,parent,name_en,weight\nR,0,,All,1\n", encoding="utf-8")
    head = "code,parent,name_en,definition,unit,direction,type,lower_goalpost,upper_goalpost,weight,core\n"
    (folder / "indicators.csv").write_text(head + "a1,R,,,PT,1,q,0,10,1,1\nb1,R,,,PT,1,q,0,10,1,1\n", encoding="utf-8")
    return read_framework(folder)


def codes_of(measured: Framework, folder: Path, files: dict[str, bytes]) -> set[str]:
    for name, content in {
        "plugin.toml": ABOUT.encode(),
        "data/values.csv": b"indicator,year,value\na1,2019,1\n",
        **files,
    }.items():
        path = folder / "kor" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    outcome = load_country(read_manifest(folder / "kor", shipped_tables()), measured).outcome
    assert outcome.available == (not [problem for problem in outcome.problems if problem.severity == "error"])
    assert all(problem.what and problem.fix and problem.country for problem in outcome.problems)
    assert [str(problem) for problem in outcome.problems if problem.code == "G01"] == []
    return {problem.code for problem in outcome.problems}


@given(
    rows=st.lists(st.lists(_CELLS, max_size=5), max_size=4),
    head=st.lists(_HEADINGS, max_size=6),
    mark=st.sampled_from(",;\t"),
    more=_SETTINGS,
)
@example(rows=[["a1", "2019", "1"]], head=["indicator", "year", "value"], mark=",", more='separator = "\\n"\n')
@example(rows=[["a1", "2019", '"1"']], head=["indicator", "year", "value"], mark=",", more="separator = '\"'\n")
@example(rows=[["a1", "2019", "1"]], head=["source_row", "year", "value"], mark=",", more="")
@example(rows=[["a1", "1"]], head=["indicator", "2019", "2019"], mark=",", more='layout = "wide"\n')
@example(rows=[["a1", "1", "2"]], head=["indicator", "2019", "value"], mark=",", more='layout = "wide"\n')
@example(rows=[["a1", "1", "2"]], head=["indicator", "2019", "year"], mark=",", more='layout = "wide"\n')
def test_any_table_is_accepted_or_named(measured, tmp_path_factory, rows, head, mark, more):
    text = "\n".join(mark.join(cells) for cells in [head, *rows])
    codes_of(
        measured,
        tmp_path_factory.mktemp("p"),
        {"plugin.toml": (ABOUT + more).encode(), "data/values.csv": text.encode("utf-8", "replace")},
    )


_PLACES = (
    "data/values.csv", "mapping.csv", "plugin.toml", "notes/en.md", "data/values.xlsx", "data/values.parquet",
)  # fmt: skip


@pytest.mark.parametrize("name", _PLACES)
@settings(max_examples=settings.default.max_examples // 4)
@given(content=st.binary(max_size=60))
@example(content=b"\xff\xfe")
@example(content=b"\x1f\x8b")
@example(content=b"PK\x05\x06" + b"\0" * 18)
def test_any_bytes_are_accepted_or_named(measured, tmp_path_factory, name, content):
    files = {name: content}
    if name.startswith("data/"):
        files["plugin.toml"] = ABOUT.replace("data/values.csv", name).encode()
    codes_of(measured, tmp_path_factory.mktemp("p"), files)


@given(
    lines=st.lists(
        st.tuples(
            st.one_of(st.sampled_from(["", "indicator", "sex", "year", "value"]), st.text(max_size=3)), _CELLS, _CELLS
        ),
        max_size=5,
    )
)
@example(lines=[("", "indicator", "source_row")])
@example(lines=[("value", "1", "x")])
@example(lines=[("year", "2019", "ignore")])
def test_any_mapping_is_accepted_or_named(measured, tmp_path_factory, lines):
    text = "column,theirs,ours\n" + "\n".join(",".join(line) for line in lines)
    codes_of(measured, tmp_path_factory.mktemp("p"), {"mapping.csv": text.encode("utf-8", "replace")})


_VALUES = st.one_of(
    st.booleans(),
    st.integers(-3, 3),
    st.floats(),
    st.text(max_size=3),
    st.lists(st.integers(0, 1), max_size=2),
    st.just({"a": 1}),
)


def toml(value: object) -> str:
    import json

    if isinstance(value, float):
        return str(value)
    if isinstance(value, dict):
        return "{ a = 1 }"
    return json.dumps(value)


@given(
    about=st.dictionaries(st.sampled_from(["country", "kind", "id", "api", "name", "contact", "languages"]), _VALUES),
    table=st.dictionaries(
        st.sampled_from(
            ["table", "file", "source", "sheet", "header_row", "encoding", "separator", "decimal_comma", "unit_multiplier", "layout", "status_flags", "constants"]
        ),
        _VALUES,
    ),
)  # fmt: skip
@example(about={"languages": [1]}, table={})
@example(about={"languages": []}, table={"file": "\0"})
def test_any_manifest_is_accepted_or_named(measured, tmp_path_factory, about, table):
    sections = {
        "plugin": {"country": "KOR", "api": 1, **about},
        "[tables]": {"table": "observations", "file": "data/values.csv", "source": "x", "licence": "x", **table},
    }
    text = "".join(
        f"[{name}]\n" + "".join(f"{key} = {toml(value)}\n" for key, value in keys.items())
        for name, keys in sections.items()
    )
    codes_of(measured, tmp_path_factory.mktemp("p"), {"plugin.toml": text.encode("utf-8", "replace")})
