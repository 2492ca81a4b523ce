"""Every page for people in Chromium: fits the window, breaks no rule of its own, and is reached with the keyboard alone."""

from __future__ import annotations

import re
from typing import Any

import pytest
import requests

from tests.helpers.browser import MARKED, Look, Site, expect, fits, sign_in

pytest_plugins = ["tests.helpers.browser_fixtures"]
pytestmark = pytest.mark.browser

OPEN = (
    "/", "/guide", "/guide/channel/1", "/guide/channel/{hard}", "/guide/program/{marked}", "/guide/search",
    "/guide/search?q=harbour", "/guide/changes", "/guide/stats", "/guide/use", "/guide/zone", "/-/epg/login", "/-/epg/api",
    "/guide/series", "/guide/series/2", "/guide/watches?kind=words&value=lighthouse", "/guide/language",
)  # fmt: skip
CLOSED = (
    "/-/epg/providers", "/-/epg/providers/new", "/-/epg/providers/1", "/-/epg/providers/1?delete=1", "/-/epg/imports",
    "/-/epg/mappings", "/-/epg/rules?field=title&pattern=%5EThe&kind=remove", "/-/epg/watches", "/-/epg/alerts",
)  # fmt: skip
#: what a finger presses and misses, because it is lower than 44 px; a chip can be hit beyond its edge
LOW = """() => [...document.querySelectorAll(
    'main :is(button, select, input:not([type=checkbox], [type=radio]), .epg-button, .epg-option, .epg-places a)')]
    .filter(at => !at.matches('.epg-chip'))
    .filter(at => at.checkVisibility() && at.getBoundingClientRect().height < 43.5)
    .map(at => at.outerHTML.slice(0, 120))"""
FOCUSED = """() => {
    const at = document.activeElement, style = getComputedStyle(at);
    return {text: at.innerText || at.getAttribute('aria-label') || '', href: at.getAttribute('href') || '',
            seen: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2};
}"""


def addresses(site: Site, paths: tuple[str, ...]) -> list[str]:
    """With the ids of the programme that says everything and of its channel, which is hard to lay out."""
    (found,) = requests.get(f"{site.address}/api/v1/search", {"q": MARKED, "limit": 1}, timeout=30).json()
    ids = {"marked": found["id"], "hard": found["channel_id"]}
    return [site.address + path.format(**ids) for path in paths]


@pytest.mark.parametrize(("width", "javascript"), [(390, True), (390, False), (1440, True)])
def test_every_page_fits_its_window_and_complains_of_nothing(
    look: Look, site: Site, width: int, javascript: bool
) -> None:
    with look(width=width, javascript=javascript, has_touch=width == 390) as page:
        pages = addresses(site, OPEN)
        sign_in(page, site)
        for address in (*pages, *addresses(site, CLOSED)):
            answer = page.goto(address)
            assert answer.status == 200, address
            assert fits(page), address
            assert width != 390 or page.evaluate(LOW) == [], address
            assert page.locator("h1").count() == 1, address
            assert page.locator("html").get_attribute("lang") == "en"
            assert page.complaints == [], address


def test_a_broken_rule_would_be_seen(look: Look, site: Site) -> None:
    with look() as page:
        page.goto(f"{site.address}/guide/use")
        page.evaluate("document.body.setAttribute('style', 'color: red')")
        page.evaluate(
            "document.body.append(Object.assign(document.createElement('script'), {textContent: 'window.bad = 1'}))"
        )
        assert page.evaluate("window.bad") is None
        assert any("Content Security Policy" in text for text in page.complaints)
        page.complaints.clear()


def test_an_error_is_a_page_that_leads_on(look: Look, site: Site) -> None:
    with look(width=390) as page:
        for path, status in (
            ("/guide/channel/99999", 404), ("/guide?date=tomorrow", 400), ("/epg/nothing", 404), ("/epg/guide?_where=x+y", 400),
        ):  # fmt: skip
            assert page.goto(site.address + path).status == status
            assert page.get_by_role("alert").inner_text()
            assert fits(page)
            page.get_by_role("link", name="Go to the guide").click()
            page.wait_for_url("**/guide")
        said = {re.findall(r"status of (\d+)", text)[0] for text in page.complaints}
        assert said == {"404", "400"}
        page.complaints.clear()


def tab_to(page: Any, wanted: str, most: int = 60) -> None:
    """Press Tab until a link whose address fits has the focus; each stop on the way must be visible."""
    for _ in range(most):
        page.keyboard.press("Tab")
        at = page.evaluate(FOCUSED)
        assert at["seen"], at
        if re.search(wanted, at["href"]):
            return
    raise AssertionError(f"no {wanted} within {most} presses of Tab")


