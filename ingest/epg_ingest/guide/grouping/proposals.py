"""Pairs of channels that may be the same, and joins by hand that schedules contradict: what a person should look at.

Channels that show the same are found in one pass over all programmes in the order of their starts, so no more than the pairs
is kept in memory. Only then their schedules are compared.
"""

from __future__ import annotations

import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import combinations, groupby
from operator import itemgetter

from ...match.decide import decide
from ...match.discovery import MIN_EQUAL, MOST, propose
from ...match.titles import fold_title
from ...match.values import NO_PROVIDER, Comparison, Key, Proposal
from .evidence import Facts, evidence, read
from .schedules import Schedules
from .together import Together

_SHOWN = """
    SELECT a.start_time, c.title, a.provider_id, a.channel_id FROM airings a JOIN contents c ON c.id = a.content_id
    ORDER BY a.start_time
"""
#: the most that a pair scores where schedules speak against it
REFUTED = 0.3
#: where a provider has a programme on a channel
Place = tuple[int, int]


@dataclass(frozen=True)
class Pair:
    """Two feeds' channels that may be the same. `titles` and `starts` say what their schedules have in common (0 to 1), None
    where they have nothing to compare. A `suspect` is together by hand, and the schedules contradict it; its `score` is 0.
    Where one is `delayed`, the reason speaks of the `other`."""

    key: Key
    other: Key
    score: float
    reason: str
    titles: float | None = None
    starts: float | None = None
    suspect: bool = False
    delayed: bool = False


@dataclass(frozen=True)
class Review:
    """The pairs to look at, the surest first, and the mapping of each feed's channel as the decision knew it."""

    facts: Facts
    pairs: tuple[Pair, ...]
    schedules: Schedules
    together: Together

    def refuting(self, key: Key, channel: int) -> Comparison | None:
        """The comparison that says that a feed's channel is not the one that another feed has on a channel of the guide."""
        others = (other for other in self._on.get(channel, ()) if other != key)
        found = (self.schedules.compare(*sorted((key, other))) for other in others)
        return next((said for said in found if said.verdict in ("different", "shifted")), None)

    @cached_property
    def _on(self) -> Mapping[int, list[Key]]:
        """The feeds' channels on each channel of the guide."""
        found: dict[int, list[Key]] = defaultdict(list)
        for key, held in self.facts.held.items():
            if held.channel is not None:
                found[held.channel].append(key)
        return found


def review(conn: sqlite3.Connection) -> Review:
    """Everything that a person should look at. Reads all programmes, so it takes seconds for a large guide."""
    facts = read(conn)
    schedules = Schedules(conn, {key: held.channel for key, held in facts.held.items()})
    matching = decide(evidence(facts, schedules.compare))
    found = {(pair.key, pair.other): pair for pair in matching.proposals}
    for pair in _discovered(conn, facts, schedules):
        known = found.get((pair.key, pair.other))
        if known is None or pair.score > known.score:
            found[pair.key, pair.other] = pair
    together = Together(facts, schedules)
    pairs = [
        _with_shares(_unless_contradicted(pair, together), schedules)
        for pair in found.values()
        if together.excluded(pair.key, pair.other) is None
    ]
    pairs += [
        _with_shares(Proposal(one.key, one.other, 0.0, one.reason), schedules, suspect=True)
        for one in matching.suspects
    ]
    ordered = sorted(pairs, key=lambda pair: (-pair.score, pair.key, pair.other))
    return Review(facts, tuple(ordered), schedules, together)


def _unless_contradicted(pair: Proposal, together: Together) -> Proposal:
    """The pair, with a low score if what is together with one of the two channels is not the other."""
    if pair.score <= REFUTED or (why := together.contradicted(pair.key, pair.other)) is None:
        return pair
    return replace(pair, score=REFUTED, reason=f"{pair.reason}; but {why}")


def _with_shares(found: Proposal, schedules: Schedules, *, suspect: bool = False) -> Pair:
    said = schedules.compare(found.key, found.other)
    titles, starts = (said.titles, said.starts) if said.programmes else (None, None)
    delayed = said.verdict == "shifted" or (not found.score and not suspect)
    return Pair(found.key, found.other, found.score, found.reason, titles, starts, suspect, delayed)


def _discovered(conn: sqlite3.Connection, facts: Facts, schedules: Schedules) -> list[Proposal]:
    """Pairs that show the same and could be joined, whatever they are called."""
    at: dict[Place, Key] = {}
    for key, held in facts.held.items():
        if held.channel is not None and key.provider != NO_PROVIDER and key in facts.channels:
            at.setdefault((key.provider, held.channel), key)
    pairs = [(at[one], at[two]) for one, two in _worth_comparing(conn) if one in at and two in at]
    groups = {key: channel for (_, channel), key in at.items()}
    names = {key: channel.names for key, channel in facts.channels.items()}
    return propose(pairs, schedules.compare, groups, names)


def _worth_comparing(conn: sqlite3.Connection) -> Iterator[tuple[Place, Place]]:
    """Pairs of channels of two providers with enough programmes of the same start and title."""
    equal: Counter[tuple[Place, Place]] = Counter()
    for _, rows in groupby(conn.execute(_SHOWN), key=itemgetter(0)):
        for places in _by_title(rows).values():
            if 1 < len(places) <= MOST:
                equal.update(pair for pair in combinations(sorted(places), 2) if pair[0][0] != pair[1][0])
    return (pair for pair, count in equal.items() if count >= MIN_EQUAL)


def _by_title(rows: Iterator[tuple[str, str, int, int]]) -> Mapping[str, list[Place]]:
    """Where each title that says something starts at one moment."""
    found: dict[str, list[Place]] = defaultdict(list)
    for _, title, provider, channel in rows:
        if folded := fold_title(title):
            found[folded].append((provider, channel))
    return found
