"""A real HTTP server on a loopback address that behaves as feed servers do, well and badly.

    with FeedServer() as server:
        url = server.serve("/guide.xml", b"<tv/>", etag='"1"')
        server.fail("/flaky.xml", [500, 500, b"<tv/>"])
        ...
        assert server.hits[-1].headers["If-None-Match"] == '"1"'

Each verb says what a path does from now on, and returns its URL. A path with a query string answers that query only; one
without a query string answers all. `hits` lists the requests.
"""

from __future__ import annotations

import gzip as gzip_module
import os
import random
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import cycle, islice
from pathlib import Path

#: certificate and key of `FeedServer(tls=True)`; trusted by processes that name this file in REQUESTS_CA_BUNDLE
CERTIFICATE = Path(__file__).with_name("feedserver.pem")
#: a name that no resolver knows, nor asks others for: it is longer than names may be
UNKNOWN_HOST = ".".join(["a" * 60] * 5) + ".invalid"


@dataclass(frozen=True)
class Hit:
    """A request: `path` has its query string, names of headers are compared without case."""

    method: str
    path: str
    headers: Message


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_GET(self) -> None:
        feeds = self.server.feeds
        feeds.hits.append(Hit(self.command, self.path, self.headers))
        behave = feeds.paths.get(self.path) or feeds.paths.get(self.path.partition("?")[0])
        try:
            if behave is None:
                self.answer(404, b"nothing here")
            else:
                behave(self)
        except (ConnectionError, ssl.SSLError):
            self.close_connection = True

    do_HEAD = do_GET
    do_POST = do_GET

    def answer(self, status: int, body: bytes = b"", headers: Mapping[str, str] | None = None) -> None:
        """Send a complete answer, with `Content-Length` unless `headers` says how the body ends."""
        self.head(status, {"Content-Length": str(len(body)), **(headers or {})})
        if self.command != "HEAD":
            self.wfile.write(body)

    def head(self, status: int, headers: Mapping[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()

    def hang_up(self) -> None:
        self.close_connection = True

    def reset(self) -> None:
        """End the connection with RST: a socket whose linger time is zero sends it when it is closed."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:
        """Log nothing: `hits` has the requests."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 50
    feeds: FeedServer

    def handle_error(self, request: object, client_address: object) -> None:
        """Print nothing: the tests are about clients that go away (time-out, size limit, refused certificate)."""


class FeedServer:
    """The server of this module. `host` is a loopback address; `tls` serves https with `CERTIFICATE`."""

    def __init__(self, host: str = "127.0.0.1", *, tls: bool = False, port: int = 0) -> None:
        self.host = host
        self.hits: list[Hit] = []
        self.paths: dict[str, Callable[[_Handler], None]] = {}
        self.closing = threading.Event()
        self._server = _Server((host, port), _Handler)
        self._server.feeds = self
        self.port: int = self._server.server_address[1]
        self.scheme = "https" if tls else "http"
        if tls:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(CERTIFICATE)
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)

    def __enter__(self) -> FeedServer:
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *exc: object) -> None:
        self.closing.set()
        self._server.shutdown()
        self._server.server_close()

    def url(self, path: str = "", *, user: str | None = None, host: str | None = None) -> str:
        """The URL of `path`, with `user` as its user-info and `host` in place of the address."""
        return f"{self.scheme}://{user + '@' if user else ''}{host or self.host}:{self.port}{path}"

    def requests(self, path: str) -> list[Hit]:
        """The requests for one path, with any query."""
        return [hit for hit in self.hits if hit.path.partition("?")[0] == path]

    def serve(
        self,
        path: str,
        body: bytes,
        *,
        etag: str | None = None,
        last_modified: str | None = None,
        content_type: str = "application/xml",
        status: int = 200,
        gzip: bool = False,
        chunked: bool = False,
        length: bool = True,
        auth: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> str:
        """Answer with `body`, or with 304 if the request has the same validator.

        `gzip` sends it with Content-Encoding: gzip, `chunked` in chunks, `length=False` without a length, so
        that its end is the end of the connection; `auth` is the Authorization header without which the answer
        is 401.
        """
        body = gzip_module.compress(body, mtime=0) if gzip else body
        fields = {"Content-Type": content_type, "ETag": etag, "Last-Modified": last_modified}
        fields |= {"Content-Encoding": "gzip"} if gzip else {}
        fields |= headers or {}
        given = {name: value for name, value in fields.items() if value is not None}

        def behave(handler: _Handler) -> None:
            if auth is not None and handler.headers["Authorization"] != auth:
                handler.answer(401, b"who are you?", {"WWW-Authenticate": "Basic"})
            elif _unchanged(handler.headers, etag, last_modified):
                handler.head(304, {name: given[name] for name in ("ETag", "Last-Modified") if name in given})
            elif chunked:
                handler.head(status, {**given, "Transfer-Encoding": "chunked"})
                handler.wfile.write(_chunks(body))
            elif not length:
                handler.head(status, {**given, "Connection": "close"})
                handler.wfile.write(body)
                handler.hang_up()
            else:
                handler.answer(status, body, given)

        return self.behave(path, behave)

    def fail(
        self, path: str, answers: Sequence[int | bytes], *, headers: Mapping[str, str] | None = None
    ) -> str:
        """Give these answers in turn, the last one again and again: a status (with `headers`), or a body (with 200)."""
        left = list(answers)

        def behave(handler: _Handler) -> None:
            answer = left.pop(0) if len(left) > 1 else left[0]
            if isinstance(answer, bytes):
                handler.answer(200, answer)
            else:
                handler.answer(answer, b"<html>sorry</html>", headers)

        return self.behave(path, behave)

    def short(
        self, path: str, body: bytes = b"<tv>" * 100, *, sent: int = 100, times: int | None = None
    ) -> str:
        """Announce the length of `body`, send `sent` bytes and hang up. After `times` such answers, send all of it."""
        left = [times]

        def behave(handler: _Handler) -> None:
            if left[0] == 0:
                return handler.answer(200, body)
            left[0] = None if left[0] is None else left[0] - 1
            handler.head(200, {"Content-Length": str(len(body))})
            handler.wfile.write(body[:sent])
            handler.hang_up()

        return self.behave(path, behave)

    def short_chunks(self, path: str, body: bytes = b"<tv>" * 100) -> str:
        """Hang up in the middle of a chunk."""

        def behave(handler: _Handler) -> None:
            handler.head(200, {"Transfer-Encoding": "chunked"})
            handler.wfile.write(_chunks(body)[: len(body) // 2])
            handler.hang_up()

        return self.behave(path, behave)

    def stall(self, path: str, after_bytes: int = 0, body: bytes = b"<tv>" * 100) -> str:
        """Send `after_bytes` bytes of `body`, then nothing more. If negative, do not even send headers."""

        def behave(handler: _Handler) -> None:
            if after_bytes >= 0:
                handler.head(200, {"Content-Length": str(len(body))})
                handler.wfile.write(body[:after_bytes])
            self.closing.wait(30)
            handler.hang_up()

        return self.behave(path, behave)

    def drip(self, path: str, *, every: float = 0.02, headers: bool = False) -> str:
        """Send a byte every `every` seconds without end: of the body, or of the headers with `headers`."""

        def behave(handler: _Handler) -> None:
            if headers:
                handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
            else:
                handler.head(200, {"Connection": "close"})
            while not self.closing.wait(every):
                handler.wfile.write(b" ")
            handler.hang_up()

        return self.behave(path, behave)

    def reset(self, path: str, *, times: int | None = None, body: bytes = b"<tv/>") -> str:
        """Reset the connection (RST) without an answer. After `times` resets, send `body`."""
        left = [times]

        def behave(handler: _Handler) -> None:
            if left[0] == 0:
                return handler.answer(200, body)
            left[0] = None if left[0] is None else left[0] - 1
            handler.reset()

        return self.behave(path, behave)

    def redirect(
        self, path: str, to: str, *, status: int = 302, headers: Mapping[str, str] | None = None
    ) -> str:
        """Redirect to `to` (a path of this server or a URL)."""
        fields = {"Location": to, **(headers or {})}
        return self.behave(path, lambda handler: handler.answer(status, b"this way", fields))

    def raw(self, path: str, answer: bytes) -> str:
        """Send exactly these bytes, status line included, and hang up."""

        def behave(handler: _Handler) -> None:
            handler.wfile.write(answer)
            handler.hang_up()

        return self.behave(path, behave)

    def behave(self, path: str, behaviour: Callable[[_Handler], None]) -> str:
        """Let `behaviour` answer the requests for `path`."""
        self.paths[path] = behaviour
        return self.url(path)


#: Below the ports that the system gives to connections (32768 and more on Linux): between the moment at which a port is found
#: and the start of a server there, a connection of another test could take it.
_FIRST, _EACH, _PROCESSES = 12_000, 1_200, 16


def _of_this_process() -> Iterator[int]:
    """The ports of this process, one after the other from a random one on: processes that run tests at once share none."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
    first = _FIRST + _EACH * (int(worker) % _PROCESSES if worker.isdigit() else 0)
    return islice(cycle(range(first, first + _EACH)), random.randrange(_EACH), None)


_ports = _of_this_process()


def unused_port(host: str = "127.0.0.1") -> int:
    """A port on which nothing listens; each call gives another one."""
    for port in islice(_ports, _EACH):
        with socket.socket() as probe:
            try:
                probe.bind((host, port))
            except OSError:
                continue
            return port
    raise RuntimeError(f"nothing is free among the {_EACH} ports of this process")


def _unchanged(asked: Message, etag: str | None, last_modified: str | None) -> bool:
    """RFC 9110, 13.1: If-Modified-Since counts only without If-None-Match."""
    if asked["If-None-Match"] is not None:
        return etag is not None and etag in asked["If-None-Match"]
    return last_modified is not None and asked["If-Modified-Since"] == last_modified


def _chunks(body: bytes, size: int = 1000) -> bytes:
    parts = [body[at : at + size] for at in range(0, len(body), size)]
    return b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"
