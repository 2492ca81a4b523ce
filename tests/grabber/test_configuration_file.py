"""Where `tv_grab_datasette_epg --configure` writes, and what it takes for a configuration."""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from epg_ingest.core.errors import UsageError
from epg_ingest.core.given_files import MOST_TEXT
from epg_ingest.grabber.configuration import Configuration
from epg_ingest.grabber.dialogue import ask

from tests.helpers.readers.grabbing import Grabber
from tests.helpers.support import device


def state(path: Path) -> tuple[int, bytes] | None:
    """What a refused program must leave as it was; None where there is nothing."""
    if not os.path.lexists(path):
        return None
    return path.lstat().st_mode, path.read_bytes() if path.is_file() else b""


@pytest.mark.parametrize(
    "name",
    ["epg.lock", "epg.secrets", "epg.session", "epg.db", "epg.db-wal", "config.yaml", "metadata.yaml", "link.conf", "other.db"],
)  # fmt: skip
@pytest.mark.parametrize("source", ["database", "settings", "site"])
def test_no_file_of_a_guide_becomes_a_configuration(
    site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, source: str
) -> None:
    for each in ("epg.db", "epg.secrets"):
        if (site / each).exists():
            shutil.copy(site / each, tmp_path)
    for each in ("epg.lock", "epg.session", "config.yaml", "metadata.yaml"):
        (tmp_path / each).touch()
    (tmp_path / "link.conf").symlink_to("epg.lock")
    with closing(sqlite3.connect(tmp_path / "other.db")) as other:
        other.execute("CREATE TABLE foreign_one (x)")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    monkeypatch.setenv("EPG_DATABASE_PATH", str(tmp_path / "epg.db" if source != "database" else "epg.db"))
    answers = iter({"database": [str(tmp_path / "epg.db")], "site": ["http://127.0.0.1:1"]}.get(source, [""]))

    def answer(question: str) -> str:
        return next(answers, "")

    before = state(tmp_path / name)
    with pytest.raises(UsageError, match="name another file"):
        ask(Configuration(), tmp_path / name, answer, print, lambda made: {}, answer)
    assert state(tmp_path / name) == before
    assert list(elsewhere.iterdir()) == []


@pytest.mark.parametrize("kind", ["device", "pipe", "folder", "stdout", "database", "lock"])
def test_it_is_refused_before_any_question(grabber: Grabber, kind: str) -> None:
    file = grabber.home / "it"
    if kind == "device":
        device(file, "null")
    elif kind == "pipe":
        os.mkfifo(file)
    elif kind == "folder":
        file.mkdir()
    else:
        file = {"stdout": Path("/dev/stdout"), "database": grabber.site / "epg.db"}.get(
            kind, grabber.site / "epg.lock"
        )
    before = state(file)
    ran = grabber.run("--configure", "--config-file", str(file), text=f"{grabber.site / 'epg.db'}\n")
    assert (ran.returncode, ran.stderr.count("\n"), ran.stdout) == (2, 1, ""), ran.stderr
    assert str(file) in ran.stderr
    assert state(file) == before


def test_a_link_is_followed_and_the_file_is_private(grabber: Grabber) -> None:
    (grabber.home / "real.conf").write_text("lang=en\n")
    (grabber.home / "real.conf").chmod(0o644)
    (grabber.home / "link.conf").symlink_to("real.conf")
    assert grabber.run("--configure", "--config-file", "link.conf").returncode == 0
    assert (grabber.home / "link.conf").is_symlink()
    assert (grabber.home / "real.conf").stat().st_mode & 0o777 == 0o600
    kept = Configuration.read(grabber.home / "real.conf")
    assert kept is not None and kept.lang == "en"


@pytest.mark.parametrize("kind", ["zero", "null", "full"])
def test_a_device_is_no_configuration(tmp_path: Path, kind: str) -> None:
    with pytest.raises(UsageError, match="is a device, and the configuration must be a file"):
        Configuration.read(device(tmp_path / "it", kind))


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"#" * (MOST_TEXT + 1), "larger than 4,194,304 bytes"),
        (b"\0" * (MOST_TEXT + 1), "larger than"),
        ("ü".encode() * MOST_TEXT, "larger than"),
        (b"lang=\xff\n", "it is not text in UTF-8"),
        (b"\x1f\x8b\x08", "it is not text in UTF-8"),
    ],
    ids=["comment", "zeros", "letters", "latin-1", "gzip"],
)
def test_what_is_no_text_or_too_much_of_it(tmp_path: Path, body: bytes, said: str) -> None:
    file = tmp_path / "a.conf"
    file.write_bytes(body)
    with pytest.raises(UsageError, match=said) as error:
        Configuration.read(file)
    assert "codec" not in error.value.message


def test_a_byte_order_mark_is_left_out(tmp_path: Path) -> None:
    file = tmp_path / "a.conf"
    file.write_bytes("\ufefflang=en\nchannel=one.north\n".encode())
    assert Configuration.read(file) == Configuration(lang="en", wanted=("one.north",))
    file.write_bytes("\ufeff".encode())
    assert Configuration.read(file) == Configuration()
