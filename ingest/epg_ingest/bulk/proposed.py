"""Proposed joins taken at once: each as if a person had mapped the channel, all in one transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..guide.candidates import JoinMove, JoinPlan, Suggestion, plan_joins
from ..guide.channels import find_channel
from ..guide.joins import decide_again
from ..guide.mapping_rows import note_why
from ..guide.mappings import Remapped, map_within
from ..storage.audit import audited
from ..storage.database import write

if TYPE_CHECKING:
    from sqlite_utils import Database

ACTION = "channels.match"


@dataclass(frozen=True)
class Joined:
    """The proposals that were taken, and those that were not, each with the reason. `moved` and `removed` count programmes;
    `needs_import`: some follow with an import."""

    joined: tuple[Suggestion, ...] = ()
    left_out: tuple[tuple[Suggestion, str], ...] = ()
    moved: int = 0
    removed: int = 0
    needs_import: bool = False


def join_proposed(db: Database, score: float, *, provider: int | None = None, actor: str, now: int) -> Joined:
    """Take the proposals of this score and more, the surest first, and record that in `write_log`.

    `provider` (an id) limits them to channels of one provider. The mappings have the method `manual`, so no import takes them
    back; they keep score and reason. A proposal that a surer one excludes is left out. A second call right after the first
    takes nothing. `now` is epoch seconds.
    """
    planned = plan_joins(db.conn, score, provider)
    if not planned.taken:
        return _joined(planned, [])
    details = {"score": score} if provider is None else {"score": score, "provider": provider}
    with audited(actor, ACTION, "channels", details, now=now), write(db) as conn:
        planned = plan_joins(conn, score, provider)  # Again, now that nobody else can write.
        done = [_carry_out(conn, move, now) for move in planned.moves]
        decide_again(conn, now)
    return _joined(planned, done)


def _carry_out(conn: sqlite3.Connection, move: JoinMove, now: int) -> Remapped:
    provider, ident = move.key
    done = map_within(conn, provider, ident, find_channel(conn, move.channel), now)
    note_why(conn, provider, ident, move.suggestion.score, move.suggestion.reason)
    return done


def _joined(planned: JoinPlan, done: Sequence[Remapped]) -> Joined:
    return Joined(
        tuple(offer.suggestion for offer in planned.taken),
        tuple((offer.suggestion, why) for offer, why in planned.left_out),
        sum(one.moved for one in done),
        sum(one.removed for one in done),
        any(one.needs_import for one in done),
    )
