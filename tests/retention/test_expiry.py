"""A wrong clock and settings that were not found delete nothing: the decision as a table, and what the commands make of it."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from epg_ingest.cli.app import App
from epg_ingest.cli.main import run
from epg_ingest.core.limits import Retention
from epg_ingest.core.times import from_iso
from epg_ingest.expiry import LEAST, RELEASED, CleanupEvidence, evidence, last_good_import, objection
from epg_ingest.retention import cleanup

from tests.helpers.paths import PYTHONPATH
from tests.helpers.support import DAY, HOUR, NOON, Guide, feed, show

pytestmark = pytest.mark.slow

Epg = Callable[..., tuple[int, str, str]]
WEEK = Retention(7, 7, 30)

DECISIONS = {
    "nothing to delete": (CleanupEvidence(NOON, NOON), ""),
    "before the first import": (CleanupEvidence(NOON, None), ""),
    "few": (CleanupEvidence(NOON, NOON, LEAST, LEAST, LEAST, False), ""),
    "half": (CleanupEvidence(NOON, NOON, 200, 100, 100), ""),
    "more than half, by other settings": (CleanupEvidence(NOON, NOON, 200, 101, 101), "settings would delete 101 of"),
    "more than half, because time has passed": (CleanupEvidence(NOON, NOON - 40 * DAY, 200, 150, 10), ""),
    "nearly all, because time has passed, and nothing is to come": (
        CleanupEvidence(NOON, NOON - 40 * DAY, 200, 200, 10, False), "none left that is still to come",
    ),
    "a clock without a battery": (CleanupEvidence(0, NOON), "says 1970-01-01T00:00:00Z, when this program was not made yet"),
    "a clock that starts in 2000": (CleanupEvidence(from_iso("2000-01-01T00:00:09Z"), None), "was not made yet"),
    "a second before the release": (CleanupEvidence(RELEASED - 1, None), "was not made yet"),
    "at the release": (CleanupEvidence(RELEASED, None), ""),
    "a day before the newest import": (CleanupEvidence(NOON - DAY, NOON), ""),
    "more than a day before it": (CleanupEvidence(NOON - DAY - 1, NOON), "but an import began at 2026-11-22T12:00:00Z"),
}  # fmt: skip


@pytest.mark.parametrize("case", DECISIONS)
def test_when_a_cleanup_is_refused(case: str) -> None:
    found, reason = DECISIONS[case]
    said = objection(found)
    assert (reason in said) if reason else said == ""


def hours(first: int, last: int) -> bytes:
    """A programme each hour."""
    return feed([show("c", NOON + h * HOUR, NOON + (h + 1) * HOUR, f"t {h}") for h in range(first, last)])


def test_the_evidence_is_counted(guide: Guide) -> None:
    guide.load("p", hours(-24 * 20, 24 * 10))
    found = evidence(guide.db.conn, WEEK, NOON, last_good_import(guide.db.conn))
    old, far = 13 * 24, 3 * 24 - 1
    assert found == CleanupEvidence(NOON, NOON, 720, old + far, old + far, True)
    later = evidence(guide.db.conn, WEEK, NOON + 3 * DAY, last_good_import(guide.db.conn))
    assert (later.due, later.sudden, later.to_come) == (16 * 24, 13 * 24, True)
    assert not evidence(guide.db.conn, WEEK, NOON + 400 * DAY, NOON).to_come


@pytest.fixture
def epg(guide: Guide, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Epg:
    """Run a command at a moment: exit status, standard output, standard error."""
    monkeypatch.chdir(guide.folder)
    for name in [name for name in os.environ if name.startswith("EPG_")]:
        monkeypatch.delenv(name)

    def call(*args: object, now: int = NOON) -> tuple[int, str, str]:
        monkeypatch.setattr(App, "now", property(lambda app: now))
        capsys.readouterr()
        status = run([str(arg) for arg in args])
        return (status, *capsys.readouterr())

    return call


def count(guide: Guide) -> int:
    return int(guide.db.execute("SELECT count(*) FROM airings").fetchone()[0])


@pytest.fixture
def year(guide: Guide, epg: Epg, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A guide of 100 days that was imported with EPG_RETENTION_DAYS=none; returns its feed."""
    file = guide.folder / "year.xml"
    file.write_bytes(hours(-24 * 80, 24 * 20))
    monkeypatch.setenv("EPG_RETENTION_DAYS", "none")
    assert epg("import", "--file", file, "--provider", "p")[0] == 0
    monkeypatch.delenv("EPG_RETENTION_DAYS")
    assert count(guide) == 2400
    return file


