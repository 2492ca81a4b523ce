"""What the GET routes of watches, targets and alerts answer, to their owner only. Nobody may keep these answers."""

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from ...base.answer import CSV, Answer, Refused, dump
from ...base.csv_table import to_csv
from ..description.csv_columns import columns
from ..routes import BASE, Route

Values = dict[str, Any]


def operation(path: Path, name: str, arguments: Values, owner: str) -> Values:
    """Run one operation of `epg_ingest.changes.watch_operations` for an actor. Raises `Refused` (403) for one without an id."""
    from epg_ingest.changes.watch_operations import perform_private

    if not owner:
        raise Refused(403, "watches belong to an actor with an id, and this one has none")
    return perform_private(path, name, arguments, owner=owner, now=int(time.time()))


def owner_of(actor: Any) -> str:
    """The actor as watches keep it, "" for one without an id."""
    return str((actor or {}).get("id") or "")


def answer(
    path: Path, route: Route, ident: int | None, values: Values, owner: str, as_csv: bool, server: str
) -> Answer:
    """The answer of one of `WATCH_READS`. Raises `Refused` (403) and `NotFoundError`."""
    found, following = WATCH_READS[route.name](path, ident, values, owner)
    headers = {}
    if following:
        headers["Link"] = f'<{server}{BASE}/{route.name}?{urlencode(following)}>; rel="next"'
    if not as_csv:
        return Answer(dump(found), headers=headers)
    rows = [json.dumps(row) for row in found]
    return Answer(to_csv(rows, columns(route.shape or "")), content_type=CSV, headers=headers)


def _watches(path: Path, ident: int | None, values: Values, owner: str) -> tuple[Any, Values | None]:
    return operation(path, "watch.list", {}, owner)["watches"], None


def _watch(path: Path, ident: int | None, values: Values, owner: str) -> tuple[Any, Values | None]:
    return operation(path, "watch.get", {"watch": ident}, owner), None


def _preview(path: Path, ident: int | None, values: Values, owner: str) -> tuple[Any, Values | None]:
    return operation(path, "watch.preview", {"watch": ident}, owner), None


def _targets(path: Path, ident: int | None, values: Values, owner: str) -> tuple[Any, Values | None]:
    return operation(path, "target.list", {}, owner)["targets"], None


def _target(path: Path, ident: int | None, values: Values, owner: str) -> tuple[Any, Values | None]:
    return operation(path, "target.get", {"target": ident}, owner), None


def _alerts(path: Path, ident: int | None, values: Values, owner: str) -> tuple[Any, Values | None]:
    limit = values["limit"]
    rows = operation(path, "alert.list", {**values, "limit": limit + 1}, owner)["alerts"]
    more = {**values, "after": rows[limit - 1]["id"]} if len(rows) > limit else None
    return rows[:limit], more and {name: value for name, value in more.items() if value is not None}


WATCH_READS: dict[str, Callable[[Path, int | None, Values, str], tuple[Any, Values | None]]] = {
    "watches": _watches, "watch": _watch, "watch_preview": _preview, "targets": _targets, "target": _target,
    "alerts": _alerts,
}  # fmt: skip
