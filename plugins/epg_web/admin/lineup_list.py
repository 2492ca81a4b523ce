"""`/-/epg/lineups`: all line-ups, their addresses for players, and refreshes at once.

Names and entries of line-ups are public, as in the exports and in the API. Sources, errors and playlists with their key are
shown to those who may write.
"""

from typing import Any

from ..base import access
from ..base.answer import Refused
from ..pages.render import render
from ..pages.visit import Visit, link
from ..shell.language import gettext
from ..shell.marking import marked as _
from . import forms
from .forms import FormFields, redirect, say, short
from .lineup_rows_read import HERE, lineups

KINDS = {
    "m3u": _("M3U playlist"), "hdhomerun": _("HDHomeRun tuner"), "xtream": _("Xtream account"), "tvheadend": "tvheadend",
    "csv": _("CSV table"), "hand": _("chosen by hand"), "": _("not read yet"),
}  # fmt: skip


async def page(visit: Visit) -> Any:
    return await forms.answered_to_all(visit, show, act)


async def show(visit: Visit) -> Any:
    """All line-ups. With `?refreshing=&since=`, the refresh that the viewer asked for, and the refresh before it."""
    writer = forms.may_write(visit)
    rows = await lineups(visit)
    kept = await forms.off_loop(sources_of, visit, [row["id"] for row in rows]) if writer else {}
    refreshing = forms.number(visit.query.get("refreshing"), "refreshing")
    since = forms.number(visit.query.get("since"), "since") or 0
    context = {
        "lineups": [{**row, **known(visit, row, *kept.get(row["id"], (None, None)))} for row in rows],
        "kinds": KINDS,
        "writer": writer,
        "may_import": access.allowed(visit.datasette, visit.request.actor, "epg-import"),
        "refreshing": refreshing if any(running(row, refreshing, since) for row in rows) else None,
        "ended": refreshing,
        "since": since,
    }
    return await render(visit, "epg-lineups", context, private=writer)


def running(row: dict[str, Any], refreshing: int | None, since: int) -> bool:
    """Whether the refresh that the viewer asked for is not in the log yet."""
    return bool(row["id"] == refreshing and (row["refresh"] or 0) <= since)


def known(visit: Visit, row: dict[str, Any], key: str | None, origin: str | None) -> dict[str, Any]:
    """The addresses for players, and scheme and host of the source if they are known here."""
    return {**addresses(visit, row["name"], key), "source_url": origin or row["source_url"]}


def sources_of(visit: Visit, idents: list[int]) -> dict[int, tuple[str | None, str | None]]:
    """The keys of playlists, and scheme and host of their sources, as far as they are kept here."""
    from epg_ingest.storage.lineup_secrets import LineupSecrets
    from epg_ingest.storage.vault import Vault, vault_path

    kept = LineupSecrets(Vault(vault_path(visit.lane.pool.path)))
    found = {ident: kept.get(ident) for ident in idents}
    return {ident: (source.key or None, source.origin) for ident, source in found.items() if source}


def addresses(visit: Visit, name: str, key: str | None) -> dict[str, str | None]:
    """What a player is given: the guide, and with the key the playlist."""

    def whole(path: str) -> str:
        return str(visit.datasette.absolute_url(visit.request, visit.datasette.urls.path(path)))

    return {"xmltv": whole(f"/l/{name}.xml.gz"), "m3u": whole(f"/l/{name}.m3u?key={key}") if key else None}


async def act(visit: Visit, fields: FormFields) -> Any:
    """Start a refresh. Then the list comes again."""
    try:
        ident = forms.number(fields.get("lineup"), "lineup")
        found = await lineups(visit, ident) if ident else []
        if not found or fields.get("action") != "refresh":
            raise Refused(400, forms.UNREADABLE)
        return await start(visit, found[0], force="force" in fields)
    except Refused as problem:
        if problem.status == 403:
            raise
        say(visit, problem.message, wrong=True)
    return redirect(link(visit, HERE))


async def start(visit: Visit, row: dict[str, Any], *, force: bool = False) -> Any:
    """Start to read the source of a line-up; a redirect to the list, which tells how it goes.

    Raises `Refused`: 403 without `epg-import`, 400 for a line-up without a source.
    """
    access.require(visit.datasette, visit.request.scope, visit.request.actor, "epg-import")
    await forms.asked_for(visit, "lineup_refresh", row["id"], {"force": force})
    say(visit, gettext("The refresh of %(name)s has started.") % {"name": short(row["title"])})
    return redirect(link(visit, HERE, refreshing=row["id"], since=row["refresh"] or 0))
