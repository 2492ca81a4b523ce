"""XMLTV feeds of two invented providers, as untidy as real feeds, with times around `now`.

`north` is the careful provider. Its feed is valid against the DTD and has local times with an offset, a stop for every
programme and many elements. Some of its channels go off air. `south` has four of the same channels, under other ids and
names, and also knows what they show when `north` says nothing. It leaves out stops, does not escape `&`, and compresses the
file with gzip.

A channel's day depends only on the seed, the channel and the date. So tomorrow's feed agrees with today's where they
overlap, like the feeds of a real provider.
"""

from __future__ import annotations

import gzip
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from xml.sax.saxutils import escape

from demo.shows import CHILDREN, COMEDY, DRAMA, FILMS, FOOD, HISTORY, MUSIC, NATURE, NEWS, SPORT, Show

DAYS_BEFORE, DAYS_AFTER = 1, 3
NORTH_ZONE = timezone(timedelta(hours=1))


@dataclass(frozen=True)
class Channel:
    """`rest`: the UTC hours off air. A `+1` channel repeats the channel `follows`, `delay` hours later.

    A channel that carries `same` shows what that one does, and programmes of its own while that one is off air.
    """

    id: str
    name: str
    shows: tuple[Show, ...] = ()
    rest: range = range(0)
    follows: str | None = None
    delay: int = 0
    same: str | None = None


@dataclass(frozen=True)
class Slot:
    """One showing: `start` is inclusive, `stop` exclusive, both UTC. A season is a calendar quarter; `number` counts from 1."""

    start: datetime
    stop: datetime
    show: Show
    number: int


NORTH = (
    Channel("one.north", "One HD", DRAMA + COMEDY + NEWS),
    Channel("two.north", "Two HD", HISTORY + NATURE + COMEDY + FILMS, rest=range(1, 6)),
    Channel("one-plus.north", "One +1", follows="one.north", delay=1),
    Channel("harbour.north", "Harbour News", NEWS + HISTORY, rest=range(13, 15)),
    Channel("lantern.north", "Lantern Films", FILMS, rest=range(4, 9)),
    Channel("meadow.north", "Meadow", NATURE),
    Channel("sprout.north", "Sprout & Sons", CHILDREN),
)

SOUTH = (
    Channel("S-101", "One", same="one.north"),
    Channel("S-102", "Two", NATURE, same="two.north"),
    Channel("S-103", "Harbour News HD", NEWS, same="harbour.north"),
    Channel("S-104", "Lantern Films", MUSIC, same="lantern.north"),
    Channel("S-201", "Ledger", HISTORY),
    Channel("S-202", "Crumb", FOOD),
    Channel("S-203", "Bowls & More", SPORT),
    Channel("S-204", "Attic Radio Pictures", MUSIC + FILMS),
    Channel("S-205", "Second Helping", FOOD + COMEDY),
)


def schedule(channel: Channel, now: datetime, seed: int) -> list[Slot]:
    """The channel's slots, in order, from yesterday 00:00 UTC to the end of the third day after today."""
    if channel.follows:
        source = next(other for other in NORTH if other.id == channel.follows)
        shift = timedelta(hours=channel.delay)
        return [Slot(s.start + shift, s.stop + shift, s.show, s.number) for s in schedule(source, now, seed)]
    today = now.astimezone(timezone.utc).date()
    days = [today + timedelta(days=n) for n in range(-DAYS_BEFORE, DAYS_AFTER + 1)]
    if channel.same:
        source = next(other for other in NORTH if other.id == channel.same)
        own = [slot for day in days for slot in while_off_air(channel, source.rest, day, seed)]
        return sorted([*schedule(source, now, seed), *own], key=lambda slot: slot.start)
    return [slot for day in days for slot in day_of(channel, day, seed)]


def while_off_air(channel: Channel, rest: range, day: date, seed: int) -> Iterator[Slot]:
    """What a channel shows while the one that it otherwise follows is off air."""
    rng = random.Random(f"{seed}/{channel.id}/{day.isoformat()}")
    midnight = datetime(day.year, day.month, day.day, tzinfo=timezone.utc)
    at, until = midnight + timedelta(hours=rest.start), midnight + timedelta(hours=rest.stop)
    number = day.timetuple().tm_yday % 90 + 1
    while at < until:
        show = rng.choice(channel.shows)
        stop = min(at + timedelta(minutes=show.minutes), until)
        yield Slot(at, stop, show, number)
        at, number = stop, number + 1


