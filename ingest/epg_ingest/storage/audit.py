"""Who changed what: one row of `write_log` in the same transaction as the change that it records.

    with audited("epg-admin", "channel.update", "channel 5 one.uk", published(settings)):
        update_channel(db, 5, settings)

`database.write` asks here when it begins and before it commits, so a change that was rolled back leaves no row, and no
change goes without its row. The details are public. So is `undo`, the rows of `TABLES` that the change touched, as they were
before and after it, and the channels of line-ups' entries that followed: what `guide.undo` needs to take it back.
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

from ..core.redact import MASK, program_of, redact, redact_url
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


#: the tables that people change, with what copies one and what finds the rows that differ from the copy
TABLES = (
    "providers", "channels", "channel_mappings", "rules", "rule_choices", "series_keys", "groups", "channel_groups",
)  # fmt: skip
_COPY = """
    CREATE TEMP TABLE before_providers AS SELECT * FROM main.providers;
    CREATE TEMP TABLE before_channels AS SELECT * FROM main.channels;
    CREATE TEMP TABLE before_channel_mappings AS SELECT * FROM main.channel_mappings;
    CREATE TEMP TABLE before_lineup_channels AS
        SELECT id, channel_id, method, score, reason FROM main.lineup_channels WHERE channel_id IS NOT NULL;
    CREATE TEMP TABLE before_rules AS SELECT * FROM main.rules;
    CREATE TEMP TABLE before_rule_choices AS SELECT * FROM main.rule_choices;
    CREATE TEMP TABLE before_series_keys AS
        SELECT key AS id, series_id, own_series_id FROM main.series_keys WHERE source = 'manual';
    CREATE TEMP TABLE before_groups AS SELECT * FROM main.groups;
    CREATE TEMP TABLE before_channel_groups AS SELECT * FROM main.channel_groups;
"""
_BEFORE = {
    "providers": "SELECT * FROM temp.before_providers EXCEPT SELECT * FROM main.providers",
    "channels": "SELECT * FROM temp.before_channels EXCEPT SELECT * FROM main.channels",
    "channel_mappings": "SELECT * FROM temp.before_channel_mappings EXCEPT SELECT * FROM main.channel_mappings",
    "rules": "SELECT * FROM temp.before_rules EXCEPT SELECT * FROM main.rules",
    "rule_choices": "SELECT * FROM temp.before_rule_choices EXCEPT SELECT * FROM main.rule_choices",
    "series_keys": """
        SELECT * FROM temp.before_series_keys
        EXCEPT SELECT key, series_id, own_series_id FROM main.series_keys WHERE source = 'manual'
    """,
    "groups": "SELECT * FROM temp.before_groups EXCEPT SELECT * FROM main.groups",
    "channel_groups": "SELECT * FROM temp.before_channel_groups EXCEPT SELECT * FROM main.channel_groups",
}
_AFTER = {
    "providers": "SELECT * FROM main.providers EXCEPT SELECT * FROM temp.before_providers",
    "channels": "SELECT * FROM main.channels EXCEPT SELECT * FROM temp.before_channels",
    "channel_mappings": "SELECT * FROM main.channel_mappings EXCEPT SELECT * FROM temp.before_channel_mappings",
    "rules": "SELECT * FROM main.rules EXCEPT SELECT * FROM temp.before_rules",
    "rule_choices": "SELECT * FROM main.rule_choices EXCEPT SELECT * FROM temp.before_rule_choices",
    "series_keys": """
        SELECT key AS id, series_id, own_series_id FROM main.series_keys WHERE source = 'manual'
        EXCEPT SELECT * FROM temp.before_series_keys
    """,
    "groups": "SELECT * FROM main.groups EXCEPT SELECT * FROM temp.before_groups",
    "channel_groups": "SELECT * FROM main.channel_groups EXCEPT SELECT * FROM temp.before_channel_groups",
}
#: entries that lost the channel that they had
_FOLLOWED = """
    SELECT json_object('id', b.id, 'channel_id', b.channel_id, 'method', b.method, 'score', b.score, 'reason', b.reason),
           json_object('id', e.id, 'channel_id', e.channel_id)
    FROM temp.before_lineup_channels b JOIN main.lineup_channels e ON e.id = b.id AND e.channel_id IS NOT b.channel_id
    ORDER BY b.id
