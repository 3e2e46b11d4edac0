"""Find plugins and extensions; one pluggy manager a country: built-ins, extensions, that country.

Nothing of one country can reach another: each has its own manager and its own module namespace. A country's
`hooks.py` is read before it is run, so that a misspelt or forbidden hook is named without running anything.
"""

from __future__ import annotations

import ast
import contextlib
import importlib
import importlib.util
import io
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.metadata import EntryPoint
from pathlib import Path
from types import ModuleType
from typing import Any, cast

import pluggy

from ssemon import resources
from ssemon.errors import Problem, UsageFault, Where
from ssemon.hooks import COUNTRY_HOOKS, HookCalls, Hooks, hook_names
from ssemon.manifest import HOOKS, MANIFEST, MAPPING, Manifest, read_manifest
from ssemon.registers import empty_register, installed_extensions, registered, shared_register
from ssemon.tables import TableDefinition, read_definition, shipped_tables
from ssemon.text import did_you_mean, listed, quoted

BUILTIN = (
    "ssemon.builtin.readers", "ssemon.builtin.indicators", "ssemon.builtin.methods", "ssemon.builtin.methods_aggregation",
    "ssemon.builtin.methods_imputation", "ssemon.builtin.methods_normalisation", "ssemon.builtin.methods_treatment",
    "ssemon.builtin.methods_frontier", "ssemon.builtin.methods_optimised",
    "ssemon.builtin.methods_weighting", "ssemon.builtin.notes",
)  # fmt: skip
_SIGNS_OF_A_PLUGIN = (MANIFEST, MAPPING, HOOKS, "data")


@dataclass(frozen=True, slots=True)
class Extension:
    """An extension that was asked for: its module, or the problem that kept it out."""

    name: str
    module: ModuleType | None
    problem: Problem | None = None


def find_plugins(folders: Sequence[Path]) -> list[Path]:
    """Return the plugin folders in these places, sorted by name; none given means the shipped ones.

    Errors: UsageFault U01 where a place is not a folder.
    """
    found: list[Path] = []
    for place in folders or [resources.folder("plugins")]:
        if not place.is_dir():
            fix = "give a folder that holds plugin folders"
            raise UsageFault(Problem(code="U01", what="there is no such folder", found=str(place), fix=fix))
        if (place / MANIFEST).is_file():
            found.append(place)
        else:
            found += [path for path in place.iterdir() if _is_plugin(path)]
    return sorted(found, key=lambda path: (path.name.lower(), str(path)))


def _is_plugin(path: Path) -> bool:
    if not path.is_dir() or path.name.startswith((".", "_")):
        return False
    return any((path / sign).exists() for sign in _SIGNS_OF_A_PLUGIN)


def read_plugins(folders: Sequence[Path], tables: Iterable[str] | None = None) -> list[Manifest]:
    """Read the manifests of all plugins found; a code that stands twice is a problem of the second.

    `tables` are the names of the tables that there are; the shipped ones where it is None.
    """
    known = tuple(shipped_tables() if tables is None else tables)
    manifests: list[Manifest] = []
    for folder in find_plugins(folders):
        manifest = read_manifest(folder, known)
        first = next((other for other in manifests if other.code == manifest.code), None)
        manifests.append(manifest if first is None else _twice(manifest, first))
    return manifests


def _twice(second: Manifest, first: Manifest) -> Manifest:
    problem = Problem(
        code="P08",
        country=second.code,
        stage="manifest",
        what=f"{second.code} is brought by two plugins",
        found=f"{first.folder} and {second.folder}",
        fix="keep one of the two folders",
    )
    return replace(second, problems=(*second.problems, problem))


def static_problems(manifest: Manifest) -> tuple[Problem, ...]:
    """Return what is wrong with a plugin's hooks.py, read without running it."""
    if not manifest.has_hooks:
        return ()
    path = manifest.folder / HOOKS
    try:
        tree = ast.parse(path.read_text(encoding="utf-8-sig"))
    except SyntaxError as error:
        place = Where(file=HOOKS, rows=(error.lineno or 0,), row_count=1)
        found = quoted((error.text or "").strip())
        return (_problem(manifest, "P21", f"hooks.py is not Python: {error.msg}", "mend the line", place, found),)
    except (UnicodeDecodeError, ValueError) as error:
        return (
            _problem(manifest, "P21", "hooks.py cannot be read", "save it as UTF-8", Where(file=HOOKS), str(error)),
        )
    problems = []
    for function in tree.body:
        if isinstance(function, ast.FunctionDef):
            problems += _function_problems(manifest, function)
    return tuple(problems)


