"""Where an output goes.

a file, or a name that is free    written beside it and renamed when whole, so nobody sees half of it; its mode stays
a link                            its target; the link stays
a device, a pipe                  written to as it comes
a folder, a socket, a disk        refused
a file of the guide, a database   refused: replacing it would lose what nothing brings back
"""

from __future__ import annotations

import os
import re
import sqlite3
import stat
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from ..core.errors import DatabaseError, UsageError
from .database import connect_readonly
from .own_files import OwnFiles, is_database

#: names of open files of this process: opening one again would empty the file and write from its beginning
_OPEN = re.compile(r"/(?:dev|proc/self)/fd/(\d{1,6})")
_STANDARD = {"/dev/stdout": 1, "/dev/stderr": 2}


@dataclass(frozen=True)
class Destination:
    """Where an output named `given` goes: to `path` (links followed). A `stream` is written to, not replaced."""

    given: str
    path: Path
    stream: bool = False

    @property
    def descriptor(self) -> int | None:
        """The number of an open file of this process, None for any other destination."""
        match = _OPEN.fullmatch(self.given)
        return int(match[1]) if match else _STANDARD.get(self.given)


def destination(given: str | Path, own: OwnFiles, *, database: bool = False) -> Destination:
    """Where an output with this name goes.

    Raises `UsageError` for what must not be written to: see above. With `database`, the output is one itself, so an older one
    may be replaced; the caller looks which.
    """
    kind = _kind(os.fspath(given))
    text, path = str(Path(given)), Path(os.path.realpath(given))
    here = Destination(text, path)
    if here.descriptor is not None:
        return Destination(text, path, stream=True)
    if kind is None:
        _refuse_kept(text, path, own)
        _check_folder(text, path)
        return here
    if stat.S_ISCHR(kind) or stat.S_ISFIFO(kind):
        return Destination(text, path, stream=True)
    if not stat.S_ISREG(kind):
        raise UsageError(f"{text} is {_named(kind)}; name a file{' in it' if stat.S_ISDIR(kind) else ''}")
    _refuse_kept(text, path, own)
    if not database and _is_database(path):
        raise UsageError(f"{text} is a SQLite database, which the output would replace; name another file")
    return here


def _kind(text: str) -> int | None:
    """The mode of what the name leads to, None where there is nothing yet."""
    if "\0" in text:
        raise UsageError("the name of the output holds a NUL character; name another file")
    try:
        return os.stat(text).st_mode
    except FileNotFoundError:
        if text.endswith("/"):
            raise UsageError(f"{text} is the name of a folder; name a file in it") from None
        return None
    except OSError as error:
        raise UsageError(f"cannot write {text}: {error.strerror}; name another file") from error


def _named(kind: int) -> str:
    if stat.S_ISDIR(kind):
        return "a folder"
    return "a disk" if stat.S_ISBLK(kind) else "a socket"


def _refuse_kept(text: str, path: Path, own: OwnFiles) -> None:
    if reason := own.reason_to_keep(path):
        raise UsageError(f"{text} {reason}; name another file")


def _check_folder(text: str, path: Path) -> None:
    if not path.parent.is_dir():
        folder = path.parent if os.path.islink(text) else Path(text).parent
        raise UsageError(f"cannot write {text}: the folder {folder} does not exist; create it first")


def exists_already(place: Destination, what: str) -> UsageError:
    """What to raise for a file that would be replaced unasked; `what` names an output of this kind."""
    return UsageError(
        f"{place.given} exists already; choose another name, or add --overwrite if it is {what}"
    )


def require_replaceable(place: Destination, overwrite: bool, tables: tuple[str, ...], what: str) -> None:
    """Raise `UsageError` for a file that exists, unless `overwrite` is given, and it is empty or a database with these tables.

    `what` names such a database.
    """
    if not place.path.exists():
        return
    if not overwrite:
        raise exists_already(place, what)
    if other := _other_contents(place, tables, what):
        raise UsageError(f"{other}; choose another name, or delete it first")


def _other_contents(place: Destination, tables: tuple[str, ...], what: str) -> str:
    """What a file holds that is neither empty nor a database with these tables, in words; "" for one that may be replaced."""
    try:
        empty, database = not place.path.stat().st_size, is_database(place.path)
    except OSError as error:
        return f"cannot read {place.given} to see whether it is {what}: {error.strerror}"
    if database and not _has_tables(place.path, tables):
        return f"{place.given} is a database, but not {what}"
    if not database and not empty:
        return f"{place.given} is not {what}, and its contents would be lost"
    return ""


def _has_tables(path: Path, tables: tuple[str, ...]) -> bool:
    """Whether a file is a SQLite database that can be read and has these tables."""
    try:
        with closing(connect_readonly(path)) as conn:
            found = {name for (name,) in conn.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    except sqlite3.DatabaseError:
        return False
    return found.issuperset(tables)


def _is_database(path: Path) -> bool:
    try:
        return is_database(path)
    except OSError:
        return False  # what may not be read may be replaced, if its folder allows it


@contextmanager
def written(target: Destination, *, private: bool = False) -> Iterator[BinaryIO]:
    """The destination, open for writing. A file has its new contents when the block ends, and the old ones if it fails.

    A `private` file is for its owner only, whatever its mode was before. Raises `DatabaseError` (`output`) when it cannot be
    written.
    """
    try:
        if target.stream:
            with _opened(target) as stream:
                yield stream
        else:
            with _beside(target.path, private) as part:
                yield part
    except OSError as error:
        said = f"cannot write {target.given}: {error.strerror or error}"
        raise DatabaseError(f"{said}; {_remedy(error)}", "output") from error


def _remedy(error: OSError) -> str:
    if isinstance(error, PermissionError):
        return "check the permissions of its folder, or name another file"
    return "free some space, or name another file" if error.errno == 28 else "name another file"


def _opened(target: Destination) -> BinaryIO:
    if target.descriptor is not None:
        return os.fdopen(os.dup(target.descriptor), "wb")
    return open(target.path, "wb")


@contextmanager
def _beside(path: Path, private: bool) -> Iterator[BinaryIO]:
    """A file in the folder of `path` that takes its name at the end of the block."""
    with tempfile.NamedTemporaryFile(prefix=f".{path.name[:100]}.", dir=path.parent, delete=False) as part:
        try:
            yield part.file  # type: ignore[misc]  # typeshed: IO[bytes]
            part.flush()
            if not private:  # it was made so
                _take_mode(part.fileno(), path)
            os.replace(part.name, path)
        except BaseException:
            Path(part.name).unlink(missing_ok=True)
            raise


def _take_mode(part: int, path: Path) -> None:
    """Owner and mode of the file that is replaced; for a new one what the umask leaves."""
    try:
        old = path.stat()
    except FileNotFoundError:
        os.fchmod(part, 0o666 & ~_umask())
        return
    with suppress(PermissionError):
        os.fchown(part, old.st_uid, old.st_gid)
    os.fchmod(part, stat.S_IMODE(old.st_mode) & 0o777)


def _umask() -> int:
    """The mask of this process; it can only be read by setting it."""
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
