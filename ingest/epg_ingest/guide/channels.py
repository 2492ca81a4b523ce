"""Logical channels, listed, made and edited: one implementation for the command line and the API.

A logical channel is what people see, whichever providers feed it. Every change is one write transaction that raises the
generation. `now` is epoch seconds. `mappings` decides which provider channel feeds which logical channel; `channel_merge`
merges and deletes channels.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from ..core.errors import ConflictError, NotFoundError, UsageError
from ..core.times import iso
from ..storage.database import write
from .channel_settings import pin, validate
from .follow import follow
from .messages import did_you_mean, quoted

if TYPE_CHECKING:
    from sqlite_utils import Database

_LIST = """
    WITH latest AS MATERIALIZED (SELECT provider_id, max(last_seen) AS seen FROM feed_channels GROUP BY provider_id)
    SELECT c.id, c.name, c.display_name, c.icon_url, c.number, c.hidden, c.pinned, c.created_at,
           (SELECT group_concat(source, char(10)) FROM (
                SELECT v.name || ':' || m.provider_channel_id AS source
                FROM channel_mappings m JOIN providers v ON v.id = m.provider_id
                WHERE m.channel_id = c.id ORDER BY v.priority, v.id, m.provider_channel_id)),
           (SELECT group_concat(source, char(10)) FROM (
                SELECT v.name || ':' || m.provider_channel_id AS source
                FROM channel_mappings m JOIN providers v ON v.id = m.provider_id
                JOIN feed_channels f ON f.provider_id = m.provider_id AND f.provider_channel_id = m.provider_channel_id
                JOIN latest l ON l.provider_id = f.provider_id AND f.last_seen < l.seen
                WHERE m.channel_id = c.id ORDER BY v.priority, v.id, m.provider_channel_id))
    FROM channels c
    WHERE (:query IS NULL OR instr(lower(c.name || char(10) || c.display_name), lower(:query)) > 0
           OR EXISTS (
                SELECT 1 FROM channel_mappings m
                JOIN feed_channels f ON f.provider_id = m.provider_id AND f.provider_channel_id = m.provider_channel_id
                JOIN json_each(f.names) n
                WHERE m.channel_id = c.id AND instr(lower(json_extract(n.value, '$.text')), lower(:query)) > 0))
      AND (:provider IS NULL OR EXISTS (
            SELECT 1 FROM channel_mappings m JOIN providers v ON v.id = m.provider_id
            WHERE m.channel_id = c.id AND v.name = :provider))
    ORDER BY c.name COLLATE NOCASE, c.id
"""
_ALL = "SELECT id, name, display_name, icon_url, number, hidden, pinned, created_at FROM channels ORDER BY id"
_BY_ID = (
    "SELECT id, name, display_name, icon_url, number, hidden, pinned, created_at FROM channels WHERE id = ?"
)
_BY_NAME_OR_ID = """
    SELECT id, name, display_name, icon_url, number, hidden, pinned, created_at FROM channels
    WHERE name = :text COLLATE NOCASE OR id = :number
    ORDER BY name = :text DESC, name = :text COLLATE NOCASE DESC LIMIT 1
"""
_UPDATE = """
    UPDATE channels SET name = :name, display_name = :display_name, icon_url = :icon_url, number = :number, hidden = :hidden,
        pinned = :pinned
    WHERE id = :id
