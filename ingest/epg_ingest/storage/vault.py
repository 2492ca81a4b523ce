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
from ..core.redact import command_secrets, secrets_of
from .database import connect_readonly, translated
from .private_mode import make_private, tighten
from .vault_schema import CLEAR, WITH_MIRRORS, migrate

log = logging.getLogger(__name__)

ALLOW, DENY = "allow", "deny"

_PUT = """
    INSERT OR REPLACE INTO credentials (provider, url, headers, private_addresses, mirrors, command)
    VALUES (?, ?, ?, ?, ?, ?)
"""
_GET = "SELECT url, headers, private_addresses, mirrors, command FROM credentials WHERE provider = ?"
#: from a file of an older version that this user may only read
_GET_OLD = "SELECT url, headers, private_addresses, '[]', '[]' FROM credentials WHERE provider = ?"


@dataclass(frozen=True)
class Credentials:
    """What it takes to fetch a provider's feed. `private_addresses` is `allow` or `deny` (spec section 3).

    `mirrors` are further addresses, in the order in which they are tried after `url`; `command` is the argument list of a
    program that prints the feed.
    """

    url: str | None = field(default=None, repr=False)
    headers: dict[str, str] = field(default_factory=dict, repr=False)
    private_addresses: str = DENY
    mirrors: tuple[str, ...] = field(default=(), repr=False)
    command: tuple[str, ...] = field(default=(), repr=False)

    @property
    def addresses(self) -> tuple[str, ...]:
        """All addresses, in the order in which they are tried."""
        return ((self.url,) if self.url else ()) + self.mirrors

    @property
    def secrets(self) -> frozenset[str]:
        """The strings that must not be shown, for `redact`."""
        found = secrets_of(self.url or "", self.headers.items()) | command_secrets(self.command)
        return found.union(*(secrets_of(address) for address in self.mirrors))


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
            (version,) = conn.execute("PRAGMA user_version").fetchone()
            row = conn.execute(_GET_OLD if version < WITH_MIRRORS else _GET, (name,)).fetchone()
        if row is None:
            return None
        return Credentials(
            row[0], json.loads(row[1]), row[2], tuple(json.loads(row[3])), tuple(json.loads(row[4]))
        )

    @property
    def readable(self) -> bool:
        """Whether this user may read the file; also true where there is none."""
        return not self.path.exists() or os.access(self.path, os.R_OK)

    def put(self, name: str, credentials: Credentials) -> None:
        """Store the credentials of a provider in place of earlier ones."""
        with self.writing() as conn:
            conn.execute(_PUT, _row(name, credentials))

    def rename(self, old: str, new: str) -> None:
        """Move the credentials of `old` to `new`, if there are any."""
        if old == new or not self.path.exists():
            return
        with self.writing() as conn:
            conn.execute("UPDATE OR REPLACE credentials SET provider = ? WHERE provider = ?", (new, old))

    def replace(self, old: str, new: str, credentials: Credentials) -> None:
        """Store the credentials of a provider that was called `old` and is called `new` now, in one transaction."""
        with self.writing() as conn:
            conn.execute("DELETE FROM credentials WHERE provider = ?", (old,))
            conn.execute(_PUT, _row(new, credentials))

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
        """Forget everything: providers, line-ups, watches."""
        with self.writing() as conn:
            for statement in CLEAR:
                conn.execute(statement)

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
            migrate(conn, self.path)
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


def _row(name: str, credentials: Credentials) -> tuple[str | None, ...]:
    headers, mirrors, command = (
        json.dumps(value) for value in (credentials.headers, credentials.mirrors, credentials.command)
    )
    return name, credentials.url, headers, credentials.private_addresses, mirrors, command
