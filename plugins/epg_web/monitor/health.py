"""`/health` and `/-/readyz`: whether the database can be read, how old it is, how far it reaches (contract, section 7).

`health_reading` takes everything from the database in one look; what is made of it here is pure. The answers are public,
so no reason has a path, an address or the text of an error in it.
"""

import math
import shutil
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from .coverage import guide_hours, provider_hours
from .health_reading import DEADLINE, HealthReading, Unreadable, opened, read, read_schema

MEGABYTE = 1_000_000


@dataclass(frozen=True)
class HealthSettings:
    """Bounds of a healthy guide: `health` in the plugin configuration `datasette-epg`."""

    max_age_hours: float = 48
    min_hours_ahead: float = 1
    min_free_mb: float = 100


def read_settings(given: Any) -> HealthSettings:
    """The checked settings. Raises ValueError with one line for an unknown name or an impossible value."""
    given = {} if given is None else given
    if not isinstance(given, dict):
        raise ValueError("health must have settings below it, as max_age_hours: 48")
    names = [field.name for field in fields(HealthSettings)]
    for name, value in given.items():
        if name not in names:
            raise ValueError(f"health has no setting {name!r}; there are {', '.join(names)}")
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value < math.inf:
            raise ValueError(f"health.{name} must be a number from 0")
    return HealthSettings(**given)


def stale(reading: HealthReading, hours: float | None, settings: HealthSettings, now: float) -> list[str]:
    """A line for each provider whose last import is too old, and one for a guide that does not reach far enough."""
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
        "stale_channels": row["stale_channels"],
        "next_import_at": row["next_import_at"], "next_import_reason": row["next_import_reason"],
    }  # fmt: skip


def _guide(
    conn: sqlite3.Connection, settings: HealthSettings, now: float
) -> tuple[dict[str, Any], list[str]]:
    """The part of the answer about the guide, and the reasons why it is stale."""
    reading = read(conn)
    hours = guide_hours(reading, now)
    providers = [_provider(row, provider_hours(reading, row["id"], now)) for row in reading.providers]
    said = {
        "generation": reading.generation, "changed_at": reading.changed_at,
        "providers": providers, "coverage_hours": hours,
    }  # fmt: skip
    return said, stale(reading, hours, settings, now)


def free_bytes(path: Path) -> int | None:
    """Free bytes on the disk of the database; None where its folder is gone."""
    try:
        return shutil.disk_usage(path.parent).free
    except OSError:
        return None


def library() -> dict[str, Any]:
    """The version of SQLite and its known holes; None for these where `epg_ingest` is not installed."""
    try:
        from epg_ingest.storage.sqlite_library import known_holes
    except ImportError:
        return {"version": sqlite3.sqlite_version, "holes": None}
    return {"version": sqlite3.sqlite_version, "holes": list(known_holes())}


def log_is_lost(path: Path) -> bool:
    """Whether this process reads a log that does not exist any more, so that it never sees another import."""
    try:
        from epg_ingest.storage.deleted_log import reads_deleted_log
    except ImportError:
        return False
    return reads_deleted_log(path)


def report(path: Path, settings: HealthSettings, *, now: float, deadline: float = DEADLINE) -> dict[str, Any]:
    """The whole answer of `/health` for the database at `path`; `now` in epoch seconds. Raises nothing."""
    said: dict[str, Any] = {"database": "ok", "schema": None, "generation": None, "changed_at": None}
    said |= {"providers": [], "coverage_hours": None, "disk": {"free_bytes": free_bytes(path)}}
    said["sqlite"] = library()
    errors: list[str] = []
    old: list[str] = []
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
    if said["database"] == "ok" and log_is_lost(path):
        said["database"] = "lost"
        errors.append("the write-ahead log was deleted under the running server; restart it")
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
