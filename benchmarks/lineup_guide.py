"""What the outputs and the refresh of a line-up cost, as ratios.

    python -m benchmarks.lineup_guide [--channels 5000] [--each 60] [--chosen 300] [--entries 20000] [--rounds 5] [--strict]

The packed guide of a line-up with a few of many channels is compared with its share of the whole packed guide, by programmes.
A refresh in which nothing changed is compared with the first one. CPU seconds of this process, the medians of rounds that take
turns.
"""

from __future__ import annotations

import argparse
import sqlite3
import sys
import tempfile
import time
import zlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from random import Random
from statistics import median

from epg_ingest.core.limits import Limits
from epg_ingest.export.lineup.lineup_document import LineupSelection
from epg_ingest.export.selection import Selection
from epg_ingest.export.xmltv import xmltv_blocks
from epg_ingest.lineup_store.lineup_changes import add_lineup
from epg_ingest.lineup_store.lineup_refresh import RefreshOptions, refresh
from epg_ingest.storage.database import connect_readonly, open_database
from epg_ingest.storage.vault import Vault, vault_path

from benchmarks import export_data, web_data
from benchmarks.table import Row, line, machine

SHARE, UNCHANGED = 1.2, 0.05
#: as the server packs what it streams
LEVEL = 3
ENTRY = """
    INSERT INTO lineup_channels (lineup_id, position, name, source_id, source_name, channel_id, method)
    VALUES ((SELECT id FROM lineups WHERE name = 'chosen'), ?, ?, ?, ?, ?, 'id')
"""


def prepared(folder: Path, size: web_data.Size, chosen: int) -> Path:
    """A guide of this size with details as real feeds have them, and a line-up of some of its channels."""
    source = web_data.guide(size, folder / "guides").database
    path = folder / "epg.db"
    sqlite3.connect(source).execute("VACUUM INTO ?", [str(path)])
    db = open_database(path)
    conn = db.conn
    conn.execute("BEGIN")
    export_data.fill(conn, size)
    conn.execute("COMMIT")
    add_lineup(db, Vault(vault_path(path)), "chosen", None, now=0)
    rows = conn.execute("SELECT id, display_name FROM channels WHERE hidden = 0 ORDER BY id").fetchall()
    conn.execute("BEGIN")
    for place, (ident, name) in enumerate(sorted(Random(1).sample(rows, chosen)), 1):
        conn.execute(ENTRY, (place, name, f"player-{ident}", name, ident))
    conn.execute("COMMIT")
    conn.close()
    return path


def whole(conn: sqlite3.Connection) -> Iterator[tuple[int, bytes]]:
    return xmltv_blocks(Selection(conn, public=True))


def of_lineup(conn: sqlite3.Connection) -> Iterator[tuple[int, bytes]]:
    return LineupSelection(conn, "chosen", today=0).blocks()


def packed(
    path: Path, document: Callable[[sqlite3.Connection], Iterator[tuple[int, bytes]]]
) -> tuple[float, int]:
    """CPU seconds for a document from nothing to its last packed byte, and its programmes."""
    begun, count, packer = time.process_time(), 0, zlib.compressobj(LEVEL, zlib.DEFLATED, 31)
    conn = connect_readonly(path)
    conn.execute("BEGIN")
    for programmes, block in document(conn):
        packer.compress(block)
        count += programmes
    packer.flush()
    conn.close()
    return time.process_time() - begun, count


def listed(path: Path, entries: int) -> Path:
    """A playlist whose entries are half of the guide, half of nothing."""
    rng = Random(2)
    names = [
        name for (name,) in connect_readonly(path).execute("SELECT display_name FROM channels ORDER BY id")
    ]
    lines = ["#EXTM3U"]
    for place in range(entries):
        name = rng.choice(names) if place % 2 else f"Unknown {rng.random()}"
        lines += [
            f'#EXTINF:-1 tvg-id="" group-title="G",UK: {name} HD',
            f"http://127.0.0.1:9/live/u/p/{place}.ts",
        ]
    file = path.with_name("list.m3u")
    file.write_text("\n".join(lines) + "\n")
    return file


def refreshed(path: Path, entries: int, rounds: int) -> tuple[float, float]:
    """CPU seconds of a first refresh, and of one in which nothing changed."""
    db, vault = open_database(path), Vault(vault_path(path))
    file = listed(path, entries)
    add_lineup(db, vault, "list", str(file), now=0, local_files=True, private_addresses="allow")

    def once() -> float:
        begun = time.process_time()
        outcome = refresh(db, vault, "list", RefreshOptions(Limits()), now=int(time.time()))
        assert not outcome.failed, outcome.message
        return time.process_time() - begun

    first = once()
    again = median(once() for _ in range(rounds))
    db.conn.close()
    return first, again


def rows(folder: Path, size: web_data.Size, chosen: int, entries: int, rounds: int) -> list[Row]:
    path = prepared(folder, size, chosen)
    pairs = [(packed(path, whole), packed(path, of_lineup)) for _ in range(rounds)]
    share = pairs[0][1][1] / pairs[0][0][1]
    ratio = median(part[0] / (all_[0] * share) for all_, part in pairs)
    first, again = refreshed(path, entries, rounds)
    what = f"{chosen} of {size.channels} channels, {size.programmes} programmes"
    return [
        Row(what, "packed guide of a line-up, beside its share of the whole", ratio, "×", SHARE),
        Row(what, "CPU of the packed guide of a line-up", median(part[0] for _, part in pairs), "s"),
        Row(
            f"{entries} entries",
            "refresh in which nothing changed, beside the first",
            again / first,
            "×",
            UNCHANGED,
        ),
        Row(f"{entries} entries", "CPU of a first refresh", first, "s"),
    ]


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table; with --strict, return 1 when a bar is not held."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    for name, default in (
        ("channels", 5000),
        ("each", 60),
        ("chosen", 300),
        ("entries", 20_000),
        ("rounds", 5),
    ):
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--strict", action="store_true")
    asked = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="epg-lineup-") as folder:
        size = web_data.Size(asked.channels, asked.each)
        found = rows(Path(folder), size, asked.chosen, asked.entries, asked.rounds)
    print(machine(), f"CPU seconds, medians of {asked.rounds}.\n")
    print("| input | what | measured | bar | held | from |\n| --- | --- | ---: | ---: | --- | --- |")
    print(*map(line, found), sep="\n")
    return 1 if asked.strict and not all(row.held for row in found) else 0


if __name__ == "__main__":
    sys.exit(main())
