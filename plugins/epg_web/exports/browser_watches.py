"""`/guide/watches`: makes the addresses of a watch for a browser without an account, which keeps them itself."""

import json
import time
from typing import Any
from urllib.parse import urlencode

from ..base.answer import Refused
from ..base.sql import sql
from ..pages.finding.channel_pick import called, named, no_channel
from ..pages.render import render
from ..pages.showing.text_languages import spoken
from ..pages.visit import Visit, select
from ..shell.language import gettext
from ..shell.marking import marked as _
from . import common
from .ical import CHANNELS
from .watch_feeds import CONDITIONS, LOOKS, told

#: programmes that the page shows
SHOWN = 50
KINDS = (
    ("words", _("Words")), ("title", _("A whole title")), ("person", _("A person")),
    ("series", _("A series, by its number")), ("pattern", _("A pattern (RE2)")),
)  # fmt: skip
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


async def page(visit: Visit) -> Any:
    """The form; with something to look for also what is found, and the addresses. What is wrong is said on the page."""
    asked, problem, rows, name = query(visit), None, [], ""
    chosen = await chosen_channels(visit, asked)
    if "channel_name" in asked:
        problem = no_channel(asked["channel_name"])
    elif looks_for(asked):
        try:
            values = common.arguments(scope_of(visit, asked), CONDITIONS)
            start = common.hour(time.time())
            _, (name, ids) = await visit.lane.pool.run(lambda conn: told(conn, values, start), slow=True)
            rows = await spoken(
                visit, await select(visit, sql("page_events"), {"ids": json.dumps(ids[:SHOWN])})
            )
        except Refused as refused:
            problem = refused.message
    return await render(visit, "epg-own-watches", {
        "section": "watches", "asked": asked, "kind": looks_for(asked) or "words", "problem": problem, "rows": rows,
        "name": name, "kinds": KINDS, "days": DAYS, "chosen": chosen,
        "without_channels": without_channels(visit, asked),
        "addresses": addresses(visit, asked) if name and not problem else [],
    })  # fmt: skip


def query(visit: Visit) -> dict[str, str]:
    """What is asked for, as the addresses have it. The form sends `kind` and `value`, and a field for each day of the week."""
    given = visit.query
    found = {param.name: given[param.name] for param in CONDITIONS if given.get(param.name)}
    if given.get("value") and given.get("kind") in dict(KINDS):
        found = {
            given["kind"]: given["value"],
            **{key: text for key, text in found.items() if key not in dict(KINDS)},
        }
    days = [day for day in DAYS if given.get(day)]
    if days:
        found["weekdays"] = ",".join(days)
    if given.get("channel"):
        found[CHANNELS.name] = given["channel"]
    elif given.get("channel_name"):
        found["channel_name"] = given["channel_name"]
    if visit.zone.name != "UTC":
        found.setdefault("tz", visit.zone.name)
    return {
        name: text for name, text in found.items() if (name, text) not in (("new", "0"), ("once", "episode"))
    }


async def chosen_channels(visit: Visit, asked: dict[str, str]) -> list[dict[str, Any]]:
    """The channels (id, display_name) that are asked for. A name that channels have becomes their ids in `asked`; one that none
    has stays there."""
    if "channel_name" in asked:
        ids = await called(visit, asked["channel_name"])
        if ids:
            del asked["channel_name"]
            asked[CHANNELS.name] = ",".join(map(str, ids))
    return await named(visit, asked.get(CHANNELS.name, "").split(","))


def looks_for(asked: dict[str, str]) -> str | None:
    """The kind of what is looked for, None where nothing is."""
    return next((param.name for param in LOOKS if param.name in asked), None)


def scope_of(visit: Visit, asked: dict[str, str]) -> Any:
    return {**visit.request.scope, "query_string": urlencode(asked).encode()}


def without_channels(visit: Visit, asked: dict[str, str]) -> str:
    """The same page for all channels."""
    kept = {name: text for name, text in asked.items() if name not in (CHANNELS.name, "channel_name")}
    return f"{visit.datasette.urls.path('/guide/watches')}?{urlencode(kept)}"


def addresses(visit: Visit, asked: dict[str, str]) -> list[tuple[str, str]]:
    """The calendar and the feed of the watch, with their labels."""
    text = urlencode(asked)
    return [
        (gettext("Calendar (iCalendar)"), f"{common.link(visit, '/watch.ics')}?{text}"),
        (gettext("Feed (Atom)"), f"{common.link(visit, '/watch.atom')}?{text}"),
    ]
