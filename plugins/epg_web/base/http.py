"""An `Answer` as HTTP: validators, caching, compression, CORS, HEAD (RFC 9110, RFC 9111)."""

import re
import time
from collections.abc import Awaitable, Callable
from http.cookies import CookieError, SimpleCookie
from typing import Any

from .answer import Answer

#: ASGI: a request, and the two functions that read its body and send its answer
Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]
#: scripts on pages of any site may read; they send no cookies, so `*` is right
CORS = (
    (b"access-control-allow-origin", b"*"),
    (b"access-control-expose-headers", b"ETag, Link, Location, Retry-After, X-EPG-Change, X-EPG-Generation"),
)
PREFLIGHT = {
    "Access-Control-Allow-Headers": "Authorization, Content-Type, If-None-Match",
    "Access-Control-Max-Age": "86400",
}
SECURITY = ((b"x-content-type-options", b"nosniff"), (b"content-security-policy", b"default-src 'none'"))
# Never two patterns of blanks in a row: with them a header of 8,000 blanks would take a third of a second.
_GZIP = re.compile(r"(?:^|,)\s*(?:gzip|x-gzip|\*)(?:\s*;\s*q=([01](?:\.\d*)?))?\s*(?:,|$)", re.IGNORECASE)
_TAG = re.compile(r'(?:W/)?("[^"]*")')


def header(scope: Scope, name: bytes) -> str:
    """The value of a request header, "" without one; several lines joined by commas."""
    values = [value.decode("latin-1") for key, value in scope["headers"] if key == name]
    return ", ".join(values)


def cookies_of(scope: Scope) -> dict[str, str]:
    """The cookies of a request, except those in a header that cannot be read."""
    found: dict[str, str] = {}
    for name, value in scope["headers"]:
        if name == b"cookie":
            try:
                found |= {key: morsel.value for key, morsel in SimpleCookie(value.decode("latin-1")).items()}
            except CookieError:
                continue
    return found


def has_credentials(scope: Scope) -> bool:
    """Whether a token or a cookie may tell who asks. Without them everybody gets the same answer."""
    return any(name in (b"authorization", b"cookie") for name, _ in scope["headers"])


def wants_gzip(scope: Scope) -> bool:
    accepted = header(scope, b"accept-encoding")
    if accepted in ("gzip, deflate", "gzip, deflate, br", "gzip"):
        return True
    found = _GZIP.search(accepted)
    return found is not None and float(found[1] or 1) > 0


def etag(answer: Answer, gzipped: bool) -> str | None:
    """A strong tag, so each encoding has its own (RFC 9110 section 8.8.3.3). None without a stamp."""
    if answer.stamp is None:
        return None
    return f'"{answer.stamp}-gz"' if gzipped else f'"{answer.stamp}"'


def unchanged(scope: Scope, stamp: str) -> str | None:
    """The tag in `If-None-Match` that names the current answer, in any encoding; None where the client needs the body."""
    given = header(scope, b"if-none-match")
    if not given:
        return None
    for tag in _TAG.findall(given):
        if tag in (f'"{stamp}"', f'"{stamp}-gz"'):
            return str(tag)
    return f'"{stamp}"' if given.strip() == "*" else None


def cache_control(answer: Answer) -> str:
    """How long caches may keep it (contract, section 7). An answer with `until` may be kept no longer than that."""
    if answer.personal:
        return "private, no-cache"
    if answer.max_age is None:
        return "no-store"
    age = answer.max_age
    if answer.immutable:
        return f"public, max-age={age}, immutable"
    if answer.until is not None:
        age = max(0, min(age, int(answer.until - time.time())))
    if age == 0:
        return "public, max-age=0, must-revalidate"
    stale = "" if answer.until is not None else ", stale-while-revalidate=60"
    return f"public, max-age={age}{stale}, stale-if-error=86400"


def headers_of(
    answer: Answer, tag: str | None, gzipped: bool, length: int | None
) -> list[tuple[bytes, bytes]]:
    """The headers of an answer. Without `length` (None) those that describe a body are left out, as in a 304 and a 204."""
    found = [
        (b"cache-control", cache_control(answer).encode()),
        (b"vary", b"Accept-Encoding"),
        # A file that is kept for good tells a script nothing in its headers, and a page has twenty of them.
        *(CORS[:1] if answer.immutable else CORS),
        *SECURITY,
    ]
    if length is not None:
        found += [(b"content-type", answer.content_type.encode()), (b"content-length", str(length).encode())]
    if tag is not None:
        found.append((b"etag", tag.encode()))
    if answer.generation is not None:
        found.append((b"x-epg-generation", str(answer.generation).encode()))
    if gzipped and length is not None:
        found.append((b"content-encoding", b"gzip"))
    found += [
        (name.lower().encode(), value.encode("latin-1", "replace")) for name, value in answer.headers.items()
    ]
    return found


async def send_answer(
    scope: Scope, send: Send, answer: Answer, body: bytes | None = None, gzipped: bool = False
) -> None:
    """Send the answer; `body` replaces its body, gzipped where `gzipped` says so. HEAD gets the headers only."""
    body = answer.body if body is None else body
    bodiless = answer.status in (204, 304)
    length = None if bodiless else len(body)
    headers = headers_of(answer, etag(answer, gzipped), gzipped, length)
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if bodiless or scope["method"] == "HEAD" else body})


async def send_unchanged(scope: Scope, send: Send, answer: Answer, tag: str) -> None:
    """304 with what a cache needs to go on using its copy (RFC 9110 section 15.4.5)."""
    await send(
        {"type": "http.response.start", "status": 304, "headers": headers_of(answer, tag, False, None)}
    )
    await send({"type": "http.response.body", "body": b""})
