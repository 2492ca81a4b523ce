"""What a thousand watches cost after an import that changes 5 % of the guide, as a share of that import's CPU time.

python -m benchmarks.watches [--programmes N] [--channels N] [--watches N] [--rounds N]

A generated feed is imported, watches are added (words, titles, people and patterns that are in it, and series), and the whole
guide is searched once. Then the same feed with 5 % of its programmes changed is imported, and the alerts that follow are made.
Import and pass are processes of their own; nothing is sent. A further pass finds nothing to do: what it takes is the start of
Python. A scheduler starts a process whenever it has something to send, however many watches there are.
"""

from __future__ import annotations

import argparse
import sqlite3
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from random import Random
from statistics import median

from epg_ingest.alerts.alert_pass import run_pass
from epg_ingest.storage.vault import Vault, vault_path
from epg_ingest.watch_store import watch_rows
from epg_ingest.watch_store.watch_edits import add_target
from epg_ingest.watches.watch_settings import checked_watch

from benchmarks import generate
from benchmarks.measure import measure

BAR = 0.1
OWNER = "bench"
#: of a thousand watches. Words are the first six of a description: generated texts have few words, which are everywhere
SHARES = (("title", 0.4), ("words", 0.3), ("series", 0.15), ("person", 0.05), ("pattern", 0.1))
_TITLES = "SELECT title FROM contents ORDER BY id"
_WORDS = "SELECT description FROM contents WHERE description IS NOT NULL ORDER BY id LIMIT 20000"
_PEOPLE = (
    "SELECT DISTINCT value FROM (SELECT actors FROM contents ORDER BY id LIMIT 20000) c, json_each(c.actors)"
)
_SERIES = "SELECT id FROM series ORDER BY id"


def main(argv: Sequence[str] | None = None) -> int:
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--programmes", type=int, default=100_000)
    options.add_argument("--channels", type=int, default=500)
    options.add_argument("--watches", type=int, default=1_000)
    options.add_argument("--rounds", type=int, default=1)
    options.add_argument("--pass", dest="looked_at", type=Path, help=argparse.SUPPRESS)
    chosen = options.parse_args(argv)
    if chosen.looked_at:
        done = run_pass(chosen.looked_at, Vault(vault_path(chosen.looked_at)), send=False)
        print(f"{done.watches} watches, {done.made} alerts")
        return 0
    found = [round_of(chosen.programmes, chosen.channels, chosen.watches) for _ in range(chosen.rounds)]
    imported, looked, idle = (median(figures[at] for figures in found) for at in (0, 1, 2))
    print(f"re-import of {chosen.programmes:,} programmes, 5 % changed: {imported:.2f} s of CPU")
    print(
        f"alerts of {chosen.watches:,} watches: {looked:.2f} s of CPU, {looked / imported:.3f} × that import"
    )
    work = looked - idle
    print(f"without the start ({idle:.2f} s): {work:.2f} s, {work / imported:.3f} × that import, bar {BAR}")
    return 0


def round_of(programmes: int, channels: int, watches: int) -> tuple[float, float, float]:
    """CPU seconds of the second import, of the pass after it, and of one that finds nothing to do."""
    with tempfile.TemporaryDirectory() as folder:
        database = Path(folder) / "epg.db"
        today = time.strftime("%Y-%m-%d", time.gmtime())
        given = generate.Options(programmes, channels, start=generate.date.fromisoformat(today))
        feeds = []
        for name, change in (("first", 0.0), ("second", 0.05)):
            feeds.append(Path(folder) / f"{name}.xml")
            generate.write(generate.replace(given, change=change), feeds[-1])
        run(database, "import", "--file", str(feeds[0]), "--provider", "p", "--yes")
        fill(database, watches)
        look(database)
        imported = run(database, "import", "--file", str(feeds[1]), "--provider", "p", "--yes")
        return imported, look(database), look(database)


def fill(database: Path, count: int) -> None:
    """Store watches for what the guide has, the same each time."""
    chance = Random(19)
    vault = Vault(vault_path(database))
    now = int(time.time())
    with closing(sqlite3.connect(database)) as conn:
        titles = [row[0] for row in conn.execute(_TITLES)]
        texts = [text for (text,) in conn.execute(_WORDS) if len(text.split()) > 5]
        people = [row[0] for row in conn.execute(_PEOPLE)]
        series = [row[0] for row in conn.execute(_SERIES)]
    choices = {
        "words": lambda: " ".join(chance.choice(texts).split()[:6]), "title": lambda: chance.choice(titles),
        "series": lambda: str(chance.choice(series)), "person": lambda: chance.choice(people),
        "pattern": lambda: f"^{chance.choice(titles)}$",
    }  # fmt: skip
    add_target(vault, OWNER, {"name": "nobody", "url": "https://hooks.example/x"}, now)
    with vault.writing() as conn:
        for kind, share in SHARES:
            for _ in range(round(count * share)):
                settings = {"kind": kind, "value": choices[kind](), "tell_match": True, "name": "w"}
                watch_rows.insert(conn, checked_watch(settings, owner=OWNER), now)


def run(database: Path, *words: str) -> float:
    """CPU seconds of a command."""
    return cpu([sys.executable, "-m", "epg_ingest.cli", "--db", str(database), *words])


def look(database: Path) -> float:
    """CPU seconds of a pass."""
    return cpu([sys.executable, "-m", "benchmarks.watches", "--pass", str(database)])


def cpu(command: list[str]) -> float:
    result = measure(command, env={"EPG_RETENTION_DAYS": "none"}, memory=False)
    said = (result.output.strip().splitlines() or [""])[-1]
    print(f"{' '.join(command[2:])[-60:]}: {result.cpu:.2f} s; {said}", file=sys.stderr)
    if result.status:
        raise SystemExit(f"a process ended with status {result.status}: {said}")
    return result.cpu


if __name__ == "__main__":
    raise SystemExit(main())
