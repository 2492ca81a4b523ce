"""What the GET routes of the API answer, over a real Datasette and a small guide."""

from __future__ import annotations

import csv
import io
import json
import re
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from epg_web.api.routes import ROUTES
from epg_web.base.sql import FOLDER
from epg_web.search import names_tables, upcoming_tables

from tests.helpers.datasette_helpers import BEGIN, add, make_guide, moment, serving
from tests.helpers.guide_rows import know_series
from tests.helpers.query_plans import TABLES, aliases, scans

PROGRAM = {
    "id", "channel_id", "start_time", "end_time", "title", "subtitle", "description", "category", "episode_num",
    "season", "episode", "rating", "actors", "directors", "icon_url", "is_new", "provider",
    "series_id", "episode_id", "showing",
}  # fmt: skip


class Site:
    """A served guide; `get` gives the JSON of an address below `/api/v1`, of the status it must have."""

    def __init__(self, ds: Any, conn: sqlite3.Connection) -> None:
        self.ds, self.conn = ds, conn

    async def response(self, path: str, status: int = 200, **options: Any) -> Any:
        found = await self.ds.client.get("/api/v1" + path, **options)
        assert found.status_code == status, found.text
        return found

    async def get(self, path: str, status: int = 200) -> Any:
        return (await self.response(path, status)).json()

    async def titles(self, path: str) -> list[str]:
        return [row["title"] for row in await self.get(path)]


@pytest_asyncio.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    conn = make_guide(tmp_path / "epg.db")
    conn.execute("INSERT INTO channel_mappings (provider_id, provider_channel_id, channel_id, method, created_at)"
                 " VALUES (1, 'one', 1, 'new', '2026-01-01T00:00:00Z'), (2, 'uno', 1, 'name', '2026-01-01T00:00:00Z'),"
                 " (2, 'dos', NULL, 'manual', '2026-01-01T00:00:00Z')")  # fmt: skip
    add(conn, 1, moment(-2), moment(-1), "Before")
    add(
        conn,
        1,
        moment(-1),
        moment(1),
        "Evening news",
        category='["News"]',
        is_new=1,
        details='{"date":"2026"}',
    )
    add(conn, 1, moment(1), moment(2), "Film", actors='["A. Actor"]')
    add(conn, 1, moment(30), moment(31), "Tomorrow")
    add(conn, 1, moment(1), moment(2), "Other film", provider_id=2, shadowed_by=3)
    add(conn, 2, moment(2), moment(3), "News of the world")
    add(conn, 3, moment(-1), moment(1), "Hidden news")
    know_series(conn)
    async with serving(tmp_path / "epg.db") as ds:
        yield Site(ds, conn)
    conn.close()


async def test_channels_are_chosen_by_what_is_wrong_with_them(site: Site) -> None:
    site.conn.execute(
        "INSERT INTO channels (id, name, display_name, created_at) VALUES (4, 'c4', 'Four', 'x')"
    )
    site.conn.execute(
        "INSERT INTO channel_mappings (provider_id, provider_channel_id, channel_id, method, created_at)"
        " VALUES (1, 'four', 4, 'new', 'x')"
    )
    seen = "INSERT INTO feed_channels (provider_id, provider_channel_id, first_seen, last_seen) VALUES (?, ?, '2026', ?)"
    site.conn.executemany(seen, [(1, "one", "2026-02"), (1, "four", "2026-01"), (2, "uno", "2026-03")])
    add(site.conn, 4, moment(-3), moment(-2), "Over")
    site.conn.execute("UPDATE generation SET number = number + 1")
    site.conn.commit()

    async def ids(query: str) -> list[int]:
        return [row["id"] for row in await site.get(f"/channels?{query}")]

    everything = await ids("")
    assert sorted(everything) == [1, 2, 4]
    for name, wrong in (("stale", [4]), ("unmatched", [2, 4])):
        assert sorted(await ids(f"{name}=true")) == wrong
        assert sorted(await ids(f"{name}=false")) == sorted(set(everything) - set(wrong))
    ahead = {
        row[0] for row in site.conn.execute("SELECT channel_id FROM airings WHERE end_time > ?", [moment(0)])
    }
    assert set(await ids("empty=true")) == set(everything) - ahead
    assert set(await ids("empty=false")) == set(everything) & ahead
    assert await ids("empty=true&stale=true&unmatched=true") == [4]
    assert await ids("stale=true&provider=second") == []
    assert await ids("stale=&empty=") == everything
    pages = await site.response("/channels?unmatched=true&limit=1")
    assert "unmatched=true" in pages.headers["link"]
    assert len(await ids(pages.headers["link"].split("?")[1].split(">")[0])) == 1
    for query in ("empty=yes", "stale=1", "unmatched=TRUE"):
        error = await site.get(f"/channels?{query}", 400)
        assert error["error"].endswith("must be true or false")


