"""Computed styles: what no rule sets is looked up, not worked out; and what nobody asks for is never made."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator, Sequence
from typing import Any

_SVG = "{http://www.w3.org/2000/svg}svg"
# Parts of an element that the sheet of every page has a rule for: six for each element, hardly one of which is used.
_PARTS = frozenset(("marker", "footnote-call", "footnote-marker", "note-call", "note-marker", "note-callback"))
# What an element says of itself that makes its style its own.
_OWN = ("lang", "id", "name")


def install(css: Any) -> None:
    """Put our way of finding styles in."""
    missing: Any = computing(css)
    missing.quicker = True
    css.ComputedStyle.__missing__ = missing
    css.AnonymousStyle.__missing__ = inheriting(css)
    css.find_style_attributes = sharing(css.find_style_attributes)
    _make_parts_late(css, _parts_taken_out(css, importlib.import_module("weasyprint.html").UA_STYLESHEET))
    importlib.import_module("cssselect2").ElementWrapper.query_all = looking_for(
        importlib.import_module("cssselect2").ElementWrapper
    )


def computing(css: Any) -> Callable[[Any, str], Any]:
    """Properties that no rule sets: the parent's value, the initial one, or what is computed from that."""
    stock, initial, functions = css.ComputedStyle.__missing__, css.INITIAL_VALUES, css.COMPUTER_FUNCTIONS
    physical = frozenset(css.PHYSICAL_FUNCTIONS)
    logical = frozenset(
        find(block="ttb", inline=inline) for find in css.PHYSICAL_FUNCTIONS.values() for inline in ("ltr", "rtl")
    )
    special = {"position", "float", "display"}
    plain = {key for key in initial if key not in special and not css.check_math(initial[key])}
    handed_on = frozenset(key for key in plain if key in css.INHERITED or _is_handed_on(key))
    computed = frozenset(plain - handed_on) & frozenset(css.INITIAL_NOT_COMPUTED)
    fixed = frozenset(plain - handed_on - computed)

    def missing(self: Any, key: str) -> Any:
        cascaded = self.cascaded
        if key not in cascaded:
            if key in physical:
                known = self.__dict__
                if "quicker_logical" not in known:
                    known["quicker_logical"] = not logical.isdisjoint(cascaded)
                if known["quicker_logical"]:
                    return stock(self, key)
            if key in fixed:
                value = self[key] = initial[key]
                return value
            if key in handed_on:
                if self.parent_style is None:
                    return stock(self, key)
                value = self[key] = self.parent_style[key]
                return value
            if key in computed:
                value = self[key] = functions[key](self, key, initial[key])
                return value
        return stock(self, key)

    return missing


def _is_handed_on(key: str) -> bool:
    """Whether a property that does not inherit is the parent's all the same, where no rule sets it."""
    return key == "page" or key.startswith("text_decoration_")


def inheriting(css: Any) -> Callable[[Any, str], Any]:
    """The same of boxes that no element stands for."""
    stock, initial = css.AnonymousStyle.__missing__, css.INITIAL_VALUES
    handed_on = frozenset(key for key in initial if key in css.INHERITED or _is_handed_on(key))
    fixed = frozenset(key for key in initial if key not in handed_on and key not in css.INITIAL_NOT_COMPUTED)

    def missing(self: Any, key: str) -> Any:
        if key in fixed:
            value = self[key] = initial[key]
        elif key in handed_on:
            value = self[key] = self.parent_style[key]
        else:
            return stock(self, key)
        return value

    return missing


class _Alone:
    """One element, for a function that asks a tree for its elements."""

    def __init__(self, element: Any) -> None:
        self._element = element

    def iter(self) -> Iterator[Any]:
        yield self._element


def sharing(stock: Callable[..., Iterator[Any]]) -> Callable[..., Iterator[Any]]:
    """Return `find_style_attributes` that reads equal attributes once: elements with the same rules then share a style."""
    read: dict[tuple[Any, ...], list[tuple[Any, Any, Any]]] = {}

    def find_style_attributes(tree: Any, presentational_hints: bool = False, base_url: Any = None) -> Iterator[Any]:
        if presentational_hints:
            yield from stock(tree, presentational_hints, base_url)
            return
        read.clear()
        for element in tree.iter():
            attributes = element.attrib
            if not attributes:
                continue
            drawn = element.tag == _SVG
            if any(name in attributes for name in _OWN):
                yield from stock(_Alone(element), False, base_url)
            elif drawn or "style" in attributes:
                key = (attributes.get("style"), drawn and (attributes.get("width"), attributes.get("height")))
                if key not in read:
                    read[key] = [(one[0], *one[2:]) for one in stock(_Alone(element), False, base_url)]
                for specificity, declarations, base in read[key]:
                    yield specificity, element, declarations, base

    return find_style_attributes


def _parts_taken_out(css: Any, sheet: Any) -> dict[str, dict[str, Any]]:
    """Take the rules of parts that fit every element out of a sheet; return what they say, by part."""
    found: dict[str, dict[str, Any]] = {}
    kept = []
    for entry in sheet.matcher.other_selectors:
        _, specificity, _, part, (declarations, layer) = entry
        if part in _PARTS and specificity[:2] == (0, 0) and layer is None:
            told = found.setdefault(part, {})
            for name, values, importance in declarations:
                told[name] = values, (css.declaration_precedence("user agent", importance), float("inf"), specificity)
        else:
            kept.append(entry)
    sheet.matcher.other_selectors[:] = kept
    return found


def _make_parts_late(css: Any, parts: dict[str, dict[str, Any]]) -> None:
    """Let the style of a part be made when it is asked for, or when a page's own rule speaks of it."""
    styles = css.StyleFor
    stock_set, stock_call = styles.set_computed_styles, styles.__call__

    def set_computed_styles(self: Any, element: Any, *arguments: Any, **options: Any) -> None:
        part = options.get("pseudo_type")
        if part in parts:
            cascaded = self.get_cascaded_styles()
            cascaded[element, part] = {**parts[part], **cascaded[element, part]}
        stock_set(self, element, *arguments, **options)

    def call(self: Any, element: Any, pseudo_type: Any = None) -> Any:
        known = self.get_computed_styles()
        style = known.get((element, pseudo_type))
        if style is None and pseudo_type in parts:
            parent = known.get((element, None))
            if parent is not None:
                root = parent if parent.is_root_element else parent.root_style
                style = known[element, pseudo_type] = css.ComputedStyle(
                    parent, parts[pseudo_type], pseudo_type, root, parent.base_url, self.font_config,
                    self.initial_page_sizes,
                )  # fmt: skip
                style["anchor"]  # as the stock function leaves it: not empty
        return stock_call(self, element, pseudo_type)

    styles.set_computed_styles, styles.__call__ = set_computed_styles, call


def looking_for(wrapper: Any) -> Callable[..., Iterator[Any]]:
    """Return `query_all` that wraps the elements found, where only names are asked for, and not the whole page.

    Missing: what it returns knows neither parents nor siblings; nobody here asks for them.
    """
    stock = wrapper.query_all

    def query_all(self: Any, *selectors: Any) -> Iterator[Any]:
        if not selectors or not all(isinstance(one, str) and one.isalpha() and one.islower() for one in selectors):
            return stock(self, *selectors)  # type: ignore[no-any-return]
        found = [element for element in self.etree_element.iter() if _is_named(element.tag, selectors)]
        return iter([wrapper(element, None, 0, None, self.in_html_document) for element in found])

    return query_all


def _is_named(tag: Any, names: Sequence[str]) -> bool:
    return isinstance(tag, str) and tag.rpartition("}")[2].lower() in names
