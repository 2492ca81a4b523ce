"""The topology of the files in `deploy/`: each part is killed in turn, and readers see complete guides only."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.helpers.replicas.topology import (
    CHANNELS,
    NGINX,
    PARTS,
    PASSWORD,
    PER_CHANNEL,
    PRIMARY,
    REPLICA1,
    REPLICA2,
    ROOT,
    TOKEN,
    Readers,
    Running,
    Store,
    require_replication,
    s3_store,
    title,
    topology,
    wait_until,
)

pytestmark = pytest.mark.slow
BEARER = f"Bearer {TOKEN}"
#: the contract asks for so many checks
MIN_CHECKS = 1000


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    require_replication()
    with s3_store(tmp_path_factory.mktemp("store")) as found:
        yield found


@pytest.fixture(scope="module")
def running(store: Store, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with topology(tmp_path_factory.mktemp("topology"), store.url) as found:
        yield found


@pytest.fixture(scope="module")
def readers(running: Running) -> Iterator[Readers]:
    """From the first guide to the end of the module."""
    for server in (REPLICA1, REPLICA2):
        wait_until(lambda n=server: answered(running, n), "the replica answers")
        reply = running.ask(server, "/-/readyz")
        assert reply.status == 503 and reply.json()["reasons"] == ["no guide has been received yet"]
    running.load(1)
    running.arrived(1)
    with Readers(running) as found:
        yield found


def answered(running: Running, server: int) -> bool:
    try:
        return running.ask(server, "/-/readyz").status in (200, 503)
    except OSError:
        return False


def content(path: Path) -> list[tuple[object, ...]]:
    """Everything of a guide, after SQLite has checked the file."""
    conn = sqlite3.connect(path.as_uri() + "?mode=ro", uri=True)
    try:
        assert conn.execute("PRAGMA quick_check").fetchone() == ("ok",)
        (number,) = conn.execute("SELECT number FROM generation").fetchone()
        assert conn.execute("PRAGMA user_version").fetchone() == (number,)
        tables = "contents", "airings", "channels", "providers", "import_log", "generation"
        return [tuple(row) for table in tables for row in conn.execute(f"SELECT * FROM {table} ORDER BY id")]
    finally:
        conn.close()


def test_a_new_guide_reaches_both_replicas(running: Running, readers: Readers) -> None:
    running.load(2)
    assert running.arrived(2) < 30
    for server in (NGINX, REPLICA1, REPLICA2):
        assert running.ready(server)


@pytest.mark.parametrize("part", PARTS)
def test_readers_go_on_when_a_part_is_killed(running: Running, readers: Readers, part: str) -> None:
    """Each part is killed once during an import, and is there again for the next guide."""
    version = 10 + PARTS.index(part)
    importing = running.importing(version)
    time.sleep(0.4)
    running.kill(part)
    if part in ("replica1", "replica2", "primary"):
        # nginx uses the others.
        assert running.ask(NGINX, f"/api/v1/now?channels={version}").status == 200
    assert importing.wait(60) == 0
    running.arrived(version)


def test_a_writer_that_dies_in_mid_import(running: Running, readers: Readers) -> None:
    number = running.whole(PRIMARY)["generation"]
    for tenths in (3, 5, 7, 9):
        importing = running.importing(30)
        time.sleep(tenths / 10)
        importing.kill()
        importing.wait()
        seen = running.whole(PRIMARY)
        assert seen["first"] == seen["last"]
        # Nothing of the new guide or, if the import had finished, all of it.
        assert seen["last"] == title(30) or seen["generation"] == number
    running.load(31)
    running.arrived(31)


def test_a_store_that_is_away(running: Running, readers: Readers, store: Store) -> None:
    store.hang()
    try:
        running.load(40)
        time.sleep(3)
        for server in (REPLICA1, REPLICA2):
            assert running.whole(server)["last"] == title(31)
            assert running.ready(server)
    finally:
        store.go_on()
    running.arrived(40)


def test_synchronisations_killed_at_any_moment(running: Running, readers: Readers) -> None:
    for version, moment in enumerate((0.9, 1.6), 50):
        running.load(version)
        time.sleep(moment)
        running.kill("replica1-sync")
    running.arrived(51)


def test_writes_go_to_the_primary(running: Running, readers: Readers) -> None:
    provider = f'{{"name": "other", "xmltv_url": "https://user:{PASSWORD}@example.org/{PASSWORD}.xml"}}'
    json_type = {"Content_Type": "application/json"}
    refused = running.ask(REPLICA1, "/api/v1/providers", "POST", provider, Authorization=BEARER, **json_type)
    assert refused.status == 503
    assert refused.json()["primary"] == f"http://127.0.0.1:{running.port + PRIMARY}"
    assert refused.headers["retry-after"] == "60" and refused.headers["cache-control"] == "no-store"

    made = running.ask(NGINX, "/api/v1/providers", "POST", provider, Authorization=BEARER, **json_type)
    assert made.status == 201, made.body
    seen = running.ask(NGINX, "/api/v1/providers", Authorization=BEARER)
    assert seen.headers["x-cache"] == "BYPASS" and PASSWORD in seen.body.decode()
    # Each write has its own version; readers of this generation still see the guide before it.
    wait_until(
        lambda: running.whole(REPLICA2)["generation"] >= running.whole(PRIMARY)["generation"], "it arrives"
    )


def test_the_cache(running: Running, readers: Readers) -> None:
    path = "/api/v1/channels?limit=7"
    assert running.ask(NGINX, path).headers["x-cache"] == "MISS"
    hit = running.ask(NGINX, path)
    assert hit.headers["x-cache"] == "HIT" and hit.headers["vary"] == "Accept-Encoding"
    assert running.ask(NGINX, path, Cookie="theme=dark").headers["x-cache"] == "HIT"
    assert running.ask(NGINX, path, If_None_Match=hit.headers["etag"]).status == 304
    assert running.ask(NGINX, path, Authorization=BEARER).headers["x-cache"] == "BYPASS"
    assert running.ask(NGINX, path, Cookie="ds_actor=x").headers["x-cache"] == "BYPASS"
    assert running.ask(NGINX, path + "&nonsense=1").status == 400
    page = running.ask(NGINX, "/guide/search?q=version")
    assert page.status == 200 and page.headers["x-cache"] == "MISS"
    assert running.ask(NGINX, "/guide/search?q=version", Cookie="epg_tz=UTC").headers["x-cache"] == "BYPASS"
    assert "x-cache" not in running.ask(NGINX, "/-/epg/login").headers


def test_at_the_end_all_files_are_the_same(running: Running, readers: Readers, store: Store) -> None:
    generation = running.whole(PRIMARY)["generation"]
    for server in (REPLICA1, REPLICA2):
        wait_until(lambda n=server: running.whole(n)["generation"] == generation, "the replica has all")
    primary = content(running.folder / "primary" / "epg.db")
    assert primary == content(running.folder / "replica1" / "epg.db")
    assert primary == content(running.folder / "replica2" / "epg.db")
    assert len(primary) > CHANNELS * PER_CHANNEL


def test_secrets_stay_with_the_primary(
    running: Running, readers: Readers, store: Store, tmp_path: Path
) -> None:
    assert PASSWORD.encode() in (running.folder / "primary" / "epg.secrets").read_bytes()
    assert "secrets" not in store.listing()
    restored = tmp_path / "restored.db"
    litestream = str(Path(sys.executable).parent / "litestream")
    subprocess.run(
        [litestream, "restore", "-o", str(restored), store.url], check=True, env=running.environ, cwd=ROOT
    )
    copies = [restored, *(running.folder / "replica1").iterdir(), *(running.folder / "replica2").iterdir()]
    for path in (path for path in copies if path.is_file()):
        assert PASSWORD.encode() not in path.read_bytes(), path.name
        assert path.suffix != ".secrets"


def test_readers_only_ever_saw_a_complete_guide(readers: Readers) -> None:
    wait_until(lambda: readers.checks >= MIN_CHECKS, "enough checks")
    print(
        f"{readers.checks} checks, {len(readers.running.versions)} generations, {readers.away} met a killed server"
    )
    assert readers.torn == []
    assert readers.bad == []
