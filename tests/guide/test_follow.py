"""Channels follow their feeds: name, logo and number come from the best provider, unless a person has set them."""

from __future__ import annotations

from typing import Any

import pytest
from epg_ingest.core.errors import UsageError
from epg_ingest.guide.channel_merge import merge_channels
from epg_ingest.guide.channels import add_channel, get_channel, list_channels, update_channel
from epg_ingest.guide.follow import Fields, decide
from epg_ingest.guide.mappings import ignore_channel, map_channel, unmap_channel
from epg_ingest.guide.providers import remove_provider, update_provider

from tests.helpers.support import HOUR, NOON, Guide, feed, show

NONE = Fields(None, None, None)
A, B = Fields("A", "http://a/", "1"), Fields("B", "http://b/", "2")


@pytest.mark.parametrize(
    ("now", "pinned", "sources", "expected"),
    [
        (A, (), [], A),
        (A, (), [B], B),
        (A, ("number",), [B], B._replace(number="1")),
        (A._replace(icon_url=None), ("icon_url",), [B], B._replace(icon_url=None)),
        (A, ("display_name", "icon_url", "number"), [B], A),
        (A, (), [NONE], Fields("name", None, None)),
        (A, (), [NONE, B], B),
        (NONE, (), [A._replace(number=None), B], A._replace(number="2")),
        (NONE, (), [A, B], A),
    ],
)
def test_the_rule(now: Fields, pinned: tuple[str, ...], sources: list[Fields], expected: Fields) -> None:
    assert decide("name", now, pinned, sources) == expected


def load(
    guide: Guide, provider: str, name: str, *, ident: str = "a", number: str = "", icon: str = "", **more: Any
) -> None:
    """Import a feed with one channel; an empty one with `empty`."""
    inner = f"<display-name>{name}</display-name>" if name else ""
    inner += f"<display-name>{number}</display-name>" if number else ""
    inner += f'<icon src="{icon}"/>' if icon else ""
    shows = [show("other" if more.pop("empty", False) else ident, NOON, NOON + HOUR, "t")]
    body = feed(shows).replace(b"<tv>", f'<tv><channel id="{ident}">{inner}</channel>'.encode())
    assert guide.load(provider, body, **more)["status"] == "success"


def tie(guide: Guide, *providers: str) -> None:
    """Map the channel `a` of these providers to the channel `a`, whatever they call it."""
    for provider in providers:
        guide.provider(provider)
        map_channel(guide.db, provider, "a", "a", create=True, now=NOON)


def fields(guide: Guide, name: str = "a") -> tuple[str | None, ...]:
    channel = get_channel(guide.db, name)
    return channel.display_name, channel.icon_url, channel.number


def test_a_channel_is_renamed_with_its_feed(guide: Guide) -> None:
    load(guide, "p", "Sky Sports F1", number="1", icon="http://i/1")
    load(guide, "p", "Sky Sports Darts", number="2", icon="http://i/2")
    assert fields(guide) == ("Sky Sports Darts", "http://i/2", "2")
    load(guide, "p", "Sky Sports Darts")
    assert fields(guide) == ("Sky Sports Darts", None, None)
    load(guide, "p", "")
    assert fields(guide) == ("a", None, None)


def test_a_worse_provider_never_renames(guide: Guide) -> None:
    load(guide, "p", "Best", priority=5)
    load(guide, "q", "Worse", number="6", priority=9)
    load(guide, "r", "Worst", priority=10)
    tie(guide, "q", "r")
    load(guide, "q", "Worse", number="7", priority=9)
    assert fields(guide) == ("Best", None, "7")
    load(guide, "q", "Worse still", number="8", priority=9)
    load(guide, "r", "Worst", icon="http://i/r", number="9", priority=10)
    assert fields(guide) == ("Best", "http://i/r", "8")
    load(guide, "p", "Better", priority=5)
    assert fields(guide) == ("Better", "http://i/r", "8")


def test_an_empty_channel_renames_nothing(guide: Guide) -> None:
    """`11` of the later provider is another channel, without programmes; it is the better provider, too."""
    load(guide, "p", "Canal 11", ident="11", priority=9)
    load(guide, "q", "ITV4 HD", ident="11", empty=True, priority=5)
    assert fields(guide, "11")[0] == "Canal 11"


