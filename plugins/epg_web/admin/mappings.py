"""Which channel of a feed is which channel of the guide: what is to decide, and all mappings to correct.

Every decision is a mapping by hand. No import changes it; another decision takes it back.
"""

from typing import Any

from ..base.answer import Refused
from ..base.sql import sql
from ..pages.render import render
from ..pages.visit import Visit, link, read, select
from ..shell.language import gettext
from ..shell.marking import marked as _
from . import forms
from .channel_desk.taking_back import last_change, undo
from .forms import FormFields, change, programmes, redirect, say, short
from .mapping_review.review_page import match, show_evidence, to_decide

HERE = "/-/epg/mappings"
#: mappings of a page
PAGE = 50
#: channels offered while typing; a longer list would be most of the page
NAMES = 300
#: longest names carried in the address for the way back
MAX_CARRIED = 1_000
#: how a mapping came about, in words
METHODS = {
    "id": _("found by its id"),
    "name": _("found by its name"),
    "schedule": _("found by its programmes"),
    "moved": _("followed from an older id"),
    "new": _("made for it"),
    "manual": _("by hand"),
}
ACTIONS = ("accept", "keep", "ignore", "map", "make", "forget", "merge", "match", "undo")
VIEWS = ("proof", "provider", "suspect", "all")


async def page(visit: Visit) -> Any:
    return await forms.answered(visit, show, act)


async def show(visit: Visit) -> Any:
    """What is to decide (`view`: by proof, by provider, suspect), or all mappings, or with `?merge=&into=` the question before
    two channels become one. `?evidence=` is a part of the page: both schedules for one decision."""
    if visit.query.get("merge"):
        return await show_merge(visit)
    if visit.query.get("evidence"):
        return await show_evidence(visit)
    asked = {key: visit.query.get(key) or None for key in ("q", "provider", "method")}
    asked["view"] = forms.choice(visit.query.get("view"), VIEWS, "view")
    method = forms.choice(asked["method"], tuple(METHODS), "method")
    after = forms.number(visit.query.get("after"), "after")
    narrowed = bool(asked["view"] == "all" or asked["q"] or method or after)
    context = {
        "providers": await read(visit, "providers"),
        "methods": METHODS,
        "asked": asked,
        "narrowed": narrowed,
        "last": await last_change(visit),
        "merging": None,
        **(await listed(visit, asked, after or 0) if narrowed else await to_decide(visit, asked)),
    }
    return await render(visit, "epg-mappings", context, private=True)


async def listed(visit: Visit, asked: dict[str, str | None], after: int) -> dict[str, Any]:
    """A page of all mappings, and names to choose from."""
    rows = await mappings(visit, asked["q"], asked["provider"], asked["method"], after)
    names = await select(visit, sql("page_admin_names"), {"limit": NAMES + 1})
    return {
        "rows": rows[:PAGE],
        "further": rows[PAGE - 1]["id"] if len(rows) > PAGE else None,
        "names": names if len(names) <= NAMES else [],
    }


async def mappings(
    visit: Visit, query: str | None, provider: str | None, method: str | None, after: int
) -> list[dict[str, Any]]:
    """The mappings of one page, and one more if another page follows."""
    values = {"q": query, "provider": provider, "method": method, "after": after, "limit": PAGE + 1}
    return await select(visit, sql("page_admin_mappings"), values)


async def one(
    visit: Visit, ident: int | None = None, provider: str | None = None, source: str | None = None
) -> dict[str, Any] | None:
    """A mapping by its id, or by provider and the channel's id in the feed."""
    values = {"id": ident, "provider": provider, "source": source}
    rows = await select(visit, sql("page_admin_mapping"), values)
    return rows[0] if rows else None


async def act(visit: Visit, fields: FormFields) -> Any:
    """Make one decision, or take the last change back. Then the review comes again, and says what happened."""
    action, _, ident = fields.get("action", "").partition(":")
    forms.choice(action, ACTIONS, "action")
    address = link(visit, HERE, **narrowing(fields))
    try:
        if action == "merge":
            return await merge(visit, fields)
        if action == "undo":
            return forms.told(visit, address, await undo(visit, fields))
        if action == "match":
            return forms.told(visit, address, await match(visit, fields))
        before = await meant(visit, fields, forms.number(ident, "action"))
        done = await decide(visit, action or None, before, fields)
    except Refused as problem:
        return forms.told(visit, address, problem.message, problem=problem)
    last = await last_change(visit)
    return forms.told(visit, address, told(before, done), change=last["id"] if last else None)


def narrowing(fields: FormFields) -> dict[str, str | None]:
    """The filters of the page the form was on."""
    return {key: fields.get(f"on_{key}") or None for key in ("q", "provider", "method", "view", "page")}


