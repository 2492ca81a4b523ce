"""Channels as a sheet: exported and imported without a change, edited, refused, and as spreadsheets write it."""

from __future__ import annotations

import csv
import io
import json
import time
from typing import Any

import pytest
from epg_ingest.bulk.sheet import SheetResult, export_sheet, import_sheet, preview_sheet
from epg_ingest.bulk.sheet_file import COLUMNS, MAX_CELL, from_bytes, to_bytes
from epg_ingest.core.errors import UsageError
from epg_ingest.guide.channels import update_channel
from epg_ingest.guide.mappings import ignore_channel, map_channel
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.helpers.support import HOUR, NOON, Guide, feed, show

pytestmark = pytest.mark.slow

Cells = dict[str, str]


def shows(channel: str, count: int = 3, title: str = "t") -> list[str]:
    return [show(channel, NOON + n * HOUR, NOON + (n + 1) * HOUR, f"{title}{n}") for n in range(count)]


@pytest.fixture
def filled(guide: Guide) -> Guide:
    """Provider a: one.uk, two.uk, three.uk. Provider b: c1, c2."""
    guide.load(
        "a",
        feed(
            [*shows("one.uk"), *shows("two.uk", 4), *shows("three.uk", 5)],
            [("one.uk", "One"), ("two.uk", "Two"), ("three.uk", "Three")],
        ),
        priority=1,
    )
    guide.load(
        "b",
        feed([*shows("c1", 2, "b"), *shows("c2", 2, "b")], [("c1", "Uno"), ("c2", "Due")]),
        priority=2,
    )
    return guide


def sheet(guide: Guide) -> list[Cells]:
    """The exported sheet as a spreadsheet shows it."""
    return list(csv.DictReader(io.StringIO(export_sheet(guide.db)[0].decode("utf-8-sig"), newline="")))


def as_file(
    rows: list[Cells], delimiter: str = ",", encoding: str = "utf-8", quoting: Any = csv.QUOTE_MINIMAL
) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, list(rows[0]), delimiter=delimiter, quoting=quoting)
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode(encoding)


def take(guide: Guide, data: bytes | str, create: bool = False) -> SheetResult:
    body = data.encode() if isinstance(data, str) else data
    return import_sheet(guide.db, from_bytes(body), create=create, actor="cli", now=NOON)


def state(guide: Guide) -> list[Any]:
    tables = ("channels", "channel_mappings", "generation", "airings", "write_log")
    return [guide.rows(f"SELECT * FROM {table} ORDER BY id") for table in tables]


def edit(rows: list[Cells], key: str, **cells: str) -> None:
    """Change cells of the row of a channel, or of a source that is given as `provider:id`."""
    (row,) = (
        row
        for row in rows
        if key == (f"{row['provider']}:{row['provider_channel_id']}" if row["provider"] else row["channel"])
    )
    row |= cells


def mapping(guide: Guide, provider: str, pcid: str) -> tuple[Any, ...]:
    (row,) = guide.db.execute(
        "SELECT c.name, m.method FROM channel_mappings m JOIN providers v ON v.id = m.provider_id"
        " LEFT JOIN channels c ON c.id = m.channel_id WHERE v.name = ? AND m.provider_channel_id = ?",
        [provider, pcid],
    ).fetchall()
    return tuple(row)


def test_a_channel_has_a_row_and_so_has_each_source(filled: Guide) -> None:
    ignore_channel(filled.db, "b", "c2", now=NOON)
    update_channel(filled.db, "one.uk", {"number": "1", "icon_url": "http://x.example/1.png", "hidden": True})
    rows = [tuple(row.values()) for row in sheet(filled)]
    assert tuple(sheet(filled)[0]) == COLUMNS
    assert rows == [
        ("c1", "Uno", "", "", "no", "", "", "", ""),
        ("c1", "", "", "", "", "b", "c1", "no", "0"),
        ("one.uk", "One", "1", "http://x.example/1.png", "yes", "", "", "", ""),
        ("one.uk", "", "", "", "", "a", "one.uk", "no", "0"),
        ("three.uk", "Three", "", "", "no", "", "", "", ""),
        ("three.uk", "", "", "", "", "a", "three.uk", "no", "0"),
        ("two.uk", "Two", "", "", "no", "", "", "", ""),
        ("two.uk", "", "", "", "", "a", "two.uk", "no", "0"),
        ("", "", "", "", "", "b", "c2", "yes", "0"),
    ]


