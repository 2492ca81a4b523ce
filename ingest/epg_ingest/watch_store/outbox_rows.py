"""Alerts that wait to be sent, and what became of those that were, in `epg.secrets`. Times are epoch seconds.

An alert is stored in the transaction that moves the cursor, under a key that says what it is about: making it a second time
does nothing. `claim` notes an attempt before it is made and `settle` how it ended. After a kill between the two the attempt is
made again under the same message id.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from ..watches.retries import AGAIN, SENT, NextStep, Outcome
from ..watches.signing import new_message_id

_PUT = """
    INSERT OR IGNORE INTO outbox (key, owner, target_id, watch_id, kind, message_id, body, expires_at, next_at, created_at)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
_DUE = """
    SELECT id, key, target_id, kind, message_id, body, expires_at, attempts FROM (
        SELECT * FROM outbox WHERE state IN ('waiting', 'sending') AND next_at <= ? ORDER BY next_at, id LIMIT ?)
    ORDER BY id
"""
_WAITING_ABOUT = """
    SELECT key, body FROM outbox
    WHERE watch_id = :watch AND target_id = :target AND state = 'waiting' AND kind = :kind
      AND body ->> '$.data.programme.id' = :program
"""
_CLAIM = """
    UPDATE outbox SET state = 'sending', attempts = attempts + 1 WHERE id = ? AND state IN ('waiting', 'sending')
"""
_SETTLE = (
    "UPDATE outbox SET state = ?, next_at = ?, done_at = ?, reason = ? WHERE id = ? AND state = 'sending'"
)
_EXPIRE = """
    UPDATE outbox SET state = 'expired', done_at = :now, reason = 'it could not be sent before the programme ended'
    WHERE state IN ('waiting', 'sending') AND expires_at <= :now
"""
_LOG = """
    SELECT o.id, o.kind, o.state, o.attempts, o.reason, o.created_at, o.done_at, o.next_at, o.target_id, t.name, o.watch_id,
           w.name, o.body, (SELECT status FROM deliveries d WHERE d.outbox_id = o.id ORDER BY d.id DESC LIMIT 1)
    FROM outbox o LEFT JOIN alert_targets t ON t.id = o.target_id LEFT JOIN watches w ON w.id = o.watch_id
    WHERE (:owner IS NULL OR o.owner = :owner) AND (:state IS NULL OR o.state = :state) AND (:after IS NULL OR o.id < :after)
    ORDER BY o.id DESC LIMIT :limit
"""
_LOG_COLUMNS = (
    "id", "kind", "state", "attempts", "reason", "created_at", "done_at", "next_at", "target_id", "target", "watch_id", "watch",
    "body", "status",
)  # fmt: skip
_JSON = json.JSONEncoder(ensure_ascii=False)
STATES = ("waiting", "sending", "sent", "failed", "expired", "dropped")


class NewAlert(NamedTuple):
    """An alert to store. `expires_at` is when it is of no use any more, None for never."""

    key: str
    owner: str
    target_id: int
    watch_id: int | None
    body: Mapping[str, Any]
    expires_at: int | None = None


class DueAlert(NamedTuple):
    """A stored alert whose time has come, and how many attempts were made."""

    id: int
    key: str
    target_id: int
    kind: str
    message_id: str
    body: str
    expires_at: int | None
    attempts: int


class OutboxCounts(NamedTuple):
    """Numbers of alerts: `waiting` has those that are on their way too."""

    waiting: int = 0
    dropped: int = 0


def put(conn: sqlite3.Connection, alert: NewAlert, now: int, wait: int = 0) -> bool:
    """Store an alert, to be sent in `wait` seconds, unless there is one with its key; whether it was stored."""
    values = (
        alert.key, alert.owner, alert.target_id, alert.watch_id, alert.body["type"], new_message_id(),
        _JSON.encode(alert.body), alert.expires_at, now + wait, now,
    )  # fmt: skip
    return conn.execute(_PUT, values).rowcount > 0


def due_alerts(conn: sqlite3.Connection, now: int, most: int) -> list[DueAlert]:
    """The alerts to send now, those that wait longest; in the order in which they were made, as one may be about another."""
    return [DueAlert(*row) for row in conn.execute(_DUE, [now, most])]


def alert_with(conn: sqlite3.Connection, key: str) -> DueAlert | None:
    """The alert with a key."""
    row = conn.execute(
        "SELECT id, key, target_id, kind, message_id, body, expires_at, attempts FROM outbox WHERE key = ?",
        [key],
    ).fetchone()
    return None if row is None else DueAlert(*row)


def reason_of(conn: sqlite3.Connection, ident: int) -> str:
    """Why an alert was not sent; "" for one that was."""
    row = conn.execute("SELECT reason FROM outbox WHERE id = ?", [ident]).fetchone()
    return "" if row is None else str(row[0])


