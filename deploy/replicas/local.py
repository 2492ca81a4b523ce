#!/usr/bin/env python3
"""The whole topology on one machine: primary, Litestream, two read replicas, nginx.

    python deploy/replicas/local.py FOLDER --store file:///FOLDER/store --port 8080

The script creates what is missing in FOLDER and starts every part from the files in `deploy/`. It restarts parts that end,
and stops everything on SIGTERM or SIGINT. `FOLDER/run/NAME.pid` contains the process id of a part, and
`FOLDER/log/NAME.log` its log. Import with: EPG_CHECKPOINT=external epg-ingest --db FOLDER/primary/epg.db import

This script is for experiments and for tests. Real hosts run the same parts with systemd or in containers: docs/replicas.md.
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import socket
import string
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).resolve().parent
DEPLOY = HERE.parent
BIN = Path(sys.executable).parent
REPLICAS = ("replica1", "replica2")
#: seconds before a part that ended is restarted, and before a part that does not stop is killed
REST, GRACE = 0.5, 15.0


@dataclass
class Part:
    """One process of the topology. It is restarted when it ends."""

    name: str
    command: list[str]
    environ: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None
    again: float = 0.0


class Topology:
    """Folder, ports and parts. nginx listens on `port`, the primary on `port` + 1, the replicas on + 2 and + 3."""

    def __init__(self, folder: Path, store: str, port: int, extra: list[str], rate: str) -> None:
        self.folder, self.store, self.port, self.extra, self.rate = folder.resolve(), store, port, extra, rate
        self.primary = self.folder / "primary" / "epg.db"

    def address(self, number: int) -> str:
        return f"127.0.0.1:{self.port + number}"

    def prepare(self) -> None:
        """Create the folders, an empty guide, and nginx's files with their variables filled in."""
        for name in ("primary", *REPLICAS, "log", "run", "nginx/temp", "nginx/cache"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        if not self.primary.exists():
            command = [str(BIN / "epg-ingest"), "--db", str(self.primary), "init"]
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)  # noqa: S603
        for name in REPLICAS:
            shutil.copy(HERE / "metadata.yaml", self.folder / name)
        nginx = self.folder / "nginx"
        values = {
            "GUIDE_LISTEN": self.address(0), "GUIDE_PRIMARY": self.address(1),
            "GUIDE_REPLICA_1": self.address(2), "GUIDE_REPLICA_2": self.address(3),
            "GUIDE_NGINX": str(nginx), "GUIDE_CACHE": str(nginx / "cache"), "GUIDE_RATE": self.rate,
            "GUIDE_LOG": "/dev/stdout",
        }  # fmt: skip
        for source, target in (
            (DEPLOY / "nginx" / "nginx.conf.template", "nginx.conf"),
            (DEPLOY / "nginx" / "cache.conf.template", "cache.conf"),
            (DEPLOY / "nginx" / "locations.conf", "locations.conf"),
            (HERE / "nginx.conf.template", "site.conf"),
        ):
            # Like envsubst with a list of names: nginx's own variables stay.
            text = string.Template(source.read_text(encoding="utf-8")).safe_substitute(values)
            (nginx / target).write_text(text, encoding="utf-8")

    def parts(self) -> list[Part]:
        found = [
            Part(
                "litestream",
                [self.program("litestream"), "replicate", "-config", str(DEPLOY / "litestream.yml")],
                {"EPG_DATABASE_PATH": str(self.primary), "GUIDE_STORE_URL": self.store},
            ),
            Part("primary", self.web(self.primary, 1), {"EPG_CHECKPOINT": "external"}),
        ]
        for number, name in enumerate(REPLICAS, 2):
            served = self.folder / name / "epg.db"
            sync = [
                sys.executable,
                str(HERE / "replica_sync.py"),
                self.store,
                str(served),
                "--every",
                "1",
                *self.extra,
            ]
            found.append(Part(f"{name}-sync", sync))
            found.append(Part(name, self.replica(served, number), self.replica_environ()))
        found.append(Part("nginx", self.nginx()))
        return found

    def program(self, name: str) -> str:
        """The path of a program, from the virtual environment or else from the system."""
        beside = BIN / name
        return str(beside) if beside.exists() else shutil.which(name) or f"/usr/sbin/{name}"

    def web(self, database: Path, number: int) -> list[str]:
        return [
            self.program("epg-ingest"), "--db", str(database),
            "serve", "--host", "127.0.0.1", "--port", str(self.port + number),
        ]  # fmt: skip

    def replica(self, served: Path, number: int) -> list[str]:
        """A command that waits for the first guide and then serves it, like epg-replica.service."""
        wait = 'until [ -s "$0" ]; do sleep 0.2; done; exec "$@"'
        return ["/bin/sh", "-c", wait, str(served), *self.web(served, number)]

    def replica_environ(self) -> dict[str, str]:
        return {
            "EPG_ROLE": "replica",
            "GUIDE_PRIMARY_URL": f"http://{self.address(1)}",
        }

    def nginx(self) -> list[str]:
        folder = self.folder / "nginx"
        # If root starts nginx, its workers run as nobody and may not be able to read the folder.
        user = ["-g", "user root;"] if os.getuid() == 0 else []
        return [self.program("nginx"), "-p", str(folder), "-c", str(folder / "nginx.conf"), *user]

    def start(self, part: Part) -> None:
        environ = {**os.environ, **part.environ}
        if part.name != "primary":
            environ.pop("EPG_API_TOKEN", None)
        # With this variable, Litestream 0.5.17 does not start if the store is S3.
        environ.pop("AWS_CA_BUNDLE", None)
        with (self.folder / "log" / f"{part.name}.log").open("ab") as log:
            part.process = subprocess.Popen(  # noqa: S603
                part.command, env=environ, cwd=self.folder, stdout=log, stderr=log, start_new_session=True
            )
        # Rename a complete file, so that a reader never finds an empty one.
        written = self.folder / "run" / f"{part.name}.pid.new"
        written.write_text(str(part.process.pid), encoding="ascii")
        written.replace(written.with_suffix(""))

    def keep(self, part: Part) -> None:
        """Start a part that is not running. If a part has ended, kill the processes that it left in its session."""
        if part.process is None:
            if time.monotonic() >= part.again:
                self.start(part)
        elif part.process.poll() is not None:
            signal_group(part.process, signal.SIGKILL)
            part.process, part.again = None, time.monotonic() + REST

    def stop(self, parts: list[Part]) -> None:
        """Stop the parts in reverse order, so that Litestream can still send what the primary wrote."""
        for part in reversed(parts):
            if part.process is None:
                continue
            part.process.terminate()
            try:
                part.process.wait(GRACE)
            except subprocess.TimeoutExpired:
                part.process.kill()
                part.process.wait()
            signal_group(part.process, signal.SIGKILL)


