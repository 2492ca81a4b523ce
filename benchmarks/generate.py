"""A seeded XMLTV feed of any size, streamed.

python benchmarks/generate.py --programmes 1500000 --channels 1000 --seed 1 --out FILE[.gz]

About 700 bytes a programme: title, sub-title, description, credits, date, categories, icon, both episode
numbers, rating. Grouped by channel, without holes. The same options give the same bytes on any machine;
variants of one feed (another order, some programmes changed, a second provider) come from the same seed.
"""

from __future__ import annotations

import argparse
import gzip
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, timezone
from functools import lru_cache
from pathlib import Path
from random import Random
from typing import BinaryIO

#: programmes last 10 to 60 minutes, 34 on average, counted in slots
SLOT = timedelta(minutes=5)
DAY = 288
LENGTHS = (2, 3, 4, 5, 6, 6, 6, 6, 6, 6, 8, 9, 9, 10, 12, 12)
BATCH = 2000
ONSETS = (
    "b",
    "br",
    "c",
    "d",
    "f",
    "g",
    "gr",
    "h",
    "k",
    "l",
    "m",
    "n",
    "p",
    "r",
    "s",
    "st",
    "t",
    "tr",
    "v",
    "w",
)
VOWELS = ("a", "e", "i", "o", "u", "ea", "ou")
CODAS = ("", "", "n", "r", "s", "l", "nd", "t", "ck")
GENRES = (
    "News",
    "Drama",
    "Comedy",
    "Film",
    "Sport",
    "Children",
    "Documentary",
    "Music",
    "Cookery",
    "History",
)
RATINGS = ("U", "PG", "12", "15", "18")


#: programmes that change together
RUN = 35


@dataclass(frozen=True)
class Options:
    """What to generate. `start` is a UTC day; `change` the share of programmes with other title and text,
    `change_run` how many in a row."""

    programmes: int
    channels: int
    seed: int = 1
    start: date = date(2026, 1, 1)
    generator_date: str = "20260101000000 +0000"
    shuffle_channels: int | None = None
    change: float = 0.0
    change_run: int = RUN
    provider_ids: str = "example"
    offset_minutes: int = 0


@dataclass(frozen=True)
class Pools:
    """Ready-made XML fragments, as many as a power of two, so that bits of one random number choose them."""

    titles: list[bytes]
    subtitles: list[bytes]
    sentences: list[bytes]
    credits: list[bytes]
    middles: list[bytes]
    tails: list[bytes]


def feed(options: Options) -> Iterator[bytes]:
    """The feed in pieces of at most a few megabytes."""
    numbers = list(range(options.channels))
    if options.shuffle_channels is not None:
        Random(options.shuffle_channels).shuffle(numbers)
    yield head(options)
    yield b"".join(channel_element(options, number) for number in numbers)
    pools = make_pools(Random(f"pools/{options.seed}"))
    for number in numbers:
        yield from programmes(options, pools, number)
    yield b"</tv>\n"


def head(options: Options) -> bytes:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE tv SYSTEM "xmltv.dtd">\n'
        f'<tv date="{options.generator_date}" generator-info-name="benchmarks/generate.py">\n'
    ).encode()


def channel_id(options: Options, number: int) -> str:
    return f"c{number:04}.{options.provider_ids}"


def channel_element(options: Options, number: int) -> bytes:
    return (
        f'<channel id="{channel_id(options, number)}">\n'
        f'  <display-name lang="en">Channel {number:04}</display-name>\n'
        f'  <icon src="https://img.example.org/channel/{number}.png"/>\n</channel>\n'
    ).encode()


