"""Packed bytes as the decoders take them: in pieces, with a look ahead, and with unused bytes given back."""

from __future__ import annotations

from collections.abc import Iterator

#: bytes that a decoder gets at once: 512 bytes of deflate become at most 0.5 MiB
PIECE = 512
#: bytes of a block of output, roughly
BLOCK = 256 * 1024


class Damage(Exception):
    """The bytes end too early or cannot be decoded. All bytes before the damage have been given out."""


class ByteSource:
    """The bytes of an iterator of blocks, taken in pieces of any size.

    If the iterator raises `Damage`, it is raised here when all bytes before it have been taken, never by `peek`. `careful` is
    for `deflate.deflated`: False lets it take large pieces, which halves the time, and raise `ReadAgain` at damage.
    """

    def __init__(self, blocks: Iterator[bytes], careful: bool = True) -> None:
        self.careful = careful
        self._blocks = blocks
        self._held = b""
        self._at = 0
        self._damage: Damage | None = None

    def peek(self, size: int) -> bytes:
        """The next `size` bytes, fewer at the end. They are not taken."""
        have = len(self._held) - self._at
        if have < size:
            # The blocks are joined once: a decoder may give them one byte at a time.
            blocks = [self._held[self._at :]]
            while have < size and (block := self._next()):
                blocks.append(block)
                have += len(block)
            self._held, self._at = b"".join(blocks), 0
        return self._held[self._at : self._at + size]

    def piece(self, size: int = PIECE) -> bytes:
        """Take at most `size` bytes, b"" at the end. Raises `Damage` if the end is damaged."""
        if self._at >= len(self._held):
            self._held, self._at = self._next(), 0
            if not self._held and self._damage:
                raise self._damage
        piece = self._held[self._at : self._at + size]
        self._at += len(piece)
        return piece

    def exactly(self, size: int, name: str) -> bytes:
        """Take `size` bytes. Raises `Damage` ("truncated" and `name`) if there are fewer."""
        taken = b""
        while len(taken) < size:
            piece = self.piece(size - len(taken))
            if not piece:
                raise Damage(f"truncated {name}")
            taken += piece
        return taken

    def back(self, rest: bytes) -> None:
        """Give back `rest`, the end of the last piece."""
        self._at -= len(rest)

    def skip_zeros(self) -> None:
        """Pass over the zero bytes that tapes and block devices leave between and after streams."""
        while (head := self.peek(PIECE)) and not head.strip(b"\0"):
            self._at += len(head)
        self._at += len(head) - len(head.lstrip(b"\0"))

    def skip_to_zero(self, name: str) -> None:
        """Pass over the bytes up to a zero byte, and over that. Raises `Damage` ("truncated" and `name`) if there is none."""
        while piece := self.piece():
            end = piece.find(b"\0")
            if end >= 0:
                self.back(piece[end + 1 :])
                return
        raise Damage(f"truncated {name}")

    def skip(self, size: int) -> None:
        """Pass over `size` bytes, or all that is left if there are fewer."""
        self._at += len(self.peek(size))

    def limited(self, size: int, name: str) -> Iterator[bytes]:
        """Take the next `size` bytes in blocks. Raises `Damage` ("truncated" and `name`) if there are fewer."""
        while size > 0:
            piece = self.piece(min(BLOCK, size))
            if not piece:
                raise Damage(f"truncated {name}")
            size -= len(piece)
            yield piece

    def rest(self) -> Iterator[bytes]:
        """Take all that is left, in blocks."""
        while block := self.piece(BLOCK):
            yield block

    def _next(self) -> bytes:
        if self._damage is None:
            try:
                return next(filter(None, self._blocks), b"")
            except Damage as damage:
                self._damage = damage
        return b""
