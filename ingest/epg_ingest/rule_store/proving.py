"""Sets of rules judged by a provider's own numbers, over a sample of its stored contents."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence
from typing import Any

from ..rules.compiling import compile_rules
from ..rules.proof import Proved, extracting, prove
from ..rules.rule import Content
from ..rules.sets import rule_sets, shipped_rules
from ..rules.stored_columns import MARK, content_of, written_columns
from .comparing import staged

#: contents that are looked at: one in so many, within these bounds
ONE_IN, FEWEST, MOST = 12, 3_000, 20_000
#: hits of a set that are needed to say anything of it
_HITS = 20
_COUNT = "SELECT count(*) FROM (SELECT 1 FROM airings WHERE provider_id = ? LIMIT ?)"
_CONTENTS = "SELECT DISTINCT content_id FROM airings WHERE provider_id = ? ORDER BY 1"
_HIGHEST = "SELECT ifnull(max(id), 0) FROM contents"
#: the texts of contents that belong to the provider, in the order of `ids`; whether something says that it is new or a
#: premiere, and whether rules have changed it
_SAMPLE = """
    SELECT c.id, c.title, ifnull(c.subtitle, ''), ifnull(c.description, ''),
           c.is_new OR instr(c.details, '"premiere":'), instr(c.details, :mark)
    FROM json_each(:ids) i CROSS JOIN contents c ON c.id = i.value
    WHERE (SELECT a.provider_id FROM airings a WHERE a.content_id = c.id LIMIT 1) = :provider
"""
_READ = """
    SELECT title, subtitle, description, category, episode_num, season, episode, rating, actors, directors, icon_url, is_new,
           details
    FROM contents WHERE id = ?
"""


def verdicts(conn: sqlite3.Connection, provider_id: int) -> dict[str, Proved]:
    """What the numbers of a provider say of each set that matches often enough to be judged.

    Raises `EpgError` (`nore2`) where google-re2 is missing.
    """
    every = compile_rules(extracting(shipped_rules()))
    hits: dict[str, list[Content]] = {}
    flags: dict[frozenset[str], Content] = {}
    values = {"mark": MARK, "ids": json.dumps(list(_ids(conn, provider_id))), "provider": provider_id}
    for ident, title, subtitle, description, flagged, changed in conn.execute(_SAMPLE, values).fetchall():
        columns = _as_written(conn, ident) if changed else None
        if columns:
            title, subtitle, description = columns[:3]
            flagged = columns[11] or '"premiere":' in columns[-1]
        names = every.sets_reading(title, subtitle, description)
        if not names and not flagged:
            continue
        content = content_of(columns or _as_written(conn, ident))
        # A flag that a provider never sets proves nothing, so one content for each is needed, hit or not.
        flags.setdefault(content.flags, content)
        for name in names:
            hits.setdefault(name, []).append(content)
    others = list(flags.values())
    return {
        one.name: prove(one, hits[one.name] + others, every)
        for one in rule_sets()
        if len(hits.get(one.name, ())) >= _HITS
    }


def _as_written(conn: sqlite3.Connection, ident: int) -> tuple[Any, ...]:
    """The columns of a content as its provider wrote them."""
    return written_columns(staged(conn.execute(_READ, [ident]).fetchone()))


def _ids(conn: sqlite3.Connection, provider_id: int) -> Iterable[int]:
    """Ids of contents, most of them the provider's: spread over all of a small provider, else over all contents."""
    (programmes,) = conn.execute(_COUNT, [provider_id, 2 * MOST]).fetchone()
    ids: Sequence[int]
    if programmes < 2 * MOST:
        ids = [ident for (ident,) in conn.execute(_CONTENTS, [provider_id])]
    else:
        ids = range(1, conn.execute(_HIGHEST).fetchone()[0] + 1)
    return ids[:: max(1, len(ids) // min(max(len(ids) // ONE_IN, FEWEST), MOST))]
