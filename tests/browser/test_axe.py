"""axe-core on every page for people: nothing serious, in light and dark, on a phone and on a desk."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser.test_pages_in_browser import CLOSED, OPEN, addresses
from tests.helpers.browser import WIDTHS, Look, Site, sign_in

pytest_plugins = ["tests.helpers.browser_fixtures"]
pytestmark = [pytest.mark.slow, pytest.mark.browser]

#: fewer rows of the pages that repeat themselves: axe looks at every element
SHORTER = {
    "/": "/?channels=1,2,3,4", "/guide": "/guide?limit=5&hours=1", "/guide/changes": "/guide/changes?channel=2",
    "/guide/channel/1": "/guide/channel/1?date=2026-10-25", "/guide/stats": "/guide/stats?after=60",
}  # fmt: skip
PAGES = tuple(SHORTER.get(path, path) for path in (*OPEN, *CLOSED))
ERROR = "/guide/channel/99999"
#: each width with all rules, and each scheme, as colours do not depend on the width
LOOKS = ((1440, "light"), (390, "dark"))
#: the element of a selector, or the whole page
RUN = """async ([everything, where]) => (await axe.run(where ? {include: [[where]]} : document, {
    resultTypes: ['violations'], ...(everything ? {} : {runOnly: ['color-contrast', 'link-in-text-block']}),
})).violations.map(found =>
    ({rule: found.id, impact: found.impact, where: found.nodes.slice(0, 3).map(node => node.html.slice(0, 200))}))"""

#: contrast of each text of the menu to the ground that it lies on; axe leaves what lies over other things undecided
CONTRASTS = """() => {
    const numbers = colour => colour.match(/[0-9.]+/g).map(Number);
    const light = colour => numbers(colour).slice(0, 3).map(part => part / 255)
        .map(part => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)
        .reduce((sum, part, at) => sum + part * [0.2126, 0.7152, 0.0722][at], 0);
    const ground = at => (numbers(getComputedStyle(at).backgroundColor)[3] ?? 1) === 1
        ? getComputedStyle(at).backgroundColor : ground(at.parentElement);
    const parts = '.epg-menu[open] > .epg-menu-list :is(a, button), .epg-menu[open] > summary';
    return [...document.querySelectorAll(parts)].map(at => {
        const [dark, bright] = [light(getComputedStyle(at).color), light(ground(at))].sort((a, b) => a - b);
        return (bright + 0.05) / (dark + 0.05);
    });
}"""


@pytest.fixture(scope="module")
def examined(look: Look, site: Site) -> Iterator[Any]:
    """A page of somebody who is signed in, with axe-core in it. A policy as strict as ours would keep it out."""
    import axe_playwright_python as axe

    with look(bypass_csp=True) as page:
        sign_in(page, site)
        page.add_init_script(path=Path(axe.__file__).parent / "axe.min.js")
        yield page


def violations(page: Any, everything: bool = True, where: str | None = None) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = page.evaluate(RUN, [everything, where])
    return found


@pytest.mark.parametrize("path", [*PAGES, ERROR])
def test_nothing_serious(examined: Any, site: Site, path: str) -> None:
    answer = examined.goto(addresses(site, (path,))[0])
    assert answer.status == (404 if path == ERROR else 200)
    for width, scheme in LOOKS:
        examined.set_viewport_size({"width": width, "height": WIDTHS[width]})
        examined.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        serious = [v for v in violations(examined) if v["impact"] in ("serious", "critical")]
        assert serious == [], (path, width, scheme)
    if path == ERROR:
        examined.complaints.clear()


def serious(page: Any, where: str | None = None) -> list[dict[str, Any]]:
    """What is wrong on the page as it stands, or in one element of it, in light and dark."""
    found = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        found += [
            v for v in violations(page, scheme == "light", where) if v["impact"] in ("serious", "critical")
        ]
    return found


@pytest.mark.parametrize("path", ["/guide?tz=UTC", "/guide/use", "/-/epg/api", "/-/epg/providers"])
def test_menus_and_details_that_open(examined: Any, site: Site, path: str) -> None:
    """Each menu is opened and examined; on a phone some are sheets. `test_nothing_serious` examines the page around them,
    and so does the first menu here."""
    for width in (390, 1440):
        examined.set_viewport_size({"width": width, "height": WIDTHS[width]})
        examined.goto(site.address + path)
        examined.wait_for_load_state("networkidle")
        closed = examined.locator("details:not([open]) > summary:visible")
        assert closed.count() >= 1
        # Those of the API's documentation are alike.
        for place in range(min(closed.count(), 3 if path == "/-/epg/api" else 9)):
            summary = examined.locator("details > summary:visible").nth(place)
            summary.click()
            summary.evaluate("at => at.parentElement.setAttribute('data-examined', '')")
            where = "[data-examined]" if place else None
            assert serious(examined, where) == [], (path, width, summary.inner_text())
            summary.evaluate("at => at.parentElement.removeAttribute('data-examined')")
            if examined.locator("details.epg-menu[open]").count():
                found: list[float] = examined.evaluate(CONTRASTS)
                assert len(found) >= 2 and min(found) >= 4.5, (path, width, found)
            examined.keyboard.press("Escape")


@pytest.mark.parametrize("width", WIDTHS)
def test_the_states_of_the_grid(examined: Any, site: Site, width: int) -> None:
    examined.set_viewport_size({"width": width, "height": WIDTHS[width]})
    examined.goto(f"{site.address}/guide?tz=UTC&kind=sport")
    examined.wait_for_selector(".epg-guide[data-ready] a.epg-on")
    assert serious(examined) == [], "a genre that stands out"
    examined.keyboard.press("g")
    examined.get_by_role("searchbox", name="Go to a channel").fill("one")
    assert serious(examined) == [], "go to a channel"
    examined.keyboard.press("Escape")
    examined.locator("a.epg-on").first.click()
    examined.locator("dialog.epg-sheet h1").wait_for()
    assert serious(examined) == [], "a programme in a sheet"
    examined.keyboard.press("Escape")
    examined.goto(f"{site.address}/guide?tz=UTC&starred=1")
    examined.get_by_role("heading", name="No starred channels yet").wait_for()
    assert serious(examined) == [], "no stars"


def test_what_is_wrong_would_be_found(examined: Any, site: Site) -> None:
    examined.goto(f"{site.address}/guide/use")
    examined.evaluate("document.documentElement.removeAttribute('lang')")
    examined.add_style_tag(content="h1 { color: #eee !important; background: #fff !important; }")
    assert {"html-has-lang", "color-contrast"} <= {v["rule"] for v in violations(examined)}
