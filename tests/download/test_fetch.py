"""The download step against a real server: what comes, what is sent, what is tried again, what is said."""

from __future__ import annotations

import hashlib
import logging
import os
import resource
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from email.utils import formatdate
from pathlib import Path
from typing import Any

import pytest
from epg_ingest.core.errors import DownloadError
from epg_ingest.core.limits import Limits
from epg_ingest.core.redact import secrets_of
from epg_ingest.download.fetch import Download, Source, fetch, local_path

from tests.helpers.feedserver import CERTIFICATE, UNKNOWN_HOST, FeedServer, unused_port

BODY = b"<tv>" + b"<programme/>" * 50_000 + b"</tv>"
QUICK = Limits(connect_timeout=1, read_timeout=0.3, deadline=5, backoff=0.01)
SECRETS = ("u5ername", "pa55word", "t0ken", "pathsecret", "k3y-header")


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A temporary place of our own, which must be empty in the end."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    yield folder
    assert list(folder.iterdir()) == []


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (
        "http_proxy",
        "https_proxy",
        "all_proxy",
        "no_proxy",
        "REQUESTS_CA_BUNDLE",
        "CURL_CA_BUNDLE",
    ):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture
def server() -> Iterator[FeedServer]:
    with FeedServer() as server:
        yield server


@pytest.fixture
def other() -> Iterator[FeedServer]:
    with FeedServer("127.0.0.2") as server:
        yield server


def get(
    url: str,
    limits: Limits = QUICK,
    *,
    sleep: Callable[[float], object] = lambda seconds: None,
    progress: Any = None,
    **source: Any,
) -> tuple[bytes | None, Download]:
    """The body (None when not modified) and the Download."""
    with fetch(Source(url, **source), limits, sleep=sleep, progress=progress) as download:
        return download.path and download.path.read_bytes(), download


def refused(url: str, code: str, limits: Limits = QUICK, **source: Any) -> DownloadError:
    """The error of a fetch that must fail with `code`, checked for manners."""
    with pytest.raises(DownloadError) as caught:
        get(url, limits, **source)
    error = caught.value
    assert error.code == code, error.message
    assert "\n" not in error.message and "; " in error.message
    return error


# --- what comes ---


def test_a_body(server: FeedServer, temporary: Path) -> None:
    url = server.serve("/guide.xml", BODY, etag='"1"', last_modified="Thu, 01 Jan 2026 00:00:00 GMT")
    with fetch(Source(url), QUICK) as download:
        assert download.path.read_bytes() == BODY
        assert temporary in download.path.parents
        assert download.path.parent.stat().st_mode & 0o777 == 0o700
    assert not download.path.exists()
    assert (download.http_status, download.etag, download.size) == (200, '"1"', len(BODY))
    assert download.last_modified == "Thu, 01 Jan 2026 00:00:00 GMT"
    assert download.sha256 == hashlib.sha256(BODY).hexdigest()


@pytest.mark.parametrize("how", [{"chunked": True}, {"length": False}, {"status": 203}])
def test_ways_to_send_a_body(server: FeedServer, how: dict[str, Any]) -> None:
    assert get(server.serve("/guide.xml", BODY, **how))[0] == BODY


def test_an_empty_body_is_a_body(server: FeedServer) -> None:
    body, download = get(server.serve("/guide.xml", b""))
    assert (body, download.size) == (b"", 0)


def test_the_body_is_kept_as_it_was_sent(server: FeedServer) -> None:
    body, _ = get(server.serve("/guide.xml", BODY, gzip=True))
    assert body[:2] == b"\x1f\x8b"
    assert "gzip" in server.hits[0].headers["Accept-Encoding"]


def test_progress(server: FeedServer) -> None:
    seen = []
    get(server.serve("/a", BODY), progress=lambda done, total: seen.append((done, total)))
    assert seen[-1] == (len(BODY), len(BODY)) and len(seen) > 1
    get(server.serve("/b", BODY, chunked=True), progress=lambda done, total: seen.append((done, total)))
    assert seen[-1] == (len(BODY), None)


