"""What `epg.secrets` keeps of line-ups: the address of the source, the key of the playlist, the addresses of streams.

The addresses of a line-up's streams are kept in numbered sets. `lineups.address_set` in `epg.db` names the one that counts. A
refresh writes a whole new set first, then commits the guide, and then deletes the old set. So a refresh that is killed at any
point leaves the line-up as it was, although SQLite has no commit over both files.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import NamedTuple

from ..core.redact import redact_url, secrets_of
from .vault import DENY, Vault

_PUT = "INSERT OR REPLACE INTO lineup_sources VALUES (?, ?, ?, ?, ?)"
_GET = "SELECT url, headers, private_addresses, playlist_key FROM lineup_sources WHERE lineup = ?"
_HAS = "SELECT 1 FROM sqlite_master WHERE name = 'lineup_sources'"
_STATE = "SELECT etag, last_modified, sha256, guide_state FROM lineup_sets WHERE lineup = ? AND number = ?"
_STREAMS = "SELECT entry, address, options FROM lineup_streams WHERE lineup = ? AND number = ?"


@dataclass(frozen=True)
class LineupSource:
    """Where a line-up is read from, and the key that its playlist needs. `private_addresses` is `allow` or `deny`."""

    url: str | None = field(default=None, repr=False)
    headers: dict[str, str] = field(default_factory=dict, repr=False)
    private_addresses: str = DENY
    key: str = field(default="", repr=False)

    @property
    def secrets(self) -> frozenset[str]:
        """The strings that must not be shown, for `redact`."""
        found = secrets_of(self.url or "", self.headers.items())
        return found | {self.key} if self.key else found

    @property
    def origin(self) -> str | None:
        """Scheme and host of the address, for those who may change the line-up; None without an address."""
        return redact_url(self.url) if self.url else None


class ReadState(NamedTuple):
    """What was last read of a source: its validators, the hash of the body, and the state of the guide it was matched with."""

    etag: str | None = None
    last_modified: str | None = None
    sha256: str | None = None
    guide: str | None = None


class Stream(NamedTuple):
    """Where an entry is played: its address, and the lines of the playlist that belong to it."""

    address: str
    options: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return "Stream(…)"


class LineupSecrets:
    """The part of the secrets file that is about line-ups, by the ids of `lineups` and `lineup_channels`.

    Each call opens the file, does one thing and closes it. All raise `DatabaseError` as `Vault` does.
    """

    def __init__(self, vault: Vault) -> None:
        self.vault = vault

    def get(self, lineup: int) -> LineupSource | None:
        """The source of a line-up, None when nothing is kept for it."""
        with self._reading() as conn:
            row = conn.execute(_GET, [lineup]).fetchone() if conn else None
        return LineupSource(row[0], json.loads(row[1]), row[2], row[3]) if row else None

    def put(self, lineup: int, source: LineupSource) -> None:
        """Store the source of a line-up in place of an earlier one."""
        with self.vault.writing() as conn:
            row = (lineup, source.url, json.dumps(source.headers), source.private_addresses, source.key)
            conn.execute(_PUT, row)

    def remove(self, lineup: int) -> None:
        """Forget a line-up with its streams; the bytes are overwritten."""
        if self.vault.path.exists():
            with self.vault.writing() as conn:
                conn.execute("DELETE FROM lineup_sources WHERE lineup = ?", [lineup])
                _drop_sets(conn, lineup, None)

    def state(self, lineup: int, number: int) -> ReadState:
        """What was last read, as it was when the set of addresses with this number was written."""
        with self._reading() as conn:
            row = conn.execute(_STATE, [lineup, number]).fetchone() if conn else None
        return ReadState(*row) if row else ReadState()

    def note_state(self, lineup: int, number: int, state: ReadState) -> None:
        """Change what was last read without a new set."""
        with self.vault.writing() as conn:
            conn.execute(
                "INSERT OR REPLACE INTO lineup_sets VALUES (?, ?, ?, ?, ?, ?)", [lineup, number, *state]
            )

    def streams(self, lineup: int, number: int) -> dict[int, Stream]:
        """The streams of a set by the ids of their entries."""
        with self._reading() as conn:
            rows = conn.execute(_STREAMS, [lineup, number]).fetchall() if conn else []
        return {
            entry: Stream(address, tuple(options.split("\n")) if options else ())
            for entry, address, options in rows
        }

    def write_set(
        self, lineup: int, number: int, state: ReadState, streams: Iterable[tuple[int, Stream]]
    ) -> None:
        """Write a set that does not count yet. A set of this number that a killed refresh has left is replaced."""
        with self.vault.writing() as conn:
            _drop_set(conn, lineup, number)
            conn.execute("INSERT INTO lineup_sets VALUES (?, ?, ?, ?, ?, ?)", [lineup, number, *state])
            conn.executemany(
                "INSERT INTO lineup_streams VALUES (?, ?, ?, ?, ?)",
                (
                    (lineup, number, entry, stream.address, "\n".join(stream.options))
                    for entry, stream in streams
                ),
            )

    def drop_others(self, lineup: int, number: int) -> None:
        """Delete the sets of a line-up that do not count."""
        with self.vault.writing() as conn:
            _drop_sets(conn, lineup, number)

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection | None]:
        """A connection for reading; None where nothing about line-ups was ever kept."""
        if not self.vault.path.exists():
            yield None
            return
        writable = os.access(self.vault.path, os.W_OK)
        with self.vault.writing() if writable else self.vault.reading() as conn:
            yield conn if conn.execute(_HAS).fetchone() else None


def _drop_set(conn: sqlite3.Connection, lineup: int, number: int) -> None:
    conn.execute("DELETE FROM lineup_streams WHERE lineup = ? AND number = ?", [lineup, number])
    conn.execute("DELETE FROM lineup_sets WHERE lineup = ? AND number = ?", [lineup, number])


def _drop_sets(conn: sqlite3.Connection, lineup: int, but: int | None) -> None:
    """Delete all sets of a line-up `but` one; None for all."""
    found = conn.execute("SELECT number FROM lineup_sets WHERE lineup = ?", [lineup]).fetchall()
    for (number,) in found:
        if number != but:
            _drop_set(conn, lineup, number)
