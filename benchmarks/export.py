"""What an XMLTV export costs: time against reading the same rows, and memory, also of the server that streams it.

    python -m benchmarks.export                          # 1,000,000 generated programmes
    python -m benchmarks.export --database epg.db        # a guide of your own, for instance of real feeds

Each round runs the yardsticks and the exports one after the other, in a process each (an export starts others for a large
guide); the ratios are of the medians of their wall times. Memory is measured in a run of its own.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from random import Random
from statistics import median
from typing import Any

from benchmarks import web_data
from benchmarks.generate import make_words, phrase, sentence
from benchmarks.measure import read, tree

HERE = Path(__file__).resolve().parent
#: the bars: times the reading, and bytes
TIMES, BYTES = 3.0, 150_000_000
#: in a real guide (211,000 programmes of four feeds) there are a third as many different details as programmes, and the
#: showings that share them are on the same channel
DISTINCT = 3
ROWS = """
    SELECT start_time, end_time, title, subtitle, description, category, episode_num, season, episode, rating, actors,
           directors, icon_url, is_new, details, end_source
    FROM programs WHERE channel_id = ? AND shadowed_by IS NULL ORDER BY start_time
"""
CHANNELS = "SELECT id FROM channels WHERE hidden = 0 ORDER BY id"


def connect(path: str) -> sqlite3.Connection:
    return sqlite3.connect(f"{Path(path).resolve().as_uri()}?mode=ro", uri=True, isolation_level=None)


def rows(path: str) -> int:
    """The rows, `details` as text: the yardstick of the bar."""
    conn = connect(path)
    return sum(1 for (channel,) in conn.execute(CHANNELS).fetchall() for _ in conn.execute(ROWS, [channel]))


def decoded(path: str) -> int:
    """The rows and their `details`, as Python objects."""
    conn, count = connect(path), 0
    for (channel,) in conn.execute(CHANNELS).fetchall():
        for row in conn.execute(ROWS, [channel]):
            json.loads(row[14])
            count += 1
    return count


class Nothing:
    """A file that counts what it is given."""

    size = 0

    def write(self, block: bytes) -> int:
        self.size += len(block)
        return len(block)


def export(path: str, workers: int | None = None) -> int:
    from epg_ingest.export.xmltv import write_xmltv
    from epg_ingest.storage.database import opened

    return write_xmltv(opened(connect(path)), Nothing(), workers=workers)  # type: ignore[arg-type]


def alone(path: str) -> int:
    """The export in one process, as the server has it."""
    return export(path, 1)


WORK: dict[str, Callable[[str], int]] = {"rows": rows, "decoded": decoded, "export": export, "alone": alone}


def one(name: str, path: str) -> None:
    """In a process of its own: the figures of one piece of work as JSON. CPU seconds are also those of its children."""
    if name in ("export", "alone"):
        import epg_ingest.export.xmltv  # noqa: F401
    start, before = time.perf_counter(), sum(os.times()[:4])
    count = WORK[name](path)
    seconds, cpu = time.perf_counter() - start, sum(os.times()[:4]) - before
    # Not getrusage: its maximum begins with that of the process that started this one.
    peak = resident(os.getpid())
    print(json.dumps({"seconds": seconds, "cpu": cpu, "count": count, "peak": peak}))


def command(name: str, path: Path) -> list[str]:
    return [sys.executable, "-m", "benchmarks.export", "--one", name, "--database", str(path)]


def timed(name: str, path: Path) -> dict[str, Any]:
    ran = subprocess.run(command(name, path), capture_output=True, text=True, check=True, cwd=HERE.parent)
    return dict(json.loads(ran.stdout))


def together(name: str, path: Path) -> int:
    """The most memory that all processes of a piece of work had, each at its own moment: bytes, no less than at once."""
    peaks: dict[int, int] = {}
    process = subprocess.Popen(command(name, path), stdout=subprocess.DEVNULL, cwd=HERE.parent)
    while process.poll() is None:
        for pid in tree(process.pid):
            with suppress(OSError, StopIteration):  # it has just ended
                peaks[pid] = max(peaks.get(pid, 0), resident(pid))
        time.sleep(0.02)
    return sum(peaks.values())


def generated(programmes: int, var: Path, guides: Path = web_data.VAR) -> Path:
    """A guide of `benchmarks.web_data` with details as real feeds have them, kept in `var` until that is made anew."""
    size = web_data.Size(min(500, programmes), max(1, programmes // 500))
    source = web_data.guide(size, guides).database
    target = var / f"{size.name}.db"
    if target.exists() and target.stat().st_mtime > source.stat().st_mtime:
        return target
    var.mkdir(parents=True, exist_ok=True)
    making = target.with_suffix(f".{os.getpid()}")
    connect(str(source)).execute("VACUUM INTO ?", [str(making)])
    conn = sqlite3.connect(making, isolation_level=None)
    conn.execute("PRAGMA journal_mode = OFF")
    conn.execute("BEGIN")
    fill(conn, size)
    conn.execute("COMMIT")
    conn.execute("PRAGMA journal_mode = WAL")
    conn.close()
    making.rename(target)
    return target


SHOW = """
    UPDATE contents SET details = ?, category = s.category, actors = s.actors, directors = s.directors,
        icon_url = s.icon_url, rating = s.rating, is_new = s.is_new
    FROM (SELECT category, actors, directors, icon_url, rating, is_new FROM contents WHERE id = ?) s
    WHERE contents.id = ?
