"""`/xmltv.xml` and `/xmltv.xml.gz`: what is in them, who gets a 304, and that a large one costs no memory."""

from __future__ import annotations

import gzip
import hashlib
import io
import os
import re
import shutil
import sqlite3
import subprocess
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import pytest
import pytest_asyncio
from epg_ingest.export.xmltv import write_xmltv
from epg_ingest.guide.providers import add_provider
from epg_ingest.storage.database import open_database
from epg_web.exports import xmltv_stream
from epg_web.exports.document_type import declarations
from lxml import etree

from tests.helpers.datasette_helpers import add, copy_bundle, make_guide, make_mapped_guide, moment, serving
from tests.helpers.paths import DATA
from tests.helpers.support import DTD, NOON, Guide, require, require_program
from tests.helpers.webprocess import Web, web_process

pytestmark = pytest.mark.slow

OWN = DATA


@pytest_asyncio.fixture
async def site(tmp_path: Path) -> AsyncIterator[Any]:
    conn = make_mapped_guide(tmp_path / "epg.db")
    add(conn, 1, moment(-60), moment(-59), "Past")
    first = add(
        conn, 1, moment(2), moment(3), "News", details='{"title":[{"lang":"en"},{"lang":"de","text":"N"}]}'
    )
    add(conn, 1, moment(2), moment(3), "Worse", provider_id=2, shadowed_by=first)
    add(conn, 1, moment(90), moment(91), "Far")
    add(conn, 2, moment(2), moment(3), "Two")
    add(conn, 2, moment(4), moment(5), "Off", provider_id=3)
    add(conn, 3, moment(2), moment(3), "Hidden")
    async with serving(tmp_path / "epg.db") as ds:
        ds.conn = conn
        yield ds
    conn.close()


async def titles(ds: Any, query: str = "") -> list[str]:
    found = await ds.client.get(f"/xmltv.xml{query}")
    assert found.status_code == 200, found.text
    return [element.findtext("title") for element in etree.fromstring(found.content).iter("programme")]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["Past", "News", "Far", "Two"]),
        ("?channels=1", ["Past", "News", "Far"]),
        ("?channels=two.example", ["Two"]),
        ("?channels=two.example,%201", ["Past", "News", "Far", "Two"]),
        ("?channels=", ["Past", "News", "Far", "Two"]),
        ("?days=1", ["News", "Two"]),
        ("?days=9", ["News", "Far", "Two"]),
        ("?past_days=0", ["News", "Far", "Two"]),
        ("?past_days=3", ["Past", "News", "Far", "Two"]),
        ("?past_days=3&days=1&channels=1", ["Past", "News"]),
        ("?provider=second", ["Worse"]),
        ("?provider=2", ["Worse"]),
        ("?provider=best&channels=2", ["Two"]),
    ],
)
async def test_parameters(site: Any, query: str, expected: list[str]) -> None:
    assert await titles(site, query) == expected


async def test_language(site: Any) -> None:
    found = etree.fromstring((await site.client.get("/xmltv.xml?lang=de&days=1&channels=1")).content)
    assert [title.text for title in found.iter("title")] == ["N"]


async def test_an_id_goes_before_a_name(site: Any) -> None:
    site.conn.execute("UPDATE channels SET name = '2' WHERE id = 1")
    assert await titles(site, "?channels=2") == ["Two"]


@pytest.mark.parametrize(
    ("query", "status", "word"),
    [
        (
            "?foo=1",
            400,
            "unknown parameter 'foo'; known are: channels, days, past_days, provider, lang, ids, round_trip",
        ),
        ("?%63hannels=1", 400, "as it is: channels=1,2"),
        ("?channels=1&channels=2", 400, "more than once"),
        ("?channels=%ff", 400, "UTF-8"),
        ("?channels=" + ",".join(map(str, range(1, 1003))), 400, "at most 1000"),
        ("?days=0", 400, "days must be"),
        ("?days=x", 400, "days must be"),
        ("?past_days=4000", 400, "past_days must be"),
        ("?ids=x", 400, "ids must be names or safe"),
        ("?round_trip=2", 400, "round_trip must be"),
        ("?lang=" + "x" * 501, 400, "lang must be"),
        ("?channels=nix", 404, "there is no channel 'nix'"),
        ("?channels=1,99", 404, "there is no channel '99'"),
        ("?channels=99999999999999999999999", 404, "there is no channel"),
        ("?channels=3", 404, "there is no channel"),
        ("?channels=three.example&provider=best", 404, "there is no channel"),
        ("?lang=!!", 400, "lang must be a language code, such as en or pt-BR"),
        ("?lang=%20", 400, "lang must be a language code, such as en or pt-BR"),
        ("?lang=en-", 400, "lang must be a language code, such as en or pt-BR"),
        ("?lang=en,de", 400, "lang must be a language code, such as en or pt-BR"),
        ("?provider=nobody", 404, "there is no provider 'nobody'"),
        ("?provider=off", 404, "there is no provider 'off'"),
    ],
)
async def test_what_is_refused_is_said_in_one_line(site: Any, query: str, status: int, word: str) -> None:
    for path in ("/xmltv.xml", "/xmltv.xml.gz"):
        found = await site.client.get(path + query)
        assert (found.status_code, found.headers["content-type"]) == (status, "text/plain; charset=utf-8")
        assert word in found.text
        assert found.text.count("\n") == 1
        assert found.headers["cache-control"] == "no-store"


