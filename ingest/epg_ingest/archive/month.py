"""One month of the archive: its file is written anew from the old one and the programmes to add, read back, and renamed.

A programme that is in the file already is replaced, so that running twice gives the same rows. Rows are held a batch at a
time; which of them are there already is asked of the database.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import zip_longest
from pathlib import Path
from typing import Any

import pyarrow as pa  # type: ignore[import-untyped, import-not-found, unused-ignore]
import pyarrow.parquet as pq  # type: ignore[import-untyped, import-not-found, unused-ignore]

from ..core.errors import DatabaseError
from ..core.times import iso
from ..storage.backup import beside, publish
from .typed_rows import BATCH, SCHEMA, VERSION, VERSION_KEY, Columns, conform, from_batch, stored, to_batch

#: rows that a reader of the files takes in one piece; statistics of each let engines pass over those of other days
GROUP = 50_000
MODE = 0o644

_KEYS = """
    CREATE TEMP TABLE archive_keys (
        n INTEGER PRIMARY KEY, provider TEXT, channel TEXT, start_time TEXT, id INTEGER, created_at TEXT, updated_at TEXT)
"""
#: archived rows (`n`) of programmes that are archived again: the same by name and start, or the very same row, whose channel or
#: provider has another name now. `newer` if the archive has the later version, as after the restore of a backup.
_KNOWN = """
    SELECT k.n, k.updated_at > p.updated_at AS newer, p.id
    FROM temp.archive_keys k CROSS JOIN main.providers v ON v.name = k.provider
    CROSS JOIN main.channels c ON c.name = k.channel
    CROSS JOIN main.programs p ON p.provider_id = v.id AND p.channel_id = c.id AND p.start_time = k.start_time
    CROSS JOIN temp.archiving a ON a.id = p.id
    UNION
    SELECT k.n, k.updated_at > p.updated_at, p.id
    FROM temp.archive_keys k CROSS JOIN temp.archiving a ON a.id = k.id CROSS JOIN main.programs p ON p.id = a.id
    WHERE p.start_time = k.start_time AND p.created_at = k.created_at
"""


def merge_month(conn: sqlite3.Connection, folder: Path, month: str) -> Path:
    """Bring the programmes of `temp.archiving` that start in `month` (`YYYY-MM`) into its file; returns the file.

    When this returns, the file on the disk has been compared with every one of them. Raises `DatabaseError` otherwise, with
    the file as it was, and `OSError` for a full disk.
    """
    target = folder / f"programs-{month}.parquet"
    with beside(target) as temporary:
        with _translated(target):
            kept = _write(conn, target, temporary, month)
            _verify(conn, temporary, month, kept)
        os.chmod(temporary, MODE)
        publish(temporary, target)
    return target


@contextmanager
def _translated(target: Path) -> Iterator[None]:
    try:
        yield
    except pa.ArrowException as error:
        said = " ".join(str(error).split())[:120]
        raise DatabaseError(
            f"{target} cannot be used ({said}); restore it or move it away", "archive"
        ) from error


def _write(conn: sqlite3.Connection, target: Path, temporary: Path, month: str) -> int:
    """Everything that is to be in the file; how many of the rows, which come first, were in the old one."""
    with pq.ParquetWriter(temporary, SCHEMA, compression="zstd", compression_level=6) as file:
        writer = _Writer(file)
        for batch in _kept(conn, target):
            writer.add(batch)
        kept = writer.rows
        for columns in stored(conn, month):
            writer.add(to_batch(columns))
        writer.flush()
    return kept


class _Writer:
    """Collects batches to row groups of one size: many small ones make a file slow to read."""

    def __init__(self, file: Any) -> None:
        self.file, self.rows = file, 0
        self.waiting: list[Any] = []

    def add(self, batch: Any) -> None:
        self.rows += batch.num_rows
        self.waiting.append(batch)
        if sum(part.num_rows for part in self.waiting) >= GROUP:
            self.flush()

    def flush(self) -> None:
        if self.waiting:
            self.file.write_table(pa.Table.from_batches(self.waiting, SCHEMA))
            self.waiting = []


def _kept(conn: sqlite3.Connection, target: Path) -> Iterator[Any]:
    """The rows of the old file that are not replaced. Programmes of which it has a later version are marked `superseded`."""
    if not target.exists():
        return
    conn.execute("DROP TABLE IF EXISTS temp.archive_keys")
    conn.execute(_KEYS)
    with pq.ParquetFile(target) as file:
        _check_version(target, file)
        for found in file.iter_batches(BATCH):
            batch = conform(found)
            replaced = _replaced(conn, batch)
            yield (
                batch.filter(pa.array([n not in replaced for n in range(batch.num_rows)]))
                if replaced
                else batch
            )


def _check_version(target: Path, file: Any) -> None:
    version = (file.schema_arrow.metadata or {}).get(VERSION_KEY)
    if version is None:
        raise DatabaseError(f"{target} is no file of this archive; move it away", "archive")
    if int(version) > int(VERSION):
        raise DatabaseError(
            f"{target} was made by a newer version of datasette-epg; upgrade with: pip install -U datasette-epg",
            "newer",
        )


def _replaced(conn: sqlite3.Connection, batch: Any) -> set[int]:
    """Which rows of a batch of the old file give way to programmes that are archived now."""
    conn.execute("DELETE FROM temp.archive_keys")
    conn.executemany("INSERT INTO temp.archive_keys VALUES (?, ?, ?, ?, ?, ?, ?)", _keys(batch))
    known = conn.execute(_KNOWN).fetchall()
    replaced = {n for n, later, _ in known if not later}
    newer = [(identifier,) for n, _, identifier in known if n not in replaced]
    conn.executemany("UPDATE temp.archiving SET superseded = 1 WHERE id = ?", newer)
    return replaced


def _keys(batch: Any) -> Iterator[tuple[Any, ...]]:
    """Rows for `_KEYS`."""
    names = ["provider", "channel", "start_time", "id", "created_at", "updated_at"]
    provider, channel, start, identifier, created, updated = from_batch(batch.select(names))
    texts = [[iso(time // 1000) for time in column] for column in (start, created, updated)]
    return zip(
        range(batch.num_rows), provider, channel, texts[0], identifier, texts[1], texts[2], strict=True
    )


def _verify(conn: sqlite3.Connection, temporary: Path, month: str, kept: int) -> None:
    """Compare what was written, read back from the file, with the database: every value of every row."""
    end = object()
    for written, wanted in zip_longest(
        _read_back(temporary, kept), _rows(stored(conn, month)), fillvalue=end
    ):
        if written != wanted:
            raise DatabaseError(
                f"what was written for {month} is not what was read; check the disk of the archive", "archive"
            )


def _read_back(temporary: Path, skip: int) -> Iterator[tuple[Any, ...]]:
    with pq.ParquetFile(temporary) as file:
        for batch in file.iter_batches(BATCH):
            if skip < batch.num_rows:
                yield from _rows([from_batch(batch.slice(skip))])
            skip = max(0, skip - batch.num_rows)


def _rows(batches: Iterator[Columns] | list[Columns]) -> Iterator[tuple[Any, ...]]:
    for columns in batches:
        yield from zip(*columns, strict=True)