@pytest.mark.parametrize("changed", [False, True])
def test_a_setting_that_was_not_found_deletes_nothing(
    guide: Guide, epg: Epg, year: Path, changed: bool
) -> None:
    if changed:
        year.write_bytes(hours(-24 * 80, 24 * 20 + 5))
    status, out, err = epg("import", "--file", year, "--provider", "p", now=NOON + 60)
    assert status == 0 and out.startswith("p: success")
    assert count(guide) >= 2400
    assert "Warning: the retention settings would delete " in err and f"of {count(guide):,} programmes" in err
    assert "retention.past_days is 7 by default" in err
    assert err.rstrip().endswith("nothing was deleted; if this is right: epg-ingest cleanup --yes")


def test_cleanup_refuses_until_it_is_meant(guide: Guide, epg: Epg, year: Path) -> None:
    status, out, err = epg("cleanup", now=NOON + 60)
    assert (status, out, err.count("\n"), count(guide)) == (2, "", 1, 2400)
    said = epg("cleanup", "--dry-run", now=NOON + 60)[1]
    assert said.startswith("would delete 2,0") and "the retention settings would delete" in said
    assert json.loads(epg("cleanup", "--dry-run", "--json", now=NOON + 60)[1])["refused"]
    assert count(guide) == 2400
    status, out, _ = epg("cleanup", "--yes", now=NOON + 60)
    assert (status, out.startswith("deleted 2,0")) == (0, True)
    assert epg("cleanup", now=NOON + 120)[:2] == (0, epg("cleanup", now=NOON + 120)[1])


def test_less_than_half_goes_unasked_and_is_told(guide: Guide, epg: Epg) -> None:
    file = guide.folder / "a.xml"
    file.write_bytes(hours(-24 * 6, 24 * 7))
    epg("import", "--file", file, "--provider", "p")
    before = count(guide)
    file.write_bytes(hours(24, 24 * 10))
    status, _, err = epg("import", "--file", file, "--provider", "p", now=NOON + 3 * DAY)
    gone = 24 * 2
    assert (status, err) == (0, f"cleanup: deleted {gone} programmes outside the retention window\n")
    assert count(guide) > before - gone


def test_a_guide_that_was_left_alone_for_weeks_cleans_itself(guide: Guide, epg: Epg) -> None:
    file = guide.folder / "a.xml"
    file.write_bytes(hours(-24 * 6, 24 * 7))
    epg("import", "--file", file, "--provider", "p")
    file.write_bytes(hours(24 * 40, 24 * 45))
    status, _, err = epg("import", "--file", file, "--provider", "p", now=NOON + 40 * DAY)
    assert (status, "Warning" in err, "cleanup: deleted 312 programmes" in err) == (0, False, True)
    assert count(guide) == 5 * 24


@pytest.mark.parametrize("moment", ["1970-01-01T00:00:30Z", "2000-01-01T00:01:00Z", "2026-11-20T00:00:00Z"])
@pytest.mark.parametrize("new", ["same", "changed", "bad", "none"])
def test_a_clock_that_is_behind_deletes_nothing(guide: Guide, epg: Epg, moment: str, new: str) -> None:
    file = guide.folder / "a.xml"
    file.write_bytes(hours(-24 * 6, 24 * 7))
    epg("import", "--file", file, "--provider", "p")
    before = count(guide)
    now = from_iso(moment)
    if new == "none":
        status, _, err = epg("cleanup", now=now)
        assert status == 2 and "nothing was deleted" in err
    else:
        if new != "same":
            file.write_bytes(b"<html>" if new == "bad" else hours(0, 24 * 7).replace(b"t 9<", b"nine<"))
        status, _, err = epg("import", "--file", file, "--provider", "p", now=now)
        assert status == (1 if new == "bad" else 0)
        assert err.count("the clock of this machine says") == (0 if new == "bad" else 1), err
    assert count(guide) == before
    assert (guide.rows("SELECT 1 FROM programs WHERE title = 'nine'") != []) == (new == "changed")
    status, _, err = epg("import", "--file", file, "--provider", "p", now=NOON + HOUR)
    assert (status, "Warning" in err) == (1 if new == "bad" else 0, False), err


