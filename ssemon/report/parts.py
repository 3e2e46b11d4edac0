"""A report as a list of sections: those that the edition's profile chooses, in its order; no other is computed.

A section is a row of templates/sections.csv, a template, and a builder where it has something to compute.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from markupsafe import Markup

from ssemon.model import AddedSection
from ssemon.outline import ADDED, known_sections
from ssemon.report.context import Masthead
from ssemon.report.material import Material

_M = TypeVar("_M", bound=Material)
# What builds a section's own record; None: there is nothing to say, and the section is left out.
Builder = Callable[[_M], object | None]


@dataclass(frozen=True, slots=True)
class Part:
    """A section, ready for its template, which finds it as `section` and its own record as `body`.

    Units: `id` is its anchor in the page; `entries` are anchors and titles that stand below it in the contents.
    Missing: without a title it is not in the contents.
    """

    id: str
    title: str
    template: str
    body: object = None
    entries: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """What the templates of any report are filled with."""

    head: Masthead
    sections: tuple[Part, ...]

    def body(self, section: str) -> Any:
        """Return the record of a section by its name. Missing: None where the report does not have it."""
        return next((part.body for part in self.sections if part.id == section), None)


def parts(kind: str, material: _M, builders: Mapping[str, Builder[_M]], country: str = "") -> tuple[Part, ...]:
    """Return the sections of a report, each computed, in the order of the profile.

    Missing: a section without something to say is left out; one without a builder is its template alone.
    """
    return tuple(_chosen(kind, material, builders, country))


def _chosen(kind: str, material: _M, builders: Mapping[str, Builder[_M]], country: str) -> Iterator[Part]:
    added = list(enumerate((s for s in material.results.run.sections if s.country == country), start=1))
    template = known_sections()[kind].get(ADDED)
    outline = material.results.edition.outline.of(kind)
    for name in outline:
        known = known_sections()[kind][name]
        if name == ADDED:
            yield from (_added(n, s, known.template) for n, s in added if s.after not in outline or s.after == ADDED)
            continue
        body = builders[name](material) if name in builders else ""
        if body is not None:
            title = material.words._(known.title) if known.title else ""
            yield Part(name, title, known.template, body, tuple(getattr(body, "entries", ())))
        if template:
            yield from (_added(n, s, template.template) for n, s in added if s.after == name)


def _added(number: int, section: AddedSection, template: str) -> Part:
    return Part(f"{ADDED}-{number}", section.title, template, Markup(section.html))  # noqa: S704  an extension is code
