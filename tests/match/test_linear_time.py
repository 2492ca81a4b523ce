"""Feeds that make a decision slow: twice as many channels take about twice the time."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from epg_ingest.match.decide import decide
from epg_ingest.match.values import Comparison, Evidence, FeedChannel

pytestmark = pytest.mark.slow

#: the names of the channel with this number in each feed
KINDS: dict[str, Callable[[int], str]] = {
    "one name": lambda number: "BBC One",
    "one name and its delay": lambda number: "BBC One +1" if number % 2 else "BBC One",
    "each its name": lambda number: f"Channel {number} of many",
    "two of each name": lambda number: f"Channel {number // 2} of many",
    "numbers": str,
    "nothing": lambda number: "",
}
FEEDS = 4
UNKNOWN = Comparison("unclear", "nothing to compare", comparable=False)


def cost(name: Callable[[int], str], channels: int) -> float:
    """The CPU seconds of a decision about four feeds without schedules."""
    declared = tuple(
        FeedChannel(feed, f"id{number}.{feed}", (name(number),) if name(number) else ())
        for feed in range(1, FEEDS + 1)
        for number in range(channels)
    )
    before = time.process_time()
    decide(Evidence(declared, lambda one, other: UNKNOWN))
    return time.process_time() - before


@pytest.mark.parametrize("kind", KINDS)
def test_twice_the_channels_take_twice_the_time(kind: str) -> None:
    once = twice = float("inf")
    # What else runs on the machine only adds to a time. So more rounds come closer to the time of the decision alone.
    for number in range(10):
        once, twice = min(once, cost(KINDS[kind], 800)), min(twice, cost(KINDS[kind], 1600))
        if number and twice <= 2.6 * once:
            return
    pytest.fail(f"{once:.3f} s of CPU, and {twice:.3f} s for twice the channels")
