"""Each rule with a value that breaks it, one that keeps it, and one that it cannot judge."""

import sys
from pathlib import Path

import polars as pl
import pytest

sys.path.insert(0, str(Path(__file__).parent))
from small_tables import frame, framework, leaf, row, statuses

from ssemon.choices import Disclosure
from ssemon.disclosure import protect
from ssemon.disclosure.primary import with_reasons
from ssemon.formula import parse_expression

RULES = Disclosure()


def reason(rules=RULES, **cell):
    value = cell.pop("value", 100.0)
    [found] = with_reasons(frame([row(value, **cell)]), rules)["reason"]
    return found


@pytest.mark.parametrize(
    ("code", "breaks", "keeps", "cannot_tell"),
    [
        ("C01", {"units": 4}, {"units": 5}, {"units": None}),
        ("C02", {"first": 60.0, "second": 26.0}, {"first": 60.0, "second": 25.0}, {"first": None, "second": None}),
        # 100 - 84 - 1 = 15 is more than 15 % of 84; 100 - 80 - 9 = 11 is less than 12.
        ("C03", {"first": 80.0, "second": 9.0}, {"first": 60.0, "second": 9.0}, {"first": None}),
        ("C09", {"first": 101.0}, {"first": 60.0}, {"first": None}),
        ("C09", {"first": 20.0, "second": 30.0}, {"first": 30.0, "second": 20.0}, {"first": None}),
        ("C09", {"first": None, "second": 30.0}, {"first": 30.0, "second": 30.0}, {"second": None}),
        ("C09", {"first": 60.0, "second": 50.0}, {"first": 50.0, "second": 30.0}, {"second": None}),
    ],
)
def test_a_rule_is_broken_kept_or_cannot_be_asked(code, breaks, keeps, cannot_tell):
    only_p = Disclosure(dominance=(2, 99.0)) if code == "C03" else RULES
    assert reason(only_p, **breaks) == code
    assert reason(only_p, **keeps) is None
    assert reason(only_p, **cannot_tell) is None


def test_the_largest_alone_is_judged_where_the_profile_says_so():
    one = Disclosure(dominance=(1, 70.0))
    assert reason(one, first=71.0, second=2.0) == "C02"
    assert reason(one, first=60.0, second=25.0) is None
    assert reason(first=86.0) == "C02"  # the second, not given, cannot make it less


@pytest.mark.parametrize(("value", "expected"), [(4.0, "C01"), (5.0, None), (0.0, None), (None, None)])
def test_a_small_count_of_units_is_confidential_only_where_the_profile_names_it(value, expected):
    assert reason(Disclosure(counts=("n",)), value=value) == expected
    assert reason(value=value) is None


def test_a_value_that_is_missing_or_confidential_already_is_not_judged_again():
    assert reason(value=None, units=2) is None
    assert reason(conf="N", units=2) is None
    assert reason(value=0.0, units=0) is None


def test_without_anything_to_judge_the_observations_are_as_they_were():
    observations = frame([row(100.0), row(2.0, code="m")])
    found = protect(observations, framework(leaf("n"), leaf("m")), RULES)
    assert found.observations is observations
    assert found.problems == ()


def test_columns_on_contributors_may_be_absent():
    observations = frame([row(100.0, conf="C"), row(3.0, code="m")]).drop("contributors", "largest", "second_largest")
    found = protect(observations, framework(leaf("n"), leaf("m")), RULES)
    assert found.observations.equals(observations)


REGIONAL = {"KOR": 100.0, "KR-11": 60.0, "KR-26": 3.0, "KR-27": 10.0, "KR-28": 27.0}


def regional(conf=None, values=REGIONAL, code="n"):
    return [row(value, area, code=code, conf=(conf or {}).get(area, "F")) for area, value in values.items()]


def by_area(found, code="n"):
    return {area: status for (area, _, _), status in statuses(found.observations, code).items() if status != "F"}


def test_a_sum_gives_a_second_part_away_with_the_first_and_the_smallest_is_chosen():
    found = protect(frame(regional({"KR-26": "C"})), framework(leaf("n")), RULES)
    assert by_area(found) == {"KR-26": "C", "KR-27": "D"}
    [problem] = found.problems
    assert (problem.code, problem.country, problem.found) == ("C04", "KOR", "n KR-27 2020")
    assert "10" not in problem.what + problem.fix


def test_parts_that_leave_a_rest_protect_each_other():
    values = {**REGIONAL, "KOR": 180.0}
    assert by_area(protect(frame(regional({"KR-26": "C"}, values)), framework(leaf("n")), RULES)) == {"KR-26": "C"}


def test_means_cannot_be_summed_and_still_no_cell_of_a_line_is_alone():
    found = protect(frame(regional({"KR-26": "C"})), framework(leaf("n", "PT")), RULES)
    assert by_area(found)["KR-26"] == "C"
    assert sorted(by_area(found).values()) == ["C", "D"]


