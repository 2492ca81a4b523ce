"""A real server with a rich guide, and Chromium as its visitor. `browser_fixtures.py` has the fixtures.

    def test_guide(look, site):
        with look(width=390, javascript=False) as page:
            page.goto(site.address + "/guide")

The end of the block fails if the page wrote an error to the console, threw one, or broke its Content-Security-Policy.

`PYTHONPATH=.:ingest python -m tests.helpers.browser docs/images` makes the pictures of the README again.
"""

from __future__ import annotations

import io
import os
import random
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from epg_ingest.core.times import from_iso

from demo.feeds import Channel, day_of, north_elements, utc
from demo.shows import CHILDREN, COMEDY, DRAMA, FILMS, FOOD, HISTORY, MUSIC, NATURE, NEWS, SPORT
from tests.helpers.api_server import CONFIG, permit_private_addresses
from tests.helpers.datasette_helpers import copy_bundle
from tests.helpers.example_guide import TOKEN, server
from tests.helpers.feedserver import FeedServer
from tests.helpers.support import KEEP_ALL, Guide
from tests.logos.example_pictures import picture

CHROMIUM = Path(os.environ.get("EPG_CHROMIUM", "/usr/bin/chromium"))
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--no-first-run", "--mute-audio",
    # No name is looked up, whatever a page links to.
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
]  # fmt: skip
WIDTHS = {390: 844, 1440: 900}
Look = Callable[..., AbstractContextManager[Any]]
COLOURS = ("276890", "8a4b00", "1a6e2e", "5b3bb5", "a3212b", "0b6666", "8b1a8b", "3d4852")
SHOWS = (
    NEWS + DRAMA, COMEDY + FILMS, NATURE + HISTORY, CHILDREN, FILMS, SPORT, MUSIC + FOOD, HISTORY + NEWS,
    FOOD + COMEDY, DRAMA + FILMS + NEWS,
)  # fmt: skip
NAMES = (
    "Harbour", "Lantern", "Meadow", "Sprout", "Ledger", "Crumb", "Bowls", "Attic", "Ferry", "Gable", "Orchard", "Quarry",
    "Thimble", "Velvet", "Weir",
)  # fmt: skip
KINDS = ("One", "News", "Plus", "Regional & Local Television")
#: days of clock changes in Europe and in North America, in both directions
CLOCK_CHANGES = (date(2026, 10, 25), date(2026, 11, 1), date(2027, 3, 14), date(2027, 3, 28))
#: channels with programmes on those days
CHANGING = 6
#: what breaks layouts: a very long word, another script, a name that looks like a tag
HARD = (
    "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichen und andere lange Wörter",
    "صباح الخير يا عالم",
    "<script>alert(1)</script> & Sons",
    "Up 🚀",
)
MARKED = "The Lighthouse Interview"


@dataclass(frozen=True)
class Site:
    """A running server and the server of its feeds. `now` is the full hour in which the guide was made."""

    address: str
    folder: Path
    feeds: FeedServer
    now: datetime


def channels() -> list[Channel]:
    """Sixty channels: fifteen names in four kinds."""
    names = [f"{name} {kind}" for kind in KINDS for name in NAMES]
    return [
        Channel(f"c{number:02}.north", name, SHOWS[number % len(SHOWS)]) for number, name in enumerate(names)
    ]


def logo(colour: str) -> bytes:
    return picture(size=(120, 90), colour=f"#{colour}")


def document(rows: list[tuple[Channel, list[str]]], icons: str = "") -> bytes:
    """An XMLTV document of channels and their programmes. Three channels of four have a logo."""
    parts = ['<?xml version="1.0" encoding="UTF-8"?>\n<tv>\n']
    for number, (channel, _) in enumerate(rows):
        lcn = f"<display-name>{number + 1}</display-name>" if icons else ""
        icon = f'<icon src="{icons}/logo{number % len(COLOURS)}.png"/>' if icons and number % 4 else ""
        parts.append(
            f'<channel id="{channel.id}"><display-name>{escape(channel.name)}</display-name>'
            f"{lcn}{icon}</channel>\n"
        )
    parts += (line for _, lines in rows for line in lines)
    return "".join([*parts, "</tv>\n"]).encode()


