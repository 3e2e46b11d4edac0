"""From a run to the folder of a site."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from ssemon.report.pages import template_folder
from ssemon.report.results import Results
from ssemon.report.site.addresses import ASSETS, GATE
from ssemon.report.site.downloads import files_of
from ssemon.report.site.folder import replace_folder
from ssemon.report.site.language import Language
from ssemon.report.site.styles import shared_css
from ssemon.report.translated import in_language
from ssemon.report.words import Words

if TYPE_CHECKING:
    from ssemon.errors import Problem
    from ssemon.model import Run

FOLDER = "site"
_ASSETS = ("icon.svg", "page.js", "search.js", "site.css", "tables.js", "theme.js")


def build_site(
    run: Run,
    out: Path,
    *,
    source: Path,
    languages: Sequence[str],
    countries: Sequence[str] | None,
    on_language: Callable[[str, int], None] | None = None,
) -> list[Problem]:
    """Write the site into `out/site` and return what went wrong, in the order of the pages."""
    problems: list[Problem] = []
    downloads = files_of(Results(run), source)

    def files() -> Iterator[tuple[str, bytes]]:
        for language in languages:
            results = Results(replace(run, framework=in_language(run.framework, language)), language)
            pages = Language(results, Words.of(language), languages, downloads, countries)
            if language == languages[0]:
                yield GATE, pages.gate().encode()
            count = 0
            for path, text in pages.pages():
                count += path.endswith(".html")
                yield path, text.encode()
            problems.extend(pages.problems)
            if on_language:
                on_language(language, count)
        yield from ((file.path, file.read()) for file in downloads)
        yield from _assets()

    replace_folder(out / FOLDER, files())
    return problems


def _assets() -> Iterator[tuple[str, bytes]]:
    """The style sheets, scripts and pictures of the site."""
    folder = template_folder() / "site" / "assets"
    for name in _ASSETS:
        yield f"{ASSETS}/{name}", (folder / name).read_bytes()
    yield f"{ASSETS}/report.css", shared_css().encode()
