"""What an import reports about its merge: the counts of rows, and what is odd about the channels of the feed."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Sequence

from ..core.models import Counts, Problems
from .feed_channels import Declared
from .planner import ChannelChanges
from .presence import Presence

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


def note_channels(problems: Problems, declared: Sequence[Declared], found: Presence) -> None:
    """Note channels declared twice, declared channels without programmes, and programmes of undeclared channels."""
    times_declared = Counter(channel[0] for channel in declared)
    for name, times in times_declared.items():
        if times > 1:
            problems.add(
                "duplicateid", None, name, "a channel declared again: what is new was added", times - 1
            )
    for name in found.without:
        problems.add("channelnoprogramme", None, name, "a declared channel without programmes")
    for name in found.with_programmes:
        if name not in times_declared:
            problems.add("unknownid", None, name, "programmes of a channel that the feed does not declare")
