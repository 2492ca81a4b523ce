"""The canned queries: correct on a small guide, fast on a larger one, and with a clear message for wrong parameters."""

from __future__ import annotations

import csv
import io
import json
import random
import re
import sqlite3
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from datasette.app import Datasette

from tests.helpers.datasette_helpers import (
    ROOT,
    add,
    front_matter,
    hours_passed,
    make_guide,
    moment,
    plugin,
    serving,
)
from tests.helpers.hosts.either_datasette import CUT
from tests.helpers.query_plans import TABLES, aliases, scans

FILES = sorted((ROOT / "canned_queries").glob("*.sql"))
NAMES = [path.stem for path in FILES]
PARAMS = {path.stem: list(front_matter(path)["params"]) for path in FILES}
DAY = "2026-11-22"
DATES = {"at", "start", "end", "since", "day"}


@pytest.fixture(scope="module")
def conn(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    """Two channels on a fixed evening, and a hidden one."""
    conn = make_guide(tmp_path_factory.mktemp("guide") / "epg.db")
    film = {"category": '["Film", "Thriller"]', "rating": "PG-13"}
    add(conn, 1, f"{DAY}T18:00:00Z", f"{DAY}T20:00:00Z", "News", subtitle="Sunday", is_new=1)
    shown = add(
        conn, 1, f"{DAY}T20:00:00Z", f"{DAY}T22:00:00Z", "The Harbour", description="Ships at night", **film
    )
    add(conn, 1, f"{DAY}T21:00:00Z", f"{DAY}T22:30:00Z", "Harbour", provider_id=2, shadowed_by=shown)
    add(conn, 1, f"{DAY}T22:30:00Z", f"{DAY}T23:30:00Z", "News", subtitle="Sunday")
    add(
        conn,
        2,
        f"{DAY}T19:30:00Z",
        f"{DAY}T21:00:00Z",
        "Café",
        details='{"previously-shown": {"start": "2020"}}',
    )
    add(conn, 2, f"{DAY}T21:00:00Z", f"{DAY}T23:00:00Z", "Quiz", provider_id=2, details='{"premiere": {}}')
    add(conn, 3, f"{DAY}T20:00:00Z", f"{DAY}T23:00:00Z", "Never seen", **film)
    conn.executescript(
        f"""
        INSERT INTO channel_mappings
            (provider_id, provider_channel_id, channel_id, method, created_at)
        VALUES (1, 'one', 1, 'new', 'x'), (2, 'uno', 1, 'name', 'x'), (2, 'two', 2, 'new', 'x'),
               (2, 'shop', NULL, 'manual', 'x');
        INSERT INTO feed_channels (provider_id, provider_channel_id, names, first_seen, last_seen)
        VALUES (1, 'one', '[{{"text":"One"}}]', 'x', 'x'), (2, 'uno', '[{{"text":"Uno"}}]', 'x', 'x'),
               (2, 'two', '[{{"text":"Two"}}]', 'x', 'x'), (2, 'shop', '[{{"text":"Shopping"}}]', 'x', 'x');
        INSERT INTO import_log (id, provider_id, started_at, completed_at, status, "trigger", problems)
        VALUES (1, 1, '{DAY}T01:00:00Z', '{DAY}T01:01:00Z', 'success', 'cli', 0),
               (2, 1, '{DAY}T02:00:00Z', '{DAY}T02:01:00Z', 'failed', 'cli', 3);
        INSERT INTO program_changes VALUES (1, 1, 1, '{DAY}T18:00:00Z', 'News', 'added', NULL, '{{}}'),
                                           (1, 9, 2, '{DAY}T18:00:00Z', 'Gone', 'removed', '{{}}', NULL);
        """
    )
    yield conn
    conn.close()


def sql_of(name: str) -> str:
    text = (ROOT / "canned_queries" / f"{name}.sql").read_text(encoding="utf-8")
    return str(plugin("epg_queries").split_front_matter(text)[1])


def ask(conn: sqlite3.Connection, name: str, **given: str) -> list[dict[str, Any]]:
    """The rows of a query. A parameter that is left out is an empty text, as when a page sends it."""
    cursor = conn.execute(sql_of(name), {param: given.get(param, "") for param in PARAMS[name]})
    columns = [column[0] for column in cursor.description]
    return [dict(zip(columns, row, strict=True)) for row in cursor]


def titles(conn: sqlite3.Connection, name: str, **given: str) -> list[str]:
    return [row["title"] for row in ask(conn, name, **given)]


def message(rows: list[dict[str, Any]]) -> str:
    """The only text in the only row."""
    assert len(rows) == 1
    (text,) = [value for value in rows[0].values() if value is not None]
    return str(text)


# Answers


@pytest.mark.parametrize("channel", ["1", "one.example", "ONE.EXAMPLE", "channel one", " 1 "])
def test_programmes_of_a_channel(conn: sqlite3.Connection, channel: str) -> None:
    found = titles(conn, "programmes", channel=channel, start=f"{DAY}T19:00:00Z", end=f"{DAY}T22:30:00Z")
    assert found == ["News", "The Harbour"]


def test_programmes_range_is_half_open(conn: sqlite3.Connection) -> None:
    assert titles(conn, "programmes", channel="1", start=f"{DAY}T20:00:00Z", end=f"{DAY}T22:00:00Z") == [
        "The Harbour"
    ]


@pytest.mark.parametrize(
    "start",
    [
        f"{DAY}T19:30:00Z",
        f"{DAY}T19:30",
        f"{DAY} 19:30:00",
        f"{DAY}T20:30:00+01:00",
        f"{DAY}T14:30:00.000-05:00",
    ],
)
def test_forms_of_a_time(conn: sqlite3.Connection, start: str) -> None:
    rows = ask(conn, "programmes", channel="2", start=start, end=f"{DAY}T19:31:00Z")
    assert [row["title"] for row in rows] == ["Café"]


def test_programmes_of_every_channel_without_hidden_ones(conn: sqlite3.Connection) -> None:
    rows = ask(conn, "programmes", start=DAY)
    assert [row["channel_id"] for row in rows] == [1, 1, 1, 2, 2]


def test_a_disabled_provider_is_not_shown(conn: sqlite3.Connection) -> None:
    conn.execute("BEGIN")
    conn.execute("UPDATE providers SET enabled = 0 WHERE id = 2")
    try:
        assert titles(conn, "programmes", channel="2", start=DAY) == ["Café"]
        assert titles(conn, "on_now", at=f"{DAY}T21:30:00Z") == ["The Harbour"]
    finally:
        conn.execute("ROLLBACK")


def test_on_now(conn: sqlite3.Connection) -> None:
    rows = ask(conn, "on_now", at=f"{DAY}T21:00:00Z")
    assert [(row["channel"], row["title"], row["minutes_left"]) for row in rows] == [
        ("Channel One", "The Harbour", 60),
        ("Channel Two", "Quiz", 120),
    ]
    assert titles(conn, "on_now", at=f"{DAY}T22:00:00Z") == ["Quiz"], "an end is no longer on"


def test_on_next(conn: sqlite3.Connection) -> None:
    rows = ask(conn, "on_next", at=f"{DAY}T20:00:00Z")
    assert [(row["title"], row["minutes_until"]) for row in rows] == [("News", 150), ("Quiz", 60)]


def test_prime_time(conn: sqlite3.Connection) -> None:
    assert titles(conn, "prime_time", day=DAY) == ["The Harbour", "News", "Café", "Quiz"]
    rows = ask(conn, "prime_time", day=DAY, tz_offset="2")
    assert [(row["title"], row["local_start"]) for row in rows] == [
        ("News", "20:00"), ("The Harbour", "22:00"), ("Café", "21:30"),
    ]  # fmt: skip


def test_prime_time_of_today(tmp_path: Path) -> None:
    conn = make_guide(tmp_path / "epg.db")
    (today,) = conn.execute("SELECT date('now')").fetchone()
    add(conn, 1, f"{today}T21:00:00Z", f"{today}T22:00:00Z", "Tonight")
    assert titles(conn, "prime_time") == ["Tonight"]
    assert titles(conn, "prime_time", tz_offset="0.0") == ["Tonight"]
    conn.close()


@pytest.mark.parametrize(
    ("q", "found"),
    [
        ("news", ["News", "News"]),
        ("harbour night", ["The Harbour"]),
        ("cafe", ["Café"]),
        ("ship*", ["The Harbour"]),
        ("ship", []),
        ("title:news", []),
        ("seen", []),
    ],
)
def test_search(conn: sqlite3.Connection, q: str, found: list[str]) -> None:
    assert titles(conn, "search", q=q) == found


def test_search_has_upcoming_first(tmp_path: Path) -> None:
    conn = make_guide(tmp_path / "epg.db")
    for hours in (-5, 30, 2, -30, -0.5):
        add(conn, 1, moment(hours), moment(hours + 1), "Quiz", subtitle=str(hours))
    assert [row["subtitle"] for row in ask(conn, "search", q="quiz")] == ["-0.5", "2", "30", "-5", "-30"]
    assert [row["subtitle"] for row in ask(conn, "search", q="quiz", start=moment(1))] == ["2", "30"]
    conn.close()


def test_no_text_breaks_the_search(conn: sqlite3.Connection) -> None:
    for q in ('"', "(", "NEAR(", "a AND", "*", "title:", "^", "news\0x", "- news", "{}", "'"):
        ask(conn, "search", q=q)
    chance = random.Random(7)
    for _ in range(500):
        ask(
            conn,
            "search",
            q="".join(chance.choice("ab\" *()-:^+{}\0'\\ANDORé,.") for _ in range(chance.randint(1, 12))),
        )


def test_gaps(tmp_path: Path) -> None:
    conn = make_guide(tmp_path / "epg.db")
    for start, end, title in (
        (-40, -3, "Long"),
        (1, 2, "A"),
        (2, 3, "B"),
        (3.25, 4, "C"),
        (4.1, 5, "D"),
        (100, 101, "E"),
    ):
        add(conn, 1, moment(start), moment(end), title)
    add(conn, 1, moment(3), moment(3.25), "Hidden", provider_id=2, shadowed_by=1)
    found = [(row["after_title"], row["before_title"], row["minutes"]) for row in ask(conn, "gaps")]
    assert found == [("Long", "A", 240), ("B", "C", 15)]
    assert len(ask(conn, "gaps", minutes="5")) == 3
    assert ask(conn, "gaps", minutes="5", days="7")[-1]["before_title"] == "E"
    assert ask(conn, "gaps", channel="2") == []
    # Programmes of a channel with one provider are shown if the provider is on.
    for start, end, title in ((1, 2, "A"), (2, 3, "B"), (4, 5, "C")):
        add(conn, 2, moment(start), moment(end), title, provider_id=2)
    for given in ({}, {"channel": "2"}):
        rows = [row for row in ask(conn, "gaps", **given) if row["channel_id"] == 2]
        assert [(row["after_title"], row["before_title"]) for row in rows] == [("B", "C")], given
    conn.execute("UPDATE providers SET enabled = 0 WHERE id = 2")
    assert {row["channel_id"] for row in ask(conn, "gaps")} == {1}
    assert ask(conn, "gaps", channel="2") == []
    conn.close()


def test_overlaps_between_providers(conn: sqlite3.Connection) -> None:
    (row,) = ask(conn, "overlaps_between_providers", start=DAY)
    assert (row["provider"], row["title"], row["hidden_by"], row["hidden_by_title"], row["same_title"]) == (
        "second", "Harbour", "best", "The Harbour", 0,
    )  # fmt: skip


def test_coverage_horizon(tmp_path: Path) -> None:
    conn = make_guide(tmp_path / "epg.db")
    add(conn, 1, moment(-2), moment(1), "A")
    add(conn, 1, moment(1), moment(12), "B")
    rows = ask(conn, "coverage_horizon")
    assert [(row["channel"], row["last_end"], row["programmes_24h"]) for row in rows] == [
        ("Channel Two", None, 0), ("Channel One", moment(12), 1),
    ]  # fmt: skip
    assert rows[0]["hours_ahead"] is None
    assert rows[1]["hours_ahead"] == pytest.approx(12 - hours_passed(), abs=0.1)
    conn.close()


def test_provider_quality(tmp_path: Path) -> None:
    conn = make_guide(tmp_path / "epg.db")
    conn.execute(
        "INSERT INTO channel_mappings (provider_id, provider_channel_id, channel_id, method, created_at)"
        " VALUES (1, 'one', 1, 'new', 'x'), (1, 'uno', 1, 'manual', 'x')"
    )
    conn.execute(
        'INSERT INTO import_log (provider_id, started_at, completed_at, status, "trigger", problems,'
        " error_message) VALUES (1, ?1, ?1, 'success', 'cli', 0, NULL),"
        " (1, ?2, ?2, 'failed', 'cli', 4, 'no answer')",
        [moment(-5), moment(-1)],
    )
    add(conn, 1, moment(1), moment(2), "A", description="text", category='["News"]')
    add(conn, 1, moment(2), moment(3), "B", end_source="assumed", shadowed_by=1)
    add(conn, 1, moment(30), moment(31), "C")
    best, second = ask(conn, "provider_quality")
    assert (best["status"], best["problems"], best["error_message"]) == ("failed", 4, "no answer")
    assert best["hours_since_success"] == pytest.approx(5 + hours_passed(), abs=0.1)
    assert (best["programmes"], best["programmes_ahead"], best["channels_ahead"]) == (3, 2, 1)
    percents = [
        best[f"{what}_percent"] for what in ("description", "category", "episode", "assumed_stop", "hidden")
    ]
    assert percents == [50, 50, 0, 50, 50]
    assert (second["programmes"], second["programmes_ahead"], second["status"]) == (0, 0, None)
    assert ask(conn, "provider_quality", hours="48")[0]["programmes_ahead"] == 3
    conn.close()


def test_schedule_changes(conn: sqlite3.Connection) -> None:
    rows = ask(conn, "schedule_changes", since=DAY)
    assert [(row["title"], row["change"], row["provider"]) for row in rows] == [
        ("News", "added", "best"), ("Gone", "removed", "best"),
    ]  # fmt: skip
    assert titles(conn, "schedule_changes", since=DAY, change="Removed") == ["Gone"]
    assert titles(conn, "schedule_changes", since=DAY, channel="1") == ["News"]
    assert titles(conn, "schedule_changes", since=f"{DAY}T01:30:00Z") == []


def test_unmapped_channels(conn: sqlite3.Connection) -> None:
    rows = ask(conn, "unmapped_channels")
    assert [(row["feed_name"], row["state"], row["programmes"]) for row in rows] == [
        ("Two", "new", 1), ("Shopping", "ignored", 0),
    ]  # fmt: skip
    assert ask(conn, "unmapped_channels", provider="best") == []


def test_films(conn: sqlite3.Connection) -> None:
    for given in ({}, {"category": "thrill"}, {"rating": "pg-13"}):
        assert titles(conn, "films", start=DAY, **given) == ["The Harbour"], given
    assert titles(conn, "films", start=DAY, category="comedy") == []
    assert titles(conn, "films", start=DAY, rating="G") == []


def flagged(conn: sqlite3.Connection) -> set[str]:
    """Titles that some feed marks as new or as a premiere."""
    rows = conn.execute("SELECT title, is_new, details FROM contents")
    return {title for title, is_new, details in rows if is_new or "premiere" in json.loads(details)}


def test_first_showings_and_repeats(conn: sqlite3.Connection) -> None:
    assert titles(conn, "first_showings", start=DAY) == ["News", "Quiz"]
    shown = {row["title"] for row in ask(conn, "first_showings", start="2020-01-01", end="2100-01-01")}
    assert {"News", "Quiz"} <= shown <= flagged(conn)
    assert titles(conn, "first_showings", start=DAY, end="2100-01-01", channel="1")[0] == "News"
    rows = ask(conn, "repeats", start=DAY)
    columns = ("title", "said_by_feed", "first_shown", "shown_here_before")
    assert [tuple(row[column] for column in columns) for row in rows] == [
        ("News", 0, None, f"{DAY}T18:00:00Z"),
        ("Café", 1, "2020", None),
    ]


def test_repeats_compare_texts_and_not_contents(tmp_path: Path) -> None:
    """A showing of two days ago with the same texts makes a repeat, whatever else the feed says about the two."""
    conn = make_guide(tmp_path / "epg.db")
    for hours, more in (
        (-26, {"title": "Ships", "description": "At sea", "is_new": 1}),
        (-25, {"title": "Nothing to tell"}),
        (-24, {"title": "Quiz", "episode_num": "S1E2"}),
        (-23, {"title": "Choir", "subtitle": "First"}),
        (1, {"title": "Ships", "description": "At sea"}),
        (2, {"title": "Nothing to tell"}),
        (3, {"title": "Quiz", "episode_num": "S1E2", "category": '["Show"]'}),
        (4, {"title": "Choir", "subtitle": "Second"}),
        (5, {"title": "Ships", "description": "On land"}),
    ):
        add(conn, 1, moment(hours), moment(hours + 1), **more)
    found = ask(conn, "repeats")
    assert [(row["title"], row["shown_here_before"]) for row in found] == [
        ("Ships", moment(-26)),
        ("Quiz", moment(-24)),
    ]
    conn.close()


def test_repeats_of_more_channels_than_are_read_at_once(tmp_path: Path) -> None:
    conn = make_guide(tmp_path / "epg.db")
    with conn:
        conn.executemany(
            "INSERT INTO channels (id, name, display_name, created_at) VALUES (?1, 'c' || ?1, 'C', 'x')",
            [(number,) for number in range(10, 130)],
        )
        for number in range(10, 130):
            for hours in (-20, 1):
                add(conn, number, moment(hours), moment(hours + 1), "Ships", description="At sea")
    assert [row["channel_id"] for row in ask(conn, "repeats")] == list(range(10, 130))
    assert [row["channel_id"] for row in ask(conn, "repeats", channel="c99")] == [99]
    conn.close()


def test_films_of_an_upgraded_guide(conn: sqlite3.Connection) -> None:
    """An import notes each list of categories. What it has not seen yet is found too."""
    conn.execute("BEGIN")
    try:
        conn.execute('INSERT INTO category_genres (category) VALUES (\'["Film", "Thriller"]\')')
        conn.execute("UPDATE genre_state SET last_content_id = (SELECT max(id) FROM contents)")
        assert titles(conn, "films", start=DAY) == ["The Harbour"]
        conn.execute("DELETE FROM category_genres")
        assert titles(conn, "films", start=DAY) == []
        conn.execute("UPDATE genre_state SET last_content_id = 0")
        assert titles(conn, "films", start=DAY) == ["The Harbour"]
    finally:
        conn.execute("ROLLBACK")


def test_imports(conn: sqlite3.Connection) -> None:
    assert [row["id"] for row in ask(conn, "imports")] == [2, 1]
    assert [row["id"] for row in ask(conn, "imports", provider="best", status="success")] == [1]
    assert ask(conn, "imports", provider="second") == []


# Wrong parameters

BAD_DATES = (
    "garbage",
    "2026-02-31",
    "5",
    "now",
    "2026-11-22T25:00:00Z",
    "2026-13-01",
    "22.11.2026",
    "2026-11-22T20",
    "'",
)


@pytest.mark.parametrize("text", BAD_DATES)
@pytest.mark.parametrize(("name", "param"), [(n, p) for n in NAMES for p in PARAMS[n] if p in DATES])
def test_a_bad_date_is_named(conn: sqlite3.Connection, name: str, param: str, text: str) -> None:
    given = {"q": "news", param: text} if name == "search" else {param: text}
    assert message(ask(conn, name, **given)).startswith(f"{param} '{text}' is not a date; use 2026-11-22")


@pytest.mark.parametrize(
    ("name", "given", "begins"),
    [
        ("programmes", {"channel": "nowhere"}, "there is no channel 'nowhere'"),
        ("programmes", {"start": DAY, "end": DAY}, f"end {DAY}T00:00:00Z is not after start"),
        ("prime_time", {"tz_offset": "CET"}, "tz_offset 'CET' is not a number of hours"),
        ("prime_time", {"tz_offset": "1-2"}, "tz_offset '1-2'"),
        ("prime_time", {"tz_offset": "15"}, "tz_offset '15'"),
        ("search", {}, "nothing to search for"),
        ("gaps", {"minutes": "-1"}, "minutes '-1' is not a number from 1 to 10080; use 10"),
        ("gaps", {"days": "99999999999999999999"}, "days '9999"),
        ("provider_quality", {"hours": "1e3"}, "hours '1e3'"),
        ("schedule_changes", {"change": "burnt"}, "change 'burnt' is unknown"),
        ("imports", {"status": "fine"}, "status 'fine' is unknown"),
        ("imports", {"provider": "nobody"}, "there is no provider 'nobody'"),
        ("unmapped_channels", {"provider": "nobody"}, "there is no provider 'nobody'"),
    ],
)
def test_other_nonsense(conn: sqlite3.Connection, name: str, given: dict[str, str], begins: str) -> None:
    assert message(ask(conn, name, **given)).startswith(begins)


# Speed: plans, on a database with statistics


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    """50 channels of 500 programmes, two providers, half of it hidden, with ANALYZE."""
    conn = make_guide(tmp_path_factory.mktemp("large") / "epg.db")
    conn.executescript(
        """
        WITH RECURSIVE n(i) AS (VALUES (4) UNION ALL SELECT i + 1 FROM n WHERE i < 50)
        INSERT INTO channels (id, name, display_name, created_at) SELECT i, 'c' || i, 'C ' || i, 'x' FROM n;
        INSERT INTO channel_mappings (provider_id, provider_channel_id, channel_id, method, created_at)
        SELECT v.id, c.name, c.id, 'id', 'x' FROM providers v, channels c;
        WITH RECURSIVE n(i) AS (VALUES (0) UNION ALL SELECT i + 1 FROM n WHERE i < 249)
        INSERT INTO contents (id, title, description, category, hash)
        SELECT 1000 * v.id + i, 'News ' || i, 'text', '["Film"]', 1000 * v.id + i FROM n, providers v;
        WITH RECURSIVE n(i) AS (VALUES (0) UNION ALL SELECT i + 1 FROM n WHERE i < 249)
        INSERT INTO airings (channel_id, provider_id, start_time, end_time, content_id, end_source, created_at, updated_at)
        SELECT c.id, v.id, strftime('%Y-%m-%dT%H:%M:%SZ', 'now', (i * 60 - 7200) || ' minutes'),
               strftime('%Y-%m-%dT%H:%M:%SZ', 'now', (i * 60 - 7140) || ' minutes'), 1000 * v.id + i, 'feed', 'x', 'x'
        FROM n, channels c, providers v;
        UPDATE airings SET shadowed_by = id - 1 WHERE provider_id = 2;
        INSERT INTO contents_fts (contents_fts) VALUES ('rebuild');
        UPDATE generation SET longest_seconds = 3600;
        INSERT INTO import_log (provider_id, started_at, status, "trigger")
        VALUES (1, '2026-01-01T00:00:00Z', 'success', 'x');
        ANALYZE;
        """
    )
    yield conn
    conn.close()


def test_the_plan_check_sees_scans(large: sqlite3.Connection) -> None:
    for sql in (
        "SELECT * FROM programs WHERE end_time > :start",
        "SELECT count(*) FROM channels c JOIN programs AS x ON x.title = c.name",
        "SELECT x.id FROM programs x WHERE (SELECT 1 FROM programs y WHERE y.end_time > x.end_time)",
        "SELECT title FROM contents WHERE season = 1",
        "SELECT x.id FROM airings x WHERE x.end_time > :start",
    ):
        assert scans(large, sql), sql
    assert not scans(large, "SELECT * FROM programs WHERE channel_id = :channel")


@pytest.mark.parametrize("name", NAMES)
def test_no_query_scans_programmes(large: sqlite3.Connection, name: str) -> None:
    sql = sql_of(name)
    assert not re.search(r"\b(programs|airings|contents)\b", sql) or aliases(sql) > {*TABLES}
    assert scans(large, sql) == []


@pytest.mark.parametrize("name", NAMES)
def test_at_most_1000_rows(large: sqlite3.Connection, name: str) -> None:
    limits = [int(number) for number in re.findall(r"\bLIMIT (\d+)\s*\)?\s*(?:UNION|$)", sql_of(name))]
    assert limits, "no limit of its own"
    # Datasette shows 1,000 rows. One more tells it that there are more.
    assert max(limits) <= 1001
    assert len(ask(large, name)) <= 1001


# Served


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def served(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Datasette]:
    path = tmp_path_factory.mktemp("served") / "epg.db"
    conn = make_guide(path)
    add(conn, 1, moment(-1), moment(1), "Now & <then>", description="Ships")
    add(conn, 1, moment(2), moment(3), "Later")
    conn.close()
    async with serving(path) as ds:
        yield ds


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("name", NAMES)
async def test_page_json_and_csv_without_parameters(served: Datasette, name: str) -> None:
    page = await served.client.get(f"/epg/{name}")
    assert page.status_code == 200
    found = front_matter(ROOT / "canned_queries" / f"{name}.sql")
    assert f"<title>{found['title']} - epg</title>" in page.text
    for param in found["params"]:
        assert f'name="{param}"' in page.text
        assert f"<dt>{param}</dt>" in page.text
    as_json = await served.client.get(f"/epg/{name}.json?_shape=array")
    assert as_json.status_code == 200
    as_csv = await served.client.get(f"/epg/{name}.csv")
    assert as_csv.status_code == 200
    rows = list(csv.DictReader(io.StringIO(as_csv.text)))
    assert len(rows) == len(as_json.json())


@pytest.mark.asyncio
@pytest.mark.parametrize("name", ["on_now", "on_next", "programmes", "coverage_horizon"])
async def test_more_than_1000_rows_are_not_cut_in_silence(tmp_path: Path, name: str) -> None:
    conn = make_guide(tmp_path / "epg.db")
    with conn:
        conn.executemany(
            "INSERT INTO channels (id, name, display_name, created_at) VALUES (?1, 'c' || ?1, 'C', 'x')",
            [(number,) for number in range(10, 1015)],
        )
        for number in range(10, 1015):
            add(conn, number, moment(-1), moment(1), "Now")
            add(conn, number, moment(1), moment(2), "Next")
    conn.close()
    async with serving(tmp_path / "epg.db") as ds:
        answer = (await ds.client.get(f"/epg/{name}.json?_shape=objects")).json()
        assert (len(answer["rows"]), answer["truncated"]) == (1000, True)
        page = await ds.client.get(f"/epg/{name}")
        assert CUT in page.text
        assert "At most 1,000 rows" in page.text


@pytest.mark.asyncio(loop_scope="module")
async def test_defaults_are_about_now(served: Datasette) -> None:
    for name, expected in (
        ("on_now", ["Now & <then>"]),
        ("on_next", ["Later"]),
        ("programmes", ["Now & <then>", "Later"]),
    ):
        rows = (await served.client.get(f"/epg/{name}.json?_shape=array")).json()
        assert [row["title"] for row in rows] == expected
    assert "<then>" not in (await served.client.get("/epg/on_now")).text


@pytest.mark.asyncio(loop_scope="module")
async def test_an_offset_in_the_address(served: Datasette) -> None:
    url = "/epg/programmes.json?_shape=array&start=2001-11-22T20:00:00"
    assert (await served.client.get(url + "%2B01:00")).json() == []
    (row,) = (await served.client.get(url + "+01:00")).json()
    assert row["title"].startswith("start '2001-11-22T20:00:00 01:00' is not a date")


@pytest.mark.asyncio(loop_scope="module")
async def test_the_database_page_links_to_the_queries(served: Datasette) -> None:
    page = (await served.client.get("/epg")).text
    for name in NAMES:
        assert f'href="/epg/{name}"' in page


# The files


@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_parameters_of_file_and_sql_are_the_same(path: Path) -> None:
    bare = re.sub(r"'[^']*'|--.*", "", sql_of(path.stem))
    assert sorted(set(re.findall(r":(\w+)", bare))) == sorted(PARAMS[path.stem])
    found = front_matter(path)
    assert found["title"] and found["description"].endswith(".")


def test_front_matter_that_cannot_be_read_is_an_error() -> None:
    split = plugin("epg_queries").split_front_matter
    assert split("-- title: A\n-- description: B\n--   and C.\n-- param x: D\n\nSELECT 1 -- two\n") == (
        {"title": "A", "description": "B and C.", "params": {"x": "D"}},
        "SELECT 1 -- two",
    )
    with pytest.raises(ValueError, match="cannot read '-- titel: A'"):
        split("-- titel: A\nSELECT 1")


def test_each_call_has_its_own_dictionaries() -> None:
    queries = plugin("epg_queries").queries
    first = queries()
    first["on_now"]["params"].append("spoilt")
    first["on_now"]["sql"] = "spoilt"
    assert queries()["on_now"]["params"] == ["at"]
    assert queries()["on_now"]["sql"] != "spoilt"
