"""The benchmark of exports runs, on data of the size it claims."""

from __future__ import annotations

import json
from pathlib import Path

from benchmarks import export, export_data, export_server
from tests.helpers.support import HOUR, NOON, Guide, feed, show


def test_the_generated_guide_has_details_of_shows(tmp_path: Path) -> None:
    path = export_data.generated(3000, tmp_path, tmp_path / "guides")
    found = export_data.connect(str(path)).execute("SELECT details FROM programs").fetchall()
    texts = [row[0] for row in found]
    assert len(texts) == 3000
    assert 500 <= len(set(texts)) <= 1000
    assert all("episode-num" in json.loads(text) for text in texts)
    assert export_data.generated(3000, tmp_path, tmp_path / "guides") == path


def test_every_piece_of_work_reads_the_same_rows(guide: Guide) -> None:
    guide.load("p", feed(show("one", NOON + n * HOUR, NOON + (n + 1) * HOUR, f"T{n}") for n in range(7)))
    found = {name: export.timed(name, guide.path) for name in export.WORK}
    assert [each["count"] for each in found.values()] == [7, 7, 7, 7]
    assert all(1_000_000 < each["peak"] < export_server.BYTES for each in found.values())
    assert all(each["seconds"] > 0 for each in found.values())
    assert 1_000_000 < export.together("export", guide.path) < export_server.BYTES


def test_a_server_is_measured(guide: Guide) -> None:
    guide.load("p", feed([show("one", NOON, NOON + HOUR, "T")]))
    with export_server.serving(guide.path) as (port, pid):
        got = export_server.streamed(port, pid, "/xmltv.xml")
        assert export_server.repeated(port, pid, "/xmltv.xml.gz", first=1000)
        assert not export_server.repeated(port, pid, "/xmltv.xml.gz", first=1e-9)
    assert got["bytes"] > 100
    assert got["peak"] > 10_000_000
