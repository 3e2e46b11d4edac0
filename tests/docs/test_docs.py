"""The documentation: its commands exist, its tutorial is true, its reference is what the code says, its links resolve.

Where a message of ssemon has changed, `python tests/docs/test_docs.py` prints the new answers into the pages; read
the difference before you keep it.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import click
import pytest
from typed import answer_here, can_be_typed_here

from ssemon.cli import cli
from ssemon.codes import problem_codes

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
TUTORIAL = DOCS / "tutorials" / "your-country-in-a-folder.md"
HOW_TO = sorted((DOCS / "how-to").glob("*.md"))
# These pages draw all reports anew; what they say is tested in smaller pieces too (tests/report: brief, sheets, site, branding).
LONGEST = ("brand-the-reports", "choose-sections-and-briefs", "publish-the-site")
LONG = pytest.mark.long
FRAMEWORK_PAGES = [*sorted((ROOT / "schemas").glob("**/README.md")), ROOT / "plugins" / "README.md"]
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted(DOCS.glob("**/*.md"))]
# In a printed answer: whatever stands here (a time, a hash, a list that the page cuts short).
WHATEVER = "[...]"
_BLOCK = re.compile(r"^```(?P<kind>\w+)(?P<options>[^\n]*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#+ +(.+)$", re.MULTILINE)


@dataclass(frozen=True)
class Block:
    """A fenced block of a page; `file` is the name that the page tells its reader to save it under."""

    kind: str
    file: str
    text: str


@dataclass(frozen=True)
class Command:
    """A line after a dollar sign, and the answer that the page prints."""

    line: str
    answer: str


def blocks(page: Path) -> list[Block]:
    found = _BLOCK.finditer(page.read_text(encoding="utf-8"))
    options = [(match, dict(re.findall(r"(\w+)=(\S+)", match["options"]))) for match in found]
    return [Block(match["kind"], given.get("file", ""), match["text"]) for match, given in options]


def commands(block: Block) -> list[Command]:
    parts = re.split(r"^\$ ", block.text, flags=re.MULTILINE)[1:]
    return [Command(*part.partition("\n")[::2]) for part in parts]


def all_commands() -> Iterator[tuple[Path, str]]:
    for page in [*PAGES, *FRAMEWORK_PAGES]:
        for block in blocks(page):
            if block.kind == "console":
                yield from ((page, command.line) for command in commands(block))


def answer_of(line: str, folder: Path) -> str:
    """Run a line of a page as its reader would, and return what the terminal shows."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    done = subprocess.run(
        ["bash", "-c", line], cwd=folder, env={**os.environ, "PATH": path, "COLUMNS": "100"}, timeout=200,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8", check=False,
    )  # fmt: skip
    return done.stdout


def fits(printed: str, stated: str) -> bool:
    pattern = ".*".join(re.escape(part) for part in stated.rstrip().split(WHATEVER))
    return re.fullmatch(pattern, printed.rstrip(), re.DOTALL) is not None


def quick_answer_of(line: str, folder: Path) -> str:
    """Answer a command of ssemon in this process, and any other line as its reader's shell does."""
    return answer_here(line, folder) if can_be_typed_here(line) else answer_of(line, folder)


def follow(page: Path, folder: Path, *, compare: bool = True, answer: Callable[[str, Path], str] = answer_of) -> None:
    """Do what a page says, in order: save its files, type its commands, and compare the answers."""
    for block in blocks(page):
        if block.file:
            (folder / block.file).parent.mkdir(parents=True, exist_ok=True)
            (folder / block.file).write_text(block.text, encoding="utf-8")
        elif block.kind == "console":
            for command in commands(block):
                printed = answer(command.line, folder)
                assert not compare or fits(printed, command.answer), f"{page.name}: $ {command.line}\n{printed}"


