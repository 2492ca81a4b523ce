"""`/guide/channel/{id}`: the programmes of one channel and day of the viewer's zone."""

from datetime import date, timedelta
from typing import Any

from ..api.routes import BASE
from ..base import access
from ..base.genre_filter import CLASSES, GENRE
from ..base.moments import minutes_between
from ..base.zone import offset_name
from ..shell.language import gettext
from ..shell.marking import marked as _
from .lineup_choice import channel_of_lineup
from .render import render
from .showing.text_languages import spoken
from .texts import asked, day, days_around, full, state, today, words
from .visit import Visit, link, read

#: days of the strip to either side of the one that is shown
REACH = 7
#: the classes of genres, and what the page calls them
GENRES = (
    ("film", _("Film")), ("news", _("News")), ("show", _("Show")), ("sports", _("Sports")), ("children", _("Children")),
    ("music", _("Music")), ("arts", _("Arts")), ("society", _("Society")), ("education", _("Education")),
    ("leisure", _("Leisure")),
)  # fmt: skip
assert {name for name, _label in GENRES} == CLASSES.keys()


async def page(visit: Visit) -> Any:
    """A day, by default today. It has 23 or 25 hours where the clocks change.

    Raises `Refused`: 400 for a day that does not exist, 404 for a channel that does not exist, is hidden, or is
    not in the line-up.
    """
    ident, shown = int(visit.request.url_vars["id"]), day(visit, "date") or today(visit)
    start, end = visit.zone.begins(shown), visit.zone.ends(shown)
    channel = await read(visit, "channel", ident)
    genre = asked(visit, GENRE)["genre"]
    filters = {"lineup": await channel_of_lineup(visit, ident), "genre": genre}
    rows = await read(visit, "programs", ident, start=start, end=end, genre=genre)
    hours = minutes_between(start, end) / 60
    return await render(
        visit,
        "epg-channel",
        {
            **words(),
            "section": "channel",
            "channel": channel,
            "programs": [{**row, "state": state(row, visit.now)} for row in await spoken(visit, rows)],
            "day": shown,
            "today": today(visit),
            "begins": start,
            "ends": end,
            "hours": None if hours == 24 else f"{hours:g}",
            "offset_name": offset_name,
            "writer": access.allowed(visit.datasette, visit.request.actor, "epg-write"),
            "alternates": alternates(visit, channel, start, end),
            "genres": GENRES,
            **filters,
            **strip(visit, channel, shown, filters),
        },
    )


def alternates(visit: Visit, channel: dict[str, Any], start: str, end: str) -> list[dict[str, str]]:
    """The day as data, and the channel as a calendar."""
    number, name, url = channel["id"], channel["display_name"], visit.datasette.urls.path
    path, span = f"{BASE}/channels/{number}/programs", f"start={start}&end={end}"
    kinds = (
        (
            "text/calendar",
            gettext("Calendar"),
            gettext("%(words)s as a calendar") % {"words": name},
            f"/channels/{number}.ics",
        ),
        ("text/csv", "CSV", gettext("%(name)s, this day") % {"name": name}, f"{path}.csv?{span}"),
        ("application/json", "JSON", gettext("%(name)s, this day") % {"name": name}, f"{path}?{span}"),
    )
    return [
        {"type": kind, "short": short, "title": title, "href": url(href)}
        for kind, short, title, href in kinds
    ]


def strip(
    visit: Visit, channel: dict[str, Any], shown: date, filters: dict[str, str | None]
) -> dict[str, Any]:
    """Links to days that have programmes: those around the shown day, the previous one and the following one."""
    if not channel["covered_from"]:
        return {"strip": [], "previous": None, "following": None}
    first = visit.zone.day(channel["covered_from"])
    # A programme that ends at midnight leaves nothing for the day that begins then.
    last = visit.zone.day(channel["covered_until"])
    if last > first and visit.zone.begins(last) == channel["covered_until"]:
        last -= timedelta(1)
    near = min(max(shown, first), last)

    def entry(found: date) -> dict[str, Any]:
        href = link(visit, f"/guide/channel/{channel['id']}", date=found.isoformat(), **filters)
        return {"day": found, "href": href, "title": full(found)}

    before, after = min(shown - timedelta(1), last), max(shown + timedelta(1), first)
    return {
        "strip": [entry(found) for found in days_around(near, first, last, REACH)],
        "previous": entry(before) if before >= first else None,
        "following": entry(after) if after <= last else None,
    }
