"""Every page has a Content-Security-Policy, CSV has no formulas, and a request has one Host."""

from __future__ import annotations

import csv
import html
import io
from collections.abc import Iterator
from urllib.parse import quote

import pytest

from tests.helpers.datasette_helpers import add, copy_bundle, make_guide, moment
from tests.helpers.hosts.either_datasette import CONFIGURATION, SQL
from tests.helpers.webprocess import Web, web_process

TOKEN = "a-token-that-is-long-enough"
FORMULAS = ("=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "\n=1", "＝1+1", "＋1", "－1", "＠SUM(A1)")
OURS = ("/", "/guide", "/guide/channel/1", "/guide/search?q=x", "/guide/changes", "/guide/stats", "/guide/use", "/-/epg/login",
        "/-/epg/api", "/guide/zone", "/guide/channel/999")  # fmt: skip
THEIRS = (
    "/epg",
    "/epg/channels",
    "/epg/guide",
    f"{SQL}?sql=select+1",
    "/epg/on_now",
    "/-/plugins",
    f"/-/{CONFIGURATION}",
    "/nope",
)


@pytest.fixture(scope="module")
def web(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Web]:
    folder = tmp_path_factory.mktemp("safety") / "bundle"
    folder.mkdir()
    conn = make_guide(copy_bundle(folder) / "epg.db")
    for number, title in enumerate(FORMULAS):
        add(conn, 1, moment(number), moment(number + 1), title)
    conn.close()
    with web_process(folder, EPG_API_TOKEN=TOKEN) as running:
        yield running


@pytest.mark.parametrize("path", OURS)
def test_our_pages_have_a_strict_policy(web: Web, path: str) -> None:
    policy = web.ask(path).headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; script-src 'self' 'sha256-")
    assert "unsafe" not in policy


@pytest.mark.parametrize("path", THEIRS)
def test_other_pages_have_a_policy(web: Web, path: str) -> None:
    reply = web.ask(path)
    assert reply.headers["content-type"].startswith("text/html")
    policy = reply.headers["content-security-policy"]
    assert "frame-ancestors 'none'" in policy
    assert "form-action 'self'" in policy


def test_the_page_for_signing_out_has_a_strict_policy(web: Web) -> None:
    reply = web.ask("/-/logout", headers={"Authorization": f"Bearer {TOKEN}"})
    assert "Log out" in reply.text
    assert reply.headers["content-security-policy"].startswith("default-src 'none'")


@pytest.mark.parametrize(
    "path",
    [
        "/epg/programs.csv", "/epg/guide.csv?_labels=on", "/epg/contents.csv", "/epg/contents.csv?_dl=1", "/epg/on_now.csv",
        "/epg/airings.csv?_labels=on", "/epg/contents.csv?_trace=1",
        f"{SQL}.csv?sql=" + quote("select title, -1 as n, '=1' as \"=2\" from contents"),
    ],
)  # fmt: skip
def test_csv_has_no_formulas(web: Web, path: str) -> None:
    reply = web.ask(path)
    assert reply.status == 200
    # With `_trace` it is a page that shows CSV.
    text = html.unescape(reply.body.decode()) if "_trace" in path else reply.body.decode()
    rows = list(csv.reader(io.StringIO(text, newline="")))
    assert len(rows) > 1
    cells = [cell for row in rows for cell in row]
    assert not [
        cell for cell in cells if cell.startswith(("=", "+", "@", "\t", "\r", "\n=", "＝", "＋", "－", "＠"))
    ]
    assert {cell for cell in cells if cell.startswith("-")} <= {"-1"}


def test_numbers_stay_numbers(web: Web) -> None:
    reply = web.ask(f"{SQL}.csv?sql=" + quote("select -1 as a, -2.5 as b, '-3' as c, null as d"))
    assert reply.body.decode() == "a,b,c,d\r\n-1,-2.5,'-3,\r\n"


@pytest.mark.parametrize("second", ["127.0.0.1", "evil.example", ""])
@pytest.mark.parametrize("path", ["/", "/api/v1/now", "/epg.json", "/xmltv.xml", "/health"])
@pytest.mark.parametrize("more", ["", "X-Forwarded-Host: tv.example\r\n"], ids=["direct", "by a proxy"])
def test_two_hosts_are_refused(web: Web, path: str, second: str, more: str) -> None:
    request = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nHost: {second}\r\n{more}Connection: close\r\n\r\n"
    reply = web.raw(request.encode())
    assert reply is not None
    assert reply.status == 400
