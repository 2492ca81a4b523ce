"""The grabber as a process: a standard output that is full, closed or not read, and Ctrl-C."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.helpers.readers.grabbing import Grabber, environment
from tests.helpers.support import device

pytestmark = pytest.mark.slow

PRINTING = [
    ["--help"], ["--description"], ["--version"], ["--capabilities"], ["--preferredmethod"], ["--list-channels"],
    ["--configure-api"], ["--configure-api", "--stage", "select-channels", "--db", "epg.db"], [], ["--output", "-"],
]  # fmt: skip


def run(grabber: Grabber, redirection: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The grabber with its streams redirected by a shell."""
    return subprocess.run(
        ["sh", "-c", f'exec tv_grab_datasette_epg "$@" {redirection}', "sh", *arguments],
        env=environment(grabber.site, grabber.home), cwd=grabber.home, capture_output=True, text=True, timeout=120,
        check=False, stdin=subprocess.DEVNULL,
    )  # fmt: skip


@pytest.mark.parametrize("arguments", PRINTING, ids=" ".join)
def test_a_full_standard_output_is_one_line(grabber: Grabber, arguments: list[str]) -> None:
    (grabber.home / "epg.db").symlink_to(grabber.site / "epg.db")
    device(grabber.home / "full", "full")
    ran = run(grabber, "> full", *arguments)
    said = "cannot write the output: No space left on device; free some space, or write it elsewhere"
    assert (ran.returncode, ran.stderr) == (1, f"tv_grab_datasette_epg: {said}\n")
    assert (grabber.home / "full").is_char_device()


@pytest.mark.parametrize("arguments", PRINTING, ids=" ".join)
def test_a_closed_standard_output_is_one_line(grabber: Grabber, arguments: list[str]) -> None:
    (grabber.home / "epg.db").symlink_to(grabber.site / "epg.db")
    ran = run(grabber, ">&-", *arguments)
    said = "cannot write the output: standard output is closed; open it, or redirect it to a file"
    assert (ran.returncode, ran.stderr) == (1, f"tv_grab_datasette_epg: {said}\n")


@pytest.mark.parametrize("redirection", [">&-", "<&- >&-", "2>&-", "<&- >&- 2>&-"])
def test_a_file_is_written_whatever_stream_is_closed(grabber: Grabber, redirection: str) -> None:
    ran = run(grabber, redirection, "--output", "out.xml", "--days", "1")
    assert (ran.returncode, ran.stdout) == (0, "")
    assert ran.stderr.count("\n") == ("2>&-" not in redirection)
    assert (grabber.home / "out.xml").read_bytes().endswith(b"</tv>\n")
    assert [path.name for path in grabber.home.iterdir()] == ["out.xml"]


def test_all_streams_closed_and_a_mistake(grabber: Grabber) -> None:
    assert run(grabber, "<&- >&- 2>&-", "--nonsense").returncode == 2
    assert run(grabber, "<&- >&- 2>&-", "--db", "missing.db").returncode == 2


def test_a_reader_that_goes_away_is_no_error_message(grabber: Grabber) -> None:
    ran = run(grabber, "| head -c 100", "--quiet")
    assert (ran.stderr, len(ran.stdout)) == ("", 100)


@pytest.fixture
def silent() -> Iterator[socket.socket]:
    """A server that takes connections and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(60)
        yield server


@pytest.mark.parametrize(
    ("number", "status", "said"),
    [(signal.SIGINT, 130, "tv_grab_datasette_epg: interrupted\n"), (signal.SIGTERM, 143, "")],
)
@pytest.mark.parametrize("output", ["file", "stdout"])
def test_a_signal_ends_a_download(
    grabber: Grabber, silent: socket.socket, number: int, status: int, said: str, output: str
) -> None:
    more = ["--output", "out.xml"] if output == "file" else []
    address = f"http://127.0.0.1:{silent.getsockname()[1]}"
    with _started(grabber, "--url", address, *more) as process:
        taken, _ = silent.accept()
        with taken:
            taken.recv(1)
            process.send_signal(number)
            assert process.communicate(timeout=60) == ("", said)
        assert process.returncode == status
    assert list(grabber.home.iterdir()) == []


def test_ctrl_c_at_a_question(grabber: Grabber) -> None:
    with _started(grabber, "--configure", stdin=subprocess.PIPE) as process:
        assert process.stderr is not None
        assert process.stderr.read(7) == "Address"
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=60)
        assert process.returncode == 130
        assert "Traceback" not in said and said.endswith("tv_grab_datasette_epg: interrupted\n")
    assert list(grabber.home.iterdir()) == []


def test_ctrl_c_while_a_pipe_is_waited_for(grabber: Grabber) -> None:
    os.mkfifo(grabber.home / "a.conf")
    with _started(grabber, "--config-file", "a.conf") as process:
        # It opens the pipe when all modules are loaded.
        with open(grabber.home / "a.conf", "w"):
            process.send_signal(signal.SIGINT)
            assert process.communicate(timeout=60) == ("", "tv_grab_datasette_epg: interrupted\n")
        assert process.returncode == 130


def _started(grabber: Grabber, *arguments: str, stdin: int = subprocess.DEVNULL) -> subprocess.Popen[str]:
    program: Path = grabber.site / "bin" / "tv_grab_datasette_epg"
    return subprocess.Popen(
        [str(program), *arguments], env=environment(grabber.site, grabber.home), cwd=grabber.home, stdin=stdin,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