async def test_nothing_hidden_is_there(site: Any) -> None:
    for query in ("", "?provider=best", "?provider=second"):
        body = (await site.client.get("/xmltv.xml" + query)).text
        assert "Hidden" not in body
        assert "three.example" not in body
        assert "Off" not in body


WITH_CHANNELS = ("/xmltv.xml", "/xmltv.xml.gz", "/xmltv.xml.xz", "/api/v1/programs.ndjson", "/api/v1/programs.csv",
           "/calendar.ics")  # fmt: skip


@pytest.mark.parametrize("path", WITH_CHANNELS)
@pytest.mark.parametrize(
    ("channels", "named"),
    [("3", "3"), ("1,3", "3"), ("99", "99"), ("three.example", "three.example"), ("3,three.example", "3")],
)
async def test_a_hidden_channel_is_refused_in_the_words_of_the_client(
    site: Any, path: str, channels: str, named: str
) -> None:
    """So nobody learns its name by counting up ids."""
    found = await site.client.get(f"{path}?channels={channels}")
    assert found.status_code == 404
    assert f"there is no channel '{named}'; see /api/v1/channels" in found.text
    assert ("three" in found.text) == ("three" in named)


async def test_the_id_of_a_hidden_channel_is_free_as_a_name(site: Any) -> None:
    site.conn.execute("UPDATE channels SET name = '3' WHERE id = 2")
    for path in WITH_CHANNELS:
        assert (await site.client.get(f"{path}?channels=3")).status_code == 200, path


async def test_compressed_as_a_file_and_on_the_way(site: Any) -> None:
    plain = await site.client.get("/xmltv.xml", headers={"accept-encoding": "identity"})
    assert "content-encoding" not in plain.headers
    packed = await site.client.get("/xmltv.xml", headers={"accept-encoding": "gzip"})
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.content == plain.content
    file = await site.client.get("/xmltv.xml.gz", headers={"accept-encoding": "gzip"})
    assert "content-encoding" not in file.headers
    assert file.headers["content-type"] == "application/gzip"
    assert gzip.decompress(file.content) == plain.content
    assert file.headers["content-disposition"] == 'attachment; filename="xmltv.xml.gz"'
    assert len({found.headers["etag"] for found in (plain, packed, file)}) == 3


async def test_unchanged_is_304(site: Any) -> None:
    for path in ("/xmltv.xml", "/xmltv.xml.gz", "/xmltv.xml?days=3"):
        first = await site.client.get(path)
        tag, date = first.headers["etag"], first.headers["last-modified"]
        for headers in (
            {"if-none-match": tag},
            {"if-none-match": f'"x", W/{tag}'},
            {"if-modified-since": date},
        ):
            again = await site.client.get(path, headers=headers)
            assert (again.status_code, again.content) == (304, b"")
            assert again.headers["etag"] == tag
            assert "content-type" not in again.headers
        # A tag that does not match goes before a date that does (RFC 9110 section 13.2.2).
        both = {"if-none-match": '"x"', "if-modified-since": date}
        assert (await site.client.get(path, headers=both)).status_code == 200
        for headers in (
            {"if-modified-since": "Thu, 01 Jan 2026 00:00:00 GMT"},
            {"if-modified-since": "soon"},
        ):
            assert (await site.client.get(path, headers=headers)).status_code == 200
    assert (await site.client.get("/xmltv.xml")).headers["last-modified"] == "Fri, 02 Jan 2026 03:04:05 GMT"


async def test_a_change_is_a_new_tag(site: Any) -> None:
    first = await site.client.get("/xmltv.xml")
    site.conn.execute("UPDATE generation SET number = 8, changed_at = strftime('%Y-%m-%dT%H:%M:%SZ', 'now')")
    again = await site.client.get("/xmltv.xml", headers={"if-none-match": first.headers["etag"]})
    assert again.status_code == 200
    assert again.headers["etag"] != first.headers["etag"]
    # There may be another change within this second.
    assert "last-modified" not in again.headers


