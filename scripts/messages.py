"""Collect every message of the reports into the template of the catalogues, and bring the catalogues up to it.

    python scripts/messages.py           write templates/translations/ssemon.pot and update every XX/LC_MESSAGES/ssemon.po
    python scripts/messages.py --check   write nothing; say what is out of date, and exit with 1 if anything is

A message of a catalogue that changed in the source is marked fuzzy and printed in English until somebody has looked.
"""

from __future__ import annotations

import csv
import io
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from ssemon.report.catalogues import catalogue_folder
from ssemon.report.words import PRINTED_COLUMNS, PRINTED_LISTS, spelt

ROOT = Path(__file__).resolve().parents[1]
TEMPLATE = catalogue_folder() / "ssemon.pot"
_KEYWORDS = {"_": None, "N_": None, "gettext": None, "ngettext": (1, 2)}
_JINJA = {"trimmed": "true", "newstyle_gettext": "true", "silent": "false"}
_PYTHON = ("ssemon/report", [("**.py", "python")], {})
_VERDICTS = ("ssemon/scoring", [("audit.py", "python"), ("audit_words.py", "python")], {})
_PAGES = ("templates", [("base.html.j2", "jinja2"), ("country/**.j2", "jinja2"), ("brief/**.j2", "jinja2"), ("dimension/**.j2", "jinja2"),
                        ("indicator/**.j2", "jinja2"), ("comparative/**.j2", "jinja2"),
                        ("partials/**.j2", "jinja2"), ("site/**.j2", "jinja2")], {"**.j2": _JINJA})  # fmt: skip
_HEADER = """# Messages of the ssemon reports.
# Copyright (C) the ssemon authors; licence as the project's.
#"""


def collected() -> Catalog:
    """Return every message, with where it stands and what translators are told."""
    found = Catalog(project="ssemon", header_comment=_HEADER, charset="utf-8", fuzzy=False)
    for folder, methods, options in (_PYTHON, _VERDICTS, _PAGES):
        extracted = extract_from_dir(
            str(ROOT / folder),
            methods,
            options,
            keywords=_KEYWORDS,
            comment_tags=("Translators:",),
            strip_comment_tags=True,
        )
        for name, _, message, comments, context in sorted(extracted, key=lambda row: (row[0], row[1])):
            found.add(message, locations=[(f"{folder}/{name}", 0)], auto_comments=comments, context=context)
    for place, word in _codes():
        found.add(word, locations=[(place, 0)])
    return found


def _codes() -> Iterator[tuple[str, str]]:
    """Yield the names of codes that the reports print."""
    for name, column in PRINTED_LISTS.items():
        place = f"schemas/codelists/{name}.csv"
        yield from ((place, word) for word in _column(ROOT / place, column, "name_en"))
    place = "templates/sections.csv"
    yield from ((place, word) for word in _column(ROOT / place, "title"))
    for path in sorted((ROOT / "schemas" / "frameworks").glob("*/indicators.csv")):
        for column in PRINTED_COLUMNS:
            words = sorted({spelt(word) for word in _column(path, column)})
            yield from ((str(path.relative_to(ROOT)), word) for word in words)
    yield from _group_names()
    for path in sorted((ROOT / "plugins").glob("*/data/*.csv")):
        if not _column(path, "entity_type"):
            continue
        # Of its own, a currency's code is no word.
        units = sorted({word for word in _column(path, "unit") if not word.isupper()})
        kinds = sorted({spelt(word) for column in ("entity_type", "measure") for word in _column(path, column) if word})
        yield from (("plugins/*/data/*.csv", word) for word in (*units, *kinds))


def _group_names() -> Iterator[tuple[str, str]]:
    """Yield the names of the groups that the shipped profiles compare, but those of regions, which CLDR has."""
    regions = set(_column(ROOT / "schemas" / "codelists" / "M49_REGION.csv", "name_en"))
    for path in sorted((ROOT / "schemas" / "frameworks").glob("*/edition.toml")):
        groups = tomllib.loads(path.read_text(encoding="utf-8")).get("report", {}).get("groups", {})
        yield from ((str(path.relative_to(ROOT)), name) for name in groups if name not in regions)


def _column(path: Path, column: str, instead: str = "") -> list[str]:
    with path.open(encoding="utf-8-sig", newline="") as lines:
        names = [row.get(column) or row.get(instead) or "" for row in csv.DictReader(lines)]
    return [name for name in names if any(map(str.isalpha, name))]


def written(catalogue: Catalog) -> bytes:
    """Return a catalogue as a file holds it: no line numbers and no clock, so that it changes with its messages only."""
    out = io.BytesIO()
    write_po(out, catalogue, width=110, include_lineno=False, ignore_obsolete=True)
    lines = out.getvalue().decode().splitlines(keepends=True)
    moving = ('"POT-Creation-Date:', '"PO-Revision-Date:', '"Last-Translator:', '"Language-Team:', '"Generated-By:',
              '"Report-Msgid-Bugs-To:')  # fmt: skip
    return "".join(line for line in lines if not line.startswith(moving)).encode()


def outdated() -> Iterator[tuple[Path, bytes]]:
    """Yield each file that is not what the messages ask for, with what it should hold."""
    template = collected()
    wanted = {TEMPLATE: written(template)}
    for path in sorted(catalogue_folder().glob("*/LC_MESSAGES/ssemon.po")):
        with path.open("rb") as lines:
            catalogue = read_po(lines, locale=path.parents[1].name.replace("-", "_"))
        catalogue.update(template, no_fuzzy_matching=False, update_header_comment=False)
        wanted[path] = written(catalogue)
    for path, content in wanted.items():
        if not path.is_file() or path.read_bytes() != content:
            yield path, content


def main() -> int:
    """Write or check. Returns the exit code."""
    check = "--check" in sys.argv[1:]
    found = list(outdated())
    for path, content in found:
        sys.stdout.write(f"{'out of date' if check else 'written'}: {path.relative_to(ROOT)}\n")
        if not check:
            path.write_bytes(content)
    return 1 if check and found else 0


if __name__ == "__main__":
    sys.exit(main())
