"""A country's hooks.py in a process of its own: what it breaks, hangs or ends stops its country and no other.

The stages stay here; only the hooks' calls go there and back, one at a time, as pickles on the child's standard input
and output. The child is started afresh (never forked: Polars' threads do not survive a fork) and not through
multiprocessing, which would import the caller's script again.
"""

from __future__ import annotations

import contextlib
import faulthandler
import json
import os
import pickle
import queue
import re
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from time import monotonic
from types import ModuleType
from typing import IO, Any

import polars as pl  # here, not when hooks.py asks for it: loading it is not the country's time

from ssemon.errors import CountryFault, Problem, SsemonError, UsageFault, Where
from ssemon.hooks import hookimpl
from ssemon.manifest import HOOKS, Manifest
from ssemon.pipes import own_streams, receive, send
from ssemon.plugins import hook_calls, hook_failure, load_hooks, static_problems
from ssemon.text import quoted

# How long one call of a hook may take, and where somebody may say otherwise.
HOOK_SECONDS, SECONDS_VARIABLE = 60.0, "SSEMON_HOOK_SECONDS"
# The child ends itself when its time is up; where it cannot, it is ended from here, so much later.
_GRACE = 5.0
_CHILD = "import json, sys; sys.path[:] = json.loads(sys.argv[1]); from ssemon.apart import serve; serve()"
_PLACE = re.compile(r'File "(.+)", line (\d+)')


def hook_seconds() -> float:
    """Return how long one call of a country's hook may take.

    Units:  seconds; 60 unless the environment variable SSEMON_HOOK_SECONDS says otherwise.
    Errors: UsageFault U09 where that is no number above 0.
    """
    text = os.environ.get(SECONDS_VARIABLE, "")
    if not text:
        return HOOK_SECONDS
    with contextlib.suppress(ValueError):
        if 0 < float(text) < float("inf"):
            return float(text)
    what, fix = f"{SECONDS_VARIABLE} is no number of seconds", f"for example {SECONDS_VARIABLE}=120"
    raise UsageFault(Problem(code="U09", what=what, found=quoted(text), fix=fix))


@contextlib.contextmanager
def hooks_apart(manifest: Manifest) -> Iterator[tuple[ModuleType | None, tuple[Problem, ...]]]:
    """Give a country's hooks, to be called here and run in a process that ends with this block.

    Missing: None where the plugin brings no code, or where its code cannot be loaded: the problems then say why.
    """
    problems = static_problems(manifest)
    if problems or not manifest.has_hooks:
        yield None, problems
        return
    child = _Child(manifest, hook_seconds())
    try:
        hooks, problems = child.loaded()
        yield (None if problems else _stand_in(child, hooks)), problems
    finally:
        child.end()


def _stand_in(child: _Child, hooks: Mapping[str, Mapping[str, bool]]) -> ModuleType:
    """A module with the hooks that the country implements; each call goes to the child."""

    def read_table(country: object, table: object) -> object:
        return child.call("read_table", country=country, table=table)

    def harmonise_table(country: object, table: object, frame: object) -> object:
        return child.call("harmonise_table", country=country, table=table, frame=frame)

    def compute_indicator(country: object, indicator: object, tables: object) -> object:
        return child.call("compute_indicator", country=country, indicator=indicator, tables=tables)

    def country_notes(country: object, language: object) -> object:
        return child.call("country_notes", country=country, language=language)

    module = ModuleType("country")
    for function in (read_table, harmonise_table, compute_indicator, country_notes):
        if function.__name__ in hooks:
            order = hooks[function.__name__]
            marked = hookimpl(tryfirst=order["tryfirst"], trylast=order["trylast"])(function)
            setattr(module, function.__name__, marked)
    return module


