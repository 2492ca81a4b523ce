"""`/health` and `/-/readyz`: right about a guide that is well, old, short, damaged or gone; quick; nothing private."""

from __future__ import annotations

import asyncio
import re
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import click
import pytest
from epg_web.monitor import coverage, health, health_reading

from tests.helpers import query_plans
from tests.helpers.datasette_helpers import ROOT, add, make_guide, serving
from tests.helpers.guide_rows import delete_programmes
from tests.helpers.hosts.either_datasette import SQL

WIDE = health.HealthSettings(min_free_mb=0)
DOCUMENT = ROOT / "docs" / "monitoring.md"


def moment(hours: float) -> str:
    """So many hours from now, in the stored form."""
    return datetime.fromtimestamp(time.time() + hours * 3600, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def imported(
    conn: sqlite3.Connection, provider: int, hours: float, status: str = "success", **more: Any
) -> None:
    """A row of the import log that began so many hours from now and took a minute."""
    row = {"started": moment(hours), "completed": moment(hours + 1 / 60), "error": None, **more}
    conn.execute(
        "INSERT INTO import_log (provider_id, started_at, completed_at, status, trigger, error_code, programs_imported)"
        " VALUES (:provider, :started, :completed, :status, 'cli', :error, 5)",
        {"provider": provider, "status": status, **row},
    )


def mapped(conn: sqlite3.Connection, provider: int, channel: int) -> None:
    conn.execute(
        "INSERT INTO channel_mappings (provider_id, provider_channel_id, channel_id, method, created_at)"
        " VALUES (?, ?, ?, 'new', '2026-01-01T00:00:00Z')",
        [provider, f"c{channel}", channel],
    )


def raised(conn: sqlite3.Connection) -> None:
    conn.execute("UPDATE generation SET number = number + 1")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "epg.db"


@pytest.fixture
def conn(path: Path) -> Iterator[sqlite3.Connection]:
    """A guide that is well: provider 1 imported an hour ago and reaches 30 hours ahead, provider 2 is disabled."""
    made = make_guide(path)
    made.execute("UPDATE providers SET enabled = 0 WHERE id = 2")
    for channel, hours in ((1, 30), (2, 40), (3, 2)):
        mapped(made, 1, channel)
        add(made, channel, moment(-1), moment(1), "Now")
        add(made, channel, moment(1), moment(hours), "Last")
    imported(made, 1, -1)
    raised(made)
    yield made
    made.close()


def report(path: Path, settings: health.HealthSettings = WIDE, **more: Any) -> dict[str, Any]:
    return health.report(path, settings, now=time.time(), **more)


async def asked(path: Path, address: str = "/health", **config: Any) -> tuple[int, dict[str, Any]]:
    settings = {"health": {"min_free_mb": 0}, **config}
    async with serving(path, metadata={"plugins": {"datasette-epg": settings}}) as ds:
        answer = await ds.client.get(address)
    return answer.status_code, answer.json()


# What is said


async def test_a_guide_that_is_well(conn: sqlite3.Connection, path: Path) -> None:
    status, said = await asked(path)
    assert (status, said["status"], said["reasons"], said["database"]) == (200, "ok", [], "ok")
    assert said["schema"]["current"] is True
    assert re.fullmatch(r"m\d{3}", said["schema"]["version"])
    assert (said["generation"], said["coverage_hours"]) == (1, 30)
    best, second = said["providers"]
    assert (best["id"], best["name"], best["enabled"], best["coverage_hours"]) == (1, "best", True, 30)
    assert best["last_import"]["status"] == "success"
    assert best["last_good_at"] == best["last_import"]["completed_at"]
    assert (second["enabled"], second["last_import"], second["last_good_at"], second["coverage_hours"]) == (
        False, None, None, None,
    )  # fmt: skip
    assert said["disk"]["free_bytes"] > 0


def keys(value: Any, prefix: str = "") -> set[str]:
    """Dotted names of everything in an answer; the members of a list count as one."""
    if isinstance(value, list):
        return set().union(*(keys(member, prefix) for member in value))
    if not isinstance(value, dict):
        return set()
    found = {prefix + name for name in value}
    return found.union(*(keys(member, f"{prefix}{name}.") for name, member in value.items()))


def test_every_field_is_documented(conn: sqlite3.Connection, path: Path) -> None:
    section = DOCUMENT.read_text(encoding="utf-8").split("## `/health`")[1].split("\n## ")[0]
    assert set(re.findall(r"^\| `([\w.]+)` \|", section, re.MULTILINE)) == keys(report(path))


def test_every_setting_is_documented() -> None:
    section = DOCUMENT.read_text(encoding="utf-8").split("## Settings")[1].split("\n## ")[0]
    rows = re.findall(r"^\| `health\.(\w+)` \| (\d+) \|", section, re.MULTILINE)
    assert {name: float(value) for name, value in rows} == vars(health.HealthSettings())


def test_channels_that_a_feed_lost_are_counted(conn: sqlite3.Connection, path: Path) -> None:
    conn.executescript(
        """
        INSERT INTO feed_channels (provider_id, provider_channel_id, first_seen, last_seen) VALUES
            (1, 'c1', '2026', '2026-01-02T00:00:00Z'), (1, 'c2', '2026', '2026-01-01T00:00:00Z'),
            (1, 'unmapped', '2026', '2026-01-01T00:00:00Z'), (2, 'c2', '2026', '2026-01-01T00:00:00Z');
        """
    )
    said = report(path)
    assert [provider["stale_channels"] for provider in said["providers"]] == [1, 0]


async def test_an_empty_guide_without_enabled_providers(path: Path) -> None:
    conn = make_guide(path)
    conn.execute("UPDATE providers SET enabled = 0")
    conn.close()
    status, said = await asked(path)
    assert (status, said["status"], said["coverage_hours"]) == (200, "ok", None)


async def test_an_old_import_is_named(conn: sqlite3.Connection, path: Path) -> None:
    conn.execute("DELETE FROM import_log")
    imported(conn, 1, -60)
    imported(conn, 1, -2, "failed", error="http")
    status, said = await asked(path)
    assert (status, said["status"]) == (503, "stale")
    assert said["reasons"] == ["provider best has no good import for 60 hours; the limit is 48 hours"]
    assert said["providers"][0]["last_import"]["error_code"] == "http"
    assert (await asked(path, health={"max_age_hours": 61, "min_free_mb": 0}))[0] == 200


def test_a_partial_import_is_a_good_one(conn: sqlite3.Connection, path: Path) -> None:
    conn.execute("UPDATE import_log SET status = 'partial'")
    assert report(path)["status"] == "ok"


def test_a_running_import_is_shown_and_changes_nothing(conn: sqlite3.Connection, path: Path) -> None:
    imported(conn, 1, 0, "running", completed=None)
    said = report(path)
    assert (said["status"], said["providers"][0]["last_import"]["status"]) == ("ok", "running")


def test_never_imported_counts_from_the_day_it_was_added(conn: sqlite3.Connection, path: Path) -> None:
    conn.execute("UPDATE providers SET enabled = 1, created_at = ? WHERE id = 2", [moment(-47)])
    assert report(path)["status"] == "ok"
    conn.execute("UPDATE providers SET created_at = ? WHERE id = 2", [moment(-49)])
    assert report(path)["reasons"] == ["provider second has never been imported; the limit is 48 hours"]


def test_a_guide_that_runs_dry(conn: sqlite3.Connection, path: Path) -> None:
    conn.execute(
        "UPDATE airings SET end_time = ? WHERE id = (SELECT id FROM programs WHERE channel_id = 1 AND title = 'Last')",
        [moment(0.5)],
    )
    said = report(path)
    assert (said["status"], said["coverage_hours"]) == ("stale", 0.5)
    assert said["reasons"] == ["in 0.5 hours half of the channels have nothing more; at least 1 are wanted"]


def test_everything_is_over(conn: sqlite3.Connection, path: Path) -> None:
    delete_programmes(conn)
    assert report(path)["coverage_hours"] == 0
    assert report(path)["status"] == "stale"


def test_disabled_providers_and_hidden_channels_cover_nothing(conn: sqlite3.Connection, path: Path) -> None:
    mapped(conn, 2, 1)
    add(conn, 1, moment(90), moment(99), "Later", provider_id=2)
    assert report(path)["coverage_hours"] == 30
    conn.execute("UPDATE providers SET enabled = 1")
    assert report(path)["coverage_hours"] == 40
    conn.execute("UPDATE channels SET hidden = 1 WHERE id = 2")
    assert report(path)["coverage_hours"] == 99


@pytest.mark.parametrize(
    ("hours", "left"), [([], None), ([5], 5), ([5, 9], 5), ([1, 5, 9], 5), ([9, 1, 7, 5], 5), ([-3], 0)]
)
def test_half_of_the_channels(hours: list[float], left: float | None) -> None:
    assert coverage.hours_left((moment(value) for value in hours), time.time()) == left


async def test_a_full_disk(conn: sqlite3.Connection, path: Path) -> None:
    status, said = await asked(path, health={"min_free_mb": 10**12})
    assert (status, said["status"]) == (503, "error")
    assert re.fullmatch(r"only \d+ MB are free on the disk; at least 1e\+12 are wanted", said["reasons"][0])


# What may be wrong with the database


@pytest.mark.parametrize(
    ("damage", "state", "reason"),
    [
        (lambda path: path.unlink(), "missing", "the database cannot be opened"),
        (lambda path: path.write_bytes(b"no database" * 1000), "unreadable", "the database cannot be read"),
        (lambda path: path.write_bytes(b""), "unreadable", "the database cannot be read"),
    ],
)
async def test_a_database_that_breaks_while_served(path: Path, damage: Any, state: str, reason: str) -> None:
    make_guide(path).close()
    async with serving(path) as ds:
        for name in (path, Path(f"{path}-wal"), Path(f"{path}-shm")):
            if name.exists():
                damage(name) if name == path else name.unlink()
        answer = await ds.client.get("/health")
        ready = await ds.client.get("/-/readyz")
    said = answer.json()
    assert (answer.status_code, said["status"], said["database"]) == (503, "error", state)
    assert said["reasons"][0].startswith(reason)
    assert (ready.status_code, ready.json()["ready"]) == (503, False)
    assert str(path.parent) not in answer.text + ready.text


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ("INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('datasette_epg', 'm999_far', 'x')",
         "newer"),
        ("DELETE FROM _sqlite_migrations", "older"),
    ],
)  # fmt: skip
async def test_another_schema(conn: sqlite3.Connection, path: Path, change: str, word: str) -> None:
    async with serving(path) as ds:
        assert (await ds.client.get("/-/readyz")).json() == {"ready": True}
        conn.execute(change)
        said = (await ds.client.get("/health")).json()
        ready = await ds.client.get("/-/readyz")
    assert (said["status"], said["schema"]["current"]) == ("error", False)
    assert f"is {word} than this version" in said["reasons"][0]
    assert (ready.status_code, ready.json()["reasons"]) == (503, said["reasons"][:1])


