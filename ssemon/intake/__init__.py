"""The intake room: a file's text table in, our columns and types out, every fault named. Nothing is coerced in silence."""

from ssemon.intake.convert import already_told, converted
from ssemon.intake.mapping import Mapped, map_table

__all__ = ["Mapped", "already_told", "converted", "map_table"]
