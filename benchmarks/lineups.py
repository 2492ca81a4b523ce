"""What reading a list of channels and matching it cost, as ratios.

python -m benchmarks.lineups [--entries 100000] [--channels 20000] [--matched 10000] [--rounds 3] [--no-import] [--strict]

Reading is compared with `csv.reader` over a file of as many bytes, for M3U lists of several forms and for an Xtream account.
Matching new entries, with the preparation of the channels, is compared with the first import of the joined real feeds
(`EPG_FEEDS`), which is left out where they are not there. CPU seconds, the best of the rounds.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from random import Random

from epg_ingest.lineups.entry import LineupEntry
from epg_ingest.lineups.matched import GuideChannel
from epg_ingest.lineups.matching import ChannelIndex, match_entries
from epg_ingest.lineups.reading import read

from benchmarks import join
from benchmarks.measure import measure
from benchmarks.table import Row

READING, MATCHING = 3.0, 0.5
ROOT = Path(__file__).resolve().parents[1]
COUNTRIES = ("uk", "fr", "de", "it", "es", "pl", "nl", "be", "us", "ca")
FIRST = (
    "Sky",
    "Canal",
    "Sport",
    "Cine",
    "Discovery",
    "National",
    "Radio",
    "Star",
    "Nova",
    "Prime",
    "Super",
    "Music",
    "Kids",
    "News",
)
SECOND = (
    "One",
    "Two",
    "Plus",
    "Action",
    "Drama",
    "Family",
    "Comedy",
    "Nature",
    "History",
    "Live",
    "Gold",
    "Max",
    "Extra",
)
PREFIXES = ("", "UK: ", "|FR| ", "DE | ", "|.BE.| ", "")
QUALITIES = ("", " HD", " FHD", " (1080p)", " [Geo-blocked]", " 4K")


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="benchmarks.lineups", description="Reading and matching lists of channels."
    )
    parser.add_argument("--entries", type=int, default=100_000)
    parser.add_argument("--channels", type=int, default=20_000)
    parser.add_argument("--matched", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--no-import", action="store_true", help="print the seconds of matching only")
    parser.add_argument("--strict", action="store_true", help="exit status 1 when a bar is not held")
    options = parser.parse_args(arguments)
    rows = [*reading_rows(options.entries, options.rounds), *matching_rows(options)]
    for row in rows:
        bar = "" if row.bar is None else f" (bar {row.bar:g}, {'held' if row.held else 'NOT HELD'})"
        print(f"{row.input}: {row.what}: {row.measured:.2f} {row.unit}{bar}; {row.basis}")
    return int(options.strict and not all(row.held for row in rows))


def reading_rows(entries: int, rounds: int) -> Iterator[Row]:
    """A row for each form of a list."""
    for name, body in lists(entries):
        ours, theirs = (
            best(partial(read, body), rounds),
            best(partial(rows_of, as_many_bytes(len(body))), rounds),
        )
        basis = f"{len(body):,} bytes, {ours:.2f} s / {theirs:.2f} s"
        yield Row(name, "reading / csv.reader", ours / theirs, "x", READING, basis)


def lists(entries: int) -> Iterator[tuple[str, bytes]]:
    """Lists of as many entries: what they are called, and their bytes."""
    yield "M3U, one order of attributes", m3u(entries, odd=0)
    yield "M3U, a tenth of the entries in another form", m3u(entries, odd=0.1)
    streams = [
        {"num": at, "name": f"UK: {name}", "stream_type": "live", "stream_id": at, "stream_icon": f"http://logos.example/{at}.png",
         "epg_channel_id": f"{name.replace(' ', '')}.uk", "added": "1498323601", "category_id": "36", "direct_source": ""}
        for at, name in enumerate(names(entries), 1)
    ]  # fmt: skip
    yield "Xtream", json.dumps(streams, separators=(",", ":")).encode()


def m3u(entries: int, odd: float, seed: int = 1) -> bytes:
    """A list as panels write it; `odd` is the share of entries with another attribute or an option."""
    random = Random(seed)
    lines = ['#EXTM3U url-tvg="http://guide.example/guide.xml"']
    for at, name in enumerate(names(entries), 1):
        more = ' http-user-agent="Player"' if random.random() < odd else ""
        lines.append(
            f'#EXTINF:-1 tvg-id="{name.replace(" ", "")}.uk" tvg-name="UK: {name}" tvg-logo="http://logos.example/{at}.png"'
            f' group-title="Group {at % 50}"{more},UK: {name}'
        )
        if random.random() < odd:
            lines.append("#EXTVLCOPT:http-user-agent=Player")
        lines.append(f"http://panel.example:8080/live/user/password/{at}.ts")
    return ("\n".join(lines) + "\n").encode()


def names(count: int, seed: int = 2) -> Iterator[str]:
    """Names as channels have them."""
    random = Random(seed)
    for _ in range(count):
        name = f"{random.choice(FIRST)} {random.choice(SECOND)}"
        yield (
            f"{name} {random.randrange(1, 400)}"
            if random.random() < 0.7
            else f"{name} {random.choice(FIRST)}"
        )


def as_many_bytes(size: int) -> bytes:
    """A CSV table of the same kind of values."""
    lines = [
        f'{at},"{name}, HD",{name}.uk,Group {at % 50},http://logos.example/{at}.png'
        for at, name in enumerate(names(2000))
    ]
    table = ("\n".join(lines) + "\n").encode()
    return (table * (size // len(table) + 1))[:size]


def rows_of(table: bytes) -> None:
    for _ in csv.reader(io.TextIOWrapper(io.BytesIO(table), encoding="utf-8", newline="")):
        pass


def matching_rows(options: argparse.Namespace) -> Iterator[Row]:
    channels, entries = guide(options.channels), new_entries(options.matched)
    seconds = best(lambda: match_entries(entries, ChannelIndex(channels)), 1)
    what = f"{options.matched:,} new entries, {options.channels:,} channels"
    feed = None if options.no_import else import_seconds()
    if feed is None:
        yield Row(
            what, "matching", seconds, "s", None, "the real feeds are not there (EPG_FEEDS), or left out"
        )
    else:
        basis = f"{seconds:.2f} s / {feed:.2f} s"
        yield Row(
            what, "matching / first import of the joined real feeds", seconds / feed, "x", MATCHING, basis
        )


def guide(channels: int) -> list[GuideChannel]:
    random = Random(3)
    return [
        GuideChannel(
            at,
            (f"{name.replace(' ', '.')}.{random.choice(COUNTRIES)}",),
            (f"{name}{random.choice(('', ' HD'))}",),
        )
        for at, name in enumerate(names(channels, seed=4), 1)
    ]


def new_entries(count: int) -> list[LineupEntry]:
    """Entries of a panel: half of them name a channel of the guide, a third has an id."""
    random = Random(5)
    known = list(names(count, seed=4))
    unknown = list(names(count, seed=6))
    entries = []
    for at in range(count):
        name = known[at] if random.random() < 0.5 else f"{unknown[at]} {random.choice(SECOND)}"
        ident = f"{name.replace(' ', '')}.uk" if random.random() < 0.3 else ""
        entries.append(
            LineupEntry(at + 1, "", f"{random.choice(PREFIXES)}{name}{random.choice(QUALITIES)}", ident)
        )
    return entries


def import_seconds() -> float | None:
    """CPU seconds of the first import of the joined real feeds, None where they are not there."""
    folder = join.feeds_folder()
    if folder is None:
        return None
    with tempfile.TemporaryDirectory() as place:
        feed, database = Path(place, "joined.xml"), Path(place, "epg.db")
        join.join(folder, feed)
        environment = {**os.environ, "EPG_RETENTION_DAYS": "none", "PYTHONPATH": f"{ROOT}:{ROOT}/ingest"}
        epg = [sys.executable, "-m", "epg_ingest.cli", "--db", str(database), "--quiet"]
        for command in ([*epg, "providers", "add", "p", str(feed)], [*epg, "import", "p"]):
            found = measure(command, env=environment, memory=False)
            if found.status:
                raise SystemExit(f"{' '.join(command[3:])} failed: {found.output}")
        return found.cpu


def best(run: Callable[[], object], rounds: int) -> float:
    """CPU seconds of the fastest run. What was remembered in the first run counts in later ones, so matching has one."""
    seconds = []
    for _ in range(rounds):
        begun = time.process_time()
        run()
        seconds.append(time.process_time() - begun)
    return min(seconds)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
