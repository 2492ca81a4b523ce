"""One refresh of a line-up, from the address of its source to rows.

    download   download.fetch        the list, if it has changed; "not modified" and the same body end the refresh here
    read       list_source           the list to entries; entry_secrets takes secrets out of them
    pair       refresh_plan          which entry is which row
    match      lineups.matching      channels for entries that are new or open, before the guide is locked
    write      here                  one transaction: addresses into the secrets file, rows, the log

A failure at any step leaves the line-up as it was. This module is the one place that catches errors of a list and logs them.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from ..core.deadline import Deadline
from ..core.errors import DatabaseError, EpgError, FeedError
from ..core.limits import Limits
from ..core.redact import redact
from ..core.times import iso
from ..download.fetch import fetch
from ..download.model import Download, Source
from ..lineups.entry import LineupEntry, Playlist
from ..lineups.matched import Matched
from ..storage.database import raise_generation, translate, write
from ..storage.lineup_secrets import LineupSecrets, LineupSource, ReadState
from ..storage.vault import Vault
from . import refresh_plan
from .entry_secrets import EntryEraser, secrets_in_lists
from .guide_channels import guide_channels, guide_state
from .left_out import left_out
from .lineup_rows import Lineup, entries_of, find_lineup
from .list_source import address_of, read_list
from .refresh_log import RefreshOutcome, note, of_a_list, without_hosts

if TYPE_CHECKING:
    from sqlite_utils import Database

#: raised whenever the same list would be read differently, so that it is read again once
READER_VERSION = 3
_INSERT = """
    INSERT INTO lineup_channels (id, lineup_id, position, number, name, group_name, icon_url, kind, source_id, source_name,
                                 other_ids, channel_id, method, score, reason, candidates, shift_minutes, gone_at)
    VALUES (:id, :lineup, :position, :number, :name, :group_name, :icon_url, :kind, :source_id, :source_name, :other_ids,
            (SELECT id FROM channels WHERE id = :channel_id), :method, :score, :reason, :candidates, :shift_minutes, :gone_at)
"""
_UPDATE = """
    UPDATE lineup_channels SET position = :position, number = :number, name = :name, group_name = :group_name,
        icon_url = :icon_url, kind = :kind, source_id = :source_id, source_name = :source_name, other_ids = :other_ids,
        shift_minutes = :shift_minutes, gone_at = :gone_at
    WHERE id = :id
"""
_REMATCH = """
    UPDATE lineup_channels SET channel_id = (SELECT id FROM channels WHERE id = :channel_id), method = :method, score = :score,
        reason = :reason, candidates = :candidates
    WHERE id = :id
"""
#: a channel that was deleted while its entry was matched
_LOST = """
    UPDATE lineup_channels SET method = NULL, score = NULL, reason = NULL
    WHERE lineup_id = ? AND channel_id IS NULL AND method IS NOT NULL AND method <> 'manual'
