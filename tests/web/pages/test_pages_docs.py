"""Every address of `plugins/epg_pages.py` is in a document, and no other."""

from __future__ import annotations

import importlib
import inspect
import re

import pytest
from epg_web.monitor.metrics import route_label

from tests.helpers.datasette_helpers import plugin
from tests.helpers.paths import ROOT


def addresses() -> set[str]:
    """The addresses of the pages, with `{id}` where they have one."""
    found: set[str] = set()
    for pattern in plugin("epg_pages").PAGES:
        text = (
            re.sub(r"\(\?P<(id|name)>[^)]*\)", r"{\1}", pattern.strip("^$"))
            .replace("(?P<format>)", "")
            .replace("\\.", ".")
        )
        optional = re.fullmatch(r"(.*)\(\?P<gz>(.*)\)\?", text)
        found |= {optional[1], optional[1] + optional[2]} if optional else {text}
    return found


def named(document: str) -> set[str]:
    """Addresses in the first column of the tables of a document."""
    text = (ROOT / "docs" / document).read_text(encoding="utf-8")
    cells = re.findall(r"^\| (`/[^|]*) \|", text, re.MULTILINE)
    return {address for cell in cells for address in re.findall(r"`(/[^`?]*)", cell)}


def test_every_address_is_documented_and_no_other() -> None:
    documented = named("pages.md") | named("exports.md")
    assert documented - {"/-/epg/api"} == addresses()


def test_every_address_has_a_label_of_its_own_in_the_metrics() -> None:
    for address in addresses():
        assert route_label(address.replace("{id}", "7").replace("{name}", "home")) not in ("other", "/*"), (
            address
        )


@pytest.mark.parametrize("target", sorted(plugin("epg_pages").PAGES.values()))
def test_every_page_has_its_function(target: str) -> None:
    module, _, name = target.partition(":")
    found = getattr(importlib.import_module(f"epg_web.{module}"), name)
    assert inspect.iscoroutinefunction(found)
    assert list(inspect.signature(found).parameters) == ["visit"]
