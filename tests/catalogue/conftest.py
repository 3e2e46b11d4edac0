"""Puts this folder where its tests find what they share."""

from __future__ import annotations

import sys
from pathlib import Path

HERE = Path(__file__).parent
# The builders of workbooks are those of the intake.
sys.path[:0] = [str(HERE), str(HERE.parent / "intake")]
