"""What a watch is."""

from __future__ import annotations

from dataclasses import dataclass

#: what a watch looks for
SERIES, WORDS, TITLE, PERSON, PATTERN = "series", "words", "title", "person", "pattern"
KINDS = (SERIES, WORDS, TITLE, PERSON, PATTERN)
#: how often it tells of what is shown more than once
EPISODE, DAY, SHOWING = "episode", "day", "showing"
ONCE_PER = (EPISODE, DAY, SHOWING)
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True)
class Watch:
    """A watch of `owner`, who is an actor of the site.

    `value` is what it looks for: the id of a series as text, words, a title, a name, or a pattern of RE2. It means only
    programmes on `channels` (ids; empty: all) and on the channels of the line-up `lineup_id`, that begin on one of `days`
    (of `DAYS`; empty: all) and from `from_minute` until before `to_minute` (minutes of the day; None: no bound), on the clock
    of `timezone`. `to_minute` may be the smaller one: then the hours go past midnight, and the day is that of the evening.

    `new_only` leaves repeats out. It tells `lead_minutes` before the start (None: not), when an import brings a programme
    (`tell_match`), and in the daily digest of its targets (`digest`). `targets` are ids; empty: all of the owner.
    """

    id: int
    owner: str
    name: str
    kind: str
    value: str
    channels: tuple[int, ...] = ()
    lineup_id: int | None = None
    days: tuple[str, ...] = ()
    from_minute: int | None = None
    to_minute: int | None = None
    timezone: str = "UTC"
    new_only: bool = False
    once_per: str = EPISODE
    lead_minutes: int | None = 15
    tell_match: bool = False
    digest: bool = False
    targets: tuple[int, ...] = ()
    enabled: bool = True
