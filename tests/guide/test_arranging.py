"""The order and the groups that people give channels."""

from __future__ import annotations

from typing import Any

import pytest
from epg_ingest.changes.perform import is_large, perform_here
from epg_ingest.core.errors import ConflictError, NotFoundError, UsageError
from epg_ingest.guide.arranging.channel_order import STEP, places
from hypothesis import given
from hypothesis import strategies as st

from tests.helpers.support import HOUR, NOON, Guide, feed, show

NAMES = [(name, name.title()) for name in ("a", "b", "c", "d")]


@pytest.fixture
def four(guide: Guide) -> Guide:
    guide.load("good", feed([show(name, NOON, NOON + HOUR, name) for name, _ in NAMES], NAMES))
    return guide


def do(guide: Guide, operation: str, **arguments: Any) -> dict[str, Any]:
    return perform_here(guide.path, operation, arguments, actor="ann", now=NOON)


def in_order(guide: Guide) -> str:
    return "".join(
        row["name"] for row in guide.rows("SELECT name FROM channels ORDER BY coalesce(position, 9e18), name")
    )


def sorted_by(now: dict[int, int | None], changed: dict[int, int]) -> list[int]:
    """What the guide's own order makes of the places; equal ones stay in the order that they had."""
    after = {**now, **changed}
    return sorted(now, key=lambda ident: float("inf") if after[ident] is None else after[ident] or 0)


@given(st.data())
def test_whatever_moves_stands_where_it_was_put(data: st.DataObject) -> None:
    placed = data.draw(st.integers(0, 6))
    rest = data.draw(st.integers(0, 4))
    step = data.draw(st.sampled_from([1, 2, STEP]))
    order = data.draw(st.permutations(range(1, placed + rest + 2)))
    now = {ident: step * (at + 1) if at < placed else None for at, ident in enumerate(order)}
    moved = data.draw(st.lists(st.sampled_from(order), unique=True, min_size=1, max_size=3))
    stay = [ident for ident in order if ident not in moved]
    before = data.draw(st.sampled_from([*stay, None])) if stay else None
    at = len(stay) if before is None else stay.index(before)
    changed = places(now, moved, before)
    found = sorted_by(now, changed)
    assert found[at : at + len(moved)] == moved, (now, moved, before, changed)
    assert [ident for ident in found if ident not in moved] == stay


def test_an_order_is_given_and_taken_back(four: Guide) -> None:
    do(four, "channel.move", channels=[4], before=1)
    assert in_order(four) == "dabc"
    do(four, "channel.move", channels=[3, 2], before=1)
    assert in_order(four) == "dcba"
    assert do(four, "channel.forget_order")["places"] == 3
    assert in_order(four) == "abcd"


def test_groups_are_made_by_their_first_channel_and_go_with_their_last(four: Guide) -> None:
    assert do(four, "channel.group", channels=[1, 2], group=" News ")["changed"] == 2
    assert do(four, "channel.group", channels=[2, 3], group="news")["changed"] == 1
    assert four.rows("SELECT name, position FROM groups") == [{"name": "News", "position": 1}]
    do(four, "channel.merge_many", sources=[3, 2], target=4)
    assert four.rows("SELECT channel_id FROM channel_groups ORDER BY 1") == [
        {"channel_id": 1}, {"channel_id": 4}
    ]  # fmt: skip
    do(four, "channel.group", channels=[1, 4], group="NEWS", member=False)
    assert four.rows("SELECT * FROM groups") == []


REFUSED: list[tuple[str, dict[str, Any], type[Exception]]] = [
    ("channel.move", {"channels": [1], "before": 1}, UsageError),
    ("channel.move", {"channels": [1], "before": 99}, NotFoundError),
    ("channel.move", {"channels": [99]}, NotFoundError),
    ("channel.move", {"channels": [True]}, UsageError),
    ("channel.move", {"channels": []}, UsageError),
    ("channel.group", {"channels": [99], "group": "x"}, NotFoundError),
    ("channel.group", {"channels": [1], "group": " "}, UsageError),
    ("channel.group", {"channels": [1], "group": "x", "member": False}, NotFoundError),
    ("channel.merge_many", {"sources": [1, 2], "target": 2}, UsageError),
    ("channel.merge_many", {"sources": [1, 99], "target": 2}, NotFoundError),
    ("channels.match", {"score": 2}, UsageError),
    ("undo", {"change": 99}, NotFoundError),
]


def test_what_cannot_be_is_refused_and_changes_nothing(four: Guide) -> None:
    before = four.rows("SELECT * FROM channels"), four.rows("SELECT * FROM write_log")
    for operation, arguments, kind in REFUSED:
        with pytest.raises(kind):
            do(four, operation, **arguments)
        assert not is_large(four.path, operation, arguments)
    assert (four.rows("SELECT * FROM channels"), four.rows("SELECT * FROM write_log")) == before


def test_a_page_takes_back_its_own_change_only(four: Guide) -> None:
    do(four, "channel.group", channels=[1], group="News")
    (mine,) = four.rows("SELECT max(id) AS id FROM write_log")
    do(four, "channel.group", channels=[2], group="News")
    with pytest.raises(ConflictError, match="another change came after it"):
        do(four, "undo", change=mine["id"])
    assert do(four, "undo")["action"] == "channel.group"
    do(four, "undo", change=mine["id"])
    assert four.rows("SELECT * FROM groups") == []
