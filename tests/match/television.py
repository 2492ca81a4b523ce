"""Small feeds for the tests of the matching: channels by id, with names and something to show."""

from __future__ import annotations

from random import Random

from epg_ingest.match.values import Key, Showing

from benchmarks.matching import Feed, Replay

DAY = 1_739_232_000  # 2025-02-11 00:00 UTC


def schedule(seed: str, *, programmes: int = 60, start: int = DAY, titles: int = 30) -> list[Showing]:
    """What a channel shows: the same for the same seed, unrelated for others; most starts are uneven."""
    random = Random(f"{seed} {titles}")
    shows = []
    for _ in range(programmes):
        stop = start + 300 * random.randint(2, 14)
        shows.append(Showing(start, stop, f"{seed} story {random.randrange(titles)}"))
        start = stop
    return shows


def later(shows: list[Showing], minutes: int) -> list[Showing]:
    return [Showing(start + 60 * minutes, stop + 60 * minutes, title) for start, stop, title in shows]


def feed(name: str, channels: dict[str, str | tuple[str, ...]], shows: dict[str, str] | None = None) -> Feed:
    """A feed: names by channel id, and for some ids the seed of what they show."""
    names = {ident: (text,) if isinstance(text, str) else text for ident, text in channels.items()}
    return Feed(name, names, {ident: schedule(seed) for ident, seed in (shows or {}).items()})


def imported(*feeds: Feed) -> Replay:
    replay = Replay()
    for one in feeds:
        replay.add(one)
    return replay


def together(replay: Replay, one: str, other: str) -> bool:
    """Whether two channels, each written `feed:id`, are one."""
    return channel(replay, one) == channel(replay, other)


def channel(replay: Replay, where: str) -> int | None:
    name, _, ident = where.partition(":")
    return replay.channel(name, ident)


def key(replay: Replay, where: str) -> Key:
    name, _, ident = where.partition(":")
    return Key(replay.numbers[name], ident)


def method(replay: Replay, where: str) -> str:
    return replay.held[key(replay, where)].method
