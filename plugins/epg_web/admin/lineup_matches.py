"""`/-/epg/lineups/{id}/review`: entries without a channel, and those that were matched by their name, with what they may be.

The decisions of a page are sent together. Each of them is a decision by hand that no refresh changes, until it is taken back.
"""

import re
from typing import Any

from ..base.answer import Refused
from ..pages.render import render
from ..pages.texts import initials
from ..pages.visit import Visit, link
from ..shell.language import gettext
from . import forms
from .forms import FormFields, change, in_entries, redirect, say
from .lineup_entries import METHODS
from .lineup_rows_read import HERE, candidates, entries, lineup
from .shown_now import shown_now

#: entries of a page; a form has two fields for each of them and at most `forms.MAX_FIELDS`
PAGE = 30
STATES = ("open", "review")
#: what a person may say of an entry, apart from a channel
NONE, OPEN, LATER = "none", "open", ""
#: what is chosen for an entry, and its best candidate
_CHOICE, _BEST = re.compile(r"entry-([0-9]{1,18})"), re.compile(r"best-([0-9]{1,18})")
_UNDO = re.compile(r"([0-9]{1,18}):(none|open|[0-9]{1,18})")


async def page(visit: Visit) -> Any:
    return await forms.answered(visit, show, act)


async def show(visit: Visit) -> Any:
    """One page to decide on: open entries, or with `state=review` also those that were matched by their names. `undo` has the
    decisions of the page before, as `entry:channel` of the time before them."""
    row, number = await lineup(visit), forms.number(visit.query.get("page"), "page") or 1
    state = forms.choice(visit.query.get("state"), STATES, "state") or "open"
    found = await entries(visit, row["id"], PAGE, (min(number, 10_000) - 1) * PAGE, state=state)
    options = await candidates(visit, [one["id"] for one in found])
    pairs = {
        (option["channel_id"], one["shift_minutes"]) for one in found for option in options.get(one["id"], [])
    }
    now = await shown_now(visit, pairs)
    context = {
        "lineup": row,
        "entries": [{**one, "options": with_now(one, options.get(one["id"], []), now)} for one in found],
        "state": state,
        "number": number,
        "total": found[0]["total"] if found else 0,
        "pages": -(-found[0]["total"] // PAGE) if found else 1,
        "undo": undone(visit.query.get("undo")),
        "methods": METHODS,
        "initials": initials,
    }
    return await render(visit, "epg-lineup-review", context, private=True)


def with_now(
    one: dict[str, Any], options: list[dict[str, Any]], now: dict[tuple[int, int], dict[str, Any]]
) -> list[dict[str, Any]]:
    return [{**option, "now": now.get((option["channel_id"], one["shift_minutes"]))} for option in options]


def undone(text: str | None) -> dict[int, str]:
    """What each entry was before the last decisions, by its id. Nothing for a text that this page has not made."""
    return {int(found[1]): found[2] for found in _UNDO.finditer(text or "")}


async def act(visit: Visit, fields: FormFields) -> Any:
    """Store the decisions of a page, or take the last ones back. Then the page comes again, without what is decided."""
    row = await lineup(visit)
    on = {key: fields.get(f"on_{key}") or None for key in ("state", "page")}
    here = f"{HERE}/{row['id']}/review"
    action = forms.choice(fields.get("action"), ("decide", "best", "undo"), "action")
    try:
        chosen = undone(fields.get("undo")) if action == "undo" else choices(fields, _CHOICE)
        if action == "best":
            chosen = choices(fields, _BEST) | chosen
        if not chosen:
            raise Refused(
                400, "nothing is decided: choose a channel, or “no channel”, for at least one entry"
            )
        before = await known(visit, row["id"], list(chosen))
        edits = [{"id": ident, "channel": channel_of(choice)} for ident, choice in chosen.items()]
        await change(visit, "lineup.edit_entries", {"lineup": row["id"], "entries": edits})
    except Refused as problem:
        say(visit, problem.message, wrong=True)
        return redirect(link(visit, here, **on))
    count = {"entries": in_entries(len(chosen))}
    if action == "undo":
        say(visit, gettext("As before: %(entries)s.") % count)
        return redirect(link(visit, here, **on))
    say(visit, gettext("Decided on %(entries)s.") % count)
    return redirect(link(visit, here, **on, undo=",".join(f"{ident}:{was}" for ident, was in before.items())))


def choices(fields: FormFields, names: re.Pattern[str]) -> dict[int, str]:
    """The decisions in the fields with such names, by the ids of entries. Raises `Refused` (400) for what is none."""
    found: dict[int, str] = {}
    for name, value in fields.items():
        place = names.fullmatch(name)
        if place is None or value == LATER:
            continue
        if value not in (NONE, OPEN) and forms.number(value, "channel") is None:
            raise Refused(400, forms.UNREADABLE)
        found[int(place[1])] = value
    return found


def channel_of(choice: str) -> str | int:
    return choice if choice in (NONE, OPEN) else int(choice)


async def known(visit: Visit, lineup_id: int, idents: list[int]) -> dict[int, str]:
    """What the entries are now, in the words of `_UNDO`. Raises `Refused` (404) where one of them is gone."""
    found: dict[int, str] = {}
    for ident in idents:
        rows = await entries(visit, lineup_id, 1, id=ident)
        if not rows:
            raise Refused(404, "one of these entries is not there any more; nothing is changed")
        channel, method = rows[0]["channel_id"], rows[0]["method"]
        found[ident] = str(channel) if channel else NONE if method else OPEN
    return found
