"""Carries out a decision: mappings of all providers, the programmes that go with them, and channels that nobody feeds now."""

from __future__ import annotations

import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from ...match.values import NO_PROVIDER, Held, Key, Placement
from ..follow import follow
from ..programmes import drop_orphans, mark_changed, read_again
from ..resolve import resolve
from .lineup_references import follow_emptied
from .moving import move_all
from .placing import Places, held

_UPDATE = """
    UPDATE channel_mappings SET channel_id = ?, method = ?, score = ?, reason = ?
    WHERE provider_id = ? AND provider_channel_id = ?
"""


class Remapping(NamedTuple):
    """The mapping of a feed's channel that changes: what it was, and what it becomes on which channel."""

    key: Key
    was: Held
    place: Placement
    channel: int | None

    @property
    def leaves(self) -> bool:
        """Whether the programmes go to another channel."""
        return self.channel != self.was.channel


class Note(NamedTuple):
    """What the import log says about a channel of a feed: `joined`, `parted`, `moved` or `suspect`, and why."""

    code: str
    key: Key
    message: str


@dataclass
class Regrouped:
    """What changed: the channels of the guide that won or lost something, the number of mappings, and notes for the log."""

    channels: set[int] = field(default_factory=set)
    mappings: int = 0
    notes: list[Note] = field(default_factory=list)


def regroup(conn: sqlite3.Connection, places: Places, now: int) -> Regrouped:
    """Bring all mappings, and the programmes that go with them, to the places of a decision, within the write transaction.

    Mappings by hand stay. `now` is epoch seconds.
    """
    before = held(conn)
    changes = list(_changes(places, before))
    _move(conn, places, before, [change for change in changes if change.leaves], now)
    conn.executemany(
        _UPDATE,
        [
            (channel, place.method, place.score, place.reason, key.provider, key.id)
            for key, _, place, channel in changes
        ],
    )
    result = Regrouped(mappings=len(changes), notes=list(_notes(conn, places, changes)))
    left = {
        change.was.channel for change in changes if change.leaves and change.was.method in ("new", "moved")
    }
    follow_emptied(conn, ((change.was.channel, change.channel) for change in changes if change.leaves))
    dropped = drop_orphans(conn, [*filter(None, left), *places.spare], keep_pinned=True)
    ends = [end for change in changes if change.leaves for end in (change.was.channel, change.channel)]
    result.channels = {channel for channel in ends if channel is not None} - {*dropped}
    resolve(conn, sorted(result.channels))
    follow(conn, sorted(result.channels))
    return result


def _changes(places: Places, before: dict[Key, Held]) -> Iterator[Remapping]:
    for place in places.matching.placements:
        was = before.get(place.key)
        if place.key.provider == NO_PROVIDER or place.group is None or was is None or was.method == "manual":
            continue
        channel = places.channel(place)
        former = Key(place.key.provider, place.moved_from or place.key.id)
        if former in places.standing and channel == was.channel:
            continue
        if (channel, place.method, place.score, place.reason) != (
            was.channel,
            was.method,
            was.score,
            was.reason,
        ):
            yield Remapping(place.key, was, place, channel)


def _move(
    conn: sqlite3.Connection, places: Places, before: dict[Key, Held], leaving: Iterable[Remapping], now: int
) -> None:
    """Move the programmes. Where a person feeds the source from two ids of one provider nobody knows whose they are."""
    feeding = Counter((key.provider, has.channel) for key, has in before.items())
    moves: dict[int, dict[int, int]] = defaultdict(dict)
    for key, was, _, channel in leaving:
        assert was.channel is not None and channel is not None
        if feeding[key.provider, was.channel] == 1:
            moves[key.provider][was.channel] = channel
        else:
            read_again(conn, key.provider, was.channel)
            mark_changed(conn, [key.provider], now)
    for provider, wanted in moves.items():
        move_all(conn, provider, wanted, places.make_spare, now)


def _notes(conn: sqlite3.Connection, places: Places, changes: Iterable[Remapping]) -> Iterator[Note]:
    matching = places.matching
    parted = {back.key: back.reason for back in matching.taken_back}
    for place in matching.placements:
        if place.moved_from is not None:
            yield Note("moved", place.key, f"formerly the id {place.moved_from!r}; it keeps its channel")
    for key, was, place, channel in changes:
        if channel == was.channel or key in places.fresh:
            continue
        if key in parted:
            yield Note("parted", key, f"no longer on the channel {_name(conn, was.channel)}: {parted[key]}")
        else:
            yield Note("joined", key, f"now on the channel {_name(conn, channel)}: {place.reason}")
    for key, other, channel, reason in ((s.key, s.other, s.channel, s.reason) for s in matching.suspects):
        yield Note("suspect", key, f"mapped by hand to {_name(conn, channel)} beside {other.id!r}: {reason}")


def _name(conn: sqlite3.Connection, channel: int | None) -> str:
    (name,) = conn.execute("SELECT display_name FROM channels WHERE id = ?", [channel]).fetchone()
    return repr(name)
