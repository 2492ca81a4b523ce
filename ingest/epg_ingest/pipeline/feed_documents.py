"""The documents of a feed, usually one, into the staging tables: decoded, cut into elements, sifted, parsed and counted."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from ..core.models import Problems
from ..merge.feed_channels import Declared
from ..merge.stored_elements import StoredElements
from ..parse.batch import Batch
from ..parse.jobs import BatchReport, Job
from ..parse.pool import ParserPool
from ..parse.splitter import Splitter
from ..unpack import character_encoding
from ..unpack.layers import Unpacked
from .context import ImportContext

#: the first bytes of a feed, which say what it is if it is no guide
_HEAD = 4096


class FeedDocuments:
    """What the documents of one feed hold, counted while they are read.

    `declared` and `used` are channels; `found`, `staged`, `unusable` and `bare` (without an offset) count programmes; `beyond`
    is the earliest start after the window, in epoch seconds. `charset` is that of the download, None without one.
    """

    def __init__(self, context: ImportContext) -> None:
        self.progress, self.eraser = context.progress, context.eraser
        self.problems, self.counts = context.problems, context.counts
        self.declared: list[Declared] = []
        self.used: dict[str, None] = {}
        self.beyond: int | None = None
        self.bare = 0
        self.found = self.staged = self.unusable = 0
        self.head = b""
        self.charset: str | None = None
        # of the documents so far: elements and lines, and whether each is complete
        self.seq, self.line, self.complete = 0, 1, True

    def stage(self, pool: ParserPool, unpacked: Unpacked, elements: StoredElements, seed: int) -> None:
        """Read the documents of the feed, usually one, into the staging tables."""
        size = 0
        documents = unpacked.documents()
        jobs = chain.from_iterable(self._jobs(blocks, unpacked, elements, seed) for blocks in documents)
        for (batch, job), report in pool.read(jobs):
            self._take(batch, job, report)
            size += batch.size
            self.progress.parsed(self.found, size)

    def _decoded(self, blocks: Iterator[bytes]) -> tuple[Iterator[bytes], str]:
        """The blocks of a document in an encoding in which markup is ASCII, and that encoding."""
        head = next(blocks, b"")
        code, mark, disbelieved = character_encoding.detect(head, self.charset)
        self.head = self.head or character_encoding.readable(head[mark : mark + _HEAD], code)
        if disbelieved:
            disbelieved = self.eraser.text(disbelieved)
            self.problems.add("badencoding", 1, disbelieved, f"declared as {disbelieved}, read as {code}")
        blocks = chain([head[mark:]], blocks)
        if character_encoding.ascii_compatible(code):
            return blocks, code
        return character_encoding.transcode(blocks, code), "utf-8"

    def _jobs(
        self, blocks: Iterator[bytes], unpacked: Unpacked, elements: StoredElements, seed: int
    ) -> Iterator[tuple[tuple[Batch, Job], Job]]:
        """The jobs of one document. Its elements and lines are counted on from those of the document before it."""
        problems, text = self.problems.of(unpacked.member), self.eraser.text
        blocks, code = self._decoded(_named(blocks, unpacked, problems))
        splitter = Splitter(problems)
        splitter.line = self.line
        for batch in self.eraser.clean(splitter.split(blocks), code):
            job = elements.sift(batch, self.seq, seed)
            job.encoding, job.entities = code, {key: text(value) for key, value in splitter.entities.items()}
            self.found += len(batch.pieces) - len(job.raws)
            self.seq += len(batch.pieces)
            if sum(map(len, job.raws)) < batch.size // 2:
                batch.forget_pieces(number - 1 for number in job.numbers)
            yield (batch, job), job
        job = elements.undecided()
        if job.raws:
            job.encoding, job.entities = code, {key: text(value) for key, value in splitter.entities.items()}
            yield (Batch(0), job), job
        self.line, self.complete = splitter.line, self.complete and splitter.complete

    def _take(self, batch: Batch, job: Job, report: BatchReport) -> None:
        """Count what was staged, and what came with it."""
        self.used.update(dict.fromkeys(report.used))
        self.found += report.found
        self.staged += report.found
        self.declared += report.channels
        self.counts.skipped += report.skipped
        self.unusable += report.unusable
        self.bare += report.bare
        if report.beyond is not None:
            self.beyond = report.beyond if self.beyond is None else min(self.beyond, report.beyond)
        for code, index, subject, message in report.problems:
            self.problems.add(code, self._line(batch, job, index), subject, message)

    @staticmethod
    def _line(batch: Batch, job: Job, index: int) -> int | None:
        """The line of a problem's element; None for elements that waited for the end of the feed."""
        return batch.channels[-1 - index][0] if index < 0 else batch.line_of(job.numbers[index] - 1)


def _named(blocks: Iterator[bytes], unpacked: Unpacked, problems: Problems) -> Iterator[bytes]:
    """The blocks. Where packed bytes are damaged, that says more than what it does to the document, and takes the name."""
    yield from blocks
    if unpacked.is_damaged(problems.subject):
        problems.subject = None