def test_a_source_without_mapping_is_in_the_sheet_and_can_be_mapped(guide: Guide) -> None:
    guide.load("a", feed(shows("one.uk"), [("one.uk", "One")]), channel_policy="mapped", force=True)
    rows = sheet(guide)
    assert [tuple(row.values()) for row in rows] == [("", "", "", "", "", "a", "one.uk", "no", "")]
    before = state(guide)
    take(guide, as_file(rows))
    assert state(guide) == before
    rows[0]["channel"] = "first"
    take(guide, as_file(rows), create=True)
    assert mapping(guide, "a", "one.uk") == ("first", "manual")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("quoting", [csv.QUOTE_MINIMAL, csv.QUOTE_ALL])
def test_what_was_exported_changes_nothing(
    filled: Guide, encoding: str, delimiter: str, quoting: int
) -> None:
    ignore_channel(filled.db, "b", "c2", now=NOON)
    map_channel(filled.db, "b", "c1", "one.uk", now=NOON)
    update_channel(filled.db, "two.uk", {"number": "2", "hidden": True})
    before = state(filled)
    done = take(filled, as_file(sheet(filled), delimiter, encoding, quoting))
    assert not done.plan
    assert take(filled, export_sheet(filled.db)[0]).plan.channels == ()
    assert state(filled) == before


def test_only_the_differences_are_made_and_pinned(filled: Guide) -> None:
    rows = sheet(filled)
    edit(rows, "one.uk", number="101", display_name="BBC One")
    edit(rows, "two.uk", hidden="yes")
    (generation,) = filled.db.execute("SELECT number FROM generation").fetchone()
    done = take(filled, as_file(rows))
    assert {found.channel: found.columns for found in done.plan.channels} == {
        "one.uk": {"number": (None, "101"), "display_name": ("One", "BBC One")},
        "two.uk": {"hidden": (False, True)},
    }
    found = filled.rows("SELECT name, display_name, number, hidden, pinned FROM channels ORDER BY id")
    assert [tuple(row.values()) for row in found[:2]] == [
        ("one.uk", "BBC One", "101", 0, '["display_name", "number"]'),
        ("two.uk", "Two", None, 1, "[]"),
    ]
    assert {row["pinned"] for row in found[2:]} == {"[]"}
    assert {row["method"] for row in filled.rows("SELECT method FROM channel_mappings")} == {"new"}
    assert filled.db.execute("SELECT number FROM generation").fetchone() == (generation + 1,)
    before = state(filled)
    take(filled, as_file(rows))
    assert state(filled) == before


def test_an_empty_cell_removes(filled: Guide) -> None:
    update_channel(filled.db, "one.uk", {"number": "1", "icon_url": "http://x.example/1.png", "hidden": True})
    rows = sheet(filled)
    edit(rows, "one.uk", number="", icon_url="", hidden="")
    take(filled, as_file(rows))
    assert filled.db.execute(
        "SELECT number, icon_url, hidden FROM channels WHERE name = 'one.uk'"
    ).fetchone() == (None, None, 0)


def test_sources_are_mapped_and_ignored_by_hand(filled: Guide) -> None:
    rows = sheet(filled)
    edit(rows, "b:c1", channel="one.uk")
    edit(rows, "b:c2", channel="", ignored="yes")
    done = take(filled, as_file(rows))
    assert (done.moved, done.removed, sorted(done.dropped)) == (2, 2, ["c1", "c2"])
    assert mapping(filled, "b", "c1") == ("one.uk", "manual")
    assert mapping(filled, "b", "c2") == (None, "manual")
    assert mapping(filled, "a", "one.uk") == ("one.uk", "new")
    left = sheet(filled)
    assert "c1" not in {row["channel"] for row in left}
    edit(left, "b:c2", ignored="no")
    take(filled, as_file(left))
    assert (
        filled.db.execute("SELECT 1 FROM channel_mappings WHERE provider_channel_id = 'c2'").fetchone()
        is None
    )


def test_two_channels_exchange_their_sources(filled: Guide) -> None:
    rows = sheet(filled)
    edit(rows, "b:c1", channel="one.uk")
    edit(rows, "a:one.uk", channel="c1")
    take(filled, as_file(rows))
    assert (mapping(filled, "b", "c1")[0], mapping(filled, "a", "one.uk")[0]) == ("one.uk", "c1")
    assert {title for channel, *_, title in filled.shown() if channel == "c1"} == {"t0", "t1", "t2"}
    assert {title for channel, *_, title in filled.shown() if channel == "one.uk"} == {"b0", "b1"}


