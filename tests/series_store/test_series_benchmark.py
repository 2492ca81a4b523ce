"""The judgement of series runs, also with a small feed, and tells right from wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import series
from tests.helpers.support import HOUR, NOON, feed, show


def test_it_judges_by_the_ids_of_a_feed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def at(hours: int, number: str, ident: str) -> str:
        inner = f"<episode-num system='onscreen'>{number}</episode-num><episode-num system='dd_progid'>{ident}</episode-num>"
        return show("one.uk", NOON + hours * HOUR, NOON + (hours + 1) * HOUR, "Show", inner)

    shows = [
        at(0, "S1E1", "EP00000001.0001"), at(24, "S1E1", "EP00000001.0001"), at(48, "S1E2", "EP00000001.0002"),
        at(72, "S1E2", "EP00000001.0003"),
    ]  # fmt: skip
    path = tmp_path / "small.xml"
    path.write_bytes(feed(shows, [("one.uk", "One")]))
    assert series.main(["--feed", str(path), "--joined"]) == 0
    found = {line.split(" | ")[1]: line.split(" | ")[2:5] for line in capsys.readouterr().out.splitlines()}
    assert found["series: programmes with another id"][0] == "0 %"
    assert found["episodes by number: programmes with another id"] == ["25 %", "≤ 1 %", "**no**"]
    assert found["repeats that are none"][0] == "50 %" and found["repeats that are not found"][0] == "0 %"
    assert "size of series in the file" in found
