"""One request for a page: who asks, in which time zone, at which moment, and what it reads from the guide."""

import json
import re
import time
from dataclasses import dataclass
from sqlite3 import Connection
from typing import Any
from urllib.parse import urlencode

from ..api.lane import SLOW, Lane
from ..api.read_parts import Read
from ..api.reads import READS
from ..base import access
from ..base import zone as zones
from ..base.http import has_credentials
from ..base.moments import iso
from ..base.viewer.viewer_language import PARAMETER, current


@dataclass(frozen=True)
class Visit:
    """One request for a page. `now` is stored text (UTC); `query` has the first value of each parameter."""

    datasette: Any
    request: Any
    lane: Lane
    zone: zones.Zone
    now: str
    query: dict[str, str]
    send: Any = None

    @property
    def anonymous(self) -> bool:
        """Whether the request has no cookie and no token. Then everybody gets the same page."""
        return not has_credentials(self.request.scope)


def visit_of(datasette: Any, request: Any, lane: Lane, send: Any = None) -> Visit:
    """The visit of a Datasette request. Without `timezone` in the plugin's configuration the site's zone is UTC."""
    query = {name: request.args[name].strip() for name in request.args if "\0" not in request.args[name]}
    default = zones.known(str(access.config(datasette).get("timezone") or "UTC")) or "UTC"
    zone = zones.choose(request.scope, query.get("tz"), default)
    return Visit(datasette, request, lane, zone, iso(time.time()), query, send)


async def read(visit: Visit, name: str, ident: int | None = None, **values: Any) -> Any:
    """What the API's route `name` answers, as Python values. Parameters that are not given are None.

    Raises `Refused` as the route does.
    """
    now = time.time()

    def work(conn: Connection) -> Read:
        return READS[name](conn, ident, _WithDefaults(values), now)

    _, found = await visit.lane.pool.run(work, slow=name in SLOW)
    return json.loads(found.one or "null") if found.rows is None else [json.loads(row) for row in found.rows]


class _WithDefaults(dict[str, Any]):
    """Values of parameters; None for each that is missing."""

    def __missing__(self, key: str) -> None:
        return None


async def select(visit: Visit, statement: str, values: dict[str, Any]) -> list[dict[str, Any]]:
    """The rows of a statement that no route of the API has, as dictionaries by column."""

    def work(conn: Connection) -> list[dict[str, Any]]:
        cursor = conn.execute(statement, values)
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor]

    _, rows = await visit.lane.pool.run(work)
    return rows


def link(visit: Visit, path: str, /, **params: Any) -> str:
    """An address of this site with the parameters that are not None. What the visitor asked for as `tz` and `lang` is kept."""
    if visit.zone.source == "asked":
        params.setdefault("tz", visit.zone.name)
    if current().source == "asked":
        params.setdefault(PARAMETER, current().tag)
    query = urlencode({name: value for name, value in params.items() if value is not None})
    return str(visit.datasette.urls.path(path)) + (f"?{query}" if query else "")


def safe_url(url: Any) -> str | None:
    """An address from a feed, None unless it is http or https: a feed must not put `javascript:` into a link."""
    if not isinstance(url, str) or not re.match(r"https?://[^\s/]", url.strip(), re.IGNORECASE):
        return None
    return url.strip()