def test_two_channels_exchange_sources_of_one_provider(filled: Guide) -> None:
    rows = sheet(filled)
    edit(rows, "a:two.uk", channel="three.uk")
    edit(rows, "a:three.uk", channel="two.uk")
    assert take(filled, as_file(rows)).needs_import
    body = feed(
        [*shows("one.uk"), *shows("two.uk", 4), *shows("three.uk", 5)],
        [("one.uk", "One"), ("two.uk", "Two"), ("three.uk", "Three")],
    )
    filled.load("a", body)
    count = {name: sum(channel == name for channel, *_ in filled.shown()) for name in ("two.uk", "three.uk")}
    assert count == {"two.uk": 5, "three.uk": 4}


def test_columns_and_rows_that_are_missing_stay(filled: Guide) -> None:
    update_channel(filled.db, "one.uk", {"icon_url": "http://x.example/1.png", "hidden": True})
    done = take(filled, "\ufeffnumber;Channel \r\n7;ONE.uk\r\n")
    assert [(found.channel, found.columns) for found in done.plan.channels] == [
        ("one.uk", {"number": (None, "7")})
    ]
    take(filled, "provider,provider_channel_id,ignored\nb,c2,yes\n")
    assert mapping(filled, "b", "c2") == (None, "manual")
    assert mapping(filled, "b", "c1") == ("c1", "new")


def test_a_row_with_a_source_may_be_about_its_channel_too(filled: Guide) -> None:
    done = take(filled, "channel,number,provider,provider_channel_id\none.uk,1,a,one.uk\none.uk,,b,c1\n")
    assert [found.columns for found in done.plan.channels] == [{"number": (None, "1")}]
    assert mapping(filled, "b", "c1") == ("one.uk", "manual")


def test_channels_are_created_only_if_allowed(filled: Guide) -> None:
    data = "channel,number,provider,provider_channel_id\nnew.uk,9,,\nnew.uk,,b,c1\nnew.uk,,b,not yet\n"
    with pytest.raises(UsageError, match=r"row 2, channel: there is no channel 'new.uk'.*--create"):
        take(filled, data)
    take(filled, data, create=True)
    assert mapping(filled, "b", "c1") == ("new.uk", "manual") == mapping(filled, "b", "not yet")
    assert filled.db.execute(
        "SELECT display_name, number FROM channels WHERE name = 'new.uk'"
    ).fetchone() == (
        "Uno",
        "9",
    )
    assert not take(filled, data).plan


@pytest.mark.parametrize(
    "name",
    [
        "=1+1",
        "＝1",
        "'＠x",
        "+1.uk",
        "-x",
        "@a",
        "'=x",
        "''@",
        "'plain",
        "a;b",
        'q"q',
        "a,b",
        "a:b c",
        "ü✓",
        "12",
    ],
)
def test_any_id_survives_a_spreadsheet(guide: Guide, name: str) -> None:
    guide.load("a", feed(shows(name), [(name, name)]))
    (cells, source) = sheet(guide)
    assert not source["provider_channel_id"].startswith(("=", "+", "-", "@"))
    before = state(guide)
    take(guide, as_file([cells, source], ";"))
    assert state(guide) == before
    edit([cells], cells["channel"], number="5")
    take(guide, as_file([cells, source]))
    assert guide.db.execute("SELECT name, display_name, number, pinned FROM channels").fetchall() == [
        (name, name, "5", '["number"]')
    ]


texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=12)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(*[texts.filter(str.strip)] * len(COLUMNS)), max_size=5), st.sampled_from(",;\t"))
def test_every_text_comes_back_from_the_file(rows: list[tuple[str, ...]], delimiter: str) -> None:
    data = to_bytes(rows)
    read = from_bytes(data)
    assert [tuple(row.cells.values()) for row in read] == rows
    again = [
        dict(zip(COLUMNS, row, strict=True))
        for row in csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""))
    ]
    saved = as_file(again[1:] or [dict.fromkeys(COLUMNS, "")], delimiter)
    assert [tuple(row.cells.values()) for row in from_bytes(saved)] == rows


def test_excel_says_its_separator_and_row_numbers_are_those_of_the_spreadsheet(filled: Guide) -> None:
    data = 'sep=;\r\n"channel";"number"\r\n\r\n"one.uk";"1"\r\n"nine.uk";"9"\r\n'
    with pytest.raises(UsageError, match=r"^row 5, channel: there is no channel 'nine.uk'"):
        take(filled, data)
    with pytest.raises(UsageError, match=r"^row 4, number"):
        take(filled, 'channel,display_name,number\none.uk,"One\n",1\n\none.uk,One,2\n')


