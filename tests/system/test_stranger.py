"""A stranger with `curl` and SQL finds no secret and changes nothing (contract, sections 2 and 9).

One server process over a guide whose providers have secrets in every place, after imports that failed; every answer,
headers included, and everything the server wrote to its log is searched.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from epg_ingest.guide.providers import add_provider
from epg_ingest.storage.vault import Vault
from epg_web.api.routes import ROUTES
from epg_web.host.running import FROM_1_0
from sqlite_utils import Database

from tests.helpers.datasette_helpers import add, copy_bundle, make_guide, moment
from tests.helpers.feedserver import FeedServer
from tests.helpers.hosts.either_datasette import CONFIGURATION, SQL
from tests.helpers.paths import ROOT
from tests.helpers.webprocess import Reply, Web, new_address, web_process

pytestmark = pytest.mark.slow

TOKEN = "CANARYTOKENOFTHEAPI-long-enough"
#: plain, and as base64 in each of its three positions; searched without regard to case
CANARIES = ("canary", "q0foqvj", "nbtkfs", "jqu5buv")
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")


def secret_url(port: int, name: str) -> str:
    return f"http://CANARYuser:CANARYpass@127.0.0.1:{port}/CANARYpath/{name}.xml?key=CANARYquery"


def fill(folder: Path) -> None:
    """A guide with programmes, providers full of secrets, and two imports that failed in different ways."""
    make_guide(folder / "epg.db").close()
    db = Database(folder / "epg.db")
    vault = Vault(folder / "epg.secrets")
    with FeedServer() as server:
        server.serve("/CANARYpath/html.xml", b"<html>CANARYbody? no: CANARYquery</html>")
        headers = {"Authorization": "Bearer CANARYheader", "X-Key": "CANARYkey"}
        for name in ("html", "gone"):
            url = secret_url(server.port, name)
            add_provider(
                db, vault, name, url, now=int(time.time()), headers=headers, private_addresses="allow"
            )
        for hours in range(-2, 8):
            add(db.conn, 1 + hours % 2, moment(hours), moment(hours + 1), f"Programme {hours}")
        db.close()
        command = [
            sys.executable,
            "-m",
            "epg_ingest.cli",
            "--db",
            str(folder / "epg.db"),
            "import",
            "html",
            "gone",
        ]
        quick = {**os.environ, "EPG_DOWNLOAD_BACKOFF": "0.01"}
        failed = subprocess.run(command, cwd=ROOT, env=quick, capture_output=True, timeout=60, check=False)
    assert failed.returncode == 1, failed.stderr.decode()


class Stranger:
    """Sends requests, and remembers all answers."""

    def __init__(self, web: Web) -> None:
        self.web, self.count = web, 0

    def ask(self, path: str, method: str = "GET", body: bytes | None = None, **headers: str) -> Reply:
        """The reply. Fails if it contains a secret or the place of the files, or is an error of the server."""
        named = {k.replace("_", "-"): v for k, v in headers.items()}
        reply = self.web.ask(
            path, method, body, named, new_address() if "Authorization" in named else "127.0.0.1"
        )
        self.count += 1
        # A guide whose imports all failed is stale, and says so.
        assert reply.status < 500 or path.startswith("/health"), (method, path, reply.text[:500])
        assert_clean(reply.text, f"{method} {path}")
        if "bundle" not in path:  # an answer may repeat the request
            assert str(self.web.folder) not in reply.text.replace("\\/", "/"), (method, path)
        return reply

    def sql(self, sql: str) -> list[Reply]:
        return [self.ask(f"{SQL}{form}?sql={quote(sql)}") for form in ("", ".json", ".csv")]


def assert_clean(text: str, where: str) -> None:
    folded = text.casefold()
    assert [canary for canary in CANARIES if canary in folded] == [], where


def contents(path: Path) -> dict[str, str]:
    """A hash over all rows of each table, and over the schema."""
    with sqlite3.connect(path.as_uri() + "?mode=ro", uri=True) as conn:
        names = [name for (name,) in conn.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        rows = {name: conn.execute(f'SELECT * FROM "{name}"').fetchall() for name in names}
        rows["schema"] = conn.execute("SELECT * FROM sqlite_master").fetchall()
    conn.close()
    return {
        name: hashlib.sha256(repr(sorted(map(repr, found))).encode()).hexdigest()
        for name, found in rows.items()
    }


@pytest.fixture(scope="module")
def stranger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stranger]:
    folder = tmp_path_factory.mktemp("stranger") / "bundle"
    folder.mkdir()
    copy_bundle(folder)
    fill(folder)
    before, secrets = contents(folder / "epg.db"), (folder / "epg.secrets").read_bytes()
    assert b"CANARYpath" in secrets, "there is something to find"
    with web_process(folder, EPG_API_TOKEN=TOKEN) as web:
        found = Stranger(web)
        yield found
        assert found.count > 0
        assert contents(folder / "epg.db") == before, "a stranger changed something"
        assert (folder / "epg.secrets").read_bytes() == secrets
        assert_clean(web.log, "the log of the server")


def test_the_search_would_find_them(stranger: Stranger) -> None:
    """With the token the address is shown in full: the search finds it, in the body and in a header."""
    reply = stranger.web.ask("/api/v1/providers", headers={"Authorization": f"Bearer {TOKEN}"})
    with pytest.raises(AssertionError):
        assert_clean(reply.text, "an answer with the secret address")
    with pytest.raises(AssertionError):
        assert_clean("Location: /x?key=Q0FOQVJZcXVlcnk", "base64")


#: tables of what has secrets: providers, imports and line-ups; and those of SQLite, which have the schema
SECRET = ("providers", "import_", "channel_mappings", "lineup", "sqlite_")
READING = (
    "select * from {}",
    "select * from main.{}",
    "with x as (select * from {}) select * from x",
    "with recursive x(n) as (select 1 union all select n + 1 from x where n < 3) select * from x, {}",
    "select 1 union all select count(*) from {}",
    "select json_group_array(json_array(rowid)) from {}",
    "select sql from sqlite_master where name = '{}'",
    "select * from pragma_table_xinfo('{}')",
    "select quote(t.rowid), t.* from {} t order by 1 desc",
    "explain query plan select * from {}",
)


def test_sql_over_every_table(stranger: Stranger) -> None:
    names = [row[0] for row in stranger_tables(stranger)]
    assert {"providers", "import_log", "import_problems", "channel_mappings"} <= set(names)
    every = [*names, "sqlite_master", "sqlite_schema", "sqlite_stat1"]
    for place, name in enumerate(every):
        # What is secret belongs to providers, imports and line-ups. Of the others, each is read plainly and in one more way;
        # each way comes to a ninth of them.
        other = (READING[0], READING[1 + place % (len(READING) - 1)])
        for form in READING if name.startswith(SECRET) else other:
            stranger.ask(f"{SQL}.json?sql={quote(form.format(name))}")


def stranger_tables(stranger: Stranger) -> list[list[str]]:
    reply = stranger.ask(
        f"{SQL}.json?_shape=arrays&sql={quote('select name from sqlite_master where sql is not null')}"
    )
    rows: list[list[str]] = json.loads(reply.body)["rows"]
    return rows


def test_sql_that_looks_elsewhere(stranger: Stranger) -> None:
    folder = stranger.web.folder
    for sql in (
        f"attach database '{folder / 'epg.secrets'}' as s",
        f"select 1; attach database '{folder / 'epg.secrets'}' as s",
        f"with a as (select 1) select * from a; attach '{folder / 'epg.secrets'}' as s",
        "select * from epg.providers", "select * from secrets.provider_secrets", "select * from s.sqlite_master",
        "pragma database_list", "pragma table_info(providers)", "select * from pragma_database_list",
        "select * from pragma_compile_options", "select * from pragma_module_list",
        "select * from pragma_function_list",
        "select * from pragma_page_count, pragma_schema_version", "pragma temp_store_directory",
        f"select readfile('{folder / 'epg.secrets'}')", "select load_extension('x')", "select load_extension('x', 'y')",
        "select fts5(1)", "select fts3_tokenizer('simple')", "select edit('x')", "select * from dbstat",
        "select * from sqlite_dbpage", "select * from fsdir('.')", "select * from csv('x')",
        "select * from bytecode('select 1')",
        "select * from sqlite_stmt", "select * from sqlite_temp_master",
        "select :_cookie_a, :_header_authorization", "select :_header_host, :_now_epoch, :_random_chars_10",
        "select :_actor_id",
        "select * from contents_fts_data", "select * from contents_fts_config", "values (1)", "select", "", ";",
        "-- x", "/* x */ select 1",
        "select " + "(" * 2000, "select '" + "x" * 3000, "select char(0), x'00', char(55296), 1e999",
    ):  # fmt: skip
        stranger.sql(sql)


def test_sql_that_writes(stranger: Stranger) -> None:
    for sql in (
        "insert into providers (name) values ('x')", "update channels set hidden = 1", "delete from airings",
        "replace into generation (number) values (1)", "drop table airings", "alter table contents add x", "vacuum",
        "vacuum into '/tmp/x'", "create table x (y)", "create temp table x (y)", "create view x as select 1",
        "reindex", "analyze",
        "begin", "commit", "pragma journal_mode = delete", "pragma user_version = 9", "pragma writable_schema = 1",
        "with a as (select 1) delete from airings", "with a as (select 1) insert into channels (name) select 'x'",
        "with a as (select 1) update channels set hidden = 1",
        "with a as (select 1) replace into channels (name) select 'x'",
        "select 1; delete from airings", "/**/ delete from airings", "\ufeffdelete from airings",
        "with a as (select 1) insert into contents_fts (contents_fts) values ('delete-all')",
        "insert into contents_fts (contents_fts) values ('rebuild')",
    ):  # fmt: skip
        page, as_json, as_csv = stranger.sql(sql)
        # Datasette 1.0 shows the page with what SQLite says, and the statement to correct.
        assert (page.status in ((200, 400) if FROM_1_0 else (400,))) and as_json.status == 400, sql
        # Datasette's CSV of a statement that failed is empty.
        assert as_csv.status == 400 or not as_csv.body.strip(), sql
        for path in ("/epg", "/epg.json", "/epg/on_now", "/epg/channels"):
            assert stranger.ask(path, "POST", f"sql={quote(sql)}".encode(), Content_Type=FORM).status == 405


FORM = "application/x-www-form-urlencoded"


@pytest.mark.parametrize(
    "sql",
    [
        "select zeroblob(999999999)",
        "select hex(zeroblob(490000000))",
        "with recursive c(x) as (select 1 union all select x + 1 from c) select sum(x) from c",
        "with recursive c(x) as (select 1 union all select x + 1 from c) select group_concat(x || zeroblob(100000)) from c",
        "select count(*) from programs a, programs b, programs c, programs d, programs e, programs f, programs g, programs h",
    ],
)
def test_sql_that_takes_too_much(stranger: Stranger, sql: str) -> None:
    begun = time.monotonic()
    stranger.sql(sql)
    # The three forms have 0.5 s each by the settings.
    assert time.monotonic() - begun < 10
    assert stranger.ask("/epg/channels.json").status == 200


def test_table_and_row_pages(stranger: Stranger) -> None:
    options = (
        "_labels=on", "_labels=on&_shape=objects", "_facet=provider_id", "_facet=id&_facet_size=max", "_where=1=1",
        "_nocol=id", "_col=xmltv_url",
        "_where=id in (select id from providers) or exists (select 1 from sqlite_master)", "_size=max",
        "_search=CANAR", "_facet_array=language",
        "_where=xmltv_url like '%25@%25'", "_sort=id", "_sort_desc=xmltv_url", "_trace=1", "_where=1=1)--",
        "_where=1;select 1", "_next=1", "_json=details",
        "xmltv_url__contains=secret", "xmltv_url__like=%25",
        "_through={\"table\":\"providers\",\"column\":\"id\",\"value\":\"1\"}", "_extra=debug",
        "id__arraycontains=1", "id__in=[1", "_timelimit=x", "_through={}", "_sort=nope", "_facet=nope", "_ttl=99",
        "_stream=1", "_dl=1", "_nl=on&_shape=array",
    )  # fmt: skip
    # Datasette makes the pages of all tables alike: each has its page, its rows and one row asked for. What is secret belongs
    # to providers, imports and line-ups, so those have every form; the options go to one of the others as well.
    rows = (
        "1.csv",
        "html",
        "x,y",
        "~2e~2e",
        "1.blob?_blob_column=xmltv_url",
        "1.json?_extras=foreign_key_tables",
    )
    for (name,) in stranger_tables(stranger):
        more = name.startswith(SECRET)
        for form in ("", ".json", *((".csv", ".blob", ".nope") if more else ())):
            stranger.ask(f"/epg/{name}{form}")
        for row in ("1", "1.json", *(rows if more else ())):
            stranger.ask(f"/epg/{name}/{row}")
    forms = ("", ".json", ".csv")
    for place, option in enumerate(options):
        asked = [("providers", form) for form in forms]
        asked += [("import_log", forms[place % 3]), ("guide", forms[(place + 1) % 3])]
        for name, form in asked:
            stranger.ask(f"/epg/{name}{form}?{quote(option, safe='=&%')}")


def test_pages_about_the_site(stranger: Stranger) -> None:
    for name in (
        "metadata", "plugins", "config", "settings", "versions", "databases", "threads", "actor", "messages",
        "permissions", "allow-debug", "patterns",
        "auth-token", "logout", "nope", "metrics", "readyz", "epg/api", "check", "rules", "allowed", "jump",
        "schema", "static/app.css", "tables",
    ):  # fmt: skip
        for form in ("", ".json", "?all=1", ".json?_shape=array", "/"):
            for method in ("GET", "POST", "HEAD"):
                stranger.ask(f"/-/{name}{form}", method)
    shown = stranger.ask(f"/-/{CONFIGURATION}.json")
    assert shown.status == 200
    assert b"datasette-auth-tokens" in shown.body, "that there are tokens is no secret"


def test_files(stranger: Stranger) -> None:
    for path in (
        "/epg.db", "/epg.db?", "/epg.secrets", "/epg", "/epg.db-wal", "/epg.db-shm", "/epg.lock", "/epg.sqlite",
        "/.env", "/metadata.yaml", "/settings.json",
        "/static/../epg.secrets", "/static/%2e%2e/epg.secrets", "/static/..%2fepg.secrets",
        "/static/%2e%2e%2fepg.secrets", "/static//../epg.secrets",
        "/static/..%5cepg.secrets", "/static/....//epg.secrets", "/static/%252e%252e/epg.secrets",
        "/static/~2e~2e/epg.secrets", "/static/.%00./epg.secrets",
        "/static/../epg.db", "/static/../../bundle.log", "/static/../plugins/epg_token.py", "/static//etc/passwd",
        "/static/", "/static",
        "/-/static/../../epg.secrets", "/-/static/%2e%2e/x", "/-/static-plugins/epg_token.py/../../epg.secrets",
        "/..", "/../epg.secrets", "/%2e%2e/epg.secrets",
        "/epg/../epg.secrets", "/epg.db/../epg.secrets", "/~2e~2e/epg.secrets", "/plugins/epg_token.py",
        "/_internal", "/_internal.json", "/_internal.db",
        "/_memory", "/_memory?sql=select+1", "/:memory:", "/secrets", "/epg.secrets.json",
        "/epg.secrets/provider_secrets", "//epg.secrets", "/backup.db",
    ):  # fmt: skip
        reply = stranger.ask(path)
        assert b"SQLite format 3" not in reply.body, path
        assert b"provider_secrets" not in reply.body.replace(path.encode(), b""), path
        # Datasette reads the part after the dot as an unknown format, and shows the page of the database.
        if not path.startswith("/epg"):
            assert reply.status in (301, 302, 400, 403, 404), (path, reply.status)


def test_error_pages(stranger: Stranger) -> None:
    for path in (
        "/nope", "/nope.json", "/epg/nope", "/epg/nope.json", "/epg/providers/999", "/epg/providers/x.json",
        "/epg.nope", "/epg/on_now?at=garbage",
        "/epg/on_now.json?at=garbage", "/api", "/api/v1", "/api/v1/nope", "/health/x", "/%zz", "/%", "/epg/%C3%28",
        "/epg/%00", "/" + "x" * 9000,
        "/epg/providers?" + "x" * 9000, "/epg/providers?x=%00", "/epg?sql=" + "x" * 7000,
    ):  # fmt: skip
        for method in METHODS:
            stranger.ask(path, method)


@pytest.mark.parametrize(
    "headers",
    [
        {}, {"Authorization": "Bearer "}, {"Authorization": "Bearer guess"}, {"Authorization": "Basic YTpi"},
        {"Authorization": "Bearer"},
        {"Cookie": "ds_actor=forged"}, {"Cookie": 'ds_actor=eyJhIjp7ImlkIjoicm9vdCJ9fQ.x'},
        {"X_Forwarded_User": "root"},
    ],
)  # fmt: skip
def test_every_route_of_the_api(stranger: Stranger, headers: dict[str, str]) -> None:
    bodies = (
        b"",
        b"{}",
        b'{"name": "x", "xmltv_url": "http://127.0.0.1:9/x.xml"}',
        b'{"providers": []}',
        b"[",
        b"\xff",
    )
    for path in sorted({route.path for route in ROUTES}):
        # Who asks is checked before what: all rows once, and all bodies for one of them once.
        rows = ("1", "99999999999999999999") if headers else ("1", "2", "4", "99999999999999999999", "x")
        for ident, method in itertools.product(rows, METHODS):
            if "{id}" not in path and ident != "1":
                continue
            sent = bodies if ident == "1" and not headers else bodies[1:2]
            for body in (b"",) if method in ("GET", "HEAD", "OPTIONS", "TRACE") else sent:
                address = path.replace("{id}", ident)
                reply = stranger.ask(
                    address, method, body or None, Content_Type="application/json", **headers
                )
                if method in ("POST", "PUT", "PATCH", "DELETE"):
                    assert reply.status in (401, 403, 404, 405), (method, address, reply.text)
        for form in (
            ".csv",
            "?q=canar",
            "?start=x",
            "?channels=1,2",
            "?provider=html",
            "?limit=0",
            "?nope=1",
            "?q=%22+OR+1",
        ):
            stranger.ask(path.replace("{id}", "4") + form, **headers)


def test_imports_say_what_failed_without_the_secrets(stranger: Stranger) -> None:
    found = json.loads(stranger.ask("/api/v1/imports").body)
    assert {row["status"] for row in found} == {"failed"}
    assert len(found) == 2
    for row in found:
        assert json.loads(stranger.ask(f"/api/v1/imports/{row['id']}").body)["error_message"]


def test_no_import_was_started(stranger: Stranger) -> None:
    for body in (b"", b"{}", b'{"force": true}'):
        for headers in ({}, {"Cookie": "a=b"}, {"Authorization": "Bearer x"}):
            reply = stranger.ask(
                "/api/v1/import/trigger", "POST", body, Content_Type="application/json", **headers
            )
            assert reply.status in (401, 403)
    assert len(json.loads(stranger.ask("/api/v1/imports").body)) == 2