def test_schemas_compared() -> None:
    known = ["m001_a", "m002_b"]
    assert health_reading.compare(known, known) == ("m002", True, None)
    assert health_reading.compare(known[:1], known)[:2] == ("m001", False)
    assert health_reading.compare([*known, "m003_c"], known)[:2] == ("m003", False)
    assert health_reading.compare([], known)[:2] == ("none", False)
    assert health_reading.compare(known, None) == ("m002", None, None)


def test_steps_are_those_of_the_code() -> None:
    assert (health_reading.known_steps() or [""])[0] == "m001_guide"


async def test_ready_does_not_mind_an_old_guide(conn: sqlite3.Connection, path: Path) -> None:
    conn.execute("DELETE FROM import_log")
    delete_programmes(conn)
    assert (await asked(path, "/-/readyz")) == (200, {"ready": True})


# Manners


@pytest.mark.parametrize("address", ["/health", "/-/readyz"])
async def test_methods_and_headers(conn: sqlite3.Connection, path: Path, address: str) -> None:
    async with serving(path) as ds:
        got, head = await ds.client.get(address), await ds.client.head(address)
        posted = await ds.client.post(address)
    assert (got.headers["content-type"], got.headers["cache-control"]) == (
        "application/json; charset=utf-8", "no-store",
    )  # fmt: skip
    assert (head.status_code, head.content) == (got.status_code, b"")
    assert got.headers["content-length"] == str(len(got.content))
    assert (posted.status_code, posted.headers["allow"], posted.json()["ok"]) == (405, "GET, HEAD", False)


