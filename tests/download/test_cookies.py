"""Cookies stay with the site that set them; validators and lengths of answers that cannot be true."""

from __future__ import annotations

import bz2
import gzip
import lzma
import tempfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import brotli
import pytest
import zstandard
from epg_ingest.core.errors import DownloadError
from epg_ingest.core.limits import Limits
from epg_ingest.download.fetch import Download, Source, fetch
from epg_ingest.download.validators import content_charset, content_encodings, usable
from epg_ingest.unpack.whole import is_whole

from tests.helpers.feedserver import CERTIFICATE, FeedServer

QUICK = Limits(connect_timeout=1, read_timeout=0.5, deadline=5, retries=0)
BODY = b"<tv>" + b"<programme/>" * 50_000 + b"</tv>"
PACKED = gzip.compress(BODY)
SET = {"Set-Cookie": "gate=open; Path=/"}


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(CERTIFICATE))


@pytest.fixture
def server() -> Iterator[FeedServer]:
    with FeedServer() as server:
        yield server


def get(url: str, **source: Any) -> tuple[bytes, Download]:
    with fetch(Source(url, **source), QUICK) as download:
        return download.path.read_bytes(), download


# --- cookies ---


@pytest.mark.parametrize("cookie", ["gate=open; Path=/", "gate=open", "gate=open; Path=/; Domain=127.0.0.1"])
def test_a_cookie_comes_back_to_its_site(server: FeedServer, cookie: str) -> None:
    server.redirect("/a", "/b", headers={"Set-Cookie": cookie})
    server.serve("/b", BODY)
    get(server.url("/a"))
    assert server.hits[1].headers["Cookie"] == "gate=open"


@pytest.mark.parametrize("cookie", ["gate=open; Path=/", "gate=open; Path=/; Domain=127.0.0.1"])
def test_not_to_another_port(server: FeedServer, cookie: str) -> None:
    with FeedServer() as second:
        server.redirect("/a", second.serve("/b", BODY), headers={"Set-Cookie": cookie})
        get(server.url("/a"))
        assert second.hits[0].headers["Cookie"] is None


def test_not_to_another_host(server: FeedServer) -> None:
    with FeedServer("127.0.0.2") as second:
        server.redirect("/a", second.serve("/b", BODY), headers=SET)
        get(server.url("/a"))
        assert second.hits[0].headers["Cookie"] is None


def test_not_from_https_to_http(server: FeedServer) -> None:
    with FeedServer(tls=True) as secure:
        secure.redirect("/a", server.serve("/b", BODY), headers=SET)
        get(secure.url("/a"))
        assert server.hits[0].headers["Cookie"] is None


def test_back_at_its_site_it_is_sent_again(server: FeedServer) -> None:
    """A gate at another port: the site sets a cookie, sends us away, and wants it when we come back."""
    with FeedServer() as gate:
        server.redirect("/a", gate.url("/gate"), headers=SET)
        gate.redirect("/gate", server.serve("/b", BODY), headers={"Set-Cookie": "other=1; Path=/"})
        get(server.url("/a"))
        assert server.hits[1].headers["Cookie"] == "gate=open"


# --- validators ---


@pytest.mark.parametrize(
    "value", ["", "  ", '"a\x01b"', '"a\tb"', '"a\x7f"', '"a\x85b"', '"a\u2028"', '"' + "x" * 600 + '"']
)
def test_validators_that_are_not_kept(value: str) -> None:
    assert usable(value) is None


@pytest.mark.parametrize("value", ['"1"', 'W/"a b"', "Thu, 01 Jan 2026 00:00:00 GMT", '"é"', "unquoted"])
def test_validators_that_are_kept(value: str) -> None:
    assert usable(value) == value


@pytest.mark.parametrize("value", [b'"a\x01"', b'"a\x1b[31m"', b'"' + b"x" * 5000 + b'"'])
def test_validators_of_an_answer(server: FeedServer, value: bytes) -> None:
    head = b"HTTP/1.1 200 OK\r\nETag: " + value + b"\r\nLast-Modified: " + value + b"\r\n\r\n"
    body, download = get(server.raw("/a", head + BODY))
    assert (body, download.etag, download.last_modified) == (BODY, None, None)


def test_validators_of_an_older_version_are_not_sent(server: FeedServer) -> None:
    get(server.serve("/a", BODY), etag='"a\r\nX: y"', last_modified="a\x01")
    assert server.hits[0].headers["If-None-Match"] is None
    assert server.hits[0].headers["If-Modified-Since"] is None


def test_the_names_of_encodings() -> None:
    assert content_encodings(None) == ("",)
    assert content_encodings("X-GZip") == ("x-gzip",)
    assert content_encodings("gzip,  BR ,deflate") == ("gzip", "br", "deflate")
    assert len(content_encodings("gzip," * 10_000)) == 8