async def test_a_channel_is_empty_from_the_end_of_its_last_programme(site: Site) -> None:
    answer = await site.response("/channels?empty=true")
    assert int(re.findall(r"max-age=(\d+)", answer.headers["cache-control"])[0]) <= 60
    assert "stale-while-revalidate" not in answer.headers["cache-control"]
    assert "stale-while-revalidate" in (await site.response("/channels?stale=true")).headers["cache-control"]


async def test_channels_in_the_order_of_their_numbers(site: Site) -> None:
    expected = [
        {"id": 1, "name": "one.example", "display_name": "Channel One", "icon_url": None, "number": "1"},
        {"id": 2, "name": "two.example", "display_name": "Channel Two", "icon_url": None, "number": "10"},
    ]
    assert await site.get("/channels") == expected


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("q=TWO", [2]), ("q=example", [1, 2]), ("q=zzz", []), ("q=%25", []), ("provider=best", [1]), ("provider=2", [1]),
    ],
)  # fmt: skip
async def test_channels_are_filtered(site: Site, query: str, ids: list[int]) -> None:
    assert [row["id"] for row in await site.get(f"/channels?{query}")] == ids


async def test_pages_are_linked_until_the_last(site: Site) -> None:
    path, seen = "/channels?limit=1&q=example", []
    while path:
        found = await site.response(path)
        seen += [row["id"] for row in found.json()]
        link = re.fullmatch(r'</api/v1(/channels\?[^>]+)>; rel="next"', found.headers.get("link", ""))
        path = link[1] if link else ""
        assert not link or "q=example" in path
    assert seen == [1, 2]


async def test_paging_goes_on_over_channels_of_equal_rank(site: Site) -> None:
    """Numbers, equal names and missing numbers: each channel exactly once."""
    for ident in range(10, 60):
        site.conn.execute(
            "INSERT INTO channels (id, name, display_name, number, created_at) VALUES (?, ?, ?, ?, '2026')",
            (ident, f"c{ident}", f"Name {ident % 3}", [None, "7", "7.1", "x", "12"][ident % 5]),
        )
    everything = [row["id"] for row in await site.get("/channels")]
    paged: list[int] = []
    after = ""
    while page := await site.get(f"/channels?limit=7{after}"):
        paged += [row["id"] for row in page]
        after = f"&after={paged[-1]}"
    assert paged == everything
    assert len(set(paged)) == 52


async def test_one_channel_says_how_far_it_reaches(site: Site) -> None:
    found = await site.get("/channels/1")
    assert found["providers"] == ["best", "second"]
    assert (found["covered_from"], found["covered_until"]) == (moment(-2), moment(31))


async def test_programmes_overlap_the_range(site: Site) -> None:
    assert await site.titles("/channels/1/programs") == ["Evening news", "Film"]
    assert await site.titles(f"/channels/1/programs?start={moment(-1)}&end={moment(1)}") == ["Evening news"]
    assert await site.titles(f"/channels/1/programs?start={moment(-1.5)}&end={moment(-0.9)}") == [
        "Before",
        "Evening news",
    ]
    assert await site.titles(f"/channels/1/programs?start={moment(1)}") == ["Film"]
    assert await site.titles(f"/channels/2/programs?start={moment(5)}") == []


async def test_a_programme_has_its_fields(site: Site) -> None:
    first = (await site.get("/channels/1/programs"))[0]
    assert set(first) == PROGRAM
    assert (first["category"], first["is_new"], first["provider"]) == (["News"], True, "best")


