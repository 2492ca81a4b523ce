"""Files that people name: what is wrong with one that cannot be read, in words."""

from __future__ import annotations

import errno
import os
import stat
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import BinaryIO

from .errors import DatabaseError, EpgError, FeedError, UsageError
from .limits import in_words

#: bytes of a file that people write by hand; a choice among 10,000 channels has 0.5 MB
MOST_TEXT = 4 * 1024 * 1024
#: what is wrong and what helps, by the number of a system's error; each is about a file that is named in it
_SAID = {
    errno.EACCES: "this user may not use {}; check its permissions and those of its folder, or run this as its owner",
    errno.EPERM: "this user may not change {}; check its permissions, or run this as its owner",
    errno.EROFS: "{} is on a disk that cannot be written to; choose another place, or mount it for writing",
    errno.ENOSPC: "no room left on the disk for {}; free some space and try again",
    errno.EDQUOT: "no room left for {} in this user's quota; free some space and try again",
    errno.EFBIG: "{} would become larger than the system allows; check ulimit -f",
    errno.EIO: "the disk failed at {}; check it, and restore a backup if files were lost",
    errno.ENOENT: "there is no {}; check the path",
    errno.ENOTDIR: "{} cannot be there, because a part of that path is a file and no folder; check the path",
    errno.EISDIR: "{} is a folder; name a file in it",
    errno.ENAMETOOLONG: "the name {} is too long for the system; choose a shorter one",
    errno.ELOOP: "the links at {} lead in a circle; check the path",
    errno.EINVAL: "{} is no name for a file here; choose another one",
    errno.EMFILE: "{} could not be opened, because too many files are open; check ulimit -n",
    errno.ENFILE: "{} could not be opened, because too many files are open on this machine; end other programs",
}
#: those that another path in the command would mend
_WRONG_PATH = {errno.ENOENT, errno.ENOTDIR, errno.EISDIR, errno.ENAMETOOLONG, errno.ELOOP, errno.EINVAL}


def as_epg_error(error: OSError) -> EpgError:
    """An error of the system that no module has put into words, as one line for people with what to do."""
    name = _short(error.filename) if error.filename is not None else "a file or a connection"
    said = _SAID.get(error.errno or 0)
    if said is None:
        about = f"{error.strerror or error}{'' if error.filename is None else f': {name}'}"
        return EpgError(f"the system refused: {about}; check the path and the machine", "system")
    if error.errno in _WRONG_PATH:
        return UsageError(said.format(name))
    return EpgError(said.format(name), "system")


def _short(name: object) -> str:
    """A file name for a message, whatever Python gives for it: text, bytes or the number of an open file."""
    text = os.fsdecode(name) if isinstance(name, (str, bytes, os.PathLike)) else f"file {name}"
    return text if len(text) <= 120 else f"{text[:60]}…{text[-20:]}"


def require_file(name: str | Path, remedy: str = "check the path") -> Path:
    """The path of a file that this user may read. A pipe is one too, as in `<(zcat feed.xml.gz)`.

    Raises `UsageError` that says what else is there, such as a device, which may never end; `remedy` ends it where there is
    nothing.
    """
    path = Path(name)
    try:
        mode = path.stat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        raise UsageError(f"there is no file {name}; {remedy}") from None
    except (OSError, ValueError) as error:
        raise UsageError(
            f"cannot read {name}: {getattr(error, 'strerror', error)}; check the path"
        ) from error
    if stat.S_ISDIR(mode):
        raise UsageError(f"{name} is a folder; name a file in it")
    if stat.S_ISSOCK(mode) or stat.S_ISCHR(mode) or stat.S_ISBLK(mode):
        raise UsageError(f"{name} is a {'socket' if stat.S_ISSOCK(mode) else 'device'}; name a file")
    if not os.access(path, os.R_OK):
        raise UsageError(f"this user may not read {name}; check its permissions")
    return path


