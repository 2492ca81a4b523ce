"""`/-/epg/channels`: what feeds each channel, why one is empty, many changed at once, and the way back."""

from __future__ import annotations

import json
import re
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from epg_ingest.changes.operations import OPERATIONS
from epg_web.admin.channel_desk import told_apart
from epg_web.admin.channel_desk.filters import STATES, Asked, chosen, counts
from epg_web.admin.channel_desk.taking_back import about
from epg_web.admin.channel_desk.why_empty import FedBy, leaving, why_empty
from epg_web.admin.spoken import since

from tests.helpers.admin_site import ADMIN, NOBODY, TOKEN, Browser, Page, fill, query, served
from tests.helpers.hosts.either_datasette import OF_THIS_SITE

CHANNELS = "/-/epg/channels"
MONDAY, TUESDAY = "2026-11-23T06:00:00Z", "2026-11-24T20:00:00Z"
LISTED = {"seen": TUESDAY, "provider_seen": TUESDAY, "imported_at": TUESDAY, "status": "success"}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("EPG_API_TOKEN", TOKEN)
    return fill(tmp_path / "bundle")


def more(folder: Path, sql: str) -> None:
    with closing(sqlite3.connect(folder / "epg.db")) as conn:
        conn.executescript(sql)


def words(answer: Any) -> str:
    text = str(answer.text).partition("<main")[2].partition("</main>")[0]
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


async def sent(browser: Browser, action: str, *ids: int, **typed: str) -> dict[str, Any]:
    """Press a button of the list with these channels ticked; what the page's script gets."""
    page = await browser.get(CHANNELS)
    token = next(form["fields"]["csrftoken"] for form in Page(page.text).forms if "was" in form["fields"])
    pairs = [("csrftoken", token), ("do", action), *(("pick", str(ident)) for ident in ids), *typed.items()]
    answer = await browser.ds.client.post(
        CHANNELS, cookies=browser.cookies, headers={"accept": "application/json", "content-type": FORM, **OF_THIS_SITE},
        content=urlencode(pairs), follow_redirects=False,
    )  # fmt: skip
    said: dict[str, Any] = answer.json()
    assert said["ok"] == (answer.status_code == 200), said
    return said


async def do(browser: Browser, action: str, *ids: int, **typed: str) -> str:
    said = await sent(browser, action, *ids, **typed)
    assert said["ok"], said
    return str(said["message"])


FORM = "application/x-www-form-urlencoded"

REASONS: list[tuple[str, list[FedBy], list[str]]] = [
    ("nothing is mapped", [], ["unfed"]),
    ("the provider is off", [FedBy("canada", "x", enabled=False, **LISTED)], ["disabled"]),
    ("no import yet", [FedBy("canada", "x")], ["never_imported"]),
    ("the id is gone", [FedBy("canada", "x", **{**LISTED, "seen": MONDAY}, last_end=MONDAY)], ["vanished"]),
    ("the import failed", [FedBy("canada", "x", **{**LISTED, "status": "failed"})], ["failing"]),
    ("listed without programmes", [FedBy("canada", "x", **LISTED)], ["never_had"]),
    ("its programmes are over", [FedBy("canada", "x", **LISTED, last_end=MONDAY)], ["ended"]),
    ("each feed has its own", [FedBy("a", "x", enabled=False), FedBy("b", "y")], ["disabled", "never_imported"]),
    # What left the feed does not come back when imports succeed again.
    ("gone, then failed", [FedBy("a", "x", **{**LISTED, "seen": MONDAY, "status": "failed"})], ["vanished"]),
]  # fmt: skip


def test_why_a_channel_is_empty() -> None:
    for what, sources, expected in REASONS:
        assert [why.code for why in why_empty(sources)] == expected, what


def test_a_channel_is_leaving_when_no_feed_lists_it_any_more() -> None:
    gone, there = FedBy("a", "x", **{**LISTED, "seen": MONDAY}), FedBy("b", "y", **LISTED)
    assert leaving([gone]) == gone
    assert leaving([gone, there]) is None
    assert leaving([FedBy("c", "z", enabled=False, **LISTED), gone]) == gone
    assert leaving([]) is None


def test_what_tells_equal_names_apart() -> None:
    assert told_apart.same_names({1: "HBO", 2: " hbo", 3: "BBC"}) == {1: (2,), 2: (1,)}
    for channels, expected in [
        ([(1, "hbo.br", ["x"]), (2, "HBO.pl", ["y"])], {1: "br", 2: "pl"}),
        ([(1, "hbo.pl", ["x"]), (2, "HBO.HD.pl", ["y"])], {1: "x", 2: "y"}),
        ([(1, "hbo.pl", ["x"]), (2, "HBO.HD.pl", ["x"])], {1: "hbo.pl", 2: "HBO.HD.pl"}),
        ([(1, "hbo", []), (2, "HBO.HD", [])], {1: "hbo", 2: "HBO.HD"}),
    ]:
        assert told_apart.marks(channels) == expected


