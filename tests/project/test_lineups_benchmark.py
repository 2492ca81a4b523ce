"""The measurement of lists reads and matches what it says, also with few entries."""

from __future__ import annotations

import pytest
from epg_ingest.lineups.matching import match_entries
from epg_ingest.lineups.reading import read

from benchmarks import lineups


def test_it_prints_a_ratio_for_each_form_of_a_list(capsys: pytest.CaptureFixture[str]) -> None:
    few = ["--entries", "200", "--channels", "50", "--matched", "20", "--rounds", "1", "--no-import"]
    assert lineups.main(few) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.partition(":")[0] for line in lines] == [
        "M3U, one order of attributes",
        "M3U, a tenth of the entries in another form",
        "Xtream",
        "20 new entries, 50 channels",
    ]
    assert all("bar 3" in line for line in lines[:3])


def test_the_lists_have_the_entries_and_the_table_the_bytes() -> None:
    for _, body in lineups.lists(300):
        assert len(read(body).entries) == 300
        assert len(lineups.as_many_bytes(len(body))) == len(body)


def test_some_entries_are_matched_and_some_are_not() -> None:
    found = match_entries(lineups.new_entries(300), lineups.guide(300))
    assert {match.method for match in found} >= {"name", "none"}
    assert any(match.candidates for match in found if match.channel_id is None)
