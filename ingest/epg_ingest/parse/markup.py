"""A stretch of a feed walked mark by mark: comments, CDATA, instructions and the DOCTYPE told from real tags."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .splitter import Batch, Splitter

_TOKEN = re.compile(rb"<!--|<!\[CDATA\[|<!DOCTYPE|<\?|<(/?)(programme|channel|tv)(?=[\s>/])", re.DOTALL)
_DOCTYPE_END = re.compile(rb"[^\[>]*(\[.*?\]\s*)?>", re.DOTALL)
#: an entity whose text holds nothing but characters and references to characters: no entity grows by others
_ENTITY = re.compile(
    rb"""<!ENTITY\s+([A-Za-z_][\w.-]{0,60})\s+"""
    rb"""(?:"((?:[^"<&%]|&#\w{1,8};){0,200})"|'((?:[^'<&%]|&#\w{1,8};){0,200})')\s*>"""
)
_CLOSE_TAG = re.compile(rb"[^<>]{0,200}>")
_SELF_CLOSED = re.compile(rb"[^<>]{0,4000}/>")
_CLOSERS = {b"<!--": b"-->", b"<![CDATA[": b"]]>", b"<?": b"?>"}
_ROOT_END = re.compile(rb"</tv\s*>")
_BLANK = b" \t\r\n\0"


class Walk:
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
