"""What an import reports about its merge: the counts of rows, and what is odd about the channels of the feed."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Mapping, Sequence

from ..core.models import Counts, Problems
from .mapper import Declared
from .planner import ChannelChanges
from .stored_elements import StoredElements

_COUNT = """
    SELECT count(id), count(seq) - count(id), (SELECT count(*) FROM temp.changed), (SELECT count(*) FROM temp.ends),
           (SELECT count(*) FROM temp.removed)
    FROM temp.planned
"""


def count_rows(conn: sqlite3.Connection, counts: Counts, changes: ChannelChanges) -> None:
    """Count what the plan and the table `temp.changed` will do to `programs`."""
    matched, new, changed, ends, removed = conn.execute(_COUNT).fetchone()
    counts.imported, counts.updated, counts.removed = new, changed + ends, removed
    counts.unchanged += matched - changed + changes.unchanged


def note_channels(
    problems: Problems,
    declared: Sequence[Declared],
    used: Sequence[str],
    mapped: Mapping[str, int | None],
    elements: StoredElements,
) -> None:
    """Note channels declared twice, declared channels without programmes, and programmes of undeclared channels.

    `used` are the channel ids of new programmes, `mapped` gives the channel of each channel id. Unchanged programmes have no
    channel id any more: `elements` says on which channels the feed has shown some.
    """
    times_declared = Counter(channel[0] for channel in declared)
    with_programmes = dict.fromkeys(used)
    mentioned = {mapped.get(name) for name in (*times_declared, *with_programmes)}
    # A channel may have only unchanged programmes and no declaration.
    with_programmes.update(
        (name, None)
        for name, channel in mapped.items()
        if channel not in mentioned and _was_seen(elements, channel)
    )
    for name, times in times_declared.items():
        if times > 1:
            problems.add("duplicateid", None, name, "a channel declared again; the first was kept", times - 1)
        if name not in with_programmes and not _was_seen(elements, mapped.get(name)):
            problems.add("channelnoprogramme", None, name, "a declared channel without programmes")
    for name in with_programmes:
        if name not in times_declared:
            problems.add("unknownid", None, name, "programmes of a channel that the feed does not declare")


def _was_seen(elements: StoredElements, channel: int | None) -> bool:
    """Whether the feed has shown an unchanged programme of a channel."""
    low, high = elements.ranges.get(channel or 0, (0, 0))
    return any(elements.seen[low:high])
