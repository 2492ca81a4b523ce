"""Feeds as the importer reads them, without a database."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from epg_ingest.core.models import Problems
from epg_ingest.parse.jobs import Job
from epg_ingest.parse.normalise import Rules
from epg_ingest.parse.reader import Reader
from epg_ingest.parse.splitter import Splitter
from epg_ingest.stage.columns import CONTENT, STAGED
from epg_ingest.unpack import character_encoding

#: channel, start, stop, title, description: enough to see whether a programme is the one that was sent
Show = tuple[Any, ...]


def read(body: bytes, block: int = 1 << 18) -> list[Show]:
    """The programmes of a feed as the importer reads them, without a database."""
    code, mark, _ = character_encoding.detect(body)
    blocks: Iterable[bytes] = (body[at : at + block] for at in range(mark, len(body), block))
    if not character_encoding.ascii_compatible(code):
        blocks, code = character_encoding.transcode(blocks, code), "utf-8"
    splitter, reader = Splitter(Problems()), Reader(Rules())
    found: list[Show] = []
    contents: dict[int, dict[str, Any]] = {}
    for batch in splitter.split(blocks):
        raws = [piece[start:] for piece, start in zip(batch.pieces, batch.starts, strict=True)]
        numbers = list(range(1, len(raws) + 1))
        channels = [raw for _, raw in batch.channels]
        result = reader.read(
            Job(0, numbers, raws, numbers, channels, frozenset(batch.unclosed), code, dict(splitter.entities))
        )
        contents.update((content[0], dict(zip(CONTENT, content, strict=True))) for content in result.contents)
        for row in sorted(result.rows):
            staged = dict(zip(STAGED, row, strict=True))
            said = contents[staged["content"]]
            found.append(
                (
                    staged["channel"],
                    staged["start"],
                    staged["stop"],
                    said["title"],
                    said["description"] or None,
                )
            )
    return found
