"""Comments of cells in an XLSX file: the part with their texts and the part that draws their boxes."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from xml.parsers import expat

from ssemon.authoring.ooxml import OFFICE, Package, Unpatchable, attribute, cell_name, xml_text

Place = tuple[int, int]
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_COMMENTS = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
_VML = "application/vnd.openxmlformats-officedocument.vmlDrawing"
# What may stand behind the drawing of the comments in a sheet (ECMA-376, part 1, 18.3.1.99).
_BEHIND = ("legacyDrawingHF", "drawingHF", "picture", "oleObjects", "controls", "webPublishItems", "tableParts", "extLst",
           "AlternateContent")  # fmt: skip
_VML_HEAD = """<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:x="urn:schemas-microsoft-com:office:excel"><o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="{ids}"/></o:shapelayout>{kind}</xml>"""
_KIND = '<v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe"><v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>'
_SHAPE = """<v:shape id="_x0000_s{shape}" type="#_x0000_t202" style="position:absolute;margin-left:80pt;margin-top:5pt;width:260pt;height:{height}pt;z-index:{order};visibility:hidden" fillcolor="#ffffe1" o:insetmode="auto"><v:fill color2="#ffffe1"/><v:shadow on="t" color="black" obscured="t"/><v:path o:connecttype="none"/><v:textbox style="mso-direction-alt:auto"><div style="text-align:left"></div></v:textbox><x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/><x:Anchor>{anchor}</x:Anchor><x:AutoFill>False</x:AutoFill><x:Row>{row}</x:Row><x:Column>{column}</x:Column></x:ClientData></v:shape>"""
# Boxes are numbered in lots of so many.
_LOT = 1024
_POINTS_A_LINE, _LETTERS_A_LINE = 15, 48


def add_notes(package: Package, sheet: str, notes: Mapping[Place, str], number: int) -> None:
    """Add comments to a sheet; where a cell has one, ours follows it.

    Units:  cells by (row from 1, column from 0); `number` tells the sheets of a workbook apart.
    Errors: Unpatchable.
    """
    targets = package.relations(sheet)
    own = next(iter(package.relations(sheet, "comments").values()), "")
    drawn = _drawing(package.parts[sheet])
    if (
        bool(own) != bool(drawn)
        or (own and own not in package.parts)
        or (drawn and targets.get(drawn) not in package.parts)
    ):
        raise Unpatchable("the comments of the workbook are stored in another way")
    fresh = dict(notes)
    if own:
        fresh = _follow(package, own, fresh)
        _insert(package, own, b"</commentList>", _texts(fresh, _author(package, own)))
        _insert(package, targets[drawn], b"</xml>", _boxes(fresh, 900_000 + number * _LOT * 8))
        return
    texts, boxes = package.free_name("xl/commentsSsemon{}.xml"), package.free_name("xl/drawings/vmlDrawingSsemon{}.vml")
    head = f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<comments xmlns="{_MAIN}"><authors><author>ssemon</author></authors><commentList>'
    package.parts[texts] = (head + _texts(fresh, 0) + "</commentList></comments>").encode()
    first = 50 * number + 50
    lots = ",".join(str(first + n) for n in range(len(fresh) // (_LOT - 1) + 1))
    empty = _VML_HEAD.format(ids=lots, kind=_KIND)
    package.parts[boxes] = empty.replace("</xml>", _boxes(fresh, first * _LOT) + "</xml>").encode()
    package.declare(texts, _COMMENTS)
    package.declare_suffix("vml", _VML)
    package.relate(sheet, "comments", texts)
    identifier = package.relate(sheet, "vmlDrawing", boxes)
    _draw(package, sheet, f'<legacyDrawing xmlns:r="{OFFICE}" r:id="{identifier}"/>'.encode())


def _drawing(sheet: bytes) -> str:
    """The identifier of the boxes that a sheet has already."""
    found = re.search(rb"<legacyDrawing\b[^>]*?/?>", sheet)
    return attribute(found[0], "id") if found else ""


def _author(package: Package, part: str) -> int:
    """The place of our name among the authors of the comments, once it is put there."""
    authors = len(re.findall(rb"<author\b", package.parts[part]))
    _insert(package, part, b"</authors>", "<author>ssemon</author>")
    return authors


def _insert(package: Package, part: str, mark: bytes, text: str) -> None:
    data = package.parts[part]
    at = data.rfind(mark)
    if at < 0:
        raise Unpatchable(f"{part} has no {mark.decode()}")
    package.parts[part] = data[:at] + text.encode() + data[at:]


def _follow(package: Package, part: str, notes: dict[Place, str]) -> dict[Place, str]:
    """Write our text behind that of a comment which is there; return the notes of cells that have none."""
    left = {}
    for (row, column), text in notes.items():
        name = cell_name(row, column).encode()
        found = re.search(rb'<comment\b[^>]*?\bref="' + name + rb'".*?(</text>)', package.parts[part], re.DOTALL)
        if found is None:
            left[row, column] = text
            continue
        run, data = f"<r>{_said(chr(10) + text)}</r>".encode(), package.parts[part]
        package.parts[part] = data[: found.start(1)] + run + data[found.start(1) :]
    return left


def _said(text: str) -> str:
    return f'<t xml:space="preserve">{xml_text(text)}</t>'


def _texts(notes: Mapping[Place, str], author: int) -> str:
    return "".join(
        f'<comment ref="{cell_name(row, column)}" authorId="{author}"><text><r>{_said(text)}</r></text></comment>'
        for (row, column), text in sorted(notes.items())
    )


def _boxes(notes: Mapping[Place, str], first: int) -> str:
    shapes = []
    for order, ((row, column), text) in enumerate(sorted(notes.items()), 1):
        lines = sum(1 + len(line) // _LETTERS_A_LINE for line in text.splitlines())
        anchor = f"{column + 1}, 15, {max(row - 2, 0)}, 10, {column + 5}, 15, {row + max(lines, 3)}, 4"
        height = max(lines, 4) * _POINTS_A_LINE
        shapes.append(
            _SHAPE.format(shape=first + order, order=order, height=height, anchor=anchor, row=row - 1, column=column)
        )
    return "".join(shapes)


def _draw(package: Package, sheet: str, line: bytes) -> None:
    """Let the sheet name its boxes, at the place where the standard wants that."""
    data = package.parts[sheet]
    behind = [at for name, at in _top_level(data) if name in _BEHIND]
    end = data.rfind(b"</worksheet>")
    at = min([*behind, end])
    if end < 0:
        raise Unpatchable("the sheet is built in another way")
    package.parts[sheet] = data[:at] + line + data[at:]


def _top_level(data: bytes) -> Sequence[tuple[str, int]]:
    """The elements right below the root that stand behind the cells: name, and where each begins."""
    found: list[tuple[str, int]] = []
    depth = 0
    parser = expat.ParserCreate()
    # The cells, nearly all of a sheet, are not read again: an empty root stands for all that is before their end.
    root, cells_end = b"<worksheet>", b"</sheetData>"
    behind = data.find(cells_end) + len(cells_end)
    if behind < len(cells_end):
        raise Unpatchable("the sheet has no cells")

    def start(name: str, _: object) -> None:
        nonlocal depth
        depth += 1
        if depth == 2:
            found.append((name.rpartition(":")[2], parser.CurrentByteIndex - len(root) + behind))

    def end(_: str) -> None:
        nonlocal depth
        depth -= 1

    parser.StartElementHandler, parser.EndElementHandler = start, end
    try:
        parser.Parse(root + data[behind:], True)
    except expat.ExpatError as error:
        raise Unpatchable(str(error)) from error
    return found
