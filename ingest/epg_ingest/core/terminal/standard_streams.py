"""The standard streams of a command: closed ones, and a standard output that cannot be written to."""

from __future__ import annotations

import errno
import io
import os
import sys
from contextlib import suppress
from fcntl import F_GETFL, fcntl
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing_extensions import Buffer

#: errors of a disk that is full or fails
UNWRITTEN = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO)
_READ, _WRITE = os.O_RDONLY, os.O_WRONLY


def open_missing() -> None:
    """Open each standard stream that is closed, as after `>&-`. Call this before any file is opened.

    Otherwise the next file would be opened under the number of the stream, and what is printed would go into it. Standard input
    is empty then, and what goes to standard error is lost. A command does its work, and `finish_output` says at the end that
    what it printed is lost. Writing to the number itself fails at once (EBADF).
    """
    for number, (name, how) in enumerate((("stdin", _READ), ("stdout", _READ), ("stderr", _WRITE))):
        try:
            os.fstat(number)
        except OSError:
            opened = os.open(os.devnull, how)  # gets the lowest number that is free: this one
            os.set_inheritable(opened, True)
            if name == "stdout":
                sys.stdout = io.TextIOWrapper(_LostOutput(), encoding="utf-8", write_through=True)
                continue
            mode = "r" if name == "stdin" else "w"
            stream = open(number, mode, encoding="utf-8", closefd=False)  # noqa: SIM115 - it stays open
            setattr(sys, name, stream)


class _LostOutput(io.RawIOBase):
    """A standard output that is closed: takes everything, and knows whether there was something."""

    lost = False

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        return 1

    def write(self, data: Buffer) -> int:
        size = memoryview(data).nbytes
        self.lost = self.lost or size > 0
        return size


def finish_output() -> None:
    """Write out what was printed. Raises `OSError`, see `why_unwritten`."""
    sys.stdout.flush()
    if getattr(getattr(sys.stdout, "buffer", None), "lost", False):
        raise OSError(errno.EBADF, os.strerror(errno.EBADF))


def why_unwritten(error: OSError) -> str | None:
    """What to say where standard output cannot be written to; None for an error of another kind."""
    if error.filename is not None:
        return None
    if error.errno == errno.EBADF and fcntl(1, F_GETFL) & os.O_ACCMODE == _READ:
        return "cannot write the output: standard output is closed; open it, or redirect it to a file"
    if error.errno not in UNWRITTEN:
        return None
    return f"cannot write the output: {error.strerror}; free some space, or write it elsewhere"


def give_up_output() -> None:
    """Let what is still to be written go nowhere: Python writes it once more when it ends, and would complain."""
    with suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
