"""Opening the guide's file: what every reader relies on."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from epg_ingest.storage.database import connect_readonly


def test_a_readonly_connection_reads_and_cannot_write(tmp_path: Path) -> None:
    path = tmp_path / "odd name?mode=rw#%20.db"
    with closing(sqlite3.connect(path)) as writer:
        writer.execute("CREATE TABLE t (x)")
    with closing(connect_readonly(path)) as reader:
        assert reader.isolation_level is None
        assert reader.execute("SELECT count(*) FROM t").fetchone() == (0,)
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            reader.execute("INSERT INTO t VALUES (1)")


def test_a_readonly_connection_makes_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(sqlite3.OperationalError, match="unable to open"):
        connect_readonly("none.db")
    assert list(tmp_path.iterdir()) == []
