"""What an XMLTV export costs: time against reading the same rows, and memory, also of the server that streams it.

    python -m benchmarks.export                          # 1,000,000 generated programmes
    python -m benchmarks.export --database epg.db        # a guide of your own, for instance of real feeds

Each round runs the yardsticks and the exports one after the other, in a process each (an export starts others for a large
guide); the ratios are of the medians of their wall times. Memory is measured in a run of its own.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.export_data import connect, generated
from benchmarks.export_server import BYTES, served
from benchmarks.measure import resident, tree

HERE = Path(__file__).resolve().parent
#: the bar: times the reading
TIMES = 3.0
ROWS = """
    SELECT start_time, end_time, title, subtitle, description, category, episode_num, season, episode, rating, actors,
           directors, icon_url, is_new, details, end_source
    FROM programs WHERE channel_id = ? AND shadowed_by IS NULL ORDER BY start_time
"""
CHANNELS = "SELECT id FROM channels WHERE hidden = 0 ORDER BY id"


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
