"""`/-/epg/watches`: your watches, and a new one. `/-/epg/watches/ID`: one watch, what it would send this week, its settings."""

from typing import Any

from ...base.answer import Refused
from ...pages.finding.channel_pick import called, named, no_channel
from ...pages.render import render
from ...pages.showing.text_languages import spoken
from ...pages.visit import Visit, link, read
from ...shell.language import gettext
from .. import forms
from ..forms import FormFields, in_words, redirect, say, short
from . import watch_form
from .own import own

HERE = "/-/epg/watches"
ACTIONS = ("add", "save", "delete", "on", "off", "undo", "try")


async def page(visit: Visit) -> Any:
    return await forms.answered(visit, show, act)


async def edit(visit: Visit) -> Any:
    return await forms.answered(visit, show_one, act)


async def show(
    visit: Visit,
    typed: dict[str, Any] | None = None,
    tried: dict[str, Any] | None = None,
    problem: str | None = None,
) -> Any:
    """All watches. `typed` is what a form holds that is tried or wrong, `tried` what it would send, `problem` what is wrong."""
    typed = typed or watch_form.empty(visit.zone.name, visit.query)
    context = {
        "watches": (await own(visit, "watch.list"))["watches"],
        "typed": typed,
        "tried": tried,
        "problem": problem,
        **await choices(visit, typed),
    }
    return await render(visit, "epg-watches", context, private=True, status=400 if problem else 200)


async def show_one(visit: Visit, typed: dict[str, Any] | None = None, problem: str | None = None) -> Any:
    """One watch with its preview. `typed` is what the form holds where that is wrong, `problem` says what; then the form stands
    alone. Raises `Refused` (404)."""
    ident = int(visit.request.url_vars["id"])
    watch = await own(visit, "watch.get", watch=ident)
    context = {
        "watch": watch,
        "typed": typed or watch,
        "tried": None if problem else await preview(visit, watch=ident),
        "problem": problem,
        **await choices(visit, typed or watch),
    }
    return await render(visit, "epg-watch", context, private=True, status=400 if problem else 200)


async def preview(visit: Visit, **asked: Any) -> dict[str, Any]:
    """What a watch would send this week, its programmes with the languages of their texts."""
    found = await own(visit, "watch.preview", **asked)
    return {**found, "programmes": await spoken(visit, found["programmes"])}


async def choices(visit: Visit, typed: dict[str, Any]) -> dict[str, Any]:
    """What forms offer, and the channels that are chosen in `typed`."""
    return {
        "chosen": await named(visit, [str(ident) for ident in typed["channels"]]),
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
        meant = await with_named(visit, fields)
        if action == "try":
            typed = watch_form.settings(meant)
            return await show(visit, typed, await preview(visit, **typed))
        say(visit, await done(visit, action, meant, ident))
    except Refused as problem:
        message = in_words(problem.message, watch_form.LABELS)
        if action in ("add", "try"):
            return await show(visit, watch_form.typed(fields), problem=message)
        if action == "save" and problem.status == 400 and "id" in visit.request.url_vars:
            return await show_one(visit, watch_form.typed(fields), message)
        say(visit, message, wrong=True)
    there = f"{HERE}/{ident}" if action == "save" and ident else HERE
    return redirect(link(visit, there))


async def with_named(visit: Visit, fields: FormFields) -> FormFields:
    """The form with the channels that its box names among those that are chosen. Raises `Refused` (400) for an unknown name."""
    name = fields.get("channel_name", "").strip()
    if not name:
        return fields
    ids = await called(visit, name)
    if not ids:
        raise Refused(400, no_channel(name))
    return FormFields([*fields.pairs, *(("channels", str(ident)) for ident in ids)])


async def done(visit: Visit, action: str, fields: FormFields, ident: int | None) -> str:
    """The change in words. Raises `Refused`."""
    if action == "undo":
        return gettext("Undone: %(what)s.") % {"what": (await own(visit, "watch.undo"))["undone"]}
    if action == "add":
        made = await own(visit, "watch.create", **watch_form.settings(fields))
        return gettext("Added watch %(number)s: %(name)s.") % {
            "number": made["id"],
            "name": short(made["name"]),
        }
    if action == "delete":
        gone = await own(visit, "watch.delete", watch=ident)
        return gettext("Deleted watch %(number)s: %(name)s. Undo brings it back.") % {
            "number": gone["id"],
            "name": short(gone["name"]),
        }
    given = watch_form.settings(fields) if action == "save" else {"enabled": action == "on"}
    made = await own(visit, "watch.update", watch=ident, **given)
    return gettext("Changed watch %(number)s: %(name)s.") % {
        "number": made["id"],
        "name": short(made["name"]),
    }
