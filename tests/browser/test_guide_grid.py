"""The grid that the script draws: what is there, how it moves, what it keeps, its keys, on a phone and on a desk."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import requests

from tests.helpers.browser import Look, Site, expect

pytest_plugins = ["tests.helpers.browser_fixtures"]
pytestmark = [pytest.mark.slow, pytest.mark.browser]

READY = ".epg-guide[data-ready]"
#: what the grid may have at most, whatever the guide and the window
MOST_ELEMENTS = 4000
BERLIN = ZoneInfo("Europe/Berlin")
LEFT = """() => {
    const grid = document.querySelector('.epg-grid'), head = grid.querySelector('.epg-head').getBoundingClientRect();
    const rtl = getComputedStyle(grid).direction === 'rtl', edge = rtl ? head.left : head.right;
    const cells = [...grid.querySelectorAll('a.epg-cell')].map(cell => [cell, cell.getBoundingClientRect()]);
    return {edge, cells: cells.map(([cell, box]) => ({id: Number(cell.dataset.id), from: rtl ? edge - box.right
        : box.left - edge,
        width: box.width}))};
}"""
#: cells and gaps cover what is in view
DRAWN = """() => {
    const grid = document.querySelector('.epg-grid').getBoundingClientRect();
    const within = box => box.right > grid.left + 200 && box.left < grid.right - 50
        && box.bottom > grid.top && box.top < grid.bottom;
    return !document.querySelector('.epg-loading')
        && [...document.querySelectorAll('.epg-cell')].filter(cell => within(cell.getBoundingClientRect())).length > 5;
}"""
HOUR_WIDTH = "() => parseFloat(document.querySelector('.epg-grid').style.getPropertyValue('--hour-now'))"
PLACE = "() => { const g = document.querySelector('.epg-grid'); return [Math.round(g.scrollLeft), Math.round(g.scrollTop)]; }"
TOP = "() => document.querySelector('.epg-grid').getBoundingClientRect().top"
FOCUSED = """() => { const at = document.activeElement; return {row: at.closest('.epg-row')?.dataset.channel, id: at.dataset.id,
    text: at.getAttribute('aria-label') || at.textContent}; }"""


def opened(page: Any, site: Site, query: str = "?tz=Europe/Berlin") -> None:
    # The same address once more would be a reload, which keeps the place.
    page.goto("about:blank")
    page.goto(f"{site.address}/guide{query}")
    page.wait_for_selector(READY)
    page.wait_for_function("() => !document.querySelector('.epg-loading')")


def scrolled(page: Any, left: float, top: float) -> None:
    page.evaluate("([x, y]) => document.querySelector('.epg-grid').scrollTo(x, y)", [left, top])
    page.wait_for_function(DRAWN)


def elements(page: Any) -> int:
    return int(page.evaluate("document.querySelectorAll('*').length"))


def programme(site: Site, ident: int) -> dict[str, Any]:
    found: dict[str, Any] = requests.get(f"{site.address}/api/v1/programs/{ident}", timeout=30).json()
    return found


def epoch(text: str) -> float:
    return datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


@pytest.fixture(scope="module", params=[390, 1440])
def at_width(request: pytest.FixtureRequest, look: Look, site: Site) -> Iterator[Any]:
    """One page for each width. Every test begins by opening the guide anew."""
    with look(width=request.param, dark=request.param == 390) as page:
        yield page


def test_programmes_stand_at_their_time_also_from_right_to_left(at_width: Any, site: Site) -> None:
    page = at_width
    opened(page, site)
    for direction in ("ltr", "rtl"):
        if direction == "rtl":
            page.evaluate("document.documentElement.dir = 'rtl'")
            page.evaluate("document.querySelector('.epg-grid').style.width = '99%'")
            page.wait_for_timeout(300)
        hour, found = page.evaluate(HOUR_WIDTH), page.evaluate(LEFT)
        seen = [cell for cell in found["cells"] if cell["from"] > 0][:6]
        assert len(found["cells"]) > 12
        one = programme(site, seen[0]["id"])
        for cell in seen[1:]:
            other = programme(site, cell["id"])
            apart = (epoch(other["start_time"]) - epoch(one["start_time"])) / 3600 * hour
            assert cell["from"] - seen[0]["from"] == pytest.approx(apart, abs=2), direction
            length = (epoch(other["end_time"]) - epoch(other["start_time"])) / 3600 * hour
            assert cell["width"] == pytest.approx(length, abs=3), direction
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_it_goes_on_in_both_directions_with_few_elements(at_width: Any, site: Site) -> None:
    page = at_width
    opened(page, site)
    hour = page.evaluate(HOUR_WIDTH)
    left, _ = page.evaluate(PLACE)
    for hours, rows in ((0, 0), (20, 40), (-20, 10), (30, 60)):
        scrolled(page, left + hours * hour, rows * 62)
        assert elements(page) <= MOST_ELEMENTS
        assert page.locator("a.epg-cell").count() > 5, (hours, rows)
    page.evaluate("document.querySelector('.epg-grid').scrollTo(0, 1e6)")
    page.wait_for_timeout(300)
    last = requests.get(f"{site.address}/api/v1/channels", timeout=30).json()[-1]
    expect(page.locator(f".epg-row[data-channel='{last['id']}']")).to_have_count(1)


def test_place_is_kept_on_back_and_reload(at_width: Any, site: Site) -> None:
    page = at_width
    opened(page, site)
    left, _ = page.evaluate(PLACE)
    scrolled(page, left + 2345, 1234)
    before = page.evaluate(PLACE)
    page.reload()
    page.wait_for_selector(READY)
    assert page.evaluate(PLACE) == pytest.approx(before, abs=1)
    page.goto(f"{site.address}/guide/use")
    page.go_back()
    page.wait_for_selector(READY)
    assert page.evaluate(PLACE) == pytest.approx(before, abs=1)


def test_chips_follow_the_scroll_and_lead_to_days_hours_and_prime_time(at_width: Any, site: Site) -> None:
    page = at_width
    opened(page, site)
    day, hour = page.locator("[data-day-chip]"), page.locator("[data-hour-chip]")
    today = datetime.fromtimestamp(epoch(site.now.isoformat()), BERLIN)
    expect(day).to_contain_text("Today, ")
    page.locator("[data-go=prime]").click()
    expect(hour).to_have_text("20:00")
    page.locator("[data-go=later]").click()
    expect(hour).not_to_have_text("20:00")
    assert hour.inner_text() > "20:00"
    page.locator("[data-go=earlier]").click()
    expect(hour).to_have_text("20:00")
    day.click()
    tomorrow = (today + timedelta(days=1)).strftime("%Y-%m-%d")
    page.locator(f"[data-days] [data-day='{tomorrow}']").click()
    expect(day).to_contain_text("Tomorrow")
    expect(hour).to_have_text("20:00")
    expect(page.locator("details.epg-menu[open]")).to_have_count(0)
    hour.click()
    page.get_by_role("navigation", name="Hour of the day").get_by_text("06:00", exact=True).click()
    expect(hour).to_have_text("06:00")
    page.locator("[data-go=now]").click()
    expect(day).to_contain_text("Today, ")
    page.locator("a.epg-on").nth(7).wait_for()


def test_the_line_of_now_and_what_is_on(at_width: Any, site: Site) -> None:
    page = at_width
    opened(page, site)
    tag = page.locator(".epg-nowtag")
    clock = datetime.now(BERLIN)
    near = {(clock + timedelta(minutes=minutes)).strftime("%H:%M") for minutes in (-1, 0, 1)}
    assert tag.inner_text() in near
    line = page.locator(".epg-nowline").bounding_box()["x"] + 1
    now = datetime.now(timezone.utc).timestamp()
    for cell in page.locator("a.epg-on").all()[:5]:
        box, found = cell.bounding_box(), programme(site, int(cell.get_attribute("data-id")))
        assert box["x"] - 2 <= line <= box["x"] + box["width"] + 2
        assert epoch(found["start_time"]) <= now + 60 and epoch(found["end_time"]) >= now - 60
        assert cell.get_attribute("aria-current") == "true"


def test_a_programme_opens_as_a_sheet_whose_address_is_its_page(at_width: Any, site: Site) -> None:
    page = at_width
    opened(page, site)
    cell = page.locator("a.epg-on").first
    href, title = cell.get_attribute("href"), cell.locator("b").inner_text()
    cell.click()
    sheet = page.get_by_role("dialog")
    sheet.get_by_role("heading", name=title).first.wait_for()
    assert page.url == site.address + href
    place = page.evaluate(PLACE)
    box, size = sheet.bounding_box(), page.viewport_size
    assert box["x"] + box["width"] == pytest.approx(size["width"], abs=1)
    assert box["y"] + box["height"] == pytest.approx(size["height"], abs=1)
    page.go_back()
    page.wait_for_selector("dialog[open]", state="detached")
    assert "/guide?" in page.url and page.evaluate(PLACE) == place
    cell.focus()
    page.keyboard.press("Enter")
    sheet.get_by_role("heading", name=title).first.wait_for()
    page.keyboard.press("Escape")
    page.wait_for_selector("dialog[open]", state="detached")
    assert page.evaluate(FOCUSED)["text"].startswith(title)
    page.go_forward()
    sheet.get_by_role("heading", name=title).first.wait_for()
    page.reload()
    expect(page.locator("h1")).to_have_text(title)
    assert page.locator(READY).count() == 0


def test_a_phone_has_its_grid_high_and_a_swipe_changes_the_day(look: Look, site: Site) -> None:
    for width, height in ((390, 844), (844, 390)):
        with look(width=width, has_touch=True) as page:
            page.set_viewport_size({"width": width, "height": height})
            opened(page, site)
            assert page.evaluate(TOP) <= 160
            assert page.locator("header.epg-bar").bounding_box()["height"] == 56
            foot = page.locator(".epg-foot-tabs").bounding_box()
            assert foot["y"] + foot["height"] == height
            assert page.locator("a.epg-cell").first.bounding_box()["y"] < height - 100
            hour = page.locator("[data-hour-chip]").inner_text()
            page.evaluate(SWIPE, [0.8, 0.15])
            expect(page.locator("[data-day-chip]")).to_contain_text("Tomorrow")
            expect(page.locator("[data-hour-chip]")).to_have_text(hour)
            page.evaluate(SWIPE, [0.2, 0.85])
            expect(page.locator("[data-day-chip]")).to_contain_text("Today")
            page.get_by_text("Filters").click()
            filters = page.locator(".epg-pick .epg-menu-list")
            expect(filters.get_by_role("link", name="Sports")).to_be_visible()
            expect(filters.get_by_role("button", name="Dense")).to_be_visible()
            page.keyboard.press("Escape")
            expect(filters).not_to_be_visible()


#: a finger that moves quickly over the grid, from one part of its width to another
SWIPE = """([from, to]) => {
    const grid = document.querySelector('.epg-grid'), box = grid.getBoundingClientRect();
    const touch = part => new Touch({identifier: 1, target: grid, clientX: box.left + part * box.width, clientY: box.top + 90});
    const send = (type, part) => grid.dispatchEvent(new TouchEvent(type, {bubbles: true, changedTouches: [touch(part)],
        touches: type === 'touchend' ? [] : [touch(part)]}));
    send('touchstart', from); send('touchend', to);
}"""


def moved(page: Any, key: str) -> dict[str, Any]:
    """What has the focus after a key has moved it."""
    before = page.evaluate(FOCUSED)["id"]
    page.keyboard.press(key)
    page.wait_for_function("id => document.activeElement.dataset.id !== id", arg=before)
    found: dict[str, Any] = page.evaluate(FOCUSED)
    return found


def test_the_keyboard_goes_everywhere(look: Look, site: Site) -> None:
    with look() as page:
        opened(page, site)
        page.locator("a.epg-on").first.focus()
        start = page.evaluate(FOCUSED)
        order, times = [start], []
        for _ in range(12):
            order.append(moved(page, "ArrowRight"))
        times = [epoch(programme(site, int(found["id"]))["start_time"]) for found in order]
        assert times == sorted(times) and len({found["row"] for found in order}) == 1
        assert times[-1] - times[0] > 4 * 3600, "beyond what was in view"
        for key, row in (("ArrowDown", 2), ("PageDown", None), ("PageUp", 2), ("ArrowUp", 1)):
            found = moved(page, key)
            assert found["row"] == str(row) if row else int(found["row"]) > 5, key
        moved(page, "Home")
        first = programme(site, int(page.evaluate(FOCUSED)["id"]))
        moved(page, "End")
        last = programme(site, int(page.evaluate(FOCUSED)["id"]))
        day = [datetime.fromtimestamp(epoch(found["start_time"]), BERLIN).date() for found in (first, last)]
        assert (day[1] - day[0]).days in (0, 1) and first["start_time"] < last["start_time"]
        page.keyboard.press("p")
        page.wait_for_function("() => document.querySelector('[data-hour-chip]').textContent === '20:00'")
        page.keyboard.press("n")
        page.wait_for_function("() => document.activeElement.matches('.epg-on')")
        page.keyboard.press("s")
        assert page.evaluate("JSON.parse(localStorage.epg_favourites)") == [1]
        page.keyboard.press("g")
        page.get_by_role("searchbox", name="Go to a channel").fill("velvet n")
        page.keyboard.press("Enter")
        page.wait_for_function(
            "() => document.activeElement.closest('.epg-row')?.getAttribute('aria-label') === 'Velvet News'"
        )
        page.keyboard.press("/")
        assert page.evaluate("document.activeElement.id") == "epg-q"
        assert page.evaluate("document.querySelectorAll('.epg-grid [tabindex=\"0\"]').length") == 1


def test_stars_genres_and_density_change_the_grid_in_place(look: Look, site: Site) -> None:
    with look(width=2560) as page:
        opened(page, site)
        width = page.evaluate("document.querySelector('.epg-grid').clientWidth") - 196
        assert width / page.evaluate(HOUR_WIDTH) == pytest.approx(6, abs=0.05)
        assert elements(page) <= MOST_ELEMENTS
        page.get_by_role("link", name="Sports", exact=True).first.click()
        expect(page.locator("a.epg-cell.k-sports.epg-faint")).to_have_count(0)
        assert (
            page.locator("a.epg-cell.epg-faint").count()
            == page.locator("a.epg-cell:not(.k-sports)").count()
            > 20
        )
        assert "genre=sports" in page.url
        page.get_by_role("link", name="Sports", exact=True).first.click()
        expect(page.locator("a.epg-cell.epg-faint")).to_have_count(0)
        page.locator(".epg-row[data-channel='3']").hover()
        page.locator(".epg-row[data-channel='3'] .epg-star").click()
        page.locator(".epg-chips > [data-starred-chip]").click()
        expect(page.locator(".epg-row")).to_have_count(1)
        page.reload()
        page.wait_for_selector(READY)
        expect(page.locator(".epg-row")).to_have_count(1)
        page.locator(".epg-row .epg-star").click()
        page.get_by_role("heading", name="No starred channels yet").wait_for()
        page.get_by_role("link", name="All channels").last.click()
        page.wait_for_selector(READY)
        before = page.locator(".epg-row").count()
        page.get_by_text("Filters").click()
        page.get_by_role("button", name="Dense").click()
        page.locator(".epg-row").nth(before).wait_for()
        page.reload()
        page.wait_for_selector(READY)
        expect(page.locator(".epg-guide")).to_have_attribute("data-density", "dense")


def test_without_the_network_the_table_stays(look: Look, site: Site) -> None:
    with look() as page:
        page.route("**/guide?*fragment=*", lambda route: route.abort())
        page.goto(f"{site.address}/guide?tz=UTC")
        page.get_by_text("That could not be loaded").wait_for()
        assert page.locator("tr[data-channel]").count() == 30
        page.complaints.clear()
