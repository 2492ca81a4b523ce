"""Makes datasette-auth-tokens safe: a weak token stops the start, and without a token none works.

Ten wrong tokens within a minute close an address out for a while, as in the sign-in form.

datasette-auth-tokens 0.3 answers 500 to every bearer token while the variable is unset, and 500 to a token that is not
ASCII. With httptools it accepts an empty token.
"""

import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import click
from datasette import hookimpl

# Datasette executes this file by its path, not as part of a package, so the folder of `epg_web` is not on `sys.path`.
if str(Path(__file__).resolve().parent) not in sys.path:
    sys.path.append(str(Path(__file__).resolve().parent))

from epg_web.base.actors import is_stranger
from epg_web.base.answer import Refused
from epg_web.base.base_url import prefix, without_prefix
from epg_web.base.http import App, Receive, Scope, Send, send_answer
from epg_web.base.instance_names import DATABASE
from epg_web.base.refusals import refusal
from epg_web.bounds.guesses import SLOWER, WINDOW, guesses_of
from epg_web.bounds.places import address_of
from epg_web.host import site_texts

VARIABLE = "EPG_API_TOKEN"
AUTH_TOKENS = "datasette-auth-tokens"
MIN_LENGTH = 16
REMEDY = "make one with: python -c 'import secrets; print(secrets.token_urlsafe(32))'"
REFUSED = {
    "ok": False,
    "error": "The Authorization header must be ASCII",
    "errors": ["The Authorization header must be ASCII"],
    "status": 401,
}


def configured(datasette: Any) -> list[dict[str, Any]]:
    """The `tokens` of datasette-auth-tokens, with `{"$env": …}` as written."""
    return (site_texts.plugins_of(datasette).get(AUTH_TOKENS) or {}).get("tokens") or []


def is_reference(token: Any) -> bool:
    return isinstance(token, dict) and len(token) == 1 and next(iter(token)) in ("$env", "$file")


def resolve(token: dict[str, str]) -> str | None:
    """The value that a reference stands for; None for an unset variable or a missing file."""
    ((kind, name),) = token.items()
    if kind == "$env":
        return os.environ.get(name)
    path = Path(name)
    return path.read_text(encoding="utf-8") if path.is_file() else None


def weakness(value: str) -> str | None:
    """What is wrong with a token, None where it is good. The text never contains the token."""
    if not value.strip():
        return "is empty"
    if not value.isascii():
        return "has characters outside ASCII"
    if any(char <= " " or char == "\x7f" for char in value):
        return "has white space in it (a file must not end with a newline)"
    if len(value) < MIN_LENGTH:
        return f"is shorter than {MIN_LENGTH} characters"
    return None


def references(datasette: Any) -> Iterator[dict[str, str]]:
    """Every reference to a token: the configured ones, and the variable of the bundle."""
    yield {"$env": VARIABLE}
    for entry in configured(datasette):
        if not is_reference(entry.get("token")):
            raise click.ClickException(
                f'a token is written out in metadata, which is public: write {{"$env": "{VARIABLE}"}} instead'
            )
        yield entry["token"]


def drop_unset(datasette: Any) -> None:
    """Keep only tokens that have a value."""
    tokens = configured(datasette)
    usable = [entry for entry in tokens if resolve(entry["token"]) is not None]
    if usable != tokens:
        config = site_texts.plugins_of(datasette)[AUTH_TOKENS]
        site_texts.replace_plugin(datasette, AUTH_TOKENS, {**config, "tokens": usable})


@hookimpl(trylast=True)
def startup(datasette: Any) -> None:
    if DATABASE not in datasette.databases:
        return
    for reference in references(datasette):
        value = resolve(reference)
        problem = weakness(value) if value is not None else None
        if problem:
            raise click.ClickException(f"{next(iter(reference.values()))} {problem}: {REMEDY}, or unset it")
    drop_unset(datasette)


def is_ascii(scope: Scope) -> bool:
    return all(value.isascii() for name, value in scope["headers"] if name.lower() == b"authorization")


async def answer_401(send: Send) -> None:
    body = json.dumps(REFUSED).encode()
    headers = {
        "content-type": "application/json",
        "content-length": str(len(body)),
        "www-authenticate": "Bearer",
    }
    headers["cache-control"] = "no-store"
    raw = [(name.encode(), value.encode()) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": 401, "headers": raw})
    await send({"type": "http.response.body", "body": body})


def has_bearer_token(scope: Scope) -> bool:
    return any(
        name == b"authorization" and value[:7].lower() == b"bearer " for name, value in scope["headers"]
    )


async def closed_out(datasette: Any, scope: Scope, receive: Receive) -> Refused | None:
    """The refusal where too many wrong tokens came from the client's address; else None, and a wrong one is counted."""
    guesses, address = guesses_of(datasette), address_of(scope)
    if guesses.too_many(address, time.monotonic()):
        return Refused(429, SLOWER, headers={"Retry-After": str(int(WINDOW))})
    if await is_stranger(datasette, scope, receive):
        guesses.wrong(address, time.monotonic())
    return None


@hookimpl
def asgi_wrapper(datasette: Any) -> Callable[[App], App]:
    front = prefix(datasette)

    def wrap(app: App) -> App:
        async def checked_tokens(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] != "http" or DATABASE not in datasette.databases:
                return await app(scope, receive, send)
            if has_bearer_token(scope) and (refused := await closed_out(datasette, scope, receive)):
                path = without_prefix(front, scope)["path"]
                return await send_answer(scope, send, refusal(path, refused))
            if not is_ascii(scope):
                return await answer_401(send)
            await app(scope, receive, send)

        return checked_tokens

    return wrap