def day_of(channel: Channel, day: date, seed: int) -> Iterator[Slot]:
    """The slots of one day, from 00:00 to 24:00 UTC. No programme runs past the moment when the channel goes off air."""
    rng = random.Random(f"{seed}/{channel.id}/{day.isoformat()}")
    at = datetime(day.year, day.month, day.day, tzinfo=timezone.utc)
    midnight = at + timedelta(days=1)
    off_air = at + timedelta(hours=channel.rest.start) if channel.rest else midnight
    number = day.timetuple().tm_yday % 90 + 1
    before = None
    while at < midnight:
        show = rng.choice([s for s in channel.shows if s is not before])
        limit = off_air if at < off_air else midnight
        stop = min(at + timedelta(minutes=show.minutes), limit)
        yield Slot(at, stop, show, number)
        at, before, number = stop, show, number + 1
        if at == off_air and channel.rest:
            at = at.replace(hour=0) + timedelta(hours=channel.rest.stop)


def north(now: datetime, seed: int = 1) -> bytes:
    """The feed of the careful provider: XML in UTF-8, valid against the XMLTV DTD."""
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', '<!DOCTYPE tv SYSTEM "xmltv.dtd">']
    lines.append('<tv source-info-name="North (invented)" generator-info-name="demo/feeds.py">')
    for channel in NORTH:
        name = f"<display-name>{escape(channel.name)}</display-name>"
        lines.append(f'  <channel id="{channel.id}">{name}</channel>')
    for channel in NORTH:
        lines += (north_programme(channel, slot) for slot in schedule(channel, now, seed))
    return "\n".join([*lines, "</tv>", ""]).encode()


def north_programme(channel: Channel, slot: Slot) -> str:
    times = f'start="{local(slot.start)}" stop="{local(slot.stop)}"'
    parts = "".join(north_elements(slot))
    return f'  <programme {times} channel="{channel.id}">{parts}</programme>'


def north_elements(slot: Slot) -> Iterator[str]:
    """The elements of a programme, in the order of the DTD."""
    show = slot.show
    yield f'<title lang="en">{escape(show.title)}</title>'
    if show.episodes:
        yield f'<sub-title lang="en">{escape(episode_title(slot))}</sub-title>'
    yield f'<desc lang="en">{escape(show.about)}</desc>'
    if show.people:
        yield f"<credits>{''.join(credits(show))}</credits>"
    if show.year:
        yield f"<date>{show.year}</date>"
    yield from (f'<category lang="en">{escape(name)}</category>' for name in show.categories)
    if show.episodes:
        season = (slot.start.month - 1) // 3
        yield f'<episode-num system="xmltv_ns">{season}.{slot.number - 1}.</episode-num>'
        yield f'<episode-num system="onscreen">S{season + 1:02}E{slot.number:02}</episode-num>'
    if show.rating:
        yield f'<rating system="BBFC"><value>{show.rating}</value></rating>'


def credits(show: Show) -> Iterator[str]:
    """In a film, the last person is the director, and all others are actors."""
    actors = list(show.people)
    if show.year:
        yield f"<director>{escape(actors.pop())}</director>"
    yield from (f"<actor>{escape(name)}</actor>" for name in actors)


def south(now: datetime, seed: int = 1) -> bytes:
    """The feed of the careless provider, gzipped: every third programme has no stop, and `&` is never escaped."""
    lines = ["<tv>"]
    for channel in SOUTH:
        name = f"<display-name>{channel.name}</display-name>"
        lines.append(f'<channel id="{channel.id}">\n{name}\n</channel>')
    for channel in SOUTH:
        slots = schedule(channel, now, seed)
        lines += (south_programme(channel, slot, stop=n % 3 != 2) for n, slot in enumerate(slots))
    return gzip.compress("\n".join([*lines, "</tv>", ""]).encode(), mtime=0)


def south_programme(channel: Channel, slot: Slot, stop: bool) -> str:
    end = f' stop="{utc(slot.stop)}"' if stop else ""
    about = f"\n<desc>{slot.show.about}</desc>" if slot.number % 2 else ""
    return (
        f'<programme start="{utc(slot.start)}"{end} channel="{channel.id}">\n'
        f"<title>{slot.show.title}</title>{about}\n<category>{slot.show.categories[0]}</category>\n</programme>"
    )


def episode_title(slot: Slot) -> str:
    return slot.show.episodes[slot.number % len(slot.show.episodes)]


def local(moment: datetime) -> str:
    return moment.astimezone(NORTH_ZONE).strftime("%Y%m%d%H%M%S %z")


def utc(moment: datetime) -> str:
    return moment.strftime("%Y%m%d%H%M%S +0000")


#: the path of each feed, and the function that makes it
FEEDS: dict[str, Callable[[datetime], bytes]] = {"/north.xml": north, "/south.xml.gz": south}
