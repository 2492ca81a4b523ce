"""Tables that people read in a terminal."""

from __future__ import annotations

import pytest
from epg_ingest.cli.app import print_table


@pytest.mark.parametrize("long", [61, 500, 10_000])
@pytest.mark.parametrize("column", [0, 1, 2])
def test_one_long_cell_does_not_widen_the_other_lines(
    capsys: pytest.CaptureFixture[str], long: int, column: int
) -> None:
    rows = [["bbc1.uk", "BBC One", "101"], ["a", "b", "c"], ["itv.uk", "ITV", "103"]]
    rows[1][column] = "x" * long
    print_table(("NAME", "DISPLAY NAME", "NUMBER"), rows)
    header, first, middle, last = capsys.readouterr().out.splitlines()
    assert max(map(len, (header, first, last))) <= 60 + 2 + 60 + 2 + 6
    assert "x" * long in middle and middle.split() == rows[1]
    assert header.index("NUMBER") == first.index("101") == last.index("103")


def test_columns_are_aligned(capsys: pytest.CaptureFixture[str]) -> None:
    print_table(("NAME", "COUNT"), [("one", 1), ("fourteen", 1234), (None, None)])
    assert capsys.readouterr().out == "NAME      COUNT\none           1\nfourteen   1234\n\n"
