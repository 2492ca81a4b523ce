"""The mode of private files: set on the open file, so that no link can lead it to somebody else's."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from ..core.errors import DatabaseError

MODE = 0o600
#: permissions of other users
OTHERS = 0o077
_FLAGS = os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


def make_private(path: Path) -> int:
    """A new file of mode 0600, open for writing. Raises `FileExistsError`, also for a link that leads nowhere."""
    handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | _FLAGS, MODE)
    os.fchmod(handle, MODE)  # the umask may have removed permissions of the owner
    return handle


def tighten(path: Path) -> bool:
    """Take the permissions of other users away from a file; returns whether there were any.

    A link is followed only to a file that is private already, and a file with a second name is not changed: either may be
    somebody's trick to have a foreign file changed. Raises `DatabaseError` (`secrets`) where other users may read it and that
    is not changed, `OSError` where it cannot be looked at.
    """
    mode = path.stat().st_mode
    if stat.S_ISDIR(mode):
        raise DatabaseError(f"{path} is a folder, where a private file belongs; move it away", "secrets")
    if not mode & OTHERS:
        return False
    try:
        handle = os.open(path, os.O_RDONLY | _FLAGS)
    except OSError as error:
        raise _refused(
            path, "is a link" if path.is_symlink() else "may not be changed by this user"
        ) from error
    try:
        found = os.fstat(handle)
        if not stat.S_ISREG(found.st_mode):
            raise _refused(path, "is no file")
        if found.st_nlink > 1:
            raise _refused(path, "has a second name (a hard link)")
        os.fchmod(handle, MODE)
    except PermissionError as error:
        raise _refused(path, "may not be changed by this user") from error
    finally:
        os.close(handle)
    return True


def take_mode(path: Path, mode: int) -> None:
    """Give a new file of this process the mode of the file that it is a copy of."""
    handle = os.open(path, os.O_RDONLY | _FLAGS)
    try:
        os.fchmod(handle, stat.S_IMODE(mode))
    finally:
        os.close(handle)


def _refused(path: Path, why: str) -> DatabaseError:
    said = (
        f"other users may read {path}, and it {why}; have its owner run: chmod 600 {os.path.realpath(path)}"
    )
    return DatabaseError(said, "secrets")
