"""Providers, listed, added, changed and removed: one implementation for the command line and the API.

Every change is one write transaction that raises the generation. It updates what the guide shows in the same transaction,
without a download. `epg.secrets` is written just before the commit, and put back if that fails: a change is made in both files
or in none. `now` is epoch seconds.
"""

from __future__ import annotations

import shlex
import sqlite3
import time
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ..core.errors import ConflictError, NotFoundError, UsageError
from ..core.models import Provider
from ..core.times import from_iso, iso
from ..storage.both_files import both
from ..storage.database import raise_generation, write
from ..storage.vault import Credentials, Vault
from .clock.corrections import correct
from .clock.moved import Clock
from .follow import follow, mapped_by
from .grouping.makers import forget, hand_over, made_by, standing_for
from .joins import decide_again
from .messages import did_you_mean, quoted
from .programmes import channels_fed, delete_programmes, drop_orphans
from .provider_settings import DEFAULTS, PUBLIC, changed_credentials, validate
from .resolve import resolve
from .sourcing.provider_rows import BY_NAME_OR_ID, INSERT, LIST, UPDATE, provider_of, row_of, row_of_settings
from .sourcing.source_settings import COMMAND, SOURCE, URL, settled

if TYPE_CHECKING:
    from sqlite_utils import Database


def list_providers(db: Database) -> list[Provider]:
    """All providers, the best first: lower `priority`, then lower id."""
    return [provider_of(row) for row in db.conn.execute(LIST)]


def get_provider(db: Database, name_or_id: str | int) -> Provider:
    """One provider by name or id. Raises `NotFoundError` that names similar ones."""
    return find_provider(db.conn, name_or_id)


def find_provider(conn: sqlite3.Connection, name_or_id: str | int) -> Provider:
    """`get_provider` for code that holds a transaction."""
    # A name is never all digits, so digits are an id. No row has a number that is too long for SQLite.
    key = str(name_or_id)
    number = int(key) if key.isascii() and key.isdigit() and len(key) < 19 else None
    row = conn.execute(BY_NAME_OR_ID, {"name": key, "id": number}).fetchone()
    if row is None:
        raise NotFoundError(f"there is no provider {quoted(key, 40)}{_similar(conn, key)}")
    return provider_of(row)


def _similar(conn: sqlite3.Connection, wanted: str) -> str:
    known = {name: name for (name,) in conn.execute("SELECT name FROM providers ORDER BY name")}
    if not known:
        return "; add one with: epg-ingest providers add NAME URL"
    return did_you_mean(wanted, known, cutoff=0.5, otherwise="see: epg-ingest providers list")


def add_provider(
    db: Database,
    vault: Vault,
    name: str,
    url: str | None,
    *,
    now: int,
    local_files: bool = False,
    **settings: Any,
) -> Provider:
    """A new provider. With `url` None it only takes files.

    `settings`: priority, timezone, shift_minutes, language, public_url, channel_policy, repair_text, enabled, headers,
    private_addresses (`deny` unless the caller says `allow`), kind, mirrors, username, password, schedule, schedule_timezone,
    downloads_per_day. `local_files` lets addresses be `file:` addresses or paths, and allows `command`. Raises `UsageError`
    for a bad value and `ConflictError` for a name that is taken.
    """
    clean = {**DEFAULTS, **validate({"name": name, "url": url, **settings}, local_files=local_files)}
    given = Credentials(clean["url"], clean["headers"], clean["private_addresses"])
    kind, credentials = settled((URL, Credentials()), given, clean)
    vault.ensure()
    with both(db.conn, vault, clean["name"]), write(db) as conn:
        _refuse_taken(conn, clean["name"])
        row = row_of_settings(clean, kind, credentials, now) | {"created_at": iso(now)}
        conn.execute(INSERT, row)
        provider = find_provider(conn, clean["name"])
        vault.put(provider.name, credentials)
    return provider


