"""Hooks and addresses of the pages for people. The work is in `epg_web.pages`, `epg_web.exports` and `epg_web.admin`."""

import importlib
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from datasette import Response, hookimpl

# Datasette executes this file by its path, not as part of a package, so the folder of `epg_web` is not on `sys.path`.
if str(Path(__file__).resolve().parent) not in sys.path:
    sys.path.append(str(Path(__file__).resolve().parent))

from epg_web.api.instance_lane import lane_of
from epg_web.base import access
from epg_web.base.answer import Refused
from epg_web.base.instance_names import DATABASE
from epg_web.pages.lineup_choice import chosen_lineup
from epg_web.pages.render import refused
from epg_web.pages.visit import visit_of
from epg_web.shell.language import gettext
from epg_web.shell.navigation import SIGN_IN, menu

#: Address → module and function of `epg_web`. The function takes a `Visit` and returns a `Response`, or None where it has
#: sent its answer itself.
PAGES = {
    # Datasette's own first page looks for a format in the address.
    r"^/(?P<format>)$": "pages.home:page",
    r"^/guide$": "pages.grid:page",
    r"^/guide/channel/(?P<id>[0-9]{1,18})$": "pages.channel:page",
    r"^/guide/program/(?P<id>[0-9]{1,18})$": "pages.programme:page",
    r"^/guide/series$": "pages.showing.series_search:page",
    r"^/guide/series/(?P<id>[0-9]{1,18})$": "pages.showing.series_page:page",
    r"^/guide/search$": "pages.search_page:page",
    r"^/guide/changes$": "pages.changes:page",
    r"^/guide/stats$": "pages.stats:page",
    r"^/guide/use$": "exports.players:page",
    r"^/guide/zone$": "pages.preferences.zone_choice:page",
    r"^/guide/language$": "pages.preferences.language_choice:page",
    r"^/guide/because$": "pages.home:starred",
    r"^/guide/offline$": "pages.app.offline_page:page",
    r"^/manifest\.webmanifest$": "pages.app.app_manifest:page",
    r"^/sw\.js$": "pages.app.service_worker:page",
    r"^/guide/opensearch\.xml$": "pages.preferences.zone_choice:opensearch",
    r"^/xmltv\.xml(?P<gz>\.gz)?$": "exports.xmltv:export",
    r"^/xmltv\.xml\.xz$": "exports.xmltv:export_xz",
    r"^/l/(?P<name>[^/]+?)\.xml(?P<gz>\.gz)?$": "exports.lineups:guide",
    r"^/l/(?P<name>[^/]+?)\.xml\.xz$": "exports.lineups:guide_xz",
    r"^/l/(?P<name>[^/]+?)\.m3u$": "exports.lineups:playlist",
    r"^/l/(?P<name>[^/]+)/lineup\.json$": "exports.lineups:lineup_json",
    r"^/xmltv\.dtd$": "exports.document_type:page",
    r"^/logo/(?P<id>[0-9]{1,18})$": "exports.pictures:logo",
    r"^/programs/(?P<id>[0-9]{1,18})/picture$": "exports.pictures:programme",
    r"^/channels/(?P<id>[^/]+)\.ics$": "exports.ical:channel",
    r"^/programs/(?P<id>[^/]+)\.ics$": "exports.ical:programme",
    r"^/series/(?P<id>[^/]+)\.ics$": "exports.series_feeds:calendar_of",
    r"^/series/(?P<id>[^/]+)\.atom$": "exports.series_feeds:atom_of",
    r"^/calendar\.ics$": "exports.ical:several",
    r"^/search\.ics$": "exports.ical:search",
    r"^/search\.atom$": "exports.atom:search",
    r"^/changes\.atom$": "exports.atom:changes",
    r"^/watch\.ics$": "exports.watch_feeds:calendar_page",
    r"^/watch\.atom$": "exports.watch_feeds:feed_page",
    r"^/guide/watches$": "exports.browser_watches:page",
    r"^/-/epg/login$": "admin.signin:page",
    r"^/-/epg/providers$": "admin.providers:listing",
    r"^/-/epg/providers/new$": "admin.providers:new",
    r"^/-/epg/providers/(?P<id>[0-9]{1,18})$": "admin.providers:edit",
    r"^/-/epg/imports$": "admin.imports:page",
    r"^/-/epg/channels$": "admin.channel_desk.desk_page:page",
    r"^/-/epg/mappings$": "admin.mappings:page",
    r"^/-/epg/lineups$": "admin.lineup_list:page",
    r"^/-/epg/lineups/new$": "admin.lineup_setup:new",
    r"^/-/epg/lineups/(?P<id>[0-9]{1,18})$": "admin.lineup_entries:page",
    r"^/-/epg/lineups/(?P<id>[0-9]{1,18})/settings$": "admin.lineup_setup:edit",
    r"^/-/epg/lineups/(?P<id>[0-9]{1,18})/list$": "admin.lineup_setup:given",
    r"^/-/epg/lineups/(?P<id>[0-9]{1,18})/entry$": "admin.lineup_entry:page",
    r"^/-/epg/lineups/(?P<id>[0-9]{1,18})/review$": "admin.lineup_matches:page",
    r"^/-/epg/lineups/(?P<id>[0-9]{1,18})/missing$": "admin.lineup_missing:page",
    r"^/-/epg/rules$": "admin.rules:page",
    r"^/-/epg/watches$": "admin.watch_pages.watch_list:page",
    r"^/-/epg/watches/(?P<id>[0-9]{1,18})$": "admin.watch_pages.watch_list:edit",
    r"^/-/epg/alerts$": "admin.watch_pages.alert_list:page",
}


