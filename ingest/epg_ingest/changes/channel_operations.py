"""The operations on many channels that the web process may ask for, and undo; see `operations`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from ..bulk import proposed
from ..core.errors import UsageError
from ..guide import channel_merge, undo
from ..guide.arranging import channel_groups, channel_order
from ..guide.providers import get_provider
from .operations import MAX_ID, Change, find_channel, reference

#: channels that one request may change
MOST_CHANNELS = 500


def _channels(change: Change, key: str = "channels") -> list[int]:
    """The ids of the argument, each once. Raises `UsageError` for anything else."""
    given = change.arguments.get(key)
    if not isinstance(given, list) or not 1 <= len(given) <= MOST_CHANNELS:
        raise UsageError(f"{key} must be a list of 1 to {MOST_CHANNELS} ids")
    if any(isinstance(one, bool) or not isinstance(one, int) or not 0 < one <= MAX_ID for one in given):
        raise UsageError(f"{key} must be a list of ids")
    return list(dict.fromkeys(given))


def _many(ids: list[int]) -> str:
    return f"{len(ids)} channel{'' if len(ids) == 1 else 's'}"


def _merge(change: Change) -> dict[str, Any]:
    change.take(("sources", "target"))
    sources, target = _channels(change, "sources"), find_channel(change, "target")
    details = {"sources": sources, "target": target.id, "name": target.name}
    with change.recorded(_many(sources), details):
        moved = channel_merge.merge_several(change.db, sources, target.id, now=change.now)
    return {"id": target.id, "name": target.name, "display_name": target.display_name, **asdict(moved)}


def _move(change: Change) -> dict[str, Any]:
    before = change.take(("channels",), ("before",)).get("before")
    moved = _channels(change)
    ident = None if before is None else find_channel(change, "before").id
    with change.recorded(_many(moved), {"channels": moved, "before": ident}):
        return {"places": channel_order.move_channels(change.db, moved, ident)}


def _forget_order(change: Change) -> dict[str, Any]:
    change.take(())
    with change.recorded("all channels", {}):
        return {"places": channel_order.forget_order(change.db)}


def _group(change: Change) -> dict[str, Any]:
    given = change.take(("channels", "group"), ("member",))
    member, ids = given.get("member", True), _channels(change)
    if not isinstance(member, bool) or not isinstance(given["group"], str):
        raise UsageError("group must be a name, and member true or false")
    work = channel_groups.join_group if member else channel_groups.leave_group
    with change.recorded(_many(ids), {"channels": ids, "group": given["group"], "member": member}):
        return {"group": given["group"].strip(), "changed": work(change.db, given["group"], ids)}


def _match(change: Change) -> dict[str, Any]:
    given = change.take(("score",), ("provider",))
    score = given["score"]
    if isinstance(score, bool) or not isinstance(score, (int, float)) or not 0 < score <= 1:
        raise UsageError("score must be a number above 0, up to 1")
    asked = given.get("provider")
    provider = None if asked is None else get_provider(change.db, reference("provider", asked)).id
    done = proposed.join_proposed(change.db, score, provider=provider, actor=change.actor, now=change.now)
    return {
        "joined": len(done.joined), "left_out": len(done.left_out), "moved": done.moved, "removed": done.removed,
        "needs_import": done.needs_import,
    }  # fmt: skip


def _undo(change: Change) -> dict[str, Any]:
    wanted = change.take((), ("change",)).get("change")
    done = undo.undo(change.db, change.vault, actor=change.actor, now=change.now, only=wanted)
    return {
        "action": done.change.action, "subject": done.change.subject, "at": done.change.at, "moved": done.moved,
        "removed": done.removed, "needs_import": done.needs_import,
    }  # fmt: skip


CHANNEL_OPERATIONS: dict[str, Callable[[Change], dict[str, Any]]] = {
    "channel.merge_many": _merge,
    "channel.move": _move,
    "channel.forget_order": _forget_order,
    "channel.group": _group,
    "channels.match": _match,
    "undo": _undo,
}
