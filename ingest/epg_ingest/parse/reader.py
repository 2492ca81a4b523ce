"""The parse step: a batch of raw elements to rows, here or as a worker process of `pool`.

A worker is `python -m epg_ingest.parse.reader` with marshalled frames on its standard input and output. It ends when its input
ends, so none is left behind when the importer is killed.
"""

from __future__ import annotations

import gc
import marshal
import os
import pickle
import re
import signal
import sqlite3
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import permutations
from operator import itemgetter
from typing import IO, Any

from ..core.processes import receive, send
from ..stage import tables
from .normalise import Content, Normaliser, Rules, channel, value
from .plain import Child, Plain
from .strict import parse_channel, parse_programmes

#: elements parsed in one call: small trees, whose memory is soon used again
SLICE = 40
#: Contents kept to be recognised when a programme is shown again. Of the 197,996 programmes of three large guides, 60 %
#: repeat one of the last thousand contents to the byte: a repeat needs no parsing, only its start tag.
CONTENTS = 3000
#: elements after which a feed without repeats is known for one
TRIAL = 4000
#: a start tag that says nothing but when and where, without references or quotes of the other kind
_PLACE = r"""[ \t\r\n]+(start|stop|channel)="([^"<&\x00-\x1f\ufffe\uffff]*)\""""
_START = re.compile(rf"<programme{_PLACE}{_PLACE}(?:{_PLACE})?[ \t\r\n]*>")
#: Where start, stop and channel stand among the groups of `_START`, by the names in their order. What is not there has the
#: place of the last group, which is empty then.
_PLACES = {
    (*order[:size], *[""] * (3 - size)): tuple(
        2 * order.index(name) + 1 if name in order[:size] else 5 for name in ("start", "stop", "channel")
    )
    for order in permutations(("start", "stop", "channel"))
    for size in (2, 3)
}


@dataclass
class Job:
    """New elements of one stretch of the feed: programmes without end tags, with their numbers counted from `first_seq`
    and their hashes, and whole channels."""

    first_seq: int
    numbers: list[int]
    raws: list[bytes]
    hashes: list[int]
    channels: list[bytes] = field(default_factory=list)
    unclosed: frozenset[int] = frozenset()
    encoding: str = "utf-8"
    entities: dict[str, str] = field(default_factory=dict)


@dataclass
class Result:
    """Rows as `normalise.STAGED`, marks as `normalise.MARK`, and the contents that the rows are the first to use, as
    `normalise.CONTENT`; channels as `normalise.channel` gives them; problems as (code, index, subject,
    message), index -1-n for the n-th channel."""

    rows: list[tuple[Any, ...]]
    marks: list[tuple[Any, ...]]
    contents: list[tuple[Any, ...]]
    channels: list[tuple[str, str | None, str | None, str | None, str]]
    problems: list[tuple[str, int, str | None, str | None]]
    skipped: int
    bare: int
    beyond: int | None


@dataclass
class Report:
    """What there is to tell of a staged `Result`: how many rows, the channel ids they use in the order of the feed, marks and
    the rest as they are there."""

    found: int
    used: list[str]
    marks: list[tuple[Any, ...]]
    channels: list[tuple[str, str | None, str | None, str | None, str]]
    problems: list[tuple[str, int, str | None, str | None]]
    skipped: int
    bare: int
    beyond: int | None


def staged(result: Result, conn: sqlite3.Connection, schema: str) -> Report:
    """Put a result into the staging tables of `schema`."""
    if result.rows:
        tables.add(conn, schema, result.rows, result.contents)
    used = list(dict.fromkeys(map(itemgetter(1), result.rows)))
    return Report(
        len(result.rows),
        used,
        result.marks,
        result.channels,
        result.problems,
        result.skipped,
        result.bare,
        result.beyond,
    )


