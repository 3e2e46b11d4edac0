"""From a report's records to HTML: the one Jinja2 environment of the reports."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from jinja2 import (
    BytecodeCache,
    ChoiceLoader,
    DictLoader,
    Environment,
    FileSystemLoader,
    PrefixLoader,
    StrictUndefined,
)
from jinja2.bccache import Bucket
from jinja2.sandbox import ImmutableSandboxedEnvironment

from ssemon import resources
from ssemon.report.words import Words

_STYLES = ("tokens", "page", "text", "table", "cover", "parts", "brief", "spread")
# What logical properties cannot say: margin boxes and grids know nothing of the direction of writing.
_RIGHT_TO_LEFT = "rtl"
# Before the name of a template that is replaced: the one that was shipped.
_SHIPPED = "shipped"


class _Compiled(BytecodeCache):
    """Templates compiled once a process: they are the same in every language, whose words come in when they are filled."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give what was compiled from the same source."""
        if code := self._known.get(self._key(bucket)):
            bucket.bytecode_from_string(code)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was compiled."""
        self._known[self._key(bucket)] = bucket.bytecode_to_string()

    @staticmethod
    def _key(bucket: Bucket) -> tuple[str, str]:
        # A sandbox compiles a template in another way.
        return f"{bucket.environment.sandboxed} {bucket.key}", bucket.checksum


_COMPILED = _Compiled()


def template_folder() -> Path:
    """Return the folder of the templates: the only one that a page may read from."""
    return resources.folder("templates")


def stylesheets(direction: str = "ltr") -> tuple[Path, ...]:
    """Return the style sheets of both reports, in the order in which they apply."""
    names = (*_STYLES, _RIGHT_TO_LEFT) if direction == "rtl" else _STYLES
    return tuple(template_folder() / "styles" / f"{name}.css" for name in names)


def environment(words: Words, replaced: Mapping[str, str] | None = None) -> Environment:
    """Return the environment for one language: everything is escaped, and what is undefined is a fault.

    Shape: `replaced` are a secretariat's own templates, by the names of ours; ours are then still there behind
           `shipped/`. With them every page is filled in a sandbox, which reads no file but our templates.
    """
    ours = FileSystemLoader(template_folder())
    own = [DictLoader(replaced), PrefixLoader({_SHIPPED: ours})] if replaced else []
    kind = ImmutableSandboxedEnvironment if replaced else Environment
    env = kind(
        loader=ChoiceLoader([*own, ours]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
        bytecode_cache=_COMPILED,
    )
    env.filters["sentences"] = words.joined
    env.policies["ext.i18n.trimmed"] = True
    env.install_gettext_translations(words.translations, newstyle=True)  # type: ignore[attr-defined]
    return env


def fill(env: Environment, kind: str, report: object) -> str:
    """Return a report as HTML. `kind` is the folder of its templates."""
    return env.get_template(f"{kind}/report.html.j2").render(report=report)