def test_from_home_to_a_programme_with_the_keyboard(look: Look, site: Site) -> None:
    with look(zone="UTC") as page:
        page.goto(site.address)
        page.keyboard.press("Tab")
        assert page.evaluate(FOCUSED)["text"] == "To the content"
        page.keyboard.press("Enter")
        tab_to(page, r"^/guide/channel/\d+")
        page.goto(site.address)
        tab_to(page, r"^/guide$")
        page.keyboard.press("Enter")
        page.wait_for_url("**/guide")
        page.wait_for_load_state()
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.wait_for_selector(".epg-guide[data-ready] [tabindex='0']")
        tab_to(page, r"^/guide/program/\d+", most=80)
        title = page.evaluate("document.activeElement.querySelector('b').textContent")
        page.keyboard.press("Enter")
        page.wait_for_url("**/guide/program/*")
        page.get_by_role("dialog").get_by_role("heading", name=title).first.wait_for()


@pytest.mark.parametrize("javascript", [True, False], ids=["js", "nojs"])
def test_search_from_any_page(look: Look, site: Site, javascript: bool) -> None:
    with look(width=390, javascript=javascript) as page:
        page.goto(f"{site.address}/guide/stats?tz=Europe/Berlin")
        page.locator(".epg-find-link").click()
        page.locator("main").get_by_role("searchbox").fill('"lighthouse interview"')
        page.keyboard.press("Enter")
        page.wait_for_url("**/guide/search*")
        expect(page.locator("ol.epg-hits > li")).to_have_count(1)
        href = page.get_by_role("link", name="Calendar of these words").get_attribute("href")
        assert f"SUMMARY:{MARKED}" in requests.get(site.address + href, timeout=30).text
        page.get_by_role("link", name=MARKED).click()
        page.wait_for_url("**/guide/program/*tz=Europe*")
        page.reload()  # the address of the sheet is that of the page
        expect(page.locator("main")).to_contain_text("Maud Ferrant as The keeper")


def test_search_with_filters(look: Look, site: Site) -> None:
    with look(zone="Europe/Berlin") as page:
        page.goto(f"{site.address}/guide/search?q=harb*")
        page.wait_for_selector('main[data-zone="Europe/Berlin"]')
        everything = page.locator("ol.epg-hits > li").count()
        page.get_by_text("More filters").click()
        page.locator("main").get_by_label("Time of day").select_option("evening")
        page.wait_for_url("**part=evening*")
        times = page.locator("ol.epg-hits time").all_inner_texts()
        assert 0 < len(times) <= everything
        assert {text[-5:-3] for text in times} <= {f"{hour:02}" for hour in range(18, 23)}
        page.locator("main").get_by_label("Channel", exact=True).fill("weir one")
        page.locator("main").get_by_role("button", name="Search").click()
        page.wait_for_url("**channel_name=weir+one*")
        assert set(page.locator("ol.epg-hits small bdi").all_inner_texts()) <= {"Weir One"}


def test_the_day_of_a_channel_goes_on_and_back(look: Look, site: Site) -> None:
    with look(width=390, zone="Europe/Berlin") as page:
        page.goto(f"{site.address}/guide/channel/1?date=2026-10-25&tz=Europe/Berlin")
        assert "this day has 25 hours" in page.locator("main").inner_text()
        current = page.locator(".epg-days [aria-current=date]")
        assert current.evaluate("e => e.getBoundingClientRect().right <= innerWidth")
        page.get_by_role("link", name="Day after").click()
        page.wait_for_url("**date=2026-10-26*")
        page.get_by_role("link", name="Day before").click()
        page.wait_for_url("**date=2026-10-25*")
        starts = page.eval_on_selector_all(".epg-day .epg-list-time time", "all => all.map(e => e.dateTime)")
        assert starts == sorted(starts)
        assert len(starts) > 10


def test_an_address_is_copied(look: Look, site: Site) -> None:
    with look(permissions=["clipboard-read", "clipboard-write"]) as page:
        page.goto(f"{site.address}/guide/use")
        page.get_by_role("button", name="Copy Guide (XMLTV)").first.click()
        # The clipboard answers later than the click.
        page.get_by_role("status").get_by_text(f"Copied: {site.address}/xmltv.xml").wait_for()
        assert page.evaluate("navigator.clipboard.readText()") == f"{site.address}/xmltv.xml"


@pytest.mark.parametrize("width", [390, 1440])
def test_the_page_says_whether_the_addresses_answer(look: Look, site: Site, width: int) -> None:
    with look(width=width) as page:
        page.goto(f"{site.address}/guide/use")
        page.locator("#epg-checked").get_by_text("answer from this browser").wait_for()
        said = page.locator("[data-check]").all_text_contents()
        assert len(said) > 15
        assert set(said) == {"✓ answers from here"}
        assert page.locator("#epg-checked").inner_text().startswith("All ")
        assert fits(page)


def test_an_address_that_does_not_answer_is_named(look: Look, site: Site) -> None:
    with look() as page:
        page.route("**/xmltv.xml", lambda route: route.abort())
        page.route("**/xmltv.xml.gz", lambda route: route.fulfill(status=503))
        page.goto(f"{site.address}/guide/use")
        page.locator("#epg-checked").get_by_text("2 of ").wait_for()
        for name, text in (("jellyfin", "✗ does not answer from here"), ("kodi", "✗ answers 503 from here")):
            place = page.locator(f"section[aria-labelledby={name}] [data-check]").first
            assert place.inner_text() == text
        for name in ("home-assistant", "mythtv"):
            place = page.locator(f"section[aria-labelledby={name}] [data-check]").first
            assert place.inner_text() == "✓ answers from here"
        page.complaints.clear()