def programmes(options: Options, pools: Pools, number: int) -> Iterator[bytes]:
    """The channel's share of the programmes, one after the other from the start day on."""
    rng = Random(f"channel/{options.seed}/{number}")
    flags = runs(Random(f"change/{options.seed}/{number}"), options.change, options.change_run)
    left = options.programmes // options.channels + (number < options.programmes % options.channels)
    clock = datetime.combine(options.start, datetime.min.time(), timezone.utc)
    clock += timedelta(minutes=options.offset_minutes)
    identity = channel_id(options, number).encode()
    slot = 0
    while left > 0:
        bits = [rng.getrandbits(128) for _ in range(min(left, BATCH))]
        lengths = [LENGTHS[b & 15] for b in bits]
        times = clock_times(clock, slot, sum(lengths))
        bodies = [body(pools, changed(b) if next(flags) else b) for b in bits]
        yield b"".join(elements(identity, times, lengths, bodies))
        slot += sum(lengths)
        left -= len(bits)


def clock_times(clock: datetime, first: int, slots: int) -> list[bytes]:
    """The XMLTV times of `slots` slots and of the end of the last one, `first` slots after `clock`."""
    days = range(first // DAY, (first + slots) // DAY + 1)
    return [time for day in days for time in day_times(clock + timedelta(days=day))][first % DAY :]


@lru_cache(maxsize=400)
def day_times(clock: datetime) -> list[bytes]:
    """The times of one day's slots: nearly all channels share them, and formatting is slow."""
    return [(clock + n * SLOT).strftime("%Y%m%d%H%M%S +0000").encode() for n in range(DAY)]


def runs(rng: Random, share: float, length: int) -> Iterator[bool]:
    """Which programmes change: `share` of them in all, `length` at a time.

    Guides change by stretches (a day is rescheduled, a series gets its descriptions); one here and one there, which is a run
    of 1, is the hardest case: nearly every third page of the database then holds a changed row.
    """
    left = 0
    begin = share / (length * (1 - share) + share)
    while True:
        if not left and rng.random() < begin:
            left = length
        yield left > 0
        left = max(0, left - 1)


def changed(bits: int) -> int:
    """A programme that differs in title and text; its slot stays."""
    return bits ^ (0b101 << 8) ^ (0b11 << 32)


def elements(identity: bytes, times: list[bytes], lengths: list[int], bodies: list[bytes]) -> Iterator[bytes]:
    at = 0
    for length, text in zip(lengths, bodies, strict=True):
        until = at + length
        yield b'<programme start="%b" stop="%b" channel="%b">\n%b' % (
            times[at],
            times[until],
            identity,
            text,
        )
        at = until


def body(pools: Pools, bits: int) -> bytes:
    """What follows a programme's start tag, chosen by the bits above the lowest eight."""
    sentences = pools.sentences
    return b"%b%b%b %b %b</desc>\n%b%b%b" % (
        pools.titles[bits >> 8 & 4095],
        pools.subtitles[bits >> 20 & 4095],
        sentences[bits >> 32 & 8191],
        sentences[bits >> 45 & 8191],
        sentences[bits >> 58 & 8191],
        pools.credits[bits >> 71 & 2047],
        pools.middles[bits >> 82 & 4095],
        pools.tails[bits >> 94 & 1023],
    )


def make_pools(rng: Random) -> Pools:
    words = make_words(rng, 4096)
    titles = [f'  <title lang="en">{phrase(rng, words, 1, 4)}</title>\n' for _ in range(4096)]
    subtitles = [f'  <sub-title lang="en">{phrase(rng, words, 2, 5)}</sub-title>\n' for _ in range(3072)]
    subtitles += [""] * 1024
    # The blank before <desc> belongs to the sub-title, so that the sentences can be joined as they are.
    subtitles = [text + '  <desc lang="en">' for text in subtitles]
    return Pools(
        encoded(titles),
        encoded(subtitles),
        encoded(sentence(rng, words) for _ in range(8192)),
        encoded(credits(rng, words) for _ in range(2048)),
        encoded(middle(rng) for _ in range(4096)),
        encoded(tail(rng) for _ in range(1024)),
    )


def encoded(texts: Iterator[str] | list[str]) -> list[bytes]:
    return [text.encode() for text in texts]


def make_words(rng: Random, count: int) -> list[str]:
    """Different invented words, the frequent ones short."""
    words: dict[str, None] = {}
    while len(words) < count:
        syllables = 1 + (len(words) > 60) + (rng.random() < 0.3)
        made = "".join(rng.choice(ONSETS) + rng.choice(VOWELS) + rng.choice(CODAS) for _ in range(syllables))
        words[made] = None
    return list(words)


def pick(rng: Random, words: list[str]) -> str:
    """A word, the early ones much more often, as in real text."""
    return words[int(len(words) * rng.random() ** 3)]


def phrase(rng: Random, words: list[str], low: int, high: int) -> str:
    return " ".join(pick(rng, words).capitalize() for _ in range(rng.randint(low, high)))


def sentence(rng: Random, words: list[str]) -> str:
    return " ".join(pick(rng, words) for _ in range(rng.randint(6, 10))).capitalize() + "."


def credits(rng: Random, words: list[str]) -> str:
    director = f"<director>{phrase(rng, words, 2, 2)}</director>"
    actors = "".join(f"<actor>{phrase(rng, words, 2, 2)}</actor>" for _ in range(rng.randint(0, 3)))
    return f"  <credits>{director}{actors}</credits>\n" if rng.random() < 0.7 else ""


def middle(rng: Random) -> str:
    """Date, categories and icon: the elements between credits and episode numbers."""
    names = rng.sample(GENRES, rng.randint(1, 2))
    categories = "".join(f'  <category lang="en">{name}</category>\n' for name in names)
    icon = f'  <icon src="https://img.example.org/p/{rng.getrandbits(40):010x}.jpg"/>\n'
    return f"  <date>{rng.randint(1950, 2026)}</date>\n{categories}{icon if rng.random() < 0.4 else ''}"


def tail(rng: Random) -> str:
    """Episode numbers, repeat or new, rating, and the end tag."""
    season, episode = rng.randint(1, 12), rng.randint(1, 24)
    parts = [
        f'  <episode-num system="xmltv_ns">{season - 1}.{episode - 1}.</episode-num>\n',
        f'  <episode-num system="onscreen">S{season:02}E{episode:02}</episode-num>\n',
    ]
    parts = parts if rng.random() < 0.5 else []
    parts.append(rng.choice(["  <previously-shown/>\n", "  <new/>\n", "", ""]))
    parts.append(f'  <rating system="BBFC"><value>{rng.choice(RATINGS)}</value></rating>\n')
    return "".join([*parts, "</programme>\n"])


def write(options: Options, path: Path) -> int:
    """Generate into `path`, gzipped if its name ends with .gz. Returns the bytes before compression."""
    with open_output(path) as out:
        return sum(out.write(piece) for piece in feed(options))


def open_output(path: Path) -> BinaryIO | gzip.GzipFile:
    return gzip.GzipFile(path, "wb", compresslevel=1, mtime=0) if path.suffix == ".gz" else path.open("wb")


def parse(argv: Sequence[str] | None) -> tuple[Options, Path]:
    parser = argparse.ArgumentParser(description="Write a seeded XMLTV feed.")
    parser.add_argument("--programmes", type=int, required=True)
    parser.add_argument("--channels", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, required=True, help="a name that ends with .gz is compressed")
    parser.add_argument("--start", type=date.fromisoformat, default=datetime.now(timezone.utc).date())
    parser.add_argument("--generator-date", default=Options.generator_date, help="the date attribute of <tv>")
    parser.add_argument("--shuffle-channels", type=int, metavar="SEED", help="channels in another order")
    parser.add_argument(
        "--change", type=float, default=0.0, help="share of programmes that differ, such as 0.05"
    )
    parser.add_argument("--provider-ids", default=Options.provider_ids, metavar="SUFFIX")
    parser.add_argument("--offset-minutes", type=int, default=0, help="every slot moved by this much")
    given = vars(parser.parse_args(argv))
    out: Path = given.pop("out")
    if given["programmes"] < 1 or given["channels"] < 1:
        parser.error("--programmes and --channels must be at least 1")
    return replace(Options(1, 1), **given), out


def main(argv: Sequence[str] | None = None) -> int:
    options, path = parse(argv)
    print(f"{path}: {write(options, path)} bytes, {options.programmes} programmes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
