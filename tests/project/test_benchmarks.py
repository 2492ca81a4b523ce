"""The benchmark inputs have the size they claim, and a complete run works with a tiny one."""

from __future__ import annotations

import gzip
import hashlib
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from itertools import groupby, islice
from pathlib import Path
from random import Random

import pytest
from lxml import etree

from benchmarks import bare, generate, join, naive, rawsql, table
from benchmarks.generate import Options
from benchmarks.measure import measure
from benchmarks.run import kept_wal
from benchmarks.table import Row
from tests.helpers.paths import ROOT
from tests.helpers.support import Guide

pytestmark = pytest.mark.slow

SMALL = Options(programmes=205, channels=10)


def feed(options: Options) -> bytes:
    return b"".join(generate.feed(options))


def programmes(options: Options) -> dict[tuple[str, str], bytes]:
    """Each programme by channel and start."""
    found = etree.fromstring(feed(options)).findall("programme")
    return {(p.get("channel", ""), p.get("start", "")): etree.tostring(p) for p in found}


def test_the_same_options_give_the_same_bytes() -> None:
    digest = hashlib.sha256(feed(SMALL)).hexdigest()
    assert digest == hashlib.sha256(feed(SMALL)).hexdigest()
    assert digest != hashlib.sha256(feed(replace(SMALL, seed=2))).hexdigest()


def test_the_feed_is_well_formed_and_as_large_as_asked() -> None:
    root = etree.fromstring(feed(SMALL))
    assert len(root.findall("channel")) == 10
    assert len(root.findall("programme")) == 205
    assert {e.get("system") for e in root.iter("episode-num")} == {"xmltv_ns", "onscreen"}
    for tag in ("title", "sub-title", "desc", "credits", "date", "category", "icon", "rating"):
        assert root.find(f"programme/{tag}") is not None, tag


def test_a_channel_has_no_holes_and_no_overlaps_across_batches() -> None:
    long = Options(programmes=2 * generate.BATCH + 7, channels=1, offset_minutes=7)
    found = etree.fromstring(feed(long)).findall("programme")
    assert len(found) == long.programmes
    assert found[0].get("start") == "20260101000700 +0000"
    assert [p.get("stop") for p in found[:-1]] == [p.get("start") for p in found[1:]]


def test_a_programme_takes_about_700_bytes() -> None:
    assert 600 < len(feed(Options(2000, 10))) / 2000 < 800


def test_another_order_has_the_same_programmes() -> None:
    other = replace(SMALL, shuffle_channels=3, generator_date="20260102000000 +0000")
    assert feed(other) != feed(SMALL)
    assert sorted(feed(other).splitlines()[3:]) == sorted(feed(SMALL).splitlines()[3:])
    assert list(programmes(other)) != list(programmes(SMALL))


@pytest.mark.parametrize("length", [1, 35])
def test_changes_come_in_runs(length: int) -> None:
    flags = list(islice(generate.runs(Random(1), 0.05, length), 200_000))
    assert 0.045 < sum(flags) / len(flags) < 0.055
    found = [len(list(group)) for flag, group in groupby(flags[: -2 * length]) if flag]
    assert all(run % length == 0 for run in found[:-1])


def test_a_change_keeps_the_slots() -> None:
    options = Options(40_000, 40)
    before, after = programmes(options), programmes(replace(options, change=0.05))
    assert before.keys() == after.keys()
    differing = sum(before[key] != after[key] for key in before)
    assert 0.03 < differing / 40_000 < 0.07


def test_a_second_provider_has_the_same_names_and_other_slots() -> None:
    other = replace(SMALL, provider_ids="other", offset_minutes=15)
    ours, theirs = etree.fromstring(feed(SMALL)), etree.fromstring(feed(other))
    assert [e.text for e in ours.iter("display-name")] == [e.text for e in theirs.iter("display-name")]
    ids = [{channel.get("id") for channel in root.findall("channel")} for root in (ours, theirs)]
    assert ids[0].isdisjoint(ids[1])
    firsts = [min(start for _, start in programmes(options)) for options in (SMALL, other)]
    assert firsts == ["20260101000000 +0000", "20260101001500 +0000"]


def test_the_command_line_writes_gzip_by_name(tmp_path: Path) -> None:
    arguments = ["--programmes", "205", "--channels", "10", "--start", "2026-01-01"]
    assert generate.main([*arguments, "--out", str(tmp_path / "a.xml")]) == 0
    assert generate.main([*arguments, "--out", str(tmp_path / "a.xml.gz")]) == 0
    plain = (tmp_path / "a.xml").read_bytes()
    assert plain == gzip.decompress((tmp_path / "a.xml.gz").read_bytes()) == feed(SMALL)


