"""A form that came too late: its session or its token had ended. What was typed is kept, to be sent again with one press.

Only forms that the browser itself says are from this site are offered again: another site must not get its form sent by a
person who presses the button.
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from ...base.http import header
from ...pages.render import render
from ...pages.visit import Visit

#: what is never sent back to a browser
SECRET = ("headers", "password", "token", "csrftoken")
#: characters of a value that the page shows
SHOWN = 120


def from_here(visit: Visit) -> bool:
    """Whether the browser says that a page of this site sent the form (Fetch Metadata, else RFC 6454)."""
    scope = visit.request.scope
    site = header(scope, b"sec-fetch-site")
    if site:
        return site == "same-origin"
    origin = header(scope, b"origin")
    return bool(origin) and urlsplit(origin).netloc == header(scope, b"host")


async def page(
    visit: Visit, fields: Mapping[str, str], pairs: tuple[tuple[str, str], ...], problem: str
) -> Any:
    """The page with everything that was typed, apart from secrets. Its status is 403, or 401 for somebody who is signed out."""
    kept = [(name, value) for name, value in pairs if name not in SECRET]
    context = {
        "problem": problem,
        "kept": kept,
        "shown": [(name, value[:SHOWN]) for name, value in kept if value and not name.startswith("on_")],
        "lost": [name for name in ("headers", "password") if fields.get(name)],
        "here": str(visit.datasette.urls.path(visit.request.full_path)),
        "signed_in": bool(visit.request.actor),
    }
    return await render(
        visit, "epg-sent-again", context, status=403 if visit.request.actor else 401, private=True
    )
