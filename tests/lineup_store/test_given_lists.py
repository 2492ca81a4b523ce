"""A list that a person has as a file, what a line-up leaves out of a list, and entries that a person leaves out."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from epg_ingest.core.errors import UsageError
from epg_ingest.core.limits import Limits
from epg_ingest.export.lineup.output_entries import lineup_output
from epg_ingest.lineup_store.entry_edits import edit_entries
from epg_ingest.lineup_store.lineup_changes import add_lineup, update_lineup
from epg_ingest.lineup_store.lineup_refresh import RefreshOptions, refresh
from epg_ingest.lineup_store.lineup_rows import entries_of, find_lineup
from epg_ingest.lineup_store.refresh_log import RefreshOutcome

from tests.helpers.support import NOON, Guide
from tests.lineup_store.household import ACCOUNT, Household, Listed, entries, fill, playlist


@pytest.fixture
def home(guide: Guide) -> Household:
    fill(guide)
    made = Household(guide, playlist(entries(6)))
    assert made.refresh().status == "success"
    return made


def test_a_list_from_a_file_keeps_what_is_known(home: Household, tmp_path: Path) -> None:
    """It also gives a line-up without a source its kind; what is no list changes nothing."""
    add_lineup(home.guide.db, home.guide.vault, "own", None, now=NOON)
    edit_entries(home.guide.db, "home", [{"id": home.rows()[0].id, "channel": "Meadow.uk"}], now=NOON)

    def read(name: str, text: str) -> RefreshOutcome:
        path = tmp_path / "given.txt"
        path.write_text(text)
        options = RefreshOptions(Limits(), given=path)
        return refresh(home.guide.db, home.guide.vault, name, options, now=NOON)

    assert (read("own", playlist(entries(3))).status, read("own", "<html>").code) == ("success", "html")
    own = find_lineup(home.guide.db.conn, "own")
    assert read("own", "name,number\nHarbour,1\nMeadow,2\nLantern,3\n").status == "success"
    assert (own.source_kind, own.source_url, len(entries_of(home.guide.db.conn, own.id))) == ("m3u", None, 3)
    renamed = [one._replace(name=f"{one.name} FHD") for one in entries(6)]
    assert read("home", playlist(renamed)).matched == 6
    assert home.matches()["Harbour FHD"] == "Meadow.uk"
    assert ACCOUNT not in "".join(home.guide.db.conn.iterdump())


def test_groups_that_are_not_taken_are_told_without_secrets(home: Household) -> None:
    def more(count: int, group: str, kind: str = "vod") -> str:
        return "".join(
            f'#EXTINF:-1 tvg-type="{kind}" group-title="{group}",Film {n}\n{ACCOUNT}/{group[:1]}{n}.ts\n'
            for n in range(count)
        )

    listed = playlist(entries(6)) + more(3, "Films") + more(1, "Own of canarypass") + more(2, "Radio", "")
    home.refresh(listed + "#EXTINF:-1,##### UK #####\nhttp://127.0.0.1/x\n")
    assert told(home) == [("vod", "Films", 3), ("radio", "Radio", 2), ("vod", "Own of …", 1)]
    home.refresh(playlist(entries(6)) + "".join(more(1, f"Group {n:03}") for n in range(130)))
    found = told(home)
    assert (len(found), found[0], found[-1]) == (101, ("vod", "Group 000", 1), ("vod", None, 30))
    update_lineup(home.guide.db, home.guide.vault, "home", {"kinds": ["tv", "vod"]}, now=NOON)
    home.refresh()
    assert told(home) == []


def told(home: Household) -> list[tuple[str, str | None, int]]:
    ((text,),) = home.guide.db.execute("SELECT left_out FROM lineups").fetchall()
    return [(row["kind"], row["group"], row["entries"]) for row in json.loads(text)]


def test_a_hidden_entry_is_in_no_output_and_takes_no_id_with_it(home: Household) -> None:
    """Two entries have the same id, and the first of them is hidden."""
    listed = [*entries(6), Listed(entries(1)[0].ident, "Quite Other", f"{ACCOUNT}/7.ts")]
    home.refresh(playlist(listed))

    def idents() -> dict[str, str]:
        return {entry.name: entry.ident for entry in lineup_output(home.guide.db.conn, "home").entries}

    before = idents()
    edit_entries(home.guide.db, "home", [{"id": home.rows()[0].id, "hidden": True}], now=NOON)
    home.refresh(playlist(one._replace(number="9") for one in listed))
    assert idents() == {name: ident for name, ident in before.items() if name != "Harbour"}
    edit_entries(home.guide.db, "home", [{"id": home.rows()[0].id, "hidden": False}], now=NOON)
    assert idents() == before
    with pytest.raises(UsageError, match="hidden must be true or false"):
        edit_entries(home.guide.db, "home", [{"id": home.rows()[0].id, "hidden": 1}], now=NOON)
