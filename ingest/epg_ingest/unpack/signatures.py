"""What a file is packed with, by its first bytes (its signature)."""

from __future__ import annotations

from collections.abc import Callable


def kind_of(head: bytes) -> str | None:
    """The packing (such as `gzip`) of a file that begins with `head`, 512 bytes or the whole file; None for plain bytes."""
    for kind, begins in _MAGIC.items():
        if begins(head):
            return kind
    return None


def is_tar_header(block: bytes) -> bool:
    """Whether these 512 bytes are the header of a tar member: the checksum in it is right.

    POSIX ustar: the sum of all bytes, with eight blanks in place of the checksum itself, as an octal number.
    """
    try:
        stated = int(block[148:156].strip(b" \0") or b"-1", 8)
    except ValueError:
        return False
    return len(block) >= 512 and stated == sum(block[:148]) + 8 * 32 + sum(block[156:512])


def _is_bzip2(head: bytes) -> bool:
    # what follows is the first block, or the end mark of an empty file
    marks = (b"1AY&SY", b"\x17rE8P\x90")
    return head[:3] == b"BZh" and head[3:4] in b"123456789" and head[4:10] in marks


def _is_zstd(head: bytes) -> bool:
    # a frame of data, or a skippable frame
    return head[:4] == b"(\xb5/\xfd" or (head[1:4] == b"*M\x18" and head[0] & 0xF0 == 0x50)


_MAGIC: dict[str, Callable[[bytes], bool]] = {
    "gzip": lambda head: head[:3] == b"\x1f\x8b\x08",
    "xz": lambda head: head[:6] == b"\xfd7zXZ\0",
    "bzip2": _is_bzip2,
    "zstd": _is_zstd,
    "zip": lambda head: head[:4] in (b"PK\3\4", b"PK\5\6", b"PK\7\x08"),
    "tar": is_tar_header,
}
