"""`/guide`: channels down, time across, one page of channels.

`fragment` asks for a part: `channels` and `cells` are what the script draws, as JSON (`grid_data`).
"""

import re
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Any

from ..base.answer import Refused
from ..base.genre_filter import GENRE
from ..base.lineup_filter import LINEUP
from ..base.moments import to_datetime
from ..base.params import MAX_ID, Param, moment
from ..base.sql import sql
from ..base.zone import Zone, comes_twice, offset_name
from ..logos.instance_logos import channel_logo
from ..shell.language import gettext
from . import grid_data, texts
from . import grid_layout as layout
from .grid_kinds import KINDS, kind_of
from .grid_layout import Cell, Window
from .lineup_choice import lineup_choice
from .render import render
from .visit import Visit, link, read, select

RANGE = sql("page_grid_range")
PRIME = time(20)
#: channels of a page, hours of a window
CHANNELS, HOURS = 30, 3
#: a gap of at least so many minutes says in words that nothing is known
TELLING = 60
OFFSET = re.compile(r".+[Tt ][0-9]{2}:[0-9]{2}.*?([Zz]|[+\- ][0-9]{2}(:?[0-9]{2})?)")
PARAMS = (
    Param("channel", "text", "Only channels with this in their name."),
    Param("provider", "text", "Only channels this provider feeds; name or id."),
    Param("channels", "ids", "Only these channels, by id."),
    LINEUP,
    Param("hours", "int", "Length of the window.", HOURS, 1, 6),
    Param("limit", "int", "Channels of a page.", CHANNELS, 1, 200),
    Param("group", "text", "Only this group of the line-up."),
    GENRE,
    Param("starred", "choice", "Only starred channels; the browser knows which.", None, choices=("1",)),
    Param("after", "int", "The id of the last channel of the page before.", None, 1, MAX_ID),
)


@dataclass(frozen=True)
class View:
    """The part of the guide in view. `shown` is the window, `start` its parameter (None where it follows the clock)."""

    visit: Visit
    shown: Window
    start: str | None
    values: dict[str, Any]

    @property
    def day(self) -> date:
        return self.visit.zone.day(self.shown.start)

    def link(self, **changed: Any) -> str:
        """The address of this view with its filters and other parameters changed; None leaves one out."""
        values = self.values | {"start": self.start, "after": None} | changed
        if values["channels"] is not None:
            values["channels"] = ",".join(map(str, values["channels"]))
        standard = {"hours": HOURS, "limit": CHANNELS}
        kept = {name: value for name, value in values.items() if value not in (None, "", standard.get(name))}
        return link(self.visit, "/guide", **kept)

    def at(self, day: date) -> str:
        """The address of the same time of the clock on another day."""
        return self.link(start=f"{day}T{self.visit.zone.local(self.shown.start):%H:%M}")

    def moved(self, hours: int) -> str | None:
        """The address of the window `hours` later. It is in UTC, so it also works in an hour that comes twice."""
        other = self.shown.moved(hours)
        return self.link(start=other.start) if other else None


async def page(visit: Visit) -> Any:
    """The grid as a page. Raises `Refused` (400) for a parameter that cannot be read."""
    view = view_of(visit)
    providers = [row for row in await read(visit, "providers") if row["enabled"]]
    require_provider(view.values["provider"], providers)
    view.values["channels"] = await grid_data.within_group(visit, view.values)
    if visit.query.get("fragment") == "channels":
        return grid_data.answer(visit, await grid_data.channels(visit, view.values))
    if visit.query.get("fragment") == "cells":
        return grid_data.answer(visit, await grid_data.cells(visit, view.start, view.values))
    entries = await grid_data.entries(visit, view.values, view.shown, view.values["limit"] + 1)
    body = {"view": view, **rows_of(view, entries), "kind_words": kind_words()}
    (known_range,) = await select(visit, RANGE, {})
    return await render(
        visit,
        "epg-guide",
        {
            **body,
            **page_context(view, known_range),
            "providers": providers,
            "lineups": await lineup_choice(visit),
            "groups": await grid_data.groups(visit, view.values),
        },
    )


def view_of(visit: Visit) -> View:
    values = texts.asked(visit, *PARAMS)
    start = asked_start(visit)
    return View(visit, layout.window(start or visit.now, values["hours"], visit.zone), start, values)


def asked_start(visit: Visit) -> str | None:
    """The requested moment as stored text, None for now. With a `date`, `start` gives the time of day, 20:00 by default.

    Raises `Refused` (400) for text that is no date or time.
    """
    day, text = texts.day(visit, "date"), visit.query.get("start")
    try:
        start = read_start(text, visit.zone) if text else None
    except ValueError as error:
        raise Refused(400, f"start {error}") from None
    if day is None:
        return start
    return visit.zone.at(day, visit.zone.local(start).time() if start else PRIME)


def read_start(text: str, zone: Zone) -> str:
    """ISO 8601 as stored text; without an offset it is the viewer's local time. Raises ValueError that says what is wrong."""
    found = moment(text)
    if OFFSET.fullmatch(text):
        return found
    local = datetime.fromisoformat(found.removesuffix("Z"))
    return zone.at(local.date(), local.time())


