"""Signing in: the API's token, typed into a form, becomes Datasette's own signed cookie, which `/-/logout` removes.

The tokens are those of datasette-auth-tokens; at the start `epg_token.py` has made sure that none of them is weak. The
cookie is as good as the token for `sessions.DAYS` days, unless the token changes or somebody signs out before.
"""

import asyncio
import hmac
import logging
import re
import time
from typing import Any
from urllib.parse import quote

from ..base.sessions import COOKIE, DAYS, new_session, tokens
from ..bounds.guesses import SLOWER, WINDOW, guesses_of
from ..bounds.places import address_of
from ..pages.render import render
from ..pages.visit import Visit
from . import forms

MAX_TOKEN = 4_096
#: seconds that a wrong token takes
DELAY = 0.3
WRONG = "this token is not known"
logger = logging.getLogger("datasette_epg")


async def page(visit: Visit) -> Any:
    """The form, or its result. Raises `Refused` for a form from another site."""
    fields = await forms.sent(visit, True)
    if fields is None:
        return await show(visit, target(visit, visit.query.get("next")))
    return await enter(visit, fields)


async def show(visit: Visit, following: str, problem: str | None = None, status: int = 200) -> Any:
    context = {"next": following, "problem": problem, "possible": bool(tokens(visit.datasette))}
    return await render(visit, "epg-login", context, status=status, private=True)


async def enter(visit: Visit, fields: forms.FormFields) -> Any:
    """303 with the cookie, or the form again: 401 for an unknown token, 429 after too many of them."""
    guesses, client = guesses_of(visit.datasette), address_of(visit.request.scope)
    following = target(visit, fields.get("next"))
    if guesses.too_many(client, time.monotonic()):
        answer = await show(visit, following, SLOWER, 429)
        answer.headers["Retry-After"] = str(int(WINDOW))
        return answer
    token = fields.get("token", "").strip()
    actor = actor_of(visit.datasette, token)
    if actor is not None:
        return signed_in(visit, actor, token, following)
    guesses.wrong(client, time.monotonic())
    logger.warning("a wrong token was typed by %s", client)
    await asyncio.sleep(DELAY)
    return await show(visit, following, WRONG, 401)


def actor_of(datasette: Any, given: str) -> Any:
    """The actor of a token, None for an unknown one. It is compared with every token, in constant time."""
    if not given or len(given) > MAX_TOKEN:
        return None
    found = None
    for entry in tokens(datasette):
        if hmac.compare_digest(entry["token"].encode(), given.encode("utf-8", "replace")):
            found = entry.get("actor")
    return found or None


def signed_in(visit: Visit, actor: Any, token: str, following: str) -> Any:
    """A redirect to `following` that sets the cookie of Datasette (its documentation, "The ds_actor cookie")."""
    datasette, age = visit.datasette, DAYS * 86_400
    value = new_session(datasette, actor, token)
    secure = visit.request.scope.get("scheme") == "https" or bool(datasette.setting("force_https_urls"))
    answer = forms.redirect(following)
    answer.set_cookie(COOKIE, value, max_age=age, httponly=True, samesite="lax", secure=secure)
    return answer


def target(visit: Visit, asked: str | None) -> str:
    """Where to go after signing in: `asked` if it is a path of this site, else the page of providers.

    Browsers take `//host` and `/\\host` for another site, and drop tabs and line breaks before they read an address.
    """
    path = asked or ""
    if len(path) > forms.MAX_NEXT or not re.fullmatch(r"/(?![/\\])[^\\\x00-\x20\x7f]*", path):
        return str(visit.datasette.urls.path(forms.HOME))
    return quote(path, safe="/%?=&;:@!$'()*+,~#[]")