def cut(answer: str) -> str:
    """Take out of an answer what differs between two computers or two runs, and the middle of a long list."""
    answer = answer.replace(f"{ROOT}{os.sep}", WHATEVER)
    answer = re.sub(r"\d+\.\d s · run [0-9a-f]{12}", WHATEVER, answer)
    answer = re.sub(r"((?:  no value: .*\n){2})(?:  no value: .*\n)+", rf"\1  {WHATEVER}\n", answer)
    answer = re.sub(r"warning · scoring · N02 .*?\n\n", f"{WHATEVER}\n", answer, flags=re.DOTALL)
    return re.sub(r"(?:reports/.*\.pdf\n){2,}", f"{WHATEVER}\n", answer)


def rewrite(page: Path, folder: Path) -> None:
    """Follow a page and put the true answer where the stated one is not true."""

    def answered(match: re.Match[str]) -> str:
        block = Block(match["kind"], "", match["text"])
        if block.kind != "console":
            return match[0]
        lines = []
        for command in commands(block):
            printed = answer_of(command.line, folder)
            answer = command.answer if fits(printed, command.answer) else cut(printed)
            lines += [f"$ {command.line}", *answer.rstrip().splitlines()]
        return "\n".join(["```console", *lines, "```"])

    text = page.read_text(encoding="utf-8")
    parts, position = [], 0
    for match in _BLOCK.finditer(text):
        name = re.search(r"file=(\S+)", match["options"])
        if name:
            (folder / name[1]).parent.mkdir(parents=True, exist_ok=True)
            (folder / name[1]).write_text(match["text"], encoding="utf-8")
        parts += [text[position : match.start()], match[0] if name else answered(match)]
        position = match.end()
    page.write_text("".join([*parts, text[position:]]), encoding="utf-8")


