"""Sites to look at: one of literals, one of the shipped plugins, and a browser to look with."""

from __future__ import annotations

import re
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
sys.path.insert(0, str(Path(__file__).resolve().parent))
from test_robustness import with_draws

from ssemon.report.site import write_site

VOID = frozenset(("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"))


class Page(HTMLParser):
    """A page as a browser reads it: its elements with their attributes, its text, its ids and addresses."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.html = html
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.texts: list[str] = []
        self.open: list[str] = []
        self.faults: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attributes):
        self.elements.append((tag, {name: value or "" for name, value in attributes}))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.elements.append((tag, {name: value or "" for name, value in attributes}))

    def handle_endtag(self, tag):
        if not self.open or self.open[-1] != tag:
            self.faults.append(f"</{tag}> closes {self.open[-1:]} at {self.getpos()}")
        elif tag not in VOID:
            self.open.pop()

    def handle_data(self, text):
        self.texts.append(text)

    def all(self, tag):
        return [attributes for name, attributes in self.elements if name == tag]

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.texts).split())

    @property
    def ids(self) -> list[str]:
        return [attributes["id"] for _, attributes in self.elements if "id" in attributes]


def text_of(html: str) -> str:
    """The text of some HTML, without its tags."""
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


@pytest.fixture(scope="session")
def page_class():
    return Page


@pytest.fixture
def drawn(run):
    """The run of literals, with intervals and an audit."""
    return with_draws(run)


@pytest.fixture(scope="session")
def written():
    """The sites of the unchanged run, by their languages: written once."""
    return {}


@pytest.fixture
def site(drawn, tmp_path, tmp_path_factory, written):
    """Write the site of a run and give its folder."""

    def write(run=None, languages=("en", "fr"), **options):
        if run is None and not options and languages in written:
            return written[languages]
        plain = run is None and not options
        out = tmp_path_factory.mktemp("plain") if plain else tmp_path
        assert write_site(run or drawn, out, languages=languages, **options) == []
        if plain:
            written[languages] = out / "site"
        return out / "site"

    return write


@pytest.fixture(scope="session")
def shipped(tmp_path_factory):
    """Four countries of the shipped plugins, one that no plugin brings, without draws."""
    from ssemon import resources
    from ssemon.engine import run

    folder = tmp_path_factory.mktemp("shipped")
    profile = (resources.folder("schemas") / "frameworks" / "baseline" / "edition.toml").read_text(encoding="utf-8")
    for line, ours in (("countries", '["KOR", "JPN", "MNG", "KHM", "XKX"]'), ("draws", "0")):
        profile = re.sub(rf"^{line} = .*$", f"{line} = {ours}", profile, flags=re.MULTILINE)
    (folder / "edition.toml").write_text(profile, encoding="utf-8")
    (folder / "plugins").mkdir()
    for code in ("kor", "jpn", "mng", "khm"):
        (folder / "plugins" / code).symlink_to(resources.folder("plugins") / code)
    return run(folder / "edition.toml", [folder / "plugins"])


@pytest.fixture(scope="session")
def shipped_site(shipped, tmp_path_factory):
    """The site of the shipped plugins in English, and in Arabic letters and direction."""
    out = tmp_path_factory.mktemp("site")
    assert write_site(shipped, out, languages=("en", "ar")) == []
    return out / "site"
