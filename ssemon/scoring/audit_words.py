"""What the audit's sentences are made of: examples with words of their own, nouns, shares and probabilities."""

from __future__ import annotations

from ssemon.model import Message

# A probability below it is not printed as a number.
LEAST_P = 0.001


def N_(text: str, /, **values: object) -> Message:  # noqa: N802  the name that gettext's tools look for
    """Mark a text for translation, with what stands in its named places."""
    return Message(text, {name: str(value) for name, value in values.items()})


def ranging(name: str, low: object, high: object) -> Message:
    """Return a name with the range that belongs to it.

    >>> str(ranging("E.1", "0.78", "0.88"))
    'E.1 (0.78 to 0.88)'
    """
    return N_("{name} ({low} to {high})", name=name, low=low, high=high)


def adequacy(group: str, kmo: str, p: str, *, whole: bool) -> Message | str:
    """Return a group with its measures; `whole` is one of all its indicators instead of its parts.

    >>> str(adequacy("E", "0.55", "0.040", whole=True))
    'E with all its indicators (KMO 0.55, p 0.040)'
    """
    measures = f"KMO {kmo}, p {p}"
    return (
        N_("{name} with all its indicators ({measures})", name=group, measures=measures)
        if whole
        else f"{group} ({measures})"
    )


def probability(value: float) -> str:
    """Return a probability as it is printed: never 0."""
    return f"{value:.3f}" if value >= LEAST_P else f"< {LEAST_P}"


def share_of(estimate: float) -> str:
    """Return a share of a variance. An estimate may lie outside 0 to 1, as the table shows it; no share can."""
    return f"{min(max(estimate, 0.0), 1.0):.0%}"


def noun(choice: str) -> str:
    """Return a choice as a noun in the singular; its code where that is one."""
    return NOUNS.get(choice, choice)


# The reports say these in their language (ssemon/report/robustness.py).
NOUNS = {
    "weights": "weighting",
    "left_out": "leaving an indicator out",
    "goalposts": "the place of the goalposts",
    "observations": "observation error",
    "treatment": "outlier treatment",
}
