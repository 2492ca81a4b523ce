"""What the pages for administration share: who may come in, forms read and checked, changes made, the way back.

Pages see a form only when it carries the token of asgi-csrf, which other sites cannot read, in the cookie and in the
form. asgi-csrf itself lets requests without cookies pass, and those with any bearer token.
"""

import hmac
import json
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qsl, urlencode

from ..api import writes
from ..api.routes import BY_NAME
from ..base import access, zone
from ..base.answer import Refused
from ..base.http import header
from ..pages import visit as pages

LOGIN = "/-/epg/login"
HOME = "/-/epg/providers"
MAX_FIELDS = 100
#: characters of a message and of a name in one: they travel in a cookie, of which browsers keep 4 kB
MAX_MESSAGE, MAX_SHOWN = 300, 60
MAX_NEXT = 2_000
STALE = "the form is not from this site, or it is too old: load its page again, then send it once more"
UNREADABLE = "the form cannot be read"
Fields = dict[str, str]
Show = Callable[[pages.Visit], Awaitable[Any]]
Act = Callable[[pages.Visit, Fields], Awaitable[Any]]


async def answered(visit: pages.Visit, show: Show, act: Act | None = None) -> Any:
    """The `Response` of a page for those with `epg-write`: `show` for GET, `act` for POST with the fields of the form.

    Strangers are sent to sign in. Raises `Refused`: 403 for everybody else and for a form of another site.
    """
    fields = await sent(visit, act is not None)
    if not visit.request.actor:
        return to_login(visit)
    access.require(visit.datasette, visit.request.scope, visit.request.actor, "epg-write")
    if fields is None or act is None:
        return await show(visit)
    return await act(visit, fields)


async def sent(visit: pages.Visit, takes_forms: bool) -> Fields | None:
    """The form that was sent, None for a request that only reads. Raises `Refused` for what is neither."""
    method = visit.request.method
    if method in ("GET", "HEAD"):
        return None
    if method != "POST" or not takes_forms:
        allow = "GET, HEAD, POST" if takes_forms else "GET, HEAD"
        raise Refused(405, f"{method} is not possible here", headers={"Allow": allow})
    return await form(visit)


async def form(visit: pages.Visit) -> Fields:
    """The fields of the form, as typed. Raises `Refused`: 415 and 400 for what is no form, 403 for one not of ours."""
    kind = header(visit.request.scope, b"content-type").partition(";")[0].strip().lower()
    if kind != "application/x-www-form-urlencoded" and not _from_our_page(visit, {}):
        raise Refused(403, STALE)
    body = await visit.request.post_body()
    try:
        pairs = parse_qsl(
            body.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=MAX_FIELDS
        )
    except ValueError:
        raise Refused(400, UNREADABLE) from None
    fields = {name: value.replace("\r\n", "\n") for name, value in pairs}
    if not _from_our_page(visit, fields):
        raise Refused(403, STALE)
    return fields


def _from_our_page(visit: pages.Visit, fields: Fields) -> bool:
    """Whether the form repeats the signed cookie of asgi-csrf."""
    from itsdangerous import BadData

    kept = zone.cookies_of(visit.request.scope).get("ds_csrftoken", "")
    if not kept or not hmac.compare_digest(fields.get("csrftoken", "").encode(), kept.encode()):
        return False
    try:
        visit.datasette.unsign(kept, "csrftoken")
    except BadData:
        return False
    return True


def to_login(visit: pages.Visit) -> Any:
    """To the form for the token, and from there back to this page."""
    back = visit.request.full_path if len(visit.request.full_path) <= MAX_NEXT else visit.request.path
    return redirect(f"{visit.datasette.urls.path(LOGIN)}?{urlencode({'next': back})}")


def redirect(address: str) -> Any:
    """After a form, so that loading the page again does not send it again (303: RFC 9110, section 15.4.4)."""
    from datasette.utils.asgi import Response

    return Response("", 303, {"Location": address, "Cache-Control": "no-store"}, "text/plain; charset=utf-8")


def say(visit: pages.Visit, text: str, *, wrong: bool = False) -> None:
    """One line on top of the next page."""
    kind = visit.datasette.ERROR if wrong else visit.datasette.INFO
    visit.datasette.add_message(visit.request, short(text, MAX_MESSAGE), kind)


def short(text: Any, most: int = MAX_SHOWN) -> str:
    """A name for a message, cut where it is too long."""
    return str(text) if len(str(text)) <= most else f"{str(text)[: most - 1]}…"


def programmes(count: int) -> str:
    """So many of them, in words."""
    return f"{count:,} programme{'' if count == 1 else 's'}"


async def change(visit: pages.Visit, operation: str, arguments: dict[str, Any]) -> dict[str, Any]:
    """One operation of `epg_ingest.changes.perform`, recorded with the actor. Raises `Refused` as the API does."""
    asked = writes.Write(
        writes.guide_path(visit.datasette), 0, arguments, writes.name_of(visit.request.actor), False
    )
    return dict(await off_loop(asked.run, operation, arguments))


async def off_loop(work: Callable[..., Any], *arguments: Any) -> Any:
    """`work` on the threads for writes, with its errors as `Refused`."""
    return await writes.on_thread(work, *arguments)


async def asked_for(visit: pages.Visit, route: str, ident: int | None, body: dict[str, Any]) -> Any:
    """A write of the API: its status and its body as Python values. Raises `Refused`."""
    answer = await writes.write(visit.datasette, BY_NAME[route], ident, body, visit.request.actor)
    return answer.status, json.loads(answer.body or b"null")


def number(text: str | None, what: str) -> int | None:
    """An id out of an address or a form, None where there is none. Raises `Refused` (400)."""
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 18):
        raise Refused(400, f"{what} must be a whole number")
    return int(text)


def choice(text: str | None, known: tuple[str, ...], what: str) -> str | None:
    """One of the words that are known, None where nothing is asked for. Raises `Refused` (400)."""
    if text and text not in known:
        raise Refused(400, f"{what} must be {', '.join(known[:-1])} or {known[-1]}")
    return text or None
