"""`/health` of a real server: the library of SQLite, and a log that was deleted under it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from epg_ingest.storage.sqlite_library import known_holes

from tests.helpers.datasette_helpers import copy_bundle, make_guide
from tests.helpers.webprocess import Web, web_process


@pytest.fixture
def web(tmp_path: Path) -> Iterator[Web]:
    folder = tmp_path / "bundle"
    folder.mkdir()
    make_guide(copy_bundle(folder) / "epg.db").close()
    with web_process(folder) as running:
        yield running


def test_the_library_is_named(web: Web) -> None:
    said = json.loads(web.ask("/health").body)
    assert said["sqlite"] == {"version": sqlite3.sqlite_version, "holes": list(known_holes())}


@pytest.mark.skipif(
    not Path("/proc/self/fd").is_dir(), reason="only Linux tells which open files were deleted"
)
def test_a_log_that_was_deleted_under_the_server(web: Web) -> None:
    assert web.ask("/api/v1/now").status == 200
    assert json.loads(web.ask("/health").body)["database"] == "ok"
    (web.folder / "epg.db-wal").unlink()
    answer = web.ask("/health")
    said = json.loads(answer.body)
    assert (answer.status, said["status"], said["database"]) == (503, "error", "lost")
    assert any("write-ahead log was deleted" in reason for reason in said["reasons"])
    assert str(web.folder) not in answer.text
