"""Sections that extensions bring: their template is filled in a sandbox, apart from our own."""

from __future__ import annotations

from collections.abc import Mapping

from jinja2 import StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment


def written(template: str, context: Mapping[str, object]) -> str:
    """Fill an extension's template.

    Errors: whatever a template raises, jinja2.exceptions.SecurityError among them; the engine makes it a problem.
    """
    environment = ImmutableSandboxedEnvironment(autoescape=True, undefined=StrictUndefined)
    return environment.from_string(template).render(context)
