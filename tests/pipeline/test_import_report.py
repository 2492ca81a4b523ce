"""What an import says about a feed that it could read only in part, and what an export keeps of a channel's number."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

from epg_ingest.export.xmltv import write_xmltv

from tests.helpers.support import HOUR, NOON, Guide, feed, show

SHOWS = [show("one", NOON, NOON + HOUR, "News"), show("one", NOON + HOUR, NOON + 2 * HOUR, "Weather")]


def test_a_channel_declared_twice_is_reported_and_the_first_kept(guide: Guide) -> None:
    row = guide.load("p", feed(SHOWS, [("one", "One"), ("one", "Another"), ("one", "A third")]))
    assert guide.problems(row) == {"duplicateid": 2}
    assert guide.rows("SELECT display_name FROM channels") == [{"display_name": "One"}]


def test_an_undeclared_channel_is_reported_also_when_its_programmes_are_known(guide: Guide) -> None:
    first, again = guide.load("p", feed(SHOWS)), guide.load("p", feed(SHOWS) + b"\n")
    assert again["programs_unchanged"] == 2
    assert guide.problems(first) == guide.problems(again) == {"unknownid": 1}


def test_a_failed_import_keeps_its_problems(guide: Guide) -> None:
    epoch = b'<programme channel="one" start="1708232400"><title>News</title></programme>'
    nameless = b'<programme channel="one" start="20261122120000 +0000"><desc>What?</desc></programme>'
    row = guide.load("p", b"<tv>" + epoch * 3 + nameless + b"</tv>")
    assert (row["status"], row["error_code"], row["programs_skipped"], row["problems"]) == (
        "failed",
        "noprogrammes",
        4,
        4,
    )
    assert guide.problems(row) == {"badstart": 3, "emptytitle": 1}
    assert "3 times badstart" in row["error_message"] and "1708232400" in row["error_message"]
    assert guide.rows("SELECT number FROM generation") == [{"number": 1}]  # the provider that was added


def test_what_an_archive_holds_besides_is_reported(guide: Guide) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name in ("guide.xml", "more.xml", "readme.txt"):
            archive.writestr(name, feed(SHOWS, [("one", "One")]))
    row = guide.load("p", packed.getvalue())
    assert (row["status"], guide.problems(row)) == ("success", {"archive": 1})


def test_a_number_beside_the_names_survives_the_export(guide: Guide, tmp_path: Path) -> None:
    declared = b'<channel id="one"><display-name>One</display-name><display-name>7</display-name><lcn>36</lcn></channel>'
    body = feed([*SHOWS, show("two", NOON, NOON + HOUR, "Film")], [("two", "8"), ("two", "Two")])
    guide.load("p", body.replace(b"<tv>", b"<tv>" + declared))
    guide.db.execute("UPDATE channels SET number = NULL WHERE name = 'two'")
    guide.db.execute("UPDATE channels SET number = ? WHERE name = 'one'", ['4 "?>&'])
    out = io.BytesIO()
    write_xmltv(guide.db, out)
    (tmp_path / "copy").mkdir()
    copy = Guide(tmp_path / "copy")
    try:
        assert copy.load("p", out.getvalue())["status"] == "success"
        numbers = copy.db.execute("SELECT name, number FROM channels ORDER BY name").fetchall()
        assert numbers == [("one", "4"), ("two", None)]
    finally:
        copy.close()
