"""What a result rests on beside its inputs."""

from __future__ import annotations

import re

from ssemon import __version__
from ssemon.environment import EnvironmentChange, content, environment, environment_changes


def test_every_part_has_a_version_or_a_hash():
    told = environment()
    assert told["ssemon"] == __version__
    assert all(
        re.fullmatch(r"[0-9a-f]{16}", told[name]) for name in ("code", "code lists", "tables", "templates", "fonts")
    )
    assert re.fullmatch(r"3\.\d+\.\d+", told["python"])
    assert all(told.values())


def test_packages_that_ours_need_are_among_them_with_those_that_they_need_and_no_tools_of_ours():
    packages = {name.removeprefix("package ") for name in environment() if name.startswith("package ")}
    assert {"polars", "weasyprint", "numpy", "pydyf"} <= packages
    assert not packages & {"pytest", "ruff", "mypy"}


def test_it_is_the_same_twice_and_one_s_own_to_change():
    first = environment()
    first["ssemon"] = "other"
    assert environment()["ssemon"] == __version__
    assert content() == {name: environment()[name] for name in content()}


def test_what_differs_is_named_with_both_sides():
    changes = environment_changes({"a": "1", "b": "2", "c": "3"}, {"b": "2", "a": "9", "d": "4"})
    assert changes == [
        EnvironmentChange("a", "1", "9"),
        EnvironmentChange("d", "", "4"),
        EnvironmentChange("c", "3", ""),
    ]
    assert [str(change) for change in changes] == ["a: 1 → 9", "d: not there → 4", "c: 3 → not there"]
    assert environment_changes({"a": "1"}, {"a": "1"}) == []
