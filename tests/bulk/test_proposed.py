"""Proposals of the matching, reviewed and taken: by the functions and by the command."""

from __future__ import annotations

import json
import shlex
from typing import Any

import pytest
from epg_ingest.bulk.proposed import join_proposed
from epg_ingest.cli.main import run
from epg_ingest.core.times import iso
from epg_ingest.guide.candidates import candidates, proposed
from epg_ingest.guide.mappings import map_channel
from epg_ingest.guide.programmes import mark_changed
from epg_ingest.guide.undo import undo
from epg_ingest.storage.database import write

from tests.guide.feeds_on_air import airings, check, groups, load, mapping, together
from tests.helpers.support import NOON, Guide


@pytest.fixture
def italy(guide: Guide) -> Guide:
    """The same channels under other names, one of them an hour later, and one that is nothing but alike by name."""
    load(guide, "a", {"Rai1": ("Rai1", "rai"), "itv": ("ITV1", "itv"), "one": ("Channel Alpha", "alpha")})
    load(guide, "b", {"uno": ("Rai Uno", "rai"), "beta": ("Channel Alpher", "other")})
    load(guide, "c", {"later": ("ITV1 +1", "itv"), "always": ("Always", "always")}, minutes=60)
    return guide


def test_what_shows_the_same_is_a_candidate(italy: Guide) -> None:
    found = candidates(italy.db)
    assert (found[0].provider, found[0].provider_channel_id, found[0].candidate) == ("b", "uno", "Rai1")
    assert (found[0].score, found[0].evidence["titles"], found[0].evidence["starts"]) == (1.0, 1.0, 1.0)
    assert found[0].reason == "60 of 60 programmes at the same time with the same title"
    assert [one.score >= 0.9 for one in found].count(True) == 1


def test_a_delay_is_listed_and_never_taken(italy: Guide) -> None:
    (found,) = (one for one in candidates(italy.db) if "+1" in one.reason)
    assert {found.provider_channel_id, found.candidate} == {"itv", "later"}
    assert (found.score, found.reason) == (0.0, "the same an hour later: +1")
    join_proposed(italy.db, 0.01, actor="cli", now=NOON)
    assert not together(italy, "a:itv", "c:later")


def test_alike_names_are_no_certainty(italy: Guide) -> None:
    (found,) = (one for one in candidates(italy.db) if one.provider_channel_id == "beta")
    assert (found.candidate, "resembles" in found.reason) == ("one", True)
    assert found.score == 0.3
    assert found.reason.endswith("; but they show something else: the same title 0% of 40 hours")
    assert "beta" not in {one.provider_channel_id for one in proposed(italy.db.conn)}


def test_alike_names_without_schedules_are_surer(guide: Guide) -> None:
    load(guide, "a", {"one": ("Channel Alpha", 1)})
    load(guide, "b", {"beta": ("Channel Alpher", 1)})
    (found,) = candidates(guide.db)
    assert 0.6 <= found.score < 0.9 and "but" not in found.reason


@pytest.mark.parametrize(("one", "other"), [("HBO.br", "HBO.pl"), ("X.uk", "X.uk")])
def test_equal_names_that_show_something_else_come_last(guide: Guide, one: str, other: str) -> None:
    load(guide, "a", {one: ("HBO", "one"), "r": ("Rai1", "rai")})
    load(guide, "b", {other: ("HBO", "two"), "u": ("Rai Uno", "rai")})
    best, *rest = candidates(guide.db)
    assert (best.provider_channel_id, best.score) == ("u", 1.0)
    for found in rest:
        assert found.score <= 0.3 and "they show something else" in found.reason
    assert [found.provider_channel_id for found in rest] == [other]


def test_a_delayed_twin_is_listed_as_such_only(guide: Guide) -> None:
    load(guide, "a", {"x.uk": ("ITV1", "itv")})
    load(guide, "b", {"x.uk": ("ITV1", "itv")}, minutes=60)
    found = candidates(guide.db)
    assert found and all(one.score == 0 and "+1" in one.reason for one in found)


def test_a_suspect_is_a_candidate_of_itself(italy: Guide) -> None:
    map_channel(italy.db, "b", "beta", "one", now=NOON)
    (found,) = (one for one in candidates(italy.db) if one.provider_channel_id == "beta")
    assert (found.score, found.channel, found.candidate) == (0.0, "one", "one")
    assert found.reason.startswith("mapped by hand, but they show something else")
    assert join_proposed(italy.db, 0.01, actor="cli", now=NOON).joined[0].provider_channel_id == "uno"
    assert together(italy, "a:one", "b:beta")


