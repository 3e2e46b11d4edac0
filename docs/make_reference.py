"""Make the pages of docs/reference from the code and the content folders.

    python docs/make_reference.py           write the pages
    python docs/make_reference.py --check   write nothing; say which pages are out of date (exit code 1)

What the code knows is read from the code. The words beside each key are in docs/reference/words.toml; a key without
words, or words without a key, stops the script.
"""

# ruff: noqa: T201 (a script prints)

from __future__ import annotations

import inspect
import re
import sys
import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import MISSING, fields
from functools import cache
from pathlib import Path
from typing import Any, get_args

import click
import problem_examples

import ssemon
from ssemon import (
    doubt,
    edition,
    formula,
    framework,
    hooks,
    manifest,
    model,
    outline,
    outlook,
    profile,
    rulebook,
    rulekinds,
    secrecy,
)
from ssemon.basis import scoring_methods
from ssemon.builtin.readers import register_readers
from ssemon.cli import cli
from ssemon.codes import ProblemCode, problem_codes
from ssemon.hooks import Method, MethodKind
from ssemon.plugins import Manager
from ssemon.scoring import check, kinds
from ssemon.scoring import score as scoring_chain
from ssemon.scoring.further import further_steps
from ssemon.scoring.orders import with_draws
from ssemon.store import results
from ssemon.tables import Field, TableDefinition, codelist, shipped_tables

FOLDER = Path(__file__).parent / "reference"
NOTICE = "<!-- Made by docs/make_reference.py: change the code or words.toml, not this page. -->"
CODE_GROUPS = {
    "P": "The plugin: plugin.toml, mapping.csv, hooks.py",
    "X": "Safety and extensions",
    "F": "Files",
    "S": "Structure: sheets, headings, rows",
    "V": "Values",
    "K": "Codes and keys",
    "R": "Parts, totals and relations",
    "T": "Series over the years",
    "W": "Against what was approved, and against other countries",
    "M": "Sources and missing values",
    "I": "Notes",
    "E": "The edition profile",
    "B": "The framework",
    "D": "The branding and the errata",
    "N": "Scoring",
    "C": "Confidential values",
    "G": "The run and the reports",
    "U": "The command that was typed",
    "L": "The record: submissions, editions, the ledger",
}
# The labels of our docstrings, printed as a list.
LABELS = ("Shape", "Units", "Missing", "Errors", "Source")
Words = Mapping[str, str]


@cache
def all_words() -> Mapping[str, Words]:
    """Return the explanations of words.toml by section."""
    return tomllib.loads((FOLDER / "words.toml").read_text(encoding="utf-8"))


def words(section: str, known: Iterable[str]) -> Words:
    """Return the explanations of one section. Errors: SystemExit where they are not those of the known keys."""
    explained, wanted = all_words()[section], list(known)
    wrong = sorted(set(explained) ^ set(wanted))
    if wrong:
        sys.exit(f"docs/reference/words.toml, [{section}]: not the keys that the code knows: {', '.join(wrong)}")
    return {key: explained[key] for key in wanted}


def cell(text: object) -> str:
    """Return a text as a cell of a Markdown table."""
    return " ".join(str(text).split()).replace("|", "\\|")


