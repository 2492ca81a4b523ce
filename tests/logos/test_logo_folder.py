"""The folder of pictures: what is kept, shared, forgotten and removed."""

from __future__ import annotations

import os
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from epg_ingest.logos.logo_address import key_of
from epg_ingest.logos.logo_folder import UNUSED, LogoFolder, folder_beside
from epg_ingest.logos.logo_state import fetched
from filelock import FileLock

NOW = time.time()
OLD = NOW - 2 * 86_400


@pytest.fixture
def folder(tmp_path: Path) -> LogoFolder:
    made = LogoFolder(tmp_path / "epg.logos")
    made.make()
    return made


def show(folder: LogoFolder, name: str, picture: bytes, at: float = NOW, old: bool = True) -> str:
    """Keep a picture for an address that was last shown `at`; returns its key. An `old` picture may be removed."""
    key, file = key_of(name), folder.add(picture, "png")
    folder.keep(key, fetched({"96": file}, None, None, NOW))
    os.utime(folder.path / "addresses" / f"{key}.json", (at, at))
    if old:
        os.utime(folder.path / "pictures" / file, (OLD, OLD))
    return key


def test_it_lies_beside_the_guide() -> None:
    assert folder_beside("/srv/epg/epg.db") == Path("/srv/epg/epg.logos")


def test_only_its_owner_may_look(folder: LogoFolder) -> None:
    key = show(folder, "a", b"picture")
    files = [path for path in folder.path.rglob("*") if path.is_file()]
    assert folder.path.stat().st_mode & 0o077 == 0 and all(path.stat().st_mode & 0o077 == 0 for path in files)
    assert folder.state(key)


def test_two_addresses_share_a_picture(folder: LogoFolder) -> None:
    keys = [show(folder, name, b"the same") for name in ("a", "b")]
    states = [folder.state(key) for key in keys]
    assert states[0].pictures == states[1].pictures and (folder.count(), folder.size()) == (
        2,
        len(b"the same"),
    )
    assert folder.picture(states[0].picture(96)) == b"the same"


@pytest.mark.parametrize("name", ["../addresses/x", "/etc/passwd", "a.png", "", f"{'a' * 32}.svg"])
def test_other_files_are_no_pictures(folder: LogoFolder, name: str) -> None:
    assert folder.picture(name) is None


def test_a_damaged_state_is_none(folder: LogoFolder) -> None:
    key = show(folder, "a", b"x")
    for text in ("", "{", "[]", "\ud800".encode("utf-8", "surrogatepass").hex()):
        (folder.path / "addresses" / f"{key}.json").write_text(text)
        assert folder.state(key) is None


def test_the_bound_removes_what_was_not_shown_for_longest(folder: LogoFolder) -> None:
    keys = [show(folder, str(age), bytes([age]) * 1_000, NOW - age * 3_600) for age in range(5)]
    folder.tidy(3_000, NOW)
    assert [folder.state(key) is not None for key in keys] == [True, True, True, False, False]
    assert folder.size() == 3_000
    folder.note(keys[2], NOW + 90_000)
    folder.tidy(1_000, NOW)
    assert [folder.state(key) is not None for key in keys] == [False, False, True, False, False]


def test_what_nobody_looks_at_is_forgotten(folder: LogoFolder) -> None:
    keys = [show(folder, "new", b"n"), show(folder, "old", b"o", NOW - UNUSED - 10)]
    folder.tidy(10**9, NOW)
    assert [folder.state(key) is not None for key in keys] == [True, False] and folder.size() == 1


def test_a_file_that_has_just_come_waits_for_its_address(folder: LogoFolder) -> None:
    name = folder.add(b"another process is about to name it", "png")
    parts = [folder.path / place / ".left.part" for place in ("pictures", "addresses")]
    for part in parts:
        part.write_bytes(b"another process is writing it, or was killed")
    folder.tidy(10**9, time.time() + 60)
    assert folder.picture(name) and all(part.exists() for part in parts)
    folder.tidy(10**9, time.time() + 7_200)
    assert folder.picture(name) is None and not any(part.exists() for part in parts)


def test_pictures_come_while_others_tidy(folder: LogoFolder) -> None:
    """Four at once write, as the fetching process does, and each tidies after each picture."""

    def fetch(worker: int) -> list[str]:
        keys = []
        for number in range(15):
            keys.append(
                show(folder, f"{worker}/{number}", f"{worker}/{number}".encode(), time.time(), old=False)
            )
            folder.tidy(10**9, time.time())
        return keys

    with ThreadPoolExecutor(4) as pool:
        keys = [key for found in pool.map(fetch, range(4)) for key in found]
    assert all(folder.picture(folder.state(key).picture(96)) for key in keys)


def test_nothing_is_removed_while_another_process_tidies(folder: LogoFolder) -> None:
    key = show(folder, "a", b"x")
    with FileLock(folder.path / "locks" / "tidy", is_singleton=False):
        folder.tidy(0, NOW)
    assert folder.state(key)
    folder.tidy(0, NOW)
    assert folder.state(key) is None and folder.size() == 0


def test_a_folder_that_cannot_be_written_to_still_shows_pictures(folder: LogoFolder) -> None:
    key = show(folder, "a", b"x", NOW - 200_000)
    LogoFolder(folder.path / "missing").note(key, NOW)
    assert (LogoFolder(folder.path / "missing").count(), LogoFolder(folder.path / "missing").state(key)) == (
        0,
        None,
    )
