"""Read the numbers back out of the PDFs, and compare them with the files of the run.

    python scripts/read_back.py --from out                                the reports in out/reports
    python scripts/read_back.py --from out KOR.en.pdf comparative.fr.pdf  these alone

For whoever does not believe the pages. Poppler takes the text out; what should stand there is computed from
scores.parquet, indicators.parquet and their like by `read_back_facts.py`, which knows nothing of the code that draws
the pages. It asks both ways:

- *missing*: a number that belongs on the page (the score of a country, its interval, its rank, the value of an
  indicator and its year, …) that does not stand in its row, beside its name;
- *unknown*: a number on the page that no file of the run gives.

Exits with 1 if there is either. `make read-back` draws a run in three languages and asks of all its reports.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import polars as pl
import pypdf
from babel import Locale
from read_back_facts import Fact, Number, facts_of, known_to
from read_back_files import Files

# What stands in a text and no reader sees: soft hyphens, and the marks that say which way a line runs.
_UNSEEN = re.compile("[\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_BREAKING = re.compile("[\u2010\u2011-]\\s*$")
# How much of the name of a row is asked for: the rest may stand on another line.
_NAME_LETTERS = 10
# A whole number below this may be anything (a page, a source, a step of an axis): it is looked for, not accounted for.
_PLAIN = 1000
_HALF_WAY = 1e-6
_KEYS = ("area", "year", "node", "indicator", "sex", "org_type")


@dataclass(frozen=True, slots=True)
class Token:
    """A number as a page prints it."""

    value: float
    decimals: int
    percent: bool

    def is_(self, wanted: Number) -> bool:
        """Whether this is how the wanted number looks when it is rounded."""
        if wanted.decimals is not None and self.decimals != wanted.decimals:
            return False
        return abs(self.value - wanted.value) <= 0.5 * 10.0**-self.decimals + 1e-9 and self._is_fine_enough(wanted)

    def _is_fine_enough(self, wanted: Number) -> bool:
        """Whether a number whose decimals were left to the page has kept two digits of its size."""
        return wanted.decimals is not None or abs(self.value - wanted.value) <= max(abs(wanted.value) / 20, 0.005)


@dataclass
class Page:
    """The lines of a PDF, as poppler lays them out, each with its numbers; and which of them have been asked for."""

    language: str
    lines: list[str]
    numbers: list[list[Token]] = field(init=False)
    asked: set[tuple[int, int]] = field(default_factory=set)

    def __post_init__(self) -> None:
        locale = Locale.parse(
            "en_GB" if self.language == "en" else self.language, sep="-" if "-" in self.language else "_"
        )
        symbols = locale.number_symbols[locale.default_numbering_system]
        pattern = _number_pattern(symbols["decimal"], symbols["group"])
        self.in_groups = symbols["group"].isspace()
        self.rightwards = locale.text_direction == "ltr"
        self.numbers = [_tokens(line, pattern, symbols["decimal"]) for line in self.lines]
        self._names = [_bare(line) for line in self.lines]

    def has(self, fact: Fact) -> bool:
        """Whether the numbers of a fact stand together beside its name, in their order, as often as they must."""
        found: set[tuple[int, int]] = set()
        times = 0
        fact = replace(fact, numbers=tuple(_grouped(fact.numbers))) if self.in_groups else fact
        for first in self._starts(fact):
            window = [
                (at, place)
                for at in range(first, min(first + fact.lines, len(self.lines)))
                for place in range(len(self.numbers[at]))
            ]
            taken = self._taken(fact, window)
            if taken and self._is_named(fact, first):
                times += found.isdisjoint(taken)
                found.update(taken)
        self.asked |= found
        # What runs to the left comes out in pieces, each a line.
        return times >= (fact.times if self.rightwards else 1)

    def _starts(self, fact: Fact) -> list[int]:
        """The lines at which a window may begin that holds the first number of a fact."""
        lines = {at for at, tokens in enumerate(self.numbers) if any(token.is_(fact.numbers[0]) for token in tokens)}
        return sorted({start for at in lines for start in range(max(at - fact.lines + 1, 0), at + 1)})

    def _taken(self, fact: Fact, window: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
        """The places of the numbers of a fact. A line that runs to the left comes out in any order."""
        ordered, taken, start = fact.ordered and self.rightwards, [], 0
        numbers = fact.numbers if ordered else sorted(fact.numbers, key=_choosiness)
        for wanted in numbers:
            found = next(
                (
                    at
                    for at in range(start, len(window))
                    if window[at] not in taken and self._token(window[at]).is_(wanted)
                ),
                None,
            )
            if found is None:
                return []
            taken.append(window[found])
            start = found + 1 if ordered else 0
        return sorted(taken)

    def _token(self, place: tuple[int, int]) -> Token:
        return self.numbers[place[0]][place[1]]

    def _is_named(self, fact: Fact, line: int) -> bool:
        if not fact.name or not self.rightwards:
            return True
        near = "".join(self._names[max(line - fact.reach, 0) : line + fact.lines + fact.reach])
        return _bare(fact.name)[:_NAME_LETTERS] in near

    def unknown(self, known: Iterable[float]) -> list[str]:
        """What is printed, was not asked for, and is in no file."""
        values = sorted(known)
        return [
            f"line {at + 1}: {token.value:g} in “{' '.join(self.lines[at].split())[:90]}”"
            for at, tokens in enumerate(self.numbers)
            for place, token in enumerate(tokens)
            if (at, place) not in self.asked and _is_telling(token) and not _is_among(token, values)
        ]


def _is_telling(token: Token) -> bool:
    return token.decimals > 0 or token.percent or abs(token.value) >= _PLAIN


def _is_among(token: Token, values: Sequence[float]) -> bool:
    from bisect import bisect_left

    slack = 0.5 * 10.0**-token.decimals + 1e-9
    for value in (token.value, -token.value, *((token.value / 100,) if token.percent else ())):
        width = slack / 100 if token.percent and value == token.value / 100 else slack
        at = bisect_left(values, value - width)
        if at < len(values) and values[at] <= value + width:
            return True
    return False


def _number_pattern(decimal: str, group: str) -> re.Pattern[str]:
    """Numbers that are no part of a word, a code, a date or an address."""
    # Poppler writes a narrow space as a space, which may as well stand between two columns.
    grouped = r"\d+" if group.isspace() else rf"\d{{1,3}}(?:{re.escape(group)}\d{{3}})+"
    sign = r"(?:(?<![\d\w])[+-])?"
    return re.compile(
        rf"(?<![A-Za-z_/=\d])(?<!\d[.,:-])(?P<before>%\s?)?(?P<number>{sign}(?:{grouped}|\d+)(?:{re.escape(decimal)}\d+)?)"
        rf"(?P<after>[\u00a0\u202f]?%|\s%(?=[†\s.,;)»]))?(?![A-Za-z_=\d]|\.\d)",
    )


def _tokens(line: str, pattern: re.Pattern[str], decimal: str) -> list[Token]:
    found = []
    for match in pattern.finditer(line):
        text = match["number"]
        whole, _, part = text.partition(decimal)
        digits = re.sub(r"[^\d+-]", "", whole)
        found.append(Token(float(f"{digits}.{part or 0}"), len(part), bool(match["before"] or match["after"])))
    return found


def _grouped(numbers: Iterable[Number]) -> Iterator[Number]:
    """Take the large numbers apart where a space stands between their thousands. Years have none."""
    for wanted in numbers:
        if wanted.decimals is None and abs(wanted.value) >= _PLAIN:
            yield from (Number(float(part), 0) for part in f"{wanted.value:,.0f}".split(","))
        else:
            yield wanted


def _choosiness(wanted: Number) -> tuple[bool, bool]:
    """Out of order, those go first that may look one way only: not of free length, not half-way between two."""
    size = abs(wanted.value) * 10.0 ** (wanted.decimals or 0)
    return wanted.decimals is None, abs(size % 1 - 0.5) < _HALF_WAY


def _bare(text: str) -> str:
    """A text without what a line break may do to it."""
    return re.sub(r"[\s\u2010\u2011-]", "", unicodedata.normalize("NFC", _UNSEEN.sub("", text))).casefold()


def page(pdf: Path, language: str) -> Page:
    """Take the text out of a PDF."""
    command = ["pdftotext", "-layout", "-enc", "UTF-8", str(pdf), "-"]
    text = subprocess.run(command, check=True, capture_output=True).stdout.decode()  # noqa: S603 - poppler's, by name
    return Page(language, [_UNSEEN.sub("", line) for line in text.replace("\f", "\n").split("\n")])


@dataclass(frozen=True)
class Answer:
    """What one PDF says: how many numbers were asked for and were there, which are missing, which are unknown."""

    path: Path
    asked: int
    printed: int
    missing: tuple[str, ...]
    unknown: tuple[str, ...]


def answer(files: Files, pdf: Path) -> Answer:
    """Compare one PDF with the files of its run."""
    language = pdf.stem.rpartition(".")[2]
    read = page(pdf, language)
    facts = facts_of(files, pdf.stem, language)
    missing = (*(str(fact) for fact in facts if not read.has(fact)), *attached(files, pdf))
    unknown = tuple(read.unknown(known_to(files, pdf.stem)))
    return Answer(pdf, sum(len(fact.numbers) for fact in facts), sum(map(len, read.numbers)), missing, unknown)


def attached(files: Files, pdf: Path) -> Iterator[str]:
    """Yield what the tables inside a PDF say otherwise than the run. What is confidential is empty there."""
    for name, (given,) in pypdf.PdfReader(pdf).attachments.items():
        frame = files.frames.get(Path(name).stem)
        if frame is None or name == "codebook.csv":
            continue
        there = pl.read_csv(given, infer_schema_length=None).sort(pl.all())
        ours = frame.filter(pl.col("area").is_in(files.codes))
        if there.height != ours.height:
            yield f"{name}: {ours.height} rows in the run, {there.height} in the PDF"
        keys = [key for key in _KEYS if key in there.columns]
        values = [column for column in there.columns if column in ours.columns and ours[column].dtype.is_float()]
        beside = there.join(ours.select(*keys, *values), on=keys, how="left", suffix=" in the run")
        for column in values:
            for row in beside.filter(pl.col(column) != pl.col(f"{column} in the run")).head(3).iter_rows(named=True):
                place = " ".join(str(row[key]) for key in keys)
                yield f"{name}: {place}: {column} {row[f'{column} in the run']} in the run, {row[column]} in the PDF"


def main() -> int:
    """Ask the PDFs that the command line names. Returns the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--from", dest="run", type=Path, default=Path("out"), help="the finished run")
    parser.add_argument("pdfs", nargs="*", type=Path)
    asked = parser.parse_args()
    files, failed = Files.read(asked.run), 0
    kinds = ("[A-Z][A-Z][A-Z].*pdf", "comparative.*pdf")
    for pdf in asked.pdfs or sorted(path for kind in kinds for path in (asked.run / "reports").glob(kind)):
        told = answer(files, pdf)
        failed += bool(told.missing or told.unknown)
        sys.stdout.write(
            f"{pdf.name:<26} {told.asked:>5} numbers asked for, {len(told.missing)} rows missing; "
            f"{told.printed:>5} printed, {len(told.unknown)} in no file\n"
        )
        for kind, lines in (("missing", told.missing), ("unknown", told.unknown)):
            sys.stdout.writelines(f"    {kind}  {line}\n" for line in lines)
        sys.stdout.flush()
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
