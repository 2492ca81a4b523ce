"""`docs/admin.md` names every address of the administration, every button, and every setting of the form."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from epg_web.admin import lineup_entry, lineup_form, mappings, provider_form
from epg_web.base import sessions
from epg_web.bounds import guesses

from tests.helpers.datasette_helpers import ROOT, plugin

PAGE = ROOT / "docs" / "admin.md"


@pytest.fixture(scope="module")
def text() -> str:
    return PAGE.read_text(encoding="utf-8")


def addresses() -> list[str]:
    """Those of the table of pages, an id written as it is in the documents."""
    table = plugin("epg_pages") or _loaded()
    return [
        re.sub(r"\(\?P<id>[^)]*\)", "{id}", pattern.strip("^$"))
        for pattern in table.PAGES
        if pattern.startswith("^/-/epg/")
    ]


def _loaded() -> object:
    import importlib.util

    spec = importlib.util.spec_from_file_location("epg_pages", ROOT / "plugins" / "epg_pages.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_address_is_named_and_no_other(text: str) -> None:
    known = {*addresses(), "/-/epg/api"}
    assert len(known) > 5
    named = {found.rstrip("/") for found in re.findall(r"`(/-/epg/[^`?\s]*)", text)}
    assert named >= known - {"/-/epg/api"}
    assert named <= known


def test_every_setting_of_the_form_is_described(text: str) -> None:
    rows = re.findall(r"^\| ([A-Z][^|]*?) \| ", text, re.M)
    for form in (provider_form, lineup_form, lineup_entry):
        assert set(form.LABELS.values()) <= set(rows)


def test_every_button_of_the_review_is_described(text: str) -> None:
    template = Path(ROOT / "templates" / "epg-mappings.html").read_text(encoding="utf-8")
    actions = "accept|keep|ignore|map|make|forget|match|undo"
    buttons = re.findall(rf'value="(?:{actions})[^>]*>(?:\{{\{{ _\(")?([A-Z][^<:{{"]*)', template)
    # "merge" has a page of its own; "ignore" and "forget" are twice on the page.
    assert len(set(buttons)) >= len(mappings.ACTIONS) - 1
    assert all(f"**{label.strip()}" in text for label in buttons)


def test_every_button_of_a_line_up_is_described(text: str) -> None:
    names = ("lineups", "lineup", "lineup-entry", "lineup-review")
    pages = "".join((ROOT / "templates" / f"epg-{name}.html").read_text(encoding="utf-8") for name in names)
    buttons = re.findall(r"<button[^>]*name=\"action\"[^>]*>\{\{ _\(\"([A-Z][^\"]*)\"\) \}\}</button>", pages)
    assert len(buttons) >= 6
    assert all(f"**{label.strip()}" in text for label in buttons)


def test_numbers_are_those_of_the_code(text: str) -> None:
    assert f"{sessions.DAYS} days" in text
    assert f"{guesses.GUESSES} wrong tokens" in text
