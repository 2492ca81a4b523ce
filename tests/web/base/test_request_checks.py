"""What no honest client sends is refused before a page sees it; errors have the right shape; limits on SQL."""

from __future__ import annotations

import json
import socket
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from datasette import Response, hookimpl
from datasette.app import Datasette
from datasette.plugins import pm
from epg_web.base.refusals import MISTAKE
from epg_web.host.running import FROM_1_0

from tests.helpers.datasette_helpers import add, copy_bundle, make_guide, moment, plugin, serving
from tests.helpers.hosts.either_datasette import CONFIGURATION, SQL
from tests.helpers.webprocess import Reply, Web, new_address, web_process

TOKEN = "shield-test-token-of-good-length"
WITH_TOKEN = {"Authorization": f"Bearer {TOKEN}"}
MAX = 1_000_000
#: one address of each kind: API, Datasette's own, other programs' own
API, PAGE, HEALTH = "/api/v1/channels", "/epg/channels", "/health"
FOR_DEVELOPERS = (
    "/-/threads", "/-/threads.json", "/-/databases", "/-/databases.json", "/-/messages", "/-/patterns",
    "/-/allow-debug", "/-/permissions",
)  # fmt: skip


@pytest.fixture(scope="module")
def web(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Web]:
    folder = tmp_path_factory.mktemp("shield") / "bundle"
    folder.mkdir()
    copy_bundle(folder)
    conn = make_guide(folder / "epg.db")
    add(conn, 1, moment(-1), moment(1), "News now")
    conn.close()
    with web_process(folder, EPG_API_TOKEN=TOKEN) as running:
        yield running


def assert_problem(reply: Reply, status: int) -> None:
    """The shape of errors of the API."""
    assert reply.status == status, reply.text
    assert reply.headers["content-type"] == "application/json; charset=utf-8"
    shape = json.loads(reply.body)
    assert (shape["ok"], shape["status"]) == (False, status)
    assert shape["error"] and shape["errors"]
    assert "no-store" in reply.headers["cache-control"]


def assert_line(reply: Reply, status: int) -> None:
    """One short line of text."""
    assert reply.status == status, reply.text
    assert reply.headers["content-type"] == "text/plain; charset=utf-8"
    assert reply.body.startswith(f"{status} ".encode()) and reply.body.count(b"\n") == 1


@pytest.mark.parametrize(("path", "assert_refused"), [(API, assert_problem), (PAGE, assert_line)])
def test_an_address_may_have_8000_bytes(web: Web, path: str, assert_refused: Any) -> None:
    assert_refused(web.ask(f"{path}?x={'y' * 10_000}"), 414)
    assert_refused(web.ask(f"{path}/{'y' * 10_000}"), 414)
    assert web.ask(f"{path}?q={'y' * (7_998 - len(path) - 3)}").status in (200, 400)


@pytest.mark.parametrize("tail", ["/%00", "%00", "?q=%00", "/%ff", "/%c3%28", "/%ed%a0%80"])
def test_nul_and_broken_utf8_are_refused(web: Web, tail: str) -> None:
    assert_problem(web.ask(API + tail), 400)
    assert_line(web.ask(PAGE + tail), 400)
    assert_line(web.ask(PAGE + tail, headers=WITH_TOKEN), 400)


def test_text_in_an_address_is_not_refused(web: Web) -> None:
    assert web.ask("/epg/channels?_search=%C3%A9&x=%ff").status == 200
    assert web.ask(f"{API}?q=%C3%A9").status == 200


@pytest.mark.parametrize("name", ["Accept", "Accept-Encoding", "Cookie", "If-None-Match", "Authorization"])
@pytest.mark.parametrize("path", [API, PAGE, HEALTH])
def test_a_header_may_have_8000_bytes(web: Web, path: str, name: str) -> None:
    reply = web.ask(path, headers={name: "text/csv;q=0.1, */*, " * 500})
    assert reply.status == 431, reply.text
    assert b"header" in reply.body


@pytest.mark.parametrize(
    "value",
    ["gzip" + " " * 7_900 + "x", "," * 7_900, ("gzip;q=" + "1" * 50 + ",") * 130, '"' * 7_999, "*/" * 3_900],
)
def test_no_header_keeps_the_server_busy(web: Web, value: str) -> None:
    """A pattern that tries all ways to read a header takes a third of a second for the first of these."""
    for path in (API, PAGE):
        # The first page of a server compiles its templates and reads the catalogues of languages.
        assert web.ask(path).status == 200
        for name in ("Accept", "Accept-Encoding", "If-None-Match"):
            ticks = cpu_ticks(web)
            assert web.ask(path, headers={name: value}).status == 200
            assert cpu_ticks(web) - ticks < 15