@pytest.mark.parametrize("closed", [{"allow": {"id": "me"}}, {"databases": {"epg": {"allow": {"id": "me"}}}}])
async def test_a_closed_guide_says_only_how_it_is(
    conn: sqlite3.Connection, path: Path, closed: dict[str, Any]
) -> None:
    async with serving(path, metadata=closed) as ds:
        me = {"ds_actor": ds.sign({"a": {"id": "me"}}, "actor")}
        stranger, mine = await ds.client.get("/health"), await ds.client.get("/health", cookies=me)
        numbers, ready = await ds.client.get("/metrics"), await ds.client.get("/-/readyz")
    assert (stranger.status_code, stranger.json()) == (200, {"status": "ok"})
    assert (mine.status_code, mine.json()["providers"][0]["name"]) == (200, "best")
    assert (numbers.status_code, ready.status_code) == (401, 200)


async def test_another_database_is_left_alone(tmp_path: Path) -> None:
    sqlite3.connect(tmp_path / "other.db").execute("CREATE TABLE t (a)").connection.close()
    async with serving(tmp_path / "other.db") as ds:
        for address in ("/health", "/-/readyz", "/metrics"):
            assert (await ds.client.get(address)).status_code == 404


@pytest.mark.parametrize(
    ("given", "word"),
    [
        ({"max_age": 3}, "no setting 'max_age'"),
        ({"max_age_hours": "48"}, "must be a number"),
        ({"max_age_hours": True}, "must be a number"),
        ({"min_hours_ahead": -1}, "must be a number"),
        ({"min_free_mb": float("nan")}, "must be a number"),
        ({"min_free_mb": None}, "must be a number"),
        ([], "must have settings"),
        ("fast", "must have settings"),
    ],
)
async def test_wrong_settings_stop_the_start(path: Path, given: Any, word: str) -> None:
    make_guide(path).close()
    with pytest.raises(click.ClickException) as caught:
        await asked(path, health=given)
    assert word in caught.value.message
    assert caught.value.message.startswith("plugins: datasette-epg: health")
    assert "\n" not in caught.value.message


