"""When a message that did not arrive is tried again, and when it is given up."""

from __future__ import annotations

from typing import NamedTuple

#: seconds until the next attempt after each one that failed
WAITS = (5, 60, 300, 1800, 2 * 3600, 5 * 3600, 10 * 3600)

SENT, AGAIN, FAILED, ENDED = "sent", "again", "failed", "ended"
#: statuses that a receiver answers when it never wants this message
GONE = 410


class Outcome(NamedTuple):
    """How an attempt ended. `status` is that of HTTP, None where there was no answer; `error` is one line without secrets,
    "" where it arrived. `after` is how long the receiver asked to wait, in seconds. `final`: trying again is no use."""

    error: str = ""
    status: int | None = None
    after: float = 0.0
    final: bool = False


class NextStep(NamedTuple):
    """What follows: `what` is a word of those above, `wait` the seconds until the next attempt."""

    what: str
    wait: int = 0


def verdict(outcome: Outcome, attempts: int) -> NextStep:
    """What follows from the attempt number `attempts` (1 is the first). 410 ends the target."""
    if not outcome.error:
        return NextStep(SENT)
    if outcome.status == GONE:
        return NextStep(ENDED)
    if outcome.final or attempts > len(WAITS):
        return NextStep(FAILED)
    asked = min(max(outcome.after, 0.0), float(WAITS[-1]))
    return NextStep(AGAIN, max(WAITS[attempts - 1], int(asked)))