def test_a_value_that_was_never_sent_is_protected_where_subtraction_finds_it():
    rows = regional({}, {**REGIONAL, "KR-26": None})
    rows = [(*one[:7], "Q", *one[8:]) if one[1] == "KR-26" else one for one in rows]
    assert by_area(protect(frame(rows), framework(leaf("n")), RULES)) == {"KR-27": "D"}


def test_a_missing_part_is_no_suppressed_one():
    rows = regional({"KR-27": "C"}, {**REGIONAL, "KR-26": None})
    assert by_area(protect(frame(rows), framework(leaf("n")), RULES)) == {"KR-27": "C"}


def test_what_the_sender_withholds_to_protect_another_value_counts_as_withheld():
    found = protect(frame(regional({"KR-26": "C", "KR-28": "D"})), framework(leaf("n")), RULES)
    assert by_area(found) == {"KR-26": "C", "KR-28": "D"}


def test_a_region_below_another_region_is_a_part_of_that():
    values = {"IDN": 100.0, "ID-SM": 40.0, "ID-AC": 15.0, "ID-SU": 25.0, "ID-NU": 60.0}
    rows = [("IDN", *row(v, a, conf="C" if a == "ID-AC" else "F")[1:]) for a, v in values.items()]
    found = protect(frame(rows), framework(leaf("n")), RULES)
    assert by_area(found) == {"ID-AC": "C", "ID-SU": "D"}


def ratio():
    return framework(leaf("n"), leaf("d"), leaf("r", "RT", derivation="ratio", series=("n", "d")))


def cell(code, conf="F"):
    return row(4.0, code=code, conf=conf)


def test_a_ratio_goes_with_the_count_that_it_is_made_of():
    found = protect(frame([cell("n", "C"), cell("d"), cell("r")]), ratio(), RULES)
    assert (by_area(found, "n"), by_area(found, "d"), by_area(found, "r")) == ({"KOR": "C"}, {}, {"KOR": "D"})
    assert [problem.code for problem in found.problems] == ["C05"]


def test_a_confidential_ratio_is_not_left_beside_both_its_parts():
    found = protect(frame([cell("n"), cell("d"), cell("r", "C")]), ratio(), RULES)
    assert sorted(by_area(found, code).get("KOR", "F") for code in "ndr") == ["C", "D", "F"]


def test_a_part_that_is_not_published_needs_no_protection_of_its_own():
    found = protect(frame([cell("n"), cell("r", "C")]), ratio(), RULES)
    assert by_area(found, "n") == {}


def test_a_formula_of_the_framework_counts_as_a_ratio_does():
    made = framework(leaf("n"), leaf("d"), leaf("r", "RT", expression=parse_expression("100 * n / d")))
    assert by_area(protect(frame([cell("n", "C"), cell("d"), cell("r")]), made, RULES), "r") == {"KOR": "D"}


def test_what_goes_because_of_a_formula_is_protected_against_sums_too():
    rows = [
        cell("n"),
        *regional(code="d"),
        *regional({"KR-26": "C"}, code="r"),
        *(row(v, a) for a, v in REGIONAL.items() if a != "KOR"),
    ]
    found = protect(frame(rows), ratio(), RULES)
    for code in "nd":
        assert len(by_area(found, code)) != 1


def test_a_value_that_a_score_would_tell_is_withheld_on_request():
    found = protect(frame([cell("n", "C"), cell("d")]), framework(leaf("n"), leaf("d")), RULES, {("KOR", "d", 2020)})
    assert by_area(found, "d") == {"KOR": "D"}
    assert [problem.code for problem in found.problems] == ["C07"]


def test_the_rows_stay_in_their_order_and_keep_their_values():
    observations = frame(regional({"KR-26": "C"}))
    found = protect(observations, framework(leaf("n")), RULES)
    assert found.observations.drop("conf_status").equals(observations.drop("conf_status"))
    assert found.hidden.height == 2
    assert found.hidden["value"].null_count() == 0


def test_every_rule_has_its_own_code():
    codes = {"C01", "C02", "C03", "C04", "C05", "C07", "C09"}
    rows = [
        row(9.0, units=2), row(9.0, code="b", first=9.0), row(100.0, code="c", first=74.0, second=10.9),
        row(9.0, code="e", first=10.0), *regional({"KR-26": "C"}, code="f"), cell("g", "C"), cell("h"), cell("i"),
    ]  # fmt: skip
    leaves = [leaf(code) for code in "nbcefgi"] + [leaf("h", "RT", derivation="share", series=("g",))]
    strict = Disclosure(p_percent=30.0)
    found = protect(frame(rows), framework(*leaves), strict, {("KOR", "i", 2020)})
    assert {problem.code for problem in found.problems} == codes
    assert {p.severity for p in found.problems if p.code == "C09"} == {"warning"}
    assert pl.Series([p.stage for p in found.problems]).unique().to_list() == ["protect"]
