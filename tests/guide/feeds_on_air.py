"""Feeds of channels that show something, imported for real: who is on which channel afterwards, and whether all is in order."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.helpers.guide_rows import check_contents
from tests.helpers.support import DAY, HOUR, NOON, Guide, feed, show
from tests.match.television import Showing, later, schedule

#: name, and the seed of what the channel shows; None = no programmes, a number = the one programme at that hour
Channel = tuple[str, str | int | None]


def body(channels: Mapping[str, Channel], *, start: int = NOON, remark: str = "", minutes: int = 0) -> bytes:
    """A feed of these channels by id."""
    shows = []
    for ident, (_, seed) in channels.items():
        if isinstance(seed, int):
            begin = start + seed * HOUR
            shows.append(show(ident, begin, begin + HOUR, f"{ident} {seed}"))
        elif seed is not None:
            shows += [show(ident, *showing) for showing in _on_air(seed, start - start % DAY, minutes)]
    text = feed(shows, [(ident, name) for ident, (name, _) in channels.items()])
    return text.replace(b"<tv>", f"<tv><!-- {remark} -->".encode())


def _on_air(seed: str, first: int, minutes: int) -> list[Showing]:
    """Sixty programmes from the day that begins at `first` on. What a day shows does not depend on when the feed was made."""
    origin = min(first, NOON - NOON % DAY)
    days = (first - origin) // DAY
    plan = later(schedule(seed, programmes=60 * (days + 1), start=origin), minutes)
    found = [showing for showing in plan if showing.stop > first + 60 * minutes][:60]
    assert len(found) == 60, "sixty are more than a day of forty minutes each"
    return found


def load(guide: Guide, provider: str, channels: Mapping[str, Channel], **options: Any) -> dict[str, Any]:
    """Import the feed; returns the row of the import log."""
    settings = {
        key: options.pop(key) for key in ("now", "channel_policy", "priority", "force") if key in options
    }
    row = guide.load(provider, body(channels, **options), **settings)
    assert row["status"] == "success", row
    return row


def groups(guide: Guide) -> set[frozenset[str]]:
    """Which channels of feeds, each as `provider:id`, are together."""
    found: dict[int, set[str]] = {}
    for source, channel in guide.db.execute(
        "SELECT v.name || ':' || m.provider_channel_id, m.channel_id FROM channel_mappings m"
        " JOIN providers v ON v.id = m.provider_id WHERE m.channel_id IS NOT NULL"
    ):
        found.setdefault(channel, set()).add(source)
    return set(map(frozenset, found.values()))


def together(guide: Guide, *sources: str) -> bool:
    return any(set(sources) <= group for group in groups(guide))


def mapping(guide: Guide, source: str) -> dict[str, Any]:
    """The row of a mapping, with the name of its channel."""
    (row,) = guide.rows(
        "SELECT m.*, c.name AS channel FROM channel_mappings m JOIN providers v ON v.id = m.provider_id"
        " LEFT JOIN channels c ON c.id = m.channel_id WHERE v.name || ':' || m.provider_channel_id = ?",
        source,
    )
    return dict(row)


def airings(guide: Guide, provider: str) -> dict[int, tuple[str, str]]:
    """Start and title of a provider's programmes by id."""
    return {
        row["id"]: (row["start_time"], row["title"])
        for row in guide.rows(
            "SELECT p.id, p.start_time, p.title FROM programs p JOIN providers v ON v.id = p.provider_id WHERE v.name = ?",
            provider,
        )
    }


def check(guide: Guide) -> None:
    """Nothing is double, lost or left over.

    No id of a provider shares a channel with another one of it, no channel is without a mapping, programmes are where a mapping
    leads, what is shown does not overlap, and contents and search agree.
    """
    assert not guide.rows(
        "SELECT provider_id, channel_id FROM channel_mappings WHERE channel_id IS NOT NULL"
        " GROUP BY 1, 2 HAVING count(*) > 1"
    )
    assert not guide.rows(
        "SELECT name FROM channels WHERE hidden = 0 AND pinned = '[]' AND id NOT IN (SELECT channel_id FROM channel_mappings)"
    )
    assert not guide.rows(
        "SELECT a.id FROM airings a WHERE NOT EXISTS (SELECT 1 FROM channel_mappings m"
        " WHERE m.provider_id = a.provider_id AND m.channel_id = a.channel_id)"
    )
    assert not guide.rows(
        "SELECT id FROM (SELECT id, end_time > lead(start_time) OVER (PARTITION BY channel_id ORDER BY start_time) AS runs_on"
        " FROM guide) WHERE runs_on"
    )
    assert not guide.rows("SELECT * FROM feed_channels f WHERE f.last_seen < f.first_seen")
    check_contents(guide.db.conn)
