"""What holds after every operation, whatever the feeds: random providers, feeds and operations against a brute-force
reference (`reference.py`)."""

from __future__ import annotations

import json
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import groupby, pairwise
from pathlib import Path
from typing import Any

import pytest
from epg_ingest.core.errors import NotFoundError, UsageError
from epg_ingest.core.limits import Retention
from epg_ingest.core.names import normalise
from epg_ingest.core.times import from_iso
from epg_ingest.guide.channel_merge import merge_channels
from epg_ingest.guide.mappings import ignore_channel, map_channel, unmap_channel
from epg_ingest.guide.providers import remove_provider, update_provider
from epg_ingest.retention import cleanup
from epg_ingest.stage.columns import CONTENT
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.helpers import reference
from tests.helpers.guide_rows import check_contents, programmes_found
from tests.helpers.reference import Item, Show
from tests.helpers.support import NOON, Guide, feed, show

pytestmark = pytest.mark.slow

SLOT = 1800
#: Each provider's clock differs by so many seconds: programmes of neighbouring slots overlap by up to four minutes.
LATE = {"alpha": 0, "beta": 180, "gamma": -60}
#: programmes as their provider gave them, before any cut
OWN = """
    SELECT p.id, p.provider_id, p.channel_id, ifnull(k.start_time, p.start_time) AS start_time,
           ifnull(k.end_time, p.end_time) AS end_time, ifnull(k.end_source, p.end_source) AS end_source, p.title,
           CASE WHEN k.program_id IS NULL THEN p.details WHEN k.own_stop IS NULL THEN json_remove(p.details, '$.stop')
                ELSE json_set(p.details, '$.stop', k.own_stop) END AS details
    FROM programs p LEFT JOIN cuts k ON k.program_id = p.id
"""
WINDOW = Retention(1, 3, None)
PROVIDERS = ("alpha", "beta", "gamma")
#: each provider knows channel n under its own id or under one it shares; the names are equal once normalised
CHANNELS = (1, 2, 3)
#: what the providers say of their programmes, each value once, and the contents that the providers use
COUNTS = f"""
    SELECT count(*) FROM (
        SELECT DISTINCT a.provider_id, {", ".join(CONTENT[1:])} FROM airings a JOIN contents c ON c.id = a.content_id)
    UNION ALL
    SELECT count(*) FROM (SELECT DISTINCT provider_id, content_id FROM airings)
"""
PROFILE = settings(
    max_examples=20,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    print_blob=True,
)


def channel_id(provider: str, number: int) -> str:
    return "one" if number == 1 else f"{number}.{provider}"


def display_name(provider: str, number: int) -> str:
    return {"alpha": f"Channel {number}", "beta": f"CHANNEL {number} HD", "gamma": f"Chànnel {number}"}[
        provider
    ]


durations = st.one_of(st.integers(1, 6), st.sampled_from([None, 0, -2, 12, 60, 400]))
items = st.tuples(
    st.sampled_from(CHANNELS),
    st.integers(-60, 150),
    durations,
    st.sampled_from(["News", "Film", "Quiz"]),
    st.sampled_from([None, None, 2700]),
)
feeds = st.lists(items, min_size=1, max_size=14)


def as_items(provider: str, drawn: Sequence[tuple[Any, ...]]) -> list[Item]:
    return [
        Item(
            channel_id(provider, number),
            NOON + at * SLOT + LATE[provider],
            None if slots is None else NOON + (at + slots) * SLOT + LATE[provider],
            title,
            length,
        )
        for number, at, slots, title, length in drawn
    ]


def document(provider: str, wanted: Sequence[Item], remark: int = 0) -> bytes:
    """The feed of these items; `remark` makes another body of the same elements."""
    shows = [
        show(
            item.channel,
            item.start,
            item.stop,
            item.title,
            f'<length units="seconds">{item.length}</length>' if item.length else "",
        )
        for item in wanted
    ]
    declared = [(channel_id(provider, number), display_name(provider, number)) for number in CHANNELS]
    return feed(shows, declared) + f"<!-- {remark} -->".encode()


def said(rows: list[Any]) -> list[Any]:
    """The rows without the hash of the element: of two equal elements for one place, either may have given the row."""
    return [{key: value for key, value in row.items() if key != "element_hash"} for row in rows]


