"""The pages for people: hooks and addresses only, the work is in the package `epg_web` beside this file."""

import importlib
import logging
import sys
from pathlib import Path

from datasette import hookimpl

# Datasette executes this file by its path and not as part of a package.
if str(Path(__file__).resolve().parent) not in sys.path:
    sys.path.append(str(Path(__file__).resolve().parent))

from epg_web import access, lanes, pages
from epg_web.answer import Refused

logger = logging.getLogger("datasette_epg")

#: address → module and function of `epg_web`; the function takes a `pages.Visit` and gives a Response, or None when it has
#: sent its answer itself
PAGES = {
    # Datasette's own first page looks for a format in the address.
    r"^/(?P<format>)$": "home:page",
    r"^/guide$": "grid:page",
    r"^/guide/channel/(?P<id>[0-9]{1,18})$": "days:page",
    r"^/guide/program/(?P<id>[0-9]{1,18})$": "showing:page",
    r"^/guide/search$": "finding:page",
    r"^/guide/changes$": "changed:page",
    r"^/guide/stats$": "stats:page",
    r"^/guide/use$": "using:page",
    r"^/guide/zone$": "zonepage:page",
    r"^/guide/opensearch\.xml$": "zonepage:opensearch",
    r"^/xmltv\.xml(?P<gz>\.gz)?$": "xmltv:export",
    r"^/channels/(?P<id>[0-9]{1,18})\.ics$": "calendars:channel",
    r"^/programs/(?P<id>[0-9]{1,18})\.ics$": "calendars:programme",
    r"^/search\.ics$": "calendars:search",
    r"^/search\.atom$": "atom:search",
    r"^/changes\.atom$": "atom:changes",
    r"^/-/epg/login$": "signin:page",
    r"^/-/epg/providers$": "admin_providers:listing",
    r"^/-/epg/providers/new$": "admin_providers:new",
    r"^/-/epg/providers/(?P<id>[0-9]{1,18})$": "admin_providers:edit",
    r"^/-/epg/imports$": "admin_imports:page",
    r"^/-/epg/mappings$": "admin_mappings:page",
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
        lane = lanes.of(datasette)
        if lane is None:
            return await without_guide(datasette, request, send)
        visit = pages.visit(datasette, request, lane, send)
        try:
            if target != "signin:page":
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
