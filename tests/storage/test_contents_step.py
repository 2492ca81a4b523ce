"""The step that splits the table `programs`: the same rows afterwards, whatever they hold and whoever interrupts it."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from epg_ingest.storage import migrations
from epg_ingest.storage.database import open_database

from tests.helpers.guide_rows import check_contents, programmes_found
from tests.helpers.paths import DATA, ROOT
from tests.helpers.support import Guide

pytestmark = pytest.mark.slow

COLUMNS = (
    "id", "channel_id", "provider_id", "start_time", "end_time", "title", "subtitle", "description", "category", "episode_num",
    "season", "episode", "rating", "actors", "directors", "icon_url", "is_new", "details", "end_source", "shadowed_by",
    "content_hash", "created_at", "updated_at",
)  # fmt: skip
ADDED = 26
#: programmes of every kind for both providers: what is repeated, what differs in one column, what was cut
MORE = f"""
    WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < {ADDED // 2 - 1})
    INSERT INTO programs (channel_id, provider_id, start_time, end_time, title, subtitle, description, season, is_new, details,
                          end_source, content_hash, created_at, updated_at)
    SELECT 2, v.id, strftime('%Y-%m-%dT%H:%M:%SZ', '2026-11-24', i || ' hours'),
           strftime('%Y-%m-%dT%H:%M:%SZ', '2026-11-24', i || ' hours', '30 minutes'), 'Title ' || (i % 4),
           CASE i % 3 WHEN 0 THEN 'Part' WHEN 1 THEN '' END, 'Words of ' || (i % 2), nullif(i % 2, 0), i % 5 = 4,
           CASE i % 6 WHEN 0 THEN '{{"date":"2026","stop":"2026-11-24T20:00:00Z"}}'
                      WHEN 1 THEN '{{"date":"2026","stop":"2026-11-24T21:00:00Z"}}'
                      WHEN 2 THEN '{{"stop":"2026-11-24T20:00:00Z"}}' WHEN 3 THEN '{{"date":"2026","é":"ü\\u00fc/"}}'
                      ELSE '{{}}' END,
           CASE WHEN i % 6 < 3 THEN 'cut' ELSE 'feed' END, 1000 + i, '2026-11-22T12:00:00Z', '2026-11-22T13:00:00Z'
    FROM n, providers v;
    INSERT INTO programs_fts (programs_fts) VALUES ('rebuild');
"""


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """A guide of the first release with more programmes."""
    path = tmp_path / "old.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as conn:
        conn.executescript((DATA / "first_release.sql").read_text())
        conn.executescript(MORE)
    return path


def programmes(path: Path) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(path)) as conn:
        return conn.execute(f"SELECT {', '.join(COLUMNS)} FROM programs ORDER BY id").fetchall()


def ask(path: Path, sql: str, *values: Any) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(path)) as conn:
        return conn.execute(sql, values).fetchall()


def check(path: Path, expected: list[tuple[Any, ...]]) -> None:
    """The guide has these programmes, a content for each, and nothing of the step is left."""
    assert programmes(path) == expected
    with closing(sqlite3.connect(path)) as conn:
        check_contents(conn)
        assert conn.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert conn.execute("PRAGMA foreign_key_check").fetchall() == []
        left = "SELECT name FROM sqlite_master WHERE name LIKE 'm004%' OR name LIKE 'programs%'"
        assert conn.execute(left).fetchall() == [("programs",)]
        equal = "SELECT count(*) FROM contents c JOIN contents d ON c.hash = d.hash AND c.id < d.id"
        assert conn.execute(equal).fetchone() == (0,)


def number(path: Path) -> int:
    return int(ask(path, "SELECT number FROM generation")[0][0])


@pytest.mark.parametrize("batch", [1, 3, 20_000])
def test_every_column_of_every_row_stays(old: Path, monkeypatch: pytest.MonkeyPatch, batch: int) -> None:
    monkeypatch.setattr(migrations, "M004_BATCH", batch)
    before = programmes(old)
    assert len(before) == 5 + ADDED
    open_database(old).close()
    check(old, before)


def test_a_content_is_stored_once_for_each_provider(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(migrations, "M004_BATCH", 4)
    said = "title, subtitle, description, category, episode_num, season, episode, rating, actors, directors, icon_url, is_new"
    distinct = ask(
        old,
        f"SELECT count(*) FROM (SELECT DISTINCT provider_id, {said}, json_remove(details, '$.stop') FROM programs)",
    )
    open_database(old).close()
    assert ask(old, "SELECT count(*) FROM contents") == distinct
    assert ask(old, "SELECT count(*) FROM (SELECT DISTINCT provider_id, content_id FROM airings)") == distinct
    assert distinct[0][0] < 5 + ADDED


def test_an_own_stop_goes_to_the_airing(old: Path) -> None:
    open_database(old).close()
    assert ask(old, "SELECT count(*) FROM contents WHERE json_extract(details, '$.stop') IS NOT NULL") == [
        (0,)
    ]
    stops = ask(
        old, "SELECT own_stop, count(*) FROM airings WHERE own_stop IS NOT NULL GROUP BY 1 ORDER BY 1"
    )
    assert [stop for stop, _ in stops] == ["2026-11-24T20:00:00Z", "2026-11-24T21:00:00Z"]
    assert ask(old, "SELECT DISTINCT unzoned FROM airings") == [(0,)]


def test_ids_are_not_used_again(old: Path) -> None:
    """Not even that of the last programme, which was deleted before the upgrade."""
    highest = programmes(old)[-1][0]
    with closing(sqlite3.connect(old)) as conn, conn:
        conn.execute("DELETE FROM programs WHERE id = ?", [highest])
    open_database(old).close()
    assert ask(old, "SELECT seq FROM sqlite_sequence WHERE name = 'airings'") == [(highest,)]
    assert ask(old, "SELECT count(*) FROM sqlite_sequence WHERE name IN ('programs', 'airings')") == [(1,)]


def test_what_lost_its_start_is_still_known(old: Path) -> None:
    with closing(open_database_before(old)) as conn:
        conn.execute("INSERT INTO duplicates VALUES (1, 77), (1, 78), (3, 77)")
    open_database(old).close()
    assert ask(old, "SELECT * FROM duplicates ORDER BY 1, 2") == [(1, 77), (1, 78), (3, 77)]
    with closing(sqlite3.connect(old)) as conn:
        conn.execute("PRAGMA foreign_keys = ON")
        conn.execute("DELETE FROM airings WHERE id = 1")
        assert conn.execute("SELECT * FROM duplicates").fetchall() == [(3, 77)]


def open_database_before(path: Path) -> sqlite3.Connection:
    """A guide with all steps before this one."""
    conn = sqlite3.connect(path, isolation_level=None)
    migrations.migrations.apply(_database(conn), stop_before="m004_contents")
    return conn


def _database(conn: sqlite3.Connection) -> Any:
    from sqlite_utils import Database

    return Database(conn, execute_plugins=False)


def test_a_guide_without_programmes(old: Path) -> None:
    with closing(sqlite3.connect(old)) as conn, conn:
        conn.execute("DELETE FROM programs")
        conn.execute("INSERT INTO programs_fts (programs_fts) VALUES ('rebuild')")
    open_database(old).close()
    check(old, [])


@pytest.mark.parametrize(
    "name", ["kitchen-sink", "episodes", "ratings", "stop-overlap", "credits", "encoding-gb18030"]
)
def test_an_import_finds_the_contents_that_the_step_made(guide: Guide, name: str) -> None:
    """By the hash that it computes from what it has read; the step computes it from what is stored."""
    guide.load("p", (DATA / f"{name}.xml").read_bytes())
    columns = COLUMNS[5:18]
    stored = guide.rows(
        "SELECT a.provider_id AS provider, c.* FROM contents c JOIN airings a ON a.content_id = c.id"
    )
    assert stored
    for row in stored:
        values = [row[name] for name in columns]
        assert migrations._m004_hash(row["provider"], *values) == row["hash"]


def test_a_kill_at_any_statement_is_made_good(old: Path, tmp_path: Path) -> None:
    """Until the next start every reader sees the old table whole; the step then goes on where it stood."""
    before, folder = programmes(old), tmp_path / "killed"
    folder.mkdir()
    program = [sys.executable, "-m", "tests.helpers.programs.dying_migration", str(old), str(folder), "7"]
    said = subprocess.run(program, cwd=ROOT, capture_output=True, text=True, timeout=300, check=True).stdout
    (points, statements), begun = map(int, said.split()), set()
    assert statements > points > 60
    for point in range(points + 1):
        path = folder / f"{point}.db"
        assert programmes(path) == before, point
        if ask(path, "SELECT 1 FROM sqlite_master WHERE name = 'm004_progress'"):
            begun |= {last for (last,) in ask(path, "SELECT last_id FROM m004_progress")}
        open_database(path).close()
        check(path, before)
        assert (number(path), ask(path, "PRAGMA user_version")) == (8, [(8,)]), point
    assert len(begun) > 3, "killed between batches"


def test_a_change_of_an_old_version_in_the_middle_is_taken_over(
    old: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a programme that was copied already, and of one that was not; a new one, and one that goes."""
    monkeypatch.setattr(migrations, "M004_BATCH", 6)
    step, steps, expected = migrations._m004_step, [], []

    def interrupted(conn: sqlite3.Connection) -> bool:
        steps.append(1)
        if len(steps) == 4:
            with closing(sqlite3.connect(old)) as other, other:
                (copied,) = other.execute("SELECT last_id FROM m004_progress").fetchone()
                assert 2 < copied < 20
                other.execute("UPDATE programs SET title = 'Changed' WHERE id IN (2, 20)")
                other.execute("DELETE FROM programs WHERE id = 4")
                other.execute(
                    "INSERT INTO programs (channel_id, provider_id, start_time, end_time, title, end_source, created_at,"
                    " updated_at) SELECT 1, 1, '2026-12-01T00:00:00Z', '2026-12-01T01:00:00Z', 'New', 'feed', 'x', 'x'"
                )
                other.execute("INSERT INTO programs_fts (programs_fts) VALUES ('rebuild')")
                other.execute("UPDATE generation SET number = number + 1")
            expected.extend(programmes(old))
        return step(conn)

    monkeypatch.setattr(migrations, "_m004_step", interrupted)
    open_database(old).close()
    assert len(expected) == 5 + ADDED and len(steps) > 8
    check(old, expected)
    with closing(sqlite3.connect(old)) as conn:
        assert len(programmes_found(conn, "changed")) == 2


def test_a_reader_is_not_kept_out(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One transaction of a reader sees the old table before, during and after the step."""
    monkeypatch.setattr(migrations, "M004_BATCH", 6)
    with closing(sqlite3.connect(old)) as conn:
        conn.execute("PRAGMA journal_mode = WAL")
    before = programmes(old)
    with closing(sqlite3.connect(old, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        query = f"SELECT {', '.join(COLUMNS)} FROM programs ORDER BY id"
        assert reader.execute(query).fetchall() == before
        open_database(old).close()
        assert reader.execute(query).fetchall() == before
        reader.execute("COMMIT")
        assert reader.execute(query).fetchall() == before
    check(old, before)


TWO = """
import sys
from epg_ingest.storage import migrations
from epg_ingest.storage.database import open_database
migrations.M004_BATCH = 1
print("ready", flush=True)
sys.stdin.readline()
open_database(sys.argv[1]).close()
"""


def test_two_at_once(old: Path) -> None:
    """Both take their turns, and neither says that anything is wrong."""
    before = programmes(old)
    both = [
        subprocess.Popen(
            [sys.executable, "-c", TWO, str(old)], cwd=ROOT, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )
        for _ in range(2)
    ]  # fmt: skip
    for process in both:
        assert process.stdout is not None and process.stdout.readline() == "ready\n"
    for process in both:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
    said = [process.communicate(timeout=60)[1] for process in both]
    assert [process.returncode for process in both] == [0, 0], said
    check(old, before)
