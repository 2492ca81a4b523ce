"""`/-/epg/lineups/{id}`: the order, the entries and their channels, the review and the way back from it."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from tests.helpers.admin_site import ADMIN, TOKEN, Browser, query, served
from tests.lineup_store.lineup_site import fill
from tests.web.admin.test_admin_lineups import LINEUPS, message, words

pytestmark = pytest.mark.slow

HOME = f"{LINEUPS}/1"
ORDER = "SELECT substr(name, 1, 3) FROM lineup_channels ORDER BY position, id"
MATCHES = """
    SELECT e.name, c.name, e.method FROM lineup_channels e LEFT JOIN channels c ON c.id = e.channel_id
    WHERE e.id IN (1, 7, 8) ORDER BY e.id
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EPG_API_TOKEN", TOKEN)
        yield fill(tmp_path_factory.mktemp("entries") / "bundle")


@pytest_asyncio.fixture
async def admin(made: Path) -> AsyncIterator[Browser]:
    """Somebody who may write. At the end the entries are as they were."""
    with closing(sqlite3.connect(made / "epg.db")) as conn:
        rows = conn.execute("SELECT * FROM lineup_channels").fetchall()
    async with served(made) as ds:
        yield Browser(ds, ADMIN)
    with closing(sqlite3.connect(made / "epg.db")) as conn, conn:
        conn.execute("DELETE FROM lineup_channels")
        conn.executemany(f"INSERT INTO lineup_channels VALUES ({','.join('?' * len(rows[0]))})", rows)


def order(made: Path) -> str:
    return " ".join(name for (name,) in query(made, ORDER))


async def test_each_entry_says_its_channel_why_and_what_is_on(admin: Browser) -> None:
    text = words(await admin.get(HOME))
    first = text.partition('id="entry-1"')[2].partition("</li>")[0]
    assert [
        word in first for word in ("101", "Harbour at 2", "by its id, 100 of 100: its id is the same")
    ] == [True] * 3
    last = text.partition('id="entry-8"')[2].partition("</li>")[0]
    assert ("no channel yet" in last, "Sell &lt;b&gt;it&lt;/b&gt; now" in last, "Shops" in last) == (
        True,
        True,
        True,
    )


@pytest.mark.parametrize(
    ("query_text", "names"),
    [
        ("q=harbour", "Harbour, Harbour East"), ("q=103", "Lantern"), ("q=harb", "Harbour, Harbour East"),
        ("group=Shops", "Sell"), ("state=open", "Harbour East, Sell"), ("state=matched&q=bl", "Bramble"),
        ("state=gone", ""), ("q=%25", ""), ("page=2", ""),
    ],
)  # fmt: skip
async def test_filters(admin: Browser, query_text: str, names: str) -> None:
    text = (await admin.get(f"{HOME}?{query_text}")).text
    found = [part.partition('"')[0].partition(" &lt;")[0] for part in text.split('data-name="')[1:]]
    assert ", ".join(found) == names


async def test_the_buttons_move_an_entry_and_keep_the_filters(admin: Browser, made: Path) -> None:
    assert order(made) == "Har Mea Lan Qua Thi Bra Har Sel"
    answer = await admin.send(f"{HOME}?state=matched", where="'entry': '4'", place="3")
    assert answer.headers["location"] == f"{HOME}?state=matched#entry-4"
    assert "Quarry is at place 3 now." in message(await admin.follow(answer))
    assert order(made) == "Har Mea Qua Lan Thi Bra Har Sel"
    await admin.send(HOME, where="'entry': '1'", place="8")
    assert order(made) == "Mea Qua Lan Thi Bra Har Sel Har"
    wrong = await admin.follow(await admin.send(HOME, where="'entry': '1'", place="soon"))
    assert "place must be a whole number" in message(wrong)
    wrong = await admin.follow(await admin.send(HOME, where="'entry': '1'", entry="99", place="1"))
    assert "no such entry any more" in message(wrong)
    assert order(made) == "Mea Qua Lan Thi Bra Har Sel Har"


async def test_a_hidden_entry_is_out_of_the_guide_for_players(admin: Browser) -> None:
    page = await admin.follow(await admin.send(HOME, where="'entry': '2'", action="hide"))
    assert "Meadow is hidden: no output has it." in message(page)
    assert "Meadow" not in (await admin.get("/l/home/lineup.json")).text
    assert "Meadow" in words(await admin.get(f"{HOME}?state=hidden"))
    await admin.send(HOME, where="'entry': '2'", action="show")
    assert "Meadow" in (await admin.get("/l/home/lineup.json")).text


async def test_settings_of_an_entry(admin: Browser, made: Path) -> None:
    here = f"{HOME}/entry?entry=3"
    row = """
        SELECT name, number, group_name, position, output_id, shift_minutes, hidden, pinned FROM lineup_channels WHERE id = 3
    """
    typed = {
        "name": "My <i>Lantern</i>",
        "number": "",
        "group_name": "News",
        "position": "1",
        "output_id": "own",
    }
    page = await admin.follow(
        await admin.send(here, where="position", action=None, shift_minutes="-60", hidden="1", **typed)
    )
    assert "is changed: Name, Number, Group, Id for players, Hidden, Place, Shift in minutes." in message(
        page
    )
    assert query(made, row) == [
        ("My <i>Lantern</i>", None, "News", 1, "own", -60, 1,
         '["name", "number", "group_name", "position", "output_id", "shift_minutes", "hidden"]'),
    ]  # fmt: skip
    assert "Lantern at 3" in words(await admin.get(HOME)), "an hour earlier for this entry"
    assert "Nothing was different" in message(
        await admin.follow(await admin.send(here, where="position", action=None))
    )
    page = await admin.follow(await admin.send(here, where="position", action="source"))
    assert "follows its source again" in message(page)
    assert query(made, "SELECT pinned FROM lineup_channels WHERE id = 3") == [('["output_id", "hidden"]',)]
    page = await admin.follow(await admin.send(here, where="position", action="delete"))
    assert "this entry comes from the source" in message(page)


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"name": ""}, "name"), ({"position": "x"}, "position"), ({"position": "0"}, "position"),
        ({"shift_minutes": "99999"}, "shift_minutes"), ({"shift_minutes": "1.5"}, "shift_minutes"),
        ({"number": "1\x07"}, "number"), ({"output_id": "x" * 1001}, "output_id"),
    ],
)  # fmt: skip
async def test_a_mistake_is_told_at_its_field(
    admin: Browser, made: Path, typed: dict[str, str], field: str
) -> None:
    before = query(made, "SELECT * FROM lineup_channels")
    answer = await admin.send(
        f"{HOME}/entry?entry=3", where="position", action=None, **{"group_name": "Kept", **typed}
    )
    assert answer.status_code == 400
    assert (f'id="epg-{field}-problem"' in answer.text, 'value="Kept"' in answer.text) == (True, True)
    assert query(made, "SELECT * FROM lineup_channels") == before


