"""Log lines on standard error, as text or JSON, with secrets taken out (spec sections 2 and 6).

A command shows only loggers of this package: HTTP libraries write the path and query of addresses in their debug lines.
A service shows those of the web server too, and with JSON everything on standard error is one object a line.
"""

from __future__ import annotations

import io
import json
import logging
import re
import sys
import threading
import traceback
from collections.abc import Iterable
from types import TracebackType
from typing import Any

from ..core.redact import redact

#: loggers whose info lines are shown at level warning too: a service logs few of them, and people look for them first
LASTING = ("epg_ingest.scheduler.scheduler", "epg_ingest.serve.supervisor")
#: other loggers that a service shows, each from this level; APScheduler logs every look at the clock
FOREIGN = {"datasette_epg": "debug", "uvicorn": "debug", "apscheduler": "warning"}
ORDER = ("debug", "info", "warning", "error")

_style = "text"
_tracebacks = False
#: the strings that no line may hold, collected as credentials are read
_secrets: set[str] = set()
#: an address given in place of a path, in which `pathlib` makes one slash of two
_AS_PATH = re.compile(r"\b(https?|ftp):/(?=[^/\s])", re.IGNORECASE)
#: what every LogRecord has, and what uvicorn adds for terminals; anything else was given as `extra`
_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "color_message"}


def hide(secrets: Iterable[str]) -> None:
    """From now on, mask these strings in every log line and every message of the command line."""
    _secrets.update(secrets)


def masked(text: str) -> str:
    """`text` without addresses and without anything given to `hide`."""
    return redact(_AS_PATH.sub(r"\1://", text), frozenset(_secrets))


def tracebacks() -> bool:
    """Whether errors that people cause are logged with a traceback too (`server.debug`)."""
    return _tracebacks


def set_up(level: str, style: str, *, debug: bool = False) -> None:
    """Log this package to standard error; `level` is debug, info, warning or error, `style` text or json.

    What an earlier command in this process had to hide is forgotten.
    """
    global _tracebacks
    _secrets.clear()
    _tracebacks = debug
    use_style(style)
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter() if style == "json" else TextFormatter())
    _show("epg_ingest", level, handler)
    sys.excepthook = _uncaught if style == "json" else sys.__excepthook__
    for name in LASTING:
        logging.getLogger(name).setLevel(logging.INFO if level == "warning" else level.upper())


def set_up_service(level: str, style: str) -> None:
    """`set_up` for a service: log other libraries too, and with `json` make a log line of everything on standard error."""
    set_up(level, style)
    (handler,) = logging.getLogger("epg_ingest").handlers
    assert isinstance(handler, logging.StreamHandler)
    for name, least in FOREIGN.items():
        _show(name, max(level, least, key=ORDER.index), handler)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(max(level, "warning", key=ORDER.index).upper())
    logging.captureWarnings(True)
    if style == "json":
        sys.stderr = Lines(handler)


def _uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    logging.getLogger("epg_ingest").error("an error that nobody expected", exc_info=(kind, error, trace))


def _show(name: str, level: str, handler: logging.Handler) -> None:
    logger = logging.getLogger(name)
    logger.handlers[:] = [handler]
    logger.setLevel(level.upper())
    logger.propagate = False


def use_style(style: str) -> None:
    """Choose how `spoken` writes messages before the settings are read."""
    global _style
    _style = style


def spoken(text: str, level: str = "info", **extra: Any) -> str:
    """A message of a command for standard error: unchanged, or as a JSON object with `extra` if log lines are JSON."""
    if _style != "json":
        return text
    record = logging.makeLogRecord(
        {"levelname": level.upper(), "name": "epg_ingest.cli.main", "msg": text, **extra}
    )
    return JsonFormatter().format(record)


def import_counts(row: dict[str, Any]) -> dict[str, Any]:
    """What a log line says of a finished import: a row of `import_log` with the provider's name, in short words."""
    from ..core.times import from_iso

    begun, ended = row.get("started_at"), row.get("completed_at")
    return {
        "provider": row["provider"],
        "status": row["status"],
        "new": row["programs_imported"],
        "updated": row["programs_updated"],
        "removed": row["programs_removed"],
        "unchanged": row["programs_unchanged"],
        "problems": row["problems"],
        "downloaded": row["bytes_downloaded"],
        "seconds": max(0, from_iso(ended) - from_iso(begun)) if begun and ended else None,
        "error": row["error_code"],
    }


class Lines(io.TextIOBase):
    """A standard error that makes a log record of every line, such as those of a printed traceback."""

    def __init__(self, handler: logging.StreamHandler[Any]) -> None:
        self.handler, self.stream, self.rest = handler, handler.stream, ""
        self.lock = threading.Lock()

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        return 2

    def write(self, text: str) -> int:
        with self.lock:
            *whole, self.rest = (self.rest + text).split("\n")
        for line in filter(str.strip, whole):
            if line.startswith('{"time": '):  # an object already, from `spoken`
                self.stream.write(line + "\n")
                continue
            values = {"levelname": "ERROR", "levelno": logging.ERROR, "name": "stderr", "msg": line}
            self.handler.handle(logging.makeLogRecord(values))
        return len(text)


def _moment(record: logging.LogRecord) -> str:
    from ..core.times import iso  # most commands log nothing

    return iso(int(record.created))


def _trace(record: logging.LogRecord) -> str:
    if not record.exc_info or record.exc_info[0] is None:
        return ""
    return masked("".join(traceback.format_exception(*record.exc_info)).rstrip())


class TextFormatter(logging.Formatter):
    """`2026-01-31T12:00:00Z WARNING epg_ingest.download.fetch: …`, and the traceback below if there is one."""

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
