"""Bounds on what strangers can ask for at once: places, places by address, and the pace of a client that reads."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from epg_web.base.answer import Refused
from epg_web.bounds import places as module
from epg_web.bounds.pace import Paced
from epg_web.bounds.places import BoundedPlaces, PlacesByAddress, address_of


def busy() -> Refused:
    return Refused(503, "busy")


def of(address: str | None) -> dict[str, Any]:
    return {"type": "http", "client": None if address is None else (address, 1234)}


async def test_as_many_as_there_are_places() -> None:
    places = BoundedPlaces(2, 1, 0.01, busy)
    await places.enter()
    await places.enter()
    with pytest.raises(Refused):
        await places.enter()
    places.leave()
    await places.enter()
    assert (places.inside, places.waiting) == (2, 0)


async def test_one_that_waits_gets_the_next_place() -> None:
    places = BoundedPlaces(1, 1, 30.0, busy)
    await places.enter()
    waiting = asyncio.ensure_future(places.enter())
    await asyncio.sleep(0)
    assert (places.inside, places.waiting) == (2, 1)
    places.leave()
    await waiting
    assert (places.inside, places.waiting) == (1, 0)


async def test_more_than_may_wait_are_refused_after_a_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PAUSE", 0.01)
    places = BoundedPlaces(1, 1, 30.0, busy)
    await places.enter()
    waiting = asyncio.ensure_future(places.enter())
    await asyncio.sleep(0)
    results = await asyncio.gather(*(places.enter() for _ in range(200)), return_exceptions=True)
    assert all(isinstance(result, Refused) for result in results)
    assert len(set(map(id, results))) == 200
    assert not waiting.done()
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    assert (places.inside, places.waiting, places.pausing) == (1, 0, 0)


async def test_each_address_has_its_own_place() -> None:
    places = PlacesByAddress(lambda: BoundedPlaces(1, 1, 0.01, busy))
    async with places.taken(of("10.0.0.1")), places.taken(of("10.0.0.2")), places.taken(of("2001:db8::1")):
        for address in ("10.0.0.1", "2001:db8::ffff:1"):
            with pytest.raises(Refused):
                async with places.taken(of(address)):
                    pass
        async with places.taken(of("2001:db8:0:1::1")):
            assert len(places.known) == 4
    assert places.known == {}


@pytest.mark.parametrize(
    ("client", "address"),
    [
        ("10.0.0.1", "10.0.0.1"), ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"), ("::1", "::/64"),
        ("fe80::1%eth0", "fe80::/64"), ("::ffff:10.0.0.1", "10.0.0.1"), ("testclient", "testclient"), (None, ""),
    ],
)  # fmt: skip
def test_the_address_of_a_client(client: str | None, address: str) -> None:
    assert address_of(of(client)) == address


async def test_who_reads_too_slowly_is_taken_for_gone() -> None:
    never = asyncio.Event()

    async def wait(*message: Any) -> Any:
        await never.wait()

    paced = Paced(wait, wait, slowest=1e6, late=0.05)
    assert not paced.over.is_set()
    await paced.send({"type": "http.response.body", "body": b"x" * 1000, "more_body": True})
    assert await paced.receive() == {"type": "http.disconnect"}


async def test_speed_cannot_be_saved_up() -> None:
    sent = []

    async def take(message: Any) -> None:
        sent.append(message)

    async def ask() -> Any:
        return {"type": "http.request"}

    paced = Paced(ask, take, slowest=10.0, late=0.05)
    for _ in range(50):
        await paced.send({"type": "http.response.body", "body": b"x" * 1000, "more_body": True})
    assert len(sent) == 50
    assert paced.spare <= 0.05
    assert await paced.receive() == {"type": "http.request"}
