"""The pages of providers: the state of each, imports at once, and the forms of their settings.

A form changes only what differs from the stored settings, and knows the state that it was made from. So two people who
edit at the same time do not silently undo each other's work. Values of request headers are never given out.
"""

from typing import Any

from ..api import private, writes
from ..base import access
from ..base.answer import Refused
from ..base.moments import to_datetime
from ..base.sql import sql
from ..pages.render import render
from ..pages.visit import Visit, link, select
from . import forms, provider_form
from .forms import Fields, change, programmes, redirect, say, short

CHANGED = "somebody changed this provider since the form was loaded; what you typed is below: send it again to keep it"
GONE = "there is no such provider any more"
#: width of the coverage bar in its own units
WIDTH = 1_000


async def listing(visit: Visit) -> Any:
    return await forms.answered(visit, show_all, act)


async def new(visit: Visit) -> Any:
    return await forms.answered(visit, show_new, create)


async def edit(visit: Visit) -> Any:
    return await forms.answered(visit, show_one, update)


def ident_of(visit: Visit) -> int:
    return int(visit.request.url_vars["id"])


def path_of(visit: Visit) -> Any:
    return writes.guide_path(visit.datasette)


# All of them


async def show_all(visit: Visit) -> Any:
    """All providers, the best first, and the running imports. `?started=` is the first import that the viewer asked for."""
    started = forms.number(visit.query.get("started"), "started")
    rows = await select(visit, sql("page_admin_providers"), {"now": visit.now})
    context = {
        "providers": [{**row, "bar": bar} for row, bar in zip(rows, bars(rows, visit.now), strict=True)],
        "running": [row for row in rows if row["status"] == "running"],
        "started": started,
        "may_import": access.allowed(visit.datasette, visit.request.actor, "epg-import"),
        "width": WIDTH,
        "now": visit.now,
    }
    return await render(visit, "epg-providers", context, private=True)


def bars(rows: list[dict[str, Any]], now: str) -> list[dict[str, int] | None]:
    """For each provider, where its programmes and the current moment lie on a bar of `WIDTH` units. The bar reaches from the
    first programme of all providers to the last.
    """
    spans = [(to_datetime(row["first"]), to_datetime(row["last"])) for row in rows if row["last"]]
    if not spans:
        return [None for _ in rows]
    moment = to_datetime(now)
    begin, end = min(moment, *(first for first, _ in spans)), max(moment, *(last for _, last in spans))
    whole = max((end - begin).total_seconds(), 1)

    def place(utc: str) -> int:
        return round((to_datetime(utc) - begin).total_seconds() / whole * WIDTH)

    return [
        {
            "x": place(row["first"]),
            "width": max(place(row["last"]) - place(row["first"]), 2),
            "now": place(now),
        }
        if row["last"]
        else None
        for row in rows
    ]


async def act(visit: Visit, fields: Fields) -> Any:
    """Do what a button of the list asks for. Then the list comes again, with one line about the result."""
    try:
        provider = forms.number(fields.get("provider"), "provider")
        action = forms.choice(fields.get("action"), ("import", "enable", "disable"), "action")
        if action == "import":
            return redirect(link(visit, forms.HOME, started=await start(visit, provider)))
        await switch(visit, provider, action == "enable" if action else None)
    except Refused as problem:
        if problem.status == 403:
            raise
        say(visit, problem.message, wrong=True)
    return redirect(link(visit, forms.HOME))


async def start(visit: Visit, provider: int | None) -> int | None:
    """Start an import of one provider, or of all that are enabled; returns the lowest id of the imports.

    Raises `Refused` (403) without `epg-import`.
    """
    access.require(visit.datasette, visit.request.scope, visit.request.actor, "epg-import")
    body = {} if provider is None else {"providers": [provider]}
    status, said = await forms.asked_for(visit, "import_trigger", None, body)
    if status != 202:
        say(visit, said["error"], wrong=True)
        return None
    names = [short(row["provider"]) for row in said["imports"][:5]]
    more = len(said["imports"]) - len(names)
    say(visit, f"Import started: {', '.join(names)}{f' and {more} more' if more else ''}.")
    return min((row["id"] for row in said["imports"]), default=None)


async def switch(visit: Visit, provider: int | None, enabled: bool | None) -> None:
    """Enable or disable a provider. Raises `Refused`: 400 where a value is missing, 404 for an unknown provider."""
    if provider is None or enabled is None:
        raise Refused(400, forms.UNREADABLE)
    done = await change(visit, "provider.update", {"provider": provider, "enabled": enabled})
    what = (
        "enabled: the guide shows it again"
        if enabled
        else "disabled: the guide does not show it, and imports pass it by"
    )
    say(visit, f"{short(done['name'])} is {what}.")


