"""The last change that somebody made by hand, and the way back from it."""

from typing import Any

from ...base.sql import sql
from ...pages.visit import Visit, select
from .. import forms
from ..forms import FormFields, change, short


async def last_change(visit: Visit) -> dict[str, Any] | None:
    """The change that undo takes back, None where there is none."""
    rows = await select(visit, sql("page_desk_last_change"), {})
    return rows[0] if rows else None


async def undo(visit: Visit, fields: FormFields) -> str:
    """Take the last change back, if it is the one that the page showed."""
    made = await change(visit, "undo", {"change": forms.number(fields.get("change"), "change")})
    follows = " The rest follows with the next import." if made["needs_import"] else ""
    return f"Taken back: {made['action']}, {short(made['subject'])}.{follows}"
