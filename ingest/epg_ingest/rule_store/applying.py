"""A change of rules reaches the programmes that are stored: contents are made again from what was written.

    read       a stretch of contents, without a lock
    compare    what was written, tidied by the rules in effect, with what is stored
    rename     series all of whose programmes get another title: they keep their ids
    write      the few that differ, in one transaction, if nobody has changed them meanwhile

Contents and airings keep their ids. A run that is killed leaves some contents as they were; the next run looks at all again and
writes only the rest. A provider counts as done when the last stretch is written and its rules are still the same.
"""

from __future__ import annotations

import logging
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from ..core.times import iso
from ..rules.rule import Rule
from ..rules.stored_columns import MARK
from ..series_store.renamed_series import TitleTaken, follow
from ..stage.columns import content_hash
from ..storage.database import write
from . import in_effect
from .changed_contents import Applied, Rewritten, rewrite
from .comparing import compared, providers_of
from .put_aside import tidy_put_aside
from .renaming import renamings

if TYPE_CHECKING:
    from sqlite_utils import Database

    from ..rules.tidying import Tidy

log = logging.getLogger(__name__)

#: contents that are read at a time
STRETCH = 10_000
#: Contents that are written together, if so many differ; fewer transactions write each page of the indexes less often. With
#: those of one more stretch, the lock is held for about a second.
_TOGETHER = 2_000
#: runs that begin again because rules changed meanwhile
_MOST_RUNS = 5
#: What most contents are passed over by. Their provider is looked up only where rules differ between providers: that takes
#: as long as to read the texts.
_SCAN = """
    SELECT c.id, CASE WHEN :several THEN (SELECT a.provider_id FROM airings a WHERE a.content_id = c.id LIMIT 1) END,
           CASE WHEN :written THEN instr(c.details, :mark) ELSE 0 END, c.title, CASE WHEN :subtitles THEN c.subtitle END,
           CASE WHEN :descriptions THEN c.description END, CASE WHEN :categories THEN c.category ELSE '[]' END
    FROM contents c WHERE c.id > :last ORDER BY c.id LIMIT :stretch
"""


def apply_rules(
    db: Database,
    *,
    now: int | None = None,
    log_changes: bool = True,
    progress: Callable[[int], None] | None = None,
) -> Applied:
    """Make the stored contents of all providers what the rules in effect make of them. Call it outside of any transaction.

    `now` (epoch seconds) becomes the `updated_at` of programmes. `log_changes` writes rows of `program_changes`. `progress` is
    called with the id of the last content that was looked at. Raises `UsageError` for a rule that cannot be used.
    """
    contents = programmes = 0
    moment = iso(int(time.time()) if now is None else now)
    for _ in range(_MOST_RUNS):
        todo = in_effect.stale(db.conn)
        if not todo:
            break
        for found in _run(db, todo, moment, log_changes, progress):
            contents += found.contents
            programmes += found.programmes
    return Applied(contents, programmes)


def _run(
    db: Database,
    todo: dict[int, tuple[Rule, ...]],
    moment: str,
    log_changes: bool,
    progress: Callable[[int], None] | None,
) -> Iterator[Applied]:
    """Go through all contents once."""
    tidies = tidies_of(todo)
    wanted = {provider: in_effect.fingerprint(rules) for provider, rules in todo.items()}
    with write(db, changes_guide=False) as conn:
        written = any(in_effect.state(conn, provider) for provider in wanted)
        for provider, fingerprint in wanted.items():
            in_effect.set_state(conn, provider, in_effect.APPLYING + fingerprint)
    last = 0
    joined: list[TitleTaken] = []
    decided: set[str] = set()
    found: list[Rewritten] = []
    while True:
        last, more = differing(db.conn, tidies, last, written)
        found += more
        if len(found) >= _TOGETHER or (found and not last):
            renamed = renamings(db.conn, tidies, found, decided)
            with write(db) as conn:
                joined += follow(conn, renamed)
                done = rewrite(conn, found, moment, log_changes)
            yield done
            found = []
        if not last:
            break
        if progress is not None:
            progress(last)
    if joined:
        log.warning("%s", _said(joined))
    with write(db, changes_guide=False) as conn:
        tidy_put_aside(conn, tidies)
        for provider, fingerprint in wanted.items():
            if in_effect.state(conn, provider) == in_effect.APPLYING + fingerprint:
                in_effect.set_state(conn, provider, fingerprint)


def _said(joined: Sequence[TitleTaken]) -> str:
    """What to say of series whose programmes are of other ones now."""
    first = joined[0]
    return (
        f"the new titles of {len(joined)} series are those of others, which have their programmes now; the first is"
        f" {first.source} {first.before}, now {first.target} {first.after}. What was shown before stays with the former series;"
        f" epg-ingest series merge {first.source} {first.target} takes it along"
    )


def tidies_of(rules: dict[int, tuple[Rule, ...]]) -> dict[int, Tidy | None]:
    """The rules of each provider made ready, None where there are none. Equal ones are made ready once."""
    from ..rules.compiling import compile_rules

    made: dict[str, Tidy | None] = {"": None}
    found = {}
    for provider, several in rules.items():
        key = in_effect.fingerprint(several)
        if key not in made:
            made[key] = compile_rules(several, provider)
        found[provider] = made[key]
    return found


def differing(
    conn: sqlite3.Connection,
    tidies: dict[int, Tidy | None],
    last: int,
    written: bool = True,
    stretch: int = STRETCH,
) -> tuple[int, list[Rewritten]]:
    """Of the contents with ids above `last`, those in the next stretch that the rules of their provider make different.

    Returns the last id of the stretch too, 0 if it was the end. `written` is False if no rule has changed any of them before:
    then their details need not be read, nor anything that no rule reads.
    """
    rules = {id(tidy): tidy for tidy in tidies.values() if tidy is not None}
    several = len(rules) > 1
    fields = frozenset[str]().union(*(tidy.fields for tidy in rules.values()))
    rows = conn.execute(
        _SCAN,
        {
            "mark": MARK,
            "last": last,
            "stretch": stretch,
            "several": several,
            "subtitles": "subtitle" in fields,
            "descriptions": "description" in fields,
            "categories": "category" in fields,
            "written": written,
        },
    ).fetchall()
    only = None if several else next(iter(rules.values()), None)
    candidates = []
    for ident, provider, marked, title, subtitle, description, category in rows:
        tidy = tidies.get(provider) if several else only
        if marked or (tidy is not None and tidy.reads(title, subtitle or "", description or "", category)):
            candidates.append(ident)
    providers = {ident: own for ident, own in providers_of(conn, candidates).items() if own in tidies}
    found = [
        Rewritten(*one, content_hash(one.made, one.provider))
        for one in compared(conn, tidies, providers)
        if one.made != one.stored
    ]
    return (rows[-1][0] if len(rows) == stretch else 0), found
