"""Sources of a provider: mirrors and their failures, over HTTP on this machine."""

from __future__ import annotations

import gzip
from email.utils import formatdate
from pathlib import Path
from typing import Any

import pytest

from tests.helpers.feedserver import FeedServer
from tests.helpers.support import HOUR, NOON, Guide
from tests.pipeline.provider_sources import GOOD, add, feeds, fresh, guide_of, passed, run

__all__ = ["feeds", "fresh"]


@pytest.mark.parametrize(
    ("first", "reason"),
    [
        (lambda feeds: feeds.fail("/a.xml", [503]), "answered 503"),
        (lambda feeds: feeds.fail("/a.xml", [404]), "answered 404"),
        (lambda feeds: feeds.serve("/a.xml", b"<html><title>Sign in</title></html>"), "an HTML page"),
        (lambda feeds: feeds.serve("/a.xml", b""), "empty"),
        (lambda feeds: feeds.serve("/a.xml", gzip.compress(GOOD)[:40]), "nothing can be read"),
        (lambda feeds: feeds.short("/a.xml", GOOD), "broke off"),
        (lambda feeds: feeds.stall("/a.xml"), "sent nothing"),
    ],
)
def test_a_mirror_serves_where_the_first_address_fails(
    guide: Guide, feeds: FeedServer, first: Any, reason: str
) -> None:
    add(guide, first(feeds), feeds.serve("/b.xml", GOOD))
    row = run(guide)
    assert (row["status"], row["source"], row["programs_imported"]) == ("success", 2, 120)
    (said,) = passed(guide, row)
    assert said.startswith("1 of 2 (http://127.0.0.1:") and reason in said and "a.xml" not in said
    assert row["downloads"] == 2


def test_the_first_address_serves_alone_while_it_works(guide: Guide, feeds: FeedServer) -> None:
    add(guide, feeds.serve("/a.xml", GOOD, etag='"1"'), feeds.serve("/b.xml", GOOD))
    assert (run(guide)["source"], [hit.path for hit in feeds.hits]) == (1, ["/a.xml"])
    again = run(guide, now=NOON + 60)
    assert (again["http_status"], again["source"], again["programs_unchanged"]) == (304, 1, 120)
    assert {hit.path for hit in feeds.hits} == {"/a.xml"}


def test_each_mirror_has_its_own_validators(guide: Guide, feeds: FeedServer) -> None:
    """An ETag goes only to the address that gave it, and only while what it gave is what is stored."""
    add(guide, feeds.serve("/a.xml", GOOD, etag='"a"'), feeds.serve("/b.xml", GOOD, etag='"b"'))
    run(guide)
    feeds.fail("/a.xml", [503])
    row = run(guide, now=NOON + 60)
    assert (row["source"], row["programs_unchanged"], row["problems"]) == (2, 120, 1)
    assert feeds.requests("/b.xml")[0].headers["If-None-Match"] is None
    assert run(guide, now=NOON + 120)["http_status"] == 304
    assert feeds.requests("/b.xml")[1].headers["If-None-Match"] == '"b"'
    newer = guide_of(44)
    feeds.serve("/b.xml", newer, etag='"b2"')
    assert run(guide, now=NOON + 180)["programs_imported"] == 12
    feeds.serve("/a.xml", newer, etag='"a"')
    assert run(guide, now=NOON + 240)["source"] == 1
    assert feeds.requests("/a.xml")[-1].headers["If-None-Match"] is None


@pytest.mark.parametrize(
    ("stale", "code"),
    [
        (guide_of(30), "ends at"),
        (guide_of(40, channels=1), "ends at"),
        (guide_of(40, start=15), "upcoming programmes"),
    ],
)
def test_an_older_or_shorter_guide_is_passed_over(
    guide: Guide, feeds: FeedServer, stale: bytes, code: str
) -> None:
    add(guide, feeds.serve("/a.xml", GOOD), feeds.serve("/b.xml", guide_of(41)))
    run(guide)
    before = guide.stored()
    feeds.serve("/a.xml", stale)
    row = run(guide, now=NOON + 60)
    assert (row["status"], row["source"], row["programs_imported"]) == ("success", 2, 3)
    assert code in passed(guide, row)[0]
    assert [kept for kept in before if kept not in guide.stored()] == []