operations = st.lists(
    st.one_of(
        st.tuples(st.just("load"), st.sampled_from(PROVIDERS), feeds),
        st.tuples(st.just("load"), st.sampled_from(PROVIDERS), feeds),
        st.tuples(st.just("again"), st.sampled_from(PROVIDERS), st.integers(0, 1000)),
        st.tuples(st.just("edit"), st.sampled_from(PROVIDERS), st.integers(0, 1000)),
        st.tuples(st.just("priority"), st.sampled_from(PROVIDERS), st.integers(1, 3)),
        st.tuples(st.just("enabled"), st.sampled_from(PROVIDERS), st.booleans()),
        st.tuples(st.just("remove"), st.sampled_from(PROVIDERS), st.none()),
        st.tuples(
            st.just("map"),
            st.sampled_from(PROVIDERS),
            st.tuples(st.sampled_from(CHANNELS), st.integers(0, 9)),
        ),
        st.tuples(st.just("ignore"), st.sampled_from(PROVIDERS), st.sampled_from(CHANNELS)),
        st.tuples(st.just("unmap"), st.sampled_from(PROVIDERS), st.sampled_from(CHANNELS)),
        st.tuples(st.just("merge"), st.none(), st.tuples(st.integers(0, 9), st.integers(0, 9))),
        st.tuples(st.just("wait"), st.none(), st.integers(1, 60)),
    ),
    min_size=3,
    max_size=12,
)


