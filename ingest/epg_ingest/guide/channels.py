"""Logical channels listed, edited and merged: one implementation for the command line and the API.

Every change is one write transaction that raises the generation and resolves the channels concerned. `now` is
epoch seconds. Which provider channel feeds which of them is `remap`.
"""

from __future__ import annotations

import difflib
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from ..core.errors import ConflictError, NotFoundError, UsageError
from ..core.redact import redact
from ..core.times import iso
from ..storage.database import write
from .programmes import Moved, delete_programmes, move_programmes
from .resolve import resolve
from .stored import reschedule

if TYPE_CHECKING:
    from sqlite_utils import Database

_SELECT = "SELECT id, name, display_name, icon_url, number, hidden, created_at FROM channels "
EDITABLE = ("name", "display_name", "icon_url", "number", "hidden")


@dataclass(frozen=True)
class Channel:
    """A row of `channels`: what people see, whichever providers feed it."""

    id: int
    name: str
    display_name: str
    icon_url: str | None
    number: str | None
    hidden: bool
    created_at: str


@dataclass(frozen=True)
class Listing:
    """A channel with its sources, as `PROVIDER:PROVIDER_CHANNEL_ID`, the best provider first."""

    channel: Channel
    sources: tuple[str, ...]


def list_channels(db: Database, *, query: str | None = None, provider: str | None = None) -> list[Listing]:
    """Channels by name. `query` is looked for in name and display name; `provider` keeps what that provider
    feeds.
    """
    rows = db.conn.execute(
        """
        SELECT c.id, c.name, c.display_name, c.icon_url, c.number, c.hidden, c.created_at,
               (SELECT group_concat(source, char(10)) FROM (
                    SELECT v.name || ':' || m.provider_channel_id AS source
                    FROM channel_mappings m JOIN providers v ON v.id = m.provider_id
                    WHERE m.channel_id = c.id ORDER BY v.priority, v.id, m.provider_channel_id))
        FROM channels c
        WHERE (:query IS NULL OR instr(lower(c.name || char(10) || c.display_name), lower(:query)) > 0)
          AND (:provider IS NULL OR EXISTS (
                SELECT 1 FROM channel_mappings m JOIN providers v ON v.id = m.provider_id
                WHERE m.channel_id = c.id AND v.name = :provider))
        ORDER BY c.name COLLATE NOCASE, c.id
        """,
        {"query": query, "provider": provider},
    )
    return [Listing(_channel(row[:7]), tuple(row[7].split("\n")) if row[7] else ()) for row in rows]


def get_channel(db: Database, name_or_id: str | int) -> Channel:
    """One channel: by name, else by name in any case, else by id. Raises `NotFoundError` naming similar ones.

    Names come first, since feeds use digits as channel ids too; an `int` is always an id.
    """
    return find_channel(db.conn, name_or_id)


def find_channel(conn: sqlite3.Connection, name_or_id: str | int) -> Channel:
    """`get_channel` for code that holds a transaction."""
    if isinstance(name_or_id, int):
        row = conn.execute(_SELECT + "WHERE id = ?", (name_or_id,)).fetchone()
    else:
        row = _by_name(conn, name_or_id)
    if row is None:
        raise NotFoundError(f"there is no channel {shown(str(name_or_id))}{_similar(conn, str(name_or_id))}")
    return _channel(row)


def all_channels(conn: sqlite3.Connection) -> list[Channel]:
    """Every channel, in order of id."""
    return [_channel(row) for row in conn.execute(_SELECT + "ORDER BY id")]


def create_channel(conn: sqlite3.Connection, name: str, *, now: int) -> Channel:
    """A channel made by hand, inside an open transaction; its display name is its name until it is edited."""
    name = _clean({"name": name})["name"]
    _refuse_taken(conn, name)
    conn.execute(
        "INSERT INTO channels (name, display_name, created_at) VALUES (:name, :name, :moment)",
        {"name": name, "moment": iso(now)},
    )
    return find_channel(conn, name)


