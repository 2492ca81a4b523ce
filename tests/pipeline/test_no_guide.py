"""Whole imports of answers that are no guide: the message says what they are."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator

import pytest
from epg_ingest.core.limits import Limits
from epg_ingest.guide.providers import add_provider, get_provider
from epg_ingest.pipeline.run import Options, run_import

from tests.helpers.feedserver import FeedServer
from tests.helpers.support import HOUR, KEEP_ALL, NOON, Guide, feed, show

SECRET = "s3cretT0ken99"
GUIDE = feed(
    [show("one", NOON + n * HOUR, NOON + (n + 1) * HOUR, f"t{n}") for n in range(3)], [("one", "ONE")]
)


@pytest.fixture
def server() -> Iterator[FeedServer]:
    with FeedServer() as made:
        yield made


#: an answer → the error code and words of the message
NO_GUIDE: dict[str, tuple[bytes, str, str]] = {
    "M3U": (b'#EXTM3U url-tvg="http://x/y.xml"\n#EXTINF:-1,One\nhttp://x/1\n', "m3u", "M3U playlist"),
    "M3U with a mark": (b"\xef\xbb\xbf\r\n#extm3u\n", "m3u", "M3U playlist"),
    "JSON error": (b'{"error": "no such user"}', "json", '("no such user")'),
    "JSON message": (b' {"status": 403, "message": "Account\\nexpired"}', "json", '("Account expired")'),
    "JSON deep": (b'{"response": {"errors": [{"code": 7, "detail": "limit"}]}}', "json", '("limit")'),
    "JSON cut": (b'{"data": [' + b'"x",' * 3000 + b'], "error": "far away"}', "json", "is JSON"),
    "JSON cut after": (b'{"error": "too \\"many", "data": [' + b'"x",' * 3000, "json", "too"),
    "JSON list": (b'[{"msg": "blocked"}]', "json", '("blocked")'),
    "JSON data": (b'{"user_info": {"auth": 0}}', "json", "not an XMLTV guide; check"),
    "JSON long": (json.dumps({"error": "x" * 5000}).encode(), "json", "x" * 160 + "…"),
    "JSON nested": (b"[" * 4000, "json", "is JSON"),
    "login": (
        b'<!DOCTYPE html><html><title>Sign &amp; in</title><input TYPE = "password">',
        "html",
        'login page (an HTML page), not a guide ("Sign & in")',
    ),
    "page": (b"<html><head><title>\n 404 </title>", "html", 'HTML page, not a guide ("404")'),
    "fragment": (b"<div>Please wait</div>", "html", "HTML page"),
    "empty": (b"", "empty", "empty"),
    "mangled": (
        gzip.compress(GUIDE).decode("utf-8", "replace").encode(),
        "mangled",
        "read as text",
    ),
    "7z": (b"7z\xbc\xaf\x27\x1c" + bytes(90), "packing", "7-Zip"),
}


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("case", NO_GUIDE)
def test_what_it_is_instead_is_said(guide: Guide, case: str, packed: bool) -> None:
    body, code, words = NO_GUIDE[case]
    row = guide.load("p", gzip.compress(body) if packed else body)
    assert (row["status"], row["error_code"]) == ("failed", code), row["error_message"]
    assert words in row["error_message"] and "\n" not in row["error_message"]
    assert len(row["error_message"]) < 400


@pytest.mark.parametrize(
    "body",
    [
        f'{{"error": "unknown token {SECRET}"}}',
        f'{{"message": "GET http://127.0.0.1/get.php?token={SECRET} failed"}}',
        f"<html><title>No {SECRET}</title>",
    ],
)
def test_no_secret_is_quoted(guide: Guide, server: FeedServer, body: str) -> None:
    url = server.serve("/get.php", body.encode()) + f"?token={SECRET}"
    add_provider(guide.db, guide.vault, "p", url, now=NOON, private_addresses="allow")
    options = Options(KEEP_ALL, Limits(retries=0), workers=0)
    row = run_import(guide.db, guide.vault, get_provider(guide.db, "p"), options, now=NOON)
    assert row["status"] == "failed" and "…" in row["error_message"]
    assert SECRET not in str(guide.rows("SELECT * FROM import_log"))
