"""`/guide/use`: the addresses of this instance for players, calendars, feed readers and programs, and where to enter them."""

from dataclasses import dataclass
from typing import Any

from ..pages.render import render
from ..pages.visit import Visit, read
from . import common


@dataclass(frozen=True)
class Field:
    """An address to copy. `path` is within this instance; `label` says what it is."""

    label: str
    path: str


@dataclass(frozen=True)
class Player:
    """Where a program takes the address: its menus in order, by their own names."""

    name: str
    fields: tuple[Field, ...]
    steps: tuple[str, ...]
    note: str = ""


XML = Field("Guide (XMLTV)", "/xmltv.xml")
GZ = Field("Guide (XMLTV, compressed)", "/xmltv.xml.gz")
IDS = "Channels whose tvg-id in the playlist is the channel's name here are matched automatically."
PLAYERS = (
    Player(
        "Jellyfin", (XML,),
        (
            "Dashboard → Live TV → TV Guide Data Providers: add, XMLTV.",
            "Put the address into “File or URL” and save; then “Refresh Guide Data”.",
        ),
        "It recognises a compressed guide by the end of the address only, so do not add parameters to the .gz address. This "
        "one is compressed on the way.",
    ),
    Player(
        "Emby", (XML,),
        (
            "Settings → Live TV → TV Guide Data (or Live TV → Advanced): add a source, XmlTV.",
            "Put the address where it asks for a path or URL, and choose the tuners it is for.",
        ),
    ),
    Player(
        "Kodi (IPTV Simple Client)", (GZ,),
        (
            "Add-ons → My add-ons → PVR clients → IPTV Simple Client → Configure.",
            "EPG → Location: Remote path; XMLTV URL: the address.",
        ),
        IDS,
    ),
    Player(
        "Tvheadend", (XML,),
        (
            "With a URL grabber (LinuxServer's image has one): Configuration → Channel / EPG → EPG Grabber Modules → "
            "“XMLTV URL grabber”: Enabled, and the address as extra arguments.",
            "Without: enable “External: XMLTV”, and send the guide to its socket, from cron for instance, with the "
            "command below.",
            "Then map the channels under EPG Grabber Channels.",
        ),
    ),
    Player(
        "Plex", (GZ,),
        (
            "Settings → Live TV & DVR → Set up (or the settings of the device).",
            "Where it asks for a postal code, choose to use an XMLTV guide instead, and give the address.",
        ),
        "Plex reads it once a day.",
    ),
    Player(
        "TiviMate", (GZ,),
        (
            "Settings → EPG → EPG sources → Add source: the address.",
            "Settings → Playlists → your playlist → EPG sources: switch it on.",
        ),
        IDS,
    ),
)  # fmt: skip


async def page(visit: Visit) -> Any:
    """All addresses, as this visitor reaches the instance."""
    channels = await read(visit, "channels", limit=1000)
    first = channels[0] if channels else {"id": 1, "display_name": "a channel"}
    return await render(
        visit,
        "epg-use",
        {
            "section": "use",
            "players": PLAYERS,
            "whole": lambda path: common.link(visit, path),
            "first": first,
            "channels": channels,
            "alternates": alternates(visit),
            "socket": f"curl -fsS {common.link(visit, '/xmltv.xml')} | "
            "socat - UNIX-CONNECT:/home/hts/.hts/tvheadend/epggrab/xmltv.sock",
        },
    )


def alternates(visit: Visit) -> list[dict[str, str]]:
    return [
        {"type": "application/xml", "title": "TV guide (XMLTV)", "href": visit.datasette.urls.path("/xmltv.xml")},
        {"type": "application/atom+xml", "title": "Changes of the guide", "href": visit.datasette.urls.path("/changes.atom")},
    ]  # fmt: skip
