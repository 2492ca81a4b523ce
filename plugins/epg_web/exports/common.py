"""What exports for other programs share: parameters, one-line refusals, cached answers of up to a few megabytes.

Players, calendars and feed readers ask for them, so an error is one line of plain text and not a page.
"""

import hashlib
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import unquote_plus

from ..api.lane import Lane, stamp_of
from ..base import access
from ..base.answer import Answer, Refused
from ..base.cache import short
from ..base.connections import Generation
from ..base.http import Scope, send_answer
from ..base.params import MAX_IDS, Param, parse
from ..pages.visit import Visit

HOUR = 3600
#: seconds that others may keep an export; making one takes up to a second, and players ask a few times a day
MAX_AGE = 300
TEXT = "text/plain; charset=utf-8"


def arguments(scope: Scope, params: tuple[Param, ...]) -> dict[str, Any]:
    """The checked query. Raises `Refused`: 405 for a method that does not read, 400 for a parameter."""
    if scope["method"] not in ("GET", "HEAD"):
        raise Refused(405, f"{scope['method']} is not possible here", headers={"Allow": "GET, HEAD"})
    return parse(scope["query_string"], params)


def with_channels(scope: Scope, params: tuple[Param, ...]) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The checked query, and separately the texts of `channels=`, of which there may be hundreds."""
    rest: list[bytes] = []
    texts: list[bytes] = []
    for field in scope["query_string"].split(b"&"):
        (texts if field.startswith(b"channels=") else rest).append(field)
    if len(texts) > 1:
        raise Refused(400, "channels is given more than once")
    names = _names(texts[0].removeprefix(b"channels=")) if texts else ()
    values = arguments({**scope, "query_string": b"&".join(field for field in rest if field)}, params)
    if values["channels"] is not None:
        raise Refused(400, "write the name of the parameter as it is: channels=1,2")
    return values, names


def _names(raw: bytes) -> tuple[str, ...]:
    try:
        text = unquote_plus(raw.decode("ascii"), errors="strict")
    except ValueError:
        raise Refused(400, "channels is not percent-encoded UTF-8") from None
    names = tuple(dict.fromkeys(part.strip() for part in text.split(",") if part.strip()))
    if raw and not names:  # all channels would be the opposite of what was asked
        raise Refused(400, "channels must have ids or names, such as channels=1,two.example")
    if len(names) > MAX_IDS:
        raise Refused(400, f"channels must have at most {MAX_IDS} ids or names")
    return names


def hour(now: float) -> int:
    """The start of the hour, in epoch seconds. Answers count from it, so they change once an hour and can be cached."""
    return int(now) // HOUR * HOUR


async def say(visit: Visit, problem: Refused) -> None:
    """One line that says what is wrong."""
    line = " ".join(problem.message.split()) + "\n"
    answer = Answer(line.encode("utf-8", "replace"), problem.status, TEXT, dict(problem.headers))
    await send_answer(visit.request.scope, visit.send, answer)


def plainly(work: Callable[[Visit], Awaitable[None]]) -> Callable[[Visit], Awaitable[None]]:
    """Turn the refusals of a page function into one line of text."""

    async def page(visit: Visit) -> None:
        try:
            await work(visit)
        except Refused as problem:
            await say(visit, problem)

    return page


async def answered(
    visit: Visit, key: tuple[Any, ...], make: Callable[[], Awaitable[tuple[Generation, bytes]]],
    content_type: str, until: float | None = None, headers: dict[str, str] | None = None,
) -> None:  # fmt: skip
    """Send what `make` gives. It is kept for the next requests while the guide stays the same and the clock before `until`.

    An answer of a private guide is not kept.
    """
    lane: Lane = visit.lane
    generation, key = lane.pool.look(), ("export", short(key))

    async def compute() -> Answer:
        seen, body = await make()
        public = access.open_to_strangers(visit.datasette)
        return Answer(
            body, 200, content_type, headers or {}, f"{stamp_of(seen)}-{digest(body)}", seen.number,
            MAX_AGE if public else None, until,
        )  # fmt: skip

    entry = lane.cache.get(key, generation.stamp) or await lane.cache.make(key, generation.stamp, compute)
    await lane.send(visit.request.scope, visit.send, key, entry)


def digest(body: bytes) -> str:
    """Differs for two bodies of one generation."""
    return hashlib.sha256(body).hexdigest()[:12]


def link(visit: Visit, path: str) -> str:
    """The whole address of a path of this instance, as the client reached it."""
    return str(visit.datasette.absolute_url(visit.request, visit.datasette.urls.path(path)))
