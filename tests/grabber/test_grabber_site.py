"""What the grabber says of a site that does not answer as it should: one clean line that says what to do."""

from __future__ import annotations

import gzip
import io
import time
from collections.abc import Callable, Iterator

import pytest
from epg_ingest.core.errors import EpgError, UsageError
from epg_ingest.grabber.configuration import Configuration
from epg_ingest.grabber.document import channel_list, channels
from epg_ingest.grabber.source import fetch

from tests.helpers.feedserver import UNKNOWN_HOST, FeedServer

DOCUMENT = b'<tv>\n<channel id="a.b">\n<display-name>A</display-name>\n</channel>\n</tv>\n'
EVIL = b"\x1b[2J\x1b]0;owned\x07 <b>Traceback</b>"
PATH = "/xmltv.xml"
#: words of exceptions, which say nothing to people
INTERNALS = (
    "HTTPConnection", "HTTPSConnection", "Incomplete", "codec", "adapters", "object at", "Traceback", "Max retries", "[Errno",
)  # fmt: skip


@pytest.fixture(scope="module")
def server() -> Iterator[FeedServer]:
    with FeedServer() as server:
        yield server


def said(configuration: Configuration) -> str:
    with pytest.raises(EpgError) as error:
        fetch(configuration, io.BytesIO())
    message = error.value.message
    assert message.isprintable(), message
    for word in INTERNALS:
        assert word not in message
    return message


@pytest.mark.parametrize(
    ("status", "does"),
    [
        (400, "check the address of the site"), (401, "give the token of the site"), (403, "give the token of the site"),
        (404, "check the address of the site"), (418, "check the address of the site"), (429, "try again later"),
        (500, "try again later"), (503, "try again later"), (299, "check the address"),
    ],
)  # fmt: skip
def test_an_answer_that_is_no_guide(server: FeedServer, status: int, does: str) -> None:
    server.paths[PATH] = lambda handler: handler.answer(status, EVIL, {"Content-Type": "text/plain"})
    message = said(Configuration(server.url()))
    assert message.startswith(f"cannot read {server.url()}: 127.0.0.1 answered {status}")
    assert does in message and "owned" not in message


BROKEN: list[tuple[Callable[[FeedServer], str], str]] = [
    (lambda server: server.short(PATH), "127.0.0.1 broke off before the end"),
    (lambda server: server.short_chunks(PATH), "127.0.0.1 broke off before the end"),
    (lambda server: server.reset(PATH), "the connection to 127.0.0.1 failed or was lost"),
    (lambda server: server.redirect(PATH, PATH), "redirects again and again"),
    (lambda server: server.redirect(PATH, "gopher://127.0.0.1/x"), "not a usable http or https URL"),
    (lambda server: server.redirect(PATH, "http://127.0.0.1:1/joe"), "refused the connection"),
]


@pytest.mark.parametrize(("behave", "words"), BROKEN, ids=[words for _, words in BROKEN])
def test_a_broken_answer(server: FeedServer, behave: Callable[[FeedServer], str], words: str) -> None:
    behave(server)
    assert words in said(Configuration(server.url()))


@pytest.mark.parametrize(
    ("source", "words"),
    [
        (f"http://{UNKNOWN_HOST}", "is not known; check the address"),
        ("http://", "not a usable http or https URL"),
        ("http://[::1", "not a usable address; check the address"),
        ("http://127.0.0.1:x", "not a usable http or https URL"),
        ("http://127.0.0.1:99999", "not a usable http or https URL"),
        ("http://:8001/", "not a usable http or https URL"),
        ("https://127.0.0.1:1", "check the port in the address, and that the site runs"),
    ],
)
def test_an_address_that_leads_nowhere(source: str, words: str) -> None:
    assert words in said(Configuration(source))


@pytest.mark.parametrize("token", ["a\nb", "\x1b[31m", "日本"])
def test_a_token_that_cannot_be_sent(server: FeedServer, token: str) -> None:
    message = said(Configuration(server.url(), token=token))
    assert "its token holds characters that cannot be sent; correct the token with --configure" in message
    assert token not in message


@pytest.mark.parametrize("headers", [False, True])
def test_bytes_that_come_one_by_one_end_at_the_deadline(
    server: FeedServer, monkeypatch: pytest.MonkeyPatch, headers: bool
) -> None:
    monkeypatch.setenv("EPG_DOWNLOAD_DEADLINE", "1")
    server.drip(PATH, headers=headers)
    begun = time.monotonic()
    assert "took longer than 1 s; try again later or raise download.deadline" in said(
        Configuration(server.url())
    )
    assert time.monotonic() - begun < 20


def test_a_site_sends_no_more_than_the_settings_allow(
    server: FeedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EPG_DOWNLOAD_MAX_BYTES", "1000")
    server.serve(PATH, b"<tv>" * 1000)
    assert "raise download.max_bytes" in said(Configuration(server.url()))


@pytest.mark.parametrize(
    "place", ["{url}", "{url}/", "{url}/tv", "{url}/tv/", "{url}/?key=k-1", "{url}/tv?key=k-1", "{url}/#x"]
)
def test_the_address_of_the_document(server: FeedServer, place: str) -> None:
    path = "/tv/xmltv.xml" if "/tv" in place else PATH
    server.serve(path, gzip.compress(DOCUMENT), headers={"Content-Encoding": "gzip"})
    before, out = len(server.hits), io.BytesIO()
    fetch(Configuration(place.format(url=server.url()), "en", "sesame-9"), out, days=0)
    assert out.getvalue() == DOCUMENT
    (hit,) = server.hits[before:]
    assert hit.path == f"{path}?{'key=k-1&' if 'key' in place else ''}ids=safe&lang=en&days=1"
    assert hit.headers["Authorization"] == "Bearer sesame-9"


def test_the_token_does_not_follow_a_redirect_elsewhere(server: FeedServer) -> None:
    with FeedServer() as other:
        other.serve(PATH, DOCUMENT)
        server.redirect(PATH, other.url(PATH))
        fetch(Configuration(server.url(), token="sesame-9"), io.BytesIO())
        assert [hit.headers["Authorization"] for hit in other.hits] == [None]


def test_names_of_channels_hold_nothing_that_a_terminal_obeys() -> None:
    document = DOCUMENT.replace(b">A<", b">A\x1b[2J\xc2\x9bB<").replace(b"a.b", b"a.b\nsource=http:&#10;x")
    assert channels(io.BytesIO(document)) == {"a.b source=http: x": "A [2J B"}


def test_a_document_in_another_encoding_is_no_python_error() -> None:
    with pytest.raises(EpgError, match="not in UTF-8"):
        channels(io.BytesIO(DOCUMENT.replace(b">A<", b">\xff<")))
    assert channel_list(io.BytesIO(DOCUMENT)) == DOCUMENT


def test_a_source_of_the_wrong_kind() -> None:
    with pytest.raises(UsageError, match="neither a path nor an address"):
        fetch(Configuration("gopher://127.0.0.1"), io.BytesIO())