async def test_a_long_programme_is_found_from_its_end(site: Site) -> None:
    add(site.conn, 2, moment(-100), moment(0.5), "Marathon")
    site.conn.execute("UPDATE generation SET number = number + 1")
    assert await site.titles("/channels/2/programs") == ["Marathon", "News of the world"]


async def test_one_programme_has_everything(site: Site) -> None:
    found = await site.get("/programs/2")
    assert set(found) > PROGRAM
    assert found["details"] == {"date": "2026"}
    assert found["channel"]["name"] == "one.example"
    assert (await site.get("/programs/5"))["shadowed_by"] == 3


async def test_the_guide_is_grouped_and_paged(site: Site) -> None:
    found = await site.get("/guide")
    assert [entry["channel"]["id"] for entry in found] == [1, 2]
    assert [row["title"] for row in found[0]["programs"]] == ["Evening news", "Film"]
    only = await site.response(f"/guide?channels=2,1&limit=1&start={moment(-3)}")
    assert [entry["channel"]["id"] for entry in only.json()] == [1]
    assert "after=1" in only.headers["link"]
    assert "channels=2%2C1" in only.headers["link"]
    assert "start=" in only.headers["link"]


async def test_guide_and_programmes_agree(site: Site) -> None:
    span = f"start={moment(-3)}&end={moment(40)}"
    for entry in await site.get(f"/guide?{span}"):
        assert entry["programs"] == await site.get(f"/channels/{entry['channel']['id']}/programs?{span}")


async def test_now_and_next(site: Site) -> None:
    one, two = await site.get("/now")
    assert (one["now"]["title"], one["next"]["title"]) == ("Evening news", "Film")
    assert (two["now"], two["next"]["title"]) == (None, "News of the world")
    at = await site.get(f"/now?at={moment(1.5)}&channels=1")
    assert [entry["now"]["title"] for entry in at] == ["Film"]


async def test_search_puts_what_is_to_come_first(site: Site) -> None:
    assert await site.titles("/search?q=news") == ["Evening news", "News of the world"]
    assert await site.titles("/search?q=NEWS+world") == ["News of the world"]
    assert await site.titles("/search?q=eve*") == ["Evening news"]
    assert await site.titles("/search?q=before") == ["Before"]
    assert await site.titles(f"/search?q=news&start={moment(1.5)}") == ["News of the world"]
    assert await site.titles("/search?q=news&channels=1") == ["Evening news"]
    assert await site.titles("/search?q=other") == []


@pytest.mark.parametrize(
    "words", ["AND", "a OR", '"', "NEAR(a b)", "title:news", "^news", "-news", "*", "a*b*", "(", "'"]
)
async def test_nothing_in_a_search_is_an_operator(site: Site, words: str) -> None:
    found = await site.ds.client.get("/api/v1/search", params={"q": words})
    assert found.status_code in (200, 400)
    assert found.status_code == 200 or "q is missing" in found.json()["error"]


async def test_search_pages_by_offset(site: Site) -> None:
    first = await site.response("/search?q=news&limit=1")
    assert "offset=1" in first.headers["link"]
    assert await site.titles("/search?q=news&limit=1&offset=1") == ["News of the world"]


async def test_providers_are_public_as_far_as_they_may_be(site: Site) -> None:
    assert await site.get("/providers") == [
        {"id": 1, "name": "best", "enabled": True, "priority": 1},
        {"id": 2, "name": "second", "enabled": True, "priority": 2},
    ]
    assert (await site.get("/providers/1"))["last_import"] is None


async def test_a_disabled_provider_shows_nowhere(site: Site) -> None:
    site.conn.executescript(
        "UPDATE providers SET enabled = 0 WHERE id = 1; UPDATE generation SET number = number + 1"
    )
    assert await site.titles("/channels/1/programs") == []
    assert await site.titles("/search?q=news") == []
    assert (await site.get("/now"))[0] == {
        "channel": (await site.get("/channels"))[0],
        "now": None,
        "next": None,
    }
    await site.get("/programs/2", 404)


