"""Pieces of a document as blocks: few writes, little memory."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

#: characters that are made at a time
BLOCK = 256 * 1024


def blocked(pieces: Iterator[tuple[int, str]]) -> Iterator[tuple[int, bytes]]:
    """Pieces joined into blocks; the counts are added up."""
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


def copy(blocks: Iterator[tuple[int, bytes | bytearray]], out: BinaryIO) -> int:
    """Write the blocks; returns how many programmes they hold."""
    programmes = 0
    for count, block in blocks:
        out.write(block)
        programmes += count
    return programmes