def require_regular(name: str | Path, what: str) -> None:
    """Raises `UsageError` for a device or a pipe where only a file can be, such as a database; nothing for a missing one."""
    path = Path(name)
    if path.exists() and not path.is_dir() and not path.is_file():
        raise UsageError(f"{name} is a device or a pipe, and {what} must be a file; name another path")


def require_guide(path: Path, remedy: str | None) -> None:
    """Raise `UsageError` where `path` cannot be a guide: a folder, a device. `remedy` says what to do where there is nothing;
    with None, that is allowed."""
    if remedy is not None and not path.exists():
        raise UsageError(f"there is no database {path}; {remedy}")
    if path.is_dir():
        raise UsageError(f"{path} is a folder; name a file in it, such as {path / 'epg.db'}")
    require_regular(path, "the guide")


def small_text(name: str | Path, what: str) -> str | None:
    """The text of a small file in UTF-8, such as one with settings; None where there is no file. `what` it is to people.

    A byte order mark is left out. A pipe is read, as in `<(pass show epg)`. Raises `UsageError` for a device, which may never
    end, for more than `MOST_TEXT` bytes, and for what cannot be read or is not text.
    """
    path = Path(name)
    try:
        mode = path.stat().st_mode
        if stat.S_ISCHR(mode) or stat.S_ISBLK(mode):
            raise UsageError(f"{name} is a device, and {what} must be a file; name another path")
        if stat.S_ISDIR(mode):
            raise UsageError(f"{name} is a folder; name a file in it")
        with open(path, "rb") as file:
            body = file.read(MOST_TEXT + 1)
        text = body.decode("utf-8-sig", "strict" if len(body) <= MOST_TEXT else "ignore")
    except FileNotFoundError:
        return None
    except UnicodeDecodeError:
        raise UsageError(f"cannot read {name}: it is not text in UTF-8; {what} must be") from None
    except (OSError, ValueError) as error:
        said = getattr(error, "strerror", None) or "the name is not usable"
        raise UsageError(f"cannot read {what} {name}: {said}; check the path") from error
    if len(body) > MOST_TEXT:
        raise UsageError(f"{name} is larger than {MOST_TEXT:,} bytes, too large for {what}; check the path")
    return text


def given_bytes(name: str, most: int) -> bytes:
    """The bytes of a file, or of standard input for `-`; `most` of them and one more if there are more.

    Raises `UsageError` for what is no file that this user may read.
    """
    if name == "-":
        return sys.stdin.buffer.read(most + 1)
    with open(require_file(name), "rb") as file:
        return file.read(most + 1)


@contextmanager
def readable_again(path: Path, most: int) -> Iterator[Path]:
    """The file; of a pipe a copy, because a feed may be read twice. See `kept`."""
    if path.is_file():
        yield path
        return
    with open(path, "rb") as pipe, kept(pipe, most) as copy:
        yield copy


@contextmanager
def kept(stream: BinaryIO, most: int) -> Iterator[Path]:
    """A private copy of what can be read once only.

    Raises `FeedError` (`toolarge`) for more than `most` bytes (`download.max_bytes`), and `DatabaseError` (`diskfull`) where
    there is no room for it.
    """
    import tempfile  # few commands need this, and it takes 10 ms to load

    from .locked_folder import locked_folder

    with ExitStack() as stack:
        try:
            copy = stack.enter_context(locked_folder("epg-stdin-")) / "feed"
            with open(copy, "wb") as file:
                _copy(stream, file, most)
        except OSError as error:
            said = f"cannot keep the feed in {tempfile.gettempdir()}: {error.strerror}"
            raise DatabaseError(f"{said}; free some space, or set TMPDIR", "diskfull") from error
        yield copy


def _copy(stream: BinaryIO, file: BinaryIO, most: int) -> None:
    size = 0
    while block := stream.read(1024 * 1024):
        size += len(block)
        if size > most:
            raise FeedError(
                f"the feed is larger than {in_words(most)}; raise download.max_bytes if it should be",
                "toolarge",
            )
        file.write(block)
