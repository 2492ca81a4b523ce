"""Blocks of bytes to raw `<channel>` and `<programme>` elements, without parsing them.

Cutting at the boundaries of elements keeps damage local. If a batch is broken, each of its elements is parsed alone, so one
unquoted attribute costs one programme and not the rest of the file (libxml2's recover mode lost 8,456 of 8,456 programmes of
a real feed). It is also faster than a pull parser over the whole document.

Two ways lead to the same elements. The quick way takes every `</programme>` for the end of an element. It is for stretches
where nothing can hide such a tag: no comment, CDATA section or DOCTYPE. All else goes through `Scanner`. Bytes around the
elements are skipped: a second copy of the document, a tar header, text after `</tv>`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from ..core.models import Problems
from .batch import END, MAX_ELEMENT, Batch, Document
from .scanner import AFTER_NAME, LONGEST_NAME, PREFIX, Scanner

#: bytes that are cut at a time: enough that it costs little to hand a batch to a parser process
STRETCH = 256 * 1024
_START = re.compile(rb"<" + PREFIX + rb"(?i:programme|channel)" + AFTER_NAME)
#: the end of a programme that is not written `</programme>`
_OTHER_END = re.compile(rb"</" + PREFIX + rb"(?i:programme)\s*>")
_SPACES = frozenset((b" ", b"\t", b"\r", b"\n"))
#: the beginning of a comment, CDATA section, declaration or processing instruction
_MARK = re.compile(rb"<[!?]")
#: so many `!` or `?` in a stretch are not looked at one by one
_MANY_SIGNS = 2000
#: a processing instruction with a `<` in it, which may be that of an end tag: `<?`, characters that do not end it, `<`
_MARKUP_IN_PI = re.compile(rb"<\?(?:[^?<]|\?(?!>))*<")


class Splitter:
    """Cuts a feed into batches and reports to `problems` what is wrong with the document.

    `line` is the line that is reached. After the iteration, `complete` says whether the document ended with `</tv>` and
    nothing was cut off.
    """

    def __init__(self, problems: Problems, max_element: int = MAX_ELEMENT) -> None:
        self.document = Document(problems, max_element)
        self.complete = False
        self.line = 1
        self._lost = False

    @property
    def entities(self) -> dict[str, str]:
        """The simple entities that the DOCTYPE declared: name to text."""
        return self.document.entities

    def split(self, blocks: Iterable[bytes]) -> Iterator[Batch]:
        """The batches of a feed. The blocks are in UTF-8 or another encoding in which markup is ASCII."""
        buffer = bytearray()
        # Where the search for the last end tag begins, and how long the buffer must be for the next attempt. If little can be
        # cut off, the next attempt waits for as much again, or a long comment would be read anew with each block.
        begin = enough = 0
        for block in stretches(blocks):
            buffer += block
            if self._lost and not self._resynchronise(buffer):
                continue
            if len(buffer) < enough:
                continue
            cut = buffer.rfind(END, begin) + len(END)
            begin = max(0, len(buffer) - len(END))
            if cut < len(END):
                if len(buffer) > self.document.max_element or _OTHER_END.search(
                    buffer, max(0, begin - len(block))
                ):
                    yield from self._scan(buffer, final=False)
                    begin, enough = 0, min(2 * len(buffer), self.document.max_element)
                continue
            region = bytes(memoryview(buffer)[:cut])
            parts = region.split(END)
            parts.pop()
            starts = [piece.find(b"<programme ") for piece in parts]
            if _careful(region, len(parts), even := _even(region, starts)):
                yield from self._scan(buffer, final=False)
                begin, enough = 0, min(2 * len(buffer), self.document.max_element)
            else:
                del buffer[:cut]
                begin = enough = 0
                yield self._quick(region, parts, starts, even)
        yield from self._scan(buffer, final=True)
        self.complete = self.document.closed_tv and not self._lost
        if not self.document.seen_tv:
            self.document.problems.add("notwell", 1, None, "the document has no <tv>")
        elif not self.document.closed_tv:
            self.document.problems.add("notwell", self.line, None, "the document ends before </tv>")

    def _resynchronise(self, buffer: bytearray) -> bool:
        """After an element that never ended: drop bytes up to the next element."""
        found = _START.search(buffer)
        end = found.start() if found else max(0, len(buffer) - LONGEST_NAME)
        self.line += buffer.count(b"\n", 0, end)
        del buffer[:end]
        self._lost = found is None
        return found is not None

    def _quick(self, region: bytes, parts: list[bytes], starts: list[int], even: bool) -> Batch:
        """The batch of a stretch in which every end tag ends an element. `parts` are the pieces between the end tags,
        `starts` the places of their start tags (-1 for none)."""
        batch = Batch(self.line, size=len(region))
        # If every piece has a start tag, and there are as many start tags as pieces, no piece has two.
        even = even or (min(starts) >= 0 and region.count(b"<programme") == len(parts))
        if even and _blank({piece[:start] for piece, start in zip(parts, starts, strict=True)}):
            batch.pieces, batch.starts = parts, starts
        else:
            self._mixed(parts, even, batch)
        self.line += region.count(b"\n")
        return batch

    def _mixed(self, parts: list[bytes], even: bool, batch: Batch) -> None:
        """Fill the batch where there is more than white space between programmes, or a piece may have two start tags."""
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
        """Add a piece that is not white space and one programme: channels, junk, or a programme without its end tag.

        The piece begins on `line`. Returns the line on which it ends.
        """
        inner = Batch(line)
        Scanner(self.document, text, inner, line, final=True).run()
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
        """Cut the buffer with `Scanner`, and delete from it what was dealt with. `final` says that no more bytes follow."""
        text = bytes(buffer)
        batch = Batch(self.line)
        used = Scanner(self.document, text, batch, self.line, final).run()
        if used == 0 and not final and len(text) > self.document.max_element:
            self.document.problems.add(
                "notwell",
                self.line,
                None,
                f"something longer than {self.document.max_element} bytes that does not end was skipped",
            )
            # Drop one byte, so that the search for the next element begins after the start of this one.
            used, self._lost = 1, True
        batch.size = used
        self.line += text.count(b"\n", 0, used)
        del buffer[:used]
        if batch.pieces or batch.channels or used:
            yield batch


def _single(piece: bytes, start: int) -> bool:
    """Whether the tag at `start` is the start tag of a programme, and the only one in the piece."""
    return piece[start + 10 : start + 11] in _SPACES and piece.find(b"<programme", start + 10) < 0


def _even(region: bytes, starts: list[int]) -> bool:
    """Whether it is certain that each piece has one start tag. `starts` are the places of `<programme ` in the pieces.

    The word `programme` stands once in each start tag and once in each end tag. If it stands nowhere else, one count proves
    it. If a text has the word too, the answer is False, and slower checks follow.
    """
    return min(starts) >= 0 and region.count(b"programme") == 2 * len(starts)


def _careful(region: bytes, ends: int, even: bool) -> bool:
    """Whether the stretch needs `Scanner`: an end tag is written in another way (`</programme >`), or something that
    may hide an end tag is in it. `ends` is the number of plain end tags."""
    if not even and region.count(b"</programme") != ends:
        return True
    return _marked(region) and (b"<!" in region or _MARKUP_IN_PI.search(region) is not None)


def _marked(region: bytes) -> bool:
    """Whether there is a `<!` or `<?`. Texts have few `!` and `?`: looking before each takes a quarter of a search for both,
    which stops at every tag."""
    find, less_than = region.find, ord("<")
    for sign in (b"!", b"?"):
        at = -1
        for _ in range(_MANY_SIGNS):
            at = find(sign, at + 1)
            if at < 0:
                break
            if at and region[at - 1] == less_than:
                return True
        else:
            return _MARK.search(region) is not None
    return False


def _blank(gaps: set[bytes]) -> bool:
    """Whether there is only white space between elements. `gaps` is a small set: a feed repeats the same few gaps."""
    return all(not gap or gap.isspace() for gap in gaps)


def stretches(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes in blocks of at most `STRETCH`."""
    for block in blocks:
        if len(block) <= STRETCH:
            yield block
        else:
            yield from (block[start : start + STRETCH] for start in range(0, len(block), STRETCH))