def expire(conn: sqlite3.Connection, now: int) -> int:
    """Give up alerts that came too late; how many."""
    return conn.execute(_EXPIRE, {"now": now}).rowcount


def claim(conn: sqlite3.Connection, ident: int) -> bool:
    """Note that an attempt begins. False where the alert was dropped meanwhile."""
    return conn.execute(_CLAIM, [ident]).rowcount > 0


def settle(conn: sqlite3.Connection, alert: DueAlert, outcome: Outcome, result: NextStep, now: int) -> None:
    """Note how the attempt ended, and what follows."""
    conn.execute(
        "INSERT INTO deliveries (outbox_id, at, attempt, status, error) VALUES (?, ?, ?, ?, ?)",
        [alert.id, now, alert.attempts + 1, outcome.status, outcome.error],
    )
    state = {SENT: "sent", AGAIN: "waiting"}.get(result.what, "failed")
    done = None if result.what == AGAIN else now
    conn.execute(_SETTLE, [state, now + result.wait, done, outcome.error, alert.id])


def postpone(conn: sqlite3.Connection, target_id: int, until: int) -> None:
    """Let everything that waits for a target wait: it has just failed."""
    conn.execute(
        "UPDATE outbox SET next_at = max(next_at, ?) WHERE target_id = ? AND state IN ('waiting', 'sending')",
        [until, target_id],
    )


def counts(conn: sqlite3.Connection) -> OutboxCounts:
    """How many alerts wait, and how many of those in the log were dropped."""
    by_state: dict[str, int] = dict(
        conn.execute("SELECT state, count(*) FROM outbox GROUP BY state").fetchall()
    )
    waiting = by_state.get("waiting", 0) + by_state.get("sending", 0)
    return OutboxCounts(waiting, by_state.get("dropped", 0))


def states(conn: sqlite3.Connection, keys: Sequence[str]) -> dict[str, tuple[str, int]]:
    """The state and the target of alerts by their keys."""
    rows = conn.execute(
        "SELECT key, state, target_id FROM outbox WHERE key IN (SELECT value FROM json_each(?))",
        [json.dumps(keys)],
    )
    return {key: (state, target) for key, state, target in rows}


def drop(conn: sqlite3.Connection, key: str, reason: str, now: int) -> None:
    """Do not send an alert that waits."""
    conn.execute(
        "UPDATE outbox SET state = 'dropped', reason = ?, done_at = ? WHERE key = ? AND state = 'waiting'",
        [reason, now, key],
    )


def waiting_about(
    conn: sqlite3.Connection, watch_id: int, target_id: int, kind: str, program_id: int
) -> list[tuple[str, dict[str, Any]]]:
    """Key and message of the alerts of a kind about a programme that a target has not got yet."""
    given = {"watch": watch_id, "target": target_id, "kind": kind, "program": program_id}
    return [(key, json.loads(body)) for key, body in conn.execute(_WAITING_ABOUT, given)]


def free(conn: sqlite3.Connection, keys: Sequence[str]) -> tuple[str, ...]:
    """Let alerts with these keys be made again: what they were about is gone, or elsewhere. The keys that they have now."""
    rows = conn.execute(
        "UPDATE outbox SET key = key || ' before ' || id WHERE key IN (SELECT value FROM json_each(?)) RETURNING key",
        [json.dumps(keys)],
    )
    return tuple(key for (key,) in rows.fetchall())


def log(
    conn: sqlite3.Connection,
    owner: str | None,
    limit: int,
    *,
    state: str | None = None,
    after: int | None = None,
) -> list[dict[str, Any]]:
    """What became of alerts, the newest first; with `after` those before this id. Each has the `title` of its message."""
    rows = conn.execute(_LOG, {"owner": owner, "limit": limit, "state": state, "after": after})
    found = [dict(zip(_LOG_COLUMNS, row, strict=True)) for row in rows]
    titles = [json.loads(row.pop("body"))["data"]["title"] for row in found]
    return [{**row, "title": title} for row, title in zip(found, titles, strict=True)]


def prune_outbox(conn: sqlite3.Connection, now: int, days: int) -> None:
    """Delete alerts that were done with more than `days` days ago, with their attempts.

    Those of programmes that are still to come stay: who was told hears when they move or are cancelled.
    """
    before = now - 86_400 * days
    conn.execute(
        "DELETE FROM outbox WHERE done_at < ? AND (expires_at IS NULL OR expires_at <= ?)", [before, now]
    )
    conn.execute("DELETE FROM deliveries WHERE NOT EXISTS (SELECT 1 FROM outbox o WHERE o.id = outbox_id)")
