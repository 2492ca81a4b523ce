"""A refresh reads a list into rows, keeps what people decided, and leaves the line-up as it was where the list is no good."""

from __future__ import annotations

import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
from typing import Any

import pytest
from epg_ingest.core.errors import NotFoundError
from epg_ingest.core.limits import Limits
from epg_ingest.lineup_store.entry_edits import add_entry, edit_entries
from epg_ingest.lineup_store.lineup_changes import key_of, remove_lineup, update_lineup
from epg_ingest.lineup_store.lineup_refresh import RefreshOptions, refresh
from epg_ingest.lineup_store.lineup_rows import find_lineup, refreshes_of
from epg_ingest.storage.lineup_secrets import LineupSecrets
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.helpers.paths import PYTHONPATH
from tests.helpers.support import DAY, NOON, Guide, feed, show
from tests.lineup_store.household import ACCOUNT, Household, Listed, entries, fill, playlist, stations


@pytest.fixture
def home(guide: Guide) -> Household:
    fill(guide)
    made = Household(guide, playlist(entries(6)))
    assert made.refresh().status == "success"
    return made


def everything(guide: Guide) -> list[Any]:
    """What a failed refresh must not touch, addresses included."""
    lineup = find_lineup(guide.db.conn, "home")
    streams = LineupSecrets(guide.vault).streams(lineup.id, lineup.address_set)
    number = guide.db.execute("SELECT number FROM generation").fetchone()
    return [lineup, guide.rows("SELECT * FROM lineup_channels"), sorted(streams.items()), number]


def test_a_list_becomes_rows_with_channels(home: Household) -> None:
    assert home.matches() == {name: ident for ident, name in stations(6)}
    first = home.rows()[0]
    assert (first.position, first.source_id, first.method, first.pinned) == (1, "Harbour.uk", "id", "[]")
    assert find_lineup(home.guide.db.conn, "home").source_kind == "m3u"
    (done,) = refreshes_of(home.guide.db.conn, 1)
    assert (done["status"], done["entries"], done["added"], done["matched"]) == ("success", 6, 6, 6)


def test_the_same_list_is_not_read_again(home: Household, monkeypatch: pytest.MonkeyPatch) -> None:
    before = everything(home.guide)
    monkeypatch.setattr("epg_ingest.lineup_store.lineup_refresh.read_list", None)
    assert home.refresh().status == "unchanged"
    assert everything(home.guide) == before
    with pytest.raises(TypeError):
        home.refresh(force=True)


def test_new_channels_of_the_guide_are_found_for_open_entries(home: Household) -> None:
    home.refresh(playlist([*entries(6), Listed("new.uk", "Brand New", f"{ACCOUNT}/1.ts")]))
    assert home.matches()["Brand New"] is None
    home.guide.load("de", feed([show("new.uk", NOON, NOON + 60, "x")], [("new.uk", "Brand New")]))
    assert home.refresh().status == "success"
    assert home.matches()["Brand New"] == "new.uk"


@pytest.mark.parametrize(
    ("listed", "code"),
    [
        pytest.param(b"<!DOCTYPE html><html><body>log in</body></html>", "html", id="html"),
        pytest.param(b"", "empty", id="empty"),
        pytest.param(playlist(entries(6)).rpartition(",")[0].encode(), "truncated", id="cut off"),
        pytest.param(playlist(entries(3)).encode(), "gate", id="lost half"),
        pytest.param(playlist(entries(1)).encode(), "gate", id="lost most"),
        pytest.param(playlist(Listed(f"x{n}", f"Other {n}", f"http://127.0.0.1/x{n}") for n in range(6)).encode(), "gate",
                     id="another list"),
        pytest.param(b"\x1f\x8b\x08\x00" + bytes(40), "", id="damaged gzip"),
        pytest.param(b"#EXTM3U\n#EXTINF:-1 radio=\"true\",One\nhttp://127.0.0.1/1\n", "empty", id="only radio"),
    ],
)  # fmt: skip
def test_a_list_that_is_no_good_changes_nothing(home: Household, listed: bytes, code: str) -> None:
    before = everything(home.guide)
    outcome = home.refresh(listed)
    assert outcome.failed and outcome.message and "\n" not in outcome.message
    assert code in ("", outcome.code)
    assert everything(home.guide) == before
    (logged,) = refreshes_of(home.guide.db.conn, 1)
    assert (logged["status"], logged["error_code"]) == ("failed", outcome.code)


