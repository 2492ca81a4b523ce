"""`Database.execute` of Datasette, in SQL processes: at most so many statements at once, each held to its time.

All SQL that visitors can write or choose goes this way: SQL pages, canned queries, tables with their filters and facets.
"""

import asyncio
import queue
import socket
import sqlite3
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

from ..base.answer import Refused
from ..base.instance_names import DATABASE
from ..bounds.places import BoundedPlaces
from .forked import Forker, shared_forker
from .framing import receive, send
from .kept_answers import KeptAnswers, Rows, key_of
from .sql_rows import as_rows

#: how many statements may wait for a process, and how many seconds each of them
WAITING, PATIENCE = 20, 2.0
#: seconds after its limit at which a process is given up that the kernel should have ended
LOST = 5.0
BUSY = partial(Refused, 503, "too many SQL queries are running; try again", headers={"Retry-After": "5"})
#: errors that a process may report, by name
ERRORS: dict[str, type[Exception]] = {
    kind.__name__: kind
    for kind in (
        sqlite3.OperationalError, sqlite3.ProgrammingError, sqlite3.IntegrityError, sqlite3.DataError,
        sqlite3.InterfaceError, sqlite3.InternalError, sqlite3.NotSupportedError, sqlite3.DatabaseError,
        sqlite3.Warning, ValueError, TypeError, OverflowError,
    )
}  # fmt: skip


class Ended(Exception):
    """The process has ended while it ran a statement."""


class VisitorSql:
    """The processes that read the database `name`, at most one for each of `places`. `address` is SQLite's URI for it."""

    def __init__(self, address: str, name: str, forker: Forker, places: BoundedPlaces) -> None:
        self.setup = (address, name, False)
        self.forker, self.places = forker, places
        self.executor = ThreadPoolExecutor(places.at_once, thread_name_prefix="epg-sql")
        self.idle: queue.LifoQueue[socket.socket] = queue.LifoQueue()

    async def run(self, statement: str, values: Any, seconds: float, most: int | None) -> Rows:
        """The names of the columns and the rows, of which at most `most` are read.

        Raises `Refused` (503) when too many statements run, `Ended` for one that its time limit did not stop, and else what
        SQLite raises.
        """
        await self.places.enter()
        future = asyncio.get_running_loop().run_in_executor(
            self.executor, self._ask, statement, values, seconds, most
        )
        # The place is free when the thread is, which may be later than the end of the request.
        future.add_done_callback(lambda done: self.places.leave())
        return await asyncio.shield(future)

    def _ask(self, statement: str, values: Any, seconds: float, most: int | None) -> Any:
        """Ask an idle process, or a new one where there is none, or where it has ended while it was idle."""
        while True:
            fresh, end = self._process()
            begun = time.monotonic()
            try:
                end.settimeout(seconds + LOST)
                send(end, (statement, values, seconds, most))
                worn, kind, first, second = receive(end)
            except (EOFError, OSError):
                end.close()
                if fresh or time.monotonic() - begun >= seconds:
                    raise Ended from None
                continue
            except BaseException:
                end.close()
                raise
            if worn:
                end.close()
            else:
                self.idle.put(end)
            if kind == "rows":
                return first, second
            raise ERRORS.get(first, sqlite3.DatabaseError)(second)

    def _process(self) -> tuple[bool, socket.socket]:
        """A process, and whether it is new. Raises `Refused` (503) where the system has no room for one."""
        try:
            return False, self.idle.get_nowait()
        except queue.Empty:
            pass
        try:
            end = self.forker.new()
        except OSError as error:
            raise Refused(503, "no SQL can be run now; try again", headers={"Retry-After": "5"}) from error
        send(end, self.setup)
        return True, end

    def close(self) -> None:
        self.executor.shutdown(wait=True)
        while not self.idle.empty():
            self.idle.get_nowait().close()
        if self.forker is not shared_forker():
            self.forker.close()


