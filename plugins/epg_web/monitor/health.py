"""How the guide is: whether the database can be read, how old it is, how far it reaches (contract, section 7).

`read` takes everything from the database in one go, `judge` decides. What is said here is public, so no reason
has a path, an address or the text of an error in it.
"""

import math
import shutil
import sqlite3
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, fields
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, NamedTuple

from ..base.sql import statements

SQL = statements("health_")
#: seconds all reading for one answer may take
DEADLINE = 2.0
#: seconds to wait for a lock; readers of a WAL database meet one only while it is recovered
BUSY = 1.0
#: steps of SQLite's machine between two looks at the clock, about a millisecond
STEPS = 20_000
MEGABYTE = 1_000_000


@dataclass(frozen=True)
class Settings:
    """Bounds of a healthy guide: `health` in the plugin configuration `datasette-epg`."""

    max_age_hours: float = 48
    min_hours_ahead: float = 1
    min_free_mb: float = 100


class Unreadable(Exception):
    """The database gives no answer. `state` is one word for machines, `reason` a line for people."""

    def __init__(self, state: str, reason: str) -> None:
        super().__init__(reason)
        self.state, self.reason = state, reason


class Schema(NamedTuple):
    """The last step the file has, and whether it is the last one the code knows; None without the package `epg_ingest`."""

    version: str
    current: bool | None
    reason: str | None


@dataclass(frozen=True)
class Reading:
    """What one look at the database gave. `ends`: last end (ISO, UTC) by provider and channel; `hidden`: channel ids."""

    generation: int
    changed_at: str
    providers: list[dict[str, Any]]
    ends: dict[tuple[int, int], str]
    hidden: frozenset[int]


def read_settings(given: Any) -> Settings:
    """The checked settings. Raises ValueError with one line for an unknown name or a value that cannot be meant."""
    given = {} if given is None else given
    if not isinstance(given, dict):
        raise ValueError("health must have settings below it, as max_age_hours: 48")
    names = [field.name for field in fields(Settings)]
    for name, value in given.items():
        if name not in names:
            raise ValueError(f"health has no setting {name!r}; there are {', '.join(names)}")
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value < math.inf:
            raise ValueError(f"health.{name} must be a number from 0")
    return Settings(**given)


@contextmanager
def opened(path: Path, deadline: float = DEADLINE) -> Iterator[sqlite3.Connection]:
    """A read transaction on a connection of its own, with rows by name, that ends after `deadline` seconds.

    Raises `Unreadable` for whatever SQLite cannot do.
    """
    conn = None
    end = time.monotonic() + deadline
    try:
        conn = sqlite3.connect(path.as_uri() + "?mode=ro", uri=True, timeout=BUSY, isolation_level=None)
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
    """Names of the schema steps of the code, in order; None where the package `epg_ingest` is not installed."""
    try:
        from epg_ingest.storage.migrations import migrations
    except ImportError:
        return None
    return [step.name for step in migrations._migrations]


def compare(applied: list[str], known: list[str] | None) -> Schema:
    """The schema of the file against that of the code."""
    version = applied[-1].partition("_")[0] if applied else "none"
    if known is None:
        return Schema(version, None, None)
    if set(applied) - set(known):
        return Schema(
            version, False, f"the schema ({version}) is newer than this version knows: upgrade datasette-epg"
        )
    if set(known) - set(applied):
        wanted = known[-1].partition("_")[0]
        return Schema(
            version,
            False,
            f"the schema ({version}) is older than this version ({wanted}): run epg-ingest init",
        )
    return Schema(version, True, None)


def read_schema(conn: sqlite3.Connection) -> Schema:
    return compare([row[0] for row in conn.execute(SQL["health_schema"])], known_steps())


def read(conn: sqlite3.Connection) -> Reading:
    """Everything else. A few steps of an index for each provider and channel, never a scan of `programs`."""
    number, changed_at = conn.execute("SELECT number, changed_at FROM generation").fetchone()
    providers = [dict(row) for row in conn.execute(SQL["health_providers"])]
    ends: dict[tuple[int, int], str] = {}
    hidden = set()
    for provider, channel, is_hidden, last in conn.execute(SQL["health_ahead"]):
        if last is not None:
            ends[provider, channel] = last
        if is_hidden:
            hidden.add(channel)
    return Reading(number, changed_at, providers, ends, frozenset(hidden))


