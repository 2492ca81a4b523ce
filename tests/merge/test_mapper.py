"""Which channel a provider's channel becomes (spec section 3), decided by real imports."""

from __future__ import annotations

import json
from typing import Any

import pytest
from epg_ingest.guide.channels import update_channel
from epg_ingest.guide.mappings import ignore_channel, map_channel

from tests.helpers.support import HOUR, NOON, Guide, feed, show


def one(channel: str, title: str = "t") -> str:
    return show(channel, NOON, NOON + HOUR, title)


def load(guide: Guide, provider: str, *channels: tuple[str, str], **settings: Any) -> dict[str, Any]:
    """Import a feed of these (id, display name) with a programme each."""
    return guide.load(provider, feed([one(name) for name, _ in channels], channels), **settings)


def mappings(guide: Guide) -> dict[str, tuple[str | None, str]]:
    """provider:id to (logical channel, method)."""
    rows = guide.db.execute(
        "SELECT v.name || ':' || m.provider_channel_id, c.name, m.method FROM channel_mappings m"
        " JOIN providers v ON v.id = m.provider_id LEFT JOIN channels c ON c.id = m.channel_id"
    )
    return {key: (name, method) for key, name, method in rows}


#: without schedules that could be compared
SECOND = {
    "the same id": (("bbc1.uk", "BBC One"), ("bbc1.uk", "BBC One"), "id"),
    "the same id in other case": (("BBC1.uk", "BBC One"), ("bbc1.UK", "BBC 1"), "id"),
    "the same id under another name": (("BBC1.uk", "BBC One"), ("BBC1.uk", "Beeb"), "new"),
    "a number as id": (("11", "Canal 11"), ("11", "ITV4 HD"), "new"),
    "the same name": (("bbc1.uk", "BBC One"), ("1001", "BBC One"), "name"),
    "the same name in one country": (("bbc1.uk", "BBC One"), ("b.uk", "BBC One"), "name"),
    "the same name in two countries": (("HBO.br", "HBO"), ("HBO.pl", "HBO"), "new"),
    "the name in other case": (("a", "BBC One"), ("b", "bbc ONE"), "new"),
    "accents": (("a", "Télé Monte Carlo"), ("b", "Tele Monte Carlo"), "new"),
    "picture quality": (("a", "Sport 1"), ("b", "Sport 1 HD"), "new"),
    "an hour later is another channel": (("a", "ITV"), ("b", "ITV +1"), "new"),
    "an hour later in words": (("a", "ITV"), ("b", "ITV Plus 1"), "new"),
    "both an hour later": (("a", "ITV +1"), ("b", "ITV +1"), "name"),
    "another number": (("a", "Sport 1"), ("b", "Sport 2"), "new"),
    "alike is not equal": (("a", "BBC One"), ("b", "BBC One London"), "new"),
    "a placeholder": (("a", "No Event"), ("b", "No Event"), "new"),
    "nothing in common": (("a", "Arte"), ("b", "ZDF"), "new"),
}


@pytest.mark.parametrize("case", SECOND)
def test_a_second_provider(guide: Guide, case: str) -> None:
    first, second, method = SECOND[case]
    assert load(guide, "p", first)["channels_added"] == 1
    assert load(guide, "q", second)["channels_added"] == (method == "new")
    channel, found = mappings(guide)[f"q:{second[0]}"]
    assert (channel == first[0], found) == (method != "new", method)


@pytest.mark.parametrize("turn", [1, -1])
def test_the_id_comes_before_the_name(guide: Guide, turn: int) -> None:
    load(guide, "a", ("BBC1.uk", "BBC One"))
    load(guide, "b", *[("x1", "BBC One"), ("BBC1.uk", "BBC One HD")][::turn])
    found = mappings(guide)
    assert (found["b:BBC1.uk"], found["b:x1"]) == (("BBC1.uk", "id"), ("x1", "new"))


def test_a_manual_mapping_comes_first(guide: Guide) -> None:
    load(guide, "p", ("a", "First"), ("b", "Second"))
    guide.provider("q")
    map_channel(guide.db, "q", "a", "b", now=NOON)
    load(guide, "q", ("a", "First"))
    assert mappings(guide)["q:a"] == ("b", "manual")


def test_an_ignored_channel_stays_ignored(guide: Guide) -> None:
    guide.provider("p")
    ignore_channel(guide.db, "p", "a", now=NOON)
    row = load(guide, "p", ("a", "First"), ("b", "Second"))
    assert (row["channels_added"], mappings(guide)["p:a"]) == (1, (None, "manual"))
    assert [shown[0] for shown in guide.shown()] == ["b"]


def test_a_mapping_once_made_holds(guide: Guide) -> None:
    """A provider that renames its channel keeps it, and what it said before does not count any more."""
    load(guide, "p", ("a", "First"), ("c", "Third"))
    load(guide, "p", ("a", "Second"), ("c", "Third"))
    assert mappings(guide)["p:a"] == ("a", "new")
    load(guide, "q", ("x", "First"), ("y", "Second"))
    assert (mappings(guide)["q:x"], mappings(guide)["q:y"]) == (("x", "new"), ("a", "name"))


