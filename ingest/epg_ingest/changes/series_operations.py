"""The operations on series that the commands may ask for; see `operations`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..core.errors import UsageError
from ..series_store import by_hand
from ..storage.database import write
from .operations import Change


def _merge(change: Change) -> dict[str, Any]:
    given = change.take(("source", "target"))
    source, target = (_number(name, given[name]) for name in ("source", "target"))
    with change.recorded(f"series {source}", {"target": target}), write(change.db) as conn:
        by_hand.merge(conn, source, target)
    return {"id": target}


def _split(change: Change) -> dict[str, Any]:
    given = change.take(("series",), ("keys", "channels", "title"))
    series = _number("series", given["series"])
    keys, channels = given.get("keys") or [], given.get("channels") or []
    if not isinstance(keys, list) or not isinstance(channels, list) or not (keys or channels):
        raise UsageError("name a key or a channel that goes, with --key or --channel")
    numbers = [_number("channel", channel) for channel in channels]
    details = {"keys": keys, "channels": numbers}
    with change.recorded(f"series {series}", details), write(change.db) as conn:
        done = by_hand.split(
            conn, series, keys=[str(key) for key in keys], channels=numbers, title=given.get("title")
        )
    return {"id": done.series, "programmes": done.programmes}


def _number(name: str, value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise UsageError(f"{name} must be a number")
    return value


SERIES_OPERATIONS: dict[str, Callable[[Change], dict[str, Any]]] = {
    "series.merge": _merge,
    "series.split": _split,
}
