"""Channel ids of one provider: which of them are one, because they differ only in case, Unicode form or invisible characters,
and which mean another channel than before, because the feed numbers its channels anew (`match.reused_ids` decides that).

`spell` is the decision, a pure function. Two spellings that a feed declares are two channels, because the provider tells them
apart. Apart from that, an undeclared spelling belongs to the declared one, and a stored id follows the spelling of the feed.
"""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from ..core.names import same_id_key
from ..guide.joins import texts
from ..match.reused_ids import Reuse, StoredAlike, renamed, reuses
from .feed_channels import Declared
from .stored_elements import StoredElements

#: mapped ids first, in the order in which they were mapped
_KNOWN = """
    SELECT provider_channel_id FROM (
        SELECT provider_channel_id, 0 AS part, id FROM channel_mappings WHERE provider_id = :provider
        UNION ALL SELECT provider_channel_id, 1, id FROM feed_channels WHERE provider_id = :provider)
    ORDER BY part, id
"""
_RENAME_MAPPING = """
    UPDATE channel_mappings SET provider_channel_id = :new WHERE provider_id = :provider AND provider_channel_id = :old
"""
_RENAME_CHANNEL = """
    UPDATE feed_channels SET provider_channel_id = :new WHERE provider_id = :provider AND provider_channel_id = :old
"""
_LAST_FEED = """
    SELECT provider_channel_id, names, substr(last_seen, 1, 10) FROM feed_channels
    WHERE provider_id = :provider AND last_seen = (SELECT max(last_seen) FROM feed_channels WHERE provider_id = :provider)
"""
_SHOWN = """
    SELECT k.value ->> 'id', k.value ->> 'channel', count(*)
    FROM json_each(:places) k CROSS JOIN temp.elements s ON s.channel = k.value ->> 'id'
    CROSS JOIN airings a ON a.provider_id = :provider AND a.channel_id = k.value ->> 'channel'
        AND a.start_time = strftime('%Y-%m-%dT%H:%M:%SZ', s.start, 'unixepoch')
    CROSS JOIN contents c ON c.id = a.content_id AND c.hash = s.content_hash
    GROUP BY 1, 2
"""
#: begins the id of a row whose new id another one still has
_ON_ITS_WAY = "\x01"


@dataclass(frozen=True)
class Spelling:
    """`same` gives, for each undeclared spelling, the id that it means; `renamed` the new spelling of stored ids."""

    same: Mapping[str, str] = field(default_factory=dict)
    renamed: Mapping[str, str] = field(default_factory=dict)


def spell(declared: Iterable[str], used: Iterable[str], known: Iterable[str]) -> Spelling:
    """`declared` are the ids that the feed declares, `used` those of its programmes, `known` those that are stored."""
    declared, used, known = (dict.fromkeys(names) for names in (declared, used, known))
    if all(name in known for names in (declared, used) for name in names):
        return Spelling()
    own: dict[str, list[str]] = defaultdict(list)
    for name in declared:
        own[same_id_key(name)].append(name)
    same = {}
    # An id that is stored already comes before a new spelling of it.
    for name in sorted((name for name in used if name not in declared), key=lambda name: name not in known):
        twins = own[same_id_key(name)]
        if len(twins) == 1 and not (name in known and twins[0] in known):
            same[name] = twins[0]
        else:
            twins.append(name)
    found = {name for names in own.values() for name in names}
    gone: dict[str, list[str]] = defaultdict(list)
    for name in known:
        if name not in found:
            gone[same_id_key(name)].append(name)
    renamed = {
        gone[key].pop(0): name
        for key, names in own.items()
        for name in names
        if name not in known and gone[key]
    }
    return Spelling(same, renamed)


def spelling(
    conn: sqlite3.Connection, provider_id: int, declared: Iterable[str], used: Iterable[str]
) -> Spelling:
    """`spell` for a feed, with the ids that are stored."""
    known = [name for (name,) in conn.execute(_KNOWN, {"provider": provider_id})]
    return spell(declared, used, known)


