"""Proposed joins taken at once: each as if a person had mapped the channel, all in one transaction."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..guide.candidates import Suggestion, proposed
from ..guide.channels import find_channel
from ..guide.joins import decide_again
from ..guide.mapping_rows import find, note_why
from ..guide.mappings import Remapped, map_within
from ..guide.providers import find_provider
from ..storage.audit import audited
from ..storage.database import write

if TYPE_CHECKING:
    from sqlite_utils import Database

ACTION = "channels.match"
_BOTH = """
    SELECT EXISTS (
        SELECT 1 FROM channel_mappings a JOIN channel_mappings b ON b.provider_id = a.provider_id
        WHERE a.channel_id = :one AND b.channel_id = :other)
"""


@dataclass(frozen=True)
class Joined:
    """The proposals that were taken. `moved` and `removed` count programmes; `needs_import`: some follow with an import."""

    joined: tuple[Suggestion, ...] = ()
    moved: int = 0
    removed: int = 0
    needs_import: bool = False


def join_proposed(db: Database, score: float, *, provider: int | None = None, actor: str, now: int) -> Joined:
    """Take the proposals of this score and more, the surest first, and record that in `write_log`.

    `provider` (an id) limits them to channels of one provider. The mappings have the method `manual`, so no import takes them
    back; they keep score and reason. A proposal that a surer one excludes is left out. `now` is epoch seconds.
    """
    if not _sure(db.conn, score, provider):
        return Joined()
    details = {"score": score} if provider is None else {"score": score, "provider": provider}
    with audited(actor, ACTION, "channels", details, now=now), write(db) as conn:
        # Again, now that nobody else can write.
        taken = []
        for suggestion in _sure(conn, score, provider):
            if (done := _take(conn, suggestion, now)) is not None:
                taken.append((suggestion, done))
        decide_again(conn, now)  # what was together with a joined channel comes with it
    return Joined(
        tuple(suggestion for suggestion, _ in taken),
        sum(done.moved for _, done in taken),
        sum(done.removed for _, done in taken),
        any(done.needs_import for _, done in taken),
    )


def _sure(conn: sqlite3.Connection, score: float, provider: int | None) -> list[Suggestion]:
    return [found for found in proposed(conn, provider) if found.score >= score]


def _take(conn: sqlite3.Connection, suggestion: Suggestion, now: int) -> Remapped | None:
    """Map the channel, unless a proposal that was taken before has joined or excluded it."""
    provider = find_provider(conn, suggestion.provider).id
    old = find(conn, provider, suggestion.provider_channel_id)
    known = conn.execute("SELECT id FROM channels WHERE name = ?", [suggestion.candidate]).fetchone()
    if old is None or old.method == "manual" or known is None or _shared(conn, old.channel_id, known[0]):
        return None
    done = map_within(conn, provider, old.provider_channel_id, find_channel(conn, known[0]), now)
    note_why(conn, provider, old.provider_channel_id, suggestion.score, suggestion.reason)
    return done


def _shared(conn: sqlite3.Connection, one: int | None, other: int) -> bool:
    """Whether a provider feeds both channels: it tells them apart."""
    return bool(conn.execute(_BOTH, {"one": one, "other": other}).fetchone()[0])
