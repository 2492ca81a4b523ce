"""The step that gives what providers say of their channels a table of its own, and pins what a person has set."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from epg_ingest.core.errors import DatabaseError
from epg_ingest.storage import backup, database, migrations
from epg_ingest.storage.database import open_database
from sqlite_utils import Database

from tests.helpers.paths import DATA
from tests.helpers.support import HOUR, NOON, Guide, feed, show

MORE = """
    INSERT INTO channels (id, name, display_name, icon_url, number, created_at) VALUES
        (3, 'bare.example', 'bare.example', NULL, NULL, 'x'),
        (4, 'told.example', 'Told', 'http://i/told.png', '7', 'x'),
        (5, 'own.example', 'My name', 'http://me/own.png', '99', 'x'),
        (6, 'hand.example', 'By hand', NULL, '5', 'x'),
        (7, 'written.example', 'Written', NULL, '8', 'x');
    INSERT INTO channel_mappings (id, provider_id, provider_channel_id, channel_id, method, score, display_name, details,
                                  created_at) VALUES
        (10, 1, 'bare', 3, 'new', NULL, NULL, '{}', 'x'),
        (11, 1, 'told', 4, 'new', NULL, 'Told',
         '{"display-name":[{"text":"7"},{"lang":"fr","text":"Télé \\"T\\""},{"text":"Told"}],
           "icon":[{"src":"http://i/told.png","width":"10"},{"src":"http://i/2.png"}],
           "url":[{"system":"s","text":"http://u/"}]}', 'x'),
        (12, 2, 'own', 5, 'name', 1.0, 'Own', '{"display-name":[{"text":"Own"},{"text":"12-3"}]}', 'x'),
        (13, 2, 'written', 7, 'new', NULL, 'Written', '{"display-name":[{"text":"Written"},{"text":"8"}]}', 'x'),
        (14, 2, 'last', NULL, 'manual', NULL, NULL, '{}', 'x');
    DELETE FROM channel_mappings WHERE id = 14;
    INSERT INTO write_log (at, actor, action, subject, details) VALUES
        ('x', 'a', 'channel.update', 'channel 7 written.example', '{"number":"8","hidden":false}'),
        ('x', 'a', 'channel.create', 'channel 3 bare.example', '{"name":"bare.example","icon_url":null}'),
        ('x', 'a', 'provider.update', 'provider 4 p', '{"display_name":"x"}');
