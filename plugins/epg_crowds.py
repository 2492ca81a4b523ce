"""Bounds how much work strangers can ask for at once: exports and slow answers have places, and the rest get 503.

Nobody can hold all exports, because each address has one place and has to read at a pace. Searches and calendars have a few
places together, so that the pages and the API stay quick however many ask for them.
"""

import os
import re
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import click
from datasette import hookimpl

# Datasette executes this file by its path, not as part of a package, so the folder of `epg_web` is not on `sys.path`.
if str(Path(__file__).resolve().parent) not in sys.path:
    sys.path.append(str(Path(__file__).resolve().parent))

from epg_web.base.answer import Refused
from epg_web.base.base_url import prefix, without_prefix
from epg_web.base.http import App, Receive, Scope, Send, send_answer
from epg_web.base.instance_names import DATABASE
from epg_web.base.refusals import refusal
from epg_web.bounds.pace import Paced
from epg_web.bounds.places import BoundedPlaces, PlacesByAddress
from epg_web.sql_processes.whole_tables import is_wanted

EXPORTS = re.compile(r"/xmltv\.xml(?:\.[gx]z)?|/api/v1/programs(?:\.ndjson|\.csv)")
SLOW = re.compile(
    r"/api/v1/(?:search|suggest|mappings/candidates)(?:\.csv)?|/guide/(?:search|because)|/(?:search|changes)\.(?:ics|atom)"
    r"|/calendar\.ics|/channels/[^/]+\.ics"
)
#: how long `datasette` waits for answers under way when it stops; `epg-ingest serve` has a setting, with this default
SHUTDOWN_SECONDS = 10.0


class Crowds:
    """The places of one Datasette instance."""

    def __init__(self) -> None:
        reading = partial(
            Refused,
            503,
            "another export is being sent to your address; try again when it has ended",
            headers={"Retry-After": "30"},
        )
        busy = partial(
            Refused,
            503,
            "too many slow questions are being answered; try again",
            headers={"Retry-After": "5"},
        )
        self.exports = PlacesByAddress(lambda: BoundedPlaces(1, 4, 20.0, reading))
        self.slow = BoundedPlaces(3, 20, 2.0, busy)

    async def admitted(self, app: App, scope: Scope, receive: Receive, send: Send, path: str) -> None:
        """Answer the request when there is a place for it. Raises `Refused` for one that there is none for."""
        if EXPORTS.fullmatch(path) or is_wanted(scope, path):
            paced = Paced(receive, send)
            async with self.exports.taken(scope):
                await app(scope, paced.receive, paced.send)
        elif SLOW.fullmatch(path):
            async with self.slow.taken():
                await app(scope, receive, send)
        else:
            await app(scope, receive, send)


@hookimpl(trylast=True)
def startup(datasette: Any) -> None:
    """Where this process is `datasette serve`, bound its connections and the turns of threads. `epg-ingest serve` does so
    itself."""
    if (
        DATABASE in datasette.databases
        and click.get_current_context(silent=True) is not None
        and os.name != "nt"
    ):
        from epg_web.bounds import slow_clients, threads
        from uvicorn.config import HTTP_PROTOCOLS

        # uvicorn reads it when Datasette starts it, after this hook.
        HTTP_PROTOCOLS["auto"] = "epg_web.bounds.slow_clients:BoundedProtocol"
        slow_clients.BoundedProtocol.shutdown_seconds = SHUTDOWN_SECONDS
        slow_clients.allow_many_files()
        threads.take_short_turns()


def crowds_of(datasette: Any) -> Crowds:
    """The places of an instance. Datasette 1.0 wraps the application again for each request of its own client."""
    known: Crowds | None = getattr(datasette, "_epg_crowds", None)
    if known is None:
        known = datasette._epg_crowds = Crowds()
    return known


# Outside the fast lane, which answers searches too, and inside the counting of requests.
@hookimpl
def asgi_wrapper(datasette: Any) -> Callable[[App], App]:
    front, crowds = prefix(datasette), crowds_of(datasette)

    def wrap(app: App) -> App:
        async def within_bounds(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] != "http" or DATABASE not in datasette.databases:
                return await app(scope, receive, send)
            path = without_prefix(front, scope)["path"]
            begun = False

            async def tracked(message: dict[str, Any]) -> None:
                nonlocal begun
                begun = True
                await send(message)

            try:
                await crowds.admitted(app, scope, receive, tracked, path)
            except Refused as refused:
                if begun:
                    raise
                await send_answer(scope, send, refusal(path, refused))

        return within_bounds

    return wrap
