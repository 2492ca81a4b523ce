"""`/l/NAME.xml`, `/l/NAME.m3u`, `/l/NAME/lineup.json`: a line-up for players.

The guide is public and answered as `/xmltv.xml` is. Streams carry passwords, so the playlist needs the key of the line-up
(`?key=`), or a token that may change the guide. A wrong key is refused like a wrong token. Nobody but the client may keep an
answer with streams.
"""

import asyncio
import hmac
import time
from collections.abc import Callable
from typing import Any

import orjson
from epg_ingest.export.form import Form
from epg_ingest.export.lineup.output_entries import LineupOutput, OutputEntry, lineup_output
from epg_ingest.export.lineup.playlist import m3u
from epg_ingest.export.lineup.tuner_list import tuner_list

from ..api.lane import stamp_of
from ..base import access
from ..base.answer import JSON, Answer, Refused, unauthorized
from ..base.connections import Generation
from ..base.http import send_answer, send_unchanged, unchanged
from ..base.lineup_filter import no_lineup
from ..base.params import Param
from ..pages.visit import Visit
from .common import MAX_AGE, arguments, digest, link, plainly
from .xmltv import answer_for, site_of
from .xmltv_request import understand_lineup

PLAYLIST = "audio/x-mpegurl; charset=utf-8"
KEY = Param("key", "text", "The key of the line-up: epg-ingest lineups key NAME.")
LOGOS = Param(
    "logos",
    "choice",
    "local: the guide's logos from this site, where everybody may have them; feed: from where they come.",
    None,
    choices=("feed", "local"),
)
WRONG = "this needs the key of the line-up, as key=…; see: epg-ingest lineups key NAME"
LOST = "no streams of this line-up are kept here: refresh it, or ask the primary"


@plainly
async def guide(visit: Visit) -> None:
    """`/l/NAME.xml` and `.xml.gz`: the channels of the line-up, in its order, under its ids."""
    await _guide(visit, "gz" if visit.request.url_vars.get("gz") else None)


@plainly
async def guide_xz(visit: Visit) -> None:
    """`/l/NAME.xml.xz`"""
    await _guide(visit, "xz")


async def _guide(visit: Visit, ending: str | None) -> None:
    name = visit.request.url_vars["name"]
    asked = understand_lineup(visit.request.scope, name, ending, time.time(), site_of(visit))
    await answer_for(visit, asked)


@plainly
async def playlist(visit: Visit) -> None:
    """`/l/NAME.m3u?key=`: 401 without the right key, 304 where the client has it."""
    values = arguments(visit.request.scope, (KEY, LOGOS))
    generation, lineup = await _read(visit)
    _require(visit, lineup, values["key"])
    address, logo = link(visit, f"/l/{lineup.name}.xml.gz"), _logos(visit, values["logos"])

    def made() -> bytes:
        return m3u(lineup, _streams(visit, lineup), address, logo).encode()

    await _private(visit, generation, PLAYLIST, made, address, str(logo is not None))


def _logos(visit: Visit, chosen: str | None) -> Callable[[OutputEntry], str | None] | None:
    """What gives an entry's logo its address on this site; None for the addresses that feeds and sources name."""
    site = site_of(visit)
    if chosen == "local" and site is None:
        raise Refused(400, "this site keeps no logos (logos_mb): leave out logos=local")
    if site is None or chosen == "feed" or not (chosen or access.open_to_strangers(visit.datasette)):
        return None
    form = Form(site=site)
    return lambda entry: (
        form.logo(entry.channel_id) if entry.channel_id and entry.guide_icon else entry.icon_url
    )


@plainly
async def lineup_json(visit: Visit) -> None:
    """`/l/NAME/lineup.json`: numbers, names and ids; with `?key=` also the streams."""
    values = arguments(visit.request.scope, (KEY,))
    generation, lineup = await _read(visit)
    if values["key"] is not None:
        _require(visit, lineup, values["key"])
        return await _private(
            visit, generation, JSON, lambda: orjson.dumps(tuner_list(lineup, _streams(visit, lineup)))
        )
    body = orjson.dumps(tuner_list(lineup))
    age = MAX_AGE if access.open_to_strangers(visit.datasette) else None
    stamp = f"{stamp_of(generation)}-{digest(body)}"
    await _send(visit, Answer(body, 200, JSON, {}, stamp, generation.number, age))


async def _read(visit: Visit) -> tuple[Generation, LineupOutput]:
    from epg_ingest.core.errors import NotFoundError

    name = visit.request.url_vars["name"]

    def work(conn: Any) -> LineupOutput:
        try:
            return lineup_output(conn, name)
        except NotFoundError:
            raise no_lineup(name, 404) from None

    found: tuple[Generation, LineupOutput] = await visit.lane.pool.run(work)
    return found


def _require(visit: Visit, lineup: LineupOutput, key: str | None) -> None:
    """Raise `Refused` (401) for a request with neither the key nor a token that may change the guide."""
    from epg_ingest.storage.lineup_secrets import LineupSecrets
    from epg_ingest.storage.vault import Vault, vault_path

    if access.allowed(visit.datasette, visit.request.actor, "epg-write"):
        return
    source = LineupSecrets(Vault(vault_path(visit.lane.pool.path))).get(lineup.id)
    if source is None:
        raise Refused(503, LOST, headers={"Retry-After": "60"})
    if not source.key or not hmac.compare_digest(source.key.encode(), (key or "").encode("utf-8", "replace")):
        raise unauthorized(WRONG)


def _streams(visit: Visit, lineup: LineupOutput) -> Any:
    from epg_ingest.storage.lineup_secrets import LineupSecrets
    from epg_ingest.storage.vault import Vault, vault_path

    return LineupSecrets(Vault(vault_path(visit.lane.pool.path))).streams(lineup.id, lineup.address_set)


async def _private(visit: Visit, generation: Generation, kind: str, made: Any, *depends: str) -> None:
    """Send what `made` gives, unless the client has it: for the client alone. `depends` is what it has besides the guide."""
    stamp = f"{stamp_of(generation)}-{digest(repr(depends).encode())}p"
    answer = Answer(b"", 200, kind, {}, stamp, generation.number, personal=True)
    if tag := unchanged(visit.request.scope, stamp):
        return await send_unchanged(visit.request.scope, visit.send, answer, tag)
    body = await asyncio.to_thread(made)
    await send_answer(visit.request.scope, visit.send, answer, body)


async def _send(visit: Visit, answer: Answer) -> None:
    if tag := unchanged(visit.request.scope, answer.stamp or ""):
        return await send_unchanged(visit.request.scope, visit.send, answer, tag)
    await send_answer(visit.request.scope, visit.send, answer)
