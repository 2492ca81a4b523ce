"""The standard streams of a command: closed ones, and a standard output that cannot be written to."""

from __future__ import annotations

import errno
import os
import sys
from contextlib import suppress
from fcntl import F_GETFL, fcntl

#: errors of a disk that is full or fails
UNWRITTEN = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO)
_READ, _WRITE = os.O_RDONLY, os.O_WRONLY


def open_missing() -> None:
    """Open each standard stream that is closed, as after `>&-`. Call this before any file is opened.

    Otherwise the next file would be opened under the number of the stream, and what is printed would go into it. A standard
    output of this kind cannot be written to (EBADF), so that a command fails where it has something to print. Standard input is
    empty, and what goes to standard error is lost.
    """
    for number, (name, how) in enumerate((("stdin", _READ), ("stdout", _READ), ("stderr", _WRITE))):
        try:
            os.fstat(number)
        except OSError:
            opened = os.open(os.devnull, how)  # gets the lowest number that is free: this one
            os.set_inheritable(opened, True)
            mode = "r" if name == "stdin" else "w"
            stream = open(number, mode, encoding="utf-8", closefd=False)  # noqa: SIM115 - it stays open
            setattr(sys, name, stream)


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