async def test_mappings(site: Site) -> None:
    everything = await site.get("/mappings")
    assert [row["provider_channel_id"] for row in everything] == ["one", "uno", "dos"]
    assert everything[2]["channel_id"] is None
    assert [row["id"] for row in await site.get("/mappings?provider=second&method=name")] == [2]
    assert [row["id"] for row in await site.get("/mappings?channel=1")] == [1, 2]
    assert (await site.get("/mappings/2"))["channel"] == "one.example"


async def test_candidates_come_with_a_reason(site: Site) -> None:
    site.conn.executescript(
        """
        INSERT INTO channels (id, name, display_name, created_at) VALUES (9, 'chan1', 'Channel One Extra', '2026');
        INSERT INTO channel_mappings (provider_id, provider_channel_id, channel_id, method, created_at)
        VALUES (2, 'chan1', 9, 'new', '2026-01-01T00:00:00Z');
        INSERT INTO feed_channels (provider_id, provider_channel_id, names, first_seen, last_seen)
        VALUES (2, 'chan1', '[{"text":"Channel One Extra"}]', '2026-01-01T00:00:00Z', '2026-01-01T00:00:00Z');
        UPDATE generation SET number = number + 1;
        """
    )
    for row in await site.get("/mappings/candidates"):
        assert set(row) >= {"provider", "provider_channel_id", "candidate", "score", "reason", "evidence"}
    (found,) = await site.get("/mappings/candidates")
    assert found["evidence"] == {"names": found["score"]}
    (line,) = csv.DictReader(io.StringIO((await site.response("/mappings/candidates.csv")).text))
    assert json.loads(line["evidence"]) == found["evidence"]
    assert list(line)[-1] == "evidence"


