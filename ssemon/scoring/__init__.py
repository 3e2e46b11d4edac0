"""The scoring room: panel in, scores out. Pure functions on Polars frames."""

from ssemon.scoring.kinds import Bounds, Methods, Scale
from ssemon.scoring.score import Scored, check_methods, score, scored_areas

__all__ = ["Bounds", "Methods", "Scale", "Scored", "check_methods", "score", "scored_areas"]
