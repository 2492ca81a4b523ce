"""Elements in a stretch of a feed that also has comments, CDATA sections, processing instructions or a DOCTYPE.

The scanner goes from mark to mark. A mark is a tag of a programme, channel or root, or the beginning of something that may
hide one. It only finds where elements begin and end; whether they are well-formed is for the parser.
"""

from __future__ import annotations

import re

from .batch import Batch, Document

#: a name may have a prefix, and any case
PREFIX = rb"(?:[A-Za-z_][\w.-]{0,60}:)?"
#: What follows the name in a tag: a character that no name has, a space that XML does not take for one (U+00A0, U+2000 to
#: U+200F, U+202F, U+3000), or an attribute without the blank before it.
AFTER_NAME = (
    rb"(?=[^\w.:\x80-\xff-]|\xa0|\xc2\xa0|\xe2\x80[\x80-\x8f\xaf]|\xe3\x80\x80"
    rb"|(?i:start|stop|channel|id)\s{0,9}=)"
)
#: how many bytes may be needed to see that a tag begins
LONGEST_NAME = 100
_MARK = re.compile(
    rb"<!--|<!\[CDATA\[|<!DOCTYPE|<\?|<(/?)" + PREFIX + rb"((?i:programme|channel|tv))" + AFTER_NAME,
    re.DOTALL,
)
#: the rest of a DOCTYPE; the group is its internal subset, `[...]`
_DOCTYPE_END = re.compile(rb"[^\[>]*(\[.*?\]\s*)?>", re.DOTALL)
_CLOSE_TAG = re.compile(rb"[^<>]{0,200}>")
_SELF_CLOSED = re.compile(rb"[^<>]{0,4000}/>")
_CLOSERS = {b"<!--": b"-->", b"<![CDATA[": b"]]>", b"<?": b"?>"}
_ROOT_END = re.compile(rb"</" + PREFIX + rb"(?i:tv)\s*>")
_BLANK = b" \t\r\n\0"
#: what may follow a name in a well-formed start tag
_AFTER = (b" ", b"\t", b"\r", b"\n", b"/", b">")


