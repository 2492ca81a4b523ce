"""The channels of one import: their ids settled, what the feed says of them stored, and each mapped, before the programmes are
planned; when those are written, what is noted of the channels. Within the open write transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from ..core.models import Problems, Provider
from ..guide.follow import follow, mapped_by
from . import feed_channels, feed_ids, plan, report
from .feed_channels import Declared
from .mapper import Mapper
from .presence import presence
from .stored_elements import StoredElements


class ChannelStep:
    """Takes the channels of a feed into the guide.

    `declared` are the channels that the feed declares, `used` the channel ids of its new programmes, `elements` says which
    stored programmes it has shown; `now` is epoch seconds. `found` is what the feed has, `mapped` the channel of each id.
    """

    def __init__(
        self,
        conn: sqlite3.Connection,
        provider: Provider,
        declared: Sequence[Declared],
        used: Sequence[str],
        elements: StoredElements,
        now: int,
    ) -> None:
        self.conn, self.provider_id, self._declared = conn, provider.id, declared
        ids = [channel[0] for channel in declared]
        stored = feed_channels.known(conn, provider.id)
        self.moment = feed_channels.moment_of(stored, now)
        spelling = feed_ids.settle(conn, provider.id, ids, used, stored)
        if spelling.renamed:
            stored = feed_channels.known(conn, provider.id)
        self._last = feed_channels.last_feed(stored)
        used = list(dict.fromkeys(spelling.same.get(name, name) for name in used))
        said = feed_channels.store(conn, provider.id, stored, declared, used, self.moment)
        self.mapped = Mapper(conn, provider.id, provider.channel_policy, now).map(declared, used)
        self.found = presence(ids, used, self.mapped.channels, elements)
        self._changed = bool(said or self.mapped.changes or spelling.renamed)
        plan.set_channels(conn, self.mapped.channels.items())
        plan.set_channels(
            conn, ((name, self.mapped.channels.get(same)) for name, same in spelling.same.items())
        )

    def report(self, problems: Problems) -> None:
        """Note what is odd about the channels."""
        report.note_channels(problems, self._declared, self.found)

    def fed_before(self) -> set[int]:
        """The channels of the guide for which the provider's last import found programmes in the feed."""
        channels = (self.mapped.channels.get(name) for name, filled in self._last.items() if filled)
        return {channel for channel in channels if channel is not None}

    def finish(self, wrote: bool) -> bool:
        """Note which channels the feed has, and let those of the guide follow it; returns whether any changed.

        `wrote` says whether programmes changed. Where nothing did, there is nothing to decide: an import that finds nothing new
        spends a twentieth of its time otherwise.
        """
        found = self.found
        now = {**dict.fromkeys(found.with_programmes, True), **dict.fromkeys(found.without, False)}
        same = now == self._last and not self._changed
        if same and not wrote:
            feed_channels.note_seen_again(self.conn, self.provider_id, self.moment)
            return False
        unmapped = [name for name in found.with_programmes if self.mapped.channels.get(name) is None]
        feed_channels.note_seen(self.conn, self.provider_id, found, unmapped, self.moment)
        followed = 0 if same else follow(self.conn, mapped_by(self.conn, self.provider_id))
        return bool(self._changed or followed)
