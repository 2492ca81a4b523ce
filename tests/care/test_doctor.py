"""`doctor`: each fault is found, nothing else is reported, and what can be repaired without loss is."""

from __future__ import annotations

import json
import os
import re
import sqlite3
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from epg_ingest.care.doctor import Patient, examine, treat
from epg_ingest.care.doctor_contents import Finding
from epg_ingest.cli.main import run
from epg_ingest.core.errors import DatabaseError
from epg_ingest.guide.mappings import map_channel
from epg_ingest.guide.providers import add_provider
from epg_ingest.logos.logo_address import key_of
from epg_ingest.logos.logo_folder import LogoFolder, folder_beside
from epg_ingest.logos.logo_state import failed, fetched
from epg_ingest.pipeline.run import import_lock
from epg_ingest.storage.backup import family

from tests.helpers.paths import ROOT
from tests.helpers.support import HOUR, NOON, Guide, feed, show

pytestmark = pytest.mark.slow

CHECKS = [
    "sqlite", "disk", "wal", "schema", "integrity", "references", "generation", "times", "contents", "search", "overlaps",
    "shadows", "schedule", "longest", "imports", "secrets", "addresses", "leftovers",
]  # fmt: skip


@pytest.fixture(autouse=True)
def own_temporary_folder(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path_factory.mktemp("temporary")
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.setattr(tempfile, "tempdir", None)
    return folder


@pytest.fixture
def sick(guide: Guide) -> Guide:
    """Two providers on one channel and on one of their own: still healthy."""
    times = [(h, h + 1) for h in range(0, 40, 2)]
    shows = [show("one", NOON + a * HOUR, NOON + b * HOUR, f"best {a}") for a, b in times]
    guide.load("best", feed(shows), priority=1)
    shows = [show("one", NOON + h * HOUR + 1800, NOON + h * HOUR + 5400, f"worse {h}") for h in range(40)]
    shows += [show("two", NOON + h * HOUR, NOON + (h + 1) * HOUR, f"other {h}") for h in range(40)]
    guide.provider("worse", priority=2)
    map_channel(guide.db, "worse", "one", "one", now=NOON)
    guide.load("worse", feed(shows))
    return guide


def patient(guide: Guide, **settings: Any) -> Patient:
    return Patient(guide.path, guide.vault.path, **settings)


def problems(findings: list[Finding]) -> set[str]:
    return {finding.check for finding in findings if finding.status == "problem"}


def dump(guide: Guide) -> list[str]:
    return list(guide.db.conn.iterdump())


def test_a_healthy_guide_has_no_problem_and_is_not_touched(sick: Guide) -> None:
    before, files = dump(sick), sorted(os.listdir(sick.folder))
    findings = examine(patient(sick))
    assert [finding.check for finding in findings] == CHECKS
    assert {finding.status for finding in findings} <= {"ok", "note"}
    assert treat(patient(sick), findings) == findings
    assert (dump(sick), sorted(os.listdir(sick.folder))) == (before, files)


def test_an_empty_guide_is_healthy(guide: Guide) -> None:
    assert problems(examine(patient(guide))) == set()


#: the content of a programme that only this one shows
CONTENT_3 = "(SELECT content_id FROM airings WHERE id = 3)"


def sql(*statements: str) -> Callable[[Guide], None]:
    def damage(guide: Guide) -> None:
        guide.db.conn.execute("PRAGMA foreign_keys = OFF")
        for statement in statements:
            assert guide.db.conn.execute(statement).rowcount != 0
        guide.db.conn.execute("PRAGMA foreign_keys = ON")

    return damage


def airing(title: str, change: str) -> Callable[[Guide], None]:
    return sql(f"UPDATE airings SET {change} WHERE id = (SELECT id FROM programs WHERE title = '{title}')")


#: fault → what is done, the checks that must notice, and those that must be repaired by --fix
FAULTS: dict[str, tuple[Callable[[Guide], None], set[str], bool]] = {
    "a title changed behind the search index": (
        sql(f"UPDATE contents SET title = 'unheard of' WHERE id = {CONTENT_3}"),
        {"search"},
        True,
    ),
    "a row that the search index lacks": (
        sql("INSERT INTO contents_fts (contents_fts, rowid, title, subtitle, description)"
            f" SELECT 'delete', id, title, subtitle, description FROM contents WHERE id = {CONTENT_3}"),
        {"search"},
        True,
    ),
    "a row deleted without the search index": (
        sql("INSERT INTO contents_fts (rowid, title) VALUES (987654, 'unheard of')"),
        {"search"},
        True,
    ),
    "a content that no programme shows": (
        sql("DELETE FROM airings WHERE id = (SELECT id FROM programs WHERE title = 'other 3')"),
        {"contents"},
        True,
    ),
    "a content that no programme shows and the search index lacks": (
        sql("INSERT INTO contents (title, hash) VALUES ('unheard of', 3)"),
        {"contents", "search"},
        True,
    ),
    "a programme without a content": (
        sql("DELETE FROM contents WHERE title = 'other 3'",
            "INSERT INTO contents_fts (contents_fts) VALUES ('rebuild')"),
        {"references", "contents"},
        False,
    ),
    "a hidden programme shown": (
        airing("worse 4", "shadowed_by = NULL"),
        {"overlaps", "schedule"},
        True,
    ),
    "a shown programme hidden by one elsewhere": (
        airing("other 4", "shadowed_by = 1"),
        {"shadows", "schedule"},
        True,
    ),
    "hidden by a programme that is gone": (
        airing("worse 4", "shadowed_by = 987654"),
        {"shadows", "schedule"},
        True,
    ),
    "hidden by a worse provider": (
        sql("UPDATE providers SET priority = 3 WHERE name = 'best'"),
        {"shadows", "schedule"},
        True,
    ),
    "hidden by a disabled provider": (
        sql("UPDATE providers SET enabled = 0 WHERE name = 'best'"),
        {"shadows", "schedule"},
        True,
    ),
    "a programme longer than queries look back": (
        sql("UPDATE generation SET longest_seconds = 60"),
        {"longest"},
        True,
    ),
    "another number in the file": (sql("UPDATE generation SET number = number + 5"), {"generation"}, True),
    "no number in the guide": (sql("DELETE FROM generation"), {"generation"}, True),
    "an import that was killed": (
        sql("UPDATE import_log SET status = 'running', completed_at = NULL WHERE id = 2"),
        {"imports"},
        True,
    ),
    "a programme that ends before it starts": (
        airing("other 5", "end_time = '2020-01-01T00:00:00Z'"),
        {"times"},
        False,
    ),
    "a time in another form": (
        airing("other 5", "end_time = replace(end_time, 'T', ' ')"),
        {"times"},
        False,
    ),
    "a programme of a channel that is gone": (
        airing("other 5", "channel_id = 99"),
        {"references"},
        False,
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", FAULTS)
def test_faults_of_the_contents(sick: Guide, case: str) -> None:
    damage, expected, repairable = FAULTS[case]
    damage(sick)
    findings = examine(patient(sick))
    assert problems(findings) == expected
    assert all(finding.remedy for finding in findings if finding.status == "problem")
    after = treat(patient(sick), findings)
    assert problems(after) == (set() if repairable else expected)
    if repairable:
        assert {finding.check for finding in after if finding.status == "fixed"} == expected
        assert problems(examine(patient(sick))) == set()


def test_a_repair_raises_the_generation_above_both_numbers(sick: Guide) -> None:
    (version,) = sick.db.execute("PRAGMA user_version").fetchone()
    sick.db.conn.execute("UPDATE generation SET number = 500")
    treat(patient(sick), examine(patient(sick)))
    numbers = sick.db.execute("SELECT number, (SELECT user_version FROM pragma_user_version) FROM generation")
    assert version < 500 and numbers.fetchone() == (501, 501)


def test_a_damaged_page_is_found_and_nothing_is_repaired(sick: Guide) -> None:
    sick.db.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    (page,) = sick.db.execute(
        "SELECT rootpage FROM sqlite_master WHERE name = 'airings_channel_time'"
    ).fetchone()
    sick.close()
    with open(sick.path, "r+b") as file:
        file.seek((page - 1) * 4096 + 8)
        file.write(b"\xff" * 600)
    findings = examine(patient(sick))
    assert problems(findings) & {"integrity", "database"}
    before = sick.path.read_bytes()
    treat(patient(sick), findings)
    assert sick.path.read_bytes() == before


@pytest.mark.parametrize("body", [b"no database at all, but text" * 50, b""])
def test_a_file_that_is_no_guide(guide: Guide, body: bytes) -> None:
    guide.close()
    for path in family(guide.path):
        path.unlink(missing_ok=True)
    guide.path.write_bytes(body)
    findings = examine(patient(guide))
    assert problems(findings) == {"database"}


def test_a_newer_schema_is_said(sick: Guide) -> None:
    sick.db.conn.execute(
        "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('datasette_epg', 'm999', '')"
    )
    (finding,) = [f for f in examine(patient(sick)) if f.status == "problem"]
    assert "newer version" in finding.message


def test_an_import_that_runs_is_no_problem_and_delays_repairs(sick: Guide) -> None:
    sql("UPDATE import_log SET status = 'running' WHERE id = 2")(sick)
    sql("UPDATE generation SET longest_seconds = 60")(sick)
    with import_lock(sick.path, wait=False):
        findings = examine(patient(sick))
        assert problems(findings) == {"longest"}
        with pytest.raises(DatabaseError, match="is running"):
            treat(patient(sick), findings)
    (left,) = sick.db.execute("SELECT longest_seconds FROM generation").fetchone()
    assert left == 60


def test_secrets_that_others_may_read(sick: Guide) -> None:
    add_provider(sick.db, sick.vault, "web", "https://user:canary@example.com/feed.xml", now=NOON)
    sick.vault.path.chmod(0o644)
    findings = examine(patient(sick))
    assert problems(findings) == {"secrets"}
    assert sick.vault.path.stat().st_mode & 0o777 == 0o644
    after = treat(patient(sick), findings)
    assert (problems(after), sick.vault.path.stat().st_mode & 0o777) == (set(), 0o600)
    assert "canary" not in repr(findings) + repr(after)


def test_a_provider_whose_address_is_lost(sick: Guide) -> None:
    add_provider(sick.db, sick.vault, "web", "https://example.com/feed.xml", now=NOON)
    sick.vault.path.unlink()
    (finding,) = [f for f in examine(patient(sick)) if f.status == "problem"]
    assert (finding.check, "web" in finding.message, "providers update web --url" in finding.remedy) == (
        "addresses",
        True,
        True,
    )


def age(path: Path, days: float) -> Path:
    moment = time.time() - days * 86_400
    for each in (*(path.iterdir() if path.is_dir() else ()), path):
        os.utime(each, (moment, moment))
    return path


def test_files_that_killed_commands_left(sick: Guide, own_temporary_folder: Path) -> None:
    old = own_temporary_folder / "epg-download-abc"
    old.mkdir()
    (old / "feed.xml").write_text("<tv/>")
    young = own_temporary_folder / "epg-download-def"
    young.mkdir()
    (young / "feed.xml").write_text("<tv/>")
    age(young, 2)
    os.utime(young / "feed.xml")  # still written to
    archive = sick.folder / "archive"
    archive.mkdir()
    gone = [
        age(old, 2),
        age(Path(tempfile.mkstemp(prefix="epg-stdin-")[1]), 2),
        sick.folder / ".epg.db.x1.part",
        archive / ".programs-2026-11.parquet.y.part",
    ]
    for path in gone[2:]:
        path.touch()
        age(path, 2)
    kept = [young, sick.folder / "notes.part", sick.folder / "epg.lock", own_temporary_folder / "else-abc"]
    for path in kept[1:]:
        path.touch()
        age(path, 9)
    findings = examine(patient(sick, archive=archive))
    assert problems(findings) == {"leftovers"}
    after = treat(patient(sick, archive=archive), findings)
    assert problems(after) == set()
    assert [path.exists() for path in gone] == [False] * 4
    assert [path.exists() for path in kept] == [True] * 4


def test_a_large_log_is_a_note_and_shortened(sick: Guide, monkeypatch: pytest.MonkeyPatch) -> None:
    from epg_ingest.care import doctor_surroundings

    monkeypatch.setattr(doctor_surroundings, "LARGE_LOG", 1000)
    findings = examine(patient(sick))
    assert [(f.check, f.status) for f in findings if f.check == "wal"] == [("wal", "note")]
    after = treat(patient(sick), findings)
    assert [f.status for f in after if f.check == "wal"] == ["fixed"]
    assert Path(f"{sick.path}-wal").stat().st_size == 0


def test_pictures_that_do_not_come_are_counted_by_their_reason(sick: Guide) -> None:
    folder = LogoFolder(folder_beside(sick.path))
    folder.make()
    folder.keep(key_of("a"), failed(fetched({"96": folder.add(b"x", "png")}, None, None, 0), "http", 0))
    (found,) = [finding for finding in examine(patient(sick)) if finding.check == "pictures"]
    assert (found.status, found.message) == ("ok", "1 pictures take 0 MB")
    for name, code in (("b", "format"), ("c", "http"), ("d", "format")):
        folder.keep(key_of(name), failed(None, code, 0))
    (found,) = [finding for finding in examine(patient(sick)) if finding.check == "pictures"]
    assert (found.status, found.message.partition("; ")[2]) == (
        "note",
        "3 addresses give none: 2 format, 1 http",
    )


def test_a_full_disk(sick: Guide, monkeypatch: pytest.MonkeyPatch) -> None:
    from epg_ingest.care import doctor_surroundings

    monkeypatch.setattr(doctor_surroundings, "LEAST_FREE", 1 << 60)
    assert problems(examine(patient(sick))) == {"disk"}


def test_sqlite_beside_a_replication_program(sick: Guide, monkeypatch: pytest.MonkeyPatch) -> None:
    from epg_ingest.care import doctor_surroundings

    monkeypatch.setenv("EPG_CHECKPOINT", "external")
    monkeypatch.setattr(doctor_surroundings, "SAFE_SQLITE", (99, 0, 0))
    (finding,) = [f for f in examine(patient(sick)) if f.check == "sqlite"]
    assert (finding.status, "3.51.3" in finding.message) == ("note", True)


def test_the_archive_is_asked_after(sick: Guide, tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    findings = examine(patient(sick, archive=tmp_path / "archive"))
    assert ([f.status for f in findings if f.check == "archive"], problems(findings)) == (["ok"], set())
    assert problems(examine(patient(sick, archive=tmp_path / "none" / "archive"))) == {"archive"}


def test_quick_leaves_out_the_words_only(sick: Guide) -> None:
    sql(f"UPDATE contents SET title = 'unheard of' WHERE id = {CONTENT_3}")(sick)
    assert problems(examine(patient(sick, quick=True))) == set()
    sql("DELETE FROM contents_fts WHERE rowid = (SELECT id FROM contents WHERE title = 'other 3')")(sick)
    assert problems(examine(patient(sick, quick=True))) == {"search"}


def test_writers_and_readers_are_not_held_up(sick: Guide) -> None:
    """A write transaction is open all the time: it neither waits nor is waited for, and is not seen."""
    other = sqlite3.connect(sick.path, isolation_level=None, timeout=0)
    other.execute("BEGIN IMMEDIATE")
    other.execute("UPDATE contents SET title = 'half done'")
    assert problems(examine(patient(sick))) == set()
    other.execute("COMMIT")
    other.close()


# --- command line ---


def command(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    status = run(list(arguments))
    captured = capsys.readouterr()
    return status, captured.out, captured.err


@pytest.fixture
def here(sick: Guide, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Guide:
    monkeypatch.chdir(tmp_path)
    return sick


def test_one_line_for_each_check(here: Guide, capsys: Any) -> None:
    status, out, err = command(capsys, "doctor")
    assert (status, err) == (0, "")
    assert [line.split()[1] for line in out.splitlines()[1:]] == CHECKS


def test_status_and_json(here: Guide, capsys: Any) -> None:
    sql("UPDATE generation SET longest_seconds = 60")(here)
    status, out, _ = command(capsys, "doctor", "--json")
    found = json.loads(out)
    assert (status, found["ok"], found["database"]) == (1, False, "epg.db")
    (bad,) = [check for check in found["checks"] if check["status"] == "problem"]
    assert (bad["check"], bad["remedy"]) == ("longest", "epg-ingest doctor --fix")
    status, out, _ = command(capsys, "doctor", "--fix")
    assert (status, "fixed" in out, "; repaired" in out) == (0, True, True)
    assert command(capsys, "doctor")[0] == 0


def test_without_a_database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    monkeypatch.chdir(tmp_path)
    status, _, err = command(capsys, "doctor")
    assert (status, "there is no database epg.db" in err) == (2, True)


def test_the_documentation_names_every_check() -> None:
    code = "".join(file.read_text() for file in (ROOT / "ingest/epg_ingest/care").glob("doctor*.py"))
    checks = set(re.findall(r'Finding\(\s*"([a-z]+)"', code))
    table = set(re.findall(r"^\| `([a-z]+)` \| ", (ROOT / "docs/backup.md").read_text(), re.M))
    assert len(checks) > 15 and checks == table
