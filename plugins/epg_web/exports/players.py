"""`/guide/use`: the addresses of this instance for players, calendars, feed readers and programs, and where to enter them."""

import ipaddress
import re
from typing import Any
from urllib.parse import urlsplit

from ..pages.render import render
from ..pages.visit import Visit, read
from . import common
from .ical import MOST_CHANNELS
from .player_list import PLAYERS, Field


async def page(visit: Visit) -> Any:
    """All addresses, as this visitor reaches the instance, or with `public_url` as everybody should."""
    channels = await read(visit, "channels", limit=1000)
    first = channels[0] if channels else {"id": 1, "display_name": "a channel"}
    site = common.link(visit, "/")

    def filled(field: Field) -> str:
        return field.command.replace("{}", common.link(visit, field.path))

    return await render(
        visit,
        "epg-use",
        {
            "section": "use",
            "players": PLAYERS,
            "filled": filled,
            "whole": lambda path: common.link(visit, path),
            "host": urlsplit(site).netloc,
            "only_here": is_loopback(urlsplit(site).hostname or ""),
            "most": MOST_CHANNELS,
            "first": first,
            "channels": channels,
            "alternates": alternates(visit),
        },
        connect=origin(site),
    )


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
        {"type": "application/xml", "title": "TV guide (XMLTV)", "href": visit.datasette.urls.path("/xmltv.xml")},
        {"type": "application/atom+xml", "title": "Changes of the guide", "href": visit.datasette.urls.path("/changes.atom")},
    ]  # fmt: skip