def test_force_accepts_a_loss_and_a_new_address_does_too(home: Household) -> None:
    assert home.refresh(playlist(entries(2)), force=True).removed == 4
    other = home.guide.folder / "other.m3u"
    other.write_text(playlist([Listed("x", "Other", "http://127.0.0.1/x")]))
    update_lineup(home.guide.db, home.guide.vault, "home", {"url": str(other)}, now=NOON, local_files=True)
    assert (home.refresh().status, list(home.matches())) == ("success", ["Other"])


def test_what_a_person_set_stays_when_the_source_changes_it(home: Household) -> None:
    rows = home.rows()
    edits = [
        {"id": rows[0].id, "number": "77", "name": "Mine", "channel": "Meadow.uk", "shift_minutes": 60},
        {"id": rows[1].id, "channel": "none"},
        {"id": rows[2].id, "position": 1, "output_id": "own"},
    ]
    edit_entries(home.guide.db, "home", edits, now=NOON)
    changed = [one._replace(name=f"{one.name} FHD", number="5") for one in entries(6)]
    home.refresh(playlist(changed))
    after = {row.id: row for row in home.rows()}
    assert after[rows[0].id][1:4] == (2, "77", "Mine")
    assert (after[rows[0].id].method, after[rows[0].id].shift_minutes) == ("manual", 60)
    assert (after[rows[1].id].channel_id, after[rows[1].id].method) == (None, "manual")
    assert (after[rows[2].id].position, after[rows[2].id].output_id) == (1, "own")
    assert after[rows[3].id][2:4] == ("5", "Quarry FHD")
    assert [row.id for row in home.rows()] == [rows[n].id for n in (2, 0, 1, 3, 4, 5)]


def test_decisions_wait_for_an_entry_that_is_gone(home: Household) -> None:
    rows = home.rows()
    edit_entries(home.guide.db, "home", [{"id": rows[5].id, "channel": "Harbour.uk"}], now=NOON)
    assert home.refresh(playlist(entries(4))).removed == 2
    gone = [row for row in home.rows() if row.gone_at]
    assert [(row.id, row.name) for row in gone] == [(rows[5].id, "Bramble")]
    home.refresh(playlist(entries(6)), now=NOON + DAY)
    back = {row.name: row for row in home.rows()}
    assert (back["Bramble"].id, back["Bramble"].gone_at) == (rows[5].id, None)
    assert home.matches()["Bramble"] == "Harbour.uk"


def test_entries_added_by_hand_stay_where_they_are(home: Household) -> None:
    ident = add_entry(home.guide.db, "home", {"channel": "Meadow.uk", "number": "9", "position": 2}, now=NOON)
    home.refresh(playlist(reversed(entries(6))))
    assert [row.position for row in home.rows()] == list(range(1, 8))
    assert home.rows()[1][:4] == (ident, 2, "9", "Meadow")


def test_another_channel_under_an_old_address_is_matched_anew(guide: Guide) -> None:
    fill(guide)
    (one, two, *_), other = stations(6), "http://127.0.0.1/5.ts"
    rest = entries(6)[2:]
    home = Household(guide, playlist([*rest, Listed("", one[1], other)]))
    home.refresh()
    assert home.matches()[one[1]] == one[0]
    home.refresh(playlist([*rest, Listed("", two[1], other)]))
    assert home.matches()[two[1]] == two[0]


def test_a_line_up_that_is_removed_leaves_no_secret(home: Household) -> None:
    guide = home.guide
    key = key_of(guide.vault, find_lineup(guide.db.conn, "home"))
    assert key and key.encode() in guide.vault.path.read_bytes()
    assert remove_lineup(guide.db, guide.vault, "home") == 6
    assert key.encode() not in guide.vault.path.read_bytes()
    assert b"canary" not in guide.vault.path.read_bytes()
    with pytest.raises(NotFoundError):
        refresh(guide.db, guide.vault, "home", RefreshOptions(Limits()), now=NOON)


@pytest.mark.parametrize("point", ["secrets", "commit"])
def test_a_refresh_that_ends_between_the_files_changes_nothing(
    home: Household, monkeypatch: pytest.MonkeyPatch, point: str
) -> None:
    """The process dies just before the secrets are written, or when they are and the guide is not committed."""
    before = everything(home.guide)
    real = LineupSecrets.write_set

    def dying(self: LineupSecrets, *values: Any) -> None:
        if point == "commit":
            real(self, *values)
        raise KeyboardInterrupt

    monkeypatch.setattr(LineupSecrets, "write_set", dying)
    with pytest.raises(KeyboardInterrupt):
        home.refresh(
            playlist(
                [one._replace(name=f"{one.name} 2", address=f"{ACCOUNT}/9{one.number}") for one in entries(6)]
            )
        )
    assert everything(home.guide) == before
    monkeypatch.setattr(LineupSecrets, "write_set", real)
    assert home.refresh().status == "success"
    assert home.rows()[0].name == "Harbour 2"
    with sqlite3.connect(home.guide.vault.path) as conn:
        assert conn.execute("SELECT count(DISTINCT number) FROM lineup_streams").fetchone() == (1,)


