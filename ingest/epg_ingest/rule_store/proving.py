"""Sets of rules judged by a provider's own numbers, over a sample of its stored contents."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator

from ..rules.compiling import compile_rules
from ..rules.proof import Proved, prove
from ..rules.rule import Content
from ..rules.sets import rule_sets, shipped_rules
from ..rules.stored_columns import content_of, written_columns
from .applying import staged

#: contents that are looked at
SAMPLE = 20_000
_FEW = "SELECT content_id FROM airings WHERE provider_id = ? LIMIT ?"
_HIGHEST = "SELECT ifnull(max(id), 0) FROM contents"
_READ = """
    SELECT c.title, c.subtitle, c.description, c.category, c.episode_num, c.season, c.episode, c.rating, c.actors, c.directors,
           c.icon_url, c.is_new, c.details
    FROM contents c
    WHERE c.id = :content AND (SELECT a.provider_id FROM airings a WHERE a.content_id = c.id LIMIT 1) = :provider
"""


def verdicts(conn: sqlite3.Connection, provider_id: int) -> dict[str, Proved]:
    """What the numbers of a provider say of each set. Raises `EpgError` (`nore2`) where google-re2 is missing."""
    any_set = compile_rules([rule for rule in shipped_rules() if rule.action == "extract"])
    hits: list[Content] = []
    for content in _sample(conn, provider_id):
        bare = content._replace(season=None, episode=None, year=None, flags=frozenset())
        # Without own numbers, a content proves nothing; but its flags tell which the provider uses at all.
        if content.flags or (content != bare and any_set.tidy(bare) is not None):
            hits.append(content)
    return {one.name: prove(one, hits) for one in rule_sets()}


def _sample(conn: sqlite3.Connection, provider_id: int) -> Iterator[Content]:
    """Contents of a provider as it wrote them, spread over all that it has."""
    for ident in _ids(conn, provider_id):
        row = conn.execute(_READ, {"content": ident, "provider": provider_id}).fetchone()
        if row is not None:
            yield content_of(written_columns(staged(row)))


def _ids(conn: sqlite3.Connection, provider_id: int) -> Iterable[int]:
    """Ids of contents, most of them the provider's: all of a small provider, else every so many of all contents."""
    few = [ident for (ident,) in conn.execute(_FEW, [provider_id, 2 * SAMPLE])]
    if len(few) < 2 * SAMPLE:
        ids = sorted(set(few))
        return ids[:: 1 + len(ids) // SAMPLE]
    (highest,) = conn.execute(_HIGHEST).fetchone()
    return range(1, highest + 1, 1 + highest // SAMPLE)
