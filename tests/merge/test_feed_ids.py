"""Ids that differ only in case, Unicode form or invisible characters are one channel of a provider."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from epg_ingest.core.names import same_id_key
from epg_ingest.guide.channels import update_channel
from epg_ingest.guide.mappings import ignore_channel, map_channel, unmap_channel
from epg_ingest.merge.feed_ids import Spelling, spell
from hypothesis import given
from hypothesis import strategies as st

from tests.helpers.support import HOUR, NOON, Guide, feed, show

SAME = [
    ("TF1.fr", "tf1.fr"),
    ("Télé.fr", "Te\u0301le\u0301.FR"),
    ("TF1.fr", "TF1\u200b.fr"),
    ("TF1.fr", "\ufeffTF1.f\u00adr"),
    ("ＴＦ１", "tf1"),
    ("a b", "A\u00a0B"),
    ("Straße.de", "STRASSE.DE"),
    ("x", "X\ufe0f\u034f"),
]
DIFFERENT = [("1", "2"), ("abc", "abd"), ("Télé", "Tele"), ("a b", "ab"), ("a.b", "ab"), ("٣", "4")]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_same(one: str, other: str) -> None:
    assert same_id_key(one) == same_id_key(other)


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_different(one: str, other: str) -> None:
    assert same_id_key(one) != same_id_key(other)


@given(st.text(min_size=1))
def test_a_second_pass_changes_nothing(text: str) -> None:
    key = same_id_key(text)
    assert same_id_key(key) == key


@pytest.mark.parametrize(
    ("declared", "used", "known", "same", "renamed"),
    [
        (["A"], ["a"], [], {"a": "A"}, {}),
        ([], ["a", "A"], [], {"A": "a"}, {}),
        ([], ["a", "A"], ["A"], {"a": "A"}, {}),
        (["A", "a"], ["a", "A"], [], {}, {}),
        (["A", "a"], ["ａ"], [], {}, {}),
        (["A"], ["a"], ["A", "a"], {}, {}),
        (["A"], ["a"], ["a"], {"a": "A"}, {"a": "A"}),
        (["A"], ["A"], ["a"], {}, {"a": "A"}),
        (["A", "a"], [], ["a"], {}, {}),
        (["A", "a"], [], ["ａ"], {}, {"ａ": "A"}),
        (["A"], [], ["ａ", "a"], {}, {"ａ": "A"}),
        (["B"], ["B"], ["a"], {}, {}),
    ],
)
def test_the_rule(
    declared: Sequence[str],
    used: Sequence[str],
    known: Sequence[str],
    same: dict[str, str],
    renamed: dict[str, str],
) -> None:
    assert spell(declared, used, known) == Spelling(same, renamed)


def body(declared: Sequence[str], used: Sequence[str], first: int = 0) -> bytes:
    shows = [
        show(name, NOON + (first + n) * HOUR, NOON + (first + n + 1) * HOUR, f"{name} {n}")
        for n, name in enumerate(used)
    ]
    return feed(shows, [(name, f"Name {name}") for name in declared])


def channels(guide: Guide) -> list[dict[str, Any]]:
    return guide.rows("SELECT c.name, m.provider_channel_id AS id, m.method, c.number FROM channels c"
                      " LEFT JOIN channel_mappings m ON m.channel_id = c.id ORDER BY c.id, m.id")  # fmt: skip


@pytest.mark.parametrize(("one", "other"), SAME)
def test_programmes_belong_to_the_declared_channel(guide: Guide, one: str, other: str) -> None:
    row = guide.load("p", body([one], [other, one, other]))
    assert [(found["name"], found["id"]) for found in channels(guide)] == [(one, one)]
    assert (row["programs_imported"], guide.problems(row)) == (3, {})
    again = guide.load("p", body([one], [other, one, other]) + b"<!-- -->")
    assert (again["programs_unchanged"], again["programs_imported"]) == (3, 0)


@pytest.mark.parametrize(("one", "other"), SAME)
def test_a_changed_spelling_keeps_the_mapping(guide: Guide, one: str, other: str) -> None:
    guide.load("p", body([one], [one]))
    update_channel(guide.db, one, {"number": "9"})
    ids = guide.rows("SELECT id FROM airings")
    for declared in ([other], []):
        row = guide.load("p", body(declared, [other]))
        assert (row["channels_added"], row["programs_imported"], row["programs_removed"]) == (0, 0, 0)
        assert [(found["name"], found["id"], found["number"]) for found in channels(guide)] == [
            (one, other, "9")
        ]
        assert guide.rows("SELECT id FROM airings") == ids
        assert guide.rows("SELECT provider_channel_id AS id FROM feed_channels") == [{"id": other}]


def test_declared_spellings_are_two_channels(guide: Guide) -> None:
    assert guide.load("p", body(["Ab3", "aB3"], ["Ab3", "aB3"]))["channels_added"] == 2
    assert guide.load("p", body(["aB3", "Ab3"], ["aB3", "Ab3"], first=5))["channels_added"] == 0
    assert [found["id"] for found in channels(guide)] == ["Ab3", "aB3"]


def test_a_declaration_that_comes_later(guide: Guide) -> None:
    guide.load("p", body([], ["tf1.fr"]))
    guide.load("p", body(["TF1.fr"], ["tf1.fr"]))
    assert [(found["name"], found["id"]) for found in channels(guide)] == [("tf1.fr", "TF1.fr")]


def test_what_a_person_mapped_holds_in_every_spelling(guide: Guide) -> None:
    guide.provider("p")
    ignore_channel(guide.db, "p", "TF1.FR", now=NOON)
    guide.load("p", body(["tf1.fr", "b"], ["tf1.fr", "b"]))
    assert [found["id"] for found in channels(guide)] == ["b"]
    map_channel(guide.db, "p", "Tf1.fr", "tf1", create=True, now=NOON)
    assert guide.rows("SELECT provider_channel_id AS id FROM channel_mappings ORDER BY 1") == [
        {"id": "b"},
        {"id": "tf1.fr"},
    ]
    unmap_channel(guide.db, "p", "TF1.FR", now=NOON)
    assert [found["id"] for found in channels(guide) if found["id"]] == ["b"]


def test_other_providers_are_others(guide: Guide) -> None:
    guide.load("p", body(["TF1.fr"], ["TF1.fr"]))
    guide.load("q", body(["tf1.fr"], ["tf1.fr"]))
    assert [found["id"] for found in channels(guide)] == ["TF1.fr", "tf1.fr"]
