"""Fixtures of all tests. Nothing here reaches the network: tests serve their own feeds on 127.0.0.1."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support import Guide


@pytest.fixture
def guide(tmp_path: Path) -> Iterator[Guide]:
    """An empty guide database in a folder of its own."""
    made = Guide(tmp_path)
    yield made
    made.close()
