"""The values of a matching decision: what is known about the channels of the feeds, and what was decided."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

#: how a feed's channel came to its place; stored in `channel_mappings.method`
Method = Literal["manual", "id", "name", "schedule", "moved", "new"]
#: what two schedules say: `shifted` is the same programmes at other times, `unclear` neither proves nor refutes
Verdict = Literal["same", "different", "shifted", "unclear"]

#: the score of a channel that moved to a new id and is the first one of its logical channel. A join that moved has less.
FIRST_MOVED = 0.95

#: the `provider` of a channel that a person made and that no feed gives. Its names count, but it needs a manual `Held`.
NO_PROVIDER = 0


class Key(NamedTuple):
    """One channel of one feed: the id of the provider and the provider's channel id, as the feed writes it."""

    provider: int
    id: str


class Showing(NamedTuple):
    """A programme on a channel: `start` and `stop` in epoch seconds UTC, one title."""

    start: int
    stop: int
    title: str


@dataclass(frozen=True)
class FeedChannel:
    """A channel of a feed as it is now: all its display names, the first one first.

    `before` holds the display names that the guide has stored, where they differ from `names` (a feed that renames a
    channel). `gone` says that the feed no longer has the channel.
    """

    provider: int
    id: str
    names: tuple[str, ...]
    before: tuple[str, ...] = ()
    gone: bool = False

    @property
    def key(self) -> Key:
        return Key(self.provider, self.id)


@dataclass(frozen=True)
class Held:
    """The mapping that a feed's channel has now, as `channel_mappings` stores it. `channel` None: a person ignores it."""

    channel: int | None
    method: str
    score: float | None = None
    reason: str = ""

    @property
    def of_first_release(self) -> bool:
        """Whether the first release made this join by an id or a name: it stored no reasons."""
        return self.method in ("id", "name") and not self.reason


@dataclass(frozen=True)
class Comparison:
    """What two schedules have in common. `titles`, `starts` and `uneven` are shares from 0 to 1.

    `hours` and `programmes` lie in the time that both cover (`programmes` of the side with fewer). `titles` is the share of
    that time in which the titles agree, `starts` the share of starts that coincide, `uneven` the same of the
    `uneven_starts` off the full and half hour. `distinct` counts the different titles of the poorer side. `shift` is the
    minutes by which the second schedule is later, where only the shifted one agrees. `comparable` is false where
    too little is in common, or one side says too little. `reason` is for a person.
    """

    verdict: Verdict
    reason: str
    comparable: bool
    hours: float = 0.0
    programmes: int = 0
    titles: float = 0.0
    starts: float = 0.0
    uneven: float = 0.0
    uneven_starts: int = 0
    distinct: int = 0
    shift: int = 0


#: gives the comparison of two channels, each time the same one; the caller keeps what it computed
Compare = Callable[[Key, Key], Comparison]


@dataclass(frozen=True)
class Placement:
    """Where a feed's channel belongs.

    `channel` is an existing logical channel, or None for a new one (or, with the method `manual`, for none: ignored).
    Channels with equal `group` belong together, so all that have the same `group` and no `channel` share one new
    channel. `group` is None if ignored. `moved_from` is the provider's former id whose mapping this channel takes over:
    the caller deletes that mapping. `score` is None for `new`.
    """

    key: Key
    group: int | None
    channel: int | None
    method: Method
    score: float | None
    reason: str
    moved_from: str | None = None


@dataclass(frozen=True)
class TakenBack:
    """A feed's channel that leaves the logical channel `channel`, because its join there no longer holds."""

    key: Key
    channel: int
    reason: str


@dataclass(frozen=True)
class Suspect:
    """Two feeds' channels that a person put into one logical channel, although their schedules contradict it."""

    key: Key
    other: Key
    channel: int
    reason: str


@dataclass(frozen=True)
class Proposal:
    """Two feeds' channels that may be the same; a person decides. `key` sorts before `other`. `score` is 0 to 1."""

    key: Key
    other: Key
    score: float
    reason: str


@dataclass(frozen=True)
class Matching:
    """The decision. `placements` has one entry for each channel that is not `gone`; all parts are sorted by key."""

    placements: tuple[Placement, ...]
    taken_back: tuple[TakenBack, ...] = ()
    suspects: tuple[Suspect, ...] = ()
    proposals: tuple[Proposal, ...] = ()


@dataclass(frozen=True)
class Evidence:
    """All that `decide` looks at: the channels of all feeds, their mappings, and how their schedules compare.

    `touched` are the logical channels that a person named, numbered, hid or placed: they keep their id before others.
    """

    channels: tuple[FeedChannel, ...]
    compare: Compare
    held: Mapping[Key, Held] = field(default_factory=dict)
    touched: Set[int] = frozenset()
