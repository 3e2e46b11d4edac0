"""A framework of counts for the tests of the rules beyond single cells, and a plugin that is held to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest

INDICATORS = """\
code,parent,name_en,definition,unit,direction,type,lower_goalpost,upper_goalpost,weight,core,transform,derivation,source_code,derivation_scale,adds_over
orgs,A,Organisations,,ENT,1,quantitative,0,100,1,1,none,,,,
members,A,Members,,PS,1,quantitative,0,100,1,1,none,,,,
founders,A,Founders needed,,PS,1,quantitative,0,100,1,1,none,,,,-
share,A,Share of all work,,PT,1,quantitative,0,100,1,1,none,,,,org_type;region
rate,B,Rate,,PT,1,quantitative,0,100,1,1,none,,,,
money,B,Turnover,,XDC,1,quantitative,0,100,1,1,none,,,,
density,B,Organisations by people,,10P4HB,1,quantitative,0,100,1,1,none,ratio,n_orgs+people,10000,
open,B,The register is open,,BOOL,1,binary,0,1,1,1,none,,,,
balance,B,Mean of two rates,,PT,1,quantitative,0,100,1,1,none,mean_of_two,rate_f+rate_m,,
"""
STRUCTURE = "code,level,parent,name_en,weight\nR,0,,All,1\nA,1,R,Alpha,1\nB,1,R,Beta,1\n"
SERIES = "code,name_en,unit,unit_mult\nn_orgs,organisations,ENT,0\npeople,inhabitants,PS,0\n"


@pytest.fixture
def counts(tiny_framework: Callable[..., Path]) -> Callable[..., Path]:
    """Write the framework of counts, with further files."""

    def write(files: Mapping[str, str | bytes] | None = None) -> Path:
        return tiny_framework({"indicators.csv": INDICATORS, "series.csv": SERIES, **(files or {})})

    return write


@pytest.fixture(scope="session")
def hold_once(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., tuple]:
    """Hold rows of (area, indicator, year, sex, org_type, value[, status]) to the rules, without files."""
    import polars as pl

    from ssemon.framework import read_framework
    from ssemon.manifest import TableSource
    from ssemon.tables import parts_of_countries
    from ssemon.validation import Part, Subject, check_rules

    about = 'id = "counts"\nversion = "1"\ntitle = "Counts"\n'
    files = {"framework.toml": about, "structure.csv": STRUCTURE, "indicators.csv": INDICATORS, "series.csv": SERIES}
    home = tmp_path_factory.mktemp("counts")
    for name, text in files.items():
        (home / name).write_text(text, encoding="utf-8")
    framework = read_framework(home)
    part = Part(TableSource("observations", "f", Path("f")), {})
    names = ("area", "indicator", "year", "sex", "org_type", "value", "obs_status")
    types = (pl.String, pl.String, pl.Int32, pl.String, pl.String, pl.Float64, pl.String)
    schema = dict(zip(names, types, strict=True))

    def judge(rows: Sequence[tuple], subject: Subject | None = None) -> tuple:
        whole = [(*row, "O" if row[5] is None else "A") if len(row) < len(names) else row for row in rows]
        frame = pl.DataFrame(whole, schema=schema, orient="row").with_columns(
            source=pl.lit("x"), note=pl.lit(None, dtype=pl.String), source_part=pl.lit(0),
            source_row=pl.int_range(2, pl.len() + 2),
        )  # fmt: skip
        return check_rules(frame, [part], subject or Subject(framework, regions=parts_of_countries()))

    return judge


@pytest.fixture
def hold(plugin_folder: Callable[..., Path], counts: Callable[..., Path]) -> Callable[..., list]:
    """Validate rows of a country against the framework of counts, or a shipped one; the problems that are told."""
    from ssemon import validate
    from ssemon.resources import folder

    def check(head: str, lines: Sequence[str], framework: str = "", rules_csv: str | None = None) -> list:
        own = {} if rules_csv is None else {"rules.csv": rules_csv}
        place = folder("schemas") / "frameworks" / framework if framework else counts(own)
        data = "\n".join((head, *lines)) + "\n"
        [checked] = validate([plugin_folder({"data/values.csv": data})], place / "edition.toml")
        return [problem for problem in checked.problems if problem.severity != "info" or problem.rule]

    return check
