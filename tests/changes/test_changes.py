"""Changes through `epg_ingest.changes`: the new state, one row of `write_log` each without secrets, small and large alike."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from epg_ingest.changes import touched
from epg_ingest.changes.perform import is_large, perform, perform_here
from epg_ingest.core.errors import ConflictError, DatabaseError, EpgError, NotFoundError, UsageError
from epg_ingest.core.limits import Retention
from epg_ingest.core.times import iso
from epg_ingest.retention import cleanup
from epg_ingest.storage.audit import audited
from epg_ingest.storage.database import write

from tests.helpers.guide_rows import check_contents
from tests.helpers.query_plans import scans
from tests.helpers.support import HOUR, NOON, Guide, feed, show

pytestmark = pytest.mark.slow

CANARY = "CANARYSECRET"
ADDRESS = f"https://canaryuser:{CANARY}@feeds.example/{CANARY}/guide.xml?token={CANARY}"
SETTINGS: dict[str, Any] = {
    "name": "bbc", "xmltv_url": ADDRESS, "headers": {"X-Key": CANARY}, "language": ["en"], "priority": 5,
}  # fmt: skip


def do(guide: Guide, operation: str, now: int = NOON, **arguments: Any) -> dict[str, Any]:
    return perform_here(guide.path, operation, arguments, actor="epg-admin", now=now)


def log(guide: Guide) -> list[tuple[str, str, dict[str, Any]]]:
    """Action, subject and details of what was recorded."""
    rows = guide.rows("SELECT * FROM write_log ORDER BY id")
    assert {(row["at"], row["actor"]) for row in rows} <= {(iso(NOON), "epg-admin")}
    return [(row["action"], row["subject"], json.loads(row["details"])) for row in rows]


def shows(channel: str, count: int = 3, title: str = "t") -> list[str]:
    return [show(channel, NOON + n * HOUR, NOON + (n + 1) * HOUR, f"{title}{n}") for n in range(count)]


def searchable(guide: Guide) -> None:
    check_contents(guide.db.conn)


def test_a_provider_from_its_beginning_to_its_end(guide: Guide) -> None:
    made = do(guide, "provider.create", **SETTINGS)
    assert made == {
        "id": 1, "name": "bbc", "xmltv_url": ADDRESS, "public_url": False, "enabled": True, "priority": 5,
        "timezone": None, "shift_minutes": 0, "language": ["en"], "channel_policy": "all", "repair_text": False,
        "kind": "url", "mirrors": [], "schedule": None, "schedule_timezone": None, "downloads_per_day": None,
        "private_addresses": "deny", "headers": ["X-Key"], "created_at": iso(NOON), "updated_at": iso(NOON),
    }  # fmt: skip
    changed = do(guide, "provider.update", provider=1, name="beeb", timezone="Europe/London")
    assert (changed["name"], changed["timezone"], changed["xmltv_url"]) == ("beeb", "Europe/London", ADDRESS)
    assert do(guide, "provider.delete", provider="beeb") == {"id": 1, "name": "beeb", "removed": 0}
    assert guide.rows("SELECT * FROM providers") == [] and guide.vault.get("beeb") is None
    shown = {**SETTINGS, "xmltv_url": "https://feeds.example/…", "headers": ["X-Key"]}
    assert log(guide) == [
        ("provider.create", "provider 1 bbc", shown),
        ("provider.update", "provider 1 bbc", {"name": "beeb", "timezone": "Europe/London"}),
        ("provider.delete", "provider 1 beeb", {}),
    ]


def test_no_secret_is_in_the_guide(guide: Guide) -> None:
    do(guide, "provider.create", **SETTINGS)
    do(guide, "provider.update", provider="bbc", xmltv_url=ADDRESS + "x", headers={"Authorization": CANARY})
    do(guide, "provider.update", provider="bbc", public_url=False, private_addresses="allow")
    with pytest.raises(ConflictError):
        do(guide, "provider.create", **SETTINGS)
    for file in guide.folder.iterdir():
        if ".secrets" not in file.name:
            assert CANARY.encode() not in file.read_bytes() and b"canaryuser" not in file.read_bytes()
    assert [details for *_, details in log(guide)][1:] == [
        {"xmltv_url": "https://feeds.example/…", "headers": ["Authorization"]},
        {"public_url": False, "private_addresses": "allow"},
    ]


def test_an_address_that_is_public_is_cut_in_the_record_too(guide: Guide) -> None:
    do(guide, "provider.create", **SETTINGS | {"public_url": True})
    assert guide.rows("SELECT xmltv_url FROM providers") == [{"xmltv_url": ADDRESS}]
    assert CANARY not in str(log(guide))


def test_a_change_that_changes_nothing_is_not_recorded(guide: Guide) -> None:
    do(guide, "provider.create", **SETTINGS)
    do(guide, "provider.update", provider=1, priority=5, xmltv_url=ADDRESS)
    do(guide, "provider.update", provider=1)
    assert len(log(guide)) == 1


def test_channels(guide: Guide) -> None:
    made = do(guide, "channel.create", name="one.uk", display_name="One", number="1")
    assert (made["id"], made["name"], made["display_name"], made["number"]) == (1, "one.uk", "One", "1")
    assert do(guide, "channel.update", channel="one.uk", hidden=True, number=None)["number"] is None
    with pytest.raises(ConflictError):
        do(guide, "channel.create", name="ONE.uk")
    with pytest.raises(UsageError):
        do(guide, "channel.create", name="two.uk", icon_url="nonsense")
    assert log(guide) == [
        ("channel.create", "channel 1 one.uk", {"name": "one.uk", "display_name": "One", "number": "1"}),
        ("channel.update", "channel 1 one.uk", {"hidden": True, "number": None}),
    ]
    assert len(guide.rows("SELECT * FROM channels")) == 1


def test_channels_are_merged(guide: Guide) -> None:
    guide.load("a", feed(shows("one.uk") + shows("eins.de", 5), [("one.uk", "One"), ("eins.de", "Eins")]))
    merged = do(guide, "channel.merge", source="eins.de", target="one.uk")
    assert (merged["name"], merged["moved"], merged["dropped"]) == ("one.uk", 2, 3)
    ((action, subject, details),) = log(guide)
    assert (action, subject.split()[2], details["name"]) == ("channel.merge", "eins.de", "one.uk")


def test_a_deleted_channel_does_not_come_back(guide: Guide) -> None:
    body = feed(shows("one.uk") + shows("two.uk"), [("one.uk", "One"), ("two.uk", "Two")])
    guide.load("a", body)
    guide.load("b", body)
    gone = do(guide, "channel.delete", channel="one.uk")
    assert (gone["name"], gone["removed"]) == ("one.uk", 6)
    for name in ("a", "b"):
        assert guide.load(name, body)["status"] == "success"
    assert [row["name"] for row in guide.rows("SELECT name FROM channels")] == ["two.uk"]
    ignored = guide.rows(
        "SELECT channel_id, method FROM channel_mappings WHERE provider_channel_id = 'one.uk'"
    )
    assert ignored == [{"channel_id": None, "method": "manual"}] * 2
    assert {row[0] for row in guide.shown()} == {"two.uk"}
    searchable(guide)
    assert log(guide) == [("channel.delete", f"channel {gone['id']} one.uk", {})]
    with pytest.raises(NotFoundError):
        do(guide, "channel.delete", channel="one.uk")


def test_a_deleted_channel_comes_back_by_hand(guide: Guide) -> None:
    body = feed(shows("one.uk"), [("one.uk", "One")])
    guide.load("a", body)
    do(guide, "channel.delete", channel="one.uk")
    do(guide, "mapping.delete", provider="a", provider_channel_id="one.uk")
    guide.load("a", body)
    assert [row[3] for row in guide.shown()] == ["t0", "t1", "t2"]


def test_mappings(guide: Guide) -> None:
    guide.load("a", feed(shows("one.uk"), [("one.uk", "One")]))
    where = {"provider": "a", "provider_channel_id": "one.uk"}
    with pytest.raises(NotFoundError):
        do(guide, "mapping.set", **where, channel="new.uk")
    made = do(guide, "mapping.set", **where, channel="new.uk", create=True)
    assert (made["channel"], made["method"], made["moved"], made["dropped_channel"]) == (
        "new.uk", "manual", 3, "one.uk",
    )  # fmt: skip
    by_id = do(guide, "mapping.set", provider=1, provider_channel_id="later.uk", channel=made["channel_id"])
    assert (by_id["channel"], by_id["known"]) == ("new.uk", False)
    # Two feed it now, and whose a programme is only the next import can tell.
    ignored = do(guide, "mapping.ignore", provider=1, provider_channel_id="later.uk")
    assert (ignored["channel_id"], ignored["removed"], ignored["needs_import"]) == (None, 0, True)
    gone = do(guide, "mapping.delete", **where)
    assert (gone["provider_channel_id"], gone["removed"]) == ("one.uk", 3)
    assert [(action, subject) for action, subject, _ in log(guide)] == [
        ("mapping.set", "mapping 1 a: one.uk"),
        ("mapping.set", "mapping 1 a: later.uk"),
        ("mapping.ignore", "mapping 1 a: later.uk"),
        ("mapping.delete", "mapping 1 a: one.uk"),
    ]
    assert log(guide)[0][2] == {"channel": "new.uk"}


HALF = "\ud800"


@pytest.mark.parametrize(
    ("operation", "arguments", "error"),
    [
        ("provider.destroy", {}, UsageError),
        ("provider.create", {}, UsageError),
        ("provider.create", {"name": "x", "url": ADDRESS}, UsageError),
        ("provider.create", {"name": "x", "xmltv_url": "file:///etc/passwd"}, UsageError),
        ("provider.create", {"name": "x", "xmltv_url": f"nonsense {CANARY}"}, UsageError),
        ("provider.create", {"name": "x", "timezone": HALF}, UsageError),
        ("provider.create", {"name": "x", "headers": {f"{HALF}": "x"}}, UsageError),
        ("provider.create", {"name": ["x"]}, UsageError),
        ("provider.update", {"provider": 99}, NotFoundError),
        ("provider.update", {"provider": 2**70, "priority": 1}, NotFoundError),
        ("provider.update", {"provider": True, "priority": 1}, UsageError),
        ("provider.update", {"provider": 1, "updated_at": "now"}, UsageError),
        ("provider.delete", {"provider": -1}, NotFoundError),
        ("provider.delete", {"provider": HALF}, UsageError),
        ("provider.delete", {}, UsageError),
        ("channel.update", {"channel": 2**63, "hidden": True}, NotFoundError),
        ("channel.update", {"channel": "a\0", "hidden": True}, UsageError),
        ("channel.update", {"channel": 1.5, "hidden": True}, UsageError),
        ("channel.merge", {"source": 1, "target": 1}, NotFoundError),
        ("mapping.set", {"provider": 1, "provider_channel_id": 5, "channel": 1}, UsageError),
        ("mapping.set", {"provider": 1, "provider_channel_id": "x", "channel": 2**65}, NotFoundError),
        ("mapping.set", {"provider": 1, "provider_channel_id": "x", "channel": "y", "create": 1}, UsageError),
        ("mapping.ignore", {"provider": 1, "provider_channel_id": " "}, UsageError),
        ("mapping.delete", {"provider": 1, "provider_channel_id": "x"}, NotFoundError),
    ],
)
def test_what_is_wrong_is_refused_and_leaves_nothing(
    guide: Guide, operation: str, arguments: dict[str, Any], error: type[EpgError]
) -> None:
    guide.provider("there")
    with pytest.raises(error) as caught:
        perform(guide.path, operation, arguments, actor="epg-admin", now=NOON)
    assert type(caught.value) is error and CANARY not in caught.value.message
    assert guide.rows("SELECT * FROM write_log") == []
    assert len(guide.rows("SELECT * FROM providers")) == 1 and guide.rows("SELECT * FROM channels") == []


def test_a_change_that_is_rolled_back_leaves_no_record(guide: Guide) -> None:
    with audited("me", "test", "nothing", {}), pytest.raises(ZeroDivisionError), write(guide.db) as conn:
        conn.execute("INSERT INTO channels (name, display_name, created_at) VALUES ('a', 'a', '')")
        raise ZeroDivisionError
    assert guide.rows("SELECT * FROM write_log") == [] == guide.rows("SELECT * FROM channels")


def test_a_record_that_cannot_be_written_undoes_the_change(guide: Guide) -> None:
    guide.db.execute("CREATE TRIGGER full BEFORE INSERT ON write_log BEGIN SELECT raise(ABORT, 'no'); END")
    with pytest.raises(sqlite3.IntegrityError):
        do(guide, "channel.create", name="one.uk")
    assert guide.rows("SELECT * FROM channels") == []


def test_a_block_is_recorded_once_and_not_beyond_its_end(guide: Guide) -> None:
    with audited("me", "test", "twice", {}):
        for name in "ab":
            with write(guide.db) as conn:
                conn.execute(
                    "INSERT INTO channels (name, display_name, created_at) VALUES (?, '', '')", [name]
                )
    with write(guide.db) as conn:
        conn.execute("DELETE FROM channels")
    assert [row["subject"] for row in guide.rows("SELECT subject FROM write_log")] == ["twice"]


def test_records_go_with_the_logs(guide: Guide) -> None:
    day = 86_400
    perform_here(guide.path, "channel.create", {"name": "old"}, actor="a", now=NOON - 31 * day)
    perform_here(guide.path, "channel.create", {"name": "new"}, actor="a", now=NOON - 29 * day)
    assert cleanup(guide.db, Retention(None, None, None), NOON).writes == 0
    assert cleanup(guide.db, Retention(None, None, 30), NOON).writes == 1
    assert [row["subject"] for row in guide.rows("SELECT subject FROM write_log")] == ["channel 2 new"]


def large(guide: Guide, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two providers on two channels; more than four programmes are many."""
    monkeypatch.setattr(touched, "LIGHT", 4)
    guide.load("a", feed(shows("one.uk", 5) + shows("two.uk", 2)))
    guide.load("b", feed(shows("two.uk", 2, "b")), priority=200)