@pytest.mark.parametrize("new", ["same", "bad", "none"])
def test_a_clock_that_is_ahead_deletes_nothing(guide: Guide, epg: Epg, new: str) -> None:
    file = guide.folder / "a.xml"
    file.write_bytes(hours(-24 * 6, 24 * 7))
    epg("import", "--file", file, "--provider", "p")
    before, now = count(guide), NOON + 4000 * DAY
    if new == "bad":
        file.write_bytes(b"<html>")
    err = (
        epg("cleanup", now=now)[2]
        if new == "none"
        else epg("import", "--file", file, "--provider", "p", now=now)[2]
    )
    assert count(guide) == before, err
    file.write_bytes(hours(-24 * 5, 24 * 7))
    status, _, err = epg("import", "--file", file, "--provider", "p", now=NOON + HOUR)
    assert status == 0 and count(guide) >= before - 24
    assert "Warning" not in err
    assert epg("cleanup", now=NOON + HOUR)[0] == 0, "no log row is of that time"


def test_a_failed_import_deletes_nothing(guide: Guide, epg: Epg) -> None:
    file = guide.folder / "a.xml"
    file.write_bytes(hours(-24 * 6, 24 * 7))
    epg("import", "--file", file, "--provider", "p")
    before = count(guide)
    file.write_bytes(b"<html>not here</html>")
    assert epg("import", "--file", file, "--provider", "p", now=NOON + 3 * DAY)[0] == 1
    assert count(guide) == before


@pytest.mark.parametrize(("answer", "kept"), [(b"n\n", True), (b"\n", True), (b"y\n", False)])
@pytest.mark.parametrize(
    "command", [["cleanup"], ["import", "--file", "year.xml", "--provider", "p"]], ids=" ".join
)
def test_on_a_terminal_it_asks(
    guide: Guide, tmp_path: Path, command: list[str], answer: bytes, kept: bool
) -> None:
    now = int(time.time())
    shows = [show("c", now + h * HOUR, now + (h + 1) * HOUR, f"t {h}") for h in range(-24 * 80, 24 * 3)]
    guide.load("p", feed(shows), now=now - 60)
    (guide.folder / "year.xml").write_bytes(feed(shows))
    before = count(guide)
    terminal, theirs = pty.openpty()
    os.write(terminal, answer)
    environ = {**os.environ, "PYTHONPATH": PYTHONPATH, "TERM": "dumb"}
    done = subprocess.run(
        [sys.executable, "-m", "epg_ingest.cli", *command], cwd=guide.folder, env=environ, stdin=theirs,
        capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    os.close(terminal)
    os.close(theirs)
    assert "Delete all the same? [y/N]" in done.stderr
    assert (count(guide) == before) == kept, done.stderr
    if command == ["cleanup"]:
        assert (done.returncode, done.stderr.endswith(": nothing was changed\n")) == (int(kept), kept)
    else:
        assert done.returncode == 0, "the import itself is done, whatever becomes of the cleanup"


@pytest.mark.parametrize("moment", ["1970-01-01T00:00:30Z", "2000-01-01T00:01:00Z"])
def test_code_that_asks_nobody_believes_no_wrong_clock_either(
    guide: Guide, moment: str, caplog: pytest.LogCaptureFixture
) -> None:
    guide.load("p", hours(-24 * 6, 24 * 7))
    before = count(guide)
    assert cleanup(guide.db, Retention(0, 0, 0), from_iso(moment)).programs == 0
    assert count(guide) == before and "nothing is deleted: the clock of this machine says" in caplog.text
