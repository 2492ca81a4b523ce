"""Ports for servers of tests."""

from __future__ import annotations

import os
import random
import socket
from collections.abc import Iterator
from itertools import cycle, islice

#: Below the ports that the system gives to connections (32768 and more on Linux): between the moment at which a port is found
#: and the start of a server there, a connection of another test could take it.
_FIRST, _EACH, _PROCESSES = 12_000, 1_200, 16


def _of_this_process() -> Iterator[int]:
    """The ports of this process, one after the other from a random one on: processes that run tests at once share none."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
    first = _FIRST + _EACH * (int(worker) % _PROCESSES if worker.isdigit() else 0)
    return islice(cycle(range(first, first + _EACH)), random.randrange(_EACH), None)


_ports = _of_this_process()


def unused_port(host: str = "127.0.0.1") -> int:
    """A port on which nothing listens; each call gives another one."""
    for port in islice(_ports, _EACH):
        with socket.socket() as probe:
            try:
                probe.bind((host, port))
            except OSError:
                continue
            return port
    raise RuntimeError(f"nothing is free among the {_EACH} ports of this process")