class Scanner:
    """One pass over `text`, which begins on `line`. Elements go into `batch`, what is learnt of the document into `document`.

    `final` says that no more bytes follow. `opened` is the element that is being read: its name and where it starts.
    """

    def __init__(self, document: Document, text: bytes, batch: Batch, line: int, final: bool) -> None:
        self.document, self.text, self.batch, self.line, self.final = document, text, batch, line, final
        self.opened: tuple[bytes, int] | None = None
        # where its name ends
        self.inside = 0
        # The first channel or root tag within the open programme. If the programme has an end tag, the tag is part of it. If
        # not, the programme ended before the tag.
        self.inner: int | None = None
        # whether a root tag is within the open programme
        self.rooted = False
        # where the next piece of the batch begins
        self.begun = 0
        # a position and its line, see `_line`
        self.counted = (0, line)
        # Marks whose end is not in the text. No search is repeated, or a text full of marks would take quadratic time.
        self.absent: set[bytes] = set()
        # the first `]]>` after the last CDATA section that was looked at
        self.cdata_end = 0
        self.root_end: int | None = None

    def run(self) -> int:
        """Scan the text. Returns how many bytes are dealt with: the rest must come again, with more after it."""
        position = 0
        while (found := _MARK.search(self.text, position)) or (self.final and self.rooted):
            after = self._take(found) if found else self._back()
            if after is None:
                assert found
                return self._settled(found.start())
            position = after
        if self.opened:
            return self._tail()
        if not self.final:
            return max(position, len(self.text) - LONGEST_NAME)
        rest = self.text[position:].lstrip(_BLANK)
        if self.document.closed_tv and rest:
            self.document.problems.add(
                "notwell", self._line(len(self.text) - len(rest)), None, "text after </tv>"
            )
        return len(self.text)

    def _settled(self, outside: int) -> int:
        """How much of the text is dealt with if the mark at `outside` needs more text."""
        return self.opened[1] if self.opened else outside

    def _tail(self) -> int:
        """The text ends within an element: the next stretch has the rest of it, unless this is the last one."""
        assert self.opened is not None
        if not self.final:
            return self.opened[1]
        self.document.problems.add("notwell", self._line(self.opened[1]), None, "the last element is cut off")
        self.document.closed_tv = False
        return len(self.text)

    def _line(self, position: int) -> int:
        """The line of a position. Counting goes on from the last position, or a long channel list would take quadratic time."""
        counted, line = self.counted
        if position < counted:
            counted, line = 0, self.line
        line += self.text.count(b"\n", counted, position)
        self.counted = (position, line)
        return line

    def _take(self, found: re.Match[bytes]) -> int | None:
        """Deal with one mark. Returns the position after it, None if it does not end within the text."""
        mark = found.group()
        if mark in _CLOSERS:
            return self._skip(found, _CLOSERS[mark])
        if mark == b"<!DOCTYPE":
            return self._doctype(found)
        closing, name = found.group(1), found.group(2).lower()
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
        """Pass over a comment, CDATA section or processing instruction, which ends with `closer`."""
        end = -1 if closer in self.absent else self._end_of(closer, found.end())
        if end >= 0:
            # No CDATA section is in another one: the end of this one is missing.
            cut = closer == b"]]>" and self.text.find(b"<![CDATA[", found.end(), end) >= 0
            return found.end() if cut else end + len(closer)
        if not self.final and len(self.text) <= self.document.max_element:
            return None
        self.absent.add(closer)
        if self.final and found.end() > self._last_root_end():
            return self._cut_off(found.start())
        # It never ends. Take the mark for text, so that the elements after it are still read.
        self.document.problems.add(
            "notwell", self._line(found.start()), None, "a comment or CDATA section without an end"
        )
        return found.end()

    def _end_of(self, closer: bytes, inside: int) -> int:
        """Where the first `closer` after `inside` is, -1 if there is none."""
        if closer != b"]]>":
            return self.text.find(closer, inside)
        if self.cdata_end < inside:
            self.cdata_end = self.text.find(closer, inside)
        return self.cdata_end

    def _last_root_end(self) -> int:
        """Where the last `</tv>` is, -1 if there is none."""
        if self.root_end is None:
            self.root_end = max((found.start() for found in _ROOT_END.finditer(self.text)), default=-1)
        return self.root_end

    def _cut_off(self, start: int) -> int:
        """The document ends within a comment or the like: no programme in it belongs to the feed."""
        if not self.opened:
            self.document.problems.add(
                "notwell", self._line(start), None, "the document ends within a comment"
            )
        self.document.closed_tv = False
        return len(self.text)

    def _doctype(self, found: re.Match[bytes]) -> int | None:
        """Pass over the DOCTYPE and keep its simple entities."""
        end = None if b"<!DOCTYPE" in self.absent else _DOCTYPE_END.match(self.text, found.end())
        if not end:
            self.absent.add(b"<!DOCTYPE")
            return None if not self.final and len(self.text) <= self.document.max_element else found.end()
        self.document.declare(end.group(1) or b"")
        return end.end()

    def _root(self, found: re.Match[bytes], closing: bool) -> None:
        """`<tv>` or `</tv>` outside programmes."""
        document = self.document
        if self.opened:
            self._finish(found.start(), unclosed=True)
        if closing:
            document.closed_tv = True
            return
        if document.seen_tv:
            document.problems.add("notwell", self._line(found.start()), None, "a second document follows")
        document.seen_tv = True
        document.closed_tv = _SELF_CLOSED.match(self.text, found.end()) is not None

    def _within(self, found: re.Match[bytes], name: bytes) -> int:
        """Note a channel or root tag within the open programme."""
        self.inner = found.start() if self.inner is None else self.inner
        self.rooted = self.rooted or name == b"tv"
        return found.end()

    def _back(self) -> int:
        """The open programme has no end tag: end it before the tag at `inner`, and go on from there."""
        assert self.inner is not None
        position = self.inner
        self._finish(position, unclosed=True)
        return position

    def _open(self, found: re.Match[bytes], name: bytes) -> int:
        """A start tag. An element that is still open ends here without an end tag."""
        if self.opened:
            self._finish(found.start(), unclosed=True)
        # The name in the batch is that of the DTD, whatever prefix or case the feed has.
        self.opened = (name, found.start())
        self.inside = found.end()
        empty = _SELF_CLOSED.match(self.text, found.end())
        if not empty:
            return found.end()
        self._finish(empty.end() - 2, tail=b">")
        return empty.end()

    def _close(self, found: re.Match[bytes], name: bytes) -> None:
        """An end tag. One that belongs to nothing is skipped."""
        if self.opened and self.opened[0] == name:
            self._finish(found.start())
        elif self.opened and name == b"programme":
            self._finish(found.start(), unclosed=True)

    def _finish(self, end: int, unclosed: bool = False, tail: bytes = b"") -> None:
        """Add the open element to the batch. It ends at `end`, before its end tag if it has one; `tail` is added to it."""
        assert self.opened is not None
        name, start = self.opened
        self.opened = self.inner = None
        self.rooted = False
        rest = self.text[self.inside : end]
        if rest[:1].isalpha():
            self.document.problems.add("badattribute", self._line(start), None, "repaired")
        blank = b"" if rest.startswith(_AFTER) or not rest else b" "
        element = b"<" + name + blank + rest + tail
        if name == b"channel":
            self.batch.channels.append((self._line(start), element + b"</channel>"))
            if unclosed:
                self.document.problems.add(
                    "notwell", self._line(start), "channel", "a channel without its end tag"
                )
        else:
            if unclosed:
                self.batch.unclosed.add(len(self.batch.pieces))
            self.batch.pieces.append(self.text[self.begun : start] + element)
            self.batch.starts.append(start - self.begun)
            # The next piece begins with this end tag, so that every line is in some piece.
            self.begun = end
