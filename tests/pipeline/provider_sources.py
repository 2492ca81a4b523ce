"""What the tests of sources share: a server for the module, guides, and a provider whose import is run."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from epg_ingest.core.limits import Limits
from epg_ingest.guide.providers import add_provider, get_provider
from epg_ingest.pipeline.run import Options, run_import

from tests.helpers.feedserver import FeedServer
from tests.helpers.support import HOUR, KEEP_ALL, NOON, Guide, feed, show

LIMITS = Limits(retries=0, read_timeout=1, connect_timeout=1)


@pytest.fixture(scope="module")
def feeds() -> Iterator[FeedServer]:
    with FeedServer() as server:
        yield server


@pytest.fixture(autouse=True)
def fresh(feeds: FeedServer) -> None:
    feeds.hits.clear()
    feeds.paths.clear()


def guide_of(hours: int, title: str = "show", start: int = 0, channels: int = 3) -> bytes:
    shows = [
        show(f"c{channel}", NOON + hour * HOUR, NOON + (hour + 1) * HOUR, f"{title} {hour}")
        for channel in range(channels)
        for hour in range(start, hours)
    ]
    return feed(shows, [(f"c{channel}", f"Channel {channel}") for channel in range(channels)])


def add(guide: Guide, url: str, *mirrors: str, **settings: Any) -> None:
    add_provider(
        guide.db,
        guide.vault,
        "tv",
        url,
        now=NOON,
        private_addresses="allow",
        mirrors=list(mirrors),
        **settings,
    )


def run(guide: Guide, *, now: int = NOON, force: bool = False, limits: Limits = LIMITS) -> dict[str, Any]:
    options = Options(KEEP_ALL, limits, force=force, trigger="test", workers=0)
    return run_import(guide.db, guide.vault, get_provider(guide.db, "tv"), options, now=now)


def passed(guide: Guide, row: dict[str, Any]) -> list[str]:
    sql = "SELECT subject || ': ' || message AS text FROM import_problems WHERE import_id = ? AND code = 'mirror' ORDER BY id"
    return [found["text"] for found in guide.rows(sql.replace("ORDER BY id", "ORDER BY subject"), row["id"])]


GOOD = guide_of(40)