def _function_problems(manifest: Manifest, function: ast.FunctionDef) -> list[Problem]:
    place = Where(file=HOOKS, rows=(function.lineno,), row_count=1)
    if not any("hookimpl" in ast.unparse(decorator) for decorator in function.decorator_list):
        if function.name in hook_names():
            what = f"the function {function.name} is named like a hook but not marked as one"
            return [_problem(manifest, "P28", what, "write @hookimpl above it", place)]
        return []
    if function.name not in hook_names():
        what = "a hook that does not exist"
        return [
            _problem(manifest, "P22", what, did_you_mean(function.name, COUNTRY_HOOKS), place, quoted(function.name))
        ]
    if function.name not in COUNTRY_HOOKS:
        fix = f"a country may implement {listed(COUNTRY_HOOKS)}; what scores and checks is the same for all"
        return [_problem(manifest, "P24", f"a country may not implement {function.name}", fix, place)]
    known = _arguments(function.name)
    wrong = [argument.arg for argument in function.args.args if argument.arg not in known]
    if wrong:
        what = f"{function.name} has an argument that the hook does not give"
        return [_problem(manifest, "P23", what, f"it gives: {listed(known)}", place, listed(map(quoted, wrong)))]
    return []


@cache
def _arguments(hook: str) -> tuple[str, ...]:
    from inspect import signature

    return tuple(name for name in signature(getattr(Hooks, hook)).parameters if name != "self")


def _problem(manifest: Manifest, code: str, what: str, fix: str, where: Where, found: str = "") -> Problem:
    return Problem(code=code, country=manifest.code, stage="load", what=what, where=where, found=found, fix=fix)


def load_hooks(manifest: Manifest) -> tuple[ModuleType | None, tuple[Problem, ...]]:
    """Import a plugin's hooks.py as a package of its own; whatever it does on the way becomes a problem.

    Errors: none but KeyboardInterrupt; `sys.exit()` in the file is a problem like any other.
    """
    if not manifest.has_hooks:
        return None, ()
    problems = static_problems(manifest)
    if problems:
        return None, problems
    try:
        with _leaving_no_trace():
            module = _imported(manifest)
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        return None, (hook_failure(manifest, "load", error),)
    problems = _made_problems(manifest, module)
    return (None, problems) if problems else (module, ())


@contextlib.contextmanager
def _leaving_no_trace() -> Iterator[None]:
    """Keep a country's file from printing into an answer, and its folder free of Python's caches."""
    before, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            yield
    finally:
        sys.dont_write_bytecode = before


def _made_problems(manifest: Manifest, module: ModuleType) -> tuple[Problem, ...]:
    """What reading the file could not see: hooks that are made while it is loaded."""
    manager, place, fix = empty_register(), Where(file=HOOKS), f"a country may implement {listed(COUNTRY_HOOKS)}"
    try:
        manager.register(module, name="country")
        manager.check_pending()
    except pluggy.PluginValidationError as error:
        lines = str(error).splitlines()
        if "Argument" in lines[-1]:
            return (_problem(manifest, "P23", "a hook has an argument that is not given", fix, place, lines[-1]),)
        return (_problem(manifest, "P22", "a hook that does not exist", fix, place, lines[0]),)
    names = [caller.name for caller in manager.get_hookcallers(module) or () if caller.name not in COUNTRY_HOOKS]
    return tuple(_problem(manifest, "P24", f"a country may not implement {name}", fix, place) for name in names)


def hook_calls(module: ModuleType) -> tuple[Any, dict[str, dict[str, bool]]]:
    """Return the calls of a country's hooks alone, and which it implements with what order among others."""
    manager = empty_register()
    manager.register(module, name="country")
    implemented = {
        caller.name: {"tryfirst": found.tryfirst, "trylast": found.trylast}
        for caller in manager.get_hookcallers(module) or ()
        for found in caller.get_hookimpls()
    }
    return manager.hook, implemented


def _imported(manifest: Manifest) -> ModuleType:
    """Import package style, so that hooks.py may import its neighbours with `from .helpers import …`."""
    package = f"ssemon_country_{manifest.code.lower()}"
    for name in [name for name in sys.modules if name == package or name.startswith(f"{package}.")]:
        del sys.modules[name]
    parent = ModuleType(package)
    folder = manifest.folder.resolve()
    parent.__path__ = [str(folder)]
    sys.modules[package] = parent
    importlib.invalidate_caches()
    spec = importlib.util.spec_from_file_location(f"{package}.hooks", folder / HOOKS)
    if spec is None or spec.loader is None:
        raise ImportError(f"{HOOKS} cannot be imported")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def hook_failure(manifest: Manifest, stage: str, error: BaseException) -> Problem:
    """Return the problem for an exception that a country's own code raised, with the line of its file."""
    file, line = own_line(manifest, error) or (HOOKS, 0)
    name = "sys.exit()" if isinstance(error, SystemExit) else type(error).__name__
    return Problem(
        code="P25" if stage == "load" else "P26",
        country=manifest.code,
        stage="load" if stage == "load" else "hooks",
        what=f"{file} stopped with {name}",
        found=quoted(error) if str(error) else "",
        where=Where(file=file, rows=(line,) if line else (), row_count=1 if line else 0),
        fix="mend the line named; a hook returns a table or None and never ends the program",
    )


