"""Reading a file in a process of its own, with limits on time and memory: what breaks it breaks nothing else.

One process serves a whole run and is started when the first file needs it. It imports nothing heavy, may write no
file, start no program and open no connection. It is started afresh, never forked: Polars' threads do not survive that.
What goes to and fro is plain data (JSON): nothing that a file makes this process say can be run by the one that asked.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import fields
from importlib import import_module
from typing import Any

from ssemon.pipes import own_streams, receive, send
from ssemon.sheets.limits import Limits, raised
from ssemon.sheets.records import Finding, Refused

_CHILD = "import json, sys; sys.path[:] = json.loads(sys.argv[1]); from ssemon.sheets.child import serve; serve()"
# The clock may take so many times what the processor may: a busy machine is no fault of the file.
_CLOCK = 4.0
_FORBIDDEN = ("socket.", "subprocess.", "os.exec", "os.fork", "os.posix_spawn", "os.system", "shutil.", "os.remove",
              "os.rename", "os.mkdir", "os.rmdir", "os.link", "os.symlink", "os.truncate", "os.chmod")  # fmt: skip


def read_apart(function: Callable[..., Any], limits: Limits, *arguments: object) -> Any:
    """Call a module's function in the process for files, and return what it returns.

    Shape:  arguments and answer are plain data; a record comes out on the other side as a dictionary of its fields.
    Errors: Refused as the function raises it; with X18 where it took too long, with X19 where the process ended or
            had too little memory, with F11 where the file made the function fail.
    """
    with _LOCK:
        return _process().ask([function.__module__, function.__name__, limits, arguments], limits)


class _Process:
    """The process for files, seen from here."""

    def __init__(self) -> None:
        self.owner = os.getpid()
        command = [sys.executable, "-I", "-S", "-B", "-c", _CHILD, json.dumps([p for p in sys.path if p])]
        self.child = subprocess.Popen(  # noqa: S603  this Python, and words of ours
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )

    @property
    def serves(self) -> bool:
        return self.owner == os.getpid() and self.child.poll() is None

    def ask(self, message: object, limits: Limits) -> Any:
        answer: list[bytes | None] = []
        with contextlib.suppress(OSError):  # it has ended: the answer says so
            send(self.child.stdin, _plain(message))  # type: ignore[arg-type]
        reading = threading.Thread(target=lambda: answer.append(receive(self.child.stdout)), daemon=True)  # type: ignore[arg-type]
        reading.start()
        reading.join(limits.seconds * _CLOCK)
        if not answer:
            self.end()
            raise Refused(_too_long(limits))
        if answer[0] is None:
            self.end()
            raise Refused(self._ended(limits))
        found = json.loads(answer[0])
        if "refused" in found:
            raise Refused(*map(Finding.of, found["refused"]))
        return found["answer"]

    def _ended(self, limits: Limits) -> Finding:
        code = self.child.returncode
        if -code == getattr(signal, "SIGXCPU", 0):
            return _too_long(limits)
        found = signal.Signals(-code).name if code < 0 else f"exit code {code}"
        fix = f"save it again as CSV UTF-8; or, where it is that large, allow more: {raised('memory', limits)}"
        return Finding("X19", "reading the file ended the process that reads files", fix, found)

    def end(self) -> None:
        """End the process, whatever it does."""
        self.child.kill()
        self.child.wait()
        for stream in (self.child.stdin, self.child.stdout):
            with contextlib.suppress(OSError):
                stream.close()  # type: ignore[union-attr]


_LOCK = threading.Lock()
_SERVING: list[_Process] = []


def _process() -> _Process:
    if not (_SERVING and _SERVING[0].serves):
        _SERVING[:] = [_Process()]
    return _SERVING[0]


@atexit.register
def end_reading() -> None:
    """End the process for files; the next file starts another one."""
    for process in _SERVING:
        if process.owner == os.getpid():
            process.end()
    _SERVING.clear()


def _too_long(limits: Limits) -> Finding:
    fix = f"save it again as CSV UTF-8; or, where it is that large, allow more: {raised('seconds', limits)}"
    return Finding("X18", f"reading the file took longer than {limits.seconds:g} seconds and was stopped", fix)


def _too_much(limits: Limits) -> Finding:
    fix = f"save it again as CSV UTF-8; or, where it is that large, allow more: {raised('memory', limits)}"
    return Finding("X19", f"reading the file takes more than {limits.memory:g} MB of memory", fix)


def serve() -> None:
    """What the process does: read files until nobody asks any more."""
    requests, answers = own_streams()
    sys.addaudithook(_refuse_events)
    with contextlib.suppress(KeyboardInterrupt):
        while (data := receive(requests)) is not None:
            send(answers, _answer(*json.loads(data)))
    os._exit(0)


def _refuse_events(event: str, arguments: tuple[object, ...]) -> None:
    """Refuse connections, programs and anything that changes a file."""
    writes = event == "open" and isinstance(arguments[1], str) and any(mark in arguments[1] for mark in "wax+")
    if writes or event.startswith(_FORBIDDEN):
        raise PermissionError(f"not in this process: {event}")


def _answer(module: str, name: str, most: dict[str, float], arguments: list[object]) -> bytes:
    limits = Limits(**most)
    _limit(limits)
    try:
        return _plain({"answer": getattr(import_module(module), name)(limits, *arguments)})
    except Refused as refused:
        findings = refused.findings
    except MemoryError:
        findings = (_too_much(limits),)
    except Exception as error:
        what, fix = "the file cannot be read: it is damaged", "open it in the program that wrote it and save it again"
        findings = (Finding("F11", what, fix, f"{type(error).__name__}: {error}"[:200]),)
    return _plain({"refused": findings})


def _plain(message: object) -> bytes:
    return json.dumps(
        message, default=lambda one: {part.name: getattr(one, part.name) for part in fields(one)}
    ).encode()


def _limit(limits: Limits) -> None:
    """Set what the operating system holds this process to; only on systems that can."""
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource

        used = resource.getrusage(resource.RUSAGE_SELF)
        seconds = int(used.ru_utime + used.ru_stime + limits.seconds) + 1
        _, most = resource.getrlimit(resource.RLIMIT_CPU)
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, most))
        memory = int(limits.memory * 1_000_000)
        _, most = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (memory, most))
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