def test_favourites_get_a_calendar_and_a_guide_of_their_own(look: Look, site: Site) -> None:
    with look() as page:
        page.goto(f"{site.address}/guide/use")
        assert not page.locator("#epg-favourites").is_visible()
        page.evaluate("localStorage.setItem('epg_favourites', '[2, 1]')")
        page.reload()
        calendar = page.get_by_label("The next seven days of your favourite channels").input_value()
        assert calendar == f"{site.address}/calendar.ics?channels=2,1"
        assert requests.get(calendar, timeout=30).text.startswith("BEGIN:VCALENDAR")
        guide = page.get_by_label("Your favourite channels for a player (XMLTV)").input_value()
        assert guide == f"{site.address}/xmltv.xml?channels=2,1"
        page.evaluate(f"localStorage.setItem('epg_favourites', JSON.stringify({list(range(1, 40))}))")
        page.reload()
        calendar = page.get_by_label("The next seven days of your favourite channels").input_value()
        assert calendar.count(",") == 19


def test_without_a_script_the_addresses_are_there(look: Look, site: Site) -> None:
    with look(width=390, javascript=False) as page:
        page.goto(f"{site.address}/guide/use")
        assert page.get_by_role("button", name="Copy").count() == 0
        assert not page.locator("#epg-checked").is_visible()
        assert (
            page.get_by_label("Guide (XMLTV)", exact=True).first.input_value() == f"{site.address}/xmltv.xml"
        )
        page.get_by_role("link", name="Home Assistant").click()
        assert page.locator("#home-assistant").is_visible()
        assert fits(page)


def test_paper_has_the_programmes_and_no_buttons(look: Look, site: Site) -> None:
    with look() as page:
        page.goto(f"{site.address}/guide?tz=UTC")
        page.locator(".epg-guide[data-ready]").wait_for()
        # Cells left of what is in view are drawn as well.
        seen = page.locator(".epg-row a.epg-on b").first.inner_text()
        page.emulate_media(media="print")
        paper = page.locator(".epg-paper")
        paper.wait_for()
        assert paper.locator("tr[data-channel]").count() > 15 and seen in paper.inner_text()
        expect(page.locator(".epg-grid")).not_to_be_visible()
        for gone in (".epg-bar", ".epg-jump", ".epg-chips", ".epg-pick", ".epg-star"):
            expect(page.locator(gone).first).not_to_be_visible()
        page.emulate_media(media="screen")
        page.locator(".epg-grid").wait_for()
        expect(page.locator(".epg-paper")).to_have_count(0)


def test_paper_without_scripts_has_the_table(look: Look, site: Site) -> None:
    with look(javascript=False) as page:
        page.emulate_media(media="print")
        page.goto(f"{site.address}/guide?tz=UTC")
        assert page.locator("tr[data-channel]").nth(20).is_visible()
        assert not page.locator(".epg-bar").is_visible()


def test_channels_of_a_watch_are_chosen_by_typing(look: Look, site: Site) -> None:
    """From the keyboard alone: one channel for a browser's own watch, several for that of a person."""
    with look(width=390) as page:
        page.goto(f"{site.address}/guide/watches?kind=words&value=harbour")
        page.get_by_label("Channel", exact=True).fill("lantern")
        page.locator(".epg-picker-list [role=option]").first.wait_for()
        name = page.locator(".epg-picker-list [role=option]").first.locator("bdi").inner_text()
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        expect(page.get_by_label("Channel", exact=True)).to_have_value(name)
        page.get_by_role("button", name="Show what it finds").click()
        expect(page.locator(".epg-choices .epg-chip-on")).to_have_text(name)
        assert re.search(r"channels=\d+&", page.locator("#epg-address-1").input_value())
        page.get_by_role("link", name="All channels").click()
        expect(page.get_by_label("Channel", exact=True)).to_be_visible()
        assert "channels=" not in page.locator("#epg-address-1").input_value()
        sign_in(page, site, "/-/epg/watches")
        page.get_by_text("Only some channels, days or hours").click()
        for text in ("lantern", "meadow", "lantern"):
            page.get_by_label("Add a channel").fill(text)
            page.locator(".epg-picker-list [role=option]").first.wait_for()
            page.keyboard.press("ArrowDown")
            page.keyboard.press("Enter")
        assert page.locator("[data-chosen] input:checked").count() == 2
        page.get_by_label("Words, title, name, number or pattern").fill("x")
        page.get_by_label("Minutes before the start").fill("soon")
        page.get_by_role("button", name="Add this watch").click()
        expect(page.get_by_role("alert")).to_have_text("Minutes before the start must be a whole number")
        assert page.locator("[data-chosen] input:checked").count() == 2
        assert fits(page)
        assert [one for one in page.complaints if "400" not in one] == []
        page.complaints.clear()