"""


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """A guide with all steps before this one."""
    path = tmp_path / "old.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as conn:
        conn.execute("PRAGMA journal_mode = WAL")
        conn.executescript((DATA / "first_release.sql").read_text())
        migrations.migrations.apply(Database(conn, execute_plugins=False), stop_before="m005_channels")
        conn.executescript(MORE)
    return path


def ask(path: Path, sql: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(path)) as conn:
        return conn.execute(sql).fetchall()


def test_what_a_provider_said_moves(old: Path) -> None:
    open_database(old).close()
    columns = "names, icons, urls, number"
    (told,) = ask(old, f"SELECT {columns} FROM feed_channels WHERE provider_channel_id = 'told'")
    assert json.loads(told[0]) == [{"text": "Told"}, {"text": "7"}, {"lang": "fr", "text": 'Télé "T"'}]
    assert json.loads(told[1]) == [{"src": "http://i/told.png", "width": "10"}, {"src": "http://i/2.png"}]
    assert (json.loads(told[2]), told[3]) == ([{"system": "s", "text": "http://u/"}], "7")
    other = "SELECT names, icons, urls, number FROM feed_channels WHERE provider_channel_id IN ('bare', 'own') ORDER BY 1 DESC"
    assert ask(old, other) == [
        ('[{"text":"Own"},{"text":"12-3"}]', "[]", "[]", "12.3"),
        ("[]", "[]", "[]", None),
    ]


def test_every_mapping_stays_under_its_number(old: Path) -> None:
    kept = "id, provider_id, provider_channel_id, channel_id, method, score, created_at"
    before = ask(old, f"SELECT {kept} FROM channel_mappings ORDER BY id")
    open_database(old).close()
    assert ask(old, f"SELECT {kept} FROM channel_mappings ORDER BY id") == before
    assert ask(old, "SELECT DISTINCT reason, shift_minutes FROM channel_mappings") == [(None, 0)]
    assert ask(old, "SELECT count(*) FROM feed_channels") == [(len(before),)]
    assert ask(old, "SELECT seq FROM sqlite_sequence WHERE name = 'channel_mappings'") == [(14,)]
    assert ask(old, "SELECT name FROM sqlite_master WHERE name LIKE 'm005%'") == []
    assert ask(old, "PRAGMA foreign_key_check") == []


def test_nothing_is_stale_after_the_upgrade(old: Path) -> None:
    """Which of the channels the last feed had, the older file does not say."""
    open_database(old).close()
    seen = ask(old, "SELECT provider_id, count(DISTINCT last_seen) FROM feed_channels GROUP BY provider_id")
    assert seen == [(1, 1), (2, 1)]
    (last,) = ask(old, "SELECT max(started_at) FROM import_log WHERE provider_id = 1 AND status = 'success'")
    assert ask(old, "SELECT DISTINCT last_seen FROM feed_channels WHERE provider_id = 1") == [last]
    ends = ask(old, "SELECT last_end FROM feed_channels WHERE provider_channel_id IN ('one.example', 'bare')")
    (end,) = ask(
        old, "SELECT end_time FROM airings WHERE channel_id = 1 AND provider_id = 1 ORDER BY start_time DESC"
    )[:1]
    assert sorted(ends, key=str) == sorted([end, (None,)], key=str)


def test_what_a_person_must_have_set_is_pinned(old: Path) -> None:
    open_database(old).close()
    pinned = {name: json.loads(fields) for name, fields in ask(old, "SELECT name, pinned FROM channels")}
    assert pinned == {
        "one.example": [],
        "two.example": [],
        "bare.example": ["icon_url"],
        "told.example": [],
        "own.example": ["display_name", "icon_url", "number"],
        "hand.example": ["display_name", "number"],
        "written.example": ["number"],
    }


@pytest.mark.parametrize(("count", "found"), [(0, 0), (1, 0), (5, 1)])
def test_whether_times_had_an_offset(old: Path, count: int, found: int) -> None:
    """All of a provider's programmes, if its last import reported as many times without an offset as it stored programmes."""
    with closing(sqlite3.connect(old)) as conn, conn:
        (last,) = conn.execute(
            "SELECT max(id) FROM import_log WHERE provider_id = 1 AND programs_imported + programs_updated > 0"
        ).fetchone()
        conn.execute("UPDATE import_log SET programs_imported = 3, programs_updated = 2 WHERE id = ?", [last])
        conn.execute(
            "INSERT INTO import_problems VALUES (?, 'missingtimezone', 1, NULL, 'x', ?)", [last, count]
        )
    open_database(old).close()
    assert ask(old, "SELECT DISTINCT unzoned FROM airings WHERE provider_id = 1") == [(found,)]
    assert ask(old, "SELECT DISTINCT unzoned FROM airings WHERE provider_id = 2") == [(0,)]


def test_a_verified_copy_is_made_before(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = ask(old, "SELECT * FROM channel_mappings ORDER BY id")
    open_database(old).close()
    copy = old.with_name("old.db.before-m005_channels")
    assert ask(copy, "SELECT * FROM channel_mappings ORDER BY id") == before
    assert ask(copy, "PRAGMA integrity_check") == [("ok",)]
    assert not old.with_name("old.db.before-m004_contents").exists()


def test_no_step_without_its_copy(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(source: Path, target: Path) -> None:
        raise DatabaseError(f"cannot write {target}: no space", "backup")

    monkeypatch.setattr(backup, "backup", full)
    with pytest.raises(DatabaseError):
        open_database(old)
    with closing(sqlite3.connect(old)) as conn:
        assert database.applied(conn)[-1] == "m004_contents"


def test_the_next_import_goes_on(old: Path) -> None:
    """It stores the number that only the feed knows, and makes no channel twice.

    A join by a name that is not equal to the letter needs schedules now, so `b1` gets a channel of its own.
    """
    old.rename(old.with_name("epg.db"))
    made = Guide(old.parent)
    channels = made.rows("SELECT id FROM channels")
    body = feed([show("told", NOON, NOON + HOUR, "t")], [("told", "Told")])
    row = made.load("first", body.replace(b"</display-name>", b"</display-name><lcn>17</lcn>"))
    assert (row["status"], row["channels_added"], made.problems(row)) == ("success", 0, {})
    assert made.rows("SELECT id FROM channels") == channels
    (said,) = made.rows("SELECT names, number FROM feed_channels WHERE provider_channel_id = 'told'")
    assert said == {"names": '[{"text":"Told"}]', "number": "17"}
    made.db.close()