async def test_candidates_are_made_once_for_a_state_of_the_guide(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever is asked for: they cost CPU seconds, and anybody may ask."""
    from epg_ingest.guide import candidates

    real, made = candidates.candidates, []

    def counted(db: Any) -> Any:
        made.append(db)
        return real(db)

    monkeypatch.setattr(candidates, "candidates", counted)
    await site.get("/mappings/candidates?limit=7")
    for number in range(1, 30):
        await site.get(f"/mappings/candidates?limit={number}")
        await site.response(f"/mappings/candidates.csv?limit={number}")
        await site.response(f"/mappings/candidates?limit={number}", headers={"Accept": "text/csv"})
        await site.response("/mappings/candidates", headers={"Cookie": f"a={number}"})
    assert len(made) == 1
    site.conn.execute("UPDATE generation SET number = number + 1")
    await site.get("/mappings/candidates")
    assert len(made) == 2


async def test_candidates_that_took_too_long_are_not_tried_again(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    from epg_ingest.guide import candidates

    tried = []

    def interrupted(db: object) -> None:
        tried.append(db)
        raise sqlite3.OperationalError("interrupted")

    monkeypatch.setattr(candidates, "candidates", interrupted)
    site.conn.execute("UPDATE generation SET number = number + 1")
    for number in range(1, 5):
        answer = await site.response(f"/mappings/candidates?limit={number}", 503)
        assert "Retry-After" in answer.headers
    assert len(tried) == 1


async def test_imports_are_followed_while_they_run(site: Site) -> None:
    """An import's row changes without a new generation of the guide."""
    site.conn.execute(
        "INSERT INTO import_log (provider_id, started_at, status, trigger) VALUES (1, '2026', 'running', 'api')"
    )
    assert (await site.get("/imports/1"))["status"] == "running"
    site.conn.execute("UPDATE import_log SET status = 'failed', error_code = 'gate' WHERE id = 1")
    site.conn.execute("INSERT INTO import_problems VALUES (1, 'badstart', 7, 'one', 'no time', 3)")
    found = await site.get("/imports/1")
    assert (found["status"], found["error_code"]) == ("failed", "gate")
    assert found["problem_list"] == [
        {"code": "badstart", "line": 7, "subject": "one", "message": "no time", "count": 3}
    ]
    assert [row["id"] for row in await site.get("/imports?status=failed&provider=best")] == [1]
    assert await site.get("/imports?status=running") == []


@pytest.mark.parametrize(
    "path",
    ["/channels/99", "/channels/3", "/channels/3/programs", "/channels/99/programs", "/programs/7", "/programs/99",
     "/providers/99", "/mappings/99", "/imports/99", "/channels/0", "/channels/99999999999999999999", "/nothing", "",
     "/channels/", "/channels/1/", "/programs/1.csv", "/now/1"],
)  # fmt: skip
async def test_what_is_not_there(site: Site, path: str) -> None:
    found = await site.get(path, 404)
    assert found == {"ok": False, "error": found["error"], "errors": [found["error"]], "status": 404}


@pytest.mark.parametrize(
    "path",
    ["/channels/1/programs?start=garbage", "/channels/1/programs?start=@2&end=@1",
     "/channels/1/programs?start=@0&end=@0", "/guide?start=@0&end=@768",
     "/guide?start=@0&end=@480&limit=26", "/guide?after=99", "/channels?after=99",
     "/channels?provider=nobody", "/mappings?provider=nobody", "/imports?provider=nobody", "/search", "/search?q=%20",
     "/channels?x=1", "/channels/1?x=1", "/openapi.json?x=1", "/now?at=2026-02-30"],
)  # fmt: skip
async def test_bad_input_is_a_400_in_one_line(site: Site, path: str) -> None:
    # `@2` is the moment in two hours: the name of a test must be the same in every process.
    path = re.sub(r"@(-?\d+)", lambda match: moment(int(match[1])), path)
    found = await site.get(path, 400)
    assert found["error"]
    assert "\n" not in found["error"]


CSV_PATHS = [route.path.replace("{id}", "1") for route in ROUTES if route.rows and route.access == "public"]


@pytest.mark.parametrize("path", CSV_PATHS)
async def test_every_list_is_csv_too(site: Site, path: str) -> None:
    query = "?q=news" if path.endswith("/search") else ""
    address = path.removeprefix("/api/v1")
    by_name = await site.response(f"{address}.csv{query}")
    by_header = await site.response(f"{address}{query}", headers={"Accept": "text/csv"})
    assert by_name.content == by_header.content
    assert by_name.headers["content-type"] == "text/csv; charset=utf-8"
    assert by_header.headers["cache-control"] == "no-store"
    names, *rows = list(csv.reader(io.StringIO(by_name.text)))
    assert names
    found = await site.get(f"{address}{query}")
    expected = sum(len(row["programs"]) for row in found) if path.endswith("/guide") else len(found)
    assert len(rows) == expected


async def test_csv_is_no_formula(site: Site) -> None:
    add(site.conn, 2, moment(4), moment(5), "=1+1", subtitle="-2", category='["A","B"]')
    site.conn.execute("UPDATE generation SET number = number + 1")
    found = await site.response(f"/channels/2/programs.csv?start={moment(4)}")
    (row,) = csv.DictReader(io.StringIO(found.text))
    assert (row["title"], row["subtitle"], row["is_new"]) == ("'=1+1", "'-2", "0")
    assert json.loads(row["category"]) == ["A", "B"]


#: what has no test of its plan of its own
STATEMENTS = [
    path for path in sorted(FOLDER.glob("*.sql")) if not path.stem.startswith(("health", "metrics"))
]


@pytest.mark.parametrize("path", STATEMENTS, ids=lambda path: path.stem)
def test_no_statement_scans_programmes(path: Path, tmp_path: Path) -> None:
    conn = make_guide(tmp_path / "epg.db")
    for day in range(-3, 7):
        for channel in (1, 2, 3):
            for hour in range(0, 24, 2):
                at = day * 24 + hour
                add(conn, channel, moment(at), moment(at + 2), f"Programme {at}")
    conn.execute("ANALYZE")
    upcoming_tables.prepare(conn, BEGIN.timestamp(), 2 * 3600)  # the tables beside the connection
    names_tables.prepare(conn, BEGIN.timestamp())
    sql = path.read_text(encoding="utf-8")
    assert not re.search(r"\b(programs|airings|contents)\b", sql) or aliases(sql) > {*TABLES}
    assert scans(conn, sql) == []
    conn.close()
