"""The gate: an import that would remove most of what is upcoming is refused, because the feed is probably broken.

`refusal` is the decision, a pure function; `check` asks the database for its evidence.
"""

from __future__ import annotations

import sqlite3

from ..core.errors import GateError
from ..core.times import iso

#: losses up to this number of programmes always pass
GATE_ROWS = 50
#: the share of a provider's upcoming programmes that must be left after a larger loss
GATE_SHARE = 0.5


def refusal(loss: int, upcoming: int) -> str | None:
    """Why an import is refused, None if it may go on.

    `upcoming` is how many programmes of the provider have not ended; `loss` by how many the import would reduce them.
    """
    if loss <= GATE_ROWS or upcoming - loss >= GATE_SHARE * upcoming:
        return None
    return (
        f"the feed would remove {loss} of {upcoming} upcoming programmes, so nothing was changed; look at the feed, and"
        " accept it with --force if it is right"
    )


def check(conn: sqlite3.Connection, provider_id: int, loss: int, now: int) -> None:
    """Raise `GateError` if an import that loses so many upcoming programmes is refused. `now` is epoch seconds."""
    if loss <= GATE_ROWS:
        return  # counting reads all rows of the provider
    reason = refusal(loss, count_upcoming(conn, provider_id, now))
    if reason:
        raise GateError(reason)


def count_upcoming(conn: sqlite3.Connection, provider_id: int, now: int) -> int:
    """How many programmes of a provider have not ended at `now` (epoch seconds)."""
    (count,) = conn.execute(
        "SELECT count(*) FROM airings WHERE provider_id = ? AND end_time > ?", [provider_id, iso(now)]
    ).fetchone()
    return int(count)
