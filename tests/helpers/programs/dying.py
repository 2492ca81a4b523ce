"""An import that kills its own process (SIGKILL) at a given point:
`python -m tests.helpers.programs.dying DATABASE PROVIDER FEED POINT`.

POINT is `stage:NAME` (at the start of the stage), `parsed:N` (after the N-th batch was read), `write:N` (before the N-th
statement of the merge transaction) or `inside:N` (within a statement of that transaction, after N thousand steps of SQLite's
virtual machine). Before it dies, it prints the ids of its child processes.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from epg_ingest.core.limits import Limits, Retention
from epg_ingest.guide.providers import get_provider
from epg_ingest.pipeline.run import Options, Silent, import_lock, mark_interrupted, run_import
from epg_ingest.storage.database import open_database
from epg_ingest.storage.vault import Vault, vault_path


def die() -> None:
    children = Path("/proc/self/task").glob("*/children")
    print(" ".join(path.read_text() for path in children), flush=True)
    os.kill(os.getpid(), signal.SIGKILL)


class Dying(Silent):
    """Kills the process when the point (`kind` and `at`) is reached."""

    def __init__(self, conn: object, point: str) -> None:
        self.conn = conn
        self.kind, _, self.at = point.partition(":")
        self.count = 0

    def stage(self, name: str) -> None:
        if self.kind == "stage" and self.at == name:
            die()
        if name == "merge" and self.kind == "write":
            self.conn.set_trace_callback(lambda statement: self.step())  # type: ignore[attr-defined]
        if name == "merge" and self.kind == "inside":
            self.conn.set_progress_handler(self.step, 1000)  # type: ignore[attr-defined]

    def parsed(self, programmes: int, size: int) -> None:
        if self.kind == "parsed":
            self.step()

    def step(self) -> int:
        self.count += 1
        if self.count >= int(self.at):
            die()
        return 0


def main(database: str, provider: str, feed: str, point: str) -> None:
    db = open_database(database)
    options = Options(Retention(None, None, None), Limits(), force=True)
    with import_lock(database, wait=True):
        mark_interrupted(db)
        dying = Dying(db.conn, point)
        run_import(
            db,
            Vault(vault_path(database)),
            get_provider(db, provider),
            options,
            file=Path(feed),
            progress=dying,
        )
    print("still alive", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
