"""Addresses in turns between hosts: places, rests, and what a slow host does to its own pictures only."""

from __future__ import annotations

import threading

import pytest
from epg_ingest.logos.host_queue import PER_HOST, SLOW, HostQueue, rest
from epg_ingest.logos.logo_address import host_of


@pytest.mark.parametrize(
    ("address", "host"),
    [
        ("http://a.example/1.png", "a.example"),
        ("HTTPS://A.Example:8080/x?y", "a.example:8080"),
        ("http://user:secret@a.example/1.png", "a.example"),
        ("http://[::1]:80/1.png", "[::1]:80"),
        ("http://[oops/1.png", ""),
        ("data:image/png;base64,AAAA", ""),
    ],
)
def test_the_host_of_an_address(address: str, host: str) -> None:
    assert host_of(address) == host


@pytest.mark.parametrize(
    ("seconds", "came", "pause"),
    [(0.0, True, 0), (SLOW, False, 0), (3.0, True, 12), (3.0, False, 90), (15.0, False, 450)],
)
def test_how_long_a_host_rests(seconds: float, came: bool, pause: float) -> None:
    assert rest(seconds, came) == pause


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def queue(clock: Clock) -> HostQueue:
    return HostQueue(clock)


def put(queue: HostQueue, host: str, count: int) -> list[str]:
    addresses = [f"http://{host}/{number}.png" for number in range(count)]
    for address in addresses:
        queue.put(address)
    return addresses


def taken(queue: HostQueue) -> list[tuple[str, bool]]:
    """All that can be taken without waiting."""
    found = []
    while (one := queue._next()) is not None:
        found.append(one)
    return found


def test_a_host_has_so_many_places_and_hosts_have_turns(queue: HostQueue) -> None:
    slow, other = put(queue, "slow", 9), put(queue, "other", 2)
    assert taken(queue) == [
        (slow[0], True), (other[0], True), (slow[1], True), (other[1], True), (slow[2], True),
    ]  # fmt: skip
    queue.done(slow[0], 0.1, came=True)
    assert taken(queue) == [(slow[3], True)]
    assert queue.busy == {"slow": PER_HOST, "other": 2}


def test_what_waits_for_a_host_that_rests_is_given_back(queue: HostQueue, clock: Clock) -> None:
    slow = put(queue, "slow", 6)
    assert len(taken(queue)) == 3
    queue.done(slow[0], 5.0, came=False)
    assert taken(queue) == [(address, False) for address in slow[3:]]
    queue.done(slow[1], 0.1, came=True)
    put(queue, "slow", 1)
    assert taken(queue) == [(slow[0], False)], "a quick answer does not end the rest"
    clock.now += 151
    queue.done(slow[2], 0.1, came=True)
    put(queue, "slow", 1)
    assert taken(queue) == [(slow[0], True)]
    assert not queue.resting
    queue.done(slow[0], 0.1, came=True)
    assert not queue.busy and not queue.waiting, "nothing is left of a host without addresses"


def test_a_thread_waits_and_ends(queue: HostQueue) -> None:
    found: list[object] = []

    def work() -> None:
        while (one := queue.take()) is not None:
            found.append(one)
            queue.done(one[0], 0.1, came=True)
        found.append("end")

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    addresses = put(queue, "a", 20)
    while len(found) < 20:
        threads[0].join(0.01)
    queue.close()
    for thread in threads:
        thread.join(5)
    assert sorted(map(str, found)) == sorted([*(str((address, True)) for address in addresses), *["end"] * 4])
