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
balance,B,Mean of two rates,,PT,1,quantitative,0,100,1,1,none,mean_of_two,rate_f+rate_m,,
"""
SERIES = "code,name_en,unit,unit_mult\nn_orgs,organisations,ENT,0\npeople,inhabitants,PS,0\n"


@pytest.fixture
def counts(tiny_framework: Callable[..., Path]) -> Callable[..., Path]:
    """Write the framework of counts, with further files."""

    def write(files: Mapping[str, str | bytes] | None = None) -> Path:
        return tiny_framework({"indicators.csv": INDICATORS, "series.csv": SERIES, **(files or {})})

    return write


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
