"""What the form of all channels asks for: many channels changed at once, numbers typed into the list, a merge, undo.

Each ends with the page that the form was on and one line about the result. The page's script asks for JSON instead and gets
the line alone.
"""

import json
from itertools import pairwise
from typing import Any

from ...base.answer import Refused
from ...base.sql import sql
from ...pages.render import render
from ...pages.visit import Visit, link, select
from ...shell.language import gettext, ngettext
from ...shell.marking import marked as _
from .. import forms
from ..forms import FormFields, change, programmes, short
from .taking_back import undo

HERE = "/-/epg/channels"
ACTIONS = (
    "hide", "show", "group", "ungroup", "renumber", "clear", "merge", "join", "numbers", "save", "follow", "move", "order",
    "undo",
)  # fmt: skip
NONE = _("choose channels first: tick the boxes in front of them")
MOST_NUMBER = 1_000_000
#: characters that are typed into a box and go into an address
LONGEST_TYPED = 1000
#: what the boxes of a channel are called, by the setting that they are of
LABELS = {"display_name": _("Name"), "number": _("Number"), "icon_url": _("Address of the logo")}
_BY_NUMBER = "SELECT id FROM channels WHERE number = :text OR CAST(id AS TEXT) = :text ORDER BY number = :text DESC, id LIMIT 1"


async def act(visit: Visit, fields: FormFields) -> Any:
    """Make one change. Raises `Refused` (400) for a button that is none of the page's."""
    action = forms.choice(fields.get("do"), ACTIONS, "do")
    ids = picked(fields)
    try:
        if action == "merge":
            if len(ids) < 2:
                raise Refused(400, gettext("choose two channels or more: they become one"))
            return forms.redirect(link(visit, HERE, merge=",".join(map(str, ids))))
        told = await done(visit, action or "", ids, fields)
    except Refused as problem:
        there = open_again(visit, fields) if action == "save" else back(visit, fields)
        return forms.told(visit, there, forms.in_words(problem.message, LABELS), problem=problem)
    return forms.told(visit, back(visit, fields), told)


def back(visit: Visit, fields: FormFields, **more: str | None) -> str:
    """The page that the form was on, with more in its address."""
    kept = {
        key: fields.get(f"on_{key}") or None for key in ("state", "provider", "group", "q", "day", "page")
    }
    return link(visit, HERE, **kept, **more)


def open_again(visit: Visit, fields: FormFields) -> str:
    """The page with the boxes of the channel open, and with what was typed, so that it can be corrected."""
    ident = fields.get("channel", "")
    typed = {key: text for key in LABELS if len(text := fields.get(key, "")) < LONGEST_TYPED}
    return f"{back(visit, fields, edit=ident, **typed)}#c{ident}"


def picked(fields: FormFields) -> list[int]:
    """The channels that are ticked, in the order of the page."""
    found = (forms.number(text, "pick") for text in fields.all("pick"))
    return [ident for ident in found if ident]


async def done(visit: Visit, action: str, ids: list[int], fields: FormFields) -> str:
    """Make the change; what happened in one line. Raises `Refused`."""
    if action == "undo":
        return await undo(visit, fields)
    if action == "order":
        await change(visit, "channel.forget_order", {})
        return gettext("The channels are in the order of their numbers again.")
    if action == "numbers":
        return await typed_numbers(visit, fields)
    if action in ("save", "follow"):
        return await one(visit, action, fields)
    if action == "join":
        return await join(visit, ids, fields)
    if not ids:
        raise Refused(400, gettext(NONE))
    return await _MANY[action](visit, ids, fields)


async def hide(visit: Visit, ids: list[int], fields: FormFields) -> str:
    await update(visit, [{"id": ident, "hidden": True} for ident in ids])
    return gettext("Hidden: %(channels)s. The guide, its outputs and players leave them out.") % {
        "channels": many(ids)
    }


async def reveal(visit: Visit, ids: list[int], fields: FormFields) -> str:
    await update(visit, [{"id": ident, "hidden": False} for ident in ids])
    return gettext("Shown again: %(channels)s.") % {"channels": many(ids)}


async def group(visit: Visit, ids: list[int], fields: FormFields) -> str:
    made = await change(visit, "channel.group", {"channels": ids, "group": fields.get("group", "")})
    return gettext("Put into %(group)s: %(channels)s.") % {
        "group": short(made["group"]),
        "channels": many(range(made["changed"])),
    }


async def ungroup(visit: Visit, ids: list[int], fields: FormFields) -> str:
    given = {"channels": ids, "group": fields.get("group", ""), "member": False}
    made = await change(visit, "channel.group", given)
    return gettext("Taken out of %(group)s: %(channels)s.") % {
        "group": short(made["group"]),
        "channels": many(range(made["changed"])),
    }


