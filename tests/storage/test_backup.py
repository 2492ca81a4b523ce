"""A backup is one moment of the guide, whatever is written meanwhile, and is never found half written."""

from __future__ import annotations

import errno
import os
import sqlite3
import stat
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from epg_ingest.care.doctor import Patient, examine
from epg_ingest.care.restore import restore
from epg_ingest.cli.main import run
from epg_ingest.core.errors import DatabaseError, UsageError
from epg_ingest.guide.providers import add_provider
from epg_ingest.storage import backup as module
from epg_ingest.storage.backup import backup
from epg_ingest.storage.vault import Vault

from tests.helpers.paths import ROOT
from tests.helpers.support import HOUR, NOON, Guide, feed, show

pytestmark = pytest.mark.slow

IMPORTS = """
import sys
from pathlib import Path
from tests.helpers.support import KEEP_ALL
from epg_ingest.storage.database import open_database
from epg_ingest.core.limits import Limits
from epg_ingest.pipeline.run import Options, import_lock, run_import
from epg_ingest.guide.providers import get_provider
from epg_ingest.storage.vault import Vault, vault_path
database, rounds = sys.argv[1], int(sys.argv[2])
db = open_database(database)
folder = Path(database).parent
for n in range(rounds):
    with import_lock(database, wait=True):
        options = Options(KEEP_ALL, Limits(), force=True, workers=0)
        run_import(db, Vault(vault_path(database)), get_provider(db, "p"), options, file=folder / f"{n % 2}.xml")
    print(n, flush=True)
"""


