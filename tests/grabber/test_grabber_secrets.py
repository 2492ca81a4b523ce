"""No message of the grabber shows a password or a token, and no terminal shows one while it is typed."""

from __future__ import annotations

import os
import pty
import re
import select
import sys
import time
from pathlib import Path

import pytest
from epg_ingest.grabber.configuration import Configuration
from epg_ingest.grabber.dialogue import ask
from epg_ingest.grabber.terminal import clean, shown

from tests.helpers.readers.grabbing import Grabber, environment

pytestmark = pytest.mark.slow

#: nobody listens at port 1
CLOSED = "127.0.0.1:1"


@pytest.mark.parametrize(
    "arguments",
    [
        ["--url", f"http://joe:hunter2@{CLOSED}"],
        ["--url", f"http://{CLOSED}?token=hunter2"],
        ["--url", f"http://{CLOSED}/tv/?a=1&key=hunter2"],
        ["--url", f"http://hunter2@{CLOSED}"],
        ["--url", f"http://joe:hunter2/x@{CLOSED}"],
        ["--url", "http://joe:hunter2@[::1"],
        ["--url", "ftp://joe:hunter2@127.0.0.1/x"],
        ["--url", "joe:hunter2@127.0.0.1:8001"],
        ["--url", "127.0.0.1:8001/?token=hunter2"],
        ["--db", "ftp://joe:hunter2@127.0.0.1/x"],
        ["--db", f"http://joe:hunter2@{CLOSED}"],
        ["--db", "joe:hunter2@127.0.0.1/epg.db"],
        ["--config-file", "http://joe:hunter2@127.0.0.1/x"],
        ["--output", "http://joe:hunter2@127.0.0.1/no/such"],
        ["--nonsense", "http://joe:hunter2@127.0.0.1/x"],
        ["--days", "http://joe:hunter2@127.0.0.1/x"],
        ["--list-channels", "--url", f"http://joe:hunter2@{CLOSED}"],
        ["--configure-api", "--stage", "select-channels", "--url", f"http://joe:hunter2@{CLOSED}"],
    ],
)
def test_no_error_shows_what_is_secret_in_an_address(grabber: Grabber, arguments: list[str]) -> None:
    ran = grabber.run(*arguments)
    assert ran.returncode in (1, 2)
    assert "hunter2" not in ran.stderr + ran.stdout
    assert ran.stderr.count("\n") == 1


@pytest.mark.parametrize(
    "source",
    [f"http://joe:hunter2@{CLOSED}", f"http://{CLOSED}?token=hunter2", "ftp://joe:hunter2@x", "joe:hunter2@x/epg.db"],
)  # fmt: skip
def test_no_error_shows_what_is_secret_in_a_configuration(grabber: Grabber, source: str) -> None:
    (grabber.home / "a.conf").write_text(f"source={source}\ntoken=sesame-9\n")
    for more in ([], ["--output", "out.xml"], ["--list-channels"], ["--configure"]):
        ran = grabber.run("--config-file", "a.conf", *more)
        assert ran.returncode in (1, 2)
        assert "hunter2" not in ran.stderr + ran.stdout and "sesame" not in ran.stderr + ran.stdout
        assert "hunter2" in (grabber.home / "a.conf").read_text()


def test_questions_show_neither_password_nor_token(tmp_path: Path) -> None:
    known = Configuration("http://joe:hunter2@guide.example/tv?key=hunter3", token="sesame-9")
    asked: list[str] = []

    def enter(question: str) -> str:
        asked.append(question)
        return ""

    ask(known, tmp_path / "a.conf", enter, asked.append, lambda made: {}, enter)
    assert Configuration.read(tmp_path / "a.conf") == known
    said = "\n".join(asked)
    assert "[http://guide.example/…]" in said and "[Enter keeps it]" in said
    assert not any(secret in said for secret in ("hunter", "joe", "sesame"))


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a\x1b[31mb", "a [31mb"),
        ("a\r\nb\tc", "a b c"),
        ("a\x9b2Jb\x00", "a 2Jb"),
        ("a\u202eb\u2028c", "a b c"),
        ("Größe 字 é", "Größe 字 é"),
    ],
)
def test_what_a_terminal_would_obey_is_left_out(text: str, line: str) -> None:
    assert clean(text) == line


def test_a_path_is_shown_whole() -> None:
    assert shown("/var/lib/epg/epg.db") == "/var/lib/epg/epg.db"
    assert shown("http://127.0.0.1:8001") == "http://127.0.0.1:8001"


def test_a_terminal_does_not_show_the_token(grabber: Grabber) -> None:
    environ = environment(grabber.site, grabber.home)
    child, terminal = pty.fork()
    if child == 0:
        os.chdir(grabber.home)
        os.execve(
            sys.executable,
            [sys.executable, str(grabber.site / "bin" / "tv_grab_datasette_epg"), "--configure"],
            environ,
        )
    seen = b""
    for wait, answer in (
        (b"path of the database", ""), (b"Language", ""), (b"Token", "sesame-9"), (b"Channels: ", "all"),
    ):  # fmt: skip
        seen += _until(terminal, wait + b"[^\n]*]: ")
        os.write(terminal, answer.encode() + b"\n")
    seen += _until(terminal, b"written: ")
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    os.close(terminal)
    assert b"sesame" not in seen
    kept = Configuration.read(grabber.home / ".xmltv" / "tv_grab_datasette_epg.conf")
    assert kept is not None and kept.token == "sesame-9"


def _until(terminal: int, pattern: bytes) -> bytes:
    """What the terminal shows until `pattern` matches."""
    seen, end = b"", time.monotonic() + 60
    while not re.search(pattern, seen):
        assert time.monotonic() < end, seen
        if select.select([terminal], [], [], 1)[0]:
            seen += os.read(terminal, 4096)
    return seen
