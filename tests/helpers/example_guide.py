"""A small guide in which the examples of the API description work, and a real server for it."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import requests
from epg_ingest.guide.providers import update_provider
from epg_ingest.storage.lineup_secrets import LineupSecrets, LineupSource
from epg_ingest.storage.vault import Vault, vault_path
from epg_ingest.watch_store import outbox_rows
from epg_ingest.watch_store.watch_edits import add_target, add_watch
from epg_ingest.watches import wording
from sqlite_utils import Database

from tests.helpers.datasette_helpers import add, copy_bundle, make_guide, moment
from tests.helpers.feedserver import unused_port
from tests.helpers.guide_rows import know_series

TOKEN = "example-token-of-the-tests"
IMPORTED = """
    INSERT INTO import_log (provider_id, started_at, completed_at, status, "trigger", programs_imported)
    SELECT id, :start, :end, 'success', 'cli', 30 FROM providers
"""
NOW = 1_795_348_800
#: the actor of the token, by metadata.yaml
OWNER = "epg-admin"
#: a red square; the server asks no host for it
LOGO = (
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAABAAAAAQCAIAAACQkWg2AAAAFklEQVR42mM8wUAaYGIY1TCqYdhqAACX5gDoxCcI"
    "1QAAAABJRU5ErkJggg=="
)


def fill(path: Path) -> None:
    """Two providers with unreachable feeds, three channels, past and present programmes, mappings and imports."""
    conn = make_guide(path)
    conn.execute("UPDATE channels SET icon_url = ? WHERE id = 1", [LOGO])
    conn.executescript(
        """
        UPDATE providers SET name = 'north' WHERE id = 1;
        UPDATE providers SET name = 'south' WHERE id = 2;
        INSERT INTO channel_mappings (id, provider_id, provider_channel_id, channel_id, method, score, created_at)
        VALUES (1, 1, 'one.north', 1, 'id', NULL, '2026-01-01T00:00:00Z'),
               (2, 2, 'two.south', 2, 'name', 0.95, '2026-01-01T00:00:00Z'),
               (3, 2, 'shop.south', NULL, 'manual', NULL, '2026-01-01T00:00:00Z');
        INSERT INTO feed_channels (provider_id, provider_channel_id, names, first_seen, last_seen)
        VALUES (1, 'one.north', '[{"text":"One HD"}]', '2026-01-01T00:00:00Z', '2026-01-02T00:00:00Z'),
               (2, 'two.south', '[{"text":"Two"}]', '2026-01-01T00:00:00Z', '2026-01-02T00:00:00Z');
        INSERT INTO import_log (id, provider_id, started_at, completed_at, status, "trigger", bytes_downloaded, problems)
        VALUES (1, 1, '2026-01-02T00:00:00Z', '2026-01-02T00:00:01Z', 'partial', 'cli', 1000, 2),
               (2, 2, '2026-01-02T00:00:00Z', '2026-01-02T00:00:01Z', 'failed', 'cli', NULL, 0);
        UPDATE import_log SET error_code = 'download', error_message = 'no answer', http_status = 404 WHERE id = 2;
        INSERT INTO import_problems (import_id, code, line, subject, message, count)
        VALUES (1, 'badstart', 7, 'one.north', 'cannot be read', 2), (1, 'empty', NULL, NULL, NULL, 1);
        INSERT INTO rules (id, position, field, pattern, action) VALUES (1, 810, 'title', '^Cinema: ', 'remove');
        DELETE FROM lineups;
        INSERT INTO lineups (id, name, title, source_kind, source_url, updated_at)
        VALUES (1, 'home', 'Living room', 'm3u', 'http://127.0.0.1/…', '2026-01-02T00:00:00Z');
        INSERT INTO lineup_channels (id, lineup_id, position, number, name, source_id, source_name, channel_id, method, score,
                                     reason, candidates)
        VALUES (1, 1, 1, '101', 'One HD', 'one', 'One HD', 1, 'id', 1.0, 'its id is the same', '[]'),
               (2, 1, 2, NULL, 'Two', NULL, 'Two', NULL, NULL, NULL, NULL,
                '[{"channel_id":2,"score":0.7,"reason":"its name is similar"}]');
        INSERT INTO lineup_refreshes (lineup_id, started_at, completed_at, status, "trigger", entries, matched)
        VALUES (1, '2026-01-02T00:00:00Z', '2026-01-02T00:00:01Z', 'success', 'cli', 2, 1);
        """
    )  # fmt: skip
    rich = {
        "subtitle": "Sunday", "description": "=The day.", "category": '["News","Talk"]', "season": 2, "episode": 5,
        "episode_num": "S2 E5", "actors": '["Ann Example"]', "is_new": 1, "details": '{"premiere":{}}',
    }  # fmt: skip
    add(conn, 1, "2026-11-22T20:00:00Z", "2026-11-22T20:30:00Z", "Evening news", **rich)
    add(conn, 1, "2026-11-22T20:30:00Z", "2026-11-22T22:00:00Z", "Film")
    add(conn, 2, "2026-11-22T21:00:00Z", "2026-11-22T22:00:00Z", "Late news", provider_id=2)
    for hours in range(-2, 30):
        add(conn, 1, moment(hours), moment(hours + 1), f"News {hours}", **rich)
        add(conn, 2, moment(hours + 0.5), moment(hours + 1.5), f"Film {hours}", provider_id=2)
    know_series(conn)
    conn.execute(IMPORTED, {"start": moment(-0.1), "end": moment(0)})
    feed = {"url": f"http://127.0.0.1:{unused_port()}/feed.xml", "private_addresses": "allow"}
    for provider in (1, 2):
        update_provider(Database(conn), Vault(vault_path(path)), provider, feed, now=NOW)
    source = LineupSource(f"http://127.0.0.1:{unused_port()}/list.m3u", {}, "allow", "key-of-the-example")
    LineupSecrets(Vault(vault_path(path))).put(1, source)
    fill_watches(path)
    conn.close()


def fill_watches(path: Path) -> None:
    """A watch, a target that nobody answers at, and an alert, all of the actor of the token."""
    vault = Vault(vault_path(path))
    add_watch(vault, path, OWNER, {"kind": "title", "value": "Film"}, NOW)
    target = {"name": "bell", "url": f"http://127.0.0.1:{unused_port()}/hook"}
    made = add_target(vault, OWNER, target, NOW)
    alert = outbox_rows.NewAlert("example", OWNER, made.id, 1, wording.test_message(made.name, NOW))
    with vault.writing() as conn:
        outbox_rows.put(conn, alert, NOW)


def bundle(folder: Path) -> Path:
    """A copy of the bundle with this guide."""
    fill(copy_bundle(folder) / "epg.db")
    return folder


@contextmanager
def server(folder: Path, log: Path) -> Iterator[str]:
    """Run `datasette .` with a token in `folder`, and give its address. Its output goes to the file `log`."""
    port = unused_port()
    command = [sys.executable, "-m", "datasette", "serve", ".", "--host", "127.0.0.1", "--port", str(port)]
    environment = {**os.environ, "EPG_API_TOKEN": TOKEN, "EPG_DOWNLOAD_RETRIES": "0"}
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, cwd=folder, env=environment, stdout=output, stderr=subprocess.STDOUT
        )
        try:
            address = f"http://127.0.0.1:{port}"
            wait_until_ready(address, process)
            yield address
        finally:
            process.terminate()
            process.wait(20)


def wait_until_ready(address: str, process: subprocess.Popen[bytes], seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end and process.poll() is None:
        try:
            if requests.get(f"{address}/-/readyz", timeout=5).status_code == 200:
                return
        except requests.ConnectionError:
            time.sleep(0.1)
    raise AssertionError(f"the server does not answer; it ended with {process.poll()}")
