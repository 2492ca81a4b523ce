"""Local addresses on the command line: which are refused, and that the advice of the refusal works as it is printed."""

from __future__ import annotations

import os
import re
import shlex
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from epg_ingest.cli.main import run

from tests.helpers.feedserver import FeedServer
from tests.helpers.support import HOUR, feed, show

Epg = Callable[..., tuple[int, str]]
LIST = b'#EXTM3U\n#EXTINF:-1 tvg-id="one",One\nhttp://127.0.0.1:9/1\n'


@pytest.fixture
def server() -> Iterator[FeedServer]:
    with FeedServer() as made:
        made.serve("/list.m3u", LIST)
        now = int(time.time())  # The command line goes by the clock.
        made.serve("/guide.xml", feed([show("c", now, now + HOUR, "News")]))
        yield made


@pytest.fixture
def epg(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Epg:
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("EPG_")]:
        monkeypatch.delenv(name)

    def call(*args: object) -> tuple[int, str]:
        capsys.readouterr()
        status = run([str(arg) for arg in args])
        said = capsys.readouterr()
        return status, said.out + said.err

    return call


def advised(message: str) -> list[str]:
    """The command that a refusal names."""
    _, _, command = message.splitlines()[0].partition("permit it with: epg-ingest ")
    assert command, message
    return shlex.split(command)


def lose_secrets() -> None:
    Path("epg.secrets").unlink()


def test_the_advice_of_a_refusal_works_as_it_is_printed(epg: Epg, server: FeedServer, tmp_path: Path) -> None:
    """For an address, one that leads elsewhere, a file and a mirror; names need quotes, and are in any script."""
    guide, playlist = server.url("/guide.xml"), server.url("/list.m3u")
    (tmp_path / "list.m3u").write_bytes(LIST)
    refused = (
        ("lineups", "home", playlist, ("lineups", "refresh", "home")),
        ("lineups", "küche", server.redirect("/a", playlist), ("lineups", "refresh", "küche")),
        ("lineups", "file", str(tmp_path / "list.m3u"), ("lineups", "refresh", "file")),
        ("providers", "My 'TV'", guide, ("import", "My 'TV'", "--force")),
        ("providers", "уют", server.redirect("/b", guide), ("import", "уют", "--force")),
    )
    for group, name, address, read in refused:
        status, said = epg(group, "add", name, address, "--private-addresses", "deny")
        assert status == 0, said
        status, said = epg(*read)
        assert status == 1, said
        assert epg(*advised(said))[0] == 0
        status, said = epg(*read)
        assert status == 0, said
    epg("providers", "add", "two", "http://127.0.0.1:9/x", "--mirror", guide, "--private-addresses", "deny")
    status, said = epg("import", "two")
    command = re.search(r"permit it with: epg-ingest ([^;)]*)[;)]", said)
    assert status == 1 and command and epg(*shlex.split(command[1]))[0] == 0
    assert epg("import", "two")[0] == 0


def test_an_address_that_takes_the_place_of_a_lost_one_is_permitted_as_a_first_one(
    epg: Epg, server: FeedServer
) -> None:
    epg("lineups", "add", "home", "http://127.0.0.1:9/x")
    epg("lineups", "add", "hand")
    epg("providers", "add", "tv", "http://127.0.0.1:9/x")
    for lost in (False, True):
        if lost:
            lose_secrets()
        for name in ("home", "hand"):
            assert epg("lineups", "set", name, "--source", server.url("/list.m3u"))[0] == 0
            assert epg("lineups", "refresh", name)[0] == 0
        assert epg("providers", "update", "tv", "--url", server.url("/guide.xml"))[0] == 0
        assert epg("import", "tv")[0] == 0


def test_what_was_denied_stays_denied_with_a_new_address(epg: Epg, server: FeedServer) -> None:
    epg("lineups", "add", "home", "http://127.0.0.1:9/x", "--private-addresses", "deny")
    epg("lineups", "set", "home", "--source", server.url("/list.m3u"))
    status, said = epg("lineups", "refresh", "home")
    assert status == 1 and "is not at a public address, and this line-up may" in said
    assert server.hits == []
    lose_secrets()
    epg("lineups", "set", "home", "--source", server.url("/list.m3u"), "--private-addresses", "deny")
    assert epg("lineups", "refresh", "home")[0] == 1 and server.hits == []
