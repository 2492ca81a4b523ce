"""`/logo/{channel}` and `/programs/{id}/picture`: pictures that the guide names, from this site and in small sizes.

An address with the version of its picture (`v=`) can be kept for ever: pages link to such addresses. Without a version, or with
that of an older picture, the answer is the picture of today.
"""

from typing import Any

from epg_ingest.logos.logo_address import readable
from epg_ingest.logos.logo_state import SIZES

from ..base import access
from ..base.answer import Answer, Refused
from ..base.http import send_answer, send_unchanged, unchanged
from ..base.params import Param
from ..logos.instance_logos import logos_of, version_of
from ..pages.programme_facts import pictures
from ..pages.visit import Visit, read, select
from .common import arguments, plainly

#: seconds that others may keep a picture whose address has no version, and one whose address has
DAY, YEAR = 86_400, 31_536_000
KINDS = {"png": "image/png", "jpg": "image/jpeg"}
SIZE = Param(
    "size",
    "choice",
    "Pixels of the longest side.",
    str(SIZES[-1]),
    choices=tuple(map(str, SIZES)),
    example=96,
)
VERSION = Param("v", "text", "The version of the picture, as pages have it.", example="0123456789ab")
NUMBER = Param("n", "int", "Which of the pictures, from 1.", 1, 1, 100, example=1)
_ICON = "SELECT icon_url FROM channels WHERE id = :id AND hidden = 0"


@plainly
async def logo(visit: Visit) -> None:
    """`/logo/{channel}`. Answers 404 for a channel that is hidden or has no logo, and while the logo has not come yet."""
    values = arguments(visit.request.scope, (SIZE, VERSION))
    rows = await select(visit, _ICON, {"id": int(visit.request.url_vars["id"])})
    if not rows:
        raise Refused(404, "there is no such channel; see /api/v1/channels")
    await _answer(visit, rows[0]["icon_url"], values)


@plainly
async def programme(visit: Visit) -> None:
    """`/programs/{id}/picture`: one of the pictures on the page of a programme."""
    values = arguments(visit.request.scope, (NUMBER, SIZE, VERSION))
    found = pictures(await read(visit, "program", int(visit.request.url_vars["id"])))
    await _answer(visit, found[values["n"] - 1]["href"] if values["n"] <= len(found) else None, values)


async def _answer(visit: Visit, address: Any, values: dict[str, Any]) -> None:
    """Send the picture at `address`. Raises `Refused` (404) where there is none, or none yet."""
    kept, given, scope = logos_of(visit.datasette), readable(address), visit.request.scope
    if given is None:
        raise Refused(404, "the guide has no picture here")
    if kept is None:
        raise Refused(404, "this site keeps no pictures (logos_mb)")
    found = await kept.picture(given, int(values["size"]))
    if found is None:
        raise Refused(
            404, "the picture is not here, or not yet; try again later", headers={"Retry-After": "60"}
        )
    answer = _as_answer(*found, values["v"], access.open_to_strangers(visit.datasette))
    if tag := unchanged(scope, answer.stamp or ""):
        return await send_unchanged(scope, visit.send, answer, tag)
    await send_answer(scope, visit.send, answer)


def _as_answer(name: str, body: bytes, version: str | None, public: bool) -> Answer:
    stamp, _, ending = name.partition(".")
    same = version == version_of(name)
    age = (YEAR if same else DAY) if public else None
    # Players on other sites may show it.
    headers = {"Cross-Origin-Resource-Policy": "cross-origin"}
    return Answer(body, 200, KINDS[ending], headers, stamp, max_age=age, immutable=same)
