"""`/-/epg/lineups/{id}/entry`: one entry, its settings and its channel. Without `entry` it is a new one, added by hand."""

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
from .lineup_entries import METHODS
from .lineup_rows_read import HERE, candidates, entry, lineup
from .shown_now import shown_now

LABELS = {
    "name": _("Name"), "number": _("Number"), "group_name": _("Group"), "position": _("Place"),
    "output_id": _("Id for players"), "shift_minutes": _("Shift in minutes"), "hidden": _("Hidden"),
}  # fmt: skip
#: channels that a search shows
FOUND = 20
#: the columns that the source gives, so that it can decide them again
FROM_SOURCE = ("name", "number", "group_name", "position", "shift_minutes")


async def page(visit: Visit) -> Any:
    return await forms.answered(visit, show, act)


async def show(visit: Visit) -> Any:
    row, text = await lineup(visit), visit.query.get("entry")
    one = await entry(visit, row["id"], text) if text else None
    return await show_form(visit, row, one, shown(one))


def shown(one: dict[str, Any] | None) -> dict[str, Any]:
    """The entry as the boxes show it."""
    if one is None:
        return {**dict.fromkeys(LABELS, ""), "hidden": False}
    return {key: "" if one[key] is None else one[key] for key in LABELS}


async def show_form(
    visit: Visit,
    row: dict[str, Any],
    one: dict[str, Any] | None,
    typed: dict[str, Any],
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> Any:
    """The form, with the channels that the entry may be, or with `?find=` those that a search finds."""
    find, shift = visit.query.get("find") or None, one["shift_minutes"] if one else 0
    if find:
        channels = await select(visit, sql("page_lineup_channels"), {"q": find, "limit": FOUND})
    else:
        channels = (await candidates(visit, [one["id"]]))[one["id"]] if one else []
    shown_ids = {channel["channel_id"] for channel in channels} | ({one["channel_id"]} if one else set())
    context = {
        "lineup": row, "entry": one, "typed": typed, "errors": errors or {}, "labels": LABELS, "find": find,
        "channels": channels, "now": await shown_now(visit, {(ident, shift) for ident in shown_ids if ident}),
        "shift": shift, "methods": METHODS, "initials": initials, "back": back_of(visit.query.get("back")),
    }  # fmt: skip
    return await render(visit, "epg-lineup-entry", context, status=status, private=True)


def back_of(text: str | None) -> str:
    """The page that led here: the entries, or the review."""
    return "review" if text == "review" else ""


async def act(visit: Visit, fields: FormFields) -> Any:
    """Store what differs, choose a channel, or delete the entry."""
    row, text = await lineup(visit), fields.get("entry")
    one = await entry(visit, row["id"], text) if text else None
    action = forms.choice(fields.get("action"), ("channel", "delete", "source"), "action")
    values, errors = ({}, {}) if action else parsed(fields)
    errors |= await forms.off_loop(wrong, {key: value for key, value in values.items() if key not in errors})
    if errors:
        return await show_form(
            visit, row, one, {**values, **fields, "hidden": "hidden" in fields}, errors, 400
        )
    try:
        said = await store(visit, row, one, edit_of(action, values, fields, one))
    except Refused as problem:
        if action:
            say(visit, problem.message, wrong=True)
            again = {"entry": text, "find": fields.get("find") or None, "back": fields.get("back") or None}
            return redirect(link(visit, f"{HERE}/{row['id']}/entry", **again))
        return await show_form(visit, row, one, {**values, **fields}, {"": problem.message}, problem.status)
    say(visit, said)
    if one is None and action == "channel":
        # A person who chooses channels by hand chooses more than one.
        return redirect(link(visit, f"{HERE}/{row['id']}/entry", find=fields.get("find") or None))
    back = back_of(fields.get("back"))
    return redirect(link(visit, f"{HERE}/{row['id']}/{back}" if back else f"{HERE}/{row['id']}"))


def parsed(fields: FormFields) -> tuple[dict[str, Any], dict[str, str]]:
    """The columns of an entry as the API takes them, and the mistakes by field."""
    errors: dict[str, str] = {}
    values: dict[str, Any] = {
        "name": fields.get("name", "").strip(),
        **{key: fields.get(key, "").strip() or None for key in ("number", "group_name", "output_id")},
        "hidden": "hidden" in fields,
    }
    for key, empty in (("position", None), ("shift_minutes", 0)):
        text = fields.get(key, "").strip()
        digits = text.removeprefix("-")
        if digits.isascii() and digits.isdigit() and len(digits) <= 9:
            values[key] = int(text)
        elif text:
            errors[key] = f"{LABELS[key].lower()} must be a whole number"
        elif empty is not None:
            values[key] = empty
    return values, errors


def wrong(values: dict[str, Any]) -> dict[str, str]:
    """The mistakes in columns that would be refused, by field."""
    from epg_ingest.changes.lineup_operations import wrong_entry

    return wrong_entry(values)


def edit_of(
    action: str | None, values: dict[str, Any], fields: FormFields, one: dict[str, Any] | None
) -> dict[str, Any]:
    """What to change. Raises `Refused` (400) for a choice without a channel."""
    if action == "delete":
        return {"delete": True}
    if action == "source":
        return {"unpin": list(FROM_SOURCE)}
    if action == "channel":
        wanted = fields.get("channel", "").strip()
        if not wanted:
            raise Refused(400, "which channel? Choose one, or search for it")
        return {"channel": wanted}
    return {key: value for key, value in values.items() if one is None or value != as_given(one, key)}


def as_given(one: dict[str, Any], key: str) -> Any:
    return bool(one[key]) if key == "hidden" else one[key]


async def store(visit: Visit, row: dict[str, Any], one: dict[str, Any] | None, edit: dict[str, Any]) -> str:
    """Make the change; says it in words."""
    if one is None:
        given = {key: value for key, value in edit.items() if value not in (None, False, 0)}
        await change(visit, "lineup.add_entry", {"lineup": row["id"], **given})
        if "name" not in edit:
            return gettext("The channel is added.")
        return gettext("%(name)s is added.") % {"name": short(edit["name"])}
    if not edit:
        return gettext("Nothing was different, so nothing is changed.")
    await change(visit, "lineup.edit_entries", {"lineup": row["id"], "entries": [{"id": one["id"], **edit}]})
    name = short(edit.get("name", one["name"]))
    if "delete" in edit:
        return gettext("%(name)s is deleted.") % {"name": name}
    if "unpin" in edit:
        return gettext("%(name)s follows its source again, from the next refresh on.") % {"name": name}
    settings = ", ".join(gettext(LABELS.get(key, _("Channel"))) for key in edit)
    return gettext("%(name)s is changed: %(settings)s.") % {"name": name, "settings": settings}