def add_channel(db: Database, name: str, settings: Mapping[str, Any], *, now: int) -> Channel:
    """A new channel that nobody feeds yet. `settings`: display_name (default: the name), icon_url, number, hidden.

    Raises `UsageError` for a bad value and `ConflictError` for a name that is taken.
    """
    clean = _clean(settings)
    with write(db) as conn:
        return _edit(conn, create_channel(conn, name, now=now), clean)


def update_channel(db: Database, name_or_id: str | int, changes: Mapping[str, Any]) -> Channel:
    """Change name, display_name, icon_url, number or hidden; None clears icon_url and number."""
    clean = _clean(changes)
    with write(db) as conn:
        return _edit(conn, find_channel(conn, name_or_id), clean)


def _edit(conn: sqlite3.Connection, old: Channel, clean: Mapping[str, Any]) -> Channel:
    new = {**{key: getattr(old, key) for key in EDITABLE}, **clean, "id": old.id}
    if new["name"] != old.name:
        _refuse_taken(conn, new["name"], old.id)
    conn.execute(
        """
        UPDATE channels SET name = :name, display_name = :display_name, icon_url = :icon_url,
            number = :number, hidden = :hidden
        WHERE id = :id
        """,
        new,
    )
    return find_channel(conn, old.id)


def delete_channel(db: Database, name_or_id: str | int, *, now: int) -> int:
    """Delete a channel with its programmes; the number of programmes deleted. Raises `NotFoundError`.

    What fed it is ignored from now on, as if a person had said so: the next import would make it again.
    """
    with write(db) as conn:
        channel = find_channel(conn, name_or_id)
        providers = _providers_of(conn, channel.id)
        removed = sum(delete_programmes(conn, provider_id, channel.id) for provider_id in providers)
        conn.execute(
            """
            UPDATE channel_mappings SET channel_id = NULL, method = 'manual', score = NULL
            WHERE channel_id = ?
            """,
            (channel.id,),
        )
        touch(conn, providers, now)
        conn.execute("DELETE FROM channels WHERE id = ?", (channel.id,))
    return removed


def merge_channels(db: Database, source: str | int, target: str | int, *, now: int) -> Moved:
    """Move every mapping and programme of `source` to `target` and delete `source`.

    Where a provider has a programme at the same start on both, the one on `target` stays. Icon and number of
    `source` are kept where `target` has none. The moved mappings count as made by hand: no import undoes a
    merge.
    """
    with write(db) as conn:
        a, b = find_channel(conn, source), find_channel(conn, target)
        if a.id == b.id:
            raise UsageError(f"{a.name} cannot be merged with itself")
        providers = _providers_of(conn, a.id)
        moved = Moved()
        for provider_id in providers:
            moved += move_programmes(conn, provider_id, a.id, b.id, iso(now))
            reschedule(conn, provider_id, [b.id], now)
        _move_rest(conn, a.id, b.id)
        touch(conn, providers, now)
        resolve(conn, [b.id])
    return moved


def _move_rest(conn: sqlite3.Connection, source: int, target: int) -> None:
    both = {"source": source, "target": target}
    conn.execute(
        """
        UPDATE channel_mappings SET channel_id = :target, method = 'manual', score = NULL
        WHERE channel_id = :source
        """,
        both,
    )
    conn.execute("UPDATE program_changes SET channel_id = :target WHERE channel_id = :source", both)
    conn.execute(
        """
        UPDATE channels SET
            icon_url = coalesce(icon_url, (SELECT icon_url FROM channels WHERE id = :source)),
            number = coalesce(number, (SELECT number FROM channels WHERE id = :source))
        WHERE id = :target
        """,
        both,
    )
    conn.execute("DELETE FROM channels WHERE id = :source", both)


