"""A framework: what is measured. A folder of small files, read and checked once, then frozen.

`structure.csv` is the tree, `indicators.csv` its leaves; `rubrics.csv`, `areas.csv`, `series.csv` and `rules.csv` are
optional. Nothing in the code knows the name of a node or an indicator.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from hashlib import sha256
from math import isfinite
from pathlib import Path
from typing import Protocol

from ssemon import resources
from ssemon.errors import EditionFault, Problem, Where
from ssemon.expressions import check_expressions
from ssemon.formula import Expression, parse_expression
from ssemon.rulebook import RULES_FILE, read_rules
from ssemon.tables import units
from ssemon.text import did_you_mean, listed, quoted, table_rows
from ssemon.tree import Framework, Indicator, Node, Series

__all__ = ["Framework", "Indicator", "Node", "find_framework", "read_framework", "shipped_frameworks"]

TRANSFORMS = ("none", "log10")
# How an indicator is derived, and from how many series.
DERIVATIONS = {"": 0, "share": 1, "mean_of_two": 2, "ratio": 2}
# The files that decide a score: their hash is the framework's.
_DECIDING_FILES = ("framework.toml", "structure.csv", "indicators.csv", "areas.csv", "rubrics.csv")
_NODE_COLUMNS = ("code", "level", "parent", "name_en", "weight")
_INDICATOR_COLUMNS = (
    "code", "parent", "name_en", "definition", "unit", "direction", "type",
    "lower_goalpost", "upper_goalpost", "weight", "core",
)  # fmt: skip


def find_framework(name: str, beside: Path | None = None) -> Path:
    """Return the folder of a framework: an id under schemas/frameworks, or a path (relative to `beside`).

    Errors: EditionFault E07 if there is neither.
    """
    shipped = resources.folder("schemas") / "frameworks"
    ids = shipped_frameworks()
    if name in ids:
        return shipped / name
    path = (beside or Path()) / name
    if (path / "indicators.csv").is_file():
        return path
    problem = Problem(
        code="E07",
        stage="framework",
        what=f"there is no framework {quoted(name)}",
        where=Where(file=str(path)),
        fix=f"give an id ({did_you_mean(name, ids)}) or a folder that holds framework.toml and indicators.csv",
    )
    raise EditionFault(problem)


def shipped_frameworks() -> tuple[str, ...]:
    """Return the ids of the frameworks under schemas/frameworks."""
    shipped = resources.folder("schemas") / "frameworks"
    return tuple(sorted(path.name for path in shipped.iterdir() if (path / "indicators.csv").is_file()))


def read_framework(folder: Path) -> Framework:
    """Read and check a framework's folder.

    Errors: EditionFault with every problem found, each with file, row and column.
    """
    reader = _Reader(folder)
    about = reader.about()
    nodes = reader.nodes()
    indicators = reader.indicators()
    areas = reader.areas()
    rubrics = reader.rubrics({indicator.code for indicator in indicators})
    series = reader.series(indicators)
    _check_tree(reader, nodes, indicators)
    reader.check_expressions(indicators)
    known = {leaf.code for leaf in indicators} | {name for leaf in indicators for name in leaf.series}
    rules = read_rules(folder / RULES_FILE, known, reader.problems)
    if reader.problems:
        raise EditionFault(reader.problems)
    return Framework(
        id=str(about.get("id", folder.name)),
        version=str(about.get("version", "")),
        title=str(about.get("title", folder.name)),
        description=str(about.get("description", "")),
        licence=str(about.get("licence", "")),
        statement=str(about.get("statement", "")),
        folder=folder,
        hash=_hash(folder),
        nodes=nodes,
        indicators=indicators,
        rubrics=rubrics,
        areas=areas,
        series_by_code=series,
        rules=rules,
    )


def _hash(folder: Path) -> str:
    digest = sha256()
    for name in _DECIDING_FILES:
        path = folder / name
        if path.is_file():
            digest.update(name.encode() + b"\0" + path.read_bytes().replace(b"\r\n", b"\n") + b"\0")
    return digest.hexdigest()


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8-sig")


class _Cell(Protocol):
    """Converts one cell of a row."""

    def __call__(
        self, column: str, kind: Callable[[str], float], expected: str, *, needed: bool = False
    ) -> float | None: ...


class _Reader:
    """Reads the files of one framework and collects what is wrong with them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.problems: list[Problem] = []
        self.lines: dict[str, int] = {}  # where each indicator with an expression stands

    def problem(self, code: str, what: str, fix: str, where: Where, found: str = "") -> None:
        self.problems.append(Problem(code=code, stage="framework", what=what, where=where, found=found, fix=fix))

    def about(self) -> dict[str, object]:
        path = self.folder / "framework.toml"
        if not path.is_file():
            self.problem(
                "B01", "framework.toml is not there", f"write {path} with id, version, title", Where(str(path))
            )
            return {}
        try:
            return tomllib.loads(_text(path))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            self.problem("B01", "framework.toml cannot be read", "mend the line named", Where(str(path)), str(error))
            return {}

    def rows(
        self, name: str, needed: tuple[str, ...], *, optional: bool = False
    ) -> Iterator[tuple[int, dict[str, str]]]:
        """Yield each row with the number that a spreadsheet shows."""
        path = self.folder / name
        if not path.is_file():
            if not optional:
                self.problem("B01", f"{name} is not there", f"write {path}", Where(str(path)))
            return
        try:
            columns, rows = table_rows(_text(path))
        except UnicodeDecodeError as error:
            self.problem("F05", f"{name} is not UTF-8", "save it as CSV UTF-8", Where(str(path)), str(error))
            return
        absent = [column for column in needed if column not in columns]
        for column in absent:
            self.problem("B02", f'column "{column}" is not there', did_you_mean(column, columns), Where(str(path)))
        if not absent:
            yield from rows

    def nodes(self) -> tuple[Node, ...]:
        found = []
        for line, row in self.rows("structure.csv", _NODE_COLUMNS):
            cell = self._cells("structure.csv", line, row)
            found.append(
                Node(
                    code=row["code"],
                    level=int(cell("level", _whole, "a whole number", needed=True) or 0),
                    parent=row["parent"],
                    name=row["name_en"],
                    weight=cell("weight", _weight, "a number, 0 or more", needed=True) or 0.0,
                    metadata={key: value for key, value in row.items() if key not in _NODE_COLUMNS},
                )
            )
        return tuple(found)

    def indicators(self) -> tuple[Indicator, ...]:
        rows = self.rows("indicators.csv", _INDICATOR_COLUMNS)
        return tuple(self._indicator(line, row) for line, row in rows)

    def _indicator(self, line: int, row: dict[str, str]) -> Indicator:
        cell = self._cells("indicators.csv", line, row)
        lower = cell("lower_goalpost", _number, "a number or empty")
        upper = cell("upper_goalpost", _number, "a number or empty")
        if lower is not None and upper is not None and lower >= upper:
            self.problem(
                "B05", f"{row['code']}: the lower goalpost is not below the upper one",
                "goalposts are in the raw unit, lower below upper, whatever the direction",
                self._place("indicators.csv", line, "lower_goalpost"), f"{lower} and {upper}",
            )  # fmt: skip
        minimum = cell("minimum", _number, "a number or empty")
        maximum = cell("maximum", _number, "a number or empty")
        if minimum is not None and maximum is not None and minimum >= maximum:
            self.problem(
                "B04", f"{row['code']}: minimum is not below maximum", "write the least value that can exist as minimum",
                self._place("indicators.csv", line, "minimum"), f"{minimum:g} and {maximum:g}",
            )  # fmt: skip
        transform = self._word(line, row, "transform", TRANSFORMS, "none")
        if transform == "log10" and lower is not None and lower <= 0:
            self.problem(
                "B04", f"{row['code']}: a logarithm needs a lower goalpost above 0", "raise it, or take the transform out",
                self._place("indicators.csv", line, "lower_goalpost"), quoted(row["lower_goalpost"]),
            )  # fmt: skip
        derivation = self._derivation(line, row)
        return Indicator(
            code=row["code"],
            parent=row["parent"],
            name=row["name_en"],
            definition=row["definition"],
            unit=row["unit"],
            direction=int(cell("direction", _direction, "1 or -1", needed=True) or 1),
            type=row["type"],
            lower=lower,
            upper=upper,
            weight=cell("weight", _weight, "a number, 0 or more", needed=True) or 0.0,
            core=bool(cell("core", _flag, "0 or 1")),
            transform=transform,
            derivation=derivation,
            series=_series(row),
            derivation_scale=cell("derivation_scale", _number, "a number or empty") or 1.0,
            max_age_years=_as_int(cell("max_age_years", _whole, "a whole number or empty")),
            expression=self._expression(line, row),
            metadata=row,
            minimum=minimum,
            maximum=maximum,
        )

    def _derivation(self, line: int, row: dict[str, str]) -> str:
        derivation = self._word(line, row, "derivation", tuple(DERIVATIONS), "")
        series, needed = len(_series(row)), DERIVATIONS.get(derivation, 0)
        if needed and series != needed:
            self.problem(
                "B04", f"{row['code']}: {derivation} is derived from {needed} series, not from {series}",
                "name the series in source_code, joined by +",
                self._place("indicators.csv", line, "source_code"), quoted(row.get("source_code", "")),
            )  # fmt: skip
        return derivation

    def _expression(self, line: int, row: dict[str, str]) -> Expression | None:
        text = row.get("expression", "")
        if not text:
            return None
        self.lines[row["code"]] = line
        try:
            return parse_expression(text, self._place("indicators.csv", line, "expression"))
        except EditionFault as fault:
            self.problems += fault.problems
            return None

    def check_expressions(self, indicators: tuple[Indicator, ...]) -> None:
        """Note what the expressions name that is not there, and what goes round in a ring."""
        given = {leaf.code: leaf.expression for leaf in indicators if leaf.expression is not None}
        places = {code: self._place("indicators.csv", self.lines[code], "expression") for code in given}
        self.problems += check_expressions(given, {leaf.code for leaf in indicators}, places)

    def areas(self) -> dict[str, dict[str, str]]:
        found: dict[str, dict[str, str]] = {}
        for line, row in self.rows("areas.csv", ("area", "name_en"), optional=True):
            if row["area"] in found:
                place = self._place("areas.csv", line, "area")
                self.problem("B03", "the area stands there twice", "keep one of its rows", place, quoted(row["area"]))
            found[row["area"]] = row
        return found

    def series(self, indicators: tuple[Indicator, ...]) -> dict[str, Series]:
        """The units of the series that indicators are derived from, as far as the framework states them."""
        derived, found = {name for leaf in indicators for name in leaf.series}, {}
        for line, row in self.rows("series.csv", ("code", "name_en", "unit", "unit_mult"), optional=True):
            power = self._cells("series.csv", line, row)("unit_mult", _whole, "a whole number")
            for column, known in (("code", derived), ("unit", units())):
                if row[column] not in known:
                    what, fix = f"{column} is not known", did_you_mean(row[column], sorted(known))
                    self.problem("B04", what, fix, self._place("series.csv", line, column), quoted(row[column]))
            found[row["code"]] = Series(row["code"], row["name_en"], row["unit"], int(power or 0))
        return found

    def rubrics(self, known: set[str]) -> dict[str, dict[int, str]]:
        found: dict[str, dict[int, str]] = {}
        for line, row in self.rows("rubrics.csv", ("indicator", "level", "text_en"), optional=True):
            level = self._cells("rubrics.csv", line, row)("level", _whole, "a whole number")
            if row["indicator"] not in known:
                self.problem(
                    "B03", f"rubric for {quoted(row['indicator'])}, which is no indicator",
                    did_you_mean(row["indicator"], known), self._place("rubrics.csv", line, "indicator"),
                )  # fmt: skip
            found.setdefault(row["indicator"], {})[int(level or 0)] = row["text_en"]
        return found

    def _place(self, name: str, line: int, column: str) -> Where:
        return Where(file=str(self.folder / name), rows=(line,), row_count=1, column=column)

    def _word(self, line: int, row: dict[str, str], column: str, known: tuple[str, ...], default: str) -> str:
        word = row.get(column, "") or default
        if word not in known:
            self.problem(
                "B04", f"{row['code']}: {column} is not a word we know", did_you_mean(word, [k for k in known if k]),
                self._place("indicators.csv", line, column), quoted(word),
            )  # fmt: skip
        return word

    def _cells(self, name: str, line: int, row: dict[str, str]) -> _Cell:
        """Return a function that converts a cell, or notes the problem; an empty cell is None."""

        def convert(column: str, kind: Callable[[str], float], expected: str, *, needed: bool = False) -> float | None:
            text = row.get(column, "")
            if not text and not needed:
                return None
            try:
                return kind(text)
            except ValueError:
                place = self._place(name, line, column)
                self.problem("B04", f"{column} must be {expected}", "correct the cell", place, quoted(text))
                return None

        return convert


