"""Whole imports of answers that are no guide: the message says what they are."""

from __future__ import annotations

import base64
import gzip
import json
import lzma
import zlib
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import brotli
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


#: gzip of a guide that programs have taken for text in different ways, and brotli
PACKED = gzip.compress(GUIDE * 9, mtime=0)
MANGLED = {
    "replace": PACKED.decode("utf-8", "replace").encode(),
    "ignore": PACKED.decode("utf-8", "ignore").encode(),
    "ascii ignore": PACKED.decode("ascii", "ignore").encode(),
    "backslashreplace": PACKED.decode("utf-8", "backslashreplace").encode(),
    "xmlcharrefreplace": PACKED.decode("latin-1").encode("ascii", "xmlcharrefreplace"),
    "repr": repr(PACKED).encode(),
    "JSON string": json.dumps(PACKED.decode("latin-1")).encode(),
    "percent": quote(PACKED).encode(),
    "hex": PACKED.hex().encode(),
    "utf-16-le": PACKED.decode("utf-16-le", "replace").encode(),
    "utf-16-be": PACKED.decode("utf-16-be", "replace").encode(),
    "written as utf-16": PACKED.decode("latin-1").encode("utf-16"),
    "cp437": PACKED.decode("cp437").encode(),
    "cp1251": PACKED.decode("cp1251", "replace").encode(),
    "xz ignore": lzma.compress(GUIDE).decode("utf-8", "ignore").encode(),
    "xz utf-16": lzma.compress(GUIDE).decode("utf-16-le", "replace").encode(),
    "br": brotli.compress(GUIDE * 9).decode("utf-8", "replace").encode(),
    "deflate": zlib.compress(GUIDE * 9).decode("utf-8", "replace").encode(),
}
#: an answer → the error code and words of the message
NO_GUIDE: dict[str, tuple[bytes, str, str]] = {
    "M3U": (b'#EXTM3U url-tvg="http://x/y.xml"\n#EXTINF:-1,One\nhttp://x/1\n', "m3u", "M3U playlist"),
    "M3U with a mark": (b"\xef\xbb\xbf\r\n#extm3u\n", "m3u", "M3U playlist"),
    "JSON error": (b'{"error": "no such user"}', "json", '("no such user")'),
    "JSON message": (b' {"status": 403, "message": "Account\\nexpired"}', "json", '("Account expired")'),
    "JSON deep": (b'{"response": {"errors": [{"code": 7, "detail": "limit"}]}}', "json", '("limit")'),
    "JSON cut": (b'{"data": [' + b'"x",' * 3000 + b'], "error": "far away"}', "json", "is JSON"),
    "JSON cut after": (b'{"error": "too \\"many", "data": [' + b'"x",' * 3000, "json", '("too")'),
    "JSON list": (b'[{"msg": "blocked"}]', "json", '("blocked")'),
    "JSON data": (b'{"user_info": {"auth": 0}}', "json", "not an XMLTV guide; check"),
    "JSON long": (json.dumps({"error": "x" * 5000}).encode(), "json", '("' + "x" * 160 + '…")'),
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
    # playlists and JSON in other forms
    "PLS": (b"[playlist]\nFile1=http://x/1\n", "m3u", "PLS playlist"),
    "PLS in capitals": (b"\n[Playlist]\r\n", "m3u", "PLS playlist"),
    "JSON string": (b'"expired"', "json", '("expired")'),
    "JSON null": (b"null\n", "json", "is JSON"),
    "JSON false": (b" false", "json", "is JSON"),
    "JSON number": (b"-1.5", "json", "is JSON"),
    "JSONP": (b'callback({"error": "no user"});', "json", '("no user")'),
    "JSONP with a comment": (b'/**/ jQuery_1.x( {"message": "off"})', "json", '("off")'),
    # XML of other kinds
    "error element": (
        b"<?xml version='1.0'?><error>Wrong &amp; late</error>",
        "otherxml",
        'XML of another kind, not an XMLTV guide ("<error> Wrong & late")',
    ),
    "error attribute": (b'<status code="403" message="Locked out"/>', "otherxml", '("Locked out")'),
    "storage": (
        b'<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>AccessDenied</Code><Message>Access Denied</Message>'
        b"<RequestId>1</RequestId></Error>",
        "otherxml",
        'XML of another kind, not an XMLTV guide ("<Error> Access Denied")',
    ),
    "code only": (b"<Error><Code>NoSuchKey</Code></Error>", "otherxml", '("NoSuchKey")'),
    "RSS": (
        b'<?xml version="1.0"?><!-- x --><rss version="2.0"><channel><title><![CDATA[News]]></title></channel></rss>',
        "otherxml",
        'XML of another kind, not an XMLTV guide ("<rss> News")',
    ),
    "Atom": (
        b'<feed xmlns="http://www.w3.org/2005/Atom"><title>Posts</title></feed>',
        "otherxml",
        '("Posts")',
    ),
    "SOAP": (
        b'<soap:Envelope xmlns:soap="x"><soap:Body><soap:Fault><faultcode>1</faultcode><faultstring>No\nuser'
        b"</faultstring></soap:Fault></soap:Body></soap:Envelope>",
        "otherxml",
        'XML of another kind, not an XMLTV guide ("<soap:Envelope> No user")',
    ),
    "SOAP 1.2": (
        b"<e:Envelope><e:Reason><e:Text xml:lang='en'>Locked</e:Text></e:Reason>",
        "otherxml",
        '("Locked")',
    ),
    "sitemap": (
        b"<!DOCTYPE urlset [<!ENTITY a 'b'>]>\n<urlset/>",
        "otherxml",
        "XML of another kind, not an XMLTV guide; check",
    ),
    "XML in UTF-16": ("<?xml version='1.0'?><error>é</error>".encode("utf-16"), "otherxml", '("<error> é")'),
    # text
    "one line": (b"Access denied", "text", 'text, not an XMLTV guide ("Access denied")'),
    "a few lines": (b"\n\n Not found\nmore\n", "text", '("Not found")'),
    "text in Cyrillic": ("Доступ запрещён".encode(), "text", '("Доступ запрещён")'),
    "text in UTF-16": ("Sorry, expired".encode("utf-16"), "text", '("Sorry, expired")'),
    "CSV": (b"channel;start;title\n1;2;3\n" * 900, "text", '("channel;start;title")'),
    "pointer": (
        b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n",
        "text",
        "pointer of Git LFS",
    ),
    "login in UTF-16": (
        '<!DOCTYPE html><html><title>Přihlášení</title><input type="password">'.encode("utf-16"),
        "html",
        'login page (an HTML page), not a guide ("Přihlášení")',
    ),
    "page in UTF-16 without a mark": ("<html><title>Ä</title>".encode("utf-16-be"), "html", '("Ä")'),
    # packings
    "base64 of gzip": (base64.encodebytes(gzip.compress(GUIDE)), "packing", "base64"),
    "base64 of a guide": (base64.b64encode(GUIDE), "packing", "base64"),
    "data URL": (
        b"data:application/gzip;base64," + base64.b64encode(gzip.compress(GUIDE)),
        "packing",
        "base64",
    ),
    "lzma": (lzma.compress(GUIDE, lzma.FORMAT_ALONE), "packing", "LZMA"),
    "lz4": (b"\x04\x22\x4d\x18\x64\x40\xa7" + bytes(range(256)), "packing", "LZ4"),
    "lzip": (b"LZIP\x01\x0c" + bytes(range(256)), "packing", "lzip"),
    "cpio": (b"070701" + b"0" * 104 + GUIDE, "packing", "cpio"),
    "unknown bytes": (bytes(range(1, 256)) * 9, "binary", "binary data"),
    "picture": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(range(256)), "binary", "binary data"),
    # packed bytes that were read as text
    **{f"mangled {name}": (body, "mangled", "read as text") for name, body in MANGLED.items()},
    "7z": (b"7z\xbc\xaf\x27\x1c" + bytes(90), "packing", "7-Zip"),
}


