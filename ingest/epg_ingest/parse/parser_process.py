"""The main module of a parser process: `python -m epg_ingest.parse.parser_process`, started by `parse/pool.py`.

The first message is the `Rules`, pickled, and the path of the part that takes the rows. Each further message is a `Job`. The
answer is a `BatchReport` and None, or None and the message of a database error.
"""

from __future__ import annotations

import gc
import pickle
import sqlite3
from typing import Any

from ..core.processes import Peer, run_child
from ..stage import tables
from .jobs import Job, stage_result
from .reader import Reader


def work(importer: Peer) -> None:
    """Read jobs until the importer has ended."""
    # Rows make no reference cycles; the collector would only walk them over and over.
    gc.disable()
    rules, path = importer.receive()
    reader = Reader(pickle.loads(rules))  # noqa: S301 - from the importer
    conn = None
    while True:
        job = Job(*importer.receive())
        try:
            conn = conn or tables.open_part(path)
            answer: Any = (tuple(vars(stage_result(reader.read(job), conn, "main")).values()), None)
        except sqlite3.Error as error:
            answer = None, str(error)
        importer.send(answer)


if __name__ == "__main__":
    run_child(work)
