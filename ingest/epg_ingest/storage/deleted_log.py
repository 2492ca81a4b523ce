"""Programs that read a guide whose write-ahead log was deleted under them.

They go on with the deleted file, and see nothing of what others write; what they write themselves is lost. Linux says
which files of a process were deleted; elsewhere nothing is found.
"""

from __future__ import annotations

import os
from pathlib import Path

PROCESSES = Path("/proc")


def reads_deleted_log(path: Path, process: str = "self") -> bool:
    """Whether a process has an open log of the guide at `path` that was deleted. False where nobody may know."""
    gone = f"{path.resolve()}-wal (deleted)"
    try:
        files = list((PROCESSES / process / "fd").iterdir())
    except OSError:
        return False
    return any(_target(file) == gone for file in files)


def _target(file: Path) -> str:
    try:
        return os.readlink(file)
    except OSError:
        return ""  # closed meanwhile


def readers_of_deleted_log(path: Path) -> list[int]:
    """The ids of all processes of this user that do so."""
    if not PROCESSES.is_dir():
        return []
    ids = [entry.name for entry in PROCESSES.iterdir() if entry.name.isdigit()]
    return sorted(int(process) for process in ids if reads_deleted_log(path, process))