def big(word: str, count: int = 3000) -> bytes:
    """Programmes of one word on ten channels: a mixture of two words would be half an import."""
    return feed(
        show(
            f"c{c}",
            NOON + h * HOUR,
            NOON + (h + 1) * HOUR,
            f"{word} {h}",
            f"<desc>{word} {'text ' * 20}</desc>",
        )
        for c in range(10)
        for h in range(count // 10)
    )


def words(path: Path) -> list[tuple[str, int]]:
    with closing(sqlite3.connect(path)) as conn:
        return conn.execute(
            "SELECT substr(title, 1, instr(title, ' ') - 1), count(*) FROM programs GROUP BY 1"
        ).fetchall()


def test_backups_taken_during_imports_restore_to_what_doctor_accepts(guide: Guide, tmp_path: Path) -> None:
    guide.load("p", big("first"))
    guide.close()
    for n, word in enumerate(("second", "third")):
        (tmp_path / f"{n}.xml").write_bytes(big(word))
    importer = subprocess.Popen(
        [sys.executable, "-c", IMPORTS, str(guide.path), "6"], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    taken, running = [], 0
    try:
        while importer.poll() is None:
            target = tmp_path / f"{len(taken)}.backup"
            backup(guide.path, target)
            with closing(sqlite3.connect(target)) as conn:
                (count,) = conn.execute("SELECT count(*) FROM import_log WHERE status = 'running'").fetchone()
            running += count
            taken.append(target)
    finally:
        importer.kill()
        importer.wait()
    assert importer.returncode == 0 and len(taken) > 5 and running > 0
    assert {count for path in taken for _, count in words(path)} == {3000}
    assert all(len(words(path)) == 1 for path in taken)
    (tmp_path / "new").mkdir()
    for path in (taken[0], taken[len(taken) // 2], taken[-1]):
        new = tmp_path / "new" / "epg.db"
        restore(path, new, now=NOON)
        findings = examine(Patient(new, new.with_suffix(".secrets")))
        assert [f for f in findings if f.status == "problem"] == []
        assert words(new) == words(path)


def test_a_backup_counts_what_it_copied(guide: Guide, tmp_path: Path) -> None:
    guide.load("p", big("word", 100))
    done = backup(guide.path, tmp_path / "x.backup", full=True)
    assert (done.programmes, done.size, done.secrets) == (100, (tmp_path / "x.backup").stat().st_size, None)


def test_a_copy_that_differs_is_refused(
    guide: Guide, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    guide.load("p", big("word", 100))
    real = module.copy

    def lossy(source: Path, target: Path) -> Any:
        counts = real(source, target)
        with closing(sqlite3.connect(target)) as conn:
            conn.execute("DELETE FROM airings WHERE id = 5")
            conn.commit()
        return counts

    monkeypatch.setattr(module, "copy", lossy)
    with pytest.raises(DatabaseError, match="differs"):
        backup(guide.path, tmp_path / "x.backup")
    assert not list(tmp_path.glob("*x.backup*"))


def test_a_damaged_index_is_found_by_the_full_check(guide: Guide, tmp_path: Path) -> None:
    """One character of one entry: `quick_check` does not compare indexes with their tables."""
    guide.load("p", big("word", 20))
    guide.db.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    (page,) = guide.db.execute(
        "SELECT rootpage FROM sqlite_master WHERE name = 'airings_channel_time'"
    ).fetchone()
    guide.close()
    body = bytearray(guide.path.read_bytes())
    at = body.index(b"2026-11-22T12", (page - 1) * 4096, page * 4096)
    body[at + 12] += 1
    guide.path.write_bytes(body)
    assert backup(guide.path, tmp_path / "x.backup").programmes == 20
    with pytest.raises(DatabaseError, match="damaged"):
        backup(guide.path, tmp_path / "y.backup", full=True)
    assert not (tmp_path / "y.backup").exists()
    assert "integrity" in {
        f.check for f in examine(Patient(guide.path, guide.vault.path)) if f.status == "problem"
    }


def test_another_database_is_no_guide(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "other.db")) as conn:
        conn.execute("CREATE TABLE t (a)")
    with pytest.raises(DatabaseError, match="not a guide"):
        backup(tmp_path / "other.db", tmp_path / "x.backup")


def test_secrets_are_copied_when_asked_and_for_nobody_else(guide: Guide, tmp_path: Path) -> None:
    add_provider(guide.db, guide.vault, "web", "https://user:canary@example.com/feed", now=NOON)
    seen: list[int] = []
    stop = threading.Event()

    def watch() -> None:
        while not stop.is_set():
            for path in tmp_path.glob(".x.backup.secrets*"):
                try:
                    seen.append(stat.S_IMODE(path.stat().st_mode))
                except FileNotFoundError:
                    continue

    watcher = threading.Thread(target=watch)
    old = os.umask(0)
    try:
        watcher.start()
        for _ in range(5):
            done = backup(guide.path, tmp_path / "x.backup", overwrite=True, secrets=guide.vault.path)
    finally:
        os.umask(old)
        stop.set()
        watcher.join()
    assert done.secrets == tmp_path / "x.backup.secrets"
    assert stat.S_IMODE(done.secrets.stat().st_mode) == 0o600 and set(seen) <= {0o600}
    kept = Vault(done.secrets).get("web")
    assert kept is not None and kept.url == "https://user:canary@example.com/feed"
    assert b"canary" not in (tmp_path / "x.backup").read_bytes()


def test_a_copy_of_secrets_is_not_overwritten_unasked(guide: Guide, tmp_path: Path) -> None:
    guide.vault.ensure()
    (tmp_path / "x.backup.secrets").write_text("precious")
    with pytest.raises(UsageError, match="--overwrite"):
        backup(guide.path, tmp_path / "x.backup", secrets=guide.vault.path)
    assert (tmp_path / "x.backup.secrets").read_text() == "precious" and not (tmp_path / "x.backup").exists()


def test_secrets_of_an_older_backup_do_not_stay_beside_a_newer_one(guide: Guide, tmp_path: Path) -> None:
    guide.vault.ensure()
    target = tmp_path / "x.backup"
    backup(guide.path, target, secrets=guide.vault.path)
    before = target.read_bytes()
    with pytest.raises(UsageError, match="secrets of an older backup"):
        backup(guide.path, target, overwrite=True)
    assert target.read_bytes() == before
    backup(guide.path, target, overwrite=True, secrets=guide.vault.path)


def test_the_command_says_what_is_in_it(
    guide: Guide, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(["backup", "a.backup", "--secrets"]) == 2
    assert "there is no secrets file epg.secrets" in capsys.readouterr().err
    guide.vault.ensure()
    assert run(["backup", "a.backup", "--secrets"]) == 0
    assert "a.backup.secrets, which holds secrets" in capsys.readouterr().out
    assert run(["backup", "b.backup", "--full"]) == 0
    assert "it holds no secrets, so keep epg.secrets too" in capsys.readouterr().out


@pytest.mark.parametrize("size", [4096, 100_000])
def test_a_full_disk_leaves_no_part(guide: Guide, tmp_path: Path, size: int) -> None:
    guide.load("p", big("word", 2000))
    guide.close()
    code = (
        "import resource, signal, sys\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        f"resource.setrlimit(resource.RLIMIT_FSIZE, ({size}, resource.RLIM_INFINITY))\n"
        "from epg_ingest.cli.main import run; sys.exit(run(sys.argv[1:]))"
    )
    (tmp_path / "safe").mkdir()
    done = subprocess.run(
        [sys.executable, "-c", code, "--db", str(guide.path), "backup", str(tmp_path / "safe" / "x.backup")],
        cwd=ROOT, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert (done.returncode, done.stderr.count("\n")) == (1, 1), done.stderr
    assert "free some space" in done.stderr or "cannot write" in done.stderr
    assert list((tmp_path / "safe").iterdir()) == []


@pytest.mark.parametrize("links", [True, False])
def test_a_name_that_is_taken_meanwhile_is_not_replaced(
    guide: Guide, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, links: bool
) -> None:
    target = tmp_path / "guide.backup"
    checked = module.verify

    def verify(*args: Any, **options: Any) -> None:
        checked(*args, **options)
        target.write_text("of another program")

    monkeypatch.setattr(module, "verify", verify)
    if not links:
        monkeypatch.setattr(os, "link", _no_links)
    with pytest.raises(UsageError, match="exists already"):
        backup(guide.path, target)
    assert target.read_text() == "of another program"
    assert [path.name for path in tmp_path.glob(".guide.backup*")] == []


def _no_links(*_: Any) -> None:
    raise PermissionError(errno.EPERM, "no links here")


def test_file_systems_without_links_get_backups_too(
    guide: Guide, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "link", _no_links)
    backup(guide.path, tmp_path / "guide.backup")
    with closing(sqlite3.connect(tmp_path / "guide.backup")) as conn:
        assert conn.execute("PRAGMA integrity_check").fetchone() == ("ok",)