class Reader:
    """Parses and normalises jobs by one set of rules. Contents are numbered upwards."""

    def __init__(self, rules: Rules) -> None:
        self.number = 0
        self.fresh: list[tuple[Any, ...]] = []
        self.problems: list[tuple[str, int, str | None, str | None]] = []
        self.normaliser = Normaliser(rules, lambda *problem: self.problems.append(problem))
        self.plain = Plain(value)
        self.contents: dict[str, Content] = {}
        self.repeating = True
        self.seen = self.new = 0

    def read(self, job: Job) -> Result:
        normaliser = self.normaliser
        self.problems.clear()
        self.fresh.clear()
        normaliser.marks.clear()
        normaliser.skipped = normaliser.bare = 0
        normaliser.beyond = None
        channels = [
            found for index, raw in enumerate(job.channels) if (found := self._channel(index, raw, job))
        ]
        rows = [row for first in range(0, len(job.raws), SLICE) for row in self._programmes(job, first)]
        return Result(
            rows,
            list(normaliser.marks),
            list(self.fresh),
            channels,
            list(self.problems),
            normaliser.skipped,
            normaliser.bare,
            normaliser.beyond,
        )

    def _programmes(self, job: Job, first: int) -> list[tuple[Any, ...]]:
        """The rows of up to `SLICE` elements from `first` on, in their order."""
        rows: list[tuple[Any, ...]] = []
        before = self.number
        indexes = range(first, min(first + SLICE, len(job.raws)))
        readable = job.encoding == "utf-8"
        unread = [index for index in indexes if not (readable and self._read(job, index, rows))]
        if unread:
            self._parse(job, unread, rows)
            rows.sort(key=itemgetter(0))
        self._count(len(indexes), self.number - before)
        return rows

    def _count(self, seen: int, new: int) -> None:
        """Stop looking for repeats in a feed that has none: the search would cost a tenth of the reading."""
        self.seen += seen
        self.new += new
        if self.repeating and self.seen > TRIAL and self.new > 0.95 * self.seen:
            self.repeating = False
            self.contents.clear()

    def _read(self, job: Job, index: int, rows: list[tuple[Any, ...]]) -> bool:
        """Read a programme in plain markup, or one whose content was read before; False when it must be parsed."""
        try:
            text = job.raws[index].decode()
        except UnicodeDecodeError:
            return False
        start = _START.match(text)
        if start is None or index in job.unclosed:
            return False
        groups = start.groups("")
        places = _PLACES.get(groups[::2])
        if places is None:
            return False
        begin, end, channel = groups[places[0]], groups[places[1]], groups[places[2]]
        body = text[start.end() :]
        content = self.contents.get(body) if self.repeating else None
        children = None
        if content is None:
            children = self.plain.children(body)
            if children is None:
                return False
        span = self.normaliser.span(begin, end, channel, index)
        if span is not None and content is None:
            content = self._content(job, index, (), children or (), channel, body)
        if span is None or content is None:
            self.normaliser.skipped += 1
            return True
        seq = job.first_seq + job.numbers[index]
        rows.append(self.normaliser.row(span, content, seq, job.hashes[index]))
        return True

    def _content(
        self,
        job: Job,
        index: int,
        attributes: Iterable[tuple[str, str]],
        children: Iterable[Child],
        channel: str,
        body: str | None = None,
    ) -> Content | None:
        """A new content, kept under `body` unless there was something to report; None without a title."""
        count = len(self.problems)
        found = self.normaliser.content(attributes, children, channel, index)
        if found is None:
            return None
        self.number += 1
        self.fresh.append((self.number, *found[2]))
        content = (self.number, found[0], found[1])
        if body is not None and self.repeating and len(self.problems) == count:
            if len(self.contents) >= CONTENTS:
                self.contents.clear()
            self.contents[body] = content
        return content

    def _parse(self, job: Job, indexes: Sequence[int], rows: list[tuple[Any, ...]]) -> None:
        """Parse elements, strictly where possible, into `rows`."""
        raws = [job.raws[index] for index in indexes]
        unclosed = frozenset(place for place, index in enumerate(indexes) if index in job.unclosed)
        found = parse_programmes(raws, job.encoding, job.entities, unclosed)
        for place in found.failed:
            message = "a programme that nothing can repair was skipped"
            self.problems.append(("notwell", indexes[place], None, message))
            self.normaliser.skipped += 1
        for code, place in found.repairs:
            self.problems.append((code, indexes[place], None, "repaired"))
        # An element that was mended is read again next time, so that its problem is reported again.
        mended = {place for _code, place in found.repairs}
        for place, element in enumerate(found.elements):
            if element is not None:
                self._row(job, indexes[place], element, place in mended, rows)

    def _row(self, job: Job, index: int, element: Any, mended: bool, rows: list[tuple[Any, ...]]) -> None:
        """The row of a parsed element."""
        normaliser, attributes = self.normaliser, element.attrib
        channel = attributes.get("channel", "")
        span = normaliser.span(attributes.get("start", ""), attributes.get("stop", ""), channel, index)
        content = None
        if span is not None:
            children = [(child.tag, value(child)) for child in element]
            content = self._content(job, index, element.items(), children, channel)
        if span is None or content is None:
            normaliser.skipped += 1
            return
        digest = None if mended else job.hashes[index]
        seq = job.first_seq + job.numbers[index]
        rows.append(normaliser.row(span, content, seq, digest, job.raws[index]))

    def _channel(
        self, index: int, raw: bytes, job: Job
    ) -> tuple[str, str | None, str | None, str | None, str] | None:
        found = parse_channel(raw, job.encoding, job.entities)
        element = found.elements[0]
        made = channel(element, raw) if element is not None else None
        if made is None:
            self.problems.append(("invalidid", -1 - index, None, "a channel without an id was skipped"))
        for code, _ in found.repairs:
            self.problems.append((code, -1 - index, made[0] if made else None, "repaired"))
        return made


def _serve(source: IO[bytes], sink: IO[bytes]) -> None:
    """The child's life: rules and the path of its part first, then jobs until the input ends.

    Each is answered with a `Report` and no error, or with the error of the database.
    """
    # Rows make no reference cycles; the collector would only walk them over and over.
    gc.disable()
    head = receive(source)
    if head is None:
        return
    rules, path = pickle.loads(head)  # noqa: S301 - from our own parent
    conn, reader = None, Reader(rules)
    while (data := receive(source)) is not None:
        job = Job(*marshal.loads(data))  # noqa: S302 - from our own parent
        try:
            conn = conn or tables.open_part(path)
            answer: Any = (tuple(vars(staged(reader.read(job), conn, "main")).values()), None)
        except sqlite3.Error as error:
            answer = None, str(error)
        send(sink, marshal.dumps(answer))


def main() -> None:
    # Ctrl-C reaches the whole process group; the importer decides, and closes our input.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        _serve(sys.stdin.buffer, sys.stdout.buffer)
    except BrokenPipeError:
        # The importer was killed: there is nobody to tell, not even when Python flushes its streams.
        os._exit(1)


if __name__ == "__main__":
    main()
