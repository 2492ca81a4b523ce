"""`make demo`: import the sample feeds with the real pipeline, then serve the guide with Datasette.

    sample feeds → local HTTP server → epg-ingest → demo/var/epg.db → Datasette

Everything listens on 127.0.0.1. Each run starts from an empty database.
"""

from __future__ import annotations

import argparse
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from urllib.error import URLError
from urllib.request import urlopen

from demo.serve_feeds import feed_server

VAR = Path(__file__).resolve().parent / "var"
#: files that a run leaves in its folder and the next run removes
LEFT_BEHIND = ("epg.db*", "epg.secrets*", "epg.lock", "datasette.log")
#: pages to visit, in this order
PAGES = (
    ("/", "what is on now, next and tonight"),
    ("/guide", "the guide: channels down, time across"),
    ("/guide/search?q=inspector", "search"),
    ("/guide/use", "addresses for players, calendars and feed readers"),
    ("/-/epg/api", "the JSON API"),
    ("/-/epg/login", "sign in to manage providers and mappings"),
    ("/epg/on_now", "what is on now, as a query with JSON and CSV"),
    ("/epg/overlaps_between_providers", "where the two providers disagree"),
    ("/epg/import_problems", "what was wrong in the feeds"),
)
TOKEN = "EPG_API_TOKEN"
START_SECONDS = 60
STOP_SECONDS = 10


class DemoError(Exception):
    """The demo cannot go on. The message is one line for the terminal."""


def main(argv: Sequence[str] | None = None) -> int:
    options = parse(argv)
    signal.signal(signal.SIGTERM, interrupt)
    try:
        with feed_server() as feeds:
            clear(options.folder)
            import_feeds(options.folder, feeds.base_url)
            if not options.no_serve:
                serve(options.folder, options.port, once=options.once)
    except KeyboardInterrupt:
        print("\ndemo: stopped", flush=True)
    except DemoError as error:
        print(f"demo: {error}", file=sys.stderr)
        return 1
    return 0


def parse(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="demo", description="Import the sample feeds and serve the guide.")
    parser.add_argument("--port", type=int, default=8001, help="where Datasette listens (default 8001)")
    parser.add_argument("--folder", type=Path, default=VAR, help="where the database goes (default demo/var)")
    parser.add_argument("--once", action="store_true", help="stop once something is on now")
    parser.add_argument("--no-serve", action="store_true", help="import only")
    return parser.parse_args(argv)


def interrupt(signum: int, frame: FrameType | None) -> None:
    """Let SIGTERM stop the demo like Ctrl-C."""
    raise KeyboardInterrupt


def clear(folder: Path) -> None:
    """Prepare `folder`. Everything runs in it, so that no config.yaml of the checkout applies."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in (file for pattern in LEFT_BEHIND for file in folder.glob(pattern)):
        old.unlink()


def import_feeds(folder: Path, base_url: str) -> None:
    """Add both providers and import them into `folder`/epg.db. North has the better priority. Raises `DemoError`."""
    ingest(folder, "providers", "add", "north", f"{base_url}/north.xml", "--priority", "1")
    ingest(folder, "providers", "add", "south", f"{base_url}/south.xml.gz", "--priority", "2")
    ingest(folder, "import")
    ingest(folder, "status")


def ingest(folder: Path, *arguments: str) -> None:
    print("$ epg-ingest", *arguments, flush=True)
    command = [sys.executable, "-m", "epg_ingest.cli", "--db", "epg.db", *arguments]
    status = subprocess.run(command, cwd=folder).returncode
    if status:
        raise DemoError(f"epg-ingest {arguments[0]} ended with exit status {status}")


def serve(folder: Path, wanted_port: int, once: bool) -> None:
    """Run Datasette until it is interrupted; with `once`, only until /epg/on_now has rows."""
    port = free_port(wanted_port)
    if port != wanted_port:
        print(f"demo: port {wanted_port} is in use, so this run uses {port}", flush=True)
    log = folder / "datasette.log"
    # Each run has its own token. Anyone who can read this terminal may write.
    os.environ.setdefault(TOKEN, secrets.token_urlsafe(32))
    with datasette(port, log) as process:
        base_url = f"http://127.0.0.1:{port}"
        wait_until_up(process, base_url, log)
        print(f"\ndemo: {on_now(base_url)} programmes are on now. The guide is at {base_url}/")
        for path, what in PAGES:
            print(f"  {base_url + path:55} {what}")
        print(f"demo: the token for the API and for signing in is {os.environ[TOKEN]}")
        if not once:
            print("demo: press Ctrl-C to stop", flush=True)
            raise DemoError(f"Datasette ended unexpectedly with exit status {process.wait()}")


def free_port(wanted: int) -> int:
    """`wanted`, or the next free port above it. Raises `DemoError` if there is none."""
    for port in range(wanted, min(wanted + 50, 65536)):
        with socket.socket() as probe:
            # Datasette's server does this too: a port in TIME_WAIT counts as free.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise DemoError(f"no port from {wanted} on is free; choose another with --port")


@contextmanager
def datasette(port: int, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Datasette with the epg.db next to `log`. The bundle loads automatically, because the package is installed."""
    with log.open("wb") as out:
        command = [sys.executable, "-m", "datasette", "epg.db", "--host", "127.0.0.1", "--port", str(port)]
        # A separate session, so that Ctrl-C reaches only this process, which then stops Datasette cleanly.
        process = subprocess.Popen(
            command, cwd=log.parent, stdout=out, stderr=subprocess.STDOUT, start_new_session=True
        )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def wait_until_up(process: subprocess.Popen[bytes], base_url: str, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise DemoError(f"Datasette did not start; the last line of its log: {last_line(log)}")
        try:
            with urlopen(f"{base_url}/-/versions.json", timeout=5):
                return
        except (URLError, OSError):
            time.sleep(0.1)
    raise DemoError(f"Datasette did not answer within {START_SECONDS} seconds; see {log}")


def on_now(base_url: str) -> int:
    """The number of programmes on /epg/on_now. Raises `DemoError` if there are none."""
    try:
        with urlopen(f"{base_url}/epg/on_now.json?_shape=array", timeout=30) as answer:
            rows = json.load(answer)
    except (URLError, ValueError) as error:
        raise DemoError(f"{base_url}/epg/on_now.json gave no answer: {error}") from error
    if not rows:
        raise DemoError("nothing is on now, although the sample feeds cover this hour")
    return len(rows)


def last_line(log: Path) -> str:
    lines = log.read_text(errors="replace").strip().splitlines()
    return lines[-1] if lines else "none"


if __name__ == "__main__":
    sys.exit(main())