def require_provider(asked: str | None, providers: list[dict[str, Any]]) -> None:
    """Raises `Refused` (400) for a provider that does not exist or is disabled."""
    if asked and not any(asked in (row["name"], str(row["id"])) for row in providers):
        raise Refused(400, f"there is no provider {asked[:40]!r}")


def rows_of(view: View, entries: list[dict[str, Any]]) -> dict[str, Any]:
    """Rows for the template, the address of the next page (None on the last), and the kinds that are in view."""
    limit = view.values["limit"]
    kept, clock = entries[:limit], cache(view.visit.zone.clock)
    rows = [row_of(view, entry, clock) for entry in kept]
    seen = {cell["kind"] for row in rows for cell in row["cells"]}
    # All pages of a view show the same window, so the link names it even where the clock chose it.
    following = view.link(start=view.shown.start, after=kept[-1]["channel"]["id"]) if kept else None
    return {"rows": rows, "seen": seen, "following": following if len(entries) > limit else None}


def row_of(view: View, entry: dict[str, Any], clock: Any) -> dict[str, Any]:
    channel = entry["channel"]
    found = layout.cells(entry["programs"], view.shown)
    return {
        **channel,
        "href": link(
            view.visit, f"/guide/channel/{channel['id']}", date=view.day, lineup=view.values["lineup"]
        ),
        "logo": channel_logo(view.visit.datasette, channel),
        "initials": texts.initials(channel["display_name"]),
        "cells": [cell_of(view, cell, clock) for cell in found],
    }


def cell_of(view: View, cell: Cell, clock: Any) -> dict[str, Any]:
    """One cell for the template."""
    shape = {"span": cell.span, "from": clock(cell.start), "to": clock(cell.end), "kind": None}
    programme = cell.programme
    if programme is None:
        return shape | {"gap": True, "telling": cell.span >= TELLING}
    kind, now = kind_of(programme["genre"]), view.visit.now
    return shape | {
        "kind": kind.name if kind else None,
        "href": link(view.visit, f"/guide/program/{programme['id']}"),
        "title": programme["title"], "subtitle": texts.subtitle(programme), "new": programme["is_new"],
        "lang": programme["lang"], "faint": bool(view.values["genre"]) and view.values["genre"] != (kind and kind.name),
        "start": cell.start, "end": cell.end, "before": cell.before, "after": cell.after,
        "state": "past" if cell.end <= now else "on" if cell.start <= now else None,
    }  # fmt: skip


def page_context(view: View, known_range: dict[str, Any]) -> dict[str, Any]:
    """Everything around the rows: ruler, days, hours, links, and the line at the current time."""
    zone, day, now = view.visit.zone, view.day, view.visit.now
    first = zone.day(known_range["first"] or now)
    last = zone.day(known_range["last"] or now)
    hours = zone.hours(zone.begins(day), zone.ends(day))
    parts = {"start": view.shown.start, "end": view.shown.end}
    return {
        "section": "guide", "marks": layout.marks(view.shown, zone), "share": view.shown.share(now), "day": day,
        "today": zone.day(now), "days": layout.strip(day, first, last), "kinds": KINDS,
        "known": known_range, "heading": heading(view),
        "hours": [(utc, local, view.link(start=utc), window_begins_in(utc, view)) for utc, local in hours],
        "offset_name": offset_name, "comes_twice": comes_twice,
        "following_clock": view.start is None, "earlier": view.moved(-view.values["hours"]),
        "later": view.moved(view.values["hours"]), "prime": view.link(start=f"{day}T{PRIME:%H:%M}"), "prime_time": PRIME,
        "data": link(replace_zone(view.visit), "/api/v1/guide", **parts),
        "chosen": ",".join(map(str, view.values["channels"] or ())),
        "alternates": alternates(view.visit),
    }  # fmt: skip


def kind_words() -> dict[str, str]:
    """The names of the kinds, by the keys that scripts use."""
    return {f"kind-{kind.name}": gettext(kind.label) for kind in KINDS}


def window_begins_in(utc: str, view: View) -> bool:
    """Whether the window begins in this hour."""
    return timedelta(0) <= to_datetime(view.shown.start) - to_datetime(utc) < timedelta(hours=1)


def replace_zone(visit: Visit) -> Visit:
    """A visit whose links have no `tz`: the API has no such parameter."""
    return replace(visit, zone=replace(visit.zone, source="default"))


def heading(view: View) -> str:
    """`Sunday 22 November 2026, 19:30 to 22:30`"""
    zone = view.visit.zone
    values = {
        "day": texts.full(view.day),
        "start": zone.clock(view.shown.start),
        "stop": zone.clock(view.shown.end),
    }
    return gettext("%(day)s, %(start)s to %(stop)s") % values


def alternates(visit: Visit) -> list[dict[str, str]]:
    """The guide in forms for other programs."""
    found = (
        ("application/xml", gettext("The whole guide, XMLTV"), "/xmltv.xml"),
        ("application/atom+xml", gettext("Changes of the schedule"), "/changes.atom"),
    )
    return [
        {"type": kind, "title": title, "href": str(visit.datasette.urls.path(path))}
        for kind, title, path in found
    ]
