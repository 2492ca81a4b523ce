"""The guide inside a zip archive, as a stream of bytes.

Usually the directory at the end of the archive says where the members are. If it is missing (a download that broke off) or
would take too much memory, the archive is read from member to member.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from typing import BinaryIO

from ..core.errors import FeedError
from .bounds import Bounds, LayerSize
from .byte_source import ByteSource, Damage
from .decompress import bzip2_stream, xz_stream, zstd_frames
from .deflate import deflated
from .guide_member import (
    HEAD,
    Remarks,
    is_guide_name,
    is_other_document,
    left_out,
    looks_like_guide,
    no_guide,
)
from .zip_format import ZipMember, directory, directory_size, local_member, skip_descriptor

#: A directory of this many bytes lists about 100,000 members, for which zipfile would need ten times as much memory.
_MAX_DIRECTORY = 8 * 1024 * 1024
#: bytes that are read at a time: an archive may have 65,535 members, of which only the beginning is looked at
_READ = 16 * 1024
#: members that are opened only to say whether they are guides
_LOOKED_AT = 20


def from_zip(file: BinaryIO, bounds: Bounds, remarks: Remarks) -> Iterator[bytes]:
    """The content of the first member called .xml or .xmltv, else of the first that looks like a guide, in blocks.

    Raises `FeedError`: `noxml`, `encrypted`, `method`, and those of `LayerSize`, which also counts members that are unpacked
    only to find the next one. Raises `Damage`.
    """
    archive = _Archive(file, bounds, remarks)
    if directory_size(file) > _MAX_DIRECTORY:
        return archive.by_headers(complete=True)
    members = directory(file)
    return archive.by_headers(complete=False) if members is None else archive.by_directory(members)


class _Archive:
    """A zip archive that is read within `bounds`. Members share the position of `file`: read one, then open the next."""

    def __init__(self, file: BinaryIO, bounds: Bounds, remarks: Remarks) -> None:
        self.file, self.bounds, self.remarks = file, bounds, remarks
        self.size = LayerSize(bounds)

    def by_directory(self, members: list[ZipMember]) -> Iterator[bytes]:
        """The guide found by the directory of the archive."""
        named = [member for member in members if is_guide_name(member.name)]
        for member in named or members:
            if named or looks_like_guide(self._content_at(member).peek(HEAD)):
                self._note_others(member, named[1:])
                yield from self._content_at(member).rest()
                return
        raise no_guide("zip")

    def _note_others(self, chosen: ZipMember, others: list[ZipMember]) -> None:
        """Say which XML files are left out. Copies of the chosen one, and files that are no guides, are no loss."""
        if not others:
            return
        self.remarks.notes.append(left_out("zip", [member.name for member in others[:10]], len(others)))
        different = [member for member in others if member.check != chosen.check]
        # Those beyond are not opened: what is left out is known by then, or all of them are something else.
        self.remarks.guides_left_out |= any(self._is_guide(member) for member in different[:_LOOKED_AT])

    def _is_guide(self, member: ZipMember) -> bool:
        try:
            head = self._content_at(member).peek(HEAD)
        except FeedError as error:
            if error.code not in ("encrypted", "method"):
                raise
            return True
        return bool(head) and not is_other_document(head)

    def by_headers(self, *, complete: bool) -> Iterator[bytes]:
        """The guide found by the local headers. `complete` is False if the archive has lost its directory."""
        content = self._find(lambda member, content: is_guide_name(member.name))
        content = content or self._find(lambda member, content: looks_like_guide(content.peek(HEAD)))
        if content is None and complete:
            raise no_guide("zip")
        yield from content.rest() if content else ()
        if not complete:
            raise Damage("truncated zip")

    def _find(self, wanted: Callable[[ZipMember, ByteSource], bool]) -> ByteSource | None:
        """The content of the first member that is wanted; None if there is none before the end or a damaged member."""
        try:
            return next((content for member, content in self._members() if wanted(member, content)), None)
        except Damage:
            return None

    def _members(self) -> Iterator[tuple[ZipMember, ByteSource]]:
        """Each member with its content, found by the local headers. Members that cannot be unpacked are passed over."""
        source = self._source_at(0)
        if source.peek(4) == b"PK\7\x08":  # the mark of an archive that was prepared for splitting
            source.exactly(4, "zip")
        while source.peek(4) == b"PK\3\4":
            member = local_member(source)
            known = member.size is not None
            # If the header says where the member ends, nothing needs to be unpacked to get there.
            packed = ByteSource(source.limited(member.size or 0, "zip")) if known else source
            content = packed
            if not member.flags & 1 and member.method in _METHODS:
                content = ByteSource(self.size.counted(_content(packed, member)))
                yield member, content
            elif not known:
                raise Damage("damaged zip")
            for _ in (packed if known else content).rest():
                pass
            if member.flags & 8:
                skip_descriptor(source)

    def _content_at(self, member: ZipMember) -> ByteSource:
        """The content of a member that the directory lists."""
        if member.flags & 1:
            raise FeedError("the zip archive is encrypted; ask the provider for one that is not", "encrypted")
        if member.method not in _METHODS:
            raise FeedError(
                f"the zip archive uses compression method {member.method}, which is not supported; use deflate",
                "method",
            )
        # Where the archive has lost its beginning, `zipfile` gives places before it; zip64 can name any place.
        inside = 0 <= member.offset < self.file.seek(0, 2)
        source = self._source_at(member.offset if inside else 0)
        if not inside or source.peek(4) != b"PK\3\4":
            return ByteSource(_damaged())
        local_member(source)
        return ByteSource(self.size.counted(_content(source, member)))

    def _source_at(self, offset: int) -> ByteSource:
        self.file.seek(offset)
        return ByteSource(self.bounds.in_time(iter(lambda: self.file.read(_READ), b"")))


def _damaged() -> Iterator[bytes]:
    yield b""
    raise Damage("damaged zip")


def _content(source: ByteSource, member: ZipMember) -> Iterator[bytes]:
    check = 0
    for block in _METHODS[member.method](source, member):
        check = zlib.crc32(block, check)
        yield block
    if member.check is not None and member.check != check:
        raise Damage("damaged zip: its checksum is wrong")


def _stored(source: ByteSource, member: ZipMember) -> Iterator[bytes]:
    if member.size is None:
        raise Damage("damaged zip")
    yield from source.limited(member.size, "zip")


#: the decoders by compression method (APPNOTE 4.4.5)
_METHODS: dict[int, Callable[[ByteSource, ZipMember], Iterator[bytes]]] = {
    0: _stored,
    8: lambda source, member: deflated(source, "zip"),
    12: lambda source, member: bzip2_stream(source),
    93: lambda source, member: zstd_frames()(source),
    95: lambda source, member: xz_stream(source),
}