class IsolatedReads:
    """What takes the place of `execute` and `close` of a Datasette database. What they return and raise stays the same."""

    def __init__(self, datasette: Any, database: Any, forker: Forker, places: BoundedPlaces) -> None:
        self.datasette, self.database, self.close_files = datasette, database, database.close
        self.processes = VisitorSql(address_of(datasette, database), database.name, forker, places)
        # Views of other files may ask for the time.
        self.kept = KeptAnswers(Path(database.path)) if database.name == DATABASE and database.path else None

    async def execute(
        self, sql: str, params: Any = None, truncate: bool = False, custom_time_limit: float | None = None,
        page_size: int | None = None, log_sql_errors: bool = True,
    ) -> Any:  # fmt: skip
        """The rows of one statement as Datasette's `Results`. Raises its `QueryInterrupted` when the time is over."""
        from datasette.database import QueryInterrupted, Results
        from datasette.tracer import trace

        ds, name = self.datasette, self.database.name
        seconds = min(custom_time_limit or ds.sql_time_limit_ms, ds.sql_time_limit_ms) / 1000
        most = rows_wanted(ds.max_returned_rows, page_size or ds.page_size) if truncate else 0
        with trace("sql", database=name, sql=sql.strip(), params=params):
            try:
                names, rows = await self._rows(sql, plain(params), seconds, most + 1 if most else None)
            except Refused as refused:
                raise quietly(refused) from None
            except Ended:
                raise QueryInterrupted(sqlite3.OperationalError("interrupted"), sql, params) from None
            except sqlite3.DatabaseError as error:
                if error.args == ("interrupted",):
                    raise QueryInterrupted(error, sql, params) from None
                if log_sql_errors:
                    print(
                        f"ERROR: database={name}, sql = {sql!r}, params = {params}: {error}",
                        file=sys.stderr,
                        flush=True,
                    )
                raise
        found, description = as_rows(names, rows[:most] if most else rows)
        return Results(found, bool(most) and len(rows) > most, description)

    async def _rows(self, sql: str, values: Any, seconds: float, most: int | None) -> Rows:
        """What a process answers, or what one has answered if nothing can be different since."""
        kept, key = self.kept, key_of(sql, values, most)
        if kept is None or key is None:
            return await self.processes.run(sql, values, seconds, most)
        found = kept.get(key)
        if found is None:
            version = kept.version
            found = await self.processes.run(sql, values, seconds, most)
            kept.put(key, version, found)
        return found

    def close(self) -> None:
        self.processes.close()
        if self.kept is not None:
            self.kept.close()
        self.close_files()


def address_of(datasette: Any, database: Any) -> str:
    """The address at which SQLite reads a database of Datasette, as `Database.connect` makes it."""
    if database.is_memory:
        return "file::memory:"
    reading = "mode=ro&nolock=1" if datasette.nolock else "mode=ro"
    return f"{Path(database.path).resolve().as_uri()}?{reading if database.is_mutable else 'immutable=1'}"


def places_of(datasette: Any) -> BoundedPlaces:
    """The places for statements, of all databases of an instance together."""
    return BoundedPlaces(datasette.setting("num_sql_threads") or 1, WAITING, PATIENCE, BUSY)


def isolate(datasette: Any, database: Any, forker: Forker, places: BoundedPlaces) -> None:
    """Make `database` (Datasette's) execute its reads in SQL processes of `forker`, when there is a place.

    Datasette's own questions about the schema go on on its threads: nobody can choose what they compute.
    """
    reads = IsolatedReads(datasette, database, forker, places)
    database.execute, database.close = reads.execute, reads.close


def quietly(refused: Refused) -> Exception:
    """`refused` as an error of Datasette's views, too: for any other it writes a traceback into the log."""
    from datasette.views.base import DatasetteError

    kind = type(
        "RefusedSql", (Refused, DatasetteError), {"error_dict": {}, "message_is_html": False, "title": None}
    )
    made: Exception = kind(refused.status, refused.message, headers=refused.headers)
    return made


def rows_wanted(most: int, page_size: int) -> int:
    """How many rows Datasette reads of a statement: a table page asks for one more than it shows."""
    return most + 1 if most == page_size else most


def plain(params: Any) -> Any:
    """The parameters as a message can hold them."""
    if params is None:
        return {}
    return dict(params) if hasattr(params, "keys") else list(params)