#: those of `exports` that are pages: their refusals are pages too
FOR_PEOPLE = ("exports.players:page", "exports.browser_watches:page")


async def without_guide(datasette: Any, request: Any) -> Any:
    """Datasette's own first page, and nothing else, where no guide is served."""
    from datasette import NotFound
    from datasette.views.index import IndexView

    if request.path not in ("/", datasette.urls.path("/")):
        raise NotFound("no guide is served here")
    return await IndexView(datasette).dispatch_request(request)


def view_of(target: str) -> Callable[..., Awaitable[Any]]:
    """The Datasette view of one page of `PAGES`. Its module is imported at the first request."""
    module, _, name = target.partition(":")

    async def view(datasette: Any, request: Any, send: Any) -> Any:
        lane = lane_of(datasette)
        if lane is None:
            return await without_guide(datasette, request)
        visit = visit_of(datasette, request, lane, send)
        try:
            if target != "admin.signin:page":
                await access.ensure_visible(datasette, request.actor)
            if target.startswith("pages."):
                await chosen_lineup(visit)
            return await getattr(importlib.import_module(f"epg_web.{module}"), name)(visit)
        except Refused as problem:
            if target.startswith("exports.") and target not in FOR_PEOPLE:
                return await importlib.import_module("epg_web.exports.common").say(visit, problem)
            return await refused(visit, problem)

    return view


#: The address that Datasette gave a row of the table `programs`, which is a view now: views have no pages of rows.
ROW = r"^/epg/programs/(?P<id>[0-9]{1,18})(?P<json>\.json)?$"


async def row_page(datasette: Any, request: Any) -> Response:
    """Lead to the page of the programme, or with `.json` to what the API says of it."""
    ident, as_json = request.url_vars["id"], request.url_vars["json"]
    path = f"/api/v1/programs/{ident}" if as_json else f"/guide/program/{ident}"
    return Response.redirect(datasette.urls.path(path), status=301)


@hookimpl
def register_routes(datasette: Any) -> list[tuple[str, Any]]:
    # On a fresh clone Datasette asks for routes before `epg_start.py` has made the database.
    if DATABASE not in datasette.databases and datasette.config_dir is None:
        return []
    return [(pattern, view_of(target)) for pattern, target in PAGES.items()] + [(ROW, row_page)]


@hookimpl
def menu_links(datasette: Any, actor: Any) -> Callable[[], Awaitable[list[dict[str, str]]]]:
    """The menu of every page, Datasette's too. `group` is read by our bar; Datasette's own menu passes it over."""

    async def links() -> list[dict[str, str]]:
        writer = access.allowed(datasette, actor, "epg-write")
        found = [(group, place.path, place.label) for group, place in menu(writer)]
        if actor is None:
            found.append(("", SIGN_IN.path, SIGN_IN.label))
        return [
            {"href": datasette.urls.path(path), "label": gettext(label), "group": gettext(group)}
            for group, path, label in found
        ]

    return links
