"""What a feed has, before anybody imports it: its channels, and what they show today. Read into a temporary guide."""

from __future__ import annotations

import sqlite3
from dataclasses import asdict, replace
from datetime import tzinfo
from typing import Any

from ..core.limits import Limits
from ..core.redact import secrets_of
from ..core.times import iso
from ..download.fetch import Source, fetch
from .check import check

#: channels and problems that a preview lists, and programmes of each channel
MOST_CHANNELS, MOST_PROBLEMS, MOST_PROGRAMMES = 300, 12, 6
#: seconds that download and reading may take: somebody waits for the page
PATIENCE = 90
_CHANNELS = """
    SELECT c.id, c.name, c.display_name, c.number, count(a.id) AS programmes
    FROM channels c LEFT JOIN airings a ON a.channel_id = c.id GROUP BY c.id
    ORDER BY count(a.id) = 0, c.display_name COLLATE NOCASE, c.id LIMIT ?
"""
_TODAY = """
    SELECT a.start_time, a.end_time, t.title FROM airings a JOIN contents t ON t.id = a.content_id
    WHERE a.channel_id = ? AND a.end_time > ? AND a.start_time < ? ORDER BY a.start_time LIMIT ?
"""
DAY = 86_400


def preview(source: Source, zone: tzinfo | None, limits: Limits, now: int) -> dict[str, Any]:
    """The feed of `source` as JSON values: counts, span, channels with what they show in the next 24 hours, problems.

    Times without an offset are in `zone`; `now` is epoch seconds. Raises `FeedError` where the feed cannot be fetched; one that
    cannot be read has an `error`.
    """
    limits = replace(limits, deadline=min(limits.deadline, PATIENCE), retries=0)
    shown: list[dict[str, Any]] = []
    total: list[int] = []

    def look(conn: sqlite3.Connection) -> None:
        shown.extend(_channels(conn, now))
        total.append(conn.execute("SELECT count(*) FROM channels").fetchone()[0])

    with fetch(source, limits) as download:
        assert download.path is not None
        size = download.path.stat().st_size
        secrets = download.secrets | secrets_of(source.url)
        report = check(download.path, zone, limits, secrets, look)
    problems = sorted(report.problems, key=lambda problem: -problem.count)
    return {
        "ok": report.ok, "error": report.error, "kind": report.kind, "bytes": size, "channels": sum(total),
        "programmes": report.programmes, "first": report.first, "last": report.last, "listed": shown,
        "problems": [asdict(problem) for problem in problems[:MOST_PROBLEMS]],
    }  # fmt: skip


def _channels(conn: sqlite3.Connection, now: int) -> list[dict[str, Any]]:
    """The channels by name, those without programmes last, with what each shows from now on."""
    found = []
    for ident, name, display_name, number, count in conn.execute(_CHANNELS, [MOST_CHANNELS]).fetchall():
        today = conn.execute(_TODAY, [ident, iso(now), iso(now + DAY), MOST_PROGRAMMES]).fetchall()
        rows = [{"start_time": start, "end_time": end, "title": title} for start, end, title in today]
        found.append(
            {"name": name, "display_name": display_name, "number": number, "programmes": count, "today": rows}
        )
    return found
