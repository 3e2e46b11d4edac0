"""The chain: plugins in, a run out. The only module that knows all four rooms."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

import polars as pl

from ssemon import __version__, fingerprint
from ssemon.again import is_open, keep_loaded, loaded_before, plugin_key
from ssemon.basis import read_profile, scoring_methods
from ssemon.checking import value_count
from ssemon.country import Loaded, load_country
from ssemon.edition import Edition
from ssemon.errors import CountryFault, Problem, Settled, UsageFault, Where
from ssemon.framework import Framework
from ssemon.furnishing import levers_of, with_changes
from ssemon.groundwork import Basis, prepared
from ssemon.manifest import Manifest
from ssemon.model import DISCLOSURE_COLUMNS, DOUBT_COLUMNS, OBSERVATION_KEY, CountryOutcome, Robustness, Run
from ssemon.named_faults import naming_extensions
from ssemon.plugins import Extension, Manager, extension_problems, load_extensions
from ssemon.printing import check_languages, left_out_languages, render_reports, render_site, said_of
from ssemon.publication import Published, publish, quiet, told_of, with_intervals_of
from ssemon.regions import regions_of
from ssemon.scorefile import score_file
from ssemon.sections import with_further_sections, with_sections
from ssemon.tables import area_codes
from ssemon.text import did_you_mean, listed, plural, quoted
from ssemon.validation import check_countries

__all__ = [
    "Basis", "Stopwatch", "check_languages", "extended", "left_out_languages", "prepared", "read_profile", "render_reports",
    "render_site", "run", "run_from", "said_of", "score_file", "scoring_methods",
]  # fmt: skip

# What stands in run.json and may change a number or a page.
_DEPENDENCIES = ("polars", "pandera", "pluggy", "jinja2", "weasyprint", "babel")

Step = Callable[[str], None]


@dataclass
class Stopwatch:
    """How long each stage took, in seconds. Kept apart from the run: the same input gives the same run."""

    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Time a stage."""
        start = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[name] = self.seconds.get(name, 0.0) + time.perf_counter() - start


def _say_nothing(_: str) -> None:
    """Nobody watches."""


@naming_extensions
def run(
    edition: Path | None = None,
    plugins: Sequence[Path] = (),
    *,
    extensions: Sequence[str] = (),
    framework: Path | None = None,
    branding: Path | None = None,
    previous: Path | None = None,
    stands: Mapping[str, Mapping[str, Settled]] | None = None,
    on_step: Step | None = None,
    stopwatch: Stopwatch | None = None,
) -> Run:
    """Load every plugin, check what it brings, score it.

    Shape:   `framework` is a folder that counts instead of the profile's, `branding` that of the house that prints the
             reports (absent: branding/ beside the profile), `previous` that of a finished run from which changes are told (absent: the profile's `[report] previous`);
             `stands` by plugin the errors of rules that the record says are allowed, by their code.
    Missing: a country that fails stays in the run as not available, with its problems; the others go on.
    Errors:  EditionFault or UsageFault where the profile, its framework or a folder is at fault.
    """
    basis = prepared(
        edition,
        plugins,
        extensions=extensions,
        framework=framework,
        branding=branding,
        previous=previous,
        stands=stands,
    )
    return run_from(basis, on_step=on_step, stopwatch=stopwatch)


@naming_extensions
def run_from(
    basis: Basis,
    *,
    on_step: Step | None = None,
    stopwatch: Stopwatch | None = None,
    keep: Path | None = None,
) -> Run:
    """Load, check and score what a run is made from.

    Shape:   `keep` is the folder in which what a plugin gave is kept for the next run; None keeps nothing.
    Missing: as for `run`.
    """
    watch, say = stopwatch or Stopwatch(), on_step or _say_nothing
    framework, manager, extra, beside = basis.framework, basis.manager, basis.extra, basis.beside
    profile, manifests, methods = basis.profile, basis.manifests, scoring_methods(basis.manager)
    with watch.stage("load and validate"):
        loaded = [_loaded(manifest, basis, keep, say) for manifest in manifests]
    profile = profile.with_countries(one.outcome.code for one in loaded if one.outcome.kind == "country")
    outcomes = (*(one.outcome for one in loaded), *_without_plugin(profile, manifests))
    observations = _together(loaded)
    with watch.stage("score"):
        published = publish(observations, framework, profile, methods)
        scored = published.scored
        say(f"scored {plural(scored.scores['area'].n_unique(), 'area')}")
    with watch.stage("load and validate"):
        between = check_countries(published.observations, framework, profile.countries)
    scores, told, beside_them = _varied(published, watch, say)
    guarded = frozenset(one.outcome.code for one in loaded if one.is_guarded)
    outcomes = quiet(outcomes, published.countries | guarded)
    found = (p for one in outcomes for p in one.problems)
    problems = (*extension_problems(extra), *found, *between, *published.problems, *scored.problems, *beside_them)
    finished = Run(
        edition=profile,
        framework=framework,
        countries=_in_order(outcomes, profile),
        observations=published.observations,
        scores=scores,
        robustness=told,
        indicator_scores=scored.indicator_scores,
        levers=levers_of(published),
        regions=regions_of(published.protected.observations, published.whole),
        problems=problems,
        hash=_run_hash(profile, framework, manifests, extra),
        licence=_licence(outcomes),
        extensions=tuple(extension.name for extension in extra if extension.module is not None),
        branding=beside.branding,
        errata=beside.errata,
        versions={"ssemon": __version__, **{name: version(name) for name in _DEPENDENCIES}},
    )
    if basis.earlier is not None:
        with watch.stage("compare"):
            finished = with_changes(finished, basis.earlier, methods)
            say(f"compared with {basis.earlier}")
    return with_sections(finished, manager, [one.country for one in loaded])