def asked(guide: Guide, url: str, name: str = "p") -> tuple[dict[str, Any], str]:
    """The log row of an import, and what the server said."""
    if not guide.rows("SELECT 1 FROM providers WHERE name = ?", name):
        add_provider(guide.db, guide.vault, name, url, now=NOON, local_files=True, private_addresses="allow")
    heard: list[str] = []
    options = Options(KEEP_ALL, Limits(retries=0), workers=0)
    provider = get_provider(guide.db, name)
    return run_import(guide.db, guide.vault, provider, options, now=NOON, heard=heard.append), "".join(heard)


def imported(guide: Guide, body: bytes) -> tuple[dict[str, Any], str]:
    file = guide.path.with_name("answer")
    file.write_bytes(body)
    return asked(guide, str(file))


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("case", NO_GUIDE)
def test_what_it_is_instead_is_said(guide: Guide, case: str, packed: bool) -> None:
    body, code, words = NO_GUIDE[case]
    row, answer = imported(guide, gzip.compress(body) if packed else body)
    assert (row["status"], row["error_code"]) == ("failed", code), row["error_message"]
    kind, _, quoted = words.partition('("')
    assert kind.strip() in row["error_message"] and "\n" not in row["error_message"] + answer
    assert len(row["error_message"]) < 400 and len(answer) < 240
    said = quoted.removesuffix('")')
    assert said in answer
    logged = str(guide.rows("SELECT * FROM import_log") + guide.rows("SELECT * FROM import_problems"))
    assert not said or said not in logged, "the log is public"


