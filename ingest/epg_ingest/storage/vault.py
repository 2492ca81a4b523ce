"""`epg.secrets`: addresses, headers and credentials of providers, in a separate file beside `epg.db`.

Provider names are the keys. No value ever gets into `epg.db`, a log or a message; objects hide them in `repr`.
"""

from __future__ import annotations

import json
import logging
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from ..core.errors import DatabaseError, UsageError
from ..core.redact import secrets_of
from .database import translated

log = logging.getLogger(__name__)

SCHEMA_VERSION = 1
MODE = 0o600
ALLOW, DENY = "allow", "deny"

_SCHEMA = """
    CREATE TABLE credentials (
        provider TEXT NOT NULL PRIMARY KEY,
        url TEXT,
        headers TEXT NOT NULL DEFAULT '{}',
        private_addresses TEXT NOT NULL CHECK (private_addresses IN ('allow', 'deny'))
    ) WITHOUT ROWID
"""


@dataclass(frozen=True)
class Credentials:
    """What it takes to fetch a provider's feed. `private_addresses` is `allow` or `deny` (spec section 3)."""

    url: str | None = field(default=None, repr=False)
    headers: dict[str, str] = field(default_factory=dict, repr=False)
    private_addresses: str = DENY

    @property
    def secrets(self) -> frozenset[str]:
        """The strings that must not be shown, for `redact`."""
        return secrets_of(self.url or "", self.headers.items())


def vault_path(database: Path | str) -> Path:
    """`epg.secrets` for `epg.db`. Raises `UsageError` for a database that would be its own secrets file."""
    path = Path(database).with_suffix(".secrets")
    if path == Path(database):
        raise UsageError(
            f"{database} is the name of a secrets file; give the database another ending, such as .db"
        )
    return path


class Vault:
    """The secrets file at `path`, made at the first `put`. Each call opens it, does one thing and closes it.

    All raise `DatabaseError` when the file is locked, damaged, newer, or cannot be kept from other users.
    """

    def __init__(self, path: Path | str) -> None:
        self.path = Path(path)

    def __repr__(self) -> str:
        return f"Vault({str(self.path)!r})"

    def get(self, name: str) -> Credentials | None:
        """The credentials of a provider, None when nothing is kept for it."""
        if not self.path.exists():
            return None
        with self._open() as conn:
            row = conn.execute(
                "SELECT url, headers, private_addresses FROM credentials WHERE provider = ?", (name,)
            ).fetchone()
        return Credentials(row[0], json.loads(row[1]), row[2]) if row else None

    def put(self, name: str, credentials: Credentials) -> None:
        """Store the credentials of a provider in place of earlier ones."""
        row = (name, credentials.url, json.dumps(credentials.headers), credentials.private_addresses)
        with self._open() as conn:
            conn.execute("INSERT OR REPLACE INTO credentials VALUES (?, ?, ?, ?)", row)

    def rename(self, old: str, new: str) -> None:
        """Move the credentials of `old` to `new`, if there are any."""
        if old == new or not self.path.exists():
            return
        with self._open() as conn:
            conn.execute("UPDATE OR REPLACE credentials SET provider = ? WHERE provider = ?", (new, old))

    def remove(self, name: str) -> None:
        """Forget a provider; its bytes are overwritten (`secure_delete`)."""
        if not self.path.exists():
            return
        with self._open() as conn:
            conn.execute("DELETE FROM credentials WHERE provider = ?", (name,))

    def ensure(self) -> None:
        """Make the file, or check that it can be written, before a change elsewhere relies on it."""
        with self._open():
            pass

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        self._protect()
        with (
            translated(self.path),
            closing(sqlite3.connect(self.path, isolation_level=None, timeout=10)) as conn,
        ):
            # A rollback journal takes the mode of the file it belongs to; secure_delete wipes what is
            # removed.
            conn.execute("PRAGMA secure_delete = ON")
            conn.execute("BEGIN IMMEDIATE")
            self._migrate(conn)
            yield conn
            conn.execute("COMMIT")

    def _protect(self) -> None:
        """Mode 0600 before anything is written, and again if somebody has widened it since."""
        try:
            os.close(os.open(self.path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, MODE))
            os.chmod(self.path, MODE)  # the umask may have removed permissions of the owner
        except FileExistsError:
            self._tighten()
        except OSError as error:
            raise DatabaseError(
                f"cannot make the secrets file {self.path}: {error.strerror}", "secrets"
            ) from error

    def _tighten(self) -> None:
        if os.name == "nt" or not self.path.stat().st_mode & 0o077:
            return
        try:
            os.chmod(self.path, MODE)
        except OSError as error:
            raise DatabaseError(
                f"other users may read {self.path} and this one may not change that; have its owner run: "
                f"chmod 600 {self.path}",
                "secrets",
            ) from error
        log.warning("%s could be read by other users; its mode is now 0600", self.path)

    def _migrate(self, conn: sqlite3.Connection) -> None:
        (version,) = conn.execute("PRAGMA user_version").fetchone()
        if version > SCHEMA_VERSION:
            raise DatabaseError(
                f"{self.path} was made by a newer version of datasette-epg; "
                "upgrade with: pip install -U datasette-epg",
                "newer",
            )
        if version == 0:
            conn.execute(_SCHEMA)
            conn.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
