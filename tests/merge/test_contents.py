"""What a provider says of several programmes is stored once, and goes with the last programme that shows it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import pytest
from epg_ingest.core.limits import Retention
from epg_ingest.core.times import iso
from epg_ingest.guide.channel_merge import delete_channel, merge_channels
from epg_ingest.guide.mappings import ignore_channel, map_channel, unmap_channel
from epg_ingest.guide.providers import remove_provider
from epg_ingest.parse import normalise, reader
from epg_ingest.retention import cleanup

from tests.helpers.guide_rows import check_contents, programmes_found
from tests.helpers.query_plans import scans
from tests.helpers.support import HOUR, NOON, Guide, feed, show

ONE, TWO = ("one", "One"), ("two", "Two")
#: contents that no programme shows, programmes without a content, contents that the search index lacks or has besides: by a
#: look at everything
WRONG = """
    SELECT 'not shown', id FROM contents WHERE id NOT IN (SELECT content_id FROM airings)
    UNION ALL
    SELECT 'no content', id FROM airings WHERE content_id NOT IN (SELECT id FROM contents)
    UNION ALL
    SELECT 'not indexed', id FROM contents WHERE id NOT IN (SELECT id FROM contents_fts_docsize)
    UNION ALL
    SELECT 'only indexed', id FROM contents_fts_docsize WHERE id NOT IN (SELECT id FROM contents)
