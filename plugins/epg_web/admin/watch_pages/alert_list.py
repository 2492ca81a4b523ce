"""`/-/epg/alerts`: where your alerts go, and what became of them."""

from typing import Any

from ...api.watch_api.watch_routes import STATES
from ...base.answer import Refused
from ...pages.render import render
from ...pages.visit import Visit, link
from ...shell.language import gettext
from ...shell.marking import marked as _
from .. import forms
from ..forms import FormFields, in_words, redirect, say, short
from .own import own

HERE = "/-/epg/alerts"
ACTIONS = ("add", "delete", "on", "off", "test", "undo")
SHOWN = 50
#: what the boxes of a new target are called, by the setting that they are of
LABELS = {
    "name": _("Name"), "url": _("Address"), "private_addresses": _("It is in the local network"),
    "digest_at": _("Daily digest at"), "timezone": _("Time zone"),
}  # fmt: skip


async def page(visit: Visit) -> Any:
    return await forms.answered(visit, show, act)


async def show(
    visit: Visit,
    made: dict[str, Any] | None = None,
    typed: FormFields | None = None,
    problem: str | None = None,
) -> Any:
    """Targets and the log. `made` is a target that was just added, with the secret that is shown only now; `typed` is what the
    form of a new one holds that is wrong, without its address, which may be a secret, and `problem` says what.
    """
    state = forms.choice(visit.query.get("state"), STATES, "state")
    after = forms.number(visit.query.get("after"), "after")
    rows = (await own(visit, "alert.list", limit=SHOWN + 1, state=state, after=after))["alerts"]
    context = {
        "targets": (await own(visit, "target.list"))["targets"],
        "alerts": rows[:SHOWN],
        "older": rows[SHOWN - 1]["id"] if len(rows) > SHOWN else None,
        "state": state,
        "states": STATES,
        "made": made,
        "typed": {} if typed is None else {**typed, "url": ""},
        "problem": problem,
    }
    return await render(visit, "epg-alerts", context, private=True, status=400 if problem else 200)


async def act(visit: Visit, fields: FormFields) -> Any:
    """Make one change. A target that was added is shown at once, because its secret is shown only once."""
    action = forms.choice(fields.get("do"), ACTIONS, "do") or ""
    try:
        if action == "add":
            _, made = await forms.asked_for(visit, "target_create", None, settings(fields))
            return await show(visit, made)
        text, wrong = await done(visit, action, fields)
        say(visit, text, wrong=wrong)
    except Refused as problem:
        message = in_words(problem.message, LABELS)
        if action == "add":
            return await show(visit, typed=fields, problem=message)
        say(visit, message, wrong=True)
    return redirect(link(visit, HERE))


def settings(fields: FormFields) -> dict[str, Any]:
    """The settings in the form of a new target."""
    return {
        "name": fields.get("name", "").strip(),
        "url": fields.get("url", "").strip(),
        "private_addresses": "allow" if fields.get("private") else "deny",
        "digest_at": fields.get("digest_at", "").strip() or None,
        "timezone": fields.get("timezone", "").strip() or "UTC",
        "operator": bool(fields.get("operator")),
    }


async def done(visit: Visit, action: str, fields: FormFields) -> tuple[str, bool]:
    """The change in words, and whether it went wrong. Raises `Refused`."""
    ident = forms.number(fields.get("target"), "target")
    if action == "undo":
        return gettext("Undone: %(what)s.") % {"what": (await own(visit, "watch.undo"))["undone"]}, False
    if action == "test":
        _, found = await forms.asked_for(visit, "target_test", ident, {})
        wrong = found["error"]
        if wrong:
            return gettext("The test message did not arrive: %(why)s.") % {"why": wrong}, True
        return gettext("The test message was sent."), False
    if action == "delete":
        gone = await own(visit, "target.delete", target=ident)
        return gettext("Deleted target %(name)s. Undo brings it back.") % {"name": short(gone["name"])}, False
    made = await own(visit, "target.update", target=ident, enabled=action == "on")
    said = gettext("Turned on: %(name)s.") if made["enabled"] else gettext("Turned off: %(name)s.")
    return said % {"name": short(made["name"])}, False
