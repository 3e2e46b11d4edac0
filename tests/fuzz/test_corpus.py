"""The fuzzer's corpus, and every input that once broke a target: each is accepted or named, without the fuzzer itself.

Of the inputs that the fuzzer grew every eighth is run, all with `make test-all`; what stands in the corpus with a suffix
(a seed, or what once broke a target) always.
"""

from __future__ import annotations

import importlib.util
import os
import sys
from pathlib import Path
from types import ModuleType

import pytest

FUZZ = Path(__file__).resolve().parent.parent.parent / "fuzz"
NAMES = ("csv", "xlsx", "manifest", "mapping", "framework")


@pytest.fixture(scope="module")
def targets() -> ModuleType:
    spec = importlib.util.spec_from_file_location("fuzz_targets", FUZZ / "targets.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules["fuzz_targets"] = module
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", NAMES)
def test_every_input_of_the_corpus_is_accepted_or_named(targets, name):
    found = sorted((FUZZ / "corpus" / name).iterdir())
    seeds, grown = [one for one in found if one.suffix], [one for one in found if not one.suffix]
    inputs = [*seeds, *(grown if os.environ.get("SSEMON_EXAMPLES") == "long" else grown[::8])]
    assert len(inputs) >= 3
    for path in inputs:
        try:
            targets.TARGETS[name](path.read_bytes())
        except Exception as error:
            raise AssertionError(f"{path.name}: {error!r}") from error


def test_a_target_breaks_where_an_answer_helps_nobody(targets, monkeypatch):
    """What a target lets pass is only worth something if it lets not everything pass."""
    from ssemon.intake import mapping

    def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(mapping, "_year_headings", broken)
    with pytest.raises(targets.Crash):
        targets.csv(b"\0indicator,year,value\na1,2019,4\n")


def test_the_corpus_is_small(targets):
    assert set(targets.TARGETS) == set(NAMES)
    assert sum(path.stat().st_size for path in (FUZZ / "corpus").rglob("*") if path.is_file()) <= 1_000_000


def test_an_input_is_taken_apart_at_its_names_and_never_leads_elsewhere(targets):
    data = b"==== a.xml\n<x/>\n==== b/c.xml\n<y/>\n==== ../d\n\n==== /e\n\n"
    assert targets.parts_of(data) == {"a.xml": b"<x/>", "b/c.xml": b"<y/>\n"[:-1]}
