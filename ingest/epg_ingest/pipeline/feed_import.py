"""A downloaded feed into the guide: the steps of an import from unpack to merge.

This is a module of its own because a feed that has not changed needs none of it: loading the parsers and matchers would take
most of the time of such an import.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from ..core.errors import FeedError, NotFoundError
from ..core.models import Problems
from ..core.times import zone
from ..guide.joins import Decided, decide_all
from ..merge import plan
from ..merge.feed_channels import Declared
from ..merge.mapper import ReadFeed, channel_shifts, current_mappings, feed_now
from ..merge.merge import MergeInput, merge
from ..merge.repeated_hour import tell_apart
from ..merge.stored_elements import StoredElements, seed
from ..parse.batch import Batch
from ..parse.jobs import BatchReport, Job
from ..parse.normalise import Rules
from ..parse.pool import ParserPool
from ..parse.splitter import Splitter
from ..stage.tables import Stage
from ..storage.database import write
from ..unpack import character_encoding
from ..unpack.layers import Unpacked, unpack
from .context import ImportContext
from .log import ImportLog

#: raised whenever the same element would be read differently, so that every stored element is read again once
READER_VERSION = 3
_CLOCK = "SELECT timezone, shift_minutes FROM providers WHERE id = ?"


class FeedImport:
    """One downloaded feed on its way into the guide."""

    def __init__(self, context: ImportContext) -> None:
        self.db, self.conn, self.provider = context.db, context.db.conn, context.provider
        self.options, self.now, self.progress = context.options, context.now, context.progress
        self.eraser, self.problems, self.counts = context.eraser, context.problems, context.counts
        self.declared: list[Declared] = []
        self.used: dict[str, None] = {}
        self.beyond: int | None = None
        self.bare = 0
        self.found = self.staged = 0
        self.shifts: dict[str, int] = {}

    def run(self, log: ImportLog, path: Path) -> None:
        """Read the feed at `path` and merge it; the log row is finished in the same transaction."""
        provider = self.provider
        settings = (
            f"{READER_VERSION} {provider.timezone} {provider.shift_minutes} {','.join(provider.language)}"
        )
        splitter = Splitter(self.problems)
        with Stage(self.conn) as staging:
            self.progress.stage("parse")
            elements = self._stored_elements()
            # Most elements of a feed that was imported before are stored already.
            first, size = not elements.hashes, path.stat().st_size
            with ParserPool(self._rules(), staging, self.options.workers, size=size, first=first) as pool:
                unpacked = unpack(path, self.options.limits)
                head = self._stage(pool, unpacked, splitter, elements, seed(settings))
            self._judge(unpacked, splitter, elements, head)
            self.progress.stage("merge")
            staging.gather()
            tell_apart(self.conn, staging.schemas)
            plan.prepare(self.conn)
            decided = self._decide(staging, elements)
            with write(self.db, changes_guide=False) as conn:
                self._still_there(conn)
                feed = self._merge_input(staging, elements, decided, log.id)
                merge(conn, feed, self.problems, self.counts)
                partial = bool(unpacked.damage) or not splitter.complete
                log.finish("partial" if partial else "success", self.counts, self.problems, self.beyond)

    def _decide(self, staging: Stage, elements: StoredElements) -> Decided:
        """Decide which channels belong together, over what is staged and stored, before the import takes the write lock."""
        self.conn.execute("BEGIN")
        try:
            read = ReadFeed(self.provider, self.declared, list(self.used), elements, staging.schemas)
            return decide_all(self.conn, feed_now(self.conn, read))
        finally:
            self.conn.execute("COMMIT")

    def _merge_input(
        self, staging: Stage, elements: StoredElements, decided: Decided, import_id: int
    ) -> MergeInput:
        return MergeInput(
            provider=self.provider,
            import_id=import_id,
            staging=staging,
            elements=elements,
            declared=self.declared,
            used=list(self.used),
            decided=decided,
            now=self.now,
            past=self.options.retention.past(self.now),
            force=self.options.force,
        )

    def _rules(self) -> Rules:
        provider, retention = self.provider, self.options.retention
        return Rules(
            zone(provider.timezone) if provider.timezone else None,
            provider.shift_minutes * 60,
            provider.language,
            retention.past(self.now),
            retention.future(self.now),
            provider.id,
            self.shifts,
        )

    def _judge(self, unpacked: Unpacked, splitter: Splitter, elements: StoredElements, head: bytes) -> None:
        """Note what is wrong with the whole; raise `FeedError` when there is nothing to import."""
        if unpacked.damage:
            self.problems.add("notwell", splitter.line, None, unpacked.damage)
        for note in unpacked.notes:
            self.problems.add("archive", None, None, self.eraser.text(note))
        if self.bare:
            self.problems.add("missingtimezone", None, None, "times without an offset", self.bare)
        if not self.staged and not any(elements.seen):
            raise nothing_usable(head, self.counts.skipped, self.problems, unpacked.damage)

    def _still_there(self, conn: sqlite3.Connection) -> None:
        """Raise for a provider that was removed meanwhile, or whose times are to be read in another way: what was read would
        bring the old times back."""
        provider = self.provider
        row = conn.execute(_CLOCK, [provider.id]).fetchone()
        if row is None:
            raise NotFoundError(f"provider {provider.name} was removed while its feed was read", "removed")
        if row != (provider.timezone, provider.shift_minutes) or self.shifts != channel_shifts(
            conn, provider.id
        ):
            raise FeedError(
                f"the time zone or a shift of {provider.name} was changed while its feed was read; import it again",
                "changed",
            )

    def _stored_elements(self) -> StoredElements:
        """The mappings and the hashes of what is stored, read from one snapshot."""
        self.conn.execute("BEGIN")
        try:
            mappings = current_mappings(self.conn, self.provider.id)
            self.shifts = channel_shifts(self.conn, self.provider.id)
            mapped = {name: channel for name, channel in mappings.items() if channel}
            return StoredElements(self.conn, self.provider.id, mapped)
        finally:
            self.conn.execute("COMMIT")

    def _stage(
        self, pool: ParserPool, unpacked: Unpacked, splitter: Splitter, elements: StoredElements, seed: int
    ) -> bytes:
        """Read the feed into the staging tables; returns its first bytes."""
        blocks = iter(unpacked)
        head = next(blocks, b"")
        code, mark, disbelieved = character_encoding.detect(head)
        if disbelieved:
            disbelieved = self.eraser.text(disbelieved)
            self.problems.add("badencoding", 1, disbelieved, f"declared as {disbelieved}, read as {code}")
        blocks = chain([head[mark:]], blocks)
        if not character_encoding.ascii_compatible(code):
            blocks, code = character_encoding.transcode(blocks, code), "utf-8"
        size = 0
        batches = self.eraser.clean(splitter.split(blocks), code)
        for (batch, job), report in pool.read(self._jobs(batches, splitter, elements, seed, code)):
            self._take(batch, job, report)
            size += batch.size
            self.progress.parsed(self.found, size)
        return head[mark : mark + 512]

    def _jobs(
        self, batches: Iterator[Batch], splitter: Splitter, elements: StoredElements, seed: int, code: str
    ) -> Iterator[tuple[tuple[Batch, Job], Job]]:
        seq, text = 0, self.eraser.text
        for batch in batches:
            job = elements.sift(batch, seq, seed)
            job.encoding, job.entities = code, {key: text(value) for key, value in splitter.entities.items()}
            self.found += len(batch.pieces) - len(job.raws)
            seq += len(batch.pieces)
            if sum(map(len, job.raws)) < batch.size // 2:
                batch.forget_pieces(number - 1 for number in job.numbers)
            yield (batch, job), job
        job = elements.undecided()
        if job.raws:
            job.encoding, job.entities = code, {key: text(value) for key, value in splitter.entities.items()}
            yield (Batch(0), job), job

    def _take(self, batch: Batch, job: Job, report: BatchReport) -> None:
        """Count what was staged, and what came with it."""
        self.used.update(dict.fromkeys(report.used))
        self.found += report.found
        self.staged += report.found
        self.declared += report.channels
        self.counts.skipped += report.skipped
        self.bare += report.bare
        if report.beyond is not None:
            self.beyond = report.beyond if self.beyond is None else min(self.beyond, report.beyond)
        for code, index, subject, message in report.problems:
            self.problems.add(code, self._line(batch, job, index), subject, message)

    @staticmethod
    def _line(batch: Batch, job: Job, index: int) -> int | None:
        """The line of a problem's element; None for elements that waited for the end of the feed."""
        return batch.channels[-1 - index][0] if index < 0 else batch.line_of(job.numbers[index] - 1)


