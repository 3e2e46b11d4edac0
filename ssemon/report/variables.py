"""Custom properties of the style sheets, written out where each has one value for the whole page.

WeasyPrint works out `var(--ink)` anew for every element that a rule with it fits. Our tokens are set once, for the
root, and nowhere else; so their values can stand in the rules themselves. A page that sets a property of its own (a
house's colours do) is drawn with the rules as they are written.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from functools import lru_cache

_SET = re.compile(r"(?<![\w-])(--[\w-]+)\s*:")
_ROOT = re.compile(r"(?<![^\s}/]):root\s*\{([^{}]*)\}")
_VALUE = re.compile(r"(--[\w-]+)\s*:\s*([^;{}()]+?)\s*(?:;|$)")
_USED = re.compile(r"var\(\s*(--[\w-]+)\s*\)")
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)


def are_set(html: str) -> bool:
    """Whether a page sets a custom property itself, or may."""
    return "<style" in html or ("--" in html and _SET.search(html) is not None)


@lru_cache(8)
def constant(sheets: tuple[str, ...]) -> dict[str, str]:
    """Return the properties that have one value: set once in all the sheets, for the root."""
    bare = [_COMMENT.sub("", sheet) for sheet in sheets]
    times = Counter(name for sheet in bare for name in _SET.findall(sheet))
    told = (pair for sheet in bare for rule in _ROOT.findall(sheet) for pair in _VALUE.findall(rule))
    return {name: value for name, value in told if times[name] == 1}


def written_out(sheet: str, values: Mapping[str, str]) -> str:
    """Return a sheet with values in the place of the properties that have one."""
    return _USED.sub(lambda found: values.get(found[1], found[0]), sheet)
