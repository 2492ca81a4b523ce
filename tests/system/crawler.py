"""Follows every address that a site gives out, in whatever form: pages, feeds, calendars, the API and its description."""

from __future__ import annotations

import json
import re
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urljoin, urlsplit
from xml.etree import ElementTree

import requests
from lxml import html

#: addresses of the same form (tables, digits and values left out) that are followed; more would only show other rows
ALIKE = 2
#: tables, views and queries of the database. Datasette makes the pages of all of them in one way.
TABLE = re.compile(r"(?<=/epg/)[a-z_]+(?=[./]|$)")
#: sites that pages link to; nothing is asked of them
ELSEWHERE = (
    "datasette.io",
    "github.com",
    "example.com",
    "www.sqlite.org",
    "a9.com",
    "www.w3.org",
    "schema.org",
)
ATTRIBUTES = ("href", "src", "action", "formaction", "poster", "data-list", "data-check", "data-src")


@dataclass
class Crawl:
    """`root` is where the site is for its visitors, `of_one_page` how often a page is asked for with different parameters;
    the pages of all tables count as one. `wrong` lists what is wrong, `seen` the addresses that were asked for.
    """

    session: requests.Session
    root: str
    of_one_page: int = 12
    wrong: list[str] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)
    forms: Counter[str] = field(default_factory=Counter)

    def run(self, *paths: str) -> None:
        """Follow everything from these paths below the root."""
        waiting = deque((self.root + path, "start") for path in paths)
        while waiting:
            address, source = waiting.popleft()
            if self._fresh(address):
                waiting.extend((found, address) for found in self._ask(address, source))

    def _fresh(self, address: str) -> bool:
        """Whether it is new, and not one of many like it."""
        plain = address.partition("#")[0]
        parts = urlsplit(plain)
        path = re.sub(r"\d+", "N", TABLE.sub("TABLE", parts.path))
        form = f"{path}?{','.join(sorted(name for name, _ in parse_qsl(parts.query)))}"
        if plain in self.seen or self.forms[form] >= ALIKE or self.forms[path] >= self.of_one_page:
            return False
        self.forms.update((form, path))
        self.seen.add(plain)
        return True

    def _ask(self, address: str, source: str) -> list[str]:
        answer = self.session.get(address, timeout=30, allow_redirects=False)
        # 405: an address that takes writes only, in a command that is shown
        # 401: one that needs a token, in a command of the documentation of the API
        documented = answer.status_code == 401 and source.endswith("/-/epg/api")
        if answer.status_code >= 400 and answer.status_code != 405 and not documented:
            self.wrong.append(f"{answer.status_code}: {address} from {source}")
            return []
        return [
            whole for found in addresses(answer) if (whole := self._inside(urljoin(address, found), address))
        ]

    def _inside(self, address: str, source: str) -> str | None:
        """The address where it is of this site; elsewhere only known sites may be."""
        parts = urlsplit(address)
        if (
            parts.scheme not in ("http", "https")
            or parts.hostname in ELSEWHERE
            or "…" in (parts.netloc, parts.path[1:])
        ):
            return None
        if (parts.hostname or "").endswith(".example"):
            return None  # an example in the documentation of the API
        if parts.path == "/list.m3u":
            return None  # where the list of the example's line-up comes from, told to those who may write
        if "/contents_fts" in parts.path or (".json" in parts.path and "_facet_date" in source):
            return None  # tables of the search index; a mistake of Datasette that docs/deploy.md names
        if not address.startswith(self.root + "/") or address.startswith(self.root + "/tv/"):
            self.wrong.append(f"outside: {address} from {source}")
            return None
        return address


def addresses(answer: requests.Response) -> Iterator[str]:
    """Every address in an answer: in its headers and, by its kind, in its body."""
    if answer.is_redirect:
        yield answer.headers["location"]
    yield from re.findall(r"<([^>]*)>", answer.headers.get("link", ""))
    kind = answer.headers.get("content-type", "").partition(";")[0]
    if kind == "text/html":
        yield from _of_page(answer.text)
    elif kind in ("application/atom+xml", "application/opensearchdescription+xml"):
        for element in ElementTree.fromstring(answer.content).iter():
            yield from filter(
                None, [element.get("href"), (element.get("template") or "").replace("{searchTerms}", "news")]
            )
    elif kind == "text/calendar":
        yield from re.findall(r"^URL:(.*)$", answer.text.replace("\r\n ", "").replace("\r", ""), re.M)
    elif kind == "text/css":
        yield from re.findall(r"url\([\"']?([^)\"']+)", answer.text)
    elif answer.url.endswith("/openapi.json"):
        yield from _of_description(answer.json())
    elif kind == "application/json":
        yield from _of_json(json.loads(answer.text))


def _of_page(text: str) -> Iterator[str]:
    page: Any = html.fromstring(text)
    for element in page.iter():
        if element.tag == "form" and element.get("method", "get").lower() != "get":
            continue
        yield from (element.get(name) for name in ATTRIBUTES if element.get(name))
    # Addresses to copy, and those in commands.
    for element in page.xpath("//input[@readonly] | //pre | //code"):
        yield from re.findall(r"https?://[^\s'\"<>|]+", element.get("value") or element.text_content())


def _of_description(document: Any) -> Iterator[str]:
    (server,) = document["servers"]
    front = str(server["url"]).rstrip("/")
    for path, item in document["paths"].items():
        if (
            "get" in item
            and "{" not in path
            and path.endswith(("/channels", "/now", "/providers", "/channels.csv", "/health", "/imports"))
        ):
            yield front + path


def _of_json(found: object) -> Iterator[str]:
    """Values of keys that name addresses, as in Datasette's JSON."""
    if isinstance(found, dict):
        for key, value in found.items():
            if (
                key in ("next_url", "toggle_url", "path", "url")
                and isinstance(value, str)
                and value.startswith(("/", "http"))
            ):
                yield value
            else:
                yield from _of_json(value)
    elif isinstance(found, list):
        for value in found:
            yield from _of_json(value)
