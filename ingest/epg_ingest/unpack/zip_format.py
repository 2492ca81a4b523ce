"""The parts of a zip archive (APPNOTE): its directory at the end, and the local header in front of each member."""

from __future__ import annotations

import struct
import zipfile
from dataclasses import dataclass
from typing import BinaryIO

from .byte_source import ByteSource

#: the local header in front of each member, without its name and extra field (APPNOTE 4.3.7)
_LOCAL = struct.Struct("<4s5H3I2H")


@dataclass(frozen=True)
class ZipMember:
    """A member of the archive. `offset` is where its local header begins, `check` the CRC-32 of its content.

    `size` counts its packed bytes; None if the archive gives it only after the content.
    """

    name: str
    flags: int
    method: int
    size: int | None
    offset: int = 0
    check: int | None = None


def directory(file: BinaryIO) -> list[ZipMember] | None:
    """The members as the directory at the end lists them; None if there is no usable directory."""
    try:
        with zipfile.ZipFile(file) as archive:
            found = [info for info in archive.infolist() if not info.is_dir()]
    except (zipfile.BadZipFile, struct.error, ValueError, OverflowError, NotImplementedError, OSError):
        return None
    return [
        ZipMember(
            info.filename,
            info.flag_bits,
            info.compress_type,
            info.compress_size,
            info.header_offset,
            info.CRC,
        )
        for info in found
    ]


def directory_size(file: BinaryIO) -> int:
    """Bytes of the directory according to the end record (APPNOTE 4.3.16), 0 without one.

    In a zip64 archive the field is full of ones, so the result is above any limit.
    """
    size = file.seek(0, 2)
    file.seek(max(0, size - 65_557))
    tail = file.read()
    at = tail.rfind(b"PK\5\6")
    return int.from_bytes(tail[at + 12 : at + 16], "little") if at >= 0 else 0


def local_member(source: ByteSource) -> ZipMember:
    """The member whose local header is next. Afterwards `source` is at its packed bytes."""
    header = _LOCAL.unpack(source.exactly(_LOCAL.size, "zip"))
    flags, method, check, packed, name_size, extra_size = (header[at] for at in (2, 3, 6, 7, 9, 10))
    name = source.exactly(name_size, "zip").decode("utf-8", "replace")
    source.exactly(extra_size, "zip")
    if flags & 8:  # size and checksum follow the content
        return ZipMember(name, flags, method, None)
    return ZipMember(name, flags, method, None if packed == 0xFFFFFFFF else packed, check=check)


def skip_descriptor(source: ByteSource) -> None:
    """Pass over the data descriptor (APPNOTE 4.3.9): 12 bytes, 8 more in zip64, and 4 more if it has a signature.

    Its size is known by the header of a member or of the directory that follows.
    """
    head = source.peek(28)
    for size in (12, 16, 20, 24):
        if head[size : size + 4] in (b"PK\3\4", b"PK\1\2"):
            source.exactly(size, "zip")
            return
