"""Nothing of a watch leaves `epg.secrets`: not into the guide, its log, exports, backups, messages or logs."""

from __future__ import annotations

import io
import logging
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from epg_ingest.cli.main import run
from epg_ingest.storage.backup import backup
from epg_ingest.storage.vault import Credentials, Vault
from epg_ingest.watch_store.watch_edits import add_target

from tests.alerts.alert_guide import OWNER, AlertGuide, on
from tests.helpers.support import HOUR, NOON

#: the value of a watch, its name, its owner; the token and the secret in a target
CANARIES = ("casablanca-canary", "name-canary", OWNER + "-canary", "t0ken-canary", "c2VjcmV0LWNhbmFyeS1z")
SECRET = "whsec_c2VjcmV0LWNhbmFyeS1zZWNyZXQtY2FuYXJ5"


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_nothing_leaves_the_secrets_file(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    guide = AlertGuide(tmp_path)
    add_target(
        guide.vault,
        OWNER,
        {"name": "other", "url": "https://hooks.example/t0ken-canary", "secret": SECRET},
        NOON,
    )
    guide.day(on("one.uk", 3, "Casablanca"))
    guide.watch("casablanca", name="name-canary", lead_minutes=300)
    guide.watch("casablanca-canary", "words")
    guide.receiver.down = lambda moment: True
    guide.day(on("one.uk", 3, "Casablanca"), on("two.uk", 5, "Casablanca"), now=NOON + 60)
    guide.at(NOON + HOUR)
    for words in (
        ["status"],
        ["export", "xmltv"],
        ["export", "csv"],
        ["alerts", "send"],
        ["alerts", "log"],
        ["doctor"],
        ["undo"],
    ):
        run(["--db", str(guide.path), *words])
    said = capsys.readouterr()
    backup(guide.path, tmp_path / "copy.backup")
    guide.close()
    found = files(tmp_path)
    assert SECRET.encode() in found["epg.secrets"] and b"casablanca-canary" in found["epg.secrets"]
    for name, data in found.items():
        if name != "epg.secrets":
            assert not [canary for canary in CANARIES if canary.encode() in data], name
    printed = (said.out + said.err + caplog.text).replace(
        "name-canary", ""
    )  # the owner's own list has the name
    assert not [canary for canary in CANARIES if canary in printed]
    tables = {
        name
        for (name,) in sqlite3.connect(tmp_path / "copy.backup").execute("SELECT name FROM sqlite_master")
    }
    assert not tables & {"watches", "alert_targets", "outbox", "watch_matches", "watch_told"}
    assert (tmp_path / "epg.secrets").stat().st_mode & 0o777 == 0o600


def test_a_backup_with_secrets_has_them(tmp_path: Path) -> None:
    guide = AlertGuide(tmp_path)
    guide.day(on("one.uk", 3, "Film"))
    guide.watch("film", lead_minutes=300)
    copy = tmp_path / "kept.backup"
    backup(guide.path, copy, secrets=guide.vault.path)
    guide.close()
    with closing(sqlite3.connect(f"{copy}.secrets")) as conn:
        assert conn.execute("SELECT value FROM watches").fetchall() == [("film",)]


def test_a_secrets_file_of_before_gets_the_tables_and_keeps_what_it_has(tmp_path: Path) -> None:
    from epg_ingest.storage import vault_schema

    path = tmp_path / "epg.secrets"
    with closing(sqlite3.connect(path)) as conn:
        for statement in (vault_schema._SCHEMA, *vault_schema._LINEUPS, *vault_schema._SOURCES):
            conn.execute(statement)
        conn.execute(
            "INSERT INTO credentials VALUES ('uk', 'https://feeds.example/', '{}', 'deny', '[\"m\"]', '[]')"
        )
        conn.execute("PRAGMA user_version = 3")
        conn.commit()
    path.chmod(0o600)
    vault = Vault(path)
    assert vault.get("uk") == Credentials("https://feeds.example/", {}, "deny", ("m",))
    add_target(vault, OWNER, {"name": "hook", "url": "https://hooks.example/x"}, NOON)
    with vault.reading() as conn:
        assert conn.execute("PRAGMA user_version").fetchone() == (vault_schema.SCHEMA_VERSION,)


def test_matches_of_before_are_read_as_a_whole_and_are_old_where_none_was_told(tmp_path: Path) -> None:
    """A file of the fourth version, with two matches of the same that have no mark."""
    guide = AlertGuide(tmp_path)
    guide.day(on("one.uk", 20, "Other"))
    told = guide.watch("film", lead_minutes=None, tell_match=True)
    untold = guide.watch("film", lead_minutes=None)
    guide.day(on("one.uk", 20, "Film"), on("two.uk", 21, "Film"))
    guide.secrets("UPDATE watch_matches SET known = 0")
    guide.secrets("ALTER TABLE watch_matches DROP COLUMN mark")
    guide.secrets("PRAGMA user_version = 4")
    stored = dict(
        guide.secrets("SELECT watch_id, min(known) FROM watch_matches WHERE mark IS NULL GROUP BY 1")
    )
    assert stored == {told: 0, untold: 1}
    guide.day(on("one.uk", 20, "Film"), on("two.uk", 21, "Film", "<desc>x</desc>"))
    assert guide.receiver.heard() == [("programme.matched", "Film")], "the simulcast is no news"
    guide.close()


def test_a_restored_guide_tells_nothing_twice(tmp_path: Path) -> None:
    """The log of changes has a new beginning then, so the whole guide is searched."""
    guide = AlertGuide(tmp_path)
    guide.day(on("one.uk", 3, "Film"), on("one.uk", 20, "Film"))
    guide.watch("film", lead_minutes=300, once_per="showing")
    assert len(guide.receiver.got) == 1
    guide.db.execute("INSERT INTO guide_changes (id, subject) SELECT max(id) + 5, 'start' FROM guide_changes")
    guide.at(NOON + HOUR)
    guide.db.execute("DELETE FROM guide_changes WHERE subject <> 'start'")
    guide.at(NOON + 2 * HOUR)
    assert len(guide.receiver.got) == 1
    guide.at(NOON + 16 * HOUR)
    assert len(guide.receiver.got) == 2
    guide.close()


def test_addresses_are_in_no_repr(tmp_path: Path) -> None:
    guide = AlertGuide(tmp_path)
    text = io.StringIO()
    print(guide.target, file=text)
    guide.close()
    assert "canary" not in text.getvalue() and "whsec" not in text.getvalue()
