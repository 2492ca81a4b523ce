"""Where `tv_grab_datasette_epg --output` writes, by the rules of `epg-ingest export --output`; guides that it may only read."""

from __future__ import annotations

import os
import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest

from tests.helpers.paths import DATA
from tests.helpers.readers.grabbing import Grabber

pytestmark = pytest.mark.slow

FIRST = DATA / "first_release.sql"
WRITES = [["--quiet"], ["--list-channels"], ["--configure-api", "--stage", "select-channels"]]


@pytest.mark.parametrize("arguments", WRITES, ids=" ".join)
@pytest.mark.parametrize(
    "name", ["epg.db", "epg.db-wal", "epg.secrets", "epg.lock", "metadata.yaml", "link.xml", "kept.conf", "copy.db"]
)  # fmt: skip
def test_no_file_of_the_guide_is_replaced(grabber: Grabber, arguments: list[str], name: str) -> None:
    home, guide = grabber.home, grabber.site / "epg.db"
    (home / "kept.conf").write_text(f"source={guide}\n")
    (home / "link.xml").symlink_to(guide)
    with closing(sqlite3.connect(home / "copy.db")) as other:
        other.execute("CREATE TABLE foreign_one (x)")
    output = home / name if (home / name).exists() else grabber.site / name
    before = output.read_bytes() if output.exists() else None
    ran = grabber.run("--config-file", "kept.conf", "--output", str(output), *arguments)
    assert (ran.returncode, ran.stderr.count("\n")) == (2, 1), ran.stderr
    assert "name another file" in ran.stderr
    assert (output.read_bytes() if output.exists() else None) == before


def test_a_link_is_followed_and_a_pipe_written_to(grabber: Grabber) -> None:
    home = grabber.home
    (home / "real.xml").write_text("old")
    (home / "real.xml").chmod(0o640)
    (home / "link.xml").symlink_to("real.xml")
    assert grabber.run("--output", "link.xml").returncode == 0
    assert (home / "link.xml").is_symlink()
    assert (home / "real.xml").stat().st_mode & 0o777 == 0o640
    whole = (home / "real.xml").read_bytes()
    os.mkfifo(home / "pipe")
    read: list[bytes] = []
    reader = threading.Thread(target=lambda: read.append((home / "pipe").read_bytes()), daemon=True)
    reader.start()
    assert grabber.run("--output", "pipe").returncode == 0
    reader.join(30)
    assert (home / "pipe").is_fifo() and read == [whole]
    ran = grabber.run("--output", "/dev/full")
    assert (ran.returncode, ran.stderr.count("\n")) == (1, 1)
    assert "cannot write /dev/full" in ran.stderr and Path("/dev/full").is_char_device()


def test_a_guide_of_the_first_release_is_read_and_left_as_it_is(grabber: Grabber) -> None:
    old = grabber.home / "old.db"
    with closing(sqlite3.connect(old, isolation_level=None)) as conn:
        conn.executescript(FIRST.read_text())
    before = old.read_bytes()
    ran = grabber.run("--db", str(old), "--list-channels")
    assert ran.returncode == 0 and "<channel id=" in ran.stdout
    assert "made by an older version" in ran.stderr
    assert old.read_bytes() == before
    assert [path.name for path in grabber.home.iterdir()] == ["old.db"]
