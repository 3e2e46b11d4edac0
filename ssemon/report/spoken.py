"""What the audit says, in the language of the page: names in place of codes, numbers as the language writes them."""

from __future__ import annotations

import re
from collections.abc import Mapping

from ssemon.model import Message
from ssemon.report.results import Results
from ssemon.report.words import Words

# A share, a code or a word, a number: what may have to be said otherwise. A number in a word is part of it.
_TOKEN = re.compile(r"(?P<share>\d+(?:\.\d+)?)\s?%|(?P<word>[^\W\d_][\w.-]*)|(?P<number>\d+(?:\.\d+)?)")
_AREA = re.compile(r"[A-Z]{3}|[A-Z]{2}-[A-Z0-9]{1,3}")
# A year has no grouping.
_YEAR = "year"
# The name of a method, as an edition spells it.
_METHOD = "alternative"


class Spoken:
    """Says the audit's messages in one language. `known` are words of the audit, in small letters, in that language."""

    def __init__(self, results: Results, words: Words, known: Mapping[str, str] | None = None) -> None:
        self.results, self.words, self.known = results, words, dict(known or {})

    def message(self, message: Message | None, english: str) -> str:
        """Say a message; one that is there in English only stays English, with names in place of codes."""
        if message is None:
            return self.results.named(english)
        # Translators: what stands between the members of a list, with its space.
        between = self.words._(", ")
        examples = between.join(self._example(example) for example in message.examples)
        if message.more:
            examples = self.words.ngettext(
                "{examples} and {count} more", "{examples} and {count} more", message.more, examples=examples
            )
        values = {name: self._value(name, text) for name, text in message.values.items()}
        return self.words._(message.text).format(**values, examples=examples)

    def _example(self, example: str | Message) -> str:
        return self.message(example, "") if isinstance(example, Message) else self.text(example)

    def _value(self, name: str, text: str) -> str:
        """Say what stands in a named place: a word of the audit as a whole, else part by part."""
        if name == _YEAR:
            return text
        if text.lower() in self.known:
            return self.known[text.lower()]
        return self.words.spelt(text) if name == _METHOD else self.text(text)

    def text(self, text: str) -> str:
        """Return a text with every code, area and number said in this language.

        Missing: a word that is no code stays as it is.
        """
        return _TOKEN.sub(self._token, text)

    def _token(self, found: re.Match[str]) -> str:
        if found["share"]:
            share = float(found["share"]) / 100
            return self.words.numbers.share_exact(share) if "." in found["share"] else self.words.numbers.share(share)
        if found["number"]:
            return self.words.numbers.exact(found["number"])
        return self._word(found["word"])

    def _word(self, word: str) -> str:
        if word in self.known:
            return self.known[word]
        bare = word.rstrip(".")
        named = self.results.name_of(bare)
        if named == bare and _AREA.fullmatch(bare):
            named = self.words.region(bare) if "-" in bare else self.words.area(bare)
        return named + word[len(bare) :]
