"""Where the pictures of pages come from, in Chromium: this site, and nowhere else."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest

from tests.helpers.browser import Look, Site

pytest_plugins = ["tests.helpers.browser_fixtures"]
pytestmark = [pytest.mark.slow, pytest.mark.browser]
ADD = "source => { document.body.append(Object.assign(new Image(), {src: source})); }"


def test_pictures_come_from_this_site_only(look: Look, site: Site) -> None:
    asked: list[str] = []
    with look() as page:
        page.on("request", lambda request: asked.append(request.url))
        for path in ("/guide?tz=UTC", "/?tz=UTC", "/guide/channel/2?tz=UTC"):
            page.goto(site.address + path)
            page.wait_for_load_state("networkidle")
            shown = page.eval_on_selector_all(
                "img", "all => all.filter(e => e.naturalWidth).map(e => e.currentSrc)"
            )
            assert shown and all(source.startswith(f"{site.address}/logo/") for source in shown)
    assert {urlsplit(url).netloc for url in asked} == {urlsplit(site.address).netloc}


def test_a_foreign_picture_would_be_refused(look: Look, site: Site) -> None:
    with look() as page:
        page.goto(f"{site.address}/guide?tz=UTC")
        with page.expect_console_message(lambda said: "Content Security Policy" in said.text):
            page.evaluate(ADD, site.feeds.url("/logo0.png"))
        page.complaints.clear()
