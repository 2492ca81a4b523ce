"""Ended programmes in monthly Parquet files: idempotent, compared before rows are deleted, readable by DuckDB."""

from __future__ import annotations

import importlib
import logging
import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from epg_ingest.archive.archive import archive
from epg_ingest.cli.main import run
from epg_ingest.core.errors import DatabaseError, UsageError
from epg_ingest.core.limits import Retention
from epg_ingest.core.times import from_iso, iso
from epg_ingest.retention import cleanup
from epg_ingest.storage.database import open_database

from tests.helpers.guide_rows import update_programme
from tests.helpers.paths import PYTHONPATH, ROOT
from tests.helpers.support import HOUR, NOON, Guide, feed, show

pytestmark = pytest.mark.slow

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa
    import pyarrow.parquet as pq

DAY = 24 * HOUR


@pytest.fixture(scope="module", autouse=True)
def libraries() -> None:
    """DuckDB and pyarrow, loaded when the first of these tests runs: not each process of a run has one of them to run."""
    load = importlib.import_module if os.environ.get("EPG_REQUIRE_ALL") else pytest.importorskip
    globals().update(duckdb=load("duckdb"), pa=load("pyarrow"), pq=load("pyarrow.parquet"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "archive"


def hours(*starts: int, channel: str = "one", word: str = "Show", inner: str = "") -> list[str]:
    """Programmes of an hour, so many hours after noon."""
    return [show(channel, NOON + h * HOUR, NOON + (h + 1) * HOUR, f"{word} {h}", inner) for h in starts]


def archived(folder: Path) -> list[tuple[Any, ...]]:
    """What the archive holds: channel, provider, start, title."""
    found = duckdb.sql(
        f"SELECT channel, provider, start_time, title FROM '{folder}/programs-*.parquet' ORDER BY ALL"
    )
    return [(c, p, t.strftime("%Y-%m-%dT%H:%M:%SZ"), title) for c, p, t, title in found.fetchall()]


def present(guide: Guide) -> list[tuple[Any, ...]]:
    return guide.db.execute(
        "SELECT c.name, v.name, start_time, title FROM programs p JOIN channels c ON c.id = channel_id"
        " JOIN providers v ON v.id = provider_id ORDER BY 1, 2, 3, 4"
    ).fetchall()


def window(folder: Path, past: int = 1) -> Retention:
    return Retention(past, None, None, folder)


RICH = (
    "<sub-title>Sub</sub-title><desc>Words &amp; more</desc><credits><actor>Ann</actor><actor>Bob</actor></credits>"
    "<category>News</category><category>Weather</category><episode-num system='xmltv_ns'>1.2.</episode-num><new/>"
)


def test_what_cleanup_deletes_is_in_the_archive_and_nothing_else(guide: Guide, folder: Path) -> None:
    guide.load("p", feed([*hours(*range(-72, 3)), *hours(*range(-72, 3), channel="two")]))
    before = present(guide)
    counts = cleanup(guide.db, window(folder), NOON)
    kept = present(guide)
    assert (counts.programs, counts.archived, counts.archive_error) == (96, 96, None)
    assert sorted(archived(folder) + kept) == before
    assert {name for name in os.listdir(folder) if name != ".archive.lock"} == {"programs-2026-11.parquet"}
    assert cleanup(guide.db, window(folder), NOON).archived == 0


def test_months_are_those_of_the_start_in_utc(guide: Guide, folder: Path) -> None:
    at = from_iso("2026-10-31T23:30:00Z")
    guide.load("p", feed([show("one", at, at + HOUR, "over"), show("one", at + HOUR, at + 2 * HOUR, "next")]))
    done = archive(guide.db.conn, folder, iso(NOON))
    assert (done.programmes, done.files) == (2, ["programs-2026-10.parquet", "programs-2026-11.parquet"])
    assert pq.read_table(folder / "programs-2026-10.parquet")["title"].to_pylist() == ["over"]


def test_every_column_comes_back_typed(guide: Guide, folder: Path) -> None:
    guide.load("p", feed(hours(-5, inner=RICH)))
    archive(guide.db.conn, folder, iso(NOON))
    (row,) = pq.read_table(folder / "programs-2026-11.parquet").to_pylist()
    (stored,) = guide.rows()
    assert set(row) == set(stored) - {
        "content_id",
        "genre",
        "genre_source",
        "series_id",
        "episode_id",
        "showing",
        "showing_reason",
    } | {
        "channel",
        "display_name",
        "number",
        "provider",
        "shown",
    }
    assert row["start_time"] == datetime(2026, 11, 22, 7) and row["end_time"] == datetime(2026, 11, 22, 8)
    assert (row["category"], row["actors"], row["directors"]) == (["News", "Weather"], ["Ann", "Bob"], [])
    assert (row["season"], row["episode"], row["is_new"], row["shown"], row["provider"]) == (
        2,
        3,
        True,
        True,
        "p",
    )
    for name in ("details", "title", "subtitle", "description", "content_hash", "id", "end_source"):
        assert row[name] == stored[name]
    metadata = pq.ParquetFile(folder / "programs-2026-11.parquet").metadata
    assert metadata.row_group(0).column(0).compression == "ZSTD"


def test_rows_that_others_hide_say_so(guide: Guide, folder: Path) -> None:
    guide.load("best", feed(hours(-5)), priority=1)
    guide.load("worse", feed(hours(-5, -4, word="Other")), priority=2)
    archive(guide.db.conn, folder, iso(NOON))
    found = duckdb.sql(f"SELECT title, shown FROM '{folder}/*.parquet' ORDER BY 1").fetchall()
    assert found == [("Other -4", True), ("Other -5", False), ("Show -5", True)]


def test_running_twice_gives_no_duplicates_and_the_newest_version(guide: Guide, folder: Path) -> None:
    guide.load("p", feed(hours(-5, -4, -3)))
    archive(guide.db.conn, folder, iso(NOON))
    first = archived(folder)
    archive(guide.db.conn, folder, iso(NOON))
    assert archived(folder) == first
    guide.load("p", feed([*hours(-5, -3), *hours(-4, word="Corrected")]), now=NOON + 60)
    archive(guide.db.conn, folder, iso(NOON))
    assert [title for *_, title in archived(folder)] == ["Show -5", "Corrected -4", "Show -3"]


def test_a_renamed_channel_gives_no_duplicates(guide: Guide, folder: Path) -> None:
    guide.load("p", feed(hours(-5, -4)))
    archive(guide.db.conn, folder, iso(NOON))
    guide.db.execute("UPDATE channels SET name = 'new.name'")
    archive(guide.db.conn, folder, iso(NOON))
    assert [(channel, title) for channel, _, _, title in archived(folder)] == [
        ("new.name", "Show -5"),
        ("new.name", "Show -4"),
    ]


def test_a_database_made_anew_replaces_its_rows_by_name_and_start(
    guide: Guide, folder: Path, tmp_path: Path
) -> None:
    guide.load("p", feed(hours(-6, -5, -4)))
    archive(guide.db.conn, folder, iso(NOON))
    (tmp_path / "again").mkdir()
    again = Guide(tmp_path / "again")
    again.load(
        "p", feed([*hours(-4, -5, channel="one", word="Again"), *hours(-9, channel="zero")]), now=NOON + 60
    )
    archive(again.db.conn, folder, iso(NOON))
    again.close()
    assert [(c, title) for c, _, _, title in archived(folder)] == [
        ("one", "Show -6"),
        ("one", "Again -5"),
        ("one", "Again -4"),
        ("zero", "Show -9"),
    ]


def test_an_older_version_does_not_replace_a_newer_one(guide: Guide, folder: Path) -> None:
    """As after the restore of a backup."""
    guide.load("p", feed(hours(-5, -4)), now=NOON)
    old = [tuple(row) for row in guide.db.execute("SELECT id, title, updated_at FROM programs")]
    guide.load("p", feed(hours(-5, -4, word="Newer")), now=NOON + 60)
    archive(guide.db.conn, folder, iso(NOON))
    for identifier, title, moment in old:
        update_programme(guide.db.conn, identifier, title=title)
        guide.db.execute("UPDATE airings SET updated_at = ? WHERE id = ?", [moment, identifier])
    counts = cleanup(guide.db, window(folder, 0), NOON)
    assert (counts.programs, [title for *_, title in archived(folder)]) == (2, ["Newer -5", "Newer -4"])


def test_programmes_to_come_are_deleted_without_the_archive(guide: Guide, folder: Path) -> None:
    guide.load("p", feed(hours(1, 300)))
    counts = cleanup(guide.db, Retention(7, 7, None, folder), NOON)
    assert (counts.programs, counts.archived, folder.exists()) == (1, 0, False)


def test_a_change_between_archive_and_deletion_keeps_the_row(guide: Guide, folder: Path) -> None:
    from epg_ingest import retention

    guide.load("p", feed(hours(-50, -49)))
    counts = retention.CleanupCounts()
    retention._archive(guide.db.conn, window(folder), NOON, counts)
    guide.load("p", feed([*hours(-50), *hours(-49, word="Late")]), now=NOON + 60)
    assert retention._delete_programs(guide.db, window(folder), NOON) == 1
    assert [title for *_, title in present(guide)] == ["Late -49"]
    cleanup(guide.db, window(folder), NOON)
    assert (present(guide), [title for *_, title in archived(folder)]) == ([], ["Show -50", "Late -49"])


BROKEN = {
    "a file that is no Parquet": lambda folder: (folder / "programs-2026-11.parquet").write_bytes(b"x" * 500),
    "a folder in its place": lambda folder: (folder / "programs-2026-11.parquet").mkdir(),
    "a file of somebody else": lambda folder: pq.write_table(
        pa.table({"a": [1]}), folder / "programs-2026-11.parquet"
    ),
}


@pytest.mark.parametrize("case", BROKEN)
def test_what_could_not_be_archived_is_kept(
    guide: Guide, folder: Path, case: str, caplog: pytest.LogCaptureFixture
) -> None:
    folder.mkdir()
    BROKEN[case](folder)
    at = from_iso("2026-10-10T10:00:00Z")
    guide.load("p", feed([show("one", at, at + HOUR, "October"), *hours(-50, -1)]))
    with caplog.at_level(logging.ERROR):
        counts = cleanup(guide.db, window(folder), NOON)
    assert [title for *_, title in present(guide)] == ["Show -50", "Show -1"]
    assert (counts.programs, "are kept" in caplog.text, bool(counts.archive_error)) == (1, True, True)
    assert not list(folder.glob(".programs*"))


def test_a_missing_parent_folder_is_not_made(guide: Guide, tmp_path: Path) -> None:
    """It may be a disk that is not mounted."""
    guide.load("p", feed(hours(-50)))
    with pytest.raises(DatabaseError, match="cannot write the archive"):
        archive(guide.db.conn, tmp_path / "mount" / "archive", iso(NOON))
    assert cleanup(guide.db, window(tmp_path / "mount" / "archive"), NOON).programs == 0


def test_a_disk_that_lies_is_found_out(guide: Guide, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is read back differs from what was written: nothing is published, nothing deleted."""
    from epg_ingest.archive import month as archive_files

    guide.load("p", feed(hours(-50, -49)))
    real = archive_files._write

    def damaged(conn: sqlite3.Connection, target: Path, temporary: Path, month: str) -> int:
        kept = real(conn, target, temporary, month)
        table = pq.read_table(temporary)
        pq.write_table(table.slice(0, 1), temporary)
        return kept

    monkeypatch.setattr(archive_files, "_write", damaged)
    counts = cleanup(guide.db, window(folder), NOON)
    assert (counts.programs, list(folder.glob("*.parquet"))) == (0, [])
    assert "is not what was read" in (counts.archive_error or "")


KILLED = """
import os, signal, sys
from pathlib import Path
from epg_ingest import retention
from epg_ingest.archive import archive, month as archive_files
from epg_ingest.storage.database import open_database
database, folder, point, now = sys.argv[1:]
def die(*args, **kwargs):
    os.kill(os.getpid(), signal.SIGKILL)
if point == "writing":
    archive_files._Writer.flush = die
elif point == "comparing":
    archive_files._verify = die
elif point == "renaming":
    archive_files.publish = die
elif point == "renamed":
    real = archive_files.publish
    archive_files.publish = lambda *args: (real(*args), die())
elif point == "deleting":
    retention._delete_expired = die
elif point == "second batch":
    retention.BATCH = 30
    real, calls = retention._delete_expired, []
    def second(conn, *given):
        calls.append(1)
        real(conn, *given)
        if len(calls) == 2:
            die()
    retention._delete_expired = second
db = open_database(database)
retention.cleanup(db, retention.Retention(1, None, None, Path(folder)), int(now))
print("still alive")
"""


@pytest.mark.parametrize("point", ["writing", "comparing", "renaming", "renamed", "deleting", "second batch"])
def test_no_programme_is_lost_when_the_process_is_killed(guide: Guide, folder: Path, point: str) -> None:
    """After the kill each programme is in the guide, in the archive, or in both; the next cleanup ends as usual."""
    guide.load("p", feed(hours(*range(-90, -80))))
    archive(guide.db.conn, folder, iso(NOON))
    guide.load("p", feed([*hours(*range(-90, 2)), *hours(*range(-90, 2), channel="two")]))
    everything = present(guide)
    guide.close()
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(guide.path), str(folder), point, str(NOON)],
        cwd=ROOT, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (-signal.SIGKILL, ""), done.stderr
    guide.db = open_database(guide.path)
    assert sorted({*archived(folder), *present(guide)}) == everything
    cleanup(guide.db, window(folder), NOON)
    assert sorted([*archived(folder), *present(guide)]) == everything
    assert not list(folder.glob(".programs*"))


def test_two_at_once_take_turns(guide: Guide, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from epg_ingest.archive import archive as module
    from filelock import FileLock

    monkeypatch.setattr(module, "PATIENCE", 0.1)
    guide.load("p", feed(hours(-50)))
    folder.mkdir()
    with FileLock(folder / ".archive.lock"), pytest.raises(DatabaseError, match="another program"):
        archive(guide.db.conn, folder, iso(NOON))


def test_row_groups_are_put_together(guide: Guide, folder: Path) -> None:
    """Many small additions do not leave many small groups."""
    for h in range(-30, -20):
        guide.load("p", feed(hours(h)))
        archive(guide.db.conn, folder, iso(NOON))
    metadata = pq.ParquetFile(folder / "programs-2026-11.parquet").metadata
    assert (metadata.num_rows, metadata.num_row_groups) == (10, 1)


# --- command line ---


def command(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    status = run(list(arguments))
    captured = capsys.readouterr()
    return status, captured.out, captured.err


@pytest.fixture
def here(guide: Guide, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Guide:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("EPG_ARCHIVE_PATH", "archive")
    # the command line goes by the clock, and trusts it beside an import of today: these ended long ago
    guide.load("p", feed(hours(*(h - 24 * 400 for h in range(3)))), now=int(time.time()))
    return guide


def test_the_command_archives_what_ended_and_deletes_nothing(here: Guide, capsys: Any, folder: Path) -> None:
    status, out, _ = command(capsys, "archive")
    assert (status, out) == (0, "3 programmes archived in archive: programs-2025-10.parquet\n")
    assert sorted(archived(folder)) == present(here)
    status, out, _ = command(capsys, "archive", "--ended-before", "2020-01-01", "--json")
    assert (status, out) == (0, '{\n  "programmes": 0,\n  "files": []\n}\n')


def test_the_commands_that_delete_archive_first(here: Guide, capsys: Any, folder: Path) -> None:
    everything = present(here)
    status, out, _ = command(capsys, "cleanup")
    assert (status, out.endswith("; archived 3 programmes\n")) == (0, True)
    assert (sorted(archived(folder)), present(here)) == (everything, [])


def test_an_import_archives_what_it_deletes(here: Guide, capsys: Any, folder: Path, tmp_path: Path) -> None:
    everything = present(here)
    now = int(time.time())
    (tmp_path / "new.xml").write_bytes(feed([show("one", now, now + HOUR, "On now")]))
    status, _, err = command(capsys, "import", "--file", "new.xml", "--provider", "q")
    said = "added the provider q\ncleanup: deleted 3 programmes outside the retention window\n"
    assert (status, err) == (0, said)
    assert sorted(archived(folder)) == everything


def test_a_cleanup_that_cannot_archive_says_so(here: Guide, capsys: Any, folder: Path) -> None:
    folder.write_text("no folder")
    before = present(here)
    status, _, err = command(capsys, "cleanup")
    assert (status, "are kept" in err, present(here)) == (1, True, before)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["archive", "--ended-before", "soon"], "--ended-before"),
        (["archive", "--ended-before", "+2h"], "must be in the past"),
    ],
)
def test_wrong_usage(here: Guide, capsys: Any, arguments: list[str], said: str) -> None:
    status, _, err = command(capsys, *arguments)
    assert (status, said in err, err.count("\n")) == (2, True, 1)


def test_without_a_path_there_is_no_archive(
    here: Guide, capsys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EPG_ARCHIVE_PATH", "none")
    status, _, err = command(capsys, "archive")
    assert (status, "archive.path is not set" in err) == (2, True)


def test_without_pyarrow_the_extra_is_named(here: Guide) -> None:
    """In a process of its own, where pyarrow cannot be imported."""
    code = (
        "import sys; from importlib.abc import MetaPathFinder\n"
        "import importlib.util as u; real = u.find_spec\n"
        "u.find_spec = lambda name, package=None: None if name == 'pyarrow' else real(name, package)\n"
        "sys.modules['pyarrow'] = None\n"
        "from epg_ingest.cli.main import run; sys.exit(run(sys.argv[1:]))"
    )
    environment = {**os.environ, "PYTHONPATH": PYTHONPATH}
    before = present(here)
    for arguments in (["cleanup"], ["archive"], ["import"]):
        done = subprocess.run(
            [sys.executable, "-c", code, *arguments],
            env=environment,
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert done.returncode == 2, done.stderr
        if arguments != ["import"]:
            assert "pip install 'datasette-epg[archive]'" in done.stderr
    assert present(here) == before


def test_archive_without_pyarrow_raises(guide: Guide, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from epg_ingest.settings import extras as module

    monkeypatch.setattr(module, "find_spec", lambda name: None)
    with pytest.raises(UsageError, match="archive"):
        archive(guide.db.conn, folder, iso(NOON))


# --- the document ---

BLOCKS = re.findall(r"```sql\n(.*?)```", (ROOT / "docs" / "archive.md").read_text(encoding="utf-8"), re.S)


@pytest.fixture(scope="module")
def years(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three Novembers and the Decembers after them, two channels, a film that comes again."""
    folder = tmp_path_factory.mktemp("years")
    guide = Guide(folder)
    shows = []
    for year in (2023, 2024, 2025):
        start = from_iso(f"{year}-11-20T00:00:00Z")
        for hour in range(24 * 20):
            title = "News" if hour % 24 == 20 else "The Third Man" if hour == 22 else f"Show {hour % 7}"
            inner = "<category>News</category>" if title == "News" else "<category>Film</category>"
            at = start + hour * HOUR
            shows += [show(name, at, at + HOUR, title, inner) for name in ("one.example", "two.example")]
    guide.load("uk", feed(shows))
    archive(guide.db.conn, folder / "archive", iso(NOON))
    guide.close()
    return folder


def test_the_document_has_queries() -> None:
    assert len(BLOCKS) >= 5


@pytest.mark.parametrize("number", range(len(BLOCKS)))
def test_queries_of_the_document_find_something(
    years: Path, number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(years)
    with duckdb.connect() as conn:
        rows = conn.sql(BLOCKS[number]).fetchall()
    assert rows
    assert all(value is not None for value in rows[0])
