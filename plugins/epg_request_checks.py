"""Checks every request before Datasette sees it: refuses what no honest client sends, and hides pages for developers.

The wrapper is outside the fast lane and inside the counting of `epg_health.py`, so that refusals are counted.
"""

import asyncio
import logging
import re
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from datasette import hookimpl

# Datasette executes this file by its path, not as part of a package, so the folder of `epg_web` is not on `sys.path`.
if str(Path(__file__).resolve().parent) not in sys.path:
    sys.path.append(str(Path(__file__).resolve().parent))

from epg_web.api.json_body import MAX_BODY, too_large
from epg_web.base.actors import is_stranger
from epg_web.base.answer import Refused
from epg_web.base.http import App, Receive, Scope, Send, send_answer
from epg_web.base.instance_names import DATABASE
from epg_web.base.proxy import is_host
from epg_web.base.refusals import MISTAKE, is_api, refusal
from epg_web.host import form_origin

#: bytes of path and query; what nginx takes by default
MAX_URL = 8_000
MAX_HEADER = 8_000
#: seconds that a body may take
BODY_SECONDS = 30.0
#: file names, running tasks and forms that only somebody who works on the site needs
HIDDEN = re.compile(
    r"/-/(?:(?:threads|tasks|databases|actions|allowed|rules|check)(?:\.json)?|messages|patterns|allow-debug|permissions"
    r"|debug/autocomplete)"
)
#: forms that take a list of channels
#: all addresses below it check the tokens of their forms
OUR_FORMS = "/-/epg/"
UPLOADS = re.compile(r"/-/epg/lineups/(?:new|[0-9]{1,18}/list)")
#: bytes of such a form: lists of 100,000 entries have about 25 MB
MAX_UPLOAD = 64_000_000
#: seconds that such a form may take: 64 MB at 2 Mbit/s
UPLOAD_SECONDS = 256.0
#: Questions of datasette-graphql come as POST, and it has nothing that writes.
ASKED_BY_POST = re.compile(r"/graphql(?:/[^/]+)?(?:\.json)?")
READING = ("GET", "HEAD", "OPTIONS")
METHODS = (*READING, "POST", "PUT", "PATCH", "DELETE")
logger = logging.getLogger("datasette_epg")


def fault(scope: Scope) -> Refused | None:
    """What is wrong with the address or the headers of the request; None where they are in order."""
    raw, query = scope.get("raw_path") or b"", scope["query_string"]
    if len(raw) + len(query) > MAX_URL:
        return Refused(414, f"the address is longer than {MAX_URL:,} bytes")
    if b"%00" in query or (b"%" in raw and not is_text(raw)):
        return Refused(400, "the address has a NUL byte, or bytes that are not UTF-8")
    if sum(name == b"host" for name, _ in scope["headers"]) > 1:
        return Refused(400, "there is more than one Host header")
    for name, value in scope["headers"]:
        if len(value) > MAX_HEADER:
            return Refused(431, f"a header is longer than {MAX_HEADER:,} bytes")
        if name == b"cookie" and not value.isascii():
            return Refused(400, "the cookies have characters outside ASCII")
        if name == b"host" and not is_host(value.decode("latin-1")):
            return Refused(400, "the Host header is neither a name nor an address")
    return None


def announces_more(scope: Scope, most: int) -> bool:
    """Whether the request says that its body has more than `most` bytes, or nothing that can be read."""
    lengths = [value for name, value in scope["headers"] if name == b"content-length"]
    return any(not value.isdigit() or len(value) > 15 or int(value) > most for value in lengths)


def is_text(raw: bytes) -> bool:
    """Whether a percent-encoded path is text without NUL."""
    from urllib.parse import unquote_to_bytes

    try:
        return "\0" not in unquote_to_bytes(raw).decode()
    except UnicodeDecodeError:
        return False


def capped(receive: Receive, most: int, seconds: float) -> Receive:
    """`receive`, but it raises `Refused` after more than `most` bytes, or when the body is not there after so many seconds. A
    chunked body does not tell its length.
    """
    size, whole, end = 0, False, time.monotonic() + seconds

    async def limited() -> dict[str, Any]:
        nonlocal size, whole
        try:
            message = await asyncio.wait_for(receive(), None if whole else end - time.monotonic())
        except asyncio.TimeoutError:
            raise Refused(408, "the body took too long", headers={"Connection": "close"}) from None
        if message["type"] == "http.disconnect" and not whole:
            raise Refused(400, "the body is not whole")  # nobody reads it, and the log needs no traceback
        whole = not message.get("more_body", False)
        size += len(message.get("body", b""))
        if size > most:
            raise too_large(most)
        return message

    return limited


