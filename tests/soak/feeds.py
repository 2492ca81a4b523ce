"""The feeds of a soak: four providers, a new version of each for every import, whole or broken in some way.

A programme's title says which feed it came from: `p1 c07 v12 202611281830` is provider 1, channel 7, version 12 and the
start in UTC. So every answer of the site, in any format, says from which versions it was made.
"""

from __future__ import annotations

import gzip
import random
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from tests.helpers.feedserver import FeedServer

PROVIDERS = 4
HALF_HOUR = timedelta(minutes=30)
#: a feed begins so long before it is made, and has so many programmes of half an hour on each channel
BEFORE, PROGRAMMES = timedelta(hours=2), 100
TITLE = re.compile(r"p(\d+) c(\d\d) v(\d+) (\d{12})")
#: the password in each address; it must not be found anywhere but in `epg.secrets`
PASSWORD = "pa55-of-the-soak"


def start_of(moment: datetime) -> datetime:
    """The half-hour in which a moment lies."""
    return moment.replace(minute=moment.minute // 30 * 30, second=0, microsecond=0)


def feed(provider: int, version: int, now: datetime, channels: int) -> bytes:
    """A whole feed of so many channels, made at `now`."""
    begin = start_of(now) - BEFORE
    ids = [f"p{provider}c{channel:02}.example" for channel in range(channels)]
    lines = ["<tv>"]
    lines += [
        f'<channel id="{ident}"><display-name>Channel {provider} {ident}</display-name></channel>'
        for ident in ids
    ]
    for channel, ident in enumerate(ids):
        for place in range(PROGRAMMES):
            start = begin + place * HALF_HOUR
            stop = start + HALF_HOUR
            lines.append(
                f'<programme start="{start:%Y%m%d%H%M%S} +0000" stop="{stop:%Y%m%d%H%M%S} +0000" channel="{ident}">'
                f"<title>p{provider} c{channel:02} v{version} {start:%Y%m%d%H%M}</title>"
                f"<desc>{'An evening with friends. ' * (place % 9)}</desc></programme>"
            )
    return "\n".join([*lines, "</tv>"]).encode()


@dataclass(frozen=True)
class Offer:
    """What a provider serves for one import.

    `shown`: its programmes may be shown. `whole`: all of them are, once it was imported.
    """

    kind: str
    version: int
    shown: bool
    whole: bool


#: broken answers that an import must refuse: what the server does with the body
Refused = Callable[[FeedServer, str, bytes], object]
REFUSED: dict[str, Refused] = {
    "a page in HTML": lambda server, path, body: server.serve(path, b"<html><body>Sign in</body></html>"),
    "an empty body": lambda server, path, body: server.serve(path, b""),
    "an error 500": lambda server, path, body: server.fail(path, [500] * 50),
    "a cut archive": lambda server, path, body: server.serve(path, gzip.compress(body)[:2000]),
}


def serve(server: FeedServer, provider: int, version: int, channels: int, chance: random.Random) -> Offer:
    """Choose what a provider serves from now on: whole in two of three imports, else broken."""
    path, now = f"/{provider}.xml", datetime.now(timezone.utc)
    body = feed(provider, version, now, channels)
    kind = chance.choice(["whole"] * 8 + ["packed", "cut", "damaged", "a tenth", *REFUSED])
    if kind in REFUSED:
        REFUSED[kind](server, path, body)
    elif kind == "a tenth":
        server.serve(path, feed(provider, version, now, channels // 10))
    elif kind == "cut":
        server.serve(path, body[: len(body) * 2 // 3])
    elif kind == "damaged":
        # The text between two of the tags is no XML; everything else stands.
        server.serve(path, body.replace(b"friends. An", b"friends & <An", 40))
    else:
        server.serve(path, gzip.compress(body, 1) if kind == "packed" else body)
    shown = kind not in REFUSED and kind != "a tenth"
    return Offer(kind, version, shown, shown and kind != "cut")
