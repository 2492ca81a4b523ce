"""How well the matching decision joins the channels of real feeds.

python -m benchmarks.matching PAIRS.json NAME=FEED.xml.gz NAME=FEED.xml.gz … [--orders N] [--verbose] [--candidates FILE]

The feeds are imported one after the other, in `--orders` orders that are as different as can be (3). After each import all
channels are decided again with the mappings that the last decision gave. Printed: how many of the judged pairs are joined,
whether all orders end in the same groups, and the time of the decisions. `PAIRS.json` lists provider, channel id, provider,
channel id, three shares, and `same`, `different` or `unclear`. `--candidates` writes the pairs that show the same under
different names.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import json
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path

from epg_ingest.core.times import parse
from epg_ingest.match.comparison import Airtime, compare
from epg_ingest.match.decide import decide
from epg_ingest.match.discovery import discover
from epg_ingest.match.values import Comparison, Evidence, FeedChannel, Held, Key, Matching, Showing
from lxml import etree

#: provider and channel id
Ident = tuple[str, str]


@dataclass
class Feed:
    """A feed as the matching sees it: the display names and the showings of each channel id."""

    name: str
    names: dict[str, tuple[str, ...]] = field(default_factory=dict)
    showings: dict[str, list[Showing]] = field(default_factory=dict)


def read(name: str, path: Path) -> Feed:
    """Read a feed with lxml. A programme without a stop is left out."""
    names: dict[str, tuple[str, ...]] = {}
    showings: dict[str, list[Showing]] = defaultdict(list)
    with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
        for _, element in etree.iterparse(file, tag=("channel", "programme"), recover=True):
            if element.tag == "channel":
                texts = (e.text.strip() for e in element.findall("display-name") if e.text)
                names.setdefault(element.get("id", ""), tuple(texts))
            else:
                start, stop = parse(element.get("start", "")), parse(element.get("stop", ""))
                if start is not None and stop is not None:
                    showing = Showing(start, stop, element.findtext("title") or "")
                    showings[element.get("channel", "")].append(showing)
            element.clear()
    return Feed(name, dict.fromkeys(showings, ()) | names, dict(showings))


class Replay:
    """A guide into which feeds are imported one after the other: it keeps what a decision gave for the next one."""

    def __init__(self) -> None:
        self.channels: dict[Key, FeedChannel] = {}
        self.held: dict[Key, Held] = {}
        self.touched: set[int] = set()
        self.airtimes: dict[Key, Airtime] = {}
        self.numbers: dict[str, int] = {}
        self.seconds = 0.0
        self._compared: dict[tuple[Key, Key], Comparison] = {}
        self._next = count(1)

    def add(self, feed: Feed) -> Matching:
        """Import a feed, or a later version of it, decide, and keep the result."""
        provider = self.numbers.setdefault(feed.name, len(self.numbers) + 1)
        for key in [key for key in self.channels if key.provider == provider and key.id not in feed.names]:
            self.channels[key] = replace(self.channels[key], gone=True)
        for ident, names in feed.names.items():
            key = Key(provider, ident)
            known = self.channels.get(key)
            before = known.names if known and known.names != names else ()
            self.channels[key] = FeedChannel(provider, ident, names, before)
            self.airtimes[key] = Airtime(feed.showings.get(ident, ()))
        self._compared = {pair: said for pair, said in self._compared.items() if provider not in _sides(pair)}
        matching = self.decide()
        self.keep(matching)
        return matching

    def decide(self) -> Matching:
        """Decide all channels as they are now."""
        started = time.perf_counter()
        matching = decide(
            Evidence(tuple(self.channels.values()), self.compare, dict(self.held), self.touched)
        )
        self.seconds += time.perf_counter() - started
        return matching

    def compare(self, one: Key, other: Key) -> Comparison:
        """The comparison of two channels, computed once."""
        if (one, other) not in self._compared:
            self._compared[one, other] = compare(self.airtimes[one], self.airtimes[other])
        return self._compared[one, other]

    def keep(self, matching: Matching) -> None:
        """Do what the database does with a decision."""
        new: dict[int, int] = {}
        for place in matching.placements:
            channel = place.channel
            if channel is None and place.group is not None:
                channel = new[place.group] = new.get(place.group) or next(self._next)
            if place.moved_from is not None:
                old = Key(place.key.provider, place.moved_from)
                self.held.pop(old, None)
                self.channels.pop(old, None)
            self.held[place.key] = Held(channel, place.method, place.score, place.reason)
        for key, known in self.channels.items():
            self.channels[key] = replace(known, before=())

    def remove(self, name: str) -> Matching:
        """Remove a provider with its channels and mappings, and decide what is left."""
        provider = self.numbers.pop(name)
        self.channels = {key: known for key, known in self.channels.items() if key.provider != provider}
        self.held = {key: held for key, held in self.held.items() if key.provider != provider}
        matching = self.decide()
        self.keep(matching)
        return matching

    def channel(self, name: str, ident: str) -> int | None:
        """The logical channel of a feed's channel."""
        return self.held[Key(self.numbers[name], ident)].channel

    def groups(self) -> set[frozenset[Ident]]:
        """The partition: which channels of which feeds share a logical channel."""
        names = {number: name for name, number in self.numbers.items()}
        found: dict[int, set[Ident]] = defaultdict(set)
        for key, held in self.held.items():
            if held.channel is not None:
                found[held.channel].add((names[key.provider], key.id))
        return {frozenset(members) for members in found.values()}


