"""`make bench`: what an import costs, as ratios measured in one run, beside the bars.

python -m benchmarks.run --sizes small,real,large --rounds 3 [--no-naive] [--write docs/performance.md]

Every timed thing is a fresh process. A round runs them in turn (bare, first, again, …), so that a slow moment
of the machine falls on all of them; the ratios are those of the medians. Databases and feeds are made in a
folder under benchmarks/var, which is removed at the end.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sqlite3
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from benchmarks.generate import Options, write
from benchmarks.inputs import NAMES, SIZES, Input, make, two_providers
from benchmarks.measure import Measurement, measure
from benchmarks.peers import installed
from benchmarks.table import Row, markdown, write_between_markers

HERE = Path(__file__).resolve().parent
VAR = HERE / "var" / str(os.getpid())
ENVIRONMENT = {"EPG_RETENTION_DAYS": "none", "PYTHONPATH": f"{HERE.parent}:{HERE.parent}/ingest"}
#: programmes of the smaller import that peak memory is compared with, and of each of the two providers
COMPARED = 200_000
HELP_ROUNDS = 7
LAST_COUNTS = """
SELECT programs_imported, programs_updated, programs_removed FROM import_log ORDER BY id DESC LIMIT ?
"""


class BenchError(Exception):
    """A measured command failed, or did not do what it is measured for."""


def main(argv: Sequence[str] | None = None) -> int:
    options = parse(argv)
    try:
        rows = list(all_rows(options))
    except BenchError as error:
        print(f"bench: {error}", file=sys.stderr)
        return 1
    finally:
        shutil.rmtree(VAR, ignore_errors=True)
    table = markdown(rows, options.rounds)
    print(table, end="")
    if options.write:
        write_between_markers(options.write, table)
    return int(options.strict and not all(row.held for row in rows))


def parse(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench", description="Measure imports beside their bars.")
    parser.add_argument("--sizes", type=sizes, default=["small", "real"], help=f"some of {','.join(NAMES)}")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--no-naive", action="store_true", help="leave out the slow comparison")
    parser.add_argument("--strict", action="store_true", help="exit status 1 when a bar is not held")
    parser.add_argument(
        "--write", type=Path, metavar="FILE", help="put the table between FILE's bench markers"
    )
    return parser.parse_args(argv)


def sizes(text: str) -> list[str]:
    chosen = text.split(",")
    if unknown := [name for name in chosen if name not in NAMES]:
        raise argparse.ArgumentTypeError(f"{unknown[0]} is none of {', '.join(NAMES)}")
    return chosen


def all_rows(options: argparse.Namespace) -> Iterator[Row]:
    for name in options.sizes:
        feeds = make(name, fresh_folder())
        if feeds is None:
            say("real: the real feeds are not there (EPG_FEEDS); left out")
            continue
        yield from import_rows(feeds, options.rounds, naive=not options.no_naive)
    tiny = options.sizes == ["tiny"]
    yield from resolve_rows(*(SIZES["tiny"] if tiny else (COMPARED, 1000)), rounds=options.rounds)
    yield from help_rows(1 if tiny else HELP_ROUNDS)


def fresh_folder() -> Path:
    shutil.rmtree(VAR, ignore_errors=True)
    VAR.mkdir(parents=True)
    return VAR


def import_rows(feeds: Input, rounds: int, naive: bool) -> Iterator[Row]:
    """First import, again, reordered and changed, beside bare parsing, raw inserts, the naive importer and other programs.

    Re-imports are compared with bare parsing: a quicker first import must not make them look slower.
    """
    taken = [import_round(feeds) for _ in range(rounds)]
    bare, first, again, copy, reordered, scattered, changed = (
        Steps(steps) for steps in zip(*taken, strict=True)
    )
    feed_bytes = feeds.plain.stat().st_size
    yield ratio(
        feeds.name, "first import / bare iterparse", first, bare, 3.0 if feeds.name == "large" else 2.8
    )
    if naive:
        slow = Steps([timed(f"{feeds.name} naive", script("naive"), feeds.plain, VAR / "naive.db")])
        yield ratio(feeds.name, "first import / naive importer", first, slow, 0.16)
        yield from peer_rows(feeds, first)
    inserts = raw_seconds(feeds.name)
    basis = f"{inserts:.2f} s / {bare.wall:.2f} s"
    yield Row(
        feeds.name, "raw executemany of the same rows / bare iterparse", inserts / bare.wall, "×", None, basis
    )
    yield wide_row(feeds.name)
    yield ratio(feeds.name, "same file again, unchanged / first", again, first, 0.03)
    yield ratio(feeds.name, "same body again, by its sha256 / first", copy, first, 0.03)
    yield ratio(feeds.name, "same programmes, other file / bare iterparse", reordered, bare, 0.55)
    same, some = last_counts(VAR / "epg.db", 2)
    yield Row(feeds.name, "same programmes, other file: WAL", reordered.watched / 1024, "KB", 64, same)
    yield ratio(feeds.name, "5 % changed in runs / bare iterparse", changed, bare, 0.85)
    yield share(feeds.name, "5 % changed in runs: WAL / feed", changed.watched, feed_bytes, 8, some)
    yield ratio(feeds.name, "5 % changed, scattered / bare iterparse", scattered, bare, 1.15)
    yield share(feeds.name, "5 % scattered: WAL / feed", scattered.watched, feed_bytes, 28)
    yield from memory_rows(feeds)


def memory_rows(feeds: Input) -> Iterator[Row]:
    """Peak memory of a first import and of re-imports, whatever little of the feed is new."""
    database = fresh_database("memory.db")
    first = peak(f"{feeds.name} memory", database, feeds.feed)
    yield Row(feeds.name, "first import: peak memory", first / 1e6, "MB", 250)
    for what, feed in (("other file", feeds.reordered), ("5 % scattered", feeds.scattered)):
        again = peak(f"{feeds.name} memory, {what}", database, feed)
        basis = f"{again / 1e6:.0f} MB / {first / 1e6:.0f} MB"
        yield Row(feeds.name, f"re-import, {what}: peak memory / first", again / first, "×", 1.1, basis)
    fresh_database("memory.db")
    if feeds.name == "large":
        yield flatness_row(first)


def peer_rows(feeds: Input, first: Steps) -> Iterator[Row]:
    """Other programs reading the same feed once each, as multiples of a first import."""
    for peer in installed():
        run = measure([*peer.command, str(feeds.plain)], env=ENVIRONMENT, cwd=peer.folder or VAR)
        say(f"{feeds.name} {peer.name}: {run.wall:.2f} s, exit status {run.status}")
        what, basis = f"{peer.name} / first import", f"{run.wall:.2f} s / {first.wall:.2f} s"
        if run.status:
            basis += f"; it ended with exit status {run.status}"
        yield Row(feeds.name, what, run.wall / first.wall, "×", None, basis)


def wide_row(name: str) -> Row:
    """The size of the file, compared with one wide table in which each programme has its own title, texts and details."""
    wide = VAR / "wide.db"
    timed(f"{name} wide table", script("wide"), VAR / "epg.db", wide)
    now, before = (VAR / "scattered.db").stat().st_size, wide.stat().st_size
    wide.unlink()
    return Row(
        name,
        "database / one wide table",
        now / before,
        "×",
        0.65,
        f"{now / 1e6:.1f} MB / {before / 1e6:.1f} MB",
    )


class Steps:
    """The same step of several rounds, in medians (file size: the largest)."""

    def __init__(self, steps: Sequence[Measurement]) -> None:
        self.wall = median(step.wall for step in steps)
        self.watched = max(step.watched for step in steps)


def import_round(feeds: Input) -> list[Measurement]:
    """bare, first, again, copy, reordered, scattered, changed: the order `import_rows` unpacks. Leaves epg.db behind."""
    database = fresh_database("epg.db")
    steps = [
        timed(f"{feeds.name} bare", script("bare"), feeds.plain),
        timed(f"{feeds.name} first", epg(database), *importing(feeds.feed)),
        timed(f"{feeds.name} again", epg(database), *importing(feeds.feed)),
        timed(f"{feeds.name} copy", epg(database), *importing(copied(feeds.feed))),
    ]
    steps.append(reimport(feeds.name, "reordered", database, feeds.reordered))
    # Both kinds of change start from the same database: the first goes to a copy of it.
    copy = fresh_database("scattered.db")
    shutil.copyfile(database, copy)
    steps.append(reimport(feeds.name, "scattered", copy, feeds.scattered))
    steps.append(reimport(feeds.name, "changed", database, feeds.changed))
    return steps


def copied(feed: Path) -> Path:
    """The same bytes in a file that was not seen before."""
    return Path(shutil.copyfile(feed, feed.with_name(f"copy-{feed.name}")))


def reimport(name: str, what: str, database: Path, feed: Path) -> Measurement:
    """Another feed into a filled database; the size of its WAL is watched."""
    with kept_wal(database) as wal:
        return timed(f"{name} {what}", epg(database), *importing(feed), watch=wal)


def fresh_database(name: str) -> Path:
    for old in (*VAR.glob(f"{name}*"), *VAR.glob("epg.secrets*")):
        old.unlink()
    return VAR / name


@contextmanager
def kept_wal(database: Path) -> Iterator[Path]:
    """The WAL of `database`, empty at first and kept: the last connection to close would delete it."""
    holder = sqlite3.connect(database)
    try:
        holder.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        yield database.with_name(database.name + "-wal")
    finally:
        holder.close()


def last_counts(database: Path, imports: int) -> list[str]:
    """What the last `imports` imports did to the programmes, oldest first, to stand beside their cost."""
    with sqlite3.connect(database) as db:
        rows = db.execute(LAST_COUNTS, (imports,)).fetchall()
    return ["{:,} new, {:,} updated, {:,} removed".format(*row) for row in reversed(rows)]


def raw_seconds(name: str) -> float:
    """Seconds for inserting the rows of the database that the last round left."""
    target = VAR / "raw.db"
    seconds = float(timed(f"{name} raw inserts", script("rawsql"), VAR / "epg.db", target).output)
    target.unlink()
    return seconds


def peak(label: str, database: Path, feed: Path) -> int:
    """Bytes that an import takes at most. A run of its own, because looking at memory takes time."""
    return timed(label, epg(database), *importing(feed), memory=True).peak


def flatness_row(most: int) -> Row:
    feed = VAR / "compared.xml"
    write(Options(COMPARED, 1000), feed)
    small = peak("peak at 200k", fresh_database("memory.db"), feed)
    basis = f"{most / 1e6:.0f} MB, {small / 1e6:.0f} MB"
    return Row("large", "peak memory against 200,000 programmes", abs(most / small - 1) * 100, "%", 15, basis)


def resolve_rows(programmes: int, channels: int, rounds: int) -> Iterator[Row]:
    """A change of priority between two providers of the same channels, against the quicker import."""
    first, second = two_providers(programmes, channels, fresh_folder())
    database = fresh_database("epg.db")
    one = timed("resolve: provider 1", epg(database), *importing(first, "p1"))
    two = timed("resolve: provider 2", epg(database), *importing(second, "p2"))
    expect_shared_channels(database, channels)
    changes = [
        timed("resolve: priority", epg(database), "providers", "update", "p2", "--priority", str(priority))
        for _ in range(rounds)
        for priority in (1, 1000)
    ]
    quicker = min(one, two, key=lambda step: step.wall)
    name = f"2 × {programmes:,}"
    yield ratio(name, "priority change / first import of one", Steps(changes), Steps([quicker]), 0.22)


def expect_shared_channels(database: Path, channels: int) -> None:
    with sqlite3.connect(database) as db:
        (found,) = db.execute("SELECT count(*) FROM channels").fetchone()
    if found != channels:
        raise BenchError(
            f"the two providers should share {channels} channels, and {found} are in the database"
        )


def help_rows(rounds: int) -> Iterator[Row]:
    taken = [
        (timed("help", epg(None), "--help"), timed("click", [sys.executable, "-c", "import click"]))
        for _ in range(rounds)
    ]
    shown, click = (Steps(steps) for steps in zip(*taken, strict=True))
    yield ratio("-", "epg-ingest --help / import click", shown, click, 3.0)


def ratio(name: str, what: str, above: Steps, below: Steps, bar: float) -> Row:
    return Row(name, what, above.wall / below.wall, "×", bar, f"{above.wall:.2f} s / {below.wall:.2f} s")


def share(name: str, what: str, part: int, whole: int, bar: float, note: str = "") -> Row:
    basis = f"{part / 1e6:.1f} MB / {whole / 1e6:.1f} MB"
    return Row(name, what, part / whole * 100, "%", bar, f"{basis}; {note}" if note else basis)


def epg(database: Path | None) -> list[str]:
    """`epg-ingest` of this environment; from a checkout that is not installed, the same through `-m`."""
    installed = Path(sys.executable).with_name("epg-ingest")
    command = [str(installed)] if installed.exists() else [sys.executable, "-m", "epg_ingest.cli"]
    return [*command, "--db", str(database)] if database else command


def importing(feed: Path, provider: str = "p") -> list[str]:
    return ["import", "--file", str(feed), "--provider", provider, "--yes"]


def script(name: str) -> list[str]:
    return [sys.executable, str(HERE / f"{name}.py")]


def timed(
    label: str,
    command: Sequence[str],
    *arguments: str | Path,
    watch: Path | None = None,
    memory: bool = False,
) -> Measurement:
    """One measured run, said on stderr: its time, or with `memory` what it takes at most. Raises `BenchError` when it fails."""
    result = measure([*command, *arguments], env=ENVIRONMENT, cwd=VAR, watch=watch, memory=memory)
    say(f"{label}: {result.wall:.2f} s" + (f", {result.peak / 1e6:.0f} MB" if memory else ""))
    if result.status:
        last = (result.output.strip().splitlines() or ["no output"])[-1]
        raise BenchError(f"{label} ended with exit status {result.status}: {last}")
    return result


def say(text: str) -> None:
    print(f"bench: {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
