"""The guide inside a tar archive, as a stream of bytes. No name from an archive is ever used as a path."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .byte_source import ByteSource, Damage
from .guide_member import HEAD, is_guide_name, looks_like_guide, no_guide
from .signatures import is_tar_header

#: bytes of a member that holds a long name
_MAX_NAME = 64 * 1024


def from_tar(source: ByteSource, notes: list[str]) -> Iterator[bytes]:
    """The content of the first member that is called .xml or .xmltv or that looks like a guide, in blocks.

    One pass must do, because the archive may be a stream. Adds a remark to `notes` if more XML files were left out. Raises
    `FeedError` (`noxml`) and `Damage`.
    """
    found = False
    left_out = 0
    for name, content in _tar_members(source):
        if found:
            left_out += is_guide_name(name)
        elif is_guide_name(name) or looks_like_guide(content.peek(HEAD)):
            found = True
            yield from content.rest()
    if not found:
        raise no_guide("tar")
    if left_out:
        notes.append(f"{left_out} more XML files in the tar archive were left out")


def _tar_members(source: ByteSource) -> Iterator[tuple[str, ByteSource]]:
    """Name and content of each file. A member of kind `L` (GNU) or `x` (pax) holds the long name of the next file."""
    name = ""
    while source.peek(512).strip(b"\0"):
        header = source.exactly(512, "tar")
        if not is_tar_header(header):
            raise Damage("damaged tar")
        kind, size = header[156:157], _tar_number(header[124:136])
        content = ByteSource(source.limited(size, "tar"))
        if kind in (b"L", b"x"):
            name = _long_name(kind, content.peek(min(size, _MAX_NAME)))
        elif kind in (b"0", b"\0", b"7"):
            yield name or _text(header[:100]), content
            name = ""
        for _ in content.rest():
            pass
        # Nothing is wrong if the last member has no padding.
        source.skip(-size % 512)
    # A header of zeros is the end of the archive. If no bytes are left, this raises the damage that there may be.
    source.piece()


def _long_name(kind: bytes, content: bytes) -> str:
    """GNU: the content is the name. pax: lines of a length, a key and a value, of which `path` is the name."""
    path = re.search(rb"\d+ path=([^\n]*)\n", content) if kind == b"x" else None
    return _text(path[1] if path else b"" if kind == b"x" else content)


def _text(field: bytes) -> str:
    return field.partition(b"\0")[0].decode("utf-8", "replace")


def _tar_number(field: bytes) -> int:
    """A number in octal digits, or (GNU, for 8 GiB and more) in bytes after a first bit that is set."""
    if field[0] & 0x80:
        return int.from_bytes(field[1:], "big")
    try:
        return int(field.strip(b" \0") or b"0", 8)
    except ValueError:
        raise Damage("damaged tar") from None
