"""Processes that a command starts for itself, and frames of bytes to and from them over their standard input and output."""

from __future__ import annotations

import struct
import subprocess
import sys
from contextlib import suppress
from typing import IO

_LENGTH = struct.Struct("<Q")


def send(stream: IO[bytes], data: bytes) -> None:
    """Write a frame. Raises `BrokenPipeError` when nobody reads any more."""
    stream.write(_LENGTH.pack(len(data)))
    stream.write(data)
    stream.flush()


def receive(stream: IO[bytes]) -> bytes | None:
    """The next frame; None when the other side has ended."""
    head = stream.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        return None
    (length,) = _LENGTH.unpack(head)
    data = stream.read(length)
    return data if len(data) == length else None


def start(module: str) -> tuple[subprocess.Popen[bytes], IO[bytes], IO[bytes]]:
    """A process that runs a module of ours, its standard input and its standard output."""
    process = subprocess.Popen(  # noqa: S603 - a name of ours
        [sys.executable, "-m", module],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        # Ctrl-C would reach it while it loads its modules, and each process would print a traceback.
        start_new_session=True,
    )
    assert process.stdin and process.stdout
    return process, process.stdin, process.stdout


def end(process: subprocess.Popen[bytes]) -> None:
    """End a process that `start` started, whatever it is doing."""
    process.kill()
    process.wait()
    assert process.stdin and process.stdout
    with suppress(BrokenPipeError):  # what it had not read yet
        process.stdin.close()
    process.stdout.close()
