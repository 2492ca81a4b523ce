"""A clock that evidence contradicts: nothing is removed and deleted, and the log does not count as fresh."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterator
from email.utils import formatdate
from pathlib import Path
from typing import Any

import pytest
from epg_ingest.cli.app import App
from epg_ingest.cli.main import run
from epg_ingest.core.clock_evidence import (
    LONG,
    PATIENCE,
    RELEASED,
    ClockEvidence,
    all_over,
    confirmed,
    likely,
    wrong_clock,
)
from epg_ingest.core.times import iso
from epg_ingest.download.validators import clock_ahead
from epg_ingest.scheduler.history import histories

from tests.helpers.feedserver import FeedServer
from tests.helpers.support import DAY, HOUR, NOON, Guide, feed, show

Epg = Callable[..., tuple[int, str, str]]

YEAR = 365 * DAY
#: what is known → words of what is wrong with the clock, "" where nothing is
CLOCKS = {
    "nothing is known": (ClockEvidence(NOON), ""),
    "the log agrees": (ClockEvidence(NOON, NOON - HOUR, NOON - HOUR), ""),
    "before the release": (ClockEvidence(RELEASED - 1), "was not made yet"),
    "before the release, whatever servers say": (ClockEvidence(RELEASED - 1, servers=[RELEASED]), "was not made yet"),
    "a server agrees": (ClockEvidence(NOON, NOON + YEAR, servers=[NOON + PATIENCE]), ""),
    "one of several servers agrees": (ClockEvidence(NOON, servers=[NOON - YEAR, NOON + 60]), ""),
    "a week ahead of the server": (ClockEvidence(NOON, NOON, servers=[NOON - 7 * DAY]), "servers of feeds say 2026-11-15"),
    "a little more than a day behind": (ClockEvidence(NOON, servers=[NOON + PATIENCE + 1]), "servers of feeds say 2026-11-23"),
    "all servers disagree": (ClockEvidence(NOON, servers=[NOON - YEAR, NOON + YEAR]), "servers of feeds say"),
    "an import in the future": (ClockEvidence(NOON, NOON + 2 * DAY), "an import began at 2026-11-24"),
    "a guide for now and not for then": (ClockEvidence(NOON, NOON + YEAR, reach=NOON + 9 * DAY, on_now=True), ""),
    "a guide for both": (ClockEvidence(NOON, NOON + 2 * DAY, reach=NOON + 9 * DAY, on_now=True), "an import began at"),
    "a guide for neither": (ClockEvidence(NOON, NOON + YEAR, reach=NOON - DAY), "an import began at"),
}  # fmt: skip


@pytest.mark.parametrize("case", CLOCKS)
def test_what_is_wrong_with_a_clock(case: str) -> None:
    found, words = CLOCKS[case]
    said = wrong_clock(found)
    assert (words in said) if words else said == ""


LEAPS = {
    "a week alone, and nothing to come": (ClockEvidence(NOON, NOON - LONG, NOON - LONG, NOON), True),
    "a week alone, and a programme to come": (ClockEvidence(NOON, NOON - LONG, NOON - LONG, NOON + 1), False),
    "less than a week": (ClockEvidence(NOON, NOON - LONG, NOON - LONG + 1, NOON - DAY), False),
    "no import": (ClockEvidence(NOON, None, None, NOON - DAY), False),
    "no programme": (ClockEvidence(NOON, NOON - YEAR, NOON - YEAR, None), False),
    "a server agrees": (ClockEvidence(NOON, NOON - YEAR, NOON - YEAR, NOON - DAY, servers=[NOON]), False),
}


@pytest.mark.parametrize("case", LEAPS)
def test_when_a_clock_may_have_leapt(case: str) -> None:
    found, leapt = LEAPS[case]
    assert bool(all_over(found)) == leapt


def test_the_time_to_note_instead() -> None:
    assert likely(ClockEvidence(NOON, servers=[NOON - YEAR, NOON - 9 * DAY])) == NOON - 9 * DAY
    assert likely(ClockEvidence(NOON, NOON - YEAR, NOON - YEAR - 5)) == NOON - YEAR
    assert likely(ClockEvidence(NOON)) == NOON
    assert confirmed(ClockEvidence(NOON, servers=[NOON])) and not confirmed(ClockEvidence(NOON))


@pytest.mark.parametrize(
    ("headers", "ahead"),
    [
        ({}, None), ({"Date": ""}, None), ({"Date": "soon"}, None), ({"Date": "Sun, 22 Nov 99999 12:00:00 GMT"}, None),
        ({"Date": "Sun, 22 Nov 2026 12:00:00 GMT"}, 0), ({"Date": "Sunday, 22-Nov-26 12:00:00 GMT"}, 0),
        ({"Date": "Sun, 22 Nov 2026 11:00:00 GMT"}, HOUR), ({"Date": "Sun, 22 Nov 2026 11:00:00 GMT", "Age": "3600"}, 0),
        ({"Date": "Sun, 22 Nov 2026 14:00:00 +0100"}, -HOUR), ({"Date": "Sun, 22 Nov 2026 12:00:00 GMT", "Age": "x"}, 0),
    ],
)  # fmt: skip
def test_what_a_server_says_of_the_time(headers: dict[str, str], ahead: int | None) -> None:
    assert clock_ahead(headers, NOON) == ahead


@pytest.fixture
def epg(guide: Guide, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Epg:
    """Run a command at a moment: exit status, standard output, standard error."""
    monkeypatch.chdir(guide.folder)
    for name in [name for name in os.environ if name.startswith("EPG_")]:
        monkeypatch.delenv(name)

    def call(*args: object, now: int) -> tuple[int, str, str]:
        monkeypatch.setattr(App, "now", property(lambda app: now))
        capsys.readouterr()
        status = run([str(arg) for arg in args])
        return (status, *capsys.readouterr())

    return call


@pytest.fixture
def server() -> Iterator[FeedServer]:
    with FeedServer() as made:
        yield made


def hours(first: int, last: int, now: int, *, news: str = "") -> bytes:
    """A programme each hour. With `news`, every third has another title, and the fifth is half an hour later."""
    shows = [
        show(
            "c",
            now + h * HOUR + (1800 if news and h == 5 else 0),
            now + (h + 1) * HOUR,
            f"{news * (h % 3 == 0)} {h}",
        )
        for h in range(first, last)
    ]
    return feed(shows)


def stored(guide: Guide) -> dict[str, str]:
    return {row["start_time"]: row["title"] for row in guide.rows("SELECT start_time, title FROM programs")}


def fake_date(now: int, body: bytes) -> bytes:
    """An answer of a server by whose clock it is `now`."""
    return (
        f"HTTP/1.1 200 OK\r\nDate: {formatdate(now, usegmt=True)}\r\nContent-Length: {len(body)}\r\n\r\n".encode()
        + body
    )


@pytest.mark.parametrize("leap", [8 * DAY, 12 * DAY, 185 * DAY, 4000 * DAY])
def test_a_file_that_is_imported_with_a_clock_ahead(guide: Guide, epg: Epg, leap: int) -> None:
    file = Path("a.xml")
    file.write_bytes(hours(-48, 96, NOON))
    epg("import", "--file", file, "--provider", "p", now=NOON)
    before = stored(guide)
    file.write_bytes(hours(-24, 97, NOON, news="News"))
    status, out, err = epg("import", "--file", file, "--provider", "p", "--json", now=NOON + leap)
    (row,) = json.loads(out)
    assert (status, row["status"], row["programs_removed"], row["error_message"]) == (0, "success", 0, None)
    assert "Warning: the clock of this machine says " in err and "nothing was deleted" in err
    after = stored(guide)
    assert before.keys() <= after.keys() and len(after) == len(before) + 2
    assert sum(title.startswith("News") for title in after.values()) == 41
    assert epg("cleanup", now=NOON + leap)[0] == 2 and stored(guide) == after
    (logged,) = guide.rows("SELECT started_at, completed_at FROM import_log ORDER BY id DESC LIMIT 1")
    assert tuple(logged.values()) == (iso(NOON + leap), iso(NOON)), (
        "the scheduler sees that there was an import"
    )
    # the clock is right again
    assert "in the future" in epg("status", "--check", now=NOON + HOUR)[1]
    status, out, err = epg("import", "--file", file, "--provider", "p", "--json", now=NOON + HOUR)
    (row,) = json.loads(out)
    assert (status, row["programs_removed"]) == (0, 1), "the feed has it half an hour later"
    assert "Warning" not in err and "1 log row from the future dated back" in err
    assert epg("status", "--check", now=NOON + HOUR)[0] == 0
    assert epg("import", "--file", file, "--provider", "p", now=NOON + 2 * HOUR)[2] == ""


@pytest.mark.parametrize("leap", [3 * DAY, 185 * DAY])
def test_a_log_row_from_the_future(guide: Guide, epg: Epg, leap: int) -> None:
    """Nobody noticed that the clock was ahead."""
    file = Path("a.xml")
    file.write_bytes(hours(-48, 48, NOON))
    epg("import", "--file", file, "--provider", "p", now=NOON - HOUR)
    guide.load("p", hours(-48, 48, NOON), now=NOON + leap)
    (alarm, *others) = epg("status", "--check", now=NOON)[1].splitlines()
    assert alarm.startswith(f"p: the last import is dated {iso(NOON + leap)}, in the future") and not others
    assert json.loads(epg("status", "--json", now=NOON)[1])["providers"][0]["last_good_at"] is not None
    status, _, err = epg("import", "--file", file, "--provider", "p", now=NOON)
    assert status == 0 and "Warning" not in err and "1 log row from the future dated back" in err
    assert [row["started_at"] for row in guide.rows("SELECT started_at FROM import_log ORDER BY id")] == [
        iso(NOON - HOUR), iso(NOON - HOUR), iso(NOON),
    ]  # fmt: skip
    assert epg("status", "--check", now=NOON)[0] == 0
    assert epg("import", "--file", file, "--provider", "p", now=NOON + HOUR)[2] == ""


def test_a_guide_that_was_left_alone_is_read_as_ever(guide: Guide, epg: Epg) -> None:
    """The log is as old as with a clock ahead, but the feed reaches beyond now."""
    file = Path("a.xml")
    file.write_bytes(hours(-48, 96, NOON))
    epg("import", "--file", file, "--provider", "p", now=NOON)
    later = NOON + 30 * DAY
    file.write_bytes(hours(-24 * 9, 24 * 9, later))
    status, out, err = epg("import", "--file", file, "--provider", "p", "--json", now=later)
    (row,) = json.loads(out)
    assert (status, "Warning" in err, row["programs_imported"], row["programs_skipped"]) == (
        0,
        False,
        14 * 24 + 1,
        4 * 24 - 1,
    )
    assert len(stored(guide)) == 14 * 24 + 1


@pytest.mark.parametrize("ahead", [-400 * DAY, -2 * DAY, 2 * DAY, 7 * DAY, 185 * DAY])
@pytest.mark.parametrize("changed", [False, True])
def test_the_server_of_a_feed_knows_better(
    guide: Guide, epg: Epg, server: FeedServer, ahead: int, changed: bool
) -> None:
    """The clock of this machine is ahead of the server's, or behind it, by so many seconds."""
    now = int(time.time())
    true = now - ahead
    url = server.raw("/a", fake_date(true, hours(-24 * 6, 96, true)))
    epg("providers", "add", "p", url, now=true)
    Path("a.xml").write_bytes(hours(-24 * 6, 96, true))
    epg("import", "--file", "a.xml", "--provider", "p", now=true)
    before = stored(guide)
    if changed:
        server.raw("/a", fake_date(true, hours(-24, 96, true, news="News")))
    status, out, err = epg("import", "--json", now=now)
    (row,) = json.loads(out)
    assert (status, row["programs_removed"]) == (0, 0)
    if now >= RELEASED:
        assert f"but servers of feeds say {iso(true)[:13]}" in err and "nothing was deleted" in err
    assert before.keys() <= stored(guide).keys()
    assert any(title.startswith("News") for title in stored(guide).values()) == changed


