"""Providers, listed, added, changed and removed: one implementation for the command line and the API.

Every change is one write transaction that raises the generation. It updates what the guide shows in the same transaction,
without a download. `epg.secrets` is written just before the commit, and put back if that fails: a change is made in both files
or in none. `now` is epoch seconds.
"""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ..core.errors import ConflictError, NotFoundError
from ..core.models import Provider
from ..core.redact import redact_url
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

if TYPE_CHECKING:
    from sqlite_utils import Database

_LIST = """
    SELECT id, name, xmltv_url, public_url, enabled, priority, timezone, shift_minutes, language, channel_policy, repair_text,
           created_at, updated_at
    FROM providers ORDER BY priority, id
"""
_BY_NAME_OR_ID = """
    SELECT id, name, xmltv_url, public_url, enabled, priority, timezone, shift_minutes, language, channel_policy, repair_text,
           created_at, updated_at
    FROM providers WHERE name = :name OR id = :id
"""
_INSERT = """
    INSERT INTO providers (name, xmltv_url, public_url, enabled, priority, timezone, shift_minutes, language, channel_policy,
                           repair_text, created_at, updated_at)
    VALUES (:name, :xmltv_url, :public_url, :enabled, :priority, :timezone, :shift_minutes, :language, :channel_policy,
            :repair_text, :created_at, :updated_at)
"""
_UPDATE = """
    UPDATE providers SET name = :name, xmltv_url = :xmltv_url, public_url = :public_url, enabled = :enabled,
        priority = :priority, timezone = :timezone, shift_minutes = :shift_minutes, language = :language,
        channel_policy = :channel_policy, repair_text = :repair_text, updated_at = :updated_at
    WHERE id = :id
"""


def list_providers(db: Database) -> list[Provider]:
    """All providers, the best first: lower `priority`, then lower id."""
    return [_provider(row) for row in db.conn.execute(_LIST)]


def get_provider(db: Database, name_or_id: str | int) -> Provider:
    """One provider by name or id. Raises `NotFoundError` that names similar ones."""
    return find_provider(db.conn, name_or_id)


def find_provider(conn: sqlite3.Connection, name_or_id: str | int) -> Provider:
    """`get_provider` for code that holds a transaction."""
    # A name is never all digits, so digits are an id. No row has a number that is too long for SQLite.
    key = str(name_or_id)
    number = int(key) if key.isascii() and key.isdigit() and len(key) < 19 else None
    row = conn.execute(_BY_NAME_OR_ID, {"name": key, "id": number}).fetchone()
    if row is None:
        raise NotFoundError(f"there is no provider {quoted(key, 40)}{_similar(conn, key)}")
    return _provider(row)


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
    private_addresses (`deny` unless the caller says `allow`). `local_files` lets `url` be a `file:` address
    or a path. Raises `UsageError` for a bad value and `ConflictError` for a name that is taken.
    """
    clean = {**DEFAULTS, **validate({"name": name, "url": url, **settings}, local_files=local_files)}
    credentials = Credentials(clean["url"], clean["headers"], clean["private_addresses"])
    vault.ensure()
    with both(db.conn, vault, clean["name"]), write(db) as conn:
        _refuse_taken(conn, clean["name"])
        row = _row(clean, credentials.url, now) | {"created_at": iso(now)}
        conn.execute(_INSERT, row)
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
        before = vault.get(old.name) or Credentials()
        after = changed_credentials(before, clean)
        new = {**{key: getattr(old, key) for key in PUBLIC}, **clean}
        if before != after:
            vault.ensure()
        if new["name"] != old.name:
            _refuse_taken(conn, new["name"], old.id)
        # An import compares `updated_at` to know whether anything changed: it must grow even within one second.
        moment = max(now, from_iso(old.updated_at) + 1)
        # Secrets can be lost (a restored backup has none): then the redacted address of the row stays.
        row = _row(new, after.url if "url" in clean else after.url or old.xmltv_url, moment)
        if before != after or any(row[key] != value for key, value in _row_of(old).items()):
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


def _row(settings: Mapping[str, Any], url: str | None, now: int) -> dict[str, Any]:
    """The row of `providers`. It has the whole address only if the provider's URL is public (spec section 2)."""
    published = url if url is None or settings["public_url"] else redact_url(url)
    row = {key: settings[key] for key in PUBLIC}
    return row | {
        "language": json.dumps(settings["language"]),
        "xmltv_url": published,
        "updated_at": iso(now),
    }


def _row_of(provider: Provider) -> dict[str, Any]:
    row = {key: getattr(provider, key) for key in PUBLIC}
    return row | {"language": json.dumps(provider.language), "xmltv_url": provider.xmltv_url}


def _store(conn: sqlite3.Connection, row: Mapping[str, Any], old: Provider, now: int) -> None:
    """Store the settings, and what follows from them for the guide."""
    conn.execute(_UPDATE, row)
    before, after = Clock(old.timezone, old.shift_minutes), Clock(row["timezone"], row["shift_minutes"])
    moved = correct(conn, old.id, before, after, now) if before != after else []
    if (row["priority"], row["enabled"]) != (old.priority, old.enabled):
        resolve(conn, channels_fed(conn, old.id))
        follow(conn, mapped_by(conn, old.id))
    else:
        resolve(conn, moved)
    raise_generation(conn)


def _refuse_taken(conn: sqlite3.Connection, name: str, except_id: int | None = None) -> None:
    """Refuse a name that another provider has, in any case: people would confuse the two."""
    for other_id, other in conn.execute("SELECT id, name FROM providers"):
        if other.casefold() == name.casefold() and other_id != except_id:
            raise ConflictError(
                f"there is already a provider named {other}; choose another name or update that one"
            )


def _provider(row: tuple[Any, ...]) -> Provider:
    (
        ident,
        name,
        url,
        public,
        enabled,
        priority,
        timezone,
        shift,
        language,
        policy,
        repair,
        created,
        updated,
    ) = row
    languages = tuple(json.loads(language))
    return Provider(
        ident, name, url, bool(public), bool(enabled), priority, timezone, shift, languages, policy, bool(repair), created,
        updated,
    )  # fmt: skip
