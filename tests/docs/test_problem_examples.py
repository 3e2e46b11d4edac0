"""The examples of the problem codes: each gives the fault that it is said to give, and its repair repairs it."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest

from ssemon.codes import problem_codes

DOCS = Path(__file__).parents[2] / "docs"


def _module():
    """The script of the examples; a folder of documentation is no package."""
    place = importlib.util.spec_from_file_location("problem_examples", DOCS / "problem_examples.py")
    module = importlib.util.module_from_spec(place)
    sys.modules["problem_examples"] = module
    place.loader.exec_module(module)
    return module


EXAMPLES = _module()
CODES = list(EXAMPLES.examples())


@pytest.mark.parametrize("code", CODES)
def test_an_example_gives_its_fault_and_its_repair_repairs_it(code, tmp_path):
    example = EXAMPLES.examples()[code]
    EXAMPLES.write_broken(example, tmp_path)
    said = EXAMPLES.told(tmp_path)
    assert said[code] == EXAMPLES.messages()[code], "run: python docs/problem_examples.py"
    EXAMPLES.mend(example, tmp_path)
    after = EXAMPLES.told(tmp_path)
    assert code not in after
    assert [text for text in after.values() if text.startswith("error")] == [], "the repair makes another fault"


def test_the_workspace_of_the_examples_has_no_fault(tmp_path):
    EXAMPLES.write_broken(EXAMPLES.Example("", {}, {}), tmp_path)
    assert EXAMPLES.told(tmp_path) == {}


def test_there_is_an_example_for_each_code_that_a_country_s_files_can_give():
    assert len(CODES) >= 60
    assert set(CODES) <= set(problem_codes())
    assert set(EXAMPLES.messages()) == set(CODES)


def test_no_message_names_a_place_of_the_machine_that_it_was_made_on():
    assert [code for code, text in EXAMPLES.messages().items() if str(Path.home()) in text or "/tmp" in text] == []


def test_the_page_has_a_section_for_each_code_and_shows_its_message():
    page = (DOCS / "reference" / "problems.md").read_text(encoding="utf-8")
    assert [code for code in problem_codes() if f"\n### {code}\n" not in page] == []
    assert [code for code, text in EXAMPLES.messages().items() if text not in page] == []
