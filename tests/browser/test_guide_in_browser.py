"""The table of the guide without scripts: where things stand, on a phone and on a desk, in any zone."""

from __future__ import annotations

from datetime import datetime, timezone
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import requests

from tests.helpers.browser import WIDTHS, Look, Site, fits, moments

pytest_plugins = ["tests.helpers.browser_fixtures"]
pytestmark = [pytest.mark.slow, pytest.mark.browser]

ZONES = ("Europe/Berlin", "America/New_York", "Asia/Kathmandu")
#: zone, a day of a clock change in it, its hours, the hour that comes twice or not at all
CHANGES = (
    ("Europe/Berlin", "2026-10-25", 25, "02"),
    ("Europe/Berlin", "2027-03-28", 23, "02"),
    ("America/New_York", "2026-11-01", 25, "01"),
    ("America/New_York", "2027-03-14", 23, "02"),
)
#: a window that has none of the present, over the change in Berlin
OVER_CHANGE = "2026-10-24T23:00:00Z"
CELLS = """() => {
    const table = document.querySelector('.epg-plan table').getBoundingClientRect();
    const column = document.querySelector('.epg-plan thead th').getBoundingClientRect().width;
    return [...document.querySelectorAll('.epg-plan td.p')].map(cell => {
        const box = cell.getBoundingClientRect();
        return {id: Number(cell.querySelector('a').pathname.split('/').pop()),
                left: (box.left - table.left - column) / (table.width - column), width: box.width / (table.width - column)};
    });
}"""


def window(page: Any) -> list[int]:
    sheet = page.locator(".epg-plan")
    return moments([sheet.get_attribute("data-start"), sheet.get_attribute("data-end")])


def programmes(site: Site, page: Any) -> dict[int, list[int]]:
    """Start and end of what the API has in the window of the page, by id, cut to the window."""
    sheet = page.locator(".epg-plan")
    asked = {"start": sheet.get_attribute("data-start"), "end": sheet.get_attribute("data-end"), "limit": 200}
    found = requests.get(f"{site.address}/api/v1/guide", asked, timeout=30).json()
    start, end = window(page)
    shown = {}
    for row in found:
        for each in row["programs"]:
            times = moments([each["start_time"], each["end_time"]])
            shown[each["id"]] = [max(times[0], start), min(times[1], end)]
    return shown


def rulers(page: Any) -> list[tuple[str, str]]:
    """(UTC, words) of each mark of the ruler."""
    return page.eval_on_selector_all(
        ".epg-plan thead time", "all => all.map(e => [e.dateTime, e.textContent])"
    )


def clock(utc: str, zone: str) -> str:
    return datetime.fromisoformat(utc.replace("Z", "+00:00")).astimezone(ZoneInfo(zone)).strftime("%H:%M")


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("start", [None, OVER_CHANGE], ids=["now", "clock-change"])
def test_a_programme_is_as_wide_as_it_is_long(look: Look, site: Site, width: int, start: str | None) -> None:
    with look(width=width, javascript=False) as page:
        query = f"&start={start}" if start else ""
        page.goto(f"{site.address}/guide?tz=Europe/Berlin&limit=20{query}")
        assert fits(page)
        begins, ends = window(page)
        known, cells = programmes(site, page), page.evaluate(CELLS)
        assert len(cells) > 20
        for cell in cells:
            from_, to = known[cell["id"]]
            # A minute is the finest the grid has, and borders take a pixel or two.
            assert cell["left"] == pytest.approx((from_ - begins) / (ends - begins), abs=0.012)
            assert cell["width"] == pytest.approx((to - from_) / (ends - begins), abs=0.012)


@pytest.mark.parametrize("width", WIDTHS)
def test_channels_and_ruler_stay_while_the_sheet_moves(look: Look, site: Site, width: int) -> None:
    with look(width=width, javascript=False) as page:
        page.goto(f"{site.address}/guide?tz=UTC&hours=6")
        box = "s => (b => [b.left, b.top])(document.querySelector(s).getBoundingClientRect())"
        head, ruler = ".epg-plan tbody tr:nth-child(20) th", ".epg-plan thead th:nth-child(2)"
        before = page.evaluate(box, head), page.evaluate(box, ruler)
        page.evaluate("document.querySelector('.epg-frame').scrollTo(300, 200)")
        after = page.evaluate(box, head), page.evaluate(box, ruler)
        assert after[0] == [before[0][0], before[0][1] - 200]
        assert after[1] == [before[1][0] - 300, before[1][1]]


@pytest.mark.parametrize("zone", ZONES)
def test_times_without_scripts_are_in_the_zone_that_is_chosen(look: Look, site: Site, zone: str) -> None:
    with look(zone=zone, javascript=False) as page:
        page.goto(f"{site.address}/guide")
        assert page.locator("main").get_attribute("data-zone") == "UTC"
        page.locator(".epg-bar summary").click()
        page.get_by_role("link", name="Another time zone").click()
        page.get_by_label("Show times in").select_option(zone)
        page.get_by_role("button", name="Use this time zone").click()
        page.wait_for_url("**/guide*")
        assert [text.split()[-1] for _, text in rulers(page)] == [clock(utc, zone) for utc, _ in rulers(page)]


