"""A page as a response: the template, a strict Content-Security-Policy, caching and compression."""

import base64
import gzip
import hashlib
import secrets
from functools import partial
from typing import Any

from ..base import access
from ..base import zone as zones
from ..base.answer import Refused
from ..base.cache import LEVEL, MIN_GZIP
from ..base.http import Scope, wants_gzip
from ..host.jinja import inline_scripts
from ..logos.instance_logos import channel_logo
from .visit import Visit, link, safe_url

#: seconds a shared cache may keep a page that does not depend on who asks
MAX_AGE = 30
#: what a page depends on besides its address
VARY = "Accept-Encoding, Accept-Language, Cookie"


async def render(
    visit: Visit, template: str, context: dict[str, Any], *, status: int = 200, private: bool = False,
    connect: str = "",
) -> Any:  # fmt: skip
    """The `Response` for `template` with `context`. Nobody may keep a `private` page. `connect` is an origin that its scripts
    may ask besides this one.
    """
    from datasette.utils.asgi import Response

    nonce = secrets.token_urlsafe(12)
    given = {**shared(visit), "nonce": nonce, **context}
    html = await visit.datasette.render_template(f"{template}.html", given, request=visit.request)
    headers = {
        "Content-Security-Policy": policy(visit.datasette, nonce, connect),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Vary": VARY,
        "Cache-Control": "no-store" if private or status != 200 else cache_control(visit),
    }
    if status == 200 and not private and may_be_kept(visit):
        headers["EPG-Offline"] = "keep"
    return compressed(visit.request.scope, Response(html, status, headers, "text/html; charset=utf-8"))


def may_be_kept(visit: Visit) -> bool:
    """Whether a browser may keep the page to show it without a network: everybody gets the same, nobody is signed in."""
    return visit.request.actor is None and access.open_to_strangers(visit.datasette)


def shared(visit: Visit) -> dict[str, Any]:
    """What every template may use."""
    return {
        "zone": visit.zone,
        "now": visit.now,
        "zone_names": sorted(zones.names()),
        "link": partial(link, visit),
        "safe_url": safe_url,
        "logo": partial(channel_logo, visit.datasette),
        "query": visit.query,
    }


def cache_control(visit: Visit) -> str:
    return f"{'public' if visit.anonymous else 'private'}, max-age={MAX_AGE}"


def policy(datasette: Any, nonce: str, connect: str = "") -> str:
    """The value of Content-Security-Policy.

    Nothing may come from elsewhere, pictures included: their server would learn who looks at what. `nonce` allows the
    page's own style sheet, `connect` is an origin that scripts may ask.
    """
    asked = f"'self' {connect}".strip()
    return (
        f"default-src 'none'; script-src 'self' {inline_hashes(datasette)}; style-src 'self' 'nonce-{nonce}'; "
        f"img-src 'self'; connect-src {asked}; form-action 'self'; base-uri 'none'; "
        "manifest-src 'self'; frame-ancestors 'none'"
    )


def inline_hashes(datasette: Any) -> str:
    """The inline scripts of Datasette's own base template, as CSP sources."""
    found: str | None = getattr(datasette, "_epg_inline", None)
    if found is None:
        scripts = inline_scripts(datasette)
        digests = [base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in scripts]
        found = datasette._epg_inline = " ".join(f"'sha256-{digest}'" for digest in digests)
    return found


def compressed(scope: Scope, response: Any) -> Any:
    """The response, with its body gzipped where the client accepts that and it is worth it."""
    body = response.body if isinstance(response.body, bytes) else response.body.encode("utf-8", "replace")
    if len(body) >= MIN_GZIP and wants_gzip(scope):
        body = gzip.compress(body, LEVEL, mtime=0)
        response.headers["Content-Encoding"] = "gzip"
    response.body = body
    return response


async def refused(visit: Visit, problem: Refused) -> Any:
    """A page that says in one line what is wrong and links to places to go on from."""
    context = {
        "problem": problem.message,
        "status": problem.status,
        "here": visit.datasette.urls.path(visit.request.full_path),
    }
    response = await render(visit, "epg-problem", context, status=problem.status)
    response.headers |= problem.headers
    return response
