"""Device nodes of a test's own: a program that replaced one by a file would harm nobody."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from .support import require

#: the minor numbers of Linux's memory devices (major number 1)
NUMBERS = {"null": 3, "zero": 5, "full": 7}


def device(path: Path, kind: str) -> Path:
    """A character device at `path` that is like /dev/`kind`. The test is skipped where none can be made and opened."""
    try:
        os.mknod(path, 0o666 | stat.S_IFCHR, os.makedev(1, NUMBERS[kind]))
        path.open("rb").close()
    except OSError as error:
        require(False, f"device nodes cannot be made here: {error.strerror}")
    return path
