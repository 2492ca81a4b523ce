"""Bounds that hold for all of a programme or channel, however the feed spreads its texts."""

from __future__ import annotations

import json
from typing import Any

import pytest
from epg_ingest.core.text_bounds import DETAILS, LIST, Cut
from hypothesis import given
from hypothesis import strategies as st

from tests.helpers.support import HOUR, NOON, Guide, feed, show

SHOWS = [show("one", NOON, NOON + HOUR, "T")]


def facts_of(guide: Guide, channels: str) -> tuple[dict[str, Any], dict[str, int]]:
    """What is stored of the only channel that these elements declare, and the problems."""
    body = feed(SHOWS, [("one", "One")]).decode()
    start, end = body.index("<channel"), body.index("<programme")
    row = guide.load("p", (body[:start] + channels + body[end:]).encode())
    (found,) = guide.rows("SELECT names, icons, urls FROM feed_channels")
    return found, guide.problems(row)


@pytest.mark.parametrize(
    ("column", "element"),
    [
        ("names", "<display-name>" + "n" * 900 + "{}</display-name>"),
        ("names", '<display-name lang="{}">n</display-name>'),
        ("names", "<display-name>\\&quot;{}" + "\\&quot;" * 400 + "</display-name>"),
        ("icons", '<icon src="http://127.0.0.1/' + "i" * 7000 + '{}"/>'),
        ("icons", '<icon src="{}" width="1" height="1"/>'),
        ("urls", "<url>http://127.0.0.1/" + "u" * 3000 + "{}</url>"),
        ("urls", '<url system="{}">u</url>'),
    ],
)
def test_a_channel_that_is_declared_many_times(guide: Guide, column: str, element: str) -> None:
    name = "<display-name>One</display-name>"
    declared = [f'<channel id="one">{name}{element.format(place)}</channel>' for place in range(1500)]
    found, problems = facts_of(guide, "".join(declared))
    assert len(found[column]) <= LIST
    kept = json.loads(found[column])
    assert len(kept) == len({json.dumps(entry) for entry in kept}) > 1
    assert problems == {"duplicateid": 1499, "toolong": 1}


def test_a_channel_that_is_declared_a_few_times_keeps_all(guide: Guide) -> None:
    declared = [
        f'<channel id="one"><display-name>Name {place}</display-name></channel>' for place in range(50)
    ]
    found, problems = facts_of(guide, "".join(declared))
    assert [entry["text"] for entry in json.loads(found["names"])] == [f"Name {place}" for place in range(50)]
    assert problems == {"duplicateid": 49}


@pytest.mark.parametrize(
    "inner",
    [
        "".join(f"<{'n' * 40000}{place}>x</{'n' * 40000}{place}>" for place in range(20)),
        "".join(f"<{'n' * 900}{place}>x</{'n' * 900}{place}>" for place in range(20)) * 20,
        "<foo " + " ".join(f'{"n" * 40000}{place}="x"' for place in range(20)) + "/>",
        "<foo " + " ".join(f'{"n" * 900}{place}="{"v" * 900}"' for place in range(20)) + "/>",
        ("<foo " + " ".join(f'{"n" * 999}{place % 10}{place}="x"' for place in range(20)) + "/>") * 20,
        "".join(
            f"<{'m' * 90}{kind}>{'y' * 990}{n}</{'m' * 90}{kind}>" for kind in range(20) for n in range(20)
        ),
        "".join(f"<icon src='http://127.0.0.1/{'i' * 7900}{place}'/>" for place in range(60)),
        "".join(f"<image>http://127.0.0.1/{'i' * 7900}{place}</image>" for place in range(60)),
        "".join(f"<review type='text'>{'&quot;' * 15000}{place}</review>" for place in range(40)),
    ],
)
def test_details_hold_names_and_texts_within_their_bound(guide: Guide, inner: str) -> None:
    guide_row = guide.load("p", feed([show("one", NOON, NOON + HOUR, "T", inner)], [("one", "One")]))
    (row,) = guide.rows()
    assert len(row["details"]) <= DETAILS
    assert row["title"] == "T"
    if 40_000 * "n" in inner or any(tag in inner for tag in ("<icon", "<image", "<review")):
        assert guide.problems(guide_row)["toolong"] >= 1


def test_a_long_name_costs_nothing_else(guide: Guide) -> None:
    name = "n" * 2000
    inner = f"<{name}>x</{name}><foo {name}='1' b='2'/><bar a='1'/><url>u</url>"
    row = guide.load("p", feed([show("one", NOON, NOON + HOUR, "T", inner)], [("one", "One")]))
    (found,) = guide.rows()
    assert json.loads(found["details"]) == {"url": [{"text": "u"}], "bar": [{"a": "1"}]}
    assert guide.problems(row)["toolong"] == 2


names: Any = (
    st.sampled_from(["src", "text", "url", "a"])
    | st.text(max_size=20)
    | st.just("n" * 999)
    | st.just("n" * 1001)
)
values: Any = st.recursive(
    st.text(max_size=30) | st.integers(0, 9) | st.just("y" * 9000) | st.just('"' * 900),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(names, inner, max_size=5),
    max_leaves=30,
)


@given(st.dictionaries(names, values, max_size=8), st.integers(1, 30))
def test_whatever_details_hold_is_within_the_bound(found: dict[str, Any], times: int) -> None:
    many = {f"{name}{place}": value for name, value in found.items() for place in range(times)}
    once = Cut().details(many)
    again = Cut()
    assert again.details(once) == once
    assert again.reasons == {}
    assert len(json.dumps(once, ensure_ascii=False, separators=(",", ":"))) <= DETAILS
