"""A run made of literals: four countries with numbers, one without, two dimensions, one of them for information."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from ssemon.branding import Branding
from ssemon.edition import Choice, CoverageRule, Edition, Method
from ssemon.errors import Problem, Where
from ssemon.framework import Framework, Indicator, Node
from ssemon.model import Changes, CountryOutcome, Deviation, Erratum, Regions, Run, SourceFile

STATEMENT = "A test of pages; not a rating of anything."
YEARS = (2017, 2018, 2019)
# Country, overall score, scores of the dimensions L and M, value and year of the indicator L1.
SCORES = {
    "AAA": (81.25, 75.0, 87.5, 7.5, 2019),
    "BBB": (61.0, 50.0, 72.0, 5.0, 2018),
    "CCC": (41.5, 25.0, 58.0, 2.5, 2016),
    "DDD": (None, None, 40.0, None, None),
}
BANDS = {"AAA": "ADV", "BBB": "EST", "CCC": "DEV", "DDD": "NAS"}


def framework() -> Framework:
    return Framework(
        id="tiny", version="1", title="Tiny framework", description="What a test needs.", licence="CC0",
        statement=STATEMENT, folder=Path(), hash="f" * 64,
        nodes=(
            Node("R", 0, "", "Overall", 1.0),
            Node("L", 1, "R", "Law and order", 1.0),
            Node("M", 1, "R", "Markets", 1.0),
            Node("F", 1, "R", "Facts only", 0.0),
            Node("L.A", 2, "L", "Statutes", 1.0),
            Node("L.B", 2, "L", "Courts", 1.0),
        ),
        indicators=(
            _indicator("L1", "L.A", "Statutes in force"), _indicator("L2", "L.B", "Speed of courts", direction=-1),
            _indicator("M1", "M", "Access to markets"),
            _indicator("F1", "F", "Cooperatives counted", weight=0.0, lower=None, upper=None),
        ),
    )  # fmt: skip


def _indicator(code, parent, name, *, direction=1, weight=1.0, lower=0.0, upper=10.0):
    return Indicator(
        code=code, parent=parent, name=name, definition=f"how much of {code}", unit="PT", direction=direction,
        type="quantitative", lower=lower, upper=upper, weight=weight, core=weight > 0, max_age_years=4,
        metadata={"caveat": f"only a proxy of {code} <i>raw</i>", "proxy_strength": "weak"},
    )  # fmt: skip


def edition() -> Edition:
    return Edition(
        id="tiny-2019", framework="tiny", years=(YEARS[0], YEARS[-1]), report_year=2019, countries=(*SCORES, "EEE"),
        date=dt.date(2022, 12, 10),
        method=Method(
            band_cuts=(30.0, 50.0, 70.0), band_codes=("EMG", "DEV", "EST", "ADV"),
            aggregation={"0": Choice("ampi"), "1": Choice("arithmetic")},
            coverage={"0": CoverageRule(0.7, "all", "core"), "1": CoverageRule(0.6, 2)},
        ),
    )  # fmt: skip


def _node_rows():
    for area, (overall, law, markets, *_) in SCORES.items():
        for year in YEARS:
            change = (year - 2019) * 2.0
            for node, level, score in (("R", 0, overall), ("L", 1, law), ("M", 1, markets), ("F", 1, None)):
                moved = None if score is None else score + change
                band = BANDS[area] if node == "R" else "NAS"
                yield area, year, node, level, moved, 1, 3, 1.0 if score else 0.25, 0.0, band
            for node in ("L.A", "L.B"):
                yield area, year, node, 2, law, 1, 3, 1.0, 0.0, "NAS"


def _indicator_rows():
    for area, (_, law, markets, value, observed) in SCORES.items():
        if value is not None:
            yield area, 2019, "L1", observed, value, law, law, "E" if area == "BBB" else "A"
        yield area, 2019, "M1", 2019, (markets or 0) / 10, markets, markets, "A"


def _observation_rows():
    for area, _, indicator, year, value, *_, status in (
        (row[0], 0, row[2], row[3], row[4], row[7]) for row in _indicator_rows()
    ):
        yield area, area, indicator, year, "_T", "_T", value, status, "F", "Office of Numbers, yearly (2020)", ""
    yield "AAA", "AAA", "F1", 2018, "_T", "_T", 1234.0, "D", "F", "Registry", "counts <b>all</b> cooperatives"
    yield "CCC", "CCC", "L2", 2019, "_T", "_T", None, "Q", "F", "Office of Numbers", ""


def frames() -> dict[str, pl.DataFrame]:
    """The three frames of a run."""
    text, number, whole = pl.String, pl.Float64, pl.Int32
    scores = pl.DataFrame(
        list(_node_rows()), orient="row",
        schema={"area": text, "year": whole, "node": text, "level": whole, "score": number, "rank": whole,
                "ranked": whole, "coverage": number, "imputed_share": number, "band": text},
    )  # fmt: skip
    indicators = pl.DataFrame(
        list(_indicator_rows()), orient="row",
        schema={"area": text, "year": whole, "indicator": text, "observed_year": whole, "value": number,
                "score": number, "unclipped": number, "obs_status": text},
    )  # fmt: skip
    observations = pl.DataFrame(
        list(_observation_rows()), orient="row",
        schema={"country": text, "area": text, "indicator": text, "year": whole, "sex": text, "org_type": text,
                "value": number, "obs_status": text, "conf_status": text, "source": text, "note": text},
    )  # fmt: skip
    return {"scores": scores, "indicator_scores": indicators, "observations": observations}


NOTES = """## Institutions

