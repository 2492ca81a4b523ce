"""What is new tonight and this week, for the first page."""

import json
from datetime import time, timedelta
from typing import Any

from ...base.sql import sql
from ...shell.marking import marked as _
from ..showing.text_languages import spoken
from ..texts import today
from ..visit import Visit, select

#: rows of a list, and from when tonight is
NEW, TONIGHT = 8, time(18)


async def news(visit: Visit, ids: list[int]) -> list[tuple[str, str, list[dict[str, Any]]]]:
    """Of each list: the canned query with more, what it is called, and its programmes on the channels `ids`."""
    return [(name, label, await _new(visit, ids, *span)) for name, label, span in spans(visit)]


def spans(visit: Visit) -> list[tuple[str, str, tuple[str, str]]]:
    """What the lists of new programmes are called, the canned query with more, and from when to when they are."""
    day = today(visit)
    midnight = visit.zone.at(day + timedelta(1), time(0))
    tonight = max(visit.now, visit.zone.at(day, TONIGHT))
    return [
        ("new_tonight", _("New tonight"), (tonight, midnight)),
        ("new_this_week", _("New this week"), (midnight, visit.zone.at(day + timedelta(7), time(0)))),
    ]


async def _new(visit: Visit, ids: list[int], begin: str, end: str) -> list[dict[str, Any]]:
    values = {"ids": json.dumps(ids), "begin": begin, "end": end, "limit": NEW}
    return await spoken(visit, await select(visit, sql("page_new"), values))