@pytest.mark.parametrize(
    ("operation", "arguments", "expected"),
    [
        ("provider.delete", {"provider": "b"}, True),
        ("provider.update", {"provider": "a", "enabled": False}, True),
        ("provider.update", {"provider": "a", "timezone": "Europe/London"}, True),
        ("provider.update", {"provider": "a", "shift_minutes": 60}, True),
        ("provider.update", {"provider": "a", "enabled": True, "language": ["de"]}, False),
        ("mapping.shift", {"provider": "a", "provider_channel_id": "one.uk", "shift_minutes": 5}, True),
        ("provider.update", {"provider": "b", "priority": 1}, False),
        ("provider.create", {"name": "c"}, False),
        ("channel.delete", {"channel": "one.uk"}, True),
        ("channel.delete", {"channel": "two.uk"}, False),
        ("channel.merge", {"source": "two.uk", "target": "one.uk"}, True),
        ("channel.update", {"channel": "one.uk", "hidden": True}, False),
        ("mapping.set", {"provider": "b", "provider_channel_id": "two.uk", "channel": "one.uk"}, True),
        ("mapping.set", {"provider": "b", "provider_channel_id": "two.uk", "channel": "new"}, False),
        ("mapping.ignore", {"provider": "a", "provider_channel_id": "one.uk"}, True),
        ("mapping.delete", {"provider": "b", "provider_channel_id": "two.uk"}, False),
        ("channel.delete", {"channel": "nowhere"}, False),
        ("channel.delete", {"channel": HALF}, False),
        ("nonsense", {}, False),
    ],
)
def test_what_is_heavy(
    guide: Guide,
    monkeypatch: pytest.MonkeyPatch,
    operation: str,
    arguments: dict[str, Any],
    expected: bool,
) -> None:
    large(guide, monkeypatch)
    assert is_large(guide.path, operation, arguments) is expected