def test_what_the_server_sees(server: FeedServer) -> None:
    get(server.serve("/guide.xml", BODY), headers={"X-Api-Key": "k"})
    headers = server.hits[0].headers
    assert headers["User-Agent"].startswith("datasette-epg/")
    assert (headers["X-Api-Key"], headers["Authorization"], headers["If-None-Match"]) == ("k", None, None)
    get(server.url("/guide.xml"), headers={"user-agent": "Player/1", "Accept-Encoding": "br"})
    assert server.hits[1].headers.get_all("User-Agent") == ["Player/1"]
    assert "br" not in server.hits[1].headers["Accept-Encoding"]


# --- conditional ---


def test_not_modified_by_etag(server: FeedServer) -> None:
    url = server.serve("/guide.xml", BODY, etag='"1"')
    body, download = get(url, etag='"1"')
    assert (body, download.path, download.http_status, download.sha256, download.size) == (
        None,
        None,
        304,
        None,
        0,
    )
    assert server.hits[0].headers["If-None-Match"] == '"1"'
    assert get(url, etag='"0"')[0] == BODY


def test_not_modified_by_date(server: FeedServer) -> None:
    date = "Thu, 01 Jan 2026 00:00:00 GMT"
    body, download = get(server.serve("/guide.xml", BODY, last_modified=date), last_modified=date)
    assert (body, download.last_modified) == (None, date)
    assert server.hits[0].headers["If-Modified-Since"] == date


def test_validators_that_a_304_leaves_out_are_kept(server: FeedServer) -> None:
    url = server.raw("/guide.xml", b"HTTP/1.1 304 Not Modified\r\n\r\n")
    download = get(url, etag='"1"', last_modified="then")[1]
    assert (download.etag, download.last_modified) == ('"1"', "then")


def test_validators_are_sent_after_a_redirect(server: FeedServer, other: FeedServer) -> None:
    url = server.redirect("/a", other.serve("/b", BODY, etag='"1"'))
    assert get(url, etag='"1"')[1].http_status == 304


def test_an_unasked_304_is_an_error(server: FeedServer) -> None:
    assert refused(server.serve("/guide.xml", b"", status=304), "http").http_status == 304


# --- credentials and redirects ---


def test_user_info_becomes_basic_auth(server: FeedServer) -> None:
    server.serve("/guide.xml", BODY, auth="Basic YW5uOnBAc3M=")
    assert get(server.url("/guide.xml", user="ann:p%40ss"))[0] == BODY
    assert "ann" not in server.hits[0].path


def test_wrong_credentials(server: FeedServer) -> None:
    server.serve("/guide.xml", BODY, auth="Basic YW5uOnBAc3M=")
    error = refused(server.url("/guide.xml", user="ann:no"), "http")
    assert error.http_status == 401 and "password" in error.message
    assert len(server.hits) == 1


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_followed_with_credentials_on_the_same_server(server: FeedServer, status: int) -> None:
    server.serve("/b/guide.xml", BODY)
    server.redirect("/a", "b/guide.xml", status=status)
    assert get(server.url("/a", user="ann:pw"), headers={"Cookie": "c=1"})[0] == BODY
    assert [hit.headers["Authorization"] for hit in server.hits] == ["Basic YW5uOnB3"] * 2
    assert server.hits[1].headers["Cookie"] == "c=1"


@pytest.mark.parametrize("where", ["host", "port"])
def test_credentials_stay_with_their_server(server: FeedServer, where: str) -> None:
    with FeedServer("127.0.0.2" if where == "host" else "127.0.0.1") as elsewhere:
        elsewhere.serve("/guide.xml", BODY)
        server.redirect("/a", elsewhere.url("/guide.xml"))
        headers = {"Cookie": "c=1", "X-Api-Key": "k", "User-Agent": "Player/1"}
        assert get(server.url("/a", user="ann:pw"), headers=headers)[0] == BODY
        seen = elsewhere.hits[0].headers
    assert server.hits[0].headers["X-Api-Key"] == "k"
    assert [seen[name] for name in ("Authorization", "Cookie", "X-Api-Key")] == [None] * 3
    assert seen["User-Agent"] == "Player/1"


def test_cookies_of_the_server_come_back(server: FeedServer) -> None:
    server.redirect("/a", "/b", headers={"Set-Cookie": "gate=open; Path=/"})
    server.serve("/b", BODY)
    assert get(server.url("/a"))[0] == BODY
    assert server.hits[1].headers["Cookie"] == "gate=open"


