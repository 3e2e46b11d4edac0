"""What stands around every page of the site: head, navigation, languages, foot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from babel import Locale, UnknownLocaleError
from babel.numbers import get_decimal_symbol, get_group_symbol

from ssemon.report.context import Masthead
from ssemon.report.numbers import locale_of
from ssemon.report.site import addresses as at
from ssemon.report.site.addresses import Addresses, relative
from ssemon.report.site.styles import policy
from ssemon.report.words import Words


@dataclass(frozen=True, slots=True)
class Link:
    """A link as a page names it. `here` is the page itself."""

    title: str
    href: str
    here: bool = False
    language: str = ""
    deep: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands around one page.

    Shape: `root` leads from the page to the root of the site; `css` is the page's own style sheet.
    Units: `decimal` and `group` are the marks in the language's numbers, by which tables are sorted.
    """

    head: Masthead
    title: str
    address: str
    root: str
    home: str
    index: str
    navigation: tuple[Link, ...]
    languages: tuple[Link, ...]
    css: str
    policy: str
    decimal: str
    group: str


def frame(
    head: Masthead,
    words: Words,
    places: Addresses,
    address: str,
    title: str,
    *,
    languages: Sequence[str],
    css: str = "",
) -> Frame:
    """Return what stands around one page."""
    return Frame(
        head=head,
        title=title,
        address=address,
        root=relative(at.GATE, address).removesuffix(at.GATE),
        home=relative(places.single(at.OVERVIEW), address),
        index=relative(places.index, address),
        navigation=tuple(_navigation(words, places, address)),
        languages=tuple(_languages(languages, places.language, address)),
        css=css,
        policy=policy(css),
        decimal=get_decimal_symbol(locale_of(words.language)),
        group=get_group_symbol(locale_of(words.language)),
    )


def _navigation(words: Words, places: Addresses, address: str) -> list[Link]:
    _ = words._
    titles: Mapping[str, str] = {
        at.OVERVIEW: _("Overview"), at.COUNTRIES: _("Countries"), at.COMPARISON: _("Comparison"),
        at.INDICATORS: _("Indicators"), at.METHOD: _("Methods"), at.DOWNLOADS: _("Downloads"),
    }  # fmt: skip
    return [_link(title, places.single(page), address) for page, title in titles.items()]


def _link(title: str, target: str, address: str) -> Link:
    return Link(title, relative(target, address), here=target == address)


def _languages(languages: Sequence[str], own: str, address: str) -> list[Link]:
    """The same page in each language."""
    rest = address.removeprefix(f"{own}/")
    return [
        Link(own_name(language), relative(f"{language}/{rest}", address), here=language == own, language=language)
        for language in languages
    ]


def own_name(language: str) -> str:
    """Return what a language calls itself; its tag where CLDR does not know it.

    >>> own_name("fr"), own_name("ko"), own_name("xx")
    ('Français', '한국어', 'xx')
    """
    try:
        name = Locale.parse(language.replace("-", "_")).display_name or language
    except (UnknownLocaleError, ValueError):
        return language
    return name[:1].upper() + name[1:]
