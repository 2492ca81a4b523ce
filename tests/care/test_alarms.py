"""`status --check`: what cron and monitoring programs are told, and with which status."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from typing import Any

import pytest
from epg_ingest.care.alarms import AlarmBounds, alarms
from epg_ingest.cli.app import App
from epg_ingest.cli.main import run
from epg_ingest.core.times import iso
from epg_ingest.logos.logo_address import key_of
from epg_ingest.logos.logo_folder import LogoFolder, folder_beside
from epg_ingest.logos.logo_state import fetched

from tests.helpers.support import DAY, HOUR, NOON, Guide, feed, show

Epg = Callable[..., tuple[int, str, str]]


def provider(**more: Any) -> dict[str, Any]:
    good = {"status": "success", "error_message": None}
    made = {
        "name": "uk",
        "enabled": True,
        "last_good_at": iso(NOON - HOUR),
        "hours_ahead": 100.0,
        "last_import": good,
    }
    return {**made, **more}


FAILED = {"status": "failed", "error_message": "HTTP 404"}
CASES: dict[str, tuple[dict[str, Any], list[str]]] = {
    "all is well": (provider(), []),
    "partial is good enough": (provider(last_import={"status": "partial", "error_message": None}), []),
    "running is no alarm": (provider(last_import={"status": "running", "error_message": None}), []),
    "failed": (provider(last_import=FAILED), ["uk: the last import failed: HTTP 404"]),
    "at the limit of age": (provider(last_good_at=iso(NOON - 2 * DAY)), []),
    "stale": (provider(last_good_at=iso(NOON - 3 * DAY)), ["uk: stale: no good import for 72 hours; at most 48 are wanted"]),
    "nearly out": (provider(hours_ahead=11.9), ["uk: programmes for 11.9 hours only; at least 12 are wanted"]),
    "at the limit of the guide": (provider(hours_ahead=12.0), []),
    "never imported": (provider(last_good_at=None, last_import=None), ["uk: has never been imported; run: epg-ingest import"]),
    "never with success": (provider(last_good_at=None, last_import=FAILED), ["uk: the first import failed: HTTP 404"]),
    "three": (provider(last_import=FAILED, last_good_at=iso(NOON - 9 * DAY), hours_ahead=0.0), ["failed", "stale", "0"]),
    "disabled": (provider(enabled=False, hours_ahead=0.0), ["no provider is enabled"]),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_what_is_an_alarm(case: str) -> None:
    row, said = CASES[case]
    found = alarms({"providers": [row]}, AlarmBounds(), NOON)
    assert len(found) == len(said)
    assert all(part in line for part, line in zip(said, found, strict=True)), found


def test_bounds_count_for_each_provider() -> None:
    rows = {
        "providers": [provider(), provider(name="fr", hours_ahead=5.0), provider(name="de", enabled=False)]
    }
    assert len(alarms(rows, AlarmBounds(), NOON)) == 1
    assert len(alarms(rows, AlarmBounds(min_ahead=200), NOON)) == 2
    assert len(alarms(rows, AlarmBounds(max_age=0.5, min_ahead=1), NOON)) == 2


@pytest.fixture
def epg(guide: Guide, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Epg:
    monkeypatch.chdir(guide.folder)
    for name in [name for name in os.environ if name.startswith("EPG_")]:
        monkeypatch.delenv(name)

    def call(*args: str, now: int = NOON) -> tuple[int, str, str]:
        monkeypatch.setattr(App, "now", property(lambda app: now))
        capsys.readouterr()
        status = run(args)
        return (status, *capsys.readouterr())

    return call


def test_the_command(guide: Guide, epg: Epg) -> None:
    guide.load("uk", feed([show("c", NOON + h * HOUR, NOON + (h + 1) * HOUR, "News") for h in range(30)]))
    with closing(sqlite3.connect(guide.path, isolation_level=None)) as conn:
        conn.execute("UPDATE import_log SET completed_at = started_at")
    assert epg("status", "--check") == (0, "ok: 30 programmes shown\n", "")
    assert epg("-q", "status", "--check") == (0, "", "")
    assert json.loads(epg("status", "--check", "--json")[1]) == {"ok": True, "problems": []}
    late = {"now": NOON + 20 * HOUR}
    status, out, err = epg("status", "--check", **late)
    assert (status, out, err) == (1, "uk: programmes for 10 hours only; at least 12 are wanted\n", "")
    assert epg("-q", "status", "--check", **late)[:2] == (1, out)
    assert epg("status", "--check", "--min-ahead", "10", **late)[0] == 0
    assert epg("status", "--check", "--min-ahead", "1", "--max-age", "19", **late)[0] == 1
    guide.load("uk", b"<html>", now=NOON + 60)
    assert "uk: the last import failed" in epg("status", "--check")[1]
    assert epg("status")[0] == 0, "without --check it only shows"
    found = json.loads(epg("status", "--check", "--json")[1])
    assert not found["ok"] and len(found["problems"]) == 1


def test_a_killed_import_is_a_failed_one(guide: Guide, epg: Epg) -> None:
    guide.load("uk", feed([show("c", NOON + h * HOUR, NOON + (h + 1) * HOUR, "News") for h in range(30)]))
    with closing(sqlite3.connect(guide.path, isolation_level=None)) as conn:
        conn.execute(
            "INSERT INTO import_log (provider_id, started_at, status, trigger) VALUES (1, ?, 'running', 'cli')",
            [iso(NOON)],
        )
    status, out, _ = epg("status", "--check", "--max-age", "9999")
    assert (status, "uk: the last import failed: the import was interrupted" in out) == (1, True)


def test_without_a_guide_it_is_an_error(epg: Epg) -> None:
    assert epg("--db", "none.db", "status", "--check")[0] == 2


def test_sizes_add_up(guide: Guide, epg: Epg) -> None:
    guide.load(
        "uk", feed([show("c", NOON + h * HOUR, NOON + (h + 1) * HOUR, f"News {h}") for h in range(300)])
    )
    guide.close()
    found = json.loads(epg("status", "--sizes", "--json")[1])
    rows = {row["table"]: row for row in found["tables"]}
    assert (rows["airings"]["rows"], rows["contents"]["rows"], rows["contents_fts"]["rows"]) == (
        300,
        300,
        300,
    )
    assert found["bytes"] == guide.path.stat().st_size
    taken = sum(row["bytes"] for row in found["tables"])
    assert 0.8 * found["bytes"] < taken + found["free_bytes"] <= found["bytes"]
    assert not [name for name in rows if name.startswith("contents_fts_")]
    folder = LogoFolder(folder_beside(guide.path))
    assert found["pictures"] == {"addresses": 0, "bytes": 0} and not folder.path.exists()
    folder.make()
    folder.keep(key_of("http://i/"), fetched({"96": folder.add(b"123", "png")}, None, None, 0))
    assert json.loads(epg("status", "--sizes", "--json")[1])["pictures"] == {"addresses": 1, "bytes": 3}
    status, out, err = epg("status", "--sizes")
    assert "pictures  3 B from 1 source\n" in out
    assert (status, err, "airings" in out, out.startswith("database  ")) == (0, "", True, True)
