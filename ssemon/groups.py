"""The groups that a report compares: columns of areas.csv and lists of areas, as the profile's [report.groups] says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ssemon.faults import Faults
from ssemon.framework import Framework
from ssemon.text import quoted

# A list of areas, or the name of a column of areas.csv.
Chosen = tuple[str, ...] | str


def read_groups(faults: Faults, table: Mapping[str, Any]) -> dict[str, Chosen]:
    """Read [report.groups]: `"Name" = ["AAA", "BBB"]`, or `"Name" = "column"`; what is wrong goes to `faults`."""
    found: dict[str, Chosen] = {}
    for name, value in table.items():
        if isinstance(value, str) and value:
            found[name] = value
        elif isinstance(value, list) and value and all(isinstance(area, str) for area in value):
            found[name] = tuple(dict.fromkeys(value))
        else:
            fix = f'for example {quoted(name)} = ["KHM", "LAO"], or the name of a column of areas.csv'
            faults.add(
                "E03", f"report.groups.{quoted(name)} must be a list of areas or a column's name", fix, quoted(value)
            )
    return found


def check_groups(
    faults: Faults, groups: Mapping[str, Chosen], framework: Framework, countries: tuple[str, ...]
) -> None:
    """Check that every area and column is there. Errors: E04, with the closest known word."""
    known = {*framework.areas, *countries}
    columns = _columns(framework)
    for name, chosen in groups.items():
        place = f"report.groups.{quoted(name)}"
        if isinstance(chosen, str):
            faults.unless(chosen in columns, "E04", place, "names no column of areas.csv", chosen, columns)
            continue
        for area in chosen if known else ():
            faults.unless(area in known, "E04", place, "names an area that is not in areas.csv", area, known)


def group_members(groups: Mapping[str, Chosen], framework: Framework) -> dict[str, frozenset[str]]:
    """Return the areas of each group, in the order of the profile.

    Shape:   a column of 0 and 1 is one group; any other column is a group for each of its words, named by the word.
    Missing: a profile without groups has those of the 0/1 columns that do not hold every area.
    """
    chosen: Mapping[str, Chosen] = groups or {name.replace("_", " "): name for name in framework.group_names}
    found: dict[str, frozenset[str]] = {}
    for name, which in chosen.items():
        if not isinstance(which, str):
            found[name] = frozenset(which)
        elif which in framework.group_names:
            found[name] = framework.group(which)
        else:
            for area, row in framework.areas.items():
                if word := row.get(which, ""):
                    found[word] = found.get(word, frozenset()) | {area}
    everyone = frozenset(framework.areas)
    return {name: areas for name, areas in found.items() if groups or areas != everyone}


def _columns(framework: Framework) -> tuple[str, ...]:
    columns = next(iter(framework.areas.values()), {})
    return tuple(column for column in columns if column not in ("area", "name_en"))
