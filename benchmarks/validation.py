"""Measure a large delivery: 10⁶ rows read from CSV, checked with every rule and stored; Pandera beside plain Polars.

    python benchmarks/validation.py

The rows are made up and sound, or have one wrong cell in a hundred. Pandera's share is the time of the compiled schema
on the collected frame over that of the same rules as Polars expressions, one after another.
"""

from __future__ import annotations

import csv
import itertools
import tempfile
import time
from collections.abc import Callable, Iterator
from math import inf, isinf, prod
from pathlib import Path

import polars as pl
from commands import ROOT, SSEMON, WAVE, measured

from ssemon.bounds import limits, usual_range
from ssemon.framework import read_framework
from ssemon.tables import OBSERVATIONS, TableDefinition, area_codes, codelist, shipped_tables, subdivisions, unit_flags
from ssemon.tree import Indicator
from ssemon.validation.rules import TYPES, Context, Rule, is_sound, rules_of
from ssemon.validation.schema import failures

CORE = ROOT / "schemas" / "frameworks" / "core"
COUNTRY, ROWS, REPEATS = "KOR", 1_000_000, 3
_WRONG_EVERY = 100
_COLUMNS = ("area", "indicator", "year", "sex", "org_type", "value", "note")
_MANIFEST = f"""[plugin]
country = "{COUNTRY}"
api = 1
[[tables]]
table = "observations"
file = "data/values.csv"
source = "made up"
licence = "CC0 1.0"
"""


def own_areas() -> list[str]:
    """The country and its parts."""
    return [COUNTRY, *sorted(subdivisions(COUNTRY))]


def rows() -> Iterator[tuple[str, str, int, str, str, float, str]]:
    """Sound rows, each with a key of its own."""
    leaves, areas, kinds = read_framework(CORE).indicators, own_areas(), tuple(codelist("SSE_ORG_TYPE"))
    wholes = (2, len(kinds) - 1, len(areas) - 1)
    keys = itertools.product(range(2024, 1950, -1), areas, leaves, ("_T", "F", "M"), kinds)
    for year, area, leaf, sex, kind in itertools.islice(keys, ROWS):
        together = (sex == "_T", kind == "_T", area == COUNTRY)
        parts = prod(whole for whole, all_of_them in zip(wholes, together, strict=True) if all_of_them)
        yield area, leaf.code, year, sex, kind, sound_value(leaf, year, parts, prod(wholes)), "register"


def sound_value(leaf: Indicator, year: int, parts: int, all_parts: int) -> float:
    """A value that no rule asks of: `parts` of the cells that make up the whole; 1 where the answer is yes or no."""
    least, most = limits(leaf)
    moved = 1 + WAVE[year % 7] / 100
    if leaf.unit in unit_flags()["additive"] or leaf.metadata.get("adds_over") or (least == 0 and 1 < most < inf):
        return float(parts * (100 + WAVE[year % 7])) if isinf(most) else most * parts * moved / (2 * all_parts)
    return 7 * moved if isinf(most) else most


def delivery(folder: Path) -> Path:
    """Write a plugin of so many rows."""
    (folder / "data").mkdir(parents=True)
    (folder / "plugin.toml").write_text(_MANIFEST, encoding="utf-8")
    with (folder / "data" / "values.csv").open("w", encoding="utf-8", newline="") as lines:
        writer = csv.writer(lines)
        writer.writerow(_COLUMNS)
        writer.writerows(rows())
    return folder


def frame(*, wrong: bool) -> pl.DataFrame:
    """The same rows as the rules see them, typed."""
    sound = pl.DataFrame(list(rows()), schema=_COLUMNS, orient="row").with_columns(
        pl.col("year").cast(pl.Int32), obs_status=pl.lit("A"), conf_status=pl.lit("F"), source=pl.lit("made up"),
        std_error=pl.lit(None, pl.Float64), quality=pl.lit(None, pl.String),
    ).with_row_index("source_row", offset=2).with_columns(source_part=pl.lit(0))  # fmt: skip
    absent = [field for field in shipped_tables()[OBSERVATIONS].fields if field.name not in sound.columns]
    sound = sound.with_columns(pl.lit(None, TYPES[field.type]).alias(field.name) for field in absent)
    if not wrong:
        return sound
    return sound.with_columns(year=pl.when(pl.col("source_row") % _WRONG_EVERY == 0).then(3000).otherwise("year"))


def rules(definition: TableDefinition) -> tuple[Rule, ...]:
    """The rules of the table, for this country and framework."""
    framework = read_framework(CORE)
    context = Context(
        country=COUNTRY, areas=[*area_codes(), *own_areas()[1:]], own_areas=own_areas(), indicators=sorted(framework.known_words),
        limits={leaf.code: limits(leaf) for leaf in framework.indicators},
        usual={leaf.code: usual_range(leaf) for leaf in framework.indicators},
    )  # fmt: skip
    return rules_of(definition, context)


def best(work: Callable[[], object]) -> float:
    """The quickest of some runs. Units: seconds."""
    spent = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        work()
        spent.append(time.perf_counter() - start)
    return min(spent)


def main() -> None:
    """Print the whole command, then Pandera's share."""
    with tempfile.TemporaryDirectory() as place:
        folder = delivery(Path(place) / COUNTRY.lower())
        for number in range(REPEATS):
            store = str(Path(place) / f"store{number}")
            command = (str(SSEMON), "submit", str(folder), "--by", "B", "--store", store, "--edition", str(CORE / "edition.toml"))  # fmt: skip
            taken = measured(command)
            print(f"ssemon submit, 10⁶ rows: {taken.wall:.2f} s wall, {taken.cpu:.2f} s cpu, {taken.memory:.0f} MiB"
                  f" (exit code {taken.exit_code})   held against <= 5 s, 1024 MiB")  # fmt: skip
    definition = shipped_tables()[OBSERVATIONS]
    found = rules(definition)
    for name, wrong in (("sound", False), ("one row in a hundred wrong", True)):
        values = frame(wrong=wrong)
        plain = best(lambda values=values: [values.select(rule.holds.all()) for rule in found])
        at_once = best(lambda values=values: is_sound(values, definition, found))
        pandera = best(lambda values=values: failures(values, definition, found))
        print(f"{name}: {len(found)} rules, Polars one by one {plain:.2f} s, at once {at_once:.2f} s, "
              f"Pandera {pandera:.2f} s = {pandera / plain:.2f} x   held against <= 1.3 x")  # fmt: skip


if __name__ == "__main__":
    main()
