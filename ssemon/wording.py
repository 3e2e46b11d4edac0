"""The language in which ssemon answers an author: the words around a problem, beside those of the problem codes.

`schemas/translations/words.XX.csv` holds a row a text: `text` in English, as it stands in the code or the template, and
`translation`. A text that is not there stays English. The messages of the reports are another matter: they stand in
templates/translations.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from ssemon import resources
from ssemon.errors import Problem, UsageFault
from ssemon.text import quoted

# The language that the messages are written in; it needs no file.
SOURCE_LANGUAGE = "en"
_LEADING = "problems."


@dataclass(frozen=True, slots=True)
class Wording:
    """The words of one language."""

    language: str = SOURCE_LANGUAGE
    texts: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, language: str) -> Wording:
        """Return the words of a language; English where it has none."""
        return cls(language, _texts(language))

    def say(self, text: str, **named: object) -> str:
        """Return a text in this language, with what it names written in.

        >>> Wording("xx", {"{count} rows": "rows: {count}"}).say("{count} rows", count=3)
        'rows: 3'
        """
        said = self.texts.get(text) or text
        return said.format_map(named) if named else said


def _folder() -> Path:
    return resources.folder("schemas") / "translations"


@cache
def answering_languages() -> tuple[str, ...]:
    """Return the languages that problems are explained in: English and those of schemas/translations."""
    files = _folder().glob(f"{_LEADING}*.csv")
    return (SOURCE_LANGUAGE, *sorted(path.name.removeprefix(_LEADING).removesuffix(".csv") for path in files))


def answering_language(asked: str | None, spoken: Iterable[str] = ()) -> str:
    """Return the language of an answer: the one asked for, else the first that is spoken and known, else English.

    A tag with a region stands for its language: ko-KR for ko.
    Errors: UsageFault U08 where the language that is asked for is not among them.
    """
    known = answering_languages()
    for tag in [asked] if asked else spoken:
        language = tag if tag in known else tag.partition("-")[0].lower()
        if language in known:
            return language
    if asked:
        what, fix = f"no problem is explained in the language {quoted(asked)}", f"take one of: {', '.join(known)}"
        raise UsageFault(Problem(code="U08", what=what, fix=fix))
    return SOURCE_LANGUAGE


def translated_rows(kind: str, language: str) -> list[dict[str, str]]:
    """Return the rows of a file of translations; none where the language has none."""
    path = _folder() / f"{kind}.{language}.csv"
    if language == SOURCE_LANGUAGE or not path.is_file():
        return []
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@cache
def _texts(language: str) -> Mapping[str, str]:
    return {row["text"]: row["translation"] for row in translated_rows("words", language)}
