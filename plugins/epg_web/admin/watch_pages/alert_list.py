"""`/-/epg/alerts`: where your alerts go, and what became of them."""

from typing import Any

from ...api.watch_api.watch_routes import STATES
from ...base.answer import Refused
from ...pages.render import render
from ...pages.visit import Visit, link
from .. import forms
from ..forms import FormFields, redirect, say, short
from .own import own

HERE = "/-/epg/alerts"
ACTIONS = ("add", "delete", "on", "off", "test", "undo")
SHOWN = 50


async def page(visit: Visit) -> Any:
    return await forms.answered(visit, show, act)


async def show(visit: Visit, made: dict[str, Any] | None = None) -> Any:
    """Targets and the log. `made` is a target that was just added, with the secret that is shown only now."""
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
    }
    return await render(visit, "epg-alerts", context, private=True)


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
        say(visit, problem.message, wrong=True)
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
        return f"Undone: {(await own(visit, 'watch.undo'))['undone']}.", False
    if action == "test":
        _, found = await forms.asked_for(visit, "target_test", ident, {})
        wrong = found["error"]
        return (
            f"The test message did not arrive: {wrong}." if wrong else "The test message was sent."
        ), bool(wrong)
    if action == "delete":
        gone = await own(visit, "target.delete", target=ident)
        return f"Deleted target {short(gone['name'])}. Undo brings it back.", False
    made = await own(visit, "target.update", target=ident, enabled=action == "on")
    return f"Turned {'on' if made['enabled'] else 'off'}: {short(made['name'])}.", False
