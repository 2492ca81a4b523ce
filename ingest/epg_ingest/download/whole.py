"""Whether a body that is shorter than announced is whole: some servers announce the size of the unpacked feed."""

from __future__ import annotations

import zlib
from pathlib import Path

_BLOCK = 64 * 1024
_PIECE = 1024 * 1024


def is_whole_gzip(path: Path, announced: int) -> bool:
    """Whether the file is a gzip (or zlib) file, with all its members complete, of `announced` bytes unpacked.

    A file that unpacks to more is read no further.
    """
    size = 0
    with path.open("rb") as file:
        packed = file.read(_BLOCK)
        while packed:
            decoder = zlib.decompressobj(47)
            while packed and not decoder.eof:
                try:
                    size += len(decoder.decompress(packed, _PIECE))
                except zlib.error:
                    return False
                if size > announced:
                    return False
                packed = decoder.unconsumed_tail or (b"" if decoder.eof else file.read(_BLOCK))
            if not decoder.eof:
                return False
            packed = decoder.unused_data or file.read(_BLOCK)
    return size == announced
