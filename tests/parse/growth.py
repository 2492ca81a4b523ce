"""How the time of reading grows with the input, measured so that a busy machine does not matter much."""

from __future__ import annotations

import time
from collections.abc import Callable
from math import log2

from tests.parse.feed_reader import read

#: Twice the input may take so much more time. A quadratic search takes four times as long.
MOST = 2.3
#: a run that takes less is not compared: the clock and other processes are most of it
SHORT = 0.004


def growth(make: Callable[[int], bytes], size: int, rounds: int = 25) -> float:
    """How much longer twice the input takes, for a feed that `make` makes from a size.

    A feed is read in blocks, and caches have sizes too: where one is full, time takes a step. A step shows in one doubling,
    not in three, so three are measured where one seems to take too long.
    """
    once = _growth(make, size, 2, rounds)
    return once if once <= MOST else min(once, _growth(make, size, 8, rounds))


def _growth(make: Callable[[int], bytes], size: int, times: int, rounds: int) -> float:
    """The growth for each doubling up to so many times the size: the best of pairs of runs, as other processes disturb them."""
    small, large = make(size), make(times * size)
    first = second = float("inf")
    for _ in range(rounds):
        first, second = min(first, _seconds(small)), min(second, _seconds(large))
        if second < SHORT or second <= MOST ** log2(times) * first:
            break
    return (second / first) ** (1 / log2(times)) if second >= SHORT else 1.0


def _seconds(body: bytes) -> float:
    begun = time.process_time()
    read(body)
    return time.process_time() - begun
