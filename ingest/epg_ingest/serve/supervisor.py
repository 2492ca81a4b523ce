"""Keeps a few processes running: starts them together, starts one again when it dies, and stops them together.

If a process cannot start at first, the supervisor ends with its reason: it would fail the same way every time. Later, a
process that dies is started again, with growing pauses while it keeps failing.
"""

from __future__ import annotations

import json
import logging
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any

from ..core.errors import EpgError
from ..core.signals import Signals, stop_and_reload
from ..settings.environment import without_secrets

#: seconds a process must have run for its death to count as the first
STEADY = 10.0
LONGEST_PAUSE = 30.0
#: starts in a row that may fail while no process is up; then the supervisor gives up
LIMIT = 5
log = logging.getLogger(__name__)


class ChildError(EpgError):
    """A process could not start. The message is the one that the process reported, or says how it ended."""

    def __init__(self, message: str, exit_status: int = 1) -> None:
        super().__init__(message, "start")
        self.exit_status = exit_status


class Child:
    """One process. `name` is for people; `orders` go to its standard input, `sockets` are handed down.

    `up` is true from its report that it is ready until it ends. `again` is the time (`time.monotonic`) of its next start. Of an
    `alone` one there is never a second at the same time: it starts when the process `after` which it comes has ended.
    """

    def __init__(
        self, name: str, command: Sequence[str], environment: Mapping[str, str], orders: Mapping[str, Any],
        sockets: Sequence[int] = (), *, secrets: bool = True, alone: bool = False,
    ) -> None:  # fmt: skip
        self.alone = alone
        self.after: Child | None = None
        self.name, self.command, self.orders, self.sockets = name, list(command), orders, sockets
        self.environment = {**(os.environ if secrets else without_secrets()), **environment}
        self.process: subprocess.Popen[bytes] | None = None
        self.up, self.began, self.again, self.failures, self.heard = False, 0.0, 0.0, 0, b""
        self.reason: str | None = None
        self.status = 1

    def start(self) -> None:
        """Start it in a session of its own: Ctrl-C is for the supervisor, which then stops it."""
        self.up, self.heard, self.reason, self.began = False, b"", None, time.monotonic()
        self.process = subprocess.Popen(  # noqa: S603 - this program
            self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=self.environment,
            pass_fds=self.sockets, start_new_session=True,
        )  # fmt: skip
        assert self.process.stdin and self.process.stdout
        os.set_blocking(self.process.stdout.fileno(), False)
        with suppress(BrokenPipeError):
            self.process.stdin.write(json.dumps(self.orders).encode() + b"\n")
            self.process.stdin.flush()

    @property
    def output(self) -> int | None:
        """The file descriptor on which it reports that it is ready; None when it has reported, or has ended."""
        if self.process is None or self.up or self.process.stdout is None:
            return None
        return self.process.stdout.fileno()

    def listen(self) -> None:
        """Read what it reports: that it is ready, or why it cannot start, with an exit status for the supervisor."""
        file = self.output
        if file is None:
            return
        with suppress(BlockingIOError):
            while part := os.read(file, 65536):
                self.heard += part
        line, end, _ = self.heard.partition(b"\n")
        said = json.loads(line) if end else {}
        self.up = "ready" in said
        self.reason, self.status = said.get("error"), said.get("status", 1)

    def died(self) -> int | None:
        """Its exit status once it has ended, negative for a signal. `process` is then None."""
        status = self.process.poll() if self.process else None
        if self.process is None or status is None:
            return None
        was_up = self.up
        self.listen()  # its last words
        for stream in (self.process.stdin, self.process.stdout):
            with suppress(OSError):
                stream.close()  # type: ignore[union-attr]
        steady = was_up and time.monotonic() - self.began >= STEADY
        self.failures = 1 if steady else self.failures + 1
        self.process, self.up = None, False
        self.again = time.monotonic() + self.pause()
        return status

    def pause(self) -> float:
        """Seconds until the next start: 0 after the first failure, then 1, 2, 4 …"""
        return 0.0 if self.failures == 1 else min(LONGEST_PAUSE, 2.0 ** (self.failures - 2))

    @property
    def may_start(self) -> bool:
        """Whether the process that it comes after has ended."""
        return self.after is None or self.after.process is None

    def send(self, number: int) -> None:
        if self.process is not None:
            self.process.send_signal(number)


def _nothing_new() -> list[Child]:
    raise ChildError("these processes cannot be replaced")


