"""The pages of providers: the state of each, imports at once, and the forms of their settings.

A form changes only what differs from the stored settings, and knows the state that it was made from. So two people who
edit at the same time do not silently undo each other's work. Values of request headers are never given out.
"""

from typing import Any

from ..api import private, writes
from ..base import access
from ..base.answer import Refused
from ..base.sql import sql
from ..pages.render import render
from ..pages.visit import Visit, link, select
from ..shell.language import gettext
from . import forms, provider_form
from .forms import FormFields, change, programmes, redirect, say, short
from .onboarding import effects, feed_preview, import_progress
from .onboarding.reach_bars import WIDTH, bars
from .spoken import since

CHANGED = "somebody changed this provider since the form was loaded; what you typed is below: send it again to keep it"
GONE = "there is no such provider any more"


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
    """All providers, those whose last import failed first, then the best, and the running imports. `?started=` is the first
    import that the viewer asked for."""
    started = forms.number(visit.query.get("started"), "started")
    rows = await select(visit, sql("page_admin_providers"), {"now": visit.now})
    context = {
        # What failed comes first: it is what somebody opens the page for.
        "providers": sorted(
            ({**row, "bar": bar} for row, bar in zip(rows, bars(rows, visit.now), strict=True)),
            key=lambda row: row["status"] != "failed",
        ),
        "running": {row["id"]: row for row in await import_progress.running(visit)},
        "started": started,
        "may_import": access.allowed(visit.datasette, visit.request.actor, "epg-import"),
        "width": WIDTH,
        "now": visit.now,
        "since": since,
    }
    return await render(visit, "epg-providers", context, private=True)


async def act(visit: Visit, fields: FormFields) -> Any:
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
    rest = [gettext("and %(count)s more") % {"count": more}] if more else []
    said_of = {"names": " ".join([", ".join(names), *rest])}
    say(visit, gettext("Import started: %(names)s.") % said_of)
    return min((row["id"] for row in said["imports"]), default=None)


async def switch(visit: Visit, provider: int | None, enabled: bool | None) -> None:
    """Enable or disable a provider. Raises `Refused`: 400 where a value is missing, 404 for an unknown provider."""
    if provider is None or enabled is None:
        raise Refused(400, forms.UNREADABLE)
    done = await change(visit, "provider.update", {"provider": provider, "enabled": enabled})
    text = (
        gettext("%(name)s is enabled: the guide shows it again.")
        if enabled
        else gettext("%(name)s is disabled: the guide does not show it, and imports pass it by.")
    )
    say(visit, text % {"name": short(done["name"])})


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
    seen: dict[str, Any] | None = None,
) -> Any:
    """The form, with `errors` by field, and what the feed has where somebody looked (`seen`). An error of the whole form has an
    empty name."""
    context = {
        "provider": current,
        "typed": typed,
        "errors": errors or {},
        "labels": provider_form.LABELS,
        "allow_private": may_allow(visit),
        "deleting": False,
        "seen": seen,
        "first": current is None and not await select(visit, "SELECT 1 FROM providers LIMIT 1", {}),
        "may_import": access.allowed(visit.datasette, visit.request.actor, "epg-import"),
    }
    return await render(visit, "epg-provider", context, status=status, private=True)


def may_allow(visit: Visit) -> bool:
    """Whether a person who signed in may let a feed come from the local network: unless the configuration forbids it."""
    return bool(access.config(visit.datasette).get("allow_private_addresses", True))


async def create(visit: Visit, fields: FormFields) -> Any:
    """Make a provider and go to the list, with `import` start its first import; with `look` show what the feed has; or show the
    form again with its mistakes."""
    if fields.get("action") == "look" and not fields.get("xmltv_url", "").strip():
        errors = {"xmltv_url": "write the address of the feed first"}
        return await show_form(visit, None, provider_form.retyped(fields), errors, 400)
    if not fields.get("name", "").strip() and fields.get("xmltv_url", "").strip():
        fields["name"] = await free_name(visit, fields["xmltv_url"].strip())
    values, errors = await understood(visit, fields)
    if errors:
        return await show_form(visit, None, provider_form.retyped(fields), errors, 400)
    if fields.get("action") == "look":
        return await look(visit, fields, values)
    try:
        _, made = await forms.asked_for(
            visit, "provider_create", None, values, allow_private=may_allow(visit)
        )
    except Refused as problem:
        return await again(visit, None, fields, problem)
    if fields.get("action") == "import":
        return redirect(link(visit, forms.HOME, started=await start(visit, made["id"])))
    added = {"name": short(made["name"])}
    say(visit, gettext("%(name)s is added. Its programmes come with its first import.") % added)
    return redirect(link(visit, forms.HOME))


async def free_name(visit: Visit, address: str) -> str:
    names = await select(visit, "SELECT name FROM providers", {})
    return provider_form.name_from(address, [row["name"] for row in names])


async def look(visit: Visit, fields: FormFields, values: dict[str, Any]) -> Any:
    """The form with what the feed has. Nothing is stored."""
    typed = provider_form.retyped(fields)
    try:
        private = values.get("private_addresses") == "allow"
        seen = await feed_preview.look(visit, values, private)
    except Refused as problem:
        return await show_form(visit, None, typed, {"": problem.message}, problem.status)
    return await show_form(visit, None, typed, seen=seen)


async def update(visit: Visit, fields: FormFields) -> Any:
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


async def store(visit: Visit, current: dict[str, Any], fields: FormFields, values: dict[str, Any]) -> Any:
    """Store the settings `values` of a provider and go to the list, or show the form again with the refusal.

    Raises `Refused` (404) where the provider is gone.
    """
    if values:
        try:
            await forms.asked_for(
                visit, "provider_update", current["id"], values, allow_private=may_allow(visit)
            )
        except Refused as problem:
            return await again(visit, current, fields, problem)
        done = effects.in_words(values, provider_form.LABELS)
        say(visit, f"{short(values.get('name', current['name']))} is changed. {done}")
    else:
        say(visit, gettext("Nothing was different, so nothing is changed."))
    return redirect(link(visit, forms.HOME))


async def again(visit: Visit, current: dict[str, Any] | None, fields: FormFields, problem: Refused) -> Any:
    """The form again, with the refusal. Raises `Refused` (404) where the provider is gone."""
    if problem.status == 404:
        raise Refused(404, GONE)
    return await show_form(
        visit, current, provider_form.retyped(fields), {"": problem.message}, problem.status
    )


async def understood(visit: Visit, fields: FormFields) -> tuple[dict[str, Any], dict[str, str]]:
    """The settings as the API takes them, and the mistakes by field."""
    values, errors = provider_form.parsed(fields, may_allow(visit))
    return values, {**await forms.off_loop(provider_form.wrong, values), **errors}


async def delete(visit: Visit, current: dict[str, Any], fields: FormFields) -> Any:
    """Delete a provider if the box is ticked, else ask again."""
    if fields.get("confirm") != "yes":
        say(visit, gettext("Nothing is deleted: tick the box to delete it."), wrong=True)
        return redirect(link(visit, f"{forms.HOME}/{current['id']}", delete=1))
    done = await change(visit, "provider.delete", {"provider": current["id"]})
    deleted = {"name": short(done["name"]), "programmes": programmes(done["removed"])}
    say(visit, gettext("%(name)s is deleted, with %(programmes)s.") % deleted)
    return redirect(link(visit, forms.HOME))
