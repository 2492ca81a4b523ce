"""The streams of `import --announce`: one line of JSON on standard output, then an import that goes on without a listener.

A web server starts an import this way. It passes the ids of the log rows on to its client, and may end before the import
does.
"""

from __future__ import annotations

import io
import json
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from ..core.errors import EpgError
from ..core.models import Provider


class _StandardError(io.RawIOBase):
    """Standard error as long as something reads it, and the null device from then on."""

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        return 2

    def isatty(self) -> bool:
        return os.isatty(2)

    def write(self, data: Any) -> int:
        try:
            os.write(2, data)
        except OSError:
            _to_nowhere(2)
        return len(data)


def detach_streams() -> None:
    """Make sure that the three standard streams exist, and that writing to standard error cannot fail.

    The next file that is opened would get the number of a missing stream. That file is the database, and error messages
    would be written into it.
    """
    for number in (0, 1, 2):
        try:
            os.fstat(number)
        except OSError:
            _to_nowhere(number)
    sys.stderr = io.TextIOWrapper(_StandardError(), encoding="utf-8", errors="replace", write_through=True)


def print_begun(rows: Sequence[tuple[int, Provider]]) -> None:
    """Print the one line: the ids of the log rows of all imports that will be tried, in their order."""
    _print_line({"imports": [{"id": row, "provider": provider.name} for row, provider in rows]})


def print_error(error: EpgError) -> None:
    """Print the one line when no import begins."""
    _print_line({"error": error.message, "code": error.code})


def _print_line(value: dict[str, Any]) -> None:
    """Print the line and close standard output, so that a reader need not wait for the end of the import."""
    with suppress(OSError):  # nothing reads it any more
        os.write(1, (json.dumps(value) + "\n").encode())
    _to_nowhere(1)


def _to_nowhere(number: int) -> None:
    nowhere = os.open(os.devnull, os.O_RDWR)
    if nowhere != number:
        os.dup2(nowhere, number)
        os.close(nowhere)
