"""What would change the score: the indicators through which most could be won, and what the strong ones hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from ssemon.framework import Indicator
from ssemon.report.charts import tokens, tornado
from ssemon.report.context import Figure
from ssemon.report.material import CountryMaterial
from ssemon.report.numbers import MISSING

# How many indicators are shown: what fits on a page with its table.
_MOST = 6
# Gains below this are printed as nothing, and nothing is said of them.
_LEAST = 0.05
_BAND, _MEDIAN, _TOP = "band", "median", "top"

_Rows = Mapping[str, Mapping[str, Any]]


class Aim(NamedTuple):
    """A value to be reached, and what the overall score would gain. Missing: `..` for an aim that is behind it."""

    value: str = MISSING
    gain: str = MISSING


@dataclass(frozen=True, slots=True)
class LeverRow:
    """An indicator: where it stands, and what it could reach."""

    name: str
    unit: str
    value: str
    score: str
    band: Aim
    median: Aim
    top: Aim


@dataclass(frozen=True, slots=True)
class LeversPage:
    """The section."""

    lead: str
    together: tuple[str, ...]
    figure: Figure
    rows: tuple[LeverRow, ...]
    caption: str
    has_bands: bool
    note: str


def levers(material: CountryMaterial) -> LeversPage | None:
    """Return the section. Missing: None where the run worked nothing out for the country."""
    return _Builder(material).build()


def _gain(rows: _Rows, target: str) -> float:
    return float(rows[target]["gain"]) if target in rows else 0.0


class Levers:
    """What the run worked out for a country: for each indicator alone, and for all of them together."""

    def __init__(self, material: CountryMaterial) -> None:
        self.results, self.words, self.outcome = material.results, material.words, material.outcome
        frame = self.results.run.levers
        rows = [] if frame is None else frame.filter(frame["area"] == self.outcome.code).to_dicts()
        self.alone: dict[str, dict[str, dict[str, Any]]] = {}
        self.all: dict[str, dict[str, Any]] = {}
        for row in rows:
            if row["indicator"] is None:
                self.all[row["target"]] = row
            else:
                self.alone.setdefault(row["indicator"], {})[row["target"]] = row
        self.has_bands = bool(self.results.edition.method.band_cuts)

    def largest(self, most: int) -> list[str]:
        """Return the indicators by what could be won through them, the largest first; ties in the framework's order."""
        gains = {code: max(_gain(rows, target) for target in (_BAND, _TOP)) for code, rows in self.alone.items()}
        return sorted((code for code in gains if gains[code] >= _LEAST), key=lambda code: -gains[code])[:most]

    def row(self, code: str) -> LeverRow:
        """Return an indicator's line."""
        leaf, reading = self._leaf(code), self.results.reading(self.outcome.code, code)
        return LeverRow(
            name=leaf.name,
            unit=self.words.unit(leaf.unit),
            value=self.words.numbers.value(reading.value, self.results.decimals(code)),
            score=self.words.numbers.score(reading.score),
            band=self._aim(code, _BAND),
            median=self._aim(code, _MEDIAN),
            top=self._aim(code, _TOP),
        )

    def _aim(self, code: str, target: str) -> Aim:
        row = self.alone[code].get(target)
        if row is None:
            return Aim()
        value = self.words.numbers.value(row["target_value"], self.results.decimals(code))
        return Aim(value, self.words.numbers.change(row["gain"]))

    def _leaf(self, code: str) -> Indicator:
        return self.results.framework.indicator_by_code[code]


