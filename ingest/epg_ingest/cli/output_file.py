"""Where a command writes what it exports: standard output, or a file that appears when it is whole."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast

from ..core.terminal.standard_streams import finish_output
from .app import App

if TYPE_CHECKING:
    from ..storage.own_files import OwnFiles

#: other names of standard output: what a command says of its output goes to standard error then
STANDARD_OUTPUT = ("/dev/stdout", "/dev/fd/1", "/proc/self/fd/1")


@contextmanager
def opened_output(app: App, output: str | None, *, private: bool = False) -> Iterator[BinaryIO]:
    """Standard output, or what `output` names; see `storage.destination`. A file named .gz or .xz gets packed bytes, because
    players decide by the name.

    Raises `UsageError` for a name that must not be written to, before anything is written.
    """
    if output is None or output == "-":
        yield sys.stdout.buffer
        finish_output()
        return
    from ..storage.destination import destination, written

    with written(destination(output, own_files(app)), private=private) as out, _packed(output, out) as packed:
        yield packed


def _packed(output: str, out: BinaryIO) -> AbstractContextManager[BinaryIO]:
    """What packs into `out` as the name asks, with the same bytes for the same contents."""
    import gzip
    import lzma

    if output.endswith(".gz"):
        return cast("AbstractContextManager[BinaryIO]", gzip.GzipFile("", "wb", 6, out, mtime=0))
    if output.endswith(".xz"):
        return cast("AbstractContextManager[BinaryIO]", lzma.LZMAFile(out, "wb", preset=1))
    return nullcontext(out)


def own_files(app: App) -> OwnFiles:
    """The files that no output of this command may replace."""
    from ..storage.own_files import OwnFiles

    named = (app.settings.file, app.env_file and Path(app.env_file))
    return OwnFiles(app.path, tuple(path for path in named if path), archive=app.settings.archive())
