"""The guide as rows: what is in them, that both forms say the same, who gets a 304, and how it is refused."""

from __future__ import annotations

import csv
import io
import json
import re
import sqlite3
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
import pytest_asyncio
from epg_web.api.description import openapi
from epg_web.exports import program_rows, xmltv_stream
from epg_web.exports.rows_request import understand

from tests.helpers.datasette_helpers import add, copy_bundle, make_guide, make_mapped_guide, moment, serving
from tests.helpers.example_guide import TOKEN
from tests.helpers.guide_rows import delete_programmes
from tests.helpers.webprocess import Web, web_process

FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\tTab", "\rReturn", "\n=1", "＝1"]


@pytest_asyncio.fixture
async def site(tmp_path: Path) -> AsyncIterator[Any]:
    conn = make_mapped_guide(tmp_path / "epg.db")
    add(conn, 1, moment(-60), moment(-59), "Past")
    first = add(
        conn, 1, moment(2), moment(3), "News", category='["News","Talk"]', actors='["Ann"]', season=1, is_new=1,
        description='Line\none, "two" 🎬', details='{"date":"2026","title":[{"lang":"en"}]}',
    )  # fmt: skip
    add(conn, 1, moment(2), moment(3), "Worse", provider_id=2, shadowed_by=first)
    add(conn, 1, moment(90), moment(91), "Far")
    add(conn, 2, moment(2), moment(3), "Two")
    add(conn, 2, moment(4), moment(5), "Off", provider_id=3)
    add(conn, 3, moment(2), moment(3), "Hidden")
    async with serving(tmp_path / "epg.db") as ds:
        ds.conn = conn
        yield ds
    conn.close()


async def lines(ds: Any, query: str = "") -> list[dict[str, Any]]:
    found = await ds.client.get(f"/api/v1/programs.ndjson{query}")
    assert found.status_code == 200, found.text
    assert found.headers["content-type"] == "application/x-ndjson"
    assert found.content == b"" or found.content.endswith(b"\n")
    return [json.loads(line) for line in found.content.split(b"\n")[:-1]]


async def table(ds: Any, query: str = "") -> list[dict[str, str]]:
    found = await ds.client.get(f"/api/v1/programs.csv{query}")
    assert found.status_code == 200, found.text
    assert found.headers["content-type"] == "text/csv; charset=utf-8"
    return list(csv.DictReader(io.StringIO(found.content.decode(), newline="")))


FILTERS = [
    ("", ["Past", "News", "Far", "Two"]),
    ("?channels=1", ["Past", "News", "Far"]),
    ("?channels=two.example", ["Two"]),
    ("?channels=two.example,%201", ["Past", "News", "Far", "Two"]),
    ("?channels=", ["Past", "News", "Far", "Two"]),
    ("?days=1", ["News", "Two"]),
    ("?days=9", ["News", "Far", "Two"]),
    ("?past_days=0", ["News", "Far", "Two"]),
    ("?past_days=3&days=1&channels=1", ["Past", "News"]),
    ("?provider=second", ["Worse"]),
    ("?provider=2", ["Worse"]),
    ("?start={1}", ["News", "Far", "Two"]),
    ("?start={2.5}&end={90}", ["News", "Two"]),
    ("?end={2}", ["Past"]),
    ("?start={3}&end={90}&channels=1", []),
]


@pytest.mark.parametrize(("query", "expected"), FILTERS)
async def test_what_is_in_them(site: Any, query: str, expected: list[str]) -> None:
    query = re.sub(r"\{(.*?)\}", lambda hours: moment(float(hours[1])), query)
    assert [row["title"] for row in await lines(site, query)] == expected
    assert [row["title"] for row in await table(site, query)] == expected


@pytest.mark.parametrize(
    ("query", "status", "line"),
    [
        ("?channels=9", 404, "there is no channel '9'; see /api/v1/channels"),
        ("?channels=3", 404, "there is no channel '3'; see /api/v1/channels"),
        ("?provider=off", 404, "there is no provider 'off'; see /api/v1/providers"),
        ("?days=0", 400, "days must be a whole number from 1 to 3650"),
        ("?start=yesterday", 400, "start is not a date; use 2026-11-22 or 2026-11-22T20:00:00Z"),
        ("?start=2026-11-23&end=2026-11-22", 400,
         "end 2026-11-22T00:00:00Z is not after start 2026-11-23T00:00:00Z"),
        ("?start=2026-11-23&days=2", 400, "give start and end, or days and past_days, not both"),
        ("?end=2026-11-23&past_days=2", 400, "give start and end, or days and past_days, not both"),
        ("?limit=5", 400,
         "unknown parameter 'limit'; known are: start, end, days, past_days, channels, lineup, genre, provider, change"),
    ],
)  # fmt: skip
async def test_what_is_refused(site: Any, query: str, status: int, line: str) -> None:
    for form in ("ndjson", "csv"):
        found = await site.client.get(f"/api/v1/programs.{form}{query}")
        assert (found.status_code, found.json()["error"]) == (status, line)
        assert found.headers["cache-control"] == "no-store"


