"""The one write transaction of an import, step by step: channels, plan, gate, change log, rows, search index, what is shown.

Rows are compared by content: new ones are inserted, different ones updated under their id, equal ones not touched.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ..core.models import Counts, Problems, Provider
from ..core.times import iso
from ..guide.joins import Decided
from ..guide.resolve import resolve, shared
from ..guide.stored import note_longest, uncut
from ..stage.tables import Stage
from ..storage import guide_changes
from ..storage.database import raise_generation
from . import change_log, clock_changes, gate, report, write
from .channel_step import ChannelStep
from .feed_channels import Declared
from .mapper import ReadFeed
from .planner import Planner
from .presence import all_ended
from .stored_elements import StoredElements


@dataclass(frozen=True)
class MergeInput:
    """What an import brings to its merge.

    `staging` holds the new elements, `elements` says which stored ones the feed has shown. `declared` are the channels that the
    feed declares, `used` the channel ids of its new programmes. `decided` says where its channels, and
    those of all other feeds, belong. `now` and `past`, the start of the retention window (None = no limit), are epoch seconds.
    With `keep`, stored programmes that the feed no longer has stay. `force` skips the gate.
    """

    provider: Provider
    import_id: int
    staging: Stage
    elements: StoredElements
    declared: Sequence[Declared]
    used: Sequence[str]
    decided: Decided
    now: int
    past: int | None
    keep: bool
    force: bool


def merge(conn: sqlite3.Connection, feed: MergeInput, problems: Problems, counts: Counts) -> bool:
    """Merge a feed within the open write transaction; returns whether anything in the guide changed.

    Adds to `problems` and `counts`, which are the caller's so that a refused import can log them. Raises `GateError`.
    """
    provider = feed.provider
    read = ReadFeed(provider, feed.declared, feed.used, feed.elements, feed.staging.schemas)
    step = ChannelStep(conn, read, feed.decided, feed.now)
    step.report(problems)
    elements = feed.elements.up_to_date(conn, provider.id)
    changes = Planner(conn, provider.id, elements, problems, feed.now, feed.past, feed.keep).run()
    counts.skipped += changes.skipped
    ended = all_ended(conn, provider.id, elements, step.found.channels, feed.now)
    if not feed.force:
        loss = changes.upcoming_removed - changes.upcoming_added
        gate.check(conn, provider.id, loss, step.fed_before(), step.found.channels - ended, feed.now)
    write.store_contents(conn, feed.staging)
    report.count_rows(conn, counts, changes)
    wrote = bool(counts.imported or counts.updated or counts.removed)
    read_again = bool(elements.ranges) and not elements.recognised
    cut = uncut(conn, provider.id, changes.channels) if wrote else set()
    if wrote:
        # Of a provider's first programmes there is no earlier state to compare with.
        _write(conn, feed, counts, changes.channels, log_changes=bool(elements.ranges))
        note_longest(conn, changes.longest)
    if (
        read_again or step.mapper.moved or step.renumbered
    ):  # the bytes of programmes name the id: under the former one they are not known any more
        write.recognise(conn)
    clock_changes.note(conn, provider.id)
    write.note_duplicates(conn, feed.staging.schemas, provider.id)
    step.regroup(problems)
    counts.channels_added = step.mapper.made
    shown = 0
    if wrote or read_again:  # what is read again after an upgrade may be shown by another rule
        shown = resolve(conn, {*shared(conn, changes.channels), *cut})
    changed = bool(step.finish(wrote, ended) or wrote or shown)
    if changed:
        raise_generation(conn)
    return changed


def _write(
    conn: sqlite3.Connection, feed: MergeInput, counts: Counts, channels: Iterable[int], log_changes: bool
) -> None:
    """Carry out the plan, which touches `channels`: the change log reads removed and changed rows before they are written."""
    moment, last = iso(feed.now), write.last_id(conn)
    if log_changes:
        change_log.log_removed(conn, feed.import_id)
        change_log.log_changed(conn, feed.import_id)
    if counts.removed or counts.updated:
        write.remove_and_update(conn, moment)
    write.insert_new(conn, feed.staging, feed.provider.id, moment)
    if log_changes:
        change_log.log_added(conn, feed.import_id, last)
        guide_changes.note_added(conn, last)
    else:
        guide_changes.note_whole(conn, channels)
    if counts.removed or counts.updated:
        write.drop_unshown(conn)