def _varied(
    published: Published, watch: Stopwatch, say: Step
) -> tuple[pl.DataFrame, Robustness | None, tuple[Problem, ...]]:
    """The scores with their intervals, what the draws say, and what is to be said of them; without draws as they are."""
    profile = published.scored.edition
    if not profile.uncertainty.draws:
        return published.scored.scores, None, ()
    from ssemon.scoring.orders import beside_intervals
    from ssemon.scoring.robust import robustness

    with watch.stage("vary"):
        drawn, told = robustness(published.whole, profile.uncertainty.draws, printed=published.scored)
        say(f"drew {profile.report_year} {plural(told.draws, 'time')}")
    scores = with_intervals_of(published, drawn)
    return scores, told_of(told, published), tuple(beside_intervals(scores))


def _loaded(manifest: Manifest, basis: Basis, keep: Path | None, say: Step) -> Loaded:
    key = plugin_key(manifest, basis.framework, basis.extra) if keep else ""
    kept = loaded_before(keep, manifest, key) if keep and key else None
    loaded = kept or load_country(manifest, basis.framework, basis.extra, basis.stands.get(manifest.code))
    if keep and key and not kept and is_open(loaded.observations, basis.profile.disclosure):
        keep_loaded(keep, key, loaded)
    values, outcome = value_count(loaded.observations), loaded.outcome
    said = plural(values, "value") if outcome.available else "not available"
    say(f"{outcome.code}: {said}" + (", as in the run before" if kept else ""))
    return loaded


def _without_plugin(edition: Edition, manifests: Sequence[Manifest]) -> list[CountryOutcome]:
    """The countries that the edition names and no plugin brings: printed as not available."""
    brought = {manifest.code for manifest in manifests}
    found = []
    for code in edition.countries:
        if code in brought:
            continue
        name = area_codes().get(code, code)
        near = "" if code in area_codes() else f"; {did_you_mean(code, area_codes())}"
        problem = Problem(
            code="E08",
            country=code,
            stage="load",
            what=f"the edition names {quoted(code)} and no plugin brings it",
            where=Where(file=str(edition.path or "")),
            fix=f"add its plugin folder, or take it out of countries{near}",
        )
        found.append(CountryOutcome(code, name, "", "country", available=False, problems=(problem,)))
    return found


def _in_order(outcomes: Sequence[CountryOutcome], edition: Edition) -> tuple[CountryOutcome, ...]:
    """The edition's countries first, in its order; then what is only compared with; each code once.

    Of two plugins with one code the first counts; the second is in the run's problems (P08).
    """
    place = {code: position for position, code in enumerate(edition.countries)}
    first = {outcome.code: outcome for outcome in reversed(outcomes)}
    return tuple(sorted(first.values(), key=lambda outcome: (place.get(outcome.code, len(place)), outcome.code)))


def _together(loaded: Sequence[Loaded]) -> pl.DataFrame:
    """All observations, sorted by their key; a country's own plugin wins over comparators' rows, even if it failed.

    Errors: CountryFault K06 where two comparators plugins give the same key.
    """
    own = {one.outcome.code for one in loaded if one.outcome.kind == "country"}
    frames = [
        one.observations.filter(~pl.col("area").is_in(sorted(own)))
        if one.outcome.kind == "comparators"
        else one.observations
        for one in loaded
    ]
    if not frames:
        fix = "give a folder that holds plugin folders"
        raise UsageFault(Problem(code="U02", what="there is no plugin in these places", fix=fix))
    together = pl.concat(frames).sort("country", *OBSERVATION_KEY)
    together = together.drop(
        name for name in (*DOUBT_COLUMNS, *DISCLOSURE_COLUMNS) if together[name].null_count() == together.height
    )
    repeated = together.filter(pl.struct(OBSERVATION_KEY).is_duplicated())
    if not repeated.is_empty():
        keys = [", ".join(map(str, key)) for key in repeated.select(OBSERVATION_KEY).unique(maintain_order=True).rows()]
        what = "two comparators plugins give the same value"
        raise CountryFault(Problem(code="K06", what=what, found=listed(keys), fix="keep it in one of them"))
    return together


def _licence(outcomes: Sequence[CountryOutcome]) -> str:
    """The sentence that a shared-alike source puts on everything that mixes it in; empty where there is none."""
    alike = sorted({(s.licence, s.source) for one in outcomes for s in one.sources if "BY-SA" in s.licence})
    if not alike:
        return ""
    licence = alike[0][0]
    names = ", ".join(dict.fromkeys(source for _, source in alike))
    return f"Scores and reports mix in data of {names} ({licence}) and are shared under {licence}."


def _run_hash(edition: Edition, framework: Framework, manifests: Sequence[Manifest], extra: Sequence[Extension]) -> str:
    """One hash of everything that the run rests on: profile, framework, every plugin file, code."""
    digest = sha256(f"{__version__}\n{edition.hash}\n{framework.hash}\n".encode())
    for manifest in manifests:
        digest.update(f"{manifest.code} {fingerprint.of_folder(manifest.folder)}\n".encode())
    for extension in extra:
        digest.update(f"{extension.name}\n".encode())
    return digest.hexdigest()


@naming_extensions
def extended(run: Run, folder: Path, *, extensions: Sequence[str]) -> tuple[Run, list[Problem]]:
    """Return a finished run with the sections of extensions written anew, and what went wrong with them.

    Shape: `folder` is where the run is.
    """
    extra = load_extensions(extensions)
    found = with_further_sections(run, Manager(extra), folder)
    return found, [*extension_problems(extra), *found.problems[len(run.problems) :]]
