"""Channels, review, providers and statistics in Chromium, as an operator uses them: without a reload, by keyboard alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.browser.test_axe import violations
from tests.helpers.browser import Look, Site, expect, fits, running, sign_in

pytest_plugins = ["tests.helpers.browser_fixtures"]
pytestmark = [pytest.mark.slow, pytest.mark.browser]

CHANNELS, MAPPINGS = "/-/epg/channels", "/-/epg/mappings"
#: a page whose form is Datasette's own: its boxes have no labels, so only colours are looked at
OTHERS = "/epg/channels"
PAGES = (CHANNELS, f"{CHANNELS}?state=empty", MAPPINGS, f"{MAPPINGS}?view=all", "/-/epg/providers", "/-/epg/providers/new",
         "/guide/stats", "/-/epg/imports", "/epg/on_now", OTHERS)  # fmt: skip
#: each width with a scheme and a direction
LOOKS = (
    (390, 844, "dark", "ltr"),
    (768, 1024, "light", "rtl"),
    (1440, 900, "light", "ltr"),
    (2560, 1300, "dark", "rtl"),
)


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site of this module, which changes it."""
    with running(tmp_path_factory.mktemp("operators") / "site") as found:
        yield found


def channel(site: Site, ident: int) -> dict[str, Any]:
    answer = requests.get(f"{site.address}/api/v1/channels", {"limit": 1000}, timeout=30)
    return next((row for row in answer.json() if row["id"] == ident), {})


def test_every_page_fits_and_has_nothing_that_axe_finds(look: Look, own: Site) -> None:
    import axe_playwright_python as axe

    with look(bypass_csp=True) as page:
        sign_in(page, own, CHANNELS)
        page.add_init_script(path=Path(axe.__file__).parent / "axe.min.js")
        for path in PAGES:
            page.goto(own.address + path)
            for width, height, scheme, direction in LOOKS:
                page.set_viewport_size({"width": width, "height": height})
                page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
                page.evaluate("dir => { document.documentElement.dir = dir; }", direction)
                assert fits(page), (path, width)
                # All rules once, the colours of the other scheme too.
                if width in (390, 1440):
                    serious = [
                        v
                        for v in violations(page, width == 390 and path != OTHERS)
                        if v["impact"] in ("serious", "critical")
                    ]
                    assert serious == [], (path, width, scheme)


def test_channels_are_worked_on_without_a_reload(look: Look, own: Site) -> None:
    with look(width=1440) as page:
        sign_in(page, own, CHANNELS)
        page.evaluate("window.sameDocument = true")
        rows = page.locator("tr[data-channel]")
        first, second = (int(rows.nth(at).get_attribute("data-channel")) for at in (0, 1))
        bar, toast = page.locator("#epg-desk"), page.locator(".epg-toast")
        expect(bar.get_by_role("button", name="Hide")).not_to_be_visible()

        page.locator(f"#c{first} input[name=pick]").check()
        page.locator(f"#c{second} input[name=pick]").click(modifiers=["Shift"])
        bar.get_by_text("2 chosen").wait_for()
        bar.get_by_role("button", name="Hide").click()
        toast.get_by_text("Hidden: 2 channels").wait_for()
        assert channel(own, first) == {}
        toast.get_by_role("button", name="Undo").click()
        toast.get_by_text("Taken back").wait_for()
        assert channel(own, first)["id"] == first

        number = page.locator(f"#c{first} input[name^=number-]")
        number.fill("7077")
        number.press("Enter")
        toast.get_by_text("Numbered: 1 channel").wait_for()
        assert channel(own, first)["number"] == "7077"

        page.locator(f"#c{second}").get_by_role("link", name="Edit").click()
        page.get_by_label("Name", exact=True).fill("Zweites")
        page.get_by_role("button", name="Save").click()
        toast.get_by_text("Zweites is changed").wait_for()
        assert channel(own, second)["display_name"] == "Zweites"

        last = rows.nth(2)
        moved = int(last.get_attribute("data-channel"))
        last.locator("input[name=pick]").focus()
        page.keyboard.press("Alt+ArrowUp")
        toast.get_by_text("Moved: 1 channel").wait_for()
        expect(rows.nth(1)).to_have_attribute("data-channel", str(moved))
        assert page.evaluate("window.sameDocument") is True


@pytest.mark.parametrize("javascript", [True, False], ids=["js", "nojs"])
def test_two_channels_are_joined_and_parted_again(look: Look, own: Site, javascript: bool) -> None:
    with look(width=768, javascript=javascript) as page:
        sign_in(page, own, f"{CHANNELS}?page=2")
        ids = [page.locator("tr[data-channel]").nth(at).get_attribute("data-channel") for at in (0, 1)]
        for ident in ids:
            page.locator(f"#c{ident} input[name=pick]").check()
        page.get_by_role("button", name="Merge…").click()
        page.wait_for_url("**merge=*")
        page.get_by_role("button", name="Merge them").click()
        page.wait_for_url(f"**{CHANNELS}")
        assert "has what fed 2 channels" in page.locator(".epg-messages").inner_text()
        assert sum(bool(channel(own, int(ident))) for ident in ids) == 1
        page.get_by_role("button", name="Undo last").click()
        page.get_by_text("Taken back").first.wait_for()
        assert all(channel(own, int(ident)) for ident in ids)


def test_the_review_is_decided_by_keys(look: Look, own: Site) -> None:
    with look(width=1440) as page:
        sign_in(page, own, MAPPINGS)
        rows = page.locator("tbody[data-row]")
        assert page.locator(".epg-evidence").count() == 1
        before, left = rows.count(), int(page.locator("#epg-left").get_attribute("data-left"))
        first = rows.first.get_attribute("data-row")
        page.keyboard.press("n")
        page.locator(f"tbody[data-row='{first}']").wait_for(state="detached")
        toast = page.locator(".epg-toast")
        toast.get_by_text("Decided on").wait_for()
        expect(page.locator("#epg-left")).to_have_attribute("data-left", str(left - 1))
        toast.get_by_role("button", name="Undo").click()
        page.locator(f"tbody[data-row='{first}'] .epg-picked").wait_for()
        expect(rows).to_have_count(before)
        page.keyboard.press("ArrowDown")
        page.keyboard.press("ArrowUp")
        assert page.locator(".epg-evidence-row").count() <= 2
        # Everything of a row can be reached by Tab.
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.closest('tbody[data-row]')?.dataset.row") == first


def test_rows_of_tables_lead_to_the_guide(look: Look, own: Site) -> None:
    with look(width=390, javascript=False) as page:
        page.goto(f"{own.address}/epg/on_now")
        row = page.locator(".rows-and-columns tbody tr").first
        assert row.bounding_box()["height"] < 60
        row.locator("td a").first.click()
        page.wait_for_url("**/guide/channel/*")
        page.goto(f"{own.address}/guide/stats")
        page.locator(".epg-heat td a").first.click()
        page.wait_for_url("**/guide/stats?provider=*")
