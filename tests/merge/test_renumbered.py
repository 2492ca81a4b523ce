"""A feed that numbers its channels anew: each channel keeps its number, its place and its programmes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from epg_ingest.guide.channels import update_channel

from tests.guide.feeds_on_air import Channel, airings, check, load, mapping, together
from tests.helpers.support import Guide

pytestmark = pytest.mark.slow

CITIES = ("Bath", "Bonn", "Bern", "Brno", "Bari", "Brest")


def numbered(*names: str, first: int = 1) -> dict[str, Channel]:
    """Channels by number, each of which shows what its name says."""
    return {str(number): (name, name) for number, name in enumerate(names, first)}


def shown(guide: Guide) -> dict[int, tuple[str, str]]:
    """The name of each channel and the only seed of what it shows, by its id."""
    found = guide.rows(
        "SELECT c.id, c.display_name, p.title FROM programs p JOIN channels c ON c.id = p.channel_id"
    )
    seeds: dict[int, set[str]] = {}
    for row in found:
        seeds.setdefault(row["id"], set()).add(row["title"].split()[0])
    names = {row["id"]: row["display_name"] for row in found}
    assert all(len(some) == 1 for some in seeds.values()), seeds
    return {ident: (names[ident], next(iter(some))) for ident, some in seeds.items()}


@pytest.mark.parametrize(
    "now",
    [numbered("New", *CITIES), numbered(*CITIES[1:]), numbered(*CITIES[1:], CITIES[0]), numbered(*reversed(CITIES)),
     numbered(*CITIES[:3], *CITIES[4:]), numbered(*CITIES, first=2)],
)  # fmt: skip
def test_a_channel_goes_with_its_name(guide: Guide, now: dict[str, Channel]) -> None:
    load(guide, "a", numbered(*CITIES))
    load(guide, "b", {f"{name}.xx": (name, name) for name in CITIES[:3]})
    update_channel(guide.db, mapping(guide, "a:4")["channel"], {"number": "104", "hidden": True})
    before, programmes = shown(guide), airings(guide, "a")
    row = load(guide, "a", now, force=True)
    assert shown(guide).items() >= before.items()
    after = airings(guide, "a")
    assert programmes.items() <= after.items()
    assert row["programs_updated"] == row["programs_removed"] == 0
    ids = {name: ident for ident, (name, _) in now.items()}
    for name in CITIES[:3]:
        assert name not in ids or together(guide, f"a:{ids[name]}", f"b:{name}.xx")
    (kept,) = guide.rows("SELECT display_name FROM channels WHERE number = '104' AND hidden")
    assert kept == {"display_name": "Brno"}
    assert "moved" in guide.problems(row)
    check(guide)
    again = load(guide, "a", now, remark="again")
    assert (again["programs_imported"], again["programs_updated"]) == (0, 0)
    assert shown(guide).items() >= before.items()
    load(guide, "a", numbered(*CITIES), force=True)
    assert {name for name, _ in shown(guide).values()} == {*CITIES, *(name for name, _ in now.values())}
    assert len(shown(guide)) == len({*CITIES, *(name for name, _ in now.values())})
    check(guide)


def test_names_that_change_places_while_the_programmes_stay(guide: Guide) -> None:
    """A provider that had mixed up two names corrects them: the ids are right."""
    load(guide, "a", {"1": ("Bonn", "Bath"), "2": ("Bath", "Bonn")})
    before = airings(guide, "a")
    load(guide, "a", {"1": ("Bath", "Bath"), "2": ("Bonn", "Bonn")})
    assert airings(guide, "a") == before
    assert dict(shown(guide).values()) == {"Bath": "Bath", "Bonn": "Bonn"}
    assert mapping(guide, "a:1")["channel"] == "1"


@pytest.mark.parametrize(
    ("before", "now"),
    [
        ({"PPV 1": ("Sky Sports F1", "f1"), "PPV 2": ("Sky Sports Darts", "darts")},
         {"PPV 1": ("Sky Sports Darts", "darts"), "PPV 2": ("Sky Sports F1", "f1")}),
        ({"BBC1.uk": ("BBC One", 1), "BBC2.uk": ("BBC Two", 2)}, {"BBC1.uk": ("BBC Two", 3), "BBC2.uk": ("BBC One", 4)}),
        ({"1": ("No Event", 1), "2": ("PPV 2", 2)}, {"1": ("PPV 2", 3), "2": ("No Event", 4)}),
    ],
)  # fmt: skip
def test_an_id_that_keeps_its_meaning(
    guide: Guide, before: dict[str, Channel], now: dict[str, Channel]
) -> None:
    load(guide, "a", before)
    load(guide, "a", now)
    assert [mapping(guide, f"a:{ident}")["channel"] for ident in now] == list(now)
    check(guide)


def test_ids_with_letters_go_with_what_they_show(guide: Guide) -> None:
    first = {"BBC1.uk": ("BBC One", "one"), "BBC2.uk": ("BBC Two", "two")}
    load(guide, "a", first)
    load(guide, "a", {"BBC1.uk": ("BBC Two", "two"), "BBC2.uk": ("BBC One", "one")})
    assert mapping(guide, "a:BBC1.uk")["channel"] == "BBC2.uk"
    check(guide)


def everything(guide: Guide) -> list[Any]:
    return [
        *guide.rows(
            "SELECT provider_id, provider_channel_id, channel_id FROM channel_mappings ORDER BY 1, 2"
        ),
        *guide.rows("SELECT id, channel_id, start_time, content_id FROM airings ORDER BY id"),
        *guide.rows("SELECT id, display_name FROM channels ORDER BY id"),
    ]


@pytest.mark.parametrize("order", [CITIES[1:] + CITIES[:1], tuple(reversed(CITIES))])
def test_there_and_back(guide: Guide, order: tuple[str, ...]) -> None:
    """Where no channel goes."""
    load(guide, "a", numbered(*CITIES))
    load(guide, "b", numbered(*CITIES[::2], first=50))
    before = everything(guide)
    for names in (order, CITIES, order, CITIES):
        load(guide, "a", numbered(*names))
    assert everything(guide) == before


RENAMED: Mapping[str, tuple[Channel, str, str]] = {
    "a place for events": (("PPV HD", 3), "PPV.HD", "PPV.HD.ie"),
    "an event of today": (("Fury v Usyk", 3), "PPV.1", "PPV.1.uk"),
    "without a name": (("", 3), "x.y", "x.y.uk@SD"),
    "a number": (("17", 3), "17", "17.uk"),
    "with a name": (("BBC One", 3), "BBC.One", "BBC.One.uk"),
}


@pytest.mark.parametrize("kind", RENAMED)
@pytest.mark.parametrize("back", [False, True])
def test_an_id_with_another_suffix_is_the_same(guide: Guide, kind: str, back: bool) -> None:
    """Also where the name proves nothing: without doubles, however often it changes."""
    channel, *ids = RENAMED[kind]
    one, other = reversed(ids) if back else ids
    rest: dict[str, Channel] = {"z.uk": ("Zed", "zed")}
    load(guide, "a", {one: channel, **rest})
    number = mapping(guide, f"a:{one}")["channel_id"]
    for ident in (other, one, other):
        load(guide, "a", {ident: channel, **rest}, remark=ident)
        assert mapping(guide, f"a:{ident}")["channel_id"] == number
        assert guide.rows("SELECT count(*) AS n FROM channel_mappings") == [{"n": 2}]
        check(guide)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ({"HBO.br": ("HBO", 1)}, {"HBO.pl": ("HBO", 2)}),
        ({"x": ("Bath", 1)}, {"x.uk": ("Bonn", 2)}),
        ({"x": ("Bath", "bath")}, {"x.uk": ("Bath", "bonn")}),
        ({"x": ("", 1)}, {"x.uk": ("", 2), "x.ie": ("", 3)}),
    ],
)
def test_an_id_with_another_suffix_that_is_another_channel(
    guide: Guide, old: dict[str, Channel], new: dict[str, Channel]
) -> None:
    load(guide, "a", {**old, "z.uk": ("Zed", "zed")})
    load(guide, "a", {**new, "z.uk": ("Zed", "zed")})
    (former,) = old
    assert all(
        mapping(guide, f"a:{ident}")["channel_id"] != mapping(guide, f"a:{former}")["channel_id"]
        for ident in new
    )


def test_placeholders_need_equal_programmes(guide: Guide) -> None:
    from tests.helpers.support import HOUR, NOON, feed, show

    def loop(ident: str, title: str) -> bytes:
        shows = [show(ident, NOON + n * HOUR, NOON + (n + 1) * HOUR, title) for n in range(24)]
        return feed(shows, [(ident, "PPV HD")])

    guide.load("a", loop("PPV.HD.ie", "Events of tonight"))
    guide.load("a", loop("1183", "Events of tonight"))
    assert len(guide.rows("SELECT * FROM channels")) == 1
    guide.load("a", loop("55", "Off to another place"))
    assert len(guide.rows("SELECT * FROM channels")) == 2


@pytest.mark.parametrize("others", ["plan", "nothing", "another plan"])
@pytest.mark.parametrize("name", ["Bath", "Bath HD", "Brest"])
def test_a_new_id_with_a_new_plan(guide: Guide, others: str, name: str) -> None:
    """What the guide has of the former id may be out of date: an equal name and what others show tell that it is the same."""
    for provider in "ab":
        load(guide, provider, {f"bath.{provider}.uk": ("Bath", "old"), "bonn.uk": ("Bonn", "Bonn")})
    before = mapping(guide, "b:bath.b.uk")["channel_id"]
    seen = {"plan": "new", "nothing": None, "another plan": "other"}[others]
    load(guide, "a", {"bath.a.uk": ("Bath", seen), "bonn.uk": ("Bonn", "Bonn")})
    load(guide, "b", {"4711.uk": (name, "new"), "bonn.uk": ("Bonn", "Bonn")})
    check(guide)
    same = mapping(guide, "b:4711.uk")["channel_id"] == before
    assert same == (others == "plan" and name != "Brest")
    # Without an equal name or the others, nothing says that the former id is not a channel of its own.
    assert len(guide.rows("SELECT id FROM channels")) == (2 if same else 3 if others == "nothing" else 4)
