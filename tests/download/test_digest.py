"""Digest authentication against a real server, which checks the answers by a computation of its own (RFC 7616)."""

from __future__ import annotations

import hashlib
import itertools
import re
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from epg_ingest.core.errors import DownloadError
from epg_ingest.core.limits import Limits
from epg_ingest.download.digest import digest_answer
from epg_ingest.download.fetch import Source, fetch

from tests.helpers.feedserver import FeedServer

QUICK = Limits(connect_timeout=1, read_timeout=1, deadline=5, retries=0)
BODY = b"<tv>digest</tv>"
BASIC = "Basic YW5uOnBAc3M="  # ann:p@ss
HASHES: dict[str, Callable[[bytes], Any]] = {
    "MD5": hashlib.md5,
    "SHA-256": hashlib.sha256,
    "SHA-512": hashlib.sha512,
}
REALM = "tv, the realm"


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))


@pytest.fixture
def server() -> Iterator[FeedServer]:
    with FeedServer() as server:
        yield server


@pytest.fixture
def other() -> Iterator[FeedServer]:
    with FeedServer("127.0.0.2") as server:
        yield server


def get(url: str, **source: Any) -> bytes:
    with fetch(Source(url, **source), QUICK) as download:
        assert download.path is not None
        return download.path.read_bytes()


class Guarded:
    """A path that wants Digest, as tvheadend does. Each nonce is good for `uses` requests."""

    def __init__(
        self,
        server: FeedServer,
        path: str,
        *,
        user: str = "ann",
        password: str = "p@ss",
        algorithm: str | None = "MD5",
        qop: str | None = "auth",
        extra: tuple[str, ...] = (),
        uses: int = 100,
        stale: int = 0,
        realm: str = REALM,
        then: Callable[[Any], None] | None = None,
    ) -> None:
        self.user, self.password, self.algorithm, self.qop = user, password, algorithm, qop
        self.extra, self.uses, self.realm = extra, uses, realm
        #: so many answers are refused for their nonce alone
        self.stale = stale
        self.nonces: dict[str, int] = {}
        self.numbers = itertools.count()
        self.then = then or (lambda handler: handler.answer(200, BODY))
        self.url = server.behave(path, self)

    def __call__(self, handler: Any) -> None:
        given = handler.headers["Authorization"] or ""
        accepted = given.startswith("Digest ") and self.accepts(given, handler.path)
        if accepted and not self.stale:
            return self.then(handler)
        nonce = f"n{next(self.numbers)}"
        self.nonces[nonce] = 0
        realm = self.realm.replace("\\", r"\\").replace('"', r"\"")
        parts = [f'realm="{realm}"', f'nonce="{nonce}"', 'opaque="o=,"']
        parts += [f'qop="{self.qop}"'] if self.qop else []
        parts += [f"algorithm={self.algorithm}"] if self.algorithm else []
        if accepted:
            self.stale -= 1
            parts.append("stale=true")
        lines = [*self.extra, "Digest " + ", ".join(parts)]
        handler.send_response(401)
        for line in lines:
            handler.send_header("WWW-Authenticate", line.encode().decode("latin-1"))
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    def accepts(self, header: str, path: str) -> bool:
        fields = re.findall(r'(\w+)=(?:"((?:[^"\\]|\\.)*)"|([^\s,]+))', header)
        given = {name: re.sub(r"\\(.)", r"\1", a or b) for name, a, b in fields}
        digest = HASHES[(self.algorithm or "MD5").removesuffix("-sess").upper()]

        def h(*parts: str) -> str:
            return str(digest(":".join(parts).encode()).hexdigest())

        nonce = given["nonce"]
        if nonce not in self.nonces or self.nonces[nonce] >= self.uses:
            return False
        self.nonces[nonce] += 1
        a1 = h(self.user, self.realm, self.password)
        if self.algorithm and self.algorithm.endswith("-sess"):
            a1 = h(a1, nonce, given["cnonce"])
        middle = [given["nc"], given["cnonce"], "auth"] if self.qop else []
        expected = h(a1, nonce, *middle, h("GET", given["uri"]))
        user, realm = (given[name].encode("latin-1").decode() for name in ("username", "realm"))
        if self.qop and int(given["nc"], 16) != self.nonces[nonce]:
            return False
        found = (user, realm, given["uri"], given["response"], given["opaque"])
        return found == (self.user, self.realm, path, expected, "o=,")