def test_a_server_confirms_a_clock_after_an_import_in_the_future(
    guide: Guide, epg: Epg, server: FeedServer
) -> None:
    now = int(time.time())
    body = hours(-24 * 9, 24 * 30, now)
    epg("providers", "add", "p", server.serve("/a", body), now=now)
    guide.load("p", hours(-24 * 9, 24 * 9, now), now=now + 20 * DAY)
    status, _, err = epg("import", now=now)
    assert status == 0 and "Warning" not in err and "dated back" in err
    assert len(stored(guide)) == 14 * 24 + 1, "what is outside the window goes"


def test_an_import_of_the_future_does_not_keep_the_scheduler_waiting(guide: Guide) -> None:
    guide.provider("p")
    guide.db.conn.execute("UPDATE providers SET xmltv_url = 'http://127.0.0.1:9'")
    guide.load("p", hours(0, 9, NOON), now=NOON + 185 * DAY)
    assert not histories(guide.path, NOON)[0].good
    guide.load("p", hours(0, 9, NOON), now=NOON + HOUR)
    assert histories(guide.path, NOON)[0].good


def test_status_without_a_good_import_but_that_of_the_future(guide: Guide, epg: Epg) -> None:
    guide.load("p", hours(0, 48, NOON), now=NOON + 185 * DAY)
    shown: dict[str, Any] = json.loads(epg("status", "--json", now=NOON)[1])
    assert shown["providers"][0]["last_good_at"] is None
    status, out, _ = epg("status", "--check", now=NOON)
    assert status == 1 and out.count("\n") == 1 and "in the future" in out


def test_the_scheduler_sees_an_import_with_a_wrong_clock(guide: Guide, epg: Epg, server: FeedServer) -> None:
    now = int(time.time())
    url = server.raw("/a", fake_date(now - 30 * DAY, hours(-48, 96, now - 30 * DAY)))
    epg("providers", "add", "p", url, now=now)
    assert "servers of feeds say" in epg("import", now=now)[2]
    assert histories(guide.path, now - HOUR)[0].good
