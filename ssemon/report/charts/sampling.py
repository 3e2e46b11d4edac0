"""What the gallery's samples share: made-up names, long and in many scripts, and how a number is written."""

from __future__ import annotations

# "Cooperative" in ten scripts or spellings that a report has to set.
SCRIPTS = (
    "Cooperative", "Hợp tác xã", "Кооператив", "Хоршоо", "협동조합", "協同組合", "合作社", "สหกรณ์", "ສະຫະກອນ", "សហករណ៍",
)  # fmt: skip
LONG = "The share of organisations that publish their accounts every year"
CUTS = (30, 50, 70)


def fmt(value: float) -> str:
    """Write a number with one decimal; scale ends without."""
    return f"{value:.0f}" if value == int(value) else f"{value:.1f}"


def per_cent(value: float) -> str:
    """Write a share as per cent."""
    return f"{value:.0%}"
