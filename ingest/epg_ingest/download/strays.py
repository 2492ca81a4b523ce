"""What a program has started and left behind, wherever it went: also daemons, which leave its process group and its session.

On Linux, processes whose parent has ended become children of the nearest ancestor that asks for them (PR_SET_CHILD_SUBREAPER).
This process asks while the program runs, so that all that it leaves is found below this process. Elsewhere nothing is found:
there only the process group of the program can be ended.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

#: of linux/prctl.h
_SET_SUBREAPER, _GET_SUBREAPER = 36, 37
#: seconds in which all must be found, and between two looks
_PATIENCE, _POLL = 5.0, 0.02


class Strays:
    """Processes that become children of this one from now on, until `end`. One at a time: others' children would be taken for
    strays."""

    def __init__(self) -> None:
        self.adopts = sys.platform == "linux" and Path("/proc/self/stat").exists()
        self.ours = set(_children().get(os.getpid(), ())) if self.adopts else set[int]()
        self.before = _adopt(True) if self.adopts else False

    def end(self, leader: int) -> None:
        """Kill all of them, and all that they have started. `leader` is the program itself, which has ended and is reaped."""
        if not self.adopts:
            return
        end = time.monotonic() + _PATIENCE
        known = self.ours | {leader}
        while (found := list(_adopted(known))) and time.monotonic() < end:
            for pid in found:
                with suppress(
                    ProcessLookupError, PermissionError
                ):  # it has ended, or has become another user's
                    os.kill(pid, signal.SIGKILL)
            _reap(found)
            time.sleep(_POLL)
        if not self.before:
            _adopt(False)


def _adopt(wanted: bool) -> bool:
    """Say whether this process takes the children of its descendants that end; returns whether it did so before."""
    libc = ctypes.CDLL(None, use_errno=True)
    before = ctypes.c_int(0)
    libc.prctl(_GET_SUBREAPER, ctypes.byref(before), 0, 0, 0)
    libc.prctl(_SET_SUBREAPER, int(wanted), 0, 0, 0)
    return bool(before.value)


def _adopted(known: set[int]) -> Iterator[int]:
    """The children of this process that are not `known`, and all below them."""
    children = _children()
    waiting = [pid for pid in children.get(os.getpid(), ()) if pid not in known]
    while waiting:
        pid = waiting.pop()
        yield pid
        waiting += children.get(pid, ())


def _children() -> dict[int, list[int]]:
    """All processes by their parents."""
    found: dict[int, list[int]] = defaultdict(list)
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            with suppress(OSError):  # it has ended meanwhile
                # pid (name) state parent: the name may hold brackets and blanks
                parent = Path("/proc", entry, "stat").read_bytes().rpartition(b")")[2].split()[1]
                found[int(parent)].append(int(entry))
    return found


def _reap(found: list[int]) -> None:
    """Take leave of those that were children of this process; others are reaped by their parents, or come here next."""
    for pid in found:
        with suppress(ChildProcessError):
            os.waitpid(pid, os.WNOHANG)
