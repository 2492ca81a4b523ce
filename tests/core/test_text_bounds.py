"""Texts of any length: what is kept of them, and what is reported."""

from __future__ import annotations

import json
from typing import Any

import pytest
from epg_ingest.core.text_bounds import ADDRESS, DETAILS, LIST, LONG, SHORT, Cut, one_line
from hypothesis import given
from hypothesis import strategies as st

from tests.helpers.support import HOUR, NOON, Guide, feed, show

pytestmark = pytest.mark.slow

MANY = "x" * 300_000


def load(
    guide: Guide, inner: str, title: str = "T", names: str = "One"
) -> tuple[dict[str, Any], dict[str, int]]:
    """The only row of a feed with one programme, and the problems of its import."""
    row = guide.load("p", feed([show("one", NOON, NOON + HOUR, title, inner)], [("one", names)]))
    (found,) = guide.rows()
    problems = guide.problems(row)
    again = guide.load(
        "p", feed([show("one", NOON, NOON + HOUR, title, inner)], [("one", names)]), force=True
    )
    assert (again["programs_updated"], again["programs_unchanged"]) == (0, 1)
    return found, problems


@pytest.mark.parametrize(
    ("length", "problems"), [(SHORT, {}), (SHORT + 1, {"toolong": 1}), (4_000_000, {"toolong": 1})]
)
def test_a_title(guide: Guide, length: int, problems: dict[str, int]) -> None:
    row, found = load(guide, "", "é" * length)
    assert (row["title"], found) == ("é" * SHORT, problems)


@pytest.mark.parametrize(
    ("inner", "column", "kept"),
    [
        (f"<sub-title>{MANY}</sub-title>", "subtitle", "x" * SHORT),
        (f"<desc>{MANY}</desc>", "description", "x" * LONG),
        (f"<category>{MANY}</category><category>b</category>", "category", json.dumps(["x" * SHORT, "b"])),
        (f"<credits><actor>{MANY}</actor></credits>", "actors", json.dumps(["x" * SHORT])),
        (f"<episode-num system='onscreen'>{MANY}</episode-num>", "episode_num", "x" * SHORT),
        (f"<rating><value>{MANY}</value></rating>", "rating", "x" * SHORT),
        (f"<icon src='http://127.0.0.1/{MANY}'/>", "icon_url", None),
        (f"<desc>{'y' * 999} {'z' * 50_000}</desc>", "description", "y" * 999 + " " + "z" * 19_000),
        (f"<sub-title>{'y' * 999} {'z' * 50_000}</sub-title>", "subtitle", "y" * 999),
    ],
)
def test_columns(guide: Guide, inner: str, column: str, kept: str | None) -> None:
    row, problems = load(guide, inner)
    value = row[column]
    if column in ("category", "actors"):
        value, kept = json.loads(value), json.loads(kept or "")
    assert (value, problems) == (kept, {"toolong": 1})
    assert len(row["details"]) < DETAILS * 1.1


@pytest.mark.parametrize(
    "inner",
    [
        f"<keyword>{MANY}</keyword>",
        f"<url>http://127.0.0.1/{MANY}</url>",
        f"<review type='text' reviewer='{MANY}'>Good</review>",
        f"<title lang='de'>{MANY}</title>",
        f"<desc>a</desc><desc lang='{MANY}'>b</desc>",
        f"<credits><actor role='{MANY}'>A</actor></credits>",
        f"<star-rating system='{MANY}'><value>1</value></star-rating>",
        f"<video><quality>{MANY}</quality></video>",
        f"<subtitles><language>{MANY}</language></subtitles>",
        "<keyword>word</keyword>" * 20_000,
        "<title lang='de'>t</title>" * 20_000,
        "<desc>d</desc>" * 20_000,
        "<category lang='en'>c</category>" * 20_000,
        "<category>c</category>" * 20_000,
        "<credits>" + "<actor>A</actor>" * 20_000 + "</credits>",
        "<credits>" + "<writer>A</writer>" * 20_000 + "</credits>",
        "<url>u</url>" * 20_000,
        "<image>i</image>" * 20_000,
        "<rating><value>r</value></rating>" * 20_000,
        "<episode-num system='other'>1</episode-num>" * 20_000,
    ],
)
def test_details_are_bounded_in_sum(guide: Guide, inner: str) -> None:
    row, problems = load(guide, inner)
    assert problems["toolong"] >= 1
    assert len(row["details"]) <= DETAILS
    assert all(len(row[name]) <= LIST for name in ("category", "actors", "directors"))
    json.loads(row["details"])