def test_netrc_is_not_read(server: FeedServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login ann password pw")
    monkeypatch.setenv("NETRC", str(netrc))
    get(server.serve("/guide.xml", BODY))
    assert server.hits[0].headers["Authorization"] is None


def test_a_redirect_loop(server: FeedServer) -> None:
    server.redirect("/a", "/b")
    server.redirect("/b", "/a")
    error = refused(server.url("/a"), "redirectloop", Limits(max_redirects=4))
    assert "download.max_redirects" in error.message and len(server.hits) == 5


def test_as_many_redirects_as_allowed(server: FeedServer) -> None:
    server.serve("/2", BODY)
    server.redirect("/0", "/1")
    server.redirect("/1", "/2")
    assert get(server.url("/0"), Limits(max_redirects=2))[0] == BODY
    refused(server.url("/0"), "redirectloop", Limits(max_redirects=1))


@pytest.mark.parametrize("to", ["file:///etc/hostname", "ftp://127.0.0.1/x", "http://"])
def test_redirects_to_other_schemes_are_refused(server: FeedServer, to: str) -> None:
    code = "redirectloop" if to == "http://" else "scheme"
    refused(server.redirect("/a", to), code)


def test_the_endless_body_of_a_redirect_is_not_read(server: FeedServer) -> None:
    def behave(handler: Any) -> None:
        handler.head(302, {"Location": "/b", "Connection": "close"})
        while not server.closing.is_set():
            handler.wfile.write(bytes(100_000))

    server.behave("/a", behave)
    server.serve("/b", BODY)
    assert get(server.url("/a"))[0] == BODY


def test_a_redirect_without_a_place(server: FeedServer) -> None:
    assert refused(server.serve("/a", b"", status=302), "http").http_status == 302


# --- proxies ---


def test_no_proxy_for_loopback(server: FeedServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{unused_port()}")
    assert get(server.serve("/guide.xml", BODY))[0] == BODY


def test_the_proxy_of_the_environment(server: FeedServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """The test server stands in for the proxy; the name in the URL is never looked up."""
    monkeypatch.setenv("http_proxy", server.url())
    server.serve("http://feeds.invalid/guide.xml", BODY)
    assert get("http://feeds.invalid/guide.xml")[0] == BODY


def test_a_proxy_that_does_not_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", f"http://ann:pa55word@127.0.0.1:{unused_port()}")
    error = refused("http://feeds.invalid/t0ken", "connection")
    assert "proxy" in error.message and "pa55word" not in error.message


def test_no_proxy_under_deny(server: FeedServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", server.url())
    refused("http://127.0.0.2/x", "address", private_addresses="deny")
    refused(f"http://{UNKNOWN_HOST}/x", "dns", private_addresses="deny")
    assert server.hits == []


# --- addresses ---

DENY = {"private_addresses": "deny", "allowed_networks": ("127.0.0.1/32",)}


def test_deny_forbids_this_machine(server: FeedServer) -> None:
    url = server.serve("/guide.xml", BODY)
    error = refused(url, "address", private_addresses="deny", permit="epg-ingest so")
    assert error.message.endswith("public addresses only; use another URL, or permit it with: epg-ingest so")
    assert server.hits == []


def test_deny_with_an_allowed_network(server: FeedServer) -> None:
    assert get(server.serve("/guide.xml", BODY), **DENY)[0] == BODY


@pytest.mark.parametrize("policy", ["allow", "deny"])
@pytest.mark.parametrize("name", ["S3cretT0ken", "a.s3crett0k.b", "736563726574546f6b656e31", "nek0tTERC3S"])
def test_a_host_of_a_redirect_that_holds_a_secret_is_not_named(
    server: FeedServer, name: str, policy: str
) -> None:
    url = server.redirect("/a", f"http://{name}.{UNKNOWN_HOST}/x") + "?a=S3cretT0ken&b=secretToken1"
    networks = ("127.0.0.0/8",)
    error = refused(url, "dns", Limits(retries=0), private_addresses=policy, allowed_networks=networks)
    assert error.message == "the host name … is not known; check the URL and the network"
    url = server.redirect("/b", f"http://cdn.{UNKNOWN_HOST}/x") + "?a=S3cretT0ken"
    assert f"cdn.{UNKNOWN_HOST}" in refused(url, "dns", Limits(retries=0)).message


def test_a_private_host_of_a_redirect_that_holds_a_secret_is_not_named(
    server: FeedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def resolver(host: str, port: int, *args: object, **kwargs: object) -> list[tuple[Any, ...]]:
        address = host if host == server.host else "10.0.0.1"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    monkeypatch.setattr(socket, "getaddrinfo", resolver)
    url = server.redirect("/a", "http://S3CRETtoken.tv/x") + "?a=S3cretToken"
    assert refused(url, "address", **DENY).message.startswith("… is not at a public address")


def test_deny_holds_for_redirects(server: FeedServer, other: FeedServer) -> None:
    url = server.redirect("/a", other.serve("/guide.xml", BODY))
    assert get(url)[0] == BODY
    refused(url, "address", **DENY)
    assert len(other.hits) == 1


@pytest.mark.parametrize(
    "host", ["localhost", "127.2", "2130706434", "0x7f.2", "[::ffff:127.0.0.2]", "[::1]"]
)
def test_deny_holds_for_every_spelling(other: FeedServer, host: str) -> None:
    refused(other.url("/guide.xml", host=host), "address", private_addresses="deny")
    assert other.hits == []


def test_a_name_that_changes_its_address_gains_nothing(
    server: FeedServer, other: FeedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A resolver that answers with the allowed address first and with the forbidden one from then on."""
    answers = [server.host]

    def resolver(host: str, port: int, *args: object, **kwargs: object) -> list[tuple[Any, ...]]:
        address = answers.pop() if answers and host == "rebind.invalid" else host
        if address == "rebind.invalid":
            address = other.host
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    server.serve("/guide.xml", BODY)
    monkeypatch.setattr(socket, "getaddrinfo", resolver)
    url = f"http://rebind.invalid:{server.port}/guide.xml"
    assert get(url, **DENY)[0] == BODY
    assert server.hits[0].headers["Host"] == f"rebind.invalid:{server.port}"
    refused(url, "address", **DENY)
    assert other.hits == []


def test_of_several_addresses_only_the_permitted_are_used(
    server: FeedServer, other: FeedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def resolver(host: str, port: int, *args: object, **kwargs: object) -> list[tuple[Any, ...]]:
        hosts = [other.host, server.host] if host == "both.invalid" else [host]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in hosts]

    server.serve("/guide.xml", BODY)
    monkeypatch.setattr(socket, "getaddrinfo", resolver)
    assert get(f"http://both.invalid:{server.port}/guide.xml", **DENY)[0] == BODY


def test_deny_and_tls(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(CERTIFICATE))
    with FeedServer(tls=True) as server:
        server.serve("/guide.xml", BODY)
        url = server.url("/guide.xml", host="localhost")
        assert get(url, private_addresses="deny", allowed_networks=("127.0.0.0/8",))[0] == BODY


# --- failures, and trying again ---


def slept(waits: list[float]) -> dict[str, Any]:
    return {"sleep": waits.append}


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504])
def test_statuses_that_pass_are_tried_again(server: FeedServer, status: int) -> None:
    waits = []
    assert get(server.fail("/a", [status, status, BODY]), **slept(waits))[0] == BODY
    assert len(server.hits) == 3 and 0 < waits[0] < waits[1] * 1.1


def test_three_times_500_is_a_failure(server: FeedServer) -> None:
    error = refused(server.fail("/a", [500]), "http")
    assert (error.http_status, len(server.hits)) == (500, 3)
    assert "500" in error.message and "3 tries" in error.message


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 501])
def test_statuses_that_stay_are_not_tried_again(server: FeedServer, status: int) -> None:
    error = refused(server.fail("/a", [status, BODY]), "http")
    assert (error.http_status, len(server.hits)) == (status, 1)
    assert str(status) in error.message


@pytest.mark.parametrize("status", [201, 204, 206])
def test_other_successes_are_not_the_feed(server: FeedServer, status: int) -> None:
    assert refused(server.serve("/a", b"", status=status), "http").http_status == status


def test_retry_after_in_seconds_and_as_a_date(server: FeedServer) -> None:
    limits = Limits(deadline=100, backoff=0.01)
    for value, low, high in (("7", 7, 7), (formatdate(time.time() + 20, usegmt=True), 15, 20)):
        waits = []
        url = server.fail("/a", [503, BODY], headers={"Retry-After": value})
        assert get(url, limits, **slept(waits))[0] == BODY
        assert low <= waits[0] <= high


def test_retry_after_beyond_the_deadline_is_not_waited_for(server: FeedServer) -> None:
    waits = []
    error = refused(server.fail("/a", [429, BODY], headers={"Retry-After": "3600"}), "http", **slept(waits))
    assert (error.http_status, waits, len(server.hits)) == (429, [], 1)


def test_a_short_body_is_tried_again(server: FeedServer) -> None:
    body, download = get(server.short("/a", BODY, sent=5000, times=2))
    assert (body, len(server.hits)) == (BODY, 3)
    assert download.sha256 == hashlib.sha256(BODY).hexdigest()


def test_a_body_that_stays_short(server: FeedServer) -> None:
    error = refused(server.short("/a"), "shortbody")
    assert (len(server.hits), error.http_status) == (3, 200)
    refused(server.short_chunks("/b"), "shortbody")


def test_a_lost_connection_is_tried_again(server: FeedServer) -> None:
    assert get(server.reset("/a", times=1, body=BODY))[0] == BODY
    assert len(refused(server.reset("/b"), "connection").message) < 200
    assert len(server.requests("/b")) == 3


@pytest.mark.parametrize("after", [-1, 0, 50])
def test_silence_is_a_timeout(server: FeedServer, after: int) -> None:
    limits = Limits(read_timeout=0.1, retries=1, backoff=0.01)
    error = refused(server.stall("/a", after), "timeout", limits)
    assert "download.read_timeout" in error.message and "0.1 s" in error.message
    assert len(server.hits) == 2


def test_a_server_that_does_not_take_the_connection() -> None:
    """A listener whose queue is full."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        waiting = [socket.socket() for _ in range(3)]
        for sock in waiting:
            sock.setblocking(False)
            sock.connect_ex(listener.getsockname())
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/"
        error = refused(url, "timeout", Limits(connect_timeout=0.1, read_timeout=0.1, retries=0))
        for sock in waiting:
            sock.close()
    assert "download." in error.message


@pytest.mark.parametrize("headers", [False, True])
def test_a_dripping_server_ends_at_the_deadline(server: FeedServer, headers: bool) -> None:
    start = time.monotonic()
    error = refused(server.drip("/a", headers=headers), "deadline", Limits(deadline=0.4, read_timeout=5))
    assert time.monotonic() - start < 2
    assert "download.deadline" in error.message and "0.4 s" in error.message


def test_retries_end_at_the_deadline(server: FeedServer) -> None:
    error = refused(server.fail("/a", [500]), "http", Limits(deadline=0.5, backoff=30, retries=50))
    assert len(server.hits) == 1 and error.http_status == 500


@pytest.mark.parametrize("source", [{}, DENY])
def test_refused(source: dict[str, Any]) -> None:
    waits = []
    error = refused(f"http://127.0.0.1:{unused_port()}/x", "refused", **slept(waits), **source)
    assert (len(waits), error.http_status) == (2, None)


@pytest.mark.parametrize("policy", ["allow", "deny"])
def test_an_unknown_host_is_looked_up_twice(policy: str) -> None:
    waits = []
    refused(f"http://{UNKNOWN_HOST}/x", "dns", private_addresses=policy, **slept(waits))
    assert len(waits) == 1


def test_something_that_is_not_http(server: FeedServer) -> None:
    refused(server.raw("/a", b"SSH-2.0-OpenSSH\r\n\r\n"), "connection", Limits(retries=0))


def test_a_certificate_that_is_not_trusted(monkeypatch: pytest.MonkeyPatch) -> None:
    with FeedServer(tls=True) as server:
        url = server.serve("/guide.xml", BODY)
        waits = []
        assert "certificate" in refused(url, "tls", **slept(waits)).message
        assert waits == [] and server.hits == []
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(CERTIFICATE))
        assert get(url)[0] == BODY
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/nowhere.pem")
        assert "REQUESTS_CA_BUNDLE" in refused(url, "tls").message


def test_a_certificate_for_another_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(CERTIFICATE))
    with FeedServer("127.0.0.3", tls=True) as server:
        assert "another name" in refused(server.serve("/guide.xml", BODY), "tls").message


def test_https_to_a_plain_server(server: FeedServer) -> None:
    url = server.serve("/guide.xml", BODY).replace("http:", "https:")
    refused(url, "tls", Limits(retries=0))


# --- caps ---


@pytest.mark.parametrize("how", [{}, {"chunked": True}, {"length": False}])
def test_the_largest_body(server: FeedServer, how: dict[str, Any]) -> None:
    url = server.serve("/guide.xml", BODY, **how)
    error = refused(url, "toolarge", Limits(max_bytes=len(BODY) - 1))
    assert "download.max_bytes" in error.message
    assert (error.http_status, len(server.hits)) == (200, 1)
    assert get(url, Limits(max_bytes=len(BODY)))[0] == BODY


def test_no_room_on_the_disk(server: FeedServer, temporary: Path) -> None:
    """In a process of its own, where no file may grow beyond 100 KB."""
    code = """
import sys
from epg_ingest.core.errors import DownloadError
from epg_ingest.core.limits import Limits
from epg_ingest.download.fetch import Source, fetch
try:
    with fetch(Source(sys.argv[1]), Limits()):
        pass
except DownloadError as error:
    print(error.code, error.message)
"""
    limit = (100_000, resource.RLIM_INFINITY)
    done = subprocess.run(
        [sys.executable, "-c", code, server.serve("/t0ken", BODY)],
        capture_output=True,
        text=True,
        env={"PYTHONPATH": ":".join(sys.path), "TMPDIR": str(temporary)},
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, limit),
    )
    assert done.stdout.startswith("diskfull no room left on the disk"), done.stderr
    assert "t0ken" not in done.stdout + done.stderr


def test_no_place_for_temporary_files(
    server: FeedServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "missing"))
    refused(server.serve("/guide.xml", BODY), "diskfull")


# --- temporary files ---


def test_an_error_in_the_block_removes_the_file(server: FeedServer) -> None:
    with pytest.raises(ZeroDivisionError), fetch(Source(server.serve("/a", BODY)), QUICK) as download:
        assert download.path.exists()
        raise ZeroDivisionError
    assert not download.path.exists()


@pytest.mark.parametrize("code", ["shortbody", "toolarge", "timeout"])
def test_a_failure_removes_the_file(server: FeedServer, temporary: Path, code: str) -> None:
    urls = {
        "shortbody": server.short("/a"),
        "toolarge": server.serve("/b", BODY),
        "timeout": server.stall("/c", 50),
    }
    refused(urls[code], code, Limits(max_bytes=1000, read_timeout=0.1, retries=0))
    assert list(temporary.iterdir()) == []


# --- files ---


def test_a_file_that_did_not_change_is_not_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "guide.xml"
    path.write_bytes(BODY)
    with fetch(Source(str(path)), Limits()) as download:
        assert download.etag is None, "a file this new can change again in the same moment"
    monkeypatch.setattr("epg_ingest.download.fetch._SETTLED", 0)
    with fetch(Source(str(path)), Limits()) as first:
        assert first.path == path and first.etag and first.etag.startswith("file:")
    again = Source(str(path), etag=first.etag)
    with fetch(again, Limits()) as download:
        assert (download.path, download.sha256, download.etag) == (None, None, first.etag)
    times = path.stat().st_atime_ns, path.stat().st_mtime_ns
    path.write_bytes(BODY[::-1])
    os.utime(path, ns=times)
    with fetch(again, Limits()) as download:
        assert download.path == path and download.sha256 != first.sha256 and download.etag != first.etag


def test_the_state_of_a_file_is_not_sent_to_a_server(server: FeedServer) -> None:
    url = server.serve("/guide.xml", BODY)
    with fetch(Source(url, etag="file:0123", private_addresses="allow"), Limits()) as download:
        assert download.http_status == 200
    assert server.hits[0].headers["If-None-Match"] is None


@pytest.mark.parametrize("form", ["{}", "file://{}", "file:{}", "FILE://localhost{}"])
def test_files_are_used_in_place(tmp_path: Path, form: str) -> None:
    path = tmp_path / "guide.xml"
    path.write_bytes(BODY)
    seen = []
    body, download = get(form.format(path), progress=lambda done, total: seen.append((done, total)))
    assert (body, download.path) == (BODY, path)
    assert download.sha256 == hashlib.sha256(BODY).hexdigest()
    assert (download.http_status, download.size, seen[-1]) == (None, len(BODY), (len(BODY), len(BODY)))
    assert path.read_bytes() == BODY


def test_a_file_url_may_be_percent_encoded(tmp_path: Path) -> None:
    path = tmp_path / "tv guide#1.xml"
    path.write_bytes(BODY)
    assert get(path.as_uri())[0] == BODY
    assert get(str(path))[0] == BODY


@pytest.mark.parametrize("url", ["http://h/x", "HTTPS://h/x", "ftp://h/x", "nonsense+1://x"])
def test_urls_are_no_paths(url: str) -> None:
    assert local_path(url) is None


def test_files_that_are_none(tmp_path: Path) -> None:
    for url in (str(tmp_path / "s3cret.xml"), str(tmp_path), "a\0b", f"file://{tmp_path}/s3cret.xml"):
        assert "s3cret" not in refused(url, "nofile").message


def test_a_file_of_another_machine() -> None:
    refused("file://server/share/guide.xml", "scheme")


def test_a_file_that_is_too_large(tmp_path: Path) -> None:
    path = tmp_path / "guide.xml"
    path.write_bytes(BODY)
    assert "download.max_bytes" in refused(str(path), "toolarge", Limits(max_bytes=100)).message


def test_no_files_under_deny(tmp_path: Path) -> None:
    path = tmp_path / "guide.xml"
    path.write_bytes(BODY)
    refused(str(path), "scheme", private_addresses="deny")


# --- secrets ---


def failures(server: FeedServer) -> Iterator[tuple[str, Limits, Callable[[], str]]]:
    """Every failure there is: code, limits, path prepared on the server."""
    serve = f"{server.url('', user='u5ername:pa55word')}"
    query = "?key=t0ken"
    path = "/pathsecret"
    quick = Limits(read_timeout=0.1, retries=1, backoff=0.001)

    def on(prepare: Callable[[str], object]) -> str:
        prepare(path)
        return serve + path + query

    yield "http", quick, lambda: on(lambda at: server.fail(at, [404]))
    yield "http", quick, lambda: on(lambda at: server.fail(at, [503]))
    yield "shortbody", quick, lambda: on(server.short)
    yield "timeout", quick, lambda: on(server.stall)
    yield "connection", quick, lambda: on(server.reset)
    yield "connection", quick, lambda: on(lambda at: server.raw(at, b"pathsecret t0ken\r\n\r\n"))
    yield "redirectloop", quick, lambda: on(lambda at: server.redirect(at, at + query))
    yield "scheme", quick, lambda: on(lambda at: server.redirect(at, "file:///pathsecret"))
    yield "toolarge", Limits(max_bytes=10), lambda: on(lambda at: server.serve(at, BODY))
    yield "deadline", Limits(deadline=0.2), lambda: on(server.drip)
    yield "refused", quick, lambda: serve.replace(str(server.port), str(unused_port())) + path + query
    yield "dns", quick, lambda: f"http://u5ername:pa55word@{UNKNOWN_HOST}{path}{query}"
    yield "tls", quick, lambda: on(lambda at: server.serve(at, BODY)).replace("http:", "https:")
    yield "scheme", quick, lambda: "http://u5ername:pa55word/t0ken@127.0.0.1/pathsecret"
    yield "scheme", quick, lambda: "ftp://u5ername:pa55word@127.0.0.1/pathsecret?t0ken"


@pytest.mark.parametrize("number", range(15))
def test_no_secret_in_any_failure(
    server: FeedServer, number: int, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG, logger="epg_ingest")
    code, limits, prepare = list(failures(server))[number]
    url = prepare()
    error = refused(url, code, limits, headers={"X-Key": "k3y-header"})
    trace = "".join(_chained(error))
    output = capfd.readouterr()
    for text in (error.message, repr(error), trace, caplog.text, output.out, output.err, repr(Source(url))):
        assert not [secret for secret in SECRETS if secret in text]
    assert set(secrets_of(url)).isdisjoint(error.message.split())


def _chained(error: BaseException | None) -> Iterator[str]:
    """The error with all that it is chained to, which a traceback would show, without lines of source."""
    while error is not None:
        yield f"{type(error).__name__}: {error}\n"
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
