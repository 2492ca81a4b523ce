"""The folder of pictures: what is known of each address, the pictures by their content, and a bound for all of them.

    addresses/KEY.json     the `LogoState` of an address; its time of change is when it was last shown
    pictures/HASH.png      a picture, named by its content, so two addresses with the same picture share it
    locks/XX               held while an address is asked

A file appears under its name when it is whole, so every process may read at any time.
"""

from __future__ import annotations

import json
import os
import re
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from filelock import FileLock, Timeout

from ..core.database_files import beside
from .logo_state import LogoState, from_json

#: seconds after which an address that nobody looked at is forgotten
UNUSED = 90 * 86_400
#: addresses that are remembered
MOST = 100_000
#: seconds between two notes that an address was shown, and those for which a file that no address names is left
#: alone: another process may be about to name it
_NOTED, _YOUNG = 86_400, 120
_NAME = re.compile(r"[0-9a-f]{32}\.(?:png|jpg)")
_KEY = re.compile(r"[0-9a-f]{32}")


def folder_beside(database: Path | str) -> Path:
    """The folder for the guide at `database`: `epg.logos` beside `epg.db`."""
    return beside(database, ".logos")


class LogoFolder:
    """The folder at `path`. Methods that write raise `OSError` where the system refuses."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._addresses, self._pictures, self._locks = (
            path / name for name in ("addresses", "pictures", "locks")
        )

    def make(self) -> None:
        """Make the folder, for this user alone: what a guide shows may be private."""
        for folder in (self.path, self._addresses, self._pictures, self._locks):
            folder.mkdir(mode=0o700, exist_ok=True)

    def state(self, key: str) -> LogoState | None:
        """What is known of an address; None for one that was never asked, and where the file is damaged."""
        try:
            return from_json(json.loads(self._address(key).read_bytes()))
        except (OSError, ValueError):
            return None

    def keep(self, key: str, state: LogoState) -> None:
        self._write(self._address(key), json.dumps(state.as_json()).encode())

    def add(self, picture: bytes, ending: str) -> str:
        """Keep a picture. Returns its name, which follows from its content."""
        name = f"{sha256(picture).hexdigest()[:32]}.{ending}"
        path = self._pictures / name
        try:
            os.utime(path)  # young again, so that no other process removes it before an address names it
        except FileNotFoundError:
            self._write(path, picture)
        return name

    def picture(self, name: str) -> bytes | None:
        """The picture of this name, None where it was removed."""
        if not _NAME.fullmatch(name):
            return None
        try:
            return (self._pictures / name).read_bytes()
        except OSError:
            return None

    def is_whole(self, state: LogoState) -> bool:
        """Whether the pictures that it names are there; somebody may have emptied the folder."""
        return all((self._pictures / name).is_file() for name in state.pictures.values())

    def note(self, key: str, now: float) -> None:
        """Note that the picture of an address is shown at `now`, at most once a day. A folder that cannot be written to is left
        as it is."""
        path = self._address(key)
        with suppress(OSError):
            if now - path.stat().st_mtime > _NOTED:
                os.utime(path, (now, now))

    def lock(self, key: str) -> FileLock:
        """The lock to hold while an address is asked. Few locks serve all addresses."""
        return FileLock(self._locks / key[:2], mode=0o600, thread_local=False, is_singleton=False)

    def size(self) -> int:
        """Bytes of all pictures."""
        return sum(found.st_size for _, found in _files(self._pictures))

    def count(self) -> int:
        """Addresses that are remembered."""
        return sum(1 for _ in _files(self._addresses))

    def reasons(self) -> Counter[str]:
        """Why addresses have given no picture so far, as codes, and how many of each."""
        states = [self.state(path.stem) for path, _ in _files(self._addresses) if _KEY.fullmatch(path.stem)]
        return Counter(state.code or "" for state in states if state and not state.pictures)

    def tidy(self, limit: int, now: float) -> None:
        """Forget addresses that nobody looked at for longest, until at most `limit` bytes of pictures are left, and remove the
        pictures that no address names. Does nothing while another process does it."""
        lock = FileLock(self._locks / "tidy", timeout=0, mode=0o600, thread_local=False, is_singleton=False)
        with suppress(Timeout), lock:
            named = self._forget(limit, now)
            for path, found in _files(self._pictures):
                if path.name not in named and now - found.st_mtime > _YOUNG:
                    path.unlink(missing_ok=True)

    def _forget(self, limit: int, now: float) -> set[str]:
        """Forget addresses. Returns the names of the pictures of those that stay."""
        named: set[str] = set()
        sizes = {path.name: found.st_size for path, found in _files(self._pictures)}
        listed = sorted(_files(self._addresses), key=lambda pair: -pair[1].st_mtime)
        for place, (path, found) in enumerate(listed):
            if not _KEY.fullmatch(path.stem):
                if now - found.st_mtime > _YOUNG:
                    path.unlink(missing_ok=True)
                continue
            state = self.state(path.stem)
            wanted = set(state.pictures.values()) - named if state else set()
            limit -= sum(sizes.get(name, 0) for name in wanted)
            if state is None or limit < 0 or place >= MOST or now - found.st_mtime > UNUSED:
                path.unlink(missing_ok=True)
            else:
                named |= wanted
        return named

    def _address(self, key: str) -> Path:
        return self._addresses / f"{key}.json"

    def _write(self, path: Path, data: bytes) -> None:
        part = tempfile.NamedTemporaryFile(dir=path.parent, prefix=".", suffix=".part", delete=False)  # noqa: SIM115
        try:
            with part:
                part.write(data)
            os.replace(part.name, path)
        except OSError:
            with suppress(OSError):
                os.unlink(part.name)
            raise


def _files(folder: Path) -> Iterator[tuple[Path, os.stat_result]]:
    """The files of a folder; none where there is no such folder. Another process may remove one meanwhile."""
    try:
        found = list(os.scandir(folder))
    except FileNotFoundError:
        return
    for entry in found:
        with suppress(FileNotFoundError):
            if entry.is_file(follow_symlinks=False):
                yield Path(entry.path), entry.stat(follow_symlinks=False)
