"""One address from its server to the folder: good and bad pictures, redirects, slow servers, and what stays when one dies."""

from __future__ import annotations

import base64
import shutil
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from epg_ingest.logos.logo_address import key_of
from epg_ingest.logos.logo_download import LIMITS, refresh
from epg_ingest.logos.logo_folder import LogoFolder
from epg_ingest.logos.logo_state import LogoState

from tests.helpers.feedserver import FeedServer, unused_port
from tests.logos.example_pictures import HTML, SVG, bomb, decoded, picture

HERE = ("127.0.0.1/32",)
QUICK = replace(LIMITS, connect_timeout=1.0, read_timeout=0.3, deadline=0.6, max_bytes=200_000)


@pytest.fixture(scope="module")
def server() -> Iterator[FeedServer]:
    with FeedServer() as found:
        yield found


@pytest.fixture
def folder(tmp_path: Path) -> LogoFolder:
    made = LogoFolder(tmp_path / "epg.logos")
    made.make()
    return made


def again(folder: LogoFolder, address: str) -> LogoState:
    """Ask once more, as if the time for it had come."""
    known = folder.state(key_of(address))
    assert known
    folder.keep(key_of(address), replace(known, next=0.0))
    return refresh(folder, address, HERE, QUICK)


def colour(folder: LogoFolder, state: LogoState) -> object:
    return decoded(folder.picture(state.picture(96))).convert("RGB").getpixel((5, 5))


def test_a_good_picture_is_asked_for_once(server: FeedServer, folder: LogoFolder) -> None:
    url = server.serve("/good.png", picture(), etag='"1"', content_type="text/html")
    state = refresh(folder, url, HERE)
    assert (state.code, colour(folder, state)) == (None, (255, 0, 0))
    assert refresh(folder, url, HERE) == state and len(server.requests("/good.png")) == 1
    assert "image/png" in server.requests("/good.png")[0].headers["Accept"]


def test_a_week_later_it_is_asked_with_its_validator(server: FeedServer, folder: LogoFolder) -> None:
    url = server.serve("/same.png", picture(), etag='"1"')
    state = refresh(folder, url, HERE)
    later = again(folder, url)
    assert server.requests("/same.png")[-1].headers["If-None-Match"] == '"1"'
    assert later.pictures == state.pictures and later.next > time.time() + 86_400
    server.serve("/same.png", picture(colour="blue"), etag='"2"')
    assert colour(folder, again(folder, url)) == (0, 0, 255)


def test_pictures_that_somebody_removed_come_again(server: FeedServer, folder: LogoFolder) -> None:
    url = server.serve("/removed.png", picture(), etag='"1"')
    for name in refresh(folder, url, HERE).pictures.values():
        (folder.path / "pictures" / name).unlink(missing_ok=True)
    assert colour(folder, refresh(folder, url, HERE)) == (255, 0, 0)
    assert server.requests("/removed.png")[-1].headers["If-None-Match"] is None
    shutil.rmtree(folder.path)
    assert colour(folder, refresh(folder, url, HERE)) == (255, 0, 0)


DYING = {
    "404": (lambda server, path: server.serve(path, b"", status=404), "http"),
    "500": (lambda server, path: server.fail(path, [500]), "http"),
    "HTML": (lambda server, path: server.serve(path, HTML, content_type="image/png"), "format"),
    "SVG": (lambda server, path: server.serve(path, SVG, content_type="image/svg+xml"), "format"),
    "nothing": (lambda server, path: server.serve(path, b""), "format"),
    "a bomb": (lambda server, path: server.serve(path, bomb(60_000, 60_000)), "pixels"),
    "half": (lambda server, path: server.short(path, picture(size=(300, 300))), "shortbody"),
    "reset": (lambda server, path: server.reset(path), "connection"),
    "too large": (lambda server, path: server.serve(path, bytes(300_000)), "toolarge"),
    "endless": (lambda server, path: server.drip(path), "deadline"),
    "silent": (lambda server, path: server.stall(path), "timeout"),
    "a loop": (lambda server, path: server.redirect(path, path), "redirectloop"),
    "another scheme": (lambda server, path: server.redirect(path, "file:///etc/passwd"), "scheme"),
}


