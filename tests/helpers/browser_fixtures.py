"""Fixtures of the tests in Chromium, for modules that say `pytest_plugins = ["tests.helpers.browser_fixtures"]`."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest

from tests.helpers.browser import ARGUMENTS, CHROMIUM, Look, Site, looking, running
from tests.helpers.support import require


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """One site for all tests that change nothing."""
    with running(tmp_path_factory.mktemp("browser") / "site") as found:
        yield found


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """One browser for each module: while Playwright's event loop runs, asynchronous tests of other modules cannot."""
    from playwright import sync_api as playwright

    require(CHROMIUM.exists(), f"{CHROMIUM} is not there (Debian: chromium)")
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def look(chromium: Any) -> Look:
    return partial(looking, chromium)
