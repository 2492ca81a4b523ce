"""A provider's URL, or a file, to a local file and its validators: a `Download`.

    attempt (ask with validators → follow redirects → judge the answer → store, count, hash) → try again

The body is kept as it was sent, Content-Encoding included: decompression goes by first bytes.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

from ..core.deadline import Deadline
from ..core.errors import DownloadError
from ..core.limits import Limits
from .body import Progress, taken
from .model import Download, Source

__all__ = ["Download", "Progress", "Source", "fetch", "local_path"]

#: how the state of a file begins, where an answer has its ETag
_FILE = "file:"
#: nanoseconds after which another change of a file gives it another time
_SETTLED = 2_000_000_000


@contextmanager
def fetch(
    source: Source,
    limits: Limits,
    *,
    deadline: Deadline | None = None,
    progress: Progress | None = None,
    sleep: Callable[[float], None] = time.sleep,
) -> Iterator[Download]:
    """The body of `source`, in a temporary file that is gone when the block ends. A file is used where it is, a command is run.

    It must have come by `deadline`, or else within `limits.deadline` seconds. `progress` is called with the bytes so far and
    the bytes announced (None when unknown), from 0 again with each attempt. Raises DownloadError with one of the codes
    command, dns, refused, timeout, deadline,
    shortbody, connection, tls, http, redirectloop, address, scheme, header, toolarge, nofile,
    diskfull; its message names the host and nothing else of the URL.
    """
    path = None if source.command else local_path(source.url)
    deadline = deadline or Deadline(limits.deadline)
    report = progress or (lambda done, total: None)
    if path is not None:
        yield _from_file(path, source, limits, deadline, report)
        return
    # Like the HTTP client: a file that is where it is needs none of this.
    from .private_folder import private_folder

    with private_folder() as folder:
        if source.command:
            from .command_output import output_of

            yield output_of(source.command, limits, deadline, folder, report)
            return
        yield _from_network(source, limits, deadline, folder / "feed", report, sleep)


def local_path(url: str) -> Path | None:
    """The path that a file: URL or a plain path names; None for a URL of another scheme.

    Raises DownloadError (`scheme`) for a file: URL of another machine.
    """
    text = url.strip()
    if text.lower().startswith("file:"):
        parts = urlsplit(text)
        if parts.netloc.lower() not in ("", "localhost"):
            raise DownloadError(
                "a file: URL names a file of this machine; write it as file:///path", "scheme"
            )
        from urllib.request import url2pathname

        return Path(url2pathname(parts.path))
    return None if re.match(r"[a-z][a-z0-9+.-]*://", text, re.IGNORECASE) else Path(url)


def _from_file(path: Path, source: Source, limits: Limits, deadline: Deadline, report: Progress) -> Download:
    if source.private_addresses == "deny":
        remedy = f", or permit it with: {source.permit}" if source.permit else ""
        raise DownloadError(
            f"this provider may not read files; give it an http or https URL{remedy}", "scheme"
        )
    try:
        if not path.is_file():
            raise DownloadError("the file does not exist or is not a plain file; check its path", "nofile")
        with path.open("rb") as file:
            found = os.fstat(file.fileno())
            state = _state(found)
            if state is not None and state == source.etag:
                return Download(None, None, state, None, None, 0)
            total = found.st_size
            digest, size = taken(
                file.read, limits, lambda block: deadline.check(), lambda done: report(done, total)
            )
            if _state(os.fstat(file.fileno())) != state:
                state = None
    except (OSError, ValueError):
        # ValueError: a NUL character in the path
        raise DownloadError("the file cannot be read; check its path and its permissions", "nofile") from None
    return Download(path, None, state, None, digest, size)


def _state(found: os.stat_result) -> str | None:
    """What tells whether a file is as it was, in the place of an ETag; None while it is so new that a change in the same
    moment would not show. Hashed, because the import log is public."""
    if time.time_ns() - max(found.st_mtime_ns, found.st_ctime_ns) < _SETTLED:
        return None
    facts = found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns
    return _FILE + sha256(repr(facts).encode()).hexdigest()[:32]


def _from_network(
    source: Source,
    limits: Limits,
    deadline: Deadline,
    path: Path,
    report: Progress,
    sleep: Callable[[float], None],
) -> Download:
    """Attempt until one succeeds, retries are used up, or the next wait would pass the deadline."""
    # A file needs no HTTP client, and loading one takes a fifth of an import with nothing to do.
    from .attempt import Attempt
    from .failures import Failure

    if source.etag and source.etag.startswith(_FILE):
        source = replace(source, etag=None)  # of a file that was read before: it says nothing to a server
    tries = 0
    while True:
        tries += 1
        try:
            return Attempt(source, limits, deadline.left()).run(path, report)
        except Failure as caught:
            failure = caught
        wait = failure.wait(tries, limits)
        if wait is None or wait > deadline.left():
            # outside the except block: a traceback must not show the exceptions that hold the URL
            raise failure.error(tries)
        sleep(wait)