def hours_left(ends: Iterable[str], now: float) -> float | None:
    """Hours from `now` (epoch seconds) until half of the channels have nothing more; None without any `ends`."""
    ordered = sorted(ends)
    if not ordered:
        return None
    end = datetime.strptime(ordered[(len(ordered) - 1) // 2], "%Y-%m-%dT%H:%M:%SZ").replace(
        tzinfo=timezone.utc
    )
    return max(0.0, round((end.timestamp() - now) / 3600, 1))


def provider_hours(reading: Reading, provider: int, now: float) -> float | None:
    """The same for the channels that one provider feeds, hidden ones included."""
    return hours_left((end for (owner, _), end in reading.ends.items() if owner == provider), now)


def guide_hours(reading: Reading, now: float) -> float | None:
    """The same for the channels people see, by their enabled providers; None where nothing was ever imported.

    A channel that has no programme at all does not count: many feeds declare more channels than they fill.
    """
    enabled = {row["id"] for row in reading.providers if row["enabled"]}
    last: dict[int, str] = {}
    for (provider, channel), end in reading.ends.items():
        if provider in enabled and channel not in reading.hidden:
            last[channel] = max(end, last.get(channel, end))
    imported = any(row["enabled"] and row["last_good_at"] for row in reading.providers)
    hours = hours_left(last.values(), now)
    return 0.0 if hours is None and imported else hours


def stale(reading: Reading, hours: float | None, settings: Settings, now: float) -> list[str]:
    """A line for everything that is too old or too short."""
    found = []
    for row in reading.providers:
        since = row["last_good"] if row["last_good"] is not None else row["created"]
        age = math.inf if since is None else (now - since) / 3600
        if row["enabled"] and age > settings.max_age_hours:
            done = (
                f"has no good import for {age:.0f} hours"
                if row["last_good_at"]
                else "has never been imported"
            )
            found.append(f"provider {row['name']} {done}; the limit is {settings.max_age_hours:g} hours")
    if hours is not None and hours < settings.min_hours_ahead:
        found.append(
            f"in {hours:g} hours half of the channels have nothing more; at least {settings.min_hours_ahead:g} are wanted"
        )
    return found


def _provider(row: Mapping[str, Any], hours: float | None) -> dict[str, Any]:
    names = ("status", "started_at", "completed_at", "error_code")
    last = {"id": row["import_id"], **{name: row[name] for name in names}} if row["import_id"] else None
    return {
        "id": row["id"], "name": row["name"], "enabled": bool(row["enabled"]),
        "last_import": last, "last_good_at": row["last_good_at"], "coverage_hours": hours,
    }  # fmt: skip


def _guide(conn: sqlite3.Connection, settings: Settings, now: float) -> tuple[dict[str, Any], list[str]]:
    """What is said of the guide, and what is stale in it."""
    reading = read(conn)
    hours = guide_hours(reading, now)
    providers = [_provider(row, provider_hours(reading, row["id"], now)) for row in reading.providers]
    said = {
        "generation": reading.generation, "changed_at": reading.changed_at,
        "providers": providers, "coverage_hours": hours,
    }  # fmt: skip
    return said, stale(reading, hours, settings, now)


def free_bytes(path: Path) -> int | None:
    """Bytes that an import could still write beside the database; None where the folder is gone."""
    try:
        return shutil.disk_usage(path.parent).free
    except OSError:
        return None


def report(path: Path, settings: Settings, *, now: float, deadline: float = DEADLINE) -> dict[str, Any]:
    """The whole answer of `/health` for the database at `path`; `now` in epoch seconds. Raises nothing."""
    said: dict[str, Any] = {"database": "ok", "schema": None, "generation": None, "changed_at": None}
    said |= {"providers": [], "coverage_hours": None, "disk": {"free_bytes": free_bytes(path)}}
    errors, old = [], []
    try:
        with opened(path, deadline) as conn:
            schema = read_schema(conn)
            said["schema"] = {"version": schema.version, "current": schema.current}
            errors += [schema.reason] if schema.reason else []
            if not schema.reason:
                guide, old = _guide(conn, settings, now)
                said |= guide
    except Unreadable as problem:
        said["database"] = problem.state
        errors.append(problem.reason)
    free = said["disk"]["free_bytes"]
    if free is not None and free < settings.min_free_mb * MEGABYTE:
        errors.append(
            f"only {free // MEGABYTE} MB are free on the disk; at least {settings.min_free_mb:g} are wanted"
        )
    status = "error" if errors else "stale" if old else "ok"
    return {"status": status, "reasons": errors + old, **said}


def ready(path: Path, *, deadline: float = DEADLINE) -> dict[str, Any]:
    """The answer of `/-/readyz`: whether requests can be answered, however old the guide is."""
    try:
        with opened(path, deadline) as conn:
            reason = read_schema(conn).reason
    except Unreadable as problem:
        reason = problem.reason
    return {"ready": reason is None} if reason is None else {"ready": False, "reasons": [reason]}
