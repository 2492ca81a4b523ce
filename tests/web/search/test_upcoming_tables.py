"""The programmes that are known to be near are those of the guide, whatever happens to it and to the clock."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from epg_web.base.connections import ConnectionPool, gather
from epg_web.base.moments import iso
from epg_web.search import first_hits, upcoming_tables

from tests.helpers.datasette_helpers import BEGIN, add, make_guide, moment
from tests.helpers.guide_rows import update_programme

NOW = BEGIN.timestamp()
HOUR = 3600.0
#: the titles of what is on or to come with a word, by a look at everything
ALL = """
    SELECT p.title FROM programs p JOIN channels c ON c.id = p.channel_id JOIN providers v ON v.id = p.provider_id
    WHERE p.title LIKE '%' || ? || '%' AND p.end_time > ? AND p.shadowed_by IS NULL AND c.hidden = 0 AND v.enabled = 1
    ORDER BY p.start_time, p.id
"""


@pytest.fixture
def guide(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    """Two channels, a programme of each hour for two days, all of them called news."""
    conn = make_guide(tmp_path / "epg.db")
    for channel in (1, 2):
        for hour in range(48):
            add(conn, channel, moment(hour), moment(hour + 1), f"News {channel}-{hour:02}")
    yield conn
    conn.close()


@pytest.fixture
def pool(guide: sqlite3.Connection, tmp_path: Path) -> Iterator[ConnectionPool]:
    pool = ConnectionPool(str(tmp_path / "epg.db"))
    yield pool
    pool.close()


@pytest.fixture(params=["near", "soon"], autouse=True)
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Every search by way of what is near, in one of its two tables."""
    monkeypatch.setattr(first_hits, "FEW", 0)
    monkeypatch.setattr(first_hits, "MANY", 0 if request.param == "soon" else 10_000)
    monkeypatch.setattr(first_hits, "TOO_MANY", 0)
    return str(request.param)


def titles(conn: sqlite3.Connection, word: str, need: int, now: float) -> list[str] | None:
    """Of the soonest programmes with the word, when what is near was widened as far as it goes."""
    for _ in range(
        upcoming_tables.WIDEST // upcoming_tables.STEP + upcoming_tables.MOST_WORDS // upcoming_tables.WORDS
    ):
        if (ids := first_hits.first_hits(conn, f'"{word}"', need, now, None)) is not None:
            names = dict(conn.execute("SELECT id, title FROM programs"))
            return [names[ident] for ident in ids]
    return None


def asked(pool: ConnectionPool, word: str, need: int, now: float) -> list[str] | None:
    """The same as a request asks it."""
    _, found = pool._run(lambda conn: titles(conn, word, need, now), 5)
    return found


def changed(guide: sqlite3.Connection) -> None:
    guide.execute("UPDATE generation SET number = number + 1")


def retitle(guide: sqlite3.Connection, old: str, new: str) -> None:
    (ident,) = guide.execute("SELECT id FROM programs WHERE title = ?", [old]).fetchone()
    update_programme(guide, ident, title=new)


def test_what_an_import_changed_is_seen(guide: sqlite3.Connection, pool: ConnectionPool) -> None:
    assert asked(pool, "news", 2, NOW) == ["News 1-00", "News 2-00"]
    guide.execute("BEGIN")
    retitle(guide, "News 1-00", "Film 1-00")
    changed(guide)
    assert asked(pool, "news", 2, NOW) == ["News 1-00", "News 2-00"], "not before it is committed"
    guide.execute("COMMIT")
    assert asked(pool, "news", 2, NOW) == ["News 2-00", "News 1-01"]
    assert asked(pool, "film", 1, NOW) == ["Film 1-00"]


def test_it_is_made_anew_behind_an_import_before_anybody_searches(
    guide: sqlite3.Connection, tmp_path: Path
) -> None:
    pool = ConnectionPool(str(tmp_path / "epg.db"), first_hits.refresh)
    try:
        pool.look()
        pool.slow.submit(pool._run, lambda conn: titles(conn, "news", 1, NOW), 5).result()
        ident = add(guide, 1, moment(0.5), moment(0.75), "News that nobody announced")
        changed(guide)
        pool.look()
        near_now = "SELECT count(*) FROM temp.upcoming WHERE id = ?"
        after = pool.slow.submit(pool._run, lambda conn: conn.execute(near_now, [ident]).fetchone(), 5)
        assert after.result()[1] == (1,)
    finally:
        pool.close()


def test_it_is_made_once_for_a_generation(guide: sqlite3.Connection, pool: ConnectionPool) -> None:
    asked(pool, "news", 2, NOW)
    add(guide, 1, moment(0.5), moment(0.75), "News that nobody announced")
    assert asked(pool, "news", 2, NOW) == ["News 1-00", "News 2-00"]