"""


@dataclass(frozen=True)
class Channel:
    """A row of `channels`. `pinned` are the fields that a person has set, so that they do not follow the feeds."""

    id: int
    name: str
    display_name: str
    icon_url: str | None
    number: str | None
    hidden: bool
    pinned: tuple[str, ...]
    created_at: str


@dataclass(frozen=True)
class Listing:
    """A channel with its sources, each as `PROVIDER:PROVIDER_CHANNEL_ID`, the best provider first.

    `stale` are those of the sources that the last import of their provider did not find in the feed.
    """

    channel: Channel
    sources: tuple[str, ...]
    stale: tuple[str, ...]


def list_channels(db: Database, *, query: str | None = None, provider: str | None = None) -> list[Listing]:
    """Channels in order of name. `query` must be in the name, the display name or a name that a provider gives; `provider` (a
    name) must feed the channel."""
    rows = db.conn.execute(_LIST, {"query": query, "provider": provider})
    return [
        Listing(_channel(row[:8]), *(tuple(text.split("\n")) if text else () for text in row[8:]))
        for row in rows
    ]


def get_channel(db: Database, name_or_id: str | int) -> Channel:
    """One channel: by name, else by name in any case, else by id. Raises `NotFoundError` that names similar ones.

    Names come first because feeds use digits as channel ids, too; an `int` is always an id.
    """
    return find_channel(db.conn, name_or_id)


def find_channel(conn: sqlite3.Connection, name_or_id: str | int) -> Channel:
    """`get_channel` for code that holds a transaction."""
    if isinstance(name_or_id, int):
        row = conn.execute(_BY_ID, (name_or_id,)).fetchone()
    else:
        text = name_or_id
        number = int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None
        row = conn.execute(_BY_NAME_OR_ID, {"text": text, "number": number}).fetchone()
    if row is None:
        wanted = str(name_or_id)
        raise NotFoundError(f"there is no channel {quoted(wanted)}{_similar(conn, wanted)}")
    return _channel(row)


def all_channels(conn: sqlite3.Connection) -> list[Channel]:
    """Every channel, in order of id."""
    return [_channel(row) for row in conn.execute(_ALL)]


def create_channel(conn: sqlite3.Connection, name: str, *, now: int) -> Channel:
    """A channel made by hand, within an open transaction. Its display name is its name until a provider feeds it or somebody
    edits it."""
    name = validate({"name": name})["name"]
    _refuse_taken(conn, name)
    conn.execute(
        "INSERT INTO channels (name, display_name, created_at) VALUES (:name, :name, :moment)",
        {"name": name, "moment": iso(now)},
    )
    return find_channel(conn, name)


def add_channel(db: Database, name: str, settings: Mapping[str, Any], *, now: int) -> Channel:
    """A new channel that no provider feeds yet. `settings`: display_name (default: the name), icon_url, number, hidden, pinned.

    Raises `UsageError` for a bad value or a name of digits, and `ConflictError` for a name that is taken.
    """
    clean = validate(settings)
    _refuse_digits(name)
    with write(db) as conn:
        return edit_channel(conn, create_channel(conn, name, now=now), clean)


def update_channel(
    db: Database, name_or_id: str | int, changes: Mapping[str, Any], *, unpin: Iterable[str] = ()
) -> Channel:
    """Change name, display_name, icon_url, number, hidden or pinned; None clears icon_url and number.

    A display_name, icon_url or number that is set is pinned: no import changes it. Fields in `unpin`, and those that a given
    `pinned` leaves out, follow the feeds again at once. Raises `NotFoundError`, `UsageError` for a bad value and
    `ConflictError` for a name that is taken.
    """
    clean = validate(changes)
    with write(db) as conn:
        channel = find_channel(conn, name_or_id)
        loose = validate({"pinned": list(unpin)})["pinned"]
        kept = [field for field in clean.get("pinned", channel.pinned) if field not in loose]
        return edit_channel(conn, channel, {**clean, "pinned": kept})


def edited(old: Channel, clean: Mapping[str, Any]) -> Channel:
    """The channel with these settings, which are valid. What they set is pinned, too."""
    pinned = pin(clean.get("pinned", old.pinned), clean)
    return replace(old, **{**clean, "pinned": pinned})


def edit_channel(conn: sqlite3.Connection, old: Channel, clean: Mapping[str, Any]) -> Channel:
    """Store the settings, within an open transaction. What is not pinned follows the feeds. A channel that has the settings
    already is not written.

    Raises `UsageError` for a new name of digits and `ConflictError` for one that is taken.
    """
    new = edited(old, clean)
    if new == old:
        return old
    if new.name != old.name:
        _refuse_digits(new.name)
        _refuse_taken(conn, new.name, old.id)
    conn.execute(_UPDATE, {**asdict(new), "pinned": json.dumps(new.pinned)})
    follow(conn, [old.id])
    return find_channel(conn, old.id)


def _refuse_digits(name: str) -> None:
    """Feeds use digits as ids, so a channel may have such a name. Nobody gives it one by hand: it could be meant as an id."""
    if name.strip().isdigit():
        raise UsageError(
            f"a channel's name must not be only digits: {name.strip()[:40]} could be meant as an id"
        )


def _refuse_taken(conn: sqlite3.Connection, name: str, except_id: int | None = None) -> None:
    row = conn.execute(
        "SELECT name FROM channels WHERE name = ? COLLATE NOCASE AND id IS NOT ?", (name, except_id)
    ).fetchone()
    if row:
        raise ConflictError(
            f"there is already a channel {quoted(row[0])}; merge the two or choose another name"
        )


def _similar(conn: sqlite3.Connection, wanted: str) -> str:
    known = {
        name: f"{name} ({label})" for name, label in conn.execute("SELECT name, display_name FROM channels")
    }
    if not known:
        return "; channels come with the first import: epg-ingest import"
    return did_you_mean(wanted, known, cutoff=0.6, otherwise="see: epg-ingest channels list")


def _channel(row: tuple[Any, ...]) -> Channel:
    ident, name, display_name, icon_url, number, hidden, pinned, created_at = row
    return Channel(
        ident, name, display_name, icon_url, number, bool(hidden), tuple(json.loads(pinned)), created_at
    )
