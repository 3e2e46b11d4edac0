"""What the pages of both reports are filled with: frozen records of text and finished charts, nothing to compute."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from markupsafe import Markup

from ssemon.errors import Problem
from ssemon.model import CountryOutcome, SourceFile
from ssemon.report import told
from ssemon.report.brand import Brand, brand_of
from ssemon.report.results import Results
from ssemon.report.words import Words
from ssemon.text import listed

# How much of a hash a page prints: enough to tell two runs apart.
SHORT_HASH = 10
# A number with decimals that stands by itself: not LEG.1.2, not 10.0.0, no date.
_DECIMAL = re.compile(r"(?<![\w.-])-?\d+\.\d+(?![\w.-]*\w)")
# What stands for a report's number while its page is written: the number is a hash of the rest.
NUMBER_HERE = "\ue000number\ue001"
_SHORT_CHECKSUM = 8


@dataclass(frozen=True, slots=True)
class PageWords:
    """What stands around the two numbers of a page: its own, and the last page's."""

    before: str
    between: str
    after: str


@dataclass(frozen=True, slots=True)
class Masthead:
    """What every page of a report bears. Missing: an empty text is not printed."""

    language: str
    direction: str
    title: str
    kind: str
    edition: str
    year: str
    date: str
    date_iso: str
    statement: str
    oldest: str
    number: str
    run: str
    licence: str
    publisher: str
    framework: str
    description: str
    page: PageWords
    translation: str
    brand: Brand | None = None


@dataclass(frozen=True, slots=True)
class Figure:
    """A chart with its finding and its note."""

    title: str
    chart: Markup
    note: str = ""


@dataclass(frozen=True, slots=True)
class Panel:
    """One of several small charts on the same scale."""

    name: str
    chart: Markup
    note: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a score and its interval lie on their scale. Units: per cent of the scale's length; None where there is no score."""

    score: str
    band: str
    at: float | None
    low_at: float | None
    high_at: float | None
    low: str
    high: str
    bands: tuple[tuple[str, float, float, bool], ...]


@dataclass(frozen=True, slots=True)
class Heading:
    """A part of a dimension, over the lines of its indicators. Missing: `..` and empty, as in those."""

    name: str
    score: str
    interval: str
    median: str
    status: Markup
    line: Markup
    trend: Markup
    chart: Markup


@dataclass(frozen=True, slots=True)
class Row:
    """An indicator's line in a country's table. `first`: the first of its group.

    `status` is a mark of the band by shape and colour, `trend` an arrow and `line` the score over the years;
    `source_key` is the number of its source among those of the country, `remark_keys` point to remarks that it shares;
    `heading` is the part of the dimension that begins with it.
    Missing: empty where there is no band, or fewer than two years with a score.
    """

    code: str
    name: str
    group: str
    value: str
    unit: str
    year: str
    marks: tuple[tuple[str, str], ...]
    source: str
    score: str
    median: str
    chart: Markup
    caveat: str
    note: str
    status: Markup
    trend: Markup
    line: Markup
    scored: bool = True
    first: bool = True
    source_key: str = ""
    remark_keys: tuple[str, ...] = ()
    heading: Heading | None = None


@dataclass(frozen=True, slots=True)
class SourceRow:
    """A file that numbers came from. `number` is what tables point to its source by."""

    source: str
    table: str
    file: str
    licence: str
    citation: str
    url: str
    checksum: str
    rows: str
    number: str = ""


@dataclass(frozen=True, slots=True)
class ProblemRow:
    """A problem as a page shows it. Missing: `settled` is empty where nobody let it stand; else there is nothing to mend."""

    code: str
    severity: str
    country: str
    what: str
    where: str
    found: str
    fix: str
    settled: str = ""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A titled piece of running text."""

    title: str
    texts: tuple[str, ...]


def masthead(results: Results, words: Words, *, title: str, kind: str, areas: Sequence[str]) -> Masthead:
    """Return what every page of one report bears."""
    edition, framework, numbers = results.edition, results.framework, words.numbers
    brand = brand_of(results.run.branding, words)
    return Masthead(
        language=words.language,
        direction=words.direction,
        title=title,
        kind=kind,
        edition=edition.title or framework.title,
        year=numbers.year(results.year),
        date=numbers.date(edition.date) if edition.date else "",
        date_iso=edition.date.isoformat() if edition.date else "",
        statement=framework.statement,
        oldest=numbers.year(results.oldest(areas)),
        number=NUMBER_HERE,
        run=results.run.id[:SHORT_HASH],
        licence=results.run.licence,
        publisher=(brand.name if brand else "") or edition.publisher,
        framework=f"{framework.title} {framework.version}".strip(),
        description=framework.description,
        page=_page_words(words),
        translation=_translation(words),
        brand=brand,
    )


def _page_words(words: Words) -> PageWords:
    """Return the words around a page's number. The style sheet counts, so only they can be translated."""
    # Translators: keep the order of the two numbers; words may stand before, between and after them.
    text = words._("Page {page} of {pages}")
    before, _, rest = text.partition("{page}")
    between, _, after = rest.partition("{pages}")
    return PageWords(before, between, after)


def _translation(words: Words) -> str:
    """Say who stands for the translation of a report; nothing in the language that it was written in."""
    if not words.is_translation:
        return ""
    if words.reviewer:
        return words._("The translation of this report was reviewed by {name}.").format(name=words.reviewer)
    return words._(
        "The translation of this report has not been reviewed yet. Where it and the English report differ, the English one counts."
    )


