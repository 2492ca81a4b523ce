"""The forms of a line-up: a new one, the settings of one, its removal, and a list that a person has as a file.

As for providers, a form changes only what differs from the stored settings, and knows the state that it was made from.
"""

from typing import Any

from ..api import lineup_reads, writes
from ..base import access
from ..base.answer import Refused
from ..pages.render import render
from ..pages.visit import Visit, link
from ..shell.language import gettext
from . import forms, lineup_form, lineup_list, uploads
from .forms import FormFields, change, in_entries, redirect, say, short
from .lineup_rows_read import HERE, lineup, lineups
from .list_reading import read_given

CHANGED = "somebody changed this line-up since the form was loaded; what you typed is below: send it again to keep it"
BOTH = "give an address or a list, not both"


async def new(visit: Visit) -> Any:
    return await uploads.answered(visit, show_new, create)


async def edit(visit: Visit) -> Any:
    return await forms.answered(visit, show_one, update)


async def given(visit: Visit) -> Any:
    return await uploads.answered(visit, show_list, take_list)


# A new one


async def show_new(visit: Visit) -> Any:
    return await show_form(visit, None, lineup_form.shown(lineup_form.NEW))


async def show_form(
    visit: Visit,
    row: dict[str, Any] | None,
    typed: dict[str, Any],
    errors: dict[str, str] | None = None,
    status: int = 200,
    current: dict[str, Any] | None = None,
) -> Any:
    """The form, with `errors` by field; `row` is the line-up, `current` its settings. An error of the whole form has an empty
    name."""
    context = {
        "lineup": row, "current": current, "typed": typed, "errors": errors or {}, "labels": lineup_form.LABELS,
        "taken": lineup_form.TAKEN, "schemes": in_words(lineup_form.SCHEMES), "sources": in_words(lineup_form.SOURCES),
        "state": lineup_form.state_of(current) if current else None, "allow_private": may_allow(visit),
    }  # fmt: skip
    return await render(visit, "epg-lineup-form", context, status=status, private=True)


def in_words(choices: dict[str, str]) -> dict[str, str]:
    """What the options of a list say."""
    return {key: gettext(label) for key, label in choices.items()}


def may_allow(visit: Visit) -> bool:
    return bool(access.config(visit.datasette).get("allow_private_addresses", False))


async def create(visit: Visit, fields: FormFields, data: bytes) -> Any:
    """Make a line-up, and read its list or start to read its source; or show the form again with its mistakes."""
    listed = data or fields.get("text", "").strip().encode()
    values, errors = await understood(visit, fields)
    if listed and values["url"]:
        errors["list"] = BOTH
    if errors:
        return await show_form(visit, None, lineup_form.retyped(fields), errors, 400)
    try:
        _, made = await forms.asked_for(visit, "lineup_create", None, values)
    except Refused as problem:
        typed = lineup_form.retyped(fields)
        return await show_form(visit, None, typed, {"": problem.message}, problem.status)
    said = gettext("%(name)s is added.") % {"name": short(made["title"])}
    if listed:
        return await tell_read(visit, made, listed, fields, said)
    say(visit, said)
    if values["url"] and access.allowed(visit.datasette, visit.request.actor, "epg-import"):
        return await lineup_list.start(visit, {**made, "refresh": None})
    return redirect(link(visit, HERE if values["url"] else f"{HERE}/{made['id']}"))


async def understood(
    visit: Visit, fields: FormFields, current: dict[str, Any] | None = None
) -> tuple[dict[str, Any], dict[str, str]]:
    """The settings as the API takes them, or those that differ from `current`, and the mistakes by field.

    What stays is not judged: the command line takes files as sources, too.
    """
    values, errors = lineup_form.parsed(fields, may_allow(visit))
    if current:
        values = lineup_form.differing(values, current)
    return values, {**await forms.off_loop(lineup_form.wrong, values), **errors}


# One of them


async def show_one(visit: Visit) -> Any:
    """The settings of a line-up, or with `?delete=1` the question before it is removed."""
    row, current = await lineup(visit), await current_one(visit)
    if visit.query.get("delete"):
        return await render(visit, "epg-lineup-remove", {"lineup": row}, private=True)
    return await show_form(visit, row, lineup_form.shown(current), current=current)


