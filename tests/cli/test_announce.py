"""`import --announce`: the ids first, then an import that finishes whoever is left to listen."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from epg_ingest.guide.providers import get_provider, remove_provider, update_provider
from epg_ingest.pipeline.log import begin_rows
from epg_ingest.pipeline.run import mark_interrupted

from tests.helpers.feedserver import FeedServer
from tests.helpers.paths import ROOT
from tests.helpers.support import HOUR, NOON, Guide, feed, show

pytestmark = pytest.mark.slow

NOW = int(time.time()) // HOUR * HOUR


def body(channel: str) -> bytes:
    return feed([show(channel, NOW + n * HOUR, NOW + (n + 1) * HOUR, f"t{n}") for n in range(3)])


class Site:
    """A guide with providers whose feeds are served at the pace the test wants."""

    def __init__(self, guide: Guide, server: FeedServer) -> None:
        self.guide, self.server = guide, server
        self.running: list[subprocess.Popen[bytes]] = []
        self.gate = threading.Event()

    def provider(self, name: str, *, held: bool = False, **settings: Any) -> None:
        """With `held`, the server answers only after `let_go`."""

        def answer(handler: Any) -> None:
            self.gate.wait(30)
            handler.answer(200, body(name))

        path = f"/{name}.xml"
        url = self.server.behave(path, answer) if held else self.server.serve(path, body(name))
        self.guide.provider(name, **settings)
        changes = {"url": url, "private_addresses": "allow"}
        update_provider(self.guide.db, self.guide.vault, name, changes, now=NOON)

    def start(self, *arguments: str, **streams: Any) -> subprocess.Popen[bytes]:
        command = [
            sys.executable,
            "-m",
            "epg_ingest.cli",
            "--db",
            str(self.guide.path),
            "import",
            *arguments,
        ]
        streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **streams}
        process = subprocess.Popen(command, cwd=ROOT, **streams)
        self.running.append(process)
        return process

    def announced(self, *arguments: str) -> tuple[subprocess.Popen[bytes], dict[str, Any]]:
        process = self.start("--announce", "--no-wait", "--trigger", "api", *arguments)
        assert process.stdout is not None
        return process, json.loads(process.stdout.readline())

    def end(self, process: subprocess.Popen[bytes]) -> tuple[bytes, bytes]:
        """Let the downloads go on; what the process still says."""
        self.gate.set()
        return process.communicate(timeout=60)

    def log(self) -> list[tuple[int, str, str, str | None]]:
        rows = self.guide.rows("SELECT id, status, trigger, error_code FROM import_log ORDER BY id")
        return [(row["id"], row["status"], row["trigger"], row["error_code"]) for row in rows]


@pytest.fixture
def site(guide: Guide) -> Iterator[Site]:
    with FeedServer() as server:
        made = Site(guide, server)
        yield made
        made.gate.set()
        for process in made.running:
            process.kill()
            process.communicate()


def until(condition: Callable[[], object], seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "nothing happened in time"
        time.sleep(0.05)


def test_the_ids_come_first_and_nothing_after(site: Site) -> None:
    site.provider("slow", held=True, priority=1)
    site.provider("quick", priority=2)
    process, said = site.announced()
    assert said == {"imports": [{"id": 1, "provider": "slow"}, {"id": 2, "provider": "quick"}]}
    assert process.poll() is None
    assert process.stdout is not None and process.stdout.read() == b"", "closed at once"
    assert process.poll() is None
    assert site.log() == [(1, "running", "api", None), (2, "running", "api", None)]
    time.sleep(1.1)
    _, err = site.end(process)
    assert (process.returncode, err) == (0, b"")
    assert site.log() == [(1, "success", "api", None), (2, "success", "api", None)]
    first, second = site.guide.rows("SELECT started_at, programs_imported FROM import_log ORDER BY id")
    assert second["started_at"] > first["started_at"], "a row begins when its turn comes"
    assert first["programs_imported"] == second["programs_imported"] == 3


def test_the_import_outlives_whoever_started_it(site: Site) -> None:
    """Both pipes are broken before it fails and before it succeeds; it tells the log, and does not mind."""
    site.provider("slow", held=True, priority=1)
    site.provider("bad", priority=2)
    site.server.fail("/bad.xml", [404])
    site.provider("good", priority=3)
    process, _ = site.announced()
    assert process.stdout is not None and process.stderr is not None
    process.stdout.close()
    process.stderr.close()
    site.gate.set()
    assert process.wait(timeout=60) == 1
    assert [row[1] for row in site.log()] == ["success", "failed", "success"]


@pytest.mark.parametrize("closed", ["1", "2", "0 1 2"])
def test_streams_that_never_existed_are_not_given_to_the_database(site: Site, closed: str) -> None:
    site.provider("bad", priority=1)
    site.server.fail("/bad.xml", [404])
    site.provider("good", priority=2)
    shut = " ".join(f"{number}>&-" for number in closed.split())
    command = f'exec "$0" -m epg_ingest.cli --db "$1" import --announce {shut}'
    done = subprocess.run(
        ["sh", "-c", command, sys.executable, str(site.guide.path)], cwd=ROOT, timeout=60, check=False
    )
    assert done.returncode == 1
    assert [row[1] for row in site.log()] == ["failed", "success"]
    assert site.guide.db.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_nobody_reads_the_line(site: Site) -> None:
    site.provider("good")
    read, write = os.pipe()
    os.close(read)
    process = site.start("--announce", stdout=write, stderr=write)
    os.close(write)
    assert process.wait(timeout=60) == 0
    assert [row[1] for row in site.log()] == ["success"]


def test_a_second_import_is_told_that_it_is_one(site: Site) -> None:
    site.provider("slow", held=True)
    first, said = site.announced()
    assert said["imports"] == [{"id": 1, "provider": "slow"}]
    second, refused = site.announced()
    out, err = second.communicate(timeout=60)
    assert (second.returncode, out, err) == (1, b"", b"")
    assert refused["code"] == "busy" and refused["error"] and set(refused) == {"code", "error"}
    site.end(first)
    assert site.log() == [(1, "success", "api", None)]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [(["nobody"], "notfound"), (["fed"], "usage"), (["--json"], "usage"), (["--file", "x"], "usage")],
)
def test_wrong_usage_is_one_line_too(site: Site, arguments: list[str], code: str) -> None:
    site.guide.provider("fed")
    process, said = site.announced(*arguments)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out, err, said["code"]) == (2, b"", b"", code)
    assert site.log() == []


def test_a_kill_leaves_rows_that_the_next_import_closes(site: Site) -> None:
    site.provider("slow", held=True, priority=1)
    site.provider("quick", priority=2)
    process, _ = site.announced()
    process.send_signal(signal.SIGKILL)
    process.wait(timeout=30)
    assert [row[1] for row in site.log()] == ["running", "running"]
    process, said = site.announced("quick")
    site.end(process)
    assert said == {"imports": [{"id": 3, "provider": "quick"}]}
    assert [row[1:] for row in site.log()] == [
        ("failed", "api", "interrupted"),
        ("failed", "api", "interrupted"),
        ("success", "api", None),
    ]


def test_an_import_that_is_ended_closes_its_rows_itself(site: Site) -> None:
    site.provider("slow", held=True, priority=1)
    site.provider("quick", priority=2)
    process, _ = site.announced()
    until(lambda: site.server.hits)
    process.terminate()
    process.communicate(timeout=30)
    assert [(row[1], row[3]) for row in site.log()] == [("failed", "interrupted")] * 2


def test_a_provider_that_is_deleted_while_it_waits(site: Site) -> None:
    for number, name in enumerate(("slow", "doomed", "good")):
        site.provider(name, held=number == 0, priority=number)
    process, said = site.announced()
    assert [row["provider"] for row in said["imports"]] == ["slow", "doomed", "good"]
    remove_provider(site.guide.db, site.guide.vault, "doomed")
    _, err = site.end(process)
    assert (process.returncode, err) == (0, b"a provider was deleted before its import began\n")
    assert [row[:2] for row in site.log()] == [(1, "success"), (3, "success")]


def test_settings_changed_while_it_waits_are_those_used(site: Site) -> None:
    site.provider("slow", held=True, priority=1)
    site.provider("later", priority=2)
    process, _ = site.announced()
    changes = {"name": "renamed", "shift_minutes": 60}
    update_provider(site.guide.db, site.guide.vault, "later", changes, now=NOON)
    site.end(process)
    assert process.returncode == 0
    (first,) = site.guide.rows("SELECT min(start_time) AS t FROM programs WHERE provider_id = 2")
    (other,) = site.guide.rows("SELECT min(start_time) AS t FROM programs WHERE provider_id = 1")
    assert first["t"] > other["t"]


def test_a_provider_deleted_before_the_lock_was_free(guide: Guide) -> None:
    gone, stays = guide.provider("gone"), guide.provider("stays")
    remove_provider(guide.db, guide.vault, "gone")
    begun = begin_rows(guide.db, [gone, stays], "api", NOON)
    assert [(row, provider.name) for row, provider in begun] == [(1, "stays")]
    assert mark_interrupted(guide.db) == 1


def test_the_trigger_is_in_the_log(site: Site) -> None:
    site.provider("good")
    for arguments in ([], ["--trigger", "schedule"]):
        process = site.start(*arguments)
        out, _ = process.communicate(timeout=60)
        assert out.startswith(b"good: success")
    assert [row[2] for row in site.log()] == ["cli", "schedule"]
    assert get_provider(site.guide.db, "good").enabled


def test_readers_see_the_rows_before_the_first_download(site: Site) -> None:
    site.provider("slow", held=True)
    process, said = site.announced()
    conn = sqlite3.connect(f"file:{site.guide.path}?mode=ro", uri=True)
    (row,) = conn.execute("SELECT id, status, completed_at FROM import_log").fetchall()
    conn.close()
    assert row == (said["imports"][0]["id"], "running", None)
    site.end(process)
