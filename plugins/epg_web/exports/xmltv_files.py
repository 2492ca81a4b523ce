"""Packed XMLTV documents, kept as files while the guide is the same.

One folder of the system's temporary directory belongs to one database, and all workers of a server share it. A file has its
document's stamp in its name, so a document of an older guide is never found. It appears under this name when it is whole:

    one lock for the folder → NAME.part → NAME

Only one process makes a file at a time. The system releases the lock of a process that dies, and the next one that takes
the lock removes what the other left.
"""

import contextlib
import hashlib
import os
import shutil
import tempfile
from pathlib import Path
from typing import BinaryIO

from filelock import FileLock, Timeout

#: bytes of all files of a database, unless configured; how many there may be
BYTES, MOST = 1024 * 1024 * 1024, 12
PART = ".part"
#: what a folder keeps apart from documents: the lock, and the path of the database
LOCK, OWNER = "lock", "database"


class ExportFiles:
    """The files of one database. `limit` is in bytes for all of them together; 0 keeps none."""

    def __init__(self, database: str, limit: int = BYTES) -> None:
        self.limit = limit
        self.folder = folder_of(database) if limit else None

    def find(self, name: str) -> Path | None:
        """The whole document of this name, marked as used now."""
        if self.folder is None:
            return None
        path = self.folder / name
        try:
            os.utime(path)
        except OSError:
            return None
        return path

    def begin(self, name: str, generation: str) -> "FileInMaking | None":
        """Begin to make the document of this name, whose first characters are the guide's `generation`.

        None if the document is there, if another process or thread is making one, or if files cannot be written here.
        """
        if self.folder is None:
            return None
        lock = FileLock(self.folder / LOCK, timeout=0, mode=0o600, thread_local=False, is_singleton=False)
        try:
            lock.acquire()
        except (Timeout, OSError):
            return None
        if (self.folder / name).exists():
            lock.release()
            return None
        for part in self.folder.glob(f"*{PART}"):
            part.unlink(missing_ok=True)
        try:
            return FileInMaking(self, self.folder / name, generation, lock)
        except OSError:
            lock.release()
            return None

    def tidy(self, generation: str) -> None:
        """Remove the documents of other generations, then those that nobody has used for longest, until all fit."""
        if self.folder is None:
            return
        kept: list[tuple[float, int, Path]] = []
        for path in self.folder.iterdir():
            if path.name in (LOCK, OWNER) or path.suffix == PART:
                continue
            if path.name.startswith(generation):
                state = path.stat()
                kept.append((state.st_mtime, state.st_size, path))
            else:
                path.unlink(missing_ok=True)
        kept.sort()
        while kept and (len(kept) > MOST or sum(size for _, size, _ in kept) > self.limit):
            kept.pop(0)[2].unlink(missing_ok=True)


class FileInMaking:
    """A document that is being written. Call `keep` when it is whole, else `drop`; both release the lock."""

    def __init__(self, files: ExportFiles, path: Path, generation: str, lock: FileLock) -> None:
        self.files, self.path, self.generation, self.lock = files, path, generation, lock
        self.part = path.with_name(path.name + PART)
        self.file: BinaryIO | None = self.part.open("xb")
        self.size = 0

    def write(self, block: bytes) -> None:
        """Add a block. A full disk, or a document larger than all files may be, ends the file and not the export."""
        if self.file is None:
            return
        self.size += len(block)
        try:
            if self.size > self.files.limit:
                raise OSError("the document is too large")
            self.file.write(block)
        except OSError:
            self.drop()

    def keep(self) -> None:
        if self.file is None:
            return
        try:
            self.file.close()
            self.part.replace(self.path)
            self.files.tidy(self.generation)
        except OSError:
            self.part.unlink(missing_ok=True)
        self._end()

    def drop(self) -> None:
        if self.file is None:
            return
        with contextlib.suppress(OSError):  # a full disk may refuse the last bytes; the file goes anyway
            self.file.close()
        self.part.unlink(missing_ok=True)
        self._end()

    def _end(self) -> None:
        self.file = None
        self.lock.release()


def folder_of(database: str) -> Path | None:
    """The folder for a database, made if it is missing; None where there is no place that belongs to this user alone.

    The name has the identity of the database file, so another file at the same path has another folder.
    """
    try:
        state = os.stat(database)
        own = f"{Path(database).resolve()}:{state.st_dev}:{state.st_ino}"
        base = Path(tempfile.gettempdir()) / f"datasette-epg-{os.getuid()}"
        folder = base / hashlib.sha256(own.encode()).hexdigest()[:16]
        for path in (base, folder):
            path.mkdir(mode=0o700, exist_ok=True)
            if not _is_mine(path):
                return None
        _remove_orphans(base)
        (folder / OWNER).write_text(str(Path(database).resolve()))
    except OSError:
        return None
    return folder


def _is_mine(path: Path) -> bool:
    """Whether it is a folder, not a link, of this user, that nobody else may enter. The temporary directory is open to all."""
    state = path.lstat()
    return (
        path.is_dir() and not path.is_symlink() and state.st_uid == os.getuid() and not state.st_mode & 0o077
    )


def _remove_orphans(base: Path) -> None:
    """Remove the folders of databases that no longer exist."""
    for folder in base.iterdir():
        try:
            gone = not Path((folder / OWNER).read_text()).exists()
        except OSError:
            continue  # another process is making or removing it
        if gone:
            shutil.rmtree(folder, ignore_errors=True)