def settle(
    conn: sqlite3.Connection,
    provider_id: int,
    declared: Collection[str],
    used: Collection[str],
    stored: Collection[str],
) -> Spelling:
    """`spell` for a feed, within the open write transaction: stored ids get the spelling of the feed.

    `stored` are the ids in `feed_channels`; a person may have mapped more.
    """
    if all(name in stored for names in (declared, used) for name in names):
        return Spelling()
    found = spelling(conn, provider_id, declared, used)
    for old, new in found.renamed.items():
        for statement in (_RENAME_MAPPING, _RENAME_CHANNEL):
            conn.execute(statement, {"provider": provider_id, "old": old, "new": new})
    return found


def renumbered(
    conn: sqlite3.Connection,
    provider_id: int,
    declared: Iterable[Declared],
    mapped: Mapping[str, int | None],
    elements: StoredElements,
) -> dict[str, str]:
    """The ids of the provider's last feed that are called otherwise now, and how.

    An id that means something else now, although the feed has no new one for what it was, gets one that no feed has: the
    id and the day of that feed. Call it when all elements are staged, within a transaction. `mapped` has the channel of each
    stored id.
    """
    said = names_said(declared)
    rows = conn.execute(_LAST_FEED, {"provider": provider_id}).fetchall()
    last = {ident: names for ident, names, _ in rows}
    if all(last.get(ident, names) == names for ident, names in said.items()):
        return {}
    before = {ident: texts(names) for ident, names in last.items()}
    found = reuses(before, {ident: texts(names) for ident, names in said.items()})
    moved = renamed(found, _shown(conn, provider_id, found, mapped, elements)) if found else {}
    left = [ident for ident in moved.values() if ident in last and ident not in moved]
    return moved | {ident: f"{ident} / {rows[0][2]}" for ident in left}


def names_said(declared: Iterable[Declared]) -> dict[str, str]:
    """The names of each declared id (JSON); the first declaration counts."""
    said: dict[str, str] = {}
    for channel in declared:
        said.setdefault(channel[0], channel[4])
    return said


def rename(conn: sqlite3.Connection, provider_id: int, ids: Mapping[str, str]) -> None:
    """Call stored ids otherwise, within the open write transaction."""
    for statement in (_RENAME_MAPPING, _RENAME_CHANNEL):
        for old, new in ids.items():
            conn.execute(statement, {"provider": provider_id, "old": old, "new": _ON_ITS_WAY + new})
        for new in ids.values():
            conn.execute(statement, {"provider": provider_id, "old": _ON_ITS_WAY + new, "new": new})


def _shown(
    conn: sqlite3.Connection,
    provider_id: int,
    found: list[Reuse],
    mapped: Mapping[str, int | None],
    elements: StoredElements,
) -> dict[Reuse, StoredAlike]:
    """Which programmes of the ids are stored. Those that were recognised by their bytes are those of the same id."""
    places = {(reuse.id, mapped.get(ident)) for reuse in found for ident in reuse}
    wanted = json.dumps(
        [{"id": ident, "channel": channel} for ident, channel in sorted(places, key=str) if channel]
    )
    rows = conn.execute(_SHOWN, {"places": wanted, "provider": provider_id})
    counts = {(ident, channel): count for ident, channel, count in rows}
    return {
        reuse: StoredAlike(
            counts.get((reuse.id, mapped.get(reuse.id)), 0) + _recognised(elements, mapped.get(reuse.id)),
            counts.get((reuse.id, mapped.get(reuse.former)), 0),
        )
        for reuse in found
    }


def _recognised(elements: StoredElements, channel: int | None) -> int:
    low, high = elements.ranges.get(channel, (0, 0)) if channel is not None else (0, 0)
    return sum(map(bool, elements.seen[low:high]))