def table(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> list[str]:
    """Return a Markdown table."""
    lines = [heads, ["---"] * len(heads), *rows]
    return ["| " + " | ".join(cell(text) for text in line) + " |" for line in lines] + [""]


def key_table(head: str, section: str, known: Iterable[str]) -> list[str]:
    """Return a table of keys and what they mean."""
    return table((head, "means"), [(f"`{key}`", text) for key, text in words(section, known).items()])


def prose(docstring: str | None) -> list[str]:
    """Return a docstring as Markdown: its sentences, then its labelled lines as a list."""
    sentences: list[str] = []
    labelled: list[str] = []
    for line in inspect.cleandoc(docstring or "").splitlines():
        label, colon, rest = line.partition(":")
        if colon and label in LABELS:
            labelled.append(f"- *{label}*: {rest.strip()}")
        elif labelled and line.startswith(" "):
            labelled[-1] += f" {line.strip()}"
        else:
            sentences.append(line)
    return [*"\n".join(sentences).strip().splitlines(), "", *labelled, ""] if labelled else [*sentences, ""]


def first_line(docstring: str | None) -> str:
    """Return the first sentence of a docstring."""
    return paragraphs(docstring)[0]


def paragraphs(docstring: str | None) -> list[str]:
    """Return the paragraphs of a docstring, a line each."""
    return [text.replace("\n", " ") for text in inspect.cleandoc(docstring or "").split("\n\n")]


def method_parameters(method: Method) -> list[str]:
    """The table of what a profile may give a method; nothing where there is nothing to give."""
    given = check.own_parameters(method.function, method.kind)
    if not given:
        return []
    rows = [(f"`{one.name}`", "needed" if one.default is one.empty else f"`{_shown(one.default)}`") for one in given]
    return table(("parameter", "default"), rows)


def _shown(default: object) -> object:
    """A reference set is written in a profile as a table."""
    if isinstance(default, kinds.Reference):
        return '{ years = "each" }' if default.each else '{ years = "all", areas = "all" }'
    return default


def arguments(function: Callable[..., Any]) -> str:
    """Return a function's arguments as they are written, without `self`."""
    found = inspect.signature(function)
    kept = [p for p in found.parameters.values() if p.name != "self"]
    return str(found.replace(parameters=kept)).replace("'", "")


def record(kind: type) -> list[str]:
    """Return a frozen record as Markdown: its docstring and its fields."""
    rows = [(f"`{f.name}`", f"`{f.type}`", _default(f)) for f in fields(kind)]
    return [f"### {kind.__name__}", "", *prose(kind.__doc__), *table(("field", "type", "default"), rows)]


def _default(field: Any) -> str:
    if field.default_factory is not MISSING:
        return "empty"
    return "needed" if field.default is MISSING else f"`{field.default!r}`"


def commands() -> list[str]:
    """The page of the commands."""
    lines = [
        "# Commands",
        "",
        "Every command answers `--help`. Problems are printed in four parts: what, where, found, fix.",
        "",
        *table(("exit code", "means"), words("exit_codes", ("0", "1", "2", "3")).items()),
    ]
    for name in cli.list_commands(click.Context(cli)):
        lines += _command(f"ssemon {name}", cli.get_command(click.Context(cli), name))
    return lines


def _command(path: str, command: click.Command | None) -> list[str]:
    if command is None:
        raise AssertionError(path)
    if isinstance(command, click.Group):
        parts = [_command(f"{path} {name}", part) for name, part in sorted(command.commands.items())]
        return [line for part in parts for line in part]
    context = click.Context(command, info_name=path)
    rows = [parameter.get_help_record(context) for parameter in command.get_params(context)]
    options = [(f"`{name}`", text) for name, text in filter(None, rows) if text and "--help" not in name]
    usage = " ".join(command.collect_usage_pieces(context))
    about, *more = paragraphs(command.help)
    lines = [f"## {path}", "", about, "", f"    {path} {usage}", ""]
    lines += table(("option", "means"), options) if options else []
    return lines + [line for paragraph in more for line in (paragraph, "")]


def problems() -> list[str]:
    """The page of the problem codes: a section each, with an example where there is one."""
    known, said = problem_examples.examples(), problem_examples.messages()
    lines = [
        "# Problem codes",
        "",
        "A code is stable: it may be quoted in a mail and looked up years later. `ssemon explain CODE` says the same as",
        "this page, `ssemon explain CODE --language ko` in Korean; French, Indonesian and Vietnamese are there too. *Who* is",
        "the one who can mend it.",
        "",
        "The examples change a file or two of the small workspace [at the end of this page](#the-workspace-of-the-examples). Each",
        "was run: the message is what `ssemon validate kor --edition edition.toml` says, and with the mended file it is gone.",
        "",
    ]
    by_letter: dict[str, list[ProblemCode]] = {}
    for entry in problem_codes().values():
        by_letter.setdefault(entry.code[0], []).append(entry)
    for letter, listed in by_letter.items():
        rows = [(f"[`{c.code}`](#{c.code.lower()})", c.title, c.who) for c in listed]
        lines += [f"## {letter}: {CODE_GROUPS[letter]}", "", *table(("code", "title", "who"), rows)]
        for code in listed:
            lines += problem(code, known.get(code.code), said.get(code.code, ""))
    lines += ["## The workspace of the examples", ""]
    for name, text in problem_examples.sound().items():
        lines += file_block(name, text)
    return lines


def problem(code: ProblemCode, example: problem_examples.Example | None, said: str) -> list[str]:
    """The section of one code."""
    lines = [
        f"### {code.code}",
        "",
        f"**{code.title}** ({code.who}). {code.means}",
        "",
        f"*Mend it:* {code.repair}",
        "",
    ]
    if example is None:
        return lines
    lines += ["Wrong:", "", *([example.note, ""] if example.note else [])]
    lines += [f"`{example.absent}` is not there.", ""] if example.absent else []
    for name, text in example.broken.items():
        lines += file_block(name, text)
    lines += ["```text", *said.splitlines(), "```", "", "Mended:", ""]
    for name, text in example.mended.items():
        lines += file_block(name, text)
    return lines


def file_block(name: str, text: str) -> list[str]:
    """A file as it stands on the page; what cannot be seen is spelt out."""
    seen = text.replace("\0", "\u2400").rstrip("\n") or "(nothing)"
    return [f"`{name}`", "", "```text", *seen.splitlines(), "```", ""]


def hook_page() -> list[str]:
    """The page of the hooks."""
    names = hooks.hook_names()
    rows = [(f"[`{name}`](#{name})", _who(name), first_line(getattr(hooks.Hooks, name).__doc__)) for name in names]
    lines = [
        "# Hooks",
        "",
        "A hook is a function that ssemon calls if a plugin has it. Mark it with `@hookimpl` (`from ssemon import",
        "hookimpl`). Name only the arguments that you use. A hook is called a table or an indicator at a time.",
        "",
        "Where several plugins have the same hook, a country wins over an extension, and an extension over a built-in.",
        "*First answer* means: the first that does not return `None` is taken. *All answers* means: all are used.",
        "",
        *table(("hook", "who may", "does"), rows),
    ]
    used: set[str] = set()
    for name in names:
        function = getattr(hooks.Hooks, name)
        given = [p for p in inspect.signature(function).parameters if p != "self"]
        used |= set(given)
        lines += [f"## {name}", "", "```python", f"def {name}{arguments(function)}", "```", ""]
        lines += [f"{_who(name)}; {_answers(function)}.", "", *prose(function.__doc__)]
        lines += table(("argument", "is"), [(f"`{a}`", all_words()["arguments"][a]) for a in given]) if given else []
    words("arguments", used)
    lines += ["## Records", ""]
    for kind in (model.Country, manifest.TableSource, framework.Indicator, hooks.Reader, hooks.Method, hooks.Section,
                 hooks.Check):  # fmt: skip
        lines += record(kind)
    return lines


def _who(name: str) -> str:
    return "country, extension" if name in hooks.COUNTRY_HOOKS else "extension"


def _answers(function: Callable[..., Any]) -> str:
    marks = getattr(function, f"{hooks.PROJECT}_spec")
    return "first answer" if marks["firstresult"] else "all answers"


def manifest_page() -> list[str]:
    """The page of plugin.toml and mapping.csv."""
    suffixes = ", ".join(f"`{suffix}`" for reader in register_readers() for suffix in reader.suffixes)
    return [
        "# A plugin's folder",
        "",
        f"`{manifest.MANIFEST}` says who and where from. `{manifest.MAPPING}` says which words of yours are which of ours.",
        f"`data/` holds your files: {suffixes}. `notes/` holds your words for the report, a file a language (`en.md`).",
        f"`{manifest.HOOKS}` is optional. A key that is not listed here is an error.",
        "",
        "## plugin.toml: [plugin]",
        "",
        *key_table("key", "plugin_keys", manifest._PLUGIN_KEYS),  # noqa: SLF001
        "## plugin.toml: [[tables]]",
        "",
        "One entry for each file, or for each sheet of a workbook. Several entries may fill the same table.",
        "",
        *key_table("key", "table_keys", manifest._TABLE_KEYS),  # noqa: SLF001
        "## mapping.csv",
        "",
        "The headings are `column,theirs,ours`. A plugin whose files use our words needs none. Commas or semicolons.",
        "",
        *table(
            ("column", "theirs", "ours", "means"),
            [
                ("*empty*", "a heading of yours", "a column of ours", "your heading fills our column"),
                ("*empty*", "a heading of yours", f"`{manifest.IGNORE}`", "known, deliberately not used"),
                ("a column of ours", "a code of yours", "a code of ours", "your code means our code"),
                ("a column of ours", "a code of yours", f"`{manifest.IGNORE}`", "rows with it are left out, and counted"),
            ],
        ),
        "Words are compared without regard to capitals, to spaces at the ends, or to how an accent is stored.",
        "",
    ]  # fmt: skip


def tables_page() -> list[str]:
    """The page of the table definitions and the code lists that they use."""
    lines = [
        "# Tables",
        "",
        "What a country's files may fill. A *needed* cell may not be empty, once the default has been put in.",
        "",
    ]
    definitions = shipped_tables().values()
    for definition in definitions:
        lines += _table(definition)
    lists = dict.fromkeys(field.codelist for definition in definitions for field in definition.fields if field.codelist)
    lines += ["## Code lists", "", "The lists that these tables use. All lists are in `schemas/codelists`.", ""]
    for name in lists:
        lines += [f"### {name}", "", *table(("code", "means"), [(f"`{c}`", t) for c, t in codelist(name).items()])]
    return lines


def _table(definition: TableDefinition) -> list[str]:
    key = ", ".join(f"`{name}`" for name in definition.key)
    rows = [(f"`{f.name}`", f.type, _needed(f), _rules(f), f.description) for f in definition.fields]
    return [
        f"## {definition.name}",
        "",
        definition.description,
        *(["", f"Together these name one row, and may stand once: {key}."] if key else []),
        "",
        *table(("column", "type", "needed", "rules", "means"), rows),
    ]


def _needed(field: Field) -> str:
    if field.default is not None:
        return f"default `{field.default}`"
    return "yes" if field.required and field.name != "obs_status" else ""


# What a column may name, by its vocabulary.
VOCABULARIES = {"indicators": "the framework's indicators and series", "regions": "the country's regions"}


def _rules(field: Field) -> str:
    rules = [f"[{field.codelist}](#{field.codelist.lower()})"] if field.codelist else []
    if field.vocabulary:
        rules.append(VOCABULARIES[field.vocabulary])
    if field.minimum is not None and field.maximum is not None:
        rules.append(f"{field.minimum:g} to {field.maximum:g}")
    if field.pattern:
        rules.append(f"`{field.pattern}`")
    return "; ".join(rules)


def report_sections() -> list[str]:
    """The section [report] of the profile: which sections each kind of report has."""
    lines = [
        "## [report]",
        "",
        'Which sections a report has, in which order, for example `country = ["cover", "glance", "sources"]`. A section',
        "that is not named is not computed, one without anything to say is left out, and the table of contents follows.",
        "Without a key a report has the sections marked *default*, in this order. Where `added` stands, the sections of",
        "extensions do, if they do not say [after which](hooks.md#section) other; `page` in a brief begins its second page.",
        "`briefs = true` prints a brief of two pages for each country beside its report. `indicator` and `dimension` are the",
        "sheets that `ssemon report` prints alone. [How to choose](../how-to/choose-sections-and-briefs.md).",
        "",
        "`previous` is the folder of an earlier run, relative to the profile: the country reports then say [what",
        "changed](../how-to/print-what-changed.md) since.",
        "",
    ]
    for kind, known in outline.known_sections().items():
        rows = [(f"`{one.section}`", one.title, "yes" if one.default else "") for one in known.values()]
        lines += [f"`{kind}`:", "", *table(("section", "heading", "default"), rows)]
    return [
        *lines,
        "`[report.groups]` names the groups whose medians the comparative report sets beside each other: a list of areas,",
        '`"Low-income Asia" = ["KHM", "LAO"]`, or a column of the framework\'s `areas.csv`, `"Income" = "income"`. A column of 0',
        "and 1 is one group, any other column a group for each of its words. Areas that are only compared with count in a",
        "median; with fewer than four scores there is none. Absent: the 0/1 columns that do not hold every area. An area or a",
        "column that is not in `areas.csv` is an error.",
        "",
    ]


def edition_page() -> list[str]:
    """The page of the edition profile and the methods that it may name."""
    keys = tuple(field.name for field in fields(edition.CoverageRule))
    lines = [
        "# The edition profile",
        "",
        "`edition.toml` says how a framework is scored and printed this time. A key that is not listed here is an error,",
        "and so is a name that is not in the framework.",
        "",
        "## [edition]",
        "",
        *key_table("key", "edition_keys", edition._EDITION_KEYS),  # noqa: SLF001
        "## [method]",
        "",
        *key_table("key", "method_keys", profile._METHOD_KEYS),  # noqa: SLF001
        "A method is named by a text, or by a table with `method` and its parameters.",
        "",
        "## [method.coverage]",
        "",
        "One rule for each level or node, for example `1 = { weight = 0.6, children = 2 }`.",
        "",
        *key_table("key", "coverage_keys", keys),
        "## [trend]",
        "",
        "What the trends that `ssemon score --steps` writes are judged by.",
        "",
        *key_table("key", "trend_keys", outlook._KEYS),  # noqa: SLF001
        "## [disclosure]",
        "",
        "When a value may not be published, and how well one that may not is protected: see",
        "[Confidential values](../explanation/confidential-values.md).",
        "",
        *key_table("key", "disclosure_keys", secrecy._KEYS),  # noqa: SLF001
        *report_sections(),
        "## [uncertainty]",
        "",
        "What varies between the draws of `ssemon score --uncertainty N` and `ssemon audit`. A list names alternatives, all",
        "equally likely: names, or tables with `method` and its parameters.",
        "",
        *key_table("key", "uncertainty_keys", doubt._KEYS),  # noqa: SLF001
        "## Methods that ship",
        "",
        'Many take their statistics from a reference set: `reference = { years = …, areas = … }`. `years` is `"all"` (one',
        'set of all years of the edition), `"each"` (a set a year, so that scores of two years do not compare) or one year',
        'of the edition as the base, such as `reference = { years = 2019 }`. `areas` is `"all"` (all that are scored) or',
        "`\"edition\"` (the edition's countries). A treatment takes `years` by itself: `\"all\"`, as where it is absent, or",
        '`"each"`. Weightings that read the data (`pca`, `entropy`, `critic`) take all years together.',
        "",
    ]  # fmt: skip
    by_kind = scoring_methods(Manager()).by_kind
    for kind in get_args(MethodKind):
        lines += [f"### {kind}", ""]
        for method in by_kind[kind].values():
            lines += [f"#### {method.name}", "", *prose(method.function.__doc__), *method_parameters(method)]
            if method.expression is not None:
                lines += ["Also with [`--stream`](../how-to/score-a-large-file.md).", ""]
    lines += [
        "## What a method looks like",
        "",
        "An extension may add methods ([how](../how-to/add-a-scoring-method.md)). One signature a kind:",
        "",
    ]
    for kind in (kinds.Treatment, kinds.Imputation, kinds.Normalisation, kinds.Weighting, kinds.Aggregation):
        lines += [f"### {kind.__name__}", "", *prose(kind.__doc__), "```python"]
        lines += [f"def name{arguments(kind.__call__)}", "```", ""]
    records = (
        kinds.Bounds, kinds.Scale, kinds.Reference, kinds.Surroundings, kinds.Siblings, kinds.Weighed,
        kinds.OwnWeights, kinds.Treated,
    )  # fmt: skip
    return [*lines, *(line for one in records for line in record(one))]


def framework_page() -> list[str]:
    """The page of a framework's files."""
    known = (*framework._DECIDING_FILES, "series.csv", "rules.csv", "edition.toml", "translations/XX.csv")  # noqa: SLF001
    ids = ", ".join(f"`{name}`" for name in framework.shipped_frameworks())
    return [
        "# A framework's folder",
        "",
        f"A framework says what is measured. These ship: {ids}. `ssemon framework show ID` prints one,",
        "`ssemon framework check FOLDER` checks one.",
        "",
        *key_table("file", "framework_files", known),
        "## structure.csv",
        "",
        "Further columns are kept as metadata.",
        "",
        *key_table("column", "node_columns", framework._NODE_COLUMNS),  # noqa: SLF001
        "## indicators.csv",
        "",
        *key_table("column", "indicator_columns", framework._INDICATOR_COLUMNS),  # noqa: SLF001
        "These columns may be there and change what is done. Further columns are kept as metadata.",
        "",
        *key_table("column", "indicator_options", all_words()["indicator_options"]),
        f"Transforms: {', '.join(f'`{name}`' for name in framework.TRANSFORMS)}.",
        f"Derivations: {', '.join(f'`{name}`' for name in framework.DERIVATIONS if name)}.",
        "",
        *expression_section(),
    ]


def rules_page() -> list[str]:
    """The page of the rules beyond single cells."""
    lines = [
        "# Rules",
        "",
        "What is asked of values beside each other, once each cell is sound: parts and totals, indicators that hang together,",
        "a series over the years. A rule is a line of `schemas/rules/*.csv`, for every framework, or of `rules.csv` in a",
        "framework's folder, for its own indicators. [How to write one](../how-to/write-a-rule.md).",
        "",
        "Rules are asked in the order of the files. A value that was told of before, as an error of its cell or by an earlier",
        "rule, is not judged again. In a file without a plugin every error of a rule is a warning.",
        "",
        "A kind is of one grain. The rules of a *delivery* are asked whenever a plugin or a file is checked. Those of a",
        "*revision* compare it with what is [approved](../how-to/keep-the-record.md), in `ssemon submit` and `ssemon diff`.",
        "Those between *countries* are asked by `ssemon run`, over all countries of the edition and what they are compared",
        "with; what they find are notes to the secretariat, one for each indicator, and change no exit code.",
        "",
        "## The columns",
        "",
        *key_table("column", "rule_columns", rulebook.COLUMNS),
        "## The kinds",
        "",
    ]
    for name, form in rulekinds.KINDS.items():
        given = [f"`{one} = {value:g}`" for one, value in form.parameters.items()]
        rows = [
            ("grain", form.grain),
            ("columns it uses", ", ".join(f"`{one}`" + (" (needed)" if one in form.needs else "") for one in sorted(form.uses))),
            ("parameters, where a line gives none", ", ".join(given)),
            ("`found` may name", ", ".join(f"`{one}`" for one in sorted(form.names))),
            ("`missing` may be", ", ".join(f"`{one}`" for one in form.missing)),
        ]  # fmt: skip
        lines += [f"### {name}", "", form.judges, "", *table(("", ""), [row for row in rows if row[1]])]
    lines += ["## The rules of every framework", "", *_rule_table(rulebook.shipped_rules())]
    for name in framework.shipped_frameworks():
        own = framework.read_framework(framework.find_framework(name)).rules
        if own:
            lines += [f"## The rules of the framework {name}", "", *_rule_table(own)]
    return lines


def _rule_table(rules: Sequence[rulebook.CheckRule]) -> list[str]:
    rows = []
    for rule in rules:
        of = [f"`{rule.dimension}`"] if rule.dimension else []
        of += [f"`{text}`" for text in (rule.expression, rule.condition and f"where {rule.condition}") if text]
        of += [f"units `{'; '.join(rule.units)}`"] if rule.units else []
        of += [f"`{name} = {value:g}`" for name, value in rule.parameters.items()]
        code = f"[{rule.code}](problems.md#{rule.code.lower()})"
        judged = f"`{rule.kind}`: " + ", ".join(of) if of else f"`{rule.kind}`"
        rows.append((f"`{rule.name}`", code, rule.severity, rule.level, judged, rule.reason))
    return table(("rule", "code", "severity", "level", "judges", "why"), rows)


def expression_section() -> list[str]:
    """The language of the column `expression`."""
    operators = dict.fromkeys(formula.OPERATORS.values())
    return [
        "## expression",
        "",
        "A formula such as `100 * COOP / (COOP + OTHER)`. It is read as this small language and never run as code.",
        "[How to use it](../how-to/compute-from-other-indicators.md).",
        "",
        "- *Numbers*: `12`, `0.5`, `1.5e3`. The decimal sign is a point.",
        "- *Indicators*: their codes. A code of letters, digits, `.` and `_` that begins with a letter stands as it is. Any",
        "  other code stands in square brackets, `[GDP-PC]`; `GDP-PC` means GDP minus PC, and is an error where it is",
        "  also a code. A `]` within a code is written twice.",
        "- *Its own code* means the observed value; another code means that indicator's result. Series are no indicators.",
        "- *Missing*: where an operand or argument is missing, or there is no answer, the result is missing. Only `first` passes",
        "  over what is missing.",
        "- *Status*: a result has the first status of its inputs that is not A; without a value, M where a missing input cannot",
        "  exist, Q where one is suppressed. Its `observed_year` is the oldest of its inputs.",
        f"- *Bounds*: {formula.LONGEST} characters; {formula.DEEPEST} nested brackets, signs and powers; {formula.MOST_PARTS} numbers, codes,",
        "  operators and functions in all.",
        "",
        *key_table("operator", "expression_operators", operators),
        *key_table("function", "expression_functions", formula.FUNCTIONS),
    ]


def frames_page() -> list[str]:
    """The page of the frames and files that a run leaves."""
    listing = inspect.cleandoc(results.__doc__ or "").split("\n\n")
    return [
        "# What a run leaves",
        "",
        listing[0],
        "",
        "```text",
        *inspect.cleandoc(listing[1]).splitlines(),
        "reports/              the PDFs: KOR.en.pdf and so on, comparative.en.pdf",
        "site/                 with --site: the reports as one static site; site/index.html is where it begins",
        "```",
        "",
        listing[2],
        "",
        "A comparative PDF takes its numbers along, as attached files: `scores.csv`, `indicators.csv` and `observations.csv` of",
        "the countries that it prints, in the columns below, and `codebook.csv`. What is confidential is left out of them.",
        "",
        "## observations",
        "",
        "One row a value.",
        "",
        *key_table("column", "observation_columns", model.OBSERVATION_COLUMNS),
        "## scores",
        "",
        "One row an area, year and node of the tree. Sorted by area and year, nodes in the order of the tree.",
        "",
        *key_table("column", "score_columns", model.SCORE_COLUMNS),
        "## indicators",
        "",
        "One row an area, year and indicator that has a value or a statement.",
        "",
        *key_table("column", "indicator_score_columns", model.INDICATOR_SCORE_COLUMNS),
        "## Steps",
        "",
        "`ssemon score --steps FOLDER` writes the frame after each step, those that begin with 6 with `--uncertainty`:",
        "",
        "```text",
        *_steps(),
        "```",
        "",
        "[Column by column](steps.md), with the tables of the audit.",
        "",
    ]


def _steps() -> list[str]:
    """The files of the steps, named where the scoring room names them."""
    source = "".join(
        inspect.getsource(sys.modules[one.__module__]) for one in (scoring_chain, further_steps, with_draws)
    )
    return [f"{name}.csv" for name in sorted(set(re.findall(r'"(\d\w?-[\w-]+)"', source)))]


def python_page() -> list[str]:
    """The page of the public door."""
    rows = []
    for name in ssemon.__all__:
        thing = getattr(ssemon, name)
        text = "The version of ssemon." if name == "__version__" else first_line(thing.__doc__)
        rows.append((f"`{name}`", text if name != "hookimpl" else "Mark a function as a hook."))
    return [
        "# Python",
        "",
        "What `import ssemon` offers to plugins, extensions and programs. Nothing else is public.",
        "",
        *table(("name", "is"), rows),
    ]


PAGES: Mapping[str, Callable[[], list[str]]] = {
    "commands.md": commands,
    "problems.md": problems,
    "plugin-folder.md": manifest_page,
    "tables.md": tables_page,
    "edition-profile.md": edition_page,
    "framework-folder.md": framework_page,
    "rules.md": rules_page,
    "hooks.md": hook_page,
    "frames.md": frames_page,
    "python.md": python_page,
}


def made(page: Callable[[], list[str]]) -> str:
    """Return a page as it should stand in its file."""
    title, *rest = page()
    return "\n".join([title, "", NOTICE, *rest]).rstrip("\n") + "\n"


def out_of_date() -> list[str]:
    """Return the pages that are not what the code says."""
    paths = {name: FOLDER / name for name in PAGES}
    return [
        name
        for name, path in paths.items()
        if not path.is_file() or path.read_text(encoding="utf-8") != made(PAGES[name])
    ]


def main(given: Sequence[str]) -> int:
    """Write the pages, or check them."""
    late = out_of_date()
    if "--check" in given:
        for name in late:
            print(f"docs/reference/{name} is out of date: run make docs")
        return 1 if late else 0
    for name in late:
        (FOLDER / name).write_text(made(PAGES[name]), encoding="utf-8")
        print(f"docs/reference/{name}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