class _Builder(Levers):
    """Builds the section of one country."""

    def __init__(self, material: CountryMaterial) -> None:
        super().__init__(material)
        self.figures = material.figures

    def build(self) -> LeversPage | None:
        shown = self.largest(_MOST)
        if not shown:
            return None
        return LeversPage(
            lead=self._lead(shown),
            together=tuple(filter(None, (self._together(_MEDIAN), self._together(_BAND)))),
            figure=self._figure(shown),
            rows=tuple(map(self.row, shown)),
            caption=self.words._("What each of these indicators would have to reach, and what the overall score would then gain"),
            has_bands=self.has_bands,
            note=self._note(),
        )  # fmt: skip

    def _lead(self, shown: Sequence[str]) -> str:
        row = max(self.alone[shown[0]].values(), key=lambda row: float(row["gain"]))
        text = self.words._(
            "The largest lever is “{indicator}”: at the good end of its scale the overall score would be {reached}, {gain} points higher."
        )
        said = text.format(
            indicator=self._leaf(shown[0]).name, reached=self.words.numbers.score(row["reached"]),
            gain=self.words.numbers.score(row["gain"]),
        )  # fmt: skip
        return self.words.joined([said, self._lifting()])

    def _lifting(self) -> str:
        """Say how many indicators would each lift the country into the next band."""
        cuts, codes = self.results.edition.method.band_cuts, self.results.edition.method.band_codes
        overall = self.results.score(self.outcome.code, self.results.framework.root.code).score
        cut = next((at for at, cut in enumerate(cuts) if overall is not None and cut > overall), None)
        if cut is None:
            return ""
        band = self.words.band(codes[cut + 1])
        able = [code for code, rows in self.alone.items() if any(row["reached"] >= cuts[cut] for row in rows.values())]
        if not able:
            return self.words._("No single indicator would lift the country into the band “{band}”.").format(band=band)
        return self.words.ngettext(
            "{count} indicator alone would lift the country into the band “{band}”.",
            "{count} indicators would each lift the country into the band “{band}”.",
            len(able), band=band,
        )  # fmt: skip

    def _together(self, target: str) -> str:
        """Say what several indicators would bring together."""
        row = self.all.get(target)
        count = sum(
            target in rows and rows[target]["target_score"] > rows[target]["score"] for rows in self.alone.values()
        )
        if row is None or not count:
            return ""
        numbers = {"reached": self.words.numbers.score(row["reached"]), "gain": self.words.numbers.change(row["gain"])}
        if target == _MEDIAN:
            return self.words.ngettext(
                "If the {count} indicator below the countries' median reached it: overall score {reached} ({gain}).",
                "If the {count} indicators below the countries' median all reached it: overall score {reached} ({gain}).",
                count, **numbers,
            )  # fmt: skip
        return self.words.ngettext(
            "If the {count} indicator below the highest band rose by one band: overall score {reached} ({gain}).",
            "If the {count} indicators below the highest band all rose by one band: overall score {reached} ({gain}).",
            count, **numbers,
        )  # fmt: skip

    def _figure(self, shown: Sequence[str]) -> Figure:
        _, numbers = self.words._, self.words.numbers
        swings = [
            tornado.Swing(
                label=self._leaf(code).name,
                near=self._change(code, _BAND), far=self._change(code, _TOP), reference=self._change(code, _MEDIAN),
            )
            for code in shown
        ]  # fmt: skip
        overall = self.results.score(self.outcome.code, self.results.framework.root.code).score
        legend = tornado.Legend(
            near=_("gain at the next band"), far=_("gain at the good end of the scale"),
            lost=_("loss at the countries' median"), gained=_("gain at the countries' median"),
            today=_("now {score}").format(score=numbers.score(overall)),
        )  # fmt: skip
        half = self._half(shown)
        title = self.words.ngettext(
            "{count} indicator holds half of what could still be won",
            "{count} indicators hold half of what could still be won",
            half,
        )
        chart = tornado.tornado(swings, legend, title=title, fmt=numbers.change, width=tokens.WIDTH)
        note = _("Change of the overall score in points if one indicator stood elsewhere and all others as they are, {year}. Source: this run.")  # fmt: skip
        return Figure(title, self.figures.turned(chart), note.format(year=self.results.year))

    def _change(self, code: str, target: str) -> float | None:
        row = self.alone[code].get(target)
        return None if row is None else float(row["gain"])

    def _half(self, shown: Sequence[str]) -> int:
        """How many of the largest levers make up half of the gains at the good end, one by one."""
        gains = sorted((max(_gain(rows, _TOP), 0.0) for rows in self.alone.values()), reverse=True)
        total, held = sum(gains), 0.0
        for count, gain in enumerate(gains, 1):
            held += gain
            if held >= total / 2:
                return count
        return len(shown)

    def _note(self) -> str:
        _ = self.words._
        return self.words.joined(
            [
                _("This is arithmetic of the index, scored again for each line, not a forecast and no recommendation: it says nothing of effort, time or side effects. A score improves when what it measures does."),
                _("Indicators without a value of the country's own are left out: a value would change the coverage, and which way the score would go is not known."),
            ]
        )  # fmt: skip
