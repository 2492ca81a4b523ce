"""What every page for people shares: data from the API's own reads, templates, a strict Content-Security-Policy, gzip."""

import base64
import gzip
import hashlib
import json
import re
import secrets
import time
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import urlencode

from ..api.lane import SLOW, Lane
from ..api.reads import READS, Read
from ..base import zone as zones
from ..base.answer import Refused
from ..base.cache import LEVEL, MIN_GZIP
from ..base.http import wants_gzip

#: seconds a shared cache may keep a page that says nothing about who asked
MAX_AGE = 30
_INLINE = re.compile(r"<script>(.*?)</script>", re.DOTALL)


@dataclass(frozen=True)
class Visit:
    """One request for a page. `now` is UTC text; `query` has the first value of each parameter."""

    datasette: Any
    request: Any
    lane: Lane
    zone: zones.Zone
    now: str
    query: dict[str, str]
    send: Any = None

    @property
    def fresh(self) -> bool:
        """Whether the answer is the same for everybody who asks without a cookie or a token."""
        return not any(name in (b"cookie", b"authorization") for name, _ in self.request.scope["headers"])


def visit(datasette: Any, request: Any, lane: Lane, send: Any = None) -> Visit:
    """Zone and moment of a request. The site's zone is `timezone` in the plugin's configuration, UTC without."""
    config = datasette.plugin_config("datasette-epg") or {}
    query = {name: request.args[name].strip() for name in request.args if "\0" not in request.args[name]}
    default = zones.known(str(config.get("timezone") or "UTC")) or "UTC"
    zone = zones.choose(request.scope, query.get("tz"), default)
    return Visit(
        datasette, request, lane, zone, time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()), query, send
    )


async def read(page: Visit, name: str, ident: int | None = None, **values: Any) -> Any:
    """What a GET route of the API answers, as Python values, with every parameter of it given or None.

    Raises `Refused` as the route does.
    """
    now = time.time()

    def work(conn: Any) -> Read:
        return READS[name](conn, ident, _Missing(values), now)

    _, found = await page.lane.pool.run(work, slow=name in SLOW)
    return json.loads(found.one) if found.rows is None else [json.loads(row) for row in found.rows]


class _Missing(dict[str, Any]):
    """Parameters that a page does not give are left out."""

    def __missing__(self, key: str) -> None:
        return None


async def sql(page: Visit, statement: str, values: dict[str, Any]) -> list[dict[str, Any]]:
    """Rows of a statement that no API route has, as dictionaries by column."""

    def work(conn: Any) -> list[dict[str, Any]]:
        cursor = conn.execute(statement, values)
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor]

    _, rows = await page.lane.pool.run(work)
    return rows


def link(page: Visit, path: str, /, **params: Any) -> str:
    """An address of this site with the parameters that are not None; `tz` goes on where it was asked for."""
    if page.zone.source == "asked":
        params.setdefault("tz", page.zone.name)
    query = urlencode({name: value for name, value in params.items() if value is not None})
    return str(page.datasette.urls.path(path)) + (f"?{query}" if query else "")


def safe_url(url: Any) -> str | None:
    """An address out of a feed, None unless it is http or https: `javascript:` is no link of ours."""
    if not isinstance(url, str) or not re.match(r"https?://[^\s/]", url.strip(), re.IGNORECASE):
        return None
    return url.strip()


def inline_hashes(datasette: Any) -> str:
    """The scripts that Datasette's own base template carries inline, as CSP sources."""
    found = getattr(datasette, "_epg_inline", None)
    if found is None:
        # Its source: it has no variables, and the environment renders only asynchronously.
        env = datasette.jinja_env
        scripts = _INLINE.findall(env.loader.get_source(env, "_close_open_menus.html")[0])
        digests = [base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in scripts]
        found = datasette._epg_inline = " ".join(f"'sha256-{digest}'" for digest in digests)
    return found


def policy(datasette: Any, nonce: str) -> str:
    """Nothing from elsewhere but pictures, which feeds link to; the nonce allows one style sheet of the page itself."""
    return (
        f"default-src 'none'; script-src 'self' {inline_hashes(datasette)}; style-src 'self' 'nonce-{nonce}'; "
        "img-src 'self' http: https: data:; connect-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    )


async def render(
    page: Visit, template: str, context: dict[str, Any], *, status: int = 200, private: bool = False
) -> Any:
    """A `Response` of a template. `private` pages are kept by nobody."""
    from datasette.utils.asgi import Response

    nonce = secrets.token_urlsafe(12)
    shared = {
        "zone": page.zone,
        "now": page.now,
        "nonce": nonce,
        "zone_names": sorted(zones.names()),
        "link": partial(link, page),
        "safe_url": safe_url,
        "query": page.query,
    }
    html = await page.datasette.render_template(
        f"{template}.html", {**shared, **context}, request=page.request
    )
    headers = {
        "Content-Security-Policy": policy(page.datasette, nonce),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Vary": "Accept-Encoding, Cookie",
        "Cache-Control": "no-store"
        if private or status != 200
        else f"{'public' if page.fresh else 'private'}, max-age={MAX_AGE}",
    }
    return packed(page.request.scope, Response(html, status, headers, "text/html; charset=utf-8"))


def packed(scope: dict[str, Any], response: Any) -> Any:
    """The response gzipped where the client takes it and it pays."""
    body = response.body if isinstance(response.body, bytes) else response.body.encode("utf-8", "replace")
    if len(body) >= MIN_GZIP and wants_gzip(scope):
        body = gzip.compress(body, LEVEL, mtime=0)
        response.headers["Content-Encoding"] = "gzip"
    response.body = body
    return response


async def refused(page: Visit, problem: Refused) -> Any:
    """A page that says in one line what is wrong and where to go on."""
    context = {"problem": problem.message, "status": problem.status, "here": page.request.full_path}
    response = await render(page, "epg-problem", context, status=problem.status)
    response.headers |= problem.headers
    return response
