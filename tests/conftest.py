"""Fixtures of all tests. Nothing here reaches the network: tests serve their own feeds on 127.0.0.1."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.helpers.skips import pytest_addoption, pytest_terminal_summary
from tests.helpers.support import Guide

__all__ = ["guide", "pytest_addoption", "pytest_terminal_summary", "pytest_xdist_auto_num_workers"]

# CI judges a change, so it tries the same examples each time; everywhere else they are new ones with each run.
settings.register_profile("ci", derandomize=True)
if os.environ.get("EPG_REQUIRE_ALL"):
    settings.load_profile("ci")


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Processes of `-n auto`: twice the cores, because many tests wait for a server or another process."""
    return 2 * (os.cpu_count() or 1)


@pytest.fixture
def guide(tmp_path: Path) -> Iterator[Guide]:
    """An empty guide database in a folder of its own."""
    made = Guide(tmp_path)
    yield made
    made.close()
