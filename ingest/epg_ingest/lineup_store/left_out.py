"""What a list has and a line-up does not take: films and radio stations, by their groups. Pure."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable

from ..lineups.entry import LineupEntry

#: groups that are told, those with the most entries
MOST_GROUPS = 100


def left_out(entries: Iterable[LineupEntry], kinds: Iterable[str], cleaned: Callable[[str], str]) -> str:
    """The groups of the entries that are of none of the `kinds`, the largest first: a JSON array of objects of kind, group and
    entries.

    `cleaned` takes secrets out of a group's name. Titles of groups are no entries. What is in more than `MOST_GROUPS` groups is
    told as one row of each kind, with the group None.
    """
    wanted = {*kinds, "separator"}
    counts = Counter((entry.kind, entry.group_name) for entry in entries if entry.kind not in wanted)
    ordered = sorted(counts.items(), key=lambda row: (-row[1], row[0]))
    rows = [(kind, cleaned(group), count) for (kind, group), count in ordered[:MOST_GROUPS]]
    others: Counter[str] = Counter()
    for (kind, _), count in ordered[MOST_GROUPS:]:
        others[kind] += count
    told = [*rows, *((kind, None, count) for kind, count in sorted(others.items()))]
    found = [{"kind": kind, "group": group, "entries": count} for kind, group, count in told]
    return json.dumps(found, ensure_ascii=False)