def relative(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def finished_tutorial(folder: Path) -> Path:
    """Return the folder as the tutorial leaves it, its answers not compared."""
    follow(TUTORIAL, folder, compare=False)
    return folder


@pytest.fixture(scope="module")
def tutorial(once: Callable[[str, Callable[[Path], object]], Path]) -> Path:
    """The folder in which the tutorial was followed, answers and all."""
    return once("tutorial", lambda folder: follow(TUTORIAL, folder))


@pytest.mark.slow
def test_the_tutorial_is_true_from_its_first_command_to_its_pdf(tutorial: Path):
    for name in ("FJI", "comparative"):
        assert (tutorial / "out" / "reports" / f"{name}.en.pdf").read_bytes().startswith(b"%PDF")


@pytest.mark.slow
@pytest.mark.parametrize(
    "page", [pytest.param(one, marks=LONG if one.stem in LONGEST else ()) for one in HOW_TO], ids=relative
)
def test_a_how_to_page_is_true_in_the_folder_of_the_tutorial(page: Path, tutorial: Path, tmp_path: Path):
    folder = shutil.copytree(tutorial, tmp_path / "work")
    follow(page, folder, answer=quick_answer_of)


def test_a_command_typed_in_this_process_shows_what_a_terminal_shows(tmp_path: Path):
    (tmp_path / "values.csv").write_text("area,indicator,year,value\nFJI,nothing,2020,1\n", encoding="utf-8")
    for line in ("ssemon validate values.csv", "ssemon explain K0", "ssemon validate absent > a.txt 2>&1"):
        assert can_be_typed_here(line)
        assert quick_answer_of(line, tmp_path) == answer_of(line, tmp_path)
    here = (tmp_path / "a.txt").read_text(encoding="utf-8")
    answer_of("ssemon validate absent > a.txt 2>&1", tmp_path)
    assert here == (tmp_path / "a.txt").read_text(encoding="utf-8")
    assert "absent" in here
    assert not can_be_typed_here("ssemon validate values.csv; echo $?")


@pytest.mark.parametrize(("page", "line"), sorted(set(all_commands())), ids=lambda value: relative(value) if isinstance(value, Path) else value)  # fmt: skip
def test_every_command_on_a_page_exists_and_has_its_options(page: Path, line: str):
    words = shlex.split(line, comments=True)
    if words[:1] != ["ssemon"]:
        return
    # A command keeps the help option of the first context that asks for it: each is asked in the context that it runs in.
    context, rest = click.Context(cli, info_name="ssemon", **cli.context_settings), words[1:]
    command: click.Command = cli
    while isinstance(command, click.Group) and rest and not rest[0].startswith("-"):
        name, *rest = rest
        found = command.get_command(context, name)
        assert found is not None, f"{relative(page)}: {line}: there is no {name}"
        command, context = found, click.Context(found, parent=context, info_name=name, **found.context_settings)
    if isinstance(command, click.Group):
        assert set(rest) <= {"--help", "-h", "--version"}
        return
    known = set(chain.from_iterable(parameter.opts for parameter in command.get_params(context)))
    given = {word.split("=")[0] for word in rest if word.startswith("-")}
    assert given <= known, f"{relative(page)}: {line}: no {given - known}"


def test_make_targets_named_on_a_page_exist():
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = {word for page in PAGES for word in re.findall(r"`make ([a-z]+)`|^\$ make ([a-z]+)", page.read_text("utf-8"), re.MULTILINE) for word in word if word}  # fmt: skip
    assert named <= targets


def test_the_reference_pages_are_what_the_code_says():
    done = subprocess.run(
        [sys.executable, str(DOCS / "make_reference.py"), "--check"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_problem_code_is_in_the_reference():
    text = (DOCS / "reference" / "problems.md").read_text(encoding="utf-8")
    assert [code for code in problem_codes() if f"`{code}`" not in text] == []


def test_every_problem_code_named_on_a_page_exists():
    named = {
        (relative(page), code)
        for page in PAGES
        for code in re.findall(r"ssemon explain ([A-Z]\d\d)\b", page.read_text(encoding="utf-8"))
    }
    assert [(page, code) for page, code in sorted(named) if code not in problem_codes()] == []


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as the usual renderers make them."""
    plain = (re.sub(r"[`*]", "", heading) for heading in _HEADING.findall(page.read_text(encoding="utf-8")))
    return {re.sub(r"[^\w\- ]", "", heading).strip().lower().replace(" ", "-") for heading in plain}


@pytest.mark.parametrize("page", [*PAGES, *FRAMEWORK_PAGES], ids=relative)
def test_every_link_resolves(page: Path):
    without_code = re.sub(r"```.*?```|`[^`\n]*`", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    broken = []
    for link in _LINK.findall(without_code):
        if re.match(r"[a-z]+:", link):
            continue
        name, _, anchor = link.partition("#")
        target = (page.parent / name).resolve() if name else page
        if not target.exists() or (anchor and target.suffix == ".md" and anchor not in anchors(target)):
            broken.append(link)
    assert broken == []


def test_every_page_can_be_reached_from_the_index():
    seen, waiting = set(), [DOCS / "README.md"]
    while waiting:
        page = waiting.pop()
        if page in seen or page.suffix != ".md" or not page.is_file():
            continue
        seen.add(page)
        waiting += [(page.parent / link.partition("#")[0]).resolve() for link in _LINK.findall(page.read_text("utf-8"))]
    assert [relative(page) for page in sorted(DOCS.glob("**/*.md")) if page not in seen] == []


def test_the_pictures_of_the_docs_are_small():
    assert [path.name for path in (DOCS / "images").iterdir() if path.stat().st_size > 250_000] == []


# A path of somebody's computer (not of the project), and the addresses that a page may lead to.
_ABSOLUTE = re.compile(r"(?:^|[\s\"'(]|(?<!\w)`)(/[a-z]\w+(?:/\S*)?)", re.MULTILINE)
_ADDRESS = re.compile(r"\w+://[^/\s)]+")
_KNOWN_ADDRESSES = {"https://keepachangelog.com", "postgresql://USER@HOST"}


@pytest.mark.parametrize("page", [*PAGES, *FRAMEWORK_PAGES], ids=relative)
def test_no_page_names_a_place_that_its_reader_does_not_have(page: Path):
    text = page.read_text(encoding="utf-8")
    assert _ABSOLUTE.findall(text) == []
    assert set(_ADDRESS.findall(text)) <= _KNOWN_ADDRESSES


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        rewrite(TUTORIAL, Path(tempfile.mkdtemp(dir=name)))
        for how_to in HOW_TO:
            rewrite(how_to, finished_tutorial(Path(tempfile.mkdtemp(dir=name))))
