"""Small documents made of the bytes of real feeds: the head, two channels and a few programmes."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from epg_ingest.core.limits import Limits
from epg_ingest.unpack.layers import unpack

from tests.helpers.paths import DATA, FEEDS
from tests.parse.feed_reader import Show, read

#: programmes in a slice, slices of a feed, and how much of a feed is looked at
PROGRAMMES, SLICES, LOOKED_AT = 5, 6, 3_000_000
_PROGRAMME = re.compile(rb"<programme\s.*?</programme>", re.DOTALL)
_CHANNEL = re.compile(rb"<channel\s.*?</channel>", re.DOTALL)


@dataclass(frozen=True)
class Slice:
    """A document, where its programmes begin and end, and what is read of each."""

    name: str
    body: bytes
    places: tuple[tuple[int, int], ...]
    shows: tuple[Show, ...]

    def __repr__(self) -> str:
        return self.name


@cache
def slices() -> list[Slice]:
    """The slices of all feeds that are there, and the tiny feeds of the tests."""
    files = [path for path in sorted(FEEDS.glob("**/*.xml*")) if path.is_file()]
    real = [found for path in files for found in _of_feed(path)]
    tiny = [_slice(path.stem, path.read_bytes()) for path in sorted(DATA.glob("*.xml"))]
    return [found for found in [*real, *tiny] if found is not None]


def _of_feed(path: Path) -> list[Slice | None]:
    text = io.BytesIO()
    for block in unpack(path, Limits()):
        text.write(block)
        if text.tell() > LOOKED_AT:
            break
    body = text.getvalue()
    programmes = _PROGRAMME.findall(body)
    channels = _CHANNEL.findall(body)[:2]
    first = min(body.find(b"<channel"), body.find(b"<programme"))
    head = body[: first if first >= 0 else body.find(b"<programme")]
    step = max(1, len(programmes) // SLICES)
    return [
        _slice(
            f"{path.name}[{at}]",
            b"\n".join([head, *channels, *programmes[at : at + PROGRAMMES], b"</tv>\n"]),
        )
        for at in range(0, len(programmes), step)
    ]


def _slice(name: str, body: bytes) -> Slice | None:
    """None for a document that does not give one row for each of its programmes, or hides tags of programmes, for example in a
    comment."""
    places = tuple(found.span() for found in _PROGRAMME.finditer(body))
    shows = tuple(read(body))
    clear = body.count(b"<programme") == body.count(b"</programme") == len(places)
    return Slice(name, body, places, shows) if clear and places and len(places) == len(shows) else None
