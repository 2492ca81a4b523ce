"""How the time of reading grows with the input, measured so that a busy machine does not matter much."""

from __future__ import annotations

import time
from collections.abc import Callable

from tests.parse.feed_reader import read

#: Twice the input may take so much more time before a larger one is asked.
SUSPECT = 2.3
#: The larger input may take so much more time. Where a quadratic search takes enough of the small input's time to be
#: suspected, it takes most of the large input's time: its growth is 3.1 or more there.
MOST = 2.7
#: a run that takes less is not compared: the clock and other processes are most of it
SHORT = 0.004


def growth(make: Callable[[int], bytes], size: int, rounds: int = 25) -> float:
    """How much longer twice the input takes, for a feed that `make` makes from a size.

    A feed is read in blocks, and blocks, caches and elements have limits: where one is reached, time takes a step. Steps
    and other processes also disturb one size only, a quadratic search disturbs a larger size more: so eight times the
    size decides where the first measure is too great.
    """
    once = _growth(make, size, rounds)
    return once if once <= SUSPECT else _growth(make, 8 * size, rounds)


def _growth(make: Callable[[int], bytes], size: int, rounds: int) -> float:
    """The growth for one doubling: the best of pairs of runs, as other processes disturb them."""
    small, large = make(size), make(2 * size)
    first = second = float("inf")
    for _ in range(rounds):
        first, second = min(first, _seconds(small)), min(second, _seconds(large))
        if second < SHORT or second <= SUSPECT * first:
            break
    return second / first if second >= SHORT else 1.0


def _seconds(body: bytes) -> float:
    begun = time.process_time()
    read(body)
    return time.process_time() - begun
