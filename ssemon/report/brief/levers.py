"""What would change the score most: the few indicators through which most could be won."""

from __future__ import annotations

from dataclasses import dataclass

from ssemon.report.country.levers import LeverRow, Levers
from ssemon.report.material import CountryMaterial

# How many indicators stand here; the country report has more of them.
_MOST = 3


@dataclass(frozen=True, slots=True)
class Largest:
    """The largest levers, the largest first."""

    rows: tuple[LeverRow, ...]
    has_bands: bool


def levers(material: CountryMaterial) -> Largest | None:
    """Return the largest levers. Missing: None where the run worked none out for the country."""
    known = Levers(material)
    rows = tuple(map(known.row, known.largest(_MOST)))
    return Largest(rows, known.has_bands) if rows else None
