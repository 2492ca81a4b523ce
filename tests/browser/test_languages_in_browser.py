"""Pages in other languages: what fits in English fits, nothing stays English, clocks and days are those of the country."""

from __future__ import annotations

import re

import pytest

from tests.browser.test_pages_in_browser import CLOSED, OPEN, addresses
from tests.helpers.browser import Look, Site, expect, fits, sign_in

pytest_plugins = ["tests.helpers.browser_fixtures"]
pytestmark = [pytest.mark.slow, pytest.mark.browser]

READY = ".epg-guide[data-ready]"
#: words of the bar and the tabs, which every page has
ENGLISH = ("Search", "Starred", "On now", "Sign in", "Another time zone")


@pytest.mark.parametrize(("language", "width", "javascript"), [
    ("de-DE", 390, True), ("pl", 390, False), ("fr-FR", 1440, True)
])  # fmt: skip
def test_every_page_fits_in_its_language(
    look: Look, site: Site, language: str, width: int, javascript: bool
) -> None:
    with look(width=width, javascript=javascript, locale=language) as page:
        sign_in(page, site)
        for address in addresses(site, (*OPEN, *CLOSED, "/guide/language")):
            answer = page.goto(address)
            assert answer.status == 200, address
            assert fits(page), address
            assert page.locator("html").get_attribute("lang") == language[:2], address
            shown = page.locator("body").inner_text()
            assert [word for word in ENGLISH if re.search(rf"^{word}$", shown, re.MULTILINE)] == [], address
            assert page.complaints == [], address


def test_clocks_have_twelve_hours_where_people_have_them(look: Look, site: Site) -> None:
    with look(locale="en-US") as page:
        page.goto(f"{site.address}/guide?tz=UTC")
        page.locator(READY).wait_for()
        assert re.fullmatch(r"\d\d?:\d\d\s[AP]M", page.locator(".epg-nowtag").inner_text())
        page.locator("[data-go=prime]").click()
        expect(page.locator("[data-hour-chip]")).to_have_text(re.compile(r"8:00\sPM"))
    with look(locale="en-US", javascript=False) as page:
        page.goto(f"{site.address}/guide?tz=UTC")
        assert re.search(r"\d:00\s[AP]M", page.locator("thead").first.inner_text())


def test_a_viewer_chooses_another_language(look: Look, site: Site) -> None:
    with look(width=390, locale="fr-FR") as page:
        page.goto(f"{site.address}/guide/channel/1")
        page.locator("aside a[href*='/guide/language']").click()
        page.locator("#epg-lang").select_option("de")
        page.locator("main form button").first.click()
        page.wait_for_url("**/guide/channel/1")
        expect(page.locator("html")).to_have_attribute("lang", "de")
        page.goto(f"{site.address}/guide?tz=UTC")
        page.locator(READY).wait_for()
        expect(page.locator("[data-day-chip]")).to_contain_text("Heute")
        page.goto(f"{site.address}/guide/language")
        page.locator("main form button").nth(1).click()
        page.wait_for_url("**/guide")
        expect(page.locator("html")).to_have_attribute("lang", "fr")
