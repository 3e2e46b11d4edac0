"""How the cells of a workbook for authors look."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

_HEAD, _SHADE, _INK, _LINE = "#1F3B57", "#F3F6F9", "#1B2733", "#C9D3DC"
# A number format has room for 255 characters, a workbook for some two hundred formats of its own.
_LONGEST_NAME, _MOST_NAMES = 180, 150


def shown_behind(name: str) -> str:
    """Return the number format that shows a name behind a cell's text: the cell itself holds its code alone."""
    clean = " ".join(name.replace('"', "”").replace("\\", "/").split())
    cut = clean if len(clean) <= _LONGEST_NAME else clean[: _LONGEST_NAME - 1] + "…"
    return f'@"   {cut}"' if cut else "@"


@dataclass
class Styles:
    """The formats of one workbook, each made once."""

    book: Any
    _made: dict[tuple[tuple[str, Any], ...], Any] = field(default_factory=dict)
    _names: set[str] = field(default_factory=set)

    def of(self, **properties: Any) -> Any:
        """Return the format with these properties."""
        key = tuple(sorted({"font_color": _INK, "valign": "top", **properties}.items()))
        if key not in self._made:
            self._made[key] = self.book.add_format(dict(key))
        return self._made[key]

    @property
    def open_cell(self) -> Any:
        """A cell that may be written in."""
        return self.of(locked=False)

    @property
    def title(self) -> Any:
        """The title of a sheet."""
        return self.of(bold=True, font_size=16, font_color=_HEAD)

    @property
    def section(self) -> Any:
        """A heading within a sheet."""
        return self.of(bold=True, font_size=12, font_color=_HEAD, bottom=1, bottom_color=_LINE)

    @property
    def text(self) -> Any:
        """Running text."""
        return self.of(text_wrap=True)

    @property
    def command(self) -> Any:
        """A command to be typed."""
        return self.of(font_name="Consolas", bg_color=_SHADE)

    @property
    def example(self) -> Any:
        """A cell of an example, which is no data."""
        return self.of(italic=True, font_color="#5B6B7B", bg_color="#EEEEEE", border=4, border_color="#8A97A3")

    def heading(self, number_format: str = "General") -> Any:
        """A heading, which stays as it is."""
        return self.of(
            bold=True, font_color="#FFFFFF", bg_color=_HEAD, num_format=number_format, locked=True, text_wrap=True
        )

    def code(self, number_format: str, *, shaded: bool) -> Any:
        """An indicator's code with its name shown behind it; without the name where a workbook has no room for more."""
        self._names.add(number_format)
        room = len(self._names) <= _MOST_NAMES
        return self.row(shaded=shaded, num_format=number_format if room else "@")

    def year(self, *, shaded: bool) -> Any:
        """A year."""
        return self.row(shaded=shaded, num_format="0", align="left")

    def row(self, *, shaded: bool, **properties: Any) -> Any:
        """A cell of the table, which may be written in."""
        colour = {"bg_color": _SHADE} if shaded else {}
        return self.of(locked=False, bottom=4, bottom_color=_LINE, **colour, **properties)
