"""Imports that break off: killed processes, full disks, locked databases, readers at work. The guide stays intact."""

from __future__ import annotations

import json
import os
import random
import resource
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from epg_ingest.core.limits import Limits
from epg_ingest.core.times import xmltv
from epg_ingest.guide.providers import add_provider, get_provider
from epg_ingest.pipeline.run import Options, Silent, run_import
from epg_ingest.storage.vault import vault_path

from benchmarks.measure import measure
from tests.helpers.feedserver import FeedServer
from tests.helpers.guide_rows import check_contents
from tests.helpers.paths import PYTHONPATH, ROOT
from tests.helpers.support import HOUR, KEEP_ALL, NOON, Guide, feed, require, show

pytestmark = pytest.mark.slow

ENVIRONMENT = {
    **os.environ,
    "PYTHONPATH": PYTHONPATH,
    "EPG_RETENTION_DAYS": "none",
    "EPG_DOWNLOAD_BACKOFF": "0.01",
}
TABLES = ("providers", "channels", "channel_mappings", "contents", "airings", "program_changes", "generation")


def big(mark: str, count: int = 500) -> bytes:
    """A feed of `count` programmes whose titles begin with `mark`."""
    words = "<desc>" + "several words about it and some more of them, again and again " * 10
    shows = [
        show(
            f"c{n % 50}",
            NOON + n // 50 * HOUR,
            NOON + (n // 50 + 1) * HOUR,
            f"{mark} {n}",
            f"{words}{n}</desc>",
        )
        for n in range(count)
    ]
    return feed(shows, [(f"c{n}", f"Channel {n}") for n in range(50)])


def prepared(guide: Guide, count: int) -> Guide:
    """A guide with `count` programmes named `old`. `new.xml` beside the database has the same programmes as `new`."""
    assert guide.load("p", big("old", count))["programs_imported"] == count
    (guide.folder / "new.xml").write_bytes(big("new", count))
    return guide


@pytest.fixture
def old(guide: Guide) -> Guide:
    """A guide of 500 programmes."""
    return prepared(guide, 500)


@pytest.fixture
def large(guide: Guide) -> Guide:
    """A guide of 6,000 programmes: enough for parser processes, and for an import to take a while."""
    return prepared(guide, 6000)


def dump(guide: Guide) -> dict[str, list[Any]]:
    return {table: guide.db.execute(f"SELECT * FROM {table}").fetchall() for table in TABLES}


def cli(guide: Guide, *arguments: str, **settings: Any) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "epg_ingest.cli", "--db", str(guide.path), *arguments]
    return subprocess.run(
        command,
        cwd=ROOT,
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        **settings,
    )


def assert_whole(guide: Guide) -> None:
    """Check the file, its references, its search index and its generation."""
    assert guide.db.execute("PRAGMA quick_check").fetchall() == [("ok",)]
    assert guide.db.execute("PRAGMA foreign_key_check").fetchall() == []
    check_contents(guide.db.conn)
    (number,) = guide.db.execute("SELECT number FROM generation").fetchone()
    assert guide.db.execute("PRAGMA user_version").fetchone() == (number,)


def assert_recovers(guide: Guide) -> None:
    """The next import reports the killed one, closes its row, and succeeds."""
    running = guide.rows("SELECT id FROM import_log WHERE status = 'running'")
    result = cli(guide, "import", "--file", str(guide.folder / "new.xml"), "--provider", "p")
    assert result.returncode == 0, result.stderr
    assert ("did not finish" in result.stderr) == bool(running)
    for row in running:
        (closed,) = guide.rows("SELECT * FROM import_log WHERE id = ?", row["id"])
        assert (closed["status"], closed["error_code"]) == ("failed", "interrupted") and closed[
            "completed_at"
        ]
    count = (guide.folder / "new.xml").read_bytes().count(b"<programme ")
    assert guide.rows("SELECT count(*) AS n FROM programs WHERE title LIKE 'new %' AND provider_id = 1") == [
        {"n": count}
    ]
    assert guide.rows("SELECT 1 FROM import_log WHERE status = 'running'") == []
    assert_whole(guide)


