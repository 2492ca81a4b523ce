"""The public tables of line-ups name no host: neither that of a source nor one that it leads to. Those who may write see it."""

from __future__ import annotations

import json
import time
from contextlib import closing
from pathlib import Path

import pytest
from epg_ingest.cli.main import run
from epg_ingest.core.limits import Limits
from epg_ingest.lineup_store.lineup_changes import add_lineup
from epg_ingest.lineup_store.lineup_refresh import RefreshOptions, refresh
from epg_ingest.lineup_store.refresh_log import without_hosts
from epg_ingest.storage.database import open_database

from tests.helpers.feedserver import FeedServer, unused_port
from tests.helpers.support import NOON, Guide


def published(guide: Guide) -> str:
    rows = guide.rows("SELECT * FROM lineups") + guide.rows("SELECT * FROM lineup_refreshes")
    return json.dumps(rows, ensure_ascii=False)


def test_no_failure_of_a_source_names_its_host_in_a_table(guide: Guide) -> None:
    """Refused, unreachable, unknown, redirected, an error, no list: what the person gets does name it."""
    with FeedServer() as server:
        port = unused_port()
        sources = {
            "refused": (server.url("/list"), "deny"),
            "closed": (f"http://127.0.0.1:{port}/x", "allow"),
            "unknown": ("http://nas.invalid/x", "allow"),
            "elsewhere": (server.redirect("/away", f"http://127.0.0.1:{port}/y"), "allow"),
            "error": (server.fail("/error", [500]), "allow"),
            "nolist": (server.serve("/page", b"<html>hello</html>"), "allow"),
        }
        said = ""
        for name, (url, access) in sources.items():
            add_lineup(guide.db, guide.vault, name, url, now=NOON, local_files=True, private_addresses=access)
            outcome = refresh(guide.db, guide.vault, name, RefreshOptions(Limits(retries=0)), now=NOON)
            assert outcome.failed and outcome.message
            said += outcome.message
    text = published(guide)
    assert "127.0.0.1" in said and "nas.invalid" in said
    assert "127.0.0.1" not in text and "nas.invalid" not in text and str(port) not in text
    rows = guide.rows("SELECT error_message FROM lineup_refreshes")
    assert len(rows) == len(sources) and all(len(row["error_message"]) > 20 for row in rows)


def test_those_who_may_write_see_it(guide: Guide, capsys: pytest.CaptureFixture[str]) -> None:
    base = ["--db", str(guide.path), "lineups"]
    assert run([*base, "add", "home", "http://u:canary@tv.example:8080/list.m3u?token=canary"]) == 0
    assert run([*base, "add", "file", str(Path(__file__))]) == 0
    capsys.readouterr()
    assert run([*base, "list", "--json"]) == 0
    shown = capsys.readouterr().out
    assert [row["source_url"] for row in json.loads(shown)] == ["file:…", "http://tv.example:8080/…"]
    assert "canary" not in shown and "tv.example" not in published(guide)


def test_an_older_guide_loses_the_hosts_that_it_names(guide: Guide) -> None:
    guide.db.conn.executescript("""
        INSERT INTO lineups (id, name, title, source_kind, source_url, updated_at)
        VALUES (1, 'a', 'A', 'm3u', 'http://tv.example/…', '2026'), (2, 'b', 'B', 'm3u', 'file:…', '2026'),
               (3, 'c', 'C', 'hand', NULL, '2026'), (4, 'd', 'D', 'm3u', 'https://tv.example:8443', '2026');
        INSERT INTO lineup_refreshes (lineup_id, started_at, completed_at, status, trigger, error_code, error_message)
        VALUES (1, '2026', '2026', 'failed', 'cli', 'dns', 'the host name tv.example is not known');
        DELETE FROM _sqlite_migrations WHERE name = 'm015_lineup_hosts';
    """)
    guide.close()
    with closing(open_database(guide.path)) as db:
        rows = db.conn.execute("SELECT source_url FROM lineups ORDER BY id").fetchall()
        kept = db.conn.execute("SELECT error_code, error_message FROM lineup_refreshes").fetchall()
    assert rows == [("http://…",), ("file:…",), (None,), ("https://…",)]
    assert kept == [("dns", None)]


@pytest.mark.parametrize(
    ("message", "public"),
    [
        (
            "the host name tv.example is not known; check the URL",
            "the host name … is not known; check the URL",
        ),
        ("127.0.0.1:8080 refused; see http://10.0.0.1:99/… again", "… refused; see http://… again"),
        ("[fd00::1]:80 is not at a public address", "… is not at a public address"),
        ("nas did not answer; nasty", "… did not answer; nasty"),
        ("localhost:9 closed the connection", "… closed the connection"),
        ("longer than 600 s; raise download.deadline", "longer than 600 s; raise download.deadline"),
        ("lost 12.5 % of the list; use epg-ingest lineups refresh home --force", None),
        ("epg.secrets has no address", None),
    ],
)
def test_messages_without_hosts(message: str, public: str | None) -> None:
    assert without_hosts(message, "http://me:pw@nas:8080/x") == (public or message)


def test_a_long_message_takes_no_time() -> None:
    begun = time.process_time()
    for part in ("a-", "a.", "[", "1.", "a", "://"):
        without_hosts(part * 20_000, "http://nas/x")
    assert time.process_time() - begun < 5
