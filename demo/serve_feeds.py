"""A small HTTP server for the sample feeds. It listens on 127.0.0.1 only and answers conditional requests.

python -m demo.serve_feeds [PORT]
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from demo.feeds import FEEDS


class FeedServer(ThreadingHTTPServer):
    """Serves the feeds, made once at the start. `base_url` has no slash at its end."""

    daemon_threads = True

    def __init__(self, port: int = 0) -> None:
        now = datetime.now(timezone.utc)
        self.bodies = {path: make(now) for path, make in FEEDS.items()}
        super().__init__(("127.0.0.1", port), FeedHandler)

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class FeedHandler(BaseHTTPRequestHandler):
    server: FeedServer

    def do_GET(self) -> None:
        body = self.server.bodies.get(self.path)
        if body is None:
            self.send_error(404)
            return
        etag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
        unchanged = self.headers.get("If-None-Match") == etag
        self.send_response(304 if unchanged else 200)
        self.send_header("ETag", etag)
        if not unchanged:
            self.send_header(
                "Content-Type", "application/gzip" if self.path.endswith(".gz") else "application/xml"
            )
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if not unchanged:
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Log nothing: the output of the demo is that of the import."""


@contextmanager
def feed_server(port: int = 0) -> Iterator[FeedServer]:
    """A running server, stopped at the end of the block. `port` 0 takes a free port."""
    with FeedServer(port) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


if __name__ == "__main__":
    with FeedServer(int(sys.argv[1]) if len(sys.argv) > 1 else 0) as running:
        print(*(running.base_url + path for path in FEEDS), sep="\n", flush=True)
        running.serve_forever()