#: what servers make of the key that they were sent
FORMS: dict[str, str] = {
    "as it is": SECRET,
    "upper case": SECRET.upper(),
    "lower case": SECRET.lower(),
    "cut": SECRET[:-2] + "..",
    "cut at the front": "*" * 3 + SECRET[3:],
    "percent": "".join(f"%{byte:02x}" for byte in SECRET.encode()),
    "percent twice": "".join(f"%25{byte:02X}" for byte in SECRET.encode()),
    "references": "".join(f"&#x{byte:x};" for byte in SECRET.encode()),
    "base64": base64.b64encode(SECRET.encode()).decode(),
    "base64 of a pair": base64.urlsafe_b64encode(f"me:{SECRET}".encode()).decode(),
    "hex": SECRET.encode().hex(),
    "reversed": SECRET[::-1],
    "an address": f"http://127.0.0.1/get.php?token={SECRET}",
}


@pytest.mark.parametrize("form", FORMS)
def test_no_form_of_a_secret_is_quoted(guide: Guide, server: FeedServer, form: str) -> None:
    said = FORMS[form]
    bodies = (
        f"Invalid {said}",
        f'{{"error": "no {said}"}}',
        f"<title>No {said}</title>",
        f"<error>{said}</error>",
    )
    for number, body in enumerate(bodies):
        url = server.serve(f"/{number}.php", body.encode()) + f"?token={SECRET}"
        row, answer = asked(guide, url, f"p{number}")
        assert (row["status"], answer) == ("failed", ""), body
    logged = guide.rows("SELECT * FROM import_log") + guide.rows("SELECT * FROM import_problems")
    assert len(logged) >= 4 and said not in str(logged)


@pytest.mark.parametrize("form", FORMS)
def test_problems_of_a_guide_hold_no_form_of_a_secret(guide: Guide, server: FeedServer, form: str) -> None:
    said = FORMS[form].replace("&", "&amp;")
    body = GUIDE.replace(b"</tv>", b"")
    for number in range(2):  # the second is counted with the first
        body += (
            f'<programme start="x{number} {said}" channel="c.{said}"><title>t</title></programme>'.encode()
        )
    body += b'<programme start="ordinary" channel="c.two"><title>t</title></programme></tv>'
    url = server.serve("/x.php", body) + f"?token={SECRET}"
    asked(guide, url)
    logged = guide.rows("SELECT subject, message, count FROM import_problems WHERE code = 'badstart'")
    assert {row["subject"]: row["count"] for row in logged} == {"…": 2, "c.two": 1} or form in (
        "as it is",
        "an address",
    )
    assert sum(row["count"] for row in logged) == 3
    assert FORMS[form] not in str(logged) and said not in str(logged)


def test_a_session_of_a_redirect_is_not_quoted(guide: Guide, server: FeedServer) -> None:
    session = "A1b2C3d4E5f6"
    landing = server.serve("/landing", f"landing for /landing?session={session.lower()}".encode())
    url = server.redirect("/get.php", f"{landing}?session={session}")
    row, answer = asked(guide, url)
    assert (row["error_code"], answer) == ("text", "")
    server.serve("/landing", b"please sign in")
    assert asked(guide, url)[1] == "please sign in"
