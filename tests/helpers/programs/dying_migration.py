"""Upgrades copies of a guide, each in a process that kills itself (SIGKILL) one statement later than the one before:
`python -m tests.helpers.programs.dying_migration GUIDE FOLDER BATCH`.

The copies are `FOLDER/0.db`, `FOLDER/1.db` and so on. `m004_contents` moves BATCH programmes at a time. At the end it prints
the number of copies that were killed; the last copy is the one whose upgrade came to its end.
"""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import sys
from pathlib import Path
from typing import Any

from epg_ingest.storage import migrations
from epg_ingest.storage.database import open_database


def die_at(statement: int) -> None:
    """Kill this process when a connection that is opened from now on begins its n-th statement, from 0."""
    seen = 0

    def count(_: str) -> None:
        nonlocal seen
        if seen == statement:
            os.kill(os.getpid(), signal.SIGKILL)
        seen += 1

    real = sqlite3.connect

    def connect(*arguments: Any, **settings: Any) -> sqlite3.Connection:
        conn: sqlite3.Connection = real(*arguments, **settings)
        conn.set_trace_callback(count)
        return conn

    sqlite3.connect = connect  # type: ignore[assignment]


def killed(path: Path, statement: int) -> bool:
    """Upgrade a guide in a process of its own; whether it was killed before it was done."""
    child = os.fork()
    if not child:
        die_at(statement)
        open_database(path).close()
        os._exit(0)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])


def main(guide: Path, folder: Path, batch: int) -> None:
    migrations.M004_BATCH = batch
    statement = -1
    while True:
        statement += 1
        path = folder / f"{statement}.db"
        shutil.copy(guide, path)
        if not killed(path, statement):
            break
    print(statement)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))
