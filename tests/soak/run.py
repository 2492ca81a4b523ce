"""Thirty bad minutes of a guide: `make soak`, or python -m tests.soak.run --minutes 30 [--seed N].

Imports of changing and broken feeds start every minute, 20 readers and 5 strangers ask, every two minutes something is killed
(the import, or a web server), and twice the disk is full for a minute. Every answer is checked: it may hold programmes of the
newest feeds only, whole channels, never of a feed that had to be refused. At the end one more import of whole feeds must bring
the guide that they describe. Prints a table, and ends with status 1 when anything was wrong.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path

from tests.helpers.feedserver import FeedServer
from tests.helpers.serve_process import Served, environment, served
from tests.soak.feeds import PASSWORD, PROVIDERS, TITLE, Offer, feed, serve
from tests.soak.readers import Crowd
from tests.soak.room import fill, memory, room
from tests.soak.truth import Truth

#: in a shorter run, in seconds, the caches of the server still fill, and its memory says nothing
SETTLED = 600


@dataclass(frozen=True)
class Size:
    """How many channels each provider has, and how many readers and strangers ask at a time."""

    channels: int = 30
    readers: int = 20
    hostile: int = 5


class Soak:
    """One run. `period` is the time in seconds between two imports."""

    def __init__(self, folder: Path, minutes: float, period: float, seed: int, size: Size = Size()) -> None:
        self.folder, self.seconds, self.period, self.size = folder, minutes * 60, period, size
        self.chance = random.Random(seed)
        self.seed, self.version = seed, 0
        self.truth = Truth()
        self.events: Counter[str] = Counter()
        self.memory: list[int] = []
        self.sizes: list[int] = []

    def run(self) -> None:
        with FeedServer() as feeds:
            self._make(feeds)
            with served(self.folder, "--workers", "2", EPG_LOGGING_LEVEL="warning") as site:
                self._import(feeds, whole=True)
                stop = threading.Event()
                crowd = Crowd(
                    site, self.truth, stop, self.seed, self.size.readers, self.size.hostile,
                    PROVIDERS * self.size.channels,
                )  # fmt: skip
                crowd.start()
                try:
                    self._minutes(feeds, site)
                finally:
                    stop.set()
                    crowd.join()
                self._import(feeds, whole=True)
                self._end(site)

    def _command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "epg_ingest.cli", "--db", str(self.folder / "epg.db"), *arguments]

    def _make(self, feeds: FeedServer) -> None:
        for provider in range(PROVIDERS):
            address = feeds.url(f"/{provider}.xml", user=f"me:{PASSWORD}")
            add = self._command("providers", "add", f"p{provider}", address, "--private-addresses", "allow")
            subprocess.run(add, env=environment(), check=True, capture_output=True)

    def _import(self, feeds: FeedServer, whole: bool = False, kill_after: float = 0) -> None:
        """Offer new feeds and import them; `kill_after` some seconds, if it is not 0."""
        self.version += 1
        offers = []
        for provider in range(PROVIDERS):
            offer = self._offer(feeds, provider, whole)
            self.events[f"feeds: {offer.kind}"] += 1
            self.truth.offer(provider, offer)
            offers.append(offer)
        process = subprocess.Popen(
            self._command("import", "--json"),
            env=environment(EPG_DOWNLOAD_RETRIES="0", TMPDIR=str(self.folder)),
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=self.folder,
        )  # fmt: skip
        if kill_after:
            time.sleep(kill_after)
            if process.poll() is None:
                process.kill()
                self.events["imports killed"] += 1
        printed, _ = process.communicate()
        rows = json.loads(printed) if printed.strip() else []
        self.events["imports"] += 1
        for row in rows:
            self.events[f"import rows: {row['status']}"] += 1
            provider = int(row["provider"][1:])
            if row["status"] in ("success", "partial"):
                self.truth.took(provider, offers[provider].version)
            elif whole:
                self.truth.note("the last import", [f"{row['provider']}: {row['error_message']}"])

    def _offer(self, feeds: FeedServer, provider: int, whole: bool) -> Offer:
        if not whole:
            return serve(feeds, provider, self.version, self.size.channels, self.chance)
        body = feed(provider, self.version, datetime.now(timezone.utc), self.size.channels)
        feeds.serve(f"/{provider}.xml", body)
        return Offer("whole", self.version, True, True)

    def _minutes(self, feeds: FeedServer, site: Served) -> None:
        begun = time.monotonic()
        for turn in range(int(self.seconds / self.period)):
            share = turn * self.period / self.seconds
            full = self._fill() if 0.3 < share < 0.36 or 0.6 < share < 0.66 else None
            kill = turn % 4 == 1
            self._import(feeds, kill_after=self.chance.uniform(0.1, min(2, self.period / 4)) if kill else 0)
            if full:
                full.unlink()
            if turn % 4 == 3:
                self._kill_a_worker(site)
            while time.monotonic() < begun + (turn + 1) * self.period:
                time.sleep(min(1, self.period / 4))
                self.memory.append(memory(site))
            self.sizes.append((self.folder / "epg.db").stat().st_size)

    def _fill(self) -> Path | None:
        filler = fill(self.folder)
        if filler:
            self.events["disk full"] += 1
        return filler

    def _kill_a_worker(self, site: Served) -> None:
        os.kill(self.chance.choice(site.workers()), signal.SIGKILL)
        self.events["web servers killed"] += 1

    def _end(self, site: Served) -> None:
        """What must hold when all is over."""
        wrong = []
        with sqlite3.connect(self.folder / "epg.db") as conn:
            titles = [
                title for (title,) in conn.execute("SELECT title FROM guide WHERE start_time > ?", (now(),))
            ]
        conn.close()
        versions = Counter((found[1], found[3]) for found in map(TITLE.fullmatch, titles) if found)
        if {version for _, version in versions} != {str(self.version)}:
            wrong.append(f"versions at the end: {sorted(versions)}")
        if len({title[:6] for title in titles}) != PROVIDERS * self.size.channels:
            wrong.append("a channel is missing at the end")
        checked = subprocess.run(self._command("doctor"), env=environment(), capture_output=True, text=True)
        if checked.returncode:
            wrong.append(f"doctor: {checked.stdout[-500:]}")
        for path in self.folder.rglob("*"):
            if path.is_file() and "secrets" not in path.name and PASSWORD.encode() in path.read_bytes():
                wrong.append(f"the password is in {path.name}")
        self.truth.note("the end", wrong)
        if self.seconds >= SETTLED and self.growth() > 1.1:
            self.truth.note("the end", [f"memory grew to {self.growth():.2f} times"])

    def growth(self) -> float:
        """The median memory of the last fifth, as a multiple of that of the second fifth."""
        fifth = len(self.memory) // 5
        return statistics.median(self.memory[-fifth:]) / statistics.median(self.memory[fifth : 2 * fifth])

    def table(self) -> str:
        lines = ["| what | count |", "| --- | ---: |"]
        lines += [f"| {name} | {count:,} |" for name, count in sorted(self.events.items())]
        lines += [f"| answers: {name} | {count:,} |" for name, count in sorted(self.truth.answers.items())]
        lines += [f"| memory, the last fifth / the second fifth | {self.growth():.3f} |"]
        lines += [f"| memory at most | {max(self.memory) / 1e6:.0f} MB |"]
        lines += [f"| epg.db, first and last | {self.sizes[0] / 1e6:.1f} MB, {self.sizes[-1] / 1e6:.1f} MB |"]
        lines += [f"| wrong: {name} | {count:,} |" for name, count in sorted(self.truth.wrong.items())]
        return "\n".join([*lines, f"| wrong in all | {sum(self.truth.wrong.values()):,} |"])


def now() -> str:
    return datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def main() -> int:
    """Exit status 1 when anything was wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--period", type=float, default=60, help="seconds between two imports")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, room(Path(folder)) as place:
        soak = Soak(place, options.minutes, options.period, options.seed)
        soak.run()
    print(soak.table())
    return 1 if soak.truth.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