"""


def fill(conn: sqlite3.Connection, size: web_data.Size) -> None:
    """Every programme becomes a showing of one of its channel's shows: all but texts and times come from that.

    Programmes have contents of their own, under the same ids (`web_data.INSERT_CONTENT`)."""
    pool = max(1, size.each // DISTINCT)
    shows = list(details(pool * size.channels))
    rng = Random("export/order")
    for row in range(size.programmes):
        first, show = row // size.each * size.each, rng.randrange(pool)
        conn.execute(SHOW, (shows[row // size.each * pool + show], first + show + 1, row + 1))


def details(count: int) -> Iterator[str]:
    """Languages, credits with roles, date, country, episode numbers, ratings: about 500 characters, none like another."""
    rng = Random("export")
    words = make_words(rng, 4096)
    for number in range(count):
        cast = [actor(rng, words) for _ in range(rng.randint(0, 5))]
        found: dict[str, Any] = {
            "title": [{"lang": "en"}],
            "sub-title": [{"lang": "en"}],
            "desc": [{"lang": "en"}],
        }
        if cast:
            found["credits"] = [{"type": "director", "name": phrase(rng, words, 2, 2)}, *cast]
        found |= {"category": [{"lang": "en"}], "date": str(1950 + number % 77)}
        if number % 4 == 0:
            found["keyword"] = [{"text": word, "lang": "en"} for word in sentence(rng, words).split()[:3]]
        found["country"] = [{"text": "GB"}]
        found["episode-num"] = [
            {"text": f"{number % 12}.{number % 24}.", "system": "xmltv_ns"},
            {"text": f"EP{number:09}", "system": "dd_progid"},
        ]
        if number % 2:
            found["previously-shown"] = {"start": "20200101"}
        found["rating"] = [{"value": ("U", "PG", "12", "15")[number % 4], "system": "BBFC"}]
        yield json.dumps(found, separators=(",", ":"))


def actor(rng: Random, words: list[str]) -> dict[str, str]:
    return {"type": "actor", "name": phrase(rng, words, 2, 2), "role": phrase(rng, words, 1, 2)}


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


def resident(pid: int, name: str = "VmHWM") -> int:
    lines = read(Path(f"/proc/{pid}/status")).splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(name))


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


def report(database: Path, rounds: int) -> bool:
    """Print the figures; whether the bars are held."""
    found: dict[str, list[dict[str, Any]]] = {name: [] for name in WORK}
    for _ in range(rounds):
        for name in WORK:
            found[name].append(timed(name, database))
    wall, cpu = (
        {name: median(each[which] for each in many) for name, many in found.items()}
        for which in ("seconds", "cpu")
    )
    counts = {each["count"] for many in found.values() for each in many}
    print(f"{counts} programmes, median of {rounds} rounds")
    for name in WORK:
        print(
            f"  {name:8} {wall[name]:7.2f} s, {cpu[name]:7.2f} s CPU, "
            f"{wall[name] / wall['rows']:5.2f} x rows, {wall[name] / wall['decoded']:5.2f} x decoded"
        )
    ratio, peak = wall["export"] / wall["rows"], together("export", database)
    print(
        f"export / rows with details as text: {ratio:.2f} (bar {TIMES:g}), in one process {wall['alone'] / wall['rows']:.2f}"
    )
    print(f"peak of the export: {peak / 1e6:.0f} MB resident in all its processes (bar {BYTES / 1e6:.0f})")
    return served(database) and len(counts) == 1 and ratio <= TIMES and peak <= BYTES


def served(database: Path) -> bool:
    """Print what the server takes; whether the bar is held."""
    with serving(database) as (port, pid):
        base = resident(pid, "VmRSS")
        for path in ("/xmltv.xml", "/xmltv.xml.gz"):
            got = streamed(port, pid, path)
            print(
                f"{path}: {got['bytes'] / 1e6:.0f} MB in {got['wall']:.1f} s, {got['cpu']:.1f} s CPU, "
                f"server at most {got['peak'] / 1e6:.0f} MB resident ({base / 1e6:.0f} MB before) (bar {BYTES / 1e6:.0f})"
            )
    return got["peak"] <= BYTES


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--database", type=Path, help="a guide; else one is generated")
    parser.add_argument("--programmes", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--strict", action="store_true", help="exit status 1 when a bar is not held")
    parser.add_argument("--one", choices=WORK, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        one(options.one, str(options.database))
        return 0
    held = report(options.database or generated(options.programmes, HERE / "var" / "export"), options.rounds)
    return int(options.strict and not held)


if __name__ == "__main__":
    sys.exit(main())
