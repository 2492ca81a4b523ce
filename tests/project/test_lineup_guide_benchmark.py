"""The benchmark of line-ups' outputs runs, on a small guide, and compares what it says."""

from __future__ import annotations

import pytest

from benchmarks import lineup_guide


def test_it_runs_and_compares(capsys: pytest.CaptureFixture[str]) -> None:
    few = ["--channels", "40", "--each", "12", "--chosen", "10", "--entries", "60", "--rounds", "1"]
    assert lineup_guide.main(few) == 0
    said = capsys.readouterr().out
    assert "10 of 40 channels, 480 programmes" in said and "refresh in which nothing changed" in said
