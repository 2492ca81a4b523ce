"""The folder of one download, and the removal of those that killed imports have left.

Each import locks a file in its folder as long as it runs. The lock is the operating system's, so it ends with its process. An
import that starts removes each folder whose lock it can take: no clock and no age is asked.
"""

from __future__ import annotations

import os
import secrets
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from .body import disk_full

_NAME = "epg-download-"
_LOCK = "lock"
#: attempts to make a folder: another import may take it for an abandoned one in the moment before it is locked
_TRIES = 5


@contextmanager
def private_folder() -> Iterator[Path]:
    """A new folder, mode 0700, in the system's place for temporary files; removed at the end.

    Raises `DownloadError` (`diskfull`) when it cannot be made.
    """
    parent = Path(tempfile.gettempdir())
    # The name comes first: a signal right after the folder was made must not leave it behind.
    folders = [parent / f"{_NAME}{secrets.token_hex(8)}" for _ in range(_TRIES)]
    locks = [FileLock(folder / _LOCK) for folder in folders]
    try:
        try:
            _sweep(parent)
            made = next(
                (folder for folder, lock in zip(folders, locks, strict=True) if _make(folder, lock)), None
            )
        except OSError:
            raise disk_full() from None
        if made is None:
            raise disk_full()
        yield made
    finally:
        for folder, lock in zip(folders, locks, strict=True):
            shutil.rmtree(folder, ignore_errors=True)
            lock.release(force=True)


def _make(folder: Path, lock: FileLock) -> bool:
    """Make the folder and take its lock; False if an import that started at this moment has removed it."""
    folder.mkdir(mode=0o700)
    try:
        lock.acquire(timeout=0)
    except (Timeout, FileNotFoundError):
        return False
    return (folder / _LOCK).exists()


def _sweep(parent: Path) -> None:
    """Remove the folders that nobody holds. Those of other users stay, and no symbolic link is followed."""
    for folder in parent.glob(f"{_NAME}*"):
        with suppress(FileNotFoundError):
            found = folder.lstat()
            if stat.S_ISDIR(found.st_mode) and found.st_uid == os.geteuid():
                _remove(folder)


def _remove(folder: Path) -> None:
    # What cannot be locked or removed is left for the next import, or for the system.
    with suppress(Timeout, OSError, NotImplementedError), FileLock(folder / _LOCK).acquire(timeout=0):
        shutil.rmtree(folder, ignore_errors=True)
