"""`/guide/language`: the viewer's language, kept in a cookie."""

from typing import Any

from ...base.answer import Refused
from ...base.http import header
from ...base.viewer.viewer_language import CHOICES, COOKIE, current, known
from ..render import render
from ..visit import Visit
from .zone_choice import AUTOMATIC, KEPT, local


async def page(visit: Visit) -> Any:
    """The form. With `choice` that is kept and the visitor goes `back`. Raises `Refused` (400) for an unknown language.

    A link on another site keeps nothing.
    """
    back = local(visit.query.get("back"), visit.datasette.urls.path("/guide"))
    wanted = visit.query.get("choice")
    if wanted and wanted != AUTOMATIC and not known(wanted):
        raise Refused(400, f"there is no language {wanted[:40]!r}; use one of {', '.join(CHOICES)}")
    if wanted and header(visit.request.scope, b"sec-fetch-site") not in ("cross-site", "same-site"):
        return chosen(wanted, back)
    return await render(visit, "epg-language", {
        "section": "language", "back": back, "choices": CHOICES, "current": nearest(), "kept": current().source == "chosen",
    })  # fmt: skip


def nearest() -> str:
    """The choice that is in force: `de` for `de-CH`."""
    tag = current().tag
    return tag if tag in CHOICES else next(choice for choice in CHOICES if choice.startswith(current().code))


def chosen(tag: str, back: str) -> Any:
    """Back to where the visitor was, with the cookie set, or removed so that the browser decides."""
    from datasette.utils.asgi import Response

    value, age = ("", 0) if tag == AUTOMATIC else (known(tag), KEPT)
    headers = {
        "Location": back,
        "Set-Cookie": f"{COOKIE}={value}; Path=/; Max-Age={age}; SameSite=Lax",
        "Cache-Control": "no-store",
    }
    return Response("", 303, headers, "text/plain")