"""
#: columns that `undo` must not publish: an address may have been public by mistake
_UNPUBLISHED = frozenset(("xmltv_url", "mirrors"))

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


def begin(conn: sqlite3.Connection) -> None:
    """Copy the rows that people change, if there is a change to record. Call it at the beginning of a transaction.

    In a guide of 10,000 channels, copying and comparing takes 80 ms. It needs no knowledge of what the change will do.
    """
    entry = _pending.get()
    if entry is not None and not entry.written:
        forget(conn)
        for statement in filter(str.strip, _COPY.split(";")):
            conn.execute(statement)


def forget(conn: sqlite3.Connection) -> None:
    """Drop the copies of `begin`."""
    for statement in (
        "DROP TABLE IF EXISTS temp.before_providers",
        "DROP TABLE IF EXISTS temp.before_channels",
        "DROP TABLE IF EXISTS temp.before_channel_mappings",
        "DROP TABLE IF EXISTS temp.before_lineup_channels",
        "DROP TABLE IF EXISTS temp.before_rules",
        "DROP TABLE IF EXISTS temp.before_rule_choices",
        "DROP TABLE IF EXISTS temp.before_series_keys",
        "DROP TABLE IF EXISTS temp.before_groups",
        "DROP TABLE IF EXISTS temp.before_channel_groups",
    ):
        conn.execute(statement)


def _changed_rows(conn: sqlite3.Connection) -> dict[str, list[list[dict[str, Any] | None]]]:
    """For each table the rows that changed, as pairs of before and after; None for a row that was not there."""
    found = {}
    for table in TABLES:
        before, after = _by_id(conn, _BEFORE[table]), _by_id(conn, _AFTER[table])
        if ids := sorted(before.keys() | after.keys()):
            found[table] = [[before.get(ident), after.get(ident)] for ident in ids]
    if "channels" in found or "channel_mappings" in found:
        entries = [[json.loads(before), json.loads(after)] for before, after in conn.execute(_FOLLOWED)]
        found |= {"lineup_channels": entries} if entries else {}
    return found


def _by_id(conn: sqlite3.Connection, statement: str) -> dict[Any, dict[str, Any]]:
    rows = conn.execute(statement)
    names = [column[0] for column in rows.description]
    found = [dict(zip(names, row, strict=True)) for row in rows]
    return {row["id"]: {name: row[name] for name in names if name not in _UNPUBLISHED} for row in found}


def record(conn: sqlite3.Connection) -> WriteRecord | None:
    """Write the row of the block around an open transaction, None when there is none to write.

    The caller sets `written` once the transaction is committed.
    """
    entry = _pending.get()
    if entry is None or entry.written:
        return None
    subject = entry.subject if isinstance(entry.subject, str) else entry.subject(conn)
    rows = _changed_rows(conn)
    forget(conn)
    conn.execute(
        "INSERT INTO write_log (at, actor, action, subject, details, undo) VALUES (?, ?, ?, ?, ?, ?)",
        [
            entry.at,
            entry.actor,
            entry.action,
            subject,
            json.dumps(entry.details, ensure_ascii=False),
            json.dumps(rows, ensure_ascii=False) if rows else None,
        ],
    )
    return entry


def published(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Settings as a public row may show them: of addresses the origin, of headers the names, of a command its program."""
    return {key: _published(key, value) for key, value in settings.items()}


def _published(key: str, value: Any) -> Any:
    if key == "headers" and isinstance(value, Mapping):
        return sorted(value)
    if key in ("url", "xmltv_url") and isinstance(value, str):
        return redact_url(value)
    if key == "mirrors" and isinstance(value, (list, tuple)):
        return [redact_url(str(mirror)) for mirror in value]
    if key == "command" and value:
        return program_of(value)
    if key in ("username", "password") and value is not None:
        return MASK
    return redact(value) if isinstance(value, str) else value