"""
_NEXT_ID = "SELECT ifnull((SELECT seq FROM sqlite_sequence WHERE name = 'lineup_channels'), 0) + 1"
_DONE = "UPDATE lineups SET address_set = ?, source_kind = ?, left_out = ?, updated_at = ? WHERE id = ?"


@dataclass(frozen=True)
class RefreshOptions:
    """`force` reads a list that is unchanged, and accepts one that has lost half of its entries. `trigger` says what asked.
    `given` is a file to read in place of the source."""

    limits: Limits
    force: bool = False
    trigger: str = "cli"
    given: Path | None = None


def refresh(
    db: Database, vault: Vault, name_or_id: str | int, options: RefreshOptions, *, now: int
) -> RefreshOutcome:
    """Read the source of a line-up again. `now` is epoch seconds.

    A list that cannot be used is an outcome with the status `failed`. Raises `NotFoundError` for an unknown line-up, and
    `DatabaseError` when not even the log can be written.
    """
    lineup = find_lineup(db.conn, name_or_id)
    secrets = LineupSecrets(vault)
    source = secrets.get(lineup.id) or LineupSource()
    try:
        return _Refresh(db, secrets, lineup, source, options, now).run()
    except EpgError as error:
        failure = error
    except sqlite3.Error as error:
        failure = translate(error, str(vault.path.with_suffix(".db")))
    except OSError as error:
        failure = DatabaseError(f"the machine refused: {error.strerror or type(error).__name__}", "system")
    message = of_a_list(redact(failure.message, source.secrets))
    with write(db, changes_guide=False) as conn:
        noted = note(
            conn, lineup.id, lineup.name, iso(now), options.trigger, "failed", code=failure.code,
            message=without_hosts(message, source.url),
        )  # fmt: skip
    return replace(noted, message=message)


class _Refresh:
    def __init__(
        self,
        db: Database,
        secrets: LineupSecrets,
        lineup: Lineup,
        source: LineupSource,
        options: RefreshOptions,
        now: int,
    ) -> None:
        self.db, self.secrets, self.lineup, self.source = db, secrets, lineup, source
        self.options, self.now = options, now
        self.deadline = Deadline(options.limits.deadline)
        self.before = secrets.state(lineup.id, lineup.address_set)
        self.problems, self.left_out = 0, "[]"

    def run(self) -> RefreshOutcome:
        """The steps, in order."""
        given = self.options.given
        url, kind = (str(given), None) if given else (self.source.url, self._kind())
        if url is None:
            raise FeedError(
                f"line-up {self.lineup.name} has no source; give it one with: epg-ingest lineups set {self.lineup.name}"
                " --source ADDRESS",
                "nourl",
            )
        state = self._state()
        usable = self.before.guide == state and not self.options.force
        source = Source(url)
        if given is None:
            source = Source(
                address_of(kind, url),
                self.source.headers,
                private_addresses=self.source.private_addresses,
                permit=f"epg-ingest lineups set {self.lineup.name} --private-addresses allow",
            )
        asked = (
            replace(source, etag=self.before.etag, last_modified=self.before.last_modified)
            if usable
            else source
        )
        with fetch(asked, self.options.limits, deadline=self.deadline) as download:
            if usable and (download.path is None or download.sha256 == self.before.sha256):
                return self._unchanged(download)
            playlist = read_list(download, kind, source, url, self.options.limits, self.deadline)
            return self._changed(download, playlist, state)

    def _kind(self) -> str | None:
        """The kind that a person gave; None where the answer tells."""
        return self.lineup.source_kind or None

    def _state(self) -> str:
        """What besides the list decides its rows: the guide, and the settings."""
        settings = f"{READER_VERSION} {self.lineup.kinds} {self.source.url}"
        return f"{guide_state(self.db.conn)} {hashlib.sha256(settings.encode()).hexdigest()[:32]}"

    def _unchanged(self, download: Download) -> RefreshOutcome:
        seen = self.before._replace(
            etag=download.etag or self.before.etag,
            last_modified=download.last_modified or self.before.last_modified,
        )
        if seen != self.before:
            self.secrets.note_state(self.lineup.id, self.lineup.address_set, seen)
        with write(self.db, changes_guide=False) as conn:
            return note(
                conn, self.lineup.id, self.lineup.name, iso(self.now), self.options.trigger, "unchanged"
            )

    def _changed(self, download: Download, playlist: Playlist, state: str) -> RefreshOutcome:
        self.problems = sum(problem.count for problem in playlist.problems)
        entries = self._entries(playlist)
        streams = self.secrets.streams(self.lineup.id, self.lineup.address_set)
        rows = entries_of(self.db.conn, self.lineup.id)
        found = refresh_plan.places(rows, entries, streams)
        if not self.options.force and self.before.sha256 is not None:
            refresh_plan.check_loss(rows, found)
        guide_changed = (self.before.guide or "").partition(" ")[0] != state.partition(" ")[0]
        matches = self._matches(found, guide_changed or self.options.force)
        read = ReadState(download.etag, download.last_modified, download.sha256, state)
        with write(self.db, changes_guide=False) as conn:
            self.lineup = find_lineup(conn, self.lineup.id)
            current = entries_of(conn, self.lineup.id)
            if current != rows:  # somebody has edited entries meanwhile, or another refresh was faster
                found = refresh_plan.places(current, entries, streams)
                matches = {place: match for place, match in matches.items() if found[place].wants_match(True)}
            (first,) = conn.execute(_NEXT_ID).fetchone()
            made = refresh_plan.plan(current, found, matches, first, iso(self.now))
            made.keep_streams(current, streams)
            outcome = self._write(conn, made, read, playlist.kind)
        self.secrets.drop_others(self.lineup.id, self.lineup.address_set + 1)
        return outcome

    def _entries(self, playlist: Playlist) -> list[LineupEntry]:
        """The entries of the kinds that are wanted, without secrets."""
        wanted = [entry for entry in playlist.entries if entry.kind in self.lineup.kinds]
        if not wanted:
            raise FeedError(
                f"the list has no entry of the kinds that are taken ({', '.join(self.lineup.kinds)})", "empty"
            )
        secrets = secrets_in_lists(self.source.url, self.source.headers, wanted)
        eraser = EntryEraser(secrets)
        self.left_out = left_out(playlist.entries, self.lineup.kinds, eraser.text)
        return [eraser.clean(entry) for entry in wanted]

    def _matches(self, found: Sequence[refresh_plan.ListedEntry], guide_changed: bool) -> dict[int, Matched]:
        """The matches of entries that want one, by their places in the list."""
        asked = [place for place, one in enumerate(found) if one.wants_match(guide_changed)]
        if not asked:
            return {}
        from .entry_matching import matched

        listed = [place.entry for place in found]
        answers = matched([listed[place] for place in asked], listed, guide_channels(self.db.conn, self.now))
        return dict(zip(asked, answers, strict=True))

    def _write(
        self, conn: sqlite3.Connection, made: refresh_plan.RefreshPlan, read: ReadState, kind: str
    ) -> RefreshOutcome:
        """Rows and addresses. The set of addresses counts from the commit of the guide on."""
        lineup, moment = self.lineup, iso(self.now)
        conn.executemany("DELETE FROM lineup_channels WHERE id = ?", [(ident,) for ident in made.deleted])
        conn.executemany(
            "UPDATE lineup_channels SET gone_at = ? WHERE id = ?", [(moment, ident) for ident in made.gone]
        )
        conn.executemany(_UPDATE, made.updated)
        conn.executemany(_REMATCH, [row for row in made.updated if "candidates" in row])
        conn.executemany(_INSERT, [{**row, "lineup": lineup.id} for row in made.inserted])
        conn.execute(_LOST, [lineup.id])
        number = lineup.address_set + 1
        conn.execute(_DONE, (number, kind, self.left_out, moment, lineup.id))
        outcome = note(
            conn, lineup.id, lineup.name, moment, self.options.trigger, "success",
            added=len(made.inserted), removed=len(made.deleted) + len(made.gone), problems=self.problems,
        )  # fmt: skip
        raise_generation(conn)
        self.secrets.write_set(lineup.id, number, read, made.streams.items())
        return outcome
