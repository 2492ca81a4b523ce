"""Sets of rules judged by a provider's own numbers, over a sample of its stored contents."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from ..rules.compiling import compile_rules
from ..rules.proof import Proved, prove
from ..rules.rule import Content
from ..rules.sets import rule_sets, shipped_rules
from ..rules.stored_columns import content_of, written_columns
from .applying import staged

#: contents that are looked at: one in so many, within these bounds
ONE_IN, FEWEST, MOST = 12, 3_000, 20_000
#: hits of a set that are needed to say anything of it
_HITS = 20
_FEW = "SELECT content_id FROM airings WHERE provider_id = ? LIMIT ?"
_HIGHEST = "SELECT ifnull(max(id), 0) FROM contents"
_READ = """
    SELECT c.title, c.subtitle, c.description, c.category, c.episode_num, c.season, c.episode, c.rating, c.actors, c.directors,
           c.icon_url, c.is_new, c.details
    FROM contents c
    WHERE c.id = :content AND (SELECT a.provider_id FROM airings a WHERE a.content_id = c.id LIMIT 1) = :provider
"""


def verdicts(conn: sqlite3.Connection, provider_id: int) -> dict[str, Proved]:
    """What the numbers of a provider say of each set that matches often enough to be judged.

    Raises `EpgError` (`nore2`) where google-re2 is missing.
    """
    every = compile_rules([rule for rule in shipped_rules() if rule.action == "extract"])
    hits: dict[str, list[Content]] = {}
    flags: dict[frozenset[str], Content] = {}
    for columns in _sample(conn, provider_id):
        names = every.sets_reading(*columns[:3])
        if not names and not columns[11] and '"premiere":' not in columns[-1]:
            continue
        content = content_of(columns)
        # A flag that a provider never sets proves nothing, so one content for each is needed, hit or not.
        flags.setdefault(content.flags, content)
        for name in names:
            hits.setdefault(name, []).append(content)
    others = list(flags.values())
    return {
        one.name: prove(one, hits[one.name] + others)
        for one in rule_sets()
        if len(hits.get(one.name, ())) >= _HITS
    }


def _sample(conn: sqlite3.Connection, provider_id: int) -> Iterator[tuple[Any, ...]]:
    """The columns of contents of a provider as it wrote them, spread over all that it has."""
    for ident in _ids(conn, provider_id):
        row = conn.execute(_READ, {"content": ident, "provider": provider_id}).fetchone()
        if row is not None:
            yield written_columns(staged(row))


def _ids(conn: sqlite3.Connection, provider_id: int) -> Iterable[int]:
    """Ids of contents, most of them the provider's: spread over all of a small provider, else over all contents."""
    few = [ident for (ident,) in conn.execute(_FEW, [provider_id, 2 * MOST])]
    ids: Sequence[int] = sorted(set(few))
    if len(few) == 2 * MOST:
        ids = range(1, conn.execute(_HIGHEST).fetchone()[0] + 1)
    return ids[:: max(1, len(ids) // min(max(len(ids) // ONE_IN, FEWEST), MOST))]