def cpu_ticks(web: Web) -> int:
    """CPU time of the server so far, in hundredths of a second."""
    fields = Path(f"/proc/{web.process.pid}/stat").read_text().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])


@pytest.mark.parametrize("size", [MAX + 1, 60_000_000])
@pytest.mark.parametrize("path", ["/api/v1/providers", "/-/logout", "/epg/channels"])
def test_a_body_that_says_it_is_too_large(web: Web, path: str, size: int) -> None:
    refused = assert_problem if path.startswith("/api") else assert_line
    for headers in ({}, WITH_TOKEN):
        refused(web.ask(path, "POST", b"x" * size, headers), 413)


@pytest.mark.parametrize("said", ["-1", "9" * 30])
def test_a_length_that_is_none(web: Web, said: str) -> None:
    reply = web.raw(f"POST /-/logout HTTP/1.1\r\nHost: x\r\nContent-Length: {said}\r\n\r\n".encode())
    assert reply is None or 400 <= reply.status < 500


def test_a_chunked_body_is_counted(web: Web) -> None:
    """`/-/messages` takes any body in for whoever is signed in."""
    headers = {**WITH_TOKEN, "Content-Type": "application/x-www-form-urlencoded"}
    chunks = iter([b"x" * 100_000] * 300)
    reply = web.ask("/-/messages", "POST", chunks, headers)  # type: ignore[arg-type]
    # Datasette 1.0 has a reader of forms of its own, which may say that the form is broken.
    assert reply.status in ((400, 413) if FROM_1_0 else (413,))
    small = web.ask("/-/messages", "POST", iter([b"message=a&", b"message_type=all"]), headers)  # type: ignore[arg-type]
    assert small.status == 302


@pytest.mark.skipif(FROM_1_0, reason="Datasette 1.0 checks headers and reads no form for that")
def test_a_body_counted_by_the_csrf_check(web: Web) -> None:
    """It reads forms of cookie holders, outside of Datasette's own handling of exceptions."""
    headers = {"Cookie": "ds_csrftoken=x", "Content-Type": "application/x-www-form-urlencoded"}
    reply = web.ask("/-/logout", "POST", iter([b"x" * 100_000] * 11), headers)  # type: ignore[arg-type]
    assert_line(reply, 413)


@pytest.mark.parametrize("path", FOR_DEVELOPERS)
def test_pages_for_developers(web: Web, path: str) -> None:
    for headers in ({}, {"Cookie": "ds_actor=forged"}, {"Authorization": "Bearer wrong"}):
        for method in ("GET", "POST", "HEAD"):
            assert web.ask(path, method, headers=headers, source=new_address()).status == 404
    assert web.ask(path, headers=WITH_TOKEN).status in (200, 403)


@pytest.mark.parametrize(
    "path",
    [
        "/-/threads/",
        "//-/threads",
        "/-/./threads",
        "/-/%74hreads",
        "/%2d/threads",
        "/-/threads%2ejson",
        "/-/~74hreads",
    ],
)
def test_no_other_spelling_reaches_them(web: Web, path: str) -> None:
    reply = web.ask(path)
    assert reply.status in (302, 404)
    assert b"num_threads" not in reply.body


@pytest.mark.parametrize(
    "path",
    ["/-/versions.json", "/-/plugins.json", "/-/settings.json", "/-/actor.json", f"/-/{CONFIGURATION}.json"],
)
def test_other_pages_about_the_site_stay(web: Web, path: str) -> None:
    reply = web.ask(path)
    assert reply.status == 200
    assert str(web.folder) not in reply.text


async def test_base_url_does_not_open_them(tmp_path: Path) -> None:
    make_guide(tmp_path / "epg.db").close()
    async with serving(tmp_path / "epg.db", settings={"base_url": "/tv/"}) as ds:
        for path in ("/-/threads.json", "/tv/-/threads.json"):
            assert (await run(ds.app(), path))[0]["status"] == 404
        assert (await run(ds.app(), "/tv/-/versions.json"))[0]["status"] == 200


