"""`epg-ingest serve`: prepares the guide and the socket, and starts the child processes."""

from __future__ import annotations

import os
import secrets
import socket
import sys
from collections.abc import Callable
from contextlib import ExitStack, closing
from pathlib import Path

from ..core.database_files import beside
from ..core.errors import DatabaseError, UsageError
from ..core.signals import Signals, stop_and_reload
from ..settings.environment import SESSION_VARIABLE, is_replica, settings_as_variables
from ..settings.settings import Settings
from ..storage.private_mode import make_private, tighten
from .supervisor import Child, Supervisor

#: beside the database, like its secrets: a user who can read it can sign in as any other
SESSION_SUFFIX = ".session"
BACKLOG = 2048


def serve(settings: Settings, patience: float, reread: Callable[[], Settings]) -> None:
    """Serve until SIGTERM or SIGINT; `patience` seconds are what the scheduler takes to stop an import.

    At SIGHUP, processes with the settings that `reread` returns take over; with a terminal, SIGHUP ends it. Raises `EpgError`
    when the guide cannot be served: a port in use, a refusal of the bundle, a second scheduler.
    """
    database = Path(settings["database.path"])
    scheduled = settings["server.schedule"] == "on"
    with Signals(stop_and_reload()[1]) as early, ExitStack() as stack:
        prepare(database, scheduled)
        listener = stack.enter_context(closing(listen(settings["server.host"], settings["server.port"])))

        def children(now: Settings) -> list[Child]:
            found = workers(now, listener, session_secret(database))
            return [*found, scheduler(now)] if now["server.schedule"] == "on" else found

        def renewed() -> list[Child]:
            return children(_same_place(settings, reread()))

        wait = max(settings["server.shutdown_seconds"] + 5, patience if scheduled else 0.0)
        ready = _ready(settings, listener, scheduled)
        Supervisor(children(settings), wait, renewed).run(ready, lambda: bool(early.wait(0)[0]))


def _same_place(before: Settings, after: Settings) -> Settings:
    """The new settings. Raises `UsageError` for those that a running service cannot take over."""
    for key in ("database.path", "server.host", "server.port"):
        if before[key] != after[key]:
            raise UsageError(f"{key} was changed; that takes effect when the service is restarted")
    if after["server.schedule"] == "on" and is_replica():
        raise UsageError("a replica does not import: leave server.schedule off where EPG_ROLE is replica")
    return after


def prepare(database: Path, scheduled: bool) -> None:
    """Make the guide, or bring it to the newest schema. A replica's file comes from elsewhere and is left alone."""
    from ..storage.database import open_database

    if is_replica():
        if scheduled:
            raise UsageError("a replica does not import: leave out --schedule where EPG_ROLE is replica")
        if not database.is_file():
            raise DatabaseError(f"there is no {database} yet; fetch it from the primary first", "missing")
    else:
        open_database(database).conn.close()


def listen(host: str, port: int) -> socket.socket:
    """The socket that all workers accept from. Raises `UsageError` for an address that is not here or in use."""
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        return socket.create_server(address[:2], family=family, backlog=BACKLOG)
    except (OSError, UnicodeError) as error:
        # Python's text repeats the address.
        said = (getattr(error, "strerror", None) or "not an address").partition(" (while")[0].lower()
        raise UsageError(
            f"cannot listen on {host} port {port}: {said}; choose others with --host and --port"
        ) from error


def session_secret(database: Path) -> str:
    """What signs cookies: DATASETTE_SECRET, else a secret kept beside the database, so that people stay signed in.

    Raises `DatabaseError` when it can be neither read nor made.
    """
    if given := os.environ.get(SESSION_VARIABLE):
        return given
    path = beside(database, SESSION_SUFFIX)
    try:
        found = _read_private(path)
        return found or _make_private(path)
    except OSError as error:
        raise DatabaseError(
            f"cannot keep the secret that signs cookies in {path} ({error.strerror}); set {SESSION_VARIABLE} instead",
            "secrets",
        ) from error


def _read_private(path: Path) -> str:
    """The secret, "" where there is none. One that others could read is closed to them first."""
    if not path.exists():
        return ""
    if os.name != "nt":
        tighten(path)
    return path.read_text(encoding="ascii", errors="ignore").strip()


def _make_private(path: Path) -> str:
    """A new secret. It replaces an empty file in one step: two services that start at once end with the same one."""
    made = path.with_name(f"{path.name}.{os.getpid()}")
    with open(make_private(made), "w", encoding="ascii") as file:
        file.write(secrets.token_hex(32) + "\n")
    made.replace(path)
    return _read_private(path)


def workers(settings: Settings, listener: socket.socket, secret: str) -> list[Child]:
    """The web servers, not started yet. All accept connections from `listener` and sign cookies with `secret`."""
    command = [sys.executable, "-m", "epg_ingest.serve.serve_worker"]
    file = listener.fileno()
    orders = {"socket": file, "secret": secret}
    environment = settings_as_variables(settings)
    return [
        Child(f"web server {number}", command, environment, orders, [file])
        for number in range(1, settings["server.workers"] + 1)
    ]


def scheduler(settings: Settings) -> Child:
    """The scheduler. It gets no tokens, because it answers no requests."""
    command = [sys.executable, "-m", "epg_ingest.cli", "schedule", "--supervised"]
    return Child("the scheduler", command, settings_as_variables(settings), {}, secrets=False, alone=True)


def _ready(settings: Settings, listener: socket.socket, scheduled: bool) -> str:
    host, port = listener.getsockname()[:2]
    shown = f"[{host}]" if ":" in host else host
    count = settings["server.workers"]
    beside = " and the scheduler" if scheduled else ""
    return f"serving http://{shown}:{port} with {count} worker{'' if count == 1 else 's'}{beside}"
