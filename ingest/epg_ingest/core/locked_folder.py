"""Folders for temporary files, and the removal of those that killed commands have left.

Each command locks a file in its folder as long as it runs. The lock is the operating system's, so it ends with its process. An
import that starts removes each folder whose lock it can take: no clock and no age is asked.
"""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

#: how the names of the folders begin
NAMES = ("epg-check-", "epg-download-", "epg-read-", "epg-stage-", "epg-stdin-")
_LOCK = "lock"
#: attempts to make a folder: another import may take it for an abandoned one in the moment before it is locked
_TRIES = 20


@contextmanager
def locked_folder(name: str) -> Iterator[Path]:
    """A new folder, mode 0700, in the system's place for temporary files; removed at the end. `name` is one of `NAMES`.

    Raises `OSError` when it cannot be made.
    """
    parent = Path(tempfile.gettempdir())
    # The names come first: a signal right after a folder was made must not leave it behind.
    folders = [parent / f"{name}{os.urandom(8).hex()}" for _ in range(_TRIES)]
    locks: list[int] = []
    try:
        made = next((folder for folder in folders if _make(folder, locks)), None)
        if made is None:
            raise FileExistsError(errno.EEXIST, "no folder could be made", str(parent))
        yield made
    finally:
        for folder in folders:
            shutil.rmtree(folder, ignore_errors=True)
        for lock in locks:
            os.close(lock)


def _make(folder: Path, locks: list[int]) -> bool:
    """Make the folder and add its lock to `locks`; False if an import that started at this moment has removed it."""
    folder.mkdir(mode=0o700)
    lock = _locked(folder)
    if lock is not None:
        locks.append(lock)
    return lock is not None and os.fstat(lock).st_nlink > 0


def _locked(folder: Path) -> int | None:
    """The descriptor of the folder's lock; None if another process has it, or if there is no such folder any more.

    This is not `filelock`, which makes a folder that is missing: one that was removed would come back, open for everybody.
    """
    try:
        lock = os.open(folder / _LOCK, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(lock)
        return None
    return lock


def sweep() -> None:
    """Remove the folders that nobody holds. Those of other users stay, and no symbolic link is followed."""
    for folder in _own():
        # What cannot be locked or removed is left for the next import, or for the system.
        with suppress(OSError):
            lock = _locked(folder)
            if lock is not None:
                shutil.rmtree(folder, ignore_errors=True)
                os.close(lock)


def abandoned() -> list[Path]:
    """The folders that `sweep` would remove, of those that have a lock."""
    found = []
    for folder in _own():
        with suppress(OSError):
            lock = os.open(folder / _LOCK, os.O_RDONLY | os.O_NOFOLLOW)
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                found.append(folder)
            finally:
                os.close(lock)
    return found


def _own() -> Iterator[Path]:
    """The folders of this user with such names: in one pass, because the place may hold thousands of files of others."""
    with os.scandir(tempfile.gettempdir()) as entries:
        found = [Path(entry.path) for entry in entries if entry.name.startswith(NAMES)]
    for folder in sorted(found):
        with suppress(FileNotFoundError):
            state = folder.lstat()
            if stat.S_ISDIR(state.st_mode) and state.st_uid == os.geteuid():
                yield folder
