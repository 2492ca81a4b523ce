"""The files in a tar archive, as streams of bytes. No name from an archive is ever used as a path."""

from __future__ import annotations

from collections.abc import Iterator

from .byte_source import ByteSource, Damage
from .signatures import is_tar_header

#: bytes of a member that holds a long name
_MAX_NAME = 64 * 1024


def tar_members(source: ByteSource) -> Iterator[tuple[str, ByteSource]]:
    """Name and content of each file; what is not taken of a content is passed over. Raises `Damage`.

    One pass must do, because the archive may be a stream. A member of kind `L` (GNU) or `x` (pax) holds the long name of the
    next file. Zeros end the archive, but another may follow (`cat a.tar b.tar`). Other bytes after it are not taken.
    """
    name = ""
    while _another(source):
        header = source.exactly(512, "tar")
        if not is_tar_header(header):
            raise Damage("damaged tar")
        kind, size = header[156:157], _tar_number(header[124:136])
        content = ByteSource(source.limited(size, "tar"), source.careful)
        if kind in (b"L", b"x"):
            name = _long_name(kind, content.peek(min(size, _MAX_NAME))) or name
        elif kind not in (b"K", b"g"):  # a long target of a link, a header for all files
            if kind in (b"0", b"\0", b"7"):
                yield name or _text(header[:100]), content
            name = ""
        for _ in content.rest():
            pass
        # Nothing is wrong if the last member has no padding.
        source.skip(-size % 512)
    if not source.peek(1):
        # If the layer outside is damaged, this raises.
        source.piece()


def _another(source: ByteSource) -> bool:
    """Whether a header comes next. A damaged one counts, except after the end of an archive."""
    head = source.peek(512)
    if head.strip(b"\0"):
        return True
    source.skip_zeros()
    return is_tar_header(source.peek(512))


def _long_name(kind: bytes, content: bytes) -> str:
    """GNU: the content is the name. pax: records, of which `path` is the name."""
    if kind == b"L":
        return _text(content)
    return _text(next((value for key, value in _pax_records(content) if key == b"path"), b""))


def _pax_records(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Key and value of each record: its length in digits, a blank, `key=value`, a newline. Stops at one that is none."""
    at = 0
    while at < len(content):
        blank = content.find(b" ", at, at + 20)
        digits = content[at:blank]
        if blank < 0 or not digits.isdigit() or int(digits) <= blank - at + 1:
            return
        key, _, value = content[blank + 1 : at + int(digits) - 1].partition(b"=")
        yield key, value
        at += int(digits)


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
