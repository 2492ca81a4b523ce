"""Anything that is repeated takes time in proportion to its length, wherever it stands in a real feed."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fuzz.damage import TOKENS, Damage, damages
from tests.parse.growth import MOST, growth

#: what is repeated is this long, then twice as long
SIZE = 30_000
pieces = st.lists(st.sampled_from(TOKENS), min_size=1, max_size=4).map(b"".join)


@pytest.fixture(autouse=True, scope="module")
def no_collector() -> Iterator[None]:
    """Parser processes run without the garbage collector too; its time is not that of the parser."""
    gc.disable()
    yield
    gc.enable()


@given(damages(), pieces)
def test_repeats_take_linear_time(damage: Damage, piece: bytes) -> None:
    def make(size: int) -> bytes:
        instead = piece * (size // len(piece))
        return Damage(damage.slice, damage.start, damage.stop, instead).body

    assert growth(make, SIZE, rounds=10) <= MOST


@given(damages())
def test_many_damaged_programmes_take_linear_time(damage: Damage) -> None:
    """The same damage in each of many programmes."""
    first, last = damage.slice.places[0][0], damage.slice.places[-1][1]
    body = damage.body
    tail = len(damage.slice.body) - last
    middle = body[first : len(body) - tail]
    assert (
        growth(lambda times: body[:first] + middle * times + body[len(body) - tail :], 40, rounds=10) <= MOST
    )
