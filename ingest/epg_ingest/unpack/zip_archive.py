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
    may_hold_a_guide,
    no_guide,
    without_compressions,
)
from .zip_format import ZipMember, directory, directory_size, local_member, skip_descriptor

#: A directory of this many bytes lists about 100,000 members, for which zipfile would need ten times as much memory.
_MAX_DIRECTORY = 8 * 1024 * 1024
#: bytes that are read at a time: an archive may have 65,535 members, of which only the beginning is looked at
_READ = 16 * 1024
#: members that are opened only to say whether they are guides
_LOOKED_AT = 500


def from_zip(file: BinaryIO, bounds: Bounds, remarks: Remarks) -> Iterator[bytes]:
    """The content of the first guide that is called .xml or .xmltv, else of the first guide or archive, in blocks.

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
        """The guide found by the directory of the archive. If no file is one, what is called or begins like one."""
        named = [member for member in members if is_guide_name(member.name)]
        others = [member for member in members if not is_guide_name(member.name)]
        chosen = next(filter(self._is_guide, [*named[:_LOOKED_AT], *others]), named[0] if named else None)
        chosen = chosen or next(filter(self._looks_like_guide, others), None)
        if chosen is None:
            raise no_guide("zip")
        self._note_others(chosen, [member for member in named if member != chosen], others)
        yield from self._content_at(chosen).rest()

    def _note_others(self, chosen: ZipMember, named: list[ZipMember], others: list[ZipMember]) -> None:
        """Say which files are left out: all that are called as guides are, and those of `others` that are guides or archives.

        Copies of the chosen one, and files that are no guides, are no loss.
        """
        # Those beyond are not opened: what is left out is known by then, or all of them are something else.
        guides = [
            member for member in named[:_LOOKED_AT] if _differ(member, chosen) and self._is_guide(member)
        ]
        unnamed = [
            member for member in others[:_LOOKED_AT] if _differ(member, chosen) and self._is_guide(member)
        ]
        if files := [*named, *unnamed]:
            self.remarks.notes.append(left_out("zip", [member.name for member in files[:10]], len(files)))
        self.remarks.guides_left_out |= bool(guides or unnamed)

    def _is_guide(self, member: ZipMember) -> bool:
        """Whether a member is a guide or an archive. One that cannot be opened is what it is called."""
        try:
            content = without_compressions(self._content_at(member), self.size)
            head = content.peek(HEAD) or content.piece()
        except Damage:
            return is_guide_name(member.name)
        except FeedError as error:
            if error.code not in ("encrypted", "method", "encoding"):
                raise
            return is_guide_name(member.name)
        return may_hold_a_guide(member.name, head)

    def _looks_like_guide(self, member: ZipMember) -> bool:
        return looks_like_guide(self._content_at(member).peek(HEAD))

    def by_headers(self, *, complete: bool) -> Iterator[bytes]:
        """The guide found by the local headers. `complete` is False if the archive has lost its directory."""
        content = self._find(
            lambda member, content: is_guide_name(member.name) and not is_other_document(content.peek(HEAD))
        )
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


def _differ(one: ZipMember, other: ZipMember) -> bool:
    return one.check != other.check


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