def update_provider(
    db: Database,
    vault: Vault,
    name_or_id: str | int,
    changes: Mapping[str, Any],
    *,
    now: int,
    local_files: bool = False,
) -> Provider:
    """Change some settings: the keys of `add_provider`, and `name` and `url`. Keys that are not in `changes` stay.

    The guide follows a new priority, `enabled`, time zone or shift at once. The other settings count from the next import. It
    reads the feed again even if it is unchanged. If the URL moves to another host, the headers are dropped unless
    `changes` has new ones: they were meant for the old host. Raises `NotFoundError`, `UsageError` for a bad value and
    `ConflictError` for a name that is taken.
    """
    clean = validate(changes, local_files=local_files)
    known = find_provider(db.conn, name_or_id).name
    with both(db.conn, vault, known, clean.get("name", known)), write(db, changes_guide=False) as conn:
        old = find_provider(conn, name_or_id)
        _refuse_command(old, clean, local_files)
        before = vault.get(old.name) or Credentials()
        kind, after = settled((old.kind, before), changed_credentials(before, clean), clean)
        new = {**{key: getattr(old, key) for key in PUBLIC}, **clean}
        if before != after:
            vault.ensure()
        if new["name"] != old.name:
            _refuse_taken(conn, new["name"], old.id)
        # An import compares `updated_at` to know whether anything changed: it must grow even within one second.
        moment = max(now, from_iso(old.updated_at) + 1)
        # Secrets can be lost (a restored backup has none): then the redacted address of the row stays.
        lost = not clean.keys() & set(SOURCE) and not (after.addresses or after.command)
        shown = replace(after, url=old.xmltv_url, mirrors=old.mirrors) if lost else after
        row = row_of_settings(new, kind, shown, moment)
        if before != after or any(row[key] != value for key, value in row_of(old).items()):
            _store(conn, row | {"id": old.id}, old, now)
        provider = find_provider(conn, old.id)
        if before != after:
            vault.replace(old.name, provider.name, after)
        elif old.name != provider.name:
            vault.rename(old.name, provider.name)
    return provider


def set_enabled(db: Database, vault: Vault, name_or_id: str | int, enabled: bool, *, now: int) -> Provider:
    """Show or hide all programmes of a provider, at once. Nothing is deleted."""
    return update_provider(db, vault, name_or_id, {"enabled": enabled}, now=now)


def remove_provider(db: Database, vault: Vault, name_or_id: str | int, *, now: int | None = None) -> int:
    """Delete a provider with its programmes, mappings, log and secrets; returns how many programmes were deleted.

    The guide is then what the other providers alone would give: which of their channels belong together is decided again, and
    channels that only this one fed are deleted, unless a person mapped or hid them. `now` is epoch seconds (default:
    the clock). Raises `NotFoundError`.
    """
    with both(db.conn, vault, find_provider(db.conn, name_or_id).name), write(db) as conn:
        provider = find_provider(conn, name_or_id)
        channels, mapped = channels_fed(conn, provider.id), mapped_by(conn, provider.id)
        made, stood_for = made_by(conn, provider.id), standing_for(conn, provider.id)
        removed = delete_programmes(conn, provider.id)
        conn.execute("DELETE FROM providers WHERE id = ?", (provider.id,))
        hand_over(conn, made)
        forget(conn, stood_for)
        gone = set(drop_orphans(conn, made))
        resolve(conn, [channel for channel in channels if channel not in gone])
        follow(conn, mapped)
        decide_again(conn, int(time.time()) if now is None else now)
        vault.remove(provider.name)
    return removed


def _refuse_command(provider: Provider, clean: Mapping[str, Any], local_files: bool) -> None:
    """Refuse another source for a provider that is a command, except on the command line."""
    if provider.kind == COMMAND and not local_files and clean.keys() & set(SOURCE):
        raise UsageError(
            f"the source of {provider.name} is a command, which only the command line can change:"
            f" epg-ingest providers update {shlex.quote(provider.name)} --url URL"
        )


def _store(conn: sqlite3.Connection, row: Mapping[str, Any], old: Provider, now: int) -> None:
    """Store the settings, and what follows from them for the guide."""
    conn.execute(UPDATE, row)
    before, after = Clock(old.timezone, old.shift_minutes), Clock(row["timezone"], row["shift_minutes"])
    moved = correct(conn, old.id, before, after, now) if before != after else []
    if (row["priority"], row["enabled"]) != (old.priority, old.enabled):
        resolve(conn, channels_fed(conn, old.id))
        follow(conn, mapped_by(conn, old.id))
    else:
        resolve(conn, moved)
    # What was planned for the provider may not hold any more; the scheduler plans it again.
    conn.execute("DELETE FROM import_plan WHERE provider_id = ?", [old.id])
    raise_generation(conn)


def _refuse_taken(conn: sqlite3.Connection, name: str, except_id: int | None = None) -> None:
    """Refuse a name that another provider has, in any case: people would confuse the two."""
    for other_id, other in conn.execute("SELECT id, name FROM providers"):
        if other.casefold() == name.casefold() and other_id != except_id:
            raise ConflictError(
                f"there is already a provider named {other}; choose another name or update that one"
            )