@pytest.fixture
def three_feeds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Feeds under the names of the real ones: 60 programmes in all."""
    for number, name in enumerate(join.NAMES):
        body = feed(Options(20, 4, seed=number, provider_ids=f"p{number}"))
        (tmp_path / f"{name}.xml.gz").write_bytes(gzip.compress(body))
    monkeypatch.setenv("EPG_FEEDS", str(tmp_path))
    return tmp_path


def test_the_join_holds_all_three(three_feeds: Path) -> None:
    folder = join.feeds_folder()
    assert folder == three_feeds
    out = three_feeds / "big.xml"
    assert join.join(folder, out) == out.stat().st_size
    assert len(etree.parse(str(out)).findall(".//programme")) == 60
    assert bare.bare(str(out)) == 60 + 12


def test_an_incomplete_folder_is_none(three_feeds: Path) -> None:
    (three_feeds / f"{join.NAMES[2]}.xml.gz").unlink()
    assert join.feeds_folder() is None


def test_variants_of_the_join(three_feeds: Path) -> None:
    join.join(three_feeds, three_feeds / "big.xml")
    big = (three_feeds / "big.xml").read_bytes()
    shuffled, changed = join.reordered(big), join.changed(big, share=0.5, run=1)
    assert shuffled != big
    assert sorted(shuffled.splitlines()[1:]) == sorted(big.splitlines()[1:])
    assert len(etree.fromstring(shuffled).findall("programme")) == 60
    assert 15 < changed.count(b", again</title>") < 45
    assert changed.replace(b", again</title>", b"</title>") == big


def test_the_naive_importer_imports(tmp_path: Path) -> None:
    generate.write(SMALL, tmp_path / "feed.xml")
    assert naive.naive(str(tmp_path / "feed.xml"), str(tmp_path / "naive.db")) == SMALL.programmes


def test_raw_inserts_copy_every_row_and_index(guide: Guide, tmp_path: Path) -> None:
    guide.load("p", feed(SMALL))
    source, target = str(guide.path), str(tmp_path / "raw.db")
    assert 0 < rawsql.rawsql(source, target) < 10
    for name in ("contents", "airings"):
        rows = f"SELECT * FROM {name} ORDER BY id"
        indexes = f"SELECT name FROM sqlite_master WHERE type = 'index' AND tbl_name = '{name}' ORDER BY name"
        with closing(sqlite3.connect(source)) as a, closing(sqlite3.connect(target)) as b:
            assert a.execute(rows).fetchall() == b.execute(rows).fetchall() != []
            assert a.execute(indexes).fetchall() == b.execute(indexes).fetchall() != []


CHILD_HOLDS_60_MB = """
import subprocess, sys
subprocess.run([sys.executable, "-c", "import time; b = b'x' * 60_000_000; time.sleep(0.4)"], check=True)
print("done")
"""


def test_memory_of_children_counts() -> None:
    result = measure([sys.executable, "-c", CHILD_HOLDS_60_MB])
    assert (result.status, result.output) == (0, "done\n")
    assert 60e6 < result.peak < 200e6
    assert result.wall > 0.4
    assert 0 < result.cpu < result.wall + 1


def test_a_command_that_takes_too_long_is_killed() -> None:
    result = measure([sys.executable, "-c", "import time; time.sleep(60)"], timeout=0.5)
    assert result.status == -9
    assert result.wall < 10


GROWS_AND_SHRINKS = """
import pathlib, time
file = pathlib.Path("f")
file.write_bytes(bytes(5000))
time.sleep(0.3)
file.write_bytes(b"")
"""


def test_the_largest_size_of_a_watched_file_is_seen(tmp_path: Path) -> None:
    result = measure([sys.executable, "-c", GROWS_AND_SHRINKS], cwd=tmp_path, watch=tmp_path / "f")
    assert result.watched == 5000


WRITES_A_ROW = """
import sqlite3
db = sqlite3.connect("epg.db")
db.execute("INSERT INTO t VALUES (1)")
db.commit()
db.close()
"""


def test_the_wal_is_kept_and_counts_from_nothing(tmp_path: Path) -> None:
    path = tmp_path / "epg.db"
    db = sqlite3.connect(path)
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("CREATE TABLE t (x)")
    db.close()
    with kept_wal(path) as wal:
        assert wal.stat().st_size == 0
        result = measure([sys.executable, "-c", WRITES_A_ROW], cwd=tmp_path, watch=wal)
    # A header of 32 bytes and one or more frames, each a page of 4096 and its header of 24 bytes.
    assert result.watched > 32
    assert (result.watched - 32) % (4096 + 24) == 0


def test_the_table_says_which_bars_are_held() -> None:
    rows = [Row("x", "good", 2.5, "×", 4.0), Row("x", "bad", 5.0, "×", 4.0), Row("x", "no bar", 1.0, "×")]
    assert [row.held for row in rows] == [True, False, True]
    lines = table.markdown(rows, rounds=3).splitlines()
    assert "| x | good | 2.5 × | ≤ 4 × | yes |  |" in lines
    assert "| x | bad | 5 × | ≤ 4 × | **no** |  |" in lines


def test_the_table_goes_between_its_markers(tmp_path: Path) -> None:
    page = tmp_path / "performance.md"
    page.write_text(f"before\n{table.BEGIN}\nold\n{table.END}\nafter\n")
    for _ in range(2):
        table.write_between_markers(page, "new\n")
        assert page.read_text() == f"before\n{table.BEGIN}\nnew\n{table.END}\nafter\n"
    page.write_text("no markers")
    with pytest.raises(ValueError, match="bench:begin"):
        table.write_between_markers(page, "new\n")


def test_a_tiny_run_gives_every_row(tmp_path: Path) -> None:
    page = tmp_path / "performance.md"
    page.write_text(f"{table.BEGIN}\n{table.END}\n")
    command = [
        sys.executable,
        "-m",
        "benchmarks.run",
        "--sizes",
        "tiny",
        "--rounds",
        "1",
        "--write",
        str(page),
    ]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    for what in (
        "first import / bare iterparse",
        "first import / naive importer",
        "raw executemany of the same rows / bare iterparse",
        "same file again, unchanged / first",
        "same body again, by its sha256 / first",
        "same programmes, other file / bare iterparse",
        "same programmes, other file: WAL",
        "5 % changed in runs / bare iterparse",
        "5 % changed in runs: WAL / feed",
        "5 % changed, scattered / bare iterparse",
        "5 % scattered: WAL / feed",
        "first import: peak memory",
        "priority change / first import of one",
        "epg-ingest --help / import click",
    ):
        assert f"| {what} |" in done.stdout
    assert "0 new, 0 updated, 0 removed" in done.stdout
    assert done.stdout in page.read_text()
