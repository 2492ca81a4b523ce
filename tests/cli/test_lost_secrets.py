"""Providers whose secrets are lost: each command that needs them says of whom, what, and how to give it again."""

from __future__ import annotations

import json
import os
import shlex
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from epg_ingest.cli.main import run

from tests.helpers.feedserver import FeedServer
from tests.helpers.support import HOUR, NOON, feed, show

Epg = Callable[..., tuple[int, str, str]]
HOST = "http://127.0.0.1:9/…"


@pytest.fixture
def server() -> Iterator[FeedServer]:
    with FeedServer() as made:
        yield made


@pytest.fixture
def epg(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Epg:
    """A guide with a provider that has an address and headers, one whose name wants quotes, and one of files only."""
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("EPG_")]:
        monkeypatch.delenv(name)

    def call(*args: object) -> tuple[int, str, str]:
        capsys.readouterr()
        status = run([str(arg) for arg in args])
        return (status, *capsys.readouterr())

    call("providers", "add", "uk", "http://u:CANARY@127.0.0.1:9/a", "--header", "X-Key: CANARY")
    call("providers", "add", "My TV", "http://127.0.0.1:9/CANARY?key=CANARY")
    Path("a.xml").write_bytes(feed([show("c", NOON, NOON + HOUR, "News")]))
    call("import", "--file", "a.xml", "--provider", "files", "--yes")
    return call


def gone() -> None:
    Path("epg.secrets").unlink()


def emptied() -> None:
    Path("epg.secrets").write_bytes(b"")


def made_new() -> None:
    gone()
    run(["init"])


def without_rows() -> None:
    with closing(sqlite3.connect("epg.secrets")) as conn, conn:
        conn.execute("DELETE FROM credentials")


@pytest.mark.parametrize("loss", [gone, emptied, made_new, without_rows])
def test_what_is_lost_is_said(epg: Epg, loss: Callable[[], None]) -> None:
    loss()
    lost = "{} has no URL here: its address and headers are lost, epg.secrets has nothing of it; "
    lost += "give them again with: {} {} --url URL "
    uk, mine = (
        lost.format(name, "epg-ingest providers update", shlex.quote(name)) for name in ("uk", "My TV")
    )
    status, out, err = epg("providers", "export", "--secrets")
    assert status == 0 and len(json.loads(out)["providers"]) == 3
    assert err.count("Warning: ") == 2 and uk in err and mine in err
    for more in ((), ("--reveal",), ("--json", "--reveal")):
        status, out, err = epg("providers", "show", "My TV", *more)
        assert (status, err.count("\n")) == (0, 1) and err.startswith(f"Warning: {mine}")
    assert epg("providers", "show", "files")[2] == ""
    status, out, err = epg("check", "uk")
    assert (status, out, err.count("\n")) == (2, "", 1) and err.startswith(f"Error: {uk}")
    status, _, err = epg("import", "uk")
    assert status == 1 and uk in err
    assert epg("providers", "export")[2] == "", "what is exported without secrets has lost nothing"


def test_an_address_that_is_lost_alone(epg: Epg) -> None:
    with closing(sqlite3.connect("epg.secrets")) as conn, conn:
        conn.execute("UPDATE credentials SET url = NULL WHERE provider = 'uk'")
    for command in (
        ("providers", "show", "uk"),
        ("providers", "export", "--secrets"),
        ("check", "uk"),
        ("import", "uk"),
    ):
        assert (
            "uk has no URL here: its address is lost, epg.secrets has only its headers; give them again"
            in epg(*command)[2]
        )


def test_secrets_of_another_time(epg: Epg) -> None:
    """An older file was put back: its address is that of another host."""
    before = Path("epg.secrets").read_bytes()
    epg("providers", "update", "uk", "--url", "http://u:CANARY@127.0.0.2:9/b")
    Path("epg.secrets").write_bytes(before)
    status, out, err = epg("providers", "show", "uk", "--reveal")
    assert status == 0 and "http://u:CANARY@127.0.0.1:9/a" in out
    assert (
        "an address for uk that is not the one of the guide (http://127.0.0.2:9/…)" in err
        and "CANARY" not in err
    )


def test_what_is_said_works(epg: Epg, server: FeedServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """The address is given again, also one in the local network, as when it was added."""
    url = server.serve("/a", feed([show("c", NOON, NOON + HOUR, "News")]))
    epg("providers", "add", "near", url)
    gone()
    words = epg("check", "near")[2].partition("give them again with: epg-ingest ")[2].partition(" (and")[0]
    assert words == "providers update near --url URL"
    assert epg(*words.replace("URL", url).split())[0] == 0
    assert epg("check", "near")[0] == 0 and epg("providers", "show", "near")[2] == ""


@pytest.mark.parametrize("version", [0, 1, 2, 9])
def test_a_database_of_somebody_else(epg: Epg, version: int) -> None:
    gone()
    with closing(sqlite3.connect("epg.secrets")) as conn:
        conn.executescript(f"CREATE TABLE accounts (a); PRAGMA user_version = {version};")
    os.chmod("epg.secrets", 0o600)
    before = Path("epg.secrets").read_bytes()
    for command in (
        ("init",), ("import", "uk"), ("providers", "show", "uk", "--reveal"), ("providers", "export", "--secrets"),
        ("check", "uk"), ("providers", "add", "x", "http://127.0.0.1:9/"), ("providers", "update", "uk", "--priority", "3"),
    ):  # fmt: skip
        status, _, err = epg(*command)
        assert status in (1, 2) and err.count("\n") == 1
        assert "epg.secrets is a database, but holds no secrets of a guide; move it away" in err
    assert Path("epg.secrets").read_bytes() == before
