"""The last change that somebody made by hand, and the way back from it."""

from typing import Any

from ...base.sql import sql
from ...pages.visit import Visit, select
from ...shell.language import gettext
from ...shell.marking import marked as _
from .. import forms
from ..forms import FormFields, change, short

#: what a change was about, by its operation, else by what stands before the full stop
ABOUT = {
    "channel": _("channels"), "channel.merge": _("merged channels"), "channel.merge_many": _("merged channels"),
    "channel.group": _("a group of channels"), "channel.move": _("the order of channels"),
    "channel.forget_order": _("the order of channels"), "channels": _("mappings of channels"),
    "mapping": _("mappings of channels"), "provider": _("a provider"), "lineup": _("a line-up"), "rule": _("a rule"),
    "rule_set": _("sets of rules"), "series": _("a series"),
}  # fmt: skip


async def last_change(visit: Visit) -> dict[str, Any] | None:
    """The change that undo takes back, with `about` in words; None where there is none."""
    rows = await select(visit, sql("page_desk_last_change"), {})
    return {**rows[0], "about": about(rows[0]["action"])} if rows else None


def about(operation: str) -> str:
    """What an operation is about, in words of the viewer; one that another version wrote, by its name."""
    return gettext(ABOUT.get(operation) or ABOUT.get(operation.partition(".")[0], operation))


async def undo(visit: Visit, fields: FormFields) -> str:
    """Take the last change back, if it is the one that the page showed."""
    made = await change(visit, "undo", {"change": forms.number(fields.get("change"), "change")})
    said = gettext("Taken back: %(what)s (%(subject)s).") % {
        "what": about(made["action"]), "subject": short(made["subject"]),
    }  # fmt: skip
    return f"{said} " + gettext("The rest follows with the next import.") if made["needs_import"] else said
