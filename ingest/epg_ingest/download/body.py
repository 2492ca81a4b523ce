"""A body taken in block by block, counted and hashed: what a file and an answer have in common."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from ..core.errors import DownloadError
from ..core.limits import Limits, in_words

BLOCK = 256 * 1024

#: called with the bytes so far and the bytes announced, None when the server did not say
Progress = Callable[[int, int | None], None]


def taken(
    read: Callable[[int], bytes],
    limits: Limits,
    write: Callable[[bytes], object],
    report: Callable[[int], None],
) -> tuple[str, int]:
    """sha256 (hex) and size of all that `read` gives, written block by block. Raises DownloadError
    `toolarge`.
    """
    digest, size = hashlib.sha256(), 0
    while block := read(BLOCK):
        size += len(block)
        if size > limits.max_bytes:
            raise too_large(limits)
        digest.update(block)
        write(block)
        report(size)
    return digest.hexdigest(), size


def too_large(limits: Limits) -> DownloadError:
    allowed = in_words(limits.max_bytes)
    return DownloadError(
        f"the feed is larger than {allowed}; raise download.max_bytes if it should be", "toolarge"
    )


def disk_full() -> DownloadError:
    return DownloadError(
        "no room left on the disk for the temporary file; free some space or set TMPDIR to another place",
        "diskfull",
    )