KILLED = """
import os, signal, sys
from epg_ingest.cli.main import main
from epg_ingest.storage.lineup_secrets import LineupSecrets

real, sys.argv = getattr(LineupSecrets, sys.argv[1]), ["epg-ingest", "--db", sys.argv[2], "lineups", "refresh"]

def dying(self, *values):
    real(self, *values)
    os.kill(os.getpid(), signal.SIGKILL)

setattr(LineupSecrets, "write_set" if real.__name__ == "write_set" else "drop_others", dying)
main()
"""


@pytest.mark.parametrize(("point", "done"), [("write_set", False), ("drop_others", True)])
def test_a_killed_refresh_is_whole_or_nothing(home: Household, point: str, done: bool) -> None:
    before = everything(home.guide)
    home.file.write_text(
        playlist([one._replace(name=f"{one.name} 2", address=f"{one.address}?2") for one in entries(6)])
    )
    environ = {**os.environ, "PYTHONPATH": PYTHONPATH}
    command = [sys.executable, "-c", KILLED, point, str(home.guide.path)]
    assert (
        subprocess.run(command, env=environ, timeout=60, cwd=home.guide.folder).returncode == -signal.SIGKILL
    )
    assert (everything(home.guide) != before) is done
    assert home.refresh().status == ("unchanged" if done else "success")
    lineup = find_lineup(home.guide.db.conn, "home")
    streams = LineupSecrets(home.guide.vault).streams(lineup.id, lineup.address_set)
    assert [streams[row.id].address[-2:] for row in home.rows()] == ["?2"] * 6


@st.composite
def rewritten(draw: st.DrawFn) -> tuple[list[Listed], set[int]]:
    """The list of 8 stations with other names or other ids, other addresses and another order; and what a person decides."""
    listed = []
    for place, one in enumerate(entries(8, "http://127.0.0.2:7/live/other/account")):
        if draw(st.booleans()):
            one = one._replace(
                name=draw(st.sampled_from([f"UK: {one.name} FHD", f"Kanal {place}", one.name.upper()]))
            )
        elif draw(st.booleans()):
            one = one._replace(ident=draw(st.sampled_from(["", f"id-{place}", "wrong"])))
        listed.append(one._replace(number=draw(st.sampled_from(["", str(place + 50)]))))
    return draw(st.permutations(listed)), draw(st.sets(st.integers(0, 7)))


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Household:
    guide = Guide(tmp_path_factory.mktemp("home"))
    fill(guide, 10)
    return Household(guide, playlist(entries(8)))


@given(rewritten())
@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_rewritten_list_keeps_every_match_and_every_decision(
    shared: Household, case: tuple[list[Listed], set[int]]
) -> None:
    listed, decided = case
    guide = shared.guide
    guide.db.execute("DELETE FROM lineup_channels")
    assert shared.refresh(playlist(entries(8)), force=True).matched == 8
    rows = shared.rows()
    edits = [
        {"id": rows[place].id, "channel": "Saffron.uk", "number": f"9{place}"} for place in sorted(decided)
    ]
    edit_entries(guide.db, "home", edits, now=NOON)
    kept = {row.id: (row.channel_id, row.method, row.pinned) for row in shared.rows()}
    random.Random(0).shuffle(listed)
    assert shared.refresh(playlist(listed), now=NOON + DAY).status == "success"
    after = shared.rows()
    assert {row.id: (row.channel_id, row.method, row.pinned) for row in after} == kept
    assert [row.source_name for row in after] == [one.name for one in listed]
    assert {row.number for row in after if '"number"' in row.pinned} == {f"9{place}" for place in decided}


def test_candidates_are_kept_for_review(home: Household) -> None:
    home.refresh(playlist([*entries(6), Listed("", "Harbour Something", "http://127.0.0.1/1")]))
    row = home.rows()[-1]
    assert row.open and all(
        {"channel_id", "score", "reason"} == one.keys() for one in json.loads(row.candidates)
    )