HEAD = "channel,display_name,number,icon_url,hidden,provider,provider_channel_id,ignored,shift_minutes\n"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "the file is empty; its first row must name columns: channel, display_name"),
        (b"\n\n", "the file is empty"),
        (b"channel,colour\n", "row 1: unknown column 'colour'; known are: channel, display_name, number"),
        (b"channel,number,Number\n", "row 1: the column number is there twice"),
        (b"channel,,number\n", "row 1: unknown column ''"),
        (b"number\n5\n", "row 1: a column channel is missing"),
        (b"channel,provider\n", "row 1: provider needs both columns"),
        (b"provider_channel_id\n", "row 1: provider_channel_id needs both columns"),
        (b"channel,number\none.uk,1\x00\n", "line 2 has a NUL character"),
        (b"channel,number\none.uk,\xff\n", "line 2 is not UTF-8"),
        ("channel\n".encode("utf-16"), "the file is UTF-16"),
        (b'channel,number\none.uk,"1" 2\n', "row 2: .* check its quotation marks"),
        (b'channel,number\none.uk,"1\n', "row 2: .* check its quotation marks"),
        (b"channel,number\none.uk,1,2\n", "row 2 has more cells than the header"),
        (b"channel,number\n,1\n", "row 2, channel: empty"),
        (b"channel,number\nnone.uk,1\n", r"row 2, channel: there is no channel 'none.uk'; did you mean one.uk"),
        (b"channel,number\n1,1\n", "row 2, channel: there is no channel '1'"),
        (b"channel,number\none.uk,123456789012345678901\n", "row 2, number: number must have 1 to 20"),
        (b"channel,number\none.uk,1\none.uk,2\n", "row 3, number: row 2 says something else of the channel 'one.uk'"),
        (b"channel,number\none.uk,1\nONE.UK,\n", "row 3, number: row 2 says something else"),
        (b"channel,icon_url\none.uk,javascript:x\n", "row 2, icon_url: icon_url must be an http"),
        (b"channel,hidden\none.uk,maybe\n", "row 2, hidden: 'maybe' is neither yes nor no"),
        (b"channel,display_name\none.uk,\n", "row 2, display_name: empty; write a name"),
        (b"channel,display_name\none.uk,a\tb\n", "row 2, display_name: display_name must have"),
        (b"channel,display_name\none.uk," + b"x" * (MAX_CELL + 1), "row 2, display_name: longer than 10,000"),
        (b"channel,display_name\none.uk," + b"x" * 200_000, "row 2: field larger than field limit"),
        (b"channel,ignored\none.uk,yes\n", "row 2, ignored: of no source"),
        (b"channel,shift_minutes\none.uk,60\n", "row 2, shift_minutes: of no source"),
        (HEAD + ",,,,,c,c1,,\n", "row 2, provider: there is no provider 'c'"),
        (HEAD + ",,,,,,c1,,\n", "row 2, provider: there is no provider ''"),
        (HEAD + ",,,,,b,,,\n", "row 2, provider_channel_id: empty"),
        (HEAD + "one.uk,,,,,b,c9,,\n", "row 2, provider_channel_id: b has no channel 'c9'; correct the id"),
        (HEAD + "one.uk,,,,,b,c1,yes,\n", "row 2, ignored: yes, but the source has a channel"),
        (HEAD + "one.uk,,,,,b,c1,often,\n", "row 2, ignored: 'often' is neither yes nor no"),
        (HEAD + ",,,,,b,c1,,\n", "row 2, channel: empty, but the source feeds 'c1'"),
        (HEAD + ",X,,,,b,c1,yes,\n", "row 2, display_name: of no channel"),
        (HEAD + "one.uk,,,,,b,c1,,x\n", "row 2, shift_minutes: 'x' is no whole number"),
        (HEAD + "one.uk,,,,,b,c1,,99999\n", "row 2, shift_minutes: shift_minutes must be"),
        (HEAD + "c1,,,,,b,c1,,\none.uk,,,,,b,c1,,\n", "row 3, provider_channel_id: row 2 is of the same source"),
    ],
)  # fmt: skip
def test_a_bad_file_is_refused_whole_in_one_line(filled: Guide, data: bytes | str, said: str) -> None:
    before = state(filled)
    with pytest.raises(UsageError, match=f"^{said}") as refused:
        take(filled, data)
    assert "\n" not in refused.value.message
    good = HEAD + "two.uk,Zwei,2,,,,,,\n"
    if isinstance(data, str) and data.startswith(HEAD):
        with pytest.raises(UsageError):
            take(filled, good + data.removeprefix(HEAD))
    assert state(filled) == before