class World:
    """A guide on which operations are tried and checked one by one."""

    def __init__(self, folder: Path) -> None:
        self.guide = Guide(folder)
        self.db, self.vault = self.guide.db, self.guide.vault
        self.now = NOON
        self.last: dict[str, list[Item]] = {}
        self.remark = 0
        for name in PROVIDERS:
            self.guide.provider(name)

    def do(self, verb: str, name: str | None, argument: Any) -> None:
        """Try an operation. One that a user would be told is impossible must change nothing."""
        if name is not None and verb != "remove":
            self.guide.provider(name)
        generation, before = self.generation(), self.state()
        ids = self.ids()
        try:
            getattr(self, verb)(name, argument)
        except (NotFoundError, UsageError):
            assert self.state() == before
        rises = self.generation() - generation
        assert rises <= (3 if verb == "again" else 1) and (rises > 0) == (self.state() != before)
        if verb not in ("map", "merge"):
            assert all(self.ids().get(key, ident) == ident for key, ident in ids.items())
        self.check()

    # Operations. What is not there makes them do nothing, or raise what a user would be told.

    def load(self, name: str, drawn: Sequence[tuple[Any, ...]]) -> None:
        self.bring(name, as_items(name, drawn))

    def again(self, name: str, remark: int) -> None:
        """The last feed once more in another body, and in the very same: neither writes to `airings` or `contents`."""
        if self.last.get(name):
            self.bring(name, self.last[name])
            dump = self.programs()
            self.bring(name, self.last[name])
            self.bring(name, self.last[name], same_body=True)
            assert self.programs() == dump

    def edit(self, name: str, seed: int) -> None:
        """A part of the last feed with one programme renamed, the others as they were."""
        old = self.last.get(name, [])
        if old:
            at = seed % len(old)
            changed = [
                *old[:at],
                Item(old[at].channel, old[at].start, old[at].stop, "Renamed", old[at].length),
                *old[at + 1 :],
            ]
            self.bring(name, changed[seed % 3 :] or changed)

    def priority(self, name: str, value: int) -> None:
        update_provider(self.db, self.vault, name, {"priority": value}, now=self.now)

    def enabled(self, name: str, value: bool) -> None:
        update_provider(self.db, self.vault, name, {"enabled": value}, now=self.now)

    def remove(self, name: str, _: None) -> None:
        remove_provider(self.db, self.vault, name)
        self.last.pop(name, None)

    def map(self, name: str, argument: tuple[int, int]) -> None:
        channels = self.channels()
        if channels:
            target = channels[argument[1] % len(channels)]
            map_channel(self.db, name, channel_id(name, argument[0]), target, now=self.now)

    def ignore(self, name: str, number: int) -> None:
        ignore_channel(self.db, name, channel_id(name, number), now=self.now)

    def unmap(self, name: str, number: int) -> None:
        unmap_channel(self.db, name, channel_id(name, number), now=self.now)

    def merge(self, _: None, argument: tuple[int, int]) -> None:
        channels = self.channels()
        if channels:
            merge_channels(
                self.db,
                channels[argument[0] % len(channels)],
                channels[argument[1] % len(channels)],
                now=self.now,
            )

    def wait(self, _: None, slots: int) -> None:
        self.now += slots * SLOT
        cleanup(self.db, WINDOW, self.now)
        past, future = WINDOW.past(self.now), WINDOW.future(self.now)
        assert past and future
        rows = self.db.execute("SELECT start_time, end_time FROM programs").fetchall()
        assert all(from_iso(end) > past and from_iso(start) <= future for start, end in rows)

    # The import, held to the reference.

    def bring(self, name: str, wanted: Sequence[Item], same_body: bool = False) -> None:
        self.remark += not same_body
        before, dump, mapped = self.stored(name), self.programs(), self.mapped(name)
        others, own = self.mapped_of_all(), self.own(name)
        row = self.guide.load(
            name, document(name, wanted, self.remark), now=self.now, retention=WINDOW, force=not same_body
        )
        if row["status"] == "failed":
            assert row["error_code"] == "outside" and self.programs() == dump
            return
        self.last[name] = list(wanted)
        if self.follow(before, mapped, self.mapped(name)):
            self.compare(name, wanted, before)
        counted = sum(row[f"programs_{what}"] for what in ("imported", "updated", "removed"))
        if self.mapped_of_all() == others:
            assert (said(self.programs()) != said(dump)) == (counted > 0)
        elif self.mapped(name) == mapped:
            # Rows of others moved, because their channel follows this one. Nothing counts them: their feed was not imported.
            assert (self.own(name) != own) == (counted > 0)

    def own(self, name: str) -> list[Any]:
        """The programmes of a provider, without what programmes of others change in them."""
        sql = (
            "SELECT p.id, channel_id, start_time, end_time, end_source, title, subtitle, details FROM programs p"
            " JOIN providers v ON v.id = p.provider_id WHERE v.name = ? ORDER BY p.id"
        )
        return list(self.db.execute(sql, [name]).fetchall())

    def mapped_of_all(self) -> dict[str, dict[str, int | None]]:
        return {name: self.mapped(name) for name in PROVIDERS}

    def mapped(self, name: str) -> dict[str, int | None]:
        """The channel of each channel of a provider's feed."""
        sql = (
            "SELECT provider_channel_id, channel_id FROM channel_mappings m JOIN providers v ON v.id = m.provider_id"
            " WHERE v.name = ?"
        )
        return dict(self.db.execute(sql, [name]).fetchall())

    @staticmethod
    def follow(before: dict[int, list[Item]], old: dict[str, int | None], new: dict[str, int | None]) -> bool:
        """Move the rows of a channel that the import has mapped to another channel, as where the provider that it followed has
        been mapped by hand. False where a channel of the feed left one that others of the same feed have or had, too: the
        reference does not know whose rows are whose."""
        for channel in {ident for ident, at in old.items() if at and new.get(ident) != at}:
            place, target = old[channel], new.get(channel)
            shared = [ident for ident in {*old, *new} if place in (old.get(ident), new.get(ident))]
            if shared != [channel] or target is None or target in before:
                return False
            if place in before:
                before[target] = before.pop(place)
        return True

    def compare(self, name: str, wanted: Sequence[Item], before: dict[int, list[Item]]) -> None:
        """The rows of a provider are what the reference makes of the rows before and the feed."""
        mapped = self.mapped(name)
        past, future = WINDOW.past(self.now), WINDOW.future(self.now)
        assert past and future
        expected = {}
        for channel in {*before, *mapped.values()} - {None}:
            fresh = [item for item in wanted if mapped.get(item.channel) == channel]
            for start, slot in reference.merged(before.get(channel, []), fresh, past, future).items():
                expected[channel, start] = (slot.end, slot.source, slot.item.title)
        found = {
            (channel, from_iso(start)): (from_iso(end), source, title)
            for channel, start, end, source, title in self.db.execute(
                f"SELECT channel_id, start_time, end_time, end_source, title FROM ({OWN}) WHERE provider_id ="
                " (SELECT id FROM providers WHERE name = ?)",
                [name],
            )
        }
        assert found == expected

    def stored(self, name: str) -> dict[int, list[Item]]:
        """A provider's rows as items, each with the stop its feed gave."""
        rows: dict[int, list[Item]] = {}
        for channel, start, end, source, title, details in self.db.execute(
            f"SELECT channel_id, start_time, end_time, end_source, title, details FROM ({OWN}) WHERE provider_id ="
            " (SELECT id FROM providers WHERE name = ?)",
            [name],
        ):
            facts = json.loads(details)
            own = end if source == "feed" else facts.get("stop")
            length = int(facts["length"]["text"]) if "length" in facts else None
            item = Item(str(channel), from_iso(start), from_iso(own) if own else None, title, length)
            rows.setdefault(channel, []).append(item)
        return rows

    # What holds always.

    def check(self) -> None:
        self.check_times()
        self.check_shown()
        self.check_contents()
        self.check_search()
        self.check_generation()
        self.check_mappings()

    def check_times(self) -> None:
        rows = self.db.execute(
            "SELECT provider_id, channel_id, start_time, end_time FROM programs ORDER BY provider_id, channel_id, start_time"
        ).fetchall()
        assert all(row[2] < row[3] for row in rows)
        for one, next_one in pairwise(rows):
            assert one[:2] != next_one[:2] or one[3] <= next_one[2]
        (longest,) = self.db.execute("SELECT longest_seconds FROM generation").fetchone()
        assert all(from_iso(row[3]) - from_iso(row[2]) <= longest <= 7 * 86_400 for row in rows)

    def check_shown(self) -> None:
        rows = self.db.execute(
            "SELECT p.channel_id, p.id, CASE WHEN v.enabled THEN v.priority END, v.id, o.start_time, o.end_time, p.shadowed_by,"
            f" p.start_time, p.end_time FROM programs p JOIN ({OWN}) o ON o.id = p.id JOIN providers v ON v.id = p.provider_id"
            " ORDER BY p.channel_id"
        ).fetchall()
        for _, group in groupby(rows, key=lambda row: row[0]):
            found = list(group)
            shows = [
                Show(row[1], None if row[2] is None else (row[2], row[3]), from_iso(row[4]), from_iso(row[5]))
                for row in found
            ]
            answers = {row[1]: row[6] or (from_iso(row[7]), from_iso(row[8])) for row in found}
            assert answers == reference.showing(shows)
            assert all(row[4:6] == row[7:9] for row in found if row[6] or row[2] is None)
        for one, next_one in pairwise(self.guide.shown()):
            assert one[0] != next_one[0] or one[2] <= next_one[1]

    def check_search(self) -> None:
        for word in ("news", "film", "quiz", "renamed"):
            rows = self.db.execute("SELECT id FROM programs WHERE lower(title) = ? ORDER BY id", [word])
            assert programmes_found(self.db.conn, word) == [ident for (ident,) in rows]

    def check_generation(self) -> None:
        assert self.db.execute("PRAGMA user_version").fetchone()[0] == self.generation()

    def check_mappings(self) -> None:
        """Every programme's provider is mapped to its channel."""
        assert not self.db.execute(
            "SELECT 1 FROM programs p WHERE NOT EXISTS (SELECT 1 FROM channel_mappings m"
            " WHERE m.provider_id = p.provider_id AND m.channel_id = p.channel_id)"
        ).fetchall()

    def generation(self) -> int:
        return int(self.db.execute("SELECT number FROM generation").fetchone()[0])

    def check_contents(self) -> None:
        """Each content is shown and indexed. What a provider says several times is one content, of this provider alone."""
        check_contents(self.db.conn)
        assert (
            self.db.execute(COUNTS).fetchall()
            == self.db.execute("SELECT count(*) FROM contents").fetchall() * 2
        )

    def programs(self) -> list[Any]:
        """What `contents` and `airings` hold."""
        return self.guide.stored()

    def channels(self) -> list[int]:
        return [ident for (ident,) in self.db.execute("SELECT id FROM channels ORDER BY id")]

    def ids(self) -> dict[tuple[Any, ...], int]:
        return {
            tuple(row[1:]): row[0]
            for row in self.db.execute("SELECT id, provider_id, channel_id, start_time FROM programs")
        }

    def state(self) -> list[list[Any]]:
        return [
            self.db.execute(f"SELECT * FROM {table} ORDER BY id").fetchall()
            for table in ("providers", "channels", "channel_mappings", "contents", "airings")
        ] + [self.db.execute("SELECT * FROM cuts ORDER BY program_id").fetchall()]


