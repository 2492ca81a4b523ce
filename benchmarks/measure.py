"""What a command costs: time, and memory of all its processes together. Linux only.

python benchmarks/measure.py COMMAND [ARGUMENT ...]

Memory is the sum of the proportional set sizes (PSS) of the process tree, so that pages shared by parent and
child count once, sampled every 50 ms. Looking costs what is measured a few per cent of its time:
`memory=False` leaves it out. Contains nothing about feeds.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread, Timer

INTERVAL = 0.05


@dataclass(frozen=True)
class Measurement:
    """`wall` and `cpu` are seconds (`cpu` of the command and the children it waited for), `peak` is bytes.

    `watched` is the largest size in bytes seen of the watched file, `status` the exit status, negative for a
    signal, `output` what the command wrote to stdout and stderr.
    """

    wall: float
    cpu: float
    peak: int
    watched: int
    status: int
    output: str


class Sampler(Thread):
    """Keeps the largest memory of a process tree, and size of a file, until it is stopped."""

    def __init__(self, pid: int, watch: Path | None, memory: bool) -> None:
        super().__init__(daemon=True)
        self.pid, self.watch, self.memory = pid, watch, memory
        self.peak = self.watched = 0
        self.stopped = Event()

    def run(self) -> None:
        while not self.stopped.is_set():
            self.sample()
            self.stopped.wait(INTERVAL)

    def sample(self) -> None:
        if self.memory:
            self.peak = max(self.peak, sum(memory(pid) for pid in tree(self.pid)))
        self.watched = max(self.watched, size(self.watch))


def measure(
    command: Sequence[str | Path],
    *,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    timeout: float = 3600,
    watch: Path | None = None,
    memory: bool = True,
) -> Measurement:
    """Run `command` to its end, or kill its session after `timeout` seconds. `env` is added to ours.

    Python may keep what it compiles, as in an installed copy: else each process would compile its modules again.
    """
    environment = {**os.environ, **(env or {})}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    with tempfile.TemporaryFile() as output:
        started = time.perf_counter()
        process = subprocess.Popen(
            [str(part) for part in command],
            cwd=cwd,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        sampler = Sampler(process.pid, watch, memory)
        sampler.start()
        usage, status = wait(process, timeout)
        wall = time.perf_counter() - started
        sampler.stopped.set()
        sampler.join()
        output.seek(0)
        text = output.read().decode(errors="replace")
    watched = max(sampler.watched, size(watch))
    return Measurement(wall, usage, sampler.peak, watched, status, text)


def wait(process: subprocess.Popen[bytes], timeout: float) -> tuple[float, int]:
    """CPU seconds and exit status of a finished process. Its own session is what the timer kills."""
    timer = Timer(timeout, os.killpg, (process.pid, signal.SIGKILL))
    timer.start()
    try:
        _, status, usage = os.wait4(process.pid, 0)
    finally:
        timer.cancel()
    process.returncode = os.waitstatus_to_exitcode(status)
    return usage.ru_utime + usage.ru_stime, process.returncode


def tree(pid: int) -> Iterator[int]:
    """`pid` and everything below it. A process that ends meanwhile is left out."""
    yield pid
    # `glob` fails where the folder is gone, so the list of threads is taken whole.
    with suppress(FileNotFoundError):
        for children in list(Path(f"/proc/{pid}/task").glob("*/children")):
            for child in read(children).split():
                yield from tree(int(child))


def memory(pid: int) -> int:
    """PSS in bytes; RSS where the kernel does not show smaps_rollup; 0 for a process that is gone."""
    for line in read(Path(f"/proc/{pid}/smaps_rollup")).splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) * 1024
    for line in read(Path(f"/proc/{pid}/status")).splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024
    return 0


def read(path: Path) -> str:
    """The text of a file in /proc, empty when its process has ended."""
    try:
        return path.read_text()
    except OSError:
        return ""


def size(path: Path | None) -> int:
    try:
        return path.stat().st_size if path else 0
    except OSError:
        return 0


if __name__ == "__main__":
    result = measure(sys.argv[1:])
    print(result.output, end="")
    print(f"{result.wall:.2f} s wall, {result.cpu:.2f} s CPU, {result.peak / 1e6:.0f} MB", file=sys.stderr)
    sys.exit(result.status if result.status >= 0 else 128 - result.status)


def resident(pid: int, name: str = "VmHWM") -> int:
    lines = read(Path(f"/proc/{pid}/status")).splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(name))
