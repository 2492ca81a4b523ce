"""The pages for people: hooks and addresses only, the work is in the package `epg_web` beside this file."""

import importlib
import logging
import sys
from pathlib import Path

from datasette import hookimpl

# Datasette executes this file by its path and not as part of a package.
if str(Path(__file__).resolve().parent) not in sys.path:
    sys.path.append(str(Path(__file__).resolve().parent))

from epg_web.api import site
from epg_web.base import access
from epg_web.base.answer import Refused
from epg_web.pages import visit as pages

logger = logging.getLogger("datasette_epg")

#: address → module and function of `epg_web`; the function takes a `pages.Visit` and gives a Response, or None when it has
#: sent its answer itself
PAGES = {
    # Datasette's own first page looks for a format in the address.
    r"^/(?P<format>)$": "pages.home:page",
    r"^/guide$": "pages.grid:page",
    r"^/guide/channel/(?P<id>[0-9]{1,18})$": "pages.channel:page",
    r"^/guide/program/(?P<id>[0-9]{1,18})$": "pages.programme:page",
    r"^/guide/search$": "pages.search_page:page",
    r"^/guide/changes$": "pages.changes:page",
    r"^/guide/stats$": "pages.stats:page",
    r"^/guide/use$": "feeds.players:page",
    r"^/guide/zone$": "pages.zone_choice:page",
    r"^/guide/opensearch\.xml$": "pages.zone_choice:opensearch",
    r"^/xmltv\.xml(?P<gz>\.gz)?$": "feeds.xmltv:export",
    r"^/channels/(?P<id>[0-9]{1,18})\.ics$": "feeds.ical:channel",
    r"^/programs/(?P<id>[0-9]{1,18})\.ics$": "feeds.ical:programme",
    r"^/search\.ics$": "feeds.ical:search",
    r"^/search\.atom$": "feeds.atom:search",
    r"^/changes\.atom$": "feeds.atom:changes",
    r"^/-/epg/login$": "admin.signin:page",
    r"^/-/epg/providers$": "admin.providers:listing",
    r"^/-/epg/providers/new$": "admin.providers:new",
    r"^/-/epg/providers/(?P<id>[0-9]{1,18})$": "admin.providers:edit",
    r"^/-/epg/imports$": "admin.imports:page",
    r"^/-/epg/mappings$": "admin.mappings:page",
}


async def without_guide(datasette, request, send):
    """Datasette's own first page, and nothing else, where no guide is served."""
    from datasette import NotFound
    from datasette.views.index import IndexView

    if request.path != datasette.urls.path("/"):
        raise NotFound("no guide is served here")
    return await IndexView(datasette).dispatch_request(request)


def view_of(target):
    """The Datasette view of one page."""
    module, _, name = target.partition(":")

    async def view(datasette, request, send):
        lane = site.of(datasette)
        if lane is None:
            return await without_guide(datasette, request, send)
        visit = pages.visit(datasette, request, lane, send)
        try:
            if target != "admin.signin:page":
                await access.ensure_visible(datasette, request.actor)
            return await getattr(importlib.import_module(f"epg_web.{module}"), name)(visit)
        except Refused as problem:
            return await pages.refused(visit, problem)

    return view


@hookimpl
def register_routes(datasette):
    # A fresh clone has no database yet when routes are asked for; `epg_start.py` makes it.
    if "epg" not in datasette.databases and datasette.config_dir is None:
        return []
    return [(pattern, view_of(target)) for pattern, target in PAGES.items()]


@hookimpl
def menu_links(datasette, actor):
    async def links():
        found = [("/", "On now"), ("/guide", "Guide"), ("/guide/use", "Use it elsewhere")]
        if access.allowed(datasette, actor, "epg-write"):
            found += [("/-/epg/providers", "Providers"), ("/-/epg/mappings", "Channel mappings")]
        elif actor is None:
            found.append(("/-/epg/login", "Sign in"))
        return [{"href": datasette.urls.path(href), "label": label} for href, label in found]

    return links
