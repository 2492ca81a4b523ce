"""The parse step: a batch of raw elements to rows, here or as a worker process of `pool`.

A worker is `python -m ingest.parsing` with marshalled frames on its standard input and output. It ends when its input
ends, so none is left behind when the importer is killed.
"""

from __future__ import annotations

import gc
import marshal
import os
import pickle
import re
import signal
import struct
import sys
from dataclasses import dataclass, field
from typing import IO, Any

from .normalise import MISSING, Content, Normaliser, Rules, channel
from .xmltv import parse_channel, parse_programmes

#: elements parsed in one call: small trees, whose memory is soon used again
SLICE = 40
#: Contents kept to be recognised when a programme is shown again. Of the 197,996 programmes of three large guides, 60 %
#: repeat one of the last thousand contents to the byte: a repeat needs no parsing, only its start tag.
CONTENTS = 3000
#: elements after which a feed without repeats is known for one
TRIAL = 4000
#: a start tag that says nothing but when and where, without references or quotes of the other kind
_START = re.compile(rb"""<programme(?:\s+(?:start|stop|channel)="[^"<&\x00-\x1f]*"){2,3}\s*>""")
_ATTRIBUTE = re.compile(rb'([a-z]+)="([^"]*)"')


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
    """Rows as `normalise.STAGED` and the contents they are the first to use, as `normalise.CONTENT`; channels as
    `normalise.channel` gives them; problems as (code, index, subject,
    message), index -1-n for the n-th channel."""

    rows: list[tuple[Any, ...]]
    contents: list[tuple[Any, ...]]
    channels: list[tuple[str, str | None, str | None, str | None, str]]
    problems: list[tuple[str, int, str | None, str | None]]
    skipped: int
    bare: int
    beyond: int | None


