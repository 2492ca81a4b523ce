"""What an import says about a feed that it could read only in part, and what an export keeps of a channel's number."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from epg_ingest.export.form import Form
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


DAY, END = "20261123", "</programme>"


def odd(
    hour: int, inside: str = "", start: str = "00 +0000", stop: str = "30 +0000", channel: str = "one"
) -> str:
    """A programme that begins at an hour and has something to report."""
    times = f'start="{DAY}{hour:02}{start}" stop="{DAY}{hour:02}{stop}"'
    return f'<programme {times} channel="{channel}"><title>Show {hour}</title>{inside}{END}'


ODD = {
    "another dialect": (odd(1, "<live/><foo>x</foo>"), {"notvalid": 2}),
    "a second date": (odd(1, "<date>1990</date><date>1991</date>"), {"notvalid": 1}),
    "text between elements": (odd(1, "stray"), {"notvalid": 1}),
    "a description too long": (odd(1, f"<desc>{'x' * 30_000}</desc>"), {"toolong": 1}),
    "an id too long": (odd(1, channel="c" * 1_200), {"toolong": 1, "unknownid": 1}),
    "a stop that is none": (odd(1, stop="later"), {"badstop": 1}),
    "a stop before the start": (odd(1).replace(f'stop="{DAY}', 'stop="20261122'), {"badstop": 1}),
    "a bare &": (odd(1, "<desc>A & B</desc>"), {"badentity": 1}),
    "no offset": (odd(1, start="00", stop="30"), {"missingtimezone": 1}),
    "no offset, three times": (
        "".join(odd(hour, start="00", stop="30") for hour in (1, 2, 3)),
        {"missingtimezone": 3},
    ),
    "the same content twice": (odd(1, "<foo/>") + odd(1, "<foo/>").replace(f"{DAY}01", f"{DAY}03"), {"notvalid": 2}),
    "no start": (odd(1).replace("start", "begin"), {"badstart": 1}),
    "the same start": (odd(1) + odd(1, "<desc>Two</desc>"), {"duplicate": 1}),
}  # fmt: skip


@pytest.mark.parametrize("kind", sorted(ODD))
def test_each_import_counts_the_same_problems(guide: Guide, kind: str) -> None:
    """What is known is not read again, but what is wrong with it is still wrong."""
    programmes, problems = ODD[kind]
    body = feed([*SHOWS], [("one", "One")]).replace(b"</tv>", programmes.encode() + b"</tv>")
    wanted = {code: count for code, count in problems.items() if code != "unknownid"}
    for number in range(3):
        found = guide.problems(guide.load("p", body + b"<!-- -->" * number))
        found.pop("unknownid", None)
        assert found == wanted
    stored = guide.rows("SELECT * FROM programs ORDER BY id")
    row = guide.load("p", body.replace(b"</tv>", odd(0).encode() + b"</tv>"))
    assert (row["programs_imported"], row["programs_updated"], row["programs_removed"]) == (1, 0, 0)
    assert guide.rows("SELECT * FROM programs ORDER BY id")[: len(stored)] == stored


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
    write_xmltv(guide.db, out, form=Form(round_trip=True))
    (tmp_path / "copy").mkdir()
    copy = Guide(tmp_path / "copy")
    try:
        assert copy.load("p", out.getvalue())["status"] == "success"
        numbers = copy.db.execute("SELECT name, number FROM channels ORDER BY name").fetchall()
        assert numbers == [("one", "4"), ("two", None)]
    finally:
        copy.close()