async def test_parameters_are_part_of_the_tag(site: Any) -> None:
    queries = (
        "",
        "?channels=1",
        "?days=1",
        "?days=2",
        "?past_days=1",
        "?provider=best",
        "?lang=en",
        "?ids=safe",
        "?round_trip=1",
    )
    tags = [(await site.client.get("/xmltv.xml" + query)).headers["etag"] for query in queries]
    assert len(set(tags)) == len(tags)


async def test_head_has_the_headers_of_get(site: Any) -> None:
    get, head = await site.client.get("/xmltv.xml"), await site.client.head("/xmltv.xml")
    assert (head.status_code, head.content) == (200, b"")
    for name in ("etag", "last-modified", "content-type", "content-disposition", "x-epg-generation", "vary"):
        assert head.headers[name] == get.headers[name]
    assert (await site.client.head("/xmltv.xml?channels=nix")).status_code == 404


async def test_a_private_guide_is_kept_by_no_cache(tmp_path: Path) -> None:
    make_guide(tmp_path / "epg.db").close()
    async with serving(tmp_path / "epg.db", metadata={"allow": {"id": "root"}}) as ds:
        assert (await ds.client.get("/xmltv.xml")).status_code in (401, 403)
        cookies = {"ds_actor": ds.sign({"a": {"id": "root"}}, "actor")}
        found = await ds.client.get("/xmltv.xml", cookies=cookies)
        assert found.status_code == 200
        assert "no-store" in found.headers["cache-control"]
        assert "public" not in found.headers["cache-control"]


async def test_only_so_many_at_once(site: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xmltv_stream, "PATIENCE", 0.1)
    places = xmltv_stream.slots_of(site)
    for _ in range(xmltv_stream.AT_ONCE):
        await places.enter()
    found = await site.client.get("/xmltv.xml")
    assert (found.status_code, found.headers["retry-after"]) == (503, "30")
    tag = (await site.client.head("/xmltv.xml")).headers["etag"]
    assert (await site.client.get("/xmltv.xml", headers={"if-none-match": tag})).status_code == 304
    places.places.release()
    for _ in range(xmltv_stream.AT_ONCE + 1):
        assert (await site.client.get("/xmltv.xml")).status_code == 200


@pytest.fixture
def whole(guide: Guide) -> Guide:
    """Everything an export can have in it. The ids have a dot, as tv_validate_file wants them."""
    for name in (
        "kitchen-sink",
        "clump",
        "stop-overlap",
        "stop-next",
        "stop-before-start",
        "credits",
        "language-none",
    ):
        body = (OWN / f"{name}.xml").read_bytes().replace(b'"one"', f'"{name}.example"'.encode())
        guide.load(name, body.replace(b'"two"', b'"two.example"'))
    return guide


async def served(guide: Guide, path: str = "/xmltv.xml") -> bytes:
    async with serving(guide.path) as ds:
        content: bytes = (await ds.client.get(path)).content
        return content


async def test_the_same_as_from_the_command_line(whole: Guide) -> None:
    out = io.BytesIO()
    assert write_xmltv(whole.db, out) >= 5
    assert await served(whole) == out.getvalue()


async def test_it_comes_back_the_same(whole: Guide, tmp_path: Path) -> None:
    (tmp_path / "second").mkdir()
    second = Guide(tmp_path / "second")
    second.load("all", gzip.decompress(await served(whole, "/xmltv.xml.gz?round_trip=1")))
    columns = (
        "channel, start_time, end_time, title, subtitle, description, category, rating, is_new, json(details)"
    )
    sql = f"SELECT {columns} FROM guide ORDER BY channel, start_time"
    assert second.rows(sql) == whole.rows(sql)
    second.close()


async def test_valid_against_the_dtd(whole: Guide) -> None:
    require(DTD.exists(), "the XMLTV DTD is not installed (Debian: xmltv-util)")
    rules = etree.DTD(str(DTD))
    assert rules.validate(etree.fromstring(await served(whole))), rules.error_log


