"""Whether a body that is shorter than announced is whole: some servers announce the size of the unpacked feed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from ..core.errors import FeedError
from .byte_source import BLOCK, ByteSource, Damage
from .decompress import COMPRESSIONS, WITHOUT_SIGNATURE, decompressed
from .packing import packing_of

_MOST_LAYERS = 4


def is_whole(path: Path, encodings: Sequence[str], announced: int) -> bool:
    """Whether the file is compressed, without damage, and of `announced` bytes when one or more of its layers are removed.

    `encodings` are the names in its Content-Encoding. A file that unpacks to more is read no further.
    """
    for layers in range(1, _MOST_LAYERS + 1):
        size = _size(path, encodings, layers, announced)
        if size is None or size >= announced:
            return size == announced
    return False


def _size(path: Path, encodings: Sequence[str], layers: int, most: int) -> int | None:
    """Bytes without so many layers, or more than `most`; None if it has fewer layers, or is damaged."""
    size = 0
    with path.open("rb") as file:
        blocks = iter(lambda: file.read(BLOCK), b"")
        try:
            for _ in range(layers):
                inner = _without_layer(ByteSource(blocks), encodings)
                if inner is None:
                    return None
                blocks = inner
            for block in blocks:
                size += len(block)
                if size > most:
                    break
        except (Damage, FeedError):
            return None
    return size


def _without_layer(source: ByteSource, encodings: Sequence[str]) -> Iterator[bytes] | None:
    kind = packing_of(source, encodings, [])
    return decompressed(kind, source, []) if kind in COMPRESSIONS or kind in WITHOUT_SIGNATURE else None