def test_a_file_that_is_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("epg_ingest.bulk.sheet_file.MAX_BYTES", 100)
    with pytest.raises(UsageError, match="larger than 100 bytes"):
        from_bytes(b"channel\n" + b"x" * 100)
    monkeypatch.setattr("epg_ingest.bulk.sheet_file.MAX_ROWS", 3)
    with pytest.raises(UsageError, match="more than 3 rows"):
        from_bytes(b"channel\na\nb\nc\n")


def test_every_import_is_recorded_once(filled: Guide) -> None:
    take(
        filled,
        HEAD + "one.uk,,1,,,,,,\none.uk,,,,,b,c1,,\n,,,,,b,c2,yes,\n".replace("one.uk,,1", "one.uk,One,1"),
    )
    (row,) = filled.rows("SELECT * FROM write_log")
    assert (row["actor"], row["action"], row["subject"]) == (
        "cli",
        "channels.import",
        "sheet: channels 1, sources 2",
    )
    assert json.loads(row["details"]) == {
        "channels": {"one.uk": {"number": "1"}},
        "sources": [
            {"provider": "b", "provider_channel_id": "c1", "map": "one.uk"},
            {"provider": "b", "provider_channel_id": "c2", "ignore": None},
        ],
    }


def test_a_preview_changes_nothing(filled: Guide) -> None:
    before = state(filled)
    rows = from_bytes(b"channel,number\none.uk,1\n")
    assert preview_sheet(filled.db, rows, create=False).channels[0].columns == {"number": (None, "1")}
    assert state(filled) == before


def test_500_channels_take_about_a_second(guide: Guide) -> None:
    names = [f"c{n}.uk" for n in range(500)]
    for provider in ("a", "b"):
        listed = [(f"{provider}{name}", f"{provider} {name}") for name in names]
        guide.load(provider, feed([text for name, _ in listed for text in shows(name, 20)], listed))
    rows = sheet(guide)
    for number, name in enumerate(names):
        edit_row = {
            "number": str(number),
            "display_name": f"Channel {number}",
            "hidden": "yes" if number % 5 == 0 else "no",
        }
        edit(rows, f"a{name}", **edit_row)
        edit(rows, f"b:b{name}", channel=f"a{name}")
    data = as_file(rows)
    before = time.process_time()
    done = take(guide, data)
    spent = time.process_time() - before
    assert (len(done.plan.channels), len(done.plan.sources), len(done.dropped)) == (500, 500, 500)
    # About a second; the bar leaves room for a busy machine.
    assert spent < 4


def test_a_shift_moves_the_programmes_at_once(filled: Guide) -> None:
    rows = sheet(filled)
    edit(rows, "a:one.uk", shift_minutes="60")
    done = take(filled, as_file(rows))
    assert [(found.action, found.shift_minutes) for found in done.plan.sources] == [(None, (0, 60))]
    assert mapping(filled, "a", "one.uk") == ("one.uk", "new")
    starts = [start for channel, start, *_ in filled.shown() if channel == "one.uk"]
    assert starts == [f"2026-11-22T{hour}:00:00Z" for hour in (13, 14, 15)]
    assert not take(filled, export_sheet(filled.db)[0]).plan
    edit(rows, "a:one.uk", shift_minutes="-60", channel="c1")
    edit(rows, "b:c2", channel="", ignored="yes", shift_minutes="5")
    take(filled, as_file(rows))
    assert next(start for channel, start, *_ in filled.shown() if channel == "c1") == "2026-11-22T11:00:00Z"
    shifts = filled.rows(
        "SELECT provider_channel_id, shift_minutes FROM channel_mappings WHERE shift_minutes <> 0"
    )
    assert {row["provider_channel_id"]: row["shift_minutes"] for row in shifts} == {"one.uk": -60, "c2": 5}


def test_an_id_in_another_spelling_is_the_same_source(filled: Guide) -> None:
    take(filled, "channel,provider,provider_channel_id\none.uk,b,C1\n")
    assert mapping(filled, "b", "c1") == ("one.uk", "manual")
    with pytest.raises(UsageError, match="row 3, provider_channel_id: row 2 is of the same source"):
        take(filled, "channel,provider,provider_channel_id\none.uk,b,C1\ntwo.uk,b,c1\n")
