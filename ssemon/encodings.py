"""Which encoding a text that is not UTF-8 is likely in: proposed in a message, never used without being declared."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

# Encodings that offices save in, and the scripts that each is for; the first of equals is proposed.
_SCRIPTS: Mapping[str, frozenset[str]] = {
    "windows-1252": frozenset({"LATIN"}),
    "cp949": frozenset({"HANGUL"}),
    "shift_jis": frozenset({"HIRAGANA", "KATAKANA", "CJK"}),
    "gb18030": frozenset({"CJK"}),
    "windows-1251": frozenset({"CYRILLIC"}),
    "cp874": frozenset({"THAI"}),
}
_MARKS = ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_LONGEST_LOOK, _LONGEST_PREVIEW = 50_000, 40
_HIGH = re.compile(rb"[\x80-\xff]+")
# Where the everyday characters stand, of which a Korean or Chinese text mostly consists: their codec and first bytes.
_EVERYDAY = {"cp949": ("euc_kr", range(0xB0, 0xC9)), "gb18030": ("gb2312", range(0xB0, 0xD8))}


def likely_encoding(data: bytes) -> str:
    """Return the encoding that gives the most letters of its own script; windows-1252 where none does.

    >>> likely_encoding("Coopérative;Société".encode("cp1252")), likely_encoding("협동조합".encode("cp949"))
    ('windows-1252', 'cp949')
    """
    return _ranked(data)[0]


def _ranked(data: bytes) -> list[str]:
    """The encodings from the likeliest on, those that the bytes cannot be in left out but the first."""
    for mark, name in _MARKS:
        if data.startswith(mark):
            return [name]
    wide = _two_bytes_a_letter(data)
    if wide:
        return [wide]
    shares = {name: _share(data, name) for name in _SCRIPTS}
    first, *others = sorted(shares, key=lambda name: -shares[name])
    return [first, *(name for name in others if _decodes(data, name))]


def _two_bytes_a_letter(data: bytes) -> str:
    """UTF-16 without its mark: NUL bytes stand on one side of the pairs only, where separators and digits have them."""
    sides = {at % 2 for at in range(min(len(data), _LONGEST_LOOK)) if not data[at]}
    if len(sides) != 1 or len(data) % 2 or data[:_LONGEST_LOOK].count(0) < len(data[:_LONGEST_LOOK]) / 20:
        return ""
    name = "utf-16-le" if sides == {1} else "utf-16-be"
    return name if _decodes(data, name) else ""


def _decodes(data: bytes, encoding: str) -> bool:
    try:
        data.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def encoding_previews(data: bytes, at: int) -> tuple[tuple[str, str], ...]:
    r"""Return the line around a byte, once in each of the two likeliest encodings: a person sees which one is right.

    Shape: pairs of encoding and text; one pair where the bytes can be in one encoding only. Long lines are cut.

    >>> encoding_previews("a\n한국,1\n".encode("cp949"), 2)
    (('cp949', '한국,1'), ('windows-1252', 'ÇÑ±¹,1'))
    """
    ranked = _ranked(data)
    if ranked[0].startswith("utf-16"):
        text = data[: 2 * _LONGEST_PREVIEW].decode(ranked[0], errors="replace")
        return ((ranked[0], text.split("\n")[0].strip()),)
    start = data.rfind(b"\n", 0, at) + 1
    start = max(start, at - _LONGEST_PREVIEW // 2) if at - start > _LONGEST_PREVIEW else start
    line = data[start : start + _LONGEST_PREVIEW].split(b"\n")[0].rstrip(b"\r")
    return tuple((name, line.decode(name, errors="replace")) for name in ranked[:2])


def _share(data: bytes, encoding: str) -> float:
    """The share of what is not ASCII that is a letter of the encoding's script; 0 where it cannot be decoded."""
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        return 0.0
    signs = [sign for sign in text if ord(sign) > 0x7F][:_LONGEST_LOOK]
    if not signs:
        return 0.0
    scripts = _SCRIPTS[encoding]
    share = sum(_script(sign) in scripts for sign in signs) / len(signs)
    runs = [len(run) for run in _HIGH.findall(data)]
    alone = sum(run == 1 for run in runs) / len(runs)
    if encoding == "windows-1252":  # in Latin texts the letters beyond ASCII stand alone among others
        return share * alone
    if encoding == "shift_jis" and not any(_script(sign) in ("HIRAGANA", "KATAKANA") for sign in signs):
        share /= 2
    if encoding in _EVERYDAY:
        share *= _everyday(signs, *_EVERYDAY[encoding])
    return share * (1 - alone)


def _everyday(signs: list[str], codec: str, first_bytes: range) -> float:
    leads = [sign.encode(codec, errors="ignore")[:1] for sign in signs]
    return sum(bool(lead) and lead[0] in first_bytes for lead in leads) / len(leads)


def _script(sign: str) -> str:
    return unicodedata.name(sign, "?").split(maxsplit=1)[0].split("-", maxsplit=1)[0]
