"""Elements cut from one stretch of a feed, and what is known of the document they come from."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from html import unescape

from ..core.models import Problems

END = b"</programme>"
#: one element may have this many bytes; one that does not end by then is skipped up to the next element
MAX_ELEMENT = 8 * 1024 * 1024
#: and this many tags, references and attributes in all; real programmes have a few hundred. Each becomes an object: 7 MB of
#: `<br>` took a gigabyte.
MAX_MARKS = 50_000
#: An entity declaration: the name, then the text in double or in single quotes. The text is up to 200 characters or character
#: references (`&#233;`) and no reference to an entity, so that entities cannot multiply one another.
_ENTITY = re.compile(
    rb"""<!ENTITY\s+([A-Za-z_][\w.-]{0,60})\s+"""
    rb"""(?:"((?:[^"<&%]|&#\w{1,8};){0,200})"|'((?:[^'<&%]|&#\w{1,8};){0,200})')\s*>"""
)


@dataclass
class Batch:
    """The elements of one stretch of the feed, as raw bytes.

    `pieces[i][starts[i]:]` is the i-th programme, from `<programme` up to its end tag, which is left out (add
    `END`); the bytes before it stood between the elements. `unclosed` holds the indexes of programmes that had no
    end tag. `channels` holds whole `<channel>` elements with their lines. `line` is the first line of the stretch, counted
    from 1, `size` its length in bytes. `gaps[i]` counts the lines before piece i that are in no piece.
    """

    line: int
    pieces: list[bytes] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    unclosed: set[int] = field(default_factory=set)
    channels: list[tuple[int, bytes]] = field(default_factory=list)
    gaps: dict[int, int] = field(default_factory=dict)
    size: int = 0
    _lines: list[int] = field(default_factory=list)
    _kept: dict[int, int] = field(default_factory=dict)

    def forget_pieces(self, indexes: Iterable[int]) -> None:
        """Let go of the bytes, and remember the lines of the programmes at `indexes` only.

        A batch waits until its new elements have been parsed. Where few are new, many batches wait, and their bytes were most
        of the memory of a re-import.
        """
        self._kept = {index: self._count_line(index) for index in indexes}
        self.pieces, self.starts, self._lines = [], [], []

    def line_of(self, index: int) -> int | None:
        """The line on which programme `index` begins; None if it is not known any more. Call it when the batch is complete."""
        return self._count_line(index) if index < len(self.pieces) else self._kept.get(index)

    def _count_line(self, index: int) -> int:
        if not self._lines:
            line = self.line
            for place, piece in enumerate(self.pieces):
                line += self.gaps.get(place, 0)
                self._lines.append(line)
                line += piece.count(b"\n")
        return self._lines[index] + self.pieces[index].count(b"\n", 0, self.starts[index])


@dataclass
class Document:
    """What is known so far of the document that is read: its entities (name to text) and whether `<tv>` was opened and closed.

    `problems` takes what is wrong with the document as a whole. Elements may have up to `max_element` bytes.
    """

    problems: Problems
    max_element: int = MAX_ELEMENT
    entities: dict[str, str] = field(default_factory=dict)
    seen_tv: bool = False
    closed_tv: bool = False

    def declare(self, subset: bytes) -> None:
        """Keep the simple entities of a DOCTYPE's internal subset."""
        for name, double, single in _ENTITY.findall(subset):
            self.entities[name.decode()] = unescape((double or single).decode("utf-8", "replace"))


def shortened(raw: bytes) -> bytes:
    """An element with its first `MAX_MARKS` marks, without a tag that is cut there; most often `raw` itself."""
    if len(raw) <= MAX_MARKS or _marks(raw, len(raw)) <= MAX_MARKS:
        return raw
    end = bisect_right(range(len(raw)), MAX_MARKS, key=lambda stop: _marks(raw, stop)) - 1
    tag = raw.rfind(b"<", 0, end)
    return raw[:tag] if tag > max(0, raw.rfind(b">", 0, end)) else raw[:end]


def _marks(raw: bytes, stop: int) -> int:
    return sum(raw.count(mark, 0, stop) for mark in (b"<", b"&", b"="))
