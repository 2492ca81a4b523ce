"""The list in a zip archive. `unpack` takes guides out of archives, which a list is not."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from ..core.deadline import Deadline
from ..core.errors import FeedError
from ..core.limits import Limits
from ..unpack.bounds import Bounds, LayerSize

#: the first bytes of an archive that has a file in it
_MARK = b"PK\3\4"
_BLOCK = 256 * 1024
#: what zipfile raises for an archive that is damaged, encrypted or packed by an unknown method
_UNREADABLE = (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError)


def is_zip(path: Path) -> bool:
    """Whether a file begins as a zip archive does."""
    with path.open("rb") as file:
        return file.read(len(_MARK)) == _MARK


def list_in_zip(path: Path, limits: Limits, deadline: Deadline) -> Iterator[bytes]:
    """The blocks of the only file in an archive. Files and folders that are hidden do not count.

    Raises `FeedError`: `noxml` for an archive with more files or none, `notwell` for one that cannot be read, `toolarge`,
    `bomb` and `deadline` as `unpack` does.
    """
    size = LayerSize(Bounds(limits, path.stat().st_size, deadline))
    try:
        with zipfile.ZipFile(path) as archive:
            names = [name for name in archive.namelist() if not _is_hidden(name)]
            if len(names) != 1:
                raise FeedError(
                    f"the zip archive has {len(names):,} files, and a list of channels has to be the only one; unpack it",
                    "noxml",
                )
            with archive.open(names[0]) as file:
                while block := file.read(_BLOCK):
                    size.add(len(block))
                    yield block
    except _UNREADABLE as error:
        raise FeedError(
            "the zip archive is damaged or encrypted; fetch it again, or unpack it", "notwell"
        ) from error


def _is_hidden(name: str) -> bool:
    """Folders, and what macOS adds to archives."""
    return name.endswith("/") or name.startswith("__MACOSX/") or name.rpartition("/")[2].startswith(".")
