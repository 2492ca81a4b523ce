"""docs/reliability.md names tests that exist, and quotes the README as it is."""

from __future__ import annotations

import re

import pytest

from tests.helpers.paths import ROOT

TEXT = (ROOT / "docs" / "reliability.md").read_text()
README = " ".join((ROOT / "README.md").read_text().split())
ROWS = [
    row.strip("|\n ").split(" | ") for row in TEXT.splitlines() if row.startswith("| ") and "`tests/" in row
]
QUOTES = [promise.strip('"') for promise, _ in ROWS if promise.startswith('"')]


@pytest.mark.parametrize("quote", QUOTES)
def test_the_readme_says_so(quote: str) -> None:
    assert quote in README


@pytest.mark.parametrize(
    "named", sorted({name for _, tests in ROWS for name in re.findall("`(.*?)`", tests)})
)
def test_the_test_exists(named: str) -> None:
    path, _, function = named.partition("::")
    source = (ROOT / path).read_text()
    assert re.search(rf"^(?:async )?def {function}\(" if function else r"^(?:async )?def test_", source, re.M)


def test_there_are_promises() -> None:
    assert len(QUOTES) >= 10
    assert len(ROWS) - len(QUOTES) >= 10
