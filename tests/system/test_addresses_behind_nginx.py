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

from tests.helpers.example_guide import TOKEN, bundle, server, unused_port
from tests.helpers.support import require_program
from tests.system.crawler import Crawl

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
    "/guide/program/1", "/epg", "/epg/on_now", "/epg/on_now?_show_sql=1", "/epg/guide?_facet=channel&_facet_size=1",
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
def site(tmp_path: Path, way: str) -> Iterator[str]:
    """The address of the site through nginx."""
    path, headers, told = WAYS[way]
    require_program("nginx")
    port = unused_port()
    (tmp_path / "site").mkdir()
    folder = bundle(tmp_path / "site")
    settings = json.loads((folder / "settings.json").read_text()) | {"base_url": "/tv/"}
    (folder / "settings.json").write_text(json.dumps(settings))
    root = f"http://localhost:{port}/tv"
    if told:
        text = (folder / "metadata.yaml").read_text()
        assert "  datasette-epg:\n" in text
        text = text.replace("  datasette-epg:\n", f"  datasette-epg:\n    public_url: {root}\n")
        (folder / "metadata.yaml").write_text(text)
    with server(folder, tmp_path / "log") as inner, nginx(tmp_path / "nginx", port, inner, path, headers):
        yield root


@pytest.mark.slow
@pytest.mark.parametrize("way", WAYS)
def test_every_address_works(tmp_path: Path, way: str) -> None:
    with site(tmp_path, way) as root:
        # How Datasette makes links depends on the path only, so the other ways need not follow every one.
        crawl = Crawl(requests.Session(), root, 12 if way in FIRST else 3)
        crawl.run(*STARTS)
        assert crawl.wrong == []
        if way in FIRST:
            assert [kind for kind in KINDS if not any(kind in address for address in crawl.seen)] == []
        assert len(crawl.seen) > 150
        signed_in(root)
        coming_back(root)


def signed_in(root: str) -> None:
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
    crawl = Crawl(session, root)
    crawl.run("/-/epg/mappings", "/-/epg/providers", "/-/epg/providers/1", "/-/epg/imports")
    assert crawl.wrong == []


def coming_back(root: str) -> None:
    """The choice of a time zone leads back to the page one came from."""
    for path in ("/guide?hours=2", "/guide/channel/1", "/"):
        page = html.fromstring(requests.get(root + path).text)
        (chooser,) = [link for link in page.xpath("//aside//a/@href") if "/guide/zone" in link]
        form = html.fromstring(requests.get(requests.compat.urljoin(root + path, chooser)).text).xpath(
            "//main//form"
        )[0]
        address = requests.compat.urljoin(root, form.get("action"))
        sent = requests.get(address, {**dict(form.fields), "tz": "Europe/Paris"}, allow_redirects=False)
        assert requests.compat.urljoin(root, sent.headers["location"]) == root + path


@pytest.mark.slow
def test_the_address_without_the_last_slash(tmp_path: Path) -> None:
    with site(tmp_path, "keeps the prefix") as root:
        answer = requests.get(root)
        assert (answer.status_code, answer.url) == (200, f"{root}/")


@pytest.mark.slow
def test_ids_of_feeds_do_not_follow_the_address(tmp_path: Path) -> None:
    with site(tmp_path, "keeps the prefix") as root:
        ids = set()
        for host in ("localhost", "127.0.0.1"):
            for path in (
                "/changes.atom",
                "/changes.atom?channel=1",
                "/search.atom?q=news",
                "/search.atom?q=film",
            ):
                answer = requests.get(root.replace("localhost", host) + path)
                ids.add(etree.fromstring(answer.content).findtext("{http://www.w3.org/2005/Atom}id"))
        assert len(ids) == 4
        assert all(str(ident).startswith("urn:uuid:") for ident in ids)
