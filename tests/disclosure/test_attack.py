"""An attacker with everything that is published and a linear programme: no suppressed value is found within 15 %."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from scipy.optimize import linprog

sys.path.insert(0, str(Path(__file__).parent))
from small_tables import FAMILIES, REGIONS, SEXES, all_cells, frame, framework, leaf, row, with_totals

from ssemon.choices import Disclosure
from ssemon.disclosure import protect
from ssemon.publication import covered

WITHIN = 0.15
TOTALS = ("KOR", "_T", "_T")


def drawn(seed: int) -> dict[tuple[str, str, str], tuple[float, int]]:
    """A random table of one to three axes, with few or many units behind each cell."""
    random = np.random.default_rng(seed)
    areas = REGIONS[: random.integers(2, 7)] if random.random() < 0.8 else ("KOR",)
    sexes = SEXES if random.random() < 0.5 else ("_T",)
    families = FAMILIES[: random.integers(2, 5)] if random.random() < 0.6 or areas == ("KOR",) else ("_T",)
    whole = random.random() < 0.7
    inner = {}
    for cell in all_cells(areas, sexes, families):
        value = float(random.lognormal(3, 1.5)) * (random.random() > 0.1)
        inner[cell] = round(value) if whole else value
    values = with_totals(inner)
    units = {cell: int(random.integers(1, 40)) for cell in inner}
    behind = with_totals({cell: float(count) for cell, count in units.items()})
    return {cell: (value, int(behind[cell])) for cell, value in values.items()}


def published(table: dict[tuple[str, str, str], tuple[float, int]]) -> pl.DataFrame:
    rows = [row(value, *cell, units=units) for cell, (value, units) in table.items()]
    return covered(protect(frame(rows), framework(leaf("n")), Disclosure()).observations)


def attack(shown: pl.DataFrame) -> dict[tuple[str, str, str], tuple[float, float]]:
    """The bounds of each suppressed cell: what every table that agrees with the published one allows."""
    known = {(a, s, f): v for a, s, f, v in shown.select("area", "sex", "org_type", "value").iter_rows()}
    unknown = [cell for cell, value in known.items() if value is None]
    place = {cell: at for at, cell in enumerate(unknown)}
    matrix, right = [], []
    for axis, total in enumerate(TOTALS):
        for above in [cell for cell in known if cell[axis] == total]:
            rest = (*above[:axis], *above[axis + 1 :])
            parts = [c for c in known if c[axis] != total and (*c[:axis], *c[axis + 1 :]) == rest]
            if parts:
                line, sum_ = np.zeros(len(unknown)), 0.0
                for cell, sign in [*((one, 1.0) for one in parts), (above, -1.0)]:
                    if known[cell] is None:
                        line[place[cell]] += sign
                    else:
                        sum_ -= sign * known[cell]
                matrix.append(line)
                right.append(sum_)
    bounds = {}
    for cell, at in place.items():
        cost = np.zeros(len(unknown))
        cost[at] = 1.0
        ends = []
        for sign in (1.0, -1.0):
            found = linprog(sign * cost, A_eq=np.array(matrix), b_eq=np.array(right), bounds=(0, None))
            ends.append(float("inf") if found.status == 3 else sign * float(found.fun))
        bounds[cell] = (ends[0], abs(ends[1]))
    return bounds


def recovered(seed: int) -> tuple[int, int]:
    """How many confidential cells a table has, and how many of them the attacker bounds within 15 % on either side."""
    table = drawn(seed)
    shown = published(table)
    primary = {
        (a, s, f) for a, s, f, c in shown.select("area", "sex", "org_type", "conf_status").iter_rows() if c == "C"
    }
    if not primary:
        return 0, 0
    bounds = attack(shown)
    close = 0
    for cell in primary:
        value, (low, high) = table[cell][0], bounds[cell]
        slack = 1e-6 * max(1.0, value)
        close += low > value * (1 - WITHIN) + slack or high < value * (1 + WITHIN) - slack
    return len(primary), close


def test_the_attacker_finds_what_primary_suppression_alone_leaves_open():
    """The attacker is worth something: without further cells nearly everything falls."""
    table = with_totals({("KR-11", "_T", "_T"): 3.0, ("KR-26", "_T", "_T"): 40.0, ("KR-27", "_T", "_T"): 60.0})
    rows = [row(value, *cell, conf="C" if cell[0] == "KR-11" else "F") for cell, value in table.items()]
    assert attack(covered(frame(rows)))["KR-11", "_T", "_T"] == (3.0, 3.0)


@pytest.mark.parametrize("start", range(0, 40, 20))
def test_no_confidential_value_is_recovered(start):
    found = [recovered(seed) for seed in range(start, start + 20)]
    assert sum(cells for cells, _ in found) > 20
    assert sum(close for _, close in found) == 0


@pytest.mark.long
@pytest.mark.timeout(900)
@pytest.mark.parametrize("start", range(0, 1000, 250))
def test_no_confidential_value_is_recovered_in_a_thousand_tables(start):
    found = [recovered(seed) for seed in range(start, start + 250)]
    assert sum(cells for cells, _ in found) > 250
    assert sum(close for _, close in found) == 0
