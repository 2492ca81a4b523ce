"""Whether series, episodes and repeats are right, judged by ids that feeds have, and what they cost.

python -m benchmarks.series --feed FEED.xml[.gz] ... [--joined]

Each feed is imported twice into guides of their own: as it is, and without its ids, which then judge what titles, numbers and
sub-titles found. An id is one of Gracenote's or a service's (`episode/…`, `series/…`), in an `<episode-num>` or in the address
of a picture. A series or an episode is pure as far as all of its programmes have the same id. A repeat is right if a programme
with the same id was shown before. With `--joined` all feeds are imported into one guide, as they are, to see what series cost
there.

CPU time is that of the import and its processes; the size is that of the tables of series, over the rest of the file.
"""

from __future__ import annotations

import argparse
import contextlib
import gzip
import io
import json
import os
import re
import resource
import sqlite3
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

from epg_ingest.cli.main import run
from epg_ingest.core.times import from_iso
from epg_ingest.series.showing_kinds import KnownShowing, showing_of
from epg_ingest.series_store import assigning

from benchmarks.table import Row, line

_OTHER_NUMBERS = re.compile(
    rb"""<episode-num\s+system=["'](?!xmltv_ns|onscreen|SxxExx)[^"']*["']\s*>[^<]*</episode-num>"""
)
_GRACENOTE = re.compile(r"(EP|SH|MV)(\d{8,10})\.?(\d{4})(?!\d)")
_PROGRAMMES = """
    SELECT c.name, a.channel_id, a.start_time, k.title, k.details, ifnull(k.icon_url, ''), ce.series_id, ce.episode_id,
           ce.basis, p.showing
    FROM airings a JOIN channels c ON c.id = a.channel_id JOIN contents k ON k.id = a.content_id
    JOIN programs p ON p.id = a.id LEFT JOIN content_episodes ce ON ce.content_id = a.content_id
"""
_SIZES = """
    SELECT sum(pgsize) FILTER (WHERE name LIKE '%episode%' OR name LIKE '%series%'), sum(pgsize) FROM dbstat
"""


class Cost(NamedTuple):
    """CPU seconds of series and of the rest of the imports; bytes of both."""

    series: float
    rest: float
    series_bytes: int
    rest_bytes: int


def main(argv: Sequence[str] | None = None) -> int:
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--feed", type=Path, action="append", default=[], required=True)
    options.add_argument("--joined", action="store_true")
    chosen = options.parse_args(argv)
    os.environ["EPG_RETENTION_DAYS"] = "none"
    with tempfile.TemporaryDirectory() as folder:
        for number, feed in enumerate(chosen.feed):
            for row in judged(feed, Path(folder) / str(number)):
                print(line(row), flush=True)
        if chosen.joined:
            for row in costs("joined", imported(Path(folder) / "joined.db", chosen.feed)):
                print(line(row), flush=True)
    return 0


def judged(feed: Path, folder: Path) -> Iterator[Row]:
    """What a feed's own ids say of its series, episodes and repeats, and what those cost."""
    folder.mkdir()
    name = feed.name.partition(".")[0]
    cost = imported(folder / "with.db", [feed])
    body = gzip.decompress(feed.read_bytes()) if feed.suffix == ".gz" else feed.read_bytes()
    without = folder / "without.xml"
    without.write_bytes(_OTHER_NUMBERS.sub(b"", body))
    imported(folder / "without.db", [without])
    with closing(sqlite3.connect(folder / "with.db")) as conn:
        ids = {(row[0], row[2]): ids_of(row[4], row[5]) for row in conn.execute(_PROGRAMMES)}
    with closing(sqlite3.connect(folder / "without.db")) as conn:
        rows = conn.execute(_PROGRAMMES).fetchall()
    yield from purities(name, rows, ids)
    yield from repeats(name, rows, ids)
    yield from costs(name, cost)


def ids_of(details: str, icon: str) -> tuple[str | None, str | None]:
    """The ids of series and episode that a programme has."""
    said = json.loads(details)
    series = episode = None
    for entry in said.get("episode-num", ()):
        text = entry.get("text", "")
        if entry.get("system") == "thetvdb.com" and text.startswith("series/"):
            series = text
        elif text.startswith("episode/"):
            episode = text
    found = _GRACENOTE.search(" ".join([icon, *(one.get("text", "") for one in said.get("episode-num", ()))]))
    if found and found[1] != "MV":
        series = series or found[2]
        episode = episode or (found[0] if found[1] == "EP" and found[3] != "0000" else None)
    return series, episode


