"""Who changed what: one row of `write_log` in the same transaction as the change that it records.

    with audited("epg-admin", "channel.update", "channel 5 one.uk", published(settings)):
        update_channel(db, 5, settings)

`database.write` asks here before it commits, so a change that was rolled back leaves no row, and no change goes
without its row. The details are public.
"""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from ..core.redact import redact, redact_url
from ..core.times import iso

#: the text, or a function that returns it inside the transaction, where the id of a new row is known
Subject = str | Callable[[sqlite3.Connection], str]
MAX_ACTOR = 200


@dataclass
class WriteRecord:
    """A row of `write_log`, to be written by the first transaction of its block that changes anything."""

    at: str
    actor: str
    action: str
    subject: Subject
    details: Mapping[str, Any]
    written: bool = False


_pending: ContextVar[WriteRecord | None] = ContextVar("epg_audit", default=None)


@contextmanager
def audited(
    actor: str, action: str, subject: Subject, details: Mapping[str, Any], *, now: int | None = None
) -> Iterator[None]:
    """Record the first change that this block makes. `now` is epoch seconds (default: the clock).

    `details` goes into the row as it is: settings that may hold secrets go through `published` first.
    """
    at = iso(int(time.time()) if now is None else now)
    token = _pending.set(WriteRecord(at, redact(actor)[:MAX_ACTOR], action, subject, details))
    try:
        yield
    finally:
        _pending.reset(token)


def record(conn: sqlite3.Connection) -> WriteRecord | None:
    """Write the row of the block around an open transaction, None when there is none to write.

    The caller sets `written` once the transaction is committed.
    """
    entry = _pending.get()
    if entry is None or entry.written:
        return None
    subject = entry.subject if isinstance(entry.subject, str) else entry.subject(conn)
    conn.execute(
        "INSERT INTO write_log (at, actor, action, subject, details) VALUES (?, ?, ?, ?, ?)",
        [entry.at, entry.actor, entry.action, subject, json.dumps(entry.details, ensure_ascii=False)],
    )
    return entry


def published(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Settings as a public row may show them: only the origin of addresses, only the names of headers."""
    return {key: _published(key, value) for key, value in settings.items()}


def _published(key: str, value: Any) -> Any:
    if key == "headers" and isinstance(value, Mapping):
        return sorted(value)
    if key in ("url", "xmltv_url") and isinstance(value, str):
        return redact_url(value)
    return redact(value) if isinstance(value, str) else value
