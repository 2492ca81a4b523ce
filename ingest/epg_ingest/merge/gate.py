"""The gate: an import that would lose most of what is upcoming is refused, because the feed is probably broken.

`refusal` is the decision, a pure function; `check` asks the database for its evidence.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection

from ..core.errors import GateError
from ..core.times import iso

#: losses up to this number of programmes always pass
GATE_ROWS = 50
#: the share of a provider's upcoming programmes that must be left after a larger loss
GATE_SHARE = 0.5
#: one search of the unique index for each channel
_UPCOMING = """
    SELECT count(*) FROM json_each(:channels) c CROSS JOIN airings a
        ON a.provider_id = :provider AND a.channel_id = c.value
    WHERE a.end_time > :now
"""


def refusal(loss: int, upcoming: int, missing: int = 0) -> str | None:
    """Why an import is refused, None if it may go on.

    `upcoming` is how many programmes of the provider have not ended; `loss` by how many the import would reduce them, with
    those of the `missing` channels, which the feed does not have any more.
    """
    if loss <= GATE_ROWS or upcoming - loss >= GATE_SHARE * upcoming:
        return None
    channels = f"; {missing} channels with upcoming programmes are missing in it" if missing else ""
    return (
        f"the feed would remove {loss} of {upcoming} upcoming programmes{channels}, so nothing was changed; look at the feed,"
        " and accept it with --force if it is right"
    )


def check(
    conn: sqlite3.Connection,
    provider_id: int,
    loss: int,
    before: Collection[int],
    now_fed: Collection[int],
    now: int,
) -> None:
    """Raise `GateError` if an import that loses so much is refused. `now` is epoch seconds.

    `loss` is by how many the import reduces the upcoming programmes of the channels that the feed has. `before` are the
    channels for which the provider's last import found upcoming programmes, `now_fed` those for which this one does. What a
    missing channel had counts as lost, although its rows stay: nothing that other channels gain makes up for it.
    """
    missing = [channel for channel in before if channel not in now_fed]
    gone = {
        channel: count for channel in missing if (count := count_upcoming(conn, provider_id, [channel], now))
    }
    lost = max(loss, 0) + sum(gone.values())
    if lost <= GATE_ROWS:
        return  # counting reads all rows of the provider
    upcoming = count_upcoming(conn, provider_id, {*before, *now_fed}, now)
    reason = refusal(lost, upcoming, len(gone))
    if reason:
        raise GateError(reason)


def count_upcoming(conn: sqlite3.Connection, provider_id: int, channels: Collection[int], now: int) -> int:
    """How many programmes of a provider on these channels have not ended at `now` (epoch seconds)."""
    values = {"provider": provider_id, "channels": json.dumps(list(channels)), "now": iso(now)}
    (count,) = conn.execute(_UPCOMING, values).fetchone()
    return int(count)
