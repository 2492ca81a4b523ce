"""Rules: the sets that ship, on or off, and rules of one's own. What they would change is shown before anything changes.

Trying is a GET: its address can be kept, and it changes nothing. All changes are forms.
"""

from typing import Any

from ..api.rule_api.rule_writes import tested
from ..api.writes import Write, guide_path, name_of
from ..base.answer import Refused
from ..pages.render import render
from ..pages.visit import Visit, link, read
from ..shell.language import gettext, ngettext
from . import forms
from .forms import FormFields, change, redirect, say, short

HERE = "/-/epg/rules"
FIELDS = ("title", "subtitle", "description", "category")
KINDS = ("remove", "replace", "extract", "set_category")
ACTIONS = ("on", "off", "safe", "add", "save", "delete", "enable", "disable")
#: settings of a rule that a form has
_TEXTS = ("field", "pattern", "action", "value")


async def page(visit: Visit) -> Any:
    return await forms.answered(visit, show, act)


async def show(visit: Visit) -> Any:
    """The sets and rules; with `?set=` or `?pattern=` also what that would change."""
    asked = {key: visit.query.get(key) or "" for key in ("set", "provider", "edit", "kind", "field")}
    # As typed: a blank at the end of a pattern counts.
    asked |= {key: visit.request.args.get(key) or "" for key in ("pattern", "value")}
    asked["field"] = forms.choice(asked["field"], FIELDS, "field") or ""
    asked["kind"] = forms.choice(asked["kind"], KINDS, "kind") or ""
    provider = asked["provider"] or None
    rules = await read(visit, "rules")
    edited = forms.number(asked["edit"], "edit")
    trial, problem = await tried(visit, asked)
    context = {
        "rules": rules,
        "edited": next((rule for rule in rules if rule["id"] == edited), None),
        "sets": await read(visit, "rule_sets", provider=provider),
        "providers": await read(visit, "providers"),
        "asked": asked,
        "trial": trial,
        "problem": problem,
        "fields": FIELDS,
        "kinds": KINDS,
    }
    return await render(visit, "epg-rules", context, private=True)


async def tried(visit: Visit, asked: dict[str, str]) -> tuple[dict[str, Any] | None, str | None]:
    """What the set or the rule of the address would change, or why that cannot be said; None twice where none is asked for."""
    body: dict[str, Any] = {"provider": asked["provider"] or None}
    if asked["set"]:
        body["sets"] = [asked["set"]]
    elif asked["pattern"]:
        body |= {
            "field": asked["field"],
            "pattern": asked["pattern"],
            "action": asked["kind"],
            "value": asked["value"],
        }
    else:
        return None, None
    work = Write(guide_path(visit.datasette), 0, body, name_of(visit.request.actor), False)
    try:
        return await forms.off_loop(tested, work), None
    except Refused as refused:
        return None, refused.message


async def act(visit: Visit, fields: FormFields) -> Any:
    """Make one change. Then the page comes again and says what happened."""
    action = forms.choice(fields.get("do"), ACTIONS, "do")
    provider = fields.get("provider") or None
    try:
        say(visit, await done(visit, action or "", fields, provider))
    except Refused as problem:
        say(visit, problem.message, wrong=True)
        if action == "add":
            return redirect(link(visit, HERE, **typed(fields, provider)))
    return redirect(link(visit, HERE, provider=provider))


def typed(fields: FormFields, provider: str | None) -> dict[str, str | None]:
    """What was typed into the form of a new rule, so that it can be corrected."""
    kept = {"field": fields.get("field"), "kind": fields.get("action"), "provider": provider}
    texts = {key: fields.get(key, "") for key in ("pattern", "value")}
    return {**kept, **{key: text for key, text in texts.items() if 0 < len(text) < 1000}}


async def done(visit: Visit, action: str, fields: FormFields, provider: str | None) -> str:
    """The change in words. Raises `Refused`."""
    if action in ("on", "off", "safe"):
        given: dict[str, Any] = {"enabled": action != "off", "provider": provider}
        given |= {"all": True} if action == "safe" else {"sets": [fields.get("set", "")]}
        made = await change(visit, "rule_set.choose", given)
        names = short(", ".join(made["sets"]))
        said = gettext("Turned on: %(name)s.") if given["enabled"] else gettext("Turned off: %(name)s.")
        return f"{said % {'name': names}} {changed(made)}"
    settings: dict[str, Any] = {key: fields.get(key, "") for key in _TEXTS}
    if action == "add":
        if position := fields.get("position"):
            settings["position"] = forms.number(position, "position")
        made = await change(visit, "rule.create", {**settings, "provider": provider})
        return gettext("Added rule %(number)s.") % {"number": made["id"]} + " " + changed(made)
    ident = forms.number(fields.get("rule"), "rule")
    if action == "delete":
        made = await change(visit, "rule.delete", {"rule": ident})
        return gettext("Deleted rule %(number)s.") % {"number": ident} + " " + changed(made)
    if action in ("enable", "disable"):
        settings = {"enabled": action == "enable"}
    else:
        settings["position"] = forms.number(fields.get("position"), "position")
    made = await change(visit, "rule.update", {"rule": ident, **settings})
    return gettext("Changed rule %(number)s.") % {"number": ident} + " " + changed(made)


def changed(made: dict[str, Any]) -> str:
    """How many programmes a rule changed, in words."""
    count = made["programmes"]
    said = ngettext("%(num)s programme changed.", "%(num)s programmes changed.", count)
    return said % {"num": f"{count:,}"}
