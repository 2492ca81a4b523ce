"""The folder of one download."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ..core.locked_folder import locked_folder, sweep
from .body import disk_full


@contextmanager
def private_folder() -> Iterator[Path]:
    """A new folder, mode 0700, removed at the end. What killed imports have left is removed first.

    Raises `DownloadError` (`diskfull`) when it cannot be made.
    """
    folder = locked_folder("epg-download-")
    try:
        sweep()
        made = folder.__enter__()
    except OSError:
        raise disk_full() from None
    try:
        yield made
    finally:
        folder.__exit__(None, None, None)
