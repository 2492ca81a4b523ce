"""A change of a provider is in `epg.db` and in `epg.secrets`, or in neither, whatever statement or write fails."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from epg_ingest.care.restore import restore
from epg_ingest.core.errors import DatabaseError, EpgError
from epg_ingest.guide.providers import add_provider, remove_provider, update_provider
from epg_ingest.storage import vault as vault_module
from epg_ingest.storage.backup import backup
from epg_ingest.storage.database import open_database
from epg_ingest.storage.vault import Vault

from tests.helpers.paths import PYTHONPATH
from tests.helpers.support import NOON, Guide

pytestmark = pytest.mark.slow

OLD, NEW = "http://127.0.0.1/old", "http://127.0.0.2/new"
OPERATIONS: dict[str, Callable[[Any, Vault], object]] = {
    "add": lambda db, vault: add_provider(db, vault, "q", NEW, now=NOON, headers={"X": "1"}),
    "address": lambda db, vault: update_provider(db, vault, "p", {"url": NEW}, now=NOON),
    "headers and priority": lambda db, vault: update_provider(db, vault, "p", {"headers": {"X": "2"}, "priority": 3}, now=NOON),
    "rename": lambda db, vault: update_provider(db, vault, "p", {"name": "r"}, now=NOON),
    "rename and address": lambda db, vault: update_provider(db, vault, "p", {"name": "r", "url": NEW}, now=NOON),
    "remove": lambda db, vault: remove_provider(db, vault, "p", now=NOON),
}  # fmt: skip


def pair(path: Path) -> tuple[list[Any], list[Any]]:
    """The providers of the guide, and what the secrets file keeps."""
    with closing(sqlite3.connect(path)) as conn:
        providers = conn.execute("SELECT name, xmltv_url, priority FROM providers ORDER BY name").fetchall()
    with closing(sqlite3.connect(path.with_suffix(".secrets"))) as conn:
        return providers, conn.execute("SELECT * FROM credentials ORDER BY provider").fetchall()


@pytest.fixture
def made(guide: Guide) -> Path:
    add_provider(guide.db, guide.vault, "p", OLD, now=NOON, headers={"X": "0"})
    guide.close()
    return guide.path


class Failing(sqlite3.Connection):
    """A connection whose `at`-th statement that writes, counted over all connections, says that the disk is full."""

    count, at = 0, 0

    def execute(self, *args: Any) -> sqlite3.Cursor:
        if not args[0].lstrip().upper().startswith(("ROLLBACK", "SELECT", "PRAGMA")):
            Failing.count += 1
            if Failing.count == Failing.at:
                raise sqlite3.OperationalError("database or disk is full")
        return super().execute(*args)


@pytest.mark.parametrize("name", OPERATIONS)
def test_at_every_statement_that_fails(made: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    connect = sqlite3.connect
    monkeypatch.setattr(
        sqlite3, "connect", lambda *args, **more: connect(*args, **{"factory": Failing, **more})
    )
    before = pair(made)
    copies = made.parent / "copies"
    copies.mkdir()
    for end in (".db", ".secrets"):
        shutil.copy(made.with_suffix(end), copies)
    failed, at = 0, 0
    while True:
        at += 1
        for end in (".db", ".secrets"):
            shutil.copy(copies / f"epg{end}", made.parent)
        db = open_database(made)
        Failing.count, Failing.at = 0, at
        try:
            OPERATIONS[name](db, Vault(made.with_suffix(".secrets")))
        except (EpgError, sqlite3.Error):
            failed += 1
            Failing.at = 0
            assert pair(made) == before, f"at the {at}th statement"
        else:
            passed = Failing.count
            Failing.at = 0
            if passed < at:
                break
        finally:
            db.close()
    assert failed > 3
    assert pair(made)[0] != before[0] or pair(made)[1] != before[1]


LIMITED = """
import os, resource, shutil, signal, sys
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
from pathlib import Path
from tests.storage.test_both_files import OPERATIONS, pair
from epg_ingest.core.errors import EpgError
from epg_ingest.storage.database import open_database
from epg_ingest.storage.vault import Vault
import sqlite3
folder, name = Path(sys.argv[1]), sys.argv[2]
path = folder / "epg.db"
before = pair(path)
for end in (".db", ".secrets"):
    shutil.copy(path.with_suffix(end), folder / f"kept{end}")
