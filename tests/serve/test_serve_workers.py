"""Two workers over one database: both write, each shows at once what the other wrote, and both serve requests."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from benchmarks import web_workers
from tests.helpers.datasette_helpers import add, make_guide, moment
from tests.helpers.serve_process import TOKEN, Served, served

pytestmark = pytest.mark.slow
HEADERS = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"}
WRITERS, WRITES = 4, 15
WORKERS = 2


class Client:
    """A connection that is kept, so that every request on it goes to the worker that accepted it."""

    def __init__(self, web: Served) -> None:
        self.connection = web.connect()

    def ask(self, path: str, method: str = "GET", body: object = None) -> tuple[int, int, bytes]:
        """Status, generation (-1 where none is said) and body."""
        headers = HEADERS if method != "GET" else {}
        self.connection.request(method, path, None if body is None else json.dumps(body), headers)
        answer = self.connection.getresponse()
        return answer.status, int(answer.headers.get("X-EPG-Generation", -1)), answer.read()

    def requests(self) -> float:
        """How many requests this worker has counted: `/metrics` speaks for one process."""
        text = self.ask("/metrics")[2].decode()
        return sum(float(value) for value in re.findall(r"^epg_http_requests_total{.*} (\S+)$", text, re.M))


def one_for_each_worker(web: Served) -> list[Client]:
    """A client for each worker. The kernel says which worker holds the other end of a connection."""
    found: dict[int, Client] = {}
    end = time.monotonic() + 60
    while len(found) < WORKERS:
        assert time.monotonic() < end, "all connections went to one worker"
        batch = [Client(web) for _ in range(8)]
        for client in batch:
            assert client.ask("/api/v1/channels")[0] == 200
            found.setdefault(worker_of(client.connection, web), client)
        for client in batch:
            if client not in found.values():
                client.connection.close()
    return list(found.values())


def socket_between(local: int, remote: int) -> str:
    """The inode of a socket. The kernel lists sockets in pieces and can miss one while others come and go."""
    for _ in range(50):
        for row in (line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]):
            if row[1].endswith(f":{local:04X}") and row[2].endswith(f":{remote:04X}") and row[9] != "0":
                return row[9]
        time.sleep(0.02)
    raise AssertionError(f"no socket between the ports {local} and {remote}")


def worker_of(connection: http.client.HTTPConnection, web: Served) -> int:
    """The worker that accepted this connection: the one that has the socket of its other end open."""
    port = connection.sock.getsockname()[1]
    inode = socket_between(web.port, port)
    for pid in web.workers():
        for file in Path(f"/proc/{pid}/fd").iterdir():
            try:
                if str(file.readlink()) == f"socket:[{inode}]":
                    return pid
            except FileNotFoundError:
                continue
    raise AssertionError("nobody has it")


@pytest.fixture(scope="module")
def web(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("workers")
    conn = make_guide(folder / "epg.db")
    add(conn, 1, moment(-1), moment(1), "On now")
    conn.close()
    with served(folder, "--workers", str(WORKERS)) as running:
        yield running


def test_what_one_worker_wrote_every_worker_shows_at_once(web: Served) -> None:
    one, other = one_for_each_worker(web)
    for number in range(20):
        writer, reader = (one, other) if number % 2 else (other, one)
        status, generation, _ = writer.ask("/api/v1/channels/1", "PATCH", {"display_name": f"Name {number}"})
        assert status == 200
        for client in (reader, writer):
            status, seen, body = client.ask("/api/v1/channels/1")
            assert (status, json.loads(body)["display_name"]) == (200, f"Name {number}")
            assert seen >= generation
            assert f"Name {number}".encode() in client.ask("/api/v1/channels")[2]


def test_concurrent_writes_on_both_are_all_there_and_reads_never_go_back(web: Served) -> None:
    clients = one_for_each_worker(web)
    problems: list[str] = []
    done = threading.Event()

    def write(number: int) -> None:
        client = Client(web)
        for count in range(WRITES):
            status, _, body = client.ask("/api/v1/providers", "POST", {"name": f"p-{number}-{count}"})
            if status != 201:
                problems.append(f"{status} {body!r}")

    def read(client: Client) -> None:
        latest, count = 0, 0
        while not done.is_set():
            _, generation, body = client.ask("/api/v1/providers")
            if generation < latest or (generation == latest and count and len(json.loads(body)) != count):
                problems.append(f"generation {generation} after {latest}")
            latest, count = generation, len(json.loads(body))

    readers = [threading.Thread(target=read, args=[client]) for client in clients]
    writers = [threading.Thread(target=write, args=[number]) for number in range(WRITERS)]
    for thread in readers + writers:
        thread.start()
    for thread in writers:
        thread.join()
    done.set()
    for thread in readers:
        thread.join()
    assert problems == []
    with closing(sqlite3.connect(web.output.parent / "epg.db")) as conn:
        (written,) = conn.execute("SELECT count(*) FROM providers WHERE name LIKE 'p-%'").fetchone()
        (recorded,) = conn.execute(
            "SELECT count(*) FROM write_log WHERE action = 'provider.create'"
        ).fetchone()
    assert (written, recorded) == (WRITERS * WRITES, WRITERS * WRITES)
    for client in clients:
        names = {row["name"] for row in json.loads(client.ask("/api/v1/providers")[2])}
        assert len([name for name in names if name.startswith("p-")]) == WRITERS * WRITES


def test_both_workers_work_and_each_counts_for_itself(web: Served) -> None:
    one, other = one_for_each_worker(web)
    before = one.requests(), other.requests()
    for _ in range(50):
        one.ask("/api/v1/channels")
    for _ in range(20):
        other.ask("/api/v1/channels")
    counted = one.requests() - before[0], other.requests() - before[1]
    assert counted == (51, 21)  # with the question itself


@pytest.mark.parametrize("number", range(WORKERS))
def test_a_busy_worker_keeps_nobody_waiting(web: Served, number: int) -> None:
    """All workers accept from one queue, so a free one takes every connection while another is busy.

    Which worker takes a connection when several are free is up to the kernel: the one that is awake first. Clients that come
    one after the other may all meet the same worker, so no share is promised.
    """
    pids = web.workers()
    busy, free = pids[number], pids[1 - number]
    os.kill(busy, signal.SIGSTOP)
    try:
        clients = [Client(web) for _ in range(20)]
        assert {client.ask("/api/v1/channels")[0] for client in clients} == {200}
        assert {worker_of(client.connection, web) for client in clients} == {free}
    finally:
        os.kill(busy, signal.SIGCONT)


def test_the_benchmark_measures_both(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    size = ["--programmes", "400", "--channels", "4", "--rounds", "1", "--seconds", "0.3"]
    assert web_workers.main([*size, "--folder", str(tmp_path)]) == 0
    rows = [line for line in capsys.readouterr().out.splitlines() if "2 workers / 1" in line]
    assert [row.split(" | ")[1] for row in rows] == [
        "one day, warm, 16 connections, 2 workers / 1",
        "one day, warm, 8 connections a worker, 2 workers / 1",
        "one day, cold, 16 connections, 2 workers / 1",
        "one day, cold, 8 connections a worker, 2 workers / 1",
    ]
    assert all("CPU shares" in row for row in rows)
