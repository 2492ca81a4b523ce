"""Providers added, changed and removed: one implementation for the command line and the API.

Every change is one write transaction that raises the generation; what it does to the guide is resolved in it,
without a download. `epg.secrets` is written after the commit, so that a change that failed leaves no trace
there. `now` is epoch seconds.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from ..core.errors import ConflictError, NotFoundError, UsageError
from ..core.models import Provider
from ..core.redact import redact, redact_url
from ..core.times import from_iso, iso
from ..storage.database import raise_generation, write
from ..storage.vault import DENY, Credentials, Vault
from . import provider_settings as checks
from .programmes import channels_fed, delete_programmes, drop_orphans, hand_over
from .resolve import resolve

if TYPE_CHECKING:
    from sqlite_utils import Database

DEFAULT_PRIORITY = 100
#: settings that are kept in `epg.db`; the URL has its own rule
PUBLIC = (
    "name",
    "priority",
    "timezone",
    "shift_minutes",
    "language",
    "public_url",
    "channel_policy",
    "enabled",
)
SECRET = ("url", "headers", "private_addresses")
_CHECKS: dict[str, Callable[[Any], Any]] = {key: getattr(checks, key) for key in (*PUBLIC, *SECRET)}
_DEFAULTS: dict[str, Any] = {
    "priority": DEFAULT_PRIORITY,
    "timezone": None,
    "shift_minutes": 0,
    "language": (),
    "public_url": False,
    "channel_policy": "all",
    "enabled": True,
    "headers": {},
    "private_addresses": DENY,
}

_SELECT = """
    SELECT id, name, xmltv_url, public_url, enabled, priority, timezone, shift_minutes, language,
           channel_policy, created_at, updated_at
    FROM providers
