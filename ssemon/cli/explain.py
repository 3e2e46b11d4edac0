"""`ssemon explain CODE`: what an error code means."""

from __future__ import annotations

import click

from ssemon.errors import EXIT_OK, EXIT_USAGE
from ssemon.text import closest


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("code", required=False)
@click.option("--language", metavar="TAG", help="In this language, where it is translated (default: English).")
def explain(code: str | None, language: str | None) -> int:
    """Say what an error CODE means, who can act, and how to mend it; without a code, list them all."""
    from ssemon.codes import problem_codes
    from ssemon.wording import Wording, answering_language

    tongue = answering_language(language)
    codes, say = problem_codes(tongue), Wording.of(tongue).say
    if code is None:
        for entry in codes.values():
            click.echo(f"{entry.code:<4} {entry.title}")
        return EXIT_OK
    if code.upper() not in codes:
        near = closest(code.upper(), codes)
        hint = f"did you mean {near}?" if near else "ssemon explain lists them all"
        click.echo(f"there is no code {code!r}; {hint}", err=True)
        return EXIT_USAGE
    entry = codes[code.upper()]
    click.echo(f"{click.style(entry.code, bold=True)}  {entry.title}")
    for label, text in (("who", say(entry.who)), ("means", entry.means), ("mend it", entry.repair)):
        click.echo(f"  {say(label):<8} {text}")
    return EXIT_OK
