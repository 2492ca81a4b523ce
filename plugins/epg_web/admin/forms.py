"""What the pages for administration share: who may see them, forms, changes, messages.

A page gets a form only if `host.form_origin` finds that it is of this site. Datasette's own check lets requests without cookies
pass, and those with any bearer token.
"""

import json
import re
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any
from urllib.parse import parse_qsl, urlencode

from ..api import writes
from ..api.routes import BY_NAME
from ..base import access
from ..base.answer import Refused
from ..base.http import cookies_of, header
from ..host import form_origin, request_body
from ..pages.visit import Visit
from ..shell.language import gettext, ngettext
from ..shell.marking import marked as _
from .onboarding import sent_again

LOGIN = "/-/epg/login"
HOME = "/-/epg/providers"
MAX_FIELDS = 100
#: characters of a message, and of a name in one: messages travel in a cookie, of which browsers keep 4 kB
MAX_MESSAGE, MAX_SHOWN = 300, 60
MAX_NEXT = 2_000
STALE = _("the form is not from this site, or it is too old: load its page again, then send it once more")
SIGNED_OUT = _("you are signed out: your session has ended")
UNREADABLE = "the form cannot be read"
#: how messages of the API begin that are about a setting, in a list of changes with its place
_SETTING = re.compile(r"(?:\[\d+\]: )?([a-z][a-z_]*)\b")


class FormFields(dict[str, str]):
    """The fields of a form, the last value of each; `all` has every value of a field that comes several times."""

    def __init__(self, pairs: Iterable[tuple[str, str]] = ()) -> None:
        self.pairs = tuple(pairs)
        super().__init__(self.pairs)

    def all(self, name: str) -> list[str]:
        """The values of a field, in the order of the form."""
        return [value for key, value in self.pairs if key == name]


class Late(Refused):
    """A form whose token does not count any more, with what was typed."""

    def __init__(self, fields: FormFields) -> None:
        super().__init__(403, gettext(STALE))
        self.fields = fields


Show = Callable[[Visit], Awaitable[Any]]
Act = Callable[[Visit, FormFields], Awaitable[Any]]


async def answered(visit: Visit, show: Show, act: Act | None = None, *, most: int = MAX_FIELDS) -> Any:
    """The `Response` of a page for those with `epg-write`: `show` for GET, `act` for POST with the fields of the form, at most
    so many.

    Strangers are sent to sign in. Raises `Refused`: 403 for other actors, and for a form from another site.
    """
    try:
        fields = await sent(visit, act is not None, most)
    except Late as late:
        if wants_json(visit) or not sent_again.from_here(visit):
            raise
        return await sent_again.page(visit, late.fields, late.fields.pairs, late.message)
    if not visit.request.actor:
        if fields and not wants_json(visit) and sent_again.from_here(visit):
            return await sent_again.page(visit, fields, fields.pairs, gettext(SIGNED_OUT))
        return to_login(visit)
    access.require(visit.datasette, visit.request.scope, visit.request.actor, "epg-write")
    if fields is None or act is None:
        return await show(visit)
    return await act(visit, fields)


async def answered_to_all(visit: Visit, show: Show, act: Act) -> Any:
    """As `answered`, but everybody may look; `show` asks `may_write` what to leave out."""
    if visit.request.method in ("GET", "HEAD"):
        return await show(visit)
    return await answered(visit, show, act)


def may_write(visit: Visit) -> bool:
    """Whether the visitor may change the guide."""
    return access.allowed(visit.datasette, visit.request.actor, "epg-write")


async def sent(visit: Visit, takes_forms: bool, most: int = MAX_FIELDS) -> FormFields | None:
    """The form that was sent, None for a request that only reads. Raises `Refused` (405) for other methods."""
    method = visit.request.method
    if method in ("GET", "HEAD"):
        return None
    if method != "POST" or not takes_forms:
        allow = "GET, HEAD, POST" if takes_forms else "GET, HEAD"
        raise Refused(405, f"{method} is not possible here", headers={"Allow": allow})
    return await form(visit, most)


async def form(visit: Visit, most: int = MAX_FIELDS) -> FormFields:
    """The fields of the form, as typed. Raises `Refused`: 400 for a body that is no form, 403 for a form from another site."""
    kind = header(visit.request.scope, b"content-type").partition(";")[0].strip().lower()
    if kind != "application/x-www-form-urlencoded" and not from_our_page(visit, FormFields()):
        raise Refused(403, gettext(STALE))
    body = await request_body.whole_body(visit.request)
    try:
        pairs = parse_qsl(body.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=most)
    except ValueError:
        raise Refused(400, UNREADABLE) from None
    fields = FormFields((name, value.replace("\r\n", "\n")) for name, value in pairs)
    if not from_our_page(visit, fields):
        raise Late(fields)
    return fields