# Speed


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """2,000 channels with 30 programmes each."""
    path = tmp_path_factory.mktemp("large") / "epg.db"
    conn = make_guide(path)
    conn.executescript(
        """
        BEGIN;
        WITH RECURSIVE n(i) AS (SELECT 10 UNION ALL SELECT i + 1 FROM n WHERE i < 2009)
        INSERT INTO channels (id, name, display_name, created_at) SELECT i, 'c' || i, 'C', '2026-01-01T00:00:00Z' FROM n;
        INSERT INTO channel_mappings (provider_id, provider_channel_id, channel_id, method, created_at)
        SELECT 1, name, id, 'new', created_at FROM channels;
        INSERT INTO contents (id, title, hash) SELECT id, 'T', id FROM channels;
        WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 29)
        INSERT INTO airings (channel_id, provider_id, start_time, end_time, content_id, end_source, created_at, updated_at)
        SELECT c.id, 1, strftime('%Y-%m-%dT%H:%M:%SZ', 'now', i || ' hours'),
               strftime('%Y-%m-%dT%H:%M:%SZ', 'now', (i + 1) || ' hours'), c.id, 'feed', 'x', 'x' FROM n, channels c;
        COMMIT;
        ANALYZE;
        """
    )
    conn.close()
    yield path


def plan(path: Path, sql: str) -> list[str]:
    conn = sqlite3.connect(path)
    steps = [row[3] for row in conn.execute("EXPLAIN QUERY PLAN " + sql)]
    conn.close()
    return steps


def scans(path: Path, sql: str) -> list[str]:
    with closing(sqlite3.connect(path)) as conn:
        return query_plans.scans(conn, sql)


def test_no_query_scans_programmes(large: Path) -> None:
    assert scans(large, "SELECT count(*) FROM programs p WHERE end_time > '2'"), "the check sees scans"
    assert set(health_reading.SQL) == {"health_schema", "health_providers", "health_ahead"}
    for sql in health_reading.SQL.values():
        assert scans(large, sql) == []
    seeks = [step for step in plan(large, health_reading.SQL["health_ahead"]) if step.startswith("SEARCH p ")]
    assert seeks == ["SEARCH p USING INDEX sqlite_autoindex_airings_1 (provider_id=? AND channel_id=?)"]


def test_a_read_that_takes_too_long_is_an_error(large: Path) -> None:
    assert report(large)["coverage_hours"] == pytest.approx(30, abs=0.2)
    said = report(large, deadline=0.0)
    assert (said["status"], said["database"]) == ("error", "slow")
    assert said["reasons"] == ["reading the database took too long"]


async def test_slow_sql_of_others_does_not_delay_it(conn: sqlite3.Connection, path: Path) -> None:
    endless = "with recursive n(i) as (select 1 union all select i + 1 from n) select count(*) from n"
    async with serving(path) as ds:
        await ds.client.get("/health")
        slow = [
            asyncio.create_task(ds.client.get(f"{SQL}.json", params={"sql": f"{endless} limit {i}"}))
            for i in range(1, 7)
        ]
        await asyncio.sleep(0.2)
        assert (await ds.client.get("/health")).json()["database"] == "ok"
        assert not all(task.done() for task in slow)
        waiting = sum(not task.done() for task in slow)
        await asyncio.gather(*slow)
    assert waiting >= 3, "every thread of Datasette was taken"


async def test_many_at_once_are_one_look(path: Path) -> None:
    make_guide(path).close()
    begun, go = [], threading.Event()

    def look(number: int) -> int:
        begun.append(number)
        go.wait(10)
        return number

    async with serving(path) as ds:
        waiting = [asyncio.create_task(ds._epg_monitor.run(look, number)) for number in range(30)]
        await asyncio.sleep(0.05)
        waiting.pop().cancel()
        await asyncio.sleep(0)
        go.set()
        assert await asyncio.gather(*waiting) == [0] * 29, "one that goes away takes nothing from the others"
        assert begun == [0]
        assert await ds._epg_monitor.run(look, 99) == 99, "the next one looks anew"