async def test_parsers_that_load_the_document_type_find_it(whole: Guide) -> None:
    """The file names its DTD relative to its own address."""

    async def load(front: str) -> tuple[etree.DTD, bytes]:
        async with serving(whole.path, settings={"base_url": front}) as ds:
            guide = await ds.client.get(f"{front}xmltv.xml")
            found_name = re.search(rb'<!DOCTYPE tv SYSTEM "([^"]+)">', guide.content)
            assert found_name
            found = await ds.client.get(urljoin(f"{front}xmltv.xml", found_name[1].decode()))
            assert (found.status_code, found.headers["content-type"]) == (
                200,
                "application/xml-dtd; charset=utf-8",
            )
            again = await ds.client.get(f"{front}xmltv.dtd", headers={"If-None-Match": found.headers["etag"]})
            assert (again.status_code, again.content) == (304, b"")
            return etree.DTD(io.BytesIO(found.content)), guide.content

    for front in ("/", "/tv/"):
        rules, guide = await load(front)
        assert rules.validate(etree.fromstring(guide)), rules.error_log


def declared(rules: Any) -> dict[str, Any]:
    """What a document type says: the content of each element, and its attributes with type, values and default."""

    def content(part: Any) -> Any:
        if part is None or part.type == "pcdata":
            return part and part.type
        if part.type == "element":
            return (part.name, part.occur)
        return (part.type, part.occur, content(part.left), content(part.right))

    return {
        element.name: (
            element.type,
            content(element.content),
            {
                attribute.name: (
                    attribute.type,
                    tuple(attribute.values()),
                    attribute.default,
                    attribute.default_value,
                )
                for attribute in element.attributes()
            },
        )
        for element in rules.elements()
    }


def test_the_document_type_is_that_of_the_xmltv_project() -> None:
    require(DTD.exists(), "the XMLTV DTD is not installed (Debian: xmltv-util)")
    ours, theirs = declared(etree.DTD(io.BytesIO(declarations()))), declared(etree.DTD(str(DTD)))
    assert ours.keys() == theirs.keys()
    for name in theirs:
        assert ours[name] == theirs[name]


@pytest.mark.parametrize(
    "command",
    [
        ["tv_sort", "--by-channel"],
        ["tv_cat"],
        ["tv_grep", "--title", "."],
        ["tv_validate_file", "--dtd-file", str(DTD)],
        ["xmllint", "--noout", "--nonet", "--dtdvalid", str(DTD)],
    ],
)
async def test_other_programs_take_it(whole: Guide, tmp_path: Path, command: list[str]) -> None:
    require(DTD.exists(), "the XMLTV DTD is not installed (Debian: xmltv-util)")
    file = tmp_path / "served.xml"
    file.write_bytes(await served(whole))
    # The document names its DTD as all XMLTV files do, beside itself.
    shutil.copy(DTD, tmp_path / "xmltv.dtd")
    program = [require_program(command[0]), *command[1:], str(file)]
    ran = subprocess.run(program, capture_output=True, text=True, timeout=60, check=False)
    assert (ran.returncode, ran.stderr) == (0, ""), ran.stdout + ran.stderr
    if command[0] in ("tv_sort", "tv_cat", "tv_grep"):
        assert ran.stdout.count("<programme ") == file.read_text().count("<programme ")


EXPORTS = (
    "/xmltv.xml", "/xmltv.xml?provider=p", "/channels/1.ics", "/programs/1.ics", "/search.ics?q=news", "/search.atom?q=news",
    "/changes.atom", "/guide/use",
)  # fmt: skip


async def test_no_secret_is_in_any_export(guide: Guide) -> None:
    url = "http://canaryuser:canarypass@127.0.0.1:1/canarypath/feed.xml?key=canarykey"
    add_provider(guide.db, guide.vault, "p", url, now=NOON)
    guide.load("p", (OWN / "kitchen-sink.xml").read_bytes())
    async with serving(guide.path) as ds:
        for path in EXPORTS:
            found = await ds.client.get(path)
            assert found.status_code == 200, path
            assert "canary" not in found.text + str(found.headers), path


# A real server, with more than the buffers between it and its clients can hold.
CHANNELS, EACH = 8, 10_000


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Web]:
    folder = tmp_path_factory.mktemp("large") / "site"
    folder.mkdir()
    conn = open_database(copy_bundle(folder) / "epg.db").conn
    fill(conn)
    conn.close()
    with web_process(folder) as web:
        yield web


