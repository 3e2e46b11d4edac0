"""Computed styles: what no rule sets is looked up, not worked out; and what is never asked for is never made."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def install(css: Any) -> None:
    """Put our way of computing styles in."""
    missing: Any = computing(css)
    missing.quicker = True
    css.ComputedStyle.__missing__ = missing


def computing(css: Any) -> Callable[[Any, str], Any]:
    """Properties that no rule sets and nothing computes: the parent's value, or the initial one."""
    stock, initial = css.ComputedStyle.__missing__, css.INITIAL_VALUES
    special = {"page", "position", "float", "display", *css.PHYSICAL_FUNCTIONS}
    plain = {key for key in initial if key not in special and not key.startswith("text_decoration_")}
    inherited = frozenset(key for key in plain if key in css.INHERITED)
    fixed = frozenset(key for key in plain - inherited if key not in css.INITIAL_NOT_COMPUTED)

    def missing(self: Any, key: str) -> Any:
        if key not in self.cascaded:
            if key in inherited and self.parent_style is not None:
                value = self[key] = self.parent_style[key]
                return value
            if key in fixed and not css.check_math(initial[key]):
                value = self[key] = initial[key]
                return value
        return stock(self, key)

    return missing
