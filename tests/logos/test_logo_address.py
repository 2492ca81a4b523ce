"""Which addresses of pictures are fetched, what a `data:` address carries, and when an address is asked again."""

from __future__ import annotations

import base64
import json

import pytest
from epg_ingest.logos.logo_address import carried, key_of, readable
from epg_ingest.logos.logo_state import (
    AFTER_FAILURE,
    FRESH,
    LogoState,
    due,
    failed,
    fetched,
    from_json,
    unchanged,
)

PNG = b"\x89PNG\r\n\x1a\n\0\xff"
CODED = base64.b64encode(PNG).decode()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("http://example.org/a.png", "http://example.org/a.png"),
        (" HTTPS://u:p@example.org:81/a.png\n", "HTTPS://u:p@example.org:81/a.png"),
        ("//example.org/a.png", "https://example.org/a.png"),
        (f"data:image/png;base64,{CODED}", f"data:image/png;base64,{CODED}"),
        ("javascript:alert(1)", None), ("file:///etc/passwd", None), ("ftp://example.org/a.png", None),
        ("logo.png", None), ("/logo.png", None), ("http:///a.png", None), ("", None), (None, None), (7, None),
        ("data:text/html,<script>", None), ("data:image/png;base64", None), ("data:,x", None),
        ("http://example.org/a\nHost: b", None), ("http://example.org/\ud800", None), ("http://example.org/\0", None),
        ("http://example.org/…/a.png", None),
    ],
)  # fmt: skip
def test_addresses_that_are_fetched(text: object, expected: str | None) -> None:
    assert readable(text) == expected


@pytest.mark.parametrize(
    ("address", "body"),
    [
        (f"data:image/png;base64,{CODED}", PNG),
        (f"DATA:image/png;name=a.png;BASE64,{CODED.rstrip('=')}", PNG),
        (f"data:image/png;base64,{CODED[:6]} {CODED[6:]}", PNG),
        (f"data:image/png;base64,{CODED.replace('+', '%2B').replace('/', '%2F')}", PNG),
        ("data:image/png,%89PNG%0D%0A%1A%0A%00%FF", PNG),
        ("data:image/png;base64,A", b""),
        ("http://example.org/data:image/png,x", None),
    ],
)
def test_what_an_address_carries(address: str, body: bytes | None) -> None:
    assert carried(address) == body


def test_a_key_tells_nothing_of_the_address() -> None:
    address = "http://user:secret@example.org/logo?token=abcdef"
    assert key_of(address) == key_of(address) != key_of(address + "1")
    assert len(key_of(address)) == 32 and set(key_of(address)) <= set("0123456789abcdef")


def test_when_an_address_is_asked_again() -> None:
    assert due(None, 0)
    good = fetched({"96": "a.png"}, '"1"', None, 1_000)
    assert not due(good, 1_000 + FRESH - 1) and due(good, 1_000 + FRESH)
    assert due(good, 1_000 - 2 * FRESH), "the clock was wrong when it was fetched"
    again = unchanged(failed(good, "http", 2_000), 3_000)
    assert (again.pictures, again.failures, again.code, again.next) == (good.pictures, 0, None, 3_000 + FRESH)


def test_failures_are_asked_less_and_less_and_keep_the_picture() -> None:
    state, waits = fetched({"96": "a.png"}, '"1"', "Mon", 0), []
    for _ in range(40):
        state = failed(state, "http", 0)
        waits.append(state.next)
    assert waits[:3] == [AFTER_FAILURE, 2 * AFTER_FAILURE, 4 * AFTER_FAILURE] and waits[-1] == FRESH
    assert (state.picture(96), state.etag, state.last_modified) == ("a.png", '"1"', "Mon")
    assert failed(None, "http", 0).picture(96) is None


def test_states_are_kept_as_json() -> None:
    state = failed(fetched({"96": "a.png"}, '"1"', None, 5), "http", 7)
    assert from_json(json.loads(json.dumps(state.as_json()))) == state
    for damaged in (None, [], 1, {}, {"pictures": 3}, {"odd": 1}, {**state.as_json(), "version": 0}):
        assert from_json(damaged) in (None, LogoState())