def from_our_page(visit: Visit, fields: FormFields) -> bool:
    """Whether the form proves that it is of a page of this site."""
    scope = visit.request.scope
    return form_origin.is_proved(visit.datasette, scope, cookies_of(scope), fields.get("csrftoken", ""))


def to_login(visit: Visit) -> Any:
    """A redirect to the form for the token, which leads back to this page."""
    path, full = (
        str(visit.datasette.urls.path(part)) for part in (visit.request.path, visit.request.full_path)
    )
    back = full if len(full) <= MAX_NEXT else path
    return redirect(f"{visit.datasette.urls.path(LOGIN)}?{urlencode({'next': back})}")


def redirect(address: str) -> Any:
    """The answer to a form, so that reloading does not send it again (303: RFC 9110, section 15.4.4)."""
    from datasette.utils.asgi import Response

    return Response("", 303, {"Location": address, "Cache-Control": "no-store"}, "text/plain; charset=utf-8")


def say(visit: Visit, text: str, *, wrong: bool = False) -> None:
    """Show one line on top of the next page."""
    kind = visit.datasette.ERROR if wrong else visit.datasette.INFO
    visit.datasette.add_message(visit.request, short(text, MAX_MESSAGE), kind)


def told(visit: Visit, address: str, text: str, *, problem: Refused | None = None, **more: Any) -> Any:
    """The answer to a form: the page at `address` with one line on top, or for the script of a page, which asks for JSON, the
    line and what else it needs. With a `problem` the line says what is wrong."""
    from datasette.utils.asgi import Response

    if not wants_json(visit):
        say(visit, text, wrong=problem is not None)
        return redirect(address)
    body = {"ok": problem is None, "message": short(text, MAX_MESSAGE), **more}
    headers = {"Cache-Control": "no-store"}
    return Response(
        json.dumps(body), problem.status if problem else 200, headers, "application/json; charset=utf-8"
    )


def wants_json(visit: Visit) -> bool:
    """Whether the script of a page sent the form."""
    return header(visit.request.scope, b"accept").startswith("application/json")


def short(text: Any, most: int = MAX_SHOWN) -> str:
    """A name for a message, cut where it is too long."""
    return str(text) if len(str(text)) <= most else f"{str(text)[: most - 1]}…"


def in_words(message: str, labels: Mapping[str, str]) -> str:
    """A message of the API as a form says it: a setting that it begins with has the name of its box (`labels`, by setting)."""
    found = _SETTING.match(message)
    label = labels.get(found[1]) if found else None
    return f"{gettext(label)}{message[found.end() :]}" if found and label else message


def programmes(count: int) -> str:
    """A number of programmes, in words."""
    return ngettext("%(num)s programme", "%(num)s programmes", count) % {"num": f"{count:,}"}


def in_entries(count: int) -> str:
    """A number of entries of a line-up, in words."""
    return ngettext("%(num)s entry", "%(num)s entries", count) % {"num": f"{count:,}"}


async def change(visit: Visit, operation: str, arguments: dict[str, Any]) -> dict[str, Any]:
    """Run one operation of `epg_ingest.changes.perform` for the actor; its result. Raises `Refused` as the API does."""
    asked = writes.Write(
        writes.guide_path(visit.datasette), 0, arguments, writes.name_of(visit.request.actor), False
    )
    return dict(await off_loop(asked.run, operation, arguments))


async def off_loop(work: Callable[..., Any], *arguments: Any) -> Any:
    """`work` on the threads for writes, with its errors as `Refused`."""
    return await writes.on_thread(work, *arguments)


async def asked_for(
    visit: Visit, route: str, ident: int | None, body: dict[str, Any], *, allow_private: bool | None = None
) -> Any:
    """Make a write of the API. Returns its status, and its body as Python values. Raises `Refused`. `allow_private`: whether
    it may give access to the local network, by default as the API may."""
    answer = await writes.write(
        visit.datasette, BY_NAME[route], ident, body, visit.request.actor, allow_private=allow_private
    )
    return answer.status, json.loads(answer.body or b"null")


def number(text: str | None, what: str) -> int | None:
    """An id from an address or a form, None where it is missing. Raises `Refused` (400)."""
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 18):
        raise Refused(400, f"{what} must be a whole number")
    return int(text)


def choice(text: str | None, known: tuple[str, ...], what: str) -> str | None:
    """One of the known words, None where the text is empty. Raises `Refused` (400) for any other."""
    if text and text not in known:
        raise Refused(400, f"{what} must be {', '.join(known[:-1])} or {known[-1]}")
    return text or None
