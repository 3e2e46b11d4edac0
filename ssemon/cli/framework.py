"""`ssemon framework`: what is measured."""

from __future__ import annotations

from pathlib import Path

import click

from ssemon.cli.show import as_json
from ssemon.errors import EXIT_OK

_HELP = {"help_option_names": ["-h", "--help"]}
_NAME = click.argument("name", metavar="ID-OR-FOLDER")


@click.group(context_settings=_HELP)
def framework() -> None:
    """Show what is measured."""


@framework.command("list", context_settings=_HELP)
def list_() -> int:
    """Show the frameworks that ship."""
    from ssemon.framework import find_framework, read_framework, shipped_frameworks

    for name in shipped_frameworks():
        found = read_framework(find_framework(name))
        scored = sum(indicator.weight > 0 for indicator in found.indicators)
        head = click.style(found.id, bold=True)
        click.echo(f"{head}  {found.title} (version {found.version})")
        click.echo(
            f"  {len(found.indicators)} indicators, {scored} with a weight, {len(found.nodes)} nodes · {found.folder}"
        )
    return EXIT_OK


@framework.command(context_settings=_HELP)
@_NAME
@click.option("--json", "json_", is_flag=True, help="As JSON, for a program.")
def show(name: str, json_: bool) -> int:
    """Show the tree, the indicators, their units and goalposts."""
    from ssemon.framework import Indicator, find_framework, read_framework

    found = read_framework(find_framework(name))
    if json_:
        nodes = [
            {"code": n.code, "level": n.level, "parent": n.parent, "name": n.name, "weight": n.weight}
            for n in found.nodes
        ]
        click.echo(
            as_json(
                {
                    "id": found.id,
                    "version": found.version,
                    "nodes": nodes,
                    "indicators": [i.metadata for i in found.indicators],
                }
            )
        )
        return EXIT_OK

    def branch(code: str, depth: int) -> None:
        for child in found.children[code]:
            share = "" if child.weight > 0 else "  (shown, not scored)"
            if isinstance(child, Indicator):
                goalposts = (
                    "no goalposts"
                    if child.lower is None or child.upper is None
                    else f"{child.lower:g} to {child.upper:g}"
                )
                better = "higher is better" if child.direction > 0 else "lower is better"
                computed = f" · = {child.expression}" if child.expression is not None else ""
                about = f"{child.name} · {child.unit} · {goalposts}, {better}{computed}{share}"
                click.echo(f"{'  ' * depth}{child.code:<9} {about}")
            else:
                click.echo(f"{'  ' * depth}{click.style(child.code, bold=True)} {child.name}{share}")
                branch(child.code, depth + 1)

    click.echo(f"{click.style(found.root.code, bold=True)} {found.title}")
    branch(found.root.code, 1)
    return EXIT_OK


@framework.command(context_settings=_HELP)
@_NAME
@click.option("--edition", type=click.Path(path_type=Path, dir_okay=False), help="Also check this profile against it.")
def check(name: str, edition: Path | None) -> int:
    """Check a framework's folder and its default edition; every fault at once."""
    from ssemon.edition import check_against, read_edition
    from ssemon.framework import find_framework, read_framework

    found = read_framework(find_framework(name))
    profile = edition or found.folder / "edition.toml"
    if profile.is_file():
        check_against(read_edition(profile), found)
        click.echo(f"{profile}: fits")
    click.echo(f"{found.id}: {len(found.nodes)} nodes, {len(found.indicators)} indicators, well formed")
    return EXIT_OK
