"""What a feed does to the rows that are there: the span rule, the gate, counts, recorded changes, repeated imports."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from epg_ingest.core.limits import Limits, Retention
from epg_ingest.core.models import Provider
from epg_ingest.core.times import iso
from epg_ingest.guide.channel_merge import merge_channels
from epg_ingest.guide.mappings import ignore_channel, map_channel, unmap_channel
from epg_ingest.guide.providers import add_provider, remove_provider, update_provider
from epg_ingest.pipeline.run import Options, Silent, run_import
from epg_ingest.retention import cleanup

from tests.helpers.support import HOUR, NOON, Guide, feed, show

ONE = [("one", "One")]


def hours(*titles: str | None, channel: str = "one", first: int = 0) -> list[str]:
    """Programmes of an hour each from `first` hours after noon on; None is a gap."""
    return [
        show(channel, NOON + at * HOUR, NOON + (at + 1) * HOUR, title)
        for at, title in enumerate(titles, first)
        if title
    ]


def titles(guide: Guide, channel: str = "one") -> dict[int, str]:
    """Hours after noon to the titles that are stored on a channel."""
    rows = guide.db.execute(
        "SELECT (strftime('%s', start_time) - ?) / 3600, title FROM programs p JOIN channels c ON c.id = p.channel_id"
        " WHERE c.name = ? ORDER BY 1",
        [NOON, channel],
    )
    return dict(rows.fetchall())


def counts(row: dict[str, Any]) -> tuple[int, ...]:
    """New, updated, unchanged, removed."""
    return tuple(row[f"programs_{what}"] for what in ("imported", "updated", "unchanged", "removed"))


class TestSpan:
    def test_cancelled(self, guide: Guide) -> None:
        guide.load("p", feed(hours("a", "b", "c")))
        assert counts(guide.load("p", feed(hours("a", None, "c")))) == (0, 0, 2, 1)
        assert titles(guide) == {0: "a", 2: "c"}

    def test_moved(self, guide: Guide) -> None:
        guide.load("p", feed(hours("a", "b", None, "d")))
        assert counts(guide.load("p", feed(hours("a", None, "b", "d")))) == (1, 0, 2, 1)
        assert titles(guide) == {0: "a", 2: "b", 3: "d"}

    def test_renamed_keeps_its_id(self, guide: Guide) -> None:
        guide.load("p", feed(hours("a", "b")))
        before = guide.rows("SELECT id, start_time FROM programs")
        assert counts(guide.load("p", feed(hours("a", "B!")))) == (0, 1, 1, 0)
        assert guide.rows("SELECT id, start_time FROM programs") == before
        assert titles(guide) == {0: "a", 1: "B!"}

    def test_rows_outside_the_span_stay(self, guide: Guide) -> None:
        guide.load("p", feed(hours("a", "b", "c", "d", "e")))
        assert counts(guide.load("p", feed(hours("b", None, "d", first=1)))) == (0, 0, 2, 1)
        assert titles(guide) == {0: "a", 1: "b", 3: "d", 4: "e"}

    def test_an_end_outside_is_cut_by_the_feed(self, guide: Guide) -> None:
        guide.load("p", feed([show("one", NOON, NOON + 3 * HOUR, "long")]))
        guide.load("p", feed(hours("b", first=1)))
        (long, _) = guide.rows("SELECT end_time, end_source, details FROM programs ORDER BY start_time")
        assert (long["end_time"], long["end_source"]) == (iso(NOON + HOUR), "cut")
        assert json.loads(long["details"])["stop"] == iso(NOON + 3 * HOUR)

    def test_an_end_grows_back_when_the_next_goes(self, guide: Guide) -> None:
        long = show("one", NOON, NOON + 3 * HOUR, "long")
        guide.load("p", feed([long, *hours("b", first=1)]))
        assert counts(guide.load("p", feed([long, *hours("c", first=4)]))) == (1, 1, 0, 1)
        (row, _) = guide.rows("SELECT end_time, end_source, details FROM programs ORDER BY start_time")
        assert (row["end_time"], row["end_source"], row["details"]) == (iso(NOON + 3 * HOUR), "feed", "{}")

    def test_a_channel_that_is_absent_keeps_its_rows(self, guide: Guide) -> None:
        guide.load("p", feed(hours("a") + hours("x", "y", channel="two")))
        assert counts(guide.load("p", feed(hours("a", "b")))) == (1, 0, 1, 0)
        assert titles(guide, "two") == {0: "x", 1: "y"}

    def test_a_channel_declared_without_programmes_keeps_its_rows(self, guide: Guide) -> None:
        guide.load("p", feed(hours("a") + hours("x", channel="two")))
        row = guide.load("p", feed(hours("a"), [*ONE, ("two", "Two")]))
        assert titles(guide, "two") == {0: "x"}
        assert guide.problems(row) == {"channelnoprogramme": 1}

    def test_spans_are_per_channel(self, guide: Guide) -> None:
        guide.load("p", feed(hours("a", "b", "c") + hours("x", "y", "z", channel="two")))
        guide.load("p", feed(hours("a", None, "c") + hours("x", channel="two")))
        assert titles(guide) == {0: "a", 2: "c"}
        assert titles(guide, "two") == {0: "x", 1: "y", 2: "z"}

    def test_a_stop_in_the_wrong_century_spans_a_week(self, guide: Guide) -> None:
        guide.load("p", feed(hours("a") + hours("far", first=24 * 9)))
        row = guide.load("p", feed([show("one", NOON, NOON + 70 * 365 * 86_400, "a")]))
        assert titles(guide) == {0: "a", 24 * 9: "far"}
        assert guide.problems(row)["toolong"] == 1

    def test_another_provider_is_not_touched(self, guide: Guide) -> None:
        guide.load("p", feed(hours("a", "b", "c")))
        mine = "SELECT * FROM contents c JOIN airings a ON a.content_id = c.id WHERE a.provider_id = 1 ORDER BY a.id"
        before = guide.rows(mine)
        guide.load("q", feed(hours("A", None, "C"), ONE), priority=200)
        assert guide.rows(mine) == before and len(before) == 3

    def test_a_shorter_end_before_the_window_does_not_overlap(self, guide: Guide) -> None:
        """The stored row ended inside the window; in the new feed it is cut before it."""
        window = Retention(1, 7, 30)
        later = NOON + 25 * HOUR
        guide.load("p", feed([show("one", NOON, NOON + 5 * HOUR, "long")]), retention=window)
        both = [show("one", NOON, NOON + 5 * HOUR, "short"), show("one", NOON + HOUR, NOON + 5 * HOUR, "new")]
        guide.load("p", feed(both), now=later, retention=window)
        ends = [row["end_time"] for row in guide.rows()]
        assert ends == [iso(NOON + HOUR), iso(NOON + 5 * HOUR)]


class TestGate:
    def full(self, first: int = 0, name: str = "s") -> list[str]:
        return hours(*(f"{name}{n}" for n in range(200)), first=first)

    def refused(self, guide: Guide, shows: list[str], **more: Any) -> bool:
        guide.load("p", feed(self.full()))
        before = guide.stored()
        row = guide.load("p", feed(shows), **more)
        if row["status"] == "failed":
            assert row["error_code"] == "gate" and "--force" in row["error_message"]
            assert guide.stored() == before
        return bool(row["status"] == "failed")

    def test_more_than_half(self, guide: Guide) -> None:
        assert self.refused(guide, self.full()[:98] + self.full()[-1:])

    def test_half(self, guide: Guide) -> None:
        assert not self.refused(guide, self.full()[:99] + self.full()[-1:] + hours("x", first=300))

    def test_force(self, guide: Guide) -> None:
        assert not self.refused(guide, self.full()[:1] + self.full()[-1:], force=True)
        assert len(titles(guide)) == 2

    def test_a_time_shift_is_no_loss(self, guide: Guide) -> None:
        guide.load("p", feed(self.full()))
        update_provider(guide.db, guide.vault, "p", {"shift_minutes": 30}, now=NOON)
        row = guide.load("p", feed(self.full()))
        assert (row["status"], row["programs_imported"], row["programs_unchanged"]) == ("success", 0, 200)

    def test_a_feed_that_moves_all_of_its_times_loses_nothing(self, guide: Guide) -> None:
        guide.load("p", feed(self.full()))
        half = feed([text.replace("0000 +0000", "3000 +0000") for text in self.full()])
        row = guide.load("p", half)
        assert (row["status"], row["programs_imported"]) == ("success", 200)

    def test_what_has_ended_does_not_count(self, guide: Guide) -> None:
        assert not self.refused(guide, self.full()[:1] + self.full()[149:], now=NOON + 150 * HOUR)

    @pytest.mark.parametrize(("kept", "status"), [(2, "success"), (1, "failed")])
    def test_fifty_may_go(self, guide: Guide, kept: int, status: str) -> None:
        guide.load("p", feed(hours(*"abcdefghijklmnopqrstuvwxyz" * 2)))
        shows = hours(*"abcdefghijklmnopqrstuvwxyz" * 2)
        row = guide.load("p", feed([show("one", NOON, NOON + 52 * HOUR, "a"), *shows[1:kept]]))
        assert row["status"] == status

    CHANNELS = tuple(f"c{n}" for n in range(10))

    def many(self, *names: str, first: int = 0, declared: bool = True) -> bytes:
        """20 programmes on each channel. With `declared` the feed still declares all ten."""
        shows = [
            text
            for name in names
            for text in hours(*(f"{name} {n}" for n in range(20)), first=first, channel=name)
        ]
        return feed(shows, [(name, name) for name in self.CHANNELS] if declared else [])

    @pytest.mark.parametrize("declared", [True, False])
    @pytest.mark.parametrize(("kept", "status"), [(5, "success"), (4, "failed"), (1, "failed")])
    def test_channels_that_are_missing_are_losses(
        self, guide: Guide, declared: bool, kept: int, status: str
    ) -> None:
        guide.load("p", self.many(*self.CHANNELS))
        before = guide.stored()
        row = guide.load("p", self.many(*self.CHANNELS[:kept], declared=declared))
        assert (row["status"], guide.stored()) == (status, before)
        if status == "failed":
            assert f"{10 - kept} channels with upcoming programmes are missing" in row["error_message"]

    def test_what_others_gain_does_not_make_up_for_them(self, guide: Guide) -> None:
        guide.load("p", self.many(*self.CHANNELS))
        more = self.many(*self.CHANNELS[:4]) + self.many(*self.CHANNELS[:4], first=20)
        assert guide.load("p", more)["error_code"] == "gate"

    def test_fifty_programmes_of_missing_channels_may_go(self, guide: Guide) -> None:
        guide.load("p", self.many("c0", "c1", "c2"))
        assert guide.load("p", self.many("c0"))["status"] == "success"

    def test_what_a_missing_channel_had_shown_already_is_no_loss(self, guide: Guide) -> None:
        guide.load("p", self.many(*self.CHANNELS))
        later = NOON + 40 * HOUR
        row = guide.load("p", self.many("c0", first=40), now=later)
        assert row["status"] == "success"

    @pytest.mark.parametrize("declared", [True, False])
    def test_what_force_accepted_is_not_refused_again(self, guide: Guide, declared: bool) -> None:
        """Their rows stay until retention; the next loss is measured by what the accepted feed had."""
        guide.load("p", self.many(*self.CHANNELS))
        before = guide.stored()
        few = self.many(*self.CHANNELS[:4], declared=declared)
        assert guide.load("p", few)["error_code"] == "gate"
        row = guide.load("p", few, force=True)
        assert (row["status"], row["programs_removed"], guide.stored()) == ("success", 0, before)
        again = few.replace(b"<tv>", b"<tv><!-- again -->")
        assert guide.load("p", again)["status"] == "success"
        assert guide.load("p", self.many("c0", declared=declared))["error_code"] == "gate"

    def test_channels_that_return_count_again(self, guide: Guide) -> None:
        guide.load("p", self.many(*self.CHANNELS))
        guide.load("p", self.many("c0"), force=True)
        assert guide.load("p", self.many(*self.CHANNELS))["status"] == "success"
        assert guide.load("p", self.many("c0"))["error_code"] == "gate"

    @pytest.mark.parametrize("kept", [5, 4, 0])
    @pytest.mark.parametrize("declared", [True, False])
    @pytest.mark.parametrize("new", [0, 1])
    def test_a_channel_that_keeps_only_what_has_ended_is_missing(
        self, guide: Guide, kept: int, declared: bool, new: int
    ) -> None:
        """As in a feed of last week: its programmes are known, or are new and older."""
        later = NOON + 5 * HOUR
        guide.load("p", self.many(*self.CHANNELS))
        before = guide.stored()
        ended = [
            text
            for name in self.CHANNELS[kept:]
            for text in hours(f"{name} 0", first=-10 * new, channel=name)
        ]
        body = self.many(*self.CHANNELS[:kept], declared=declared).replace(
            b"</tv>", "".join(ended).encode() + b"</tv>"
        )
        row = guide.load("p", body, now=later)
        assert row["status"] == ("success" if kept == 5 else "failed")
        if kept < 5:
            assert guide.stored() == before
            assert f"{10 - kept} channels with upcoming programmes are missing" in row["error_message"]
            assert guide.load("p", body, now=later, force=True)["status"] == "success"
            for number in range(2):
                again = body.replace(b"<tv>", b"<tv><!-- again %d -->" % number)
                assert guide.load("p", again, now=later + number)["status"] == "success"
            assert guide.load("p", self.many(*self.CHANNELS), now=later)["status"] == "success"
            assert guide.load("p", body, now=later)["error_code"] == "gate"

    def test_a_feed_that_reaches_less_far_loses_nothing(self, guide: Guide) -> None:
        guide.load("p", self.many(*self.CHANNELS))
        short = [text for name in self.CHANNELS for text in hours(f"{name} 0", f"{name} 1", channel=name)]
        row = guide.load("p", feed(short), now=NOON + HOUR)
        assert (row["status"], row["programs_removed"]) == ("success", 0)

    def test_a_guide_of_the_past_has_nothing_to_lose(self, guide: Guide) -> None:
        later = NOON + 90 * HOUR
        guide.load("p", self.many(*self.CHANNELS), now=later)
        row = guide.load("p", self.many(*self.CHANNELS, first=-40), now=later)
        assert (row["status"], row["programs_imported"]) == ("success", 200)

    def test_other_providers_do_not_count(self, guide: Guide) -> None:
        guide.load("p", self.many(*self.CHANNELS))
        guide.load("q", self.many(*self.CHANNELS), priority=5)
        assert guide.load("q", self.many("c0"))["error_code"] == "gate"
        assert guide.load("p", self.many(*self.CHANNELS[:6]))["status"] == "success"

    def test_a_refused_feed_is_refused_again(self, guide: Guide) -> None:
        few = feed(self.full()[:1] + self.full()[-1:])
        guide.load("p", feed(self.full()))
        for _ in range(2):
            assert guide.load("p", few)["error_code"] == "gate"
        assert guide.load("p", few, force=True)["programs_removed"] == 198

    def test_nothing_of_a_refused_feed_stays(self, guide: Guide) -> None:
        guide.load("p", feed(self.full()))
        generation = guide.rows("SELECT number, changed_at FROM generation")
        guide.load(
            "p", feed(self.full()[:1] + self.full()[-1:] + hours("new", channel="two"), [("two", "Two")])
        )
        assert guide.rows("SELECT name FROM channels") == [{"name": "one"}]
        assert guide.rows("SELECT number, changed_at FROM generation") == generation


class TestChanges:
    def changes(self, guide: Guide) -> list[tuple[Any, ...]]:
        return [
            (
                row["change"],
                row["title"],
                json.loads(row["before"] or "null"),
                json.loads(row["after"] or "null"),
            )
            for row in guide.rows("SELECT * FROM program_changes ORDER BY change, title")
        ]

    def test_the_first_import_is_not_recorded(self, guide: Guide) -> None:
        guide.load("p", feed(hours("a", "b")))
        assert self.changes(guide) == []

    def test_added_changed_removed(self, guide: Guide) -> None:
        guide.load("p", feed(hours("a", "b", "c", "d")))
        row = guide.load("p", feed([*hours("a", "B", None, "d", "e")]))
        assert self.changes(guide) == [
            ("added", "e", None, {"end_time": iso(NOON + 5 * HOUR), "subtitle": None}),
            ("changed", "B", {"title": "b"}, {"title": "B"}),
            ("removed", "c", {"end_time": iso(NOON + 3 * HOUR), "subtitle": None, "description": None}, None),
        ]
        assert {found["import_id"] for found in guide.rows("SELECT import_id FROM program_changes")} == {
            row["id"]
        }

    def test_an_end_moved_by_a_neighbour(self, guide: Guide) -> None:
        guide.load("p", feed([show("one", NOON, NOON + 2 * HOUR, "a")]))
        guide.load("p", feed([show("one", NOON, NOON + 2 * HOUR, "a"), *hours("b", first=1)]))
        assert self.changes(guide)[1] == (
            "changed",
            "a",
            {"end_time": iso(NOON + 2 * HOUR), "end_source": "feed"},
            {"end_time": iso(NOON + HOUR), "end_source": "cut"},
        )

    def test_only_what_differs_is_recorded(self, guide: Guide) -> None:
        guide.load(
            "p", feed([show("one", NOON, NOON + HOUR, "a", "<desc>old</desc><category>Film</category>")])
        )
        guide.load(
            "p", feed([show("one", NOON, NOON + HOUR, "a", "<desc>new</desc><category>Film</category>")])
        )
        assert self.changes(guide) == [("changed", "a", {"description": "old"}, {"description": "new"})]

    def test_program_ids_are_those_of_the_rows(self, guide: Guide) -> None:
        guide.load("p", feed(hours("a", "b")))
        ids = {row["title"]: row["id"] for row in guide.rows()}
        guide.load("p", feed(hours("a", "B")))
        assert guide.rows("SELECT program_id FROM program_changes") == [{"program_id": ids["b"]}]


class TestAgain:
    def dump(self, guide: Guide) -> list[Any]:
        return [
            guide.rows(f"SELECT * FROM {table}")
            for table in ("contents", "airings", "channels", "channel_mappings", "generation")
        ]

    def test_the_same_body(self, guide: Guide) -> None:
        body = feed(hours("a", "b"), ONE)
        guide.load("p", body)
        before = self.dump(guide)
        row = guide.load("p", body, now=NOON + 60)
        assert (row["status"], counts(row), row["sha256"] is not None) == ("success", (0, 0, 2, 0), True)
        assert self.dump(guide) == before

    @pytest.mark.parametrize("force", [False, True])
    def test_the_same_elements_in_another_body(self, guide: Guide, force: bool) -> None:
        guide.load("p", feed(hours("a", "b"), ONE))
        before = self.dump(guide)
        row = guide.load("p", feed(hours("a", "b"), ONE) + b"<!-- today -->", now=NOON + 60, force=force)
        assert counts(row) == (0, 0, 2, 0)
        assert self.dump(guide) == before

    def test_the_same_body_by_force_reads_it_again(self, guide: Guide) -> None:
        body = feed(hours("a", "b"), ONE)
        guide.load("p", body)
        before = self.dump(guide)
        assert counts(guide.load("p", body, force=True)) == (0, 0, 2, 0)
        assert self.dump(guide) == before

    def test_another_order_of_channels_and_programmes(self, guide: Guide) -> None:
        shows = hours("a", "b", "c") + hours("x", "y", "z", channel="two")
        guide.load("p", feed(shows))
        before = guide.stored()
        assert counts(guide.load("p", feed(shows[3:] + shows[:3]))) == (0, 0, 6, 0)
        assert counts(guide.load("p", feed(shows[::-1]))) == (0, 0, 6, 0)
        assert guide.stored() == before

    def test_elements_written_differently_with_the_same_content(self, guide: Guide) -> None:
        """They are known by their new bytes from then on, and nothing else is written."""
        guide.load("p", feed(hours("a", "b")))
        before = [{**row, "element_hash": None} for row in guide.stored()]
        other = (
            feed(hours("a", "b"))
            .replace(b"<title>", b"<title  >")
            .replace(b"</programme>", b"\n </programme>")
        )
        assert counts(guide.load("p", other)) == (0, 0, 2, 0)
        after = guide.stored()
        assert [{**row, "element_hash": None} for row in after] == before
        assert counts(guide.load("p", other + b"<!-- x -->", force=True)) == (0, 0, 2, 0)
        assert guide.stored() == after

    def test_duplicates(self, guide: Guide) -> None:
        twice = [show("one", NOON, NOON, "zero"), *hours("a", "b"), *hours("a")]
        first = guide.load("p", feed(twice))
        before = guide.stored()
        again = guide.load("p", feed(twice) + b"<!-- x -->")
        assert guide.problems(first)["duplicate"] == guide.problems(again)["duplicate"] == 2
        assert guide.stored() == before
        assert titles(guide) == {0: "a", 1: "b"}

    def test_clumps(self, guide: Guide) -> None:
        parts = [
            show("one", NOON, NOON + HOUR, "Second", attributes=' clumpidx="1/2"'),
            show("one", NOON, NOON + HOUR, "First", attributes=' clumpidx="0/2"'),
        ]
        guide.load("p", feed(parts + hours("b", first=1)))
        assert titles(guide) == {0: "First; Second", 1: "b"}
        before = guide.stored()
        for other in (parts[::-1], parts):
            guide.load("p", feed(other + hours("b", first=1)) + b"<!-- x -->")
            assert guide.stored() == before

    @pytest.mark.parametrize("first", [1, 3, 0, -1])
    def test_a_clump_is_as_long_as_its_longest_part(self, guide: Guide, first: int) -> None:
        parts = [
            show("one", NOON, NOON + first * HOUR, "First", attributes=' clumpidx="0/2"'),
            show("one", NOON, NOON + 2 * HOUR, "Second", attributes=' clumpidx="1/2"'),
        ]
        guide.load("p", feed(parts))
        (_, row) = before = guide.stored()
        assert (row["end_time"], row["end_source"]) == (iso(NOON + max(first, 2) * HOUR), "feed")
        guide.load("p", feed(parts), force=True)
        assert guide.stored() == before

    def test_clumps_in_a_second_copy(self, guide: Guide) -> None:
        parts = [
            show("one", NOON, NOON + HOUR, "First", attributes=' clumpidx="0/2"'),
            show("one", NOON, NOON + HOUR, "Second", attributes=' clumpidx="1/2"'),
        ]
        row = guide.load("p", feed([*parts, show("one", NOON, NOON, "no part"), *parts]))
        assert titles(guide) == {0: "First; Second"}
        assert guide.problems(row)["duplicate"] == 3

    def test_a_clump_that_grows(self, guide: Guide) -> None:
        first = show("one", NOON, NOON + HOUR, "First", attributes=' clumpidx="0/2"')
        second = show("one", NOON, NOON + HOUR, "Second", attributes=' clumpidx="1/2"')
        guide.load("p", feed([first]))
        assert titles(guide) == {0: "First"}
        assert counts(guide.load("p", feed([first, second]))) == (0, 1, 0, 0)
        assert titles(guide) == {0: "First; Second"}

    def test_little_is_written(self, guide: Guide) -> None:
        """Under 64 KB of WAL for the same 5,000 programmes in another body."""
        shows = [
            show(
                f"c{n % 10}",
                NOON + n // 10 * HOUR,
                NOON + (n // 10 + 1) * HOUR,
                f"Title {n}",
                f"<desc>{n} and more</desc>",
            )
            for n in range(5000)
        ]
        guide.load("p", feed(shows))
        assert self.wal_of(guide, lambda: guide.load("p", feed(shows) + b"<!-- again -->")) < 64 * 1024

    def test_five_per_cent_changed(self, guide: Guide) -> None:
        def shows(mark: str) -> list[str]:
            return [
                show(
                    f"c{n % 10}",
                    NOON + n // 10 * HOUR,
                    NOON + (n // 10 + 1) * HOUR,
                    f"Title {n} {mark if n % 20 == 0 else ''}",
                )
                for n in range(2000)
            ]

        guide.load("p", feed(shows("old")))
        before = {row["start_time"] + str(row["channel_id"]): row["id"] for row in guide.rows()}
        row = guide.load("p", feed(shows("new")), now=NOON + 60)
        assert counts(row) == (0, 100, 1900, 0)
        assert {row["start_time"] + str(row["channel_id"]): row["id"] for row in guide.rows()} == before
        touched = guide.rows("SELECT count(*) AS n FROM airings WHERE updated_at = ?", iso(NOON + 60))
        assert touched == [{"n": 100}]
        hits = "SELECT count(*) AS n FROM contents_fts WHERE contents_fts MATCH ?"
        assert (guide.rows(hits, "old"), guide.rows(hits, "new")) == ([{"n": 0}], [{"n": 100}])

    def wal_of(self, guide: Guide, action: Callable[[], object]) -> int:
        guide.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        guide.db.execute("PRAGMA wal_autocheckpoint = 0")
        action()
        return Path(f"{guide.path}-wal").stat().st_size


class TestSettings:
    def test_a_time_zone_reads_the_feed_again(self, guide: Guide) -> None:
        body = feed([show("one", NOON, None, "a")]).replace(b" +0000", b"")
        row = guide.load("p", body)
        assert guide.problems(row)["missingtimezone"] == 1
        update_provider(guide.db, guide.vault, "p", {"timezone": "Europe/Berlin"}, now=NOON)
        assert [row["start_time"] for row in guide.rows()] == [iso(NOON - HOUR)]
        row = guide.load("p", body)
        assert (counts(row), guide.problems(row)) == ((0, 0, 1, 0), {"unknownid": 1})
        assert [row["start_time"] for row in guide.rows()] == [iso(NOON - HOUR)]

    def test_a_language_changes_titles_under_their_ids(self, guide: Guide) -> None:
        body = feed([show("one", NOON, NOON + HOUR, "one", '<title lang="de">eins</title>')])
        guide.load("p", body)
        (before,) = guide.rows()
        update_provider(guide.db, guide.vault, "p", {"language": ["de"]}, now=NOON)
        assert counts(guide.load("p", body)) == (0, 1, 0, 0)
        (after,) = guide.rows()
        assert (before["title"], after["title"], after["id"]) == ("one", "eins", before["id"])

    def test_a_priority_reads_nothing_again_but_the_body(self, guide: Guide) -> None:
        body = feed(hours("a"), ONE)
        guide.load("p", body)
        update_provider(guide.db, guide.vault, "p", {"priority": 1}, now=NOON)
        before = guide.stored()
        assert counts(guide.load("p", body)) == (0, 0, 1, 0)
        assert guide.stored() == before

    def test_programmes_come_into_the_window(self, guide: Guide) -> None:
        """The same body later: what started too far ahead to be kept is imported then, and not before."""
        window = Retention(7, 2, 30)
        body = feed(hours("a") + hours("b", first=60))
        first = guide.load("p", body, retention=window)
        assert (counts(first), first["programs_skipped"], first["next_start"]) == (
            (1, 0, 0, 0),
            1,
            iso(NOON + 60 * HOUR),
        )
        assert counts(guide.load("p", body, retention=window, now=NOON + 11 * HOUR)) == (0, 0, 1, 0)
        assert titles(guide) == {0: "a"}
        assert counts(guide.load("p", body, retention=window, now=NOON + 12 * HOUR)) == (1, 0, 1, 0)
        assert titles(guide) == {0: "a", 60: "b"}

    def test_a_wider_window_reads_the_feed_again(self, guide: Guide) -> None:
        body = feed(hours("a") + hours("old", first=-30))
        guide.load("p", body, retention=Retention(1, 7, 30))
        assert titles(guide) == {0: "a"}
        guide.load("p", body, retention=Retention(7, 7, 30))
        assert titles(guide) == {-30: "old", 0: "a"}

    def test_only_mapped_channels(self, guide: Guide) -> None:
        both = feed(hours("a") + hours("x", channel="two"), [*ONE, ("two", "Two")])
        guide.provider("p", channel_policy="mapped")
        map_channel(guide.db, "p", "one", "Uno", now=NOON, create=True)
        row = guide.load("p", both)
        assert (row["status"], row["channels_added"], titles(guide, "Uno")) == ("success", 0, {0: "a"})
        assert [found["name"] for found in guide.rows("SELECT name FROM channels")] == ["Uno"]
        update_provider(guide.db, guide.vault, "p", {"channel_policy": "all"}, now=NOON)
        guide.load("p", both)
        assert titles(guide, "two") == {0: "x"}

    def test_a_remapped_channel_of_two_is_sorted_out_by_the_next_import(self, guide: Guide) -> None:
        """Two ids feed one channel, so rows do not tell whose they are; their elements are read again."""
        body = feed(hours("a", None, "c") + hours("x", channel="two", first=1))
        guide.load("p", body)
        merge_channels(guide.db, "two", "one", now=NOON)
        assert titles(guide) == {0: "a", 1: "x", 2: "c"}
        assert map_channel(guide.db, "p", "two", "Two", now=NOON, create=True).needs_import
        guide.load("p", body)
        assert (titles(guide), titles(guide, "Two")) == ({0: "a", 2: "c"}, {1: "x"})

    def test_an_ignored_channel_of_two(self, guide: Guide) -> None:
        body = feed(hours("a", None, "c") + hours("x", channel="two", first=1))
        guide.load("p", body)
        merge_channels(guide.db, "two", "one", now=NOON)
        ignore_channel(guide.db, "p", "two", now=NOON)
        guide.load("p", body)
        assert titles(guide) == {0: "a", 2: "c"}

    def test_unmapped_channels_come_back(self, guide: Guide) -> None:
        body = feed(hours("a"), ONE)
        guide.load("p", body)
        unmap_channel(guide.db, "p", "one", now=NOON)
        assert guide.stored() == []
        guide.load("p", body)
        assert titles(guide) == {0: "a"}


class Interrupting(Silent):
    """Does something to the database from another connection when the import is about to merge."""

    def __init__(self, action: Callable[[], object]) -> None:
        self.action = action

    def stage(self, name: str) -> None:
        if name == "merge":
            self.action()


class TestMeanwhile:
    """Somebody changes the database between the reading of the hashes and the merge."""

    def load(self, guide: Guide, body: bytes, action: Callable[[Guide], object]) -> dict[str, Any]:
        provider: Provider = guide.provider("p")
        file = guide.folder / "p.feed"
        file.write_bytes(body)
        options = Options(Retention(None, None, None), Limits(), workers=0)
        other = Guide(guide.folder)
        try:
            progress = Interrupting(lambda: action(other))
            return run_import(
                guide.db, guide.vault, provider, options, file=file, now=NOON, progress=progress
            )
        finally:
            other.close()

    def test_a_cleanup(self, guide: Guide) -> None:
        guide.load("p", feed(hours("old", first=-100) + hours("a", "b", "c")))
        body = feed(hours("old", first=-100) + hours("a", "B", "c"))
        row = self.load(guide, body, lambda other: cleanup(other.db, Retention(1, None, None), NOON))
        assert (row["status"], counts(row)) == ("success", (0, 1, 2, 0))
        assert titles(guide) == {0: "a", 1: "B", 2: "c"}

    def test_another_import_of_another_provider(self, guide: Guide) -> None:
        guide.load("p", feed(hours("a", "b", "c")))
        row = self.load(
            guide, feed(hours("a", "B", "c")), lambda other: other.load("q", feed(hours("Q")), priority=1)
        )
        assert counts(row) == (0, 1, 2, 0)
        assert [shown[3] for shown in guide.shown()] == ["Q", "B", "c"]

    def test_a_merge_of_channels(self, guide: Guide) -> None:
        guide.load("p", feed(hours("a", None, "c") + hours("x", first=1, channel="two")))
        body = feed(hours("a", None, "C") + hours("x", first=1, channel="two"))
        row = self.load(guide, body, lambda other: merge_channels(other.db, "two", "one", now=NOON))
        assert counts(row) == (0, 1, 2, 0)
        assert titles(guide) == {0: "a", 1: "x", 2: "C"}

    def test_an_unmapped_channel_comes_back_with_the_next_import(self, guide: Guide) -> None:
        guide.load("p", feed(hours("a", "b"), ONE))
        body = feed(hours("a", "b", "c"), ONE)
        assert (
            self.load(guide, body, lambda other: unmap_channel(other.db, "p", "one", now=NOON))["status"]
            == "success"
        )
        guide.load("p", body)
        assert titles(guide) == {0: "a", 1: "b", 2: "c"}

    def test_a_provider_that_is_removed(self, guide: Guide) -> None:
        guide.load("p", feed(hours("a", "b")))
        row = self.load(
            guide, feed(hours("a", "B")), lambda other: remove_provider(other.db, other.vault, "p")
        )
        assert (row["provider"], row["status"], row["error_code"]) == ("p", "failed", "removed")
        assert guide.stored() == []

    def test_a_time_zone_is_used_by_the_next_import(self, guide: Guide) -> None:
        body = feed([show("one", NOON, NOON + HOUR, "a")]).replace(b" +0000", b"")
        settings = {"timezone": "Europe/Berlin"}
        row = self.load(
            guide, body, lambda other: update_provider(other.db, other.vault, "p", settings, now=NOON)
        )
        assert (row["status"], row["error_code"], titles(guide)) == ("failed", "changed", {})
        guide.load("p", body)
        assert titles(guide) == {-1: "a"}


class TestGeneration:
    def numbers(self, guide: Guide) -> tuple[int, int]:
        return (
            guide.db.execute("SELECT number FROM generation").fetchone()[0],
            guide.db.execute("PRAGMA user_version").fetchone()[0],
        )

    def test_one_for_each_change(self, guide: Guide) -> None:
        guide.provider("p")
        (start, _) = self.numbers(guide)
        guide.load("p", feed(hours("a")))
        guide.load("p", feed(hours("a", "b")))
        assert self.numbers(guide) == (start + 2, start + 2)

    def test_none_for_a_failure_or_nothing_new(self, guide: Guide) -> None:
        guide.load("p", feed(hours("a")))
        before = self.numbers(guide)
        guide.load("p", feed(hours("a")))
        guide.load("p", b"<tv/>")
        assert self.numbers(guide) == before

    def test_the_longest_programme(self, guide: Guide) -> None:
        guide.load("p", feed([show("one", NOON, NOON + 30 * HOUR, "a")]))
        assert guide.rows("SELECT longest_seconds FROM generation") == [{"longest_seconds": 30 * HOUR}]


def test_several_providers_by_name_priority_and_id(guide: Guide) -> None:
    """Lower priority wins whatever the name and the order of import; ties go to the lower id."""
    for name, priority in (("z", 1), ("b", 2), ("a", 2)):
        add_provider(guide.db, guide.vault, name, None, now=NOON, priority=priority)
    for name in ("a", "b", "z"):
        guide.load(name, feed(hours(name)))
    assert [shown[3] for shown in guide.shown()] == ["z"]
    remove_provider(guide.db, guide.vault, "z")
    assert [shown[3] for shown in guide.shown()] == ["b"]


def test_a_damaged_packing_is_not_called_an_empty_feed(guide: Guide) -> None:
    row = guide.load("p", b"\x1f\x8b\x08garbage")
    assert (row["status"], row["error_code"]) == ("failed", "empty")
    assert row["error_message"].startswith("nothing can be read from the feed: truncated gzip")
    assert guide.load("p", b"", force=True)["error_message"].startswith("the feed is empty")