def own_line(manifest: Manifest, error: BaseException) -> tuple[str, int] | None:
    """Return the file and line of the plugin's own code that an exception passed through last, or None."""
    folder, found, inside = manifest.folder.resolve(), None, error.__traceback__
    while inside is not None:
        path = Path(inside.tb_frame.f_code.co_filename)
        if path.is_relative_to(folder):
            found = (path.relative_to(folder).as_posix(), inside.tb_lineno)
        inside = inside.tb_next
    return found


def load_extensions(names: Iterable[str] = ()) -> list[Extension]:
    """Load the installed extensions (entry point ssemon.extensions) and the modules named, by name.

    A module that is named is looked for among the installed packages and, last, in the current folder.
    Missing: one that cannot be loaded is kept with its problem; the others go on.
    """
    offered = {point.name: point for point in installed_extensions()}
    found = [_extension(name, point) for name, point in sorted(offered.items())]
    return found + [_extension(name, None) for name in sorted(set(names) - offered.keys())]


def extension_problems(extra: Sequence[Extension]) -> tuple[Problem, ...]:
    """Return what kept extensions out."""
    return tuple(extension.problem for extension in extra if extension.problem is not None)


def _extension(name: str, point: EntryPoint | None) -> Extension:
    try:
        module = point.load() if point is not None else _named_module(name)
        _check_module(module, name)
        return Extension(name, module)
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        what = f"the extension {quoted(name)} cannot be loaded: {type(error).__name__}"
        problem = _extension_problem("X10", what, "load", error)
        if point is None and isinstance(error, ModuleNotFoundError) and error.name == name.partition(".")[0]:
            looked = f"looked for among the installed packages and in {Path.cwd()}; name the module without .py"
            problem = replace(problem, fix=f"{looked}; the run goes on without it")
        return Extension(name, None, problem)


def _named_module(name: str) -> ModuleType:
    """Import a module; the current folder counts, after everything that is installed."""
    here = str(Path.cwd())
    if here not in sys.path:
        sys.path.append(here)
        importlib.invalidate_caches()
    return importlib.import_module(name)


def _extension_problem(code: str, what: str, stage: str, error: BaseException) -> Problem:
    found = quoted(error) if str(error) else ""
    fix = "mend it, upgrade it or uninstall it" + ("; the run goes on without it" if code == "X10" else "")
    return Problem(code=code, stage=stage, what=what, found=found, fix=fix)


def extension_failure(extensions: Sequence[Extension], stage: str, error: BaseException) -> Problem | None:
    """Return the problem for an exception that passed through an extension's code; None where it did not."""
    modules, inside = set(), error.__traceback__
    while inside is not None:
        modules.add(str(inside.tb_frame.f_globals.get("__name__", "")))
        inside = inside.tb_next
    for extension in extensions:
        own = extension.module.__name__ if extension.module is not None else ""
        if own and any(module == own or module.startswith(f"{own}.") for module in modules):
            what = f"the extension {quoted(extension.name)} stopped with {type(error).__name__}"
            return _extension_problem("X12", what, stage, error)
    return None


def _check_module(module: ModuleType, name: str) -> None:
    """Register an extension alone and ask what it registers, so that what fails, fails here and not in a run.

    Errors: whatever the extension raises.
    """
    manager = empty_register()
    manager.register(module, name=name)
    manager.check_pending()
    calls = cast("HookCalls", manager.hook)
    given: list[list[Iterable[object]]] = [
        [*calls.register_readers()], [*calls.register_methods()], [*calls.register_checks()],
        [*calls.register_sections()], [map(read_definition, paths) for paths in calls.register_tables()],
    ]  # fmt: skip
    for entries in (entries for lists in given for entries in lists):
        list(entries)


class Manager:
    """The plugins that serve one country, called through the typed protocol.

    Registered in this order: built-ins, extensions by name, the country; pluggy calls the last first, so that a
    country wins over an extension and an extension over a built-in.
    """

    def __init__(self, extensions: Sequence[Extension] = (), country: ModuleType | None = None) -> None:
        modules = [(name, importlib.import_module(name)) for name in BUILTIN]
        modules += [(extension.name, extension.module) for extension in extensions if extension.module is not None]
        self._country = country
        # What has no country is shared: nothing is registered with it afterwards.
        self._manager = (
            shared_register(tuple(modules)) if country is None else registered([*modules, ("country", country)])
        )

    @property
    def calls(self) -> HookCalls:
        """The hooks of all plugins."""
        return cast("HookCalls", self._manager.hook)

    def tables(self) -> dict[str, TableDefinition]:
        """The table definitions: the shipped ones and those that extensions register."""
        found = dict(shipped_tables())
        for paths in self.calls.register_tables():
            found |= {definition.name: definition for definition in map(read_definition, paths)}
        return found

    def registered(self, hook: str) -> list[tuple[str, Any]]:
        """What each plugin gives to a hook without arguments, with the plugin's name; the last registered first."""
        caller = getattr(self._manager.hook, hook)
        return [(found.plugin_name, found.function()) for found in reversed(caller.get_hookimpls())]

    def own(self, hook: str) -> bool:
        """Whether the country itself implements a hook."""
        if self._country is None:
            return False
        return any(found.name == hook for found in self._manager.get_hookcallers(self._country) or ())
