"""The checks of `doctor` for the contents of a guide: damage, references, generation, times, search index, schedule.

They are SQL, so memory stays the same for every size. They read everything, and one needs a write transaction. They are
made for a private copy, so that no reader waits and no long read transaction keeps the write-ahead log from shrinking.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from ..guide.resolve import resolve
from ..guide.schedule import LONGEST

OK, NOTE, PROBLEM, FIXED = "ok", "note", "problem", "fixed"


@dataclass(frozen=True)
class Finding:
    """One check: `status` is ok, note (nothing wrong, worth knowing), problem or fixed. `remedy` says what to do; `repair`
    names what `--fix` would do, "" when a person has to."""

    check: str
    status: str
    message: str
    remedy: str = ""
    repair: str = ""

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


_TIMES = """
    SELECT count(*), min(id) FROM airings
    WHERE end_time <= start_time
       OR strftime('%Y-%m-%dT%H:%M:%SZ', start_time) IS NOT start_time
       OR strftime('%Y-%m-%dT%H:%M:%SZ', end_time) IS NOT end_time
       OR strftime('%s', end_time) - strftime('%s', start_time) > :longest
"""
#: the latest end before each shown programme, by the index of channel and time
_OVERLAPS = """
    SELECT count(*), min(id) FROM (
        SELECT p.id, p.start_time, max(p.end_time) OVER (
            PARTITION BY p.channel_id ORDER BY p.start_time, p.end_time
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS busy_until
        FROM airings p JOIN providers v ON v.id = p.provider_id
        WHERE p.shadowed_by IS NULL AND v.enabled = 1)
    WHERE busy_until > start_time
"""
#: hidden by nothing: by a row that is gone, elsewhere, at another time, of no better provider, or hidden itself
_SHADOWS = """
    SELECT count(*), min(p.id) FROM airings p
    JOIN providers v ON v.id = p.provider_id
    LEFT JOIN airings b ON b.id = p.shadowed_by
    LEFT JOIN providers w ON w.id = b.provider_id
    WHERE p.shadowed_by IS NOT NULL AND (
        b.id IS NULL OR b.channel_id <> p.channel_id OR b.shadowed_by IS NOT NULL OR w.enabled = 0 OR v.enabled = 0
        OR (w.priority, w.id) >= (v.priority, v.id) OR b.start_time >= p.end_time OR b.end_time <= p.start_time)
"""
_LONGEST = """
    SELECT longest_seconds,
           (SELECT ifnull(max(strftime('%s', end_time) - strftime('%s', start_time)), 0) FROM airings) FROM generation
"""
_SEARCH = "SELECT (SELECT count(*) FROM contents), (SELECT count(*) FROM contents_fts_docsize)"
#: rank 1: also compare with the rows of `contents` (sqlite.org/fts5.html, "The 'integrity-check' Command")
_SEARCH_EXACT = "INSERT INTO contents_fts (contents_fts, rank) VALUES ('integrity-check', 1)"
#: contents that no airing shows, and airings without a content
_UNSHOWN = """
    SELECT (SELECT count(*) FROM contents c WHERE NOT EXISTS (SELECT 1 FROM airings a WHERE a.content_id = c.id)),
           (SELECT count(*) FROM airings a WHERE NOT EXISTS (SELECT 1 FROM contents c WHERE c.id = a.content_id))
"""
_RESTORE = "restore a backup: epg-ingest restore BACKUP"


def check_contents(conn: sqlite3.Connection, *, quick: bool = False) -> list[Finding]:
    """Every check of a private copy in autocommit mode, which is as it was afterwards.

    `quick` leaves out what reads every index entry and every word. After damage to the file nothing else is asked.
    """
    checks: list[Callable[[sqlite3.Connection, bool], Finding]] = [
        _integrity, _references, _generation, _times, _unshown, _search, _overlaps, _shadows, _schedule, _longest,
    ]  # fmt: skip
    findings = []
    for check in checks:
        try:
            findings.append(check(conn, quick))
        except sqlite3.DatabaseError as error:
            findings.append(Finding("integrity", PROBLEM, f"the database cannot be read: {error}", _RESTORE))
        if findings[-1].check == "integrity" and findings[-1].status == PROBLEM:
            break
    return findings


def _integrity(conn: sqlite3.Connection, quick: bool) -> Finding:
    rows = conn.execute("PRAGMA quick_check(3)" if quick else "PRAGMA integrity_check(3)").fetchall()
    said = "; ".join(text for (text,) in rows)[:200]
    if said == "ok":
        return Finding("integrity", OK, "the file is sound")
    return Finding("integrity", PROBLEM, f"the file is damaged: {' '.join(said.split())}", _RESTORE)


def _references(conn: sqlite3.Connection, quick: bool) -> Finding:
    bad: dict[str, int] = {}
    for table, _, parent, _ in conn.execute("PRAGMA foreign_key_check"):
        bad[f"{table} without {parent}"] = bad.get(f"{table} without {parent}", 0) + 1
    if not bad:
        return Finding("references", OK, "every row belongs to something that exists")
    said = ", ".join(f"{number:,} rows of {name}" for name, number in bad.items())
    return Finding("references", PROBLEM, said, _RESTORE)


def _generation(conn: sqlite3.Connection, quick: bool) -> Finding:
    numbers = [number for (number,) in conn.execute("SELECT number FROM generation")]
    (version,) = conn.execute("PRAGMA user_version").fetchone()
    if numbers == [version]:
        return Finding("generation", OK, f"the guide and the file agree on {version}")
    said = f"the guide says {numbers[0] if numbers else 'nothing'}, the file {version}"
    return Finding("generation", PROBLEM, said, "epg-ingest doctor --fix", "generation")


def _times(conn: sqlite3.Connection, quick: bool) -> Finding:
    count, first = conn.execute(_TIMES, {"longest": LONGEST}).fetchone()
    if not count:
        return Finding("times", OK, "every programme ends after it starts")
    said = f"{count:,} programmes with impossible times, the first is {first}"
    return Finding("times", PROBLEM, said, f"import their providers anew, or {_RESTORE}")


def _unshown(conn: sqlite3.Connection, quick: bool) -> Finding:
    unshown, without = conn.execute(_UNSHOWN).fetchone()
    if without:
        said = f"{without:,} programmes without title and text"
        return Finding("contents", PROBLEM, said, f"import their providers anew, or {_RESTORE}")
    if unshown:
        said = f"{unshown:,} contents that no programme shows any more"
        return Finding("contents", PROBLEM, said, "epg-ingest doctor --fix", "contents")
    return Finding("contents", OK, "every content is shown by a programme")


def _search(conn: sqlite3.Connection, quick: bool) -> Finding:
    contents, indexed = conn.execute(_SEARCH).fetchone()
    said = "" if contents == indexed else f"{contents:,} contents, {indexed:,} in the search index"
    if not said and not quick:
        try:
            conn.execute(_SEARCH_EXACT)
        except sqlite3.DatabaseError:
            said = "the search index does not agree with the contents"
    if said:
        return Finding("search", PROBLEM, said, "epg-ingest doctor --fix", "search")
    return Finding("search", OK, f"{indexed:,} contents are found by their words")


def _overlaps(conn: sqlite3.Connection, quick: bool) -> Finding:
    count, first = conn.execute(_OVERLAPS).fetchone()
    if not count:
        return Finding("overlaps", OK, "no two shown programmes of a channel overlap")
    said = f"{count:,} shown programmes overlap an earlier one, the first is {first}"
    return Finding("overlaps", PROBLEM, said, "epg-ingest doctor --fix", "schedule")


def _shadows(conn: sqlite3.Connection, quick: bool) -> Finding:
    count, first = conn.execute(_SHADOWS).fetchone()
    if not count:
        return Finding("shadows", OK, "what is hidden overlaps something better that is shown")
    said = f"{count:,} programmes are hidden by nothing, the first is {first}"
    return Finding("shadows", PROBLEM, said, "epg-ingest doctor --fix", "schedule")


def _schedule(conn: sqlite3.Connection, quick: bool) -> Finding:
    """Resolve the whole schedule again, count the changes and roll them back."""
    conn.execute("BEGIN")
    try:
        count = resolve(conn)
    finally:
        conn.execute("ROLLBACK")
    if not count:
        return Finding("schedule", OK, "deciding anew what is shown changes nothing")
    said = f"{count:,} programmes would be shown or hidden if it were decided anew"
    return Finding("schedule", PROBLEM, said, "epg-ingest doctor --fix", "schedule")


def _longest(conn: sqlite3.Connection, quick: bool) -> Finding:
    noted, longest = conn.execute(_LONGEST).fetchone() or (0, 0)
    if noted >= longest:
        return Finding(
            "longest", OK, f"no programme is longer than the {noted:,} seconds that queries look back"
        )
    said = f"queries look back {noted:,} seconds, and a programme takes {longest:,}"
    return Finding("longest", PROBLEM, said, "epg-ingest doctor --fix", "longest")