def gone(pid: int, seconds: float = 10) -> bool:
    """Whether a process ends within some seconds. A zombie counts as ended."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except OSError:
            return True
        if state in "ZX":
            return True
        time.sleep(0.05)
    return False


POINTS = [
    "stage:parse",
    "parsed:1",
    "stage:merge",
    "write:2",
    "write:12",
    "write:25",
    "inside:1",
    "inside:25",
]


def kill(guide: Guide, point: str) -> list[int]:
    """Run an import that dies at a point, and check what it leaves. Returns the ids of its parser processes."""
    before = dump(guide)
    command = [
        sys.executable,
        "-m",
        "tests.helpers.programs.dying",
        str(guide.path),
        "p",
        str(guide.folder / "new.xml"),
        point,
    ]
    result = subprocess.run(
        command, cwd=ROOT, env=ENVIRONMENT, capture_output=True, text=True, timeout=60, check=False
    )
    assert result.returncode == -signal.SIGKILL, result.stdout + result.stderr
    assert "Traceback" not in result.stderr
    assert dump(guide) == before
    assert guide.rows("SELECT status FROM import_log ORDER BY id DESC LIMIT 1") == [{"status": "running"}]
    assert_whole(guide)
    return [int(pid) for pid in result.stdout.split()]


@pytest.mark.parametrize("point", POINTS)
def test_killed(old: Guide, point: str) -> None:
    assert kill(old, point) == []
    assert_recovers(old)


def test_killed_with_parser_processes(large: Guide) -> None:
    """The parser processes notice and end; none is left."""
    workers = kill(large, "parsed:15")
    assert workers and all(gone(pid) for pid in workers)
    assert_recovers(large)


def test_killed_while_downloading(old: Guide) -> None:
    before = dump(old)
    with FeedServer() as server:
        url = server.stall("/guide.xml", 2000, big("new"))
        add_provider(old.db, old.vault, "q", url, now=NOON, private_addresses="allow")
        before = dump(old)
        command = [sys.executable, "-m", "epg_ingest.cli", "--db", str(old.path), "import", "q"]
        process = subprocess.Popen(command, cwd=ROOT, env=ENVIRONMENT)
        until = time.monotonic() + 30
        while not server.hits and time.monotonic() < until:
            time.sleep(0.02)
        time.sleep(0.1)
        process.kill()
        assert process.wait(10) == -signal.SIGKILL and server.hits
    assert dump(old) == before
    assert_whole(old)
    assert_recovers(old)


def test_killed_at_random(large: Guide) -> None:
    """Whenever the import is killed, the guide is the old one or the new one."""
    rng = random.Random(2026)
    mark = "old"
    for turn in range(4):
        other = "new" if mark == "old" else "old"
        body = large.folder / f"{other}.xml"
        body.write_bytes(big(other, 6000))
        command = [
            sys.executable,
            "-m",
            "epg_ingest.cli",
            "--db",
            str(large.path),
            "import",
            "--file",
            str(body),
            "--provider",
            "p",
        ]
        process = subprocess.Popen(
            command, cwd=ROOT, env=ENVIRONMENT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
        )
        time.sleep(rng.uniform(0.2, 1.6))
        process.kill()
        _, errors = process.communicate(timeout=30)
        assert b"Traceback" not in errors, turn
        titles = large.rows(
            "SELECT DISTINCT substr(title, 1, 3) AS mark, count(*) AS n FROM programs GROUP BY 1"
        )
        assert titles in ([{"mark": mark, "n": 6000}], [{"mark": other, "n": 6000}])
        mark = titles[0]["mark"]
        assert_whole(large)
    assert_recovers(large)


def test_a_parser_process_is_killed(large: Guide) -> None:
    """As when memory runs out: the import fails with a reason, and the guide is as it was."""

    class Killing(Silent):
        def parsed(self, programmes: int, size: int) -> None:
            for path in Path("/proc/self/task").glob("*/children"):
                for pid in path.read_text().split():
                    if b"epg_ingest.parse.parser_process" in Path(f"/proc/{pid}/cmdline").read_bytes():
                        os.kill(int(pid), signal.SIGKILL)

    before = dump(large)
    options = Options(KEEP_ALL, Limits(), force=True, workers=2)
    row = run_import(
        large.db,
        large.vault,
        get_provider(large.db, "p"),
        options,
        file=large.folder / "new.xml",
        now=NOON,
        progress=Killing(),
    )
    assert (row["status"], row["error_code"]) == ("failed", "parser")
    assert dump(large) == before
    assert_recovers(large)


LIMITED = """
import json, resource, signal, sys
from pathlib import Path
from epg_ingest.storage.database import open_database
from epg_ingest.core.limits import Limits
from epg_ingest.pipeline.run import Options, run_import
from epg_ingest.guide.providers import get_provider
from epg_ingest.core.limits import Retention
from epg_ingest.storage.vault import Vault, vault_path

