"""`/-/epg/channels`: all channels, `PAGE` at a time, with what feeds each and what a person should know of it."""

from datetime import date
from typing import Any

from ...base.answer import Refused
from ...base.sql import sql
from ...base.zone import day_of
from ...pages.render import render
from ...pages.texts import initials
from ...pages.visit import Visit, read, select
from .. import forms
from ..spoken import since
from . import desk_actions
from .desk_rows import DAYS, all_channels, details, suspects_known
from .filters import STATES, Asked, chosen, counts
from .taking_back import last_change

HERE = "/-/epg/channels"
#: channels of a page
PAGE = 100
#: fields of its form: a box and a number for each channel, and some more
MOST_FIELDS = 3 * PAGE + 50
#: characters of a search that are looked at
MOST_TEXT = 200
_GROUPS = """
    SELECT g.id, g.name, count(m.id) AS channels FROM groups g LEFT JOIN channel_groups m ON m.group_id = g.id
    GROUP BY g.id ORDER BY g.position, g.id
"""


async def page(visit: Visit) -> Any:
    return await forms.answered(visit, show, desk_actions.act, most=MOST_FIELDS)


async def show(visit: Visit) -> Any:
    """One page of the channels that the address asks for; with `?merge=` the question before channels become one.

    `state`, `provider`, `group`, `q` and `day` narrow them down, `page` counts from 1, `edit` is a channel with open boxes.
    """
    if visit.query.get("merge"):
        return await desk_actions.show_merge(visit)
    everything = await all_channels(visit)
    asked = await wanted(visit)
    found = chosen(everything, asked)
    number = min(max(forms.number(visit.query.get("page"), "page") or 1, 1), max(1, -(-len(found) // PAGE)))
    shown = await details(visit, found[(number - 1) * PAGE : number * PAGE], everything)
    context = {
        "rows": shown,
        "total": len(everything),
        "found": len(found),
        "number": number,
        "pages": max(1, -(-len(found) // PAGE)),
        "counts": counts(everything),
        "suspects_known": suspects_known(visit),
        "states": STATES,
        "asked": address(visit),
        "narrowed": asked.narrowed,
        "providers": await read(visit, "providers"),
        "groups": await select(visit, _GROUPS, {}),
        "placed": any(row["position"] is not None for row in everything),
        "editing": forms.number(visit.query.get("edit"), "edit"),
        "typed": {key: visit.query[key] for key in desk_actions.LABELS if key in visit.query},
        "last": await last_change(visit),
        "span": DAYS,
        "numbers_now": {str(row["id"]): row["number"] or "" for row in shown},
        "initials": initials,
        "since": since,
    }
    return await render(visit, "epg-channels", context, private=True)


def address(visit: Visit) -> dict[str, str | None]:
    """The filters as the address has them."""
    return {key: visit.query.get(key) or None for key in ("state", "provider", "group", "q", "day")}


async def wanted(visit: Visit) -> Asked:
    """The filters of the address. Raises `Refused` (400) for one that is no filter."""
    state = forms.choice(visit.query.get("state"), STATES, "state")
    provider = forms.number(visit.query.get("provider"), "provider")
    group = forms.number(visit.query.get("group"), "group")
    text = (visit.query.get("q") or "")[:MOST_TEXT] or None
    return Asked(state, provider, group, text, await lacking(visit, provider))


async def lacking(visit: Visit, provider: int | None) -> frozenset[int] | None:
    """The channels without a programme that begins on the day of the address, None where no day is asked for."""
    given = visit.query.get("day")
    if not given:
        return None
    found: date | None = day_of(given)
    if found is None:
        raise Refused(400, "day must be a date, such as 2026-11-29")
    span = {"provider": provider, "start": visit.zone.begins(found), "end": visit.zone.ends(found)}
    return frozenset(row["id"] for row in await select(visit, sql("page_desk_lacking"), span))
