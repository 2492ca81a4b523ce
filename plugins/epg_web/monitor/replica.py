"""What a read replica may not do, and when it is ready: the environment variable `EPG_ROLE` (contract, section 11).

`deploy/replicas/replica_sync.py` fills a replica's `epg.db`. Nothing else may write to it, because the next version of
the guide would silently undo the change. Writes are refused and not redirected, because clients drop the token on the
way to another host.
"""

import json
import os
import re
import sqlite3
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..api.instance_lane import lane_of
from ..base import access
from ..base.answer import Answer, Refused, dump
from ..base.http import Scope, header, send_answer
from ..base.refusals import speaks_json
from ..host import form_origin
from ..pages.render import refused
from ..pages.visit import visit_of
from . import health
from .health_reading import Unreadable, opened

VARIABLE = "EPG_ROLE"
ROLES = ("primary", "replica")
READING = ("GET", "HEAD", "OPTIONS")
#: pages that exist to change something; `/-/epg/api` describes the API and stays
ADMIN = re.compile(r"/-/epg/(?:login|providers|imports|mappings)(?:/.*)?")
#: seconds after which a client may ask again
RETRY_AFTER = "60"
#: what `replica_sync.py` writes beside the guide
STATE = "replica.json"
#: seconds that a newer guide may wait in the store before the replica says that it is not ready
MAX_BEHIND = 600.0
EMPTY = "no guide has been received yet"


def role(environ: Mapping[str, str] = os.environ) -> str:
    """`primary` or `replica`. Raises ValueError for anything else: a replica must not become a writer by a typo."""
    found = environ.get(VARIABLE, "").strip().lower() or "primary"
    if found not in ROLES:
        raise ValueError(f"{VARIABLE} must be primary or replica, not {found!r}")
    return found


def primary(datasette: Any) -> str | None:
    """The address of the server that takes writes: `primary_url` of the plugin's configuration."""
    return access.config(datasette).get("primary_url") or None


def is_refused(method: str, path: str) -> bool:
    """Whether a replica turns a request away; `path` without `base_url`."""
    return method not in READING or ADMIN.fullmatch(path) is not None


def message(address: str | None) -> str:
    where = f"at {address}" if address else "at the primary server"
    return f"this is a read-only copy of the guide; changes are made {where}"


def refusal(address: str | None) -> Answer:
    """503 in the shape of errors, with the primary's address (None where none is configured) as `primary`."""
    text = message(address)
    shape = {"ok": False, "error": text, "errors": [text], "status": 503, "primary": address}
    return Answer(dump(shape), 503, headers={"Retry-After": RETRY_AFTER})


def wants_page(scope: Scope, path: str) -> bool:
    return not speaks_json(path) and "text/html" in header(scope, b"accept")


async def refuse(datasette: Any, scope: Scope, receive: Any, send: Any, path: str) -> None:
    """Answer a request that a replica turns away: with a page for a browser, with JSON for all others."""
    lane, address = lane_of(datasette), primary(datasette)
    if lane is None or not wants_page(scope, path):
        return await send_answer(scope, send, refusal(address))
    from datasette.utils.asgi import Request

    request = Request(form_origin.without_form(scope), receive)
    problem = Refused(503, f"{message(address)}.", headers={"Retry-After": RETRY_AFTER})
    response = await refused(visit_of(datasette, request, lane), problem)
    await response.asgi_send(send)


def ready(path: Path) -> dict[str, Any]:
    """The answer of `/-/readyz`: `health.ready`, and on a replica whether it has a guide and keeps up."""
    said = health.ready(path)
    if role() == "primary":
        return said
    said["role"] = "replica"
    if said["ready"]:
        said["generation"] = generation(path)
    reason = unready(said.get("generation"), read_state(path.parent / STATE), time.time())
    if said["ready"] and reason:
        said |= {"ready": False, "reasons": [reason]}
    return said


def generation(path: Path) -> int:
    try:
        with opened(path) as conn:
            return int(conn.execute("SELECT number FROM generation").fetchone()[0])
    except (Unreadable, sqlite3.Error):
        return 0


def read_state(path: Path) -> dict[str, Any]:
    """What the synchronisation wrote last; {} where the file is missing or cannot be read."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def unready(number: int | None, state: Mapping[str, Any], now: float) -> str | None:
    """Why a readable replica should get no requests, None when it should; `now` in epoch seconds.

    A replica that hears nothing new stays ready. Otherwise all of them would fail together with the writer or the store.
    """
    if not number:
        return EMPTY
    since = state.get("behind_since")
    if isinstance(since, (int, float)) and now - since > MAX_BEHIND:
        return f"a newer guide has been waiting for {now - since:.0f} seconds"
    return None
