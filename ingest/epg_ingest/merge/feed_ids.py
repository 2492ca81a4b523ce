"""Channel ids of one provider that differ only in case, Unicode form or invisible characters: which of them are one.

`spell` is the decision, a pure function. Two spellings that a feed declares are two channels, because the provider tells them
apart. Apart from that, an undeclared spelling belongs to the declared one, and a stored id follows the spelling of the feed.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from ..core.names import same_id_key

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