def programme(channel: Channel, start: datetime, stop: datetime, inner: str) -> str:
    return f'<programme start="{utc(start)}" stop="{utc(stop)}" channel="{channel.id}">{inner}</programme>\n'


def days(channel: Channel, wanted: set[date], vary: str = "") -> list[str]:
    """The programmes of a channel on these days (UTC). With `vary`, one programme in twelve has another text."""
    lines = []
    for day in sorted(wanted):
        for slot in day_of(channel, day, seed=7):
            inner = "".join(north_elements(slot))
            if vary and random.Random(f"{vary}/{channel.id}/{slot.start}").randrange(12) == 0:
                inner = inner.replace("</title>", ", again</title>", 1)
            lines.append(programme(channel, slot.start, slot.stop, inner))
    return lines


def north(now: datetime, icons: str, hard: bool, vary: str = "") -> bytes:
    """Sixty channels for four days from yesterday on; six of them also have programmes around clock changes. `hard` adds one
    channel that is hard to lay out."""
    today = now.date()
    near = {today + timedelta(days=number) for number in range(-1, 3)}
    far = {day + timedelta(days=number) for day in CLOCK_CHANGES for number in (-1, 0, 1)} | near
    rows = [
        (channel, days(channel, far if number < CHANGING else near, vary))
        for number, channel in enumerate(channels())
    ]
    if hard:
        channel = Channel(
            "hard.north", "Österreichische Rundfunkgesellschaft Zweites Programm International HD"
        )
        # After the first few, so that it is on the first screen.
        rows.insert(3, (channel, list(hard_programmes(channel, now))))
    return document(rows, icons)


def hard_programmes(channel: Channel, now: datetime) -> Iterator[str]:
    """Two days of programmes that last two to ninety minutes, and one programme with every element."""
    at = now - timedelta(hours=24)
    for number in range(120):
        length = timedelta(minutes=(2, 90, 5, 15)[number % 4])
        if at <= now < at + length:
            # It is still on when the last test looks for it: `now` is a full hour, and the tests take some minutes.
            yield programme(channel, at, at + timedelta(hours=3), marked())
            at += timedelta(hours=3)
            continue
        yield programme(channel, at, at + length, f'<title lang="de">{escape(HARD[number % 4])}</title>')
        at += length


def marked() -> str:
    return (
        f'<title lang="en">{MARKED}</title><title lang="de">Das Leuchtturm-Gespräch</title>'
        '<sub-title lang="en">Keeper of the Eastern Light</sub-title>'
        f'<desc lang="en">{"A keeper talks about forty years of weather. " * 8}</desc>'
        "<credits><director>Oskar Lindqvale</director><actor role='The keeper'>Maud Ferrant</actor>"
        "<actor role='Herself' guest='yes'>Ada Quill</actor><presenter>Ben Tallow</presenter></credits>"
        "<date>2025</date><category lang='en'>Documentary</category><category lang='en'>Talk</category>"
        "<keyword lang='en'>lighthouse</keyword><country>Portugal</country>"
        "<url>https://example.org/lighthouse</url><episode-num system='xmltv_ns'>1.4.0/2</episode-num>"
        "<video><aspect>16:9</aspect><quality>HDTV</quality></video><audio><stereo>surround</stereo></audio>"
        "<subtitles type='onscreen'><language>English</language></subtitles><new/>"
        "<rating system='BBFC'><value>12</value></rating><star-rating><value>8/10</value></star-rating>"
        "<review type='text' source='The Harbour Post' reviewer='C. Wren'>Quiet, and worth it.</review>"
    )


def south(now: datetime) -> bytes:
    """Twenty channels. Some are channels of the first provider, some only have similar names."""
    near = {now.date() + timedelta(days=number) for number in range(-1, 4)}
    known = [
        Channel(f"S-{number}", channel.name, channel.shows) for number, channel in enumerate(channels()[:14])
    ]
    alike = [
        Channel(f"S-9{number}", name, SHOWS[number])
        for number, name in enumerate(
            ("Lantern News 24", "Meadow Plus TV", "Thimble News Channel", "Ledgers One", "Gull Radio")
        )
    ]
    return document([(channel, days(channel, near)) for channel in (*known, *alike)])


