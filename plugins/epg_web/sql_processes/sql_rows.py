"""Rows of another process as `sqlite3.Row`, which Datasette's views and templates expect."""

import sqlite3
import threading
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

_lock = threading.Lock()
_maker = sqlite3.connect(":memory:", check_same_thread=False)


@lru_cache(maxsize=64)
def described(names: tuple[str, ...]) -> sqlite3.Cursor:
    """A cursor whose rows have these columns: `sqlite3.Row` takes the names from one, and there is no other way."""
    columns = ", ".join('NULL AS "' + name.replace('"', '""') + '"' for name in names)
    with _lock:
        return _maker.execute(f"SELECT {columns}")


def as_rows(names: Sequence[str], rows: list[tuple[Any, ...]]) -> tuple[list[sqlite3.Row], Any]:
    """The rows, and the description of their columns as `cursor.description` has it; None for no columns."""
    if not names:
        return [], None
    cursor = described(tuple(names))
    return [sqlite3.Row(cursor, row) for row in rows], cursor.description
