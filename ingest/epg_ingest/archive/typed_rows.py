"""A programme as a row of the archive, and back, so that what was written can be compared with the database.

Times are timestamps in UTC without a zone: the days and hours of a query are then UTC on every machine, and no engine needs a
database of time zones to read them. Lists are lists; `details` is JSON text.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from typing import Any

import orjson
import pyarrow as pa  # type: ignore[import-untyped, import-not-found, unused-ignore]

from ..core.errors import DatabaseError
from ..core.times import from_iso

#: rows in memory at a time
BATCH = 5_000
#: goes up when a column is added or changes its meaning; kept in each file
VERSION = "1"
VERSION_KEY = b"datasette-epg.archive"

#: the columns of the files in order, with their kind. The first four name the channel and the provider, for which `programs`
#: has only ids
COLUMNS: tuple[tuple[str, str], ...] = (
    ("channel", "text"), ("display_name", "text"), ("number", "text"), ("provider", "text"),
    ("start_time", "time"), ("end_time", "time"), ("title", "text"), ("subtitle", "text"), ("description", "text"),
    ("category", "list"), ("episode_num", "text"), ("season", "integer"), ("episode", "integer"), ("rating", "text"),
    ("actors", "list"), ("directors", "list"), ("icon_url", "text"), ("is_new", "flag"), ("details", "text"),
    ("end_source", "text"), ("shown", "flag"), ("shadowed_by", "integer"), ("id", "integer"),
    ("channel_id", "integer"), ("provider_id", "integer"), ("content_hash", "integer"),
    ("created_at", "time"), ("updated_at", "time"),
)  # fmt: skip
_TYPES = {
    "text": pa.string(),
    "time": pa.timestamp("ms"),
    "list": pa.list_(pa.string()),
    "integer": pa.int64(),
    "flag": pa.bool_(),
}
SCHEMA = pa.schema([(name, _TYPES[kind]) for name, kind in COLUMNS], {VERSION_KEY: VERSION.encode()})

_ROWS = """
    SELECT c.name, c.display_name, c.number, v.name, p.start_time, p.end_time, p.title, p.subtitle, p.description,
           p.category, p.episode_num, p.season, p.episode, p.rating, p.actors, p.directors, p.icon_url, p.is_new, p.details,
           p.end_source, p.shadowed_by IS NULL AND v.enabled = 1 AND c.hidden = 0, p.shadowed_by, p.id, p.channel_id,
           p.provider_id, p.content_hash, p.created_at, p.updated_at
    FROM temp.archiving a CROSS JOIN main.programs p ON p.id = a.id
    CROSS JOIN main.channels c ON c.id = p.channel_id CROSS JOIN main.providers v ON v.id = p.provider_id
    WHERE a.month = :month AND NOT a.superseded ORDER BY a.position
"""
#: what is compared: columns of Python values
Columns = list[list[Any]]


def stored(conn: sqlite3.Connection, month: str) -> Iterator[Columns]:
    """The programmes of `temp.archiving` that start in `month` (`YYYY-MM`), in batches of columns.

    Times are epoch milliseconds. Raises `DatabaseError` for a row with a time or a list that cannot be read.
    """
    cursor = conn.execute(_ROWS, {"month": month})
    while rows := cursor.fetchmany(BATCH):
        yield [
            _values(kind, column) for (_, kind), column in zip(COLUMNS, zip(*rows, strict=True), strict=True)
        ]


def _values(kind: str, column: Sequence[Any]) -> list[Any]:
    try:
        if kind == "time":
            return [from_iso(text) * 1000 for text in column]
        if kind == "list":
            return [orjson.loads(text) for text in column]
    except (ValueError, TypeError) as error:
        raise DatabaseError(
            "a time or a list of a programme cannot be read; run: epg-ingest doctor", "damaged"
        ) from error
    return [None if value is None else bool(value) for value in column] if kind == "flag" else list(column)


def to_batch(columns: Columns) -> Any:
    """Columns as a `pyarrow.RecordBatch` of `SCHEMA`. Raises `DatabaseError` for values of another type."""
    try:
        arrays = [_array(field, values) for field, values in zip(SCHEMA, columns, strict=True)]
    except pa.ArrowException as error:
        raise DatabaseError(
            "a programme has a value of an unexpected type; run: epg-ingest doctor", "damaged"
        ) from error
    return pa.RecordBatch.from_arrays(arrays, schema=SCHEMA)


def _array(field: Any, values: list[Any]) -> Any:
    if pa.types.is_timestamp(field.type):
        return pa.array(values, pa.int64()).cast(field.type)
    return pa.array(values, field.type)


def from_batch(batch: Any) -> Columns:
    """The columns of a batch that was read from a file, as `stored` gives them."""
    return [
        (column.cast(pa.int64()) if pa.types.is_timestamp(column.type) else column).to_pylist()
        for column in batch.columns
    ]


def conform(batch: Any) -> Any:
    """A batch of an older file with the present columns; columns that it lacks are null."""
    if batch.schema.equals(SCHEMA):
        return batch
    found = set(batch.schema.names)
    arrays = [
        batch.column(field.name).cast(field.type)
        if field.name in found
        else pa.nulls(batch.num_rows, field.type)
        for field in SCHEMA
    ]
    return pa.RecordBatch.from_arrays(arrays, schema=SCHEMA)