def path_of(datasette: Any, scope: Scope) -> str:
    """The path as Datasette's router reads it: not decoded, without `base_url`."""
    raw: bytes = scope.get("raw_path") or scope["path"].encode()
    path = raw.decode("latin-1").partition("?")[0]
    base = str(datasette.setting("base_url"))
    return "/" + path[len(base) :] if base != "/" and path.startswith(base) else path


async def barred(datasette: Any, scope: Scope, receive: Receive) -> Refused | None:
    """The refusal of what strangers may not do here, None for everything else.

    Datasette lets everybody run a query with `write: true` unless its author restricts it, so it is refused here.
    """
    path, method = path_of(datasette, scope), scope["method"]
    hidden = HIDDEN.fullmatch(path)
    if method == "POST" and ASKED_BY_POST.fullmatch(path):
        return None
    if is_api(path) or (not hidden and (method in READING or path.startswith("/-/")) and method in METHODS):
        return None
    if method in METHODS and not await is_stranger(datasette, scope, receive):
        return None
    if hidden:
        return Refused(404, "there is nothing at this address")
    return Refused(405, f"{method} is not possible here", headers={"Allow": ", ".join(READING)})


async def most_bytes(datasette: Any, scope: Scope, receive: Receive) -> int:
    """The bytes that a body may have: more for the list of a line-up, from somebody who is signed in."""
    if scope["method"] != "POST" or not UPLOADS.fullmatch(path_of(datasette, scope)):
        return MAX_BODY
    return MAX_BODY if await is_stranger(datasette, scope, receive) else MAX_UPLOAD


async def checked(datasette: Any, app: App, scope: Scope, receive: Receive, send: Send) -> None:
    """Hand on a request that is in order. Raises `Refused` for any other."""
    if refused := fault(scope):
        raise refused
    most = await most_bytes(datasette, scope, receive)
    if announces_more(scope, most):
        raise too_large(most)
    if scope["method"] not in READING or "/-/" in scope["path"]:
        if refused := await barred(datasette, scope, receive):
            raise refused
        receive = capped(receive, most, UPLOAD_SECONDS if most > MAX_BODY else BODY_SECONDS)
    await app(scope, receive, send)


async def answered(datasette: Any, app: App, scope: Scope, receive: Receive, send: Send) -> None:
    """Send the answer of `app`, or a refusal. An exception that nobody caught becomes a 500 without its text."""
    begun = False

    async def tracked(message: dict[str, Any]) -> None:
        nonlocal begun
        begun = True
        await send(message)

    try:
        await checked(datasette, app, scope, receive, tracked)
        return
    except Refused as error:
        refused = error
    except Exception:
        logger.exception("%s %s failed", scope["method"], scope["path"])
        # Datasette catches its own exceptions, but not those of asgi-csrf, which reads the form of a client with
        # cookies and fails on a body that is no form. Without a body the mistake is ours.
        form = scope["method"] not in READING and not is_api(scope["path"])
        refused = Refused(400, "the form cannot be read") if form else Refused(500, MISTAKE)
    if begun:
        # Part of the answer is sent. Only a broken connection can still tell the client.
        raise refused
    await send_answer(scope, send, refusal(scope["path"], refused))


def is_our_form(datasette: Any, scope: Scope) -> bool:
    """Whether the request is a form of our pages. `epg_web.admin.forms` checks the origin of each itself: it keeps what was
    typed where asgi-csrf would throw it away. asgi-csrf 0.11 also calls python-multipart in a way that its current versions
    refuse."""
    return scope.get("method") == "POST" and path_of(datasette, scope).startswith(OUR_FORMS)


#: a hook of Datasette
unchecked = form_origin.leaving_out(is_our_form)


@hookimpl
def asgi_wrapper(datasette: Any) -> Callable[[App], App]:
    def wrap(app: App) -> App:
        async def check_request(scope: Scope, receive: Receive, send: Send) -> None:
            if DATABASE not in datasette.databases:
                await app(scope, receive, send)
            elif scope["type"] == "http":
                await answered(datasette, app, scope, receive, send)
            elif scope["type"] == "websocket":
                # Datasette has none and would answer 500; closing before accepting is a 403.
                await send({"type": "websocket.close"})
            else:
                await app(scope, receive, send)

        return check_request

    return wrap
