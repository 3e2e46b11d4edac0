"""A country's facts in a few lines: what has been counted, and the laws on the legal forms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest

from ssemon.report.country.facts import LEGAL_FORMS
from ssemon.report.facts import Fact, KeyFigure, in_words, key_figures, legal_forms
from ssemon.report.material import CountryMaterial
from ssemon.report.words import Words
from ssemon.tables import KEY_FIGURES

# How many figures stand beside each other, and how many laws are named.
_FIGURES, _LAWS = 4, 4


@dataclass(frozen=True, slots=True)
class CountedFact:
    """One quoted figure: what was counted, when, by whom and how well it is vouched for."""

    value: str
    unit: str
    what: str
    period: str
    grade: str
    owner: str


@dataclass(frozen=True, slots=True)
class Facts:
    """What a country's plugin gives. Missing: an empty text or list is not printed."""

    figures: tuple[CountedFact, ...]
    grades: tuple[tuple[str, str], ...]
    laws: str


def facts(material: CountryMaterial) -> Facts | None:
    """Return a few of the facts. Missing: None where the plugin gives none."""
    given = material.outcome.facts
    rows = _chosen(given.get(KEY_FIGURES, ()), material)
    grades = {row.values[0].grade for row in rows}
    known = key_figures(given.get(KEY_FIGURES, ()), material.words).grades
    found = Facts(
        figures=tuple(_figure(row, material.words) for row in rows),
        grades=tuple((grade, name) for grade, name in known if grade in grades),
        laws=_laws(given.get(LEGAL_FORMS, ()), material),
    )
    return found if found.figures or found.laws else None


def _chosen(facts: Sequence[Fact], material: CountryMaterial) -> list[KeyFigure]:
    """The newest national figures, one of each kind of organisation before a second of any, in the file's order."""
    national = [fact for fact in facts if not (fact.get("region") or "").strip()]
    kinds: dict[str, list[KeyFigure]] = {}
    for kind in dict.fromkeys((fact.get("entity_type") or "").strip() for fact in national):
        same = [fact for fact in national if (fact.get("entity_type") or "").strip() == kind]
        tables = key_figures(same, material.words).tables
        rows = [row for table in tables for row in table.rows]
        first = {(fact.get("measure") or "").strip(): place for place, fact in reversed(list(enumerate(same)))}
        order = {in_words(measure, material.words): place for measure, place in first.items()}
        kinds[kind] = sorted(rows, key=lambda row, order=order: order.get(row.measure, len(order)))  # type: ignore[misc]
    turns = zip_longest(*kinds.values())
    return [row for turn in turns for row in turn if row is not None][:_FIGURES]


def _figure(row: KeyFigure, words: Words) -> CountedFact:
    newest = row.values[0]
    return CountedFact(
        newest.value, row.unit, words.headed(row.heading, row.measure), newest.period, newest.grade, row.owner
    )


def _laws(facts: Sequence[Fact], material: CountryMaterial) -> str:
    """Name the laws on the legal forms, in the order of the country's file."""
    words, forms = material.words, legal_forms(facts, material.words)
    if not forms:
        return ""
    count = words.ngettext("{count} legal form is recorded.", "{count} legal forms are recorded.", len(forms))
    laws = list(dict.fromkeys(filter(None, map(_law, facts))))
    named = words.numbers.listed(laws[:_LAWS])
    if not named:
        return count
    left = len(laws) - _LAWS
    text = words._("Laws on them: {laws}.").format(laws=named)
    if left > 0:
        text = words.ngettext(
            "Laws on them: {laws}, and {count} more.", "Laws on them: {laws}, and {count} more.", left, laws=named
        )
    return words.joined([count, text])


def _law(fact: Fact) -> str:
    """A law with its year, where both are given; a second pair of brackets would be one too many."""
    law, year = ((fact.get(column) or "").strip() for column in ("law_en", "law_year"))
    if not law or not year:
        return law
    return f"{law}, {year}" if law.endswith(")") else f"{law} ({year})"
