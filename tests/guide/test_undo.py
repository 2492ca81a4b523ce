"""`undo` takes back the last change by hand: rows as they were, programmes as far as they are there."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from epg_ingest.changes.perform import perform_here
from epg_ingest.core.errors import ConflictError, NotFoundError, UsageError
from epg_ingest.guide.undo import Undone, undo

from tests.helpers.support import HOUR, NOON, Guide, feed, show

NAMES = [("one", "Eins"), ("two", "Zwei")]


#: a line-up with an entry on each channel, one of them chosen by hand
LINEUP = """
    INSERT INTO lineups (name, title, source_kind, updated_at) VALUES ('home', 'Home', 'csv', '2026-01-01T00:00:00Z');
    INSERT INTO lineup_channels (lineup_id, position, name, channel_id, method, score, reason)
    SELECT 1, id, name, id, CASE id WHEN 1 THEN 'manual' ELSE 'name' END, 1.0, 'names' FROM channels
"""


@pytest.fixture
def loaded(guide: Guide) -> Guide:
    """`good` and `fill` feed the channel one; `good` also feeds two."""
    both = [
        show(c, NOON + h * HOUR, NOON + (h + 1) * HOUR, f"{c}{h}") for c in ("one", "two") for h in range(3)
    ]
    guide.load("good", feed(both, NAMES), priority=1)
    guide.load("fill", feed([show("one", NOON + 2 * HOUR, NOON + 5 * HOUR, "fill")], NAMES[:1]), priority=2)
    guide.db.conn.executescript(LINEUP)
    guide.db.conn.executescript(
        """
        UPDATE channels SET position = 7 WHERE name = 'one';
        INSERT INTO groups (id, name, position) VALUES (1, 'Kids', 1);
        INSERT INTO channel_groups (channel_id, group_id) VALUES (1, 1);
        """
    )
    return guide


def change(guide: Guide, operation: str, **arguments: Any) -> None:
    perform_here(guide.path, operation, arguments, actor="someone", now=NOON + 60)


def back(guide: Guide) -> Undone:
    return undo(guide.db, guide.vault, actor="cli", now=NOON + 120)


def state(guide: Guide) -> list[Any]:
    """What people see and have set; times of change do not go back."""
    return [
        guide.shown(),
        guide.rows("SELECT * FROM channels ORDER BY id"),
        guide.rows("SELECT * FROM channel_mappings ORDER BY id"),
        [{**row, "updated_at": 0} for row in guide.rows("SELECT * FROM providers ORDER BY id")],
        guide.rows(
            "SELECT id, channel_id, start_time, end_time, shadowed_by, title FROM programs ORDER BY id"
        ),
        guide.rows("SELECT * FROM cuts"),
        guide.rows("SELECT * FROM lineup_channels ORDER BY id"),
        guide.rows("SELECT * FROM groups ORDER BY id"),
        guide.rows("SELECT * FROM channel_groups ORDER BY id"),
    ]


THERE_AND_BACK: dict[str, tuple[str, dict[str, Any]]] = {
    "a mapping": ("mapping.set", {"provider": "fill", "provider_channel_id": "one", "channel": "two"}),
    "a shift": (
        "mapping.set",
        {"provider": "good", "provider_channel_id": "one", "channel": "one", "shift_minutes": 60},
    ),
    "a shift of another channel of the feed": (
        "mapping.set",
        {"provider": "good", "provider_channel_id": "two", "channel": "two", "shift_minutes": -90},
    ),
    "a shift with a mapping to a new channel": (
        "mapping.set",
        {
            "provider": "fill",
            "provider_channel_id": "one",
            "channel": "own",
            "create": True,
            "shift_minutes": 30,
        },
    ),
    "a shift with a mapping to a channel that the provider does not feed": (
        "mapping.set",
        {"provider": "fill", "provider_channel_id": "one", "channel": "two", "shift_minutes": 30},
    ),
    "a mapping to a new channel": (
        "mapping.set",
        {"provider": "fill", "provider_channel_id": "one", "channel": "own", "create": True},
    ),
    "a mapping by which a channel ends": (
        "mapping.set",
        {"provider": "good", "provider_channel_id": "two", "channel": "own", "create": True},
    ),
    "a mapping of what no import has met": (
        "mapping.set",
        {"provider": "fill", "provider_channel_id": "later", "channel": "two"},
    ),
    "a channel's settings": (
        "channel.update",
        {"channel": "one", "display_name": "1", "number": "7", "hidden": True},
    ),
    "a channel's name": ("channel.update", {"channel": "one", "name": "uno"}),
    "a new channel": ("channel.create", {"name": "empty", "number": "3"}),
    "a place in the order": ("channel.move", {"channels": [2], "before": 1}),
    "a group": ("channel.group", {"channels": [1, 2], "group": "News"}),
    "the last of a group": ("channel.group", {"channels": [1], "group": "kids", "member": False}),
    "all places": ("channel.forget_order", {}),
    "a priority": ("provider.update", {"provider": "fill", "priority": 0}),
    "several settings": (
        "provider.update",
        {
            "provider": "fill",
            "timezone": "Europe/Berlin",
            "language": ["de", "en"],
            "enabled": False,
            "name": "other",
        },
    ),
}


@pytest.mark.parametrize("name", THERE_AND_BACK)
def test_there_and_back(loaded: Guide, name: str) -> None:
    operation, arguments = THERE_AND_BACK[name]
    before = state(loaded)
    generation = loaded.rows("SELECT number FROM generation")[0]["number"]
    change(loaded, operation, **arguments)
    assert state(loaded) != before
    done = back(loaded)
    assert state(loaded) == before
    assert (done.change.action, done.change.actor, done.needs_import) == (operation, "someone", False)
    assert loaded.rows("SELECT number FROM generation")[0]["number"] == generation + 2


def test_programmes_move_back_with_their_ids(loaded: Guide) -> None:
    change(loaded, "mapping.set", provider="fill", provider_channel_id="one", channel="two")
    assert back(loaded).moved == 1


DELETING: dict[str, tuple[str, dict[str, Any]]] = {
    "ignored": ("mapping.ignore", {"provider": "good", "provider_channel_id": "two"}),
    "unmapped": ("mapping.delete", {"provider": "good", "provider_channel_id": "two"}),
    "deleted": ("channel.delete", {"channel": "two"}),
    "merged where both are fed by one provider": ("channel.merge", {"source": "two", "target": "one"}),
}


@pytest.mark.parametrize("name", DELETING)
def test_what_was_deleted_comes_with_the_next_import(loaded: Guide, name: str) -> None:
    operation, arguments = DELETING[name]
    body = (loaded.folder / "good.feed").read_bytes()
    before, shown = state(loaded)[1:3], loaded.shown()
    change(loaded, operation, **arguments)
    done = back(loaded)
    assert state(loaded)[1:3] == before and done.needs_import
    loaded.load("good", body)
    assert loaded.shown() == shown


def test_a_merge_of_two_providers_comes_apart(guide: Guide) -> None:
    guide.load("a", feed([show("x", NOON, NOON + HOUR, "a")], [("x", "Eins")]))
    guide.load("b", feed([show("y", NOON + 30 * 60, NOON + 2 * HOUR, "b")], [("y", "Zwei")]))
    before = state(guide)
    change(guide, "channel.merge", source="y", target="x")
    assert len(guide.shown()) == 1
    done = back(guide)
    assert state(guide) == before and (done.moved, done.needs_import) == (1, False)


def test_one_after_the_other(loaded: Guide) -> None:
    states = [state(loaded)]
    for number in ("1", "2", "3"):
        change(loaded, "channel.update", channel="one", number=number)
        states.append(state(loaded))
    for expected in reversed(states[:-1]):
        back(loaded)
        assert state(loaded) == expected
    with pytest.raises(NotFoundError, match="no change to undo"):
        back(loaded)
    actions = [row["action"] for row in loaded.rows("SELECT action FROM write_log ORDER BY id")]
    assert actions == ["channel.update"] * 3 + ["undo"] * 3


def test_nothing_to_undo(loaded: Guide) -> None:
    with pytest.raises(NotFoundError):
        back(loaded)


def test_changed_again_since(loaded: Guide) -> None:
    change(loaded, "channel.update", channel="one", number="5")
    loaded.db.execute("UPDATE channels SET number = '6' WHERE name = 'one'")
    before = state(loaded)
    with pytest.raises(ConflictError, match="changed again"):
        back(loaded)
    assert state(loaded) == before


def test_another_column_changed_since(loaded: Guide) -> None:
    change(loaded, "channel.update", channel="one", number="5")
    loaded.db.execute("UPDATE channels SET display_name = 'Neu' WHERE name = 'one'")
    back(loaded)
    assert loaded.rows("SELECT number, display_name FROM channels WHERE name = 'one'") == [
        {"number": None, "display_name": "Neu"}
    ]


def test_an_import_has_chosen_anew(loaded: Guide) -> None:
    body = (loaded.folder / "good.feed").read_bytes()
    change(loaded, "mapping.delete", provider="good", provider_channel_id="two")
    loaded.load("good", body)
    before = state(loaded)
    with pytest.raises(ConflictError):
        back(loaded)
    assert state(loaded) == before


def test_a_name_that_is_taken_meanwhile(loaded: Guide) -> None:
    change(loaded, "channel.update", channel="one", name="uno")
    loaded.db.execute("INSERT INTO channels (name, display_name, created_at) VALUES ('one', 'x', '')")
    with pytest.raises(ConflictError):
        back(loaded)


FINAL: dict[str, Callable[[Guide], None]] = {
    "a provider that was removed": lambda guide: change(guide, "provider.delete", provider="fill"),
    "a provider that was added": lambda guide: change(guide, "provider.create", name="third"),
    "an address": lambda guide: change(
        guide, "provider.update", provider="fill", xmltv_url="http://127.0.0.1/s3cret/b"
    ),
}


@pytest.mark.parametrize("name", FINAL)
def test_what_cannot_be_undone(loaded: Guide, name: str) -> None:
    FINAL[name](loaded)
    before = state(loaded)
    with pytest.raises(UsageError):
        back(loaded)
    assert state(loaded) == before


def test_the_log_keeps_no_address(loaded: Guide) -> None:
    """Not even one that was public until the change."""
    change(loaded, "provider.update", provider="fill", xmltv_url="http://127.0.0.1/s3cret/a", public_url=True)
    change(loaded, "provider.update", provider="fill", public_url=False)
    texts = json.dumps(loaded.rows("SELECT undo, details FROM write_log"))
    assert "s3cret" not in texts and "public_url" in texts


def test_settings_that_an_older_version_did_not_know(loaded: Guide) -> None:
    """Its log has no column for them."""
    change(loaded, "provider.update", provider="fill", language=["de"])
    loaded.db.execute(
        "UPDATE write_log SET undo = json_remove(undo, '$.providers[0][0].repair_text', '$.providers[0][1].repair_text')"
        " WHERE undo IS NOT NULL"
    )
    back(loaded)
    assert loaded.rows("SELECT language, repair_text FROM providers WHERE name = 'fill'") == [
        {"language": "[]", "repair_text": 0}
    ]


def test_repaired_texts_can_be_undone(loaded: Guide) -> None:
    change(loaded, "provider.update", provider="fill", repair_text=True)
    assert loaded.rows("SELECT repair_text FROM providers WHERE name = 'fill'") == [{"repair_text": 1}]
    back(loaded)
    assert loaded.rows("SELECT repair_text FROM providers WHERE name = 'fill'") == [{"repair_text": 0}]


@pytest.mark.parametrize("chosen", [None, 1])
def test_an_entry_that_somebody_changed_since_stays(loaded: Guide, chosen: int | None) -> None:
    change(loaded, "channel.merge", source="two", target="one")
    assert [
        row["channel_id"] for row in loaded.rows("SELECT channel_id FROM lineup_channels ORDER BY id")
    ] == [1, 1]
    loaded.db.conn.execute(
        "UPDATE lineup_channels SET channel_id = ?, method = 'manual' WHERE id = 2", [chosen]
    )
    back(loaded)
    rows = loaded.rows("SELECT channel_id, method FROM lineup_channels ORDER BY id")
    assert [row["channel_id"] for row in rows] == [1, 2 if chosen == 1 else None]
