"""The house itself: its door, its floors, its habits."""

from __future__ import annotations

import ast
import doctest
import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

import ssemon
from ssemon.codes import problem_codes

ROOT = Path(ssemon.__file__).resolve().parent
MODULES = sorted(ROOT.rglob("*.py"))
LONGEST_MODULE, LONGEST_FUNCTION = 400, 60


def name_of(path: Path) -> str:
    parts = path.relative_to(ROOT.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def functions(path: Path) -> list[ast.FunctionDef]:
    return [node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.FunctionDef)]


def test_the_public_door_is_sorted_and_everything_in_it_can_be_imported():
    assert ssemon.__all__ == sorted(ssemon.__all__)
    assert dir(ssemon) == sorted(ssemon.__all__)
    for name in ssemon.__all__:
        assert getattr(ssemon, name) is not None
    assert set(ssemon.__all__) == {"__version__", *ssemon._MODULE_OF}
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        ssemon.nothing  # noqa: B018  the access is the test


@pytest.mark.parametrize("path", [path for path in MODULES if path.name == "__init__.py"], ids=name_of)
def test_a_room_s_door_names_what_is_there(path):
    module = import_module(name_of(path))
    names = list(getattr(module, "__all__", ()))
    assert names == sorted(names)
    assert all(hasattr(module, name) for name in names)


def test_what_is_public_has_a_docstring():
    for name in ssemon.__all__:
        if name not in ("__version__", "hookimpl"):
            assert (getattr(ssemon, name).__doc__ or "").strip(), name


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_every_module_and_every_public_function_says_what_it_is(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert ast.get_docstring(tree) or path.stat().st_size < 100, path
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            assert ast.get_docstring(node), f"{name_of(path)}.{node.name}"


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_modules_and_functions_are_short(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST_MODULE
    long = [
        f"{one.name}: {one.end_lineno - one.lineno + 1}"
        for one in functions(path)
        if one.end_lineno - one.lineno >= LONGEST_FUNCTION
    ]
    assert long == []


@pytest.mark.slow
def test_imports_point_down_the_floors(repository):
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    answer = subprocess.run(command, cwd=repository, capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stdout
    assert "0 broken" in answer.stdout


def test_every_module_of_the_house_is_forbidden_to_built_ins(repository):
    import tomllib

    settings = tomllib.loads((repository / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    [forbidden] = [one["forbidden_modules"] for one in settings["contracts"] if one["type"] == "forbidden"]
    inside = {
        f"ssemon.{path.stem}" for path in ROOT.iterdir() if path.suffix == ".py" or (path / "__init__.py").is_file()
    }
    assert set(forbidden) == inside - {"ssemon.__init__", "ssemon.__main__", "ssemon.builtin"}


@pytest.mark.parametrize("module", ["ssemon.text"])
def test_the_examples_in_docstrings_are_true(module):
    answer = doctest.testmod(import_module(module))
    assert (answer.failed, answer.attempted > 5) == (0, True)


def test_nothing_in_the_code_knows_a_node_or_an_indicator_of_a_framework():
    from ssemon import find_framework, read_framework
    from ssemon.framework import shipped_frameworks

    words = set()
    for framework in (read_framework(find_framework(name)) for name in shipped_frameworks()):
        words |= (
            framework.indicator_by_code.keys()
            | {node.code for node in framework.nodes if node.level != 1}
            | framework.series
        )
    texts = {
        node.value for path in ROOT.rglob("*.py") for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }  # fmt: skip
    assert texts & words == set()


_CODE = re.compile(r"[CPXFSVKMIEBNGUDLRT]\d\d")


def raised() -> set[str]:
    """Every code that stands as a text in the sources."""
    found = set()
    for path in ROOT.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and _CODE.fullmatch(node.value):
                found.add(node.value)
    return found


def of_rules() -> set[str]:
    """Every code that a rule is told as: content, not code."""
    from ssemon import find_framework, read_framework
    from ssemon.framework import shipped_frameworks
    from ssemon.rulebook import shipped_rules

    own = [rule for name in shipped_frameworks() for rule in read_framework(find_framework(name)).rules]
    return {rule.code for rule in (*shipped_rules(), *own)}


def test_every_code_that_is_raised_is_explained_and_every_one_explained_is_raised():
    assert raised() | of_rules() == set(problem_codes())


def test_every_code_of_the_core_is_provoked_by_a_test(repository):
    texts = "\n".join(
        path.read_text(encoding="utf-8") for path in (repository / "tests").rglob("*.py") if path != Path(__file__)
    )
    by_reports = {"G02", "G03"} | of_rules()  # a rule's fixtures provoke it: tests/validation/rule_fixtures.toml
    assert [code for code in problem_codes() if code not in by_reports and f'"{code}"' not in texts] == []


def test_every_code_says_who_can_act_what_it_means_and_how_to_mend_it():
    for code in problem_codes().values():
        assert code.who in {"country team", "secretariat", "developer", "developer of ssemon", "you"}, code.code
        assert code.title.endswith((".",)) is False, code.code
        assert code.means.endswith("."), code.code
        assert code.repair.endswith("."), code.code


def test_no_code_stands_twice(repository):
    lines = (repository / "schemas" / "problems.csv").read_text(encoding="utf-8").splitlines()[1:]
    codes = [line.split(",", 1)[0] for line in lines]
    assert len(codes) == len(set(codes))