"""


def hours(*titles: str | None, channel: str = "one", first: int = 0, inner: str = "") -> list[str]:
    """Programmes of an hour each from `first` hours after noon on; None is a gap."""
    return [
        show(channel, NOON + at * HOUR, NOON + (at + 1) * HOUR, title, inner)
        for at, title in enumerate(titles, first)
        if title
    ]


def counts(row: dict[str, Any]) -> tuple[int, ...]:
    """New, updated, unchanged, removed."""
    return tuple(row[f"programs_{what}"] for what in ("imported", "updated", "unchanged", "removed"))


def shared(guide: Guide) -> list[tuple[str, str, int]]:
    """Provider, title and number of programmes of each content."""
    return guide.db.execute(
        """
        SELECT v.name, c.title, count(*) FROM contents c JOIN airings a ON a.content_id = c.id
        JOIN providers v ON v.id = a.provider_id GROUP BY c.id ORDER BY 1, 2
        """
    ).fetchall()


@pytest.fixture
def watched(guide: Guide) -> Iterator[Guide]:
    """A guide that is looked at by another connection before each statement: no commit leaves a content unshown."""
    wrong: list[Any] = []
    with closing(sqlite3.connect(guide.path, isolation_level=None)) as other:
        guide.db.conn.set_trace_callback(lambda _: wrong.extend(other.execute(WRONG)))
        yield guide
        guide.db.conn.set_trace_callback(None)
        assert wrong == []
    check_contents(guide.db.conn)


class TestOnce:
    def test_equal_contents_of_a_provider_are_one(self, watched: Guide) -> None:
        body = feed(hours("News", "Film", "News") + hours("News", channel="two"), [ONE, TWO])
        assert counts(watched.load("p", body)) == (4, 0, 0, 0)
        assert shared(watched) == [("p", "Film", 1), ("p", "News", 3)]
        assert watched.rows("SELECT count(*) AS n FROM programs") == [{"n": 4}]

    def test_of_two_providers_two(self, watched: Guide) -> None:
        for name in ("p", "q"):
            watched.load(name, feed(hours("News", "News"), [ONE]))
        assert shared(watched) == [("p", "News", 2), ("q", "News", 2)]

    @pytest.mark.parametrize(
        "inner",
        [
            "<sub-title>A part</sub-title>", "<desc>Words</desc>", "<category>News</category>", "<new/>", "<date>2026</date>",
            '<episode-num system="xmltv_ns">0.1.</episode-num>', '<icon src="http://127.0.0.1/a.png"/>',
            "<credits><actor>Ann</actor></credits>", "<rating><value>PG</value></rating>",
        ],
    )  # fmt: skip
    def test_what_differs_is_another(self, watched: Guide, inner: str) -> None:
        watched.load("p", feed(hours("News") + hours("News", first=1, inner=inner), [ONE]))
        assert shared(watched) == [("p", "News", 1), ("p", "News", 1)]

    def test_a_later_import_finds_it(self, watched: Guide) -> None:
        watched.load("p", feed(hours("News"), [ONE]))
        watched.load("p", feed(hours("News", "News", "Film"), [ONE]))
        assert shared(watched) == [("p", "Film", 1), ("p", "News", 2)]

    def test_an_own_stop_is_no_part_of_it(self, watched: Guide) -> None:
        """One programme is cut, the other is not; the view gives the stop among the details of the first alone."""
        long = [
            show("one", NOON, NOON + 2 * HOUR, "News"),
            show("one", NOON + 5 * HOUR, NOON + 7 * HOUR, "News"),
        ]
        watched.load("p", feed(long + hours("Film", first=1), [ONE]))
        assert shared(watched) == [("p", "Film", 1), ("p", "News", 2)]
        stops = watched.rows(
            "SELECT json_extract(details, '$.stop') AS stop, end_source FROM programs WHERE title = 'News' ORDER BY id"
        )
        assert stops == [
            {"stop": iso(NOON + 2 * HOUR), "end_source": "cut"}, {"stop": None, "end_source": "feed"},
        ]  # fmt: skip

    @pytest.mark.parametrize("workers", [0, 2])
    def test_from_several_processes(self, watched: Guide, workers: int) -> None:
        shows = [show("one", NOON + n * HOUR, NOON + (n + 1) * HOUR, f"News {n % 7}") for n in range(3000)]
        watched.load("p", feed(shows, [ONE]), workers=workers)
        assert [count for _, _, count in shared(watched)] == [429] * 4 + [428] * 3


def put(guide: Guide) -> None:
    """`p` has News on both channels and a Film on each; `q` has News and a Quiz on the first."""
    both = hours("News", "Film 1", "News") + hours("Film 2", "News", channel="two")
    guide.load("p", feed(both, [ONE, TWO]), priority=1)
    guide.load("q", feed(hours("News", "Quiz", first=1), [ONE]), priority=2)
    assert shared(guide) == [
        ("p", "Film 1", 1), ("p", "Film 2", 1), ("p", "News", 3), ("q", "News", 1), ("q", "Quiz", 1),
    ]  # fmt: skip


#: what is done → the contents that are left, with the number of their programmes
GOES: dict[str, tuple[Callable[[Guide], Any], dict[tuple[str, str], int]]] = {
    "a programme is renamed": (
        lambda guide: guide.load(
            "p", feed(hours("News", "Other", "News") + hours("Film 2", "News", channel="two"), [ONE, TWO])
        ),
        {("p", "Film 2"): 1, ("p", "News"): 3, ("p", "Other"): 1, ("q", "News"): 1, ("q", "Quiz"): 1},
    ),
    "one of several is renamed": (
        lambda guide: guide.load(
            "p", feed(hours("Film 1", "Film 1", "News") + hours("Film 2", "News", channel="two"), [ONE, TWO])
        ),
        {("p", "Film 1"): 2, ("p", "Film 2"): 1, ("p", "News"): 2, ("q", "News"): 1, ("q", "Quiz"): 1},
    ),
    "programmes are cancelled": (
        lambda guide: guide.load(
            "p",
            feed(hours("News", None, "News") + hours("Film 2", None, "Film 2", channel="two"), [ONE, TWO]),
        ),
        {("p", "Film 2"): 2, ("p", "News"): 2, ("q", "News"): 1, ("q", "Quiz"): 1},
    ),
    "two change places": (
        lambda guide: guide.load(
            "p", feed(hours("Film 1", "News", "News") + hours("News", "Film 2", channel="two"), [ONE, TWO])
        ),
        {("p", "Film 1"): 1, ("p", "Film 2"): 1, ("p", "News"): 3, ("q", "News"): 1, ("q", "Quiz"): 1},
    ),
    "everything is renamed": (
        lambda guide: guide.load(
            "p", feed(hours("A", "B", "C") + hours("D", "E", channel="two"), [ONE, TWO]), force=True
        ),
        {("p", name): 1 for name in "ABCDE"} | {("q", "News"): 1, ("q", "Quiz"): 1},
    ),
    "retention": (
        lambda guide: cleanup(guide.db, Retention(0, 7, None), NOON + 5 * HOUR // 2),
        {("p", "News"): 1, ("q", "Quiz"): 1},
    ),
    "retention of everything": (lambda guide: cleanup(guide.db, Retention(0, 7, None), NOON + 9 * HOUR), {}),
    "a provider is removed": (
        lambda guide: remove_provider(guide.db, guide.vault, "p"),
        {("q", "News"): 1, ("q", "Quiz"): 1},
    ),
    "the other provider is removed": (
        lambda guide: remove_provider(guide.db, guide.vault, "q"),
        {("p", "Film 1"): 1, ("p", "Film 2"): 1, ("p", "News"): 3},
    ),
    "a channel is unmapped": (
        lambda guide: unmap_channel(guide.db, "p", "two", now=NOON),
        {("p", "Film 1"): 1, ("p", "News"): 2, ("q", "News"): 1, ("q", "Quiz"): 1},
    ),
    "a channel is ignored": (
        lambda guide: ignore_channel(guide.db, "p", "one", now=NOON),
        {("p", "Film 2"): 1, ("p", "News"): 1, ("q", "News"): 1, ("q", "Quiz"): 1},
    ),
    "a channel is mapped to another": (
        lambda guide: map_channel(guide.db, "q", "one", "two", now=NOON),
        {("p", "Film 1"): 1, ("p", "Film 2"): 1, ("p", "News"): 3, ("q", "News"): 1, ("q", "Quiz"): 1},
    ),
    "channels are merged": (
        lambda guide: merge_channels(guide.db, "two", "one", now=NOON),
        {("p", "Film 1"): 1, ("p", "News"): 2, ("q", "News"): 1, ("q", "Quiz"): 1},
    ),
    "channels are merged the other way": (
        lambda guide: merge_channels(guide.db, "one", "two", now=NOON),
        {("p", "Film 2"): 1, ("p", "News"): 2, ("q", "News"): 1, ("q", "Quiz"): 1},
    ),
    "a channel is deleted": (
        lambda guide: delete_channel(guide.db, "one", now=NOON),
        {("p", "Film 2"): 1, ("p", "News"): 1},
    ),
}


@pytest.mark.parametrize("case", GOES)
def test_with_the_last_programme_goes_the_content(watched: Guide, case: str) -> None:
    action, left = GOES[case]
    put(watched)
    action(watched)
    assert {(provider, title): count for provider, title, count in shared(watched)} == left
    for word in ("news", "film", "quiz"):
        rows = watched.rows("SELECT id FROM programs WHERE title LIKE ?", f"{word}%")
        assert programmes_found(watched.db.conn, word) == sorted(row["id"] for row in rows)


def test_an_import_that_fails_leaves_contents_alone(watched: Guide, monkeypatch: pytest.MonkeyPatch) -> None:
    from epg_ingest.merge import merge

    put(watched)
    before = watched.stored()

    def broken(*_: object) -> None:
        raise RuntimeError("in the middle")

    monkeypatch.setattr(merge, "resolve", broken)
    with pytest.raises(RuntimeError, match="in the middle"):
        watched.load("p", feed(hours("A", "B", "C"), [ONE]), force=True)
    assert watched.stored() == before


class TestEqualHashes:
    """Contents are told apart by their values: here every content has the same hash."""

    @pytest.fixture(autouse=True)
    def constant(self, monkeypatch: pytest.MonkeyPatch) -> None:
        for module in (normalise, reader):
            if hasattr(module, "content_hash"):
                monkeypatch.setattr(module, "content_hash", lambda values, seed: 0x7FFFFFFFFFFE)

    TITLES = ("a", "b", "a", "c", "b", "d")

    def titles(self, guide: Guide) -> list[str]:
        return [row["title"] for row in guide.rows()]

    def test_different_contents_stay_different(self, watched: Guide) -> None:
        assert counts(watched.load("p", feed(hours(*self.TITLES), [ONE]))) == (6, 0, 0, 0)
        assert self.titles(watched) == list(self.TITLES)
        assert [count for _, _, count in shared(watched)] == [2, 2, 1, 1]
        hashes = [row["hash"] for row in watched.rows("SELECT hash FROM contents ORDER BY hash")]
        assert hashes == [0, 1, 0x7FFFFFFFFFFE, 0x7FFFFFFFFFFF]

    @pytest.mark.parametrize("force", [False, True])
    def test_the_second_time_nothing_changes(self, watched: Guide, force: bool) -> None:
        body = feed(hours(*self.TITLES), [ONE])
        watched.load("p", body)
        before = watched.stored()
        spaced = body.replace(b"</programme>", b" </programme>")
        for again in (body, body + b"<!-- x -->", spaced, spaced + b"<!-- x -->"):
            assert counts(watched.load("p", again, force=force)) == (0, 0, 6, 0)
            now = watched.stored()
            assert [{**row, "element_hash": 0} for row in now] == [
                {**row, "element_hash": 0} for row in before
            ]

    def test_in_another_order(self, watched: Guide) -> None:
        shows = hours(*self.TITLES)
        watched.load("p", feed(shows, [ONE]))
        before = watched.stored()
        assert counts(watched.load("p", feed(shows[::-1], [ONE]), force=True)) == (0, 0, 6, 0)
        assert watched.stored() == before

    def test_of_two_providers(self, watched: Guide) -> None:
        watched.load("p", feed(hours("a", "b"), [ONE]))
        watched.load("q", feed(hours("b", "c", channel="two"), [TWO]))
        assert self.titles(watched) == ["a", "b", "b", "c"]
        before = watched.stored()
        for name, body in (
            ("p", feed(hours("a", "b"), [ONE])),
            ("q", feed(hours("b", "c", channel="two"), [TWO])),
        ):
            assert counts(watched.load(name, body + b" ", force=True)) == (0, 0, 2, 0)
        assert watched.stored() == before

    def test_changed_and_removed(self, watched: Guide) -> None:
        watched.load("p", feed(hours("a", "b", "c", "d"), [ONE]))
        assert counts(watched.load("p", feed(hours("a", "x", "c", "d"), [ONE]), force=True)) == (0, 1, 3, 0)
        assert self.titles(watched) == ["a", "x", "c", "d"]
        watched.load("p", feed(hours("y", "x", None, "d"), [ONE]), force=True)
        assert self.titles(watched) == ["y", "x", "d"]

    def test_from_several_processes(self, watched: Guide) -> None:
        """A first import with its own index process is told that the contents are not those it knew."""
        body = feed(
            [show("one", NOON + n * HOUR, NOON + (n + 1) * HOUR, f"t{n % 20}") for n in range(400)], [ONE]
        )
        watched.load("p", body)
        assert [row["title"] for row in watched.rows()] == [f"t{n % 20}" for n in range(400)]
        before = watched.stored()
        assert counts(watched.load("p", body + b" ", force=True)) == (0, 0, 400, 0)
        assert watched.stored() == before


class TestViews:
    @pytest.mark.parametrize(
        "sql", ["SELECT id FROM programs", "SELECT id, start_time FROM programs WHERE channel_id = 1"]
    )
    def test_what_asks_for_no_text_leaves_the_contents_out(self, guide: Guide, sql: str) -> None:
        """`programs` joins them by an outer join, which SQLite then drops; in an aggregate it keeps it."""
        put(guide)
        plan = [row[3] for row in guide.db.execute(f"EXPLAIN QUERY PLAN {sql}")]
        assert plan and not any(" contents " in step for step in plan), plan

    def test_counting_counts_airings(self, guide: Guide) -> None:
        put(guide)
        airings = guide.rows("SELECT count(*) AS n FROM airings")
        assert guide.rows("SELECT count(*) AS n FROM programs") == airings == [{"n": 7}]

    @pytest.mark.parametrize(
        "sql",
        [
            "SELECT title FROM programs WHERE id = 1",
            "SELECT title FROM programs WHERE channel_id = 1 AND start_time < 'x' AND end_time > 'a' AND start_time >= 'a'",
            "SELECT title FROM programs WHERE provider_id = 1 AND channel_id = 1 AND start_time = 'x'",
            "SELECT title FROM guide WHERE channel_id = 1 AND start_time < 'x' ORDER BY start_time",
            "SELECT p.title FROM channels c CROSS JOIN programs p ON p.channel_id = c.id AND p.start_time < 'x'",
        ],
    )
    def test_queries_use_the_indexes_of_the_tables(self, guide: Guide, sql: str) -> None:
        put(guide)
        assert scans(guide.db.conn, sql) == []
        plan = [row[3] for row in guide.db.execute(f"EXPLAIN QUERY PLAN {sql}")]
        assert any(step.startswith("SEARCH contents USING INTEGER PRIMARY KEY") for step in plan), plan

    def test_a_programme_without_its_content_is_still_there(self, guide: Guide) -> None:
        """As in a damaged file: it is counted, and `doctor` says so."""
        put(guide)
        guide.db.execute("PRAGMA foreign_keys = OFF")
        guide.db.execute("DELETE FROM contents WHERE title = 'Quiz'")
        assert guide.rows("SELECT count(*) AS n, count(title) AS titled FROM programs") == [
            {"n": 7, "titled": 6}
        ]
