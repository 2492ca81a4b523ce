"""What the system refuses is one line with what to do, whichever command and whichever refusal it is."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from epg_ingest.cli.main import run
from epg_ingest.core.errors import UsageError
from epg_ingest.core.given_files import as_epg_error
from epg_ingest.grabber.command import run as grab
from epg_ingest.storage.vault import Vault

from tests.helpers.paths import PYTHONPATH
from tests.helpers.support import HOUR, NOON, Guide, feed, require_program, show

Epg = Callable[..., tuple[int, str, str]]
LONG = "x" * 300

REFUSED = {
    "EACCES": ("this user may not use epg.part; check its permissions", 1),
    "EPERM": ("this user may not change epg.part; check its permissions", 1),
    "EROFS": ("epg.part is on a disk that cannot be written to; choose another place", 1),
    "ENOSPC": ("no room left on the disk for epg.part; free some space", 1),
    "EDQUOT": ("no room left for epg.part in this user's quota; free some space", 1),
    "EIO": ("the disk failed at epg.part; check it", 1),
    "EMFILE": ("epg.part could not be opened, because too many files are open; check ulimit -n", 1),
    "ENOTDIR": ("epg.part cannot be there, because a part of that path is a file", 2),
    "EISDIR": ("epg.part is a folder; name a file in it", 2),
    "ENAMETOOLONG": ("the name epg.part is too long for the system; choose a shorter one", 2),
    "ELOOP": ("the links at epg.part lead in a circle; check the path", 2),
    "ETXTBSY": ("the system refused: Text file busy: epg.part; check the path and the machine", 1),
}


@pytest.fixture
def epg(guide: Guide, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Epg:
    monkeypatch.chdir(guide.folder)
    for name in [name for name in os.environ if name.startswith("EPG_")]:
        monkeypatch.delenv(name)
    guide.load("p", feed([show("c", NOON, NOON + HOUR, "News")]))
    Path("feed.xml").write_bytes(feed([show("c", NOON, NOON + HOUR, "News")]))

    def call(*args: object) -> tuple[int, str, str]:
        capsys.readouterr()
        status = run([str(arg) for arg in args])
        return (status, *capsys.readouterr())

    return call


@pytest.mark.parametrize("name", REFUSED)
def test_each_refusal_of_the_system(epg: Epg, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    said, status = REFUSED[name]
    number = getattr(errno, name)

    def fail(vault: Vault) -> None:
        raise OSError(number, os.strerror(number), "epg.part")

    monkeypatch.setattr(Vault, "ensure", fail)
    found, out, err = epg("init")
    assert (found, out, err.count("\n")) == (status, "", 1)
    assert err.startswith(f"Error: {said}")


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (OSError(errno.EACCES, "x", b"bytes.db"), "this user may not use bytes.db;"),
        (OSError(errno.EACCES, "x", 7), "this user may not use file 7;"),
        (OSError(errno.EACCES, "x"), "this user may not use a file or a connection;"),
        (OSError("no number"), "the system refused: no number; "),
        (OSError(errno.ENAMETOOLONG, "x", LONG), f"the name {'x' * 60}…{'x' * 20} is too long"),
        (ConnectionResetError(errno.ECONNRESET, "Connection reset by peer"), "the system refused: Connection reset by peer;"),
    ],
)  # fmt: skip
def test_errors_of_every_form(error: OSError, said: str) -> None:
    found = as_epg_error(error)
    assert found.message.startswith(said)
    assert isinstance(found, UsageError) == (error.errno == errno.ENAMETOOLONG)


@pytest.mark.parametrize(
    "command", ["init", "import --file feed.xml --provider p", "export xmltv", "doctor", "backup z.backup"]
)
@pytest.mark.parametrize(
    "given", [("--db", LONG), ("--db", "feed.xml/epg.db"), ("--config", LONG), ("--config", "feed.xml/x"), ("--config", "."),
              ("--env-file", LONG), ("--env-file", ".")], ids=lambda given: f"{given[0]} {given[1][:9]}",
)  # fmt: skip
def test_paths_that_cannot_be(epg: Epg, given: tuple[str, str], command: str) -> None:
    status, out, err = epg(*given, *command.split())
    assert status in (1, 2) and (out, err.count("\n")) == ("", 1), err
    assert err.startswith("Error: ") and ("; " in err)


@pytest.mark.parametrize(
    "command",
    ["init", "import --file feed.xml --provider p", "providers show p", "backup z.backup --secrets"],
)
def test_a_folder_in_place_of_the_secrets(epg: Epg, guide: Guide, command: str) -> None:
    guide.vault.path.unlink(missing_ok=True)
    guide.vault.path.mkdir()
    status, out, err = epg(*command.split())
    assert status in (1, 2) and out == "" and "Traceback" not in err
    assert "folder" in err or "no secrets file" in err


def test_the_grabber_says_it_too(guide: Guide, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert grab(["--config-file", str(tmp_path / LONG / "x"), "--list-channels", "--quiet"]) in (1, 2)
    err = capsys.readouterr().err
    assert err.count("\n") == 1 and "Traceback" not in err


@pytest.mark.parametrize(
    ("closed", "mode", "command"),
    [
        (".", 0o666, "providers update p --priority 3"),
        (".", 0o666, "status"),
        ("epg.db", 0, "export csv"),
        ("epg.lock", 0, "import --file feed.xml --provider p"),
        ("epg.secrets", 0, "providers add q http://127.0.0.1:9/"),
        ("old.backup", 0, "backup old.backup --overwrite"),
        ("feed.xml", 0, "check feed.xml"),
    ],
)
def test_without_permission(epg: Epg, guide: Guide, closed: str, mode: int, command: str) -> None:
    """As a user without the rights of root."""
    for name in ("old.backup", "epg.lock"):
        Path(name).write_text("")
    os.chmod(closed, mode)
    try:
        done = subprocess.run(
            [require_program("setpriv"), "--bounding-set", "-dac_override,-dac_read_search", sys.executable,
             "-m", "epg_ingest.cli", "--db", guide.path, *command.split()],
            capture_output=True, text=True, timeout=60, env={**os.environ, "PYTHONPATH": PYTHONPATH},
        )  # fmt: skip
    finally:
        os.chmod(closed, 0o755)
    assert done.returncode in (1, 2) and (done.stdout, done.stderr.count("\n")) == ("", 1), done.stderr
    assert done.stderr.startswith("Error: ") and "; " in done.stderr