#: the algorithms with -sess need a nonce of the client, which goes with qop
ALGORITHMS = [
    (algorithm, qop)
    for algorithm in (None, "MD5", "MD5-sess", "SHA-256", "SHA-256-sess", "SHA-512", "sha-512-sess")
    for qop in (None, "auth", "auth,auth-int", "auth-int, auth")
    if qop or not (algorithm or "").endswith("-sess")
]


@pytest.mark.parametrize(("algorithm", "qop"), ALGORITHMS)
def test_algorithms(server: FeedServer, algorithm: str | None, qop: str | None) -> None:
    Guarded(server, "/xmltv", algorithm=algorithm, qop=qop)
    assert get(server.url("/xmltv?channels=1,2&x=%20", user="ann:p%40ss")) == BODY
    sent = [hit.headers["Authorization"].split()[0] for hit in server.hits]
    assert sent == ["Basic", "Digest"]


def test_credentials_of_the_settings(server: FeedServer) -> None:
    url = Guarded(server, "/xmltv").url
    assert get(url, headers={"authorization": BASIC}) == BODY


@pytest.mark.parametrize(
    "extra",
    [
        ('Basic realm="tv"',),
        ('Digest realm="x", nonce="y", algorithm=SHA-512-256, qop="auth"',),
        ('Negotiate, Basic realm="a, Digest b"', "NTLM"),
        ('Digest nonce="without a realm"', 'Bearer realm="x"'),
    ],
)
def test_a_choice_of_challenges(server: FeedServer, extra: tuple[str, ...]) -> None:
    Guarded(server, "/xmltv", algorithm="SHA-256", extra=extra)
    assert get(server.url("/xmltv", user="ann:p%40ss")) == BODY


def test_several_challenges_in_one_header(server: FeedServer) -> None:
    line = 'Basic realm="tv", Digest realm="r", nonce="n", qop="auth", algorithm=SHA-256, Bearer realm="z"'
    answer = digest_answer([line], {"Authorization": BASIC})
    header = answer.header("http://127.0.0.1/a?b") if answer else ""
    assert 'realm="r"' in header and 'algorithm="SHA-256"' in header and 'uri="/a?b"' in header


@pytest.mark.parametrize(
    ("challenge", "headers"),
    [
        ('Digest realm="r", nonce="n"', {}),
        ('Digest realm="r", nonce="n"', {"Authorization": "Bearer YW5uOnBAc3M="}),
        ('Digest realm="r", nonce="n"', {"Authorization": "Basic %%%"}),
        ('Basic realm="r, Digest"', {"Authorization": BASIC}),
        ('Digest realm="r", nonce="n", algorithm=CRC32', {"Authorization": BASIC}),
        ('Digest realm="r", nonce="n", algorithm=CRC32-sess', {"Authorization": BASIC}),
        ('Digest realm="r", nonce="n", qop="auth-int"', {"Authorization": BASIC}),
        ("Digest", {"Authorization": BASIC}),
        ("x" * 100_000, {"Authorization": BASIC}),
    ],
)
def test_nothing_to_answer(challenge: str, headers: dict[str, str]) -> None:
    assert digest_answer([challenge], headers) is None


def test_names_in_other_letters(server: FeedServer) -> None:
    Guarded(server, "/xmltv", user="žofie", password="heslo ř")
    assert get(server.url("/xmltv", user="%C5%BEofie:heslo%20%C5%99")) == BODY


def test_a_wrong_password(server: FeedServer) -> None:
    Guarded(server, "/xmltv")
    with pytest.raises(DownloadError) as caught:
        get(server.url("/xmltv", user="ann:wr0ngpass"))
    assert (caught.value.code, caught.value.http_status) == ("http", 401)
    assert caught.value.message == (
        "127.0.0.1 answered 401 Unauthorized; check the user name and password of the provider"
    )
    assert len(server.hits) == 2


