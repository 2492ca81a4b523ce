"""The one write transaction of an import: mapping, plan, gate, rows, search index, changes, who shows, log.

Rows are compared by content: new ones are inserted, different ones updated under their id, equal ones not touched. The
search index is kept in bulk ('delete' rows before, inserts after): triggers would do the same row by row.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from ..core.compact_json import dumps
from ..core.errors import GateError
from ..core.models import Counts, Problems, Provider
from ..core.times import iso
from ..guide.resolve import resolve, shared
from ..guide.stored import note_longest
from ..stage.search_index import Index, first_ever
from ..storage.database import raise_generation
from . import plan
from .mapper import Declared, Mapper
from .planner import Walk, upcoming
from .stored_elements import Known

#: the columns that a feed fills, as they stand in `programs`
CONTENT = (
    "end_time", "title", "subtitle", "description", "category", "episode_num", "season", "episode", "rating", "actors",
    "directors", "icon_url", "is_new", "details", "end_source",
)  # fmt: skip
#: an import that would leave less than this share of a provider's upcoming programmes, and lose more than GATE_ROWS, stops
GATE_SHARE = 0.5
GATE_ROWS = 50

#: epoch seconds as the text that `programs` has
_TEXT = "strftime('%Y-%m-%dT%H:%M:%SZ', {}, 'unixepoch')"
#: what a staged element puts into each column of `CONTENT`
_NEW_VALUE = {
    **{name: f"t.{name}" for name in CONTENT},
    "end_time": _TEXT.format("n.stop"),
    "details": "CASE WHEN n.own_stop IS NULL THEN t.details"
    f" ELSE json_set(t.details, '$.stop', {_TEXT.format('n.own_stop')}) END",
    "end_source": "n.end_source",
}
_VALUES = ", ".join(_NEW_VALUE[name] for name in CONTENT)
_OLD = ", ".join(f"p.{name}" for name in CONTENT)
# The statements below are put together from the constants above and the names of the stage's parts; every value is bound.
_FROM = "FROM temp.planned n JOIN {part}.content t ON t.id = n.content AND n.part = {place}"
_CHANGED = f"""
    SELECT n.id AS id, n.seq AS seq, n.number AS number,
           (p.title, p.subtitle, p.description) IS NOT (t.title, t.subtitle, t.description) AS words
    {_FROM} JOIN main.programs p ON p.id = n.id
    WHERE n.id IS NOT NULL AND ({_OLD}) IS NOT ({_VALUES})
"""
_VALUE_OF = f"SELECT {_VALUES}, n.hash {_FROM} WHERE n.number = c.number"
_UPDATE = f"""
    UPDATE programs AS p SET ({", ".join(CONTENT)}, content_hash) = ({{values}}), updated_at = :now
    FROM temp.changed c WHERE p.id = c.id
"""  # noqa: S608
_COLUMNS = (
    f"id, channel_id, provider_id, start_time, {', '.join(CONTENT)}, content_hash, created_at, updated_at"
)
#: in the order of their ids, which is that of channel and start: both indexes grow at their ends
_NEW = f"""
    SELECT n.number, n.channel_id, :provider, {_TEXT.format("n.start")}, {_VALUES}, n.hash, :now, :now
    {_FROM} WHERE n.id IS NULL
"""
_ENDS = """
    UPDATE programs AS p SET end_time = e.end_time, end_source = e.end_source, updated_at = :now,
        details = CASE WHEN e.own_stop IS NULL THEN json_remove(p.details, '$.stop')
                       ELSE json_set(p.details, '$.stop', e.own_stop) END
    FROM temp.ends e WHERE p.id = e.id AND p.id IN (SELECT id FROM temp.ends)
"""
_FTS_DELETE = """
    INSERT INTO programs_fts (programs_fts, rowid, title, subtitle, description)
    SELECT 'delete', id, title, subtitle, description FROM programs
    WHERE id IN (SELECT id FROM temp.gone UNION ALL SELECT id FROM temp.changed WHERE words)
"""
_FTS_INSERT = """
    INSERT INTO programs_fts (rowid, title, subtitle, description)
    SELECT id, title, subtitle, description FROM programs WHERE {which}
"""
#: elements that lost their start, beside the programme that won: recognised unread next time (see known.py)
_DUPLICATES = """
    SELECT p.id, e.hash FROM temp.lost l CROSS JOIN {part}.staged e ON e.seq = l.seq
    CROSS JOIN programs p ON p.provider_id = :provider AND p.channel_id = l.channel_id AND p.start_time = l.start_time
    WHERE e.hash <> p.content_hash
