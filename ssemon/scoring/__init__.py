"""The scoring room: panel in, scores out. Pure functions on Polars frames."""

from ssemon.scoring.check import check_methods
from ssemon.scoring.kinds import Bounds, Methods, Reference, Scale, Siblings, Treated
from ssemon.scoring.score import Scored, score, scored_areas

__all__ = [
    "Bounds", "Methods", "Reference", "Scale", "Scored", "Siblings", "Treated", "check_methods", "score", "scored_areas",
]  # fmt: skip
