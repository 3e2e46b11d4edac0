"""`ssemon submit` and `ssemon diff`: a plugin's folder comes into the record, and what is not as it was approved."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ssemon.cli.place import EDITION, EXTENSION, HELP, JSON, STORE, as_data, in_one_line
from ssemon.cli.show import as_json, counted, edition_here, show_problems, told
from ssemon.errors import EXIT_COUNTRY, EXIT_OK, Problem, UsageFault, allowed, errors_in
from ssemon.store.clock import readable
from ssemon.text import listed, plural

if TYPE_CHECKING:
    import polars as pl

    from ssemon.store import Store
    from ssemon.store.history import Submission
    from ssemon.submitting import Receipt
    from ssemon.vintages import Difference, Side

# So many observations of each kind are printed; --json gives all.
MOST_SHOWN = 10


@click.command(context_settings=HELP)
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--by", "who", metavar="NAME", help="Who sends it (default: your name on this computer).")
@click.option("--note", default="", metavar="TEXT", help="What there is to say about it.")
@STORE
@EDITION
@EXTENSION
@JSON
def submit(
    folder: Path, who: str | None, note: str, home: Path, edition: Path | None, extension: tuple[str, ...], json_: bool
) -> int:
    """Check a plugin's FOLDER and put it into the record, every file byte for byte, and print a receipt.

    With an error it is refused whole: the record keeps that it was sent, by whom and what was wrong, and no file
    of it. Warnings are kept with it. The same folder again, while it waits or counts, is the same submission.
    """
    from ssemon.store import open_store
    from ssemon.submitting import check_folder, submit_folder

    check_folder(folder)  # before a store is made for it
    with open_store(home, create=True) as store:
        receipt = submit_folder(
            folder, store, _my_name() if who is None else who, note=note, edition=edition_here(edition),
            extensions=extension,
        )  # fmt: skip
    click.echo(as_json(_receipt_data(receipt))) if json_ else _print_receipt(receipt)
    return EXIT_OK if receipt.received is not None else EXIT_COUNTRY


def _my_name() -> str:
    """The user's name on this computer. Missing: empty where it has none for this user, as in a container."""
    import getpass

    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return ""


def _print_receipt(receipt: Receipt) -> None:
    show_problems(told(receipt.problems), err=False)
    if receipt.received is None:
        click.echo(f"{receipt.code}: refused whole · {counted(receipt.problems)} · nothing of it was kept")
        return
    one, before = receipt.received.submission, receipt.received.before
    if not receipt.received.is_new:
        click.echo(
            f"{one.code}: this folder is submission {one.number} already ({one.state}); nothing new was recorded"
        )
    for line in _receipt_lines(one):
        click.echo(line)
    if receipt.received.is_new and before is not None:
        click.echo(f"note      the same folder as submission {before.number}, which is {before.state}")
    if receipt.changes is not None:
        click.echo(f"changes   {_changes(receipt.changes)}, against what is approved: ssemon diff {one.number}")
    if one.state == "submitted":
        click.echo(f"next      ssemon accept {one.number} --by NAME" + _reasons_wanted(one))


def _reasons_wanted(one: Submission) -> str:
    codes = dict.fromkeys(warning.code for warning in one.open_warnings)
    return "".join(f" --warning {code} --reason TEXT" for code in codes)


def _receipt_lines(one: Submission) -> Iterator[str]:
    about = one.about
    yield f"receipt   submission {one.number} · {one.code} · {about['name']}"
    note = f": {in_one_line(one.sent.reason)}" if one.sent.reason else ""
    yield f"sent      {readable(one.sent.at)} by {one.sent.who}{note}"
    yield f"holds     {plural(about['values'], 'value')} · {plural(len(one.files), 'file')} · {counted(one.warnings)}"
    yield f"checked   framework {about['framework']['id']} {about['framework']['version']} · ssemon {about['versions']['ssemon']}"  # fmt: skip
    yield f"folder    sha256 {one.content}"
    yield f"record    sha256 {one.receipt}"


def _changes(changes: pl.DataFrame) -> str:
    kinds = changes["kind"].to_list()
    words = (("added", "new"), ("removed", "withdrawn"), ("changed", "changed"))
    parts = [f"{kinds.count(kind)} {word}" for kind, word in words if kind in kinds]
    return ", ".join(parts) or "no observation"


def _receipt_data(receipt: Receipt) -> dict[str, object]:
    received = receipt.received
    return {
        "code": receipt.code, "accepted_for_record": received is not None, "folder_sha256": receipt.content,
        "new": received is not None and received.is_new,
        "submission": None if received is None else as_data(received.submission),
        "problems": [problem.to_dict() for problem in receipt.problems],
    }  # fmt: skip


@click.command(context_settings=HELP)
@click.argument("states", nargs=-1, metavar="[A [B]]")
@STORE
@EDITION
@EXTENSION
@JSON
def diff(states: tuple[str, ...], home: Path, edition: Path | None, extension: tuple[str, ...], json_: bool) -> int:
    """Show what is not the same: new, withdrawn and changed observations, sources, files.

    A and B are each the number of a submission, a plugin's folder, or a country's code, which stands for what is
    approved of it. One alone is compared with what is approved (a submission that counts, with the one approved before
    it). None: every folder in plugins/ is compared with what is approved: what changed since then. What is compared
    with what is approved is held to the rules of revisions, as a submission is.
    """
    from ssemon.store import open_store

    if len(states) > 2:
        raise click.UsageError("give one state or two")
    with open_store(home) as store:
        reader = _Reader(store, edition_here(edition), extension)
        found = reader.differences(states)
    if json_:
        click.echo(as_json([one.to_dict() for one in found]))
    else:
        for one in found:
            _print_difference(one)
            show_problems(one.problems, err=False)
    show_problems(reader.problems)
    held = [problem for one in found for problem in one.problems]
    return EXIT_COUNTRY if errors_in([*reader.problems, *held]) else EXIT_OK


