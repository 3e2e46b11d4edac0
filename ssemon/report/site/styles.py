"""Style sheets for a screen: those of the PDF with sizes that a reader can change, and what a page says in itself."""

from __future__ import annotations

import re
from base64 import b64encode
from dataclasses import dataclass, field
from hashlib import sha256

from ssemon.branding import Colours
from ssemon.colours import WHITE, mixed
from ssemon.report.brand import style_of
from ssemon.report.pages import template_folder

# Style sheets of the PDF that hold for the screen too. Page boxes and the cover are the paper's own.
_SHARED = ("tokens", "text", "table", "parts", "spread")
# The size of running text on paper, which is one rem on a screen, and how many points a millimetre has.
_TEXT_POINTS, _POINTS_A_MILLIMETRE = 8.8, 72 / 25.4
_LENGTH = re.compile(r"(?<![\w.#])(\d+(?:\.\d+)?)(pt|mm)\b")
_ROOT_FONT = re.compile(r"\bhtml \{ font: [^;]*;")


def shared_css() -> str:
    """Return the style sheets of the PDF in units that follow the reader's own size of text."""
    folder = template_folder() / "styles"
    texts = [(folder / f"{name}.css").read_text(encoding="utf-8") for name in _SHARED]
    return _LENGTH.sub(_in_rem, _ROOT_FONT.sub("html {", "\n".join(texts)))


def _in_rem(found: re.Match[str]) -> str:
    points = float(found.group(1)) * (_POINTS_A_MILLIMETRE if found.group(2) == "mm" else 1.0)
    return f"{round(points / _TEXT_POINTS, 3):g}rem"


@dataclass(slots=True)
class StyleBook:
    """The places of marks on a scale, which templates write into a tag: on a strict page each becomes a class."""

    classes: dict[str, str] = field(default_factory=dict)

    def class_of(self, declarations: str) -> str:
        """Return the class that stands for some declarations."""
        return self.classes.setdefault(declarations, f"at-{len(self.classes) + 1}")

    @property
    def css(self) -> str:
        """The style sheet of the page's own classes. Missing: empty where it has none."""
        return "".join(f".{name}{{{text}}}" for text, name in self.classes.items())


def house_css(colours: Colours | None) -> str:
    """Return the style that puts a house's colours in the place of ours by day; the dark keeps its own.

    Missing: empty without colours.
    """
    if colours is None:
        return ""
    properties = {
        "hero": colours.dark,
        "hero-soft": mixed(colours.dark, WHITE, 0.76),
        "hero-line": mixed(colours.dark, WHITE, 0.3),
        "hero-track": mixed(colours.dark, WHITE, 0.22),
        "hero-here": mixed(colours.dark, WHITE, 0.62),
        "hero-interval": mixed(colours.dark, WHITE, 0.85),
        "hero-mark": colours.accent,
        "focus": colours.accent,
        "link": colours.main,
        "chart-main": colours.main,
        "chart-soft": mixed(colours.main, WHITE, 0.55),
        "chart-accent": colours.accent,
        "chart-accent-soft": mixed(colours.accent, WHITE, 0.9),
    }
    return style_of(colours) + ":root{" + ";".join(f"--{name}:{colour}" for name, colour in properties.items()) + "}"


def policy(css: str) -> str:
    """Return the content security policy of a page: its own files, its own style sheet, and nothing from elsewhere."""
    digest = f" 'sha256-{b64encode(sha256(css.encode()).digest()).decode()}'" if css else ""
    return (
        f"default-src 'none'; style-src 'self'{digest}; script-src 'self'; img-src 'self' data:; "
        "base-uri 'none'; form-action 'none'"
    )
