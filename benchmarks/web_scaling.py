"""Whether a route's queries take longer with more programmes: the same questions to two guides, in turns.

What is timed is what a route reads (`epg_web.api.reads`) in one transaction, without cache and HTTP, which would hide it.
"""

from __future__ import annotations

import sqlite3
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from benchmarks.table import Row
from benchmarks.web_data import COMMON, RARE, Guide

QUESTIONS, BAR = 20, 1.5


@dataclass(frozen=True)
class Question:
    """One request: the route's name in `epg_web.api.routes`, the id in its address, its query string."""

    route: str
    ident: int | None = None
    query: str = ""


def questions(guide: Guide) -> dict[str, list[Question]]:
    """By what the table calls them. Different ones, whose answers have the same size in a guide of any length."""
    channels, days = guide.size.channels, [guide.at(3 * n, seconds=n) for n in range(QUESTIONS)]
    some = [1 + n * channels // QUESTIONS for n in range(QUESTIONS)]
    middles = [(ident - 1) * guide.size.each + guide.size.each // 2 for ident in some]
    fifty = ",".join(map(str, range(1, min(50, channels) + 1)))
    spans = [f"start={start}&end={guide.at(24 + 3 * n)}" for n, start in enumerate(days)]
    short = [f"start={start}&end={guide.at(3 + 3 * n)}" for n, start in enumerate(days)]
    return {
        "channels, 50 of them": [Question("channels", None, f"limit=50&after={ident}") for ident in some],
        "channels/{id}": [Question("channel", ident) for ident in some],
        "channels/{id}/programs, a day": [
            Question("programs", *pair) for pair in zip(some, spans, strict=True)
        ],
        "guide, 50 channels × 3 h": [Question("guide", None, f"limit=50&{span}") for span in short],
        "guide, all channels × 3 h": [
            Question("guide", None, f"limit={min(500, channels)}&{span}") for span in short[:5]
        ],
        "now, 50 channels": [Question("now", None, f"channels={fifty}&at={start}") for start in days],
        "programs/{id}": [Question("program", max(1, ident)) for ident in middles],
        "search, a rare word": [Question("search", None, f"q={word}") for word in RARE],
        "search, a common word": [
            Question("search", None, f"q={COMMON}&start={start}") for start in days[:5]
        ],
        "suggest, a beginning": [Question("suggest", None, f"q={word[:-1]}") for word in RARE],
        "changes": [Question("changes", None, f"limit={50 + n}") for n in range(QUESTIONS)],
        "providers": [Question("providers")],
        "providers/{id}": [Question("provider", 1)],
        "mappings": [Question("mappings", None, f"limit={50 + n}") for n in range(QUESTIONS)],
        "mappings/{id}": [Question("mapping", ident) for ident in some],
        "mappings/candidates": [Question("candidates", None, f"limit={n}") for n in (100, 101)],
        "lineups": [Question("lineups")],
        "lineups/{id}": [Question("lineup", 1)],
        "lineups/{id}/channels": [Question("lineup_entries", 1, f"limit={50 + n}") for n in range(QUESTIONS)],
        "rules": [Question("rules")],
        "rules/{id}": [Question("rule", 1)],
        "rules/sets": [Question("rule_sets")],
        "series": [Question("series_list", None, f"limit={50 + n}") for n in range(QUESTIONS)],
        "series, a rare word": [Question("series_list", None, f"q={word}") for word in RARE],
        "series/{id}": [Question("series", n + 1) for n in range(QUESTIONS)],
        "series/{id}/episodes": [Question("series_episodes", n + 1) for n in range(QUESTIONS)],
        "series/{id}/airings": [
            Question("series_airings", n + 1, f"start={start}") for n, start in enumerate(days)
        ],
        "imports": [Question("imports", None, f"limit={50 + n}") for n in range(QUESTIONS)],
        "imports/{id}": [Question("import", n + 1) for n in range(QUESTIONS)],
    }


def rows(small: Guide, large: Guide, passes: int) -> Iterator[Row]:
    """A row for each kind of question: the median time in the large guide over that in the small one."""
    asked, other = questions(small), questions(large)
    name = f"{large.size.programmes:,} / {small.size.programmes:,} rows"
    with closing(connect(small.database)) as one, closing(connect(large.database)) as two:
        for what in asked:
            short, long = medians([(one, asked[what]), (two, other[what])], passes)
            yield Row(name, what, long / short, "×", BAR, f"{long * 1e3:.3f} ms / {short * 1e3:.3f} ms")


def medians(sides: Sequence[tuple[sqlite3.Connection, Sequence[Question]]], passes: int) -> list[float]:
    """Seconds per question of each side. Sides take turns; a first pass, not counted, brings pages into memory."""
    taken: list[list[float]] = [[] for _ in sides]
    for number in range(passes + 1):
        for side, (conn, asked) in zip(taken, sides, strict=True):
            spent = [seconds(conn, question) for question in asked]
            side.extend(spent if number else [])
    return [median(side) for side in taken]


def seconds(conn: sqlite3.Connection, question: Question) -> float:
    """Wall time of one answer. Raises what the route would answer, such as a wrong parameter."""
    from epg_web.api.reads import READS
    from epg_web.api.routes import BY_NAME
    from epg_web.base.params import parse

    values = parse(question.query.encode(), BY_NAME[question.route].params)
    started = time.perf_counter()
    conn.execute("BEGIN")
    READS[question.route](conn, question.ident, values, time.time())
    conn.execute("COMMIT")  # as the API does: temporary tables that were made stay
    return time.perf_counter() - started


def connect(database: Path) -> sqlite3.Connection:
    """A connection as the API opens it."""
    plugins = str(Path(__file__).resolve().parent.parent / "plugins")
    if plugins not in sys.path:
        sys.path.append(plugins)
    from epg_web.base import connections

    return connections.connect(str(database))
