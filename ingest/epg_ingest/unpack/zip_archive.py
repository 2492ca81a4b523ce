"""The guide inside a zip archive, as a stream of bytes.

Usually the directory at the end of the archive says where the members are. If it is missing (a download that broke off) or
would take too much memory, the archive is read from member to member.
"""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from ..core.errors import FeedError
from .byte_source import BLOCK, ByteSource, Damage
from .decompress import bzip2_stream, xz_stream, zstd_frame
from .deflate import deflated
from .guide_member import HEAD, is_guide_name, looks_like_guide, no_guide

#: A directory of this many bytes lists about 100,000 members, for which zipfile would need ten times as much memory.
_MAX_DIRECTORY = 8 * 1024 * 1024
#: the local header in front of each member, without its name and extra field (APPNOTE 4.3.7)
_LOCAL = struct.Struct("<4s5H3I2H")


@dataclass(frozen=True)
class _ZipMember:
    """A member of the archive. `offset` is where its local header begins, `check` the CRC-32 of its content.

    `size` counts its packed bytes; None if the archive gives it only after the content.
    """

    name: str
    flags: int
    method: int
    size: int | None
    offset: int = 0
    check: int | None = None


def from_zip(file: BinaryIO, notes: list[str]) -> Iterator[bytes]:
    """The content of the first member called .xml or .xmltv, else of the first that looks like a guide, in blocks.

    Adds a remark to `notes` if more XML files were left out. Raises `FeedError` (`noxml`, `encrypted`, `method`) and `Damage`.
    """
    if _directory_size(file) > _MAX_DIRECTORY:
        return _from_headers(file, complete=True)
    members = _directory(file)
    return _from_headers(file, complete=False) if members is None else _from_directory(file, members, notes)


def _from_directory(file: BinaryIO, members: list[_ZipMember], notes: list[str]) -> Iterator[bytes]:
    named = [member for member in members if is_guide_name(member.name)]
    if len(named) > 1:
        notes.append(f"{len(named) - 1} more XML files in the zip archive were left out")
    for member in named or members:
        content = _content_at(file, member)
        if named or looks_like_guide(content.peek(HEAD)):
            yield from content.rest()
            return
    raise no_guide("zip")


def _from_headers(file: BinaryIO, *, complete: bool) -> Iterator[bytes]:
    """The guide found by the local headers. `complete` is False if the archive has lost its directory."""
    content = _find(file, lambda member, content: is_guide_name(member.name))
    content = content or _find(file, lambda member, content: looks_like_guide(content.peek(HEAD)))
    if content is None and complete:
        raise no_guide("zip")
    yield from content.rest() if content else ()
    if not complete:
        raise Damage("truncated zip")


def _find(file: BinaryIO, wanted: Callable[[_ZipMember, ByteSource], bool]) -> ByteSource | None:
    """The content of the first member that is wanted; None if there is none before the end or a damaged member."""
    try:
        return next((content for member, content in _members(file) if wanted(member, content)), None)
    except Damage:
        return None


def _directory(file: BinaryIO) -> list[_ZipMember] | None:
    """The members as the directory at the end lists them; None if there is no usable directory."""
    if _directory_size(file) > _MAX_DIRECTORY:
        return None
    try:
        with zipfile.ZipFile(file) as archive:
            found = [info for info in archive.infolist() if not info.is_dir()]
    except (zipfile.BadZipFile, struct.error, ValueError, OverflowError, NotImplementedError, OSError):
        return None
    return [
        _ZipMember(
            info.filename,
            info.flag_bits,
            info.compress_type,
            info.compress_size,
            info.header_offset,
            info.CRC,
        )
        for info in found
    ]


def _directory_size(file: BinaryIO) -> int:
    """Bytes of the directory according to the end record (APPNOTE 4.3.16), 0 without one.

    In a zip64 archive the field is full of ones, so the result is above any limit.
    """
    size = file.seek(0, 2)
    file.seek(max(0, size - 65_557))
    tail = file.read()
    at = tail.rfind(b"PK\5\6")
    return int.from_bytes(tail[at + 12 : at + 16], "little") if at >= 0 else 0


def _members(file: BinaryIO) -> Iterator[tuple[_ZipMember, ByteSource]]:
    """Each member with its content, found by the local headers. Members that cannot be unpacked are passed over."""
    source = _source_at(file, 0)
    if source.peek(4) == b"PK\7\x08":  # the mark of an archive that was prepared for splitting
        source.exactly(4, "zip")
    while source.peek(4) == b"PK\3\4":
        member = _local_member(source)
        if member.flags & 1 or member.method not in _METHODS:
            content = ByteSource(_stored(source, member))
        else:
            content = ByteSource(_content(source, member))
            yield member, content
        for _ in content.rest():
            pass
        if member.flags & 8:
            _skip_descriptor(source)


def _content_at(file: BinaryIO, member: _ZipMember) -> ByteSource:
    """The content of a member that the directory lists."""
    if member.flags & 1:
        raise FeedError("the zip archive is encrypted; ask the provider for one that is not", "encrypted")
    if member.method not in _METHODS:
        raise FeedError(
            f"the zip archive uses compression method {member.method}, which is not supported; use deflate",
            "method",
        )
    source = _source_at(file, member.offset)
    if source.peek(4) != b"PK\3\4":
        return ByteSource(_damaged())
    _local_member(source)
    return ByteSource(_content(source, member))


def _damaged() -> Iterator[bytes]:
    yield b""
    raise Damage("damaged zip")


def _source_at(file: BinaryIO, offset: int) -> ByteSource:
    file.seek(offset)
    return ByteSource(iter(lambda: file.read(BLOCK), b""))


def _local_member(source: ByteSource) -> _ZipMember:
    """The member whose local header is next. Afterwards `source` is at its packed bytes."""
    header = _LOCAL.unpack(source.exactly(_LOCAL.size, "zip"))
    flags, method, check, packed, name_size, extra_size = (header[at] for at in (2, 3, 6, 7, 9, 10))
    name = source.exactly(name_size, "zip").decode("utf-8", "replace")
    source.exactly(extra_size, "zip")
    if flags & 8:  # size and checksum follow the content
        return _ZipMember(name, flags, method, None)
    return _ZipMember(name, flags, method, None if packed == 0xFFFFFFFF else packed, check=check)


def _content(source: ByteSource, member: _ZipMember) -> Iterator[bytes]:
    check = 0
    for block in _METHODS[member.method](source, member):
        check = zlib.crc32(block, check)
        yield block
    if member.check is not None and member.check != check:
        raise Damage("damaged zip: its checksum is wrong")


def _stored(source: ByteSource, member: _ZipMember) -> Iterator[bytes]:
    if member.size is None:
        raise Damage("damaged zip")
    yield from source.limited(member.size, "zip")


#: the decoders by compression method (APPNOTE 4.4.5)
_METHODS: dict[int, Callable[[ByteSource, _ZipMember], Iterator[bytes]]] = {
    0: _stored,
    8: lambda source, member: deflated(source, "zip"),
    12: lambda source, member: bzip2_stream(source),
    93: lambda source, member: zstd_frame(source),
    95: lambda source, member: xz_stream(source),
}


def _skip_descriptor(source: ByteSource) -> None:
    """Pass over the data descriptor (APPNOTE 4.3.9): 12 bytes, 8 more in zip64, and 4 more if it has a signature.

    Its size is known by the header of a member or of the directory that follows.
    """
    head = source.peek(28)
    for size in (12, 16, 20, 24):
        if head[size : size + 4] in (b"PK\3\4", b"PK\1\2"):
            source.exactly(size, "zip")
            return
