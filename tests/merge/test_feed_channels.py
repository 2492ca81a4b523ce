"""What is kept of the channels of a feed: everything it says of them, and when it had them."""

from __future__ import annotations

import json
from typing import Any

from epg_ingest.core.times import iso
from epg_ingest.guide.mappings import ignore_channel

from tests.helpers.support import DAY, HOUR, NOON, Guide, feed, show

ALL = (
    '<channel id="a"><display-name>7</display-name><display-name lang="fr">Arte</display-name>'
    '<display-name lang="de">Arte</display-name><display-name>Arte HD</display-name>'
    '<icon src="http://i/1.png" width="10" height="5"/><icon src="http://i/2.png"/>'
    '<url system="s">http://u/1</url><url>http://u/2</url></channel>'
)


def said(guide: Guide, name: str) -> dict[str, Any]:
    (row,) = guide.rows("SELECT * FROM feed_channels WHERE provider_channel_id = ?", name)
    return {key: json.loads(row[key]) if key in ("names", "icons", "urls") else row[key] for key in row}


def body(*channels: str, declared: str = "", hours: int = 1, remark: str = "") -> bytes:
    shows = [
        show(name, NOON + n * HOUR, NOON + (n + 1) * HOUR, f"t{n}") for name in channels for n in range(hours)
    ]
    return feed(shows).replace(b"<tv>", f"<tv>{declared}<!-- {remark} -->".encode())


def empty(name: str) -> str:
    return f'<channel id="{name}"><display-name>{name}</display-name></channel>'


def test_everything_is_kept_the_name_first(guide: Guide) -> None:
    guide.load("p", body("a", declared=ALL))
    found = said(guide, "a")
    assert found["names"] == [
        {"text": "Arte", "lang": "fr"},
        {"text": "Arte", "lang": "de"},
        {"text": "7"},
        {"text": "Arte HD"},
    ]
    assert found["icons"] == [
        {"src": "http://i/1.png", "width": "10", "height": "5"},
        {"src": "http://i/2.png"},
    ]
    assert found["urls"] == [{"text": "http://u/1", "system": "s"}, {"text": "http://u/2"}]
    assert found["number"] == "7"


def test_when_a_feed_had_a_channel(guide: Guide) -> None:
    guide.load("p", body("a", "b", declared=empty("c"), hours=3))
    guide.load("p", body("b", declared=empty("a"), hours=2, remark="x"), now=NOON + HOUR)
    times = {
        name: [said(guide, name)[key] for key in ("first_seen", "last_seen", "last_end")] for name in "abc"
    }
    assert times == {
        "a": [iso(NOON), iso(NOON + HOUR), None],
        "b": [iso(NOON), iso(NOON + HOUR), iso(NOON + 3 * HOUR)],  # outside of the span of the second feed
        "c": [iso(NOON), iso(NOON), None],
    }


def test_an_unchanged_programme_counts(guide: Guide) -> None:
    """Of a channel that is not declared, only the hashes of its programmes say that the feed still has it."""
    guide.load("p", body("a", "b"))
    guide.load("p", body("a", "b", remark="x"), now=NOON + DAY)
    assert [said(guide, name)["last_seen"] for name in "ab"] == [iso(NOON + DAY)] * 2


def test_where_nothing_changes_channels_are_noted_once_a_day(guide: Guide) -> None:
    """Their rows share pages with all names and addresses, which each note writes to the log."""
    guide.load("p", body("a", "b"))
    for later, seen in ((60, 0), (DAY - 1, 0), (DAY, DAY), (DAY + 60, DAY)):
        guide.load("p", body("a", "b", remark=str(later)), now=NOON + later)
        assert [said(guide, name)["last_seen"] for name in "ab"] == [iso(NOON + seen)] * 2
    guide.load("p", body("a"), now=NOON + DAY + 120)
    assert [said(guide, name)["last_seen"] for name in "ab"] == [iso(NOON + DAY + 120), iso(NOON + DAY)]


def test_a_feed_that_is_not_read_says_nothing(guide: Guide) -> None:
    guide.load("p", body("a"))
    guide.load("p", body("a"), now=NOON + 60)
    assert said(guide, "a")["last_seen"] == iso(NOON)


def test_the_last_import_is_known_whatever_the_clock_says(guide: Guide) -> None:
    for number, now in enumerate((NOON, NOON, NOON - 5 * HOUR)):
        guide.load("p", body("a" if number % 2 else "b", "c", remark=str(number)), now=now)
        latest = guide.rows(
            "SELECT provider_channel_id FROM feed_channels WHERE last_seen = (SELECT max(last_seen) FROM feed_channels)"
            " ORDER BY 1"
        )
        assert [row["provider_channel_id"] for row in latest] == ["a" if number % 2 else "b", "c"]


def test_channels_that_feed_nothing(guide: Guide) -> None:
    """Ignored ones, and those of a provider from which only mapped channels are imported."""
    guide.provider("p")
    ignore_channel(guide.db, "p", "a", now=NOON)
    guide.load("p", body("a", "b", declared=ALL, hours=3))
    assert (said(guide, "a")["number"], said(guide, "a")["last_end"]) == ("7", iso(NOON + 3 * HOUR))
    guide.load("q", body("x", hours=2, declared=empty("y")), channel_policy="mapped")
    assert (said(guide, "x")["last_end"], said(guide, "y")["last_end"]) == (iso(NOON + 2 * HOUR), None)


def test_a_channel_that_is_not_declared_any_more_keeps_what_was_said(guide: Guide) -> None:
    guide.load("p", body("a", declared=ALL))
    before = said(guide, "a")
    guide.load("p", body("a", remark="x"), now=NOON)
    assert {**said(guide, "a"), "last_seen": before["last_seen"]} == before


def test_only_what_a_feed_says_raises_the_generation(guide: Guide) -> None:
    guide.load("p", body("a", declared=ALL))
    (before,) = guide.rows("SELECT number FROM generation")
    guide.load("p", body("a", declared=ALL, remark="x"), now=NOON + 60)
    assert guide.rows("SELECT number FROM generation") == [before]
    guide.load("p", body("a", declared=ALL.replace("u/2", "u/3")), now=NOON + 60)
    assert guide.rows("SELECT number FROM generation") != [before]


def test_a_refused_feed_leaves_no_trace(guide: Guide) -> None:
    guide.load("p", body(*"abcdefgh", hours=20))
    before = guide.rows("SELECT * FROM feed_channels")
    assert guide.load("p", body("a", "new", declared=ALL), now=NOON)["error_code"] == "gate"
    assert guide.rows("SELECT * FROM feed_channels") == before


def test_a_provider_that_is_removed_takes_them_along(guide: Guide) -> None:
    guide.load("p", body("a"))
    guide.db.execute("DELETE FROM providers")
    assert guide.rows("SELECT * FROM feed_channels") == []