class _Child:
    """The process of one country, seen from here."""

    def __init__(self, manifest: Manifest, seconds: float) -> None:
        self.manifest, self.seconds = manifest, seconds
        self.fault: Problem | None = None
        self.tables: object = None
        handle, name = tempfile.mkstemp(prefix="ssemon-", suffix=".trace")
        os.close(handle)
        self.trace = Path(name)
        self.process = subprocess.Popen(  # noqa: S603  this Python, and words of ours
            [sys.executable, "-B", "-c", _CHILD, json.dumps(sys.path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        self.answers: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        threading.Thread(target=self._listen, daemon=True).start()

    def loaded(self) -> tuple[Mapping[str, Mapping[str, bool]], tuple[Problem, ...]]:
        """Have hooks.py imported; the hooks that it implements, or what kept it from being imported."""
        try:
            hooks = self._ask("its import", (self.manifest, self.seconds, str(self.trace)))
        except CountryFault as fault:
            return {}, fault.problems
        return hooks, ()  # type: ignore[return-value]

    def call(self, hook: str, **arguments: object) -> object:
        """Have a hook called. The same tables are sent once, not for each indicator."""
        if "tables" in arguments:
            if arguments["tables"] is self.tables:
                del arguments["tables"]
            else:
                self.tables = arguments["tables"]
        return self._ask(hook, (hook, arguments))

    def _ask(self, hook: str, message: object) -> object:
        """Send a message and wait for the answer. Errors: CountryFault; KeyboardInterrupt where the hook raised it."""
        if self.fault is not None:
            raise CountryFault(self.fault)
        with contextlib.suppress(OSError):  # it is dead: `_answer` says so
            send(self.process.stdin, pickle.dumps(message))  # type: ignore[arg-type]
        kind, value = self._answer(hook)
        if kind == "interrupt":
            raise KeyboardInterrupt
        if kind == "problems":
            raise CountryFault(value)  # type: ignore[arg-type]
        return value

    def _answer(self, hook: str) -> tuple[str, object]:
        until = monotonic() + self.seconds + _GRACE
        while monotonic() < until:
            with contextlib.suppress(queue.Empty):
                data = self.answers.get(timeout=0.2)
                if data is not None:
                    return self._understood(hook, data)
                break
            if self.process.poll() is not None and self.answers.empty():
                break
        self.fault = self._ended(hook, late=monotonic() >= until)
        raise CountryFault(self.fault)

    def _understood(self, hook: str, data: bytes) -> tuple[str, object]:
        try:
            return pickle.loads(data)  # type: ignore[no-any-return]  # noqa: S301  from the child that we started
        except Exception as error:
            return "problems", _unsendable(self.manifest, hook, error)

    def _ended(self, hook: str, *, late: bool) -> Problem:
        """Why there is no answer: the time was up, or the process is no more."""
        self._stop(wait=2.0)
        trace = self.trace.read_text(encoding="utf-8", errors="replace")
        place = self._place(trace)
        if late or trace.startswith("Timeout"):
            fix = f"mend the loop at that line, or give it more time: {SECONDS_VARIABLE}={5 * self.seconds:g}"
            what = f"hooks.py took longer than {self.seconds:g} seconds in {hook} and was stopped"
            return self._problem("X15", what, fix, place)
        code = self.process.returncode
        found = f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
        fix = "a hook returns a table or None; it never ends the program (os._exit)"
        return self._problem("X14", f"hooks.py ended its process in {hook}", fix, place, found)

    def _problem(self, code: str, what: str, fix: str, where: Where, found: str = "") -> Problem:
        return Problem(
            code=code, country=self.manifest.code, stage="hooks", what=what, fix=fix, where=where, found=found
        )

    def _place(self, trace: str) -> Where:
        """The plugin's own line that was running last."""
        folder = self.manifest.folder.resolve()
        for file, line in _PLACE.findall(trace):
            if Path(file).is_relative_to(folder):
                return Where(file=Path(file).relative_to(folder).as_posix(), rows=(int(line),), row_count=1)
        return Where(file=HOOKS)

    def _listen(self) -> None:
        while (data := receive(self.process.stdout)) is not None:  # type: ignore[arg-type]
            self.answers.put(data)
        self.answers.put(None)

    def _stop(self, wait: float) -> None:
        with contextlib.suppress(OSError):
            self.process.stdin.close()  # type: ignore[union-attr]
        try:
            self.process.wait(timeout=wait)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def end(self) -> None:
        """End the process, whatever it does."""
        self._stop(wait=2.0)
        self.process.stdout.close()  # type: ignore[union-attr]
        self.trace.unlink(missing_ok=True)


def _unsendable(manifest: Manifest, hook: str, error: Exception) -> Problem:
    what, fix = f"{hook} gives what cannot be passed on: {type(error).__name__}", "return a polars DataFrame, or None"
    return Problem(
        code="P27",
        country=manifest.code,
        stage="load",
        what=what,
        found=quoted(error),
        fix=fix,
        where=Where(file=HOOKS),
    )


def serve() -> None:
    """What the child does: import hooks.py, then answer calls until nobody asks any more.

    What country code prints goes nowhere, and it cannot read what is meant for us. Threads that it leaves behind do
    not keep the process.
    """
    requests, answers = own_streams()
    with contextlib.suppress(KeyboardInterrupt):
        _serve(requests, answers)
    os._exit(0)


def _serve(requests: IO[bytes], answers: IO[bytes]) -> None:
    first = receive(requests)
    if first is None:
        return
    manifest, seconds, trace = pickle.loads(first)  # noqa: S301  from the process that started this one
    with Path(trace).open("w", encoding="utf-8") as file:
        faulthandler.enable(file)
        limited = _Limited(manifest, seconds, file)
        hooks: list[Any] = []
        send(answers, limited.answer("load", lambda: _load(manifest, hooks)))
        tables: object = None
        while (data := receive(requests)) is not None:
            hook, arguments = pickle.loads(data)  # noqa: S301
            if hook == "compute_indicator":
                tables = arguments.setdefault("tables", tables)
            call = getattr(hooks[0], hook)
            send(answers, limited.answer("hooks", lambda call=call, a=arguments: _eager(call(**a)), hook))  # type: ignore[misc]


def _load(manifest: Manifest, hooks: list[Any]) -> object:
    module, problems = load_hooks(manifest)
    if module is None:
        raise CountryFault(problems)
    calls, implemented = hook_calls(module)
    hooks.append(calls)
    return implemented


def _eager(value: object) -> object:
    """A lazy frame is collected here, where its country answers for it."""
    return value.collect() if isinstance(value, pl.LazyFrame) else value


class _Limited:
    """Does what it is asked within the time that there is; the answer as a pickle."""

    def __init__(self, manifest: Manifest, seconds: float, trace: IO[str]) -> None:
        self.manifest, self.seconds, self.trace = manifest, seconds, trace

    def answer(self, stage: str, work: Callable[[], object], hook: str = "") -> bytes:
        faulthandler.dump_traceback_later(self.seconds, exit=True, file=self.trace)
        try:
            found = ("answer", work())
        except KeyboardInterrupt:
            found = ("interrupt", None)
        except SsemonError as error:
            found = ("problems", error.problems)
        except BaseException as error:
            found = ("problems", hook_failure(self.manifest, stage, error))
        finally:
            faulthandler.cancel_dump_traceback_later()
        try:
            return pickle.dumps(found)
        except Exception as error:
            return pickle.dumps(("problems", _unsendable(self.manifest, hook, error)))
