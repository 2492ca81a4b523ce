"""Figures that are the same for everybody until the guide changes: worked out once for a state of it."""

from typing import Any

from ..base.connections import Generation
from ..base.instance_names import DATABASE
from ..base.sql import sql
from . import visit as visits
from .visit import Visit

#: figures that are kept; one more and all of them go
MOST = 32
_kept: dict[tuple[str, str, tuple[tuple[str, Any], ...]], tuple[Generation, list[dict[str, Any]]]] = {}


async def select(visit: Visit, name: str, values: dict[str, Any]) -> list[dict[str, Any]]:
    """The rows of the statement `name`, from before if the guide is as it was."""
    key = (str(visit.datasette.databases[DATABASE].path), name, tuple(sorted(values.items())))
    kept = _kept.get(key)
    generation, _ = await visit.lane.pool.run(lambda conn: None)
    if kept is not None and kept[0] == generation:
        return kept[1]
    rows = await visits.select(visit, sql(name), values)
    if len(_kept) >= MOST:
        _kept.clear()
    _kept[key] = generation, rows
    return rows
