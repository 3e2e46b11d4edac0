"""Rules that have nothing to judge are not asked: what is told is the same as if they were."""

from __future__ import annotations

from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ssemon.validation import parts, rows
from ssemon.validation.ground import Ground

# Series that grow, stand still, jump, lie on a line or are a thousand times too large; some have one value, most ten.
_SERIES = {
    "grows": [float(round(100 * 1.07**at)) for at in range(10)],
    "stands": [50.0] * 10,
    "jumps": [40.0, 41.5, 40.2, 43.0, 41.0, 90.0, 91.7, 93.1, 90.5, 95.0],
    "line": [10.0, 13.0, 11.0, 12.0, 13.0, 14.0, 15.0, 16.0, 17.0, 12.0],
    "thousands": [52.0, 53.0, 55000.0, 54.0, 57.0, 56.0, 59.0, 60.0, 58.0, 61.0],
    "shares": [0.1, 0.15, 0.2, 0.3, 0.25, 0.3, 0.4, 0.45, 0.5, 0.6],
    "missing": [None, 3.0, None, 4.0, None, None, 7.5, None, 8.0, -1.0],
}
_ONE = st.tuples(
    st.sampled_from(["KOR", "KR-11", "KR-26"]),
    st.sampled_from(["orgs", "members", "share", "rate", "money", "open", "n_orgs", "people", "density"]),
    st.sampled_from(["_T", "F", "M", "_U"]),
    st.sampled_from(["_T", "COOP"]),
    st.sampled_from(sorted(_SERIES)),
    st.sampled_from([1, 2, 3, 5, 6, 10]),
)


def table(drawn: list[tuple]) -> list[tuple]:
    """The rows of some series, each key once."""
    found: dict[tuple, tuple] = {}
    for area, indicator, sex, kind, shape, length in drawn:
        for at, value in enumerate(_SERIES[shape][:length]):
            found.setdefault((area, indicator, sex, kind, 2016 + at), (area, indicator, 2016 + at, sex, kind, value))
    return list(found.values())


def asked_anyway(judge, held: list[tuple]) -> tuple:
    """What is told where every rule that looks whether it has something to judge is told that it has."""
    with (
        patch.object(Ground, "longest", 10**6),
        patch.object(parts, "_has_parts", lambda dimension, ground: True),
        patch.object(rows, "_is_stated", lambda frame, name: name in frame.columns),
    ):
        return judge(held)


@settings(max_examples=settings.default.max_examples // 2)
@given(drawn=st.lists(_ONE, min_size=1, max_size=8))
def test_what_is_told_does_not_depend_on_which_rules_were_passed_over(drawn, hold_once):
    held = table(drawn)
    assert hold_once(held) == asked_anyway(hold_once, held)


@pytest.mark.parametrize(("shape", "code"), [("line", "M03"), ("thousands", "T01"), ("jumps", "T02")])
def test_a_series_that_is_just_long_enough_is_judged(hold_once, shape, code):
    indicator = {"line": "rate"}.get(shape, "money")
    told = [
        {one.code for one in hold_once(table([("KOR", indicator, "_T", "_T", shape, length)]))} for length in (2, 10)
    ]
    assert code not in told[0]
    assert code in told[1]