@pytest.mark.parametrize(
    ("header", "charset"),
    [
        ("text/xml; charset=windows-1251", "windows-1251"),
        ('application/xml;Charset="ISO-8859-2"', "iso-8859-2"),
        ("application/rss+xml; x=y; charset = koi8-r ; z", "koi8-r"),
        ("text/plain;charset='tis-620'", "tis-620"),
        ("text/xml; charset=UTF-8", None),
        ("application/gzip; charset=iso-8859-1", None),
        ("application/octet-stream; charset=utf-8", None),
        ("text/xml", None),
        ("text/xml; charset=", None),
        ("text/xml; charset=\x1b", None),
        ("", None),
        (None, None),
    ],
)
def test_the_charset(header: str | None, charset: str | None) -> None:
    assert content_charset(header) == charset


# --- lengths ---


def raw_deflate(data: bytes) -> bytes:
    return zlib.compress(data)[2:-4]


#: the body as sent, and its Content-Encoding
WHOLE: dict[str, tuple[bytes, str | None]] = {
    "gzip": (PACKED, "gzip"),
    "two gzip members": (gzip.compress(BODY[:100]) + gzip.compress(BODY[100:]), "gzip"),
    "zlib": (zlib.compress(BODY), "gzip"),
    "deflate": (zlib.compress(BODY), "deflate"),
    "raw deflate": (raw_deflate(BODY), "deflate"),
    "brotli": (brotli.compress(BODY), "br"),
    "brotli without a header": (brotli.compress(BODY), None),
    "zstd": (zstandard.ZstdCompressor().compress(BODY), "zstd"),
    "xz": (lzma.compress(BODY), None),
    "bzip2": (bz2.compress(BODY), None),
    "a newline and gzip": (b"\n" + PACKED, "gzip"),
    "a warning and deflate": (b"Notice: x\n" + zlib.compress(BODY), "deflate"),
    "gzip, br": (brotli.compress(PACKED), "gzip, br"),
    "gzip in gzip": (gzip.compress(PACKED), None),
}


@pytest.mark.parametrize("name", WHOLE)
@pytest.mark.parametrize("how", ["closes", "waits"])
def test_the_length_of_the_unpacked_feed(server: FeedServer, name: str, how: str) -> None:
    packed, encoding = WHOLE[name]

    def behave(handler: Any) -> None:
        named = {"Content-Encoding": encoding} if encoding else {}
        handler.head(200, {"Content-Length": str(len(BODY)), **named})
        handler.wfile.write(packed)
        handler.wfile.flush()
        if how == "waits":
            server.closing.wait(2)
        handler.hang_up()

    assert get(server.behave("/a", behave))[0] == packed


@pytest.mark.parametrize("name", WHOLE)
@pytest.mark.parametrize("share", [0.5, 0.9])
def test_a_packed_body_that_broke_off(tmp_path: Path, name: str, share: float) -> None:
    packed, encoding = WHOLE[name]
    path = tmp_path / "body"
    path.write_bytes(packed[: int(len(packed) * share)])
    assert not is_whole(path, [encoding or ""], len(BODY))


def test_the_length_of_a_layer_between(tmp_path: Path) -> None:
    path = tmp_path / "body"
    path.write_bytes(brotli.compress(PACKED))
    sizes = [
        size for size in (len(PACKED) - 1, len(PACKED), len(BODY)) if is_whole(path, ["gzip", "br"], size)
    ]
    assert sizes == [len(PACKED), len(BODY)]


@pytest.mark.parametrize(
    ("packed", "announced"),
    [
        (PACKED[:-1], len(BODY)),
        (PACKED[: len(PACKED) // 2], len(BODY)),
        (PACKED, len(BODY) + 1),
        (PACKED, len(PACKED) + 1),
        (BODY[:1000], len(BODY)),
        (b"", len(BODY)),
    ],
)
def test_a_body_that_is_not_whole(server: FeedServer, packed: bytes, announced: int) -> None:
    def behave(handler: Any) -> None:
        handler.head(200, {"Content-Length": str(announced)})
        handler.wfile.write(packed)
        handler.hang_up()

    with pytest.raises(DownloadError) as caught:
        get(server.behave("/a", behave))
    assert caught.value.code == "shortbody"


def test_a_bomb_is_not_unpacked_to_its_end(tmp_path: Path) -> None:
    path = tmp_path / "bomb"
    path.write_bytes(gzip.compress(bytes(50 << 20)))
    assert not is_whole(path, (), 60_000)
    assert is_whole(path, (), 50 << 20)
