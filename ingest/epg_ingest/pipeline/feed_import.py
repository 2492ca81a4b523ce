"""A downloaded feed into the guide: the steps of an import from unpack to merge.

This is a module of its own because a feed that has not changed needs none of it: loading the parsers and matchers would take
most of the time of such an import.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from itertools import chain

from ..core.errors import FeedError, NotFoundError
from ..core.models import Problems
from ..core.times import zone
from ..download.model import Download
from ..guide.joins import Decided, decide_all
from ..merge import plan
from ..merge.content_reuse import replaced, replaced_categories
from ..merge.feed_channels import Declared
from ..merge.mapper import ReadFeed, channel_shifts, current_mappings, feed_now
from ..merge.merge import MergeInput, merge
from ..merge.repeated_hour import tell_apart
from ..merge.stored_elements import StoredElements, seed
from ..parse.batch import Batch
from ..parse.channel_element import united
from ..parse.jobs import BatchReport, Job
from ..parse.normalise import Rules
from ..parse.pool import ParserPool
from ..parse.splitter import Splitter
from ..rule_store import in_effect, stored_genres
from ..series_store import assigning
from ..stage.tables import Stage
from ..storage.database import write
from ..unpack import character_encoding
from ..unpack.layers import Unpacked, unpack
from . import freshness
from .context import ImportContext
from .import_window import ImportWindow
from .log import ImportLog
from .times_without_zone import recognised_without_zone
from .unusable import nothing_usable

#: raised whenever the same element would be read differently, so that every stored element is read again once
READER_VERSION = 5
#: the first bytes of a feed, which say what it is if it is no guide
_HEAD = 4096
#: an import is partial if more than one of so many programmes could not be used
LOST = 100
_CLOCK = "SELECT timezone, shift_minutes FROM providers WHERE id = ?"


class FeedImport:
    """One downloaded feed on its way into the guide."""

    def __init__(self, context: ImportContext, window: ImportWindow) -> None:
        self.db, self.conn, self.provider = context.db, context.db.conn, context.provider
        self.options, self.progress = context.options, context.progress
        self.window = window
        self.deadline = context.deadline
        self.eraser, self.problems, self.counts = context.eraser, context.problems, context.counts
        self.compared = context.others and not context.options.force
        self.declared: list[Declared] = []
        self.used: dict[str, None] = {}
        self.beyond: int | None = None
        self.bare = 0
        self.found = self.staged = self.unusable = 0
        self.head = b""
        self.charset: str | None = None
        # of the documents so far: elements and lines, and whether each is complete
        self.seq, self.line, self.complete = 0, 1, True
        self.shifts: dict[str, int] = {}
        #: none where google-re2 is missing
        self.tidying = in_effect.usable_rules(self.conn, self.provider.id) or ()
        self.first = False

    def run(self, log: ImportLog, download: Download) -> None:
        """Read the downloaded feed and merge it; the log row is finished in the same transaction."""
        provider = self.provider
        settings = (
            f"{READER_VERSION} {provider.timezone} {provider.shift_minutes} {','.join(provider.language)}"
            f"{' repair_text' if provider.repair_text else ''}{f' {download.charset}' if download.charset else ''}"
        )
        path, self.charset = download.path, download.charset
        assert path is not None
        with Stage(self.conn) as staging:
            self.progress.stage("parse")
            elements = self._stored_elements()
            # Most elements of a feed that was imported before are stored already.
            self.first = not elements.hashes
            first, size = elements.read_all or self.first, path.stat().st_size
            with ParserPool(
                self._rules(), staging, self.options.workers, size=size, first=first, deadline=self.deadline
            ) as pool:
                unpacked = unpack(path, self.options.limits, download.encodings, self.deadline)
                self._stage(pool, unpacked, elements, seed(settings))
            self.declared = united(self.declared, self._too_much)
            self._judge(unpacked, elements)
            self.progress.stage("merge")
            staging.gather()
            if self.compared:
                freshness.check(self.conn, provider.id, elements, self.window.now)
            self.window.settle(plan.reach(self.conn))
            log.under(self.window)
            tell_apart(self.conn, staging.schemas)
            plan.prepare(self.conn)
            decided = self._decide(staging, elements)
            with write(self.db, changes_guide=False) as conn:
                self._still_there(conn)
                feed = self._merge_input(staging, elements, decided, log.id)
                last = assigning.last_airing(conn)
                merge(conn, feed, self.problems, self.counts)
                stored_genres.bring_up_to_date(conn, replaced_categories(conn))
                assigning.after_merge(conn, provider.id, last, replaced(conn))
                in_effect.note_import(conn, provider.id, in_effect.fingerprint(self.tidying), self.first)
                whole = self.complete and not unpacked.damage and not unpacked.guides_left_out
                partial = not whole or self._lost_many()
                log.finish("partial" if partial else "success", self.counts, self.problems, self.beyond)

    def _too_much(self, tag: str, what: str) -> None:
        """Report what several declarations of a channel say too much."""
        self.problems.add("toolong", None, tag, f"<{tag}> was {what}")

    def _lost_many(self) -> bool:
        """Whether more than one in a hundred programmes of the feed had to be skipped."""
        return self.unusable * LOST > self.found + self.unusable

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
            now=self.window.now,
            past=self.window.past,
            keep=self.window.wrong,
            force=self.options.force,
        )

    def _rules(self) -> Rules:
        provider = self.provider
        return Rules(
            zone(provider.timezone) if provider.timezone else None,
            provider.shift_minutes * 60,
            provider.language,
            self.window.past,
            self.window.future,
            provider.id,
            self.shifts,
            provider.repair_text,
            self.tidying,
        )

    def _judge(self, unpacked: Unpacked, elements: StoredElements) -> None:
        """Note what is wrong with the whole; raise `FeedError` when there is nothing to import."""
        for damage, member in unpacked.damages:
            self.problems.add("notwell", self.line, member and self.eraser.text(member), damage)
        for note in unpacked.notes:
            self.problems.add("archive", None, None, self.eraser.text(note))
        if self.provider.timezone is None:
            # Where somebody has said the zone, even UTC, such times are what they expect.
            bare = self.bare + recognised_without_zone(self.conn, self.provider.id, elements.seen)
            if bare:
                self.problems.add("missingtimezone", None, None, "times without an offset", bare)
        if not self.staged and not any(elements.seen):
            raise nothing_usable(self.head, self.counts.skipped, self.problems, unpacked.damage)

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
            return StoredElements(self.conn, self.provider.id, mapped, read_all=self.options.force)
        finally:
            self.conn.execute("COMMIT")

    def _stage(self, pool: ParserPool, unpacked: Unpacked, elements: StoredElements, seed: int) -> None:
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
