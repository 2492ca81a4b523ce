"""The operations that the web process may ask for: check the arguments, change and record, return the new state.

`changes.perform` is the way in. Every operation takes a `Change` and returns JSON values. All raise `UsageError` for
arguments that are missing, unknown or not allowed, and the errors of the functions in `guide` that they call.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from ..bulk import edits
from ..core.errors import NotFoundError, UsageError
from ..core.models import Provider
from ..guide import (
    channel_merge,
    channel_settings,
    channels,
    mapping_rows,
    mappings,
    provider_settings,
    providers,
)
from ..storage.audit import Subject, audited, published
from ..storage.vault import Credentials, Vault

if TYPE_CHECKING:
    from sqlite_utils import Database

PROVIDER = (
    *provider_settings.PUBLIC, "xmltv_url", "headers", "private_addresses", "kind", "mirrors", "username", "password",
)  # fmt: skip
CHANNEL = channel_settings.EDITABLE
MAPPING = ("provider", "provider_channel_id")
MAX_TEXT = 10_000
MAX_ID = 2**63 - 1
_NEWEST_PROVIDER = "SELECT 'provider ' || id || ' ' || name FROM providers ORDER BY id DESC LIMIT 1"
_NEWEST_CHANNEL = "SELECT 'channel ' || id || ' ' || name FROM channels ORDER BY id DESC LIMIT 1"
_MAPPING = """
    SELECT m.id, m.provider_id, v.name AS provider, m.provider_channel_id, m.channel_id, c.name AS channel,
           m.method, m.score, m.reason, m.shift_minutes, json_extract(f.names, '$[0].text') AS display_name, m.created_at
    FROM channel_mappings m JOIN providers v ON v.id = m.provider_id LEFT JOIN channels c ON c.id = m.channel_id
    LEFT JOIN feed_channels f ON f.provider_id = m.provider_id AND f.provider_channel_id = m.provider_channel_id
    WHERE m.provider_id = ? AND m.provider_channel_id = ?
"""


@dataclass(frozen=True)
class Change:
    """One operation asked for by `actor` at `now` (epoch seconds)."""

    db: Database
    vault: Vault
    operation: str
    arguments: Mapping[str, Any]
    actor: str
    now: int

    def take(self, needed: tuple[str, ...], allowed: tuple[str, ...] = ()) -> dict[str, Any]:
        """The arguments, if all that are needed are there and no others than allowed."""
        for key in self.arguments:
            if key not in (*needed, *allowed):
                known = ", ".join(sorted({*needed, *allowed}))
                raise UsageError(f"unknown setting {str(key)[:40]!r}; known are: {known}")
        for key in needed:
            if self.arguments.get(key) is None:
                raise UsageError(f"{key} is missing")
        return dict(self.arguments)

    def recorded(self, subject: Subject, details: Mapping[str, Any]) -> AbstractContextManager[None]:
        """The change made in this block is recorded; what must not be published of `details` is taken out."""
        return audited(self.actor, self.operation, subject, published(details), now=self.now)


def reference(key: str, value: Any) -> str | int:
    """A name or an id, as the functions of `guide` take it.

    Raises `UsageError` for any other type, and `NotFoundError` for a number that cannot be an id.
    """
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        raise UsageError(f"{key} must be a name or an id")
    if isinstance(value, int) and not 0 < value <= MAX_ID:
        raise NotFoundError(f"there is no {key} with this id")
    return value


def wrong_settings(settings: Mapping[str, Any]) -> dict[str, str]:
    """What is wrong with each of a provider's settings that would be refused, by column."""
    found = {}
    for key, value in settings.items():
        try:
            provider_settings.validate({"url" if key == "xmltv_url" else key: value})
        except UsageError as error:
            found[key] = error.message
    return found


def wrong_channels(items: Sequence[Mapping[str, Any]]) -> list[str]:
    """The values that would be refused in a list of changes of channels, each with its place in the list.

    Raises what `bulk.edits.edits_of` does for what is no such list.
    """
    return edits.wrong_edits(edits.edits_of(items))


