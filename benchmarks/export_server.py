"""What a server takes for exports: time, memory, and how much less a packed guide takes the second time."""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from benchmarks import web_data
from benchmarks.measure import read, resident

HERE = Path(__file__).resolve().parent
#: the bars: bytes of memory, and a repeated packed guide beside its first making
BYTES, AGAIN = 150_000_000, 0.02
#: how often it is asked for again
REPEATS = 5


@contextmanager
def serving(database: Path) -> Iterator[tuple[int, int]]:
    """`datasette` over the guide: its port and process id. The files are linked, the database is not copied."""
    with tempfile.TemporaryDirectory() as folder:
        for part in web_data.PARTS:
            (Path(folder) / part).symlink_to(HERE.parent / part)
        (Path(folder) / "epg.db").symlink_to(database.resolve())
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        command = [sys.executable, "-m", "datasette", folder, "--host", "127.0.0.1", "--port", str(port)]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=folder)
        try:
            wait(port)
            yield port, process.pid
        finally:
            process.terminate()
            process.wait()


def wait(port: int) -> None:
    for _ in range(600):
        try:
            with socket.create_connection(("127.0.0.1", port), 1):
                return
        except OSError:
            time.sleep(0.1)
    raise SystemExit("the server did not start")


def processor(pid: int) -> float:
    fields = read(Path(f"/proc/{pid}/stat")).rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def streamed(port: int, pid: int, path: str) -> dict[str, float]:
    """CPU seconds of the server, seconds, bytes, and the most memory it had so far."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=600)
    before, start = processor(pid), time.perf_counter()
    connection.request("GET", path)
    response, size = connection.getresponse(), 0
    while block := response.read(1 << 20):
        size += len(block)
    connection.close()
    wall = time.perf_counter() - start
    return {"cpu": processor(pid) - before, "wall": wall, "bytes": size, "peak": resident(pid)}


def served(database: Path) -> bool:
    """Print what the server takes; whether the bars are held."""
    held = True
    with serving(database) as (port, pid):
        base = resident(pid, "VmRSS")
        for path in ("/xmltv.xml", "/xmltv.xml.gz", "/xmltv.xml.xz"):
            got = streamed(port, pid, path)
            print(
                f"{path}: {got['bytes'] / 1e6:.0f} MB in {got['wall']:.1f} s, {got['cpu']:.1f} s CPU, "
                f"server at most {got['peak'] / 1e6:.0f} MB resident ({base / 1e6:.0f} MB before) (bar {BYTES / 1e6:.0f})"
            )
            held = held and got["peak"] <= BYTES
            if path != "/xmltv.xml":
                held = repeated(port, pid, path, got["wall"]) and held
    return held


def repeated(port: int, pid: int, path: str, first: float) -> bool:
    """Ask for a packed guide again and print the median; whether that is little of the `first` seconds."""
    again = median(streamed(port, pid, path)["wall"] for _ in range(REPEATS))
    print(f"{path} again: {again:.2f} s, {again / first:.4f} x the first time (bar {AGAIN:g})")
    return again <= AGAIN * first
