"""Anything that is repeated takes time in proportion to its length, wherever it stands in a real feed."""

from __future__ import annotations

import gc
import time
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fuzz.damage import TOKENS, Damage, damages
from tests.parse.feed_reader import read

#: what is repeated is this long, then twice as long
SIZE = 30_000
#: Twice the size takes up to so much more time. A quadratic search takes four times as long.
MOST = 2.3
#: a run that takes less is not compared: the clock and other processes are most of it
SHORT = 0.02
pieces = st.lists(st.sampled_from(TOKENS), min_size=1, max_size=4).map(b"".join)


@pytest.fixture(autouse=True, scope="module")
def no_collector() -> Iterator[None]:
    """Parser processes run without the garbage collector too; its time is not that of the parser."""
    gc.disable()
    yield
    gc.enable()


def seconds(body: bytes) -> float:
    begun = time.process_time()
    read(body)
    return time.process_time() - begun


def slower(once: bytes, twice: bytes) -> float:
    """How much longer the second takes: the best of up to ten pairs of runs, as other processes disturb them."""
    first = second = float("inf")
    for _ in range(10):
        first, second = min(first, seconds(once)), min(second, seconds(twice))
        if second < SHORT or second <= MOST * first:
            break
    return second / first if second >= SHORT else 1.0


@given(damages(), pieces)
def test_repeats_take_linear_time(damage: Damage, piece: bytes) -> None:
    once, twice = (
        Damage(damage.slice, damage.start, damage.stop, piece * (size // len(piece))).body
        for size in (SIZE, 2 * SIZE)
    )
    assert slower(once, twice) <= MOST


@given(damages())
def test_many_damaged_programmes_take_linear_time(damage: Damage) -> None:
    """The same damage in each of many programmes."""
    first, last = damage.slice.places[0][0], damage.slice.places[-1][1]
    body = damage.body
    tail = len(damage.slice.body) - last
    middle = body[first : len(body) - tail]
    once, twice = (body[:first] + middle * times + body[len(body) - tail :] for times in (40, 80))
    assert slower(once, twice) <= MOST