@pytest.mark.parametrize("name", DYING)
def test_an_old_picture_stays_when_its_server_fails(
    server: FeedServer, folder: LogoFolder, name: str
) -> None:
    path = f"/dying-{name.replace(' ', '-')}.png"
    url = server.serve(path, picture())
    good = refresh(folder, url, HERE)
    behave, code = DYING[name]
    behave(server, path)
    bad = again(folder, url)
    assert (bad.code, bad.failures, bad.pictures) == (code, 1, good.pictures)
    assert 3_000 < bad.next - time.time() < 3_700
    asked = len(server.requests(path))
    assert refresh(folder, url, HERE, QUICK) == bad and len(server.requests(path)) == asked
    server.serve(path, picture(colour="blue"))
    assert colour(folder, again(folder, url)) == (0, 0, 255)


def test_a_redirect_to_a_forbidden_address_is_not_followed(server: FeedServer, folder: LogoFolder) -> None:
    with FeedServer("127.0.0.2") as forbidden:
        there = forbidden.serve("/logo.png", picture())
        url = server.redirect("/away.png", there)
        assert refresh(folder, url, HERE).code == "address" and forbidden.hits == []
        assert refresh(folder, server.redirect("/twice.png", url), HERE).code == "address"
        assert refresh(folder, there + "?2", ("127.0.0.0/8",)).code is None
    assert (
        refresh(folder, server.redirect("/near.png", server.serve("/end.png", picture())), HERE).code is None
    )


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "[::1]", "2130706433", "127.1", "[::ffff:127.0.0.1]"]
)
def test_without_networks_only_public_addresses_are_asked(
    server: FeedServer, folder: LogoFolder, host: str
) -> None:
    before = len(server.hits)
    assert refresh(folder, server.url("/good.png", host=host)).code in ("address", "dns")
    assert len(server.hits) == before


def test_a_login_in_the_address_is_sent_and_kept_nowhere(server: FeedServer, folder: LogoFolder) -> None:
    login = "Basic " + base64.b64encode(b"me:hushhush").decode()
    server.serve("/closed.png", picture(), auth=login)
    state = refresh(folder, server.url("/closed.png?key=abcdef", user="me:hushhush"), HERE)
    assert state.code is None
    kept = b"".join(
        path.read_bytes() + path.name.encode() for path in folder.path.rglob("*") if path.is_file()
    )
    assert b"hushhush" not in kept and b"abcdef" not in kept and b"closed" not in kept


def test_a_picture_in_its_address_needs_no_server(folder: LogoFolder) -> None:
    address = "data:image/png;base64," + base64.b64encode(picture(colour="blue")).decode()
    assert colour(folder, refresh(folder, address)) == (0, 0, 255)
    assert refresh(folder, "data:image/svg+xml," + SVG.decode()).code == "format"


def test_two_who_ask_at_once_cause_one_request(server: FeedServer, folder: LogoFolder) -> None:
    url = server.serve("/popular.png", picture())
    threads = [threading.Thread(target=refresh, args=(folder, url, HERE)) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(server.requests("/popular.png")) == 1


def test_a_folder_that_cannot_be_written_to_is_no_reason_to_leave_an_address_alone(
    server: FeedServer, folder: LogoFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*args: object) -> None:
        raise OSError(28, "No space left on device")

    url = server.serve("/full.png", picture())
    monkeypatch.setattr(LogoFolder, "add", full)
    with pytest.raises(OSError, match="No space"):
        refresh(folder, url, HERE)
    assert folder.state(key_of(url)) is None


def test_nobody_listens(folder: LogoFolder) -> None:
    assert refresh(folder, f"http://127.0.0.1:{unused_port()}/x.png", HERE).code == "refused"
