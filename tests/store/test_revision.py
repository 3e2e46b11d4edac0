"""How far first figures were from the latest, recomputed by hand."""

from __future__ import annotations

import polars as pl
import pytest

from ssemon.store.revision import REVISIONS_SCHEMA, revisions


@pytest.fixture
def frame(observations):
    def make(**values: float | None) -> pl.DataFrame:
        """Name a value as indicator_year."""
        return observations(
            [("KOR", name.split("_")[0], int(name.split("_")[1]), value) for name, value in values.items()]
        )

    return make


def row(found: pl.DataFrame, indicator: str) -> dict[str, object]:
    return found.row(by_predicate=pl.col("indicator") == indicator, named=True)


def test_the_means_are_those_of_latest_less_first(frame):
    first, between, last = frame(a1_2018=10, a1_2019=20, a1_2020=30), frame(a1_2018=99, a1_2019=99, a1_2020=99), frame(a1_2018=12, a1_2019=16, a1_2020=30)  # fmt: skip
    assert row(revisions([[first, between, last]]), "a1") == {
        "indicator": "a1", "values": 3, "revised": 2, "withdrawn": 0, "mean_revision": pytest.approx(-2 / 3),
        "mean_absolute_revision": pytest.approx(2.0), "relative_mean_absolute_revision": pytest.approx(6 / 58),
        "largest_revision": -4.0,
    }  # fmt: skip


def test_a_value_counts_from_the_vintage_that_it_came_in(frame):
    found = revisions([[frame(a1_2018=1), frame(a1_2018=1, a1_2019=5), frame(a1_2018=1, a1_2019=7, a1_2020=3)]])
    told = row(found, "a1")
    assert (told["values"], told["revised"], told["mean_revision"]) == (2, 1, 1.0)


def test_a_value_that_went_missing_is_withdrawn_and_never_zero(frame):
    found = revisions([[frame(a1_2018=4, a1_2019=8), frame(a1_2018=None, a1_2019=8)]])
    told = row(found, "a1")
    assert (told["values"], told["revised"], told["withdrawn"], told["mean_revision"]) == (1, 0, 1, 0.0)
    gone = row(revisions([[frame(a1_2018=4, a1_2019=8), frame(a1_2019=8)]]), "a1")
    assert gone == told


def test_an_indicator_of_which_everything_is_withdrawn_has_no_mean(frame):
    told = row(revisions([[frame(a1_2018=4), frame(b1_2018=1)]]), "a1")
    assert (told["values"], told["withdrawn"]) == (0, 1)
    assert told["mean_revision"] is told["relative_mean_absolute_revision"] is told["largest_revision"] is None


def test_a_first_value_that_was_missing_is_not_a_first_value(frame):
    found = revisions([[frame(a1_2018=None), frame(a1_2018=4), frame(a1_2018=5)]])
    assert row(found, "a1")["mean_revision"] == 1.0


def test_a_relative_revision_needs_a_latest_value_that_is_not_zero(frame):
    told = row(revisions([[frame(a1_2018=4), frame(a1_2018=0)]]), "a1")
    assert (told["mean_absolute_revision"], told["relative_mean_absolute_revision"]) == (4.0, None)


def test_countries_are_taken_together_each_with_its_own_vintages(frame, observations):
    other = [observations([("JPN", "a1", 2018, value)]) for value in (10, 11)]
    found = revisions([[frame(a1_2018=4), frame(a1_2018=7)], other, [frame(a1_2018=1)]])
    assert (row(found, "a1")["values"], row(found, "a1")["mean_revision"]) == (2, 2.0)


@pytest.mark.parametrize("vintages", [[], [[]]])
def test_without_two_vintages_there_are_no_revisions(vintages, frame):
    assert revisions(vintages).schema == REVISIONS_SCHEMA
    assert revisions([[frame(a1_2018=4)]]).is_empty()
