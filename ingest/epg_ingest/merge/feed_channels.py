"""What a feed says of its channels, kept whole in `feed_channels`: all names, icons, addresses, and when it had them.

A channel that a feed declares, or uses in a programme, is *seen*. `last_seen` grows with every import that finds something
changed, also within one second and when the clock was set back, and once a day where nothing changes: the channels with the
latest `last_seen` of a provider are those of its last import, and all others are stale. Everything runs within the open write
transaction.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from ..core.times import from_iso, iso
from ..guide.schedule import LONGEST
from .presence import Presence

_DAY = 86_400
#: id, display name, icon and number; names, icons, addresses (JSON), as `parse/channel_element.py` gives them
Declared = tuple[str, str | None, str | None, str | None, str, str, str]

_KNOWN = """
    SELECT provider_channel_id, names, icons, urls, number, last_seen, last_end IS NOT NULL, last_end > last_seen,
           last_end = last_seen
    FROM feed_channels WHERE provider_id = ?
"""
_INSERT = """
    INSERT INTO feed_channels (provider_id, provider_channel_id, names, icons, urls, number, first_seen, last_seen)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7)
"""
_UPDATE = """
    UPDATE feed_channels SET names = ?3, icons = ?4, urls = ?5, number = ?6
    WHERE provider_id = ?1 AND provider_channel_id = ?2
"""
_SEE_SAME = """
    UPDATE feed_channels SET last_seen = :moment, last_end = CASE WHEN last_end = last_seen THEN :moment ELSE last_end END
    WHERE provider_id = :provider AND last_seen = (SELECT max(last_seen) FROM feed_channels WHERE provider_id = :provider)
        AND last_seen <= :day_before
"""
_SEE_EMPTY = """
    UPDATE feed_channels SET last_seen = :moment, last_end = NULL
    WHERE provider_id = :provider AND provider_channel_id = :channel
"""
#: a mapped channel ends with its last stored programme, which is one step in the unique index of `airings`
_SEE = """
    UPDATE feed_channels SET last_seen = :moment, last_end = ifnull((
            SELECT a.end_time FROM channel_mappings m CROSS JOIN airings a
                ON a.provider_id = m.provider_id AND a.channel_id = m.channel_id
            WHERE m.provider_id = feed_channels.provider_id AND m.provider_channel_id = feed_channels.provider_channel_id
            ORDER BY a.start_time DESC LIMIT 1), last_end)
    WHERE provider_id = :provider AND provider_channel_id = :channel
"""
#: where the feed has nothing to come: what the guide keeps beyond that is not of this feed
_END_NOW = """
    UPDATE feed_channels SET last_end = :moment
    WHERE provider_id = :provider AND provider_channel_id = :channel
"""
#: `_SEE` for channels that feed nothing, such as ignored ones: their elements are staged by every import
_END_UNMAPPED = """
    UPDATE feed_channels SET last_end = strftime('%Y-%m-%dT%H:%M:%SZ', e.last, 'unixepoch')
    FROM (
        SELECT s.channel, max(max(s.start, min(ifnull(s.stop, s.start), s.start + :longest))) AS last FROM temp.elements s
        WHERE s.channel IN (SELECT value FROM json_each(:channels)) GROUP BY s.channel
    ) e
    WHERE feed_channels.provider_id = :provider AND feed_channels.provider_channel_id = e.channel
"""


class StoredChannel(NamedTuple):
    """What is stored of a channel of a feed: names, icons, urls (JSON), number, when it was last seen (ISO, UTC), whether it
    had programmes then, whether some of them were still to come, and whether only stored ones were (`note_ended`)."""

    names: str = "[]"
    icons: str = "[]"
    urls: str = "[]"
    number: str | None = None
    last_seen: str = ""
    filled: int = 0
    to_come: int | None = 0
    over: int | None = 0


def known(conn: sqlite3.Connection, provider_id: int) -> dict[str, StoredChannel]:
    """What is stored of a provider's channels, by id."""
    return {row[0]: StoredChannel._make(row[1:]) for row in conn.execute(_KNOWN, [provider_id])}


def latest(stored: Mapping[str, StoredChannel]) -> str | None:
    """When the provider's last import saw its channels (ISO, UTC); None before the first."""
    return max((row.last_seen for row in stored.values()), default=None)


def moment_of(stored: Mapping[str, StoredChannel], now: int) -> str:
    """When an import at `now` (epoch seconds) sees its channels (ISO, UTC): the second after the import before at the
    earliest."""
    last = latest(stored)
    return iso(now if last is None else max(now, from_iso(last) + 1))


def last_feed(stored: Mapping[str, StoredChannel]) -> dict[str, bool]:
    """The channel ids that the provider's last import found in the feed, each with whether it had programmes."""
    last = latest(stored)
    return {name: bool(row.filled) for name, row in stored.items() if row.last_seen == last}


def store(
    conn: sqlite3.Connection,
    provider_id: int,
    stored: Mapping[str, StoredChannel],
    declared: Iterable[Declared],
    used: Iterable[str],
    moment: str,
) -> int:
    """Store what the feed says of each channel; returns how many are new or say something else than what is `stored`.

    The first declaration of an id counts. A channel that the feed only uses keeps what was said of it before. `moment` is that
    of `moment_of`.
    """
    found: dict[str, tuple[str, str, str, str | None]] = {}
    for name, _, _, number, *said in declared:
        names, icons, urls = said
        found.setdefault(name, (names, icons, urls, number))
    for name in used:
        if name not in found:
            found[name] = stored.get(name, StoredChannel())[:4]
    new = [(name, said) for name, said in found.items() if name not in stored]
    changed = [(name, said) for name, said in found.items() if name in stored and stored[name][:4] != said]
    conn.executemany(_INSERT, [(provider_id, name, *said, moment) for name, said in new])
    conn.executemany(_UPDATE, [(provider_id, name, *said) for name, said in changed])
    return len(new) + len(changed)


def note_seen_again(conn: sqlite3.Connection, provider_id: int, moment: str) -> None:
    """Note that the feed has the same channels as in the last import, with the same programmes. Within a day of the last note
    nothing is written: every channel has a row, with all its names and addresses beside it on its page of the file."""
    day_before = iso(from_iso(moment) - _DAY)
    conn.execute(_SEE_SAME, {"provider": provider_id, "moment": moment, "day_before": day_before})


def note_seen(
    conn: sqlite3.Connection, provider_id: int, found: Presence, unmapped: Collection[str], moment: str
) -> None:
    """Note that the feed has these channels, and when the last programme of each ends; `unmapped` are ids that feed no channel
    of the guide. Call it when all rows are written."""
    for statement, names_seen in ((_SEE, found.with_programmes), (_SEE_EMPTY, found.without)):
        conn.executemany(
            statement,
            [{"provider": provider_id, "channel": name, "moment": moment} for name in names_seen],
        )
    if unmapped:
        names = json.dumps(list(unmapped))
        conn.execute(_END_UNMAPPED, {"provider": provider_id, "channels": names, "longest": LONGEST})


def note_ended(conn: sqlite3.Connection, provider_id: int, names: Iterable[str], moment: str) -> None:
    """Note that all that the feed has of these channels has ended, although the guide has programmes to come. `moment` is that
    of `moment_of`: their `last_end` is `last_seen` until the feed has something to come."""
    values = [{"provider": provider_id, "channel": name, "moment": moment} for name in names]
    conn.executemany(_END_NOW, values)