@pytest.mark.parametrize(
    "path", ["/", "/epg", "/epg/on_now", "/epg/channels", "/epg/channels/1", "/nope", "/~65pg/on_now"]
)
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "TRACE"])
def test_strangers_only_read(web: Web, path: str, method: str) -> None:
    reply = web.ask(path, method)
    assert_line(reply, 405)
    assert reply.headers["allow"] == "GET, HEAD, OPTIONS"


class GraphQL:
    """What datasette-graphql registers, as far as a request sees it."""

    __name__ = "graphql_of_a_test"

    @hookimpl
    def register_routes(self) -> list[tuple[str, Any]]:
        return [(r"^/graphql(?:/(?P<database>[^/.]+))?(?:\.json)?$", self.answer)]

    @staticmethod
    async def answer(request: Any) -> Response:
        return Response((await request.post_body()).decode(), content_type="application/json")


@pytest.mark.parametrize("path", ["/graphql", "/graphql.json", "/graphql/epg", "/graphql/epg.json"])
async def test_strangers_ask_graphql_by_post(tmp_path: Path, path: str) -> None:
    make_guide(tmp_path / "epg.db").close()
    pm.register(GraphQL(), "graphql_of_a_test")
    try:
        async with serving(tmp_path / "epg.db") as ds:
            question = {"query": "{ channels { totalCount } }"}
            assert (await ds.client.post(path, json=question)).json() == question
            for method, other in (
                ("POST", "/graphql/a/b"),
                ("POST", "/graphqlx"),
                ("PUT", path),
                ("DELETE", path),
            ):
                assert (await ds.client.request(method, other)).status_code == 405
    finally:
        pm.unregister(name="graphql_of_a_test")


async def test_a_query_that_writes_is_closed_to_strangers(tmp_path: Path) -> None:
    """Datasette runs it for everybody who asks unless its author thought of an `allow` block."""
    make_guide(tmp_path / "epg.db").close()
    query = {"sql": "INSERT INTO channels (name, created_at) VALUES ('x', 'y')", "write": True}
    async with serving(tmp_path / "epg.db", metadata={"databases": {"epg": {"queries": {"w": query}}}}) as ds:
        assert (await ds.client.post("/epg/w")).status_code == 405
        assert (
            await ds.client.get(f"{SQL}.json?sql=select+count(*)+n+from+channels&_shape=array")
        ).json() == [{"n": 3}]


WRONGLY_ASKED = (
    "_sort=nope", "_where=1;select", "id__in=[", "_through={", "_through={}", "_timelimit=x", "_size=abc",
    "_facet=nope",
    "_sort=id&_sort_desc=id", "_shape=nope", "_where=nope", "_col=nope", "_search=%22", "_ttl=x",
)  # fmt: skip


@pytest.mark.parametrize("query", WRONGLY_ASKED)
def test_what_the_client_did_wrong_is_not_our_mistake(web: Web, query: str) -> None:
    for form in ("", ".json", ".csv"):
        reply = web.ask(f"/epg/programs{form}?{query}")
        assert reply.status < 500, reply.text
    assert web.ask("/epg/guide?_next=x").status < 500


class Broken(Exception):
    """Carries what must not be shown."""


@pytest.mark.parametrize(
    "path",
    [
        "/api",
        "/api/v1",
        "/api/v1/nope",
        "/api/v1/channels/99",
        "/api/v1/channels?nope=1",
        "/api/v1/%zz",
        "/api/",
        "/api/v1/channels/",
    ],
)
@pytest.mark.parametrize("headers", [{}, WITH_TOKEN, {"Authorization": "Bearer wrong"}, {"Cookie": "a=b"}])
def test_the_api_never_answers_html(web: Web, path: str, headers: dict[str, str]) -> None:
    for method in ("GET", "POST", "PUT", "DELETE", "PATCH", "TRACE"):
        reply = web.ask(path, method, headers=headers)
        assert_problem(reply, reply.status)
        assert 400 <= reply.status < 500


def hooks() -> Any:
    return plugin("epg_errors")


class Asked:
    """What the hooks use of a request."""

    def __init__(self, path: str, query: str = "") -> None:
        self.path, self.query_string, self.scope = path, query, {}