@contextmanager
def world() -> Iterator[World]:
    with tempfile.TemporaryDirectory() as folder:
        made = World(Path(folder))
        try:
            yield made
        finally:
            made.guide.close()


@PROFILE
@given(operations)
def test_every_operation_keeps_the_guide_whole(steps: list[tuple[str, Any, Any]]) -> None:
    with world() as made:
        for verb, name, argument in steps:
            made.do(verb, name, argument)


#: who has which feed, and with which priority; the order of the list is the order of import
guides = st.permutations(PROVIDERS).flatmap(
    lambda order: st.tuples(
        st.just(order),
        st.tuples(*(feeds for _ in PROVIDERS)),
        st.tuples(*(st.integers(1, 3) for _ in PROVIDERS)),
    )
)


def built(
    order: Sequence[str], drawn: Sequence[Any], priorities: Sequence[int], without: str | None = None
) -> World:
    """A guide into which the providers were imported in an order; `without` one that was never there."""
    made = World(Path(tempfile.mkdtemp()))
    for name, priority in zip(PROVIDERS, priorities, strict=True):
        made.do("priority", name, priority)
        if name == without:
            made.do("remove", name, None)
    for name in order:
        if name != without:
            made.do("load", name, drawn[PROVIDERS.index(name)])
    return made