def fill(folder: Path, now: datetime, icons: str, hard: bool) -> None:
    """Import `north` and `south`, then a changed `north`."""
    guide, at = Guide(folder), int(now.timestamp())
    try:
        guide.load("north", north(now, icons, hard), now=at - 7200, retention=KEEP_ALL, priority=1)
        guide.load("south", south(now), now=at - 5400, retention=KEEP_ALL, priority=2, language=["en"])
        guide.load("north", north(now, icons, hard, vary="x"), now=at - 3600, retention=KEEP_ALL)
    finally:
        guide.close()


@contextmanager
def running(folder: Path, hard: bool = True) -> Iterator[Site]:
    """A site with a full guide, in a new folder, until the end of the block."""
    now = datetime.now(timezone.utc).replace(minute=0, second=0, microsecond=0)
    folder.mkdir()
    copy_bundle(folder)
    permit_private_addresses(folder / "metadata.yaml")
    (folder / "config.yaml").write_text(CONFIG, encoding="utf-8")
    with FeedServer() as feeds:
        for number, colour in enumerate(COLOURS):
            feeds.serve(f"/logo{number}.png", logo(colour), content_type="image/png")
        fill(folder, now, feeds.url(), hard)
        with server(folder, folder.parent / f"{folder.name}.log") as address:
            yield Site(address, folder, feeds, now)


@contextmanager
def looking(
    browser: Any,
    width: int = 1440,
    javascript: bool = True,
    zone: str = "Europe/Berlin",
    dark: bool = False,
    locale: str = "en-GB",
    **options: Any,
) -> Iterator[Any]:
    """A page of a new visitor. The end of the block fails if the page complained.

    A test that expects an error page calls `page.complaints.clear()`, because Chromium writes each status from 400 on to the
    console.
    """
    context = browser.new_context(
        viewport={"width": width, "height": WIDTHS.get(width, 900)}, java_script_enabled=javascript, timezone_id=zone,
        color_scheme="dark" if dark else "light", reduced_motion="reduce", locale=locale, **options,
    )  # fmt: skip
    context.set_default_timeout(15_000)
    page = context.new_page()
    page.complaints = []
    page.on("console", lambda said: said.type in ("error", "warning") and page.complaints.append(said.text))
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    try:
        yield page
        if page.complaints:
            raise AssertionError("the page complained: " + "; ".join(page.complaints))
    finally:
        with suppress(Exception):
            context.close()


def sign_in(page: Any, site: Site, following: str = "/-/epg/providers") -> None:
    """Sign in through the form, as a person does, in any language."""
    page.goto(f"{site.address}/-/epg/login?next={following}")
    page.locator("#epg-token").fill(TOKEN)
    page.locator("main form button").first.click()
    page.wait_for_url(f"**{following}")


def expect(found: Any) -> Any:
    """What must become true of an element: a page follows a click, a scroll or a print some frames later."""
    from playwright.sync_api import expect as assertions

    assertions.set_options(timeout=15_000)
    return assertions(found)


def fits(page: Any) -> bool:
    """Whether the page fits the window; elements that scroll may be wider."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"))


def moments(times: list[str]) -> list[int]:
    """Epoch seconds of UTC texts."""
    return [from_iso(text) for text in times]


#: file, path, width and height, dark
PICTURES = (
    ("guide.png", "/guide", 1280, 720, False),
    ("guide-phone.png", "/guide", 390, 844, True),
    ("search.png", "/guide/search?q=inspector", 1280, 720, True),
    ("mappings.png", "/-/epg/mappings", 1280, 720, False),
)


def small(picture: bytes, path: Path) -> None:
    """Write a screenshot with 128 colours: pages have few, and the file is a third of the size."""
    from PIL import Image

    with Image.open(io.BytesIO(picture)) as found:
        found.convert("RGB").quantize(128, dither=Image.Dither.NONE).save(path, optimize=True)


def pictures(folder: Path) -> None:
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory() as made, sync_playwright() as started:
        browser = started.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        with running(Path(made) / "site", hard=False) as site:
            for name, path, width, height, dark in PICTURES:
                with looking(browser, width, zone="Europe/Lisbon", dark=dark) as page:
                    if path.startswith("/-/"):
                        sign_in(page, site)
                    page.set_viewport_size({"width": width, "height": height})
                    page.goto(site.address + path)
                    page.wait_for_load_state("networkidle")
                    small(page.screenshot(), folder / name)


if __name__ == "__main__":
    pictures(Path(sys.argv[1]))