"""


def list_providers(db: Database) -> list[Provider]:
    """All providers, the best first: lower `priority`, then lower id."""
    return [_provider(row) for row in db.conn.execute(_SELECT + "ORDER BY priority, id")]


def get_provider(db: Database, name_or_id: str | int) -> Provider:
    """One provider by name or id. Raises `NotFoundError` that names those with similar names."""
    return find_provider(db.conn, name_or_id)


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
    """A new provider; `url` None makes one that is fed with files only.

    `settings`: priority, timezone, shift_minutes, language, public_url, channel_policy, enabled, headers,
    private_addresses (`deny` unless the caller says `allow`). `local_files` lets `url` be a `file:` address
    or a path. Raises `UsageError` for a bad value and `ConflictError` for a name that is taken.
    """
    clean = {**_DEFAULTS, **validate({"name": name, "url": url, **settings}, local_files=local_files)}
    credentials = Credentials(clean["url"], clean["headers"], clean["private_addresses"])
    vault.ensure()
    with write(db) as conn:
        _refuse_taken(conn, clean["name"])
        row = _row(clean, credentials.url, now) | {"created_at": iso(now)}
        conn.execute(
            """
            INSERT INTO providers (name, xmltv_url, public_url, enabled, priority, timezone, shift_minutes,
                                   language, channel_policy, created_at, updated_at)
            VALUES (:name, :xmltv_url, :public_url, :enabled, :priority, :timezone, :shift_minutes,
                    :language, :channel_policy, :created_at, :updated_at)
            """,
            row,
        )
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
    """Change some settings: the keys of `add_provider`, `name` and `url` included. What is not named stays.

    A new priority or `enabled` shows in the guide at once; time zone, shift, language and policy with the
    next import, which reads the feed again even if it is unchanged. Headers stay behind when the URL moves to
    another host, unless they are given with it: they were meant for the old one.
    """
    clean = validate(changes, local_files=local_files)
    with write(db, changes_guide=False) as conn:
        old = find_provider(conn, name_or_id)
        before = vault.get(old.name) or Credentials()
        after = _credentials(before, clean)
        new = {**{key: getattr(old, key) for key in PUBLIC}, **clean}
        if before != after:
            vault.ensure()
        if new["name"] != old.name:
            _refuse_taken(conn, new["name"], old.id)
        # Secrets can be lost (a restored backup has none): then the address stays as far as it is known.
        # Strictly later than before, even within one second: an import compares it to know whether anything
        # changed.
        moment = max(now, from_iso(old.updated_at) + 1)
        row = _row(new, after.url if "url" in clean else after.url or old.xmltv_url, moment)
        if before != after or any(row[key] != value for key, value in _row_of(old).items()):
            _store(conn, row | {"id": old.id}, old)
        provider = find_provider(conn, old.id)
    vault.rename(old.name, provider.name)
    if before != after:
        vault.put(provider.name, after)
    return provider


def set_enabled(db: Database, vault: Vault, name_or_id: str | int, enabled: bool, *, now: int) -> Provider:
    """Show or hide everything a provider gives, at once. Nothing is deleted."""
    return update_provider(db, vault, name_or_id, {"enabled": enabled}, now=now)


def remove_provider(db: Database, vault: Vault, name_or_id: str | int) -> int:
    """Delete a provider with its programmes, mappings, log and secrets; the number of programmes deleted.

    What is left is what the other providers alone give: channels that only this one fed go, unless a person
    mapped or hid them.
    """
    with write(db) as conn:
        provider = find_provider(conn, name_or_id)
        channels = channels_fed(conn, provider.id)
        created = _created_by(conn, provider.id)
        removed = delete_programmes(conn, provider.id)
        conn.execute("DELETE FROM providers WHERE id = ?", (provider.id,))
        hand_over(conn, created)
        gone = set(drop_orphans(conn, created))
        resolve(conn, [channel for channel in channels if channel not in gone])
    vault.remove(provider.name)
    return removed


def _created_by(conn: sqlite3.Connection, provider_id: int) -> list[int]:
    """Channels this provider made, except those it was also mapped to by hand."""
    rows = conn.execute(
        """
        SELECT channel_id FROM channel_mappings WHERE provider_id = ? AND channel_id IS NOT NULL
        GROUP BY channel_id HAVING max(method = 'new') AND NOT max(method = 'manual')
        """,
        (provider_id,),
    )
    return [row[0] for row in rows]


def validate(changes: Mapping[str, Any], *, local_files: bool = False) -> dict[str, Any]:
    """The settings as they are stored. Raises `UsageError` for the first one that is unknown or not allowed."""
    for key in changes:
        if key not in _CHECKS:
            raise UsageError(f"unknown setting {str(key)[:40]!r}; known are: {', '.join(sorted(_CHECKS))}")
    clean = {key: _CHECKS[key](value) for key, value in changes.items() if key != "url"}
    if "url" in changes:
        clean["url"] = checks.url(changes["url"], local_files=local_files)
    return clean


def _credentials(before: Credentials, clean: Mapping[str, Any]) -> Credentials:
    after = replace(before, **{key: clean[key] for key in SECRET if key in clean})
    if "headers" not in clean and not _same_host(before.url, after.url):
        after = replace(after, headers={})
    return after


def _same_host(old: str | None, new: str | None) -> bool:
    """Whether headers meant for `old` may go to `new`: same host and port, and not from https to http."""
    if old is None or old == new:
        return True
    a, b = urlsplit(old), urlsplit(new or "")
    return a.netloc.rpartition("@")[2] == b.netloc.rpartition("@")[2] and (a.scheme, b.scheme) != (
        "https",
        "http",
    )


def _row(settings: Mapping[str, Any], url: str | None, now: int) -> dict[str, Any]:
    """The row of `providers`: the address in full only for a provider made public (spec section 2)."""
    shown = url if url is None or settings["public_url"] else redact_url(url)
    row = {key: settings[key] for key in PUBLIC}
    return row | {"language": json.dumps(settings["language"]), "xmltv_url": shown, "updated_at": iso(now)}


def _row_of(provider: Provider) -> dict[str, Any]:
    row = {key: getattr(provider, key) for key in PUBLIC}
    return row | {"language": json.dumps(provider.language), "xmltv_url": provider.xmltv_url}


def _store(conn: sqlite3.Connection, row: Mapping[str, Any], old: Provider) -> None:
    conn.execute(
        """
        UPDATE providers SET name = :name, xmltv_url = :xmltv_url, public_url = :public_url,
            enabled = :enabled, priority = :priority, timezone = :timezone, shift_minutes = :shift_minutes,
            language = :language, channel_policy = :channel_policy, updated_at = :updated_at
        WHERE id = :id
        """,
        row,
    )
    if (row["priority"], row["enabled"]) != (old.priority, old.enabled):
        resolve(conn, channels_fed(conn, old.id))
    raise_generation(conn)


def _refuse_taken(conn: sqlite3.Connection, name: str, except_id: int | None = None) -> None:
    """Names that differ only in case are refused too: people would mix them up."""
    for other_id, other in conn.execute("SELECT id, name FROM providers"):
        if other.casefold() == name.casefold() and other_id != except_id:
            raise ConflictError(
                f"there is already a provider named {other}; choose another name or update that one"
            )


def find_provider(conn: sqlite3.Connection, name_or_id: str | int) -> Provider:
    """`get_provider` for code that holds a transaction."""
    # A name is never all digits, so digits are an id; a number too long for SQLite is simply not there.
    key = str(name_or_id)
    number = int(key) if key.isascii() and key.isdigit() and len(key) < 19 else None
    row = conn.execute(_SELECT + "WHERE name = :name OR id = :id", {"name": key, "id": number}).fetchone()
    if row is not None:
        return _provider(row)
    names = [name for (name,) in conn.execute("SELECT name FROM providers ORDER BY name")]
    raise NotFoundError(f"there is no provider {_short(key)}{_did_you_mean(key, names)}")


def _short(text: str) -> str:
    """What somebody typed, for a message; it may be an address with a password, given in the wrong place."""
    text = redact(text)
    return repr(text if len(text) <= 40 else text[:37] + "...")


def _did_you_mean(wanted: str, names: list[str]) -> str:
    if not names:
        return "; add one with: epg-ingest providers add NAME URL"
    import difflib  # a mistake can wait; what is right should not

    close = difflib.get_close_matches(wanted, names, n=3, cutoff=0.5)
    return f"; did you mean {' or '.join(close)}?" if close else "; see: epg-ingest providers list"


def _provider(row: tuple[Any, ...]) -> Provider:
    (ident, name, url, public, enabled, priority, timezone, shift, language, policy, created, updated) = row
    return Provider(
        id=ident,
        name=name,
        xmltv_url=url,
        public_url=bool(public),
        enabled=bool(enabled),
        priority=priority,
        timezone=timezone,
        shift_minutes=shift,
        language=tuple(json.loads(language)),
        channel_policy=policy,
        created_at=created,
        updated_at=updated,
    )
