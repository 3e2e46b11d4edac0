"""The chain for one country: manifest → load → read → map → convert → validate → compute. Whatever fails becomes a problem.

A stage that fails does not stop the others of the same country where they can still say something useful: all that
is wrong is said at once. A country with an error is not available; the other countries never notice.
"""

from __future__ import annotations

import contextlib
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from types import ModuleType
from typing import TypeVar

import polars as pl

from ssemon.apart import hooks_apart
from ssemon.bounds import limits, usual_range
from ssemon.computation import changes, contract, no_observations, unfit, with_source
from ssemon.errors import CountryFault, Problem, Settled, SsemonError, Where, allowed, errors_in, told_apart
from ssemon.framework import Framework, Indicator
from ssemon.hooks import Check
from ssemon.intake import Mapped, already_told, converted, map_table
from ssemon.manifest import IGNORE, MAPPING, Manifest, TableSource
from ssemon.model import DISCLOSURE_COLUMNS, FREE, Country, CountryOutcome, Deviation, SourceFile
from ssemon.plugins import Extension, Manager, extension_failure
from ssemon.reading import read_text_table
from ssemon.tables import KEY_FIGURES, OBSERVATIONS, area_codes, code_meant, parts_of_countries, subdivisions
from ssemon.text import did_you_mean, folded, quoted
from ssemon.titles import hinted
from ssemon.unpacking import unpacked
from ssemon.validation import Context, Part, Subject, check_figures, check_rules, checked_key, checked_table, this_year

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Loaded:
    """A country after its stages: its outcome, and its observations in the contract's columns.

    Missing: `is_guarded` is asked of a country with an error alone: its observations are empty, and cannot say that the
             values which its messages quote are confidential.
    """

    outcome: CountryOutcome
    observations: pl.DataFrame
    country: Country
    is_guarded: bool = False


def load_country(
    manifest: Manifest, framework: Framework, extensions: Sequence[Extension] = (),
    stands: Mapping[str, Settled] | None = None,
) -> Loaded:  # fmt: skip
    """Run the stages of one country.

    Shape:   `stands` are the errors of rules that the secretariat has allowed for this folder, by their code.
    Missing: with an error the country is not available and gives no observations; its problems say why.
    Errors:  none: every exception but KeyboardInterrupt becomes a problem of this country.
    """
    with hooks_apart(manifest) as (module, problems):
        stages = _Stages(manifest, framework, extensions, module, [*manifest.problems, *problems], stands or {})
        observations = stages.guarded("engine", stages.all, no_observations())
        outcome = stages.tell(stages.outcome())
    if outcome.available:
        return Loaded(outcome, observations, stages.country)
    return Loaded(outcome, no_observations(), stages.country, stages.is_guarded())