def test_long_addresses_are_left_out_and_others_stay(guide: Guide) -> None:
    row, problems = load(
        guide, f"<url>{MANY}</url><url>http://127.0.0.1/a</url><icon src='{MANY}'/><icon src='b'/>"
    )
    details = json.loads(row["details"])
    assert (details["url"], details["icon"]) == ([{"text": "http://127.0.0.1/a"}], [{"src": "b"}])
    assert problems == {"toolong": 2}
    assert row["icon_url"] is None


def test_a_long_address_below_the_bound_stays(guide: Guide) -> None:
    address = "http://127.0.0.1/" + "a" * (ADDRESS - 17)
    row, problems = load(guide, f"<icon src='{address}'/>")
    assert (row["icon_url"], problems) == (address, {})


def test_an_export_is_as_short(guide: Guide) -> None:
    row, _ = load(
        guide, "<category lang='en'>c</category>" * 20_000 + f"<sub-title lang='de'>{MANY}</sub-title>"
    )
    categories = json.loads(row["category"])
    assert len(json.loads(row["details"])["category"]) == len(categories) < 1000


def test_channels(guide: Guide) -> None:
    long = "i" * 5000
    shows = [show(long, NOON, NOON + HOUR, "T"), show(long, NOON + HOUR, NOON + 2 * HOUR, "U")]
    row = guide.load("p", feed(shows, [(long, MANY)]))
    (channel,) = guide.rows("SELECT name, display_name FROM channels")
    assert channel == {"name": "i" * SHORT, "display_name": "x" * SHORT}
    assert guide.problems(row) == {"toolong": 4}
    (facts,) = guide.rows("SELECT provider_channel_id, names FROM feed_channels")
    assert (len(facts["provider_channel_id"]), len(facts["names"])) == (SHORT, SHORT + len('[{"text":""}]'))


def test_facts_of_channels_in_sum(guide: Guide) -> None:
    name = "</display-name>" + "<display-name>n</display-name>" * 20_000 + "<display-name>m"
    body = feed([show("one", NOON, NOON + HOUR, "T")], [("one", "NAME")]).replace(b"NAME", name.encode())
    row = guide.load("p", body)
    (facts,) = guide.rows("SELECT names FROM feed_channels")
    assert len(facts["names"]) <= LIST
    assert guide.problems(row) == {"toolong": 1}


def test_a_long_time_is_no_time(guide: Guide) -> None:
    body = feed([show("one", NOON, NOON + HOUR, "T"), show("one", NOON + HOUR, None, "U")])
    row = guide.load("p", body.replace(b'+0000" stop', b"+0000" + b" " * 100_000 + b'" stop'))
    assert guide.problems(row) == {"badstart": 1, "unknownid": 1}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One\nTwo", "One Two"),
        ("One  \r\n\t Two\n\n\nThree", "One Two Three"),
        ("One\u2028Two\x85Three", "One Two Three"),
        ("One  two\tthree", "One  two\tthree"),
        ("\n", ""),
    ],
)
def test_one_line(text: str, expected: str) -> None:
    assert one_line(text) == expected


def test_line_breaks_in_short_texts_are_one_space(guide: Guide) -> None:
    inner = (
        "<sub-title>The&#10;\t\tPilot</sub-title><desc>First.\nSecond.</desc><category>Crime\r\nDrama</category>"
        "<category lang='en'>A\nB</category><credits><actor>Jane\n  Doe</actor><writer>John\nRoe</writer></credits>"
        "<title lang='de'>Die\nNachrichten</title>"
    )
    row, problems = load(guide, inner, "The\n      News\nat Ten", "Channel\n  One")
    assert (row["title"], row["subtitle"], row["description"]) == (
        "The News at Ten",
        "The Pilot",
        "First.\nSecond.",
    )
    assert (json.loads(row["category"]), json.loads(row["actors"])) == (["Crime Drama", "A B"], ["Jane Doe"])
    details = json.loads(row["details"])
    assert [entry["text"] for entry in details["title"]] == ["The News at Ten", "Die Nachrichten"]
    assert [entry["name"] for entry in details["credits"]] == ["Jane Doe", "John Roe"]
    assert guide.rows("SELECT display_name FROM channels") == [{"display_name": "Channel One"}]
    assert problems == {}


json_values: Any = st.recursive(
    st.text(max_size=30) | st.integers() | st.just("y" * 9000),
    lambda inner: (
        st.lists(inner, max_size=5) | st.dictionaries(st.sampled_from(["src", "text", "url", "a"]), inner)
    ),
    max_leaves=30,
)


@given(st.dictionaries(st.sampled_from(["title", "url", "icon", "review", "x"]), json_values))
def test_whatever_details_hold_is_cut_the_same_twice(found: dict[str, Any]) -> None:
    once = Cut().details(found)
    again = Cut()
    assert again.details(once) == once
    assert again.reasons == {}
    assert len(json.dumps(once, ensure_ascii=False, separators=(",", ":"))) <= DETAILS * 1.1