class Reader:
    """Parses and normalises jobs by one set of rules. Contents are numbered upwards from `number` times 2 to the 40."""

    def __init__(self, rules: Rules, number: int = 0) -> None:
        self.number = number << 40
        self.fresh: list[tuple[Any, ...]] = []
        self.problems: list[tuple[str, int, str | None, str | None]] = []
        self.normaliser = Normaliser(rules, lambda *problem: self.problems.append(problem))
        self.contents: dict[bytes, Content] = {}
        self.repeating = True
        self.seen = self.parsed = 0

    def read(self, job: Job) -> Result:
        normaliser = self.normaliser
        self.problems.clear()
        self.fresh.clear()
        normaliser.skipped = normaliser.bare = 0
        normaliser.beyond = None
        channels = [
            found for index, raw in enumerate(job.channels) if (found := self._channel(index, raw, job))
        ]
        rows = [row for first in range(0, len(job.raws), SLICE) for row in self._programmes(job, first)]
        return Result(
            rows,
            list(self.fresh),
            channels,
            list(self.problems),
            normaliser.skipped,
            normaliser.bare,
            normaliser.beyond,
        )

    def _programmes(self, job: Job, first: int) -> list[tuple[Any, ...]]:
        """The rows of up to `SLICE` elements from `first` on. What was read before is not parsed again."""
        rows: list[tuple[Any, ...]] = []
        indexes = list(range(first, min(first + SLICE, len(job.raws))))
        if not self.repeating:
            self._parse(job, indexes, {}, rows)
            return rows
        unread: list[int] = []
        later: list[int] = []
        bodies: dict[int, tuple[re.Match[bytes], bytes]] = {}
        new: set[bytes] = set()
        for index in indexes:
            raw = job.raws[index]
            start = _START.match(raw) if job.encoding == "utf-8" and index not in job.unclosed else None
            if start is None:
                unread.append(index)
                continue
            body = raw[start.end() :]
            bodies[index] = start, body
            if self._again(job, index, bodies, rows):
                continue
            (later if body in new else unread).append(index)
            new.add(body)
        self._parse(job, unread, bodies, rows)
        self._parse(
            job, [index for index in later if not self._again(job, index, bodies, rows)], bodies, rows
        )
        self._count(len(indexes), len(unread))
        return rows

    def _count(self, seen: int, parsed: int) -> None:
        """Stop looking for repeats in a feed that has none: the search costs a tenth of the parsing it cannot save."""
        self.seen += seen
        self.parsed += parsed
        if self.seen > TRIAL and self.parsed > 0.95 * self.seen:
            self.repeating = False
            self.contents.clear()

    def _again(
        self,
        job: Job,
        index: int,
        bodies: dict[int, tuple[re.Match[bytes], bytes]],
        rows: list[tuple[Any, ...]],
    ) -> bool:
        """Another showing of known content: only its start tag is read. False when it must be parsed."""
        start, body = bodies[index]
        content = self.contents.get(body)
        if content is None:
            return False
        tag = start.group()
        found = dict(_ATTRIBUTE.findall(tag))
        if len(found) != tag.count(b'="'):
            return False
        try:
            begin, end, channel = (
                found.get(name, b"").decode("utf-8") for name in (b"start", b"stop", b"channel")
            )
        except UnicodeDecodeError:
            return False
        span = self.normaliser.span(begin, end, channel, index)
        if span is None:
            self.normaliser.skipped += 1
        else:
            seq = job.first_seq + job.numbers[index]
            rows.append(self.normaliser.row(span, content, seq, job.hashes[index], job.raws[index]))
        return True

    def _parse(
        self,
        job: Job,
        indexes: list[int],
        bodies: dict[int, tuple[re.Match[bytes], bytes]],
        rows: list[tuple[Any, ...]],
    ) -> None:
        """Parse elements, strictly where possible, into `rows`; remember the contents of those that have a body."""
        if not indexes:
            return
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
                index = indexes[place]
                body = bodies[index][1] if index in bodies and place not in mended else None
                self._row(job, index, element, place in mended, body, rows)

    def _row(
        self,
        job: Job,
        index: int,
        element: Any,
        mended: bool,
        body: bytes | None,
        rows: list[tuple[Any, ...]],
    ) -> None:
        """The row of a parsed element; its content is kept under `body` unless there was something to report."""
        normaliser, attributes = self.normaliser, element.attrib
        count = len(self.problems)
        span = normaliser.span(
            attributes.get("start", ""), attributes.get("stop", ""), attributes.get("channel", ""), index
        )
        found = normaliser.content(element, index) if span else None
        if span is None or found is None:
            normaliser.skipped += 1
            return
        self.number += 1
        self.fresh.append((self.number, *found[2]))
        content = (self.number, found[0], found[1])
        digest = None if mended else job.hashes[index]
        seq = job.first_seq + job.numbers[index]
        rows.append(normaliser.row(span, content, seq, digest, job.raws[index]))
        if body is not None and len(self.problems) == count:
            if len(self.contents) >= CONTENTS:
                self.contents.clear()
            self.contents[body] = content

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


def bindable(result: Result) -> Result:
    """The same without None where that is common: sqlite3 binds a None three times as slowly as a text or a number.
    `stage` turns the stand-ins back into NULL."""
    result.rows = [
        (seq, channel, start, stop, own_stop, settled or "", length or 0, clump or "", digest, content)
        for seq, channel, start, stop, own_stop, settled, length, clump, digest, content in result.rows
    ]
    result.contents = [
        tuple([missing if value is None else value for value, missing in zip(row, MISSING, strict=True)])
        for row in result.contents
    ]
    return result


_LENGTH = struct.Struct("<Q")


def send(stream: IO[bytes], data: bytes) -> None:
    stream.write(_LENGTH.pack(len(data)))
    stream.write(data)
    stream.flush()


def receive(stream: IO[bytes]) -> bytes | None:
    head = stream.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        return None
    (length,) = _LENGTH.unpack(head)
    data = stream.read(length)
    return data if len(data) == length else None


def _serve(source: IO[bytes], sink: IO[bytes]) -> None:
    """The child's life: rules first, then jobs until the input ends."""
    # Rows make no reference cycles; the collector would only walk them over and over.
    gc.disable()
    head = receive(source)
    if head is None:
        return
    reader = Reader(*pickle.loads(head))  # noqa: S301 - from our own parent
    while (data := receive(source)) is not None:
        job = Job(*marshal.loads(data))  # noqa: S302 - from our own parent
        send(sink, marshal.dumps(tuple(vars(bindable(reader.read(job))).values())))


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
