"""ssemon: plugin-based monitoring of the Social and Solidarity Economy.

Country plugins in; checked data, scores and PDF reports out. This is the public door: what stands in `__all__`
may be used by plugins, extensions and programs, and nothing else may. Heavy parts are imported on first use.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ssemon.checking import validate
    from ssemon.compare import Comparison, compare_runs
    from ssemon.edition import Choice, Edition, read_edition
    from ssemon.encodings import encoding_previews, likely_encoding
    from ssemon.engine import render_reports, run
    from ssemon.errors import CountryFault, Problem, SsemonError, Where
    from ssemon.formula import Expression, parse_expression
    from ssemon.framework import Framework, Indicator, Node, find_framework, read_framework
    from ssemon.hooks import Check, Method, Reader, Section, TextTable, hookimpl
    from ssemon.manifest import Manifest, TableSource, read_manifest
    from ssemon.model import Country, CountryOutcome, Deviation, Run
    from ssemon.scorefile import score_file
    from ssemon.scoring.columns import present_columns, weighted_columns
    from ssemon.scoring.kinds import (
        Bounds,
        OwnWeights,
        Reference,
        Scale,
        Siblings,
        Surroundings,
        Treated,
        Weighed,
        divided,
        refused,
    )
    from ssemon.scoring.shape import kurtosis, shape, skewness
    from ssemon.scoring.sums import outranking, present_weight, weighted_sum
    from ssemon.sheets import Sheet, open_sheet
    from ssemon.text import did_you_mean, listed, plural, quoted

__version__ = "0.1.0"

_HOME = {
    "ssemon.checking": ("validate",),
    "ssemon.compare": ("Comparison", "compare_runs"),
    "ssemon.edition": ("Choice", "Edition", "read_edition"),
    "ssemon.encodings": ("encoding_previews", "likely_encoding"),
    "ssemon.engine": ("render_reports", "run"),
    "ssemon.errors": ("CountryFault", "Problem", "SsemonError", "Where"),
    "ssemon.formula": ("Expression", "parse_expression"),
    "ssemon.framework": ("Framework", "Indicator", "Node", "find_framework", "read_framework"),
    "ssemon.hooks": ("Check", "Method", "Reader", "Section", "TextTable", "hookimpl"),
    "ssemon.manifest": ("Manifest", "TableSource", "read_manifest"),
    "ssemon.model": ("Country", "CountryOutcome", "Deviation", "Run"),
    "ssemon.scoring.columns": ("present_columns", "weighted_columns"),
    "ssemon.scoring.kinds": (
        "Bounds",
        "OwnWeights",
        "Reference",
        "Scale",
        "Siblings",
        "Surroundings",
        "Treated",
        "Weighed",
        "divided",
        "refused",
    ),
    "ssemon.scoring.shape": ("kurtosis", "shape", "skewness"),
    "ssemon.scoring.sums": ("outranking", "present_weight", "weighted_sum"),
    "ssemon.scorefile": ("score_file",),
    "ssemon.sheets": ("Sheet", "open_sheet"),
    "ssemon.text": ("did_you_mean", "listed", "plural", "quoted"),
}
_MODULE_OF = {name: module for module, names in _HOME.items() for name in names}

__all__ = [
    "Bounds", "Check", "Choice", "Comparison", "Country", "CountryFault", "CountryOutcome", "Deviation", "Edition",
    "Expression", "Framework", "Indicator", "Manifest", "Method", "Node", "OwnWeights", "Problem", "Reader",
    "Reference", "Run", "Scale", "Section", "Sheet", "Siblings", "SsemonError", "Surroundings", "TableSource",
    "TextTable", "Treated", "Weighed", "Where", "__version__", "compare_runs", "did_you_mean", "divided",
    "encoding_previews", "find_framework", "hookimpl", "kurtosis", "likely_encoding", "listed", "open_sheet",
    "outranking", "parse_expression", "plural", "present_columns", "present_weight", "quoted", "read_edition",
    "read_framework", "read_manifest", "refused", "render_reports", "run", "score_file", "shape", "skewness",
    "validate", "weighted_columns", "weighted_sum",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    if name not in _MODULE_OF:
        raise AttributeError(f"module 'ssemon' has no attribute {name!r}")
    return getattr(import_module(_MODULE_OF[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