def test_filters_count_what_they_show() -> None:
    row = {
        "display_name": "One",
        "name": "one.uk",
        "number": None,
        "providers": [1],
        "groups": [7],
        "stale": 0,
    }
    rows = [
        {**row, "id": 1, "empty": True, "hidden": 0, "same": (2,), "suspect": None},
        {**row, "id": 2, "empty": False, "hidden": 0, "same": (1,), "suspect": "why", "number": "5"},
        {**row, "id": 3, "empty": True, "hidden": 1, "same": (), "suspect": None, "stale": 1},
    ]
    found = counts(rows)
    assert found == {"empty": 1, "stale": 1, "unnumbered": 1, "same": 2, "suspect": 1, "hidden": 1}
    for state in STATES:
        assert len(chosen(rows, Asked(state=state))) == found[state]
    for asked, ids in [
        (Asked(provider=2), []), (Asked(group=7), [1, 2, 3]), (Asked(text="ONE.UK"), [1, 2, 3]), (Asked(text="5"), [2]),
        (Asked(lacking=frozenset((3,))), [3]), (Asked(state="same", text="5"), [2]),
    ]:  # fmt: skip
        assert [one["id"] for one in chosen(rows, asked)] == ids


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [(0, (0, "now")), (59, (0, "now")), (60, (1, "minutes")), (3599, (59, "minutes")), (3600, (1, "hours")),
     (172_799, (47, "hours")), (172_800, (2, "days"))],
)  # fmt: skip
def test_how_long_ago(seconds: int, expected: tuple[int, str]) -> None:
    now = "2026-11-24T00:00:00Z"
    then = sqlite3.connect(":memory:").execute(
        "SELECT strftime('%Y-%m-%dT%H:%M:%SZ', ?, ?)", [now, f"-{seconds} seconds"]
    )
    assert since(then.fetchone()[0], now) == expected


async def test_the_page_has_every_channel_and_says_why_one_is_empty(folder: Path) -> None:
    more(
        folder,
        """
        INSERT INTO channels (id, name, display_name, created_at) VALUES
            (8, 'gone.ca', 'Gone', '2026-01-01T00:00:00Z'), (9, 'nobody', 'BBC One', '2026-01-01T00:00:00Z');
        INSERT INTO channel_mappings (provider_id, provider_channel_id, channel_id, method, created_at)
        VALUES (1, 'gone.ca', 8, 'new', '2026-01-01T00:00:00Z');
        INSERT INTO feed_channels (provider_id, provider_channel_id, names, first_seen, last_seen, last_end)
        VALUES (1, 'gone.ca', '[]', '2026-01-01T00:00:00Z', '2026-01-01T00:00:00Z', '2026-01-01T20:00:00Z');
        """,
    )
    async with served(folder) as ds:
        browser = Browser(ds, ADMIN)
        text = words(await browser.get(CHANNELS))
        assert "5 in the guide · 2 without anything ahead" in text
        assert "last programme 1 Jan 2026 ; the feed has not listed gone.ca since 1 Jan 2026" in text
        assert "Nothing feeds it" in text
        assert "Same name as BBC One (nobody)" in text
        empty = words(await browser.get(f"{CHANNELS}?state=empty&q=gone"))
        assert "1 shown" in empty and "BBC One HD" not in empty
        assert (await browser.get(f"{CHANNELS}?state=burnt")).status_code == 400
        assert (await browser.get(f"{CHANNELS}?day=soon")).status_code == 400
        assert "No such channel" in words(await browser.get(f"{CHANNELS}?q=zzz"))
        for path in (f"{CHANNELS}?page=99", f"{CHANNELS}?provider=1&day=2026-11-29", f"{CHANNELS}?edit=8"):
            assert (await browser.get(path)).status_code == 200
        assert (await Browser(ds, NOBODY).get(CHANNELS)).status_code == 403
        assert (await Browser(ds).get(CHANNELS)).status_code in (302, 303)


