"""The log of changes: a copy that follows it, with the client of `docs/mirror.md`, equals the guide whatever happens."""

from __future__ import annotations

import asyncio
import io
import json
import re
import sqlite3
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.error import HTTPError

import pytest
from datasette.app import Datasette
from epg_ingest.care.restore import restore
from epg_ingest.changes.perform import perform_here
from epg_ingest.core.errors import EpgError
from epg_ingest.core.limits import Retention
from epg_ingest.guide.undo import undo
from epg_ingest.retention import cleanup
from epg_ingest.storage import guide_changes
from epg_ingest.storage.backup import backup
from epg_ingest.storage.database import write
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.helpers.datasette_helpers import close
from tests.helpers.example_guide import bundle, server
from tests.helpers.paths import ROOT
from tests.helpers.support import DAY, HOUR, NOON, Guide, feed, show

pytestmark = pytest.mark.slow

PROGRAM = re.search(r"```python\n(.*?)```", (ROOT / "docs" / "mirror.md").read_text(), re.S)
assert PROGRAM
_NAMES: dict[str, Any] = {"__name__": "mirror"}
exec(PROGRAM[1], _NAMES)
Mirror: Any = _NAMES["Mirror"]


class Asked:
    """A served guide that is asked from another thread, as the client does. `asked` are the addresses so far."""

    def __init__(self, path: Path) -> None:
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever)
        self.thread.start()
        self.ds = Datasette([str(path)])
        self.await_(self.ds.invoke_startup())
        self.asked: list[str] = []

    def await_(self, work: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(60)

    def get(self, path: str) -> Any:
        self.asked.append(path)
        return self.await_(self.ds.client.get(path))

    def close(self) -> None:
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()
        self.loop.close()
        close(self.ds)


class Copy(Mirror):  # type: ignore[misc]
    """The client of the document, over a guide in this process."""

    def __init__(self, site: Asked) -> None:
        super().__init__("http://localhost")
        self.site = site

    def get(self, path: str) -> tuple[str, int]:
        found = self.site.get(path)
        if found.status_code != 200:
            raise HTTPError(path, found.status_code, found.text, found.headers, io.BytesIO())
        return found.text, int(found.headers["x-epg-change"])

    def check(self) -> None:
        """Follow, and compare with the guide."""
        self.follow()
        rows = [json.loads(line) for line in self.site.get("/api/v1/programs.ndjson").text.splitlines()]
        assert self.programs == {row["id"]: row for row in rows}
        channels = json.loads(self.site.get("/api/v1/channels").text)
        assert self.channels == {channel["id"]: channel for channel in channels}


@contextmanager
def served(guide: Guide) -> Iterator[Asked]:
    site = Asked(guide.path)
    try:
        yield site
    finally:
        site.close()


@pytest.fixture
def site(guide: Guide) -> Iterator[Asked]:
    with served(guide) as found:
        yield found


CHANNELS = ("one", "two", "three")
PROVIDERS = ("a", "b", "c")
FIRST = {channel: {0: (2, "K"), 3: (1, "L"), 5: (2, "M")} for channel in CHANNELS}
slots = st.dictionaries(st.integers(0, 8), st.tuples(st.integers(1, 3), st.sampled_from("KLM")), max_size=6)
imports = st.tuples(
    st.just("import"), st.sampled_from(PROVIDERS),
    st.dictionaries(st.sampled_from(CHANNELS), slots, min_size=1),
)  # fmt: skip
names = st.sampled_from((*CHANNELS, "new"))
others = st.one_of(
    st.tuples(
        st.just("provider.update"),
        st.fixed_dictionaries(
            {"provider": st.sampled_from(PROVIDERS)},
            optional={
                "enabled": st.booleans(), "priority": st.integers(1, 3), "shift_minutes": st.sampled_from((0, 30, 60)),
                "name": st.sampled_from((*PROVIDERS, "d")),
            },
        ),
    ),
    st.tuples(st.just("provider.delete"), st.fixed_dictionaries({"provider": st.sampled_from(PROVIDERS)})),
    st.tuples(
        st.just("channel.update"),
        st.fixed_dictionaries(
            {"channel": names},
            optional={
                "hidden": st.booleans(), "name": names, "display_name": st.sampled_from(("X", "Y")),
                "number": st.sampled_from(("1", None)), "pinned": st.just([]),
            },
        ),
    ),
    st.tuples(st.just("channel.create"), st.fixed_dictionaries({"name": names})),
    st.tuples(st.just("channel.delete"), st.fixed_dictionaries({"channel": names})),
    st.tuples(st.just("channel.merge"), st.fixed_dictionaries({"source": names, "target": names})),
    st.tuples(
        st.just("mapping.set"),
        st.fixed_dictionaries(
            {"provider": st.sampled_from(PROVIDERS), "provider_channel_id": st.sampled_from(CHANNELS), "channel": names},
            optional={"create": st.just(True), "shift_minutes": st.sampled_from((0, 60))},
        ),
    ),
    st.tuples(
        st.sampled_from(("mapping.ignore", "mapping.delete")),
        st.fixed_dictionaries(
            {"provider": st.sampled_from(PROVIDERS), "provider_channel_id": st.sampled_from(CHANNELS)}
        ),
    ),
    st.tuples(st.just("cleanup"), st.integers(0, 12)),
    st.tuples(st.just("undo")),
    st.tuples(st.just("backup")),
    st.tuples(st.just("restore")),
)  # fmt: skip
#: half of all steps are imports, as changes of programmes need two of the same provider
operations = st.booleans().flatmap(lambda some: imports if some else others)


def happen(guide: Guide, step: tuple[Any, ...], now: int) -> None:
    """One step. What the guide refuses, such as a name that is taken, changes nothing."""
    kind, *rest = step
    saved = guide.folder / "saved.backup"
    if kind == "import":
        shows = [
            show(channel, NOON + slot * HOUR, NOON + (slot + hours) * HOUR, title)
            for channel, some in rest[1].items()
            for slot, (hours, title) in sorted(some.items())
        ]
        always = show("always", NOON, NOON + HOUR, rest[0])
        guide.load(rest[0], feed([*shows, always]), now=now, force=True)
    elif kind == "cleanup":
        cleanup(guide.db, Retention(0, None, None), NOON + rest[0] * HOUR)
    elif kind == "backup":
        backup(guide.path, saved, overwrite=True)
    elif kind == "restore":
        if saved.exists():  # a step may come before the first backup
            restore(saved, guide.path, now=now)
    else:
        with suppress(EpgError):
            if kind == "undo":
                undo(guide.db, guide.vault, actor="t", now=now)
            else:
                perform_here(guide.path, kind, rest[0], actor="t", now=now)


@settings(max_examples=15, deadline=None)
@given(
    st.lists(st.tuples(operations, st.booleans()), min_size=3, max_size=14), st.sampled_from((0, 1, 3, 200))
)
def test_a_copy_that_follows_equals_the_guide(steps: list[tuple[tuple[Any, ...], bool]], many: int) -> None:
    """`many` decides where single changes become a `reload`."""
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(guide_changes, "MANY", many)
        guide = Guide(Path(folder))
        with served(guide) as site:
            copy = Copy(site)
            for provider in "ab":
                happen(guide, ("import", provider, FIRST), NOON)
            copy.check()
            for number, (step, look) in enumerate(steps):
                happen(guide, step, NOON + number)
                if look:
                    copy.check()
            copy.check()
        guide.close()


MAPPED = {"provider": "a", "provider_channel_id": "one"}
EACH: tuple[tuple[Any, ...], ...] = (
    ("import", "a", {"one": {0: (2, "M"), 3: (1, "L")}, "two": {}}),
    ("import", "c", FIRST),
    ("provider.update", {"provider": "a", "enabled": False}),
    ("provider.update", {"provider": "a", "name": "d"}),
    ("provider.update", {"provider": "a", "priority": 500}),
    ("provider.update", {"provider": "a", "shift_minutes": 30}),
    ("provider.delete", {"provider": "a"}),
    ("provider.create", {"name": "e"}),
    ("channel.update", {"channel": "one", "hidden": True}),
    ("channel.update", {"channel": "one", "name": "new"}),
    ("channel.update", {"channel": "one", "display_name": "New"}),
    ("channel.update", {"channel": "one", "number": "7", "icon_url": "https://example.com/1.png"}),
    ("channel.create", {"name": "new"}),
    ("channel.delete", {"channel": "one"}),
    ("channel.merge", {"source": "one", "target": "two"}),
    ("mapping.set", {**MAPPED, "channel": "two"}),
    ("mapping.set", {**MAPPED, "channel": "new", "create": True}),
    ("mapping.shift", {**MAPPED, "shift_minutes": 60}),
    ("mapping.ignore", MAPPED),
    ("mapping.delete", MAPPED),
    ("cleanup", 4),
)


@pytest.mark.parametrize("step", EACH, ids=lambda step: step[0])
@pytest.mark.parametrize("many", [0, 200])
def test_each_change_and_its_undoing(
    guide: Guide, site: Asked, step: tuple[Any, ...], many: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guide_changes, "MANY", many)
    for provider in "ab":
        happen(guide, ("import", provider, FIRST), NOON)
    copy = Copy(site)
    copy.check()
    for number, each in enumerate((step, ("undo",))):
        before = [guide.shown(), guide.rows("SELECT * FROM channels"), guide.rows("SELECT * FROM providers")]
        happen(guide, each, NOON + 1 + number)
        after = [guide.shown(), guide.rows("SELECT * FROM channels"), guide.rows("SELECT * FROM providers")]
        assert before != after or each == ("undo",), "nothing happened"
        copy.check()


@pytest.mark.parametrize("many", [0, 200])
def test_a_corrected_time_zone_puts_programmes_aside_and_back(
    guide: Guide, site: Asked, many: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Four programmes in the hour that comes twice in Berlin have two starts on another clock: two of them lose theirs."""
    monkeypatch.setattr(guide_changes, "MANY", many)
    guide.provider("p", timezone="Europe/Berlin")
    starts = ("0100", "0130", "0200", "0230", "0200", "0230", "0300", "0330")
    guide.load("p", clock_feed("20261025", starts))
    copy = Copy(site)
    copy.check()
    for zone, shown in (
        (None, 6),
        ("Europe/London", 6),
        ("Europe/Berlin", 8),
        ("Asia/Tokyo", 6),
        ("Europe/Berlin", 8),
    ):
        happen(guide, ("provider.update", {"provider": "p", "timezone": zone}), NOON)
        copy.check()
        assert len(copy.programs) == shown


def clock_feed(day: str, starts: Sequence[str]) -> bytes:
    """One channel; each programme begins at a time of the clock (HHMM) and has neither offset nor stop."""
    return feed(
        f'<programme start="{day}{start}00" channel="one"><title>no. {number}</title></programme>\n'
        for number, start in enumerate(starts)
    )


def two(guide: Guide) -> None:
    """Two channels of provider a, and a second provider of the first one."""
    shows = [show("one", NOON + slot * HOUR, NOON + (slot + 1) * HOUR, f"T{slot}") for slot in range(3)]
    guide.load("a", feed([*shows, show("two", NOON, NOON + HOUR, "Two")], [("one", "One"), ("two", "Two")]))


def changes(site: Asked, query: str = "") -> list[dict[str, Any]]:
    found = site.get(f"/api/v1/changes{query}")
    assert found.status_code == 200, found.text
    rows: list[dict[str, Any]] = found.json()
    assert [row["id"] for row in rows] == sorted({row["id"] for row in rows})
    return rows


def said(rows: list[dict[str, Any]]) -> list[tuple[str, int, str | None]]:
    return [(row["change"], row["channel_id"], row["program"] and row["program"]["title"]) for row in rows]


def position(site: Asked) -> int:
    return int(site.get("/api/v1/changes").headers["x-epg-change"])


def test_the_log_of_a_new_guide_is_whole(guide: Guide, site: Asked) -> None:
    assert position(site) == 0
    two(guide)
    assert said(changes(site, "?after=0")) == [
        ("channel", 1, None), ("channel", 2, None), ("reload", 1, None), ("reload", 2, None),
    ]  # fmt: skip
    assert changes(site) == changes(site, "?after=0")


def test_what_an_import_says(guide: Guide, site: Asked) -> None:
    two(guide)
    before = position(site)
    shows = [
        show("one", NOON, NOON + HOUR, "T0"),
        show("one", NOON + HOUR, NOON + 2 * HOUR, "Other"),
        show("one", NOON + 3 * HOUR, NOON + 4 * HOUR, "Late"),
        show("two", NOON, NOON + HOUR, "Two"),
    ]
    guide.load("a", feed(shows, [("one", "Uno"), ("two", "Two")]), now=NOON + 1)
    found = said(changes(site, f"?after={before}"))
    # The name is part of each row, so a new one is a reason to read the channel again.
    assert found == [("channel", 1, None), ("reload", 1, None)]
    before = position(site)
    guide.load(
        "a", feed([*shows[:2], *shows[3:]], [("one", "Uno"), ("two", "Two")]), now=NOON + 2, force=True
    )
    guide.load("a", feed([*shows[1:]], [("one", "Uno"), ("two", "Two")]), now=NOON + 3, force=True)
    assert guide.shown() == guide.shown()
    now = [
        row["title"] for row in guide.rows("SELECT title FROM guide WHERE channel_id = 1 ORDER BY start_time")
    ]
    listed = said(changes(site, f"?after={before}"))
    assert {title for kind, _, title in listed if kind in ("added", "changed")} <= set(now)
    before = position(site)
    assert changes(site, f"?after={before}") == []


@pytest.mark.parametrize(
    ("inner", "kinds"),
    [("", []), ("<desc>New</desc>", ["changed"]), ("<category>Film</category>", ["changed"])],
)
def test_a_programme_that_changes(guide: Guide, site: Asked, inner: str, kinds: list[str]) -> None:
    guide.load(
        "a", feed([show("one", NOON, NOON + HOUR, "T"), show("one", NOON + HOUR, NOON + 2 * HOUR, "U")])
    )
    before = position(site)
    guide.load(
        "a",
        feed([show("one", NOON, NOON + HOUR, "T", inner), show("one", NOON + HOUR, NOON + 2 * HOUR, "U")]),
        now=NOON + 1,
    )
    rows = changes(site, f"?after={before}")
    assert [row["change"] for row in rows] == kinds
    assert [row["program"]["title"] for row in rows] == ["T"] * len(kinds)


def test_added_and_removed(guide: Guide, site: Asked) -> None:
    shows = [show("one", NOON + slot * HOUR, NOON + (slot + 1) * HOUR, f"T{slot}") for slot in range(4)]
    guide.load("a", feed(shows[:3]))
    before = position(site)
    guide.load("a", feed(shows), now=NOON + 1)
    assert said(changes(site, f"?after={before}")) == [("added", 1, "T3")]
    before = position(site)
    guide.load("a", feed([shows[0], *shows[2:]]), now=NOON + 2)
    (row,) = changes(site, f"?after={before}")
    assert (row["change"], row["program"], row["program_id"]) == ("removed", None, 2)


def test_a_better_provider_hides_and_uncovers(guide: Guide, site: Asked) -> None:
    guide.load("a", feed([show("one", NOON, NOON + HOUR, "Worse")]), priority=50)
    guide.load("b", feed([show("one", NOON + 5 * HOUR, NOON + 6 * HOUR, "Best")]), priority=1)
    perform_here(
        guide.path,
        "mapping.set",
        {"provider": "b", "provider_channel_id": "one", "channel": 1},
        actor="t",
        now=NOON,
    )
    before = position(site)
    guide.load(
        "b", feed([show("one", NOON, NOON + HOUR, "Better"), show("one", NOON + 5 * HOUR, NOON + 6 * HOUR, "Best")]),
        now=NOON + 1,
    )  # fmt: skip
    assert said(changes(site, f"?after={before}")) == [("removed", 1, None), ("added", 1, "Better")]
    before = position(site)
    guide.load("b", feed([show("one", NOON + 5 * HOUR, NOON + 6 * HOUR, "Best")]), now=NOON + 2, force=True)
    copy = Copy(site)
    copy.check()


def test_only_some_channels(guide: Guide, site: Asked) -> None:
    two(guide)
    before = position(site)
    shows = [show("one", NOON + slot * HOUR, NOON + (slot + 1) * HOUR, f"T{slot}") for slot in range(4)]
    guide.load("a", feed([*shows, show("two", NOON, NOON + HOUR, "Zwei")], [("one", "One"), ("two", "Two")]))
    assert said(changes(site, f"?after={before}&channels=1")) == [("added", 1, "T3")]
    assert said(changes(site, f"?after={before}&channels=2,9")) == [("changed", 2, "Zwei")]
    before = position(site)
    ident = guide.rows("SELECT id FROM guide WHERE title = 'Zwei'")[0]["id"]
    with write(guide.db) as conn:
        conn.execute(
            "UPDATE airings SET channel_id = 1, start_time = '2026-01-01T00:00:00Z' WHERE id = ?", [ident]
        )
    assert said(changes(site, f"?after={before}&channels=2")) == [("removed", 2, None)]
    assert said(changes(site, f"?after={before}&channels=1")) == [("changed", 1, "Zwei")]
    assert {kind for kind, _, _ in said(changes(site, f"?after={before}"))} == {"changed"}


def test_it_is_paged(guide: Guide, site: Asked) -> None:
    two(guide)
    whole, pages, path = changes(site, "?after=0"), [], "/api/v1/changes?after=0&limit=1"
    while path:
        found = site.get(path)
        pages += found.json()
        assert int(found.headers["x-epg-change"]) == pages[-1]["id"]
        link = found.headers.get("link", "")
        path = link[1 : link.index(">")] if link else ""
    assert pages == whole
    table = site.get("/api/v1/changes.csv?after=0").text.splitlines()
    assert len(table) == len(whole) + 1
    assert table[0].startswith("id,change,channel_id,program_id,program_id,") or "program_title" in table[0]


def test_a_log_that_does_not_reach_back_says_so(guide: Guide, site: Asked) -> None:
    two(guide)
    copy = Copy(site)
    copy.check()
    with write(guide.db) as conn:
        guide_changes.prune(conn, 2**33)
    assert guide.rows("SELECT count(*) AS n FROM guide_changes") == [{"n": 1}]
    copy.check()  # the last entry is still there
    for after in (0, position(site) - 1, position(site) + 1, 2**53):
        found = site.get(f"/api/v1/changes?after={after}")
        assert (found.status_code, found.json()["status"]) == (410, 410)
        assert int(found.headers["x-epg-change"]) == position(site)
    copy.after -= 1
    site.asked.clear()
    copy.check()
    assert site.asked.count("/api/v1/programs.ndjson") == 2  # once to begin again, once to compare


def test_a_cleanup_shortens_the_log(guide: Guide) -> None:
    two(guide)
    (newest,) = guide.db.execute("SELECT max(id) FROM guide_changes").fetchone()
    cleanup(guide.db, Retention(None, None, None), newest // 1000 + 6 * DAY)
    assert guide.rows("SELECT min(id) AS id FROM guide_changes") == [{"id": 0}]
    cleanup(guide.db, Retention(None, None, None), newest // 1000 + 8 * DAY)
    assert guide.rows("SELECT id FROM guide_changes") == [{"id": newest}]
    cleanup(guide.db, Retention(None, None, 1), newest // 1000 + 3 * DAY)
    assert guide.rows("SELECT id FROM guide_changes") == [{"id": newest}]


def test_a_restored_guide_sends_everybody_back_to_the_start(guide: Guide, site: Asked) -> None:
    two(guide)
    backup(guide.path, guide.folder / "saved.backup")
    guide.load("a", feed([show("one", NOON, NOON + HOUR, "Other")]), now=NOON + 1, force=True)
    copy = Copy(site)
    copy.check()
    happen(guide, ("restore",), NOON + 2)
    assert site.get(f"/api/v1/changes?after={copy.after}").status_code == 410
    copy.check()


def test_ids_are_not_given_out_twice(guide: Guide, tmp_path: Path) -> None:
    """Also where somebody copies an old file back by hand: the next ids come from the clock."""
    two(guide)
    backup(guide.path, tmp_path / "old.backup")
    guide.load("a", feed([show("one", NOON, NOON + HOUR, "Other")]), now=NOON + 1, force=True)
    lost = {row["id"] for row in guide.rows("SELECT id FROM guide_changes")}
    known = {
        row[0] for row in sqlite3.connect(tmp_path / "old.backup").execute("SELECT id FROM guide_changes")
    }
    guide.close()
    guide.path.write_bytes((tmp_path / "old.backup").read_bytes())
    again = Guide(guide.folder)
    again.load("a", feed([show("one", NOON, NOON + HOUR, "Third")]), now=NOON + 2, force=True)
    new = {row["id"] for row in again.rows("SELECT id FROM guide_changes")} - known
    assert new
    assert not new & lost
    again.close()


def test_a_server_that_lags_behind_says_so(
    guide: Guide, site: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    two(guide)
    later = position(site) + 1
    for form in ("ndjson", "csv"):
        assert site.get(f"/api/v1/programs.{form}?change={later - 1}").status_code == 200
        found = site.get(f"/api/v1/programs.{form}?change={later}")
        assert (found.status_code, found.headers["retry-after"]) == (503, "5")
    assert site.get(f"/api/v1/changes?after={later}").status_code == 410
    monkeypatch.setenv("EPG_ROLE", "replica")
    assert site.get(f"/api/v1/changes?after={later}&limit=1").status_code == 503


def test_nothing_is_left_pending_and_a_failed_write_leaves_no_trace(guide: Guide) -> None:
    two(guide)
    count = "SELECT (SELECT count(*) FROM guide_changes), (SELECT count(*) FROM guide_changes_pending)"
    before = guide.db.execute(count).fetchone()
    assert before[1] == 0
    with pytest.raises(ZeroDivisionError), write(guide.db) as conn:
        conn.execute("DELETE FROM airings")
        raise ZeroDivisionError
    assert guide.db.execute(count).fetchone() == before
    # What is hidden is no news.
    with write(guide.db) as conn:
        conn.execute("UPDATE channels SET created_at = created_at, pinned = '[]'")
        conn.execute("UPDATE airings SET element_hash = NULL")
    assert guide.db.execute(count).fetchone() == before


def test_an_unchanged_import_is_no_change(guide: Guide) -> None:
    two(guide)
    before = guide.rows("SELECT max(id) AS id FROM guide_changes")
    two(guide)
    guide.load("a", (guide.folder / "a.feed").read_bytes() + b"<!-- -->", now=NOON + 1)
    assert guide.rows("SELECT max(id) AS id FROM guide_changes") == before


def test_the_program_of_the_document_runs(tmp_path: Path) -> None:
    (tmp_path / "site").mkdir()
    assert PROGRAM
    (tmp_path / "mirror.py").write_text(PROGRAM[1])
    with server(bundle(tmp_path / "site"), tmp_path / "log") as address:
        command = [sys.executable, str(tmp_path / "mirror.py"), address]
        running = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert running.stdout
        line = running.stdout.readline()
        running.terminate()
        running.wait(10)
        running.stdout.close()
        copy = Mirror(address)
        copy.follow()
    assert line == f"{len(copy.channels)} channels, {len(copy.programs)} programmes\n"
    assert len(copy.channels) >= 2
    assert copy.programs
