"""Fixtures and order of all tests. Nothing here reaches the network: tests serve their own feeds on 127.0.0.1."""

from __future__ import annotations

import gc
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.helpers.skips import pytest_addoption, pytest_terminal_summary
from tests.helpers.support import Guide

__all__ = ["pytest_addoption", "pytest_terminal_summary"]

#: The modules that take longest, the longest first. A run starts with them: a long module that comes last keeps one process
#: busy while the others have nothing left to do.
LONGEST = [
    "test_replica_topology", "test_replica_partition", "test_serve", "test_guide_in_browser", "test_feeds", "test_real_feeds",
    "test_pages_in_browser", "test_faults", "test_addresses_behind_nginx", "test_schemathesis", "test_stranger",
    "test_serve_workers", "test_reload", "test_api_trigger", "test_secrets", "test_axe", "test_replica_store", "test_deploy",
    "test_candidates_cost", "test_most_marks", "test_contents_step", "test_join_properties", "test_tools", "test_beside_others",
    "test_linear_time", "test_interrupts", "test_scheduler", "test_writer_pool", "test_admin_in_browser", "test_invariants",
    "test_duplicates", "test_cache_memory", "test_grabber", "test_soak", "test_benchmarks_web", "test_benchmarks",
]  # fmt: skip

# CI judges a change, so it tries the same examples in each run. Everywhere else, each run tries new ones. No example has a
# deadline: the clock of a busy machine says nothing about the code. A property is tried with 40 examples where its test says
# no other number. `make fuzz` takes the third profile.
settings.register_profile("ci", derandomize=True, deadline=None, max_examples=20)
settings.register_profile("local", deadline=None, max_examples=40)
settings.register_profile("fuzz", deadline=None, max_examples=300)
settings.load_profile("ci" if os.environ.get("EPG_REQUIRE_ALL") else "local")

# Collecting makes a million objects, and all of them stay: to walk over them again and again took a third of the time.
gc.disable()

# A shell that starts a job in the background lets it ignore Ctrl-C, and its child processes as well. Tests interrupt theirs.
if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Processes of `-n auto`: two for each core, because many tests wait for a server or another process. Each process takes
    seven seconds to collect the tests."""
    return 2 * (os.cpu_count() or 1)


def pytest_collection_finish() -> None:
    """Leave the collected tests out of all later walks, and walk less often: otherwise it cost a twentieth of a run, an eighth
    where a test reads a large feed."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
    gc.enable()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest modules first; the order within a module stays."""
    ranks = {name: rank for rank, name in enumerate(LONGEST)}
    items.sort(key=lambda item: ranks.get(item.path.stem, len(ranks)))


@pytest.fixture
def guide(tmp_path: Path) -> Iterator[Guide]:
    """An empty guide database in a folder of its own."""
    made = Guide(tmp_path)
    yield made
    made.close()
