"""A line for every request: method, path, route, status, duration and size. No query string, no address of a reader.

Written past the `logging` package, which costs more than the whole of a quick answer.
"""

from __future__ import annotations

import os
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any
from urllib.parse import unquote

import orjson

from ..core.times import iso
from ..settings.logs import masked

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]
LONGEST = 300
NAME = "epg_ingest.access"


class AccessLog:
    """Writes to the file descriptor `file` in the style `text` or `json`; `route` names the route of a path."""

    def __init__(self, style: str, route: Callable[[str], str], file: int = 2) -> None:
        self.line = self._json if style == "json" else self._text
        self.route, self.file, self.pid = route, file, os.getpid()
        self.second, self.moment = 0, ""

    def around(self, app: Application) -> Application:
        """`app`, whose requests are logged when their last byte is handed over, or their exception leaves."""

        async def logged(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] != "http":
                await app(scope, receive, send)
                return
            status, size = 500, 0

            def watch(message: dict[str, Any]) -> Awaitable[None]:
                nonlocal status, size
                if message["type"] == "http.response.start":
                    status = message["status"]
                else:
                    size += len(message.get("body", b""))
                return send(message)

            begun = time.perf_counter()
            try:
                await app(scope, receive, watch)
            finally:
                self.write(scope, status, size, time.perf_counter() - begun)

        return logged

    def write(self, scope: Scope, status: int, size: int, seconds: float) -> None:
        """One line in one call, so that lines of several processes do not mix."""
        path = shown_path(scope)
        line = self.line(scope["method"], path, self.route(scope["path"]), status, size, seconds * 1000)
        with suppress(OSError):  # nothing reads the log any more
            os.write(self.file, line)

    def _json(self, method: str, path: str, route: str, status: int, size: int, milliseconds: float) -> bytes:
        return orjson.dumps(
            {
                "time": self._now(),
                "level": "info",
                "logger": NAME,
                "message": f"{method} {path} {status}",
                "method": method,
                "path": path,
                "route": route,
                "status": status,
                "duration_ms": round(milliseconds, 3),
                "bytes": size,
                "pid": self.pid,
            },
            option=orjson.OPT_APPEND_NEWLINE,
        )

    def _text(self, method: str, path: str, route: str, status: int, size: int, milliseconds: float) -> bytes:
        line = f"{self._now()} INFO {NAME}: {method} {path} {status} {milliseconds:.1f} ms {size} bytes\n"
        return line.encode()

    def _now(self) -> str:
        second = int(time.time())
        if second != self.second:
            self.second, self.moment = second, iso(second)
        return self.moment


def shown_path(scope: Scope) -> str:
    """The path as it was sent, short and on one line. An address in it is masked, as it may hold a password."""
    raw: bytes = scope.get("raw_path") or scope["path"].encode()
    path = raw.decode("latin-1").partition("?")[0][:LONGEST]
    if ":" in path or "@" in path or "%3a" in path.lower() or "%40" in path:
        path = masked(unquote(path))
    if not (path.isascii() and path.isprintable()):
        path = path.encode("unicode_escape").decode()
    return path
