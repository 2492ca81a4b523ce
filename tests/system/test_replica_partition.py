"""Store, writer and replicas on separate hosts that are cut off from each other: readers notice nothing, and all catch up.

The parts are those of `deploy/replicas/local.py`, each started in the network namespace of its host. The first replica
fetches the whole guide each time, the second one follows (`--follow`).
"""

from __future__ import annotations

import http.client
import importlib.util
import json
import os
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tests.helpers.replicas.namespaces import Network, network, require_namespaces
from tests.helpers.replicas.topology import (
    LOCAL,
    NGINX,
    PRIMARY,
    REPLICA1,
    REPLICA2,
    Readers,
    Reply,
    Running,
    require_replication,
    title,
    wait_until,
)

pytestmark = [pytest.mark.slow, pytest.mark.root]
#: host of each server, by the numbers in `topology`
HOSTS = {NGINX: "front", PRIMARY: "writer", REPLICA1: "replica1", REPLICA2: "replica2"}
STORE_PORT, PORT = 5000, 8000
#: the acceptance test: seconds from the repair of the network to the newest guide on every replica
CONVERGENCE = 120.0
MIN_READS = 500
#: Litestream keeps single changes for five minutes; here for seconds, so that a cut can last longer
KEPT_SHORTLY = "l0-retention: 3s\nl0-retention-check-interval: 1s\nlevels:\n  - interval: 2s\n"
ENVIRON = {
    "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test-of-replicas", "EPG_CHECKPOINT": "external",
    "EPG_RETENTION_DAYS": "none", "EPG_RETENTION_LOG_DAYS": "none", "NO_PROXY": "*", "no_proxy": "*",
}  # fmt: skip


def load_local() -> ModuleType:
    """The module `deploy/replicas/local.py`, which is in no package."""
    spec = importlib.util.spec_from_file_location("epg_replicas_local", LOCAL)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


local = load_local()


class Spread(local.Topology):  # type: ignore[name-defined,misc]
    """The topology for one machine, spread over the hosts of a network."""

    def __init__(self, folder: Path, net: Network) -> None:
        address = f"http://{net.address('store')}:{STORE_PORT}"
        store = f"s3://guide/epg?endpoint={address}&region=us-east-1&forcePathStyle=true"
        super().__init__(folder, store, PORT, [], "100000r/s")
        self.net = net

    def address(self, number: int) -> str:
        return f"{self.net.address(HOSTS[number])}:{PORT + number}"

    def web(self, database: Path, number: int) -> list[str]:
        return ["0.0.0.0" if word == "127.0.0.1" else word for word in super().web(database, number)]

    def prepare(self) -> None:
        super().prepare()
        given = (local.DEPLOY / "litestream.yml").read_text(encoding="utf-8")
        (self.folder / "litestream.yml").write_text(KEPT_SHORTLY + given, encoding="utf-8")

    def parts(self) -> list[Any]:
        found: list[Any] = super().parts()
        for part in found:
            part.environ |= ENVIRON
            if part.name == "replica2-sync":
                part.command.append("--follow")
            if part.name == "litestream":
                part.command[-1] = str(self.folder / "litestream.yml")
        return found

    def start(self, part: Any) -> None:
        host = {"litestream": "writer", "primary": "writer", "nginx": "front"}
        with self.net.inside(host.get(part.name, part.name.removesuffix("-sync"))):
            super().start(part)

    @contextmanager
    def kept(self) -> Iterator[None]:
        """Keep every part running during the block."""
        self.prepare()
        parts, ended = self.parts(), threading.Event()

        def keep() -> None:
            while not ended.wait(0.1):
                for part in parts:
                    self.keep(part)

        keeper = threading.Thread(target=keep)
        keeper.start()
        try:
            yield
        finally:
            ended.set()
            keeper.join()
            self.stop(parts)


class Hosts(Running):
    """Each question is asked on the host of its server; nginx reaches its servers through the network."""

    def __init__(self, spread: Spread, store: subprocess.Popen[bytes]) -> None:
        super().__init__(spread.folder, PORT, store, {**os.environ, **ENVIRON})
        self.net = spread.net

    def ask(
        self, server: int, path: str, method: str = "GET", body: str | None = None, **headers: str
    ) -> Reply:
        host = HOSTS[server]
        connection = http.client.HTTPConnection(self.net.address(host), PORT + server, timeout=30)
        try:
            with self.net.inside(host):
                connection.connect()
            connection.request(method, path, body, headers)
            return Reply(connection.getresponse())
        finally:
            connection.close()

    def importing(self, version: int) -> subprocess.Popen[bytes]:
        with self.net.inside("writer"):
            return super().importing(version)

    def begun(self) -> int:
        """The number of imports that have begun."""
        conn = sqlite3.connect((self.folder / "primary" / "epg.db").as_uri() + "?mode=ro", uri=True)
        try:
            return int(conn.execute("SELECT count(*) FROM import_log").fetchone()[0])
        finally:
            conn.close()

    def metric(self, server: int, name: str) -> float:
        text = self.ask(server, "/metrics").body.decode()
        (value,) = (
            line.split()[-1] for line in text.splitlines() if line.startswith((f"{name} ", f"{name}{{"))
        )
        return float(value)

    def lag(self, server: int) -> float:
        """The alarm of docs/replicas.md: the number of changes that a replica does not have yet."""
        name = "epg_guide_generation"
        return self.metric(PRIMARY, name) - self.metric(server, name)

    def age(self, server: int) -> float:
        """Seconds since the last good import that this server knows of."""
        return self.metric(server, "epg_provider_last_success_age_seconds")

    def missed(self, server: int) -> str:
        """The name in the store of the first change that a replica does not have."""
        state = json.loads((self.folder / HOSTS[server] / "replica.json").read_text(encoding="utf-8"))
        number = int(state["txid"], 16) + 1
        return f"epg/0000/{number:016x}-{number:016x}.ltx"

    def single_changes(self) -> set[str]:
        """The single changes in the store. Litestream always keeps the newest."""
        with self.net.inside("store"):
            connection = http.client.HTTPConnection("127.0.0.1", STORE_PORT, timeout=30)
            connection.connect()
        try:
            connection.request("GET", "/guide?list-type=2&prefix=epg/0000/")
            text = connection.getresponse().read().decode()
        finally:
            connection.close()
        return {part.partition("</Key>")[0] for part in text.split("<Key>")[1:]}


