"""`epg.secrets`: its mode, what it keeps, and that no object shows it."""

from __future__ import annotations

import logging
import os
import sqlite3
import stat
from pathlib import Path

import pytest
from epg_ingest.core.errors import DatabaseError, UsageError
from epg_ingest.storage.vault import Credentials, Vault, vault_path

SECRET = Credentials(
    "http://user:CANARY1@127.0.0.1:1/CANARY2/x?token=CANARY3", {"Authorization": "CANARY4"}, "allow"
)


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return Vault(tmp_path / "epg.secrets")


def mode(vault: Vault) -> int:
    return stat.S_IMODE(os.stat(vault.path).st_mode)


def test_it_lies_beside_the_database(tmp_path: Path) -> None:
    assert vault_path(tmp_path / "epg.db") == tmp_path / "epg.secrets"
    assert vault_path("guide").name == "guide.secrets"


def test_a_database_cannot_be_its_own_secrets_file() -> None:
    with pytest.raises(UsageError, match="give the database another ending"):
        vault_path("epg.secrets")


def test_what_is_put_is_got(vault: Vault) -> None:
    vault.put("uk", SECRET)
    assert vault.get("uk") == SECRET
    assert vault.get("de") is None


def test_nothing_is_made_by_asking(vault: Vault) -> None:
    assert vault.get("uk") is None
    vault.remove("uk")
    vault.rename("uk", "gb")
    assert not vault.path.exists()


def test_put_replaces(vault: Vault) -> None:
    vault.put("uk", SECRET)
    vault.put("uk", Credentials("http://127.0.0.1/", {}, "deny"))
    assert vault.get("uk") == Credentials("http://127.0.0.1/", {}, "deny")


def test_rename_moves_and_may_be_repeated(vault: Vault) -> None:
    vault.put("uk", SECRET)
    vault.rename("uk", "gb")
    vault.rename("uk", "gb")
    assert (vault.get("uk"), vault.get("gb")) == (None, SECRET)


def test_rename_takes_the_place_of_what_was_there(vault: Vault) -> None:
    vault.put("gb", Credentials("http://127.0.0.1/old"))
    vault.put("uk", SECRET)
    vault.rename("uk", "gb")
    assert vault.get("gb") == SECRET


def test_what_is_removed_is_wiped_from_the_file(vault: Vault) -> None:
    vault.put("uk", SECRET)
    assert b"CANARY2" in vault.path.read_bytes()
    vault.remove("uk")
    vault.remove("uk")
    assert vault.get("uk") is None
    assert b"CANARY" not in vault.path.read_bytes()


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o777])
def test_only_the_owner_may_read_it_whatever_the_umask(vault: Vault, umask: int) -> None:
    before = os.umask(umask)
    try:
        vault.put("uk", SECRET)
    finally:
        os.umask(before)
    assert mode(vault) == 0o600


def test_no_other_file_stays_beside_it(vault: Vault) -> None:
    vault.put("uk", SECRET)
    assert [path.name for path in vault.path.parent.iterdir()] == ["epg.secrets"]


def test_a_file_others_can_read_is_closed_and_that_is_said_once(
    vault: Vault, caplog: pytest.LogCaptureFixture
) -> None:
    vault.put("uk", SECRET)
    vault.path.chmod(0o644)
    with caplog.at_level(logging.WARNING, logger="epg_ingest"):
        vault.get("uk")
        vault.get("uk")
    assert mode(vault) == 0o600
    assert [record.getMessage() for record in caplog.records] == [
        f"{vault.path} could be read by other users; its mode is now 0600"
    ]


def test_no_repr_shows_a_secret(vault: Vault) -> None:
    vault.put("uk", SECRET)
    for shown in (repr(vault), str(vault), repr(vault.get("uk")), str(SECRET), f"{SECRET}"):
        assert "CANARY" not in shown


def test_the_strings_to_mask(vault: Vault) -> None:
    assert {"CANARY1", "CANARY2", "CANARY3", "CANARY4"} <= SECRET.secrets
    assert Credentials().secrets == frozenset()


def test_a_newer_file_is_refused(vault: Vault) -> None:
    vault.put("uk", SECRET)
    with sqlite3.connect(vault.path) as conn:
        conn.execute("PRAGMA user_version = 99")
    with pytest.raises(DatabaseError, match="newer version") as caught:
        vault.get("uk")
    assert caught.value.code == "newer"


def test_a_damaged_file_is_named(vault: Vault) -> None:
    vault.path.write_bytes(b"this is no database, and long enough to be told from one" * 20)
    with pytest.raises(DatabaseError, match="not a usable SQLite database"):
        vault.get("uk")


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(DatabaseError, match="cannot make the secrets file"):
        Vault(tmp_path / "none" / "epg.secrets").put("uk", SECRET)


def test_an_empty_file_left_by_a_crash_is_used(vault: Vault) -> None:
    vault.path.touch(0o600)
    vault.put("uk", SECRET)
    assert vault.get("uk") == SECRET
