"""What SQLite alone costs: `executemany` of rows that are already parsed, with the same table and indexes.

python benchmarks/rawsql.py SOURCE_DATABASE TARGET_DATABASE

The rows of `programs` are read from a finished import, a batch at a time; only writing them is timed. No
foreign keys, no full-text index. Prints the seconds.
"""

from __future__ import annotations

import sqlite3
import sys
import time

BATCH = 5000
DEFINITIONS = """
SELECT sql FROM sqlite_master WHERE tbl_name = 'programs' AND type IN ('table', 'index') AND sql IS NOT NULL
"""


def rawsql(source: str, target: str) -> float:
    """Seconds of wall time for all inserts and the commit."""
    read, write = sqlite3.connect(source), sqlite3.connect(target, isolation_level=None)
    for pragma in ("journal_mode = WAL", "synchronous = NORMAL", "cache_size = -49152"):
        write.execute(f"PRAGMA {pragma}")
    for (statement,) in read.execute(DEFINITIONS):
        write.execute(statement)
    rows = read.execute("SELECT * FROM programs ORDER BY id")
    insert = f"INSERT INTO programs VALUES ({', '.join('?' * len(rows.description))})"
    seconds = 0.0
    write.execute("BEGIN IMMEDIATE")
    while batch := rows.fetchmany(BATCH):
        started = time.perf_counter()
        write.executemany(insert, batch)
        seconds += time.perf_counter() - started
    started = time.perf_counter()
    write.execute("COMMIT")
    return seconds + time.perf_counter() - started


if __name__ == "__main__":
    print(f"{rawsql(*sys.argv[1:3]):.3f}")