@pytest.mark.parametrize("score", [0.9, 1.0])
def test_taking_is_mapping_by_hand(italy: Guide, score: float) -> None:
    before = airings(italy, "b")
    (number,) = italy.db.execute("SELECT number FROM generation").fetchone()
    done = join_proposed(italy.db, score, actor="cli", now=NOON)
    assert ([one.provider_channel_id for one in done.joined], done.moved, done.removed) == (["uno"], 60, 0)
    row = mapping(italy, "b:uno")
    assert (row["channel"], row["method"], row["score"]) == ("Rai1", "manual", 1.0)
    assert "60 of 60" in row["reason"]
    assert airings(italy, "b") == before
    assert italy.db.execute("SELECT number FROM generation").fetchone() == (number + 1,)
    (logged,) = italy.rows("SELECT actor, action, details FROM write_log")
    assert (logged["actor"], logged["action"], json.loads(logged["details"])) == (
        "cli", "channels.match", {"score": score},
    )  # fmt: skip
    load(italy, "b", {"uno": ("Rai Uno", "changed"), "beta": ("Channel Alpher", "other")})
    assert together(italy, "a:Rai1", "b:uno")
    check(italy)


def test_nothing_to_take_changes_nothing(italy: Guide) -> None:
    join_proposed(italy.db, 0.9, actor="cli", now=NOON)
    before = (italy.stored(), italy.rows("SELECT * FROM generation"), italy.rows("SELECT * FROM write_log"))
    assert join_proposed(italy.db, 0.9, actor="cli", now=NOON).joined == ()
    after = (italy.stored(), italy.rows("SELECT * FROM generation"), italy.rows("SELECT * FROM write_log"))
    assert after == before


def test_it_can_be_taken_back(italy: Guide) -> None:
    before = groups(italy)
    join_proposed(italy.db, 0.9, actor="cli", now=NOON)
    undo(italy.db, italy.vault, actor="cli", now=NOON)
    assert groups(italy) == before


def test_a_chain_joins_all_of_it(guide: Guide) -> None:
    """`b` and `c` are together already, so `c` comes along; two channels of one feed never meet."""
    load(guide, "a", {"1": ("Erste", "one")})
    load(guide, "b", {"2": ("Zweite", "one"), "twin": ("Dritte", "one")})
    load(guide, "c", {"3": ("Zweite", "one")})
    assert together(guide, "b:2", "c:3")
    join_proposed(guide.db, 0.5, actor="cli", now=NOON)
    check(guide)
    assert not together(guide, "b:2", "b:twin")
    assert any({"a:1", "c:3"} <= group or {"a:1", "b:twin"} <= group for group in groups(guide))


def test_each_two_channels_are_listed_once(guide: Guide) -> None:
    """The best evidence counts, whichever of the feeds of a channel gives it."""
    load(guide, "a", {"1": ("Erste", "one")})
    load(guide, "b", {"2": ("Erste", "one")})
    load(guide, "c", {"3": ("Zweite", "one")})
    load(guide, "d", {"4": ("Zweite", "one")})
    assert together(guide, "a:1", "b:2") and together(guide, "c:3", "d:4")
    (found,) = proposed(guide.db.conn)
    assert (found.score, found.provider, found.channel, found.candidate) == (1.0, "c", "3", "1")
    assert [one.provider for one in candidates(guide.db)] == ["c"]
    assert len(join_proposed(guide.db, 0.9, actor="cli", now=NOON).joined) == 1
    assert together(guide, "a:1", "b:2", "c:3", "d:4")
    check(guide)


def test_a_feed_of_the_channel_that_shows_something_else_is_a_doubt(guide: Guide) -> None:
    """`b` is on the channel of `a` by hand. `c` shows what `a` does, so it would not be together with `b`."""
    load(guide, "a", {"1": ("Erste", "one")})
    load(guide, "b", {"2": ("Dritte", "two")})
    load(guide, "c", {"3": ("Zweite", "one")})
    map_channel(guide.db, "b", "2", "1", now=NOON)
    (found,) = proposed(guide.db.conn)
    assert (found.provider, found.score) == ("c", 0.3)
    assert "with the same title; but they show something else" in found.reason
    done = join_proposed(guide.db, 0.3, actor="cli", now=NOON)
    assert done.joined == () and [why[:24] for _, why in done.left_out] == ["they show something else"]


