"""ssemon: plugin-based monitoring of the Social and Solidarity Economy.

Country plugins in; checked data, scores and PDF reports out. This is the public door: what stands in `__all__`
may be used by plugins, extensions and programs, and nothing else may. Heavy parts are imported on first use.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ssemon.edition import Choice, Edition, read_edition
    from ssemon.encodings import likely_encoding
    from ssemon.engine import render_reports, run, score_file, validate
    from ssemon.errors import CountryFault, Problem, SsemonError, Where
    from ssemon.framework import Framework, Indicator, Node, find_framework, read_framework
    from ssemon.hooks import Check, Method, Reader, Section, hookimpl
    from ssemon.manifest import Manifest, TableSource, read_manifest
    from ssemon.model import Country, CountryOutcome, Deviation, Run
    from ssemon.scoring.kinds import Bounds, Reference, Scale, Siblings, Treated
    from ssemon.scoring.shape import kurtosis, skewness
    from ssemon.text import did_you_mean, listed, plural, quoted

__version__ = "0.1.0"

_HOME = {
    "ssemon.edition": ("Choice", "Edition", "read_edition"),
    "ssemon.encodings": ("likely_encoding",),
    "ssemon.engine": ("render_reports", "run", "score_file", "skewness", "validate"),
    "ssemon.errors": ("CountryFault", "Problem", "SsemonError", "Where"),
    "ssemon.framework": ("Framework", "Indicator", "Node", "find_framework", "read_framework"),
    "ssemon.hooks": ("Check", "Method", "Reader", "Section", "hookimpl"),
    "ssemon.manifest": ("Manifest", "TableSource", "read_manifest"),
    "ssemon.model": ("Country", "CountryOutcome", "Deviation", "Run"),
    "ssemon.scoring.kinds": ("Bounds", "Reference", "Scale", "Siblings", "Treated"),
    "ssemon.scoring.shape": ("kurtosis", "skewness"),
    "ssemon.text": ("did_you_mean", "listed", "plural", "quoted"),
}
_MODULE_OF = {name: module for module, names in _HOME.items() for name in names}

__all__ = [
    "Bounds", "Check", "Choice", "Country", "CountryFault", "CountryOutcome", "Deviation", "Edition", "Framework",
    "Indicator", "Manifest", "Method", "Node", "Problem", "Reader", "Reference", "Run", "Scale", "Section", "Siblings", "SsemonError",
    "TableSource", "Treated", "Where", "__version__", "did_you_mean", "find_framework", "hookimpl", "kurtosis", "likely_encoding", "listed", "plural",
    "quoted", "read_edition", "read_framework", "read_manifest", "render_reports", "run", "score_file", "skewness", "validate",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    if name not in _MODULE_OF:
        raise AttributeError(f"module 'ssemon' has no attribute {name!r}")
    return getattr(import_module(_MODULE_OF[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
