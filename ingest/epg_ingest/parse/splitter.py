"""Blocks of bytes to raw `<channel>` and `<programme>` elements, without parsing them.

Cutting at element boundaries is what keeps damage local: each element is parsed by itself when its batch is broken, so
one unquoted attribute costs one programme and not the rest of the file (measured: libxml2's recover mode lost 8,456 of
8,456). It is also faster than a pull parser over the whole document.

Whatever stands around the elements is read through: a second copy of the document, a tar header, text after `</tv>`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from ..core.models import Problems
from .markup import Walk

#: one element may be this large; what does not end by then is skipped up to the next element
MAX_ELEMENT = 8 * 1024 * 1024
#: elements are cut from this many bytes at a time: large enough that handing a batch to a parser process costs little
STRETCH = 256 * 1024
END = b"</programme>"
_START = re.compile(rb"<(?:programme|channel)[\s>/]")
_SPACES = frozenset((b" ", b"\t", b"\r", b"\n"))
#: what begins a comment, CDATA, a declaration or an instruction
_MARK = re.compile(rb"<[!?]")
#: an instruction that holds a `<`, so that an end tag inside it is not taken for one
_MARKUP_IN_PI = re.compile(rb"<\?(?:[^?<]|\?(?!>))*<")


@dataclass
class Batch:
    """Elements cut from one stretch of the feed.

    `pieces[i][starts[i]:]` is the i-th programme from `<programme` up to its end tag, which is left out (add `END`);
    what precedes it in the piece stood between the elements. `unclosed` holds the indexes of programmes that had no
    end tag of their own. `channels` holds whole `<channel>` elements with their lines. Lines are 1-based; `gaps[i]` are
    the lines in front of piece i that are in no piece.
    """

    line: int
    pieces: list[bytes] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    unclosed: set[int] = field(default_factory=set)
    channels: list[tuple[int, bytes]] = field(default_factory=list)
    gaps: dict[int, int] = field(default_factory=dict)
    size: int = 0
    _lines: list[int] = field(default_factory=list)

    def line_of(self, index: int) -> int:
        """The line on which programme `index` begins. The batch must be complete."""
        if not self._lines:
            line = self.line
            for place, piece in enumerate(self.pieces):
                line += self.gaps.get(place, 0)
                self._lines.append(line)
                line += piece.count(b"\n")
        return self._lines[index] + self.pieces[index].count(b"\n", 0, self.starts[index])


class Splitter:
    """Cuts a feed into `Batch`es. After the iteration `complete` tells whether the document ended with `</tv>` and
    nothing was cut off, and `entities` holds the simple entities that its own DOCTYPE declared."""

    def __init__(self, problems: Problems, max_element: int = MAX_ELEMENT) -> None:
        self.problems = problems
        self.max_element = max_element
        self.entities: dict[str, str] = {}
        self.complete = False
        self.seen_tv = False
        self.closed_tv = False
        self.line = 1
        self._rest = b""
        self._lost = False

    def split(self, blocks: Iterable[bytes]) -> Iterator[Batch]:
        """The batches of a feed given as blocks in UTF-8 or another encoding that keeps ASCII markup."""
        buffer = bytearray()
        for block in stretches(blocks):
            buffer += block
            if self._lost and not self._resynchronise(buffer):
                continue
            cut = buffer.rfind(END) + len(END)
            if cut < len(END):
                if len(buffer) > self.max_element:
                    yield from self._scan(buffer, final=False)
                continue
            region = bytes(memoryview(buffer)[:cut])
            parts = region.split(END)
            parts.pop()
            starts = [piece.find(b"<programme ") for piece in parts]
            if _careful(region, len(parts), even := _even(region, starts)):
                yield from self._scan(buffer, final=False)
            else:
                del buffer[:cut]
                yield self._quick(region, parts, starts, even)
        yield from self._scan(buffer, final=True)
        self.complete = self.closed_tv and not self._lost
        if not self.seen_tv:
            self.problems.add("notwell", 1, None, "the document has no <tv>")
        elif not self.closed_tv:
            self.problems.add("notwell", self.line, None, "the document ends before </tv>")

    def _resynchronise(self, buffer: bytearray) -> bool:
        """After an element that never ended: drop bytes up to the next element."""
        found = _START.search(buffer)
        end = found.start() if found else max(0, len(buffer) - 16)
        self.line += buffer.count(b"\n", 0, end)
        del buffer[:end]
        self._lost = found is None
        return found is not None

    def _quick(self, region: bytes, parts: list[bytes], starts: list[int], even: bool) -> Batch:
        """A stretch without comments or CDATA that ends with an end tag: every end tag is a boundary."""
        batch = Batch(self.line, size=len(region))
        # With a start tag in every piece, and as many as end tags in all, no piece has two.
        even = even or (min(starts) >= 0 and region.count(b"<programme") == len(parts))
        if even and _blank({piece[:start] for piece, start in zip(parts, starts, strict=True)}):
            batch.pieces, batch.starts = parts, starts
        else:
            self._mixed(parts, even, batch)
        self.line += region.count(b"\n")
        return batch

    def _mixed(self, parts: list[bytes], even: bool, batch: Batch) -> None:
        """The same where more than white space stands between the programmes, or a piece may have two start tags."""
        pieces, line, counted = batch.pieces, batch.line, 0
        for piece in parts:
            start = piece.find(b"<programme")
            if start < 0 or (start and not piece[:start].isspace()) or not (even or _single(piece, start)):
                line += sum(part.count(b"\n") for part in pieces[counted:])
                line = self._odd(piece + END, batch, line)
                counted = len(pieces)
            else:
                pieces.append(piece)
                batch.starts.append(start)

    def _odd(self, text: bytes, batch: Batch, line: int) -> int:
        """A piece that is not white space and one programme: channels, junk, or a programme without its end tag.

        It begins on `line`; returns the line on which it ends.
        """
        inner = Batch(line)
        self._tokens(text, inner, line, final=True)
        offset = len(batch.pieces)
        batch.pieces += inner.pieces
        batch.starts += inner.starts
        batch.unclosed |= {offset + index for index in inner.unclosed}
        batch.channels += inner.channels
        lines = text.count(b"\n")
        missing = lines - sum(piece.count(b"\n") for piece in inner.pieces)
        if missing:
            place = len(batch.pieces)
            batch.gaps[place] = batch.gaps.get(place, 0) + missing
        return line + lines

    def _scan(self, buffer: bytearray, final: bool) -> Iterator[Batch]:
        """The careful way: comments, CDATA, instructions and the DOCTYPE are told from real tags."""
        text = bytes(buffer)
        batch = Batch(self.line)
        used = self._tokens(text, batch, self.line, final)
        if used == 0 and not final and len(text) > self.max_element:
            self.problems.add(
                "notwell",
                self.line,
                None,
                f"something longer than {self.max_element} bytes that does not end was skipped",
            )
            # One byte is dropped, so that the next element is looked for behind the start of this one.
            used, self._lost = 1, True
        batch.size = used
        self.line += text.count(b"\n", 0, used)
        del buffer[:used]
        if batch.pieces or batch.channels or used:
            yield batch

    def _tokens(self, text: bytes, batch: Batch, line: int, final: bool) -> int:
        """Walk the markup of `text` into `batch`; return how many bytes are dealt with."""
        walk = Walk(self, text, batch, line, final)
        return walk.run()


def _single(piece: bytes, start: int) -> bool:
    """Whether the tag at `start` is a programme's, and the only one."""
    return piece[start + 10 : start + 11] in _SPACES and piece.find(b"<programme", start + 10) < 0


def _even(region: bytes, starts: list[int]) -> bool:
    """Whether each piece has one start tag and one end tag for certain. One count says it where no text has the word."""
    return min(starts) >= 0 and region.count(b"programme") == 2 * len(starts)


def _careful(region: bytes, ends: int, even: bool) -> bool:
    """Whether one of the end tags in `region` may be none, or there are more than `ends`, written in another way."""
    if not even and region.count(b"</programme") != ends:
        return True
    # One look for both: two would read the feed twice.
    return _MARK.search(region) is not None and (b"<!" in region or _MARKUP_IN_PI.search(region) is not None)


def _blank(gaps: set[bytes]) -> bool:
    """Whether what stands between elements is white space or nothing: the same few runs, all through a feed."""
    return all(not gap or gap.isspace() for gap in gaps)


def stretches(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes in small blocks."""
    for block in blocks:
        if len(block) <= STRETCH:
            yield block
        else:
            yield from (block[start : start + STRETCH] for start in range(0, len(block), STRETCH))
