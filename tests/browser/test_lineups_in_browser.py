"""The pages of line-ups in Chromium: dragging, the keyboard, the review, and what axe-core says of each page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.browser.test_axe import LOOKS, violations
from tests.helpers.browser import WIDTHS, Look, Site, expect, fits, sign_in
from tests.helpers.example_guide import TOKEN, server
from tests.helpers.feedserver import FeedServer
from tests.lineup_store.lineup_site import fill

pytest_plugins = ["tests.helpers.browser_fixtures"]
pytestmark = [pytest.mark.slow, pytest.mark.browser]

LINEUPS = "/-/epg/lineups"
PAGES = (
    "",
    "/new",
    "/1",
    "/1/entry?entry=7",
    "/1/review",
    "/1/missing",
    "/1/settings",
    "/1/settings?delete=1",
    "/1/list",
)
START = "Harbour, Meadow, Lantern, Quarry, Thistle, Bramble, Harbour East, Sell <b>it</b> now"


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = fill(tmp_path_factory.mktemp("lineups") / "site")
    with FeedServer() as feeds, server(folder, folder.parent / "site.log") as address:
        yield Site(address, folder, feeds, datetime.now(timezone.utc))


@pytest.fixture(scope="module")
def axe(look: Look, own: Site) -> Iterator[Any]:
    import axe_playwright_python

    with look(bypass_csp=True) as page:
        sign_in(page, own, LINEUPS)
        page.add_init_script(path=Path(axe_playwright_python.__file__).parent / "axe.min.js")
        yield page


def stored(site: Site) -> list[str]:
    return [row["name"] for row in entries(site)]


def entries(site: Site) -> list[dict[str, Any]]:
    """The entries as the API has them."""
    token = {"Authorization": f"Bearer {TOKEN}"}
    rows = requests.get(f"{site.address}/api/v1/lineups/1/channels", headers=token, timeout=30)
    return list(rows.json())


def shown(page: Any) -> list[str]:
    return [row.get_attribute("data-name") for row in page.locator(".epg-lineup > li").all()]


def moved(page: Any, name: str, place: int) -> None:
    """Wait until the page says that the move is stored."""
    page.get_by_role("status").get_by_text(f"{name} is at place {place} now.").wait_for()


@pytest.mark.parametrize("path", PAGES)
def test_each_page_fits_and_nothing_serious_is_found(axe: Any, own: Site, path: str) -> None:
    assert axe.goto(f"{own.address}{LINEUPS}{path}").status == 200
    for width, scheme in LOOKS:
        axe.set_viewport_size({"width": width, "height": WIDTHS[width]})
        axe.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        assert [one for one in violations(axe) if one["impact"] in ("serious", "critical")] == []
        assert fits(axe), (path, width)
        assert axe.locator("h1").count() == 1


@pytest.mark.parametrize("width", [390, 1440])
def test_an_entry_is_dragged_to_its_place(look: Look, own: Site, width: int) -> None:
    with look(width=width) as page:
        sign_in(page, own, LINEUPS)
        page.goto(f"{own.address}{LINEUPS}/1")
        assert ", ".join(shown(page)) == START

        def drag(name: str, onto: str, below: bool, drop: bool = True) -> None:
            handle = page.locator(f'li[data-name="{name}"] .epg-handle')
            handle.scroll_into_view_if_needed()
            begin, row = handle.bounding_box(), page.locator(f'li[data-name="{onto}"]').bounding_box()
            page.mouse.move(begin["x"] + 4, begin["y"] + 8)
            page.mouse.down()
            page.mouse.move(begin["x"] + 6, row["y"] + row["height"] * (0.8 if below else 0.2), steps=8)
            if drop:
                page.mouse.up()

        drag("Lantern", "Harbour", below=False)
        moved(page, "Lantern", 1)
        assert shown(page)[:3] == stored(own)[:3] == ["Lantern", "Harbour", "Meadow"]
        drag("Lantern", "Meadow", below=True)
        moved(page, "Lantern", 3)
        assert ", ".join(stored(own)) == START
        drag("Meadow", "Harbour", below=False, drop=False)
        assert shown(page)[0] == "Meadow"
        page.keyboard.press("Escape")
        page.mouse.up()
        assert ", ".join(shown(page)) == ", ".join(stored(own)) == START


def test_an_entry_is_moved_with_the_keyboard_alone(look: Look, own: Site) -> None:
    with look() as page:
        sign_in(page, own, LINEUPS)
        page.goto(f"{own.address}{LINEUPS}/1")
        page.get_by_role("button", name="Move Sell <b>it</b> now up").focus()
        page.keyboard.press("Enter")
        page.keyboard.press("Enter")
        moved(page, "Sell <b>it</b> now", 6)
        assert (
            page.evaluate("document.activeElement.getAttribute('aria-label')") == "Move Sell <b>it</b> now up"
        )
        assert stored(own)[5:] == shown(page)[5:] == ["Sell <b>it</b> now", "Bramble", "Harbour East"]
        expect(page.locator('li[data-name="Sell <b>it</b> now"] .epg-place')).to_have_text("6")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.keyboard.press("Enter")
        moved(page, "Sell <b>it</b> now", 8)
        label = page.evaluate("document.activeElement.getAttribute('aria-label')")
        assert label == "Move Sell <b>it</b> now up", (
            "at the end the button down is off, so the other one has the focus"
        )
        assert ", ".join(stored(own)) == START


def test_a_move_that_fails_is_taken_back(look: Look, own: Site) -> None:
    with look() as page:
        sign_in(page, own, LINEUPS)
        page.goto(f"{own.address}{LINEUPS}/1")
        page.route("**/api/v1/lineups/1/channels", lambda route: route.fulfill(
            status=503, json={"error": "an import is writing"}
        ))  # fmt: skip
        page.get_by_role("button", name="Move Meadow up").click()
        page.get_by_role("status").get_by_text("Meadow was not moved: an import is writing").wait_for()
        assert ", ".join(shown(page)) == START
        # Chromium writes the status 503 to the console.
        page.complaints.clear()


def test_entries_are_moved_and_reviewed_without_javascript(look: Look, own: Site) -> None:
    with look(width=390, javascript=False) as page:
        sign_in(page, own, LINEUPS)
        page.goto(f"{own.address}{LINEUPS}/1?q=ar")
        assert shown(page) == ["Harbour", "Quarry", "Harbour East"]
        page.get_by_role("button", name="Move Quarry up").click()
        page.wait_for_url(re.compile(r"\?q=ar#entry-4$"))
        assert shown(page) == ["Quarry", "Harbour", "Harbour East"]
        page.get_by_role("button", name="Move Quarry down").click()
        page.get_by_text("Quarry is at place 2 now.").wait_for()
        page.goto(f"{own.address}{LINEUPS}/1/entry?entry=4")
        page.get_by_label("Place", exact=True).fill("4")
        page.get_by_role("button", name="Save").click()
        page.wait_for_url(f"**{LINEUPS}/1")
        assert ", ".join(stored(own)) == START
        assert fits(page)


def test_matches_are_reviewed_and_taken_back(look: Look, own: Site) -> None:
    with look(width=390) as page:
        sign_in(page, own, LINEUPS)
        page.get_by_role("link", name="2 to review").click()
        page.wait_for_url("**/1/review")
        card = page.locator(".epg-card", has=page.get_by_role("heading", name="Harbour East"))
        assert "71 of 100: its id is similar" in card.inner_text()
        card.get_by_role("radio", name="Later").focus()
        page.keyboard.press("ArrowUp")
        page.keyboard.press("ArrowUp")
        assert card.get_by_role("radio", name="Harbour Harbour.uk").is_checked()
        page.get_by_role("button", name="Store my choices").click()
        page.wait_for_url("**undo=*")
        expect(card).to_have_count(0)
        page.get_by_role("button", name="Take it back").click()
        page.get_by_text("As before: 1 entry.").wait_for()
        expect(card).to_have_count(1)
        card.get_by_role("link", name="Search for another channel").click()
        page.get_by_label("Search for a channel").fill("thist")
        page.keyboard.press("Enter")
        page.get_by_role("radio", name="Thistle").check()
        page.get_by_role("button", name="Take this channel").click()
        page.wait_for_url("**/1/review")
        expect(card).to_have_count(0)
        (row,) = [one for one in entries(own) if one["id"] == 7]
        assert (row["channel"], row["method"]) == ("Thistle.uk", "manual")


def test_a_refresh_is_told_when_it_has_ended(look: Look, own: Site) -> None:
    with look() as page:
        sign_in(page, own, LINEUPS)
        page.get_by_role("button", name="Refresh now: Living room").click()
        page.get_by_role("status").get_by_text("Living room: the source has nothing new.").wait_for(
            timeout=60_000
        )
        page.get_by_role("link", name="Show the list as it is now").click()
        page.get_by_text("found nothing new").wait_for()


def test_a_list_is_chosen_as_a_file(look: Look, own: Site, tmp_path: Path) -> None:
    path = tmp_path / "garden.m3u"
    path.write_text('#EXTM3U\n#EXTINF:-1 tvg-id="Harbour.uk",Harbour\nhttp://127.0.0.1:9/1\n')
    with look(width=390) as page:
        sign_in(page, own, LINEUPS)
        page.get_by_role("link", name="Add a line-up").click()
        page.get_by_label("Name").fill("garden")
        page.get_by_label("A list as a file").set_input_files(path)
        page.get_by_role("button", name="Add it").click()
        page.get_by_text("The list is read: 1 entry, 1 with a channel.").wait_for(timeout=60_000)
        assert shown(page) == ["Harbour"]