def test_what_is_pinned_stays(guide: Guide) -> None:
    load(guide, "p", "First", number="1", icon="http://i/1")
    update_channel(guide.db, "a", {"number": "99", "icon_url": ""})
    load(guide, "p", "Second", number="2", icon="http://i/2")
    assert fields(guide) == ("Second", None, "99")
    assert get_channel(guide.db, "a").pinned == ("icon_url", "number")
    update_channel(guide.db, "a", {}, unpin=["icon_url"])
    assert fields(guide) == ("Second", "http://i/2", "99")
    update_channel(guide.db, "a", {"pinned": []})
    assert fields(guide) == ("Second", "http://i/2", "2")
    update_channel(guide.db, "a", {"pinned": ["number", "display_name"]})
    load(guide, "p", "Third", number="3", icon="http://i/3")
    assert fields(guide) == ("Second", "http://i/3", "2")


def test_what_is_set_at_once_with_pinned_is_pinned_too(guide: Guide) -> None:
    load(guide, "p", "First", number="1")
    channel = update_channel(guide.db, "a", {"display_name": "Mine", "pinned": ["number"]})
    assert (channel.display_name, channel.pinned) == ("Mine", ("display_name", "number"))


@pytest.mark.parametrize("wrong", ["number", ["name"], ["hidden"], [1], None, {"number": True}])
def test_wrong_pins_are_refused(guide: Guide, wrong: Any) -> None:
    load(guide, "p", "First")
    with pytest.raises(UsageError, match="pinned must be a list of display_name, icon_url and number"):
        update_channel(guide.db, "a", {"pinned": wrong})


def test_a_name_or_visibility_pins_nothing(guide: Guide) -> None:
    load(guide, "p", "First")
    update_channel(guide.db, "a", {"name": "b", "hidden": True})
    assert get_channel(guide.db, "b").pinned == ()


def test_a_change_of_a_provider_decides_at_once(guide: Guide) -> None:
    load(guide, "p", "P", priority=5)
    load(guide, "q", "Q", priority=9)
    tie(guide, "q")
    before = guide.rows("SELECT number FROM generation")[0]["number"]
    update_provider(guide.db, guide.vault, "q", {"priority": 1}, now=NOON)
    assert fields(guide)[0] == "Q"
    assert guide.rows("SELECT number FROM generation")[0]["number"] == before + 1
    update_provider(guide.db, guide.vault, "q", {"enabled": False}, now=NOON)
    assert fields(guide)[0] == "P"
    update_provider(guide.db, guide.vault, "q", {"enabled": True}, now=NOON)
    assert fields(guide)[0] == "Q"
    remove_provider(guide.db, guide.vault, "q")
    assert fields(guide)[0] == "P"


def test_without_an_enabled_provider_nothing_changes(guide: Guide) -> None:
    load(guide, "p", "P", number="1")
    update_provider(guide.db, guide.vault, "p", {"enabled": False}, now=NOON)
    assert fields(guide) == ("P", None, "1")


def test_a_change_of_a_mapping_decides_at_once(guide: Guide) -> None:
    load(guide, "p", "P")
    load(guide, "q", "Q", ident="b")
    map_channel(guide.db, "q", "b", "new", create=True, now=NOON)
    assert fields(guide, "new")[0] == "Q"
    update_provider(guide.db, guide.vault, "q", {"priority": 1}, now=NOON)
    map_channel(guide.db, "q", "b", "a", now=NOON)
    assert fields(guide)[0] == "Q"
    unmap_channel(guide.db, "q", "b", now=NOON)
    assert fields(guide)[0] == "P"
    map_channel(guide.db, "q", "b", "a", now=NOON)
    ignore_channel(guide.db, "q", "b", now=NOON)
    assert fields(guide)[0] == "P"


def test_a_merge_keeps_what_was_pinned(guide: Guide) -> None:
    load(guide, "p", "P")
    load(guide, "q", "Q", ident="b", number="2", icon="http://i/q")
    update_channel(guide.db, "b", {"number": "55"})
    merge_channels(guide.db, "b", "a", now=NOON)
    assert fields(guide) == ("P", "http://i/q", "55")
    assert get_channel(guide.db, "a").pinned == ("number",)


def test_a_channel_made_by_hand(guide: Guide) -> None:
    made = add_channel(guide.db, "xtra", {"display_name": "Xtra", "number": "4"}, now=NOON)
    assert made.pinned == ("display_name", "number")
    assert add_channel(guide.db, "y", {}, now=NOON).pinned == ()
    load(guide, "p", "Xtra HD", ident="xtra", number="1", icon="http://i/p")
    assert fields(guide, "xtra") == ("Xtra", "http://i/p", "4")


def test_a_channel_is_found_by_every_name(guide: Guide) -> None:
    load(guide, "p", "First", number="One Two")
    load(guide, "q", "Zweite")
    for query, found in (("one t", 1), ("zwei", 1), ("FIRST", 1), ("text", 0), ('"', 0)):
        assert len(list_channels(guide.db, query=query)) == found, query
