"""What a run prints of what it found: errors one by one, the questions of rules in a line where there are many."""

from __future__ import annotations

from pathlib import Path

from ssemon import Problem
from ssemon.cli.show import MOST_OF_A_RULE, show_of_run


def question(country, code="T05", **more):
    return Problem(code=code, severity="warning", what="a jump", fix="look at it", rule="jump", country=country, **more)


def said(problems, capsys):
    show_of_run(problems, Path("out"))
    return capsys.readouterr().err


def test_a_rule_that_asks_of_many_countries_takes_one_line(capsys):
    text = said([question(code) for code in ("KOR", "PHL", "THA", "KOR")], capsys)
    [line] = [one for one in text.splitlines() if "T05" in one]
    assert line.startswith("warning · T05 · ")
    assert line.endswith("4 times: KOR, PHL, THA")
    assert "out/problems.json" in text


def test_a_few_questions_are_printed_whole(capsys):
    text = said([question("KOR")] * MOST_OF_A_RULE, capsys)
    assert text.count("a jump") == MOST_OF_A_RULE
    assert "problems.json" not in text


def test_errors_and_other_warnings_are_never_drawn_together(capsys):
    errors = [
        Problem(code="R02", what=f"fault {number}", fix="mend it", rule="part", country="KOR") for number in range(5)
    ]
    plain = [Problem(code="P28", severity="warning", what=f"hook {number}", fix="mark it") for number in range(5)]
    text = said([*errors, *plain, *[question("KOR")] * 5], capsys)
    assert all(f"fault {number}" in text and f"hook {number}" in text for number in range(5))


def test_notes_of_readers_are_not_told_and_notes_of_rules_are(capsys):
    note = Problem(code="I01", severity="info", what="left out 3 rows", fix="nothing")
    outlier = Problem(code="W05", severity="info", what="far from the others", fix="ask", rule="far")
    text = said([note, outlier], capsys)
    assert "left out" not in text
    assert "far from the others" in text
