"""What stands behind the comparison: methods and weights, the codebook, the sources."""

from __future__ import annotations

from dataclasses import dataclass

from ssemon.report.codebook import CodebookPart, WeightTable, weight_tables
from ssemon.report.codebook import codebook as codebook_parts
from ssemon.report.context import Paragraph
from ssemon.report.material import Material
from ssemon.report.robustness import RobustnessPage, robustness_page
from ssemon.report.sources import CommonSource, common_sources


@dataclass(frozen=True, slots=True)
class Methods:
    """The method in words, and the weights."""

    paragraphs: tuple[Paragraph, ...]
    median_note: str
    weights: tuple[WeightTable, ...]


@dataclass(frozen=True, slots=True)
class Codebook:
    """The indicators as the framework defines them."""

    parts: tuple[CodebookPart, ...]


@dataclass(frozen=True, slots=True)
class Sources:
    """The sources of all countries, and what made the report."""

    sources: tuple[CommonSource, ...]
    versions: tuple[tuple[str, str], ...]


def robustness(material: Material) -> RobustnessPage:
    """Return what the draws and the audit say."""
    return robustness_page(material.results, material.words, material.figures)


def methods(material: Material) -> Methods:
    """Return the method in words."""
    methodology = material.methodology
    return Methods(methodology.paragraphs(), methodology.median(), weight_tables(material.results, material.words))


def codebook(material: Material) -> Codebook:
    """Return the indicators as the framework defines them."""
    return Codebook(codebook_parts(material.results, material.words))


def sources(material: Material) -> Sources:
    """Return where the numbers of all countries come from."""
    versions = tuple(sorted(material.results.run.versions.items()))
    return Sources(common_sources(material.results, material.words), versions)