"""
_REMOVED = """
    INSERT INTO program_changes (import_id, program_id, channel_id, start_time, title, change, before)
    SELECT :import, p.id, p.channel_id, p.start_time, p.title, 'removed',
           json_object('end_time', p.end_time, 'subtitle', p.subtitle, 'description', p.description)
    FROM temp.gone g JOIN programs p ON p.id = g.id
"""
_ADDED = """
    INSERT INTO program_changes (import_id, program_id, channel_id, start_time, title, change, after)
    SELECT :import, id, channel_id, start_time, title, 'added', json_object('end_time', end_time, 'subtitle', subtitle)
    FROM programs WHERE id > :last
"""
#: old and new, both NULL where they are the same
_BEFORE = ", ".join(
    f"CASE WHEN p.{name} IS NOT {value} THEN p.{name} END" for name, value in _NEW_VALUE.items()
)
_AFTER = ", ".join(
    f"CASE WHEN p.{name} IS NOT {value} THEN {value} END" for name, value in _NEW_VALUE.items()
)
_BOTH = f"""
    SELECT p.id, p.channel_id, p.start_time, t.title, {_BEFORE}, {_AFTER}
    {_FROM} JOIN temp.changed c ON c.number = n.number JOIN programs p ON p.id = c.id
"""
_MOVED = f"""
    SELECT p.id, p.channel_id, p.start_time, p.title, {_OLD}, e.end_time,
           {", ".join("p." + name for name in CONTENT[1:-1])}, e.end_source
    FROM temp.ends e JOIN programs p ON p.id = e.id
"""  # noqa: S608
_RECORD = """
    INSERT INTO program_changes (import_id, program_id, channel_id, start_time, title, change, before, after)
    VALUES (?, ?, ?, ?, ?, 'changed', ?, ?)