@pytest.mark.parametrize("algorithm", ["MD5", "SHA-256-sess"])
def test_a_stale_nonce_is_asked_for_again(server: FeedServer, algorithm: str) -> None:
    Guarded(server, "/xmltv", algorithm=algorithm, stale=1)
    assert get(server.url("/xmltv", user="ann:p%40ss")) == BODY
    assert len(server.hits) == 3


def test_a_server_whose_nonces_are_all_stale(server: FeedServer) -> None:
    Guarded(server, "/xmltv", stale=100)
    with pytest.raises(DownloadError) as caught:
        get(server.url("/xmltv", user="ann:p%40ss"))
    assert (caught.value.http_status, len(server.hits)) == (401, 3)


@pytest.mark.parametrize("realm", ['r"q', "back\\slash", '\\"', "", "žofie", "a=b, c"])
def test_realms_are_quoted(server: FeedServer, realm: str) -> None:
    Guarded(server, "/xmltv", realm=realm)
    assert get(server.url("/xmltv", user="ann:p%40ss")) == BODY


@pytest.mark.parametrize("user", ['an"n', "dom\\ann", 'a\\"'])
def test_names_are_quoted(server: FeedServer, user: str) -> None:
    Guarded(server, "/xmltv", user=user)
    assert get(server.url("/xmltv", user=f"{quote(user)}:p%40ss")) == BODY


def test_a_name_with_control_characters(server: FeedServer) -> None:
    Guarded(server, "/xmltv", user="ann")
    with pytest.raises(DownloadError) as caught:
        get(server.url("/xmltv", user="ann%0D%0AX%3A%20y:p%40ss"))
    assert caught.value.http_status == 401 and all("X" not in hit.headers for hit in server.hits)


def test_without_credentials_it_is_asked_once(server: FeedServer) -> None:
    with pytest.raises(DownloadError):
        get(Guarded(server, "/xmltv").url)
    assert len(server.hits) == 1


def test_a_redirect_on_the_same_server(server: FeedServer) -> None:
    final = Guarded(server, "/b")
    first = Guarded(server, "/a", then=lambda handler: handler.answer(302, b"", {"Location": "/b?c=d"}))
    final.nonces = first.nonces
    assert get(server.url("/a", user="ann:p%40ss")) == BODY
    sent = [(hit.path, hit.headers["Authorization"].split()[0]) for hit in server.hits]
    # the second request to the server does not send the password again
    assert sent == [("/a", "Basic"), ("/a", "Digest"), ("/b?c=d", "Digest")]


def test_a_nonce_that_is_used_up(server: FeedServer) -> None:
    final = Guarded(server, "/b", uses=1)
    first = Guarded(server, "/a", uses=1, then=lambda handler: handler.answer(302, b"", {"Location": "/b"}))
    final.nonces = first.nonces
    final.numbers = first.numbers
    assert get(server.url("/a", user="ann:p%40ss")) == BODY


@pytest.mark.parametrize("where", ["another host", "another port"])
def test_nothing_goes_to_another_place(server: FeedServer, other: FeedServer, where: str) -> None:
    with FeedServer() as second:
        elsewhere = other if where == "another host" else second
        target = Guarded(elsewhere, "/b").url
        Guarded(server, "/a", then=lambda handler: handler.answer(302, b"", {"Location": target}))
        with pytest.raises(DownloadError) as caught:
            get(server.url("/a", user="ann:p%40ss"))
        assert caught.value.http_status == 401
        assert [hit.headers["Authorization"] for hit in elsewhere.hits] == [None]


def test_credentials_in_a_redirect(server: FeedServer, other: FeedServer) -> None:
    Guarded(other, "/b", user="eve", password="x")
    server.redirect("/a", other.url("/b", user="eve:x"))
    assert get(server.url("/a", user="ann:p%40ss")) == BODY
    assert "ann" not in str([hit.headers["Authorization"] for hit in other.hits])
