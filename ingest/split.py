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
from html import unescape

from .models import Problems

#: one element may be this large; what does not end by then is skipped up to the next element
MAX_ELEMENT = 8 * 1024 * 1024
#: elements are cut from this many bytes at a time: large enough that handing a batch to a parser process costs little
STRETCH = 256 * 1024
END = b"</programme>"
_TOKEN = re.compile(rb"<!--|<!\[CDATA\[|<!DOCTYPE|<\?|<(/?)(programme|channel|tv)(?=[\s>/])", re.DOTALL)
_START = re.compile(rb"<(?:programme|channel)[\s>/]")
_DOCTYPE_END = re.compile(rb"[^\[>]*(\[.*?\]\s*)?>", re.DOTALL)
#: an entity whose text holds nothing but characters and references to characters: no entity grows by others
_ENTITY = re.compile(
    rb"""<!ENTITY\s+([A-Za-z_][\w.-]{0,60})\s+"""
    rb"""(?:"((?:[^"<&%]|&#\w{1,8};){0,200})"|'((?:[^'<&%]|&#\w{1,8};){0,200})')\s*>"""
)
_CLOSE_TAG = re.compile(rb"[^<>]{0,200}>")
_SPACES = frozenset((b" ", b"\t", b"\r", b"\n"))
_SELF_CLOSED = re.compile(rb"[^<>]{0,4000}/>")
_CLOSERS = {b"<!--": b"-->", b"<![CDATA[": b"]]>", b"<?": b"?>"}
#: an instruction that holds a `<`, so that an end tag inside it is not taken for one
_MARKUP_IN_PI = re.compile(rb"<\?(?:[^?<]|\?(?!>))*<")
_ROOT_END = re.compile(rb"</tv\s*>")
_BLANK = b" \t\r\n\0"


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
            if _careful(region, len(parts) - 1):
                yield from self._scan(buffer, final=False)
            else:
                del buffer[:cut]
                yield self._quick(region, parts)
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

    def _quick(self, region: bytes, parts: list[bytes]) -> Batch:
        """A stretch without comments or CDATA that ends with an end tag: every end tag is a boundary."""
        batch = Batch(self.line, size=len(region))
        pieces, starts = batch.pieces, batch.starts
        line, counted = batch.line, 0
        parts.pop()
        found = [piece.find(b"<programme") for piece in parts]
        # With as many start tags as end tags, and one in every piece, no piece has two.
        even = region.count(b"<programme ") == region.count(b"<programme") == len(parts) and min(found) >= 0
        for piece, start in zip(parts, found, strict=True):
            if start < 0 or (start and not piece[:start].isspace()) or not (even or _single(piece, start)):
                line += sum(part.count(b"\n") for part in pieces[counted:])
                line = self._odd(piece + END, batch, line)
                counted = len(pieces)
            else:
                pieces.append(piece)
                starts.append(start)
        self.line += region.count(b"\n")
        return batch

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
        walk = _Walk(self, text, batch, line, final)
        return walk.run()


def _single(piece: bytes, start: int) -> bool:
    """Whether the tag at `start` is a programme's, and the only one."""
    return piece[start + 10 : start + 11] in _SPACES and piece.find(b"<programme", start + 10) < 0


def _careful(region: bytes, ends: int) -> bool:
    """Whether one of the end tags in `region` may be none, or there are more than `ends`, written in another way."""
    return (
        b"<!" in region
        or region.count(b"</programme") != ends
        or (b"<?" in region and _MARKUP_IN_PI.search(region) is not None)
    )