async def test_many_channels_are_changed_and_the_change_is_taken_back(folder: Path) -> None:
    def state() -> list[tuple[Any, ...]]:
        return query(folder, "SELECT name, number, hidden, position FROM channels WHERE id < 3 ORDER BY id")

    async with served(folder) as ds:
        browser, before = Browser(ds, ADMIN), state()
        for action, typed, said in [
            ("hide", {}, "Hidden: 2 channels"), ("renumber", {"first": "101"}, "Numbered 101 to 102"),
            ("group", {"group": "News"}, "Put into News: 2 channels"), ("move", {}, "Moved: 2 channels"),
        ]:  # fmt: skip
            assert said in await do(browser, action, 2, 1, **typed)
        assert state() == [("one.example", "102", 1, 3072), ("two.example", "101", 1, 2048)]
        assert query(folder, "SELECT count(*) FROM channel_groups") == [(2,)]
        for _ in range(4):
            change = query(folder, LAST)[0][0]
            assert "Taken back" in await do(browser, "undo", change=str(change))
        assert state() == before
        assert query(folder, "SELECT * FROM groups") == []


LAST = """
    SELECT max(id) FROM write_log WHERE action <> 'undo'
    AND id NOT IN (SELECT json_extract(details, '$.undone') FROM write_log WHERE action = 'undo')
"""


async def test_numbers_names_and_logos_are_typed_into_the_list(folder: Path) -> None:
    async with served(folder) as ds:
        browser = Browser(ds, ADMIN)
        was = json.dumps({"1": "", "2": ""})
        typed = {"was": was, "number-1": "7", "number-2": ""}
        assert await do(browser, "numbers", **typed) == "Numbered: 1 channel."
        assert "No number was different" in await do(browser, "numbers", was='{"1":"7"}', **{"number-1": "7"})
        page = await browser.send(f"{CHANNELS}?edit=1", where="display_name", do="save", display_name="Eins")
        assert "Eins is changed" in (await browser.follow(page)).text
        assert query(folder, "SELECT display_name, number, pinned FROM channels WHERE id = 1") == [
            ("Eins", "7", '["display_name", "number"]')
        ]
        assert "of its feeds again" in await do(browser, "follow", channel="1")
        assert query(folder, "SELECT pinned FROM channels WHERE id = 1") == [("[]",)]


def test_every_operation_has_words_for_its_undo() -> None:
    for name in OPERATIONS:
        assert name == "undo" or "." not in about(name), name


async def test_boxes_stay_open_with_what_was_typed_where_it_is_wrong(folder: Path) -> None:
    typed = {"display_name": "Typed name", "number": "77", "icon_url": "ftp://example.com/typed.png"}
    async with served(folder) as ds:
        browser = Browser(ds, ADMIN)
        sent = await browser.send(f"{CHANNELS}?edit=1&q=one", where="display_name", do="save", **typed)
        page = await browser.follow(sent)
        assert "Address of the logo must be" in page.text and "q=one" in sent.headers["location"]
        assert all(f'value="{text}"' in page.text for text in typed.values())
        assert query(folder, "SELECT display_name FROM channels WHERE id = 1") == [("BBC One",)]


async def test_two_channels_are_joined(folder: Path) -> None:
    async with served(folder) as ds:
        browser = Browser(ds, ADMIN)
        asked = await browser.get(f"{CHANNELS}?merge=1,2")
        assert "Which one stays?" in words(asked) and "On now: On now" in words(asked)
        assert "has what fed 2 channels. Moved: 1 programme." in await do(browser, "join", 1, 2, into="1")
        assert query(folder, "SELECT name FROM channels WHERE id < 3") == [("one.example",)]
        assert (await browser.get(f"{CHANNELS}?merge=1,2")).status_code == 404


async def test_what_makes_no_sense_is_said_and_changes_nothing(folder: Path) -> None:
    async with served(folder) as ds:
        browser = Browser(ds, ADMIN)
        before = query(folder, "SELECT * FROM channels")
        for action, ids, typed, said in [
            ("hide", (), {}, "choose channels first"), ("renumber", (1,), {"first": "x"}, "must be a whole number"),
            ("renumber", (1,), {}, "which number has the first one"), ("group", (1,), {}, "the name of a group"),
            ("join", (1, 2), {"into": "9"}, "choose the channel that stays"), ("merge", (1,), {}, "choose two channels"),
            ("save", (), {"channel": "1", "icon_url": "ftp://example.com"}, "Address of the logo must be"),
            ("save", (), {"channel": "1", "display_name": " "}, "Name must have 1 to 200 characters"),
            ("move", (1,), {"before": "nowhere"}, "there is no channel with the number or id"),
            ("save", (), {"channel": "99", "number": "1"}, "there is no such channel"),
            ("numbers", (), {"was": "{"}, "cannot be read"), ("undo", (), {"change": "1"}, "no change to undo"),
        ]:  # fmt: skip
            refused = await sent(browser, action, *ids, **typed)
            assert not refused["ok"] and said in refused["message"]
        assert query(folder, "SELECT * FROM channels") == before
