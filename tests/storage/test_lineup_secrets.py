"""What `epg.secrets` keeps of line-ups: sets of addresses of which one counts, and files of before line-ups."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from epg_ingest.storage.lineup_secrets import LineupSecrets, LineupSource, ReadState, Stream
from epg_ingest.storage.vault import Credentials, Vault

SOURCE = LineupSource("http://user:CANARY1@127.0.0.1/CANARY2", {"X-Token": "CANARY3"}, "allow", "CANARY4")
READ = ReadState('"tag"', None, "00ff", "guide")


@pytest.fixture
def secrets(tmp_path: Path) -> LineupSecrets:
    return LineupSecrets(Vault(tmp_path / "epg.secrets"))


def test_what_is_put_is_got_and_nothing_is_made_by_asking(secrets: LineupSecrets) -> None:
    assert (secrets.get(1), secrets.state(1, 0), secrets.streams(1, 0)) == (None, ReadState(), {})
    secrets.remove(1)
    assert not secrets.vault.path.exists()
    secrets.put(1, SOURCE)
    assert (secrets.get(1), secrets.get(2)) == (SOURCE, None)


def test_a_set_counts_by_its_number_only(secrets: LineupSecrets) -> None:
    old, new = (
        {5: Stream("http://127.0.0.1/a", ("#EXTVLCOPT:x=1", "#KODIPROP:y=2"))},
        {5: Stream("b"), 6: Stream("c")},
    )
    secrets.write_set(1, 1, READ, old.items())
    secrets.write_set(1, 2, ReadState(), [(9, Stream("left by a killed refresh"))])
    assert secrets.streams(1, 1) == old
    secrets.write_set(1, 2, ReadState(sha256="1"), new.items())
    assert (secrets.streams(1, 1), secrets.streams(1, 2)) == (old, new)
    assert (secrets.state(1, 1), secrets.state(1, 2)) == (READ, ReadState(sha256="1"))
    secrets.drop_others(1, 2)
    assert (secrets.streams(1, 1), secrets.state(1, 1), secrets.streams(1, 2)) == ({}, ReadState(), new)


def test_what_is_removed_is_wiped_and_other_line_ups_stay(secrets: LineupSecrets) -> None:
    secrets.put(1, SOURCE)
    secrets.write_set(1, 1, READ, [(1, Stream("http://127.0.0.1/CANARY5"))])
    secrets.put(2, LineupSource("http://127.0.0.1/other"))
    secrets.remove(1)
    assert b"CANARY" not in secrets.vault.path.read_bytes()
    assert secrets.get(2) == LineupSource("http://127.0.0.1/other")
    secrets.put(1, SOURCE)
    secrets.vault.clear()
    assert secrets.get(1) is None and secrets.get(2) is None


def test_a_file_of_before_line_ups_is_extended(secrets: LineupSecrets) -> None:
    vault = secrets.vault
    vault.put("uk", Credentials("http://127.0.0.1/feed"))
    with sqlite3.connect(vault.path) as conn:
        known = [name for (name,) in conn.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for table in known:
            if table != "credentials" and not table.startswith("sqlite_"):
                conn.execute(f"DROP TABLE {table}")
        for column in ("mirrors", "command"):
            conn.execute(f"ALTER TABLE credentials DROP COLUMN {column}")
        conn.execute("PRAGMA user_version = 1")
    assert vault.get("uk") == Credentials("http://127.0.0.1/feed")
    secrets.put(1, SOURCE)
    assert (secrets.get(1), vault.get("uk")) == (SOURCE, Credentials("http://127.0.0.1/feed"))


def test_no_repr_shows_a_secret(secrets: LineupSecrets) -> None:
    assert "CANARY" not in repr((SOURCE, Stream("http://CANARY/", ("CANARY",)), secrets))
    assert {"CANARY1", "CANARY2", "CANARY3", "CANARY4"} <= SOURCE.secrets
