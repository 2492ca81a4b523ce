"""How many programmes an operation touches, counted before it is performed."""

from __future__ import annotations

import json
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

from ..core.errors import NotFoundError, UsageError
from ..guide.undo import last_tables
from .operations import Change, find_channel, find_provider

#: programmes that an operation may touch in the web process, which takes it about half a second
LIGHT = 20_000
#: settings of a provider that decide when and whether its programmes are shown
_SHOWING = ("priority", "enabled", "timezone", "shift_minutes")
_PROGRAMMES = "SELECT count(*) FROM (SELECT 1 FROM airings LIMIT :limit)"
_ON_CHANNELS = """
    SELECT count(*) FROM (
        SELECT 1 FROM json_each(:channels) c CROSS JOIN airings p ON p.channel_id = c.value LIMIT :limit)
"""
_FED_BY = """
    SELECT count(*) FROM (
        SELECT 1 FROM channels c CROSS JOIN airings p ON p.channel_id = c.id
        WHERE EXISTS (SELECT 1 FROM airings o WHERE o.provider_id = :provider AND o.channel_id = c.id)
        LIMIT :limit)
"""
#: tables whose rows go back without any programme
_CHANNELS_ALONE = {"channels", "groups", "channel_groups"}
_MAPPED = "SELECT channel_id FROM channel_mappings WHERE provider_id = ? AND provider_channel_id = ?"


def touches_many(change: Change) -> bool:
    """Whether an operation reads or writes more than `LIGHT` programmes. Counts no further than that, and takes no lock.

    Raises `UsageError` for arguments that the operation would refuse.
    """
    return _touched(change) > LIGHT


def _touched(change: Change) -> int:
    """How many programmes an operation touches, counted up to one more than `LIGHT`."""
    if change.operation.startswith("rule"):
        return _count(change, _PROGRAMMES)  # it looks at all contents
    if change.operation == "provider.delete":
        # Removing a provider counts all programmes, to choose how the search index is updated.
        return _count(change, _PROGRAMMES)
    if change.operation == "provider.update":
        provider, given = find_provider(change), change.arguments
        same = all(given.get(key, getattr(provider, key)) == getattr(provider, key) for key in _SHOWING)
        return 0 if same else _count(change, _FED_BY, provider=provider.id)
    if change.operation == "channels.match" or (change.operation == "undo" and _undoes_mappings(change)):
        return _count(change, _PROGRAMMES)
    return _count(change, _ON_CHANNELS, channels=json.dumps(list(_channels(change))))


def _channels(change: Change) -> Iterable[int]:
    kind, _, verb = change.operation.partition(".")
    if change.operation == "channel.merge_many":
        return _merged(change)
    if kind == "channel" and verb in ("delete", "merge"):
        keys = ("source", "target") if verb == "merge" else ("channel",)
        return {find_channel(change, key).id for key in keys}
    if kind == "mapping":
        return _remapped(change)
    return ()


def _merged(change: Change) -> Iterable[int]:
    sources = change.arguments.get("sources")
    if not isinstance(sources, list) or not all(isinstance(one, int) for one in sources):
        raise UsageError("sources must be a list of ids")
    return {*sources, find_channel(change, "target").id}


def _undoes_mappings(change: Change) -> bool:
    """Whether the change that would be undone is of more than channels: only then programmes move."""
    return bool(last_tables(change.db.conn) - _CHANNELS_ALONE)


def _remapped(change: Change) -> Iterable[int]:
    """The channel that a provider channel feeds now, and the one that it will feed."""
    pair = [find_provider(change).id, str(change.arguments.get("provider_channel_id"))]
    found = {row[0] for row in change.db.conn.execute(_MAPPED, pair) if row[0] is not None}
    if change.operation == "mapping.set":
        with suppress(NotFoundError):  # a new one has no programmes
            found.add(find_channel(change).id)
    return found


def _count(change: Change, sql: str, **values: Any) -> int:
    return int(change.db.conn.execute(sql, {"limit": LIGHT + 1, **values}).fetchone()[0])