def fill(conn: sqlite3.Connection) -> None:
    """Programmes of some hundred bytes, each with details of its own."""
    stamp = "2026-01-01T00:00:00Z"
    conn.execute("BEGIN")
    conn.execute(
        "INSERT INTO providers (id, name, created_at, updated_at) VALUES (1, 'p', ?, ?)", [stamp, stamp]
    )
    for channel in range(1, CHANNELS + 1):
        conn.execute(
            "INSERT INTO channels (id, name, display_name, created_at) VALUES (?, ?, ?, ?)",
            [channel, f"c{channel}.example", f"Channel {channel}", stamp],
        )
        conn.execute(
            """
            INSERT INTO contents (id, title, description, details, hash)
            SELECT ?1 * ?2 + value, 'Title ' || value, hex(randomblob(150)),
                   json_object('date', '2026', 'keyword', json_array(json_object('text', 'k' || value))), ?1 * ?2 + value
            FROM (WITH RECURSIVE n (value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM n WHERE value < ?2)
                  SELECT value FROM n)
            """,
            [channel, EACH],
        )
        conn.execute(
            """
            INSERT INTO airings (channel_id, provider_id, start_time, end_time, content_id, end_source, created_at, updated_at)
            SELECT ?1, 1, strftime('%Y-%m-%dT%H:%M:%SZ', 1767225600 + value * 1800, 'unixepoch'),
                   strftime('%Y-%m-%dT%H:%M:%SZ', 1767227400 + value * 1800, 'unixepoch'), ?1 * ?3 + value, 'feed', ?2, ?2
            FROM (WITH RECURSIVE n (value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM n WHERE value < ?3)
                  SELECT value FROM n)
            """,
            [channel, stamp, EACH],
        )
    conn.execute("UPDATE generation SET longest_seconds = 1800")
    conn.execute("COMMIT")


def kilobytes(web: Web, name: str) -> int:
    """A figure of the server's memory: VmRSS now, VmHWM the most there was."""
    lines = Path(f"/proc/{web.process.pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(name))


def seconds(web: Web) -> float:
    """CPU time of the server so far."""
    fields = Path(f"/proc/{web.process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def read(web: Web, path: str) -> tuple[int, int]:
    """Programmes and bytes of an export, read without keeping it."""
    connection = web.connect(120)
    connection.request("GET", path)
    response = connection.getresponse()
    count = size = 0
    rest = b""
    while block := response.read(1 << 16):
        # What a block cuts in two is counted with the next one.
        text = rest + block
        count += text.count(b"</programme>")
        rest = text[max(text.rfind(b"</programme>") + 12, len(text) - 11) :]
        size += len(block)
    connection.close()
    assert rest.endswith(b"</tv>\n")
    return count, size


def test_memory_does_not_grow_with_the_guide(large: Web) -> None:
    count, small = read(large, "/xmltv.xml?channels=1")
    assert count == EACH
    before = kilobytes(large, "VmHWM")
    count, size = read(large, "/xmltv.xml")
    assert count == EACH * CHANNELS
    assert size > (CHANNELS - 1) * small > 30_000_000 / CHANNELS
    assert kilobytes(large, "VmHWM") - before < 20_000
    packed = large.ask("/xmltv.xml.gz")
    assert (
        hashlib.sha256(gzip.decompress(packed.body)).digest()
        == hashlib.sha256(large.ask("/xmltv.xml").body).digest()
    )
    assert kilobytes(large, "VmHWM") - before < 20_000


def test_a_slow_client_costs_nothing_and_gets_everything(large: Web) -> None:
    connection = large.connect(120)
    connection.request("GET", "/xmltv.xml")
    response = connection.getresponse()
    body = response.read(1000)
    before = kilobytes(large, "VmRSS")
    for _ in range(10):
        started = time.monotonic()
        assert large.ask("/api/v1/channels").status == 200
        assert time.monotonic() - started < 2
        time.sleep(0.2)
    assert kilobytes(large, "VmRSS") - before < 20_000
    body += response.read()
    connection.close()
    assert body.count(b"</programme>") == EACH * CHANNELS
    assert body.endswith(b"</tv>\n")


def test_a_client_that_goes_away_ends_the_work(large: Web) -> None:
    for _ in range(2):
        # The second round finds its places only when the first one has left them.
        started = time.monotonic()
        clients = [large.connect(source=f"127.0.1.{1 + number}") for number in range(xmltv_stream.AT_ONCE)]
        for client in clients:
            client.request("GET", "/xmltv.xml")
            assert client.getresponse().read(1000)
        assert time.monotonic() - started < xmltv_stream.PATIENCE / 2
        for client in clients:
            client.close()
    time.sleep(1)
    before = seconds(large)
    time.sleep(1)
    assert seconds(large) - before < 0.3
    assert "Traceback" not in large.log


@pytest.mark.parametrize("channels", [",", ",,", "%20", "%2C%20%2C", "+,+"])
@pytest.mark.parametrize("path", ["/xmltv.xml", "/api/v1/programs.csv", "/calendar.ics"])
async def test_channels_that_name_none_are_not_all(site: Any, path: str, channels: str) -> None:
    found = await site.client.get(f"{path}?channels={channels}")
    assert found.status_code == 400 and "channels must have " in found.text
