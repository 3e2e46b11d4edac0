"""The validation room: Pandera on collected frames, every check named with a stable code, all problems at once."""

from ssemon.validation.checks import Part, check_key, check_table
from ssemon.validation.rules import Context

__all__ = ["Context", "Part", "check_key", "check_table"]
