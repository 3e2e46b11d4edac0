"""A store, a clock that a test sets, and deliveries of a few bytes."""

from __future__ import annotations

import datetime as dt
import os
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from ssemon.errors import Problem
from ssemon.store.places import SETTINGS
from ssemon.store.record import Delivery, Store, open_store

# The tests of the record run on PostgreSQL too where this names a database: `make test-postgres`.
POSTGRES = os.environ.get("SSEMON_TEST_POSTGRES", "")


@dataclass
class Clock:
    """A clock that stands where it is put; each look takes a second."""

    now: dt.datetime = dt.datetime(2026, 3, 1, 9, tzinfo=dt.UTC)

    def __call__(self) -> dt.datetime:
        self.now += dt.timedelta(seconds=1)
        return self.now

    def put(self, day: str, hour: int = 9) -> None:
        self.now = dt.datetime.combine(dt.date.fromisoformat(day), dt.time(hour), dt.UTC)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    """The folder of a store that is yet to be made; with PostgreSQL, its store.toml names a schema of its own."""
    place = tmp_path / "store"
    if not POSTGRES:
        yield place
        return
    import psycopg

    schema = f"t{uuid.uuid4().hex}"
    with psycopg.connect(POSTGRES, autocommit=True) as connection:
        connection.execute(f"CREATE SCHEMA {schema}")
    place.mkdir()
    address = f"{POSTGRES}{'&' if '?' in POSTGRES else '?'}options=-csearch_path%3D{schema}"
    (place / SETTINGS).write_text(f'[store]\nledger = "{address}"\n', encoding="utf-8")
    yield place
    with psycopg.connect(POSTGRES, autocommit=True) as connection:
        connection.execute(f"DROP SCHEMA {schema} CASCADE")


@pytest.fixture
def opened(home: Path, clock: Clock) -> Iterator[Callable[..., Store]]:
    """Open the store, as another program would, as often as a test asks; all are closed at the end."""
    with ExitStack() as stack:
        yield lambda **given: stack.enter_context(
            open_store(given.pop("home", home), create=given.pop("create", True), clock=clock)
        )


@pytest.fixture
def store(opened: Callable[..., Store]) -> Store:
    return opened()


def warning(code: str) -> Problem:
    return Problem(code=code, severity="warning", what="something to look at", fix="look at it")


@pytest.fixture
def delivery(tmp_path: Path) -> Callable[..., Delivery]:
    """A delivery of two files whose bytes its code and its content decide."""

    def make(
        code: str = "KOR",
        content: str = "one",
        *,
        warnings: tuple[str, ...] = (),
        base: int | None = None,
        **about: Any,
    ) -> Delivery:
        folder = tmp_path / "sent" / f"{code}-{content}"
        (folder / "data").mkdir(parents=True, exist_ok=True)
        files = {
            "plugin.toml": f"code {code}",
            "data/values.csv": f"values {content}",
            "observations.parquet": f"PAR {code} {content}",
        }
        for name, text in files.items():
            (folder / name).write_text(text, encoding="utf-8")
        sent = {name: folder / name for name in ("plugin.toml", "data/values.csv")}
        bearing = tuple(warning(one) for one in warnings)
        return Delivery(code, "country", content, sent, folder / "observations.parquet", bearing, about, base)

    return make


@pytest.fixture
def approved(store: Store, delivery: Callable[..., Delivery]) -> Callable[..., int]:
    """Submit, accept and approve a delivery; its number."""

    def make(code: str = "KOR", content: str = "one", by: Store | None = None) -> int:
        chosen = by or store
        base = chosen.history().approved(code)
        number = chosen.submit(delivery(code, content, base=base.number if base else None), "Kim").submission.number
        chosen.accept(number, "Ann")
        chosen.approve(number, "Bob")
        return number

    return make


@pytest.fixture
def tamper(home: Path) -> Callable[..., None]:
    """Change the ledger behind its back, as somebody with the file and a reason might."""
    import sqlite3

    def run(*statements: str) -> None:
        with closing(sqlite3.connect(home / "ledger.sqlite")) as connection, connection:
            for statement in statements:
                connection.execute(statement)

    return run


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "sqlite: about the ledger's file; left out where the ledger is in PostgreSQL")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for found in items:
        if POSTGRES and found.get_closest_marker("sqlite"):
            found.add_marker(pytest.mark.skip(reason="about SQLite's file"))
