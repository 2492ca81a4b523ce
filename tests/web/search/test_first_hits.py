"""What a search for a common word shows first is what a look at all its hits would show first."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from random import Random
from typing import Any

import pytest
from epg_web.api import reads
from epg_web.search import first_hits, upcoming_tables

from tests.helpers.datasette_helpers import BEGIN, add, make_guide, moment

NOW = BEGIN.timestamp()
#: everything the words are in, in the order of a search, without any bound
ALL = """
    SELECT p.id FROM contents_fts f JOIN programs p ON p.content_id = f.rowid JOIN channels c ON c.id = p.channel_id
    JOIN providers v ON v.id = p.provider_id
    WHERE contents_fts MATCH ? AND p.end_time > ? AND p.shadowed_by IS NULL AND c.hidden = 0 AND v.enabled = 1
    ORDER BY p.start_time, p.id LIMIT ?
"""


@pytest.fixture(scope="module")
def conn(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    """Three channels (the third is hidden), the day before and two days behind, rows of both providers, some of them hidden."""
    conn = make_guide(tmp_path_factory.mktemp("guide") / "epg.db")
    rng = Random(5)
    for provider in (1, 2):
        for channel in (1, 2, 3):
            at = -24.0
            while at < 48:
                length = rng.choice([0.25, 0.5, 1, 2])
                title = rng.choice(["News of the day", "Daily news", "Film", "The film", "The news"])
                hidden = 1 if provider == 2 and rng.random() < 0.7 else None
                add(
                    conn, channel, moment(at), moment(at + length), title, provider_id=provider, shadowed_by=hidden,
                    description=rng.choice(["All the news", None, "A film"]),
                )  # fmt: skip
                at += length
    yield conn
    conn.close()


@pytest.fixture(params=[(0, 10_000, 0), (0, 0, 0), (0, 0, 10_000)], ids=["near", "words", "words, then near"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in zip(("FEW", "MANY", "TOO_MANY"), request.param, strict=True):
        monkeypatch.setattr(first_hits, name, value)


def found(
    conn: sqlite3.Connection, words: str, need: int, now: float = NOW, channels: list[int] | None = None
) -> list[int] | None:
    """What is found when as much is known to be near as may be: each search that finds too few widens it by a step."""
    for _ in range(
        upcoming_tables.WIDEST // upcoming_tables.STEP + upcoming_tables.MOST_WORDS // upcoming_tables.WORDS
    ):
        if (ids := first_hits.first_hits(conn, words, need, now, channels)) is not None:
            return ids
    return None


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize("words", ['"news"', '"the"', '"the" "film"', '"da"*'])
@pytest.mark.parametrize("need", [1, 5, 21])
def test_the_soonest_are_those_of_all_hits(conn: sqlite3.Connection, words: str, need: int) -> None:
    wanted = [ident for (ident,) in conn.execute(ALL, [words, moment(0), need])]
    ids = found(conn, words, need)
    if ids is None:
        late = conn.execute(f"SELECT count(*) FROM ({ALL}) h JOIN programs p USING (id) WHERE p.start_time < ?",
                            [words, moment(0), need, moment(24)]).fetchone()[0]  # fmt: skip
        assert late < need, "the next day has enough of them"
    else:
        assert ids == wanted


@pytest.mark.usefixtures("way")
def test_only_the_channels_asked_for(conn: sqlite3.Connection) -> None:
    ids = found(conn, '"news"', 3, channels=[2]) or []
    channels = {
        conn.execute("SELECT channel_id FROM programs WHERE id = ?", [ident]).fetchone()[0] for ident in ids
    }
    assert len(ids) == 3 and channels == {2}
    assert found(conn, '"news"', 3, channels=[3]) is None, "a hidden channel shows nothing"


def test_a_rare_word_and_a_deep_page_are_looked_for_among_the_hits(conn: sqlite3.Connection) -> None:
    assert first_hits.first_hits(conn, '"news"', 1, NOW, None) is None
    assert first_hits.first_hits(conn, '"news"', first_hits.DEEPEST + 1, NOW, None) is None


def test_what_may_be_on_for_days_is_looked_for_among_the_hits(
    conn: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(first_hits, "FEW", 0)
    assert first_hits.first_hits(conn, '"news"', 1, NOW, None)
    monkeypatch.setattr(first_hits, "LONGEST", 60)
    assert first_hits.first_hits(conn, '"news"', 1, NOW, None) is None


def test_a_search_answers_the_same_either_way(
    conn: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    values: dict[str, Any] = {
        "q": "news",
        "limit": 4,
        "offset": 0,
        "channels": None,
        "start": None,
        "end": None,
        "genre": None,
    }
    for offset in (0, 4, 8):
        values["offset"] = offset
        monkeypatch.setattr(first_hits, "FEW", 3_000)
        among_all = reads.search(conn, None, values, NOW)
        for many in (0, 30_000):
            monkeypatch.setattr(first_hits, "FEW", 0)
            monkeypatch.setattr(first_hits, "MANY", many)
            assert reads.search(conn, None, values, NOW) == among_all