A ministry. <script>alert(1)</script> ![picture](file:///etc/passwd) [bad](javascript:alert(1))

| a | b |
|---|---|
| 1 | 2 |
"""
LEGAL_FORM = {
    "org_type": "COOP", "form_en": "Worker cooperative", "form_national": "노동자협동조합", "law_en": "Act <1>",
    "law_year": "2012", "in_force_from": "", "status": "in force", "register_holder": "", "evidence": "to be verified",
    "note": None,
}  # fmt: skip


def key_figure(region="", year="2022", value="23892", measure="number", **changes):
    """A quoted figure as a country's file holds it."""
    return {
        "region": region, "year": year, "as_of": "", "entity_type": "cooperative", "measure": measure, "value": value,
        "unit": "organisations", "scope": "one Act only", "evidence_grade": "B", "statistic_owner": "Ministry",
        "page": "A newspaper", "page_kind": "news", "address": "https://example.org/1", **changes,
    }  # fmt: skip


def outcome(code: str, *, available: bool = True, **changes) -> CountryOutcome:
    """A country's outcome with a little of everything."""
    plain = CountryOutcome(code=code, name=f"Country {code}", name_local="", kind="country", available=available)
    return replace(plain, **changes)


@pytest.fixture
def run() -> Run:
    """Five countries of which one is not available."""
    failed = Problem(
        code="K04", country="EEE", stage="observations", what="3 rows have a <type> we do not know",
        where=Where(file="data/units.xlsx", rows=(14, 15)), found='"X"', fix="add it to mapping.csv",
    )  # fmt: skip
    odd = Problem(code="V07", severity="warning", country="AAA", stage="check", what="a leap", fix="look at it")
    source = SourceFile(
        "AAA", "observations", "data/a.csv", "", "Office", "CC BY 4.0", "Office (2020).", "", "ab" * 32, 7
    )
    facts = {"legal_forms": (LEGAL_FORM,), "key_figures": (key_figure("KR-11", value="12"), key_figure())}
    first = outcome(
        "AAA", name_local="대한", languages=("en", "ko"), problems=(odd,), sources=(source,), facts=facts,
        deviations=(Deviation("AAA", "L1", "counts decrees too"),), notes={"en": NOTES}, contact="team@example.org",
    )  # fmt: skip
    countries = (
        first, *(outcome(code) for code in ("BBB", "CCC", "DDD")), outcome("EEE", available=False, problems=(failed,)),
        CountryOutcome("world", "Rest of the world", "", "comparators", available=True),
    )  # fmt: skip
    return Run(
        edition=edition(), framework=framework(), countries=countries, problems=(failed, odd), hash="abcdef0123456789",
        licence="Shared under CC BY-SA 4.0.", versions={"ssemon": "0.1.0"}, **frames(),
    )  # fmt: skip


class Alone:
    """Stands in for the crew of worker processes: this process draws, with the worker's own function."""

    def __init__(self, folder: Path, *_: object) -> None:
        self._folder, self._answers = folder, []

    @property
    def busy(self) -> bool:
        return bool(self._answers)

    def hand_over(self, job) -> bool:
        from ssemon.report.worker import draw

        self._answers.append((job, draw(job, self._folder)))
        return True

    def answers(self) -> Iterator[tuple]:
        found, self._answers = self._answers, []
        yield from found

    def close(self) -> None:
        assert not self._answers


@pytest.fixture
def drawn_alone(monkeypatch) -> None:
    """Draw without worker processes, where a test is not about them: each takes a second to load its libraries."""
    from ssemon.report import pool

    monkeypatch.setattr(pool, "Crew", Alone)


@pytest.fixture
def whole_run(run) -> Run:
    """The same run with everything that a report may have beside its scores."""
    lever = {"area": "AAA", "year": 2019, "indicator": "L1", "score": 75.0, "overall": 81.25, "target_value": 10.0}
    levers = [
        {**lever, "target": "top", "target_score": 100.0, "reached": 90.0, "gain": 8.75},
        {**lever, "target": "median", "target_score": 50.0, "reached": 75.0, "gain": -6.25},
    ]
    moved = {"area": "AAA", "node": "R", "level": 0, "score_before": 80.0, "score_after": 81.25, "score_change": 1.25}
    cause = {"area": "AAA", "node": "R", "stage": "inputs", "cause": "own_data", "part": 1.25}
    value = {
        "area": "AAA", "indicator": "L1", "year": 2019, "value_before": 7.0, "value_after": 7.5, "kind": "changed",
        "obs_status_before": "A", "obs_status_after": "A", "source_before": "Office", "source_after": "Office", "stands": True,
    }  # fmt: skip
    regions = [{"country": "AAA", "area": f"AA-{n}", "indicator": "L1", "value": n / 1, "observed_year": 2019} for n in (1, 2)]  # fmt: skip
    scored = [{"country": "AAA", "area": f"AA-{n}", "node": "R", "score": 50.0 + n, "coverage": 1.0, "band": "EST"} for n in (1, 2)]  # fmt: skip
    return replace(
        run,
        branding=Branding(Path(), name={"": "House"}, words={("foreword", "en"): "Welcome."}, hash="b" * 64),
        levers=pl.DataFrame(levers),
        changes=Changes(
            "c" * 64, "tiny-2018", "Tiny framework", "2021-12-10", 2018, 2019, pl.DataFrame([moved]), pl.DataFrame([cause]),
            pl.DataFrame([{**cause, "indicator": "L1"}]), pl.DataFrame([value]),
            pl.DataFrame(schema=dict.fromkeys(("topic", "subject", "key", "before", "after"), pl.String)),
        ),
        regions=Regions(pl.DataFrame(scored), pl.DataFrame(regions)),
        errata=(Erratum(dt.date(2023, 1, 1), "AAA", "L1", "7.0", "7.5", "typed wrongly"),),
    )  # fmt: skip
