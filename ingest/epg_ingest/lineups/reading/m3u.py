"""An M3U list: `#EXTM3U`, and for each entry an `#EXTINF` line, lines of options, and an address."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from ...core.errors import FeedError
from ...core.models import Problem
from ..entry import LineupEntry, Playlist, SourceKind
from . import extinf
from .m3u_entry import ATTRIBUTES, GROUPS, STREAM, first, from_attributes, with_stream
from .uniform import BEGIN, OPTIONS, many

#: entries that are read; more are no list of a household
MOST_ENTRIES = 500_000
#: options of one entry that are kept, and the characters of one
_MOST_OPTIONS, _LONGEST_OPTION = 50, 8_000
_GUIDES = ("url-tvg", "x-tvg-url", "x-url-tvg", "tvg-url")
_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)
_BETWEEN_ADDRESSES = re.compile(r",\s*(?=[a-z][a-z0-9+.-]*://)|\s+(?=https?://)", re.IGNORECASE)
#: characters that are read at once: in more, an unusual entry would be more likely
_AT_ONCE = 65_536


def read_m3u(texts: Iterable[str], kind: SourceKind = "m3u") -> Playlist:
    """The entries of an M3U list, given as blocks of text that end where a line ends.

    Raises `FeedError` if the list ends in the middle of an `#EXTINF` line, which means that it was cut off.
    """
    reader = _Reader()
    for text in _whole_entries(texts):
        reader.block(text)
    reader.finish()
    return Playlist(kind, tuple(reader.entries), tuple(reader.guides), reader.problems(), reader.header)


def _whole_entries(texts: Iterable[str]) -> Iterator[str]:
    """The blocks, cut where an entry begins. Lines end with a line feed, and each block begins with one."""
    rest = "\n"
    for text in texts:
        if "\r" in text:
            text = text.replace("\r\n", "\n").replace("\r", "\n")
        text = rest + text
        at = text.rfind(BEGIN)
        rest = text[at:] if at > 0 else ""
        yield text[:at] if at > 0 else text
    yield rest


@dataclass
class _Next:
    """What is known of the next entry before its address: `line` is what follows `#EXTINF:`."""

    line: str | None = None
    options: list[str] = field(default_factory=list)
    group: str = ""


class _Reader:
    """The list as far as it is read."""

    def __init__(self) -> None:
        self.entries: list[LineupEntry] = []
        self.guides: list[str] = []
        self.header: dict[str, str] = {}
        self._counts: Counter[tuple[str, str]] = Counter()
        self._next: _Next | None = None
        self._ended = True

    def block(self, text: str) -> None:
        """Read a block that ends where an entry ends."""
        at = text.find(BEGIN)
        self.lines(text[:at] if at >= 0 else text)
        while 0 <= at < len(text):
            end = text.rfind(BEGIN, at + 1, at + _AT_ONCE)
            if end < 0:
                end = text.find(BEGIN, at + 1)
            part = text[at:end] if end > 0 else text[at:]
            found = None if self._next else many(part, len(self.entries) + 1)
            if found is None:
                self.lines(part)
            else:
                self.entries += found
            at += len(part)
        if len(self.entries) > MOST_ENTRIES:
            raise FeedError(f"the list has more than {MOST_ENTRIES:,} entries", "toolarge")

    def lines(self, text: str) -> None:
        """Read lines of any kind."""
        for line in text.split("\n"):
            stripped = line.strip()
            if stripped.startswith("#"):
                self._directive(stripped)
            elif stripped:
                self._stream(stripped)
        self._ended = text.endswith("\n")

    def finish(self) -> None:
        """Judge the end of the list."""
        if self._next and self._next.line is not None and not self._ended:
            raise FeedError(
                f"the list is cut off in the middle of entry {len(self.entries) + 1}; fetch it again",
                "truncated",
            )
        self._without_address()
        self._for_all({name: value for name in STREAM if (value := self.header.get(name))})

    def _for_all(self, given: dict[str, str]) -> None:
        """Add the attributes that the header gives for all entries to those that say nothing themselves."""
        if line := with_stream(given, ()):
            self.entries = [
                entry
                if entry.options and entry.options[0].startswith(ATTRIBUTES)
                else entry._replace(options=line + entry.options)
                for entry in self.entries
            ]

    def problems(self) -> tuple[Problem, ...]:
        return tuple(Problem(code, message=said, count=count) for (code, said), count in self._counts.items())

    def _directive(self, line: str) -> None:
        name, _, rest = line.partition(":")
        name = name.upper()
        if name == "#EXTINF":
            self._without_address()
            self._coming().line = rest
        elif name == "#EXTGRP":
            self._coming().group = rest.strip()
        elif f"{name}:" in OPTIONS:
            self._option(line)
        elif name.startswith("#EXTM3U"):
            self._head(line)

    def _coming(self) -> _Next:
        self._next = self._next or _Next()
        return self._next

    def _option(self, line: str) -> None:
        options = self._coming().options
        if len(options) < _MOST_OPTIONS and len(line) <= _LONGEST_OPTION:
            options.append(line)
        else:
            self._counts["toolong", "an option is too long, or an entry has too many, and is left out"] += 1

    def _head(self, line: str) -> None:
        found: dict[str, str] = {}
        # A comma ends the attributes of an entry, and there is no name here that could follow it.
        extinf.attributes(line.replace(",", "\0"), len("#EXTM3U"), found)
        for name, value in found.items():
            value = value.replace("\0", ",").strip(" ,")
            if name in _GUIDES:
                addresses = (address.strip() for address in _BETWEEN_ADDRESSES.split(value))
                self.guides += [address for address in addresses if address and address not in self.guides]
            else:
                self.header.setdefault(name, value)

    def _stream(self, address: str) -> None:
        coming = self._next
        if coming is None or coming.line is None:
            if _ADDRESS.match(address):
                self._counts["noextinf", "an address has no #EXTINF line before it and is left out"] += 1
            return
        found, name = extinf.split(coming.line)
        if coming.group and not first(found, GROUPS):
            found[GROUPS[0]] = coming.group
        options = tuple(coming.options)
        self.entries.append(from_attributes(len(self.entries) + 1, found, name, address, options))
        self._next = None

    def _without_address(self) -> None:
        """Leave an entry out that has no address; what stands before its `#EXTINF` line belongs to the next one."""
        if self._next and self._next.line is not None:
            self._counts["noaddress", "an #EXTINF line has no address after it and is left out"] += 1
            self._next = None
