"""A feed has the same problems whenever it is read: first, again, after a failure, or beside what is stored."""

from __future__ import annotations

from typing import Any

from epg_ingest.guide.providers import update_provider

from tests.helpers.support import HOUR, NOON, Guide, feed, show

CHANNELS = [("one", "One")]
START = 'start="20261122120000 +0000"'
BROKEN = [
    f"<programme {START}><title>No channel</title></programme>",
    '<programme start="soon" channel="one"><title>No start</title></programme>',
    f'<programme {START} channel="one"><desc>No title</desc></programme>',
]
ODD = [
    show("one", NOON + 5 * HOUR, NOON + 4 * HOUR, "Stops before it starts").strip(),
    show("one", NOON + 6 * HOUR, NOON + 7 * HOUR, "Two dates", "<date>1</date><date>2</date>").strip(),
    show("one", NOON + 7 * HOUR, NOON + 8 * HOUR, "An entity").strip().replace("An", "&nbsp;An"),
    show("one", NOON + 8 * HOUR, NOON + 9 * HOUR, "Plain").strip(),
]
GOOD = [show("one", NOON + n * HOUR, NOON + (n + 1) * HOUR, f"Show {n}") for n in range(3)]


def thrice(elements: list[str]) -> list[str]:
    return [element for element in elements for _ in range(3)]


def counted(guide: Guide, row: dict[str, Any]) -> tuple[int, dict[str, int]]:
    return row["programs_skipped"], guide.problems(row)


def test_a_failed_feed_counts_the_same_first_and_later(guide: Guide) -> None:
    body = feed(thrice(BROKEN), CHANNELS)
    first = guide.load("new", body)
    guide.load("old", feed(GOOD, CHANNELS))
    later, again = guide.load("old", body), guide.load("old", body, force=True)
    assert [row["status"] for row in (first, later, again)] == ["failed"] * 3
    assert counted(guide, first) == counted(guide, later) == counted(guide, again)
    assert counted(guide, first) == (9, {"nochannel": 3, "badstart": 3, "emptytitle": 3})


def test_beside_stored_programmes(guide: Guide) -> None:
    """Only part is new: what is stored already has no problems, what is new has them all."""
    body = feed([*GOOD, *thrice(BROKEN), *thrice(ODD)], CHANNELS)
    first = guide.load("new", body)
    guide.load("old", feed(GOOD, CHANNELS))
    later = guide.load("old", body)
    assert counted(guide, first) == counted(guide, later)
    assert guide.problems(first) == {
        "nochannel": 3, "badstart": 3, "emptytitle": 3, "badstop": 3, "notvalid": 3, "badentity": 3, "duplicate": 8,
    }  # fmt: skip


def test_read_again_after_a_change_of_settings(guide: Guide) -> None:
    body = feed([*thrice(BROKEN), *thrice(ODD)], CHANNELS)
    first = guide.load("p", body)
    update_provider(guide.db, guide.vault, "p", {"language": ["en"]}, now=NOON)
    assert counted(guide, guide.load("p", body)) == counted(guide, first)


def test_a_refused_feed_and_the_same_accepted(guide: Guide) -> None:
    many = [show("one", NOON + n * HOUR, NOON + (n + 1) * HOUR, f"Show {n}") for n in range(120)]
    guide.load("p", feed(many, CHANNELS))
    short = feed([*GOOD, *thrice(BROKEN), many[-1], *thrice(ODD)], CHANNELS)
    refused, accepted = guide.load("p", short), guide.load("p", short, force=True)
    assert (refused["error_code"], accepted["status"]) == ("gate", "partial")
    assert counted(guide, refused) == counted(guide, accepted)


def test_stored_neighbours_are_duplicates_each_time(guide: Guide) -> None:
    body = feed(thrice(GOOD), CHANNELS)
    first, again = guide.load("p", body), guide.load("p", body, force=True)
    assert guide.problems(first) == guide.problems(again) == {"duplicate": 6}
    assert again["programs_unchanged"] == 3


def test_a_zone_that_is_set_makes_times_without_offset_expected(guide: Guide) -> None:
    body = feed(GOOD, CHANNELS).replace(b" +0000", b"")
    assert guide.problems(guide.load("none", body)) == {"missingtimezone": 3}
    for zone in ("Europe/London", "UTC"):
        row = guide.load(zone.replace("/", "-"), body, timezone=zone)
        assert guide.problems(row) == {}
    update_provider(guide.db, guide.vault, "UTC", {"timezone": None}, now=NOON)
    assert guide.problems(guide.load("UTC", body)) == {"missingtimezone": 3}
