"""Secrets of a provider are nowhere but in the vault: not in the database, its WAL, the lock, logs or output; not after any
failure, and not when the feed itself repeats them (spec section 2)."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from epg_ingest.core.limits import Limits
from epg_ingest.guide.providers import add_provider, get_provider, update_provider
from epg_ingest.parse.batch import Batch
from epg_ingest.parse.feed_secrets import SecretEraser, secrets_in_feeds
from epg_ingest.pipeline.run import Options, run_import

from tests.helpers.feedserver import UNKNOWN_HOST, FeedServer, unused_port
from tests.helpers.paths import ROOT
from tests.helpers.support import HOUR, KEEP_ALL, NOON, Guide, feed, show

pytestmark = pytest.mark.slow

PASSWORD = "CANARYPW%26%40/x"  # percent-encoded, as in the URL; it means `CANARYPW&@/x`
PATH, TOKEN, HEADER, USER = "CANARYPATH", "CANARYTOKEN", "CANARYHEADER", "canaryuser"
#: everything that may give a secret away, in any encoding
CANARIES = ("CANARY", "canaryuser", "Q0FOQVJZ", "Y2FuYXJ5")
GOOD = feed(
    [show("one", NOON + n * HOUR, NOON + (n + 1) * HOUR, f"t{n}") for n in range(9)], [("one", "One")]
)


@pytest.fixture
def server() -> Iterator[FeedServer]:
    with FeedServer() as made:
        yield made


def secret_url(server: FeedServer, host: str | None = None) -> str:
    """The address with a secret in every place."""
    return f"http://{USER}:{quote('CANARYPW&@/x', safe='')}@{host or f'127.0.0.1:{server.port}'}/{PATH}/guide.xml?token={TOKEN}"


ADDRESS = f"/{PATH}/guide.xml"


def found_in(folder: Path, *more: str) -> list[str]:
    """The files of a folder, except the vault, and the texts that contain a canary."""
    places = {
        path.name: path.read_bytes()
        for path in folder.iterdir()
        if ".secrets" not in path.name and path.is_file()
    }
    places |= {f"text {number}": text.encode() for number, text in enumerate(more)}
    return [
        f"{name}: {canary}"
        for name, data in places.items()
        for canary in CANARIES
        if canary.lower().encode() in data.lower()
    ]


class Cli:
    """The command in a process of its own, in a folder with a provider whose address is full of secrets."""

    def __init__(self, folder: Path, server: FeedServer) -> None:
        self.folder, self.server = folder, server
        self.guide = Guide(folder)
        self.said: list[str] = []
        add_provider(
            self.guide.db,
            self.guide.vault,
            "p",
            secret_url(server),
            now=NOON,
            headers={"Authorization": f"Bearer {HEADER}", "X-Api-Key": HEADER + "2"},
            private_addresses="allow",
        )

    def run(self, *arguments: str, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "epg_ingest.cli", "--db", str(self.guide.path), *arguments]
        quick = {
            "EPG_DOWNLOAD_BACKOFF": "0.01",
            "EPG_DOWNLOAD_READ_TIMEOUT": "0.3",
            "EPG_RETENTION_DAYS": "none",
        }
        result = subprocess.run(
            command,
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=60,
            env={**os.environ, **quick, **(env or {})},
            check=False,
        )
        self.said += [result.stdout, result.stderr]
        return result

    def leaks(self) -> list[str]:
        return found_in(self.folder, *self.said)


@pytest.fixture
def cli(tmp_path: Path, server: FeedServer) -> Iterator[Cli]:
    made = Cli(tmp_path, server)
    yield made
    made.guide.close()


def test_the_search_finds_what_it_looks_for(cli: Cli) -> None:
    """The search finds the secrets in the vault, so it would find a leak elsewhere."""
    assert TOKEN.encode() in (cli.folder / "epg.secrets").read_bytes()
    (cli.folder / "leak.txt").write_text(f"x{TOKEN}x")
    assert cli.leaks() == ["leak.txt: CANARY"]


@pytest.mark.parametrize("style", ["text", "json"])
def test_after_an_import(cli: Cli, style: str) -> None:
    cli.server.serve(ADDRESS, GOOD, etag='"1"', auth=f"Bearer {HEADER}")
    for _ in range(2):
        result = cli.run("-v", "-v", "--log-format", style, "import")
        assert result.returncode == 0, result.stderr
    assert cli.server.hits[0].path == f"/{PATH}/guide.xml?token={TOKEN}"
    assert cli.server.hits[-1].headers["If-None-Match"] == '"1"'
    for arguments in (
        ("import", "--json", "--force"),
        ("providers", "list"),
        ("providers", "show", "p"),
        ("status",),
        ("config",),
    ):
        cli.run(*arguments)
    assert cli.guide.rows("SELECT xmltv_url FROM providers") == [
        {"xmltv_url": f"http://127.0.0.1:{cli.server.port}/…"}
    ]
    assert cli.leaks() == []


FAILURES: dict[str, Callable[[FeedServer], object]] = {
    "stall": lambda s: s.stall(ADDRESS, 50, GOOD),
    "short": lambda s: s.short(ADDRESS, GOOD),
    "reset": lambda s: s.reset(ADDRESS),
    "404": lambda s: None,
    "401": lambda s: s.serve(ADDRESS, GOOD, auth="Bearer another"),
    "500": lambda s: s.fail(ADDRESS, [500]),
    "redirect loop": lambda s: s.redirect(ADDRESS, f"{ADDRESS}?token={TOKEN}"),
    "redirect elsewhere": lambda s: s.redirect(ADDRESS, f"http://127.0.0.1:{unused_port()}/{PATH}?{TOKEN}"),
    "redirect to a name": lambda s: s.redirect(ADDRESS, f"http://{UNKNOWN_HOST}/{PATH}?{TOKEN}"),
    "redirect to a host of the secret": lambda s: s.redirect(ADDRESS, f"http://{TOKEN}.{UNKNOWN_HOST}/"),
    "redirect to a part of it": lambda s: s.redirect(
        ADDRESS, f"http://x.{HEADER.lower()[:-2]}.{UNKNOWN_HOST}/"
    ),
    "redirect of it in reverse": lambda s: s.redirect(ADDRESS, f"http://{TOKEN[::-1]}-{UNKNOWN_HOST}:9/"),
    "redirect to a file": lambda s: s.redirect(ADDRESS, f"file:///{PATH}"),
    "html": lambda s: s.serve(ADDRESS, f"<html>{TOKEN} {ADDRESS}</html>".encode()),
    "json": lambda s: s.serve(ADDRESS, json.dumps({"error": TOKEN}).encode()),
    "text": lambda s: s.serve(ADDRESS, f"no such token: {TOKEN}".encode()),
    "empty": lambda s: s.serve(ADDRESS, b""),
    "no programme": lambda s: s.serve(ADDRESS, b"<tv/>"),
    "bad start": lambda s: s.serve(
        ADDRESS, feed([show("one", NOON, NOON, "t")]).replace(b'start="', f'start="{TOKEN}'.encode())
    ),
    "a channel id": lambda s: s.serve(
        ADDRESS, feed([show(TOKEN, NOON, NOON, "t")]).replace(b'start="', b'start="x')
    ),
    "a bad encoding": lambda s: s.serve(
        ADDRESS, b"<tv/>".join([f'<?xml version="1.0" encoding="{TOKEN}"?>'.encode(), b""])
    ),
    "damaged gzip": lambda s: s.serve(ADDRESS, gzip.compress(GOOD, mtime=0)[:60]),
    "garbage": lambda s: s.raw(ADDRESS, f"HTTP/1.1 {TOKEN}\r\n\r\n".encode()),
    "garbled head": lambda s: s.raw(
        ADDRESS, f"HTTP/1.1 200 OK\r\n{TOKEN}\r\nLocation {ADDRESS}\r\n\r\n".encode()
    ),
}


def attempt(cli: Cli, **limits: Any) -> dict[str, Any]:
    guide = cli.guide
    settings = {"connect_timeout": 2, "read_timeout": 0.2, "retries": 1, "backoff": 0.01, **limits}
    options = Options(KEEP_ALL, Limits(**settings), workers=0)
    return run_import(guide.db, guide.vault, get_provider(guide.db, "p"), options, now=NOON)


@pytest.mark.parametrize("case", FAILURES)
def test_after_a_failure(cli: Cli, case: str) -> None:
    FAILURES[case](cli.server)
    row = attempt(cli)
    assert row["status"] in ("failed", "partial")
    cli.said.append(json.dumps(row, ensure_ascii=False))
    assert cli.leaks() == []


@pytest.mark.parametrize("where", ["refused", "dns", "deny"])
def test_after_a_failure_to_connect(cli: Cli, where: str) -> None:
    host = {
        "refused": f"127.0.0.1:{unused_port()}",
        "dns": UNKNOWN_HOST,
        "deny": f"127.0.0.1:{cli.server.port}",
    }[where]
    changes = {
        "url": secret_url(cli.server, host),
        "private_addresses": "deny" if where == "deny" else "allow",
    }
    update_provider(cli.guide.db, cli.guide.vault, "p", changes, now=NOON)
    row = attempt(cli)
    assert row["error_code"] == {"deny": "address"}.get(where, where)
    cli.said.append(json.dumps(row, ensure_ascii=False))
    assert cli.leaks() == []


@pytest.mark.parametrize(
    ("case", "style"),
    [
        ("401", "text"),
        ("redirect elsewhere", "text"),
        ("stall", "json"),
        ("garbage", "text"),
        ("html", "json"),
        ("401", "json"),
    ],
)
def test_output_after_a_failure(cli: Cli, case: str, style: str) -> None:
    FAILURES[case](cli.server)
    assert cli.run("-v", "-v", "--log-format", style, "import").returncode == 1
    assert cli.run("import", "--json").returncode == 1
    assert cli.leaks() == []


def echo(*places: str) -> bytes:
    """A feed that repeats its address and the headers of the request."""
    url = f"http://{USER}:CANARYPW%26%40%2Fx@127.0.0.1:1/{PATH}/guide.xml?token={TOKEN}"
    plain = f"for {USER} with CANARYPW&amp;@/x and {HEADER}"
    inner = {
        "icon": f'<icon src="{url}&amp;icon=1"/>',
        "url": f"<url>{url}</url>",
        "desc": f"<desc>{plain}, see {url}</desc>",
        "lower": "<desc>canarypw%26%40%2fx CANARYPW%26%40%2fx</desc>",
        "cdata": f"<desc><![CDATA[{url} {HEADER}]]></desc>",
        "credits": f'<credits><actor role="{TOKEN}">{HEADER}</actor></credits>',
        "unknown": f'<x y="{TOKEN}">{url}</x>',
        "broken": f"<desc>{TOKEN} &nbsp; & {url}",
    }
    shows = [show("one", NOON + n * HOUR, None, f"t{n}", inner[place]) for n, place in enumerate(places)]
    shows.append(show(f"{TOKEN}.uk", NOON, NOON + HOUR, f"on {TOKEN}"))
    channels = [("one", f"One {TOKEN}"), (f"{TOKEN}.uk", "Two")]
    return feed(shows, channels)


EVERYWHERE = ("icon", "url", "desc", "cdata", "credits", "unknown", "broken")


@pytest.mark.parametrize("encoding", ["utf-8", "iso-8859-1", "utf-16"])
def test_a_feed_that_repeats_its_address(cli: Cli, encoding: str) -> None:
    body = echo(*EVERYWHERE).decode().replace("UTF-8", encoding).encode(encoding)
    cli.server.serve(ADDRESS, body, etag=f'"{TOKEN}"', last_modified=f"{HEADER}")
    first = attempt(cli)
    assert (first["status"], first["programs_imported"]) == ("success", len(EVERYWHERE) + 1)
    assert cli.leaks() == []
    descriptions = [
        row["description"]
        for row in cli.guide.rows("SELECT description FROM programs WHERE description LIKE 'for %'")
    ]
    assert descriptions and descriptions[0].startswith(
        "for … with … and …, see http://…@127.0.0.1:1/…/guide.xml?token=…"
    )
    dump = cli.guide.rows()
    again = attempt(cli)
    assert (again["programs_updated"], again["programs_imported"], cli.guide.rows() == dump) == (0, 0, True)


def test_an_entity_of_the_document(cli: Cli) -> None:
    body = feed([show("one", NOON, NOON + HOUR, "XX")]).replace(b"XX", b"a &me; b")
    body = body.replace(b"<tv>", f'<!DOCTYPE tv [<!ENTITY me "{TOKEN}">]><tv>'.encode())
    cli.server.serve(ADDRESS, body)
    assert attempt(cli)["status"] == "success"
    assert [row["title"] for row in cli.guide.rows("SELECT title FROM programs")] == ["a … b"]
    assert cli.leaks() == []


def test_a_large_feed_in_worker_processes(cli: Cli) -> None:
    shows = [
        show(
            f"c{n % 50}",
            NOON + n // 50 * HOUR,
            NOON + (n // 50 + 1) * HOUR,
            f"{n}",
            f"<desc>{n} {TOKEN} {'x' * 500}</desc>",
        )
        for n in range(8000)
    ]
    cli.server.serve(ADDRESS, feed(shows))
    options = Options(KEEP_ALL, Limits(), workers=2)
    row = run_import(cli.guide.db, cli.guide.vault, get_provider(cli.guide.db, "p"), options, now=NOON)
    assert (row["status"], row["programs_imported"]) == ("success", 8000)
    assert cli.leaks() == []


def test_a_secret_that_becomes_one_later(cli: Cli) -> None:
    """The new address has a secret that was in the feed before: its rows are read again without the secret."""
    cli.server.serve("/other/guide.xml", echo("desc"))
    update_provider(
        cli.guide.db,
        cli.guide.vault,
        "p",
        {"url": cli.server.url("/other/guide.xml"), "headers": {}},
        now=NOON,
    )
    attempt(cli)
    held = "SELECT id FROM programs WHERE description LIKE '%CANARYTOKEN%'"
    (row,) = cli.guide.rows(held)
    update_provider(
        cli.guide.db,
        cli.guide.vault,
        "p",
        {"url": cli.server.url(f"/other/guide.xml?token={TOKEN}")},
        now=NOON,
    )
    assert attempt(cli)["programs_updated"] == 2
    assert not [row for row in cli.guide.rows("SELECT * FROM import_problems") if "CANARY" in str(row)]
    assert cli.guide.rows(held) == [] and cli.guide.rows(
        "SELECT id FROM programs WHERE description LIKE '%…%'"
    ) == [row]


def test_a_public_address_is_no_secret(cli: Cli) -> None:
    cli.server.serve(ADDRESS, echo("desc"))
    update_provider(cli.guide.db, cli.guide.vault, "p", {"public_url": True}, now=NOON)
    attempt(cli)
    assert cli.guide.rows("SELECT 1 FROM programs WHERE title LIKE '%CANARYTOKEN%'")


ORDINARY = {
    "words of the path": "https://epg.example/television/sports/britain.xml.gz",
    "a query of words": "https://epg.example/get.php?type=english&output=m3u_plus&country=germany&days=14",
    "markup": "https://programme@epg.example/category/episode-num?token=previously-shown&key=display-name",
    "short ones": "https://pass@epg.example/a1b2?key=x1",
    "no address": "/var/lib/CANARY12345678/feed.xml",
}


@pytest.mark.parametrize("case", ORDINARY)
def test_ordinary_words_are_left_alone(case: str) -> None:
    assert (
        secrets_in_feeds(ORDINARY[case], {"Accept-Language": "german, english", "User-Agent": "Mozilla/5.0"})
        == frozenset()
    )


MADE_UP = {
    "user and password": ("http://longuser:longpass@h/", {}, {"longuser", "longpass"}),
    "encoded": ("http://u:l%C3%B6ng%20pass@h/", {}, {"löng pass", "l%C3%B6ng%20pass", "l%c3%b6ng%20pass"}),
    "a named parameter": ("http://h/x?username=someone&password=something", {}, {"someone", "something"}),
    "a token in the path": ("http://h/f00d5eed99/guide.xml", {}, {"f00d5eed99"}),
    "digits": ("http://h/live/84736251/20261122/x.xml", {}, {"84736251", "20261122"}),
    "capitals": ("http://h/x?v=AbCdEfGhIj", {}, {"AbCdEfGhIj"}),
    "a header": (
        "http://h/",
        {"Authorization": "Bearer sometoken"},
        {"sometoken", "Bearer sometoken", "Bearer%20sometoken"},
    ),
}


@pytest.mark.parametrize("case", MADE_UP)
def test_what_counts_as_a_secret(case: str) -> None:
    url, headers, expected = MADE_UP[case]
    assert expected <= secrets_in_feeds(url, headers)


def cleaned(raw: bytes, *secrets: str) -> bytes:
    batch = Batch(1, [raw], [0])
    (result,) = SecretEraser(secrets).clean(iter([batch]), "utf-8")
    return result.pieces[0]


def test_digits_within_a_time_are_no_secret() -> None:
    assert (
        cleaned(b'start="20261122120000 +0000">202611221', "202611")
        == b'start="20261122120000 +0000">202611221'
    )
    assert cleaned(b">pin 202611 and 202611<", "202611") == b">pin &#8230; and &#8230;<"


def test_what_stands_before_an_element_is_not_touched() -> None:
    batch = Batch(1, [b"<!-- CANARYTOKEN -->\n<programme>CANARYTOKEN"], [21])
    (result,) = SecretEraser([TOKEN]).clean(iter([batch]), "utf-8")
    assert result.pieces == [b"<!-- CANARYTOKEN -->\n<programme>&#8230;"]
