"""The scheduler as a process, with real imports from a real server: what it does, misses, repeats, and how it ends."""

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
from contextlib import contextmanager
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest
from epg_ingest.core.errors import DatabaseError
from epg_ingest.core.times import iso
from epg_ingest.guide.providers import add_provider, update_provider
from epg_ingest.lineup_store.lineup_changes import add_lineup
from epg_ingest.pipeline.run import import_lock
from epg_ingest.scheduler.history import histories
from epg_ingest.scheduler.scheduler import only_one
from epg_ingest.scheduler.timetable import History

from tests.helpers.feedserver import FeedServer
from tests.helpers.paths import PYTHONPATH, ROOT
from tests.helpers.support import HOUR, Guide, feed, show

pytestmark = pytest.mark.slow


PROC = Path("/proc")
NOW = int(time.time())
#: seconds that are far from the next due moment
NEVER = 10_000_000
BODY = feed([show("one", NOW + n * HOUR, NOW + (n + 1) * HOUR, f"t{n}") for n in range(3)], [("one", "One")])


class Site:
    """A guide with providers of a feed server, and schedulers over it."""

    def __init__(self, folder: Path, feeds: FeedServer) -> None:
        self.guide, self.feeds, self.folder = Guide(folder), feeds, folder
        self.output = folder / "schedule.log"

    def add(self, name: str, url: str, **settings: Any) -> None:
        add_provider(
            self.guide.db, self.guide.vault, name, url, now=NOW, private_addresses="allow", **settings
        )

    def log(self, sql: str = "SELECT status FROM import_log ORDER BY id") -> list[Any]:
        return [row[0] for row in self.guide.db.execute(sql)]

    def lines(self) -> list[dict[str, Any]]:
        """All that was written to standard error, an object on each line; the last line may still be on its way."""
        whole = self.output.read_text().rpartition("\n")[0]
        return [json.loads(line) for line in whole.splitlines()]

    @contextmanager
    def scheduler(self, *command: str) -> Iterator[subprocess.Popen[bytes]]:
        """A scheduler until the end of the block; by default one that has nothing to do but what was missed."""
        script = ["-m", "tests.helpers.programs.schedule_process", str(self.guide.path), str(NEVER)]
        environ = {
            **os.environ,
            "PYTHONPATH": PYTHONPATH,
            "EPG_DOWNLOAD_RETRIES": "0",
            "TMPDIR": str(self.temporary),
        }
        with self.output.open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, *(command or script)], env=environ, stdout=log, stderr=log, cwd=self.folder
            )
        try:
            yield process
        finally:
            process.send_signal(signal.SIGCONT)
            process.terminate()
            assert process.wait(60) == 0

    @property
    def temporary(self) -> Path:
        (self.folder / "tmp").mkdir(exist_ok=True)
        return self.folder / "tmp"


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with FeedServer() as feeds:
        made = Site(tmp_path, feeds)
        yield made
        made.guide.close()


def wait_for(condition: Callable[[], object], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.05)


def descendants(pid: int) -> list[int]:
    found = [int(child) for path in PROC.glob(f"{pid}/task/*/children") for child in path.read_text().split()]
    return found + [grandchild for child in found for grandchild in descendants(child)]


def test_it_imports_what_was_missed_and_cleans_up(site: Site) -> None:
    site.add("uk", site.feeds.serve("/uk.xml", BODY))
    site.add("off", site.feeds.serve("/off.xml", BODY), enabled=False)
    old = feed([show("one", NOW - 30 * 24 * HOUR, NOW - 30 * 24 * HOUR + 60, "long ago")])
    site.guide.load("file", old)
    with site.scheduler():
        wait_for(lambda: site.guide.rows("SELECT 1 FROM programs WHERE title = 't1'"))
        wait_for(lambda: not site.guide.rows("SELECT 1 FROM programs WHERE title = 'long ago'"))
        time.sleep(1.5)  # several looks: nothing is due any more
    assert site.log("SELECT trigger FROM import_log ORDER BY id") == ["test", "schedule"]
    assert [hit.path for hit in site.feeds.hits] == ["/uk.xml"]


