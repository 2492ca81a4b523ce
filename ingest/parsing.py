"""The parse step: batches in, rows out, in this process for a small feed and in worker processes for a large one.

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
import subprocess
import sys
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import IO, Any

from .normalise import Content, Normaliser, Rules, channel
from .xmltv import parse_channel, parse_programmes

_LENGTH = struct.Struct("<Q")
#: a feed below this size is parsed faster than a worker starts (0.15 s on the machine of docs/performance.md)
SMALL_FEED = 3 * 1024 * 1024

#: elements parsed in one call. Trees this small stay within what malloc keeps at hand; with 256 KiB of text at a time the
#: step took twice as long, half of it in page faults.
SLICE = 40
#: Contents kept to be recognised when a programme is shown again. Of the 197,996 programmes of three large guides, 60 %
#: repeat one of the last thousand contents to the byte: a repeat needs no parsing, only its start tag.
CONTENTS = 3000
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
    """Rows as `normalise.STAGED` and the contents they are the first to use, as `normalise.CONTENT`; channels as `normalise.channel` gives them; problems as (code, index, subject,
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
        indexes = range(first, min(first + SLICE, len(job.raws)))
        unread: list[int] = []
        repeated: list[int] = []
        new: set[bytes] = set()
        for index in indexes:
            if self._again(job, index, rows):
                continue
            start = _START.match(job.raws[index])
            content = job.raws[index][start.end() :] if start else b""
            if content in new:
                repeated.append(index)
            else:
                unread.append(index)
                new.add(content or job.raws[index])
        if unread:
            self._parse(job, unread, rows)
        repeated = [index for index in repeated if not self._again(job, index, rows)]
        if repeated:
            self._parse(job, repeated, rows)
        return rows

    def _again(self, job: Job, index: int, rows: list[tuple[Any, ...]]) -> bool:
        """Another showing of known content: only its start tag is read. False when it must be parsed."""
        raw = job.raws[index]
        start = _START.match(raw)
        content = self.contents.get(raw[start.end() :]) if start else None
        if start is None or content is None or index in job.unclosed:
            return False
        found = dict(_ATTRIBUTE.findall(start.group()))
        if len(found) != start.group().count(b'="'):
            return False
        try:
            span = [found.get(name, b"").decode("utf-8") for name in (b"start", b"stop", b"channel")]
        except UnicodeDecodeError:
            return False
        placed = self.normaliser.span(span[0], span[1], span[2], index)
        if placed is None:
            self.normaliser.skipped += 1
        else:
            seq = job.first_seq + job.numbers[index]
            rows.append(self.normaliser.row(placed, content, seq, job.hashes[index], raw))
        return True

    def _parse(self, job: Job, indexes: list[int], rows: list[tuple[Any, ...]]) -> None:
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
        raw = job.raws[index]
        digest = None if mended else job.hashes[index]
        rows.append(normaliser.row(span, content, job.first_seq + job.numbers[index], digest, raw))
        start = _START.match(raw) if not mended and len(self.problems) == count else None
        if start and job.encoding == "utf-8":
            if len(self.contents) >= CONTENTS:
                self.contents.clear()
            self.contents[raw[start.end() :]] = content

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


class Pool:
    """Reads jobs in order: here until the feed is large, then in `workers` processes."""

    def __init__(self, rules: Rules, workers: int | None = None, small: int = SMALL_FEED) -> None:
        self.rules = rules
        self.workers = min(2, os.cpu_count() or 1) if workers is None else workers
        self.small = small
        self._here: Reader | None = None
        self._seen = 0
        self._idle: list[_Worker] = []
        self._all: list[_Worker] = []
        self._threads: ThreadPoolExecutor | None = None

    def read(self, jobs: Iterator[tuple[Any, Job]]) -> Iterator[tuple[Any, Result]]:
        """The result of each job, beside whatever came with it, in the order of the jobs."""
        waiting: deque[tuple[Any, Future[Result]]] = deque()
        for tag, job in jobs:
            self._seen += sum(map(len, job.raws))
            if self._seen <= self.small or not self.workers:
                yield tag, self._read_here(job)
                continue
            waiting.append((tag, self._submit(job)))
            if len(waiting) > 2 * self.workers:
                done, future = waiting.popleft()
                yield done, future.result()
        while waiting:
            done, future = waiting.popleft()
            yield done, future.result()

    def _read_here(self, job: Job) -> Result:
        self._here = self._here or Reader(self.rules)
        return self._here.read(job)

    def _submit(self, job: Job) -> Future[Result]:
        if self._threads is None:
            # A thread for each worker waits on its pipe; the threads do no work of their own.
            self._threads = ThreadPoolExecutor(self.workers)
            self._all = [_Worker(self.rules, number) for number in range(1, self.workers + 1)]
            self._idle = list(self._all)
        return self._threads.submit(self._ask, job)

    def _ask(self, job: Job) -> Result:
        worker = self._idle.pop()
        try:
            return worker.ask(job)
        finally:
            self._idle.append(worker)

    def close(self) -> None:
        """End the workers, whatever they are doing."""
        for worker in self._all:
            worker.close()
        if self._threads:
            self._threads.shutdown(wait=True, cancel_futures=True)

    def __enter__(self) -> Pool:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class _Worker:
    """A child process that reads jobs."""

    def __init__(self, rules: Rules, number: int) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "ingest.parsing"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        assert self.process.stdin and self.process.stdout
        self.input, self.output = self.process.stdin, self.process.stdout
        _send(self.input, pickle.dumps((rules, number)))

    def ask(self, job: Job) -> Result:
        _send(self.input, marshal.dumps(tuple(vars(job).values())))
        answer = _receive(self.output)
        if answer is None:
            raise RuntimeError(f"a parser process ended with status {self.process.wait()}")
        return Result(*marshal.loads(answer))  # noqa: S302 - from our own child

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        self.input.close()
        self.output.close()


def _send(stream: IO[bytes], data: bytes) -> None:
    stream.write(_LENGTH.pack(len(data)))
    stream.write(data)
    stream.flush()


def _receive(stream: IO[bytes]) -> bytes | None:
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
    head = _receive(source)
    if head is None:
        return
    reader = Reader(*pickle.loads(head))  # noqa: S301 - from our own parent
    while (data := _receive(source)) is not None:
        job = Job(*marshal.loads(data))  # noqa: S302 - from our own parent
        _send(sink, marshal.dumps(tuple(vars(reader.read(job)).values())))


def main() -> None:
    # Ctrl-C reaches the whole process group; the importer decides, and closes our input.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _serve(sys.stdin.buffer, sys.stdout.buffer)


if __name__ == "__main__":
    main()
