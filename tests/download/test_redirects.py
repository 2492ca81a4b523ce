"""URLs, credentials and redirects, as a table."""

from __future__ import annotations

import base64

import pytest
from epg_ingest.core.errors import DownloadError
from epg_ingest.download.redirects import first_hop, next_hop, proxies


def basic(text: str) -> str:
    return "Basic " + base64.b64encode(text.encode()).decode()


@pytest.mark.parametrize(
    ("url", "bare", "authorization"),
    [
        ("http://h.example/x?y=1", "http://h.example/x?y=1", None),
        ("  http://h.example/x#part ", "http://h.example/x", None),
        ("http://ann:pw@h.example:81/x", "http://h.example:81/x", basic("ann:pw")),
        ("http://ann:p%40%3Ass@h.example/", "http://h.example/", basic("ann:p@:ss")),
        ("http://t0ken@h.example/", "http://h.example/", basic("t0ken:")),
        ("http://%C3%A9:%C3%A9@h.example/", "http://h.example/", basic("é:é")),
        ("http://ann:p@ss@h.example/", "http://h.example/", basic("ann:p@ss")),
        ("http://[::1]:81/x", "http://[::1]:81/x", None),
    ],
)
def test_the_first_request(url: str, bare: str, authorization: str | None) -> None:
    hop = first_hop(url, {})
    assert (hop.url, hop.headers.get("Authorization")) == (bare, authorization)


def test_a_given_authorization_wins() -> None:
    hop = first_hop("http://ann:pw@h.example/", {"authorization": "Bearer t"})
    assert hop.headers == {"authorization": "Bearer t"}


@pytest.mark.parametrize(
    "url",
    [
        "ftp://ann:s3cr3t@h.example/x",
        "http:///s3cr3t",
        "http://ann:s3c/r3t@h.example/",
        "http://h.example:s3cr3t/",
        "https://",
        "gopher://s3cr3t",
    ],
)
def test_a_url_that_is_not_usable(url: str) -> None:
    with pytest.raises(DownloadError) as caught:
        first_hop(url, {})
    assert caught.value.code == "scheme"
    assert "s3c" not in caught.value.message and "ann" not in caught.value.message


@pytest.mark.parametrize(
    ("name", "value"), [("X-Key", "a\nb"), ("X Key", "a"), ("X-Key", "s3cr3t€"), ("", "a")]
)
def test_an_impossible_header(name: str, value: str) -> None:
    with pytest.raises(DownloadError) as caught:
        first_hop("http://h.example/", {name: value})
    assert caught.value.code == "header" and "s3cr3t" not in caught.value.message


SECRET = {"Authorization": "Bearer t", "Cookie": "c=1", "X-Api-Key": "k"}
ANONYMOUS = {"User-Agent": "Player/1", "Accept-Language": "de"}


@pytest.mark.parametrize(
    ("start", "location", "url", "kept"),
    [
        ("http://a/x/y", "z", "http://a/x/z", True),
        ("http://a/x", "/z?q=1", "http://a/z?q=1", True),
        ("http://a/x", "//A:80/z", "http://a:80/z", True),
        ("http://a/x", "https://a/x", "https://a/x", True),
        ("http://a:80/x", "https://a:443/x", "https://a:443/x", True),
        ("http://a/x", "http://b/x", "http://b/x", False),
        ("http://a/x", "http://a.b/x", "http://a.b/x", False),
        ("http://a/x", "http://a:81/x", "http://a:81/x", False),
        ("http://a:81/x", "https://a/x", "https://a/x", False),
        ("http://a/x", "https://a:444/x", "https://a:444/x", False),
        ("https://a/x", "http://a/x", "http://a/x", False),
        # one parser sees the host b here, another a
        ("http://a/x", "http://b\\@a/x", "http://b/%5C@a/x", False),
    ],
)
def test_what_a_redirect_may_carry(start: str, location: str, url: str, kept: bool) -> None:
    hop = next_hop(first_hop(start, {**SECRET, **ANONYMOUS}), location)
    assert hop.url == url
    assert hop.headers == ({**SECRET, **ANONYMOUS} if kept else ANONYMOUS)


def test_user_info_is_lost_elsewhere_and_not_found_again() -> None:
    there = next_hop(first_hop("http://ann:pw@a/x", {}), "http://b/x")
    back = next_hop(there, "http://a/x")
    assert dict(there.headers) == dict(back.headers) == {}


def test_user_info_of_a_redirect_is_used() -> None:
    hop = next_hop(first_hop("http://ann:pw@a/x", {}), "http://bob:pw2@b/x")
    assert hop.headers == {"Authorization": basic("bob:pw2")}


@pytest.mark.parametrize("location", ["file:///etc/hostname", "ftp://b/x", "data:,x", "http://b:x/"])
def test_a_redirect_that_is_refused(location: str) -> None:
    with pytest.raises(DownloadError) as caught:
        next_hop(first_hop("http://a.example/s3cr3t", {}), location)
    assert caught.value.code == "scheme"
    assert "a.example redirects" in caught.value.message and "s3cr3t" not in caught.value.message


def test_nothing_secret_in_a_repr() -> None:
    assert "s3cr3t" not in repr(first_hop("http://ann:s3cr3t@a/s3cr3t", {"X": "s3cr3t"}))


@pytest.mark.parametrize(
    ("url", "proxied"),
    [
        ("http://h.example/", True),
        ("http://127.0.0.9/", False),
        ("http://localhost/", False),
        ("http://[::1]/", False),
    ],
)
def test_proxies_of_the_environment(monkeypatch: pytest.MonkeyPatch, url: str, proxied: bool) -> None:
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    assert ("http" in proxies(first_hop(url, {}))) is proxied
