"""`/guide/zone`: the viewer's time zone, kept in a cookie; `/guide/opensearch.xml`: the search for browsers."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit
from xml.sax.saxutils import escape

from ...base import zone
from ...base.answer import Refused
from ...base.http import header
from ...base.viewer.written_times import zone_place
from ...shell.language import gettext
from ...shell.marking import marked as _
from ..render import render
from ..visit import Visit

#: seconds the choice is kept: a year, as the cookie that the script sets
KEPT = 31_536_000
#: the choice of the browser's own zone
AUTOMATIC = "auto"
#: what may stand in an address as it is (RFC 3986)
_RESERVED = "/?:@!$&'()*+,;=%-._~[]#"
#: the regions of IANA's names; those that are named after countries are old names of these
REGIONS = (
    _("Africa"), _("America"), _("Antarctica"), _("Arctic"), _("Asia"), _("Atlantic"), _("Australia"), _("Europe"),
    _("Indian"), _("Pacific"),
)  # fmt: skip
OTHER = _("Other")
DESCRIPTION = """\
<?xml version="1.0" encoding="UTF-8"?>
<OpenSearchDescription xmlns="http://a9.com/-/spec/opensearch/1.1/">
<ShortName>TV guide</ShortName>
<Description>Programmes of this TV guide</Description>
<InputEncoding>UTF-8</InputEncoding>
<Url type="text/html" template="{search}?q={{searchTerms}}"/>
<Url type="application/atom+xml" template="{atom}?q={{searchTerms}}"/>
</OpenSearchDescription>
"""


async def page(visit: Visit) -> Any:
    """The form. With `tz` the choice is kept and the visitor goes `back`. Raises `Refused` (400) for an unknown zone.

    A link on another site shows the form with its zone, but keeps nothing.
    """
    back = local(visit.query.get("back"), visit.datasette.urls.path("/guide"))
    wanted = visit.query.get("tz")
    if wanted and wanted != AUTOMATIC and not zone.known(wanted):
        raise Refused(400, f"there is no time zone {wanted[:40]!r}; use a name such as Europe/Lisbon")
    if wanted and header(visit.request.scope, b"sec-fetch-site") not in ("cross-site", "same-site"):
        return chosen(wanted, back)
    return await render(
        visit,
        "epg-zone",
        {
            "section": "zone",
            "back": back,
            "regions": regions(visit.zone.name),
            "kept": visit.zone.source == "browser",
        },
    )


def local(path: str | None, otherwise: str) -> str:
    """`path` where it is one of this site, else `otherwise`: to browsers `//x`, `/\\x` and `/<tab>/x` are other hosts.

    Its own `tz` is removed, because it would win over the choice.
    """
    path = path or ""
    if not path.startswith("/") or path.startswith("//") or "\\" in path or not path.isprintable():
        return otherwise
    parts = urlsplit(path)
    query = urlencode([pair for pair in parse_qsl(parts.query, keep_blank_values=True) if pair[0] != "tz"])
    return quote(parts.path, safe=_RESERVED) + (f"?{query}" if query else "")


def chosen(name: str, back: str) -> Any:
    """Back to where the visitor was, with the cookie set, or removed for the browser's own zone."""
    from datasette.utils.asgi import Response

    value, age = ("", 0) if name == AUTOMATIC else (quote(name, safe="/+"), KEPT)
    headers = {
        "Location": back,
        "Set-Cookie": f"{zone.COOKIE}={value}; Path=/; Max-Age={age}; SameSite=Lax",
        "Cache-Control": "no-store",
    }
    return Response("", 303, headers, "text/plain")


@dataclass(frozen=True)
class ZonePlace:
    """What people call a zone, its name, and other names for the same place."""

    label: str
    name: str
    also: tuple[str, ...]


def regions(current: str) -> list[tuple[str, list[ZonePlace]]]:
    """Places by region, in the viewer's language. Old names of a place do not make it appear twice: `Asia/Calcutta` is
    Kolkata. `current` is always there, under the name that it has.
    """
    found: dict[str, dict[str, list[str]]] = {}
    for name in sorted(zone.names()):
        region = name.partition("/")[0]
        if region not in REGIONS:
            if region != "Etc" and name not in ("UTC", current):
                continue
            region = OTHER
        found.setdefault(region, {}).setdefault(zone_place(name), []).append(name)
    return [(gettext(region), places(found[region], current)) for region in (*REGIONS, OTHER)]


def places(named: dict[str, list[str]], current: str) -> list[ZonePlace]:
    """One place for each label, in the order of the labels."""

    def place(label: str, names: list[str]) -> ZonePlace:
        today = [name for name in names if name.endswith(f"/{label.replace(' ', '_')}")]
        name = current if current in names else min(today or names, key=len)
        return ZonePlace(label, name, tuple(other for other in names if other != name))

    return [place(label, names) for label, names in sorted(named.items())]


async def opensearch(visit: Visit) -> Any:
    """OpenSearch 1.1: lets a browser offer the search in its address bar."""
    from datasette.utils.asgi import Response

    def absolute(path: str) -> str:
        url = visit.datasette.absolute_url(visit.request, visit.datasette.urls.path(path))
        return escape(url.replace("{", "%7B").replace("}", "%7D"), {'"': "&quot;"})

    text = DESCRIPTION.format(search=absolute("/guide/search"), atom=absolute("/search.atom"))
    headers = {"Cache-Control": "public, max-age=3600", "Vary": "Host", "X-Content-Type-Options": "nosniff"}
    return Response(text, 200, headers, "application/opensearchdescription+xml")
