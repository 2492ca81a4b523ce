"""Line-ups added, changed and removed: one implementation for the command line and the API.

Every change is one write transaction that raises the generation. `epg.secrets` is written just before the commit, and put back
if that fails. `now` is epoch seconds.
"""

from __future__ import annotations

import json
import secrets as random_secrets
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ..core.errors import ConflictError
from ..core.redact import MASK, redact_url
from ..core.times import iso
from ..download.xtream import account_of
from ..guide.provider_settings import changed_credentials
from ..storage.database import write
from ..storage.lineup_secrets import LineupSecrets, LineupSource, ReadState
from ..storage.vault import Credentials, Vault
from .lineup_rows import Lineup, find_lineup, list_lineups
from .lineup_settings import BY_HAND, PUBLIC, SOURCE, validated

if TYPE_CHECKING:
    from sqlite_utils import Database

_INSERT = """
    INSERT INTO lineups (name, title, source_kind, source_url, kinds, id_scheme, filler, episode_ids, updated_at)
    VALUES (:name, :title, :source_kind, :source_url, :kinds, :id_scheme, :filler, :episode_ids, :updated_at)
"""
_UPDATE = """
    UPDATE lineups SET name = :name, title = :title, source_kind = :source_kind, source_url = :source_url, kinds = :kinds,
        id_scheme = :id_scheme, filler = :filler, episode_ids = :episode_ids, updated_at = :updated_at
    WHERE id = :id
"""
#: the kind of a source that has yet to be read: the answer tells
UNKNOWN = ""


def add_lineup(
    db: Database,
    vault: Vault,
    name: str,
    url: str | None,
    *,
    now: int,
    local_files: bool = False,
    **settings: Any,
) -> Lineup:
    """A new line-up, empty until its first refresh. With `url` None its entries are chosen by hand.

    `settings`: title, source_kind, kinds, id_scheme, filler, episode_ids, headers, private_addresses (`deny` unless the caller
    says `allow`). Raises `UsageError` for a bad value and `ConflictError` for a name that is taken.
    """
    clean = validated({"name": name, "url": url, **settings}, local_files=local_files)
    source = LineupSource(
        clean["url"], clean.get("headers", {}), clean.get("private_addresses", "deny"), new_key()
    )
    row = {
        "title": clean["name"], "kinds": ("tv",), "id_scheme": "source", "filler": 0, "episode_ids": False,
        **{key: clean[key] for key in PUBLIC if key in clean},
        **_origin(clean["url"], clean.get("source_kind")),
    }  # fmt: skip
    kept = LineupSecrets(vault)
    vault.ensure()
    with write(db) as conn:
        _refuse_taken(conn, clean["name"])
        ident = conn.execute(_INSERT, _stored(row, now)).lastrowid
        assert ident is not None
        # Of a guide that was restored, secrets may be left under this number.
        kept.remove(ident)
        kept.put(ident, source)
        return find_lineup(conn, ident)


def update_lineup(
    db: Database,
    vault: Vault,
    name_or_id: str | int,
    changes: Mapping[str, Any],
    *,
    now: int,
    local_files: bool = False,
) -> Lineup:
    """Change settings: those of `add_lineup`, and `name` and `url`. Settings that are not given stay.

    With a new address the next refresh accepts whatever it finds; headers for the old host are dropped. Raises
    `NotFoundError`, `UsageError` for a bad value and `ConflictError` for a name that is taken.
    """
    clean = validated(changes, local_files=local_files)
    kept = LineupSecrets(vault)
    with _put_back(kept, find_lineup(db.conn, name_or_id).id), write(db) as conn:
        old = find_lineup(conn, name_or_id)
        if clean.get("name", old.name) != old.name:
            _refuse_taken(conn, clean["name"], old.id)
        before = kept.get(old.id) or LineupSource(key=new_key())
        after = _changed_source(before, clean)
        row = {key: clean.get(key, getattr(old, key)) for key in (*PUBLIC, "source_kind", "source_url")}
        if "url" in clean or "source_kind" in clean:
            row |= _origin(after.url, clean.get("source_kind"))
        conn.execute(_UPDATE, {**_stored(row, now), "id": old.id})
        if after != before:
            kept.put(old.id, after)
        if after.url != before.url:
            kept.note_state(old.id, old.address_set, ReadState())
        return find_lineup(conn, old.id)


