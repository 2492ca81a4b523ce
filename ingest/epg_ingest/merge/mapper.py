"""Which channel of the guide each channel of a feed belongs to: the feed as the matching needs it, and its answer as a plan.

An existing mapping holds while the programmes are written: whatever the decision changes moves afterwards, with what is stored
(`guide.joins`).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ..core.models import Problems, Provider
from ..core.names import same_id_key
from ..guide.joins import Decided, FeedNow, Places, Regrouped, regroup, texts
from . import feed_ids
from .feed_channels import Declared
from .presence import presence, shows_new
from .stored_elements import StoredElements


def current_mappings(conn: sqlite3.Connection, provider_id: int) -> dict[str, int | None]:
    """The mappings of a provider: the channel of each provider channel id, None = ignored."""
    return dict(
        conn.execute(
            "SELECT provider_channel_id, channel_id FROM channel_mappings WHERE provider_id = ?",
            [provider_id],
        ).fetchall()
    )


_ANY_SHIFT = "SELECT 1 FROM channel_mappings WHERE provider_id = ? AND shift_minutes <> 0 LIMIT 1"


def channel_shifts(conn: sqlite3.Connection, provider_id: int) -> dict[str, int]:
    """The seconds added to the times of a provider's channels, by id and by `same_id_key` of the id; empty if none has any."""
    if not conn.execute(_ANY_SHIFT, [provider_id]).fetchone():
        return {}
    shifts = {
        name: 60 * minutes
        for name, minutes in conn.execute(
            "SELECT provider_channel_id, shift_minutes FROM channel_mappings WHERE provider_id = ? ORDER BY id",
            [provider_id],
        )
    }
    for name, seconds in list(shifts.items()):
        shifts.setdefault(same_id_key(name), seconds)
    return shifts


@dataclass(frozen=True)
class ReadFeed:
    """What was read of a provider's feed: `declared` channels, channel ids `used` by its new programmes, which are staged in
    `schemas`, and `elements`, which says what it has shown of the stored ones."""

    provider: Provider
    declared: Sequence[Declared]
    used: Sequence[str]
    elements: StoredElements
    schemas: Sequence[str]


def feed_now(conn: sqlite3.Connection, feed: ReadFeed) -> FeedNow:
    """The feed as the matching needs it."""
    provider, used = feed.provider, feed.used
    said = feed_ids.names_said(feed.declared)
    spelling, present = feed_ids.spelling(conn, provider.id, said, used), current_mappings(conn, provider.id)
    renamed = spelling.renamed or feed_ids.renumbered(
        conn, provider.id, feed.declared, present, feed.elements
    )
    mapped = {renamed.get(name, name): at for name, at in present.items()}
    same = [spelling.same.get(name, name) for name in used]
    found = presence(said, same, mapped, feed.elements)
    names = {
        ident: texts(said[ident]) if ident in said else None for ident in (*said, *found.with_programmes)
    }
    return FeedNow(
        provider.id,
        provider.channel_policy,
        names,
        spelling.same,
        renamed,
        feed.schemas,
        new=shows_new(conn, provider.id, feed.schemas, zip(used, same, strict=True), mapped, feed.elements),
    )


class Mapper:
    """Maps the channels of one feed within the merge transaction, as it was decided. `order` has their ids as
    the feed does; `now` is epoch seconds.

    `channels` has the channel of each channel id while the programmes are written; None = ignored. `new` counts the ids that
    had no mapping, `made` the channels that were made.
    """

    def __init__(
        self, conn: sqlite3.Connection, provider_id: int, decided: Decided, order: Iterable[str], now: int
    ) -> None:
        self.conn, self.provider_id, self.now = conn, provider_id, now
        self.places = None
        if decided.matching is not None:
            self.places = Places(conn, decided.matching, now, decided.standing)
        self.channels = (
            self.places.enter(provider_id, order) if self.places else current_mappings(conn, provider_id)
        )

    @property
    def new(self) -> int:
        return len(self.places.fresh) if self.places else 0

    @property
    def moved(self) -> set[str]:
        """The ids that took over the mapping of a former one."""
        places = self.places.matching.placements if self.places else ()
        return {
            place.key.id
            for place in places
            if place.moved_from is not None and place.key.provider == self.provider_id
        }

    @property
    def made(self) -> int:
        return self.places.made if self.places else 0

    def finish(self, problems: Problems) -> Regrouped:
        """Move what the decision moves, and note it among the problems. Call it when all programmes are written."""
        if self.places is None:
            return Regrouped()
        done = regroup(self.conn, self.places, self.now)
        for code, key, message in done.notes:
            foreign = key.provider != self.provider_id
            problems.add(
                code, None, key.id, f"{self._provider(key.provider)}: {message}" if foreign else message
            )
        return done

    def _provider(self, ident: int) -> str:
        (name,) = self.conn.execute("SELECT name FROM providers WHERE id = ?", [ident]).fetchone()
        return f"provider {name}"