def test_where_every_mirror_is_worse_nothing_changes_and_force_accepts_it(
    guide: Guide, feeds: FeedServer
) -> None:
    add(guide, feeds.serve("/a.xml", GOOD), feeds.fail("/b.xml", [500]))
    run(guide)
    before = guide.stored()
    feeds.serve("/a.xml", guide_of(20))
    row = run(guide, now=NOON + 60)
    assert (row["status"], row["error_code"], row["http_status"], row["source"]) == (
        "failed",
        "mirrors",
        500,
        None,
    )
    assert "none of the 2 addresses" in row["error_message"] and "\n" not in row["error_message"]
    assert "its guide ends at" in row["error_message"] and "answered 500" in row["error_message"]
    assert (guide.stored(), len(passed(guide, row))) == (before, 2)
    assert run(guide, now=NOON + 120, force=True)["status"] == "success"


def test_a_file_that_was_made_earlier_is_passed_over_unread(guide: Guide, feeds: FeedServer) -> None:
    made = [formatdate(NOON - hours * HOUR, usegmt=True) for hours in (3, 30)]
    add(guide, feeds.serve("/a.xml", GOOD, last_modified=made[0]), feeds.fail("/b.xml", [404]))
    run(guide)
    feeds.fail("/a.xml", [404])
    feeds.serve("/b.xml", guide_of(60, "old"), last_modified=made[1])
    row = run(guide, now=NOON + 60)
    assert (row["status"], guide.rows("SELECT 1 FROM programs WHERE title LIKE 'old%'")) == ("failed", [])
    assert "was made at" in row["error_message"]
    feeds.serve("/b.xml", guide_of(60, "new"), last_modified=made[0])
    assert run(guide, now=NOON + 120)["programs_imported"] == 60


def test_headers_go_to_the_host_of_the_first_address_only(guide: Guide, feeds: FeedServer) -> None:
    with FeedServer("127.0.0.2") as other:
        urls = [feeds.fail("/a.xml", [500]), other.fail("/b.xml", [500]), feeds.serve("/c.xml", GOOD)]
        add(guide, *urls, headers={"X-Key": "canary-header"})
        assert run(guide)["source"] == 3
        assert other.requests("/b.xml")[0].headers["X-Key"] is None
    assert feeds.requests("/c.xml")[0].headers["X-Key"] == "canary-header"


def test_a_quota_counts_mirrors_and_outlasts_restarts(guide: Guide, feeds: FeedServer) -> None:
    add(guide, feeds.fail("/a.xml", [500]), feeds.serve("/b.xml", GOOD), downloads_per_day=3)
    assert run(guide)["downloads"] == 2
    row = run(guide, now=NOON + 60)
    assert (row["status"], row["error_code"], row["downloads"]) == ("failed", "quota", 1)
    assert "3 downloads of this day" in row["error_message"]
    assert len(feeds.hits) == 3
    assert run(guide, now=NOON + 120)["downloads"] == 0
    assert run(guide, now=NOON + 24 * HOUR)["source"] == 2


def test_the_secrets_of_all_mirrors_stay_out_of_the_guide(
    guide: Guide, feeds: FeedServer, tmp_path: Path
) -> None:
    """Also where a feed repeats them."""
    body = GOOD.replace(b"show 5", b"see http://h/?password=canaryB22x and canaryA11x")
    add(guide, feeds.fail("/a.xml?token=canaryA11x", [500]), feeds.serve("/b.xml?password=canaryB22x", body))
    assert run(guide)["source"] == 2
    guide.db.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    for file in tmp_path.glob("epg.db*"):
        assert b"canary" not in file.read_bytes()