def test_two_channels_of_one_provider_never_meet(guide: Guide) -> None:
    row = load(guide, "p", ("a", "BBC One"), ("b", "BBC One HD"), ("A", "BBC One"))
    assert row["channels_added"] == 3
    load(guide, "q", ("x", "BBC One"), ("y", "BBC One"))
    found = mappings(guide)
    assert found["q:x"][0] != found["q:y"][0]


def test_undeclared_channels_are_channels_too(guide: Guide) -> None:
    row = guide.load("p", feed([one("a"), one("b")], [("a", "First")]))
    assert guide.problems(row) == {"unknownid": 1}
    names = guide.rows("SELECT name, display_name FROM channels ORDER BY name")
    assert names == [{"name": "a", "display_name": "First"}, {"name": "b", "display_name": "b"}]


def test_declared_without_programmes(guide: Guide) -> None:
    row = guide.load("p", feed([one("a")], [("a", "First"), ("b", "Second")]))
    assert guide.problems(row) == {"channelnoprogramme": 1}
    assert set(mappings(guide)) == {"p:a", "p:b"}


def test_declared_twice_the_first_counts(guide: Guide) -> None:
    row = guide.load("p", feed([one("a")], [("a", "First"), ("a", "Again")]))
    assert guide.rows("SELECT display_name FROM channels") == [{"display_name": "First"}]
    assert guide.problems(row) == {"duplicateid": 1}


def declared(inner: str) -> bytes:
    return feed([one("a")]).replace(b"<tv>", f'<tv><channel id="a">{inner}</channel>'.encode())


def test_a_channel_gains_what_was_missing(guide: Guide) -> None:
    """A later provider knows more: name, icon and number are filled in, and never replaced."""
    guide.load("p", feed([one("a")]))
    guide.load(
        "q",
        declared(
            '<display-name>Arte</display-name><display-name>7</display-name><icon src="http://i/1.png"/>'
        ),
    )
    guide.load(
        "r",
        declared(
            '<display-name>ARTE</display-name><display-name>9</display-name><icon src="http://i/2.png"/>'
        ),
    )
    (channel,) = guide.rows("SELECT name, display_name, number, icon_url FROM channels")
    assert channel == {"name": "a", "display_name": "Arte", "number": "7", "icon_url": "http://i/1.png"}


def test_what_a_person_wrote_stays(guide: Guide) -> None:
    body = declared('<display-name>Arte</display-name><icon src="http://i/1.png"/>')
    guide.load("p", body)
    update_channel(guide.db, "a", {"display_name": "My Arte", "icon_url": "http://me/1.png"})
    guide.load("p", body + b"<!-- again -->")
    (channel,) = guide.rows("SELECT display_name, icon_url FROM channels")
    assert channel == {"display_name": "My Arte", "icon_url": "http://me/1.png"}


def test_what_a_provider_says_is_kept(guide: Guide) -> None:
    guide.load(
        "p",
        declared('<display-name lang="fr">Arte</display-name><display-name lang="de">Arte D</display-name>'),
    )
    (said,) = guide.rows("SELECT names FROM feed_channels")
    assert json.loads(said["names"]) == [
        {"text": "Arte", "lang": "fr"},
        {"text": "Arte D", "lang": "de"},
    ]
    before = guide.rows("SELECT number FROM generation")
    guide.load("p", declared('<display-name lang="fr">Arte!</display-name>'))
    (said,) = guide.rows("SELECT names FROM feed_channels")
    assert json.loads(said["names"]) == [{"text": "Arte!", "lang": "fr"}]
    assert guide.rows("SELECT number FROM generation") != before


@pytest.mark.parametrize("order", [("p", "q", "r"), ("r", "q", "p"), ("q", "r", "p")])
def test_the_order_of_imports_gives_the_same_channels(guide: Guide, order: tuple[str, ...]) -> None:
    known = {"p": ("1.p", "Arte"), "q": ("2.q", "Arte"), "r": ("3.r", "Arte +1")}
    for name in order:
        load(guide, name, known[name])
    found = mappings(guide)
    assert found["p:1.p"][0] == found["q:2.q"][0] != found["r:3.r"][0]


def test_ids_that_need_quoting(guide: Guide) -> None:
    """Ids are text, whatever is in them; the second import knows the elements by their hash."""
    names = ["A&E.us", "canal+", 'say "hi"', "it's", "Télé", "<b>", "x y", "%20", "1"]
    shows = [one(name, name) for name in names]
    guide.load("p", feed(shows, [(name, name) for name in names]))
    assert sorted(shown[0] for shown in guide.shown()) == sorted(names)
    row = guide.load("p", feed(shows[::-1], [(name, name) for name in names]))
    assert row["programs_unchanged"] == len(names)