async def renumber(visit: Visit, ids: list[int], fields: FormFields) -> str:
    """Numbers from the one that was typed, in the order of the page."""
    first = forms.number(fields.get("first", "").strip(), "the first number")
    if first is None or first > MOST_NUMBER:
        raise Refused(
            400,
            gettext("which number has the first one? Write a whole number up to %(most)s")
            % {"most": f"{MOST_NUMBER:,}"},
        )
    await update(visit, [{"id": ident, "number": str(first + place)} for place, ident in enumerate(ids)])
    return gettext("Numbered %(first)s to %(last)s: %(channels)s.") % {
        "first": first,
        "last": first + len(ids) - 1,
        "channels": many(ids),
    }


async def clear(visit: Visit, ids: list[int], fields: FormFields) -> str:
    await update(visit, [{"id": ident, "number": None} for ident in ids])
    return gettext("Without a number: %(channels)s.") % {"channels": many(ids)}


async def move(visit: Visit, ids: list[int], fields: FormFields) -> str:
    """Before the channel with the number or id that was typed, or last where the box is empty. The script names a neighbour."""
    target = forms.number(fields.get("before_id"), "before_id")
    if after := forms.number(fields.get("after_id"), "after_id"):
        order = [
            row["id"] for row in await select(visit, sql("page_desk_channels"), {}) if row["id"] not in ids
        ]
        target = next((ident for one, ident in pairwise(order) if one == after), None)
    text = fields.get("before", "").strip()
    if text and target is None:
        rows = await select(visit, _BY_NUMBER, {"text": text})
        if not rows:
            raise Refused(
                404, gettext("there is no channel with the number or id %(text)s") % {"text": short(text)}
            )
        target = rows[0]["id"]
    await change(visit, "channel.move", {"channels": ids, "before": target})
    return gettext("Moved: %(channels)s.") % {"channels": many(ids)}


_MANY = {
    "hide": hide, "show": reveal, "group": group, "ungroup": ungroup, "renumber": renumber, "clear": clear, "move": move,
}  # fmt: skip


async def typed_numbers(visit: Visit, fields: FormFields) -> str:
    """Store the numbers of the list that differ from those that the page had."""
    try:
        was = {int(key): str(text) for key, text in json.loads(fields.get("was") or "{}").items()}
    except (ValueError, AttributeError):
        raise Refused(400, forms.UNREADABLE) from None
    found = [
        {"id": ident, "number": fields[f"number-{ident}"].strip() or None}
        for ident, text in was.items()
        if fields.get(f"number-{ident}", text).strip() != text
    ]
    if not found:
        return gettext("No number was different, so nothing is changed.")
    await update(visit, found)
    return gettext("Numbered: %(channels)s.") % {"channels": many(found)}


async def one(visit: Visit, action: str, fields: FormFields) -> str:
    """Store the name, the number and the logo of one channel where they differ, or let them follow the feeds again."""
    ident = forms.number(fields.get("channel"), "channel")
    rows = await select(visit, sql("page_desk_one"), {"id": ident})
    if not rows:
        raise Refused(404, gettext("there is no such channel any more"))
    now = rows[0]
    if action == "follow":
        await update(visit, [{"id": ident, "pinned": []}])
        return gettext("%(name)s has the name, number and logo of its feeds again.") % {
            "name": short(now["display_name"])
        }
    given = {key: fields[key].strip() for key in ("display_name", "number", "icon_url") if key in fields}
    found = {key: text or None for key, text in given.items() if text != (now[key] or "")}
    if not found:
        return gettext("Nothing was different, so nothing is changed.")
    await update(visit, [{"id": ident, **found}])
    return gettext("%(name)s is changed. No import changes that.") % {
        "name": short(found.get("display_name") or now["display_name"])
    }


async def join(visit: Visit, ids: list[int], fields: FormFields) -> str:
    """Make one channel of those that are picked: the one that was chosen."""
    target = forms.number(fields.get("into"), "into")
    if target not in ids or len(ids) < 2:
        raise Refused(400, gettext("choose the channel that stays"))
    sources = [ident for ident in ids if ident != target]
    made = await change(visit, "channel.merge_many", {"sources": sources, "target": target})
    return gettext("%(name)s has what fed %(channels)s. Moved: %(moved)s. Left out, since it had them: %(dropped)s.") % {
        "name": short(made["display_name"]), "channels": many(ids), "moved": programmes(made["moved"]),
        "dropped": f"{made['dropped']:,}",
    }  # fmt: skip


async def update(visit: Visit, edits: list[dict[str, Any]]) -> None:
    """Raises `Refused` with the first value that is not allowed."""
    await change(visit, "channel.update_many", {"channels": edits})


def many(found: Any) -> str:
    count = len(found)
    return ngettext("%(num)s channel", "%(num)s channels", count) % {"num": f"{count:,}"}


async def show_merge(visit: Visit) -> Any:
    """Ask which of the channels stays, before they become one. Raises `Refused` (404) where fewer than two are left."""
    ids = [forms.number(text, "merge") for text in visit.query.get("merge", "").split(",")]
    rows = await select(visit, sql("page_desk_merge"), {"ids": json.dumps(ids), "now": visit.now})
    if len(rows) < 2:
        raise Refused(404, gettext("there are no two such channels any more"))
    return await render(visit, "epg-channels-merge", {"rows": rows}, private=True)
