"""HTML into PDF: tagged for readers' software, fit for an archive, and the same bytes every time.

Each file is PDF/A-3a and PDF/UA-1 at once. No clock is read: the only dates are those of the page's
`<meta name="dcterms.created">`. A page may read files under its base folder and nothing else.
"""

from __future__ import annotations

import datetime as dt
import gc
import importlib
import io
import logging
import mimetypes
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache, partial
from hashlib import sha256
from importlib.resources import files
from itertools import groupby
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit
from xml.etree.ElementTree import Element

from ssemon.report import direction, fonts, quicker, shells, svgtext, tags, variables, wellformed
from ssemon.report.fitting import fitted
from ssemon.report.whole import replace_file

ARCHIVAL, ACCESSIBLE = "pdf/a-3a", "pdf/ua-1"
# A report's largest file is a map of a few hundred kilobytes; more than this is a mistake or an attack.
LARGEST_FILE = 32 * 1024 * 1024
# The date of an attachment in a report that bears none: a fixed one, because the clock is not read.
_NO_DATE = dt.datetime(1980, 1, 1)
# No table of ours has a tenth of these columns or rows.
WIDEST_SPAN = 999
_SVG = "{http://www.w3.org/2000/svg}"
_NO_GLYPH = ".notdef glyph"
_PROFILE, _OUR_PROFILE = "sRGB2014.icc", "reports-srgb"


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that travels inside a report, such as the data behind it.

    Units: `relationship` is PDF/A-3's word for what the file is to the report: Data, Source, Supplement, ….
    """

    name: str
    content: bytes
    description: str
    relationship: str = "Data"


@dataclass(frozen=True, slots=True)
class PdfFacts:
    """What was written, and what a reader would find wrong with it.

    Shape:   `reads` are the files that the page asked for, each with the hash of what it held.
    Missing: `missing_glyphs` are the characters that no font has; they are printed as empty boxes. The hash of a file
             that could not be read is empty.
    """

    pages: int
    bytes: int
    complaints: tuple[str, ...] = ()
    missing_glyphs: tuple[str, ...] = ()
    reads: tuple[tuple[str, str], ...] = ()


class Refused(ValueError):
    """A page asked for something that it may not read."""


def write_pdf(
    html: str,
    target: Path,
    *,
    base: Path,
    attachments: Sequence[Attachment] = (),
    stylesheets: Sequence[Path] = (),
    archival: bool = True,
) -> PdfFacts:
    """Write a page of HTML as one PDF file, whole or not at all.

    Shape:   `base` is the folder that the page's links are relative to, and the only one it may read;
             `stylesheets` are files that are read once a process, before the page's own styles.
    Units:   `archival` false leaves PDF/A out, for checkers that know PDF/UA-1 alone.
    Missing: what the page lacks (a picture, a glyph, a text alternative) is in the facts and does not stop the file.
    Errors:  OSError if the file cannot be written; nothing is then left behind.
    """
    content, facts = made(html, base=base, attachments=attachments, stylesheets=stylesheets, archival=archival)
    replace_file(target, content)
    return facts


def made(
    html: str,
    *,
    base: Path,
    attachments: Sequence[Attachment] = (),
    stylesheets: Sequence[Path] = (),
    archival: bool = True,
) -> tuple[bytes, PdfFacts]:
    """Return a page of HTML as the bytes of a PDF file, and its facts. Arguments as for `write_pdf`."""
    with _listening() as heard, _without_collector():
        pages, content = _rendered(html, base.resolve(), attachments, stylesheets, archival, heard)
    complaints, glyphs = tuple(dict.fromkeys(heard.complaints)), tuple(sorted(heard.glyphs))
    return content, PdfFacts(pages, len(content), complaints, glyphs, tuple(sorted(heard.reads.items())))


def _rendered(
    html: str,
    base: Path,
    attachments: Sequence[Attachment],
    stylesheets: Sequence[Path],
    archival: bool,
    heard: Heard,
) -> tuple[int, bytes]:
    """Return the number of pages and the file's bytes."""
    engine = _engine()
    document = laid_out(html, base, stylesheets, archival=archival, complaints=heard.complaints, reads=heard.reads)
    _drop_undated_files(document, heard.complaints)
    content = document.write_pdf(
        finisher=partial(_finish, archival=archival, complaints=heard.complaints),
        pdf_variant=ARCHIVAL if archival else ACCESSIBLE,
        output_intent=_OUR_PROFILE if archival else None,
        attachments=[engine.attachment(file, document.metadata.created) for file in attachments],
    )
    return len(document.pages), content


