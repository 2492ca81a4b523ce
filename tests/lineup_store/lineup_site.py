"""A bundle with a guide of six channels and a line-up `home` read from a file, for tests of the pages of line-ups."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from epg_ingest.core.limits import Limits
from epg_ingest.lineup_store.lineup_changes import add_lineup
from epg_ingest.lineup_store.lineup_refresh import RefreshOptions, refresh

from tests.helpers.admin_site import Browser, Page
from tests.helpers.datasette_helpers import copy_bundle
from tests.helpers.hosts.either_datasette import OF_THIS_SITE
from tests.helpers.support import HOUR, Guide, feed, show
from tests.lineup_store.household import ACCOUNT, Listed, entries, playlist, stations

#: a name that may be a channel, one that is none, a radio station and a film
OTHERS = (
    '#EXTINF:-1 tvg-id="harb",Harbour East\nhttp://127.0.0.1:9/live/canaryuser/canarypass/9.ts\n'
    '#EXTINF:-1 group-title="Shops",Sell <b>it</b> now\nhttp://127.0.0.1:9/live/canaryuser/canarypass/10.ts\n'
    '#EXTINF:-1 radio="true" group-title="Radio",Wave FM\nhttp://127.0.0.1:9/live/canaryuser/canarypass/11.ts\n'
    '#EXTINF:-1 group-title="Films",A Film (2020)\nhttp://127.0.0.1:9/movie/canaryuser/canarypass/12.mp4\n'
)


def listed() -> str:
    """Six channels of the guide, and `OTHERS`."""
    return playlist([one._replace(number=str(101 + place)) for place, one in enumerate(entries(6))]) + OTHERS


def more(count: int) -> str:
    """A list of so many entries that nobody knows."""
    return playlist(
        Listed(f"x{number}", f"Number {number:04}", f"{ACCOUNT}/{number}.ts") for number in range(count)
    )


def fill(folder: Path) -> Path:
    """A bundle in a new folder. `Bramble` has ended; `Thistle` ends within the day."""
    # Half an hour ago: no programme ends or begins while a test looks, whenever that is.
    now = int(time.time()) - HOUR // 2
    folder.mkdir()
    copy_bundle(folder)
    guide = Guide(folder)
    known = stations(6)
    shows = [
        show(ident, now + (hour - 2) * HOUR, now + (hour - 1) * HOUR, f"{name} at {hour}")
        for ident, name in known
        for hour in range(1 if name == "Bramble" else 6 if name == "Thistle" else 40)
    ]
    guide.load("uk", feed(shows, known), now=now)
    (folder / "list.m3u").write_text(listed())
    add_lineup(
        guide.db, guide.vault, "home", str(folder / "list.m3u"), now=now, local_files=True, title="Living room",
        private_addresses="allow",
    )  # fmt: skip
    outcome = refresh(guide.db, guide.vault, "home", RefreshOptions(Limits()), now=now)
    assert (outcome.status, outcome.entries, outcome.matched) == ("success", 8, 6), outcome
    guide.close()
    return folder


async def upload(browser: Browser, path: str, data: bytes | None, **typed: str | None) -> Any:
    """Send the form of a page with a file, as a browser does: the token first."""
    page = Page((await browser.get(path)).text)
    form = next(one for one in page.forms if "csrftoken" in one["fields"] and one["action"] != "/-/logout")
    fields = {**form["fields"], **typed}
    fields = {key: value for key, value in fields.items() if key != "list" and value is not None}
    files = {"list": ("list.m3u", data or b"", "application/octet-stream")}
    answer = await browser.ds.client.post(
        form["action"],
        data=fields,
        files=files,
        cookies=dict(browser.cookies),
        follow_redirects=False,
        headers=OF_THIS_SITE,
    )
    for name, value in answer.cookies.items():
        browser.cookies[name] = value
    return answer
