"""Where a command writes what it exports: standard output, or a file that appears when it is whole."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from ..core.errors import DatabaseError, UsageError


@contextmanager
def opened_output(output: str | None, database: Path) -> Iterator[BinaryIO]:
    """Standard output, or a file that appears under its name when it is whole.

    Raises `UsageError` for a folder, and for a file of the guide itself (`database`), which the output would replace.
    """
    if output is None or output == "-":
        stream = sys.stdout.buffer
        yield stream
        stream.flush()
        return
    path = Path(output)
    if path.is_dir():
        raise UsageError(f"{path} is a folder; name a file in it")
    if path.resolve() in {database.resolve(), *_beside(database.resolve())}:
        raise UsageError(f"{path} belongs to the guide; name another file")
    try:
        with tempfile.NamedTemporaryFile(prefix=f".{path.name}.", dir=path.parent, delete=False) as part:
            yield from _whole(part, path)
    except OSError as error:
        raise DatabaseError(f"cannot write {path}: {error.strerror}", "output") from error


def _beside(database: Path) -> list[Path]:
    """The files that SQLite and the program keep beside the database."""
    return [
        *(Path(f"{database}{ending}") for ending in ("-wal", "-shm")),
        *(database.with_suffix(ending) for ending in (".secrets", ".lock")),
    ]


def _whole(part: Any, path: Path) -> Iterator[BinaryIO]:
    try:
        yield part
        part.flush()
        os.chmod(part.name, 0o666 & ~_umask())
        os.replace(part.name, path)
    except BaseException:
        Path(part.name).unlink(missing_ok=True)
        raise


def _umask() -> int:
    """The mask of this process; it can only be read by setting it."""
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
