"""A guide with channels, and lists of them as files, for tests of line-ups."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from epg_ingest.core.limits import Limits
from epg_ingest.lineup_store.lineup_changes import add_lineup
from epg_ingest.lineup_store.lineup_refresh import RefreshOptions, refresh
from epg_ingest.lineup_store.lineup_rows import EntryRow, entries_of, find_lineup
from epg_ingest.lineup_store.refresh_log import RefreshOutcome

from tests.helpers.support import HOUR, NOON, Guide, feed, show

ACCOUNT = "http://127.0.0.1:9/live/canaryuser/canarypass"


class Listed(NamedTuple):
    """An entry of a playlist."""

    ident: str
    name: str
    address: str
    number: str = ""


def playlist(entries: Iterable[Listed], head: str = "#EXTM3U") -> str:
    lines = [head]
    for entry in entries:
        number = f' tvg-chno="{entry.number}"' if entry.number else ""
        lines += [f'#EXTINF:-1 tvg-id="{entry.ident}"{number},{entry.name}', entry.address]
    return "\n".join(lines) + "\n"


WORDS = (
    "Harbour", "Meadow", "Lantern", "Quarry", "Thistle", "Bramble", "Kestrel", "Orchard", "Pebble", "Saffron", "Tundra",
    "Willow",
)  # fmt: skip


def stations(count: int) -> list[tuple[str, str]]:
    """Ids and names of channels that nobody takes for one another."""
    names = [*WORDS, *(f"{one} {other}" for one in WORDS for other in WORDS)][:count]
    return [(f"{name.replace(' ', '')}.uk", name) for name in names]


def entries(count: int, account: str = ACCOUNT) -> list[Listed]:
    """The stations as a list has them."""
    return [
        Listed(ident, name, f"{account}/{100 + place}.ts")
        for place, (ident, name) in enumerate(stations(count))
    ]


def fill(guide: Guide, count: int = 6, hours: int = 6) -> None:
    """Channels with programmes from two hours before noon on."""
    known = stations(count)
    shows = [
        show(ident, NOON + (hour - 2) * HOUR, NOON + (hour - 1) * HOUR, f"{name} at {hour}")
        for ident, name in known
        for hour in range(hours)
    ]
    guide.load("uk", feed(shows, known))


class Household:
    """A line-up `home` read from a file of the guide's folder."""

    def __init__(self, guide: Guide, listed: str, **settings: Any) -> None:
        self.guide, self.file = guide, guide.folder / "list.m3u"
        self.file.write_text(listed)
        settings = {"url": str(self.file), "private_addresses": "allow", **settings}
        add_lineup(guide.db, guide.vault, "home", settings.pop("url"), now=NOON, local_files=True, **settings)

    def refresh(
        self, listed: str | bytes | None = None, *, force: bool = False, now: int = NOON
    ) -> RefreshOutcome:
        if listed is not None:
            self.file.write_bytes(listed.encode() if isinstance(listed, str) else listed)
        options = RefreshOptions(Limits(), force)
        return refresh(self.guide.db, self.guide.vault, "home", options, now=now)

    def rows(self) -> list[EntryRow]:
        return entries_of(self.guide.db.conn, find_lineup(self.guide.db.conn, "home").id)

    def matches(self) -> dict[str, str | None]:
        """The channel of each entry by the entry's name."""
        names = dict(self.guide.db.execute("SELECT id, name FROM channels").fetchall())
        return {row.name: names.get(row.channel_id) for row in self.rows()}
