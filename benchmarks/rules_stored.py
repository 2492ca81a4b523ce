"""What rules cost an import, and how long a changed rule takes to reach what is stored.

python -m benchmarks.rules_stored [--programmes 1500000] [--channels 1000] [--feed FEED.xml] [--rounds 1] [--strict]

A feed is imported into an empty guide without rules, and into another one with all safe sets on, more than 50 rules. Then a
rule of somebody's own that touches some of the titles is added to the first guide. Times are CPU seconds of the commands with
their processes, start included; of several rounds, the medians.
"""

from __future__ import annotations

import argparse
import json
import sqlite3
import sys
import tempfile
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from statistics import median
from typing import NamedTuple

from benchmarks.generate import main as generate
from benchmarks.measure import Measurement, measure

#: the most that rules may add to a first import, and that a changed rule may take of it
MOST_ADDED, MOST_CHANGED = 0.10, 0.2
#: the rule that is added: about a twentieth of generated titles begin so
RULE = ("title", "^S", "replace", "Z")
_ALL_DAYS = {"EPG_RETENTION_DAYS": "none"}


class Costs(NamedTuple):
    """CPU seconds of one round, and how many programmes were stored and changed."""

    plain: float
    with_rules: float
    changed: float
    stored: int
    programmes: int


def main(argv: Sequence[str] | None = None) -> int:
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--programmes", type=int, default=1_500_000)
    options.add_argument("--channels", type=int, default=1_000)
    options.add_argument("--feed", type=Path)
    options.add_argument("--rounds", type=int, default=1)
    options.add_argument("--strict", action="store_true", help="end with status 1 if a bar is missed")
    chosen = options.parse_args(argv)
    with tempfile.TemporaryDirectory() as folder:
        feed = chosen.feed or generated(Path(folder), chosen.programmes, chosen.channels)
        rounds = [measured(Path(folder) / str(at), feed) for at in range(chosen.rounds)]
    plain, with_rules, changed = (median(column) for column in list(zip(*rounds, strict=True))[:3])
    added, share = with_rules / plain - 1, changed / plain
    print(f"first import of {rounds[0].stored:,} programmes: {plain:.1f} s CPU")
    print(f"with all safe sets: {with_rules:.1f} s, {added:+.1%} (bar {MOST_ADDED:.0%})")
    print(
        f"a changed rule, {rounds[0].programmes:,} programmes: {changed:.1f} s, {share:.2f} of it (bar {MOST_CHANGED})"
    )
    return int(chosen.strict and (added > MOST_ADDED or share > MOST_CHANGED))


def generated(folder: Path, programmes: int, channels: int) -> Path:
    """A feed of so many programmes."""
    path = folder / "feed.xml"
    generate(
        ["--programmes", str(programmes), "--channels", str(channels), "--seed", "1", "--out", str(path)]
    )
    return path


def measured(folder: Path, feed: Path) -> Costs:
    """One round in a new folder."""
    folder.mkdir()
    plain, tidy = folder / "plain.db", folder / "tidy.db"
    imported = command(plain, "import", "--yes", "--provider", "p", "--file", str(feed))
    command(tidy, "init")
    command(tidy, "rules", "enable", "--all")
    with_rules = command(tidy, "import", "--yes", "--provider", "p", "--file", str(feed))
    changed = command(plain, "-q", "rules", "add", "--json", *RULE)
    with closing(sqlite3.connect(plain)) as conn:
        (stored,) = conn.execute("SELECT count(*) FROM airings").fetchone()
    programmes = json.loads(changed.output[changed.output.index("{") :])["programmes"]
    return Costs(imported.cpu, with_rules.cpu, changed.cpu, stored, programmes)


def command(database: Path, *arguments: str) -> Measurement:
    """The cost of an `epg-ingest` command. Raises `SystemExit` with its output if it fails."""
    before = [sys.executable, "-m", "epg_ingest.cli", "--db", database]
    if arguments[0] == "-q":
        before, arguments = [*before, "-q"], arguments[1:]
    done = measure([*before, *arguments], env=_ALL_DAYS, memory=False)
    if done.status:
        raise SystemExit(done.output)
    return done


if __name__ == "__main__":
    sys.exit(main())