async def current_one(visit: Visit) -> dict[str, Any]:
    """A line-up with all its settings. Raises `Refused` (404)."""
    ident = int(visit.request.url_vars["id"])
    return dict(await forms.off_loop(lineup_reads.private_lineup, writes.guide_path(visit.datasette), ident))


async def update(visit: Visit, fields: FormFields) -> Any:
    """Change the settings that differ, or remove the line-up, or show the form again with its mistakes."""
    row, current = await lineup(visit), await current_one(visit)
    if fields.get("action") == "delete":
        return await remove(visit, row, fields)
    changes, errors = await understood(visit, fields, current)
    if not errors and fields.get("state") != lineup_form.state_of(current):
        errors = {"": CHANGED}
    if errors:
        status = 409 if errors == {"": CHANGED} else 400
        return await show_form(visit, row, lineup_form.retyped(fields), errors, status, current)
    try:
        if changes:
            await forms.asked_for(visit, "lineup_update", current["id"], changes)
    except Refused as problem:
        typed = lineup_form.retyped(fields)
        return await show_form(visit, row, typed, {"": problem.message}, problem.status, current)
    named = {
        "name": short(changes.get("title", row["title"])),
        "settings": ", ".join(gettext(lineup_form.LABELS[key]) for key in changes),
    }
    told = gettext("%(name)s is changed: %(settings)s.") % named
    say(visit, told if changes else gettext("Nothing was different, so nothing is changed."))
    return redirect(link(visit, HERE))


async def remove(visit: Visit, row: dict[str, Any], fields: FormFields) -> Any:
    """Remove a line-up if the box is ticked, else ask again."""
    if fields.get("confirm") != "yes":
        say(visit, gettext("Nothing is removed: tick the box to remove it."), wrong=True)
        return redirect(link(visit, f"{HERE}/{row['id']}/settings", delete=1))
    done = await change(visit, "lineup.delete", {"lineup": row["id"]})
    gone = {"name": short(row["title"]), "entries": in_entries(done["removed"])}
    say(visit, gettext("%(name)s is removed, with %(entries)s.") % gone)
    return redirect(link(visit, HERE))


# A list as a file


async def show_list(visit: Visit) -> Any:
    return await show_list_form(visit, await lineup(visit), "")


async def show_list_form(visit: Visit, row: dict[str, Any], text: str, problem: str = "") -> Any:
    """The form for the list of a line-up; with `problem`, what is wrong with the list that was sent, whose `text` is kept."""
    context = {
        "lineup": row, "labels": lineup_form.LABELS, "typed": {"text": text},
        "errors": {"text" if text else "list": problem} if problem else {},
    }  # fmt: skip
    return await render(visit, "epg-lineup-list", context, status=400 if problem else 200, private=True)


async def take_list(visit: Visit, fields: FormFields, data: bytes) -> Any:
    row = await lineup(visit)
    listed = data or fields.get("text", "").strip().encode()
    if not listed:
        return await show_list_form(visit, row, "", "There is no list: choose a file, or paste its text.")
    return await tell_read(visit, row, listed, fields)


async def tell_read(
    visit: Visit, row: dict[str, Any], listed: bytes, fields: FormFields, said: str = ""
) -> Any:
    """Read a list into a line-up and tell how it went: a redirect to its entries, or the form with what was no good.

    `said` is what the person is told before that.
    """
    outcome = await forms.off_loop(read_given, visit.datasette, row["id"], listed, "force" in fields)
    if outcome["status"] == "failed":
        why = gettext("The list is not taken: %(why)s") % {"why": outcome["error_message"]}
        problem = f"{said} {why}".lstrip()
        return await show_list_form(visit, row, fields.get("text", ""), problem)
    if said:
        say(visit, said)
    found = (await lineups(visit, row["id"]))[0]
    read = {"entries": in_entries(found["entries"]), "matched": f"{found['matched']:,}"}
    say(visit, gettext("The list is read: %(entries)s, %(matched)s with a channel.") % read)
    return redirect(link(visit, f"{HERE}/{row['id']}"))