class TestCommand:
    def test_what_is_listed_is_joined_or_said(self, guide: Guide, monkeypatch: Any, capsys: Any) -> None:
        load(guide, "a", {"1": ("Sky Select HD", "one"), "2": ("Sky Select", "one")})
        load(guide, "b", {"3": ("Sky Cinema Select", "one"), "4": ("Sky Valentine", "one")})
        monkeypatch.chdir(guide.folder)
        assert run(["channels", "match"]) == 0
        rows = capsys.readouterr().out.splitlines()[1:]
        assert [row.split()[0] for row in rows] == ["1.00", "1.00", "0.89", "0.89"]
        assert run(["channels", "match", "--apply", "0.9"]) == 0
        out, err = capsys.readouterr()
        assert out.startswith("joined 1 channel of 2: ")
        assert err == "not joined: b 3 and 2: a provider has both, so it tells them apart\n"
        assert run(["channels", "match"]) == 0
        out, err = capsys.readouterr()
        (row,) = out.splitlines()[1:]
        assert row.split()[0] == "0.89"
        assert err.startswith("none is sure; accept one with: epg-ingest channels map b 4 2")
        assert run(shlex.split(err.partition(" with: epg-ingest ")[2])) == 0

    def test_the_advice_works_as_it_is_printed(self, guide: Guide, monkeypatch: Any, capsys: Any) -> None:
        load(guide, "a", {"1": ("Sky Select HD", "one"), "2": ("Sky Select", "one")})
        load(guide, "my b", {"3": ("Sky Cinema Select", "one"), "4": ("Sky Valentine", "one")})
        monkeypatch.chdir(guide.folder)
        assert run(["--db", "epg.db", "channels", "match", "--provider", "my b"]) == 0
        err = capsys.readouterr().err
        assert err.endswith("epg-ingest --db epg.db channels match --apply 0.9 --provider 'my b'\n")
        advice = shlex.split(err.partition(" with: epg-ingest ")[2])
        assert advice[:3] == ["--db", "epg.db", "channels"] and run(advice) == 0

    def test_it_lists_joins_and_says_so(self, italy: Guide, monkeypatch: Any, capsys: Any) -> None:
        monkeypatch.chdir(italy.folder)
        assert run(["channels", "match"]) == 0
        out, err = capsys.readouterr()
        assert "Rai1" in out and "--apply" in err
        # What differs by a delay is nothing to join.
        for provider, listed in (("a", []), ("b", ["b"])):
            assert run(["channels", "match", "--json", "--provider", provider]) == 0
            assert [one["provider"] for one in json.loads(capsys.readouterr().out)] == listed
        assert run(["channels", "match", "--apply", "0.9"]) == 0
        assert capsys.readouterr().out == "joined 1 channel: 60 programmes moved\n"
        assert run(["channels", "match", "--apply", "0.9"]) == 0
        assert capsys.readouterr().out == "joined 0 channels: 0 programmes moved\n"
        assert together(italy, "a:Rai1", "b:uno")

    def test_what_is_wrong_is_said(self, italy: Guide, monkeypatch: Any, capsys: Any) -> None:
        monkeypatch.chdir(italy.folder)
        for wrong in (["--apply", "0"], ["--apply", "2"], ["--provider", "nobody"]):
            assert run(["channels", "match", *wrong]) in (1, 2)
            assert capsys.readouterr().err


def test_many_joins_are_one_change_of_their_provider(guide: Guide) -> None:
    """`updated_at` must not run ahead of the clock by a second for each join; still the next import reads the feed again."""
    names = [f"station{number}" for number in range(12)]
    load(guide, "a", {f"a{name}": (f"A {name}", name) for name in names})
    load(guide, "b", {f"b{name}": (f"B {name.upper()} two", name) for name in names})
    before = guide.rows("SELECT id, updated_at FROM providers ORDER BY id")
    done = join_proposed(guide.db, 0.9, actor="cli", now=NOON + 5)
    assert len(done.joined) == len(names)
    after = guide.rows("SELECT id, updated_at FROM providers ORDER BY id")
    assert [row["updated_at"] for row in after] <= [iso(NOON + 5)] * 2 and after != before
    # Two changes within a second are two changes.
    for number, name in enumerate(names[:3], 1):
        map_channel(guide.db, "b", f"b{name}", "elsewhere", create=True, now=NOON + 5)
        assert guide.rows("SELECT updated_at FROM providers WHERE name = 'b'") == [
            {"updated_at": iso(NOON + 5 + number)}
        ]


def test_a_change_that_failed_is_none(guide: Guide) -> None:
    load(guide, "a", {"one": ("One", "one")})
    before = guide.rows("SELECT updated_at FROM providers")
    for _ in range(2):
        with pytest.raises(ZeroDivisionError), write(guide.db) as conn:
            mark_changed(conn, [1], NOON + 9)
            raise ZeroDivisionError
    assert guide.rows("SELECT updated_at FROM providers") == before
    with write(guide.db) as conn:
        mark_changed(conn, [1, 1], NOON + 9)
        mark_changed(conn, [1], NOON + 9)
    assert guide.rows("SELECT updated_at FROM providers") == [{"updated_at": iso(NOON + 9)}]
