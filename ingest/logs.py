"""Log lines on standard error, as text or JSON, with secrets taken out (spec sections 2 and 6).

Only loggers of this package are shown: HTTP libraries write the path and query of addresses in their debug
lines.
"""

from __future__ import annotations

import json
import logging
import re
import sys
import time
import traceback
from collections.abc import Iterable
from typing import Any

from .redact import redact

#: the strings that no line may hold, collected as credentials are read
_secrets: set[str] = set()
#: an address that somebody gave where a path belongs: `pathlib` makes one slash of two
_AS_PATH = re.compile(r"\b(https?|ftp):/(?=[^/\s])", re.IGNORECASE)
#: what every LogRecord has; anything else was given as `extra`
_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime"}


def hide(secrets: Iterable[str]) -> None:
    """From now on, mask these strings in every log line and every message of the command line."""
    _secrets.update(secrets)


def masked(text: str) -> str:
    """`text` without addresses and without anything given to `hide`."""
    return redact(_AS_PATH.sub(r"\1://", text), frozenset(_secrets))


def set_up(level: str, style: str) -> None:
    """Log this package to standard error; `level` is debug, info, warning or error, `style` text or json.

    What an earlier command in this process had to hide is forgotten.
    """
    _secrets.clear()
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter() if style == "json" else TextFormatter())
    logger = logging.getLogger("ingest")
    logger.handlers[:] = [handler]
    logger.setLevel(level.upper())
    logger.propagate = False


def _moment(record: logging.LogRecord) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(record.created))


def _trace(record: logging.LogRecord) -> str:
    if not record.exc_info or record.exc_info[0] is None:
        return ""
    return masked("".join(traceback.format_exception(*record.exc_info)).rstrip())


class TextFormatter(logging.Formatter):
    """`2026-01-31T12:00:00Z WARNING ingest.fetch: …`, and the traceback below if there is one."""

    def format(self, record: logging.LogRecord) -> str:
        line = f"{_moment(record)} {record.levelname} {record.name}: {masked(record.getMessage())}"
        trace = _trace(record)
        return f"{line}\n{trace}" if trace else line


class JsonFormatter(logging.Formatter):
    """One JSON object a line: time, level, logger, message, what was given as `extra`, and `traceback`."""

    def format(self, record: logging.LogRecord) -> str:
        row: dict[str, Any] = {
            "time": _moment(record),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": masked(record.getMessage()),
        }
        for key, value in vars(record).items():
            if key not in _STANDARD:
                row[key] = value if value is None or isinstance(value, (int, float)) else masked(str(value))
        trace = _trace(record)
        if trace:
            row["traceback"] = trace
        return json.dumps(row, ensure_ascii=False)
