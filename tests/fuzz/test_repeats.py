"""Anything that is repeated takes time in proportion to its length, wherever it stands in a real feed."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator
from math import log2

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


def growth(make: Callable[[int], bytes], times: int) -> float:
    """How much longer so many times the size takes, for each doubling: the best of up to ten pairs of runs, as other
    processes disturb them."""
    once, more = make(1), make(times)
    first = second = float("inf")
    for _ in range(10):
        first, second = min(first, seconds(once)), min(second, seconds(more))
        if second < SHORT or second <= MOST ** log2(times) * first:
            break
    return (second / first) ** (1 / log2(times)) if second >= SHORT else 1.0


def check_linear(make: Callable[[int], bytes]) -> None:
    """A feed is read in blocks, and where the first one ends, time takes a step. Such a step shows in one doubling, not in
    three."""
    assert growth(make, 2) <= MOST or growth(make, 8) <= MOST


@given(damages(), pieces)
def test_repeats_take_linear_time(damage: Damage, piece: bytes) -> None:
    def make(times: int) -> bytes:
        instead = piece * (times * SIZE // len(piece))
        return Damage(damage.slice, damage.start, damage.stop, instead).body

    check_linear(make)


@given(damages())
def test_many_damaged_programmes_take_linear_time(damage: Damage) -> None:
    """The same damage in each of many programmes."""
    first, last = damage.slice.places[0][0], damage.slice.places[-1][1]
    body = damage.body
    tail = len(damage.slice.body) - last
    middle = body[first : len(body) - tail]
    check_linear(lambda times: body[:first] + middle * (40 * times) + body[len(body) - tail :])