def _sides(pair: tuple[Key, Key]) -> tuple[int, int]:
    return pair[0].provider, pair[1].provider


def orders(feeds: Sequence[Feed], number: int) -> Iterable[list[Feed]]:
    """As many orders as asked for: as given, reversed, and with every other feed first, rotated."""
    for turn in range(number):
        turned = [*feeds[turn // 2 :], *feeds[: turn // 2]]
        yield turned[::-1] if turn % 2 else turned[::2] + turned[1::2] if turn else list(turned)


def counted(
    replay: Replay, pairs: Sequence[Sequence[str]], *, verbose: bool = False
) -> Counter[tuple[str, bool]]:
    """How many judged pairs of each verdict are joined (True) and apart (False)."""
    found: Counter[tuple[str, bool]] = Counter()
    for name, ident, other, other_ident, *shares, verdict in pairs:
        if {name, other} <= replay.numbers.keys():
            joined = replay.channel(name, ident) == replay.channel(other, other_ident)
            found[verdict, joined] += 1
            if verbose and joined == (verdict == "different"):
                print(
                    f"  {verdict}, {'joined' if joined else 'apart'}: {name} {ident} | {other} {other_ident} {shares}"
                )
    return found


def write_candidates(replay: Replay, path: Path) -> int:
    """Write the pairs that show the same and are not joined as CSV; return how many score 0.9 and more."""
    names = {number: name for name, number in replay.numbers.items()}
    groups = {key: held.channel for key, held in replay.held.items() if held.channel is not None}
    found = discover(replay.airtimes, groups, {key: known.names for key, known in replay.channels.items()})
    with path.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(("score", "feed", "id", "other feed", "other id", "reason"))
        for pair in found:
            one, other = pair.key, pair.other
            rows.writerow(
                (pair.score, names[one.provider], one.id, names[other.provider], other.id, pair.reason)
            )
    return sum(pair.score >= 0.9 for pair in found)


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="benchmarks.matching", description="Joins of real feeds, judged.")
    parser.add_argument("pairs", type=Path)
    parser.add_argument("feeds", nargs="+", metavar="NAME=FILE")
    parser.add_argument("--orders", type=int, default=3)
    parser.add_argument(
        "--verbose", action="store_true", help="list the pairs that are joined wrongly or not joined"
    )
    parser.add_argument("--candidates", type=Path, metavar="FILE", help="write what shows the same, as CSV")
    options = parser.parse_args(arguments)
    feeds = [read(name, Path(path)) for name, _, path in (text.partition("=") for text in options.feeds)]
    pairs = json.loads(options.pairs.read_text(encoding="utf-8"))
    ends = []
    for order in orders(feeds, options.orders):
        replay = Replay()
        for feed in order:
            replay.add(feed)
        found = counted(replay, pairs, verbose=options.verbose and not ends)
        print(f"{' '.join(feed.name for feed in order)}: {replay.seconds:.2f} s in {len(order)} decisions")
        for verdict in ("same", "different", "unclear"):
            print(
                f"  {verdict}: {found[verdict, True]} of {found[verdict, True] + found[verdict, False]} joined"
            )
        ends.append(replay.groups())
    alike = all(end == ends[0] for end in ends)
    print(f"{len(ends[0])} channels; the orders end {'alike' if alike else 'differently'}")
    if options.candidates:
        print(f"{write_candidates(replay, options.candidates)} candidates of 0.9 and more")
    return 0 if alike else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
