"""One look at the database: everything that `/health` and `/metrics` say about the guide, read in one transaction.

The errors of SQLite become `Unreadable`. Its texts are public, so none of them has a path or an address in it.
"""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from ..base.connections import STEPS, connect
from ..base.sql import statements

SQL = statements("health_")
#: seconds that all reading for one answer may take
DEADLINE = 2.0
#: seconds to wait for a lock; readers of a WAL database meet one only while it is recovered
LOCK_TIMEOUT = 1.0


class Unreadable(Exception):
    """The database gives no answer. `state` is one word for machines, `reason` a line for people."""

    def __init__(self, state: str, reason: str) -> None:
        super().__init__(reason)
        self.state, self.reason = state, reason


class SchemaState(NamedTuple):
    """The last migration of the file, and whether it is the last that the code knows (None without `epg_ingest`). `reason`
    says what is wrong.
    """

    version: str
    current: bool | None
    reason: str | None


@dataclass(frozen=True)
class HealthReading:
    """The result of one look. `ends` has the last end (stored text) by provider and channel, `hidden` ids of channels."""

    generation: int
    changed_at: str
    providers: list[dict[str, Any]]
    ends: dict[tuple[int, int], str]
    hidden: frozenset[int]


@contextmanager
def opened(path: Path, deadline: float = DEADLINE) -> Iterator[sqlite3.Connection]:
    """A read transaction on a new connection, with rows by name. It is broken off after `deadline` seconds.

    Raises `Unreadable` for every error of SQLite.
    """
    conn = None
    end = time.monotonic() + deadline
    try:
        conn = connect(path, LOCK_TIMEOUT)
        conn.row_factory = sqlite3.Row
        conn.set_progress_handler(lambda: time.monotonic() > end, STEPS)
        conn.execute("BEGIN")
        yield conn
    except sqlite3.Error as error:
        raise _unreadable(error) from error
    finally:
        if conn is not None:
            conn.close()


def _unreadable(error: sqlite3.Error) -> Unreadable:
    text = str(error)
    if "interrupted" in text:
        return Unreadable("slow", "reading the database took too long")
    if "locked" in text:
        return Unreadable("locked", "the database is locked by another program")
    if "unable to open" in text:
        return Unreadable("missing", "the database cannot be opened")
    return Unreadable("unreadable", "the database cannot be read: it is damaged or not a guide")


def known_steps() -> list[str] | None:
    """Names of the migrations that the code knows, in order; None where `epg_ingest` is not installed."""
    try:
        from epg_ingest.storage.migrations import migrations
    except ImportError:
        return None
    return [step.name for step in migrations._migrations]


def compare(applied: list[str], known: list[str] | None) -> SchemaState:
    """The migrations of the file compared with those that the code knows."""
    version = applied[-1].partition("_")[0] if applied else "none"
    if known is None:
        return SchemaState(version, None, None)
    if set(applied) - set(known):
        return SchemaState(
            version, False, f"the schema ({version}) is newer than this version knows: upgrade datasette-epg"
        )
    if set(known) - set(applied):
        wanted = known[-1].partition("_")[0]
        return SchemaState(
            version,
            False,
            f"the schema ({version}) is older than this version ({wanted}): run epg-ingest init",
        )
    return SchemaState(version, True, None)


def read_schema(conn: sqlite3.Connection) -> SchemaState:
    return compare([row[0] for row in conn.execute(SQL["health_schema"])], known_steps())


def read(conn: sqlite3.Connection) -> HealthReading:
    """Everything apart from the schema. It takes a few steps in an index for each provider and channel, and no scan."""
    number, changed_at = conn.execute("SELECT number, changed_at FROM generation").fetchone()
    providers = [dict(row) for row in conn.execute(SQL["health_providers"])]
    ends: dict[tuple[int, int], str] = {}
    hidden = set()
    for provider, channel, is_hidden, last in conn.execute(SQL["health_ahead"]):
        if last is not None:
            ends[provider, channel] = last
        if is_hidden:
            hidden.add(channel)
    return HealthReading(number, changed_at, providers, ends, frozenset(hidden))
