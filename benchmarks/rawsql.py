"""What SQLite alone costs: `executemany` of rows that are already parsed, with the same tables and indexes.

python benchmarks/rawsql.py SOURCE_DATABASE TARGET_DATABASE

The rows of `contents` and `airings` are read from a finished import, a batch at a time; only writing them is timed. No
foreign keys, no full-text index. Prints the seconds.
"""

from __future__ import annotations

import sqlite3
import sys
import time

BATCH = 5000
TABLES = ("contents", "airings")
DEFINITIONS = """
SELECT sql FROM sqlite_master WHERE tbl_name = ? AND type IN ('table', 'index') AND sql IS NOT NULL
"""


def rawsql(source: str, target: str) -> float:
    """Seconds of wall time for all inserts and the commit."""
    read, write = sqlite3.connect(source), sqlite3.connect(target, isolation_level=None)
    for pragma in ("journal_mode = WAL", "synchronous = NORMAL", "cache_size = -49152"):
        write.execute(f"PRAGMA {pragma}")
    for table in TABLES:
        for (statement,) in read.execute(DEFINITIONS, [table]):
            write.execute(statement)
    write.execute("BEGIN IMMEDIATE")
    seconds = sum(copied(read, write, table) for table in TABLES)
    started = time.perf_counter()
    write.execute("COMMIT")
    return seconds + time.perf_counter() - started


def copied(read: sqlite3.Connection, write: sqlite3.Connection, table: str) -> float:
    """Seconds for the inserts of one table."""
    rows = read.execute(f"SELECT * FROM {table} ORDER BY id")
    insert = f"INSERT INTO {table} VALUES ({', '.join('?' * len(rows.description))})"
    seconds = 0.0
    while batch := rows.fetchmany(BATCH):
        started = time.perf_counter()
        write.executemany(insert, batch)
        seconds += time.perf_counter() - started
    return seconds


if __name__ == "__main__":
    print(f"{rawsql(*sys.argv[1:3]):.3f}")
