"""`?_stream=on`: all rows of a table, a view or a query as CSV, with the filters of its page."""

from __future__ import annotations

import csv
import html
import io
import os
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import pytest_asyncio
from datasette.app import Datasette
from epg_web.sql_processes.whole_tables import link

from tests.helpers.datasette_helpers import add, make_guide, moment, serving
from tests.helpers.hosts.either_datasette import SQL

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.skipif(not hasattr(os, "fork"), reason="no SQL processes"),
]
#: more rows than Datasette gives at once
MANY = 1_100
ENDLESS = "with recursive c(x) as (select 1 union all select x + 1 from c) select x from c"
BLOB = "select x'00ff' as b"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def ds(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Datasette]:
    path = tmp_path_factory.mktemp("whole") / "epg.db"
    conn = make_guide(path)
    with conn:
        conn.executemany(
            "INSERT INTO channels (id, name, display_name, created_at) VALUES (?1, 'c' || ?1, 'C' || ?1, 'x')",
            [(number,) for number in range(10, 10 + MANY)],
        )
        for number in range(10, 10 + MANY):
            add(conn, number, moment(-1), moment(1), f"Now {number}", description="=1+1")
    conn.close()
    async with serving(path) as found:
        yield found


async def rows(ds: Datasette, path: str) -> list[dict[str, Any]]:
    answer = await ds.client.get(path)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    return list(csv.DictReader(io.StringIO(answer.text)))


@pytest.mark.parametrize("name", ["programs", "guide", "airings", "contents", "channels", "on_now"])
async def test_the_link_of_a_page_gives_all_rows(ds: Datasette, name: str) -> None:
    page = (await ds.client.get(f"/epg/{name}")).text
    (address,) = re.findall(r'href="([^"]+\.csv[^"]*)">CSV<', page)
    found = await rows(ds, html.unescape(address))
    assert len(found) == MANY + 3 * (name == "channels")


async def test_filters_columns_and_order_are_kept(ds: Datasette) -> None:
    asked = "_stream=on&title__contains=Now+10&_col=title&_sort_desc=channel_id"
    found = await rows(ds, f"/epg/programs.csv?{asked}&_size=5&_next=50")
    numbers = [*range(1099, 999, -1), *range(109, 99, -1), 10]
    assert found == [{"title": f"Now {number}"} for number in numbers]
    page = (await ds.client.get("/epg/guide?title__contains=Now+109&_sort=title&_next=2")).text
    (address,) = re.findall(r'href="([^"]+\.csv[^"]*)">CSV<', page)
    assert len(await rows(ds, html.unescape(address))) == 11


async def test_parameters_of_a_query_and_of_sql(ds: Datasette) -> None:
    (row,) = await rows(ds, "/epg/on_now.csv?_stream=on&at=garbage")
    assert row["channel"].startswith("at 'garbage' is not a date")
    assert await rows(ds, f"{SQL}.csv?_stream=on&sql=select+:x+as+y&x=3") == [{"y": "3"}]
    found = await rows(ds, f"{SQL}.csv?_stream=on&sql={quote(ENDLESS + ' limit 30000')}")
    assert [int(row["x"]) for row in found] == list(range(1, 30_001))


async def test_cells_are_safe_and_the_file_has_a_name(ds: Datasette) -> None:
    address = "/epg/guide.csv?_stream=on&title=Now+10"
    (row,) = await rows(ds, address)
    assert (row["title"], row["description"], row["subtitle"]) == ("Now 10", "'=1+1", "")
    answer = await ds.client.get(address, headers={"Accept-Encoding": "gzip"})
    assert answer.headers["content-disposition"] == 'attachment; filename="guide.csv"'
    assert answer.headers["content-encoding"] == "gzip"
    head = await ds.client.head(address)
    assert (head.status_code, head.content) == (200, b"")
    (blob,) = await rows(ds, f"{SQL}.csv?_stream=on&sql={quote(BLOB)}")
    assert blob == {"b": "00ff"}


@pytest.mark.parametrize(
    ("path", "status", "says"),
    [
        ("/epg/nothing.csv?_stream=on", 404, "404 Table not found"),
        ("/epg/guide.csv?_stream=on&_where=x+y", 400, "400 near \"y\": syntax error"),
        (f"{SQL}.csv?_stream=on&sql=delete+from+contents", 400, "400 Statement must be a SELECT"),
        (f"{SQL}.csv?_stream=on&sql={quote('select zeroblob(999999999)')}", 400, "400 string or blob too big"),
        (f"{SQL}.csv?_stream=on&sql={quote('select * from (' + ENDLESS + ') order by -x')}", 400, "400 SQL"),
    ],
)  # fmt: skip
async def test_what_is_wrong_is_one_line(ds: Datasette, path: str, status: int, says: str) -> None:
    answer = await ds.client.get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "text/plain; charset=utf-8")
    assert answer.text.startswith(says) and answer.text.count("\n") == 1


async def test_who_may_not_read_gets_nothing(tmp_path: Path) -> None:
    make_guide(tmp_path / "epg.db").close()
    rule = {"databases": {"epg": {"tables": {"channels": {"allow": {"id": "someone"}}}}}}
    async with serving(tmp_path / "epg.db", metadata=rule) as ds:
        refused = await ds.client.get("/epg/channels.csv?_stream=on")
        assert refused.status_code == 403 and "one.example" not in refused.text
        actor = ds.sign({"a": {"id": "someone"}}, "actor")
        found = await ds.client.get("/epg/channels.csv?_stream=on", cookies={"ds_actor": actor})
        assert found.status_code == 200 and "one.example" in found.text


async def test_a_link_leaves_out_what_is_of_one_page() -> None:
    address = "/epg/guide.csv?_size=max&_labels=on&title__contains=a%26b&_sort=title&_next=5"
    assert link(address, True) == "/epg/guide.csv?title__contains=a%26b&_stream=on"
    assert link(address, False) == "/epg/guide.csv?title__contains=a%26b&_sort=title&_stream=on"
    assert link("/epg/on_now.csv?at=&_size=max", False) == "/epg/on_now.csv?at=&_stream=on"
