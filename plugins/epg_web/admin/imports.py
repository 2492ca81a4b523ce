"""The import log: what each import did and what was wrong with its feed."""

import json
from collections import defaultdict
from typing import Any

from ..base.sql import sql
from ..pages.render import render
from ..pages.visit import Visit, read, select
from . import forms
from .onboarding import import_progress
from .spoken import since

#: imports of a page, and problems shown of each
PAGE, PROBLEMS = 25, 30
STATUSES = ("running", "success", "partial", "failed")


async def page(visit: Visit) -> Any:
    return await forms.answered(visit, show)


async def show(visit: Visit) -> Any:
    """One page of the log, the newest first. `provider`, `status` and `after` (an id) narrow it down. With `?progress=1` how
    far the running imports are, as JSON."""
    if visit.query.get("progress"):
        return await import_progress.as_json(visit)
    provider = visit.query.get("provider") or None
    status = forms.choice(visit.query.get("status"), STATUSES, "status")
    after = forms.number(visit.query.get("after"), "after")
    found = await read(visit, "imports", provider=provider, status=status, limit=PAGE, after=after)
    more = bool(found) and len(found) == PAGE and await has_older(visit, provider, status, found[-1]["id"])
    context = {
        "imports": found,
        "problems": await problems(visit, [row["id"] for row in found if row["problems"]]),
        "providers": await read(visit, "providers"),
        "statuses": STATUSES,
        "asked": {"provider": provider, "status": status, "after": after},
        "older": found[-1]["id"] if more else None,
        "most": PROBLEMS,
        "since": since,
    }
    return await render(visit, "epg-imports", context, private=True)


async def has_older(visit: Visit, provider: str | None, status: str | None, last: int) -> bool:
    """Whether there is an import older than `last`."""
    return bool(await read(visit, "imports", provider=provider, status=status, limit=1, after=last))


async def problems(visit: Visit, ids: list[int]) -> dict[int, list[dict[str, Any]]]:
    """The problems of each import, the most frequent first."""
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    values = {"ids": json.dumps(ids), "most": PROBLEMS}
    for row in await select(visit, sql("page_admin_problems"), values) if ids else []:
        found[row["import_id"]].append(row)
    return found
