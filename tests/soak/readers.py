"""Readers of a site, and strangers who mean it harm."""

from __future__ import annotations

import gzip
import http.client
import random
import threading
from datetime import datetime, timezone
from urllib.parse import quote

from tests.helpers.serve_process import Served
from tests.soak.feeds import PASSWORD
from tests.soak.truth import Truth

#: seconds between two requests of a reader
PAUSE = 1.0
#: what readers ask for; {channel} is the number of one
PATHS = {
    "now": "/api/v1/now",
    "a channel as JSON": "/api/v1/channels/{channel}/programs",
    "a channel's page": "/guide/channel/{channel}",
    "the guide's page": "/guide",
    "a calendar": "/channels/{channel}.ics",
    "XMLTV": "/xmltv.xml?days=1",
    "packed XMLTV": "/xmltv.xml.gz?days=1",
}
LONG = "with recursive c(x) as (select 1 union all select x + 1 from c) select sum(x) from c"
#: what strangers send: addresses that cost much, or that are no addresses
HARM = (
    f"/epg.json?sql={quote(LONG)}",
    f"/epg.json?sql={quote('select zeroblob(900000000)')}",
    f"/epg.json?sql={quote('select instr(zeroblob(900000), zeroblob(400000) || 1)')}",
    "/search.ics?q=p*&days=31",
    "/api/v1/search?q=p*&limit=200&offset=100",
    "/api/v1/now?at=0001-01-01T00:00:00Z",
    "/guide/channel/..%2f..%2fepg.secrets",
    "/xmltv.xml?days=999999999999",
    "/epg/guide?_facet=title&_facet=description&_size=max",
)


class Crowd:
    """Threads that ask until `stop` is set: so many readers and strangers, about channels 1 to `channels`."""

    def __init__(
        self,
        site: Served,
        truth: Truth,
        stop: threading.Event,
        seed: int,
        readers: int,
        hostile: int,
        channels: int,
    ) -> None:
        self.site, self.truth, self.stop, self.channels = site, truth, stop, channels
        self.threads = [
            *(threading.Thread(target=self._read, args=(random.Random(f"{seed} r{n}"),)) for n in range(readers)),
            *(threading.Thread(target=self._harm, args=(random.Random(f"{seed} h{n}"),)) for n in range(hostile)),
        ]  # fmt: skip

    def start(self) -> None:
        for thread in self.threads:
            thread.start()

    def join(self) -> None:
        for thread in self.threads:
            thread.join(120)
            assert not thread.is_alive()

    def _read(self, chance: random.Random) -> None:
        while not self.stop.wait(PAUSE * chance.uniform(0.5, 1.5)):
            kind = chance.choice(list(PATHS))
            floors, asked = self.truth.floors(), datetime.now(timezone.utc)
            path = PATHS[kind].format(channel=chance.randint(1, self.channels))
            try:
                status, headers, body = self.site.ask(path)
            except (OSError, http.client.HTTPException) as error:
                self.truth.note(f"{kind}: {type(error).__name__}", [])
                continue
            if status != 200:
                fault = [] if status == 503 and "retry-after" in headers else [f"status {status}"]
                self.truth.note(f"{kind}: {status}", fault)
                continue
            self.truth.note(kind, self._faults(kind, body, floors, asked))

    def _faults(self, kind: str, body: bytes, floors: list[int], asked: datetime) -> list[str]:
        text = unpacked(body).decode()
        faults = self.truth.faults(text, floors, asked)
        return faults if PASSWORD not in text else [*faults, "the password"]

    def _harm(self, chance: random.Random) -> None:
        while not self.stop.wait(0.2):
            path = chance.choice(HARM)
            try:
                status, _, body = self.site.ask(path)
            except (OSError, http.client.HTTPException):
                self.truth.note("a stranger: cut off", [])
                continue
            faults = [f"status {status} of {path}"] if status >= 500 and status != 503 else []
            self.truth.note("a stranger: answered", faults + ["the password"] * (PASSWORD.encode() in body))


def unpacked(body: bytes) -> bytes:

    return gzip.decompress(body) if body.startswith(b"\x1f\x8b") else body