def shown(made: World) -> set[tuple[Any, ...]]:
    """The guide as people see it. Ids and names of channels depend on who came first, their normalised name does not."""
    rows = made.db.execute("SELECT display_name, start_time, end_time, title, provider FROM guide").fetchall()
    return {(normalise(name), *rest) for name, *rest in rows}


def named(made: World) -> list[str]:
    return sorted(normalise(name) for (name,) in made.db.execute("SELECT display_name FROM channels"))


@PROFILE
@given(guides)
def test_order_of_providers_does_not_matter(drawn: tuple[Any, ...]) -> None:
    order, wanted, priorities = drawn
    with closed(built(PROVIDERS, wanted, priorities), built(order, wanted, priorities)) as (one, other):
        assert shown(one) == shown(other)
        assert named(one) == named(other)


@PROFILE
@given(guides)
def test_removing_a_provider_leaves_what_the_others_give(drawn: tuple[Any, ...]) -> None:
    order, wanted, priorities = drawn
    with closed(built(order, wanted, priorities), built(order, wanted, priorities, order[1])) as (one, other):
        one.do("remove", order[1], None)
        assert shown(one) == shown(other)
        assert named(one) == named(other)


@PROFILE
@given(guides)
def test_disabling_shows_what_removing_would(drawn: tuple[Any, ...]) -> None:
    order, wanted, priorities = drawn
    with closed(built(order, wanted, priorities)) as (made,):
        before = shown(made)
        made.do("enabled", order[0], False)
        hidden = shown(made)
        made.do("enabled", order[0], True)
        assert shown(made) == before
        made.do("remove", order[0], None)
        assert shown(made) == hidden


@PROFILE
@given(guides)
def test_a_priority_there_and_back_changes_nothing(drawn: tuple[Any, ...]) -> None:
    order, wanted, priorities = drawn
    with closed(built(order, wanted, priorities)) as (made,):
        before = made.state()[3:]
        name = order[0]
        for value in (0, 9, priorities[PROVIDERS.index(name)]):
            made.do("priority", name, value)
        assert made.state()[3:] == before


def test_the_examples_have_cuts() -> None:
    """The properties above would say little of cuts if no example had one."""
    half_hours = [(1, at, 1, "News", None) for at in range(0, 12, 2)]
    with closed(
        built(
            PROVIDERS, [half_hours, [(1, at + 1, 1, "Film", None) for at in range(12)], half_hours], (1, 2, 3)
        )
    ) as (made,):
        assert made.db.execute("SELECT count(*) FROM cuts").fetchone()[0] > 3


@contextmanager
def closed(*worlds: World) -> Iterator[tuple[World, ...]]:
    try:
        yield worlds
    finally:
        for made in worlds:
            made.guide.close()
            shutil.rmtree(made.guide.folder)


def test_the_checks_see_a_broken_search_index() -> None:
    with world() as made:
        made.do("load", "alpha", [(1, 0, 2, "News", None)])
        made.db.execute(
            "INSERT INTO contents_fts (contents_fts, rowid, title, subtitle, description)"
            " SELECT 'delete', id, title, subtitle, description FROM contents"
        )
        with pytest.raises((AssertionError, sqlite3.DatabaseError)):
            made.check_contents()