def test_counting_uses_the_indexes_and_stops_early(guide: Guide) -> None:
    for sql in (touched._ON_CHANNELS, touched._FED_BY):
        values = {"limit": 1, "channels": "[1]", "provider": 1}
        assert scans(guide.db.conn, sql, values) == []


HEAVY: list[tuple[str, dict[str, Any]]] = [
    ("provider.update", {"provider": "a", "enabled": False, "headers": {"X-Key": CANARY}}),
    ("channel.merge", {"source": "two.uk", "target": "one.uk"}),
    ("mapping.ignore", {"provider": "a", "provider_channel_id": "one.uk"}),
    ("channel.delete", {"channel": "one.uk"}),
    ("provider.delete", {"provider": "a"}),
]
STATE = ("providers", "channels", "channel_mappings", "contents", "airings", "write_log", "generation")


def state(guide: Guide) -> dict[str, list[dict[str, Any]]]:
    found = {table: guide.rows(f"SELECT * FROM {table} ORDER BY 1") for table in STATE}
    found["generation"] = [{"number": row["number"]} for row in found["generation"]]
    return found


@pytest.mark.parametrize(("operation", "arguments"), HEAVY, ids=[name for name, _ in HEAVY])
def test_large_and_small_changes_do_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, operation: str, arguments: dict[str, Any]
) -> None:
    ends, forks = [], []
    real = subprocess.run

    def watched(*args: Any, **settings: Any) -> Any:
        forks.append((args[0], settings["env"]))
        return real(*args, **settings)

    monkeypatch.setattr(subprocess, "run", watched)
    monkeypatch.setenv("EPG_API_TOKEN", CANARY)
    for name, limit in (("small", 20_000), ("large", 1)):
        (tmp_path / name).mkdir()
        guide = Guide(tmp_path / name)
        large(guide, monkeypatch)
        monkeypatch.setattr(touched, "LIGHT", limit)
        result = perform(guide.path, operation, arguments, actor="epg-admin", now=NOON)
        ends.append((result, state(guide)))
        assert len(log(guide)) == 1 and CANARY not in str(log(guide))
        searchable(guide)
        guide.close()
    assert ends[0] == ends[1]
    ((command, environment),) = forks
    assert CANARY not in str(command) + str(environment)


