"""A site below `/tv/` behind a real nginx that removes or keeps the prefix: every address that the site gives out works."""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests
from lxml import etree, html

from tests.helpers.example_guide import TOKEN, bundle, server
from tests.helpers.feedserver import unused_port
from tests.helpers.support import require_program
from tests.system.crawler import Crawl

pytestmark = pytest.mark.slow

NGINX = """\
daemon off;
pid nginx.pid;
error_log stderr warn;
events {{ worker_connections 64; }}
http {{
    client_body_temp_path temp;
    proxy_temp_path temp;
    fastcgi_temp_path temp;
    uwsgi_temp_path temp;
    scgi_temp_path temp;
    access_log off;
    server {{
        listen 127.0.0.1:{port};
        location /tv/ {{
            proxy_pass http://127.0.0.1:{inner}{path};
            {headers}
        }}
    }}
}}
"""
HOST = "proxy_set_header Host $http_host;"
FORWARDED = "proxy_set_header X-Forwarded-Host $http_host; proxy_set_header X-Forwarded-Proto $scheme;"
#: how nginx hands requests on: the path after the inner address ("/" removes the prefix), and headers; whether the site is
#: told its address
WAYS = {
    "removes the prefix": ("/", HOST, False),
    "keeps the prefix": ("", HOST, False),
    "removes the prefix, names the host apart": ("/", FORWARDED, False),
    "keeps the prefix, names the host apart": ("", FORWARDED, False),
    "removes the prefix, says nothing": ("/", "", True),
    "keeps the prefix, says nothing": ("", "", True),
}
FIRST = ("removes the prefix", "keeps the prefix")
#: where a visitor may begin; everything else is found from there
STARTS = (
    "/", "/guide", "/guide/zone?back=/tv/guide", "/guide/search?q=news", "/guide/changes", "/guide/stats", "/guide/use",
    "/guide/program/1", "/epg", "/epg/films", "/epg/on_now", "/epg/on_now?_show_sql=1",
    "/epg/guide?_facet=channel&_facet_size=1",
    "/epg/guide?_where=1&_facet_date=start_time", "/epg/programs/1", "/epg?sql=select+1&_hide_sql=1", "/-/epg/api",
    "/xmltv.xml", "/channels/1.ics", "/calendar.ics?channels=1,2", "/programs/1.ics", "/search.ics?q=news",
    "/search.atom?q=news", "/changes.atom", "/guide/opensearch.xml", "/api/v1/openapi.json", "/api/v1/channels?limit=1",
    "/api/v1/changes?limit=1", "/epg/guide.json?_size=1", "/epg/guide.jsono", "/-/epg/providers",
)  # fmt: skip
#: what a full crawl comes to, among others
KINDS = (
    "/guide/channel/", "/static/", "/-/static/", ".ics", "/search.atom", "/api/v1/now", "/guide/zone?back=", "_sort=",
    "_facet", "/epg/films", ".csv", "/xmltv.xml.gz", "_next=", "/-/epg/login",
)  # fmt: skip


@contextmanager
def nginx(folder: Path, port: int, inner: str, path: str, headers: str) -> Iterator[None]:
    folder.mkdir()
    (folder / "temp").mkdir()
    below = "/" if path else ""
    text = NGINX.format(port=port, inner=inner.rpartition(":")[2], path=below, headers=headers)
    (folder / "nginx.conf").write_text(text)
    user = ["-g", "user root;"] if os.getuid() == 0 else []
    process = subprocess.Popen(
        [require_program("nginx"), "-p", str(folder), "-c", str(folder / "nginx.conf"), *user]
    )
    try:
        end = time.monotonic() + 20
        while process.poll() is None and time.monotonic() < end:
            try:
                requests.get(f"http://127.0.0.1:{port}/", timeout=5)
                break
            except requests.ConnectionError:
                time.sleep(0.05)
        yield
    finally:
        process.terminate()
        process.wait(20)


@contextmanager
def inner_site(folder: Path, told: bool) -> Iterator[tuple[str, int]]:
    """The address of a server below `/tv/`, and a port for nginx; the server is told the address that this makes."""
    port = unused_port()
    bundle(folder)
    settings = json.loads((folder / "settings.json").read_text()) | {"base_url": "/tv/"}
    (folder / "settings.json").write_text(json.dumps(settings))
    if told:
        text = (folder / "metadata.yaml").read_text()
        assert "  datasette-epg:\n" in text
        text = text.replace("  datasette-epg:\n", f"  datasette-epg:\n    public_url: {root_at(port)}\n")
        (folder / "metadata.yaml").write_text(text)
    with server(folder, folder.with_suffix(".log")) as address:
        yield address, port