def test_line_ups_are_read_after_the_feeds(site: Site) -> None:
    """A list that fails is said in one line, and leaves its line-up as it was."""
    site.add("uk", site.feeds.serve("/uk.xml", BODY))
    listed = b'#EXTM3U\n#EXTINF:-1 tvg-id="one",One\nhttp://127.0.0.1/secret-stream\n'
    for name, body in (("home", listed), ("page", b"<html>log in</html>")):
        url = site.feeds.serve(f"/{name}.m3u?token=secret-token", body)
        add_lineup(site.guide.db, site.guide.vault, name, url, now=NOW, private_addresses="allow")
    log = "SELECT l.name || ' ' || r.status || ' ' || r.trigger FROM lineup_refreshes r JOIN lineups l ON l.id = r.lineup_id"
    with site.scheduler():
        wait_for(lambda: len(site.log(log)) == 2)
        wait_for(lambda: [line for line in site.lines() if "web page" in line["message"]])
    assert sorted(site.log(log)) == ["home success schedule", "page failed schedule"]
    assert [row["channel"] for row in site.guide.rows("SELECT name AS channel FROM lineup_channels")] == [
        "One"
    ]
    (said,) = [line["message"] for line in site.lines() if "web page" in line["message"]]
    assert "page: " in said and "secret" not in site.output.read_text()


def before_noon() -> str:
    """A zone in which it is about eleven now: the next run is on the same day, whenever the test runs."""
    hours = 11 - datetime.fromtimestamp(NOW, timezone.utc).hour
    return f"Etc/GMT{-hours:+d}"  # of these names, those with a plus are behind UTC


def test_a_new_schedule_takes_effect_while_it_runs(site: Site) -> None:
    """What is due next is stored for pages and `/health`. A log row from the future, of a wrong clock, counts for nothing."""
    site.add("uk", site.feeds.serve("/uk.xml", BODY))
    for started in (iso(NOW - 7 * HOUR), "2099-01-01T00:00:00Z"):
        site.guide.db.execute(
            "INSERT INTO import_log (provider_id, started_at, completed_at, status, trigger)"
            " VALUES (1, :at, :at, 'success', 'cli')",
            {"at": started},
        )
    plan = "SELECT p.name || ' ' || n.reason FROM import_plan n JOIN providers p ON p.id = n.provider_id"
    with site.scheduler():
        wait_for(lambda: site.log(plan) == ["uk schedule"])
        assert site.feeds.hits == []
        update_provider(
            site.guide.db,
            site.guide.vault,
            "uk",
            {"schedule": "1h", "schedule_timezone": before_noon()},
            now=NOW,
        )
        wait_for(lambda: "schedule" in site.log("SELECT trigger FROM import_log ORDER BY id"))
        wait_for(lambda: site.log(plan) == ["uk schedule"])
        (due,) = site.log("SELECT next_at FROM import_plan")
        assert iso(NOW) < due <= iso(NOW + 2 * HOUR)
        update_provider(site.guide.db, site.guide.vault, "uk", {"downloads_per_day": 1}, now=NOW)
        wait_for(lambda: site.log(plan) == ["uk quota"])
    assert len(site.feeds.hits) == 1


def test_it_says_what_an_import_did(site: Site) -> None:
    site.add("uk", site.feeds.serve("/uk.xml", BODY))
    with site.scheduler():
        # The line comes after the row of the log, and a stop in between would end the import before it is said.
        wait_for(lambda: [line for line in site.lines() if "new" in line])
    (row,) = [line for line in site.lines() if "new" in line]
    assert {key: row[key] for key in ("provider", "status", "new", "updated", "removed", "problems", "level")} == {
        "provider": "uk", "status": "success", "new": 3, "updated": 0, "removed": 0, "problems": 0, "level": "info",
    }  # fmt: skip
    assert row["seconds"] >= 0


def test_what_fails_is_tried_again_until_it_works(site: Site) -> None:
    site.add("bad", site.feeds.fail("/bad.xml", [500, 404, BODY]))
    site.add("uk", site.feeds.serve("/uk.xml", BODY))
    with site.scheduler():
        # Two failures and a success: the line of an import comes after its row.
        wait_for(lambda: len([line for line in site.lines() if line.get("provider") == "bad"]) == 3)
        time.sleep(1.5)  # several looks: nothing is due any more
    found = site.guide.rows(
        "SELECT p.name, l.status, l.started_at FROM import_log l JOIN providers p ON p.id = l.provider_id ORDER BY l.id"
    )
    assert sorted((row["name"], row["status"]) for row in found[:2]) == [("bad", "failed"), ("uk", "success")]
    assert [(row["name"], row["status"]) for row in found[2:]] == [("bad", "failed"), ("bad", "success")]
    assert (
        len([line for line in site.lines() if line.get("provider") == "bad" and line["level"] == "error"])
        == 2
    )


