"""A configuration that is lost deletes no more than the one of the last cleanup: the rule as a table, and the commands."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from epg_ingest.cli.app import App
from epg_ingest.cli.main import run
from epg_ingest.core.limits import Retention
from epg_ingest.settings.environment import settings_as_variables
from epg_ingest.settings.last_used import LastUsed, as_set, in_use, last_used
from epg_ingest.settings.settings import load

from tests.helpers.paths import PYTHONPATH
from tests.helpers.support import DAY, HOUR, NOON, Guide, feed, show

Epg = Callable[..., tuple[int, str, str]]
A_WEEK = Retention(7, 7, 30)
ALL_KEYS = {"retention.past_days", "retention.future_days", "retention.log_days", "archive.path"}
LAST = LastUsed(14, None, 90, archive=False)

RULE = {
    "before the first cleanup": (A_WEEK, None, set(), A_WEEK, 0),
    "all lost": (A_WEEK, LAST, set(), Retention(14, None, 90), 3),
    "all set": (A_WEEK, LAST, ALL_KEYS, A_WEEK, 0),
    "one lost": (A_WEEK, LAST, ALL_KEYS - {"retention.past_days"}, Retention(14, 7, 30), 1),
    "a default that keeps more": (A_WEEK, LastUsed(3, 0, 1, archive=False), set(), A_WEEK, 0),
    "the same": (A_WEEK, LastUsed(7, 7, 30, archive=False), set(), A_WEEK, 0),
    "none by setting": (Retention(None, None, None), LAST, ALL_KEYS, Retention(None, None, None), 0),
    "the archive lost": (A_WEEK, LastUsed(7, 7, 30, archive=True), set(), Retention(None, 7, 30), 1),
    "the archive switched off": (A_WEEK, LastUsed(7, 7, 30, archive=True), {"archive.path"}, A_WEEK, 0),
}


@pytest.mark.parametrize("case", RULE)
def test_which_retention_counts(case: str) -> None:
    present, last, given, kept, gone = RULE[case]
    found = in_use(present, last, given)
    assert (found.retention, len(found.gone)) == (kept, gone)
    again = in_use(present, last_used(found.noted.as_json()), given)
    assert again == found, "what is noted leads to the same the next time"


def test_what_is_noted() -> None:
    archived = Retention(1, None, 2, Path("/private"))
    assert as_set(archived).noted == LastUsed(1, None, 2, archive=True)
    assert "private" not in as_set(archived).noted.as_json()
    for text in (None, "", "[]", "{}", "7", '{"past_days": "x"}'):
        assert last_used(text) is None


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


def hours(first: int, last: int) -> bytes:
    return feed([show("c", NOON + h * HOUR, NOON + (h + 1) * HOUR, f"t {h}") for h in range(first, last)])


def span(guide: Guide) -> tuple[int, int]:
    """How many programmes have ended by `NOON`, and how many are to come."""
    (row,) = guide.rows(
        "SELECT sum(end_time <= '2026-11-22T12:00:00Z') AS ended, sum(start_time >= '2026-11-22T12:00:00Z') AS coming"
        " FROM airings"
    )
    return row["ended"], row["coming"]


@pytest.fixture
def kept(guide: Guide, epg: Epg) -> Path:
    """A guide of ten days before and after noon, and the configuration that keeps them."""
    file = Path("config.yaml")
    file.write_text("retention: {past_days: 10, future_days: 10}\n")
    Path("a.xml").write_bytes(hours(-240, 240))
    assert epg("import", "--file", "a.xml", "--provider", "p")[0] == 0
    assert span(guide) == (240, 240)
    return file


LOSSES: dict[str, Callable[[Path], object]] = {
    "missing": lambda file: file.unlink(),
    "empty": lambda file: file.write_text(""),
    "a comment": lambda file: file.write_text("# retention: {past_days: 10, future_days: 10}\n"),
    "without the part": lambda file: file.write_text("logging: {level: error}\n"),
    "with one key of the part": lambda file: file.write_text("retention: {log_days: 30}\n"),
}


@pytest.mark.parametrize("command", ["cleanup", "import", "import of a new feed"])
@pytest.mark.parametrize("loss", LOSSES)
def test_a_lost_setting_deletes_nothing_more(
    guide: Guide, epg: Epg, kept: Path, loss: str, command: str
) -> None:
    LOSSES[loss](kept)
    if command == "import of a new feed":
        Path("a.xml").write_bytes(hours(-240, 241))
    args = ("cleanup",) if command == "cleanup" else ("import", "--file", "a.xml", "--provider", "p")
    for _ in range(2):
        status, _, err = epg(*args, now=NOON + HOUR)
        said = "Warning: retention.past_days is 7 by default, but was 10 at the last cleanup, which still counts; "
        assert (status, err.count("Warning")) == (0, 1) and err.startswith(said)
        assert ("no configuration file" if loss == "missing" else "configuration file: config.yaml") in err
        assert "accept what is set now with: epg-ingest cleanup --yes" in err
        assert span(guide) == (239, 241 if command == "import of a new feed" else 240), "an hour has passed"


def test_the_operator_confirms(guide: Guide, epg: Epg, kept: Path) -> None:
    kept.unlink()
    said = epg("cleanup", "--dry-run")
    assert said[1] == "would delete 0 programmes\n" and "which still counts" in said[2]
    assert epg("cleanup", "--yes")[1].startswith("deleted 143 programmes")
    assert span(guide) == (168, 169)
    assert epg("cleanup")[2] == "" and epg("import", "--file", "a.xml", "--provider", "p")[2] == ""


def test_what_is_set_counts_at_once(guide: Guide, epg: Epg, kept: Path) -> None:
    kept.write_text("retention: {past_days: 8, future_days: 9}\n")
    status, _, err = epg("import", "--file", "a.xml", "--provider", "p")
    assert (status, "Warning" in err) == (0, False)
    assert span(guide) == (8 * 24, 9 * 24 + 1)


def test_logs_are_kept_too(guide: Guide, epg: Epg, kept: Path) -> None:
    kept.write_text("retention: {days: 10, log_days: 400}\n")
    epg("import", "--file", "a.xml", "--provider", "p")
    before = len(guide.rows("SELECT 1 FROM import_log"))
    kept.write_text("retention: {days: 10}\n")
    assert "retention.log_days is 30 by default, but was 400" in epg("cleanup", now=NOON + 5 * DAY)[2]
    assert len(guide.rows("SELECT 1 FROM import_log")) == before


def test_a_lost_archive_keeps_ended_programmes(guide: Guide, epg: Epg) -> None:
    pytest.importorskip("pyarrow")
    Path("config.yaml").write_text("archive: {path: old}\n")
    Path("a.xml").write_bytes(hours(-24 * 6, 24 * 6))
    assert epg("import", "--file", "a.xml", "--provider", "p")[0] == 0
    Path("config.yaml").unlink()
    status, out, err = epg("cleanup", now=NOON + 2 * DAY)
    assert status == 0 and out.startswith("deleted 0 programmes")
    assert "archive.path is not set, but was at the last cleanup: ended programmes are kept" in err
    Path("config.yaml").write_text("archive: {path: old}\n")
    status, out, err = epg("cleanup", now=NOON + 2 * DAY)
    assert out.startswith("deleted 24 programmes") and "archived 24" in out and err == ""
    shutil.rmtree("old")


#: a process of the command, at the moment of the guide
AT_NOON = f"""
import sys
from epg_ingest.cli.main import run
from epg_ingest.cli.app import App
App.now = property(lambda app: {NOON})
sys.exit(run(["cleanup", "--dry-run"]))
"""


def test_a_service_passes_on_what_is_only_a_default(guide: Guide, kept: Path) -> None:
    """The scheduler gives all its settings to the commands that it starts."""
    kept.unlink()
    settings = load(None, None, {"EPG_DB_PATH": str(guide.path), "EPG_RETENTION_PAST_DAYS": "3"})
    variables = settings_as_variables(settings)
    inner = load(None, None, variables)
    assert inner.given & ALL_KEYS == {"retention.past_days"}
    assert load(None, None, settings_as_variables(inner)).given & ALL_KEYS == {"retention.past_days"}
    done = subprocess.run(
        [sys.executable, "-c", AT_NOON], capture_output=True, text=True, timeout=60,
        env={**os.environ, **variables, "PYTHONPATH": PYTHONPATH}, cwd=guide.folder,
    )  # fmt: skip
    assert "retention.future_days is 7 by default, but was 10" in done.stderr
    assert "retention.past_days is" not in done.stderr