async def test_the_text_of_an_exception_stays_here(tmp_path: Path) -> None:
    make_guide(tmp_path / "epg.db").close()
    async with serving(tmp_path / "epg.db") as ds:
        for path in ("/api/v1/x", "/health", "/epg/channels", "/epg/channels.json"):
            for error in (
                Broken("/srv/private"),
                sqlite3.OperationalError("/srv/private"),
                ValueError("/srv/private"),
            ):
                response = hooks().handle_exception(ds, Asked(path), error)
                assert response.status == 500
                assert MISTAKE.encode() in response.body
                assert b"private" not in response.body


async def test_forbidden_is_json_for_programs(tmp_path: Path) -> None:
    make_guide(tmp_path / "epg.db").close()
    async with serving(tmp_path / "epg.db", metadata={"allow": {"id": "someone"}}) as ds:
        assert hooks().forbidden(ds, Asked("/epg/channels"), "no") is None
        response = hooks().forbidden(ds, Asked("/api/v1/channels"), "no")
        assert (response.status, json.loads(response.body)["status"]) == (403, 403)
        page = await ds.client.get("/epg/channels")
        assert (page.status_code, page.headers["content-type"]) == (403, "text/html; charset=utf-8")


async def test_an_exception_outside_every_net(tmp_path: Path) -> None:
    """Plugins that say who asks run outside Datasette's own handling of exceptions."""
    make_guide(tmp_path / "epg.db").close()
    async with serving(tmp_path / "epg.db") as ds:
        shield = plugin("epg_request_checks").asgi_wrapper(ds)(broken_app)
        sent = await run(shield, "/api/v1/channels")
        assert (sent[0]["status"], json.loads(sent[1]["body"])["error"]) == (500, MISTAKE)
        sent = await run(shield, "/epg")
        assert (sent[0]["status"], sent[1]["body"]) == (500, f"500 {MISTAKE}\n".encode())


async def broken_app(scope: Any, receive: Any, send: Any) -> None:
    raise Broken("/srv/private")


async def run(app: Any, path: str) -> list[dict[str, Any]]:
    sent: list[dict[str, Any]] = []

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    scope = {
        "type": "http", "method": "GET", "path": path, "raw_path": path.encode(), "query_string": b"", "headers": [],
    }  # fmt: skip
    await app(scope, None, send)
    return sent


