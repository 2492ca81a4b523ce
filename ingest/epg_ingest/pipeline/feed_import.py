"""A downloaded feed into the guide: the steps of an import from unpack to merge.

This is a module of its own because a feed that has not changed needs none of it: loading the parsers and matchers would take
most of the time of such an import.
"""

from __future__ import annotations

import sqlite3

from ..core.errors import FeedError, NotFoundError
from ..core.times import zone
from ..download.model import Download
from ..guide.joins import Decided, decide_all
from ..merge import plan
from ..merge.content_reuse import replaced, replaced_categories
from ..merge.mapper import ReadFeed, channel_shifts, current_mappings, feed_now
from ..merge.merge import MergeInput, merge
from ..merge.repeated_hour import tell_apart
from ..merge.stored_elements import StoredElements, seed
from ..parse.channel_element import united
from ..parse.normalise import Rules
from ..parse.pool import ParserPool
from ..rule_store import in_effect, stored_genres
from ..series_store import assigning
from ..stage.tables import Stage
from ..storage.database import write
from ..unpack.layers import Unpacked, unpack
from . import freshness
from .context import ImportContext
from .feed_documents import FeedDocuments
from .import_window import ImportWindow
from .log import ImportLog
from .times_without_zone import recognised_without_zone
from .unusable import nothing_usable, printed_by_a_command

#: raised whenever the same element would be read differently, so that every stored element is read again once
READER_VERSION = 5
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
        self.documents = FeedDocuments(context)
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
        path, documents = download.path, self.documents
        documents.charset = download.charset
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
                documents.stage(pool, unpacked, elements, seed(settings))
            documents.declared = united(documents.declared, self._too_much)
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
                whole = documents.complete and not unpacked.damage and not unpacked.guides_left_out
                partial = not whole or self._lost_many()
                log.finish("partial" if partial else "success", self.counts, self.problems, documents.beyond)

    def _too_much(self, tag: str, what: str) -> None:
        """Report what several declarations of a channel say too much."""
        self.problems.add("toolong", None, tag, f"<{tag}> was {what}")

    def _lost_many(self) -> bool:
        """Whether more than one in a hundred programmes of the feed had to be skipped."""
        seen = self.documents
        return seen.unusable * LOST > seen.found + seen.unusable

    def _decide(self, staging: Stage, elements: StoredElements) -> Decided:
        """Decide which channels belong together, over what is staged and stored, before the import takes the write lock."""
        self.conn.execute("BEGIN")
        try:
            read = ReadFeed(
                self.provider, self.documents.declared, list(self.documents.used), elements, staging.schemas
            )
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
            declared=self.documents.declared,
            used=list(self.documents.used),
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
            self.problems.add("notwell", self.documents.line, member and self.eraser.text(member), damage)
        for note in unpacked.notes:
            self.problems.add("archive", None, None, self.eraser.text(note))
        if self.provider.timezone is None:
            # Where somebody has said the zone, even UTC, such times are what they expect.
            bare = self.documents.bare + recognised_without_zone(self.conn, self.provider.id, elements.seen)
            if bare:
                self.problems.add("missingtimezone", None, None, "times without an offset", bare)
        if not self.documents.staged and not any(elements.seen):
            error = nothing_usable(self.documents.head, self.counts.skipped, self.problems, unpacked.damage)
            raise printed_by_a_command(error) if self.provider.kind == "command" else error

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