async def test_another_channel_is_found_by_its_name_and_taken(admin: Browser, made: Path) -> None:
    here = f"{HOME}/entry?entry=8&back=review"
    page = await admin.get(f"{here}&find=thist")
    assert ("Thistle at 2" in words(page), 'value="5"' in page.text) == (True, True)
    assert "No channel has" in words(await admin.get(f"{here}&find=nothing+like+it"))
    answer = await admin.send(f"{here}&find=thist", where="'action': 'channel'", channel="5")
    assert answer.headers["location"] == f"{HOME}/review"
    assert query(made, MATCHES)[2][1:] == ("Thistle.uk", "manual")
    for choice, method in (("none", "manual"), ("open", None)):
        await admin.send(here, where="'action': 'channel'", channel=choice)
        assert query(made, MATCHES)[2][1:] == (None, method)
    wrong = await admin.follow(
        await admin.send(f"{here}&find=thist", where="'action': 'channel'", channel="")
    )
    assert "which channel?" in message(wrong)
    wrong = await admin.follow(await admin.send(here, where="'action': 'channel'", channel="999"))
    assert "message-error" in wrong.text


async def test_channels_are_added_by_hand_and_deleted(admin: Browser, made: Path) -> None:
    answer = await admin.send(f"{HOME}/entry?find=Meadow", where="'action': 'channel'", channel="2")
    assert answer.headers["location"] == f"{HOME}/entry?find=Meadow"
    await admin.send(f"{HOME}/entry", where="position", name="Door camera", position="1", number="900")
    assert order(made) == "Doo Har Mea Lan Qua Thi Bra Har Sel Mea"
    (ident,) = query(made, "SELECT id FROM lineup_channels WHERE name = 'Door camera'")[0]
    page = await admin.follow(
        await admin.send(f"{HOME}/entry?entry={ident}", where="position", action="delete")
    )
    assert "Door camera is deleted." in message(page)
    assert order(made) == "Har Mea Lan Qua Thi Bra Har Sel Mea"


async def test_decisions_of_a_page_are_stored_together_and_taken_back(admin: Browser, made: Path) -> None:
    here = f"{HOME}/review"
    text = words(await admin.get(here))
    assert ("71 of 100: its id is similar" in text, "Harbour at 2" in text) == (True, True)
    nothing = await admin.follow(await admin.send(here, where="best-7", action="decide"))
    assert "nothing is decided" in message(nothing)
    sent = {"entry-7": "1", "entry-8": "none", "action": "decide"}
    page = await admin.follow(await admin.send(here, where="best-7", **sent))
    assert "Decided on 2 entries." in message(page)
    assert "Nothing is left to decide." in words(page)
    assert query(made, MATCHES)[1:] == [
        ("Harbour East", "Harbour.uk", "manual"),
        ("Sell <b>it</b> now", None, "manual"),
    ]
    assert query(made, "SELECT actor FROM write_log ORDER BY id DESC LIMIT 1") == [("epg-admin",)]
    back = await admin.follow(
        await admin.send(str(page.url).partition("localhost")[2], where="undo", action="undo")
    )
    assert "As before: 2 entries." in message(back)
    assert [row[1:] for row in query(made, MATCHES)[1:]] == [(None, None), (None, None)]


async def test_the_first_of_each_is_taken_where_nothing_was_chosen(admin: Browser, made: Path) -> None:
    here = f"{HOME}/review"
    page = await admin.follow(await admin.send(here, where="best-7", action="best"))
    assert "Decided on 1 entry." in message(page)
    assert [row[1] for row in query(made, MATCHES)[1:]] == ["Harbour.uk", None]
    await admin.send(str(page.url).partition("localhost")[2], where="undo", action="undo")
    await admin.send(here, where="best-7", action="best", **{"entry-7": "none"})
    assert query(made, MATCHES)[1][1:] == (None, "manual")


@pytest.mark.parametrize(
    "sent",
    [{"entry-7": "x"}, {"entry-7": "999"}, {"entry-7": "1", "entry-99": "1"}, {"action": "burn"}, {"entry-7": "9" * 30}],
)  # fmt: skip
async def test_decisions_that_make_no_sense_change_nothing(
    admin: Browser, made: Path, sent: dict[str, Any]
) -> None:
    answer = await admin.send(f"{HOME}/review", where="best-7", **{"action": "decide", **sent})
    if answer.status_code == 303:
        answer = await admin.follow(answer)
        assert "message-error" in answer.text
    else:
        assert answer.status_code == 400
    assert [row[1] for row in query(made, MATCHES)[1:]] == [None, None]