def stretches(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes in small blocks."""
    for block in blocks:
        if len(block) <= STRETCH:
            yield block
        else:
            yield from (block[start : start + STRETCH] for start in range(0, len(block), STRETCH))


class _Walk:
    """One walk over a stretch of markup. `opened` is the element being read, with where it starts."""

    def __init__(self, owner: Splitter, text: bytes, batch: Batch, line: int, final: bool) -> None:
        self.owner, self.text, self.batch, self.line, self.final = owner, text, batch, line, final
        self.opened: tuple[bytes, int] | None = None
        # where the first tag within the open programme is that can only be its child if it has an end tag of its own
        self.inner: int | None = None
        self.rooted = False
        self.begun = 0
        self.counted = (0, line)
        # What was looked for in vain is not looked for again, or a text full of marks takes quadratic time.
        self.absent: set[bytes] = set()
        self.root_end: int | None = None

    def run(self) -> int:
        position = 0
        while (found := _TOKEN.search(self.text, position)) or (self.final and self.rooted):
            after = self._token(found) if found else self._back()
            if after is None:
                assert found
                return self._settled(found.start())
            position = after
        if self.opened:
            return self._tail()
        if not self.final:
            return max(position, len(self.text) - 16)
        rest = self.text[position:].lstrip(_BLANK)
        if self.owner.closed_tv and rest:
            self.owner.problems.add(
                "notwell", self._line(len(self.text) - len(rest)), None, "text after </tv>"
            )
        return len(self.text)

    def _settled(self, outside: int) -> int:
        """How far the text is dealt with when more is needed."""
        return self.opened[1] if self.opened else outside

    def _tail(self) -> int:
        assert self.opened is not None
        if not self.final:
            return self.opened[1]
        self.owner.problems.add("notwell", self._line(self.opened[1]), None, "the last element is cut off")
        self.owner.closed_tv = False
        return len(self.text)

    def _line(self, position: int) -> int:
        """The line of a position; counted onwards from the last one asked for, or a long channel list is quadratic."""
        counted, line = self.counted
        if position < counted:
            counted, line = 0, self.line
        line += self.text.count(b"\n", counted, position)
        self.counted = (position, line)
        return line

    def _token(self, found: re.Match[bytes]) -> int | None:
        """Deal with one piece of markup; the position after it, or None when it does not end within the text."""
        mark = found.group()
        if mark in _CLOSERS:
            return self._skip(found, _CLOSERS[mark])
        if mark == b"<!DOCTYPE":
            return self._doctype(found)
        closing, name = found.group(1), found.group(2)
        if self.opened and self.opened[0] == b"programme":
            if name != b"programme":
                return self._within(found, name)
            if not closing and self.inner is not None:
                return self._back()
        if not closing and name != b"tv":
            return self._open(found, name)
        rest = _CLOSE_TAG.match(self.text, found.end())
        if not rest and not self.final and len(self.text) < found.end() + 200:
            return None
        if name == b"tv":
            self._root(found, bool(closing))
        else:
            self._close(found, name)
        return rest.end() if rest else found.end()

    def _skip(self, found: re.Match[bytes], closer: bytes) -> int | None:
        end = -1 if closer in self.absent else self.text.find(closer, found.end())
        if end >= 0:
            return end + len(closer)
        if not self.final and len(self.text) <= self.owner.max_element:
            return None
        self.absent.add(closer)
        if self.final and found.end() > self._last_root_end():
            return self._cut_off(found.start())
        # It never ends: take the mark for text, so that the elements behind it are still read.
        self.owner.problems.add(
            "notwell", self._line(found.start()), None, "a comment or CDATA section without an end"
        )
        return found.end()

    def _last_root_end(self) -> int:
        """Where the last `</tv>` is, -1 when there is none."""
        if self.root_end is None:
            self.root_end = max((found.start() for found in _ROOT_END.finditer(self.text)), default=-1)
        return self.root_end

    def _cut_off(self, start: int) -> int:
        """The document ends in a comment or the like: what stands in it is no programme of the feed."""
        if not self.opened:
            self.owner.problems.add("notwell", self._line(start), None, "the document ends within a comment")
        self.owner.closed_tv = False
        return len(self.text)

    def _doctype(self, found: re.Match[bytes]) -> int | None:
        end = None if b"<!DOCTYPE" in self.absent else _DOCTYPE_END.match(self.text, found.end())
        if not end:
            self.absent.add(b"<!DOCTYPE")
            return None if not self.final and len(self.text) <= self.owner.max_element else found.end()
        for name, double, single in _ENTITY.findall(end.group(1) or b""):
            self.owner.entities[name.decode()] = unescape((double or single).decode("utf-8", "replace"))
        return end.end()

    def _root(self, found: re.Match[bytes], closing: bool) -> None:
        owner = self.owner
        if self.opened:
            self._finish(found.start(), unclosed=True)
        if closing:
            owner.closed_tv = True
            return
        if owner.seen_tv:
            owner.problems.add("notwell", self._line(found.start()), None, "a second document follows")
        owner.seen_tv = True
        owner.closed_tv = _SELF_CLOSED.match(self.text, found.end()) is not None

    def _within(self, found: re.Match[bytes], name: bytes) -> int:
        """A channel or root tag within the open programme."""
        self.inner = found.start() if self.inner is None else self.inner
        self.rooted = self.rooted or name == b"tv"
        return found.end()

    def _back(self) -> int:
        """The open programme has no end tag, so what was taken for its child is none: on from there."""
        assert self.inner is not None
        position = self.inner
        self._finish(position, unclosed=True)
        return position

    def _open(self, found: re.Match[bytes], name: bytes) -> int:
        if self.opened:
            self._finish(found.start(), unclosed=True)
        self.opened = (name, found.start())
        empty = _SELF_CLOSED.match(self.text, found.end())
        if not empty:
            return found.end()
        self._finish(empty.end() - 2, tail=b">")
        return empty.end()

    def _close(self, found: re.Match[bytes], name: bytes) -> None:
        if self.opened and self.opened[0] == name:
            self._finish(found.start())
        elif self.opened and name == b"programme":
            self._finish(found.start(), unclosed=True)

    def _finish(self, end: int, unclosed: bool = False, tail: bytes = b"") -> None:
        """The open element ends at `end`, in front of its end tag if it has one; `tail` is added to its text."""
        assert self.opened is not None
        name, start = self.opened
        self.opened = self.inner = None
        self.rooted = False
        if name == b"channel":
            self.batch.channels.append((self._line(start), self.text[start:end] + tail + b"</channel>"))
            if unclosed:
                self.owner.problems.add(
                    "notwell", self._line(start), "channel", "a channel without its end tag"
                )
        else:
            if unclosed:
                self.batch.unclosed.add(len(self.batch.pieces))
            self.batch.pieces.append(self.text[self.begun : end] + tail)
            self.batch.starts.append(start - self.begun)
            # The end tag goes in front of the next piece, so that no line is in none.
            self.begun = end
