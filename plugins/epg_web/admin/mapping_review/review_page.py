"""The review: a page of what is to decide, both schedules of one of its rows, and many suggestions accepted at once."""

from typing import Any

from ...base.answer import Refused
from ...pages.render import render
from ...pages.visit import Visit, select
from .. import forms
from ..forms import FormFields, change, programmes
from .compared_schedules import compared
from .review_rows import review

#: feeds' channels to decide on, on a page
SHOWN = 50
#: of 100: from where on many suggestions may be accepted at once. Names alone never get so far.
SURE = (100, 95, 90)
_DECIDED = """
    SELECT count(*) FILTER (WHERE method = 'schedule') AS schedule, count(*) FILTER (WHERE method = 'manual') AS hand
    FROM channel_mappings
"""


async def to_decide(visit: Visit, asked: dict[str, str | None]) -> dict[str, Any]:
    """A page of what is to decide, the first row with both schedules."""
    found = await review(visit)
    rows = found.suspects if asked["view"] == "suspect" else found.rows
    rows = [row for row in rows if asked["provider"] in (None, str(row["provider_id"]), row["provider"])]
    if asked["view"] == "provider":
        rows = sorted(rows, key=lambda row: (row["provider"], -row["candidates"][0].score))
    number = min(max(forms.number(visit.query.get("page"), "page") or 1, 1), max(1, -(-len(rows) // SHOWN)))
    shown = rows[(number - 1) * SHOWN : number * SHOWN]
    opened = forms.number(visit.query.get("open"), "open")
    first = next((row for row in shown if row["id"] == opened), shown[0] if shown else None)
    decided = await select(visit, _DECIDED, {})
    return {
        "review": found,
        "waiting": shown,
        "left": len(rows),
        "number": number,
        "pages": max(1, -(-len(rows) // SHOWN)),
        "opened": first["id"] if first else None,
        "evidence": await compared(visit, first, first["candidates"][0].candidate) if first else None,
        "decided": decided[0],
        "sure": {
            least: sum(row["candidates"][0].score >= least / 100 for row in found.rows) for least in SURE
        },
    }


async def show_evidence(visit: Visit) -> Any:
    """Both schedules for the mapping `evidence` and the channel `channel`. Raises `Refused` (404) where it is decided."""
    ident, found = forms.number(visit.query.get("evidence"), "evidence"), await review(visit)
    row = next((row for row in (*found.rows, *found.suspects) if row["id"] == ident), None)
    if row is None:
        raise Refused(404, "this is decided already")
    channel = visit.query.get("channel") or row["candidates"][0].candidate
    one_of = next((one for one in row["candidates"] if one.candidate == channel), row["candidates"][0])
    context = {"row": row, "candidate": one_of, "evidence": await compared(visit, row, one_of.candidate)}
    return await render(visit, "epg-mapping-evidence", context, private=True)


async def match(visit: Visit, fields: FormFields) -> str:
    """Accept all suggestions that schedules prove with at least so many of 100."""
    least = forms.number(fields.get("least"), "least")
    if least not in SURE:
        raise Refused(400, "choose from how many of 100 on suggestions are accepted")
    made = await change(
        visit, "channels.match", {"score": least / 100, "provider": fields.get("on_provider") or None}
    )
    left = f" {made['left_out']:,} that contradict these are left." if made["left_out"] else ""
    return f"Accepted {made['joined']:,}: {programmes(made['moved'])} moved.{left}"