def remove_lineup(db: Database, vault: Vault, name_or_id: str | int) -> int:
    """Delete a line-up with its entries, addresses and key; returns how many entries were deleted. Raises `NotFoundError`."""
    kept = LineupSecrets(vault)
    with write(db) as conn:
        lineup = find_lineup(conn, name_or_id)
        removed = conn.execute("DELETE FROM lineup_channels WHERE lineup_id = ?", [lineup.id]).rowcount
        conn.execute("DELETE FROM lineups WHERE id = ?", [lineup.id])
    # After the commit: a guide without the line-up needs no addresses, but one with it does.
    kept.remove(lineup.id)
    return removed


def key_of(vault: Vault, lineup: Lineup) -> str | None:
    """The key that the playlist of a line-up needs; None where the secrets were lost."""
    source = LineupSecrets(vault).get(lineup.id)
    return source.key if source else None


def origin_of(vault: Vault, lineup: Lineup) -> str | None:
    """Scheme and host of a source, for those who may change it; what `epg.db` says where they are not known here."""
    source = LineupSecrets(vault).get(lineup.id) if vault.readable else None
    return (source.origin if source else None) or lineup.source_url


def renew_key(vault: Vault, lineup: Lineup) -> str:
    """A new key; addresses with the old one stop working at once."""
    kept = LineupSecrets(vault)
    source = replace(kept.get(lineup.id) or LineupSource(), key=new_key())
    kept.put(lineup.id, source)
    return source.key


def new_key() -> str:
    """A key that nobody can guess, of letters, digits, `-` and `_`."""
    return random_secrets.token_urlsafe(24)


def _origin(url: str | None, kind: str | None) -> dict[str, str | None]:
    """What `epg.db` may say of a source: not even its host, as whose channels somebody has is nobody's business.

    Raises `UsageError` for an Xtream account without a password.
    """
    if url is None:
        return {"source_kind": BY_HAND, "source_url": None}
    if kind == "xtream" and not url.startswith("file:"):
        account_of(url)
    scheme, slashes, _ = url.partition("://")
    is_web = slashes and scheme != "file"
    return {
        "source_kind": kind or UNKNOWN,
        "source_url": f"{scheme.lower()}://{MASK}" if is_web else redact_url(url),
    }


def _changed_source(before: LineupSource, clean: Mapping[str, Any]) -> LineupSource:
    old = Credentials(before.url, before.headers, before.private_addresses)
    new = changed_credentials(old, {key: clean[key] for key in SOURCE if key in clean})
    return LineupSource(new.url, new.headers, new.private_addresses, before.key)


@contextmanager
def _put_back(kept: LineupSecrets, ident: int) -> Iterator[None]:
    """Put the source of a line-up back if the block fails."""
    before = kept.get(ident)
    try:
        yield
    except BaseException:
        if before is not None and kept.get(ident) != before:
            kept.put(ident, before)
        raise


def _stored(row: Mapping[str, Any], now: int) -> dict[str, Any]:
    return {**row, "kinds": json.dumps(row["kinds"]), "updated_at": iso(now)}


def _refuse_taken(conn: sqlite3.Connection, name: str, but: int | None = None) -> None:
    """Refuse a name that another line-up has, in any case: addresses would differ in it alone."""
    for other in list_lineups(conn):
        if other.name.casefold() == name.casefold() and other.id != but:
            raise ConflictError(f"there is already a line-up named {other.name}; choose another name")