def test_errors_of_large_changes_are_the_same_errors(guide: Guide, monkeypatch: pytest.MonkeyPatch) -> None:
    large(guide, monkeypatch)
    wrong = {"provider": "a", "enabled": False, "name": "b"}
    assert is_large(guide.path, "provider.update", wrong)
    caught = []
    for change in (perform, perform_here):
        with pytest.raises(ConflictError) as found:
            change(guide.path, "provider.update", wrong, actor="x", now=NOON)
        caught.append((found.value.message, found.value.code))
    assert caught[0] == caught[1] and caught[0][1] == "conflict"
    assert log(guide) == []


def test_as_a_program_it_says_what_went_wrong(guide: Guide) -> None:
    request = {"path": str(guide.path), "operation": "provider.create", "actor": "é", "now": NOON}
    answers = []
    for settings in (SETTINGS, SETTINGS):
        done = subprocess.run(
            [sys.executable, "-m", "epg_ingest.changes.perform"],
            input=json.dumps({**request, "arguments": settings}, ensure_ascii=False).encode(),
            capture_output=True,
            timeout=60,
            check=False,
        )
        assert done.stderr == b""
        answers.append((done.returncode, json.loads(done.stdout)))
    (good, first), (bad, second) = answers
    assert (good, first["ok"], first["result"]["xmltv_url"]) == (0, True, ADDRESS)
    assert (bad, second["ok"], second["code"], second["kind"]) == (1, False, "conflict", "ConflictError")
    assert CANARY not in second["message"]


