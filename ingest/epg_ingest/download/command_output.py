"""What a program prints, as a download: its standard output is the feed, the end of its standard error is kept.

No shell runs it. It gets a few variables of the environment, none of which holds a secret, an empty standard input and a
scratch folder of its own as its working folder and for temporary files. It leads a process group of its own, which is killed
when it has ended, when it takes too long, and when it prints too much; so is what has left the group (`strays`).
"""

from __future__ import annotations

import os
import selectors
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path, PurePath

from ..core.deadline import Deadline
from ..core.errors import DownloadError
from ..core.limits import Limits
from .body import BLOCK, Progress, taken
from .model import Download
from .strays import Strays

#: the variables that a program gets, and those that begin with LC_
VARIABLES = ("PATH", "HOME", "USER", "LOGNAME", "LANG", "LANGUAGE", "TZ")
#: bytes of standard error that are kept, and characters that are logged
KEPT_ERROR, MOST_SAID = 16_384, 2_000
#: seconds that output may take to end after the program has, and that a program has after SIGTERM
GRACE = 2.0
_POLL = 0.1


def output_of(
    command: Sequence[str], limits: Limits, deadline: Deadline, folder: Path, report: Progress
) -> Download:
    """Run `command` and store what it prints below `folder`, which holds the program's scratch folder too.

    Raises `DownloadError`: `command` if it cannot be started or ends with another status than 0, `timeout` if it does not end
    by `deadline`; `toolarge` if it prints more than `limits.max_bytes`.
    """
    path, scratch = folder / "feed", folder / "scratch"
    scratch.mkdir(mode=0o700)
    with RunningCommand(command, scratch, deadline) as running, path.open("wb") as file:
        sha256, size = taken(running.read, limits, file.write, lambda done: report(done, None))
        status = running.ended()
    said = readable(running.error)
    if status != 0:
        kind = f"was ended by signal {-status}" if status < 0 else f"ended with status {status}"
        last = said.rpartition(" / ")[2]
        raise _failure(
            f"{running.name} {kind}{': ' + last if last else ''}; run it by hand to see why", "command", said
        )
    return Download(path, None, None, None, sha256, size, said=said)


def _failure(message: str, code: str, said: str = "") -> DownloadError:
    error = DownloadError(message, code)
    error.said = said
    return error


def environment(scratch: Path, given: Mapping[str, str]) -> dict[str, str]:
    """The variables for a program: of those that are `given` the few that it may see, and its place for temporary files."""
    kept = {name: value for name, value in given.items() if name in VARIABLES or name.startswith("LC_")}
    return {**kept, "TMPDIR": str(scratch)}


def readable(error: bytes) -> str:
    """The end of what a program wrote to standard error, its lines joined by ` / `, without control characters."""
    lines = error.decode("utf-8", "replace").splitlines()
    clean = (" ".join("".join(c if c.isprintable() else " " for c in line).split()) for line in lines)
    return " / ".join(filter(None, clean))[-MOST_SAID:]


class RunningCommand:
    """A program and all that it starts, from its start to the end of the block."""

    def __init__(self, command: Sequence[str], scratch: Path, deadline: Deadline) -> None:
        self.name = PurePath(command[0]).name
        self.deadline = deadline
        self.error = b""
        self.silent_since: float | None = None
        self.strays = Strays()
        try:
            self.process = subprocess.Popen(  # noqa: S603 - what the command line of this program was given
                list(command),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                cwd=scratch,
                env=environment(scratch, os.environ),
                start_new_session=True,
            )
        except (OSError, ValueError) as error:
            self.strays.end(0)
            reason = getattr(error, "strerror", None) or "its arguments cannot be passed on"
            raise _failure(
                f"{self.name} cannot be started: {reason}; install it, or give its whole path", "command"
            ) from None
        self.selector = selectors.DefaultSelector()

    def __enter__(self) -> RunningCommand:
        assert self.process.stdout and self.process.stderr
        self.output, self.errors = self.process.stdout.fileno(), self.process.stderr.fileno()
        for descriptor in (self.output, self.errors):
            os.set_blocking(descriptor, False)
            self.selector.register(descriptor, selectors.EVENT_READ)
        return self

    def __exit__(self, *exc: object) -> None:
        """Kill the whole group. Its leader is reaped only then: until that, nobody else can get the number of the group."""
        if not self._has_ended():
            self._signal(signal.SIGTERM)
            end = time.monotonic() + GRACE
            while not self._has_ended() and time.monotonic() < end:
                time.sleep(_POLL)
        self._signal(signal.SIGKILL)
        self.process.wait()
        self.strays.end(self.process.pid)
        self.selector.close()
        for stream in (self.process.stdout, self.process.stderr):
            assert stream
            stream.close()

    def read(self, amount: int) -> bytes:
        """The next of at most `amount` bytes that the program prints; b"" at the end. Raises `DownloadError` (`timeout`)."""
        while self.output in self.selector.get_map():
            self._check_time()
            ready = {key.fd for key, _ in self.selector.select(_POLL)}
            self._take_error(ready)
            if self.output in ready:
                self.silent_since = None
                if piece := os.read(self.output, min(amount, BLOCK)):
                    return piece
                self.selector.unregister(self.output)
            elif self._is_abandoned():
                self.selector.unregister(self.output)
        return b""

    def ended(self) -> int:
        """Wait for the end of the program; its exit status, negative for a signal."""
        while not self._has_ended():
            self._check_time()
            self._take_error({key.fd for key, _ in self.selector.select(_POLL)} if self._listens() else set())
            if not self._listens():
                time.sleep(_POLL)
        if self._listens():
            self._take_error({key.fd for key, _ in self.selector.select(0)})
        self._signal(signal.SIGKILL)  # what it has started and left
        return self.process.wait()

    def _listens(self) -> bool:
        return bool(self.selector.get_map())

    def _check_time(self) -> None:
        if self.deadline.left() < 0:
            raise _failure(
                f"{self.name} did not end within {self.deadline.seconds:g} s; raise download.deadline if it needs longer",
                "timeout",
                readable(self.error),
            )

    def _take_error(self, ready: set[int]) -> None:
        if self.errors in ready:
            piece = os.read(self.errors, BLOCK)
            self.error = (self.error + piece)[-KEPT_ERROR:]
            if not piece:
                self.selector.unregister(self.errors)

    def _is_abandoned(self) -> bool:
        """Whether the program has ended, and what it left running holds its output open without writing to it."""
        if not self._has_ended():
            return False
        self.silent_since = self.silent_since or time.monotonic()
        return time.monotonic() - self.silent_since > GRACE

    def _has_ended(self) -> bool:
        """Whether the program has ended. It is not reaped, so its number stays its own."""
        if self.process.returncode is not None:
            return True
        return os.waitid(os.P_PID, self.process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None

    def _signal(self, number: signal.Signals) -> None:
        if self.process.returncode is None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, number)