def check_texts(value: Any) -> None:
    """Raise `UsageError` for texts that cannot be stored: lone surrogates, which JSON allows, NUL, and overlong texts."""
    if isinstance(value, str):
        if len(value) > MAX_TEXT:
            raise UsageError(f"a text is longer than {MAX_TEXT:,} characters")
        if "\0" in value or any("\ud800" <= character <= "\udfff" for character in value):
            raise UsageError("a text holds a character that cannot be stored")
    elif isinstance(value, Mapping):
        check_texts([*value, *value.values()])
    elif isinstance(value, (list, tuple)):
        for item in value:
            check_texts(item)


def find_provider(change: Change) -> Provider:
    return providers.get_provider(change.db, reference("provider", change.arguments.get("provider")))


def find_channel(change: Change, key: str = "channel") -> channels.Channel:
    return channels.get_channel(change.db, reference(key, change.arguments.get(key)))


def provider_state(change: Change, provider: Provider) -> dict[str, Any]:
    """A provider for those who may write: its whole address, but of its headers only the names."""
    kept = change.vault.get(provider.name) or Credentials()
    return {
        **asdict(provider),
        "xmltv_url": kept.url or provider.xmltv_url,
        "language": list(provider.language),
        "mirrors": list(kept.mirrors or provider.mirrors),
        "private_addresses": kept.private_addresses,
        "headers": sorted(kept.headers),
    }


def _for_guide(settings: dict[str, Any]) -> dict[str, Any]:
    """Settings as the functions of `guide` take them: there `xmltv_url` is called `url`."""
    return {"url" if key == "xmltv_url" else key: value for key, value in settings.items()}


def _provider_create(change: Change) -> dict[str, Any]:
    settings = change.take(("name",), PROVIDER)
    given = {"url": None, **_for_guide(settings)}
    with change.recorded(lambda conn: _text(conn, _NEWEST_PROVIDER), settings):
        provider = providers.add_provider(change.db, change.vault, now=change.now, **given)
    return provider_state(change, provider)


def _provider_update(change: Change) -> dict[str, Any]:
    settings = change.take(("provider",), PROVIDER)
    provider = find_provider(change)
    del settings["provider"]
    with change.recorded(f"provider {provider.id} {provider.name}", settings):
        updated = providers.update_provider(
            change.db, change.vault, provider.id, _for_guide(settings), now=change.now
        )
    return provider_state(change, updated)


def _provider_delete(change: Change) -> dict[str, Any]:
    change.take(("provider",))
    provider = find_provider(change)
    with change.recorded(f"provider {provider.id} {provider.name}", {}):
        removed = providers.remove_provider(change.db, change.vault, provider.id, now=change.now)
    return {"id": provider.id, "name": provider.name, "removed": removed}


def _channel_state(channel: channels.Channel) -> dict[str, Any]:
    return {**asdict(channel), "pinned": list(channel.pinned)}


def _channel_create(change: Change) -> dict[str, Any]:
    settings = change.take(("name",), CHANNEL)
    others = {key: value for key, value in settings.items() if key != "name"}
    with change.recorded(lambda conn: _text(conn, _NEWEST_CHANNEL), settings):
        return _channel_state(channels.add_channel(change.db, settings["name"], others, now=change.now))


def _channel_update(change: Change) -> dict[str, Any]:
    settings = change.take(("channel",), CHANNEL)
    channel = find_channel(change)
    del settings["channel"]
    if not settings:
        return _channel_state(channel)
    with change.recorded(f"channel {channel.id} {channel.name}", settings):
        return _channel_state(channels.update_channel(change.db, channel.id, settings))


def _channel_update_many(change: Change) -> dict[str, Any]:
    wanted = edits.edits_of(change.take(("channels",))["channels"])
    details = [{"channel": edit.channel, **published(edit.settings)} for edit in wanted]
    subject = f"{len(wanted)} channel{'' if len(wanted) == 1 else 's'}"
    with change.recorded(subject, {"channels": details}):
        done = edits.update_channels(change.db, wanted)
    return {"channels": [_channel_state(channel) for channel in done]}


def _channel_delete(change: Change) -> dict[str, Any]:
    change.take(("channel",))
    channel = find_channel(change)
    with change.recorded(f"channel {channel.id} {channel.name}", {}):
        removed = channel_merge.delete_channel(change.db, channel.id, now=change.now)
    return {"id": channel.id, "name": channel.name, "removed": removed}


