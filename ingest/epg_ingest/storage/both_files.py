"""A change of a provider in both files, or in none."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from .vault import Vault

_PROVIDERS = "SELECT id, name, updated_at FROM providers WHERE name IN (?, ?)"


@contextmanager
def both(conn: sqlite3.Connection, vault: Vault, *names: str) -> Iterator[None]:
    """Put the secrets of the providers with these one or two names back if the block fails.

    SQLite has no commit over two files of which one is in WAL mode. So the block changes the secrets last, and then commits the
    guide. If that fails, the secrets become what they were; not so if a signal came just after the commit.
    """

    def rows() -> list[Any]:
        return conn.execute(_PROVIDERS, [names[0], names[-1]]).fetchall()

    before = rows()
    with vault.kept(*names, unless=lambda: rows() != before):
        yield