def signal_group(process: subprocess.Popen[bytes], number: int) -> None:
    try:
        os.killpg(process.pid, number)
    except ProcessLookupError:
        return


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


def parse(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description="Primary, Litestream, two replicas and nginx on one machine."
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--store", help="Litestream URL; by default a folder in FOLDER")
    parser.add_argument(
        "--port", type=int, default=8080, help="port of nginx; the next three ports are used too"
    )
    parser.add_argument("--follow", action="store_true", help="replicas fetch only changes")
    parser.add_argument("--rate", default="100r/s", help="request rate allowed for one client")
    return parser.parse_args(argv)


def main(argv: list[str] | None = None) -> int:
    asked = parse(argv)
    store = asked.store or (asked.folder.resolve() / "store").as_uri()
    topology = Topology(asked.folder, store, asked.port, ["--follow"] if asked.follow else [], asked.rate)
    if taken := [port for port in range(asked.port, asked.port + 4) if not is_free(port)]:
        print(f"port {taken[0]} is in use: choose others with --port", file=sys.stderr)
        return 2
    topology.prepare()
    # A list instead of a threading.Event: a signal handler that sets an Event while this thread waits for it deadlocks.
    ended: list[int] = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda number, _: ended.append(number))
    parts = topology.parts()
    try:
        while not ended:
            for part in parts:
                topology.keep(part)
            time.sleep(0.1)
    finally:
        topology.stop(parts)
    return 0


if __name__ == "__main__":
    sys.exit(main())
