"""Many channels edited in one transaction: all of the edits or none.

The guide's generation rises by one, and not at all where every channel is already as it should be.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..core.errors import NotFoundError, UsageError
from ..guide.channel_settings import validate
from ..guide.channels import Channel, edit_channel, edited, find_channel
from ..guide.messages import quoted
from ..storage.database import write

if TYPE_CHECKING:
    from sqlite_utils import Database

#: channels that one list may change
MAX_CHANNELS = 500
MAX_ID = 2**63 - 1
#: Two channels may exchange their names: first, each that gets a new one gives up its old one. No feed and no person can
#: give a channel a name with this control character.
_GIVE_UP_NAME = "UPDATE channels SET name = char(1) || id WHERE id = ?"


@dataclass(frozen=True)
class ChannelEdit:
    """Settings for one channel. `channel` is its id, or (a text) its name. `place` says in messages which edit it is."""

    place: str
    channel: str | int
    settings: Mapping[str, Any]


def edits_of(items: Any) -> list[ChannelEdit]:
    """The edits that a list asks for. Each item has the settings of a channel and its `id`, or instead its `name`. With an
    `id`, `name` is a new name.

    Raises `UsageError` for what is no such list, and `NotFoundError` for a number that cannot be an id.
    """
    if not isinstance(items, list) or not 1 <= len(items) <= MAX_CHANNELS:
        raise UsageError(f"give a list of 1 to {MAX_CHANNELS} channels")
    found = []
    for number, item in enumerate(items):
        place, key = f"[{number}]", "id" if "id" in item else "name"
        channel = item.get(key)
        if isinstance(channel, bool) or not isinstance(channel, int if key == "id" else str):
            raise UsageError(f"{place}: id or name is missing")
        if isinstance(channel, int) and not 0 < channel <= MAX_ID:
            raise NotFoundError(f"{place}: there is no channel with this id")
        found.append(ChannelEdit(place, channel, {name: v for name, v in item.items() if name != key}))
    return found


def update_channels(db: Database, edits: Sequence[ChannelEdit]) -> list[Channel]:
    """Make all edits, or none; returns the channels as they are then, in the order of the edits.

    The settings are those of `guide.channels.update_channel`. Raises `UsageError` (`NotFoundError`, `ConflictError`) for the
    first edit that cannot be made, with its place; also where two edits are of one channel.
    """
    found = _found(db.conn, edits)
    if all(edited(channel, clean) == channel for _, channel, clean in found):
        return [channel for _, channel, _ in found]
    with write(db) as conn:
        return edit_channels(conn, edits)


def edit_channels(conn: sqlite3.Connection, edits: Sequence[ChannelEdit]) -> list[Channel]:
    """`update_channels` for code that holds a transaction."""
    found = _found(conn, edits)
    renamed = [channel.id for _, channel, clean in found if clean.get("name", channel.name) != channel.name]
    conn.executemany(_GIVE_UP_NAME, [(ident,) for ident in renamed])
    done = []
    for edit, channel, clean in found:
        with placed(edit.place):
            done.append(edit_channel(conn, channel, clean))
    return done


def wrong_edits(edits: Iterable[ChannelEdit]) -> list[str]:
    """What is wrong with the values of the edits, whatever channels there are: a message for each, with its place."""
    found = []
    for edit in edits:
        for key, value in edit.settings.items():
            try:
                with placed(edit.place):
                    validate({key: value})
            except UsageError as error:
                found.append(error.message)
    return found


@contextmanager
def placed(place: str) -> Iterator[None]:
    """Errors of this block say where in the list or file they are."""
    try:
        yield
    except UsageError as error:
        raise type(error)(f"{place}: {error.message}") from error


def _found(
    conn: sqlite3.Connection, edits: Sequence[ChannelEdit]
) -> list[tuple[ChannelEdit, Channel, dict[str, Any]]]:
    """Each edit with its channel and its settings as they are stored. Raises what `update_channels` does."""
    found: dict[int, tuple[ChannelEdit, Channel, dict[str, Any]]] = {}
    for edit in edits:
        with placed(edit.place):
            clean = validate(edit.settings)
            channel = _channel(conn, edit.channel)
            if channel.id in found:
                raise UsageError(
                    f"{found[channel.id][0].place} is of the same channel; give each channel once"
                )
        found[channel.id] = (edit, channel, clean)
    return list(found.values())


def _channel(conn: sqlite3.Connection, reference: str | int) -> Channel:
    """A text is a name only, never an id: in a list of names, `12` is a channel that is called so."""
    channel = find_channel(conn, reference)
    if isinstance(reference, str) and channel.name.casefold() != reference.casefold():
        raise NotFoundError(f"there is no channel {quoted(reference)}")
    return channel
