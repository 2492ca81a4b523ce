"""What is old goes: programmes outside the window, logs, changes, pages (spec section 5)."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import Any

import pytest
from epg_ingest import retention
from epg_ingest.core.limits import Retention
from epg_ingest.core.times import iso
from epg_ingest.guide.channels import add_channel, list_channels, update_channel
from epg_ingest.guide.mappings import map_channel
from epg_ingest.guide.providers import remove_provider, update_provider
from epg_ingest.guide.status import status
from epg_ingest.retention import cleanup
from epg_ingest.storage import upkeep
from epg_ingest.storage.database import open_database

from tests.helpers.guide_rows import check_contents
from tests.helpers.support import HOUR, NOON, Guide, feed, show

DAY = 24 * HOUR
WEEK = Retention(7, 7, 30)


def load(guide: Guide, *spans: tuple[int, int], name: str = "p", **settings: Any) -> dict[str, Any]:
    """Programmes from and to so many hours after noon."""
    shows = [show("one", NOON + a * HOUR, NOON + b * HOUR, f"{a}") for a, b in spans]
    return guide.load(name, feed(shows), **settings)


def titles(guide: Guide) -> list[str]:
    return [row["title"] for row in guide.rows("SELECT title FROM programs ORDER BY start_time")]


WINDOW = {
    "ended a second within": ((-170, -168), 1, False),
    "ended at the limit": ((-170, -168), 0, True),
    "began before the limit, still within": ((-170, -167), 0, False),
    "starts at the limit": ((168, 170), 0, False),
    "starts a second after the limit": ((168, 170), -1, True),
}


@pytest.mark.parametrize("case", WINDOW)
def test_the_window(guide: Guide, case: str) -> None:
    """The same limits hold for what is deleted and for what an import skips. `offset` moves the window."""
    span, offset, goes = WINDOW[case]
    load(guide, span, (0, 1))
    counts = cleanup(guide.db, WEEK, NOON - offset if offset > 0 else NOON + offset)
    assert (counts.programs, titles(guide) == ["0"]) == (int(goes), goes)


@pytest.mark.parametrize("case", WINDOW)
def test_what_is_outside_is_not_imported(guide: Guide, case: str) -> None:
    span, offset, goes = WINDOW[case]
    row = load(guide, span, (0, 1), retention=WEEK, now=NOON - offset if offset > 0 else NOON + offset)
    assert (row["programs_skipped"], titles(guide) == ["0"]) == (int(goes), goes)


def test_an_import_leaves_nothing_to_clean_up(guide: Guide) -> None:
    load(guide, *((a, a + 3) for a in range(-400, 400, 2)), retention=WEEK)
    assert cleanup(guide.db, WEEK, NOON).programs == 0


@pytest.mark.parametrize(
    "window", [Retention(None, 7, 30), Retention(7, None, 30), Retention(None, None, None)]
)
def test_none_keeps_all(guide: Guide, window: Retention) -> None:
    row = load(guide, (-9000, -8999), (0, 1), (9000, 9001), retention=window)
    kept = [
        *(["-9000"] if window.past_days is None else []),
        "0",
        *(["9000"] if window.future_days is None else []),
    ]
    assert (titles(guide), row["programs_skipped"]) == (kept, 3 - len(kept))
    cleanup(guide.db, window, NOON)
    assert titles(guide) == kept


def test_days_zero_keep_what_is_on(guide: Guide) -> None:
    load(guide, (-2, -1), (-1, 1), (1, 2))
    cleanup(guide.db, Retention(0, 0, 30), NOON)
    assert titles(guide) == ["-1"]


def test_hidden_programmes_come_forth(guide: Guide) -> None:
    """What hid them has gone."""
    load(guide, (-300, -160), name="better", priority=1)
    load(guide, (-200, -100), name="worse", priority=2)
    cleanup(guide.db, Retention(6, 7, 30), NOON)
    assert [row[3] for row in guide.shown()] == ["-200"]


def test_the_search_index_follows(guide: Guide) -> None:
    load(guide, (-300, -299), (0, 1))
    cleanup(guide.db, WEEK, NOON)
    check_contents(guide.db.conn)
    assert guide.rows("SELECT rowid FROM contents_fts WHERE contents_fts MATCH '300'") == []


def generation(guide: Guide) -> tuple[int, int, int]:
    number, longest = guide.db.execute("SELECT number, longest_seconds FROM generation").fetchone()
    return number, guide.db.execute("PRAGMA user_version").fetchone()[0], longest


def test_the_generation_rises_only_when_something_goes(guide: Guide) -> None:
    load(guide, (-300, -299), (0, 1))
    (before, _, _) = generation(guide)
    cleanup(guide.db, WEEK, NOON)
    assert generation(guide)[:2] == (before + 1, before + 1)
    cleanup(guide.db, WEEK, NOON)
    assert generation(guide)[:2] == (before + 1, before + 1)


def test_the_longest_programme_is_found_anew(guide: Guide) -> None:
    load(guide, (-300, -200), (0, 2), (2, 3))
    assert generation(guide)[2] == 100 * HOUR
    cleanup(guide.db, WEEK, NOON)
    assert generation(guide)[2] == 2 * HOUR


def test_nothing_left(guide: Guide) -> None:
    load(guide, (-300, -299))
    cleanup(guide.db, WEEK, NOON)
    assert (titles(guide), generation(guide)[2]) == ([], 0)


def test_many_go_in_short_transactions(guide: Guide, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "BATCH", 7)
    load(guide, *((a, a + 1) for a in range(-400, -380)), (0, 1))
    (before, _, _) = generation(guide)
    assert cleanup(guide.db, WEEK, NOON).programs == 20
    assert (titles(guide), generation(guide)[0]) == (["0"], before + 3)


def test_a_row_that_another_made_current_meanwhile_stays(guide: Guide) -> None:
    """What is deleted is decided under the write lock: here another connection moves the end just before it."""
    load(guide, (-200, -190), (0, 1))
    other = sqlite3.connect(guide.path, isolation_level=None)
    moved: list[int] = []

    def watch(statement: str) -> None:
        if statement == "BEGIN" and not moved:
            moved.append(other.execute("UPDATE airings SET end_time = ?", [iso(NOON + DAY)]).rowcount)

    guide.db.conn.set_trace_callback(watch)
    counts = cleanup(guide.db, WEEK, NOON)
    guide.db.conn.set_trace_callback(None)
    other.close()
    assert (moved, counts.programs, titles(guide)) == ([2], 0, ["-200", "0"])


class TestLogs:
    def test_old_logs_and_changes(self, guide: Guide) -> None:
        for day in (-100, -50, -2):
            load(guide, (0, 1 - day), now=NOON + day * DAY)
        counts = cleanup(guide.db, Retention(None, None, 30), NOON)
        assert (counts.imports, counts.changes) == (2, 1)
        assert [row["started_at"] for row in guide.rows("SELECT started_at FROM import_log")] == [
            iso(NOON - 2 * DAY)
        ]
        assert len(guide.rows("SELECT 1 FROM program_changes")) == 1

    def test_the_last_import_and_the_last_success_stay(self, guide: Guide) -> None:
        """They hold the validators of the next conditional request, and say since when a provider fails."""
        load(guide, (0, 1), now=NOON - 100 * DAY)
        load(guide, (0, 2), now=NOON - 90 * DAY)
        guide.load("p", b"<tv/>", now=NOON - 60 * DAY)
        guide.load("p", b"", now=NOON - 50 * DAY)
        cleanup(guide.db, Retention(None, None, 30), NOON)
        assert [row["status"] for row in guide.rows("SELECT status FROM import_log ORDER BY id")] == [
            "success",
            "failed",
        ]

    def test_problems_go_with_their_import(self, guide: Guide) -> None:
        load(guide, (0, 1), now=NOON - 100 * DAY)
        load(guide, (0, 2), now=NOON)
        cleanup(guide.db, Retention(None, None, 30), NOON)
        assert (
            guide.rows("SELECT 1 FROM import_problems WHERE import_id NOT IN (SELECT id FROM import_log)")
            == []
        )

    def test_none_keeps_all(self, guide: Guide) -> None:
        load(guide, (0, 1), now=NOON - 5000 * DAY)
        load(guide, (0, 2))
        assert cleanup(guide.db, Retention(None, None, None), NOON).imports == 0


class TestChannels:
    """Channels that no feed has any more."""

    MONTH = Retention(7, 7, 30)

    def feed(self, guide: Guide, day: int, *names: str, provider: str = "p", **more: Any) -> None:
        """Import a feed of that day: a programme on each channel."""
        now = NOON + day * DAY
        body = feed(
            [show(name, now, now + HOUR, "t") for name in names], [(name, f"Name {name}") for name in names]
        )
        row = guide.load(provider, body, now=now, retention=self.MONTH, **more)
        assert row["status"] == "success"

    def clean(self, guide: Guide, day: int) -> tuple[int, int]:
        counts = cleanup(guide.db, self.MONTH, NOON + day * DAY)
        return counts.channels, counts.mappings

    def names(self, guide: Guide, table: str = "channels", column: str = "name") -> list[str]:
        return [row["n"] for row in guide.rows(f"SELECT {column} AS n FROM {table} ORDER BY 1")]

    def test_they_go_after_log_days(self, guide: Guide) -> None:
        self.feed(guide, 0, "a", "b")
        for day in (5, 20, 30):
            self.feed(guide, day, "a")
            assert self.clean(guide, day) == (0, 0)
        (before,) = guide.rows("SELECT number FROM generation")
        assert self.clean(guide, 31) == (1, 1)
        assert guide.rows("SELECT number FROM generation") == [{"number": before["number"] + 1}]
        assert self.names(guide) == ["a"]
        for table in ("channel_mappings", "feed_channels"):
            assert self.names(guide, table, "provider_channel_id") == ["a"]
        assert self.clean(guide, 31) == (0, 0)

    def test_not_while_they_have_programmes(self, guide: Guide) -> None:
        self.feed(guide, 0, "a", "b")
        self.feed(guide, 1, "a")
        guide.db.execute("UPDATE airings SET start_time = ?, end_time = ? WHERE channel_id = 2",
                         [iso(NOON + 40 * DAY), iso(NOON + 41 * DAY)])  # fmt: skip
        assert self.clean(guide, 40) == (0, 0)
        assert self.clean(guide, 49) == (1, 1)

    @pytest.mark.parametrize(
        "hand",
        [
            lambda db: update_channel(db, "b", {"hidden": True}),
            lambda db: update_channel(db, "b", {"number": "7"}),
            lambda db: map_channel(db, "p", "b", "b", now=NOON),
            lambda db: map_channel(db, "q", "waits", "b", now=NOON),
        ],
    )
    def test_not_with_hands_on_them(self, guide: Guide, hand: Callable[[Any], object]) -> None:
        guide.provider("q")
        self.feed(guide, 0, "a", "b")
        hand(guide.db)
        self.feed(guide, 20, "a")
        assert self.clean(guide, 60)[0] == 0
        assert self.names(guide) == ["a", "b"]
        self.feed(guide, 61, "a", "b")
        assert self.names(guide) == ["a", "b"]

    def test_not_those_of_a_provider_that_fails_or_is_disabled(self, guide: Guide) -> None:
        self.feed(guide, 0, "a", "b")
        update_provider(guide.db, guide.vault, "p", {"enabled": False}, now=NOON)
        assert self.clean(guide, 400) == (0, 0)

    def test_not_those_that_a_person_made(self, guide: Guide) -> None:
        add_channel(guide.db, "mine", {}, now=NOON)
        self.feed(guide, 0, "a", "b")
        self.feed(guide, 20, "a")
        assert self.clean(guide, 60) == (1, 1)
        assert self.names(guide) == ["a", "mine"]

    def test_another_provider_keeps_the_channel(self, guide: Guide) -> None:
        """The mapping that made it goes; the other one counts as its maker, so the channel goes with that provider."""
        self.feed(guide, 0, "a", "b")
        self.feed(guide, 1, "b", provider="q")
        self.feed(guide, 40, "a")
        self.feed(guide, 40, "b", provider="q")
        assert self.clean(guide, 40) == (0, 1)
        assert guide.rows("SELECT method FROM channel_mappings WHERE provider_id = 2") == [{"method": "new"}]
        remove_provider(guide.db, guide.vault, "q")
        assert self.names(guide) == ["a"]

    def test_a_second_id_of_the_provider_keeps_the_channel(self, guide: Guide) -> None:
        self.feed(guide, 0, "a", "b")
        map_channel(guide.db, "p", "c", "b", now=NOON)
        self.feed(guide, 40, "a", "c")
        assert self.clean(guide, 40) == (0, 1)
        assert self.names(guide) == ["a", "b"]

    def test_what_was_said_of_unmapped_channels_goes(self, guide: Guide) -> None:
        self.feed(guide, 0, "a", "b", channel_policy="mapped")
        self.feed(guide, 40, "a", channel_policy="mapped")
        assert self.clean(guide, 40) == (0, 0)
        assert self.names(guide, "feed_channels", "provider_channel_id") == ["a"]

    def test_none_keeps_all(self, guide: Guide) -> None:
        self.feed(guide, 0, "a", "b")
        self.feed(guide, 40, "a")
        assert cleanup(guide.db, Retention(7, 7, None), NOON + 4000 * DAY).channels == 0

    def test_stale_ones_are_shown(self, guide: Guide) -> None:
        self.feed(guide, 0, "a", "b")
        self.feed(guide, 0, "b", provider="q")
        self.feed(guide, 1, "a")
        assert [(found.channel.name, found.stale) for found in list_channels(guide.db)] == [
            ("a", ()),
            ("b", ("p:b",)),
        ]
        found = status(guide.db, guide.path, now=NOON)["providers"]
        assert [(row["name"], row["channels"], row["stale_channels"]) for row in found] == [
            ("p", 2, 1),
            ("q", 1, 0),
        ]
        self.feed(guide, 2, "a", "b")
        assert not any(found.stale for found in list_channels(guide.db))


def test_pages_are_given_back_in_few_commits(guide: Guide, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each commit makes readers forget what they have in memory, and goes to every replica."""
    monkeypatch.setattr(upkeep, "VACUUM_PAGES", 100)
    guide.db.execute("CREATE TABLE freed (text)")
    guide.db.conn.executemany("INSERT INTO freed VALUES (?)", [["x" * 3000]] * 350)
    guide.db.execute("DROP TABLE freed")

    def number(pragma: str) -> int:
        return int(guide.db.execute(f"PRAGMA {pragma}").fetchone()[0])

    pages, statements = number("page_count"), []
    guide.db.conn.set_trace_callback(statements.append)
    freed = upkeep.vacuum(guide.db.conn)
    guide.db.conn.set_trace_callback(None)
    assert freed >= 350
    assert (number("freelist_count"), number("page_count")) == (0, pages - freed)
    assert sum("incremental_vacuum" in sql for sql in statements) <= freed // 100 + 1


def test_pages_are_given_back(guide: Guide) -> None:
    words = "<desc>" + "one and two and three " * 90
    shows = [
        show("one", NOON + n * HOUR, NOON + (n + 1) * HOUR, f"T {n}", f"{words}{n}</desc>")
        for n in range(2000)
    ]
    guide.load("p", feed(shows))
    guide.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    before = guide.path.stat().st_size
    reader = open_database(guide.path)
    reader.execute("BEGIN")
    assert reader.execute("SELECT count(*) FROM programs").fetchone() == (2000,)
    counts = cleanup(guide.db, WEEK, NOON + 88 * DAY)
    assert counts.programs > 1900 and counts.pages_freed > 500
    # The reader still sees the old guide: nobody waited for anybody.
    assert reader.execute("SELECT count(*) FROM programs").fetchone() == (2000,)
    reader.execute("COMMIT")
    reader.close()
    guide.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert guide.path.stat().st_size < before / 2
