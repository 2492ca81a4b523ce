"""An export in several processes: the document of one, of one moment, and nothing left behind when it is stopped."""

from __future__ import annotations

import io
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from epg_ingest.core.errors import EpgError, NotFoundError
from epg_ingest.export.form import Form
from epg_ingest.export.writer_pool import AHEAD, GROUP, MOST, TRIES, WriterPool, cores, grouped
from epg_ingest.export.xmltv import write_xmltv

from tests.helpers.paths import ROOT
from tests.helpers.support import HOUR, NOON, Guide, feed, show

pytestmark = pytest.mark.slow

CHANNELS, EACH = 30, 60


def written(guide: Guide, workers: int = 2, **filters: Any) -> bytes:
    out = io.BytesIO()
    count = write_xmltv(guide.db, out, workers=workers, small=0, **filters)
    assert out.getvalue().count(b"<programme ") == count
    return out.getvalue()


def programmes(mark: str, channels: int = CHANNELS, each: int = EACH) -> bytes:
    inner = (
        '<desc lang="en">{0} &amp; &lt;{1}&gt; {2}</desc><desc lang="de">{1}</desc><category>News</category>'
    )
    shows = [
        show(f"c{channel}", NOON + n * HOUR, NOON + (n + 1) * HOUR, mark, inner.format(mark, n, "x" * 300))
        for channel in range(channels)
        for n in range(each)
    ]
    return feed(shows, [(f"c{channel}", f"<C{channel}>") for channel in range(channels)])


@pytest.fixture
def small_groups(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("epg_ingest.export.writer_pool.GROUP", 100)


@pytest.fixture(scope="module")
def lasting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guide]:
    """A guide of two providers for the tests that change nothing."""
    guide = Guide(tmp_path_factory.mktemp("many"))
    guide.load("a", programmes("old"), priority=1)
    guide.load("b", programmes("other", channels=4), priority=2)
    yield guide
    guide.close()


@pytest.fixture
def many(guide: Guide, small_groups: None) -> Guide:
    guide.load("a", programmes("old"), priority=1)
    guide.load("b", programmes("other", channels=4), priority=2)
    return guide


@pytest.mark.parametrize(
    "filters",
    [
        {},
        {"channels": ["c3", "c17"]},
        {"provider": "b"},
        {"start": NOON + 5 * HOUR, "stop": NOON + 9 * HOUR},
        {"start": NOON + 1000 * HOUR},
        {"form": Form("de")},
        {"form": Form(None, True, True)},
        {"provider": "a", "form": Form("en"), "channels": ["c2"], "stop": NOON + HOUR},
    ],
)
@pytest.mark.parametrize("workers", [2, 3])
def test_the_document_is_that_of_one_process(
    lasting: Guide, small_groups: None, workers: int, filters: dict[str, Any]
) -> None:
    assert written(lasting, workers, **filters) == written(lasting, 1, **filters)


def test_an_empty_guide(guide: Guide) -> None:
    assert written(guide, 2) == written(guide, 1)


