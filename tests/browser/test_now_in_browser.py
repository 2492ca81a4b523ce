"""On now, a programme, the search, the installed site in Chromium: all widths, light and dark, the keyboard alone."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from tests.helpers.browser import HARD, MARKED, Look, Site, expect, fits, sign_in

pytest_plugins = ["tests.helpers.browser_fixtures"]
pytestmark = [pytest.mark.slow, pytest.mark.browser]

WIDTHS = (390, 768, 1440, 2560)
AXE = """async () => (await axe.run({resultTypes: ['violations']})).violations
    .filter(found => ['serious', 'critical'].includes(found.impact))
    .map(found => [found.id, found.nodes[0].html])"""
CONTROLLED = """navigator.serviceWorker.ready.then(() => navigator.serviceWorker.controller
    || new Promise(done => navigator.serviceWorker.addEventListener('controllerchange', done)))"""
STARS = "localStorage.setItem('epg_favourites', '[2, 61]'); localStorage.setItem('epg_titles', JSON.stringify(%s))"
HEIGHTS = """() => [...document.querySelectorAll('ul[data-rows] li[data-channel]')]
    .map(row => row.getBoundingClientRect().height)"""
NOTIFIED = """() => { window.Notification = class extends EventTarget {
    static permission = 'granted';
    constructor(title, options) { super(); (window.told ??= []).push([title, options.body]); }
} }"""


@pytest.fixture(scope="module")
def axe() -> Iterator[str]:
    import axe_playwright_python as found

    yield (Path(found.__file__).parent / "axe.min.js").read_text(encoding="utf-8")


def coming(site: Site) -> tuple[int, str]:
    """Id and title of a programme that starts in more than an hour."""
    import requests

    start = (site.now + timedelta(hours=3)).strftime("%Y-%m-%dT%H:%M:%SZ")
    found = requests.get(f"{site.address}/api/v1/channels/1/programs", {"start": start}, timeout=30).json()
    row = next(row for row in found if row["start_time"] >= start)
    return row["id"], row["title"]


@pytest.mark.parametrize("javascript", [True, False], ids=["js", "nojs"])
def test_rows_fit_and_are_64_pixels_high(look: Look, site: Site, javascript: bool) -> None:
    with look(width=390, javascript=javascript) as page:
        for path in ("/", "/?show=films", "/?show=soon", "/?show=tonight"):
            page.goto(f"{site.address}{path}")
            for width in WIDTHS:
                page.set_viewport_size({"width": width, "height": 844})
                assert fits(page), (path, width)
                heights = page.evaluate(HEIGHTS)
                assert set(heights) <= {64}, (path, width, set(heights))
        page.goto(site.address)
        page.set_viewport_size({"width": 390, "height": 844})
        if javascript:
            page.evaluate("document.documentElement.dir = 'rtl'")
            assert fits(page)
            page.evaluate("document.documentElement.dir = 'ltr'")
        tops = page.eval_on_selector_all(
            "ul[data-rows] li", "all => all.map(row => row.getBoundingClientRect())"
        )
        assert sum(box["bottom"] <= 844 - 58 for box in tops) >= (8 if javascript else 6)
        titles = page.locator(f"ul[data-rows] a:has-text('{HARD[1]}')")
        assert all(
            direction == "rtl"
            for direction in titles.locator("span").evaluate_all(
                "all => all.map(e => getComputedStyle(e).direction)"
            )
        )


def test_nothing_serious_in_any_state(look: Look, site: Site, axe: str) -> None:
    ident, title = coming(site)
    with look(width=390, bypass_csp=True) as page:
        page.add_init_script(axe)
        page.add_init_script(STARS % json.dumps([title]))
        for path, width, scheme in (
            ("/", 390, "light"), ("/", 1440, "dark"), ("/?show=films&genre=film", 390, "dark"),
            (f"/guide/program/{ident}", 390, "light"), (f"/guide/program/{ident}", 1440, "dark"),
            ("/guide/search?q=harb", 390, "dark"), ("/guide/search?genre=news", 1440, "light"),
            ("/guide/search?q=harbuor", 390, "light"), ("/guide/offline", 390, "dark"),
        ):  # fmt: skip
            page.set_viewport_size({"width": width, "height": 844})
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            page.goto(f"{site.address}{path}")
            page.wait_for_load_state("networkidle")
            assert page.evaluate(AXE) == [], (path, width, scheme)
        page.goto(f"{site.address}/guide/search?q=harb")
        page.locator(".epg-search-more summary").click()
        page.locator("#epg-channel").press_sequentially("harb")
        page.wait_for_selector("[role=option]")
        assert page.evaluate(AXE) == []
        page.goto(site.address)
        page.locator("ul[data-rows] a[data-sheet]").first.click()
        page.wait_for_selector("dialog.epg-sheet h1")
        assert page.evaluate(AXE) == []


def test_stars_come_first_and_rows_follow_the_clock(look: Look, site: Site) -> None:
    _, title = coming(site)
    with look(width=390) as page:
        page.goto(site.address)
        star = page.locator("ul[data-rows] li[data-channel='2'] .epg-star")
        star.click()
        expect(star).to_have_attribute("aria-pressed", "true")
        starred = page.locator("[data-starred] li[data-channel='2']")
        starred.wait_for()
        page.evaluate(f"localStorage.setItem('epg_titles', {json.dumps(json.dumps([title]))})")
        page.reload()
        starred.wait_for()
        page.locator("[data-because] li", has_text=title).first.wait_for()
        # The rows are asked for again when the page comes back into view.
        before = page.locator("ul[data-rows] li[data-channel]").count()
        with page.expect_response(
            lambda answer: "fragment=rows" in answer.url and "channels=" not in answer.url
        ):
            page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
        assert page.locator("ul[data-rows] li[data-channel]").count() >= before
        bar = page.locator("ul[data-rows] progress").first
        assert 0 <= float(bar.evaluate("bar => bar.value")) <= float(bar.get_attribute("max"))


def test_a_reminder_from_the_list_to_the_notification(look: Look, site: Site) -> None:
    ident, title = coming(site)
    with look(width=390, permissions=["notifications"], service_workers="block") as page:
        page.clock.install(time=datetime.now(timezone.utc))
        page.goto(f"{site.address}/guide/program/{ident}")
        page.complaints.clear()  # the worker is kept out: it would show the notification where no test sees it
        page.evaluate(NOTIFIED)
        button = page.get_by_role("button", name="Remind me")
        button.click()
        expect(button).to_have_attribute("aria-pressed", "true")
        start = page.locator("[data-acts]").get_attribute("data-start")
        assert json.loads(page.evaluate("localStorage.getItem('epg_reminders')"))[0]["start"] == start
        page.clock.set_fixed_time(datetime.fromisoformat(start.replace("Z", "+00:00")) - timedelta(minutes=4))
        page.clock.run_for(11_000)
        page.wait_for_function("window.told")
        assert page.evaluate("window.told")[0][0] == title
        button.click()
        assert page.evaluate("localStorage.getItem('epg_reminders')") == "[]"


def test_a_programme_is_starred_and_shared(look: Look, site: Site) -> None:
    ident, title = coming(site)
    with look(permissions=["clipboard-read", "clipboard-write"]) as page:
        page.goto(f"{site.address}/guide/program/{ident}")
        page.get_by_role("button", name="Star", exact=True).click()
        assert json.loads(page.evaluate("localStorage.getItem('epg_titles')")) == [title]
        page.evaluate("delete Navigator.prototype.share")
        page.get_by_role("button", name="Share").click()
        page.get_by_role("status").get_by_text("The address is copied").wait_for()
        assert page.evaluate("navigator.clipboard.readText()") == f"{site.address}/guide/program/{ident}"
        page.get_by_role("link", name=re.compile("After it")).click()
        page.wait_for_url("**/guide/program/*")
        expect(page.get_by_role("link", name=re.compile("Before it"))).to_be_visible()


def test_a_picture_is_never_broken(look: Look, site: Site) -> None:
    ident, title = coming(site)
    with look(width=390, javascript=False) as page:
        page.goto(f"{site.address}/guide/program/{ident}")
        hero = page.locator(".epg-picture").first
        assert hero.inner_text().strip() == title
        assert hero.bounding_box()["height"] > 100
        for image in page.locator(".epg-picture img").all():
            assert image.get_attribute("alt") == ""
        assert (
            page.get_by_role("link", name=re.compile("Calendar"))
            .get_attribute("href")
            .endswith(".ics?alarm=15")
        )
        assert page.get_by_role("button", name="Remind me").count() == 0


def test_search_as_you_type_with_the_keyboard_alone(look: Look, site: Site) -> None:
    with look(width=390) as page:
        page.goto(f"{site.address}/guide/search")
        page.keyboard.type("lighthouse inter", delay=20)
        hit = page.locator("ol.epg-hits a", has_text=MARKED)
        hit.wait_for()
        page.wait_for_url("**q=lighthouse+inter")
        page.wait_for_selector("[data-results]:not([aria-busy])")
        hit.wait_for()
        page.keyboard.press("ArrowDown")
        for _ in range(12):
            if page.evaluate("document.activeElement.closest('ol.epg-hits')"):
                break
            page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        page.locator("dialog.epg-sheet h1", has_text=MARKED).wait_for()
        page.keyboard.press("Escape")
        page.locator("dialog.epg-sheet").wait_for(state="hidden")
        page.locator("#epg-words").fill("lighthuose")
        page.locator("p.epg-meant a", has_text="lighthouse").wait_for()
        page.locator("#epg-words").fill("harb")
        page.locator(".epg-found-channels small", has_text="Harbour One").first.wait_for()


def test_a_channel_is_picked_by_typing(look: Look, site: Site) -> None:
    with look() as page:
        page.goto(f"{site.address}/guide/search?q=news")
        page.locator(".epg-search-more summary").click()
        page.locator("#epg-channel").press_sequentially("lantern o")
        page.get_by_role("option", name="Lantern One 2").wait_for()
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        page.wait_for_url("**channel=2*")
        expect(page.locator("form[data-search] a.epg-chip-on")).to_contain_text("Lantern One")
    with look(javascript=False) as page:
        page.goto(f"{site.address}/guide/search?q=harb*&channel_name=weir+one")
        assert page.locator("form[data-search] a.epg-chip-on").inner_text().startswith("Weir One")


def test_without_a_network_the_last_guide_is_shown(look: Look, site: Site) -> None:
    with look(width=390) as page:
        page.goto(site.address)
        page.evaluate(CONTROLLED)
        page.goto(f"{site.address}/guide")
        page.goto(site.address)
        page.wait_for_function(
            "caches.open('epg-pages').then(kept => kept.keys()).then(keys => keys.length >= 2)"
        )
        first = page.locator("ul[data-rows] a.epg-item-link").first.inner_text()
        page.context.set_offline(True)
        page.goto(site.address)
        expect(page.locator("ul[data-rows] a.epg-item-link").first).to_have_text(first, use_inner_text=True)
        page.locator("p.epg-offline", has_text="You are offline").wait_for()
        page.goto(f"{site.address}/guide?start=2026-01-01")
        assert page.locator(".epg-guide").count() == 1
        page.goto(f"{site.address}/guide/stats")
        expect(page.locator("h1")).to_have_text("You are offline")
        page.locator("[data-kept] a").first.wait_for()
        page.goto("about:blank")  # the offline page loads again when the network is back
        page.context.set_offline(False)
        sign_in(page, site)
        page.goto(site.address)
        page.goto(f"{site.address}/-/epg/providers")
        kept = page.evaluate(
            "caches.open('epg-pages').then(kept => kept.keys()).then(keys => keys.map(key => key.url))"
        )
        assert not [address for address in kept if "/-/" in address]
        page.complaints.clear()  # the browser says which requests failed while it was offline