class Supervisor:
    """Runs `children` until a signal stops it, and then gives them `patience` seconds to end.

    At a signal to reload, `renew` returns others with new settings. They take over when they are up; until then, and if one of
    them cannot start or `renew` raises `EpgError`, the old ones go on.
    """

    def __init__(
        self, children: Sequence[Child], patience: float, renew: Callable[[], list[Child]] = _nothing_new
    ) -> None:
        self.children, self.patience, self.renew = children, patience, renew
        self.coming: list[Child] = []
        self.leaving: list[Child] = []
        self.stop, self.reload = stop_and_reload()
        self.settled = False
        #: whether a signal to reload came while the processes of the one before were starting
        self.again = False

    def run(self, ready: str, missed: Callable[[], bool] = lambda: False) -> None:
        """Until SIGTERM or SIGINT; logs `ready` when all are up. `missed` says whether a signal to reload came before.

        Raises `ChildError` when one cannot start at first, or none can be kept up.
        """
        with Signals([*self.stop, *self.reload, signal.SIGCHLD]) as signals:
            self.again = missed()
            try:
                for child in self.children:
                    child.start()
                while not self._told(signals, self._timeout()):
                    self._care()
                    if not self.settled and all(child.up for child in self.children):
                        self.settled = True
                        log.info("%s", ready)
                log.info("stopping")
            finally:
                self._stop(signals)
        log.info("stopped")

    def _told(self, signals: Signals, seconds: float | None) -> bool:
        """Wait for a signal, a report of a child or the time of a start. Returns whether a signal to stop came."""
        files = [child.output for child in self._all() if child.output is not None]
        came = signals.wait(seconds, files)[0]
        if came & self.reload and not came & self.stop:
            self._renew()
        return bool(came & self.stop)

    def _all(self) -> list[Child]:
        return [*self.children, *self.coming, *self.leaving]

    def _renew(self) -> None:
        if self.coming or not self.settled:
            self.again = True  # the settings may have changed since those processes were given theirs
            log.info("told to reload while processes start: the settings are read once more when they are up")
            return
        self.again = False
        try:
            self.coming = self.renew()
        except EpgError as error:
            log.error("not reloaded, everything goes on as before: %s", error.message)
            return
        for child in self.coming:
            if not child.alone:
                child.start()

    def _hand_over(self) -> None:
        """See what became of the new processes, and let the old ones go when all of those are up."""
        self.leaving = [child for child in self.leaving if child.process is not None and child.died() is None]
        for child in self.coming:
            child.listen()
        failed = next((child for child in self.coming if child.died() is not None), None)
        if failed is not None:
            why = failed.reason or f"{failed.name} ended"
            log.error("not reloaded, everything goes on as before: %s", why)
            self._let_go(self.coming)
            self.coming = []
        elif self.coming and all(child.up for child in self.coming if not child.alone):
            alone = next((child for child in self.children if child.alone), None)
            for child in self.coming:
                child.after = alone if child.alone else None
            self._let_go(self.children)
            self.children, self.coming = self.coming, []
            log.info("reloaded")

    def _let_go(self, children: Sequence[Child]) -> None:
        """Tell processes to end when they have finished what they do. The scheduler finishes its import."""
        for child in children:
            child.send(signal.SIGHUP if child.alone else signal.SIGTERM)
        self.leaving += [child for child in children if child.process is not None]

    def _timeout(self) -> float | None:
        moments = [child.again for child in self.children if child.process is None and child.may_start]
        return max(0.0, min(moments) - time.monotonic()) if moments else None

    def _care(self) -> None:
        for child in self.children:
            child.listen()
            status = child.died()
            if status is not None:
                self._bury(child, status)
            elif child.process is None and child.may_start and child.again <= time.monotonic():
                child.start()
        self._hand_over()
        if self.again and self.settled and not self.coming:
            self._renew()

    def _bury(self, child: Child, status: int) -> None:
        how = f"was ended by signal {-status}" if status < 0 else f"ended with status {status}"
        what = child.reason or f"{child.name} {how}"
        if not self.settled:
            raise ChildError(what, child.status if child.reason else 1)
        if child.failures >= LIMIT and not any(other.up for other in self.children):
            raise ChildError(f"{what}, {LIMIT} times in a row; giving up")
        when = f"in {child.pause():.0f} seconds" if child.pause() else "at once"
        log.warning("%s; starting it again %s", what, when)

    def _stop(self, signals: Signals) -> None:
        """Send SIGTERM, and kill what still runs when the patience is over or a second signal comes."""
        children = self._all()
        for child in children:
            child.send(signal.SIGTERM)
        end = time.monotonic() + self.patience
        while any(child.process is not None and child.died() is None for child in children):
            left = end - time.monotonic()
            if signals.wait(min(max(left, 0.0), 1.0))[0] & self.stop or left <= 0:
                for child in children:
                    child.send(signal.SIGKILL)
                end = time.monotonic() + self.patience
