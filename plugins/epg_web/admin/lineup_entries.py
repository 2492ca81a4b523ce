"""`/-/epg/lineups/{id}`: the entries of a line-up in their order, what each shows now, and buttons that move them.

Everybody may look; those who may write get the buttons. A page has `PAGE` entries, whatever the line-up has.
"""

from typing import Any

from ..base.answer import Refused
from ..base.sql import sql
from ..pages.render import render
from ..pages.texts import initials
from ..pages.visit import Visit, link, select
from ..shell.language import gettext
from ..shell.marking import marked as _
from . import forms
from .forms import FormFields, change, redirect, say, short
from .lineup_rows_read import HERE, STATES, entries, lineup
from .shown_now import shown_now

PAGE = 100
#: groups to choose from, the largest
MOST_GROUPS = 300
#: how an entry found its channel, in words
METHODS = {
    "id": _("by its id"), "name": _("by its name"), "number": _("by its number"), "manual": _("by hand"),
}  # fmt: skip
FILTERS = ("q", "group", "state", "page")


async def page(visit: Visit) -> Any:
    return await forms.answered_to_all(visit, show, act)


async def show(visit: Visit) -> Any:
    """One page of the entries. `q`, `group` and `state` narrow them down; `page` counts from 1."""
    row, writer = await lineup(visit), forms.may_write(visit)
    asked: dict[str, Any] = {key: visit.query.get(key) or None for key in ("q", "group")}
    asked["state"] = forms.choice(visit.query.get("state"), STATES, "state")
    number = forms.number(visit.query.get("page"), "page") or 1
    found = await entries(visit, row["id"], PAGE, (min(number, 10_000) - 1) * PAGE, **asked)
    now = await shown_now(
        visit, {(one["channel_id"], one["shift_minutes"]) for one in found if one["channel_id"]}
    )
    context = {
        "lineup": row,
        "entries": [{**one, "now": now.get((one["channel_id"], one["shift_minutes"]))} for one in found],
        "places": neighbours(found),
        "groups": await select(visit, sql("page_lineup_groups"), {"lineup": row["id"], "limit": MOST_GROUPS}),
        "asked": {**asked, "page": number if number > 1 else None},
        "narrowed": any(asked.values()),
        "pages": -(-found[0]["total"] // PAGE) if found else 1,
        "number": number,
        "methods": METHODS,
        "writer": writer,
        "initials": initials,
    }
    return await render(visit, "epg-lineup", context, private=writer)


def neighbours(found: list[dict[str, Any]]) -> dict[int, dict[str, int | None]]:
    """For each entry the places of the entries before and after it on the page, where the buttons move it.

    The first goes one place up, to the page before; the first of all has no such button.
    """
    places = {}
    for at, row in enumerate(found):
        before = found[at - 1]["position"] if at else row["position"] - 1
        after = found[at + 1]["position"] if at + 1 < len(found) else row["position"] + 1
        places[row["id"]] = {"up": before if before > 0 else None, "down": after}
    return places


async def act(visit: Visit, fields: FormFields) -> Any:
    """Move an entry, or hide or show it. Then the same page comes again."""
    row = await lineup(visit)
    back = link(visit, f"{HERE}/{row['id']}", **{key: fields.get(f"on_{key}") or None for key in FILTERS})
    try:
        ident = forms.number(fields.get("entry"), "entry")
        found = await entries(visit, row["id"], 1, id=ident) if ident else []
        edit = wanted(fields)
        if not found:
            raise Refused(404, "there is no such entry any more")
        await change(visit, "lineup.edit_entries", {"lineup": row["id"], "entries": [{"id": ident, **edit}]})
    except Refused as problem:
        say(visit, problem.message, wrong=True)
        return redirect(back)
    say(visit, told(short(found[0]["name"]), edit))
    return redirect(f"{back}#entry-{ident}")


def wanted(fields: FormFields) -> dict[str, Any]:
    """What a button sets. Raises `Refused` (400) for a form that cannot be read."""
    action = fields.get("action")
    if action in ("hide", "show"):
        return {"hidden": action == "hide"}
    place = forms.number(fields.get("place"), "place")
    if action is not None or not place:
        raise Refused(400, forms.UNREADABLE)
    return {"position": place}


def told(name: str, edit: dict[str, Any]) -> str:
    if "position" in edit:
        return gettext("%(name)s is at place %(place)s now.") % {
            "name": name,
            "place": f"{edit['position']:,}",
        }
    said = (
        gettext("%(name)s is hidden: no output has it.")
        if edit["hidden"]
        else gettext("%(name)s is shown again.")
    )
    return said % {"name": name}