def _check_tree(reader: _Reader, nodes: tuple[Node, ...], indicators: tuple[Indicator, ...]) -> None:
    """Note what keeps the nodes and indicators from being one tree."""
    place = Where(file=str(reader.folder / "structure.csv"))
    if not nodes:
        return
    codes = [node.code for node in nodes] + [indicator.code for indicator in indicators]
    repeated = sorted({code for code in codes if codes.count(code) > 1})
    if repeated:
        reader.problem("B03", "codes stand more than once", "give each its own code", place, listed(repeated))
    by_code = {node.code: node for node in nodes}
    roots = [node for node in nodes if not node.parent]
    if len(roots) != 1 or roots[0].level != 0:
        found = listed(node.code for node in roots) or "none"
        reader.problem(
            "B03", "the tree needs one root at level 0 with an empty parent", "mend structure.csv", place, found
        )
    for node in nodes:
        if node.parent and node.parent not in by_code:
            _unknown_parent(reader, "structure.csv", node, by_code)
        elif node.parent and by_code[node.parent].level != node.level - 1:
            what = f"{node.code} is at level {node.level}, its parent {node.parent} at {by_code[node.parent].level}"
            reader.problem("B03", what, "a child's level is its parent's plus one", place)
    for indicator in indicators:
        if indicator.parent not in by_code:
            _unknown_parent(reader, "indicators.csv", indicator, by_code)


def _unknown_parent(reader: _Reader, name: str, child: Node | Indicator, known: Iterable[str]) -> None:
    place = Where(file=str(reader.folder / name), column="parent")
    what = f"{child.code} has the parent {quoted(child.parent)}, which is no node"
    reader.problem("B03", what, did_you_mean(child.parent, known), place)


def _series(row: Mapping[str, str]) -> tuple[str, ...]:
    """The source series of a derived indicator; an indicator that is not derived has none."""
    if not row.get("derivation"):
        return ()
    return tuple(part.strip() for part in row.get("source_code", "").split("+") if part.strip())


def _number(text: str) -> float:
    number = float(text)
    if not isfinite(number):
        raise ValueError(text)
    return number


def _weight(text: str) -> float:
    number = _number(text)
    if number < 0:
        raise ValueError(text)
    return number


def _whole(text: str) -> float:
    return int(text)


def _as_int(number: float | None) -> int | None:
    return None if number is None else int(number)


def _direction(text: str) -> float:
    if text not in ("1", "+1", "-1"):
        raise ValueError(text)
    return int(text)


def _flag(text: str) -> float:
    if text not in ("0", "1"):
        raise ValueError(text)
    return int(text)
