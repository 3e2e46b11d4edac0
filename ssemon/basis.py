"""What scoring rests on: the profile, its framework and the methods, with what extensions add."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

from ssemon import resources
from ssemon.edition import Edition, check_against, read_edition
from ssemon.errors import ExtensionFault, Problem, Where
from ssemon.expressions import check_expressions
from ssemon.framework import Framework, Indicator, find_framework, read_framework
from ssemon.hooks import Method
from ssemon.plugins import Manager
from ssemon.scoring import Methods
from ssemon.text import quoted

DEFAULT_FRAMEWORK = "baseline"


def default_edition() -> Path:
    """Return the profile that a run without --edition takes: the shipped framework's own."""
    return resources.folder("schemas") / "frameworks" / DEFAULT_FRAMEWORK / "edition.toml"


def read_profile(
    path: Path | None, framework: Path | None = None, manager: Manager | None = None
) -> tuple[Edition, Framework]:
    """Read an edition profile and its framework, with what extensions add, and check one against the other.

    Errors: EditionFault with every problem found.
    """
    edition = read_edition(path or default_edition())
    beside = edition.path.parent if edition.path else None
    found = framework or find_framework(edition.framework or DEFAULT_FRAMEWORK, beside)
    measured = extended(read_framework(found), manager or Manager())
    check_against(edition, measured)
    return edition, measured


def extended(framework: Framework, manager: Manager) -> Framework:
    """Return the framework with the indicators that extensions register for it.

    Errors: ExtensionFault X11 where a code is taken or a parent is not in the tree.
    """
    added = [leaf for leaves in manager.calls.register_indicators(framework=framework.id) for leaf in leaves]
    for leaf in added:
        if leaf.code in framework.indicator_by_code or leaf.parent not in framework.node_by_code:
            what = f"an extension adds the indicator {quoted(leaf.code)} below {quoted(leaf.parent)}"
            fix = "give it a code of its own and a parent that is a node of the framework"
            raise ExtensionFault(Problem(code="X11", stage="load", what=what, fix=fix))
    if not added:
        return framework
    _check_added(added, framework)
    codes = ",".join(
        f"{leaf.code}:{leaf.weight}" + (f":{leaf.expression}" if leaf.expression is not None else "") for leaf in added
    )
    changed = sha256(f"{framework.hash}\n{codes}".encode()).hexdigest()
    return replace(framework, indicators=(*framework.indicators, *added), hash=changed)


def _check_added(added: Sequence[Indicator], framework: Framework) -> None:
    """Check the expressions of added indicators as those of the framework were. Errors: ExtensionFault X11."""
    given = {leaf.code: leaf.expression for leaf in added if leaf.expression is not None}
    known = framework.indicator_by_code.keys() | {leaf.code for leaf in added}
    for problem in check_expressions(given, known, dict.fromkeys(given, Where()))[:1]:
        what = f"an extension adds an indicator that cannot be computed: {problem.what}"
        raise ExtensionFault(replace(problem, code="X11", stage="load", what=what))


def scoring_methods(manager: Manager) -> Methods:
    """Return the methods that built-ins and extensions register; a later one of the same name wins."""
    by_kind: dict[str, dict[str, Method]] = {}
    # pluggy lists the last registered first.
    for registered in reversed(manager.calls.register_methods()):
        for method in registered:
            by_kind.setdefault(method.kind, {})[method.name] = method
    return Methods(by_kind)
