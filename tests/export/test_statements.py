"""The statements of the export formats: their columns, and the index that they use."""

from __future__ import annotations

import pytest
from epg_ingest.export import ics, programme_element, rows

from tests.helpers.support import Guide

FORMATS = pytest.mark.parametrize(
    "module", [ics, programme_element, rows], ids=lambda module: module.__name__
)


@FORMATS
@pytest.mark.parametrize("provider", [None, "a"])
def test_a_statement_has_its_columns_and_searches_by_channel(
    guide: Guide, module: object, provider: str | None
) -> None:
    statement: str = module.STATEMENT  # type: ignore[attr-defined]
    values = {"channel": 1, "provider": provider, "earliest": "", "start": "", "stop": "9999"}
    found = guide.db.conn.execute(statement, values)
    assert tuple(column[0] for column in found.description) == module.COLUMNS  # type: ignore[attr-defined]
    plan = [row[3] for row in guide.db.conn.execute(f"EXPLAIN QUERY PLAN {statement}", values)]
    assert "airings_channel_time (channel_id=? AND start_time>? AND start_time<?)" in plan[0]
    assert "TEMP B-TREE" not in " ".join(plan)
