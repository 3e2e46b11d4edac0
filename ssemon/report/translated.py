"""A framework in another language: the names, definitions and remarks of its `translations/XX.csv`.

The columns are `code`, `name` and `definition`; any further column is one of indicators.csv, such as `caveat`. Three
rows speak of the framework itself: `:title`, `:description` and `:statement`, each with its text under `name`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path

from ssemon.framework import Framework, Indicator, Node
from ssemon.report.catalogues import PSEUDO_LANGUAGE, lengthened
from ssemon.text import table_rows

ABOUT = (":title", ":description", ":statement")
_OWN_COLUMNS = ("code", "name", "definition")

Row = Mapping[str, str]


def in_language(framework: Framework, language: str) -> Framework:
    """Return the framework with its texts in a language.

    Missing: a text that the file does not have, or has empty, stays English; without a file all do.
    """
    rows = _pseudo(framework) if language == PSEUDO_LANGUAGE else _rows(framework.folder, language)
    if not rows:
        return framework
    title, description, statement = (rows.get(code, {}).get("name", "") for code in ABOUT)
    return replace(
        framework,
        title=title or framework.title,
        description=description or framework.description,
        statement=statement or framework.statement,
        nodes=tuple(_node(node, rows.get(node.code, {})) for node in framework.nodes),
        indicators=tuple(_indicator(leaf, rows.get(leaf.code, {})) for leaf in framework.indicators),
    )


def _node(node: Node, row: Row) -> Node:
    return replace(node, name=row.get("name") or node.name)


def _indicator(leaf: Indicator, row: Row) -> Indicator:
    more = {column: text for column, text in row.items() if column not in _OWN_COLUMNS and text}
    return replace(
        leaf,
        name=row.get("name") or leaf.name,
        definition=row.get("definition") or leaf.definition,
        metadata={**leaf.metadata, **more},
    )


@cache
def _rows(folder: Path, language: str) -> Mapping[str, Row]:
    path = folder / "translations" / f"{language}.csv"
    if not path.is_file():
        return {}
    _, rows = table_rows(path.read_text(encoding="utf-8-sig"))
    return {row["code"]: row for _, row in rows}


def _pseudo(framework: Framework) -> Mapping[str, Row]:
    """Every text of the framework in the made-up language."""
    about = (framework.title, framework.description, framework.statement)
    rows = {code: {"name": lengthened(text)} for code, text in zip(ABOUT, about, strict=True)}
    rows.update({node.code: {"name": lengthened(node.name)} for node in framework.nodes})
    for leaf in framework.indicators:
        remark = leaf.metadata.get("caveat", "")
        texts = {"name": leaf.name, "definition": leaf.definition, **({"caveat": remark} if remark else {})}
        rows[leaf.code] = {column: lengthened(text) for column, text in texts.items()}
    return rows
