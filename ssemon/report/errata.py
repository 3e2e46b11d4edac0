"""The errata of an edition as its reports print them."""

from __future__ import annotations

from dataclasses import dataclass

from ssemon.model import Erratum
from ssemon.report.material import CountryMaterial, Material


@dataclass(frozen=True, slots=True)
class ErratumRow:
    """A mistake that was published. `country` is empty where it concerns all."""

    date: str
    country: str
    place: str
    was: str
    right: str
    why: str


@dataclass(frozen=True, slots=True)
class ErrataPage:
    """The section. Missing: without rows, `none` says that the list is empty."""

    rows: tuple[ErratumRow, ...]
    none: str
    with_country: bool


def country_errata(material: CountryMaterial) -> ErrataPage | None:
    """Return a country's errata and those that concern all. Missing: None where the edition keeps no list."""
    own = material.outcome.code
    errata = material.results.run.errata
    return None if errata is None else _page(material, [one for one in errata if one.country in ("", own)], own)


def all_errata(material: Material) -> ErrataPage | None:
    """Return the errata of the edition's countries. Missing: None where the edition keeps no list."""
    errata = material.results.run.errata
    shown = {"", *(outcome.code for outcome in material.results.countries)}
    return None if errata is None else _page(material, [one for one in errata if one.country in shown], "")


def _page(material: Material, errata: list[Erratum], own: str) -> ErrataPage:
    none = material.words._("No error has been found in what was published of this edition.")
    rows = tuple(_row(material, one) for one in errata)
    return ErrataPage(rows, "" if rows else none, with_country=not own)


def _row(material: Material, one: Erratum) -> ErratumRow:
    leaf = material.results.framework.indicator_by_code.get(one.place)
    return ErratumRow(
        date=material.words.numbers.date(one.date),
        country=_country(material, one.country),
        place=leaf.name if leaf else one.place,
        was=one.was,
        right=one.right,
        why=one.why,
    )


def _country(material: Material, code: str) -> str:
    known = {outcome.code: outcome for outcome in material.results.countries}
    return material.words.country(known[code]) if code in known else material.words._("all")
