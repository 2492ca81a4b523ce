"""The measurement of rules over stored programmes runs, also with a small feed, and changes what it counts."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import rules_stored


def test_it_prints_both_ratios(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    feed = rules_stored.generated(tmp_path, 300, 3)
    capsys.readouterr()
    assert rules_stored.main(["--feed", str(feed)]) == 0
    first, added, changed = capsys.readouterr().out.splitlines()
    assert first.startswith("first import of 300 programmes") and "bar 10%" in added
    assert "bar 0.2" in changed and not changed.startswith("a changed rule, 0 programmes")