@pytest.mark.parametrize(("zone", "day", "hours", "odd"), CHANGES)
def test_the_day_of_a_clock_change(look: Look, site: Site, zone: str, day: str, hours: int, odd: str) -> None:
    with look(zone=zone, javascript=False) as page:
        page.goto(f"{site.address}/guide?tz={zone}&date={day}&limit=10")
        strip = page.locator("nav[aria-label='Hour of the day']")
        texts = [text[:2] for text in strip.locator("time").all_text_contents()]
        assert len(texts) == hours
        assert texts.count(odd) == (2 if hours == 25 else 0)
        assert f"{hours} hours: the clocks change on this day" in strip.text_content()
        assert clock(rulers(page)[0][0], zone) == "20:00"
        before = moments([strip.locator("time").nth(n).get_attribute("datetime") for n in range(hours)])
        assert [b - a for a, b in pairwise(before)] == [3600] * (hours - 1)
        page.locator("details", has=strip).locator("summary").click()
        strip.locator("a").nth(1).click()
        page.wait_for_url("**start=*")
        names = {text.rpartition(" ")[2] for _, text in rulers(page)}
        assert names == ({"CEST", "CET"} if zone == "Europe/Berlin" else {"EDT", "EST"})


def test_later_goes_through_the_hour_that_comes_twice(look: Look, site: Site) -> None:
    with look(javascript=False) as page:
        page.goto(f"{site.address}/guide?tz=Europe/Berlin&start=2026-10-25T01:00&hours=1&limit=5")
        seen = []
        for _ in range(4):
            seen.append(rulers(page)[0])
            with page.expect_navigation():
                page.get_by_role("link", name="Later").click()
        assert [text[:5] for _, text in seen] == ["01:00", "02:00", "02:00", "03:00"]
        times = moments([utc for utc, _ in seen])
        assert times == [times[0] + 3600 * n for n in range(4)]


def test_the_line_of_now(look: Look, site: Site) -> None:
    with look(javascript=False) as page:
        page.goto(f"{site.address}/guide?tz=UTC")
        start, end = window(page)
        share = (datetime.now(timezone.utc).timestamp() - start) / (end - start)
        line = page.evaluate("""() => {
            const box = e => document.querySelector(e).getBoundingClientRect();
            const column = box('.epg-plan thead th').width, sheet = box('.epg-plan');
            return (box('.epg-line').left + 1 - sheet.left - column) / (sheet.width - column);
        }""")
        assert line == pytest.approx(share, abs=0.01)
        on = page.locator(".epg-plan td.on a")
        assert on.count() > 20
        assert on.first.get_attribute("aria-current") == "true"
        page.goto(f"{site.address}/guide?tz=UTC&start={OVER_CHANGE}")
        assert not page.locator(".epg-line").is_visible()
        assert page.locator(".epg-plan td.on").count() == 0


def test_further_rows_come_by_a_link(look: Look, site: Site) -> None:
    ids = "all => all.map(row => row.dataset.channel)"
    with look(javascript=False) as page:
        page.goto(f"{site.address}/guide?tz=UTC")
        first = page.eval_on_selector_all("tr[data-channel]", ids)
        together, more = [*first], page.get_by_role("link", name="More channels")
        while more.count():
            with page.expect_navigation():
                more.click()
            together += page.eval_on_selector_all("tr[data-channel]", ids)
    assert len(first) == 30
    assert len(set(together)) == len(together) == len(requests.get(f"{site.address}/api/v1/channels").json())


def test_choosing_channels_day_and_hours(look: Look, site: Site) -> None:
    with look(width=390, javascript=False) as page:
        page.goto(f"{site.address}/guide?tz=Europe/Berlin")
        page.get_by_text("Filters").click()
        page.get_by_label("Channel", exact=True).fill("regional")
        page.get_by_label("Day", exact=True).last.fill("2026-10-25")
        page.get_by_label("Hours").select_option("2")
        page.get_by_role("button", name="Show").click()
        page.wait_for_url("**hours=2*")
        assert len(rulers(page)) == 4
        assert "Sunday 25 October 2026, 20:00 to 22:00" in page.locator("h1").text_content()
        names = page.locator("tr[data-channel] .epg-name").all_inner_texts()
        assert len(names) == 15
        assert all("Regional" in name for name in names)
        page.get_by_role("link", name="Now", exact=True).click()
        page.wait_for_selector(".epg-line:not([hidden])", state="attached")
        with page.expect_navigation():
            page.get_by_role("link", name="Prime time").click()
        assert "T20" in page.url
        assert rulers(page)[0][1] == "20:00"


def test_letters_stand_for_a_logo_that_does_not_come(look: Look, site: Site) -> None:
    with look() as page:
        page.route("**/logo/*", lambda route: route.abort())
        page.goto(f"{site.address}/guide?tz=UTC")
        page.wait_for_selector(".epg-guide[data-ready]")
        page.wait_for_load_state("networkidle")
        box = page.locator(".epg-row[aria-label='Lantern One']").locator(".epg-logo").bounding_box()
        over = page.evaluate(
            "([x, y]) => document.elementFromPoint(x, y).closest('.epg-logo').innerText",
            [box["x"] + box["width"] / 2, box["y"] + box["height"] / 2],
        )
        assert over == "LO"
        # Chromium itself says that the picture did not come.
        assert all("ERR_FAILED" in text for text in page.complaints)
        page.complaints.clear()
