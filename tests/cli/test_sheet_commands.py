"""`channels export` and `channels import` as people and scripts use them: files, pipes, exit status, one-line errors."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.test_commands import (
    Epg,
    Site,
    _clean_folder,
    epg,
    error,
    feed,
    guide,
    rows,
    site,
    standard_input,
    uk,
)

__all__ = ["_clean_folder", "epg", "guide", "site", "uk"]  # fixtures

HEADER = "channel,display_name,number,icon_url,hidden,provider,provider_channel_id,ignored,shift_minutes"
GENERATION = "SELECT number FROM generation"


@pytest.fixture
def two(epg: Epg, site: Site, guide: None) -> None:
    """A second provider with a channel of its own."""
    site.pages["/b.xml"] = feed("Quiz", channel="c1", name="Kanal")
    epg("providers", "add", "b", f"{site.url}/b.xml", "--priority", 200)
    assert epg("import", "b")[0] == 0


def test_a_sheet_goes_out_and_comes_back(epg: Epg, two: None, tmp_path: Path) -> None:
    file = tmp_path / "channels.csv"
    assert epg("channels", "export", file) == (0, "", f"2 channels in {file}\n")
    text = file.read_bytes().decode("utf-8-sig")
    assert text.splitlines() == [
        HEADER,
        "c1,Kanal,,,no,,,,",
        "c1,,,,,b,c1,no,0",
        "one.uk,Channel One,,,no,,,,",
        "one.uk,,,,,uk,one.uk,no,0",
    ]
    before = rows(GENERATION)
    assert epg("channels", "import", file) == (0, "nothing to change\n", "")
    assert rows(GENERATION) == before
    assert rows("SELECT count(*) FROM write_log WHERE action LIKE 'channel%'") == [(0,)]

    changed = text.replace("c1,,,,,b,", "one.uk,,,,,b,").replace("c1,Kanal,,,no,,,,\r\n", "")
    file.write_text(changed.replace("Channel One,,", "Channel One,101,").replace(",", ";"), newline="")
    lines = "row 2: b:c1: c1 → one.uk\nrow 3: one.uk: number none → '101'\n"
    status, out, err = epg("channels", "import", file, "--dry-run")
    assert (status, out, err) == (0, f"{lines}would change 1 channel and 1 source\n", "")
    assert rows(GENERATION) == before
    status, out, err = epg("channels", "import", file)
    assert (status, out) == (0, f"{lines}changed 1 channel and 1 source: 1 programme moved\n")
    assert err == "nobody feeds these channels any more, so they are deleted: c1\n"
    assert rows("SELECT name, number, pinned FROM channels") == [("one.uk", "101", '["number"]')]
    assert rows("SELECT actor, action, subject FROM write_log ORDER BY id DESC LIMIT 1") == [
        ("cli", "channels.import", "sheet: channels 1, sources 1")
    ]
    assert rows(GENERATION) == [(before[0][0] + 1,)]
    assert epg("channels", "import", file) == (0, "nothing to change\n", "")


def test_through_pipes_and_as_json(epg: Epg, two: None, monkeypatch: pytest.MonkeyPatch) -> None:
    status, out, err = epg("channels", "export")
    assert (status, err) == (0, "") and epg("channels", "export", "-")[1] == out
    with standard_input(monkeypatch, out.encode().replace(b"One,,,no", b"One,5,,yes")):
        found = json.loads(epg("channels", "import", "-", "--dry-run", "--json")[1])
    assert found["dry_run"] is True
    assert found["plan"]["channels"] == [
        {
            "row": 4,
            "channel": "one.uk",
            "new": False,
            "columns": {"number": [None, "5"], "hidden": [False, True]},
        }
    ]
    assert rows("SELECT hidden FROM channels WHERE name = 'one.uk'") == [(0,)]
    with standard_input(monkeypatch, b"channel,provider,provider_channel_id\nnew.uk,b,c1\n"):
        found = json.loads(epg("channels", "import", "-", "--json", "--create")[1])
    assert (found["moved"], found["dropped"], found["needs_import"]) == (1, ["c1"], False)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"colour\n", f"row 1: unknown column 'colour'; known are: {HEADER.replace(',', ', ')}"),
        (
            b"channel,number\none.uk,1\nnone.uk,1\n",
            "row 3, channel: there is no channel 'none.uk'; did you mean one.uk? (or create it: --create)",
        ),
        (b"channel,hidden\none.uk,perhaps\n", "row 2, hidden: 'perhaps' is neither yes nor no"),
        (b"\x00", "line 1 has a NUL character, so this is no CSV; export the file again"),
    ],
)  # fmt: skip
def test_a_bad_sheet_is_one_line_and_changes_nothing(epg: Epg, two: None, data: bytes, said: str) -> None:
    Path("bad.csv").write_bytes(data)
    before = rows(GENERATION)
    assert epg("channels", "import", "bad.csv") == error(said)
    assert epg("channels", "import", "bad.csv", "--dry-run") == error(said)
    assert rows(GENERATION) == before


def test_files_that_cannot_be(epg: Epg, two: None) -> None:
    assert epg("channels", "import", "none.csv") == error("there is no file none.csv; check the path")
    assert epg("channels", "import", ".") == error(". is a folder; name a file in it")
    assert epg("channels", "export", ".") == error(". is a folder; name a file in it")
    assert epg("channels", "import")[0] == 2
    for name in ("epg.db", "epg.secrets", "./epg.db", "epg.db-wal"):
        assert epg("channels", "export", name) == error(
            f"{Path(name)} belongs to the guide; name another file"
        )
        assert epg("export", "csv", "--output", name)[0] == 2
    assert rows("SELECT count(*) FROM channels") == [(2,)]
