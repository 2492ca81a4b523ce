"""One month of the archive: a new file is written from the old one and the programmes to add, read back, and renamed.

A programme that is in the file already is replaced, so a second run gives the same rows. Only one batch of rows is in memory
at a time; a query finds which of them are in the file already.
"""

from __future__ import annotations

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
from ..storage.private_mode import take_mode
from .typed_rows import BATCH, SCHEMA, VERSION, VERSION_KEY, Columns, conform, from_batch, stored, to_batch

#: rows in a row group of the files; the statistics of each group let engines skip the groups of other days
GROUP = 50_000
MODE = 0o644

_KEYS = """
    CREATE TEMP TABLE archive_keys (
        n INTEGER PRIMARY KEY, provider TEXT, channel TEXT, start_time TEXT, id INTEGER, created_at TEXT, updated_at TEXT)
"""
#: Archived rows (`n`) of programmes that are archived again: those with the same provider, channel and start, and those of the
#: same row of `programs`, whose channel or provider was renamed. `newer` if the archive has the later version, as it may after
#: a backup was restored.
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
    """Put the programmes of `temp.archiving` that start in `month` (`YYYY-MM`) into the file of the month; returns its path.

    When this returns, the file on the disk has been compared with all of them. Raises `DatabaseError` if they differ or the
    old file cannot be used, `OSError` for a full disk; the old file is then as it was.
    """
    target = folder / f"programs-{month}.parquet"
    with beside(target) as temporary:
        with _translated(target):
            kept = _write(conn, target, temporary, month)
            _verify(conn, temporary, month, kept)
        take_mode(temporary, MODE)
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
    """Write the new file; returns how many of its rows come from the old file. Those are its first rows."""
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
    """Collects batches into row groups of one size: many small groups make a file slow to read."""

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
    """The rows of the old file that are not replaced. Marks programmes `superseded` if the old file has a later version."""
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
    """The rows of a batch of the old file that programmes archived now replace, by their place in the batch."""
    conn.execute("DELETE FROM temp.archive_keys")
    conn.executemany("INSERT INTO temp.archive_keys VALUES (?, ?, ?, ?, ?, ?, ?)", _keys(batch))
    known = conn.execute(_KNOWN).fetchall()
    replaced = {n for n, later, _ in known if not later}
    newer = [(identifier,) for n, _, identifier in known if n not in replaced]
    conn.executemany("UPDATE temp.archiving SET superseded = 1 WHERE id = ?", newer)
    return replaced


def _keys(batch: Any) -> Iterator[tuple[Any, ...]]:
    """The rows of the table `archive_keys` for a batch."""
    names = ["provider", "channel", "start_time", "id", "created_at", "updated_at"]
    provider, channel, start, identifier, created, updated = from_batch(batch.select(names))
    texts = [[iso(time // 1000) for time in column] for column in (start, created, updated)]
    return zip(
        range(batch.num_rows), provider, channel, texts[0], identifier, texts[1], texts[2], strict=True
    )


def _verify(conn: sqlite3.Connection, temporary: Path, month: str, kept: int) -> None:
    """Read the written rows back from the file and compare every value with the database."""
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
