"""Whose fault it is: an extension that raised it, or that could not be loaded and is missed, is named."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from typing import ParamSpec, TypeVar, cast

from ssemon.errors import ExtensionFault, SsemonError
from ssemon.plugins import extension_failure, load_extensions

_P = ParamSpec("_P")
_R = TypeVar("_R")


def naming_extensions(work: Callable[_P, _R]) -> Callable[_P, _R]:
    """Let a function that takes `extensions`, or a basis that was prepared with some, say which is behind a fault.

    Errors: as the function's own, with X10 before them where an extension could not be loaded; ExtensionFault X12
            where an exception passed through an extension's code.
    """

    @wraps(work)
    def named(*args: _P.args, **options: _P.kwargs) -> _R:
        try:
            return work(*args, **options)
        except SsemonError as fault:
            loaded = load_extensions(_asked(args, options))
            kept_out = [one.problem for one in loaded if one.problem is not None and one.problem not in fault.problems]
            if not kept_out:
                raise
            raise type(fault)((*kept_out, *fault.problems)) from fault
        except Exception as error:
            loaded = load_extensions(_asked(args, options))
            behind = extension_failure(loaded, "run", error)
            if behind is None:
                raise
            raise ExtensionFault(behind) from error

    return named


def _asked(args: tuple[object, ...], options: Mapping[str, object]) -> list[str]:
    """The names of the extensions that a call is about."""
    given = [*cast("Sequence[str]", options.get("extensions", ()))]
    return given + [extension.name for one in args for extension in getattr(one, "extra", ())]