def laid_out(
    html: str, base: Path, stylesheets: Sequence[Path], *, archival: bool, complaints: list[str],
    reads: dict[str, str] | None = None,
) -> Any:  # fmt: skip
    """Return WeasyPrint's document: every page with its boxes in their places.

    Shape: `complaints` and `reads` are added to: what was refused, and the files that were asked for with their hashes.
    """
    engine = _engine()
    fetcher = engine.fetcher(base, complaints, {} if reads is None else reads)
    html, charts = shells.taken_out(html) if engine.shells else (html, [])
    page = engine.page(html, base.as_uri() + "/", fetcher)
    _spell_out_figures(page.etree_element)
    _hold_spans(page.etree_element)
    direction.mark_up(page.etree_element)
    if engine.whole_runs:
        svgtext.mark_up(page.etree_element)
    shells.put_back(page.etree_element, charts, svgtext.mark_up if engine.whole_runs else lambda *_: None)
    own = variables.are_set(html)
    sheets = engine.stylesheets([path.resolve() for path in stylesheets], fetcher, as_written=own)
    profiles = engine.colour_profiles() if archival else {}
    render = partial(page.render, font_config=engine.fonts, stylesheets=sheets, color_profiles=profiles)
    return fitted(page.etree_element, render, complaints)


def warm_up() -> fonts.FontState:
    """Load the fonts and WeasyPrint, so that workers forked afterwards share them; say what fonts are missing."""
    return _engine().font_state


def _finish(document: Any, pdf: Any, *, archival: bool, complaints: list[str]) -> None:
    complaints.extend(tags.finish(document, pdf, archival=archival))


class _Engine:
    """WeasyPrint as this process uses it: imported once, with our fonts, our text drawing and our style sheets."""

    def __init__(self) -> None:
        # Before the import: fontconfig reads the name of its configuration once.
        self.font_state = fonts.prepare()
        self.weasyprint = importlib.import_module("weasyprint")
        self.whole_runs = svgtext.install()
        self.shells = shells.install()
        quicker.install()
        tags.install()
        self.fonts = importlib.import_module("weasyprint.text.fonts").FontConfiguration()
        self._fetcher_class, self._page_class = _fetcher_class(), _page_class()
        self._profile = (files("weasyprint.pdf") / _PROFILE).read_bytes()
        self._sheets: dict[tuple[Path, str], Any] = {}

    def fetcher(self, base: Path, complaints: list[str], reads: dict[str, str]) -> Any:
        """Return the one door through which a page reads."""
        return self._fetcher_class(base, complaints, reads)

    def page(self, html: str, base_url: str, fetcher: Any) -> Any:
        """Return a page that has been read: as XML where that comes to the same, because it is quicker."""
        root = wellformed.read(html) if self.shells else None
        if root is None:
            return self.weasyprint.HTML(string=html, base_url=base_url, url_fetcher=fetcher)
        return self._page_class(root, base_url, fetcher)

    def stylesheets(self, paths: Sequence[Path], fetcher: Any, *, as_written: bool = False) -> list[Any]:
        """Return the style sheets, parsed once a process for each content they have had.

        Those of one folder are parsed as one: each sheet is asked about each element, and its rules weigh the same.
        `as_written` leaves the custom properties in them to the page.
        """
        told = {path: path.read_text(encoding="utf-8") for path in paths}
        values = {} if as_written else variables.constant(tuple(told.values()))
        found = []
        for folder, own in groupby(paths, key=lambda path: path.parent):
            content = variables.written_out("\n".join(told[path] for path in own), values)
            key = (folder, sha256(content.encode()).hexdigest())
            if key not in self._sheets:
                base = f"{folder.as_uri()}/"
                self._sheets[key] = self.weasyprint.CSS(
                    string=content, base_url=base, url_fetcher=fetcher, font_config=self.fonts
                )
            found.append(self._sheets[key])
        return found

    def colour_profiles(self) -> dict[str, Any]:
        """Return the colour profile that PDF/A asks for: WeasyPrint's own, which it would open and never close."""
        sheet = importlib.import_module("weasyprint.css")
        channels = (["r"], ["g"], ["b"])
        return {
            _OUR_PROFILE: sheet.ColorProfile(io.BytesIO(self._profile), _PROFILE, "relative-colorimetric", channels)
        }

    def attachment(self, file: Attachment, created: str | None) -> Any:
        """Return an attachment that bears the report's date."""
        date = _date(created)
        return self.weasyprint.Attachment(
            string=file.content,
            name=file.name,
            description=file.description,
            created=date,
            modified=date,
            relationship=file.relationship,
        )


@cache
def _engine() -> _Engine:
    return _Engine()


