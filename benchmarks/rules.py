"""What the shipped rules and the genres get right, and what they cost.

python -m benchmarks.rules [--titles TITLES.jsonl] [--feed FEED.xml ...] [--rounds N]

`--titles` has a title with its description on each line, as a feed writes it, and under `want` as a person judged it; the share
of right titles is printed, for all lines and for each third one alone, which no rule was written for. Each `--feed` is imported
into a database of its own; then the rules and genres run over its contents, and the CPU time of both is compared.
"""

from __future__ import annotations

import argparse
import json
import sqlite3
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from statistics import median
from typing import Any

from epg_ingest.genres.genre import genre_of
from epg_ingest.parse.episodes import derive
from epg_ingest.rules.compiling import compile_rules
from epg_ingest.rules.rule import NUMBERS, Content
from epg_ingest.rules.sets import safe_names, shipped_rules
from epg_ingest.rules.tidying import Tidy

from benchmarks.measure import measure

#: old feeds are imported whole
_ALL_DAYS = {"EPG_RETENTION_DAYS": "none"}
_CONTENTS = (
    "SELECT title, subtitle, description, category, season, episode, details ->> 'date', is_new FROM contents"
)


def main(argv: Sequence[str] | None = None) -> int:
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--titles", type=Path)
    options.add_argument("--feed", type=Path, action="append", default=[])
    options.add_argument("--rounds", type=int, default=3)
    chosen = options.parse_args(argv)
    tidy = compile_rules(shipped_rules(safe_names()))
    if chosen.titles:
        lines = chosen.titles.read_text(encoding="utf-8").splitlines()
        for name, part in (("all", lines), ("each third, held back", lines[2::3])):
            print(f"{name}: {told(judged(part, tidy))}")
    for feed in chosen.feed:
        for line in cost(feed, chosen.rounds):
            print(line)
    return 0


def judged(lines: Iterable[str], tidy: Tidy) -> Counter[str]:
    """Counts over labelled titles of which the judge was sure: `sure`, `before` and `right` titles, `broken` ones, `numbers`
    wanted and `found`, numbers that are `wrong` or `invented`."""
    counts: Counter[str] = Counter()
    for row in map(json.loads, lines):
        if row["unsure"]:
            continue
        given, want = content_of(row), row["want"]
        tidied = tidy.tidy(given)
        found = tidied.content if tidied else given
        was_right, is_right = given.title == want["title"], found.title == want["title"]
        counts.update(sure=1, before=was_right, right=is_right, broken=was_right and not is_right)
        for name in NUMBERS:
            got, wanted, own = getattr(found, name), want[name], getattr(given, name)
            counts.update(numbers=wanted is not None, found=wanted is not None and got == wanted)
            counts.update(wrong=own is None is not wanted and got not in (None, wanted))
            counts.update(invented=own is None and wanted is None and got is not None)
    return counts


def content_of(row: dict[str, Any]) -> Content:
    """A labelled line as rules see it, with the numbers that the feed gives itself."""
    season, episode, _ = derive([tuple(number) for number in row["episode_num"]])
    year = int(str(row["date"])[:4]) if row["date"] else None
    return Content(
        " ".join(row["title"].split()), row["sub_title"], row["desc"], (), season, episode, None, year
    )


def told(counts: Counter[str]) -> str:
    return (
        f"{counts['right']} of {counts['sure']} sure titles right ({counts['right'] / counts['sure']:.1%}), "
        f"{counts['before']} before, {counts['broken']} broken; {counts['found']} of {counts['numbers']} numbers, "
        f"{counts['wrong']} wrong, {counts['invented']} invented"
    )


def cost(feed: Path, rounds: int) -> Iterator[str]:
    """The CPU time of a first import, that of rules and genres over its contents, and their ratio."""
    with tempfile.TemporaryDirectory() as folder:
        database = Path(folder) / "epg.db"
        command = [
            sys.executable,
            "-m",
            "epg_ingest.cli",
            "--db",
            database,
            "import",
            "--provider",
            "p",
            "--file",
            feed,
        ]
        imported = measure([*command, "--yes"], env=_ALL_DAYS, memory=False)
        if imported.status:
            raise SystemExit(imported.output)
        with sqlite3.connect(database) as connection:
            contents = list(map(stored, connection.execute(_CONTENTS)))
    genres = genre_seconds(contents)
    rules = median(rule_seconds(contents) for _ in range(rounds))
    with_category = [content for content in contents if content.categories]
    share = sum(genre_of(one.categories) is not None for one in with_category) / max(1, len(with_category))
    yield f"{feed.name}: {len(contents)} contents, {share:.1%} of those with a category have a genre"
    yield f"  first import {imported.cpu:.2f} s, rules {rules:.2f} s, genres {genres:.2f} s, together " + (
        f"{(rules + genres) / imported.cpu:.1%} of the import"
    )


def stored(row: tuple[Any, ...]) -> Content:
    title, subtitle, description, category, season, episode, date, is_new = row
    year = int(date[:4]) if date and date[:4].isdigit() else None
    flags = frozenset(("new",)) if is_new else frozenset[str]()
    return Content(
        title, subtitle, description, tuple(json.loads(category)), season, episode, None, year, flags
    )


def rule_seconds(contents: Sequence[Content]) -> float:
    """CPU seconds of the rules. Compiling them counts, and nothing is kept from a round before."""
    started = time.process_time()
    tidy = compile_rules(shipped_rules(safe_names())).tidy
    for content in contents:
        tidy(content)
    return time.process_time() - started


def genre_seconds(contents: Sequence[Content]) -> float:
    """CPU seconds of the genres. Call it once: what they keep of the first round makes later ones faster."""
    started = time.process_time()
    for content in contents:
        genre_of(content.categories)
    return time.process_time() - started


if __name__ == "__main__":
    sys.exit(main())
