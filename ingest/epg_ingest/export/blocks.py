"""Small pieces of a document joined into blocks, so that few writes and little memory are needed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

#: a block is complete when it has more characters than this
BLOCK = 256 * 1024


def blocked(pieces: Iterator[tuple[int, str]]) -> Iterator[tuple[int, bytes]]:
    """Join (programmes, text) into blocks of (programmes, UTF-8)."""
    programmes, size = 0, 0
    block: list[str] = []
    for count, piece in pieces:
        programmes += count
        size += len(piece)
        block.append(piece)
        if size > BLOCK:
            yield programmes, "".join(block).encode()
            block.clear()
            programmes = size = 0
    yield programmes, "".join(block).encode()


def copy(blocks: Iterator[tuple[int, bytes]], out: BinaryIO) -> int:
    """Write blocks of (programmes, UTF-8) to `out`; returns how many programmes they hold."""
    programmes = 0
    for count, block in blocks:
        out.write(block)
        programmes += count
    return programmes
