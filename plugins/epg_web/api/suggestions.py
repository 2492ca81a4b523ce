"""The rows of `/mappings/candidates`: all that anybody may ask for are made at once, and kept for a state of the guide.

They cost CPU seconds in a large guide. Whatever a request asks for, and as CSV too, it cannot make them again before the guide
changes; nor can it try again what took too long.
"""

import json
import sqlite3
from dataclasses import asdict

from ..base.answer import Refused
from ..base.connections import Generation, read_generation
from .routes import MOST_CANDIDATES

TOO_LONG = "these take too long in this guide; run epg-ingest channels candidates"
_FILE = "SELECT file FROM pragma_database_list WHERE name = 'main'"
#: the rows of the last state of each database file, None where they took too long; used from the slow thread of its lane
_kept: dict[str, tuple[Generation, list[str] | None]] = {}


def candidate_rows(conn: sqlite3.Connection) -> list[str]:
    """What `epg-ingest channels candidates` shows, as JSON, the likeliest first; at most `MOST_CANDIDATES`.

    Within a read transaction. Raises `Refused` (503) if the deadline of the connection ended an earlier try.
    """
    (file,) = conn.execute(_FILE).fetchone()
    generation = read_generation(conn)
    kept = _kept.get(file)
    if kept is None or kept[0] != generation:
        _kept[file] = generation, None
        _kept[file] = kept = generation, _made(conn)
    if kept[1] is None:
        raise Refused(503, TOO_LONG, headers={"Retry-After": "60"})
    return kept[1]


def _made(conn: sqlite3.Connection) -> list[str]:
    # The names are compared by the package `epg_ingest`.
    from epg_ingest.guide.candidates import candidates
    from epg_ingest.storage.database import opened

    found = candidates(opened(conn))[:MOST_CANDIDATES]
    return [json.dumps(asdict(row), ensure_ascii=False, separators=(",", ":")) for row in found]
