"""Administration in Chromium: from a provider's address to its programmes in the guide, and mappings reviewed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import requests

from demo.feeds import Channel
from demo.shows import SPORT
from tests.helpers.browser import Look, Site, channels, days, document, fits, running, sign_in
from tests.helpers.example_guide import TOKEN

pytest_plugins = ["tests.helpers.browser_fixtures"]
pytestmark = [pytest.mark.slow, pytest.mark.browser]

SCRIPTS = pytest.mark.parametrize("javascript", [True, False], ids=["js", "nojs"])
PROVIDERS, MAPPINGS = "/-/epg/providers", "/-/epg/mappings"


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site of this module, which changes it."""
    with running(tmp_path_factory.mktemp("admin") / "site") as found:
        yield found


def feed(site: Site, name: str) -> str:
    """The address of a feed of two channels that nobody else has."""
    shown = {site.now.date() + timedelta(days=number) for number in range(-1, 2)}
    rows = [Channel(f"{name}{number}.east", f"{name.title()} Sports {number}", SPORT) for number in (1, 2)]
    body = document([(channel, days(channel, shown)) for channel in rows])
    return site.feeds.serve(f"/{name}.xml", body)


@SCRIPTS
def test_from_an_address_to_programmes_in_the_guide(look: Look, own: Site, javascript: bool) -> None:
    name = "skylark" if javascript else "heron"
    with look(width=390, javascript=javascript) as page:
        page.goto(own.address + PROVIDERS)
        page.wait_for_url("**/-/epg/login?next=*")
        page.get_by_label("API token").fill(TOKEN)
        page.keyboard.press("Enter")
        page.wait_for_url(f"**{PROVIDERS}")
        page.get_by_role("link", name="Add a provider").click()
        page.get_by_label("Name", exact=True).fill(name)
        page.get_by_label("Address", exact=True).fill(feed(own, name))
        page.get_by_label("This server is on my network").check()
        page.get_by_role("button", name="Look at what it has").click()
        page.get_by_role("heading", name="What it has").wait_for()
        assert "2 channels" in page.locator(".epg-preview").inner_text()
        page.get_by_role("button", name="Add it").click()
        page.wait_for_url(f"**{PROVIDERS}")
        card = page.locator(".epg-card", has=page.get_by_role("heading", name=name))
        assert "Never imported" in card.inner_text()
        card.get_by_role("button", name=f"Import now: {name}").click()
        if javascript:
            told = page.get_by_role("status").get_by_text(f"{name}: the import succeeded")
            told.wait_for(timeout=60_000)
            # A small feed may be in the guide before the page is there.
            page.reload()
            told.wait_for(timeout=60_000)
        else:
            reload_until(page, card, "Last import succeeded")
        page.goto(f"{own.address}/guide?tz=UTC&channel={name}")
        row, on = (".epg-row", "a.epg-cell.epg-on") if javascript else ("tr[data-channel]", "td.p.on a")
        page.locator(on).nth(1).wait_for()
        assert page.locator(row).count() == 2 and page.locator(on).count() == 2
        page.goto(page.locator(on).first.evaluate("link => link.href"))
        assert name in page.locator("dt", has_text="Source").locator("+ dd").inner_text()
        assert fits(page)


def reload_until(page: Any, card: Any, text: str) -> None:
    """Follow the link that the page has while an import runs. A page made just before or after that is asked for again."""
    link = page.get_by_role("link", name="Show how far it is")
    for _ in range(200):
        if text in card.inner_text():
            return
        if link.count():
            with page.expect_navigation():
                link.click()
        else:
            page.wait_for_timeout(200)
            page.reload()
    raise AssertionError(f"{text} never came")


def test_a_mistake_in_the_form_is_told_at_its_field(look: Look, own: Site) -> None:
    with look(width=390, javascript=False) as page:
        sign_in(page, own, f"{PROVIDERS}/new")
        page.get_by_label("Name", exact=True).fill("east")
        page.get_by_text("All settings").click()
        page.get_by_label("Priority").fill("soon")
        page.get_by_label("Request headers").fill("X-Key: hidden-value")
        with page.expect_navigation():
            page.get_by_role("button", name="Add it").click()
        assert "Nothing is stored yet" in page.get_by_role("alert").inner_text()
        field = page.get_by_label("Priority")
        assert field.get_attribute("aria-invalid") == "true"
        assert field.input_value() == "soon"
        assert page.get_by_label("Name", exact=True).input_value() == "east"
        assert "hidden-value" not in page.content()
        assert fits(page)
        # Chromium writes the status 400 to the console.
        page.complaints.clear()


@pytest.mark.parametrize(
    ("javascript", "source", "alike", "meant"),
    [(True, "S-90", "Lantern News 24", "Lantern News"), (False, "S-91", "Meadow Plus TV", "Meadow Plus")],
    ids=["js", "nojs"],
)
def test_a_candidate_is_accepted_and_taken_back(
    look: Look, own: Site, javascript: bool, source: str, alike: str, meant: str
) -> None:
    def mapped() -> Any:
        rows = requests.get(f"{own.address}/api/v1/mappings", {"limit": 1000}, timeout=30).json()
        return next(row["channel"] for row in rows if row["provider_channel_id"] == source)

    target = next(channel.id for channel in channels() if channel.name == meant)
    with look(javascript=javascript) as page:
        sign_in(page, own, MAPPINGS)
        before = mapped()
        row = page.locator("tbody[data-row]", has=page.get_by_text(f"south · {source}", exact=True))
        choice = row.locator("select")
        if choice.count():
            choice.select_option(target)
        row.get_by_role("button", name=f"{alike} is the same").click()
        row.wait_for(state="detached")
        assert mapped() == target != before
        back = page.locator(".epg-toast") if javascript else page.locator("#epg-review-bar")
        back.get_by_role("button", name="Undo").click()
        page.get_by_text("Taken back").first.wait_for()
        assert mapped() == before


def test_strangers_and_wrong_tokens_stay_outside(look: Look, own: Site) -> None:
    with look() as page:
        for path in (PROVIDERS, MAPPINGS, "/-/epg/channels", "/-/epg/imports", f"{PROVIDERS}/new"):
            page.goto(own.address + path)
            assert "/-/epg/login?next=" in page.url
        page.get_by_label("API token").fill("not-the-token-of-this-site")
        with page.expect_navigation():
            page.locator("main").get_by_role("button", name="Sign in").click()
        assert page.get_by_role("alert").inner_text() == "this token is not known"
        assert "ds_actor" not in {cookie["name"] for cookie in page.context.cookies(own.address)}
        # Chromium writes the status 401 to the console.
        assert all("401" in text for text in page.complaints)
        page.complaints.clear()