def _fetcher_class() -> Any:
    """Return our fetcher: a subclass of WeasyPrint's, which may only be imported late."""
    urls = importlib.import_module("weasyprint.urls")

    class Fetcher(urls.URLFetcher):  # type: ignore[misc, name-defined]
        def __init__(self, base: Path, complaints: list[str], reads: dict[str, str]) -> None:
            super().__init__(allowed_protocols=("data",), allow_redirects=False)
            self._base, self._complaints, self._reads = base, complaints, reads

        def fetch(self, url: str, headers: Any = None) -> Any:
            if url[:5].lower() == "data:":
                return super().fetch(url, headers)
            try:
                content, kind = read_allowed(url, self._base)
            except (OSError, ValueError) as fault:
                self._complaints.append(str(fault))
                self._reads[_path_of(url)] = ""
                raise
            self._reads[_path_of(url)] = sha256(content).hexdigest()
            return urls.URLFetcherResponse(url, content, {"Content-Type": kind})

    return Fetcher


def _page_class() -> Any:
    """Return WeasyPrint's page, made from a tree that is there."""
    weasyprint = importlib.import_module("weasyprint")
    wrapper = importlib.import_module("cssselect2").ElementWrapper

    class Page(weasyprint.HTML):  # type: ignore[misc, name-defined]
        def __init__(self, root: Element, base_url: str, fetcher: Any) -> None:
            self.base_url, self.url_fetcher, self.media_type = base_url, fetcher, "print"
            self.wrapper_element = wrapper.from_html_root(root)
            self.etree_element = root

    return Page


def read_allowed(url: str, base: Path) -> tuple[bytes, str]:
    """Return the content and media type of a file under `base`.

    Errors: Refused for another scheme or host, a path that leads out of `base` (through links too), a device or a
            file that is too large; OSError if it cannot be read.
    """
    parts = urlsplit(url)
    if parts.scheme != "file" or parts.netloc not in ("", "localhost"):
        raise Refused(f"refused: {_shown(url)} is not a file in the report's folder")
    path = Path(_path_of(url)).resolve()
    if not path.is_relative_to(base.resolve()):
        raise Refused(f"refused: {_shown(url)} is outside the report's folder")
    if path.exists() and not path.is_file():
        raise Refused(f"refused: {_shown(url)} is not a plain file")
    with path.open("rb") as stream:
        content = stream.read(LARGEST_FILE + 1)
    if len(content) > LARGEST_FILE:
        raise Refused(f"refused: {_shown(url)} has more than {LARGEST_FILE // 2**20} MB")
    return content, mimetypes.guess_type(path.name)[0] or "application/octet-stream"


def _path_of(url: str) -> str:
    return unquote(urlsplit(url).path)


def _shown(url: str) -> str:
    return url if len(url) <= 120 else url[:119] + "…"


def _spell_out_figures(root: Element) -> None:
    """Give each chart's text alternative its description as well: WeasyPrint takes only the title."""
    for figure in root.iter(f"{_SVG}svg"):
        title, description = figure.find(f"{_SVG}title"), figure.find(f"{_SVG}desc")
        if title is not None and description is not None and description.text:
            title.text = " ".join(filter(None, ((title.text or "").strip(), description.text.strip())))


def _hold_spans(root: Element) -> None:
    """Let no cell span more than a table may have: each column and row that it names costs memory and time."""
    for cell in (*root.iter("td"), *root.iter("th")):
        for name in ("colspan", "rowspan"):
            if len(cell.get(name, "")) > len(str(WIDEST_SPAN)):
                cell.set(name, str(WIDEST_SPAN))


def _drop_undated_files(document: Any, complaints: list[str]) -> None:
    """Leave out files that the page attaches by itself: they would bear the time of the rendering."""
    if document.metadata.attachments:
        complaints.append("files linked as attachments were left out: hand them to write_pdf")
        document.metadata.attachments.clear()
    for page in document.pages:
        page.links[:] = [link for link in page.links if link[0] != "attachment"]


def _date(created: str | None) -> dt.datetime:
    with suppress(ValueError):
        return dt.datetime.fromisoformat(created or "")
    return _NO_DATE


class Heard(logging.Handler):
    """Collects what WeasyPrint says of one page, in the thread that draws it, and what the page reads."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.complaints: list[str] = []
        self.glyphs: set[str] = set()
        self.reads: dict[str, str] = {}
        self._thread = threading.get_ident()

    def emit(self, record: logging.LogRecord) -> None:
        """Take down what is said of this page."""
        if record.thread != self._thread:
            return
        if record.getMessage().startswith(_NO_GLYPH):
            self.glyphs.update(str(part) for part in record.args or () if isinstance(part, str))
        elif record.levelno >= logging.ERROR:
            self.complaints.append(record.getMessage())


@contextmanager
def _listening() -> Iterator[Heard]:
    logger, listener = logging.getLogger("weasyprint"), Heard()
    logger.addHandler(listener)
    try:
        yield listener
    finally:
        logger.removeHandler(listener)


@contextmanager
def _without_collector() -> Iterator[None]:
    """Stop the search for unused cycles while a page is laid out, which costs a tenth of the time and frees little.

    Afterwards one search of what is new frees the page, without a look at what was there before.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.collect(0)
        if was_on:
            gc.enable()