database, feed, limit = sys.argv[1:]
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
db = open_database(database)
resource.setrlimit(resource.RLIMIT_FSIZE, (int(limit), resource.RLIM_INFINITY))
options = Options(Retention(None, None, None), Limits(), workers=0)
print(json.dumps(run_import(db, Vault(vault_path(database)), get_provider(db, "p"), options, file=Path(feed))))
"""


def limited(guide: Guide, size: int) -> dict[str, Any]:
    """An import in a process that cannot make a file larger than `size` bytes."""
    command = [sys.executable, "-c", LIMITED, str(guide.path), str(guide.folder / "new.xml"), str(size)]
    result = subprocess.run(
        command, cwd=ROOT, env=ENVIRONMENT, capture_output=True, text=True, timeout=60, check=False
    )
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout)


@pytest.mark.parametrize("size", [20_000, 100_000, 300_000, 450_000])
def test_disk_full(old: Guide, size: int) -> None:
    """No file can grow: with little room the temporary ones, with more room those of the database."""
    old.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    before = dump(old)
    row = limited(old, size)
    assert (row["status"], row["error_code"]) == ("failed", "diskfull"), row["error_message"]
    assert "free some space" in row["error_message"] and "\n" not in row["error_message"]
    assert dump(old) == before
    assert_whole(old)
    assert_recovers(old)


@pytest.mark.parametrize("spare", [1, 10, 40])
def test_no_more_pages(old: Guide, spare: int) -> None:
    """The database may grow by `spare` pages only: the merge fails half-way."""
    before = dump(old)
    (pages,) = old.db.execute("PRAGMA page_count").fetchone()
    old.db.execute(f"PRAGMA max_page_count = {pages + spare}")
    row = old.load("p", big("much longer titles"))
    assert (row["status"], row["error_code"]) == ("failed", "diskfull")
    assert dump(old) == before
    assert_whole(old)
    old.db.execute("PRAGMA max_page_count = 4294967294")
    assert old.load("p", big("new"))["status"] == "success"


@pytest.mark.parametrize("pages", [1, 30, 100])
def test_no_room_for_temporary_tables(old: Guide, pages: int) -> None:
    before = dump(old)
    old.db.execute(f"PRAGMA temp.max_page_count = {pages + 2}")
    row = old.load("p", big("new"))
    assert (row["status"], row["error_code"]) == ("failed", "diskfull")
    (stored,) = old.rows("SELECT * FROM import_log ORDER BY id DESC LIMIT 1")
    assert {"provider": "p", **stored} == row
    assert dump(old) == before
    old.db.execute("PRAGMA temp.max_page_count = 4294967294")
    assert old.load("p", big("new"))["status"] == "success"
    assert_whole(old)


def test_no_room_for_the_download(old: Guide) -> None:
    with FeedServer() as server:
        url = server.serve("/guide.xml", big("new"))
        add_provider(old.db, old.vault, "q", url, now=NOON, private_addresses="allow")
        old.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        before = dump(old)
        script = LIMITED.replace('"p"', '"q"').replace("file=Path(feed)", "file=None")
        command = [sys.executable, "-c", script, str(old.path), "", "200000"]
        result = subprocess.run(
            command, cwd=ROOT, env=ENVIRONMENT, capture_output=True, text=True, timeout=60, check=True
        )
    row = json.loads(result.stdout)
    assert (row["status"], row["error_code"]) == ("failed", "diskfull")
    assert dump(old) == before


class Locking(Silent):
    """Another connection takes the write lock as the merge begins."""

    def __init__(self, path: Path) -> None:
        self.other = sqlite3.connect(path, isolation_level=None)

    def stage(self, name: str) -> None:
        if name == "merge":
            self.other.execute("BEGIN IMMEDIATE")


def test_locked_at_the_merge(old: Guide) -> None:
    """The lock lasts longer than the import waits. Even the failure cannot be logged: the next import closes the row."""
    before = dump(old)
    old.db.execute("PRAGMA busy_timeout = 100")
    locking = Locking(old.path)
    options = Options(KEEP_ALL, Limits(), workers=0)
    provider = get_provider(old.db, "p")
    row = run_import(
        old.db, old.vault, provider, options, file=old.folder / "new.xml", now=NOON, progress=locking
    )
    assert (row["status"], row["error_code"]) == ("failed", "locked")
    locking.other.execute("ROLLBACK")
    locking.other.close()
    assert dump(old) == before
    assert_recovers(old)


def test_locked_for_the_command(old: Guide) -> None:
    """One line and status 1 if another program writes for more than ten seconds."""
    other = sqlite3.connect(old.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    result = cli(old, "import", "--file", str(old.folder / "new.xml"), "--provider", "p")
    other.execute("ROLLBACK")
    other.close()
    assert result.returncode == 1
    assert "locked by another program" in result.stderr and "Traceback" not in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1
    assert_recovers(old)


class Slow:
    """An import that waits for its feed, which the server sends when the test says so."""

    def __init__(self, guide: Guide, server: FeedServer) -> None:
        self.go = threading.Event()
        url = server.behave("/guide.xml", self.answer)
        add_provider(guide.db, guide.vault, "q", url, now=NOON, private_addresses="allow")
        command = [sys.executable, "-m", "epg_ingest.cli", "--db", str(guide.path), "import", "q"]
        self.process = subprocess.Popen(command, cwd=ROOT, env=ENVIRONMENT, stdout=subprocess.PIPE, text=True)
        until = time.monotonic() + 30
        while not server.hits and time.monotonic() < until:
            time.sleep(0.02)

    def answer(self, handler: Any) -> None:
        self.go.wait(60)
        handler.answer(200, big("new"))

    def finish(self) -> int:
        self.go.set()
        self.process.communicate(timeout=60)
        return self.process.returncode


@pytest.fixture
def slow(old: Guide) -> Iterator[Slow]:
    with FeedServer() as server:
        made = Slow(old, server)
        yield made
        made.process.kill()
        made.finish()


def test_a_second_import_says_that_one_is_running(old: Guide, slow: Slow) -> None:
    result = cli(old, "import", "--no-wait", "--file", str(old.folder / "new.xml"), "--provider", "p")
    assert result.returncode == 1 and "another import" in result.stderr and "Traceback" not in result.stderr
    assert old.rows("SELECT count(*) AS n FROM import_log") == [{"n": 2}]
    assert slow.finish() == 0


def test_a_second_import_waits(old: Guide, slow: Slow) -> None:
    command = [
        sys.executable,
        "-m",
        "epg_ingest.cli",
        "--db",
        str(old.path),
        "import",
        "--file",
        str(old.folder / "new.xml"),
    ]
    second = subprocess.Popen(
        [*command, "--provider", "p"], cwd=ROOT, env=ENVIRONMENT, stderr=subprocess.PIPE, text=True
    )
    assert second.stderr and "waiting" in second.stderr.readline()
    assert old.rows("SELECT status FROM import_log ORDER BY id")[-1]["status"] == "running"
    assert slow.finish() == 0
    second.communicate(timeout=60)
    assert second.returncode == 0
    log = old.rows("SELECT id, status FROM import_log ORDER BY id")
    assert [row["status"] for row in log] == ["success"] * 3
    assert_whole(old)


READER = """
import json, sqlite3, sys, time
from pathlib import Path