def _providers_of(conn: sqlite3.Connection, channel_id: int) -> list[int]:
    """Providers that are mapped to a channel or hold programmes there, best first."""
    rows = conn.execute(
        """
        SELECT id FROM providers v
        WHERE EXISTS (SELECT 1 FROM channel_mappings m WHERE m.provider_id = v.id AND m.channel_id = :channel)
           OR EXISTS (SELECT 1 FROM programs p WHERE p.provider_id = v.id AND p.channel_id = :channel)
        ORDER BY priority, id
        """,
        {"channel": channel_id},
    )
    return [row[0] for row in rows]


def touch(conn: sqlite3.Connection, provider_ids: list[int], now: int) -> None:
    """Note a change of mappings, so that the next import is not skipped because the feed is unchanged.

    `updated_at` grows even when two changes fall into one second.
    """
    conn.executemany(
        """
        UPDATE providers
        SET updated_at = max(:moment, strftime('%Y-%m-%dT%H:%M:%SZ', updated_at, '+1 second'))
        WHERE id = :provider
        """,
        [{"moment": iso(now), "provider": ident} for ident in provider_ids],
    )


def shown(text: str) -> str:
    """What somebody typed, for a message: short, and without the secrets of an address given in the wrong
    place.
    """
    text = redact(text)
    return repr(text if len(text) <= 60 else text[:57] + "...")


def _clean(changes: Mapping[str, Any]) -> dict[str, Any]:
    clean: dict[str, Any] = {}
    for key, value in changes.items():
        if key not in EDITABLE:
            raise UsageError(f"unknown setting {shown(str(key))}; known are: {', '.join(EDITABLE)}")
        clean[key] = _hidden(value) if key == "hidden" else _text(key, value)
    return clean


def _hidden(value: Any) -> bool:
    if not isinstance(value, bool):
        raise UsageError("hidden must be true or false")
    return value


def _text(key: str, value: Any) -> str | None:
    """Name and display name hold something; icon_url is a web address; an empty icon_url or number is
    cleared.
    """
    text = value.strip() if isinstance(value, str) else value
    if key in ("icon_url", "number") and text in (None, ""):
        return None
    limit = {"number": 20, "icon_url": 2_000}.get(key, 200)
    if not isinstance(text, str) or not 1 <= len(text) <= limit or not text.isprintable():
        raise UsageError(f"{key} must have 1 to {limit} characters on one line")
    if key == "icon_url" and not _is_web_address(text):
        raise UsageError("icon_url must be an http:// or https:// address")
    return text


def _is_web_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and " " not in text
    except ValueError:
        return False


def _refuse_taken(conn: sqlite3.Connection, name: str, except_id: int | None = None) -> None:
    row = conn.execute(
        "SELECT name FROM channels WHERE name = ? COLLATE NOCASE AND id IS NOT ?", (name, except_id)
    ).fetchone()
    if row:
        raise ConflictError(
            f"there is already a channel {shown(row[0])}; merge the two or choose another name"
        )


def _by_name(conn: sqlite3.Connection, text: str) -> tuple[Any, ...] | None:
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None
    row: tuple[Any, ...] | None = conn.execute(
        _SELECT
        + """
        WHERE name = :text COLLATE NOCASE OR id = :number
        ORDER BY name = :text DESC, name = :text COLLATE NOCASE DESC LIMIT 1
        """,
        {"text": text, "number": number},
    ).fetchone()
    return row


def _similar(conn: sqlite3.Connection, wanted: str) -> str:
    names = {
        name: f"{name} ({label})" for name, label in conn.execute("SELECT name, display_name FROM channels")
    }
    if not names:
        return "; channels come with the first import: epg-ingest import"
    close = difflib.get_close_matches(wanted, names, n=3, cutoff=0.6)
    return (
        f"; did you mean {' or '.join(names[n] for n in close)}?"
        if close
        else "; see: epg-ingest channels list"
    )


def _channel(row: tuple[Any, ...]) -> Channel:
    ident, name, display_name, icon_url, number, hidden, created_at = row
    return Channel(ident, name, display_name, icon_url, number, bool(hidden), created_at)
