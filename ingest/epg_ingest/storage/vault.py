"""`epg.secrets`: addresses, headers and credentials of providers, in a separate file beside `epg.db`.

Provider names are the keys. What it keeps of line-ups is the business of `lineup_secrets`. No value ever gets into `epg.db`,
a log or a message; objects hide them in `repr`.
"""

from __future__ import annotations

import json
import logging
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from ..core.database_files import beside, followed
from ..core.errors import DatabaseError, UsageError
from ..core.redact import secrets_of
from .database import connect_readonly, translated
from .private_mode import make_private, tighten

log = logging.getLogger(__name__)

SCHEMA_VERSION = 2
ALLOW, DENY = "allow", "deny"

_SCHEMA = """
    CREATE TABLE credentials (
        provider TEXT NOT NULL PRIMARY KEY,
        url TEXT,
        headers TEXT NOT NULL DEFAULT '{}',
        private_addresses TEXT NOT NULL CHECK (private_addresses IN ('allow', 'deny'))
    ) WITHOUT ROWID
"""
#: for the second version
_LINEUPS = (
    """
    CREATE TABLE lineup_sources (
        lineup INTEGER PRIMARY KEY,
        url TEXT,
        headers TEXT NOT NULL DEFAULT '{}',
        private_addresses TEXT NOT NULL CHECK (private_addresses IN ('allow', 'deny')),
        playlist_key TEXT NOT NULL
    )
    """,
    """
    CREATE TABLE lineup_sets (
        lineup INTEGER NOT NULL, number INTEGER NOT NULL,
        etag TEXT, last_modified TEXT, sha256 TEXT, guide_state TEXT,
        PRIMARY KEY (lineup, number)
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE lineup_streams (
        lineup INTEGER NOT NULL, number INTEGER NOT NULL, entry INTEGER NOT NULL,
        address TEXT NOT NULL, options TEXT NOT NULL,
        PRIMARY KEY (lineup, number, entry)
    ) WITHOUT ROWID
    """,
)


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
    path = beside(database, ".secrets")
    if path == followed(database):
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
        with self.writing() if os.access(self.path, os.W_OK) else self.reading() as conn:
            row = conn.execute(
                "SELECT url, headers, private_addresses FROM credentials WHERE provider = ?", (name,)
            ).fetchone()
        return Credentials(row[0], json.loads(row[1]), row[2]) if row else None

    @property
    def readable(self) -> bool:
        """Whether this user may read the file; also true where there is none."""
        return not self.path.exists() or os.access(self.path, os.R_OK)

    def put(self, name: str, credentials: Credentials) -> None:
        """Store the credentials of a provider in place of earlier ones."""
        row = (name, credentials.url, json.dumps(credentials.headers), credentials.private_addresses)
        with self.writing() as conn:
            conn.execute("INSERT OR REPLACE INTO credentials VALUES (?, ?, ?, ?)", row)

    def rename(self, old: str, new: str) -> None:
        """Move the credentials of `old` to `new`, if there are any."""
        if old == new or not self.path.exists():
            return
        with self.writing() as conn:
            conn.execute("UPDATE OR REPLACE credentials SET provider = ? WHERE provider = ?", (new, old))

    def replace(self, old: str, new: str, credentials: Credentials) -> None:
        """Store the credentials of a provider that was called `old` and is called `new` now, in one transaction."""
        row = (new, credentials.url, json.dumps(credentials.headers), credentials.private_addresses)
        with self.writing() as conn:
            conn.execute("DELETE FROM credentials WHERE provider = ?", (old,))
            conn.execute("INSERT OR REPLACE INTO credentials VALUES (?, ?, ?, ?)", row)

    @contextmanager
    def kept(self, *names: str, unless: Callable[[], bool]) -> Iterator[None]:
        """Put back what is stored under `names` if the block fails, `unless` its purpose was reached all the same."""
        before = {name: self.get(name) for name in names}
        try:
            yield
        except BaseException:
            if not unless():
                self._put_back(before)
            raise

    def _put_back(self, before: dict[str, Credentials | None]) -> None:
        try:
            for name, credentials in before.items():
                if self.get(name) == credentials:
                    continue
                if credentials is None:
                    self.remove(name)
                else:
                    self.put(name, credentials)
        except (DatabaseError, OSError) as error:
            log.error("the secrets of %s could not be put back: %s", ", ".join(before), error)

    def remove(self, name: str) -> None:
        """Forget a provider; its bytes are overwritten (`secure_delete`)."""
        if not self.path.exists():
            return
        with self.writing() as conn:
            conn.execute("DELETE FROM credentials WHERE provider = ?", (name,))

    def clear(self) -> None:
        """Forget all providers and line-ups."""
        with self.writing() as conn:
            conn.execute("DELETE FROM credentials")
            conn.execute("DELETE FROM lineup_sources")
            conn.execute("DELETE FROM lineup_sets")
            conn.execute("DELETE FROM lineup_streams")

    def ensure(self) -> None:
        """Make the file, or check that it can be written, before a change elsewhere relies on it."""
        with self.writing():
            pass

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """For a user who may not write to the file, such as on a disk that is mounted read-only."""
        if not self.readable:
            raise DatabaseError(
                f"only the owner of {self.path} may read it; run this as that user", "secrets"
            )
        with translated(self.path), closing(connect_readonly(self.path)) as conn:
            self._check_kind(conn)
            yield conn

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """The file in one write transaction, made if it is missing; for the modules of `storage`."""
        self._protect()
        with (
            translated(self.path),
            closing(sqlite3.connect(self.path, isolation_level=None, timeout=10)) as conn,
        ):
            # A rollback journal takes the mode of the file it belongs to; secure_delete wipes what is
            # removed.
            conn.execute("PRAGMA secure_delete = ON")
            conn.execute("BEGIN IMMEDIATE")
            self._check_kind(conn)
            self._migrate(conn)
            yield conn
            conn.execute("COMMIT")

    def _protect(self) -> None:
        """Mode 0600 before anything is written, and again if somebody has widened it since."""
        try:
            os.close(make_private(self.path))
        except FileExistsError:
            if os.name != "nt" and tighten(self.path):
                log.warning("%s could be read by other users; its mode is now 0600", self.path)
        except OSError as error:
            raise DatabaseError(
                f"cannot make the secrets file {self.path}: {error.strerror}", "secrets"
            ) from error

    def _check_kind(self, conn: sqlite3.Connection) -> None:
        """Raise `DatabaseError` for somebody else's database that has come in place of the secrets."""
        found = {name for (name,) in conn.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        if found and "credentials" not in found:
            said = f"{self.path} is a database, but holds no secrets of a guide"
            remedy = "move it away, and put the right file there, or give the addresses again"
            raise DatabaseError(f"{said}; {remedy}", "secrets")

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
        if version < SCHEMA_VERSION:
            for statement in _LINEUPS:
                conn.execute(statement)
            conn.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
