"""The server's side of CSV with all rows: a SQL process of its own for each, and few of them at once."""

import socket
from functools import partial
from typing import Any

from ..base.answer import Refused
from ..bounds.places import BoundedPlaces
from .forked import Forker
from .framing import receive, send

#: tables that are sent at once, how many wait for a place, and for how many seconds
AT_ONCE, WAITING, PATIENCE = 2, 10, 20.0
#: seconds on the processor for one; all programmes of a guide with 200,000 take 6
SECONDS = 30
#: seconds after which a process is given up that has sent nothing, on a machine with much else to do
LOST = 150.0
TOO_LONG = "the SQL took too long: ask for fewer rows, or leave out the order"
BUSY = partial(
    Refused, 503, "too many tables are being sent as CSV; try again", headers={"Retry-After": "30"}
)


class CsvPlaces:
    """The places for CSV of one database. `address` is SQLite's URI for it."""

    def __init__(self, address: str, name: str, forker: Forker) -> None:
        self.setup, self.forker = (address, name, True), forker
        self.places = BoundedPlaces(AT_ONCE, WAITING, PATIENCE, BUSY)


def csv_places_of(datasette: Any) -> CsvPlaces | None:
    """The places of an instance; None where SQL of visitors has no processes of its own."""
    found: CsvPlaces | None = getattr(datasette, "_epg_csv_places", None)
    return found


class CsvStream:
    """One statement as CSV. Its methods block, and no two of them may run at once.

    They raise `Refused` (400) with what is wrong with the statement, also where it used up its time.
    """

    def __init__(self, places: CsvPlaces, statement: str, values: Any, packed: bool) -> None:
        self.places = places
        self.question = (statement, values, SECONDS, packed)
        self.end: socket.socket | None = None
        self.first: bytes | None = None
        self.over = self.first_was_sent = False

    def begin(self) -> None:
        """Start the process, and wait for the first rows. Raises `Refused` (503) where the system has no room for it."""
        try:
            self.end = self.places.forker.new()
        except OSError as error:
            raise Refused(503, "no SQL can be run now; try again", headers={"Retry-After": "5"}) from error
        self.end.settimeout(LOST)
        send(self.end, self.places.setup)
        send(self.end, self.question)
        self.first = self._next()

    def block(self) -> bytes | None:
        """The next bytes, None after the last ones."""
        found, self.first = self.first, None
        self.first_was_sent = True
        return found or self._next()

    def _next(self) -> bytes | None:
        if self.over or self.end is None:
            return None
        try:
            kind, *told = receive(self.end)
        except (EOFError, OSError):
            raise Refused(400, TOO_LONG) from None
        if kind == "error":
            raise Refused(400, TOO_LONG if told[1] == "interrupted" else told[1])
        self.over = kind == "end"
        block: bytes = told[0]
        return block or None

    def close(self) -> None:
        """The process ends when it sends the next block."""
        if self.end is not None:
            self.end.close()
