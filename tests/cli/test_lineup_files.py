"""`epg-ingest lineups refresh NAME --file`: a list from a file or from standard input."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.test_commands import Epg, _clean_folder, epg, standard_input

__all__ = ["_clean_folder", "epg"]  # fixtures

LIST = '#EXTM3U\n#EXTINF:-1 tvg-id="a",Alpha\nhttp://127.0.0.1:9/1\n#EXTINF:-1 tvg-id="b",Beta\nhttp://127.0.0.1:9/2\n'


def test_a_list_is_read_from_a_file_or_from_standard_input(
    epg: Epg, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert epg("lineups", "add", "own")[0] == 0
    with standard_input(monkeypatch, LIST.encode()):
        said = epg("lineups", "refresh", "own", "--file", "-")
    assert said == (0, "own: success, 2 entries, 0 with a channel, 2 new\n", "")
    path = tmp_path / "list.m3u"
    path.write_text(LIST.replace("Beta", "Beta HD"))
    said = epg("lineups", "refresh", "own", "--file", path)
    assert said == (0, "own: success, 2 entries, 0 with a channel\n", "")
    path.write_text("<html>")
    status, _, message = epg("lineups", "refresh", "own", "--file", path)
    assert (status, message.startswith("Error: own: ")) == (1, True)
    for names in ((), ("own", "other")):
        assert epg("lineups", "refresh", *names, "--file", path) == (
            2,
            "",
            "Error: --file is for one line-up; name it\n",
        )
    assert epg("lineups", "refresh", "own", "--file", tmp_path / "none")[0] == 2
