"""What the first view of the guide costs a browser: bytes as they come over the network, and requests.

    python -m benchmarks.page_weight

A generated guide of 300 channels is served by `datasette serve` and opened at /guide by Chromium with an empty cache, on a
desk and on a phone. Chromium's own network log says what came (`encodedDataLength` of the DevTools protocol: headers and body,
compressed). Logos are not loaded: the guide names pictures that do not exist. The exit status is 1 where a bar is missed.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks import web_data, web_servers
from benchmarks.table import machine

#: ten days to either side of this week's Monday, so that the present is always in it
SIZE = web_data.Size(channels=300, each=800)
CHROMIUM = Path(os.environ.get("EPG_CHROMIUM", "/usr/bin/chromium"))
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1"]
WIDTHS = {1440: 900, 390: 844}
#: the document, one style sheet, eleven small scripts that are kept for good, the channels and the first blocks of cells
MAX_BYTES, MAX_REQUESTS = 70_000, 18
VISIBLE_ROWS = 8
PAINT = "() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? NaN"


@dataclass
class Weight:
    """Requests of one view: address → kind, and bytes by address."""

    kinds: dict[str, str] = field(default_factory=dict)
    sizes: dict[str, int] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    paint: float = 0.0

    def sent(self, event: dict[str, Any]) -> None:
        self.kinds[event["requestId"]] = event.get("type", "Other")
        self.names[event["requestId"]] = event["request"]["url"]

    def finished(self, event: dict[str, Any]) -> None:
        self.sizes[event["requestId"]] = int(event["encodedDataLength"])

    def without_pictures(self) -> list[str]:
        return [ident for ident, kind in self.kinds.items() if kind != "Image"]

    @property
    def requests(self) -> int:
        return len(self.without_pictures())

    @property
    def bytes(self) -> int:
        return sum(self.sizes.get(ident, 0) for ident in self.without_pictures())


@contextmanager
def chromium() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as started:
        browser = started.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        yield browser
        browser.close()


def view(browser: Any, address: str, width: int) -> Weight:
    """One first view, with an empty cache, until the network has been silent for half a second."""
    context = browser.new_context(viewport={"width": width, "height": WIDTHS[width]}, timezone_id="UTC")
    page, found = context.new_page(), Weight()
    # The server would look for them at their hosts.
    page.route("**/logo/*", lambda route: route.abort())
    log = context.new_cdp_session(page)
    log.send("Network.enable")
    log.on("Network.requestWillBeSent", found.sent)
    log.on("Network.loadingFinished", found.finished)
    page.goto(address, wait_until="networkidle")
    page.wait_for_selector(".epg-guide[data-ready]")
    if page.locator("a.epg-on").count() < VISIBLE_ROWS:
        raise RuntimeError(f"{address} does not show what is on")
    found.paint = page.evaluate(PAINT)
    context.close()
    return found


def rows(weights: dict[int, Weight]) -> Iterator[tuple[str, ...]]:
    for width, found in weights.items():
        for ident in found.without_pictures():
            path = "/" + found.names[ident].split("/", 3)[-1]
            yield (f"{width} px", f"`{path}`", f"{found.sizes.get(ident, 0):,}", "", "")
        yield (
            f"{width} px",
            "bytes together",
            f"{found.bytes:,}",
            f"≤ {MAX_BYTES:,}",
            held(found.bytes, MAX_BYTES),
        )
        yield (
            f"{width} px",
            "requests",
            f"{found.requests}",
            f"≤ {MAX_REQUESTS}",
            held(found.requests, MAX_REQUESTS),
        )
        yield (f"{width} px", "first paint after", f"{found.paint:.0f} ms", "", "")


def table(weights: dict[int, Weight]) -> str:
    head = [machine(), "", "| view | what | measured | bar | held |", "| --- | --- | ---: | ---: | --- |"]
    return "\n".join([*head, *(f"| {' | '.join(row)} |" for row in rows(weights))]) + "\n"


def held(value: int, bar: int) -> str:
    return "yes" if value <= bar else "**no**"


def main() -> int:
    if not CHROMIUM.exists():
        sys.stderr.write(f"{CHROMIUM} is missing; EPG_CHROMIUM says where another one is\n")
        return 2
    made = web_data.guide(SIZE)
    command = web_servers.datasette(made.folder)
    with (
        web_servers.running("datasette", command, made.folder, None, "/-/readyz") as server,
        chromium() as browser,
    ):
        # The first request of a server compiles its templates.
        view(browser, f"http://127.0.0.1:{server.port}/guide", 1440)
        weights = {width: view(browser, f"http://127.0.0.1:{server.port}/guide", width) for width in WIDTHS}
    sys.stdout.write(table(weights))
    return int(any(w.bytes > MAX_BYTES or w.requests > MAX_REQUESTS for w in weights.values()))


if __name__ == "__main__":
    sys.exit(main())