@contextmanager
def s3_server(folder: Path, net: Network) -> Iterator[subprocess.Popen[bytes]]:
    """An S3 server in memory on the host `store`, with an empty bucket."""
    command = [sys.executable, "-m", "moto.server", "-H", "0.0.0.0", "-p", str(STORE_PORT)]
    with (folder / "store.log").open("wb") as log, net.inside("store"):
        process = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        wait_until(lambda: made_bucket(net), "the S3 server starts")
        yield process
    finally:
        process.kill()
        process.wait()


def made_bucket(net: Network) -> bool:
    with suppress(OSError), net.inside("store"):
        connection = http.client.HTTPConnection("127.0.0.1", STORE_PORT, timeout=30)
        connection.request("PUT", "/guide")
        return connection.getresponse().status == 200
    return False


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hosts]:
    require_namespaces()
    require_replication()
    folder = tmp_path_factory.mktemp("hosts")
    with network("store", *HOSTS.values()) as net, s3_server(folder, net) as store:
        spread = Spread(folder / "site", net)
        with spread.kept():
            yield Hosts(spread, store)


@pytest.fixture(scope="module")
def readers(running: Hosts) -> Iterator[Readers]:
    """From the first guide to the end of the module."""
    wait_until(lambda: running.ready(PRIMARY), "the primary is ready")
    running.load(1)
    converged(running, 1)
    with Readers(running) as found:
        yield found


def converged(running: Hosts, version: int, *replicas: int) -> float:
    """Seconds until the replicas (by default all) show a version and have no lag."""
    began = time.monotonic()
    servers = replicas or (REPLICA1, REPLICA2)
    wait_until(
        lambda: all(running.shows(n, version) and running.lag(n) == 0 for n in servers),
        f"{', '.join(HOSTS[n] for n in servers)} shows {version}",
        CONVERGENCE,
    )
    return time.monotonic() - began


def load_unnoticed(running: Hosts, version: int, old: int, *replicas: int) -> None:
    """Run two imports that do not reach the replicas. They serve the old guide, are ready, and their lag rises."""
    lags, ages = {n: [running.lag(n)] for n in replicas}, {n: running.age(n) for n in replicas}
    began = time.monotonic()
    for number in (version, version + 1):
        running.load(number)
        assert running.shows(PRIMARY, number)
        time.sleep(2)
        for server in replicas:
            assert running.whole(server)["last"] == title(old)
            assert running.ready(server)
            lags[server].append(running.lag(server))
    passed = time.monotonic() - began
    for server in replicas:
        assert lags[server] == sorted(set(lags[server])), lags
        assert running.age(server) >= ages[server] + passed - 1
        assert running.age(server) > running.age(PRIMARY)


def test_the_store_is_cut_off_during_an_import(running: Hosts, readers: Readers) -> None:
    begun = running.begun()
    importing = running.importing(2)
    wait_until(lambda: running.begun() > begun, "the import has begun")
    with running.net.without("store"):
        assert importing.poll() is None, "the import was through before the store was away"
        assert importing.wait(60) == 0
        assert running.shows(PRIMARY, 2)
        load_unnoticed(running, 3, 1, REPLICA1, REPLICA2)
    print(f"store cut off: {converged(running, 4):.1f} s after healing")


def test_the_writer_is_cut_off(running: Hosts, readers: Readers) -> None:
    with running.net.without("writer"):
        load_unnoticed(running, 10, 4, REPLICA1, REPLICA2)
    print(f"writer cut off: {converged(running, 11):.1f} s after healing")


@pytest.mark.parametrize(("server", "other", "version"), [(REPLICA1, REPLICA2, 20), (REPLICA2, REPLICA1, 30)])
def test_a_replica_is_cut_off(
    running: Hosts, readers: Readers, server: int, other: int, version: int
) -> None:
    """The cut lasts longer than the store keeps the single changes that the replica needs next."""
    old = 11 if server == REPLICA1 else 21
    with running.net.without(HOSTS[server]):
        load_unnoticed(running, version, old, server)
        converged(running, version + 1, other)
        missed = running.missed(server)
        wait_until(lambda: min(running.single_changes()) > missed, "the store has dropped that change")
        assert running.whole(server)["last"] == title(old)
    print(f"{HOSTS[server]} cut off: {converged(running, version + 1):.1f} s after healing")


def test_readers_only_ever_saw_a_complete_guide(running: Hosts, readers: Readers) -> None:
    wait_until(lambda: readers.checks >= MIN_READS, "enough reads")
    print(f"{readers.checks} reads, {len(running.versions)} generations, {readers.away} without an answer")
    assert readers.bad == []
    assert readers.torn == []
    assert readers.away == 0
