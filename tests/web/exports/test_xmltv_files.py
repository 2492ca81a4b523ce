"""Packed documents as files: made once for each state of the guide, sent as they are, never half, stale or private."""

from __future__ import annotations

import asyncio
import gzip
import lzma
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from epg_web.exports import xmltv_demand, xmltv_files
from epg_web.exports.xmltv_demand import OFTEN, keeper_of
from epg_web.exports.xmltv_files import ExportFiles, folder_of

from tests.helpers.datasette_helpers import add, make_guide, moment, serving
from tests.helpers.paths import PYTHONPATH, ROOT

OLD = "2026-01-02T03:04:05Z"


@pytest.fixture(autouse=True)
def scratch(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The system's temporary directory of these tests."""
    folder = tmp_path_factory.mktemp("tmp")
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    return folder


@pytest_asyncio.fixture
async def site(tmp_path: Path) -> AsyncIterator[Any]:
    conn = make_guide(tmp_path / "epg.db")
    conn.execute("UPDATE generation SET number = 7, changed_at = ?", [OLD])
    for channel in (1, 2):
        for hour in range(1, 40):
            add(conn, channel, moment(hour), moment(hour + 1), f"T{hour}")
    async with serving(tmp_path / "epg.db") as ds:
        ds.conn = conn
        yield ds
    conn.close()


def documents(scratch: Path) -> list[str]:
    """The names of all files that are not the lock or the owner."""
    return sorted(
        path.name for path in scratch.glob("datasette-epg-*/*/*") if path.name not in ("lock", "database")
    )


def of_the_guide(scratch: Path) -> list[str]:
    """The names of what is in the temporary directory; Datasette 1.0 keeps a database of its own there."""
    return sorted(path.name for path in scratch.iterdir() if not path.name.startswith("datasette_temp_"))


def change(conn: sqlite3.Connection, number: int) -> None:
    add(conn, 1, moment(100 + number), moment(101 + number), f"New{number}")
    conn.execute("UPDATE generation SET number = ?", [number])


async def plain(site: Any, query: str = "") -> bytes:
    found = await site.client.get(f"/xmltv.xml{query}", headers={"accept-encoding": "identity"})
    assert found.status_code == 200
    return bytes(found.content)


@pytest.mark.parametrize(("ending", "unpack"), [("gz", gzip.decompress), ("xz", lzma.decompress)])
async def test_a_packed_guide_is_made_once(site: Any, scratch: Path, ending: str, unpack: Any) -> None:
    first = await site.client.get(f"/xmltv.xml.{ending}")
    (name,) = documents(scratch)
    assert name.endswith(f".{ending}")
    again = await site.client.get(f"/xmltv.xml.{ending}")
    assert again.content == first.content
    assert unpack(again.content) == await plain(site)
    assert "content-length" not in first.headers
    assert again.headers["content-length"] == str(len(again.content))
    for header in ("etag", "last-modified", "content-type", "content-disposition", "cache-control"):
        assert again.headers[header] == first.headers[header], header
    assert again.headers["content-type"] == {"gz": "application/gzip", "xz": "application/x-xz"}[ending]


async def test_the_file_is_what_is_sent(site: Any, scratch: Path) -> None:
    await site.client.get("/xmltv.xml.gz")
    (path,) = scratch.glob("datasette-epg-*/*/*.gz")
    marked = gzip.compress(b"from the file")
    path.write_bytes(marked)
    assert (await site.client.get("/xmltv.xml.gz")).content == marked
    # The same bytes on the way to a client that unpacks them itself.
    found = await site.client.get("/xmltv.xml", headers={"accept-encoding": "gzip"})
    assert (found.headers["content-encoding"], found.content) == ("gzip", b"from the file")
    assert b"from the file" not in await plain(site)


async def test_a_change_is_never_hidden_by_a_file(site: Any, scratch: Path) -> None:
    for number in range(8, 12):
        body = gzip.decompress((await site.client.get("/xmltv.xml.gz")).content)
        assert body == await plain(site)
        change(site.conn, number)
        assert f"New{number}".encode() in gzip.decompress((await site.client.get("/xmltv.xml.gz")).content)
        assert len(documents(scratch)) == 1


async def test_a_filtered_document_gets_a_file_when_it_is_asked_for_often(site: Any, scratch: Path) -> None:
    for count in range(1, OFTEN + 2):
        found = await site.client.get("/xmltv.xml.gz?channels=1&days=2")
        assert gzip.decompress(found.content) == await plain(site, "?channels=1&days=2")
        assert len(documents(scratch)) == int(count >= OFTEN)
    await site.client.get("/xmltv.xml.gz?channels=2")
    assert len(documents(scratch)) == 1


async def test_files_are_made_again_before_somebody_asks(site: Any, scratch: Path) -> None:
    await site.client.get("/xmltv.xml.gz")
    for _ in range(OFTEN):
        await site.client.get("/xmltv.xml.xz?days=1")
    keeper = keeper_of(site, None)
    before = documents(scratch)
    change(site.conn, 8)
    await keeper.make_popular(time.time())
    after = documents(scratch)
    assert len(before) == len(after) == 2 and not set(before) & set(after)
    found = await site.client.get("/xmltv.xml.gz")
    assert "content-length" in found.headers and b"New8" in gzip.decompress(found.content)


async def test_the_background_does_this_by_itself(
    site: Any, scratch: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(xmltv_demand, "EVERY", 0.02)
    await site.client.get("/xmltv.xml.gz")
    before = documents(scratch)
    change(site.conn, 8)
    found = before
    for _ in range(200):
        await asyncio.sleep(0.05)
        found = documents(scratch)
        # For a moment there are two: the old one, and the new one or a part of it.
        if len(found) == 1 and not found[0].endswith(".part") and found != before:
            break
    assert len(found) == 1 and found != before


async def test_a_private_guide_has_no_files(tmp_path: Path, scratch: Path) -> None:
    make_guide(tmp_path / "epg.db").close()
    async with serving(tmp_path / "epg.db", metadata={"allow": {"id": "root"}}) as ds:
        cookies = {"ds_actor": ds.sign({"a": {"id": "root"}}, "actor")}
        for _ in range(OFTEN + 1):
            found = await ds.client.get("/xmltv.xml.gz", cookies=cookies)
            assert found.status_code == 200
    assert of_the_guide(scratch) == []


async def test_files_can_be_switched_off(tmp_path: Path, scratch: Path) -> None:
    make_guide(tmp_path / "epg.db").close()
    settings = {"plugins": {"datasette-epg": {"export_files_mb": 0}}}
    async with serving(tmp_path / "epg.db", metadata=settings) as ds:
        for _ in range(2):
            assert (await ds.client.get("/xmltv.xml.gz")).status_code == 200
    assert of_the_guide(scratch) == []


async def test_a_folder_that_others_can_enter_is_not_used(site: Any, scratch: Path) -> None:
    (scratch / f"datasette-epg-{os.getuid()}").mkdir(mode=0o755)
    assert folder_of(str(site.databases["epg"].path)) is None
    assert gzip.decompress((await site.client.get("/xmltv.xml.gz")).content) == await plain(site)


def test_another_file_at_the_same_path_has_another_folder(tmp_path: Path) -> None:
    path = tmp_path / "epg.db"
    path.write_text("1")
    first = folder_of(str(path))
    (tmp_path / "next").write_text("2")
    (tmp_path / "next").replace(path)
    assert first != folder_of(str(path)) != None  # noqa: E711


def test_folders_of_databases_that_are_gone_are_removed(tmp_path: Path) -> None:
    gone, here = tmp_path / "a.db", tmp_path / "b.db"
    gone.touch()
    here.touch()
    first = folder_of(str(gone))
    assert first is not None and first.is_dir()
    gone.unlink()
    folder_of(str(here))
    assert not first.exists()


@pytest.fixture
def files(tmp_path: Path) -> ExportFiles:
    (tmp_path / "epg.db").touch()
    return ExportFiles(str(tmp_path / "epg.db"), 1000)


def make(files: ExportFiles, name: str, size: int = 10, generation: str = "7-") -> bool:
    making = files.begin(name, generation)
    assert making is not None
    making.write(b"x" * size)
    making.keep()
    return files.find(name) is not None


def test_what_is_not_whole_is_not_found(files: ExportFiles) -> None:
    making = files.begin("7-a.gz", "7-")
    assert making is not None
    making.write(b"half")
    assert files.find("7-a.gz") is None
    assert files.begin("7-b.gz", "7-") is None  # one at a time
    making.drop()
    assert files.find("7-a.gz") is None
    assert make(files, "7-b.gz")
    assert files.begin("7-b.gz", "7-") is None  # it is there


def test_the_disk_that_files_take_is_bounded(files: ExportFiles, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xmltv_files, "MOST", 3)
    folder = files.folder
    assert folder is not None
    assert not make(files, "7-large.gz", 1001)
    for number in range(6):
        assert make(files, f"7-{number}.gz")
        os.utime(folder / f"7-{number}.gz", (number, number))
    names = sorted(path.name for path in folder.glob("*.gz"))
    assert names == ["7-3.gz", "7-4.gz", "7-5.gz"]
    assert make(files, "7-wide.gz", 985)
    assert sorted(path.name for path in folder.glob("*.gz")) == ["7-5.gz", "7-wide.gz"]
    assert make(files, "8-new.gz", generation="8-")
    assert sorted(path.name for path in folder.glob("*.gz")) == ["8-new.gz"]


def test_a_full_disk_ends_the_file_only(files: ExportFiles) -> None:
    making = files.begin("7-a.gz", "7-")
    assert making is not None and making.file is not None
    making.file.close()
    full = open("/dev/full", "wb", buffering=0)  # noqa: SIM115 - the file is closed by `drop`
    making.file = full
    making.write(b"x" * 100)
    making.write(b"y")
    making.keep()
    assert full.closed
    assert files.find("7-a.gz") is None
    assert make(files, "7-a.gz")


MAKER = """
import sys, time
from epg_web.exports.xmltv_files import ExportFiles
making = ExportFiles(sys.argv[1]).begin("7-a.gz", "7-")
making.write(b"half"); making.file.flush()
print("begun", flush=True)
time.sleep(60)
"""


def test_a_process_that_is_killed_leaves_no_half_file(
    files: ExportFiles, tmp_path: Path, scratch: Path
) -> None:
    paths = os.pathsep.join([PYTHONPATH, str(ROOT / "plugins")])
    process = subprocess.Popen(
        [sys.executable, "-c", MAKER, str(tmp_path / "epg.db")],
        env={**os.environ, "PYTHONPATH": paths, "TMPDIR": str(scratch)},
        stdout=subprocess.PIPE,
    )
    assert process.stdout is not None and process.stdout.readline() == b"begun\n"
    assert files.begin("7-b.gz", "7-") is None
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()
    assert files.find("7-a.gz") is None
    assert make(files, "7-b.gz")
    assert documents(scratch) == ["7-b.gz"]
