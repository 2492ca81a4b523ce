"""What follows an import that changed the guide: proof of the sets, and rules brought to what is stored."""

from __future__ import annotations

import logging
import sqlite3
from typing import TYPE_CHECKING

from ..core.errors import EpgError
from ..core.times import from_iso, iso
from ..storage.database import write
from .applying import apply_rules
from .changed_contents import Applied

if TYPE_CHECKING:
    from sqlite_utils import Database

log = logging.getLogger(__name__)

#: seconds after which the numbers of a provider are counted again
AGAIN = 7 * 86_400
#: a provider with fewer programmes than the proof of a set needs proves nothing
_FEWEST = 20
_PROVED_AT = "SELECT max(proved_at) FROM rule_proofs WHERE provider_id = ?"
_ENOUGH = "SELECT count(*) FROM (SELECT 1 FROM airings WHERE provider_id = ? LIMIT ?)"
_NOTE = """
    INSERT OR REPLACE INTO rule_proofs (provider_id, name, right_count, wrong_count, verdict, reason, proved_at)
    VALUES (?, ?, ?, ?, ?, ?, ?)
"""


def after_import(db: Database, provider_id: int, *, now: int, first: bool) -> Applied:
    """Bring proofs and rules up to date. Call it outside of any transaction, when the import is complete.

    `first` says that the provider had no programmes before, so that no change of them is logged. Raises nothing that concerns
    rules: one line of the log says it, and the next import tries again.
    """
    try:
        if _due(db.conn, provider_id, now):
            prove_sets(db, provider_id, now)
        return apply_rules(db, now=now, log_changes=not first)
    except EpgError as error:
        log.warning("rules were not applied: %s", error.message)
    except sqlite3.Error as error:
        log.warning("rules were not applied: %s", error)
    return Applied()


def _due(conn: sqlite3.Connection, provider_id: int, now: int) -> bool:
    (proved_at,) = conn.execute(_PROVED_AT, [provider_id]).fetchone()
    if proved_at is not None and from_iso(proved_at) > now - AGAIN:
        return False
    return bool(conn.execute(_ENOUGH, [provider_id, _FEWEST]).fetchone()[0] >= _FEWEST)


def prove_sets(db: Database, provider_id: int, now: int) -> None:
    """Judge the sets by the provider's own numbers, and note the verdicts. `now` is epoch seconds."""
    from ..rules.compiling import library

    try:
        library()
    except EpgError:
        return  # Where google-re2 is missing no set can be on: nothing is to be said.
    from .proving import verdicts

    rows = [
        (provider_id, name, found.right, found.wrong, found.verdict, found.reason, iso(now))
        for name, found in verdicts(db.conn, provider_id).items()
    ]
    # A row for each provider says when its sets were judged, even if there was nothing to say.
    rows.append((provider_id, "", 0, 0, "open", "", iso(now)))
    with write(db, changes_guide=False) as conn:
        conn.execute("DELETE FROM rule_proofs WHERE provider_id = ?", [provider_id])
        conn.executemany(_NOTE, rows)
