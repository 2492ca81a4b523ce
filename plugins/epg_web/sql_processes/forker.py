"""The process from which SQL processes are forked: `python -m epg_web.sql_processes.forker FILE_DESCRIPTOR`.

A new process is ready within a few milliseconds, because everything that it needs is loaded here. The web server itself
must not fork: it has threads, and a lock that one of them holds would stay held in the child.

It ends when the server closes its socket. Each byte that comes asks for a process; the answer is the socket to it.
"""

import os
import signal
import socket
import sqlite3
import sys
from typing import Any

from .framing import receive
from .sql_worker import NICE, Prepare, work


def main(file: int) -> None:
    # The server ends it by closing the socket. A signal for the whole group, as by Ctrl-C, is not for it.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # so that ended processes leave nothing behind
    with socket.socket(fileno=file) as server:
        prepare = prepared_by(receive(server))
        os.nice(NICE)
        while server.recv(1):
            serve_one(server, prepare)


def prepared_by(options: dict[str, Any] | None) -> Prepare:
    """What makes a connection ready. `options` build a Datasette where other plugins have a say in it, else None."""
    from .sql_limits import limit

    if options is not None:
        from datasette.app import Datasette

        extensions = [
            tuple(found) if isinstance(found, list) else found for found in options["sqlite_extensions"]
        ]
        datasette = Datasette(**{**options, "sqlite_extensions": extensions})
    else:
        from datasette.utils import escape_fts

    def prepare(conn: sqlite3.Connection, name: str) -> None:
        limit(conn)
        if options is not None:
            datasette._prepare_connection(conn, name)
        else:
            conn.create_function("escape_fts", 1, escape_fts)

    return prepare


def serve_one(server: socket.socket, prepare: Prepare) -> None:
    """Fork one process and send the socket to it; "-" instead where the system has no room for a process."""
    ours, its = socket.socketpair()
    with ours, its:
        try:
            child = os.fork()
        except OSError:
            server.sendall(b"-")
            return
        if child == 0:
            server.close()
            ours.close()
            try:
                work(its, prepare)
            finally:
                os._exit(0)
        socket.send_fds(server, [b"+"], [ours.fileno()])


if __name__ == "__main__":
    main(int(sys.argv[1]))