async def test_other_methods_and_neighbouring_addresses(site: Any) -> None:
    for form in ("ndjson", "csv"):
        path = f"/api/v1/programs.{form}"
        assert (await site.client.options(path)).headers["allow"] == "GET, HEAD, OPTIONS"
        posted = await site.client.post(path)
        assert (posted.status_code, posted.headers["allow"]) == (405, "GET, HEAD, OPTIONS")
    for path in ("/api/v1/programs", "/api/v1/programs.ndjson.csv", "/api/v1/programs.json"):
        assert (await site.client.get(path)).status_code == 404


async def test_a_row_has_every_field_as_described(site: Any) -> None:
    row = (await lines(site))[1]
    schemas = openapi.document("")["components"]["schemas"]
    closed = {**schemas["ProgramRow"], "additionalProperties": False, "components": {"schemas": schemas}}
    jsonschema_rs.validate(closed, row, validate_formats=True)
    assert (row["category"], row["actors"], row["is_new"]) == (["News", "Talk"], ["Ann"], True)
    assert row["details"] == {"date": "2026", "title": [{"lang": "en"}]}
    assert (row["channel"], row["display_name"], row["provider"]) == ("one.example", "Channel One", "best")
    assert row["description"] == 'Line\none, "two" 🎬'


async def test_csv_says_what_the_lines_say(site: Any) -> None:
    for row, line in zip(await lines(site), await table(site), strict=True):
        assert list(row) == list(line)
        for name, value in row.items():
            if isinstance(value, (list, dict)):
                assert json.loads(line[name]) == value
            else:
                assert line[name] == (
                    "" if value is None else str(int(value) if value in (True, False) else value)
                )


@pytest.mark.parametrize("text", FORMULAS)
async def test_no_cell_is_a_formula(site: Any, text: str) -> None:
    site.conn.execute("UPDATE contents SET title = :it, subtitle = :it, description = :it", {"it": text})
    site.conn.execute("UPDATE channels SET display_name = ? WHERE id = 1", [text])
    row = (await table(site, "?channels=1"))[0]
    assert [row[name] for name in ("title", "subtitle", "description", "display_name")] == [f"'{text}"] * 4
    # JSON is no spreadsheet
    assert (await lines(site, "?channels=1"))[0]["title"] == text


async def test_half_a_surrogate_pair_does_not_break_the_file(site: Any) -> None:
    site.conn.execute("""UPDATE contents SET details = '{"x":"\\ud800"}', category = '["\\udc00"]'""")
    assert len(await table(site)) == len(await lines(site)) == 4