async def test_half_an_answer_is_broken_off(tmp_path: Path) -> None:
    """The server sees the exception and resets the connection; a second beginning would be nonsense."""

    async def halfway(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        raise Broken

    make_guide(tmp_path / "epg.db").close()
    async with serving(tmp_path / "epg.db") as ds:
        with pytest.raises(Exception, match="mistake"):
            await run(plugin("epg_request_checks").asgi_wrapper(ds)(halfway), "/epg")


def test_refusals_are_counted(web: Web) -> None:
    web.ask(f"{API}?x={'y' * 10_000}")
    assert 'status="414"' in web.ask("/metrics").text


def test_no_request_prints_local_variables(web: Web) -> None:
    """With `rich` installed, Datasette prints those of every frame, the token in the headers among them."""
    web.ask("/epg/nope", headers=WITH_TOKEN)
    web.ask("/epg/programs?_through={", headers=WITH_TOKEN)
    assert web.says("_through="), "it is in the log that it was asked"
    assert TOKEN not in web.log


async def test_an_instance_without_a_guide_is_left_alone() -> None:
    async with serving(memory=True) as ds:
        assert (await ds.client.get("/-/threads.json")).status_code == (403 if FROM_1_0 else 200)
        asked = SQL.replace("epg", "_memory")
        assert (await ds.client.get(f"{asked}.json?sql=select+1&_timelimit=x")).status_code == 500


PATHS_OF_FILES = (
    "select * from pragma_database_list",
    "select file from PRAGMA_Database_List()",
    'select "file" from "pragma_database_list"',
    "with sqlite_master as (select * from pragma_database_list) select * from sqlite_master",
    "with pragma_table_info as (select file as name from pragma_database_list) select name from pragma_table_info",
    "select group_concat(file) from pragma_database_list",
    "select (select file from pragma_database_list)",
    "select name from pragma_database_list order by file",
    "select 1 from pragma_database_list where file like '/%'",
    "select json_object('f', d.file) from pragma_database_list d join channels",
)


@pytest.mark.parametrize("sql", PATHS_OF_FILES)
def test_sql_does_not_see_where_the_database_is(web: Web, sql: str) -> None:
    reply = web.ask(f"{SQL}.json?_shape=arrays&sql={quote(sql)}")
    assert reply.status == 200
    assert str(web.folder) not in reply.text.replace("\\/", "/")
    assert (
        web.ask(
            f"{SQL}.csv?sql={quote('select 1 from pragma_database_list where file like ' + repr('/%'))}"
        ).body
        == b"1\r\n"
    )


async def test_datasette_still_lists_attached_databases(tmp_path: Path) -> None:
    make_guide(tmp_path / "epg.db").close()
    async with serving(tmp_path / "epg.db") as ds:
        assert await Datasette.get_database(ds, "epg").attached_databases() == []
        for path in ("/epg", "/epg/programs", "/epg/guide", "/epg/on_now", "/epg/channels/1"):
            assert (await ds.client.get(path)).status_code == 200


HEAVY = (
    "select zeroblob(999999999)",
    "select hex(zeroblob(490000000))",
    "select printf('%.*c', 900000000, 'x')",
    "with recursive c(x) as (select 1 union all select x + 1 from c) select group_concat(x || zeroblob(100000)) from c",
    "with recursive c(x) as (select 1 union all select x + 1 from c) select json_group_array(x) from c",
    "select replace(hex(zeroblob(100000)), '0', hex(zeroblob(100000)))",
    "select quote(zeroblob(7000000)) || quote(zeroblob(7000000))",
)


@pytest.mark.skipif(not hasattr(sqlite3.Connection, "setlimit"), reason="Python 3.10 cannot set limits")
@pytest.mark.parametrize("sql", HEAVY)
def test_one_statement_does_not_take_the_memory(web: Web, sql: str) -> None:
    reply = web.ask(f"{SQL}.json?sql={quote(sql)}")
    assert len(reply.body) < 10_000
    peak = Path(f"/proc/{web.process.pid}/status").read_text().split("VmHWM:")[1].split()[0]
    assert int(peak) < 400_000, "kB"


BROKEN_REQUESTS = (
    b"Cookie: a=\xff", b"Cookie: a=1\r\nCookie: b=2", b"Cookie: ds_actor=\xe2\x82", b"Cookie: [x]=;;",
    b"Cookie: ds_csrftoken=bad",
    b"Authorization: Bearer \xff", b"Authorization: Bearer", b"Authorization: Bearer a\r\nAuthorization: Bearer b",
    b"Host: \xff", b"Accept: \xff\xfe", b"Content-Type: \xff", b"x-csrftoken: \xff\r\nCookie: a=b",
    b"Cookie: a=b\r\nContent-Type: multipart/form-data",
    b"Cookie: a=b\r\nContent-Type: multipart/form-data; boundary=x",
    b"Cookie: a=b\r\nContent-Type: application/x-www-form-urlencoded",
)  # fmt: skip


@pytest.mark.parametrize("header", BROKEN_REQUESTS)
@pytest.mark.parametrize("path", ["/epg/channels", "/-/logout", "/-/threads", API])
def test_broken_headers_and_forms(web: Web, path: str, header: bytes) -> None:
    host = b"" if header.startswith(b"Host") else b"Host: x\r\n"
    for start, body in ((b"GET ", b""), (b"HEAD ", b""), (b"POST ", b"a=\xff&b=1")):
        length = f"Content-Length: {len(body)}\r\n".encode() if body else b""
        request = (
            start
            + path.encode()
            + b" HTTP/1.1\r\nConnection: close\r\n"
            + host
            + length
            + header
            + b"\r\n\r\n"
            + body
        )
        reply = web.raw(request)
        assert reply is not None and reply.status < 500, (start, reply)


def test_a_websocket_is_refused(web: Web) -> None:
    reply = web.raw(
        b"GET /epg HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
    )
    assert reply is not None and reply.status in (403, 404, 200), "the library for them may be missing"


def test_a_client_that_leaves_within_its_body_is_not_logged_as_a_mistake(web: Web) -> None:
    before = web.log.count("Traceback")
    for path in ("/-/epg/login", "/-/logout", "/epg/channels", "/api/v1/providers"):
        with socket.create_connection(("127.0.0.1", web.port), timeout=30) as connection:
            connection.sendall(
                f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n"
                "Content-Length: 900\r\nCookie: a=b; ds_csrftoken=c\r\n\r\ntoken=".encode()
            )
    for _ in range(20):
        assert web.ask("/api/v1/channels").status == 200
    assert web.log.count("Traceback") == before
