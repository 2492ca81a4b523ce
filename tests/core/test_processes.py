"""Child processes: messages both ways, and no child that outlives its parent."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from epg_ingest.core.processes import ChildProcess, Peer, run_child

from tests.helpers.paths import ROOT

MODULE = "tests.core.test_processes"


def echo(parent: Peer) -> None:
    """The child of these tests: it prints what nobody may see, and sends back what it gets."""
    print("this is not part of the parent's output")
    while (value := parent.receive()) != "end":
        parent.send(value)
        parent.send_bytes(parent.receive_bytes())


@pytest.mark.parametrize(
    "value", [None, "text", b"bytes", 1 << 63, (1, [2.5, {"three": {4}}]), frozenset([1]), "x" * 1_000_000]
)
def test_values_and_blocks_come_back(value: object) -> None:
    child = ChildProcess(MODULE)
    child.send(value)
    assert child.receive() == value
    block = os.urandom(1_000_000)
    child.send_bytes(block)
    assert child.receive_bytes() == block
    child.end()


def test_a_child_that_has_ended_is_an_end_of_file() -> None:
    child = ChildProcess(MODULE)
    child.send("end")
    with pytest.raises(EOFError):
        child.receive()
    with pytest.raises(EOFError):
        for _ in range(100):
            child.send("x" * 1_000_000)
    assert child.process.wait() == 0
    child.end()


def test_a_child_that_is_killed_is_an_end_of_file() -> None:
    """Also when it leaves something unread, which Linux reports as a reset connection."""
    child = ChildProcess(MODULE)
    child.process.send_signal(signal.SIGSTOP)
    child.send("unread")
    child.kill()
    with pytest.raises(EOFError):
        child.receive()
    child.end()
    assert child.process.returncode == -signal.SIGKILL


def test_ctrl_c_does_not_reach_a_child() -> None:
    child = ChildProcess(MODULE)
    child.send("started")
    child.send_bytes(b"")
    child.receive()
    child.receive_bytes()
    child.process.send_signal(signal.SIGINT)
    child.send("still there")
    child.send_bytes(b"")
    assert child.receive() == "still there"
    child.end()


PARENT = f"""
import time
from epg_ingest.core.processes import ChildProcess
child = ChildProcess({MODULE!r})
child.send("unread" * 100)
print(child.process.pid, flush=True)
time.sleep(60)
"""


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_a_child_ends_with_its_parent(number: int) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", PARENT],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=ROOT,
        start_new_session=True,
    ) as parent:
        assert parent.stdout is not None and parent.stderr is not None
        child = int(parent.stdout.readline())
        os.killpg(parent.pid, number) if number == signal.SIGINT else parent.send_signal(number)
        parent.wait(timeout=30)
        end = time.monotonic() + 20
        while Path(f"/proc/{child}").exists() and time.monotonic() < end:
            time.sleep(0.02)
        assert not Path(f"/proc/{child}").exists()
        # The pipes end with the last process that holds them. Only the parent may have complained.
        assert parent.stdout.read() == b""
        assert parent.stderr.read().count(b"Traceback") == (number == signal.SIGINT)


if __name__ == "__main__":
    run_child(echo)