class _Stages:
    """The stages of one country and the problems they found."""

    def __init__(
        self, manifest: Manifest, framework: Framework, extensions: Sequence[Extension],
        module: ModuleType | None, problems: list[Problem], stands: Mapping[str, Settled],
    ) -> None:  # fmt: skip
        self.manifest, self.framework, self.problems, self.stands = manifest, framework, problems, stands
        self.extensions, self.manager = extensions, Manager(extensions, module)
        self.calls, self.shared = self.manager.calls, Manager(extensions) if module else self.manager
        self.country = Country(manifest.code, manifest.name, manifest.folder, manifest.kind, manifest.languages)
        self.tables: dict[str, list[pl.DataFrame]] = {}
        self.parts: dict[str, list[Part]] = {}
        self.sources: list[SourceFile] = []
        self.deviations: list[Deviation] = []
        self.log: list[Problem] = []
        self.definitions = self.manager.tables()
        self.context = self._context()

    def all(self) -> pl.DataFrame:
        """Run every stage and return the observations."""
        self._check_place()
        if not self.manifest.words.read:  # without its words every heading and code would be a fault
            return no_observations()
        self._check_mapping()
        for table in self.manifest.tables:
            self.guarded("read", lambda table=table: self._table(table), None, table)  # type: ignore[misc]
        if not any(table.table == OBSERVATIONS for table in self.manifest.tables) and not errors_in(self.problems):
            self._note("P09", "the plugin has no observations", 'add [[tables]] with table = "observations"')
        for name in self.tables:
            self.guarded("validate", lambda name=name: self._check(name), None)  # type: ignore[misc]
        if errors_in(self.problems):
            return no_observations()
        observations = self._computed()
        for checks in self.calls.register_checks():
            for check in checks:
                self._extra_check(check, observations)
        return observations

    def guarded(self, stage: str, work: Callable[[], _T], otherwise: _T, table: TableSource | None = None) -> _T:
        """Do the work; whatever it raises becomes a problem of this country. What country code prints is kept quiet."""
        try:
            with contextlib.redirect_stdout(io.StringIO()):
                return work()
        except KeyboardInterrupt:
            raise
        except SsemonError as error:
            found = [problem.in_country(self.manifest.code, stage) for problem in error.problems]
            self.problems += [problem for problem in found if problem not in self.problems]
        except BaseException as error:
            problem = self._failure(stage, error, table)
            if problem not in self.problems:  # a hook that fails for every table is one fault
                self.problems.append(problem)
        return otherwise

    def _failure(self, stage: str, error: BaseException, table: TableSource | None) -> Problem:
        foreign = extension_failure(self.extensions, stage, error)
        if foreign is not None:
            return foreign.in_country(self.manifest.code)
        if isinstance(error, OSError):
            fix = "check that the file is there and may be read"
            where = table.where() if table else Where(file=str(error.filename or ""))
            return self._problem("F09", "a file cannot be read", fix, stage, str(error), where)
        what = f"ssemon itself failed here: {type(error).__name__}"
        where = table.where() if table else Where()
        return self._problem(
            "G01", what, "please report this with the message and the file", stage, str(error)[:300], where
        )

    def _problem(
        self, code: str, what: str, fix: str, stage: str, found: str = "", where: Where | None = None
    ) -> Problem:
        return Problem(
            code=code, what=what, fix=fix, found=found, stage=stage, country=self.manifest.code, where=where or Where()
        )

    def _note(self, code: str, what: str, fix: str, found: str = "") -> None:
        where = Where(file="plugin.toml")
        self.problems.append(self._problem(code, what, fix, "manifest", found, where))

    def _context(self) -> Context:
        code, areas = self.manifest.code, set(area_codes())
        # What is delivered for an indicator with an expression is not in the unit of its goalposts.
        leaves = [leaf for leaf in self.framework.indicators if leaf.expression is None]
        own = areas if self.manifest.kind == "comparators" else {code, *subdivisions(code)}
        return Context(
            country=code,
            areas=sorted(areas | own),
            own_areas=sorted(own),
            indicators=sorted(self.framework.known_words | self._unknown_in_mapping().keys()),
            limits={leaf.code: limits(leaf) for leaf in leaves},
            written=self.manifest.words.written,
            framework=self.framework.id,
            usual={leaf.code: usual_range(leaf) for leaf in leaves},
        )

    def _unknown_in_mapping(self) -> dict[str, tuple[str, int]]:
        """Words of ours in mapping.csv that no indicator or series has: each with theirs and its row."""
        words, known = self.manifest.words, self.framework.known_words
        found = {}
        for theirs in words.written.get("indicator", ()):
            ours = words.codes["indicator"].get(folded(theirs), IGNORE)
            if ours not in known and ours != IGNORE:
                found[ours] = (theirs, words.rows.get(("indicator", folded(theirs)), 0))
        return found

    def _check_mapping(self) -> None:
        """A slip in mapping.csv is told of there, not in the rows that it maps."""
        for ours, (theirs, row) in self._unknown_in_mapping().items():
            what = (
                f'{quoted(theirs)} is mapped to {quoted(ours)}, which the framework "{self.framework.id}" does not have'
            )
            fix = did_you_mean(ours, sorted(self.framework.known_words))
            where = Where(file=MAPPING, rows=(row,), row_count=1)
            self.problems.append(self._problem("P15", what, fix, "manifest", "", where))

    def _check_place(self) -> None:
        """A country plugin is of a country that exists, and its words are for columns that exist."""
        if self.manifest.kind == "country" and self.manifest.code not in area_codes():
            fix = code_meant(self.manifest.code)
            self._note("K01", "the country is no ISO 3166-1 alpha-3 code", fix, quoted(self.manifest.code))
        columns = sorted({name for definition in self.definitions.values() for name in definition.columns})
        for column in self.manifest.words.codes.keys() - set(columns):
            what, where = "mapping.csv has codes for a column that no table has", Where(file="mapping.csv")
            fix = did_you_mean(column, columns)
            self.problems.append(self._problem("P14", what, fix, "manifest", quoted(column), where))

    def _table(self, table: TableSource) -> None:
        """Read, map, convert and check one file."""
        definition = self.definitions[table.table]
        known = {*definition.columns, *self.manifest.words.headers}
        with unpacked(table) as inside:
            try:
                text = self._read(table, inside)
            except CountryFault as fault:
                raise CountryFault(hinted(fault.problems, inside, known)) from fault
            mapped = map_table(text, definition, inside, self.manifest.words)
            self._collect(hinted(mapped.problems, inside, known), "map")
        self._record(mapped.log, "map")
        if not mapped.can_be_read:
            return
        own = self.calls.harmonise_table(country=self.country, table=table, frame=mapped.frame)
        if own is not None:
            mapped = replace(mapped, frame=self._checked_frame("harmonise_table", own, ("source_row",)))
        mapped = replace(mapped, problems=(), log=())
        defaults = {"country": self.manifest.code, "source": table.source}
        typed = converted(mapped, definition, inside, defaults)
        self._collect(typed.problems, "convert")
        self._record(typed.log, "convert")
        self._keep(inside, typed)
        self.sources.append(self._source(table, typed.frame.height))

    def _read(self, table: TableSource, inside: TableSource) -> pl.DataFrame:
        own = self.calls.read_table(country=self.country, table=table)
        if own is not None:
            frame = self._checked_frame("read_table", own, ())
            return frame if "source_row" in frame.columns else frame.with_row_index("source_row", offset=2)
        read = read_text_table(inside, self.manager)
        told, log = told_apart(read.notes)
        self._collect(told, "read")
        self._record(log, "read")
        return read.frame

    def _checked_frame(self, hook: str, frame: object, needed: tuple[str, ...]) -> pl.DataFrame:
        """A hook's answer is a Polars DataFrame with the columns that the next stage needs."""
        if isinstance(frame, pl.LazyFrame):
            frame = frame.collect()
        if not isinstance(frame, pl.DataFrame):
            fix = f"end {hook} with a polars DataFrame, or None"
            raise SsemonError(
                self._problem("P27", f"{hook} gives a {type(frame).__name__}", fix, "load", "", Where(file="hooks.py"))
            )
        absent = [name for name in needed if name not in frame.columns]
        if absent:
            what = f"{hook} gives a table without {', '.join(absent)}"
            raise SsemonError(self._problem("P27", what, "keep these columns", "load", "", Where(file="hooks.py")))
        return frame

    def _collect(self, problems: Sequence[Problem], stage: str) -> None:
        self.problems += [problem.in_country(self.manifest.code, stage) for problem in allowed(problems, self.stands)]

    def _record(self, log: Sequence[Problem], stage: str) -> None:
        """Keep what was done on the way: the intake log."""
        self.log += [problem.in_country(self.manifest.code, stage) for problem in log]

    def _source(self, table: TableSource, rows: int) -> SourceFile:
        return SourceFile(
            country=self.manifest.code, table=table.table, file=table.file, sheet=table.sheet, source=table.source,
            licence=table.licence, citation=table.citation, url=table.url,
            sha256=sha256(table.path.read_bytes()).hexdigest(), rows=rows,
        )  # fmt: skip

    def _keep(self, table: TableSource, typed: Mapped) -> None:
        """Keep a file's typed rows, and which file they came from."""
        parts = self.parts.setdefault(table.table, [])
        self.tables.setdefault(table.table, []).append(typed.frame.with_columns(source_part=pl.lit(len(parts))))
        parts.append(Part(table, typed.headings))

    def _check(self, name: str) -> None:
        """Check all files of a table together: its cells, that each key stands once, and what stands between rows."""
        frame, definition, parts = pl.concat(self.tables[name]), self.definitions[name], self.parts[name]
        cells = checked_table(frame, definition, parts, self.context)
        self._collect([problem for problem in cells.problems if not self._is_told(problem)], "validate")
        told = cells.told
        if definition.key:
            keys = checked_key(frame, definition, parts, self.context)
            self._collect(keys.problems, "validate")
            told |= keys.told
        if name == OBSERVATIONS:
            subject = Subject(self.framework, self.manifest.code, this_year(), parts_of_countries())
            self._collect(check_rules(frame, parts, subject, told), "validate")
        if name == KEY_FIGURES:
            self._collect(check_figures(frame, definition, parts, self.manifest.code, told), "validate")

    def _is_told(self, problem: Problem) -> bool:
        """A cell that could not be read is missing afterwards, and no row is of a country that does not exist."""
        if problem.code == "K02" and any(told.code == "K01" and told.stage == "manifest" for told in self.problems):
            return True
        return already_told(problem, [told for told in self.problems if told.stage == "convert"])

    def _computed(self) -> pl.DataFrame:
        """Compute every indicator; a computation of the country's own leaves a deviation."""
        tables = {name: pl.concat(frames).drop("source_row", "source_part") for name, frames in self.tables.items()}
        parts = [no_observations()]
        for indicator in self.framework.indicators:
            part = self.guarded("compute", lambda i=indicator: self._indicator(i, tables), None)  # type: ignore[misc]
            if part is not None and not part.is_empty():
                parts.append(part)
        return pl.concat(parts)

    def _indicator(self, indicator: Indicator, tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame | None:
        frame = self.calls.compute_indicator(country=self.country, indicator=indicator, tables=tables)
        if frame is None:
            return None
        frame = self._checked_frame("compute_indicator", frame, ("area", "year", "value"))
        if frame.is_empty() and not self.manager.own("compute_indicator"):
            return None
        if self.manager.own("compute_indicator"):
            frame = self._own_computation(frame, indicator, tables)
        own = pl.col("area") if self.manifest.kind == "comparators" else pl.lit(self.manifest.code)
        return contract(frame, indicator.code, own)

    def _own_computation(
        self, frame: pl.DataFrame, indicator: Indicator, tables: Mapping[str, pl.DataFrame]
    ) -> pl.DataFrame:
        """Hold what a plugin computes itself to the same as what it delivers, and note what it changes."""
        plain = self.shared.calls.compute_indicator(country=self.country, indicator=indicator, tables=tables)
        if plain is not None and plain.equals(frame):  # the country's hook answered None
            return frame
        found = unfit(frame, self.context.own_areas)
        if found:
            what = f"compute_indicator gives for {indicator.code} what cannot be used: {found}"
            fix = f"give whole years, finite numbers or null, each key once, and areas of {quoted(self.manifest.code)} only"
            raise SsemonError(self._problem("P27", what, fix, "hooks", "", Where(file="hooks.py")))
        reason = f"computed by the plugin's own hooks.py instead of: {indicator.derivation or 'as sent'}"
        changed = changes(frame, plain) or "no value differs"
        self.deviations.append(Deviation(self.manifest.code, indicator.code, f"{reason} ({changed})"))
        return with_source(frame, f"computed by hooks.py ({self.manifest.code})")

    def _extra_check(self, check: Check, observations: pl.DataFrame) -> None:
        nothing: Sequence[Problem] = ()
        found = self.guarded("validate", lambda: check.function(self.country, observations), nothing)
        self._collect(found, "validate")

    def outcome(self) -> CountryOutcome:
        """Return what came of the country."""
        manifest = self.manifest
        notes = {language: self._notes(language) for language in manifest.languages}
        return CountryOutcome(
            code=manifest.code,
            name=manifest.name,
            name_local=manifest.name_local,
            kind=manifest.kind,
            available=not errors_in(self.problems),
            languages=manifest.languages,
            contact=manifest.contact,
            confirmed_by=manifest.confirmed_by,
            problems=tuple(self.problems),
            deviations=tuple(self.deviations),
            sources=tuple(self.sources),
            facts={name: _facts(frames) for name, frames in self.tables.items() if name != OBSERVATIONS},
            notes={language: note for language, note in notes.items() if note},
            log=tuple(self.log),
        )

    def is_guarded(self) -> bool:
        """Whether the country marked a value that was read as confidential, or said who contributes to one."""
        marked = ~pl.col("conf_status").fill_null("").is_in(sorted(FREE))
        told = pl.any_horizontal(pl.col(name).is_not_null() for name in DISCLOSURE_COLUMNS)
        return any(bool(frame.select((marked | told).any()).item()) for frame in self.tables.get(OBSERVATIONS, ()))

    def _notes(self, language: str) -> str | None:
        return self.guarded("notes", lambda: self.calls.country_notes(country=self.country, language=language), None)

    def tell(self, outcome: CountryOutcome) -> CountryOutcome:
        """Tell the observers; what they raise is noted as a warning and changes nothing else."""
        nothing: list[None] = []
        before = len(self.problems)
        calls, country = self.calls, self.country
        self.guarded("observers", lambda: calls.after_country_run(country=country, outcome=outcome), nothing)
        for problem in errors_in(outcome.problems)[:1]:
            self.guarded("observers", lambda p=problem: calls.on_country_failed(country=country, problem=p), nothing)  # type: ignore[misc]
        noted = (replace(problem, severity="warning") for problem in self.problems[before:])
        return replace(outcome, problems=(*outcome.problems, *noted))


def _facts(frames: Sequence[pl.DataFrame]) -> tuple[Mapping[str, str | None], ...]:
    """A table that is printed, not scored, as rows of texts."""
    frame = pl.concat(frames).drop("source_row", "source_part")
    return tuple(frame.cast(pl.String).iter_rows(named=True))
