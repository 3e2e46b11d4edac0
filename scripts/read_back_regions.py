"""What the pages say of key figures of regions, computed anew: their sums, and the shares of the national figure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

_SAME = ("entity_type", "measure", "unit", "statistic_owner", "year", "as_of")
# The title says what the highest regions have, at most so many of them.
_HIGHEST = 3


def of_regions(rows: Iterable[Mapping[str, str | None]]) -> Iterator[float]:
    """Yield the sum of the regions for each measure and date, and each one's and the highest ones' share in per cent."""
    groups: dict[tuple[str | None, ...], list[Mapping[str, str | None]]] = {}
    for row in rows:
        groups.setdefault(tuple(row[name] for name in _SAME), []).append(row)
    for same in groups.values():
        values = sorted((float(row["value"] or 0) for row in same if row["region"]), reverse=True)
        yield sum(values)
        for total in (float(row["value"] or 0) for row in same if not row["region"]):
            sums = [sum(values), *(sum(values[: most + 1]) for most in range(_HIGHEST))]
            yield from (100 * value / total for value in (*values, *sums) if total)
