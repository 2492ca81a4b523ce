"""Series and episodes as an import stores them: ids that stay, showings that are counted, a ledger that outlives retention."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from epg_ingest.core.limits import Retention
from epg_ingest.core.times import from_iso, iso
from epg_ingest.guide.channel_merge import delete_channel, merge_channels
from epg_ingest.guide.clock.corrections import shift
from epg_ingest.retention import cleanup
from epg_ingest.series.said import SHOWN
from epg_ingest.series.showing_kinds import KnownShowing, showing_of
from epg_ingest.series.showing_kinds import showings as showings_of
from epg_ingest.series_store.catching_up import catch_up
from epg_ingest.storage.database import write

from tests.helpers.support import DAY, HOUR, NOON, Guide, feed, show

WEEK = Retention(7, 7, None)
#: channel, hours from noon, title and what is inside
Shown = tuple[str, float, str, str]


def number(season: int, episode: int) -> str:
    return f"<episode-num system='onscreen'>S{season}E{episode}</episode-num>"


def week(shown: Iterable[Shown], hours: float = 1) -> bytes:
    rows = list(shown)
    shows = [
        show(channel, NOON + int(at * HOUR), NOON + int((at + hours) * HOUR), title, inner)
        for channel, at, title, inner in rows
    ]
    return feed(shows, [(name, name) for name in dict.fromkeys(row[0] for row in rows)])


def known(guide: Guide) -> list[tuple[Any, ...]]:
    """Programmes in order of channel and start: title, season, episode, what the showing is, and why."""
    return guide.db.execute(
        "SELECT title, series_id, episode_id, showing, showing_reason FROM programs ORDER BY channel_id, start_time"
    ).fetchall()


def showings(guide: Guide) -> list[str]:
    return [row[3] for row in known(guide)]


def check_ledger(guide: Guide) -> None:
    """The view `episodes` agrees with programmes and ledger, the view `programs` with the pure decision."""
    known: dict[int, list[tuple[int, int]]] = {}
    for row in guide.rows(
        "SELECT * FROM airings JOIN content_episodes USING (content_id) WHERE episode_id IS NOT NULL"
    ):
        known.setdefault(row["episode_id"], []).append((from_iso(row["start_time"]), row["channel_id"]))
    present = {ident: showings_of(start for start, _ in found) for ident, found in known.items()}
    kept = guide.rows("""
        SELECT l.*, ifnull(r.same_as, r.id) AS episode FROM episode_ledger l JOIN episode_rows r ON r.id = l.episode_id
        WHERE first_start IS NOT NULL""")
    for row in kept:
        starts = {row["first_start"], row["last_start"]}
        known.setdefault(row["episode"], []).extend(
            (from_iso(at), row["first_channel_id"] or 0) for at in starts
        )
        present[row["episode"]] = present.get(row["episode"], 0) + row["showings"]
    for row in guide.rows("SELECT * FROM episodes WHERE same_as IS NULL"):
        found = sorted(known.get(row["id"], []))
        first, last = (iso(found[0][0]), iso(found[-1][0])) if found else (None, row["last_start"])
        assert (row["first_start"], row["last_start"], row["showings"]) == (
            first,
            last,
            present.get(row["id"], 0),
        )
    since = guide.rows("SELECT since FROM series_state")[0]["since"]
    claims = """
        SELECT p.*, iif(f.counts, ce.claim, NULL) AS claim FROM programs p LEFT JOIN content_episodes ce USING (content_id)
        LEFT JOIN provider_flags f ON f.provider_id = p.provider_id AND f.flag = ce.claim
    """
    for row in guide.rows(claims):
        own = (from_iso(row["start_time"]), row["channel_id"])
        others = [one for one in known.get(row["episode_id"], []) if one != own]
        kind = showing_of(KnownShowing(*own, row["episode_id"] is not None, others, row["claim"]))
        reason = {
            "earlier": f"repeat of {iso(kind.earlier or 0)}",
            "claim": "the feed says that it was shown before"
            if row["claim"] == SHOWN
            else "the feed says new",
            "premiere": "the feed says premiere",
            "none_before": f"first time here since {since[:10]}",
            "no_episode": "no episode is known",
        }[kind.reason]
        assert (row["showing"], row["showing_reason"]) == (kind.showing, reason)


def test_episodes_and_showings_of_an_import(guide: Guide) -> None:
    guide.load("p", week([
        ("a", 0, "Show", number(1, 1)), ("a", 1, "Show (R)", number(1, 2)), ("a", 24, "SHOW", number(1, 1)),
        ("a", 30, "Show", ""), ("a", 31, "Other", "<sub-title>Pilot</sub-title>"), ("a", 32, "Fresh", "<new/>"),
        ("b", 0, "Show", number(1, 1)), ("b", 2, "Show S1", number(1, 2)), ("b", 50, "Show", number(1, 2)),
    ]))  # fmt: skip
    assert [row[1:4] for row in known(guide)] == [
        (1, 1, "first_here"), (1, 2, "first_here"), (1, 1, "repeat"), (1, None, "unknown"), (2, 3, "first_here"),
        (3, None, "first"), (1, 1, "first_here"), (1, 2, "first_here"), (1, 2, "repeat"),
    ]  # fmt: skip
    assert known(guide)[2][4] == f"repeat of {iso(NOON)}"
    columns = "season, episode, first_start, first_channel_id, last_start, showings, ordinal"
    assert guide.db.execute(f"SELECT {columns} FROM episodes ORDER BY id LIMIT 2").fetchall() == [
        (1, 1, iso(NOON), 1, iso(NOON + DAY), 2, 1),
        (1, 2, iso(NOON + HOUR), 1, iso(NOON + 50 * HOUR), 2, 2),
    ]
    check_ledger(guide)


def test_ids_stay_and_showings_follow_the_feed(guide: Guide) -> None:
    body = [("a", 24.0 * day, "Show", number(1, day + 1)) for day in range(3)]
    guide.load("p", week(body))
    before = known(guide)
    # The first showing of the second episode moves behind another one; the third is described anew.
    moved = [body[0], ("a", 30.0, "Show", number(1, 3)), ("a", 40.0, "Show", number(1, 2)),
             ("a", 48.0, "Show", number(1, 3) + "<desc>Now with a text</desc>")]  # fmt: skip
    guide.load("p", week(moved))
    assert [row[2] for row in known(guide)] == [before[0][2], before[2][2], before[1][2], before[2][2]]
    assert showings(guide) == ["first_here", "first_here", "first_here", "repeat"]
    check_ledger(guide)
    guide.load("p", week([*moved[:1], ("a", 30.0, "Show", number(1, 4)), *moved[2:]]))
    assert showings(guide) == ["first_here"] * 4
    check_ledger(guide)


def test_a_changed_content_changes_its_episode_in_place(guide: Guide) -> None:
    guide.load("p", week([("a", 0, "Show", number(1, 1)), ("a", 24, "Show", number(1, 2))]))
    contents = guide.rows("SELECT content_id FROM programs")
    guide.load("p", week([("a", 0, "Show", number(1, 1)), ("a", 24, "Other", number(1, 1))]))
    assert guide.rows("SELECT content_id FROM programs") == contents
    assert [row[1:3] for row in known(guide)] == [(1, 1), (2, 3)]
    assert guide.db.execute("SELECT showings FROM episodes ORDER BY id").fetchall() == [(1,), (0,), (1,)]
    check_ledger(guide)


def test_the_ledger_outlives_retention(guide: Guide) -> None:
    guide.load("p", week([("a", 0, "Show", number(1, 1)), ("b", 1, "Show", number(1, 1))]), retention=WEEK)
    for day in (9, 20, 390):
        cleanup(guide.db, WEEK, NOON + day * DAY)
        assert guide.rows("SELECT first_start, first_channel_id, showings FROM episodes") == [
            {"first_start": iso(NOON), "first_channel_id": 1, "showings": 1}
        ]
    assert known(guide) == []
    again = [("a", 390.0 * 24, "Show", number(1, 1)), ("a", 390.0 * 24 + 1, "Show", number(1, 2))]
    guide.load("p", week(again), now=NOON + 390 * DAY, retention=WEEK)
    assert [(row[1], row[2], row[3]) for row in known(guide)] == [(1, 1, "repeat"), (1, 2, "first_here")]
    check_ledger(guide)
    cleanup(guide.db, WEEK, NOON + 800 * DAY)
    assert guide.rows("SELECT id FROM episodes") == guide.rows("SELECT * FROM episode_keys") == []
    assert len(guide.rows("SELECT id FROM series")) == 1
    cleanup(guide.db, WEEK, NOON + 1300 * DAY)
    assert guide.rows("SELECT id FROM series") == guide.rows("SELECT * FROM series_keys") == []


def test_changes_of_channels_and_clocks_are_followed(guide: Guide) -> None:
    guide.load(
        "p",
        week(
            [("a", 0, "Show", number(1, 1)), ("b", 24, "Show", number(1, 1)), ("c", 48, "Show", number(1, 1))]
        ),
    )
    with write(guide.db) as conn:
        shift(conn, 1, [2], -2 * DAY, NOON)
    assert showings(guide) == ["repeat", "first_here", "repeat"]
    check_ledger(guide)
    merge_channels(guide.db, 2, 3, now=NOON)
    assert guide.rows("SELECT first_channel_id, showings FROM episodes") == [
        {"first_channel_id": 3, "showings": 3}
    ]
    check_ledger(guide)
    delete_channel(guide.db, 3, now=NOON)
    assert guide.rows("SELECT first_channel_id, showings FROM episodes") == [
        {"first_channel_id": 1, "showings": 1}
    ]
    check_ledger(guide)


def test_generic_titles_are_one_series_for_each_channel(guide: Guide) -> None:
    rows = [(f"c{at}", float(hour), "News", f"<desc>Of {at}</desc>") for at in range(20) for hour in (0, 5)]
    guide.load("p", week([*rows, ("c1", 9, "Show", "")]))
    assert guide.rows("SELECT count(DISTINCT series_id) AS n FROM programs WHERE title = 'News'") == [
        {"n": 20}
    ]
    assert guide.rows("SELECT count(*) AS n FROM series WHERE generic") == [{"n": 21}]
    before = guide.rows("SELECT id, series_id FROM programs")
    # A second feed meets the same decision. What several channels show alike is of the title's own series.
    guide.load(
        "q", week([("x1", 1, "News", "<desc>Late</desc>"), ("x1", 5, "News", ""), ("x2", 5, "News", "")])
    )
    assert guide.rows("SELECT id, series_id FROM programs WHERE provider_id = 1") == before
    assert guide.rows("SELECT count(DISTINCT series_id) AS n FROM programs WHERE provider_id = 2") == [
        {"n": 2}
    ]
    assert guide.rows(
        "SELECT title, source FROM series JOIN series_keys ON series_id = id WHERE key LIKE 'news@%' LIMIT 1"
    ) == [{"title": "News", "source": "title"}]


def test_a_subtitle_that_names_no_episode_is_none(guide: Guide) -> None:
    def day(text: str) -> str:
        return f"<sub-title>Day 1</sub-title><desc>{text}</desc>"

    often = [("a", 30.0 + 3 * at, "Loop", "<sub-title>Latest things</sub-title>") for at in range(8)]
    guide.load("p", week([("a", 0, "Golf", day("Morning")), ("a", 5, "Golf", day("Evening")), *often]))
    assert {row["basis"] for row in guide.rows("SELECT basis FROM content_episodes")} == {"vague"}
    assert set(showings(guide)) == {"unknown"} and guide.rows("SELECT * FROM episodes") == []
    # It is remembered.
    guide.load("p", week([("b", 100, "Golf", day("Night"))]), now=NOON)
    assert guide.rows("SELECT basis FROM content_episodes")[-1] == {"basis": "vague"}


def test_numbers_count_for_their_provider_until_two_agree(guide: Guide) -> None:
    mine = [("one.uk", float(at), f"Filler {at}", "") for at in (*range(20), 60)]
    guide.load("p", week([*mine, ("one.uk", 40, "Show", number(1, 1)), ("one.uk", 45, "Show", number(1, 2))]))
    guide.load("q", week([*mine, ("one.uk", 41, "Show", number(1, 1)), ("two.uk", 50, "Show", number(1, 2))]))
    same = guide.rows("SELECT count(DISTINCT channel_id) AS n FROM programs WHERE title LIKE 'Filler%'")
    assert same == [{"n": 1}]
    assert guide.rows("SELECT count(*) AS n FROM episodes") == [{"n": 4}]
    body = [*mine, ("one.uk", 40, "Show", number(1, 1)), ("two.uk", 50, "Show", number(1, 2))]
    guide.load("q", week(body))
    assert guide.rows("SELECT verdict, agreed, differed FROM series_numberings") == [
        {"verdict": "common", "agreed": 1, "differed": 0}
    ]
    assert guide.rows("SELECT id, same_as FROM episodes WHERE same_as IS NOT NULL") == [
        {"id": 3, "same_as": 1},
        {"id": 4, "same_as": 2},
    ]
    found = guide.rows(
        "SELECT DISTINCT episode_id, showing FROM programs WHERE title = 'Show' ORDER BY start_time"
    )
    assert [tuple(row.values()) for row in found] == [(1, "first_here"), (2, "first_here"), (2, "repeat")]
    check_ledger(guide)


def test_an_older_guide_gets_its_series_with_the_next_import(guide: Guide) -> None:
    body = week(
        [("a", 0, "Show", number(1, 1)), ("a", 24, "Show", number(1, 1)), ("a", 30, "Film", "<new/>")]
    )
    guide.load("p", body)
    before = known(guide)
    conn = guide.db.conn
    for table in (
        "content_episodes",
        "episode_keys",
        "episode_rows",
        "series_keys",
        "series",
        "provider_flags",
    ):
        conn.execute(f"DELETE FROM {table}")
    conn.execute("DELETE FROM sqlite_sequence WHERE name IN ('series', 'episode_rows')")
    conn.execute("UPDATE series_state SET last_content_id = 0, since = NULL")
    assert set(showings(guide)) == {"unknown"}
    guide.load("p", body)
    assert known(guide) == before
    assert not catch_up(guide.db)
    check_ledger(guide)


def test_thirty_days_of_changing_feeds_keep_all_ids(guide: Guide) -> None:
    ids: dict[tuple[str, int], tuple[int, int]] = {}
    for day in range(30):
        first = max(0, day - 1)
        rows: list[Shown] = []
        for at in range(first, day + 4):
            for slot in range(6):
                # Each episode runs on two days; descriptions come late, and some starts move from day to day.
                text = number(1 + slot, 1 + at) + (f"<desc>Day {at}</desc>" if day >= at else "")
                moved = 0.1 if slot == day % 6 else 0
                rows += [("a", 24.0 * at + 2 * slot + moved, f"Show {slot}", text)]
                rows += [("b", 24.0 * (at + 1) + 2 * slot, f"Show {slot}", text)]
        now = NOON + day * DAY
        guide.load("p", week(rows), now=now, retention=Retention(2, 3, None))
        cleanup(guide.db, Retention(2, 3, None), now)
        for row in guide.rows(
            "SELECT title, episode, series_id, episode_id, showing, channel_id FROM programs"
        ):
            found = (row["series_id"], row["episode_id"])
            assert ids.setdefault((row["title"], row["episode"]), found) == found
            assert row["showing"] == ("repeat" if row["channel_id"] == 2 else "first_here"), (day, row)
    assert len({series for series, _ in ids.values()}) == 6
    assert len(set(ids.values())) == len(ids)
    check_ledger(guide)