def test_a_group_larger_than_what_may_be_ahead(guide: Guide, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("epg_ingest.export.writer_pool.AHEAD", 1000)
    guide.load("a", programmes("x", channels=3, each=1200))
    assert written(guide, 2) == written(guide, 1)


def test_unknown_names(many: Guide) -> None:
    with pytest.raises(NotFoundError):
        written(many, 2, channels=["nothing"])
    assert not many.db.conn.in_transaction


class During(io.BytesIO):
    """An output that has something done with the first block."""

    def __init__(self, work: Any) -> None:
        super().__init__()
        self.work = work

    def write(self, data: Any) -> int:
        work, self.work = self.work, None
        if work:
            work()
        return super().write(data)


def test_an_import_meanwhile_changes_nothing(many: Guide) -> None:
    before = written(many, 1)
    other = Guide(many.folder)
    out = During(lambda: other.load("a", programmes("new"), force=True))
    write_xmltv(many.db, out, workers=2, small=0)
    assert out.getvalue() == before
    after = written(many, 2)
    assert after == written(many, 1) != before
    other.close()


WRITER = """
import sqlite3, sys
conn = sqlite3.connect(sys.argv[1], isolation_level=None, timeout=60)
print("begun", flush=True)
for number in range(1000000):
    conn.execute("UPDATE contents SET title = ?", [f"title {number}"])
"""


@pytest.fixture
def writer(many: Guide) -> Iterator[subprocess.Popen[bytes]]:
    """A process that gives all programmes another title, over and over, each time in one commit."""
    process = subprocess.Popen([sys.executable, "-c", WRITER, str(many.path)], stdout=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.readline()
    yield process
    process.kill()
    process.wait()
    process.stdout.close()


def test_all_processes_see_one_moment_while_others_commit(
    many: Guide, writer: subprocess.Popen[bytes]
) -> None:
    seen = set()
    for _ in range(8):
        body = written(many, 3, provider="a")
        found = {part.split(b"<")[0] for part in body.split(b"<title>")[1:]}
        assert len(found) == 1
        seen |= found
    assert writer.poll() is None
    assert len(seen) > 1


def test_processes_that_do_not_agree_begin_again(many: Guide) -> None:
    other = Guide(many.folder)
    with WriterPool(str(many.path), 2) as pool:
        tell, commits = pool.processes[0].tell, [2]

        def commit(order: Any) -> None:
            if commits[0]:
                commits[0] -= 1
                other.db.execute("UPDATE contents SET title = title || '!'")
            tell(order)

        pool.processes[0].tell = commit  # type: ignore[method-assign]
        assert pool.agree()
        assert commits == [0]
        (title,) = pool.conn.execute("SELECT max(title) FROM programs").fetchone()
        assert title.endswith("!!")
        channels = [(number, f"c{number}", 100) for number in range(1, 9)]
        pool.start(channels, {"start": "", "stop": "9999", "earliest": ""}, None, Form())
        body = b"".join(block for _, block in pool.blocks())
        assert body.count(b"!!</title>") == body.count(b"<programme ") == 8 * EACH
    other.close()


def test_where_every_try_meets_a_commit_one_process_writes(
    many: Guide, monkeypatch: pytest.MonkeyPatch
) -> None:
    other, tries = Guide(many.folder), []

    def disturbed(pool: WriterPool) -> tuple[int, ...]:
        tries.append(1)
        other.db.execute("UPDATE generation SET number = number + 1")
        return version(pool)

    version = WriterPool._version
    expected = written(many, 1)
    monkeypatch.setattr(WriterPool, "_version", disturbed)
    assert written(many, 2) == expected
    assert len(tries) == 2 * TRIES
    other.close()


def test_another_file_under_the_name_is_not_mixed_in(many: Guide) -> None:
    copy = many.folder / "copy.db"
    many.db.execute("VACUUM INTO ?", [str(copy)])
    with WriterPool(str(many.path), 2) as pool:
        tell = pool.processes[1].tell

        def replace(order: Any) -> None:
            os.utime(copy)
            shutil.copy(copy, many.folder / "next.db")
            (many.folder / "next.db").replace(many.path)
            tell(order)

        pool.processes[1].tell = replace  # type: ignore[method-assign]
        assert not pool.agree()


def test_a_worker_that_is_killed_ends_the_export(many: Guide) -> None:
    with WriterPool(str(many.path), 2) as pool:
        assert pool.agree()
        pool.processes[1].process.kill()
        pool.processes[1].process.wait()
        channels = [(number, f"c{number}", 100) for number in range(1, CHANNELS)]
        with pytest.raises(EpgError, match=r"status -9.*export again"):
            pool.start(channels, {"start": "", "stop": "9999", "earliest": ""}, None, Form())
            list(pool.blocks())
    assert [worker.process.returncode for worker in pool.processes] == [-9, -9]


def test_an_error_of_the_database_in_a_worker(many: Guide) -> None:
    with WriterPool(str(many.path), 2) as pool:
        assert pool.agree()
        with pytest.raises(sqlite3.OperationalError, match=r"binding|supplied"):
            pool.start([(1, "c", 1)], {}, None, Form())
            list(pool.blocks())


def test_groups_are_consecutive_and_neither_tiny_nor_missing() -> None:
    channels = [(number, f"c{number}", number * 37 % 700) for number in range(200)]
    groups = grouped(channels)
    assert [each for group in groups for each in group] == [(number, name) for number, name, _ in channels]
    counts = {number: count for number, _, count in channels}
    sizes = [sum(counts[number] for number, _ in group) for group in groups]
    assert all(GROUP <= size < GROUP + 700 for size in sizes[:-1])
    assert grouped([]) == []


def test_how_many_write() -> None:
    assert 1 <= cores() <= MOST
    assert MOST * AHEAD < 20_000_000


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A guide that the command writes in several processes."""
    guide = Guide(tmp_path_factory.mktemp("large"))
    guide.load("a", programmes("x", channels=30, each=1700))
    yield guide.path
    guide.close()


def command(path: Path, *more: str) -> subprocess.Popen[bytes]:
    arguments = [sys.executable, "-m", "epg_ingest.cli", "--db", str(path), "export", "xmltv", *more]
    return subprocess.Popen(
        arguments, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
    )


def children(pid: int) -> list[int]:
    return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def busy(process: subprocess.Popen[bytes]) -> list[int]:
    """Its workers, once something is written."""
    assert process.stdout is not None
    assert process.stdout.read(1000)
    found = children(process.pid)
    assert len(found) >= 2
    return found


def gone(pids: list[int]) -> bool:
    end = time.monotonic() + 10
    while any(Path(f"/proc/{pid}").exists() for pid in pids):
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


@pytest.mark.skipif(cores() < 2, reason="one core writes alone")
@pytest.mark.parametrize(
    ("number", "status"), [(signal.SIGTERM, 143), (signal.SIGINT, 130), (signal.SIGKILL, -9)]
)
def test_a_stop_leaves_no_process(large: Path, number: int, status: int) -> None:
    process = command(large)
    workers = busy(process)
    process.send_signal(number)
    process.communicate(timeout=30)
    assert process.returncode == status
    assert gone(workers)


@pytest.mark.skipif(cores() < 2, reason="one core writes alone")
def test_a_reader_that_goes_away_leaves_no_process(large: Path) -> None:
    process = command(large)
    workers = busy(process)
    assert process.stdout is not None and process.stderr is not None
    process.stdout.close()
    process.wait(timeout=30)
    assert b"Traceback" not in process.stderr.read()
    process.stderr.close()
    assert gone(workers)


@pytest.mark.skipif(cores() < 2, reason="one core writes alone")
def test_a_killed_worker_leaves_one_line_and_no_file(large: Path, tmp_path: Path) -> None:
    target = tmp_path / "guide.xml"
    process = command(large, "--output", str(target))
    end = time.monotonic() + 30
    while not (found := children(process.pid)) and time.monotonic() < end:
        time.sleep(0.002)
    os.kill(found[0], signal.SIGKILL)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 1
    assert said.count(b"\n") == 1, said
    assert b"ended from outside" in said
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(cores() < 2, reason="one core writes alone")
def test_the_command_writes_the_same_file(large: Path, tmp_path: Path) -> None:
    target = tmp_path / "guide.xml"
    process = command(large, "--output", str(target))
    assert process.communicate(timeout=60)[0] == b""
    assert process.returncode == 0
    guide = Guide(large.parent)
    out = io.BytesIO()
    write_xmltv(guide.db, out, workers=1)
    guide.close()
    assert target.read_bytes() == out.getvalue()