async def test_conditional_and_compressed(site: Any) -> None:
    tags = set()
    for form in ("ndjson", "csv"):
        path = f"/api/v1/programs.{form}"
        first = await site.client.get(path, headers={"accept-encoding": "identity"})
        packed = await site.client.get(path, headers={"accept-encoding": "gzip"})
        assert packed.headers["content-encoding"] == "gzip"
        assert packed.content == first.content
        again = await site.client.get(path, headers={"if-none-match": packed.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
        since = await site.client.get(path, headers={"if-modified-since": first.headers["last-modified"]})
        assert since.status_code == 304
        head = await site.client.head(path, headers={"accept-encoding": "identity"})
        assert (head.status_code, head.content, head.headers["etag"]) == (200, b"", first.headers["etag"])
        assert first.headers["x-epg-generation"] == "7"
        tags |= {first.headers["etag"], packed.headers["etag"]}
    tags.add((await site.client.get("/api/v1/programs.csv?channels=1")).headers["etag"])
    assert len(tags) == 5
    site.conn.execute("UPDATE generation SET number = 8")
    assert (await site.client.get(path, headers={"if-none-match": first.headers["etag"]})).status_code == 200


async def test_they_share_the_places_of_the_exports(site: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xmltv_stream, "PATIENCE", 0.05)
    places = xmltv_stream.slots_of(site)
    for _ in range(xmltv_stream.AT_ONCE):
        await places.enter()
    for form in ("ndjson", "csv"):
        refused = await site.client.get(f"/api/v1/programs.{form}")
        assert (refused.status_code, refused.headers["retry-after"]) == (503, "30")
        assert refused.json()["status"] == 503
    places.places.release()
    assert len(await lines(site)) == 4
    assert len(await lines(site)) == 4  # the place was given back
    for _ in range(xmltv_stream.AT_ONCE - 1):
        places.places.release()


async def test_a_stream_shows_one_moment(site: Any, tmp_path: Path) -> None:
    asked = understand({"method": "GET", "query_string": b"", "headers": []}, "ndjson", 0.0)
    stream = program_rows.RowStream(str(tmp_path / "epg.db"), asked)
    stream.begin()
    delete_programmes(site.conn, [1, 2, 4, 5])
    assert (stream.block() or b"").count(b"\n") == 4
    stream.close()


async def test_a_private_guide_needs_a_token(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EPG_API_TOKEN", TOKEN)
    folder = copy_bundle(tmp_path)
    conn: sqlite3.Connection = make_guide(folder / "epg.db")
    add(conn, 1, moment(2), moment(3), "News")
    conn.close()
    text = (folder / "metadata.yaml").read_text()
    (folder / "metadata.yaml").write_text("allow: {id: epg-admin}\n" + text)
    async with serving(config_dir=folder) as ds:
        path = "/api/v1/programs.ndjson"
        assert (await ds.client.get(path)).status_code == 401
        known = await ds.client.get(path, headers={"authorization": f"Bearer {TOKEN}"})
        assert (known.status_code, known.headers["cache-control"]) == (200, "private, no-store")
        wrong = await ds.client.get(path, headers={"authorization": "Bearer wrong-token-wrong-token"})
        assert wrong.status_code == 401


# A real server, with more than the buffers between it and its clients can hold.
EACH = 25_000


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Web]:
    folder = tmp_path_factory.mktemp("large") / "site"
    folder.mkdir()
    conn = make_guide(copy_bundle(folder) / "epg.db")
    add(conn, 1, moment(0), moment(1), "Title", description="x" * 400)
    fill = """
        INSERT INTO airings (channel_id, provider_id, start_time, end_time, content_id, end_source, created_at, updated_at)
        WITH RECURSIVE n (value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM n WHERE value < :each)
        SELECT :channel, 1, strftime('%Y-%m-%dT%H:%M:%SZ', 1767225600 + value * 1800, 'unixepoch'),
               strftime('%Y-%m-%dT%H:%M:%SZ', 1767227400 + value * 1800, 'unixepoch'), 1, 'feed', :stamp, :stamp
        FROM n
    """
    conn.execute("DELETE FROM airings")
    for channel in (1, 2):
        conn.execute(fill, {"channel": channel, "each": EACH, "stamp": moment(0)})
    conn.close()
    with web_process(folder) as web:
        yield web


def kilobytes(web: Web, name: str) -> int:
    """A figure of the server's memory: VmRSS now, VmHWM the most there was."""
    lines = Path(f"/proc/{web.process.pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(name))


def read(web: Web, path: str) -> int:
    """Lines of an export, read without keeping it."""
    connection = web.connect(120)
    connection.request("GET", path)
    response = connection.getresponse()
    assert response.status == 200
    count = 0
    while block := response.read(1 << 16):
        count += block.count(b"\n")
    connection.close()
    return count


@pytest.mark.slow
@pytest.mark.parametrize(("form", "head"), [("ndjson", 0), ("csv", 1)])
def test_memory_does_not_grow_with_the_guide(large: Web, form: str, head: int) -> None:
    assert read(large, f"/api/v1/programs.{form}?channels=1&end=2026-03-01") > 1000
    before = kilobytes(large, "VmHWM")
    assert read(large, f"/api/v1/programs.{form}") == 2 * EACH + head
    assert kilobytes(large, "VmHWM") - before < 20_000


@pytest.mark.slow
@pytest.mark.parametrize("form", ["ndjson", "csv"])
def test_a_slow_client_costs_nothing_and_gets_everything(large: Web, form: str) -> None:
    connection = large.connect(120)
    connection.request("GET", f"/api/v1/programs.{form}")
    response = connection.getresponse()
    body = response.read(1000)
    before = kilobytes(large, "VmRSS")
    time.sleep(1)
    assert large.ask("/api/v1/channels").status == 200
    assert kilobytes(large, "VmRSS") - before < 20_000
    body += response.read()
    connection.close()
    assert body.count(b"Title") == 2 * EACH


@pytest.mark.slow
def test_clients_that_go_away_leave_their_places(large: Web) -> None:
    for _ in range(2):
        started = time.monotonic()
        clients = [large.connect(source=f"127.0.1.{1 + number}") for number in range(xmltv_stream.AT_ONCE)]
        for client in clients:
            client.request("GET", "/api/v1/programs.ndjson")
            assert client.getresponse().read(1000)
        assert time.monotonic() - started < xmltv_stream.PATIENCE / 2
        for client in clients:
            client.close()
    assert "Traceback" not in large.log
