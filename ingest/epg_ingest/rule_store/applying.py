"""A change of rules reaches the programmes that are stored: contents are made again from what was written.

    read       a stretch of contents, without a lock
    compare    what was written, tidied by the rules in effect, with what is stored
    write      the few that differ, in one transaction, if nobody has changed them meanwhile

Contents and airings keep their ids. A run that is killed leaves some contents as they were; the next run looks at all again and
writes only the rest. A provider counts as done when the last stretch is written and its rules are still the same.
"""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

from ..core.times import iso
from ..rules.rule import Rule
from ..rules.stored_columns import MARK, tidied_columns, written_columns
from ..stage.columns import MISSING, content_hash
from ..storage.database import write
from . import in_effect
from .changed_contents import Applied, Rewritten, rewrite
from .put_aside import tidy_put_aside

if TYPE_CHECKING:
    from sqlite_utils import Database

    from ..rules.tidying import Tidy

#: contents that are read at a time, and that one transaction writes at most: the lock is held for less than a second
STRETCH = 10_000
#: runs that begin again because rules changed meanwhile
_MOST_RUNS = 5
#: What most contents are passed over by. The provider is that of any airing: a content belongs to one provider.
_SCAN = """
    SELECT c.id, (SELECT a.provider_id FROM airings a WHERE a.content_id = c.id LIMIT 1), c.title,
           CASE WHEN :subtitles THEN c.subtitle END, CASE WHEN :descriptions THEN c.description END,
           CASE WHEN :categories THEN c.category ELSE '[]' END,
           CASE WHEN :written THEN instr(c.details, :mark) ELSE 0 END
    FROM contents c WHERE c.id > :last ORDER BY c.id LIMIT :stretch
"""
_READ = """
    SELECT c.id, c.hash, c.title, c.subtitle, c.description, c.category, c.episode_num, c.season, c.episode, c.rating, c.actors,
           c.directors, c.icon_url, c.is_new, c.details
    FROM json_each(?) i CROSS JOIN contents c ON c.id = i.value
"""
#: what stands for NULL in the columns after the id
_MISSING = MISSING[1:]


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
    while True:
        last, found = differing(db.conn, tidies, last, written)
        if found:
            with write(db) as conn:
                done = rewrite(conn, found, moment, log_changes)
            yield done
        if not last:
            break
        if progress is not None:
            progress(last)
    with write(db, changes_guide=False) as conn:
        tidy_put_aside(conn, tidies)
        for provider, fingerprint in wanted.items():
            if in_effect.state(conn, provider) == in_effect.APPLYING + fingerprint:
                in_effect.set_state(conn, provider, fingerprint)


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
    fields = frozenset[str]().union(*(tidy.fields for tidy in tidies.values() if tidy is not None))
    rows = conn.execute(
        _SCAN,
        {
            "mark": MARK,
            "last": last,
            "stretch": stretch,
            "subtitles": "subtitle" in fields,
            "descriptions": "description" in fields,
            "categories": "category" in fields,
            "written": written,
        },
    ).fetchall()
    candidates: dict[int, int] = {}
    for ident, provider, title, subtitle, description, category, marked in rows:
        if provider not in tidies:
            continue
        tidy = tidies[provider]
        if marked or (tidy is not None and tidy.reads(title, subtitle or "", description or "", category)):
            candidates[ident] = provider
    found = list(_made_again(conn, tidies, candidates))
    return (rows[-1][0] if len(rows) == stretch else 0), found


def _made_again(
    conn: sqlite3.Connection, tidies: dict[int, Tidy | None], candidates: dict[int, int]
) -> Iterator[Rewritten]:
    """Those of the contents, by id with their providers, that the rules make different."""
    for ident, number, *columns in conn.execute(_READ, [json.dumps(list(candidates))]):
        provider = candidates[ident]
        stored = staged(columns)
        written, tidy = written_columns(stored), tidies[provider]
        made = written if tidy is None else tidied_columns(tidy, written)
        if made != stored:
            yield Rewritten(ident, provider, number, stored, tuple(made), content_hash(made, provider))


def staged(row: Iterable[Any]) -> tuple[Any, ...]:
    """The columns of a stored content as an import stages them: with what `MISSING` puts for NULL."""
    return tuple([missing if value is None else value for value, missing in zip(row, _MISSING, strict=True)])
