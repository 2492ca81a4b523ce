"""Replicas and the cache in front of them, measured on the topology of `deploy/replicas/`.

    python -m benchmarks.replica                       # 1,000 channels, 14 days: 600,000 programmes; 6 GB of disk
    python -m benchmarks.replica --channels 100        # in a minute or two
    python -m benchmarks.replica --follow              # replicas that fetch changes only

It prints sizes, how long an import takes to reach both replicas, how many bytes a change of 5 % ships, and what an
answer costs from nginx's cache and from the process behind it. Everything is on 127.0.0.1. Linux only.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

from benchmarks.generate import Options, write
from benchmarks.measure import tree
from benchmarks.web_load import FORMAT, Load
from benchmarks.web_servers import HERE, cores, cpu_seconds, free_port

ROOT = HERE.parent
BIN = Path(sys.executable).parent
LOCAL = ROOT / "deploy" / "replicas" / "local.py"
#: programmes of a channel in a day, as benchmarks/generate.py makes them
PER_DAY = 42
PATIENCE = 600
SERVERS = ("nginx", "primary", "replica1", "replica2")
#: what is asked of nginx's cache and of the process: name, path; the last ones differ in every request
QUESTIONS = (
    ("a day of a channel", "/api/v1/channels/1/programs?start={now}&end={later}"),
    ("now and next, all channels", "/api/v1/now?at={now}"),
    ("guide page", "/guide"),
    ("Datasette's table as JSON", "/epg/programs.json?channel_id=1&_size=50"),
)
COLD = "/api/v1/channels/1/programs?start={start}&end={end}"


@dataclass
class Cost:
    """One kind of answer: CPU microseconds a request, requests a second, bytes."""

    cpu: float
    rate: float
    size: int


class Site:
    """A running topology in a folder; its database, store and servers."""

    def __init__(self, folder: Path, port: int, process: subprocess.Popen[bytes]) -> None:
        self.folder, self.port, self.process = folder, port, process
        self.database, self.store = folder / "primary" / "epg.db", folder / "store"
        self.environ = {**os.environ, "EPG_CHECKPOINT": "external", "EPG_RETENTION_DAYS": "none"}

    def load(self, feed: Path) -> float:
        """Import a feed; seconds."""
        began = time.perf_counter()
        command = [str(BIN / "epg-ingest"), "--db", str(self.database), "-q", "import"]
        subprocess.run([*command, "--file", str(feed), "--provider", "feed"], check=True, env=self.environ)
        return time.perf_counter() - began

    def generation(self) -> int:
        return int(one(self.database, "SELECT number FROM generation"))

    def arrived(self) -> float:
        """Seconds until both replicas say that they have the present generation."""
        began, wanted = time.perf_counter(), self.generation()
        for server in (2, 3):
            wait(lambda n=server: self.ready(n) >= wanted)
        return time.perf_counter() - began

    def ready(self, server: int) -> int:
        """The generation of a server that is ready; for the primary 1; 0 for one that is not."""
        try:
            with urllib.request.urlopen(
                f"http://127.0.0.1:{self.port + server}/-/readyz", timeout=30
            ) as answer:
                return int(json.load(answer).get("generation", 1))
        except OSError:
            return 0

    def level0(self) -> int:
        return sum(path.stat().st_size for path in self.store.glob("ltx/0/*"))

    def pid(self, server: int) -> int:
        return int((self.folder / "run" / f"{SERVERS[server]}.pid").read_text())

    def cost(self, server: int, path: str, seconds: float, start: str = Load.start) -> Cost:
        """What an answer costs the processes of a server, asked over kept connections from another core."""
        pids = list(tree(self.pid(server)))
        ours, clients = cores()
        if ours is not None:
            for pid in pids:
                os.sched_setaffinity(pid, {ours})
        load = Load(self.port + server, path, seconds, start, {"Accept-Encoding": "gzip"}, core=clients)
        before = sum(cpu_seconds(pid) for pid in pids)
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.web_load"], input=json.dumps(asdict(load)), text=True,
            capture_output=True, cwd=ROOT,
        )  # fmt: skip
        if done.returncode:
            raise RuntimeError(f"{path}: {done.stderr.strip().splitlines()[-1]}")
        found = json.loads(done.stdout)
        cpu = sum(cpu_seconds(pid) for pid in pids) - before
        return Cost(
            cpu / found["requests"] * 1e6, found["requests"] / found["seconds"], int(found["largest"])
        )


def one(path: Path, sql: str) -> int:
    conn = sqlite3.connect(path.as_uri() + "?mode=ro", uri=True)
    try:
        return int(conn.execute(sql).fetchone()[0])
    finally:
        conn.close()


def wait(happened: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not happened():
        if time.monotonic() > end:
            raise TimeoutError("the topology does not get on; its logs are in its folder")
        time.sleep(0.05)


@contextmanager
def topology(folder: Path, *options: str) -> Iterator[Site]:
    port = free_ports()
    command = [sys.executable, str(LOCAL), str(folder / "site"), "--port", str(port), "--rate", "1000000r/s"]
    environ = {**os.environ, "EPG_LOGGING_LEVEL": "warning"}
    with (folder / "topology.log").open("wb") as log:
        process = subprocess.Popen([*command, *options], stdout=log, stderr=log, env=environ)
    try:
        site = Site(folder / "site", port, process)
        wait(lambda: site.ready(1) > 0)
        yield site
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)


def free_ports() -> int:
    """Four in a row that nobody has, most likely: the topology says so otherwise."""
    return free_port() & ~7


def rsync_bytes(origin: Path, copy: Path) -> int:
    """Bytes both ways, as sqlite3_rsync says itself."""
    from apsw import sqlite_extra

    program = str(sqlite_extra.path("sqlite3_rsync"))
    done = subprocess.run(
        [program, str(origin), str(copy), "--exe", program, "-v"], check=True, capture_output=True, text=True
    )
    found = re.search(r"sent ([\d,]+) bytes, received ([\d,]+) bytes", done.stdout)
    if found is None:
        raise ValueError(done.stdout)
    return sum(int(text.replace(",", "")) for text in found.groups())


def restore(site: Site, target: Path) -> tuple[float, int]:
    """A whole restore: seconds, and the bytes it reads."""
    command = [str(BIN / "litestream"), "restore", "-o", str(target)]
    plan = subprocess.run(
        [*command, "-dry-run", "-json", site.store.as_uri()], check=True, capture_output=True, text=True
    )
    began = time.perf_counter()
    subprocess.run([*command, site.store.as_uri()], check=True, capture_output=True)
    return time.perf_counter() - began, sum(file["size"] for file in json.loads(plan.stdout)["files"])


def megabytes(size: float) -> str:
    return f"{size / 1e6:,.1f} MB"


def measure_changes(
    site: Site, folder: Path, channels: int, days: int, rounds: int
) -> Iterator[tuple[str, str]]:
    """Sizes, lags and bytes as rows of a table."""
    programmes = channels * days * PER_DAY
    day = datetime.now(timezone.utc).date()
    first, second = folder / "first.xml", folder / "second.xml"
    write(Options(programmes, channels, start=day), first)
    write(Options(programmes, channels, start=day, change=0.05), second)
    seconds, copy = site.load(first), folder / "copy.db"
    lag = site.arrived()
    took, read = restore(site, copy)
    # The primary's own file has the rest of it in its log.
    size = copy.stat().st_size
    yield "programmes", f"{one(site.database, 'SELECT count(*) FROM programs'):,} of {channels:,} channels"
    yield "database", f"{megabytes(size)}, {size / programmes:.0f} bytes a programme"
    yield "first import", f"{seconds:.1f} s; {lag:.1f} s later on both replicas"
    yield "whole restore", f"{took:.1f} s, {megabytes(read)} read"
    for number in range(rounds):
        before = site.level0()
        seconds = site.load((second, first)[number % 2])
        lag = site.arrived()
        shipped = site.level0() - before
        changed = one(site.database, "SELECT programs_updated FROM import_log ORDER BY id DESC LIMIT 1")
        yield (
            f"5 % changed, round {number + 1}",
            f"{changed:,} rows in {seconds:.1f} s; {lag:.1f} s later on both replicas; Litestream level 0: "
            f"{megabytes(shipped)}, {shipped / size:.1%} of the file",
        )
        origin = folder / "origin.db"
        restore(site, origin)
        sent = rsync_bytes(origin, copy)
        origin.unlink()
        yield (
            f"the same by sqlite3_rsync, round {number + 1}",
            f"{megabytes(sent)}, {sent / size:.1%} of the file",
        )
    before = site.level0()
    site.load((second, first)[(rounds - 1) % 2])
    time.sleep(3)
    yield "the same feed again", f"{site.level0() - before:,} bytes"


def measure_cache(site: Site, seconds: float) -> Iterator[tuple[str, str]]:
    today = datetime.now(timezone.utc).replace(hour=0, minute=0, second=0)
    now, later = (moment.strftime(FORMAT) for moment in (today, today + timedelta(days=1)))
    day = QUESTIONS[0][1].replace("{now}", now).replace("{later}", later)
    for name, template in QUESTIONS:
        path = template.replace("{now}", now).replace("{later}", later)
        hit, process = site.cost(0, path, seconds), site.cost(1, path, seconds)
        yield row(name, hit, process)
    hit = site.cost(0, day, seconds)
    yield row("a day of a channel, never asked before", hit, site.cost(1, COLD, seconds, now))


def row(name: str, hit: Cost, process: Cost) -> tuple[str, str]:
    return (
        f"{name} ({hit.size:,} bytes)",
        f"nginx {hit.cpu:.1f} µs, {hit.rate:,.0f}/s; one process {process.cpu:,.0f} µs, {process.rate:,.0f}/s: "
        f"CPU {process.cpu / hit.cpu:.1f} ×, requests {hit.rate / process.rate:.1f} ×",
    )


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Measure replicas and the cache in front of them.")
    parser.add_argument("--channels", type=int, default=1000)
    parser.add_argument("--days", type=int, default=14)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=5.0, help="of each load")
    parser.add_argument("--follow", action="store_true", help="replicas fetch changes only")
    parser.add_argument("--no-cache", action="store_true", help="leave out nginx's cache")
    asked = parser.parse_args(argv)
    folder = Path(tempfile.mkdtemp(prefix="epg-replica-"))
    print(f"{date.today()}, {platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}\n")
    print("| what | measured |\n| --- | --- |")
    try:
        with topology(folder, *(["--follow"] if asked.follow else [])) as site:
            for name, found in measure_changes(site, folder, asked.channels, asked.days, asked.rounds):
                print(f"| {name} | {found} |", flush=True)
            if not asked.no_cache:
                for name, found in measure_cache(site, asked.seconds):
                    print(f"| {name} | {found} |", flush=True)
        print(f"\nload at the end {os.getloadavg()[0]:.1f}")
    finally:
        shutil.rmtree(folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
