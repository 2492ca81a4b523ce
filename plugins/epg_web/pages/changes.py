"""`/guide/changes`: what imports have added, changed and removed since a day, import by import."""

import json
import re
from datetime import timedelta
from itertools import groupby
from typing import Any

from ..base.answer import Refused
from ..base.lineup_filter import LINEUP, channels_within
from ..base.params import MAX_ID, Param
from ..base.sql import sql
from ..shell.language import gettext
from ..shell.marking import marked as _
from .lineup_choice import lineup_choice
from .render import render
from .texts import CHANNEL, asked, day, today, words
from .visit import Visit, link, read, select

#: changes of one page
CHANGES = 100
KINDS = {"added": _("Added"), "changed": _("Changed"), "removed": _("Removed")}
PARAMS = (
    CHANNEL,
    LINEUP,
    Param("kind", "choice", "One kind of change.", None, choices=tuple(KINDS)),
    Param("after", "text", "The last change of the page before, as IMPORT.ROW."),
)
#: columns whose change a reader can see, in the order of the page
LABELS = {
    "title": _("Title"), "subtitle": _("Subtitle"), "end_time": _("End"), "episode_num": _("Episode"),
    "season": _("Season"), "episode": _("Episode number"), "category": _("Category"), "rating": _("Rating"),
    "is_new": _("New"), "directors": _("Directed by"), "actors": _("Cast"), "description": _("Description"),
    "icon_url": _("Picture"),
}  # fmt: skip


async def page(visit: Visit) -> Any:
    """Changes since a day of the viewer's zone, by default since yesterday.

    Raises `Refused` (400) for parameters that cannot be read.
    """
    values = asked(visit, *PARAMS)
    since = day(visit, "since") or today(visit) - timedelta(1)
    rows = await changes(visit, values, visit.zone.begins(since))
    shown = rows[:CHANGES]
    address = {
        "since": since.isoformat(),
        "channel": values["channel"],
        "kind": values["kind"],
        "lineup": values["lineup"],
    }
    more = f"{shown[-1]['import_id']}.{shown[-1]['row']}" if len(rows) > CHANGES else None
    return await render(
        visit,
        "epg-changes",
        {
            **words(),
            "section": "changes",
            "asked": values,
            "since": since,
            "today": today(visit),
            "kinds": KINDS,
            "channels": await read(visit, "channels", limit=1000),
            "lineups": await lineup_choice(visit),
            "imports": [(head, list(group)) for head, group in groupby(shown, key=imported)],
            "following": link(visit, "/guide/changes", **address, after=more) if more else None,
            "first": link(visit, "/guide/changes", **address) if values["after"] else None,
            "alternates": [feed(visit)],
        },
    )  # fmt: skip


def feed(visit: Visit) -> dict[str, str]:
    href = visit.datasette.urls.path("/changes.atom")
    return {"type": "application/atom+xml", "title": gettext("Changes of the guide"), "href": href}


async def changes(visit: Visit, values: dict[str, Any], since: str) -> list[dict[str, Any]]:
    """The changes of one page, and one more if another page follows. `since` is stored text (UTC)."""
    number, row = position(values["after"])
    name = "page_changed_all" if values["channel"] is None else "page_changed_channel"
    given = {
        "since": since, "channel": values["channel"], "change": values["kind"], "import": number, "row": row,
        "limit": CHANGES + 1, "ids": await within(visit, values["lineup"]),
    }  # fmt: skip
    return [{**found, "differences": differences(found)} for found in await select(visit, sql(name), given)]


async def within(visit: Visit, name: str | None) -> str | None:
    """The channels of a line-up as a JSON array, None without a name. Raises `Refused` (404)."""
    if not name:
        return None
    _, ids = await visit.lane.pool.run(lambda conn: channels_within(conn, name))
    return json.dumps(sorted(ids or ()))


def position(after: str | None) -> tuple[int, int]:
    """The import and row after which a page begins. Raises `Refused` (400) for a value that no page links to."""
    if after is None:
        return MAX_ID, 0
    match = re.fullmatch(r"([0-9]{1,18})\.([0-9]{1,18})", after)
    if not match:
        raise Refused(400, "after is not a place in the list; begin again without it")
    return int(match[1]), int(match[2])


def imported(row: dict[str, Any]) -> tuple[int, str, str]:
    return row["import_id"], row["started_at"], row["provider"]


def differences(row: dict[str, Any]) -> list[dict[str, Any]]:
    """Label, old text and new text of each column that differs. A programme that was added or removed has one side only."""
    before, after = json.loads(row["before"] or "{}"), json.loads(row["after"] or "{}")
    found = [
        {"name": name, "label": label, "before": readable(name, before), "after": readable(name, after)}
        for name, label in LABELS.items()
    ]
    found = [entry for entry in found if entry["before"] != entry["after"]]
    if row["change"] == "changed" and (keys := deeper(before, after)):
        found.append({"name": "details", "label": _("Details"), "before": None, "after": ", ".join(keys)})
    return found


def readable(name: str, values: dict[str, Any]) -> str | None:
    """One column as text, None where it is empty. Lists are stored as JSON."""
    value = values.get(name)
    if name == "is_new":
        return None if value is None else gettext("yes") if value else gettext("no")
    if name in ("category", "actors", "directors") and value is not None:
        return ", ".join(json.loads(value)) or None
    return None if value in (None, "") else str(value)


def deeper(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    """Names of the elements in `details` that differ."""
    old, new = json.loads(before.get("details") or "{}"), json.loads(after.get("details") or "{}")
    return sorted(key for key in old.keys() | new.keys() if old.get(key) != new.get(key))