def place(results: Results, words: Words, area: str, node: str) -> Place:
    """Return where a country's score lies between the cuts of the bands."""
    low, high = results.edition.method.normalisation_range
    cuts, codes = results.edition.method.band_cuts, results.edition.method.band_codes
    found = results.score(area, node)
    edges = [low, *cuts, high]
    bands = tuple(
        (words.band(code), _percent(start, low, high), _percent(end, low, high), code == found.band)
        for code, start, end in zip(codes, edges, edges[1:], strict=False)
    )
    # Without bands the scale is one plain stretch.
    bands = bands or (("", 0.0, 100.0, False),)
    return Place(
        score=told.score(found, words.numbers),
        band=words.band(found.band) if codes and found.score is not None else "",
        at=None if found.score is None else _percent(found.score, low, high),
        low_at=None if found.low is None else _percent(found.low, low, high),
        high_at=None if found.high is None else _percent(found.high, low, high),
        low=words.numbers.whole(low),
        high=words.numbers.whole(high),
        bands=bands,
    )


def _percent(value: float, low: float, high: float) -> float:
    return round(min(max((value - low) / (high - low), 0.0), 1.0) * 100, 2)


def source_rows(sources: Sequence[SourceFile], words: Words) -> tuple[SourceRow, ...]:
    """Return the table of the files that a run read, in the order of the run."""
    return tuple(
        SourceRow(
            source=source.source or source.file,
            table=source.table,
            file=source.file + (f" · {source.sheet}" if source.sheet else ""),
            licence=source.licence,
            citation=source.citation,
            url=source.url,
            checksum=source.sha256[:_SHORT_CHECKSUM],
            rows=words.ngettext("{count} row", "{count} rows", source.rows),
        )
        for source in sources
    )


def problem_rows(problems: Sequence[Problem], words: Words) -> tuple[ProblemRow, ...]:
    """Return errors and warnings as a page shows them, the gravest first; notices are for the run's own files."""
    names = {"error": words._("error"), "warning": words._("warning")}
    order = {severity: place for place, severity in enumerate(names)}
    ordered = sorted(problems, key=lambda problem: (order.get(problem.severity, len(order)), not _is_allowed(problem)))
    return tuple(
        ProblemRow(
            code=problem.code,
            severity=words._("error, allowed")
            if _is_allowed(problem)
            else names.get(problem.severity, problem.severity),
            country=problem.country,
            what=problem.what,
            where=str(problem.where),
            found=found_text(problem, words),
            fix="" if problem.settled else problem.fix,
            settled=_settled(problem, words),
        )
        for problem in ordered
        if problem.severity in names
    )


def found_text(problem: Problem, words: Words, *, rounded: bool = False) -> str:
    """Return what was found, its decimal numbers written as the language does where a rule names them.

    Shape: a number that is part of a code or of a name is left alone; so is what stands in somebody's cell. `rounded`
           numbers are as short as those of a table.
    """
    if not problem.rule:
        return problem.found
    numbers = words.numbers
    return _DECIMAL.sub(
        lambda one: numbers.value(float(one.group())) if rounded else numbers.exact(one.group()), problem.found
    )


def _is_allowed(problem: Problem) -> bool:
    return problem.settled is not None and problem.settled.how == "allowed"


def _settled(problem: Problem, words: Words) -> str:
    """Who let a problem stand, when and why."""
    one = problem.settled
    if one is None:
        return ""
    text = (
        words._("Allowed by the secretariat ({who}, {day}): {reason}")
        if one.how == "allowed"
        else words._("Accepted ({who}, {day}): {reason}")
    )
    day = words.numbers.date(dt.date.fromisoformat(one.at[: len("2026-01-31")]))
    return text.format(who=one.who, day=day, reason=one.reason)


def merged(rows: Sequence[ProblemRow]) -> tuple[ProblemRow, ...]:
    """Return each problem once, with all the countries that have it.

    Missing: a problem of several countries is at home in no one file, so it names no place.
    """
    found: dict[tuple[str, str, str, str, str], list[ProblemRow]] = {}
    for row in rows:
        found.setdefault((row.code, row.severity, row.what, row.found, row.fix + row.settled), []).append(row)
    return tuple(
        replace(same[0], country=listed(dict.fromkeys(row.country for row in same), most=12), where="")
        if len(same) > 1
        else same[0]
        for same in found.values()
    )


def printed_problems(results: Results) -> tuple[Problem, ...]:
    """Return the run's errors and warnings, but what rules ask of areas that are only compared with."""
    run, found = results.run, dict[Problem, None]()
    for outcome in run.countries:
        found.update(dict.fromkeys(problems_of(results, outcome)))
    found.update(dict.fromkeys(run.problems))
    others = {outcome.code for outcome in run.countries if outcome.kind == "comparators"}
    return tuple(
        problem
        for problem in found
        if problem.severity != "info" and not (problem.country in others and problem.is_question)
    )


def problems_of(results: Results, outcome: CountryOutcome) -> tuple[Problem, ...]:
    """Return a country's problems, those of its outcome and those that the run keeps, each once."""
    kept = [problem for problem in results.run.problems if problem.country == outcome.code]
    return tuple(dict.fromkeys([*outcome.problems, *kept]))