def test_a_hidden_channel_and_a_disabled_provider_are_not_shown(
    guide: sqlite3.Connection, pool: ConnectionPool
) -> None:
    guide.execute("UPDATE channels SET hidden = 1 WHERE id = 1")
    assert asked(pool, "news", 2, NOW) == ["News 2-00", "News 2-01"]
    guide.execute("UPDATE providers SET enabled = 0 WHERE id = 1")
    assert asked(pool, "news", 1, NOW) is None


@pytest.mark.parametrize("later", [1, 5, 7, 30, -3])
def test_time_goes_on_and_back(pool: ConnectionPool, later: int) -> None:
    """`LASTS` is six hours: before, it is widened; then, and when the clock was put back, it is made anew."""
    start = NOW + 10 * HOUR
    assert asked(pool, "news", 1, start) == ["News 1-10"]
    hour = 10 + later
    assert asked(pool, "news", 3, start + later * HOUR) == [
        f"News 1-{hour:02}", f"News 2-{hour:02}", f"News 1-{hour + 1:02}",
    ]  # fmt: skip


def test_it_is_no_wider_than_a_day(pool: ConnectionPool) -> None:
    assert len(asked(pool, "news", 48, NOW) or []) == 48
    assert asked(pool, "news", 49, NOW) is None


def test_where_only_the_newest_hits_would_be_looked_up_one_search_goes_all_the_way(
    pool: ConnectionPool, way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(first_hits, "NEWEST", 0)
    _, ids = pool._run(lambda conn: first_hits.first_hits(conn, '"news"', 40, NOW, None), 5)
    assert ids is not None and len(ids) == 40, way


def test_a_search_that_was_broken_off_leaves_nothing_half_made(
    pool: ConnectionPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(conn: sqlite3.Connection) -> None:
        upcoming_tables.prepare(conn, NOW, 3600)
        upcoming_tables.widen(conn, NOW)
        raise ValueError("in the middle")

    with pytest.raises(ValueError, match="in the middle"):
        pool._run(broken, 5)
    assert asked(pool, "news", 20, NOW) == [
        f"News {channel}-{hour:02}" for hour in range(10) for channel in (1, 2)
    ]


@pytest.mark.parametrize("seed", range(6))
def test_any_course_of_events(guide: sqlite3.Connection, pool: ConnectionPool, seed: int) -> None:
    """Time passes, programmes are renamed, come and go, and channels are hidden: what is found is what a look at all finds."""
    rng, now = Random(seed), NOW
    for step in range(60):
        event = rng.randrange(5)
        if event == 0:
            now += rng.choice([60, 600, HOUR, 3 * HOUR]) * (rng.random() < 0.8 or -1)
        if event == 1:
            (old,) = rng.choice(guide.execute("SELECT title FROM programs").fetchall())
            retitle(guide, old, f"{rng.choice(['News', 'Film'])} {step}")
        if event == 2:
            start = rng.randrange(0, 47) + rng.random()
            add(guide, rng.choice([1, 2]), moment(start), moment(start + 2 * rng.random()), f"Film {step}")
        if event == 3:
            guide.execute("UPDATE channels SET hidden = ? WHERE id = 2", [rng.randrange(2)])
        if event == 4:
            guide.execute(
                "UPDATE airings SET shadowed_by = ? WHERE id % 7 = ?",
                [rng.choice([None, 1]), rng.randrange(7)],
            )
        changed(guide)
        word, need = rng.choice(["news", "film"]), rng.choice([1, 3, 9])
        all_of_them = [title for (title,) in guide.execute(ALL, [word, iso(now)])]
        found = asked(pool, word, need, now)
        assert found is None or found == all_of_them[:need]
        soon = guide.execute(f"SELECT count(*) FROM ({ALL}) JOIN programs USING (title) WHERE start_time < ?",
                             [word, iso(now), iso(now + 20 * HOUR)]).fetchone()[0]  # fmt: skip
        assert found is not None or soon < need, "there were enough in the next hours"


class TestGather:
    def test_rows_as_text_and_in_order(self, guide: sqlite3.Connection) -> None:
        rows = gather(guide, "SELECT id, json_object('a', id) FROM channels ORDER BY id DESC -- all", {}, 2)
        assert rows == [["3", '{"a":3}'], ["2", '{"a":2}'], ["1", '{"a":1}']]

    def test_no_rows(self, guide: sqlite3.Connection) -> None:
        assert gather(guide, "SELECT id FROM channels WHERE id > :id", {"id": 9}) == []

    def test_a_row_of_nothing_is_a_row(self, guide: sqlite3.Connection) -> None:
        assert gather(guide, "SELECT ''", {}) == [[""]]

    def test_marks_within_a_text_are_escaped_by_json(self, guide: sqlite3.Connection) -> None:
        assert gather(guide, "SELECT json_array(:text), 1", {"text": "a\x1eb\x1fc"}, 2) == [
            [r'["a\u001eb\u001fc"]', "1"]
        ]