failed = done = 0
for size in [*range(0, 20_000, 1024), *range(20_000, 300_000, 16_384)]:
    for file in folder.glob("epg.*"):
        file.unlink(missing_ok=True)
    for end in (".db", ".secrets"):
        shutil.copy(folder / f"kept{end}", path.with_suffix(end))
    child = os.fork()
    if not child:
        db = open_database(path)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
        try:
            OPERATIONS[name](db, Vault(path.with_suffix(".secrets")))
        except (EpgError, sqlite3.Error):
            os._exit(3)
        os._exit(0)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert status in (0, 3), status
    failed, done = failed + (status == 3), done + (status == 0)
    now = pair(path)
    assert (now == before) == (status == 3), (size, status, now)
    assert {row[0] for row in now[1]} == {row[0] for row in now[0]}, (size, now)
print(failed, done)
"""


@pytest.mark.parametrize("name", OPERATIONS)
def test_at_every_limit_of_file_sizes(made: Path, name: str) -> None:
    """What `ulimit -f` does, as a full disk would."""
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, str(made.parent), name],
        env={**os.environ, "PYTHONPATH": PYTHONPATH}, capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    failed, passed = map(int, done.stdout.split())
    assert failed > 5 and passed > 5


def test_a_signal_just_after_the_commit_leaves_both_changed(made: Path) -> None:
    class Stopped(BaseException):
        pass

    class Late(sqlite3.Connection):
        def execute(self, *args: Any) -> sqlite3.Cursor:
            done = super().execute(*args)
            if args[0] == "COMMIT":
                raise Stopped
            return done

    from epg_ingest.storage.database import opened

    db = opened(sqlite3.connect(made, isolation_level=None, factory=Late))
    with pytest.raises(Stopped):
        update_provider(db, Vault(made.with_suffix(".secrets")), "p", {"url": NEW}, now=NOON)
    providers, secrets = pair(made)
    assert providers[0][1] == "http://127.0.0.2/…" and secrets[0][1] == NEW
    with pytest.raises(Stopped):
        remove_provider(db, Vault(made.with_suffix(".secrets")), "p", now=NOON)
    assert pair(made) == ([], [])


def test_secrets_that_cannot_be_put_back_are_logged(
    made: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    vault = Vault(made.with_suffix(".secrets"))

    def refuse(*args: object) -> None:
        raise DatabaseError("no room", "diskfull")

    with pytest.raises(RuntimeError), vault.kept("p", unless=lambda: False):
        vault.put("p", vault_module.Credentials(NEW))
        monkeypatch.setattr(vault, "put", refuse)
        raise RuntimeError
    assert "the secrets of p could not be put back: no room" in caplog.text


@pytest.mark.parametrize("had", [True, False])
def test_a_restore_that_fails_leaves_guide_and_secrets(
    made: Path, monkeypatch: pytest.MonkeyPatch, had: bool
) -> None:
    vault = Vault(made.with_suffix(".secrets"))
    backup(made, made.parent / "x.backup", secrets=vault.path)
    db = open_database(made)
    update_provider(db, vault, "p", {"url": NEW}, now=NOON)
    db.close()
    if not had:
        vault.clear()
    before = pair(made)

    def fail(*args: object) -> None:
        raise DatabaseError("no room", "diskfull")

    with monkeypatch.context() as patch:
        patch.setattr("epg_ingest.care.restore.replace_guide", fail)
        with pytest.raises(DatabaseError, match="no room"):
            restore(made.parent / "x.backup", made, now=NOON, vault=vault)
    assert pair(made) == before
    restore(made.parent / "x.backup", made, now=NOON, vault=vault)
    found = vault.get("p")
    assert found is not None and found.url == OLD