class _Reader:
    """Reads the states that a command names, and gathers the problems of folders that cannot be compared."""

    def __init__(self, store: Store, edition: Path | None, extensions: Sequence[str]) -> None:
        from ssemon.plugins import load_extensions

        self.store, self.edition, self.extra = store, edition, load_extensions(extensions)
        self.history = store.history()
        self.problems: list[Problem] = []

    def differences(self, states: Sequence[str]) -> list[Difference]:
        """Return the difference that is asked for, or one for each folder here."""
        from ssemon.plugins import find_plugins
        from ssemon.vintages import difference

        if not states:
            places = [Path("plugins")] if Path("plugins").is_dir() else []
            found = [self._against_approved(str(folder)) for folder in find_plugins(places)] if places else []
            if not places:
                what, fix = "there is no folder plugins here", "name a plugin's folder or a submission's number"
                raise UsageFault(Problem(code="U01", what=what, found=str(Path.cwd()), fix=fix))
            return [one for one in found if one is not None]
        if len(states) == 1:
            one = self._against_approved(states[0])
            return [one] if one is not None else []
        (code, before), (other, after) = self._side(states[0]), self._side(states[1])
        if code != other:
            what = f"{states[0]} is of {code} and {states[1]} of {other}"
            raise UsageFault(Problem(code="L27", what=what, fix="name two states of one country", stage="store"))
        return [difference(code, before, after)]

    def _against_approved(self, state: str) -> Difference | None:
        from ssemon.vintages import difference, submission_side

        code, after = self._side(state)
        if after.frame is None:
            return None
        base = self.history.approved(code)
        if not Path(state).is_dir():  # a submission is compared with what was approved before it
            vintages = self.history.vintages(code)
            number = int(state) if state.isdecimal() else base.number if base else 0
            place = next((at for at, one in enumerate(vintages) if one.number == number), None)
            if place is not None:
                base = vintages[place - 1] if place else None
        if base is None:
            return difference(code, None, after)
        before = submission_side(self.store, base)
        found = difference(code, before, after)
        return replace(found, problems=self._held(base, before, after, found))

    def _held(self, base: Submission, before: Side, after: Side, found: Difference) -> tuple[Problem, ...]:
        """What the rules against approved values say of a difference."""
        from ssemon.basis import read_profile
        from ssemon.plugins import Manager
        from ssemon.vintages import revision_problems

        if before.frame is None or after.frame is None:
            return ()
        _, framework = read_profile(self.edition, manager=Manager(self.extra))
        told_of = revision_problems(self.store, base, framework, before.frame, after.frame, found.observations)
        return allowed(told_of, after.stands)

    def _side(self, state: str) -> tuple[str, Side]:
        from ssemon.store.refusals import no_submission
        from ssemon.submitting import folder_side
        from ssemon.vintages import submission_side

        if Path(state).is_dir():
            code, side, problems = folder_side(Path(state), self.store, self.edition, self.extra)
            self.problems += errors_in(problems)
            return code, side
        if state.isdecimal():
            one = self.store.submission(int(state))
            return one.code, submission_side(self.store, one)
        for code in (state.upper(), state):
            approved = self.history.approved(code)
            if approved is not None:
                return code, submission_side(self.store, approved)
        what = f"{state} is no folder, no submission's number and no code of which something is approved"
        fix = no_submission(0, self.history).fix
        raise UsageFault(Problem(code="L08", stage="store", what=what, fix=fix))


def _print_difference(found: Difference) -> None:
    click.echo(click.style(f"{found.code}: {found.before} → {found.after}", bold=True))
    if found.same:
        click.echo("  nothing differs")
        return
    counts = [f"{number} {word}" for word, number in found.counts().items() if number]
    click.echo("  observations  " + (", ".join(counts) or "the same"))
    if found.nothing_before:
        return
    for line in _examples(found.observations):
        click.echo(f"    {line}")
    if found.files:
        click.echo(f"  files         {listed(_file(name, hashes) for name, hashes in found.files.items())}")


def _examples(frame: pl.DataFrame) -> Iterator[str]:
    import polars as pl

    marks = {"added": "+", "removed": "−", "changed": "~"}
    for kind, mark in marks.items():
        rows = frame.filter(pl.col("kind") == kind)
        for row in rows.head(MOST_SHOWN).iter_rows(named=True):
            of = [row[name] for name in ("sex", "org_type") if row[name] != "_T"]
            yield f"{mark} {' '.join(map(str, [row['area'], row['indicator'], row['year'], *of]))}: {_what(row, kind)}"
        if rows.height > MOST_SHOWN:
            yield f"{mark} and {rows.height - MOST_SHOWN} more; --json gives all"


def _what(row: dict[str, object], kind: str) -> str:
    before, after = (_cell(row, side) for side in ("before", "after"))
    if kind != "changed":
        return after if kind == "added" else before
    sources = [row["source_before"], row["source_after"]]
    moved = f"; source {sources[0]} → {sources[1]}" if sources[0] != sources[1] else ""
    return (f"{before} → {after}" if before != after else before) + moved


def _cell(row: dict[str, object], side: str) -> str:
    value = row[f"value_{side}"]
    return f"{'no value' if value is None else f'{value:.12g}'} ({row[f'obs_status_{side}']})"


def _file(name: str, hashes: tuple[str, str]) -> str:
    word = "new" if not hashes[0] else "gone" if not hashes[1] else "changed"
    return f"{name} ({word})"
