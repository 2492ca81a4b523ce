"""`/-/epg/watches`: your watches, and a new one. `/-/epg/watches/ID`: one watch, what it would send this week, its settings."""

from typing import Any

from ...base.answer import Refused
from ...pages.render import render
from ...pages.visit import Visit, link, read
from .. import forms
from ..forms import FormFields, redirect, say, short
from . import watch_form
from .own import own

HERE = "/-/epg/watches"
ACTIONS = ("add", "save", "delete", "on", "off", "undo", "try")


async def page(visit: Visit) -> Any:
    return await forms.answered(visit, show, act)


async def edit(visit: Visit) -> Any:
    return await forms.answered(visit, show_one, act)


async def show(visit: Visit, typed: dict[str, Any] | None = None, tried: dict[str, Any] | None = None) -> Any:
    """All watches. `typed` is what a form holds that is tried or wrong, `tried` what it would send."""
    context = {
        "watches": (await own(visit, "watch.list"))["watches"],
        "typed": typed or watch_form.empty(visit.zone.name),
        "tried": tried,
        "problem": None,
        **await choices(visit),
    }
    return await render(visit, "epg-watches", context, private=True)


async def show_one(visit: Visit) -> Any:
    """One watch with its preview. Raises `Refused` (404)."""
    ident = int(visit.request.url_vars["id"])
    watch = await own(visit, "watch.get", watch=ident)
    context = {
        "watch": watch,
        "typed": watch,
        "tried": await own(visit, "watch.preview", watch=ident),
        **await choices(visit),
    }
    return await render(visit, "epg-watch", context, private=True)


async def choices(visit: Visit) -> dict[str, Any]:
    """What forms offer."""
    return {
        "targets": (await own(visit, "target.list"))["targets"],
        "lineups": await read(visit, "lineups"),
        "kinds": watch_form.KINDS,
        "once_per": watch_form.ONCE_PER,
        "days": watch_form.DAYS,
    }


async def act(visit: Visit, fields: FormFields) -> Any:
    """Make one change. Then the page comes again and says what happened. What is tried or wrong stays in the form."""
    action = forms.choice(fields.get("do"), ACTIONS, "do") or ""
    ident = forms.number(fields.get("watch"), "watch")
    try:
        if action == "try":
            typed = watch_form.settings(fields)
            return await show(visit, typed, await own(visit, "watch.preview", **typed))
        say(visit, await done(visit, action, fields, ident))
    except Refused as problem:
        say(visit, problem.message, wrong=True)
        if action in ("add", "try"):
            return await show(visit, kept(visit, fields))
    there = f"{HERE}/{ident}" if action == "save" and ident else HERE
    return redirect(link(visit, there))


def kept(visit: Visit, fields: FormFields) -> dict[str, Any]:
    """What was typed, as far as it can be shown again."""
    try:
        return watch_form.settings(fields)
    except Refused:
        return {
            **watch_form.empty(visit.zone.name),
            "value": fields.get("value", ""),
            "name": fields.get("name", ""),
        }


async def done(visit: Visit, action: str, fields: FormFields, ident: int | None) -> str:
    """The change in words. Raises `Refused`."""
    if action == "undo":
        return f"Undone: {(await own(visit, 'watch.undo'))['undone']}."
    if action == "add":
        made = await own(visit, "watch.create", **watch_form.settings(fields))
        return f"Added watch {made['id']}: {short(made['name'])}."
    if action == "delete":
        gone = await own(visit, "watch.delete", watch=ident)
        return f"Deleted watch {gone['id']}: {short(gone['name'])}. Undo brings it back."
    given = watch_form.settings(fields) if action == "save" else {"enabled": action == "on"}
    made = await own(visit, "watch.update", watch=ident, **given)
    return f"Changed watch {made['id']}: {short(made['name'])}."