def test_every_due_moment_has_one_run_and_a_pause_is_made_up_for_by_one(site: Site) -> None:
    seconds = 4  # an import takes one
    site.add("uk", site.feeds.serve("/uk.xml", BODY))
    script = ["-m", "tests.helpers.programs.schedule_process", str(site.guide.path), str(seconds)]
    moments = "SELECT CAST(strftime('%s', started_at) AS INTEGER) FROM import_log ORDER BY id"
    with site.scheduler(*script) as process:
        wait_for(lambda: len(site.log()) == 2 and "running" not in site.log())
        process.send_signal(signal.SIGSTOP)
        stopped = time.time()
        time.sleep(2.5 * seconds)
        process.send_signal(signal.SIGCONT)
        woken = time.time()
        wait_for(lambda: len(site.log()) == 4 and "running" not in site.log())
    found = site.log(moments)
    assert not [moment for moment in found if stopped + 1 < moment < woken - 1]
    assert found[2] <= woken + 3
    windows = [moment // seconds for moment in found]
    assert len(set(windows)) == len(windows)


def test_a_stop_in_mid_import_is_clean(site: Site) -> None:
    site.add("uk", site.feeds.serve("/uk.xml", BODY))
    site.guide.load("before", BODY)
    before = site.guide.shown()
    gate = threading.Event()
    site.add("slow", site.feeds.behave("/slow.xml", lambda handler: gate.wait(60)), priority=1)
    try:
        with site.scheduler() as process:
            wait_for(lambda: site.feeds.requests("/slow.xml"))
            children = descendants(process.pid)
            assert children
            begun = time.monotonic()
            process.terminate()
            assert process.wait(20) == 0
            assert time.monotonic() - begun < 10
    finally:
        gate.set()
    assert not [pid for pid in children if (PROC / str(pid)).exists()]
    assert "running" not in site.log()
    assert site.log("SELECT error_code FROM import_log WHERE trigger = 'schedule'") == ["interrupted"] * 2
    assert site.guide.shown() == before
    assert not list(site.temporary.iterdir())
    with import_lock(site.guide.path, wait=False):
        assert site.guide.db.execute("PRAGMA integrity_check").fetchone() == ("ok",)


#: a look in which the stop comes, and after which there is a new job to set
STOPPED_IN_A_LOOK = """
import os, signal, sys, threading, time
from pathlib import Path
from epg_ingest.scheduler.runner import Runner
from epg_ingest.scheduler.scheduler import Scheduler
from tests.helpers.programs.schedule_process import Every

class Moving(Every):
    looks = 0

    def next(self, now):
        Moving.looks += 1
        if threading.current_thread() is not threading.main_thread():
            os.kill(os.getpid(), signal.SIGTERM)
            time.sleep(1)
        return int(now) + 1000 * Moving.looks

Scheduler(Path(sys.argv[1]), Moving(1000), Runner({}), look=0.05).run()
print("ended")
"""


def test_a_stop_during_a_look_is_not_waited_for_in_vain(site: Site) -> None:
    command = [sys.executable, "-c", STOPPED_IN_A_LOOK, str(site.guide.path)]
    environ = {**os.environ, "PYTHONPATH": PYTHONPATH}
    done = subprocess.run(command, env=environ, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout, done.stderr) == (0, "ended\n", "")


def test_it_waits_for_an_import_of_somebody_else(site: Site) -> None:
    site.add("uk", site.feeds.serve("/uk.xml", BODY))
    with import_lock(site.guide.path, wait=False), site.scheduler():
        wait_for(lambda: any("another import is running" in line["message"] for line in site.lines()))
        time.sleep(2)
    assert len([line for line in site.lines() if line["message"].startswith("importing")]) == 1
    assert site.log() == []


def test_a_run_that_leads_nowhere_is_not_repeated_at_once(site: Site) -> None:
    site.add("uk", site.feeds.serve("/uk.xml", BODY))
    conn = sqlite3.connect(site.guide.path, isolation_level=None)
    conn.execute(
        "CREATE TRIGGER broken BEFORE INSERT ON import_log BEGIN SELECT raise(ABORT, 'disk I/O error'); END"
    )
    with site.scheduler():
        wait_for(lambda: len([1 for line in site.lines() if "trying again in" in line["message"]]) == 2)
    conn.execute("DROP TRIGGER broken")
    conn.close()
    pauses = [
        line["message"].rpartition("in ")[2] for line in site.lines() if "trying again" in line["message"]
    ]
    assert pauses[:2] == ["1 seconds", "2 seconds"]


def test_the_command_runs_stops_and_is_alone(site: Site) -> None:
    site.add("uk", site.feeds.serve("/uk.xml", BODY))
    command = ["-m", "epg_ingest.cli", "--db", str(site.guide.path), "--log-format", "json", "schedule"]
    with site.scheduler(*command):
        wait_for(lambda: site.log() == ["success"])
        second = subprocess.run(
            [sys.executable, *command[:4], "schedule"], cwd=ROOT, capture_output=True, text=True, timeout=60
        )
        assert (second.returncode, second.stdout) == (1, "")
        assert second.stderr == (
            f"Error: another scheduler runs for {site.guide.path}; stop it first, or leave the schedule to it\n"
        )
        # The row of the import says success a moment before its process has ended.
        wait_for(lambda: any(line["message"].startswith("next at") for line in site.lines()))
    assert site.lines()[-1]["message"] == "stopping"


@pytest.mark.parametrize(
    ("environ", "status", "message"),
    [
        (
            {"EPG_ROLE": "replica"},
            2,
            "a replica does not import: run the schedule where EPG_ROLE is not replica",
        ),
        ({"EPG_DATABASE_PATH": "none.db"}, 2, "there is no database none.db; make one with: epg-ingest init"),
        ({"EPG_SCHEDULER_TIMEZONE": "Mars/Olympus"}, 2, "EPG_SCHEDULER_TIMEZONE: scheduler.timezone must be"),
    ],
)
def test_what_keeps_it_from_starting_is_one_line(
    tmp_path: Path, environ: dict[str, Any], status: int, message: str
) -> None:
    environ = {**os.environ, "PYTHONPATH": PYTHONPATH, **environ}
    done = subprocess.run(
        [sys.executable, "-m", "epg_ingest.cli", "schedule"],
        cwd=tmp_path, env=environ, capture_output=True, text=True, timeout=60
    )  # fmt: skip
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (status, "", 1)
    assert message in done.stderr


def test_no_two_schedulers_for_one_database(tmp_path: Path) -> None:
    with only_one(tmp_path / "epg.db"):
        with pytest.raises(DatabaseError, match="another scheduler runs"), only_one(tmp_path / "epg.db"):
            raise AssertionError
        with only_one(tmp_path / "other.db"):
            pass
    with only_one(tmp_path / "epg.db"):
        pass


def test_what_the_import_log_says(site: Site) -> None:
    for name, priority in (
        ("good", 1),
        ("failed", 2),
        ("mended", 3),
        ("running", 4),
        ("never", 0),
        ("earlier", 5),
    ):
        site.add(name, f"http://127.0.0.1:9/{name}", priority=priority)
    site.guide.provider("no url")
    site.add("disabled", "http://127.0.0.1:9/x", enabled=False)
    ids = {name: number for number, name in site.guide.db.execute("SELECT id, name FROM providers")}
    written = [
        ("good", "10:00", "success"), ("failed", "10:00", "failed"), ("failed", "10:20", "failed"),
        ("mended", "10:00", "failed"), ("mended", "10:10", "partial"), ("running", "10:30", "running"),
        ("earlier", "02:00", "success"), ("failed", "02:00", "failed"), ("disabled", "10:00", "failed"),
    ]  # fmt: skip
    for name, at, status in written:
        ended = None if status == "running" else f"2026-11-22T{at}:30Z"
        site.guide.db.execute(
            "INSERT INTO import_log (provider_id, started_at, completed_at, status, trigger) VALUES (?, ?, ?, ?, 'cli')",
            [ids[name], f"2026-11-22T{at}:00Z", ended, status],
        )
    since = 1_795_316_400  # 2026-11-22T03:00:00Z
    assert histories(site.guide.path, since) == [
        History("never"),
        History("good", True, 0, since + 7 * HOUR + 30),
        History("failed", False, 2, since + 7 * HOUR + 1230),
        History("mended", True, 0, since + 7 * HOUR + 630),
        History("running", False, 1, since + 7 * HOUR + 1800),
        History("earlier"),
    ]