async def meant(visit: Visit, fields: FormFields, ident: int | None) -> dict[str, Any]:
    """The mapping that a button or form is about, before the decision. One that does not exist yet has no id."""
    if ident is not None:
        found = await one(visit, ident)
        if found is None:
            raise Refused(404, "there is no such mapping any more")
        return found
    provider, source = fields.get("provider"), fields.get("source")
    if not provider or not source:
        raise Refused(400, forms.UNREADABLE)
    none = {
        "id": None,
        "provider": provider,
        "provider_channel_id": source,
        "display_name": None,
        "channel": None,
    }
    return await one(visit, provider=provider, source=source) or none


async def decide(
    visit: Visit, action: str | None, before: dict[str, Any], fields: FormFields
) -> dict[str, Any]:
    """Change the mapping; the result of `epg_ingest.changes.perform`. Raises `Refused`."""
    source = {key: before[key] for key in ("provider", "provider_channel_id")}
    if action == "ignore":
        return await change(visit, "mapping.ignore", source)
    if action == "forget":
        return await change(visit, "mapping.delete", source)
    if action == "keep":
        own = before["channel"] or before["provider_channel_id"]
        return await make(visit, source, own)
    wanted = (fields.get(f"channel-{before['id']}") or fields.get("channel", "")).strip()
    if action is None or not wanted:
        raise Refused(400, "which channel? Write its name, or the number it has as its id")
    if action == "make":
        return await make(visit, source, wanted)
    return await map_to(visit, source, wanted)


async def make(visit: Visit, source: dict[str, Any], name: str) -> dict[str, Any]:
    """Map to the channel of that name. A new channel follows the feed, so it gets the display name that the feed gives."""
    return await change(visit, "mapping.set", {**source, "channel": name, "create": True})


async def map_to(visit: Visit, source: dict[str, Any], wanted: str) -> dict[str, Any]:
    """Map to a channel by name or id, else by the name people see, where only one has it."""
    try:
        return await change(visit, "mapping.set", {**source, "channel": wanted})
    except Refused as problem:
        alike = await select(visit, sql("page_admin_channels"), {"name": wanted})
        if problem.status != 404 or not alike:
            raise
    if len(alike) > 1:
        ids = ", ".join(str(row["id"]) for row in alike)
        raise Refused(400, f"more than one channel is called {short(wanted)}: write one of the ids {ids}")
    return await change(visit, "mapping.set", {**source, "channel": alike[0]["id"]})


def told(before: dict[str, Any], done: dict[str, Any]) -> str:
    """What else happened, in words. The page shows the mapping itself."""
    label = short(before["display_name"] or before["provider_channel_id"])
    where = {"name": label, "provider": short(before["provider"])}
    parts = [gettext("Decided on %(name)s of %(provider)s.") % where]
    if done["moved"] or done["removed"]:
        parts.append(moved(done, gettext("Moved: %(moved)s. Removed: %(removed)s.")))
    if done["dropped_channel"]:
        gone = {"name": short(done["dropped_channel"])}
        parts.append(gettext("Nothing feeds the channel %(name)s any more: it is gone.") % gone)
    if done["needs_import"]:
        parts.append(gettext("The guide follows with the next import."))
    return " ".join(parts)


def moved(done: dict[str, Any], text: str) -> str:
    """`text` with the numbers of programmes that a change moved, removed and left out."""
    counts = {key: programmes(done.get(key, 0)) for key in ("moved", "removed", "dropped")}
    return text % {"name": short(done.get("display_name") or ""), **counts}


async def show_merge(visit: Visit) -> Any:
    """Ask before a merge. Raises `Refused` (404) where one of the two channels does not exist."""
    names = {"source": visit.query.get("merge"), "target": visit.query.get("into")}
    rows = await select(visit, sql("page_admin_merge"), names)
    found = {row["name"]: row for row in rows}
    merging = {key: found.get(name) for key, name in names.items()}
    if len(found) != 2 or not all(merging.values()):
        raise Refused(404, "there are no two such channels any more")
    return await render(visit, "epg-mappings", {"merging": merging}, private=True)


async def merge(visit: Visit, fields: FormFields) -> Any:
    """Make one channel of two, when the box is ticked."""
    source, target = (forms.number(fields.get(key), key) for key in ("merge", "into"))
    if fields.get("confirm") != "yes" or source is None or target is None:
        raise Refused(400, "nothing is merged: tick the box to merge the two channels")
    done = await change(visit, "channel.merge", {"source": source, "target": target})
    say(
        visit,
        moved(
            done,
            gettext(
                "%(name)s now has both. Moved: %(moved)s. Left out, since it had them: %(dropped)s. To part them, map their "
                "feeds apart below."
            ),
        ),
    )
    return redirect(link(visit, HERE, q=done["name"] if len(done["name"]) <= MAX_CARRIED else None))
