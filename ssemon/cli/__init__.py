"""The command line. Thin: each module is one group of commands and imports what is heavy only when it runs."""

from __future__ import annotations

import sys
import traceback
from importlib import import_module

import click

from ssemon import __version__
from ssemon.errors import EXIT_OURS, EXIT_USAGE, Problem, SsemonError, Where

# Command → (module, what --help says). The module is imported when its command is.
_COMMANDS = {
    "demo": ("run", "Run the main job on the shipped plugins and write every PDF."),
    "run": ("run", "Load, validate, score and report a workspace."),
    "validate": ("validate", "Check a plugin folder or a data file; nothing is written."),
    "score": ("score", "Score a file of observations."),
    "audit": ("audit", "Audit a run's scores: tables, verdicts, robustness."),
    "compare": ("compare", "Compare two runs: what changed, and why."),
    "submit": ("submit", "Send a plugin's folder: checked, then kept whole or refused whole."),
    "allow": ("allow", "Let an error of a rule stand in a folder, with name and reason."),
    "diff": ("submit", "Show what changed since a submission was approved."),
    "accept": ("approve", "Accept a submission: a reason for each warning."),
    "return": ("approve", "Send a submission back, with a reason."),
    "approve": ("approve", "Approve an accepted submission: another person."),
    "withdraw": ("approve", "Take a submission back, with a reason."),
    "edition": ("edition", "Freeze, list, show, compare and rebuild editions."),
    "revisions": ("revisions", "Show how far first figures were revised."),
    "ledger": ("store", "Read the record: who did what, when; what stands where."),
    "verify": ("store", "Check that the record is as it was written."),
    "backup": ("store", "Write the whole record into one file."),
    "restore": ("store", "Make a record out of a backup."),
    "report": ("report", "Write one PDF, or the site, from a finished run."),
    "plugin": ("plugin", "List, start and check country plugins; write the workbook that a country fills in."),
    "framework": ("framework", "Show what is measured."),
    "explain": ("explain", "Say what an error code means and how to mend it."),
}


class _Lazy(click.Group):
    """A group that imports a command's module when the command is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in _COMMANDS:
            return None
        module, _ = _COMMANDS[name]
        found = vars(import_module(f"ssemon.cli.{module}"))
        command: click.Command = found.get(name) or found[f"{name}_"]  # "return" is a word of Python
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, summary) for name, (_, summary) in _COMMANDS.items()])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in _COMMANDS and not args[0].startswith("-"):
            from ssemon.text import did_you_mean

            ctx.fail(f"there is no command {args[0]!r}; {did_you_mean(args[0], _COMMANDS)}")
        return super().resolve_command(ctx, args)


@click.group(cls=_Lazy, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="ssemon")
def cli() -> None:
    """Monitor the Social and Solidarity Economy: country plugins in; checked data, scores and PDF reports out.

    Exit codes: 0 all well, 1 a fault of ssemon, 2 wrong usage, 3 some country missing or with errors.
    """


def main(arguments: list[str] | None = None) -> None:
    """Run a command; what a user can mend is printed in four lines, never as a traceback."""
    try:
        code = cli.main(args=arguments, prog_name="ssemon", standalone_mode=False)
        sys.exit(code if isinstance(code, int) else 0)
    except click.ClickException as error:
        error.show()
        sys.exit(EXIT_USAGE)
    except click.Abort:
        click.echo("stopped", err=True)
        sys.exit(EXIT_USAGE)
    except SsemonError as error:
        from ssemon.cli.show import show_problems

        show_problems(error.problems)
        sys.exit(error.exit_code)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(EXIT_OURS)
    except OSError as error:
        from ssemon.cli.show import show_problems

        fix = "check that the place exists, is not full and may be written"
        place = Where(file=str(error.filename or ""))
        what = "a file cannot be read or written"
        show_problems([Problem(code="U07", what=what, found=error.strerror or str(error), fix=fix, where=place)])
        sys.exit(EXIT_USAGE)
    except Exception:  # the last line of defence: say that it is our fault, and show what we need
        traceback.print_exc()
        click.echo("\nThis is a fault of ssemon, not yours. Please report it with the lines above.", err=True)
        sys.exit(EXIT_OURS)