def purities(name: str, rows: Iterable[tuple[Any, ...]], ids: dict[tuple[str, str], Any]) -> Iterator[Row]:
    """How pure series are, and episodes by what they are known by."""
    series: dict[int, Counter[str]] = defaultdict(Counter)
    episodes: dict[str, dict[int, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))
    for channel, _, start, _, _, _, series_id, episode_id, basis, _ in rows:
        own = ids.get((channel, start), (None, None))
        if own[0] and series_id is not None:
            series[series_id][own[0]] += 1
        if own[1] and episode_id is not None:
            episodes[basis][episode_id][own[1]] += 1
    yield from _purity(name, "series", series, 0.05)
    for basis, bar in (("number", 0.01), ("subtitle", 0.03)):
        yield from _purity(name, f"episodes by {basis}", episodes[basis], bar)


def _purity(name: str, what: str, groups: dict[int, Counter[str]], bar: float) -> Iterator[Row]:
    count = sum(map(Counter.total, groups.values()))
    if count:
        wrong = count - sum(max(found.values()) for found in groups.values())
        yield Row(
            name,
            f"{what}: programmes with another id",
            100 * wrong / count,
            "%",
            100 * bar,
            f"{count:,} programmes",
        )


def repeats(name: str, rows: Sequence[tuple[Any, ...]], ids: dict[tuple[str, str], Any]) -> Iterator[Row]:
    """How many repeats are none by their ids, and how many by their ids are not found, among programmes with an id.

    What makes a programme a repeat is another one with an id, as of others it is not known what they are.
    """
    theirs: dict[str, list[tuple[int, int]]] = defaultdict(list)
    ours: dict[int, list[tuple[int, int]]] = defaultdict(list)
    judged_rows = []
    for channel, channel_id, start, *_, episode, _, _ in rows:
        if own := ids.get((channel, start), (None, None))[1]:
            place = (from_iso(start), channel_id)
            theirs[own].append(place)
            if episode is not None:
                ours[episode].append(place)
            judged_rows.append((place, own, episode))
    found = Counter(
        (_repeats(place, ours.get(episode, [])), _repeats(place, theirs[own]))
        for place, own, episode in judged_rows
    )
    called, true = found[True, True] + found[True, False], found[True, True] + found[False, True]
    if called and true:
        yield Row(
            name, "repeats that are none", 100 * found[True, False] / called, "%", 8.0, f"{called:,} repeats"
        )
        yield Row(
            name,
            "repeats that are not found",
            100 * found[False, True] / true,
            "%",
            None,
            f"{true:,} by their ids",
        )


def _repeats(place: tuple[int, int], shown: Iterable[tuple[int, int]]) -> bool:
    """Whether a programme repeats one of those shown elsewhere or at another time."""
    known = KnownShowing(*place, others=[one for one in shown if one != place])
    return showing_of(known).showing == "repeat"


def imported(database: Path, feeds: Sequence[Path]) -> Cost:
    """Import feeds into a new guide; returns what series cost in it."""
    spent, after_merge = [0.0], assigning.after_merge

    def timed(*arguments: Any) -> None:
        begin = time.process_time()
        after_merge(*arguments)
        spent[0] += time.process_time() - begin

    assigning.after_merge = timed
    begin = _cpu()
    try:
        for number, feed in enumerate(feeds):
            with contextlib.redirect_stdout(io.StringIO()):
                run(
                    [
                        "--db",
                        str(database),
                        "import",
                        "--file",
                        str(feed),
                        "--provider",
                        f"p{number}",
                        "--yes",
                    ]
                )
    finally:
        assigning.after_merge = after_merge
    rest = _cpu() - begin - spent[0]
    with closing(sqlite3.connect(database)) as conn:
        series, whole = conn.execute(_SIZES).fetchone()
    return Cost(spent[0], rest, series, whole - series)


def _cpu() -> float:
    found = (resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN))
    return sum(used.ru_utime + used.ru_stime for used in found)


def costs(name: str, cost: Cost) -> Iterator[Row]:
    """CPU time and size of series, over the rest."""
    yield Row(
        name, "CPU time of series in a first import", 100 * cost.series / cost.rest, "%", 10.0,
        f"{cost.series:.2f} s / {cost.rest:.2f} s",
    )  # fmt: skip
    yield Row(
        name, "size of series in the file", 100 * cost.series_bytes / cost.rest_bytes, "%", 10.0,
        f"{cost.series_bytes / 1e6:.1f} MB / {cost.rest_bytes / 1e6:.1f} MB",
    )  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
