"""Staging tables: what counts as missing, and statements over several parts."""

from __future__ import annotations

import sqlite3

from epg_ingest.stage.columns import CONTENT, MISSING
from epg_ingest.stage.tables import Stage, add, over_parts


def test_what_stands_for_missing_is_null() -> None:
    with Stage(sqlite3.connect(":memory:", isolation_level=None)) as stage:
        add(stage.conn, "temp", [(1, "one", 0, 60, 0, 7, 0, 8)], [MISSING])
        stage.gather()
        cursor = stage.conn.execute("SELECT * FROM temp.element_contents")
        seq, *content = cursor.fetchone()
    assert seq == 1
    assert [column[0] for column in cursor.description] == ["seq", *CONTENT]
    assert content == [None if missing in ("", -1) else missing for missing in MISSING]


def test_a_select_is_repeated_for_each_part() -> None:
    statement = """
        INSERT INTO t
        -- for each part
        SELECT {place}, a FROM {part}.staged
        -- end of parts
        ORDER BY 1
    """
    expected = "INSERT INTO t SELECT 0, a FROM temp.staged UNION ALL SELECT 1, a FROM part1.staged ORDER BY 1"
    assert " ".join(over_parts(statement, ["temp", "part1"]).split()) == expected
