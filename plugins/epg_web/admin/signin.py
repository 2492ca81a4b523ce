"""Signing in: the API's token, typed into a form, becomes Datasette's own signed cookie, which `/-/logout` removes.

The tokens are those of datasette-auth-tokens; at the start `epg_token.py` has made sure that none of them is weak. The
cookie is as good as the token for `DAYS` days, unless Datasette's secret changes before.
"""

import asyncio
import hmac
import logging
import re
import time
from typing import Any
from urllib.parse import quote

from ..pages.render import render
from ..pages.visit import Visit
from . import forms

DAYS = 30
MAX_TOKEN = 4_096
#: so many wrong tokens from one address within `WINDOW` seconds, and it has to wait
GUESSES, WINDOW = 10, 60.0
#: addresses remembered at most
MAX_ADDRESSES = 10_000
#: seconds that a wrong token takes
DELAY = 0.3
WRONG = "this token is not known"
SLOWER = "too many wrong tokens: wait a minute, then try again"
logger = logging.getLogger("datasette_epg")


class Guesses:
    """When each client typed a wrong token, for one process."""

    def __init__(self) -> None:
        self.times: dict[str, list[float]] = {}

    def too_many(self, client: str, now: float) -> bool:
        recent = [moment for moment in self.times.get(client, []) if moment > now - WINDOW]
        return len(recent) >= GUESSES

    def wrong(self, client: str, now: float) -> None:
        recent = [moment for moment in self.times.pop(client, []) if moment > now - WINDOW]
        self.times[client] = [*recent, now]
        if len(self.times) > MAX_ADDRESSES:
            del self.times[next(iter(self.times))]


def guesses_of(datasette: Any) -> Guesses:
    """The guesses at one instance. They are kept on it, because instances of one process share this module."""
    found: Guesses | None = getattr(datasette, "_epg_guesses", None)
    if found is None:
        found = datasette._epg_guesses = Guesses()
    return found


async def page(visit: Visit) -> Any:
    """The form, or its result. Raises `Refused` for a form from another site."""
    fields = await forms.sent(visit, True)
    if fields is None:
        return await show(visit, target(visit, visit.query.get("next")))
    return await enter(visit, fields)


async def show(visit: Visit, following: str, problem: str | None = None, status: int = 200) -> Any:
    context = {"next": following, "problem": problem, "possible": bool(tokens(visit.datasette))}
    return await render(visit, "epg-login", context, status=status, private=True)


async def enter(visit: Visit, fields: forms.Fields) -> Any:
    """303 with the cookie, or the form again: 401 for an unknown token, 429 after too many of them."""
    guesses, client = guesses_of(visit.datasette), client_of(visit)
    following = target(visit, fields.get("next"))
    if guesses.too_many(client, time.monotonic()):
        answer = await show(visit, following, SLOWER, 429)
        answer.headers["Retry-After"] = str(int(WINDOW))
        return answer
    actor = actor_of(visit.datasette, fields.get("token", "").strip())
    if actor is not None:
        return signed_in(visit, actor, following)
    guesses.wrong(client, time.monotonic())
    logger.warning("a wrong token was typed by %s", client)
    await asyncio.sleep(DELAY)
    return await show(visit, following, WRONG, 401)


def client_of(visit: Visit) -> str:
    """The client's address, as the server knows it."""
    client = visit.request.scope.get("client")
    return str(client[0]) if client else "unknown"


def tokens(datasette: Any) -> list[dict[str, Any]]:
    """The tokens that work. A variable that is not set gives none."""
    entries = (datasette.plugin_config("datasette-auth-tokens") or {}).get("tokens") or []
    return [entry for entry in entries if isinstance(entry.get("token"), str) and entry["token"]]


def actor_of(datasette: Any, given: str) -> Any:
    """The actor of a token, None for an unknown one. It is compared with every token, in constant time."""
    if not given or len(given) > MAX_TOKEN:
        return None
    found = None
    for entry in tokens(datasette):
        if hmac.compare_digest(entry["token"].encode(), given.encode("utf-8", "replace")):
            found = entry.get("actor")
    return found or None


def signed_in(visit: Visit, actor: Any, following: str) -> Any:
    """A redirect to `following` that sets the cookie of Datasette (its documentation, "The ds_actor cookie")."""
    from datasette.utils import baseconv

    datasette, age = visit.datasette, DAYS * 86_400
    value = datasette.sign({"a": actor, "e": baseconv.base62.encode(int(time.time()) + age)}, "actor")
    secure = visit.request.scope.get("scheme") == "https" or bool(datasette.setting("force_https_urls"))
    answer = forms.redirect(following)
    answer.set_cookie("ds_actor", value, max_age=age, httponly=True, samesite="lax", secure=secure)
    return answer


def target(visit: Visit, asked: str | None) -> str:
    """Where to go after signing in: `asked` if it is a path of this site, else the page of providers.

    Browsers take `//host` and `/\\host` for another site, and drop tabs and line breaks before they read an address.
    """
    path = asked or ""
    if len(path) > forms.MAX_NEXT or not re.fullmatch(r"/(?![/\\])[^\\\x00-\x20\x7f]*", path):
        return str(visit.datasette.urls.path(forms.HOME))
    return quote(path, safe="/%?=&;:@!$'()*+,~#[]")
