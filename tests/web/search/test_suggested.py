"""What is suggested while one types, and what is meant where one mistypes, over tables that follow the guide."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from epg_web.base.connections import connect
from epg_web.base.moments import iso
from epg_web.search import misspelt, names_tables, suggested
from epg_web.search.best_hits import Search, best_hits
from epg_web.search.fts_query import typed_query

from tests.helpers.datasette_helpers import BEGIN, add, make_guide, moment

NOW = BEGIN.timestamp()
KNOWN = (("breakfast", 9), ("breaks", 2), ("football", 5), ("footmen", 1), ("tom", 3), ("times", 1))
CHANNELS = (
    (1, "BBC One", "101"), (2, "BBC One HD", "1"), (3, "Das Erste", None), (4, "CBBC", "9"), (5, "Télé Élan", "10"),
    (6, "One", None),
)  # fmt: skip


@pytest.fixture
def guide(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    conn = make_guide(tmp_path / "epg.db")
    people = {"actors": '["Saoirse Ronan"]', "directors": '["Greta Gerwig"]'}
    credits = {
        "credits": [{"type": "presenter", "name": "Mel Giedroyc"}, {"type": "writer", "name": "Nobody Else"}]
    }
    add(conn, 1, moment(-6), moment(6), "Breakfast", subtitle="The block of half a day")
    add(conn, 1, moment(10), moment(11), "Breakfast at Noon")
    add(conn, 2, moment(7), moment(8), "BREAKFAST")
    add(conn, 2, moment(1), moment(2), "Old Songs", description="As if at breakfast")
    add(conn, 2, moment(30), moment(32), "Little Women", **people)
    add(conn, 2, moment(40), moment(41), "Bake", details=json.dumps(credits))
    add(conn, 2, moment(-9), moment(-8), "Over")
    add(conn, 3, moment(1), moment(2), "Hidden Breakfast")
    yield conn
    conn.close()


@pytest.fixture
def reader(guide: sqlite3.Connection, tmp_path: Path) -> Iterator[sqlite3.Connection]:
    conn = connect(tmp_path / "epg.db")
    names_tables.prepare(conn, NOW, 5.0)
    yield conn
    conn.close()


def found(conn: sqlite3.Connection, text: str, kind: str = names_tables.TITLE) -> list[str]:
    return [name.name for name in suggested.names(conn, text, kind)]


def titles(conn: sqlite3.Connection, words: str, **values: str) -> list[str]:
    given = dict.fromkeys(("category", "genre", "start", "end", "channels")) | {"now": iso(NOW)} | values
    ids = best_hits(Search(conn, words, given, lambda rows: (ident for ident, _ in rows), bool(values)), 10)
    rows = dict(conn.execute("SELECT id, title FROM programs").fetchall())
    return [rows[ident] for ident in ids]


def test_titles_and_people_are_found_by_beginnings(reader: sqlite3.Connection) -> None:
    assert found(reader, "break") == ["Breakfast", "Breakfast at Noon"]
    assert found(reader, "breakfast at") == ["Breakfast at Noon"]
    assert found(reader, "break ") == []  # a blank ends the word
    assert found(reader, "over") == found(reader, "hidden") == found(reader, "?!") == []
    assert found(reader, "ron", names_tables.PERSON) == ["Saoirse Ronan"]
    assert found(reader, "gied", names_tables.PERSON) == ["Mel Giedroyc"]
    assert found(reader, "nobody", names_tables.PERSON) == []
    (one, _) = names = suggested.names(reader, "break", names_tables.TITLE)
    assert one.showings == 2
    following = suggested.next_showings(reader, names, NOW)
    assert following[one.id]["start_time"] == moment(-6)


def test_the_best_hits_come_first(reader: sqlite3.Connection) -> None:
    # What is called so, the block of half a day last of it; then what has the word in its title, then in any text.
    assert titles(reader, "breakfast") == ["BREAKFAST", "Breakfast", "Breakfast at Noon", "Old Songs"]
    assert titles(reader, "breakf") == ["BREAKFAST", "Breakfast at Noon", "Breakfast", "Old Songs"]
    assert titles(reader, "saoirse") == ["Little Women"]
    assert titles(reader, "breakfast", start=moment(9), end=moment(12)) == ["Breakfast at Noon"]
    assert titles(reader, "breakfst") == []


def test_what_is_meant(reader: sqlite3.Connection) -> None:
    assert suggested.meant(reader, "breakfst") == "breakfast"
    assert suggested.meant(reader, "Saoirse Rohan") == "saoirse ronan"
    assert suggested.meant(reader, "chanel two") == "channel two"
    assert suggested.meant(reader, "qqqqqqqq") is None


def test_the_tables_follow_the_guide(guide: sqlite3.Connection, reader: sqlite3.Connection) -> None:
    add(guide, 1, moment(20), moment(21), "Brisket")
    assert found(reader, "bri") == []
    guide.execute("UPDATE generation SET number = number + 1")
    names_tables.prepare(reader, NOW, 5.0)
    assert found(reader, "bri") == ["Brisket"]
    guide.execute("DELETE FROM airings")
    guide.execute("UPDATE generation SET number = number + 1")
    names_tables.prepare(reader, NOW, 0.0)
    assert found(reader, "b") == []


def test_one_search_widens_only_by_what_it_may(guide: sqlite3.Connection, tmp_path: Path) -> None:
    conn = connect(tmp_path / "epg.db")
    names_tables.prepare(conn, NOW, 0.0)
    assert found(conn, "break") == ["Breakfast"]
    assert found(conn, "little") == []
    names_tables.prepare(conn, NOW, 5.0)
    assert found(conn, "little") == ["Little Women"]
    conn.close()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("breakfst", "breakfast"), ("braekfast", "breakfast"), ("Fotball Times", "football times"), ("breakfast", None),
        ("Brëakfast", None), ("tim", None), ("hm", None), ("2001", None), ("zzzzzzzz", None), ("...", None),
    ],
)  # fmt: skip
def test_spelling(text: str, expected: str | None) -> None:
    def known(shortest: int, longest: int) -> list[tuple[str, int]]:
        return [pair for pair in KNOWN if shortest <= len(pair[0]) <= longest]

    assert misspelt.meant(text, known) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1", [2]), ("bbc one", [1, 2]), ("bbc", [2, 1, 4]), ("one", [6, 2, 1]), ("erste", [3]), ("tele elan", [5]),
        ("élan", [5]), ("one hd", [2]), ("x", []), ("", []), ("!", []),
    ],
)  # fmt: skip
def test_channels_by_name_and_number(text: str, expected: list[int]) -> None:
    assert suggested.likely_channels(text, CHANNELS) == expected


@pytest.mark.parametrize(
    ("words", "query"),
    [("bre", '"bre"*'), ("a b", '"a" "b"*'), ("bre ", '"bre"'), ('"a b"', '"a b"'), ("a*", '"a"*'), (" ", "")],
)  # fmt: skip
def test_the_last_word_may_be_a_beginning(words: str, query: str) -> None:
    assert typed_query(words) == query
