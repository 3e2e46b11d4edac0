"""Catalogues of messages: one gettext file a language, read as it is written, and a language made up for tests.

`templates/translations/XX/LC_MESSAGES/ssemon.po` holds the messages of the reports in the language XX. There is
nothing to compile: a file of this size is read in a few hundredths of a second, once a process and language.
"""

from __future__ import annotations

import gettext
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from gettext import NullTranslations
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ssemon import resources
from ssemon.report.quotation import Quotation, quotation

if TYPE_CHECKING:
    from babel.messages.catalog import Catalog

# The language that the messages are written in; it needs no catalogue.
SOURCE_LANGUAGE = "en"
# English made longer and marked, so that a layout that is too tight and a text without translation can be seen.
PSEUDO_LANGUAGE = "en-XA"
_NOBODY = "nobody yet"
_REVIEWED = re.compile(r"^Reviewed-by:\s*(.+)$", re.MULTILINE)
# How much longer than English the made-up language is: more than any language that reports are printed in.
_LONGER = 0.6
_PADDING = (
    "lorem ipsum dolor sit amet consectetur adipiscing elit sed do eiusmod tempor incididunt ut labore et dolore "
)
_ACCENTS = str.maketrans("aceinosuyACEINOSUYzZgG", "åçéîñöšüýÅÇÉÎÑÖŠÜÝžŽğĞ")
# A placeholder, a doubled percent sign or brace, a tag: what must reach the page as it is.
_KEPT = re.compile(r"(\{[^{}]*\}|%\([^)]*\)s|%%|\{\{|\}\}|<[^>]*>)")


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The messages of one language.

    Missing: `reviewer` is empty where nobody has reviewed the translation; English needs no review.
    """

    language: str
    translations: NullTranslations = field(default_factory=NullTranslations)
    reviewer: str = ""

    @property
    def is_translation(self) -> bool:
        """Whether the language is another one than that of the source."""
        return self.language not in (SOURCE_LANGUAGE, PSEUDO_LANGUAGE)


def catalogue_folder() -> Path:
    """Return the folder of the catalogues: one folder a language."""
    return resources.folder("templates") / "translations"


def languages() -> tuple[str, ...]:
    """Return the languages that reports can be printed in: English, those with a catalogue, the made-up one."""
    found = sorted(path.parents[1].name for path in catalogue_folder().glob("*/LC_MESSAGES/ssemon.po"))
    return (SOURCE_LANGUAGE, *found, PSEUDO_LANGUAGE)


def catalogue(language: str) -> Catalogue:
    """Return the messages of a language; those of English where it has no catalogue."""
    if language == PSEUDO_LANGUAGE:
        return Catalogue(language, _Pseudo())
    path = catalogue_folder() / language / "LC_MESSAGES" / "ssemon.po"
    return _read(language, path) if path.is_file() else Catalogue(language)


@cache
def _read(language: str, path: Path) -> Catalogue:
    from babel.messages.pofile import read_po

    with path.open("rb") as lines:
        found = read_po(lines)
    return Catalogue(language, _Translations(found, quotation(language)), reviewer_of(found.header_comment))


def reviewer_of(header: str) -> str:
    """Return who reviewed a catalogue, as the comment at its head says; empty where nobody did.

    >>> reviewer_of("# Reviewed-by: A. Kim, office of statistics"), reviewer_of("# Reviewed-by: nobody yet")
    ('A. Kim, office of statistics', '')
    """
    found = _REVIEWED.search(header.replace("# ", ""))
    name = found.group(1).strip() if found else _NOBODY
    return "" if name == _NOBODY else name


class _Translations(NullTranslations):
    """The messages of a catalogue as gettext asks for them. A message without a translation stays English.

    Its quotation marks are set to the language's, so that a page has one kind of them.
    """

    def __init__(self, found: Catalog, marks: Quotation) -> None:
        super().__init__()
        # A fuzzy translation is one of another sentence: English is the better answer.
        usable = [message for message in found if message.id and message.string and not message.fuzzy]
        self._texts = {m.id: marks.within(str(m.string)) for m in usable if isinstance(m.id, str)}
        self._plurals = {m.id[0]: [*map(marks.within, m.string or ())] for m in usable if not isinstance(m.id, str)}
        self._rule = _plural_rule(found.plural_expr)

    def gettext(self, message: str) -> str:
        """Return the message in this language."""
        return str(self._texts.get(message) or message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        """Return the form that goes with a count."""
        forms = self._plurals.get(msgid1)
        form = forms[self._rule(n)] if forms else ""
        return form or (msgid1 if n == 1 else msgid2)


def _plural_rule(expression: str) -> Callable[[int], int]:
    rule: Any = gettext.c2py(expression)
    return lambda count: int(rule(count))


class _Pseudo(NullTranslations):
    """English with accents, longer by a fixed share, between brackets that show where a text is cut."""

    def gettext(self, message: str) -> str:
        return lengthened(message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return lengthened(msgid1 if n == 1 else msgid2)


def lengthened(message: str) -> str:
    """Return a message in the made-up language: placeholders are kept, letters accented, words added.

    >>> lengthened("{count} countries")
    '[{count} çöüñtrîéš lorem ipsu]'
    """
    if not message.strip():
        return message
    accented = "".join(
        part if place % 2 else part.translate(_ACCENTS) for place, part in enumerate(_KEPT.split(message))
    )
    more = round(len(message) * _LONGER)
    padding = (_PADDING * (more // len(_PADDING) + 1))[: max(more, 1)].strip()
    return f"[{accented} {padding}]"