def _channel_merge(change: Change) -> dict[str, Any]:
    change.take(("source", "target"))
    source, target = find_channel(change, "source"), find_channel(change, "target")
    with change.recorded(f"channel {source.id} {source.name}", {"target": target.id, "name": target.name}):
        moved = channel_merge.merge_channels(change.db, source.id, target.id, now=change.now)
    return {**_channel_state(channels.get_channel(change.db, target.id)), **asdict(moved)}


def _mapping_set(change: Change) -> dict[str, Any]:
    given = change.take((*MAPPING, "channel"), ("create", "shift_minutes"))
    channel, create = reference("channel", given["channel"]), given.get("create", False)
    if not isinstance(create, bool):
        raise UsageError("create must be true or false")
    provider, pcid = _mapped(change)
    settings: dict[str, Any] = {"channel": channel}
    if given.get("shift_minutes") is not None:
        settings["shift_minutes"] = given["shift_minutes"]
    with change.recorded(f"mapping {provider.id} {provider.name}: {pcid}", settings):
        done = mappings.map_channel(
            change.db, provider.id, pcid, channel,
            now=change.now, create=create, shift_minutes=settings.get("shift_minutes"),
        )  # fmt: skip
    return _mapping_state(change, provider, pcid, done)


def _mapping_shift(change: Change) -> dict[str, Any]:
    minutes = change.take((*MAPPING, "shift_minutes"))["shift_minutes"]
    provider, pcid = _mapped(change)
    with change.recorded(f"mapping {provider.id} {provider.name}: {pcid}", {"shift_minutes": minutes}):
        done = mappings.shift_channel(change.db, provider.id, pcid, minutes, now=change.now)
    return _mapping_state(change, provider, pcid, done)


def _mapping_ignore(change: Change) -> dict[str, Any]:
    change.take(MAPPING)
    provider, pcid = _mapped(change)
    with change.recorded(f"mapping {provider.id} {provider.name}: {pcid}", {}):
        done = mappings.ignore_channel(change.db, provider.id, pcid, now=change.now)
    return _mapping_state(change, provider, pcid, done)


def _mapping_delete(change: Change) -> dict[str, Any]:
    change.take(MAPPING)
    provider, pcid = _mapped(change)
    with change.recorded(f"mapping {provider.id} {provider.name}: {pcid}", {}):
        done = mappings.unmap_channel(change.db, provider.id, pcid, now=change.now)
    return {
        "provider_id": provider.id,
        "provider": provider.name,
        "provider_channel_id": pcid,
        **_effect(done),
    }


def _mapped(change: Change) -> tuple[Provider, str]:
    pcid = change.arguments["provider_channel_id"]
    if not isinstance(pcid, str) or not pcid.strip():
        raise UsageError("provider_channel_id must be a text that is not empty")
    provider = find_provider(change)
    return provider, mapping_rows.spelling(change.db.conn, provider.id, pcid)


def _mapping_state(change: Change, provider: Provider, pcid: str, done: mappings.Remapped) -> dict[str, Any]:
    found = change.db.conn.execute(_MAPPING, [provider.id, pcid])
    names = [column[0] for column in found.description]
    # Another request can have unmapped it since.
    return {**dict(zip(names, found.fetchone() or [None] * len(names), strict=True)), **_effect(done)}


def _effect(done: mappings.Remapped) -> dict[str, Any]:
    return {key: value for key, value in asdict(done).items() if key != "channel"}


def _text(conn: sqlite3.Connection, sql: str) -> str:
    return str(conn.execute(sql).fetchone()[0])


OPERATIONS: dict[str, Callable[[Change], dict[str, Any]]] = {
    "provider.create": _provider_create,
    "provider.update": _provider_update,
    "provider.delete": _provider_delete,
    "channel.create": _channel_create,
    "channel.update": _channel_update,
    "channel.update_many": _channel_update_many,
    "channel.delete": _channel_delete,
    "channel.merge": _channel_merge,
    "mapping.set": _mapping_set,
    "mapping.shift": _mapping_shift,
    "mapping.ignore": _mapping_ignore,
    "mapping.delete": _mapping_delete,
}
