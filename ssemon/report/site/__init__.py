"""The reports as one static site: the sections of the PDFs on pages for a screen, with search and downloads.

    run ──templates──▶ HTML of a report ──sections──▶ pages ──▶ out/site

The HTML is the very one that becomes the PDF, taken apart: only what stands around it differs, so that PDF and
site cannot disagree. The site needs no server and no network, and says no more with scripts than without.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ssemon.errors import Problem
    from ssemon.model import Run

__all__ = ["write_site"]


def write_site(
    run: Run,
    out: Path,
    *,
    languages: Sequence[str],
    source: Path | None = None,
    countries: Sequence[str] | None = None,
    on_language: Callable[[str, int], None] | None = None,
) -> list[Problem]:
    """Write the site of a run into `out/site`, whole or not at all, and return what went wrong.

    Shape:   `source` is the folder of the finished run, whose files the site offers for download (default: `out`);
             `countries` limits which have a page, None means all of the edition.
    Missing: a country that is not available has no page; the overview says why. A file that is not there is not offered.
    Errors:  none for a page that fails: it becomes a Problem G07, says so itself, and the others are written.
    """
    from ssemon.report.site.build import build_site

    return build_site(run, out, source=source or out, languages=languages, countries=countries, on_language=on_language)
