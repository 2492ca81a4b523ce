"""Where entries stand after a person has moved some of them, and after the next refresh."""

from __future__ import annotations

from pathlib import Path

import pytest
from epg_ingest.lineup_store.entry_edits import add_entry, edit_entries
from epg_ingest.lineup_store.entry_order import reordered
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.helpers.support import NOON, Guide
from tests.lineup_store.household import Household, entries, fill, playlist


@pytest.mark.parametrize(
    ("wanted", "order"),
    [
        ({4: 1}, [4, 1, 2, 3, 5]), ({1: 5}, [2, 3, 4, 5, 1]), ({2: 3}, [1, 3, 2, 4, 5]), ({3: 3}, [1, 2, 3, 4, 5]),
        ({1: 99}, [2, 3, 4, 5, 1]), ({4: 1, 5: 2}, [4, 5, 1, 2, 3]), ({5: 1, 4: 1}, [5, 4, 1, 2, 3]),
        ({1: 5, 2: 5}, [3, 4, 5, 1, 2]), ({1: 50, 2: 40}, [3, 4, 5, 2, 1]), ({}, [1, 2, 3, 4, 5]),
    ],
)  # fmt: skip
def test_places(wanted: dict[int, int], order: list[int]) -> None:
    assert reordered([1, 2, 3, 4, 5], wanted) == order


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 12), st.dictionaries(st.integers(1, 12), st.integers(1, 20)))
def test_nothing_is_lost_and_the_others_keep_their_order(count: int, wanted: dict[int, int]) -> None:
    order = list(range(1, count + 1))
    wanted = {ident: place for ident, place in wanted.items() if ident <= count}
    found = reordered(order, wanted)
    assert sorted(found) == order
    others = [ident for ident in found if ident not in wanted]
    assert others == sorted(others)
    if len(wanted) == 1:
        ((ident, place),) = wanted.items()
        assert found.index(ident) + 1 == min(place, count)


@pytest.fixture
def home(tmp_path: Path) -> Household:
    guide = Guide(tmp_path)
    fill(guide)
    found = Household(guide, playlist(entries(6)))
    found.refresh()
    return found


def names(home: Household) -> list[str]:
    rows = home.rows()
    assert [row.position for row in rows] == list(range(1, len(rows) + 1))
    return [row.name[:3] for row in rows]


def test_moves_stay_after_a_refresh_and_a_placed_entry_can_be_passed(home: Household) -> None:
    assert names(home) == ["Har", "Mea", "Lan", "Qua", "Thi", "Bra"]
    idents = {row.name[:3]: row.id for row in home.rows()}

    def move(name: str, place: int) -> list[str]:
        edit_entries(home.guide.db, "home", [{"id": idents[name], "position": place}], now=NOON)
        return names(home)

    assert move("Thi", 2) == ["Har", "Thi", "Mea", "Lan", "Qua", "Bra"]
    assert move("Mea", 2) == ["Har", "Mea", "Thi", "Lan", "Qua", "Bra"]
    assert move("Bra", 1) == ["Bra", "Har", "Mea", "Thi", "Lan", "Qua"]
    home.refresh(playlist(one._replace(name=f"{one.name} HD") for one in entries(6)), force=True)
    assert names(home) == ["Bra", "Har", "Mea", "Thi", "Lan", "Qua"]
    assert move("Bra", 6) == ["Har", "Mea", "Thi", "Lan", "Qua", "Bra"]


def test_an_entry_is_added_at_a_place(home: Household) -> None:
    add_entry(home.guide.db, "home", {"name": "Own", "position": 2}, now=NOON)
    assert names(home)[:3] == ["Har", "Own", "Mea"]
    home.refresh(playlist(entries(6)), force=True)
    assert names(home)[:3] == ["Har", "Own", "Mea"]
