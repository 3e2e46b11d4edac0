"""The files that a reader may take away: scores, values, reports, each with its size, its licence and its hash."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

from ssemon.model import FREE, SUPPRESSED
from ssemon.report.numbers import Numbers
from ssemon.report.results import Results
from ssemon.report.site.addresses import DATA
from ssemon.report.words import Words

VALUES = "observations.csv"
_SCORES = ("scores.csv", "scores.xlsx", "scores.parquet")
_UNITS = ("B", "kB", "MB", "GB")
# What the names of reports without a country begin with, and what stands in that of a country's brief.
_COMPARATIVE, _INDICATOR, _DIMENSION, _BRIEF = "comparative", "indicator", "dimension", "brief"


@dataclass(frozen=True, slots=True)
class File:
    """A file of the site.

    Shape:   `name` within the folder of the data; `content` where it was made here, `source` where it is a copy: a
             report is read again when it is written, so that not all of them are held. `kind` and `subject` say what
             a sheet or a brief is about; both are empty for a country's report and the comparative one.
    Units:   `size` in bytes.
    """

    name: str
    size: int
    sha256: str
    content: bytes = b""
    source: Path | None = None
    country: str = ""
    language: str = ""
    kind: str = ""
    subject: str = ""

    def read(self) -> bytes:
        """Return what the file holds."""
        return self.content if self.source is None else self.source.read_bytes()

    @property
    def path(self) -> str:
        """The path from the root of the site."""
        return f"{DATA}/{self.name}"

    @property
    def is_report(self) -> bool:
        """Whether it is a report and no data."""
        return self.name.endswith(".pdf")


@dataclass(frozen=True, slots=True)
class Download:
    """A file as the page shows it."""

    name: str
    href: str
    what: str
    size: str
    licence: str
    sha256: str


def files_of(results: Results, source: Path) -> tuple[File, ...]:
    """Return the files of the site: copies of the run's own, the countries' values, and the reports that are there.

    Missing: a file that the run's folder does not have is left out; a confidential value is empty in the values.
    """
    values = _values(results)
    found = [File(VALUES, len(values), sha256(values).hexdigest(), content=values)]
    found += [_copy(source / name) for name in _SCORES if (source / name).is_file()]
    for path in sorted((source / "reports").glob("*.pdf")):
        found.append(_report(_copy(path), path.stem))
    return tuple(found)


def _report(file: File, stem: str) -> File:
    """Say what a report is by its name, as ssemon.report.build gives it."""
    first, _, rest = stem.partition(".")
    middle, _, language = rest.rpartition(".")
    if first in (_INDICATOR, _DIMENSION):
        return replace(file, language=language, kind=first, subject=middle)
    return replace(file, country="" if first == _COMPARATIVE else first, language=language, kind=middle)


def _copy(path: Path) -> File:
    content = path.read_bytes()
    return File(path.name, len(content), sha256(content).hexdigest(), source=path)


def _values(results: Results) -> bytes:
    """The values of the edition's countries as the pages print them: what is confidential is not printed."""
    import polars as pl

    frame = results.run.observations
    free = pl.col("conf_status").fill_null("").is_in(sorted(FREE))
    shown = frame.filter(pl.col("area").is_in(list(results.codes))).with_columns(
        value=pl.when(free).then("value"),
        note=pl.when(free).then("note"),
        obs_status=pl.when(free).then("obs_status").otherwise(pl.lit(SUPPRESSED)),
    )
    return shown.write_csv().encode()


def downloads(files: Sequence[File], results: Results, words: Words, root: str) -> tuple[Download, ...]:
    """Return the files as a page of the site shows them."""
    return tuple(
        Download(
            name=file.name,
            href=f"{root}{file.path}",
            what=_what(file, results, words),
            size=size(file.size, words.numbers),
            licence=results.run.licence or words._("The licences of the sources hold."),
            sha256=file.sha256,
        )
        for file in files
    )


def _what(file: File, results: Results, words: Words) -> str:
    _ = words._
    if file.is_report:
        return _report_name(file, results, words)
    if file.name == VALUES:
        return _("Values of the countries of this edition, as they were delivered; confidential ones are empty")
    return _("Scores of all areas, years and nodes")


def _report_name(file: File, results: Results, words: Words) -> str:
    _ = words._
    if file.kind in (_INDICATOR, _DIMENSION):
        is_leaf = file.kind == _INDICATOR
        known = results.framework.indicator_by_code if is_leaf else results.framework.node_by_code
        about = known[file.subject].name if file.subject in known else file.subject
        return f"{_('Indicator sheet') if is_leaf else _('Dimension sheet')} · {about}"
    outcome = next((one for one in results.countries if one.code == file.country), None)
    if outcome is None:
        return _("Comparative report")
    if file.kind == _BRIEF:
        return f"{_('Country brief')} · {words.country(outcome)}"
    return _("Country report: {country}").format(country=words.country(outcome))


def size(count: int, numbers: Numbers) -> str:
    """Return a size as it is read.

    >>> size(999, Numbers()), size(4_285_841, Numbers())
    ('999 B', '4.3 MB')
    """
    value, step = float(count), 0
    while value >= 1000 and step < len(_UNITS) - 1:
        value, step = value / 1000, step + 1
    shown = numbers.whole(value) if step < 2 else numbers.score(value)
    return f"{shown} {_UNITS[step]}"
