"""The guide inside a zip archive, as a stream of bytes.

The archive is read by its directory; where that is missing (a download that broke off) or would take too much
memory, from member to member.
"""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from ..core.errors import FeedError
from .compression import BLOCK, Damage, Feed, bzip2_stream, deflated, xz_stream, zstd_frame
from .tar_archive import HEAD, is_guide_name, looks_like_guide, no_guide

#: a directory of this size, in bytes, is 100,000 members; zipfile would keep ten times as much in memory
_MAX_DIRECTORY = 8 * 1024 * 1024
_LOCAL = struct.Struct("<4s5H3I2H")


@dataclass(frozen=True)
class _Entry:
    """A zip member: `offset` of its local header, `size` of its packed bytes, None when only the end will
    tell.
    """

    name: str
    flags: int
    method: int
    size: int | None
    offset: int = 0
    check: int | None = None


def from_zip(file: BinaryIO, notes: list[str]) -> Iterator[bytes]:
    """The first member called .xml or .xmltv, else the first that looks like a guide.

    `notes` says when more were left out. Raises FeedError (`noxml`, `encrypted`, `method`) and Damage.
    """
    if _directory_size(file) > _MAX_DIRECTORY:
        return _from_members(file, complete=True)
    entries = _directory(file)
    return _from_members(file, complete=False) if entries is None else _from_entries(file, entries, notes)


def _from_entries(file: BinaryIO, entries: list[_Entry], notes: list[str]) -> Iterator[bytes]:
    named = [entry for entry in entries if is_guide_name(entry.name)]
    if len(named) > 1:
        notes.append(f"{len(named) - 1} more XML files in the zip archive were left out")
    for entry in named or entries:
        content = _content_at(file, entry)
        if named or looks_like_guide(content.peek(HEAD)):
            yield from content.rest()
            return
    raise no_guide("zip")


def _from_members(file: BinaryIO, *, complete: bool) -> Iterator[bytes]:
    """The same without a directory. `complete` is False when the archive should have one."""
    content = _find(file, lambda entry, content: is_guide_name(entry.name))
    content = content or _find(file, lambda entry, content: looks_like_guide(content.peek(HEAD)))
    if content is None and complete:
        raise no_guide("zip")
    yield from content.rest() if content else ()
    if not complete:
        raise Damage("truncated zip")


def _find(file: BinaryIO, wanted: Callable[[_Entry, Feed], bool]) -> Feed | None:
    """The content of the first member that is wanted; None also when a broken member is in the way."""
    try:
        return next((content for entry, content in _members(file) if wanted(entry, content)), None)
    except Damage:
        return None


def _directory(file: BinaryIO) -> list[_Entry] | None:
    """The members by the directory at the end; None when there is no usable one."""
    if _directory_size(file) > _MAX_DIRECTORY:
        return None
    try:
        with zipfile.ZipFile(file) as archive:
            found = [info for info in archive.infolist() if not info.is_dir()]
    except (zipfile.BadZipFile, struct.error, ValueError, OverflowError, NotImplementedError, OSError):
        return None
    return [
        _Entry(
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
    """Bytes of the directory by the end record (APPNOTE 4.3.16), too many when only zip64 knows; 0 without
    one.
    """
    size = file.seek(0, 2)
    file.seek(max(0, size - 65_557))
    tail = file.read()
    at = tail.rfind(b"PK\5\6")
    return int.from_bytes(tail[at + 12 : at + 16], "little") if at >= 0 else 0


def _members(file: BinaryIO) -> Iterator[tuple[_Entry, Feed]]:
    """Member after member with its content, by their local headers, without what cannot be unpacked."""
    feed = _feed_at(file, 0)
    if feed.peek(4) == b"PK\7\x08":  # the mark of an archive that could have been split
        feed.exactly(4, "zip")
    while feed.peek(4) == b"PK\3\4":
        entry = _local_entry(feed)
        if entry.flags & 1 or entry.method not in _METHODS:
            content = Feed(_stored(feed, entry))
        else:
            content = Feed(_content(feed, entry))
            yield entry, content
        for _ in content.rest():
            pass
        if entry.flags & 8:
            _skip_descriptor(feed)


def _content_at(file: BinaryIO, entry: _Entry) -> Feed:
    """The content of a member of the directory."""
    if entry.flags & 1:
        raise FeedError("the zip archive is encrypted; ask the provider for one that is not", "encrypted")
    if entry.method not in _METHODS:
        raise FeedError(
            f"the zip archive uses compression method {entry.method}, which is not supported; use deflate",
            "method",
        )
    feed = _feed_at(file, entry.offset)
    if feed.peek(4) != b"PK\3\4":
        return Feed(_broken())
    _local_entry(feed)
    return Feed(_content(feed, entry))


def _broken() -> Iterator[bytes]:
    yield b""
    raise Damage("damaged zip")


def _feed_at(file: BinaryIO, offset: int) -> Feed:
    file.seek(offset)
    return Feed(iter(lambda: file.read(BLOCK), b""))


def _local_entry(feed: Feed) -> _Entry:
    """The member whose local header (APPNOTE 4.3.7) is next; leaves the feed at its packed bytes."""
    header = _LOCAL.unpack(feed.exactly(_LOCAL.size, "zip"))
    flags, method, check, packed, name_size, extra_size = (header[at] for at in (2, 3, 6, 7, 9, 10))
    name = feed.exactly(name_size, "zip").decode("utf-8", "replace")
    feed.exactly(extra_size, "zip")
    if flags & 8:  # size and check sum follow the content
        return _Entry(name, flags, method, None)
    return _Entry(name, flags, method, None if packed == 0xFFFFFFFF else packed, check=check)


def _content(feed: Feed, entry: _Entry) -> Iterator[bytes]:
    check = 0
    for block in _METHODS[entry.method](feed, entry):
        check = zlib.crc32(block, check)
        yield block
    if entry.check is not None and entry.check != check:
        raise Damage("damaged zip: its check sum differs")


def _stored(feed: Feed, entry: _Entry) -> Iterator[bytes]:
    if entry.size is None:
        raise Damage("damaged zip")
    yield from feed.limited(entry.size, "zip")


_METHODS: dict[int, Callable[[Feed, _Entry], Iterator[bytes]]] = {
    0: _stored,
    8: lambda feed, entry: deflated(feed, "zip"),
    12: lambda feed, entry: bzip2_stream(feed),
    93: lambda feed, entry: zstd_frame(feed),
    95: lambda feed, entry: xz_stream(feed),
}


def _skip_descriptor(feed: Feed) -> None:
    """Pass over the data descriptor (APPNOTE 4.3.9): 12 bytes, with or without mark, more in zip64."""
    head = feed.peek(28)
    for size in (12, 16, 20, 24):
        if head[size : size + 4] in (b"PK\3\4", b"PK\1\2"):
            feed.exactly(size, "zip")
            return
