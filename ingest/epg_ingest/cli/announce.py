"""`import --announce`: one line of JSON on standard output, then an import that needs nobody to listen.

A web server starts an import this way, tells who asked for it the ids of the log rows, and may be gone before the
import is.
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
    """Standard error as long as somebody holds its other end, nothing from then on."""

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


def detach() -> None:
    """Make sure that the three standard streams exist, and that writing to standard error cannot fail.

    A missing one would be given to the next file that is opened: the database, with error messages written into it.
    """
    for number in (0, 1, 2):
        try:
            os.fstat(number)
        except OSError:
            _to_nowhere(number)
    sys.stderr = io.TextIOWrapper(_StandardError(), encoding="utf-8", errors="replace", write_through=True)


def say_begun(rows: Sequence[tuple[int, Provider]]) -> None:
    """The one line: the ids of the log rows of all imports that will be tried, in their order."""
    _say({"imports": [{"id": row, "provider": provider.name} for row, provider in rows]})


def say_error(error: EpgError) -> None:
    """The one line when no import begins."""
    _say({"error": error.message, "code": error.code})


def _say(value: dict[str, Any]) -> None:
    """The line, and the end of standard output: who reads it to its end need not wait for the import."""
    with suppress(OSError):  # nobody listens
        os.write(1, (json.dumps(value) + "\n").encode())
    _to_nowhere(1)


def _to_nowhere(number: int) -> None:
    nowhere = os.open(os.devnull, os.O_RDWR)
    if nowhere != number:
        os.dup2(nowhere, number)
        os.close(nowhere)
