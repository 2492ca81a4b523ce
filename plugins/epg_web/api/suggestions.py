"""The rows of `/mappings/candidates`: all that anybody may ask for are made at once, and kept for a state of the guide.

They cost CPU seconds in a large guide. Whatever a request asks for, and as CSV too, it cannot make them again before the guide
changes; nor can it try again what took too long.
"""

import json
import sqlite3
import time
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from ..base.answer import Refused
from ..base.connections import Generation, read_generation
from .routes import MOST_CANDIDATES

if TYPE_CHECKING:
    from epg_ingest.guide.candidates import Suggestion

TOO_LONG = "these take too long in this guide; run epg-ingest channels candidates"
#: the last import that changed what channels show
LAST_IMPORT = "SELECT ifnull(max(id), 0) FROM import_log WHERE status IN ('success', 'partial')"
_FILE = "SELECT file FROM pragma_database_list WHERE name = 'main'"


@dataclass(frozen=True)
class Kept:
    """What channels may be the same in a state of the guide: `found` whole, and as `rows` of JSON as far as the API gives them.

    Both are None where they took too long. `imported` is the last import that had ended, `seconds` what the comparison
    took, and `made_at` when it ended, on the monotonic clock.
    """

    generation: Generation
    found: "list[Suggestion] | None" = None
    rows: list[str] | None = None
    imported: int = 0
    seconds: float = 0.0
    made_at: float = 0.0


#: the last state of each database file; used from the slow thread of its lane
_kept: dict[str, Kept] = {}
#: the last state of each file that was worked out, while a newer one is
_latest: dict[str, Kept] = {}


def candidate_rows(conn: sqlite3.Connection) -> list[str]:
    """What `epg-ingest channels candidates` shows, as JSON, the likeliest first; at most `MOST_CANDIDATES`.

    Within a read transaction. Raises `Refused` (503) if the deadline of the connection ended an earlier try.
    """
    rows = made(conn).rows
    assert rows is not None
    return rows


def made(conn: sqlite3.Connection) -> Kept:
    """What may be the same now, made if nobody has yet. As `candidate_rows`."""
    (file,) = conn.execute(_FILE).fetchone()
    generation = read_generation(conn)
    kept = _kept.get(file)
    if kept is None or kept.generation != generation:
        _kept[file] = Kept(generation)
        began = time.monotonic()
        found = _found(conn)
        (imported,) = conn.execute(LAST_IMPORT).fetchone()
        rows = [_text(row) for row in found[:MOST_CANDIDATES]]
        ended = time.monotonic()
        _latest[file] = _kept[file] = kept = Kept(generation, found, rows, imported, ended - began, ended)
    if kept.rows is None:
        raise Refused(503, TOO_LONG, headers={"Retry-After": "60"})
    return kept


def latest(file: str) -> Kept | None:
    """The last state that was worked out, maybe of an older guide."""
    return _latest.get(file)


def suspects(file: str) -> dict[str, str] | None:
    """Channels (by name) with a mapping by hand that schedules contradict, with the reason; None while nobody has compared."""
    kept = latest(file)
    if kept is None or kept.found is None:
        return None
    return {row.candidate: row.reason for row in kept.found if row.channel == row.candidate}


def _found(conn: sqlite3.Connection) -> "list[Suggestion]":
    # The names are compared by the package `epg_ingest`.
    from epg_ingest.guide.candidates import candidates
    from epg_ingest.storage.database import opened

    return candidates(opened(conn))


def _text(row: "Suggestion") -> str:
    return json.dumps(asdict(row), ensure_ascii=False, separators=(",", ":"))
