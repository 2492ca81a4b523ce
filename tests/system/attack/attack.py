"""Every attack of `classes.py` against a real server, with a table of what each got and what it did to the others.

    python -m tests.system.attack.attack [PART OF A NAME …]

`others` is the median time of requests for other pages while 40 strangers are at it, as a multiple of the median when nobody
is. The strangers have a process of their own with a lower priority, because on a real site they have machines of their own.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from multiprocessing.connection import Connection
from pathlib import Path
from typing import NamedTuple

from tests.helpers.webprocess import Web
from tests.system.attack.classes import ATTACKS, Attack
from tests.system.attack.strangers import Outcome
from tests.system.attack.target import target

STRANGERS = 40
#: pages and answers that are asked for meanwhile
OTHERS = (
    "/api/v1/now",
    "/api/v1/channels",
    "/api/v1/channels/2/programs",
    "/",
    "/guide/channel/2",
    "/-/readyz",
    "/-/epg/api",
)
#: requests by which the idle median is found
IDLE = 70


class Result(NamedTuple):
    """What an attack got, what the others got meanwhile, their median in seconds, and how many bytes the server grew."""

    got: Counter[Outcome]
    others: Counter[int]
    median: float
    grown: int


def strangers(number: int, port: int, end: Connection) -> None:
    """The process of the strangers: carries out attack `number` and sends what they got."""
    os.nice(10)
    end.send(asyncio.run(carried_out(ATTACKS[number], port)))


async def carried_out(attack: Attack, port: int) -> Counter[Outcome]:
    """What all strangers got in the time of the attack."""
    got: Counter[Outcome] = Counter()
    end = time.monotonic() + attack.seconds

    async def stranger(number: int) -> None:
        while time.monotonic() < end:
            got[await attack.deed(number, port)] += 1

    await asyncio.gather(*(stranger(number) for number in range(STRANGERS)))
    return got


def asked(web: Web, place: int) -> tuple[int, float]:
    """Status and seconds of one request for another page."""
    begun = time.perf_counter()
    status = web.ask(OTHERS[place % len(OTHERS)]).status
    return status, time.perf_counter() - begun


def idle(web: Web) -> float:
    """The median in seconds when nobody attacks."""
    for place in range(IDLE):
        asked(web, place)
    return statistics.median(asked(web, place)[1] for place in range(IDLE))


def memory(web: Web) -> int:
    """Bytes that the server takes at its highest."""
    lines = Path(f"/proc/{web.process.pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM"))


def attacked(web: Web, number: int) -> Result:
    """Attack the server by 40 strangers, and ask for other pages meanwhile."""
    ours, theirs = multiprocessing.Pipe(duplex=False)
    before = memory(web)
    process = multiprocessing.get_context("spawn").Process(target=strangers, args=(number, web.port, theirs))
    process.start()
    theirs.close()
    time.sleep(1)  # until they are all there
    others: Counter[int] = Counter()
    times = []
    for place in range(10**9):
        if ours.poll():
            break
        status, seconds = asked(web, place)
        others[status] += 1
        times.append(seconds)
    got: Counter[Outcome] = ours.recv()
    process.join()
    return Result(got, others, statistics.median(times), memory(web) - before)


def line(name: str, result: Result, usual: float) -> str:
    def told(outcomes: Counter[Outcome] | Counter[int]) -> str:
        return ", ".join(f"{count} × {outcome}" for outcome, count in sorted(outcomes.items(), key=str))

    ratio = result.median / usual
    return (
        f"| {name} | {told(result.got)} | {told(result.others)} | {ratio:.1f} | {result.grown / 1e6:.0f} MB |"
    )


def main(names: Sequence[str] = ()) -> None:
    with tempfile.TemporaryDirectory() as folder, target(Path(folder)) as web:
        usual = idle(web)
        print(f"idle median of the others: {usual * 1000:.1f} ms; strangers: {STRANGERS}\n")
        print("| attack | the strangers got | the others got | others, × idle | memory |")
        print("| --- | --- | --- | --- | --- |", flush=True)
        for number, attack in enumerate(ATTACKS):
            if not names or any(name in attack.name for name in names):
                print(line(attack.name, attacked(web, number), usual), flush=True)


if __name__ == "__main__":
    import sys

    main(sys.argv[1:])
