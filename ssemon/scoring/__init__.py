"""The scoring room: panel in, scores out. Pure functions on Polars frames."""

from ssemon.scoring.check import check_methods
from ssemon.scoring.kinds import Bounds, Methods, OwnWeights, Reference, Scale, Siblings, Surroundings, Treated, Weighed
from ssemon.scoring.score import Scored, score

__all__ = [
    "Bounds", "Methods", "OwnWeights", "Reference", "Scale", "Scored", "Siblings", "Surroundings", "Treated", "Weighed", "check_methods", "score",
]  # fmt: skip