# One of them


async def show_new(visit: Visit) -> Any:
    return await show_form(visit, None, provider_form.shown(provider_form.DEFAULTS))


async def show_one(visit: Visit) -> Any:
    """The form of a provider, or with `?delete=1` what would be deleted with it."""
    current = await current_one(visit)
    if visit.query.get("delete"):
        extent = await select(visit, sql("page_admin_extent"), {"provider": current["id"]})
        context = {"provider": current, "extent": extent[0], "deleting": True}
        return await render(visit, "epg-provider", context, private=True)
    return await show_form(visit, current, provider_form.shown(current))


async def current_one(visit: Visit) -> dict[str, Any]:
    """A provider with all its settings. Raises `Refused` (404)."""
    return dict(await forms.off_loop(private.provider, path_of(visit), ident_of(visit)))


async def show_form(
    visit: Visit,
    current: dict[str, Any] | None,
    typed: dict[str, Any],
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> Any:
    """The form, with `errors` by field. An error of the whole form has an empty name."""
    context = {
        "provider": current,
        "typed": typed,
        "errors": errors or {},
        "labels": provider_form.LABELS,
        "allow_private": may_allow(visit),
        "deleting": False,
    }
    return await render(visit, "epg-provider", context, status=status, private=True)


def may_allow(visit: Visit) -> bool:
    return bool(access.config(visit.datasette).get("allow_private_addresses", False))


async def create(visit: Visit, fields: Fields) -> Any:
    """Make a provider and go to the list, or show the form again with its mistakes."""
    values, errors = await understood(visit, fields)
    if not errors:
        try:
            _, made = await forms.asked_for(visit, "provider_create", None, values)
        except Refused as problem:
            return await again(visit, None, fields, problem)
        say(visit, f"{short(made['name'])} is added. Its programmes come with its first import.")
        return redirect(link(visit, forms.HOME))
    return await show_form(visit, None, provider_form.retyped(fields), errors, 400)


async def update(visit: Visit, fields: Fields) -> Any:
    """Change the settings that differ, or delete the provider, or show the form again with its mistakes."""
    current = await current_one(visit)
    if fields.get("action") == "delete":
        return await delete(visit, current, fields)
    values, errors = await understood(visit, fields)
    if errors:
        return await show_form(visit, current, provider_form.retyped(fields), errors, 400)
    if fields.get("updated_at") != current["updated_at"]:
        return await show_form(visit, current, provider_form.retyped(fields), {"": CHANGED}, 409)
    return await store(visit, current, fields, provider_form.differing(values, current))


async def store(visit: Visit, current: dict[str, Any], fields: Fields, values: dict[str, Any]) -> Any:
    """Store the settings `values` of a provider and go to the list, or show the form again with the refusal.

    Raises `Refused` (404) where the provider is gone.
    """
    if values:
        try:
            await forms.asked_for(visit, "provider_update", current["id"], values)
        except Refused as problem:
            return await again(visit, current, fields, problem)
        say(visit, f"{short(values.get('name', current['name']))} is changed: {', '.join(named(values))}.")
    else:
        say(visit, "Nothing was different, so nothing is changed.")
    return redirect(link(visit, forms.HOME))


def named(values: dict[str, Any]) -> list[str]:
    return [provider_form.LABELS[key].lower() for key in values]


async def again(visit: Visit, current: dict[str, Any] | None, fields: Fields, problem: Refused) -> Any:
    """The form again, with the refusal. Raises `Refused` (404) where the provider is gone."""
    if problem.status == 404:
        raise Refused(404, GONE)
    return await show_form(
        visit, current, provider_form.retyped(fields), {"": problem.message}, problem.status
    )


async def understood(visit: Visit, fields: Fields) -> tuple[dict[str, Any], dict[str, str]]:
    """The settings as the API takes them, and the mistakes by field."""
    values, errors = provider_form.parsed(fields, may_allow(visit))
    return values, {**await forms.off_loop(provider_form.wrong, values), **errors}


async def delete(visit: Visit, current: dict[str, Any], fields: Fields) -> Any:
    """Delete a provider if the box is ticked, else ask again."""
    if fields.get("confirm") != "yes":
        say(visit, "Nothing is deleted: tick the box to delete it.", wrong=True)
        return redirect(link(visit, f"{forms.HOME}/{current['id']}", delete=1))
    done = await change(visit, "provider.delete", {"provider": current["id"]})
    say(visit, f"{short(done['name'])} is deleted, with {programmes(done['removed'])}.")
    return redirect(link(visit, forms.HOME))