"""


@dataclass
class Merge:
    """What the merge needs to know. `parts` are the databases of the staging tables; `index` makes the search index of the
    very first programmes, if they are many; `now` and `past` are epoch seconds;
    `generation` is that of the database when `known` was read; `declared` are the channels of the feed, `used` the channel
    ids of its new programmes."""

    conn: sqlite3.Connection
    parts: Sequence[str]
    index: Index | None
    provider: Provider
    import_id: int
    known: Known
    generation: int
    declared: list[Declared]
    used: list[str]
    problems: Problems
    counts: Counts
    now: int
    past: int | None
    force: bool

    def run(self) -> bool:
        """Merge within the open transaction; whether anything of the guide changed. Raises `GateError`."""
        conn, counts = self.conn, self.counts
        used = self.used
        mapper = Mapper(conn, self.provider.id, self.provider.channel_policy, self.now)
        mapped = mapper.map(self.declared, used)
        counts.channels_added = mapped.channels_added
        self._note_channels(used, mapped.channels)
        plan.set_channels(conn, mapped.channels.items())
        self._check_known()
        walk = Walk(conn, self.provider.id, self.known, self.problems, self.now, self.past)
        outcome = walk.run()
        counts.skipped += outcome.skipped
        self._gate(outcome.lost - outcome.won)
        changed = self._write()
        self._note_duplicates()
        counts.unchanged += outcome.unchanged
        if changed:
            resolve(conn, shared(conn, outcome.channels))
            note_longest(conn, outcome.longest)
        if changed or mapped.changes:
            raise_generation(conn)
        return bool(changed or mapped.changes)

    def _note_channels(self, used: Iterable[str], mapped: dict[str, int | None]) -> None:
        """Report channels declared twice, programmes of undeclared channels, declared channels without programmes."""
        declared = Counter(channel[0] for channel in self.declared)
        names = dict.fromkeys(used)
        told = {mapped.get(name) for name in (*declared, *names)}
        # Of a channel whose programmes are all known, nothing was staged.
        names.update((name, None) for name, at in mapped.items() if at not in told and self._seen(at))
        add = self.problems.add
        for name, times in declared.items():
            if times > 1:
                add("duplicateid", None, name, "a channel declared again; the first was kept", times - 1)
            if name not in names and not self._seen(mapped.get(name)):
                add("channelnoprogramme", None, name, "a declared channel without programmes")
        for name in names:
            if name not in declared:
                add("unknownid", None, name, "programmes of a channel that the feed does not declare")

    def _seen(self, channel: int | None) -> bool:
        """Whether the feed has shown programmes of a channel that were known."""
        low, high = self.known.ranges.get(channel or 0, (0, 0))
        return any(self.known.seen[low:high])

    def _check_known(self) -> None:
        """If somebody changed the database since the hashes were read, read them again and keep what was seen."""
        (generation,) = self.conn.execute("SELECT number FROM generation").fetchone()
        if generation != self.generation:
            fresh = Known(self.conn, self.provider.id, self.known.mapped)
            self.known.carry_over(fresh)
            self.known = fresh

    def _gate(self, loss: int) -> None:
        if self.force or loss <= GATE_ROWS:
            return
        before = upcoming(self.conn, self.provider.id, self.now)
        if before - loss < GATE_SHARE * before:
            raise GateError(
                f"the feed would remove {loss} of {before} upcoming programmes, so nothing was changed; look at the feed, and"
                " accept it with --force if it is right"
            )

    def _write(self) -> bool:
        """Removals, updates and inserts with the search index and the record of changes; whether there were any."""
        conn, counts = self.conn, self.counts
        conn.execute("DROP TABLE IF EXISTS temp.changed")
        conn.execute(f"CREATE TEMP TABLE changed AS {self._each(_CHANGED)}")
        self._count()
        if not (counts.imported or counts.updated or counts.removed):
            return False
        values = {"now": iso(self.now), "provider": self.provider.id, "import": self.import_id}
        (last,) = conn.execute("SELECT ifnull(max(id), 0) FROM programs").fetchone()
        record = bool(self.known.ranges)
        if record:
            conn.execute(_REMOVED, values)
            self._record_differences()
        if counts.removed or counts.updated:
            conn.execute(_FTS_DELETE)
            conn.execute("DELETE FROM programs WHERE id IN (SELECT id FROM temp.gone)")
            conn.execute(_UPDATE.format(values=self._each(_VALUE_OF)), values)
            conn.execute(_ENDS, values)
            conn.execute(_FTS_INSERT.format(which="id IN (SELECT id FROM temp.changed WHERE words)"))
        index = self.index if first_ever(conn) else None
        if index:
            index.begin()
        conn.execute(f"INSERT INTO programs ({_COLUMNS}) {self._each(_NEW)} ORDER BY 1", values)
        if not (index and index.take()):
            conn.execute(_FTS_INSERT.format(which="id > :last"), {"last": last})
        if record:
            conn.execute(_ADDED, {**values, "last": last})
        return True

    def _note_duplicates(self) -> None:
        """Who lost to whom; what changed may win or lose against others than before."""
        self.conn.execute("DELETE FROM duplicates WHERE program_id IN (SELECT id FROM temp.changed)")
        self.conn.execute(
            f"INSERT OR IGNORE INTO duplicates (program_id, content_hash) {self._each(_DUPLICATES)}",
            {"provider": self.provider.id},
        )

    def _each(self, select: str) -> str:
        """A query over what is staged in all parts."""
        parts = enumerate(self.parts)
        return " UNION ALL ".join(
            select.replace("{part}", part).replace("{place}", str(place)) for place, part in parts
        )

    def _count(self) -> None:
        counts = self.counts
        targets, new = self._pair("SELECT count(id), count(seq) - count(id) FROM temp.planned")
        changed, gone = self._pair(
            "SELECT (SELECT count(*) FROM temp.changed), (SELECT count(*) FROM temp.gone)"
        )
        (ends,) = self.conn.execute("SELECT count(*) FROM temp.ends").fetchone()
        counts.imported, counts.updated, counts.removed = new, changed + ends, gone
        counts.unchanged += targets - changed

    def _pair(self, sql: str) -> tuple[int, int]:
        first, second = self.conn.execute(sql).fetchone()
        return int(first), int(second)

    def _record_differences(self) -> None:
        """`program_changes` rows with what differs, old and new, as JSON objects."""
        width = len(CONTENT)
        found = self.conn.execute(f"{self._each(_BOTH)} UNION ALL {_MOVED}")
        while rows := found.fetchmany(2000):
            self.conn.executemany(_RECORD, [self._record(row, width) for row in rows])

    def _record(self, row: tuple[Any, ...], width: int) -> tuple[Any, ...]:
        identifier, channel, start, title = row[:4]
        before, after = row[4 : 4 + width], row[4 + width :]
        old, new = {}, {}
        for name, was, becomes in zip(CONTENT, before, after, strict=True):
            if was != becomes:
                old[name], new[name] = was, becomes
        return self.import_id, identifier, channel, start, title, dumps(old), dumps(new)
