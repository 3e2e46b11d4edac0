"""What pluggy keeps of our plugins, and what the installed packages offer: each is made once for all who ask for the same."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from functools import lru_cache
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from types import FunctionType, MethodType, ModuleType
from typing import Any

import pluggy

from ssemon.hooks import PROJECT, Hooks

EXTENSIONS = "ssemon.extensions"  # the entry point under which an installed package offers an extension


class _Register(pluggy.PluginManager):
    """Pluggy's register, which looks closely at what bears its mark and not at every name of a module.

    A register is made for each country, and a module of ours has sixty names.
    """

    def parse_hookimpl_opts(self, plugin: Any, name: str) -> Any:
        if isinstance(plugin, ModuleType):
            found = vars(plugin).get(name)
            plain = isinstance(found, FunctionType) and f"{PROJECT}_impl" not in vars(found)
            if plain or not isinstance(found, FunctionType | classmethod | staticmethod | MethodType):
                return None
        return super().parse_hookimpl_opts(plugin, name)


def empty_register() -> pluggy.PluginManager:
    """Return a register that knows our hooks and holds nothing."""
    empty = _Register(PROJECT)
    empty.add_hookspecs(Hooks)
    return empty


def registered(modules: Iterable[tuple[str, ModuleType]]) -> pluggy.PluginManager:
    """Return pluggy's register of these modules, in this order. Errors: pluggy's, where one misuses a hook."""
    found = empty_register()
    for name, module in modules:
        found.register(module, name=name)
    found.check_pending()
    return found


@lru_cache(maxsize=4)
def shared_register(modules: tuple[tuple[str, ModuleType], ...]) -> pluggy.PluginManager:
    """Return the register of these modules that the whole process shares: nothing may be registered with it afterwards."""
    return registered(modules)


def installed_extensions() -> tuple[EntryPoint, ...]:
    """Return the extensions that installed packages offer; they are asked again when a package comes or goes."""
    return _installed(_stamps())


def _stamps() -> tuple[tuple[str, int], ...]:
    """The folders that packages are installed in, each with when one was last added or taken out."""
    return tuple((place, Path(place).stat().st_mtime_ns if Path(place).exists() else 0) for place in sys.path)


@lru_cache(maxsize=1)
def _installed(stamps: tuple[tuple[str, int], ...]) -> tuple[EntryPoint, ...]:  # noqa: ARG001  what the answer rests on
    """The extensions that are installed: to ask each package is dear, and they are asked for at each command."""
    return tuple(entry_points(group=EXTENSIONS))
