"""Runs the examples of `docs/api.md`: sends its `curl` lines, and compares the answers that it shows with real ones.

`…` stands for what the document leaves out: the rest of an object or list, part of a text, more headers or lines. Times at
which something was done are compared by their form only.
"""

from __future__ import annotations

import http.client
import json
import re
import shlex
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from epg_web.api.routes import BASE

from tests.helpers.api_server import TOKEN
from tests.helpers.paths import ROOT

DOC = ROOT / "docs" / "api.md"
#: where the feeds of the document are; the real ones have another port
FEEDS = "http://127.0.0.1:8000"
REST = "…"
#: `…` outside of a text, as JSON
MORE = "(more)"
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.M | re.S)
#: names of fields that hold the time at which something was done
DONE_AT = {"created_at", "updated_at", "started_at", "completed_at"}
STORED = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


@dataclass
class Request:
    """What a `curl` line sends. `include` (-i) says that the example shows status and headers."""

    url: str
    method: str = "GET"
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes | None = None
    include: bool = False


@dataclass(frozen=True)
class Answer:
    status: int
    headers: http.client.HTTPMessage
    text: str


def text() -> str:
    return DOC.read_text(encoding="utf-8")


def blocks(kind: str) -> list[str]:
    return [body for found, body in BLOCK.findall(text()) if found == kind]


def examples() -> Iterator[tuple[str, str]]:
    """The command and the answer of each example, in order."""
    for block in blocks("console"):
        commands = re.split(r"^\$ ", block.replace("\\\n", " "), flags=re.M)
        assert commands[0] == "", block
        for one in commands[1:]:
            command, _, answer = one.partition("\n")
            yield command, answer.strip("\n")


def parse(command: str, address: str) -> Request:
    """A `curl` line as a request. An option that this function does not know is a mistake in the document."""
    words = shlex.split(command.replace("$EPG", address + BASE).replace("$TOKEN", TOKEN))
    assert words.pop(0) == "curl", command
    assert "$" not in "".join(words), command
    asked = Request("")
    given = iter(words)
    for word in given:
        if word == "-X":
            asked.method = next(given)
        elif word == "-H":
            name, _, value = next(given).partition(": ")
            asked.headers[name] = value
        elif word == "-d":
            asked.body = next(given).encode()
        elif word in ("-s", "-si"):
            asked.include = word == "-si"
        else:
            assert word.startswith(address) and not asked.url, command
            asked.url = word
    if asked.body is not None:
        assert asked.method != "GET", f"say -X: {command}"
        asked.headers = {"Content-Type": "application/x-www-form-urlencoded", **asked.headers}
    return asked


def send(asked: Request) -> Answer:
    parts = urlsplit(asked.url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=30)
    try:
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        connection.request(asked.method, target, asked.body, asked.headers)
        response = connection.getresponse()
        return Answer(response.status, response.headers, response.read().decode())
    finally:
        connection.close()


def shown_json(shown: str) -> Any:
    """Read JSON in which `…` stands for fields of an object or the end of a list. It becomes a field or element MORE."""
    return json.loads(re.sub(rf'"(?:[^"\\]|\\.)*"|{REST}', _quoted, shown))


def _quoted(found: re.Match[str]) -> str:
    if found[0] != REST:
        return found[0]
    in_list = found.string[found.end() :].lstrip().startswith("]")
    return f'"{MORE}"' if in_list else f'"{MORE}": 0'


def alike(shown: str, real: str) -> bool:
    """Whether `real` equals `shown`, where `…` in `shown` matches any text."""
    return re.fullmatch(".*".join(map(re.escape, shown.split(REST))), real, re.S) is not None


def differences(shown: Any, real: Any, place: str = "") -> Iterator[str]:
    """The places where `real` differs from what the document shows."""
    if isinstance(shown, dict) and isinstance(real, dict):
        named = {key: value for key, value in shown.items() if key != MORE}
        if named.keys() - real.keys() or (MORE not in shown and real.keys() - named.keys()):
            yield f"{place}: {list(named)} is not {list(real)}"
        for key in named.keys() & real.keys():
            yield from differences(named[key], real[key], f"{place}.{key}")
    elif isinstance(shown, list) and isinstance(real, list):
        listed = shown[:-1] if shown[-1:] == [MORE] else shown
        if len(listed) > len(real) or (listed is shown and len(listed) < len(real)):
            yield f"{place}: {len(listed)} shown, {len(real)} there"
        for at, (one, other) in enumerate(zip(listed, real, strict=False)):
            yield from differences(one, other, f"{place}[{at}]")
    elif isinstance(shown, str) and isinstance(real, str):
        done_at = place.rpartition(".")[2] in DONE_AT
        if not (STORED.fullmatch(shown) and STORED.fullmatch(real) if done_at else alike(shown, real)):
            yield f"{place}: {shown!r} is not {real!r}"
    elif type(shown) is not type(real) or shown != real:
        yield f"{place}: {shown!r} is not {real!r}"


class Reader:
    """Somebody who types the lines of the document one after the other. `tags` maps ETags in the document to real ones."""

    def __init__(self, address: str, feeds: str) -> None:
        self.address, self.feeds = address, feeds
        self.tags: dict[str, str] = {}

    def real(self, words: str) -> str:
        for shown, got in self.tags.items():
            words = words.replace(shown, got)
        return words.replace(FEEDS, self.feeds)

    def problems(self, command: str, shown: str) -> list[str]:
        """Send what a line says, and list the differences. Where the document shows a finished import, wait for its end."""
        asked = parse(self.real(command), self.address)
        got = self.settled(asked, shown)
        head, _, body = shown.partition("\n\n") if asked.include else ("", "", shown)
        found = list(self.wrong_head(head, got)) if asked.include else []
        if not asked.include and '"ok": false' not in shown:
            found += [f"status {got.status}"] if not 200 <= got.status < 300 else []
        return found + list(self.wrong_body(body, got))

    def settled(self, asked: Request, shown: str) -> Answer:
        end = time.monotonic() + 60
        got = send(asked)
        while '"status":"running"' in got.text and '"running"' not in shown and time.monotonic() < end:
            time.sleep(0.1)
            got = send(asked)
        return got

    def wrong_head(self, shown: str, got: Answer) -> Iterator[str]:
        first, *lines = shown.splitlines()
        if first != f"HTTP/1.1 {got.status} {http.client.responses[got.status]}":
            yield f"{first} is not {got.status}"
        for name, value in (line.split(": ", 1) for line in lines if line != REST):
            real = (got.headers[name] or "").replace(self.address, "http://127.0.0.1:8001")
            if name == "ETag" and real:
                self.tags[value] = real
            elif not alike(value, real):
                yield f"{name}: {value!r} is not {real!r}"

    def wrong_body(self, shown: str, got: Answer) -> Iterator[str]:
        real = got.text.replace(self.feeds, FEEDS)
        if got.headers.get_content_type() == "application/json" and real:
            yield from differences(shown_json(shown), json.loads(real))
        elif not alike(shown.strip(), real.replace("\r\n", "\n").strip()):
            yield f"{shown!r} is not {real!r}"