def test_a_process_that_dies_is_an_error(guide: Guide, monkeypatch: pytest.MonkeyPatch) -> None:
    large(guide, monkeypatch)
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(DatabaseError) as caught:
        perform(guide.path, "channel.delete", {"channel": "one.uk"}, actor="x", now=NOON)
    assert caught.value.code == "interrupted"


def test_a_writer_is_waited_for_but_not_for_long(guide: Guide) -> None:
    other = sqlite3.connect(guide.path, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    begun = time.monotonic()
    with pytest.raises(DatabaseError) as caught:
        do(guide, "channel.create", name="one.uk")
    assert caught.value.code == "locked" and 4 < time.monotonic() - begun < 8
    threading.Timer(0.3, other.rollback).start()
    assert do(guide, "channel.create", name="one.uk")["name"] == "one.uk"
    assert len(log(guide)) == 1


def by_hand(guide: Guide, *arguments: str, stdin: str = "") -> None:
    command = [sys.executable, "-m", "epg_ingest.cli", "--db", str(guide.path), *arguments]
    subprocess.run(command, input=stdin.encode(), capture_output=True, timeout=60, check=True)


def test_the_command_line_is_recorded_too(guide: Guide) -> None:
    guide.load("a", feed(shows("one.uk") + shows("two.uk")))
    by_hand(guide, "providers", "add", "bbc", ADDRESS, "--header", f"X-Key: {CANARY}", "--priority", "5")
    by_hand(guide, "providers", "update", "bbc", "--url", "-", "--name", "beeb", stdin=f"{ADDRESS}x\n")
    by_hand(guide, "providers", "show", "beeb")
    by_hand(guide, "providers", "disable", "beeb")
    by_hand(guide, "channels", "update", "one.uk", "--visible", "--number", "7")
    by_hand(guide, "channels", "map", "a", "one.uk", "new.uk", "--create")
    by_hand(guide, "channels", "merge", "two.uk", "new.uk", "--yes")
    by_hand(guide, "channels", "unmap", "a", "one.uk")
    by_hand(guide, "channels", "ignore", "a", "one.uk")
    by_hand(guide, "providers", "remove", "beeb", "--yes")
    found = guide.rows("SELECT actor, action, subject, details FROM write_log ORDER BY id")
    assert {row["actor"] for row in found} == {"cli"} and CANARY not in str(found)
    assert [(row["action"], row["subject"], json.loads(row["details"])) for row in found] == [
        (
            "provider.create",
            "provider bbc",
            {"xmltv_url": "https://feeds.example/…", "priority": 5, "headers": ["X-Key"]},
        ),
        ("provider.update", "provider bbc", {"name": "beeb", "xmltv_url": "…"}),
        ("provider.update", "provider beeb", {"enabled": False}),
        ("channel.update", "channel one.uk", {"number": "7", "hidden": False}),
        ("mapping.set", "mapping a: one.uk", {"channel": "new.uk", "create": True}),
        ("channel.merge", "channel two.uk", {"target": "new.uk"}),
        ("mapping.delete", "mapping a: one.uk", {}),
        ("mapping.ignore", "mapping a: one.uk", {}),
        ("provider.delete", "provider beeb", {}),
    ]