def nothing_usable(head: bytes, skipped: int, problems: Problems, damage: str | None) -> FeedError:
    """Why a feed without a single usable programme is refused, judged by its first bytes; `damage` is that of its packing."""
    start = head.lstrip().lower()
    unusable = sum(problems.total(code) for code in ("nochannel", "badstart", "emptytitle", "notwell"))
    if skipped > unusable:
        return FeedError(
            f"all {skipped} programmes of the feed are outside the retention window; check the feed's dates, or set"
            " retention.past_days and retention.future_days (none keeps all)",
            "outside",
        )
    if not start and damage:
        return FeedError(
            f"nothing can be read from the feed: {damage}; download it again, or check the URL", "empty"
        )
    if not start:
        return FeedError("the feed is empty; check the URL in a browser", "empty")
    if start.startswith((b"<!doctype html", b"<html")) or b"<html" in start:
        return FeedError("the answer is an HTML page, not a guide; check the URL and its credentials", "html")
    if start.startswith((b"{", b"[")):
        return FeedError("the answer is JSON, not an XMLTV guide; check the URL", "json")
    worst = max(problems, key=lambda problem: problems.total(problem.code), default=None)
    reason = f"; {problems.total(worst.code)} times {worst.code}: {worst.message}" if worst else ""
    return FeedError(
        f"the feed holds no programme with a channel, a start and a title{reason}; look at it with: epg-ingest check",
        "noprogrammes",
    )
