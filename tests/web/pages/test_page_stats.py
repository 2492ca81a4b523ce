"""`/guide/stats`: plots and the numbers beside them."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from epg_web.base.sql import sql
from epg_web.pages import plots
from hypothesis import given
from hypothesis import strategies as st

from tests.helpers.datasette_helpers import add, make_guide, moment, serving
from tests.helpers.query_plans import scans


@pytest_asyncio.fixture
async def site(tmp_path: Path) -> AsyncIterator[tuple[Any, sqlite3.Connection]]:
    conn = make_guide(tmp_path / "epg.db")
    async with serving(tmp_path / "epg.db") as ds:
        yield ds, conn
    conn.close()


@pytest.mark.parametrize(
    ("spans", "expected"),
    [
        ([], [0, 0]),
        ([("2026-11-22T00:00:00Z", "2026-11-22T12:00:00Z")], [1, 1]),
        ([("2026-11-21T20:00:00Z", "2026-11-22T03:00:00Z")], [0.5, 0]),
        ([("2026-11-22T05:00:00Z", "2026-11-22T07:00:00Z")], [1 / 6, 1 / 6]),
        ([("2026-11-22T11:00:00Z", "2026-11-23T00:00:00Z")], [0, 1 / 6]),
    ],
)
def test_a_programme_counts_in_each_block_it_touches(
    spans: list[tuple[str, str]], expected: list[float]
) -> None:
    found = plots.covered([(7, *span) for span in spans], "2026-11-22T00:00:00Z", 2, [7])
    assert [block.share for block in found[7]] == pytest.approx(expected)


@given(st.floats(0, 1))
def test_shades_grow_with_the_share(share: float) -> None:
    step = plots.block(share).step
    assert 0 <= step <= 4
    assert (step == 0) == (share == 0)
    assert plots.block(min(1.0, share + 0.4)).step >= step


def test_bars_stack_to_the_tallest_day() -> None:
    rows = [
        {
            "provider": "a",
            "day": "2026-11-21",
            "imports": 1,
            "failed": 0,
            "added": 60,
            "updated": 30,
            "removed": 10,
        },
        {
            "provider": "a",
            "day": "2026-11-22",
            "imports": 2,
            "failed": 1,
            "added": 0,
            "updated": 50,
            "removed": 0,
        },
    ]
    (found,) = plots.bars(rows, ["2026-11-20", "2026-11-21", "2026-11-22"], 40)
    assert found["days"][0]["parts"] == []
    assert sum(part["height"] for part in found["days"][1]["parts"]) == pytest.approx(40)
    assert found["days"][2]["parts"] == [{"kind": "updated", "y": 20.0, "height": 20.0}]
    assert found["days"][2]["failed"] == 1


async def test_an_empty_guide_says_so(site: tuple[Any, sqlite3.Connection]) -> None:
    ds, conn = site
    conn.execute("DELETE FROM channels")
    found = await ds.client.get("/guide/stats")
    assert found.status_code == 200
    for text in ("There are no channels yet", "Nothing was imported", "No programme of the next 24 hours"):
        assert text in found.text


async def test_the_numbers_are_there(site: tuple[Any, sqlite3.Connection]) -> None:
    ds, conn = site
    for hour in range(-48, 8 * 24):
        add(conn, 1, moment(hour), moment(hour + 1), "Hour", category='["News & more", "<b>Talk</b>"]')
    add(conn, 3, moment(0), moment(1), "Hidden", category='["Secret"]')
    conn.execute(
        "INSERT INTO import_log (provider_id, started_at, completed_at, status, trigger, programs_imported)"
        " VALUES (1, ?, ?, 'success', 'cli', 1234), (1, ?, ?, 'failed', 'cli', 0)",
        [moment(-1), moment(-1), moment(-1), moment(-1)],
    )
    found = await ds.client.get("/guide/stats")
    assert found.status_code == 200
    assert "Channel One" in found.text
    assert "1,234" in found.text
    assert "epg-failed" in found.text
    assert "News &amp; more" in found.text
    assert "&lt;b&gt;Talk" in found.text
    assert "<b>Talk" not in found.text
    assert "Secret" not in found.text
    assert "Hidden" not in found.text
    shares = re.findall(r'aria-label="(\d+) per cent covered"', found.text)
    # The worst come first.
    assert shares[0] == "0" and int(shares[-1]) >= 85


async def test_channels_are_paged(site: tuple[Any, sqlite3.Connection]) -> None:
    ds, conn = site
    for number in range(100, 160):
        conn.execute(
            "INSERT INTO channels (id, name, display_name, created_at) VALUES (?, ?, ?, '2026')",
            (number, f"c{number}", f"C {number}"),
        )
    conn.execute("UPDATE generation SET number = number + 1")
    first = await ds.client.get("/guide/stats")
    assert 'rel="next"' in first.text and "C 159" not in first.text
    second = await ds.client.get("/guide/stats?page=2")
    assert "C 159" in second.text and "C 100" not in second.text


async def test_a_day_of_a_provider_leads_to_the_channels_that_lack_it(
    site: tuple[Any, sqlite3.Connection],
) -> None:
    ds, conn = site
    conn.executescript(
        """
        INSERT INTO channel_mappings (provider_id, provider_channel_id, channel_id, method, created_at)
        VALUES (1, 'one', 1, 'new', '2026-01-01T00:00:00Z'), (1, 'two', 2, 'new', '2026-01-01T00:00:00Z');
        UPDATE generation SET number = number + 1;
        """
    )
    add(conn, 1, "2031-05-01T10:00:00Z", "2031-05-01T11:00:00Z", "Far")
    found = await ds.client.get("/guide/stats?provider=1&day=2031-05-01")
    assert "1 channel without a programme then" in found.text
    assert "Channel Two" in found.text and "Channel One</a>" not in found.text
    assert "2 channels without" in (await ds.client.get("/guide/stats?provider=1&day=2031-05-02")).text
    heat = (await ds.client.get("/guide/stats")).text
    assert "provider=1&amp;day=" in heat and "0 of 2 channels" in heat


@pytest.mark.parametrize("wrong", ["page=x", "page=-1", "provider=" + "9" * 30, "day=soon"])
async def test_a_wrong_page_is_a_page_that_says_so(site: tuple[Any, sqlite3.Connection], wrong: str) -> None:
    found = await site[0].client.get(f"/guide/stats?{wrong}")
    assert found.status_code == 400
    assert 'role="alert"' in found.text


@pytest.mark.parametrize("name", ["page_stats_coverage", "page_stats_categories", "page_stats_imports"])
def test_no_statement_scans_programmes(tmp_path: Path, name: str) -> None:
    conn = make_guide(tmp_path / "epg.db")
    for hour in range(400):
        add(conn, 1 + hour % 3, moment(hour), moment(hour + 1), f"x {hour}", category='["A"]')
    conn.execute("ANALYZE")
    assert scans(conn, sql(name)) == []
    conn.close()