def root_at(port: int) -> str:
    return f"http://localhost:{port}/tv"


@pytest.fixture(scope="module")
def untold(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, int]]:
    with inner_site(tmp_path_factory.mktemp("untold"), False) as made:
        yield made


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, int]]:
    with inner_site(tmp_path_factory.mktemp("told"), True) as made:
        yield made


@pytest.fixture
def site(request: pytest.FixtureRequest, tmp_path: Path, way: str) -> Iterator[str]:
    """The address of the site through nginx."""
    require_program("nginx")
    path, headers, is_told = WAYS[way]
    inner, port = request.getfixturevalue("told" if is_told else "untold")
    with nginx(tmp_path / "nginx", port, inner, path, headers):
        yield root_at(port)


@pytest.mark.parametrize("way", WAYS)
def test_every_address_works(site: str, way: str) -> None:
    # How Datasette makes links depends on the path only, so the other ways need not follow every one.
    most, least = (10, 120) if way in FIRST else (2, 50)
    crawl = Crawl(requests.Session(), site, most)
    crawl.run(*STARTS)
    assert crawl.wrong == []
    if way in FIRST:
        assert [kind for kind in KINDS if not any(kind in address for address in crawl.seen)] == []
    assert len(crawl.seen) > least
    signed_in(site, most)
    coming_back(site)


def signed_in(root: str, most: int) -> None:
    """The pages for those who may write, and the way there."""
    session = requests.Session()
    asked = session.get(f"{root}/-/epg/mappings", allow_redirects=False)
    login = requests.compat.urljoin(f"{root}/", asked.headers["location"])
    assert login.startswith(f"{root}/-/epg/login?next=")
    page = html.fromstring(session.get(login).text)
    (form,) = page.xpath("//form[.//input[@type='password']]")
    address = requests.compat.urljoin(login, form.get("action") or "")
    values = dict(form.fields) | {field.name: TOKEN for field in form.xpath(".//input[@type='password']")}
    sent = session.post(address, values, allow_redirects=False)
    assert requests.compat.urljoin(address, sent.headers["location"]) == f"{root}/-/epg/mappings"
    crawl = Crawl(session, root, most)
    crawl.run("/-/epg/mappings", "/-/epg/providers", "/-/epg/providers/1", "/-/epg/imports")
    assert crawl.wrong == []


def coming_back(root: str) -> None:
    """The choice of a time zone leads back to the page one came from."""
    for path in ("/guide?hours=2", "/guide/channel/1", "/"):
        page = html.fromstring(requests.get(root + path).text)
        choosers = {link for link in page.xpath("//a/@href") if "/guide/zone" in link}
        (chooser,) = choosers
        form = html.fromstring(requests.get(requests.compat.urljoin(root + path, chooser)).text).xpath(
            "//main//form"
        )[0]
        address = requests.compat.urljoin(root, form.get("action"))
        sent = requests.get(address, {**dict(form.fields), "tz": "Europe/Paris"}, allow_redirects=False)
        assert requests.compat.urljoin(root, sent.headers["location"]) == root + path


@pytest.mark.parametrize("way", ["keeps the prefix"])
def test_the_address_without_the_last_slash(site: str) -> None:
    answer = requests.get(site)
    assert (answer.status_code, answer.url) == (200, f"{site}/")


@pytest.mark.parametrize("way", ["keeps the prefix"])
def test_ids_of_feeds_do_not_follow_the_address(site: str) -> None:
    ids = set()
    for host in ("localhost", "127.0.0.1"):
        for path in (
            "/changes.atom",
            "/changes.atom?channel=1",
            "/search.atom?q=news",
            "/search.atom?q=film",
        ):
            answer = requests.get(site.replace("localhost", host) + path)
            ids.add(etree.fromstring(answer.content).findtext("{http://www.w3.org/2005/Atom}id"))
    assert len(ids) == 4
    assert all(str(ident).startswith("urn:uuid:") for ident in ids)
