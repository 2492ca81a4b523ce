"""`/guide/use`: the addresses of this instance for players, calendars, feed readers and programs, and where to enter them."""

import ipaddress
import re
from typing import Any
from urllib.parse import quote, urlsplit

from ..pages.lineup_choice import chosen_lineup, lineup_choice
from ..pages.render import render
from ..pages.visit import Visit, read
from ..shell.language import gettext
from . import common
from .ical import MOST_CHANNELS
from .player_list import PLAYERS, Field


async def page(visit: Visit) -> Any:
    """All addresses, as this visitor reaches the instance, or with `public_url` as everybody should; those of a line-up where
    one is asked for. Raises `Refused` (400) for a line-up that does not exist.
    """
    lineup, _ = await chosen_lineup(visit)
    channels = await read(visit, "channels", limit=1000, lineup=lineup)
    first = channels[0] if channels else {"id": 1, "display_name": gettext("a channel")}
    site = common.link(visit, "/")

    def whole(path: str) -> str:
        return common.link(visit, of_lineup(path, lineup))

    def filled(field: Field) -> str:
        return field.command.replace("{}", whole(field.path))

    return await render(
        visit,
        "epg-use",
        {
            "section": "use",
            "players": PLAYERS,
            "filled": filled,
            "whole": whole,
            "calendar": common.link(visit, "/calendar.ics"),
            "guide": common.link(visit, "/xmltv.xml"),
            "playlist": common.link(visit, f"/l/{quote(lineup or '')}.m3u?key=KEY"),
            "lineup": lineup,
            "lineups": await lineup_choice(visit),
            "host": urlsplit(site).netloc,
            "only_here": is_loopback(urlsplit(site).hostname or ""),
            "most": MOST_CHANNELS,
            "first": first,
            "channels": channels,
            "alternates": alternates(visit),
        },
        connect=origin(site),
    )


def of_lineup(path: str, lineup: str | None) -> str:
    """The address of an export with the channels of a line-up only: the guide under its own ids, others filtered.

    The address of the site, and that of the calendar of one channel, are the same for all.
    """
    if lineup is None or path == "/" or path.startswith("/channels/"):
        return path
    if path.startswith("/xmltv.xml") and "channels=" not in path:
        return path.replace("/xmltv", f"/l/{quote(lineup)}", 1)
    return f"{path}{'&' if '?' in path else '?'}lineup={quote(lineup, safe='')}"


def is_loopback(host: str) -> bool:
    """Whether only programs on the server's own machine reach this host."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def origin(address: str) -> str:
    """Scheme and host of an address, which the page's script may ask; "" for a host that could end the rule it goes into."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}" if re.fullmatch(r"[\w.:\[\]-]+", parts.netloc) else ""


def alternates(visit: Visit) -> list[dict[str, str]]:
    return [
        {"type": "application/xml", "title": gettext("TV guide (XMLTV)"), "href": visit.datasette.urls.path("/xmltv.xml")},
        {"type": "application/atom+xml", "title": gettext("Changes of the guide"),
         "href": visit.datasette.urls.path("/changes.atom")},
    ]  # fmt: skip
