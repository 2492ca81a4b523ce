"""Upgrades copies of a guide, each in a process that kills itself (SIGKILL) at a later statement than the one before:
`python -m tests.helpers.programs.dying_migration GUIDE FOLDER BATCH`.

The copies are `FOLDER/0.db`, `FOLDER/1.db` and so on. `m004_contents` moves BATCH programmes at a time. At the end it prints
the numbers of the statements that the copies were killed at, and of all; one more copy came to the end of its upgrade.
"""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from epg_ingest.storage import migrations
from epg_ingest.storage.database import open_database

#: Within a transaction, every statement leaves the same file behind: one in so many will do. It is no multiple of the number
#: of statements of a batch, so each batch is killed at others.
APART = 23


def trace(called: Callable[[str], None]) -> None:
    """Call a function with each statement of the connections that are opened from now on, before it runs."""
    real = sqlite3.connect

    def connect(*arguments: Any, **settings: Any) -> sqlite3.Connection:
        conn: sqlite3.Connection = real(*arguments, **settings)
        conn.set_trace_callback(called)
        return conn

    sqlite3.connect = connect  # type: ignore[assignment]


def die_at(statement: int) -> None:
    """Kill this process when it begins its n-th statement, from 0."""
    seen = 0

    def count(_: str) -> None:
        nonlocal seen
        if seen == statement:
            os.kill(os.getpid(), signal.SIGKILL)
        seen += 1

    trace(count)


def upgraded(path: Path, statement: int | None = None) -> list[str]:
    """Upgrade a guide in a process of its own, up to a statement; the statements, or none when it was killed there."""
    told = path.with_suffix(".statements")
    child = os.fork()
    if not child:
        said: list[str] = []
        if statement is None:
            trace(said.append)
        else:
            die_at(statement)
        open_database(path).close()
        told.write_text("\0".join(said), encoding="utf-8")
        os._exit(0)
    killed = os.WIFSIGNALED(os.waitpid(child, 0)[1])
    return [] if killed else told.read_text(encoding="utf-8").split("\0")


def points(statements: list[str]) -> list[int]:
    """Where to kill: before and after each commit, at each writing statement outside a transaction, spread over the others."""
    chosen, inside = set(), False
    for place, statement in enumerate(statements):
        ends = statement.startswith(("COMMIT", "ROLLBACK"))
        reads = statement.lower().startswith("select")
        if ends or not (inside or reads):
            chosen |= {place, min(place + 1, len(statements) - 1)} if ends else {place}
        inside = not ends and (inside or statement.startswith("BEGIN"))
    return sorted(chosen | set(range(0, len(statements), APART)))


def main(guide: Path, folder: Path, batch: int) -> None:
    migrations.M004_BATCH = batch
    whole = shutil.copy(guide, folder / "whole.db")
    statements = upgraded(Path(whole))
    chosen = points(statements)
    for place, statement in enumerate(chosen):
        path = Path(shutil.copy(guide, folder / f"{place}.db"))
        assert not upgraded(path, statement), f"it was not killed at {statement}"
    shutil.copy(whole, folder / f"{len(chosen)}.db")
    print(len(chosen), len(statements))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))