database, stop = sys.argv[1], Path(sys.argv[2])
conn = sqlite3.connect(f"file:{database}?mode=ro", uri=True, isolation_level=None)
reads, seen, wrong, slowest = 0, set(), [], 0.0
print("ready", flush=True)
while not stop.exists():
    started = time.monotonic()
    conn.execute("BEGIN")
    guide = conn.execute(
        "SELECT substr(title, 1, 3), count(*), count(DISTINCT start_time || channel) FROM guide GROUP BY 1"
    ).fetchall()
    found = conn.execute(
        "SELECT count(*) FROM contents_fts f JOIN airings a ON a.content_id = f.rowid WHERE contents_fts MATCH 'old OR new'"
).fetchone()[0]
    number = conn.execute("SELECT number FROM generation").fetchone()[0]
    version = conn.execute("PRAGMA user_version").fetchone()[0]
    conn.execute("COMMIT")
    slowest = max(slowest, time.monotonic() - started)
    reads += 1
    seen.add((guide[0][0], number))
    if len(guide) != 1 or guide[0][1:] != (6000, 6000) or found != 6000 or number != version:
        wrong.append([guide, found, number, version])
print(json.dumps({"reads": reads, "seen": sorted(seen), "wrong": wrong[:3], "slowest": slowest}))
"""


def test_readers_see_the_old_guide_or_the_new(large: Guide) -> None:
    """Others read meanwhile: no mixture, no error, no waiting."""
    stop = large.folder / "stop"
    command = [sys.executable, "-c", READER, str(large.path), str(stop)]
    readers = [
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(2)
    ]
    assert all(reader.stdout and reader.stdout.readline() == "ready\n" for reader in readers)
    for mark in ("new", "old", "new"):
        assert large.load("p", big(mark, 6000), workers=2)["programs_updated"] == 6000
    stop.touch()
    for reader in readers:
        output, errors = reader.communicate(timeout=60)
        assert reader.returncode == 0 and errors == ""
        told = json.loads(output)
        assert told["wrong"] == [] and told["reads"] > 5
        marks = {number: mark for mark, number in told["seen"]}
        assert {"old", "new"} == set(marks.values()) and len(marks) == len(told["seen"])


def test_an_import_while_a_reader_holds_its_snapshot(old: Guide) -> None:
    """A reader with an open transaction keeps the old guide, and does not stop the writer."""
    reader = sqlite3.connect(old.path, isolation_level=None)
    reader.execute("BEGIN")
    before = reader.execute("SELECT count(*) FROM programs WHERE title LIKE 'old %'").fetchone()
    assert old.load("p", big("new"))["status"] == "success"
    assert (
        reader.execute("SELECT count(*) FROM programs WHERE title LIKE 'old %'").fetchone()
        == before
        == (500,)
    )
    reader.close()


def write_feed(path: Path, programmes: int) -> None:
    """A feed of about 370 bytes a programme, 1,000 on each channel."""
    times = [xmltv(NOON + n * 1800) for n in range(1001)]
    words = "some words about it and more of them " * 6
    with path.open("w") as file:
        file.write("<tv>\n")
        for channel in range(programmes // 1000):
            file.write(f'<channel id="c{channel}"><display-name>Channel {channel}</display-name></channel>\n')
            file.writelines(
                f'<programme start="{times[n]}" stop="{times[n + 1]}" channel="c{channel}"><title>Show {channel} {n}</title>'
                f"<desc>{n} {channel} {words}</desc></programme>\n"
                for n in range(1000)
            )
        file.write("</tv>\n")


def peak(folder: Path, programmes: int) -> int:
    """The peak memory, in bytes, of an import of so many programmes, all processes together."""
    body, database = folder / "feed.xml", folder / f"{programmes}.db"
    write_feed(body, programmes)
    command = [
        sys.executable,
        "-m",
        "epg_ingest.cli",
        "--db",
        database,
        "import",
        "--file",
        body,
        "--provider",
        "p",
        "--json",
    ]
    result = measure(command, env=ENVIRONMENT, cwd=ROOT, timeout=300)
    assert result.status == 0 and f'"programs_imported": {programmes}' in result.output, result.output[-500:]
    for path in (body, *folder.glob(f"{programmes}.db*")):
        path.unlink()
    return result.peak


def test_memory_does_not_grow_with_the_feed(tmp_path: Path) -> None:
    """160,000 programmes need at most 10 % more memory at the peak than 60,000, and less than 250 MB.

    The small import has filled all caches: smaller ones have lower peaks. The difference would be some 80 bytes for each
    further programme, less than a short text of Python takes.
    """
    require(Path("/proc/self/smaps_rollup").exists(), "memory is measured through Linux's /proc")
    # In a short import the processes do not always reach their peaks at the same time, so the higher of two counts.
    small, great = max(peak(tmp_path, 60_000) for _ in range(2)), peak(tmp_path, 160_000)
    assert great < 250e6 and great <= 1.1 * small, f"{small / 1e6:.0f} MB, then {great / 1e6:.0f} MB"


def test_the_limits_of_this_test_work(tmp_path: Path) -> None:
    """RLIMIT_FSIZE keeps a file from growing on this machine, without privileges."""
    script = (
        "import resource, signal\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1000, resource.RLIM_INFINITY))\n"
        f"open({str(tmp_path / 'f')!r}, 'wb', buffering=0).write(b'x' * 5000)\n"
    )
    subprocess.run([sys.executable, "-c", script], check=False, stderr=subprocess.DEVNULL)
    assert (tmp_path / "f").stat().st_size == 1000
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] != 1000


def test_the_vault_is_beside_the_database(old: Guide) -> None:
    """The scripts above rely on it."""
    assert vault_path(old.path) == old.vault.path
