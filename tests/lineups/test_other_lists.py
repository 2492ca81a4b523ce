"""Lists that are no M3U, what is no list, and how the kind of a list is found."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from epg_ingest.core.errors import FeedError
from epg_ingest.lineups.entry import LineupEntry, SourceKind
from epg_ingest.lineups.reading import detect, list_reader, m3u, read

M3U = b"#EXTM3U\n#EXTINF:-1,One\nhttp://x/1\n"


def entries(document: Any, **options: Any) -> tuple[LineupEntry, ...]:
    return read(json.dumps(document).encode(), **options).entries


def test_hdhomerun() -> None:
    rows = [
        {"GuideNumber": "2.1", "GuideName": "WCCODT2", "HD": 1, "Favorite": 1, "URL": "http://hd/auto/v2.1"},
        {"GuideNumber": "11", "GuideName": "", "SignalStrength": 90, "URL": "http://hd/auto/v11"},
        {"Tags": "drm"},
    ]
    assert entries(rows) == (
        LineupEntry(1, "2.1", "WCCODT2", "2.1", address="http://hd/auto/v2.1"),
        LineupEntry(2, "11", "11", "11", address="http://hd/auto/v11"),
    )
    assert [(p.code, p.count) for p in read(json.dumps(rows).encode()).problems] == [("leftout", 1)]


def test_xtream() -> None:
    rows = [
        {
            "num": 7,
            "name": "UK: ITV2 ",
            "stream_type": "live",
            "stream_id": 42,
            "epg_channel_id": "ITV2.uk",
            "category_id": "3",
        },
        {"num": "8", "name": "Heart", "stream_type": "radio_streams", "stream_id": "43", "category_id": None},
        {"num": None, "name": None, "stream_id": 44, "epg_channel_id": None, "tv_archive_duration": "7"},
        {
            "name": "## NEWS ##",
            "stream_id": 45.0,
            "stream_type": "created_live",
            "stream_icon": "http://x/i.png",
        },
    ]
    one, two, three = entries(rows, groups={"3": "UK | Ents"})
    assert one == LineupEntry(1, "7", "UK: ITV2", "ITV2.uk", ("42",), "UK | Ents")
    assert (two.kind, two.source_id, two.group_name, two.number) == ("radio", "", "", "8")
    assert (three.kind, three.other_ids, three.icon_url) == ("separator", ("45",), "http://x/i.png")
    keyed = {str(at): row for at, row in enumerate(rows)}
    assert [e.name for e in entries(keyed, kind="xtream")] == ["UK: ITV2", "Heart", "## NEWS ##"]


def test_an_account_that_is_refused_says_so() -> None:
    body = json.dumps({"user_info": {"auth": 0}, "stream_id": 1}).encode()
    with pytest.raises(FeedError, match="account was refused") as error:
        read(body, "xtream")
    assert error.value.code == "refused"


def test_tvheadend() -> None:
    rows = [
        {
            "uuid": "0f" * 16,
            "name": "One HD",
            "number": 1,
            "enabled": True,
            "icon_public_url": "imagecache/7",
        },
        {"uuid": "1f" * 16, "name": "Two", "number": 2.5, "icon_public_url": "http://x/2.png"},
        {"uuid": "2f" * 16, "name": "Three", "number": 0},
        {"uuid": "3f" * 16, "name": "Off", "enabled": False},
    ]
    found = entries({"entries": rows, "total": 4})
    assert [(e.number, e.name, e.icon_url) for e in found] == [
        ("1", "One HD", ""),
        ("2.5", "Two", "http://x/2.png"),
        ("", "Three", ""),
    ]
    assert found[0].source_id == "0f" * 16
    m3u_form = f'#EXTM3U\n#EXTINF:-1 logo="http://x/7" tvg-id="{"0f" * 16}" tvg-chno="1",One HD\nhttp://x/stream?ticket=t\n'
    (one,) = read(m3u_form.encode(), "tvheadend").entries
    assert (one.number, one.source_id, one.icon_url) == ("1", "0f" * 16, "http://x/7")


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv(delimiter: str) -> None:
    rows = [["LCN", "Channel", "tvg-id", "Group", "URL", "shift_minutes", "note"]]
    rows += [
        ["1", "One HD", "one.uk", "News", "http://x/1", "-60", "?"],
        ["2", "", "two", "", "", "", ""],
        [],
    ]
    text = "\r\n".join(delimiter.join(row) for row in rows)
    found = read(b"\xef\xbb\xbf" + text.encode())
    assert found.entries == (
        LineupEntry(1, "1", "One HD", "one.uk", (), "News", shift_minutes=-60, address="http://x/1"),
    )
    assert (found.kind, [(p.code, p.count) for p in found.problems]) == ("csv", [("leftout", 1)])


def test_csv_with_quotes_and_kinds() -> None:
    text = 'name,kind,shift\n"News, and ""more""",tv,+1\nHeart,radio,\nFilm,movie,\n'
    assert [(e.name, e.kind, e.shift_minutes) for e in read(text.encode(), "csv").entries] == [
        ('News, and "more"', "tv", 60),
        ("Heart", "radio", 0),
        ("Film", "vod", 0),
    ]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["", "\n", "\r\n"])
def test_a_table_that_ends_within_quotes_is_cut_off(delimiter: str, end: str) -> None:
    whole = delimiter.join(["name", "id"]) + f"\nOne{delimiter}one\n" + f'"Two, ""x""\n y"{delimiter}"t"'
    assert [one.name for one in read(f"{whole}{end}".encode(), "csv").entries] == ["One", 'Two, "x"  y']
    for cut in (whole[:-1], whole[: whole.index("y")], whole[: whole.index('"Two') + 1]):
        with pytest.raises(FeedError, match="cut off") as error:
            read(f"{cut}{end}".encode(), "csv")
        assert error.value.code == "truncated"


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (M3U, "m3u"),
        (b"\xef\xbb\xbf\n  #EXTINF:-1,One\nhttp://x/1", "m3u"),
        (b'[{"GuideNumber":"1"}]', "hdhomerun"),
        (b' [{"stream_id":1}]', "xtream"),
        (b'{"entries":[{"uuid":"x"}]}', "tvheadend"),
        (b"number;name\n1;One", "csv"),
    ],
)
def test_kinds_are_found_by_the_first_bytes(body: bytes, kind: SourceKind) -> None:
    assert detect(body) == kind


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "empty"),
        (b" \r\n \x00", "empty"),
        (b"#EXTM3U\n", "empty"),
        (b'{"entries":[]}', "empty"),
        (b"name,number\n", "empty"),
        (b"<!DOCTYPE html><title>Sign in</title>", "html"),
        (b"\n<HTML><body>no", "html"),
        (b"<?xml version='1.0'?><html>", "html"),
        (b"<?xml version='1.0'?><tv><channel/></tv>", "notalist"),
        (b"\x1f\x8b\x08\x00\x00\x00\x01\x02\x03\x04\x05\x06", "binary"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "binary"),
        (b"#EXTM3U\n#EXT-X-TARGETDURATION:6\n#EXTINF:6,\n1.ts\n", "onestream"),
        (b'{"error":"wrong"}', "notalist"),
        (b'[{"stream_id":1,"name":"One"},{"stream_id":2,"na', "truncated"),
        (b'[{"stream_id":1,"name":"One"},]', "notwell"),
        (b"User not found", "notalist"),
    ],
)
def test_what_is_no_list_is_said_in_one_line(body: bytes, code: str) -> None:
    with pytest.raises(FeedError) as error:
        read(body)
    assert error.value.code == code
    assert "\n" not in error.value.message and error.value.message


def test_another_kind_than_asked_for_is_refused() -> None:
    with pytest.raises(FeedError, match="looks like m3u, not like xtream"):
        read(M3U, "xtream")


def test_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(m3u, "MOST_ENTRIES", 3)
    with pytest.raises(FeedError, match="more than 3 entries"):
        read(b"#EXTM3U\n" + b"#EXTINF:-1,One\nhttp://x/1\n" * 4)
    monkeypatch.setattr(list_reader, "MOST_BYTES", 1 << 20)
    with pytest.raises(FeedError, match="larger than 1 MB"):
        read(io.BytesIO(M3U + b"#" * (2 << 20)))


def test_a_stream_is_read_in_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(list_reader, "BLOCK", 37)
    text = "#EXTM3U\n" + "".join(f'#EXTINF:-1 tvg-id="{at}",Één {at}\nhttp://x/{at}\n' for at in range(50))
    found = read(io.BytesIO(text.encode()))
    assert [(e.position, e.source_id) for e in found.entries] == [(at + 1, str(at)) for at in range(50)]
    assert found == read(text.encode())


CONTROLS = "\x00\x01\x0b\x1f\x7f\x81\x9f\ufffe\uffff"


@pytest.mark.parametrize("control", CONTROLS)
@pytest.mark.parametrize(
    "attributes", ['tvg-id="o{0}ne" group-title="N{0}ews" tvg-logo="http://x/{0}1.png"', ""]
)
def test_texts_of_a_playlist_have_no_control_characters(control: str, attributes: str) -> None:
    lines = [
        f"#EXTINF:-1 {attributes.format(control)},O{control}ne",
        f'#EXTINF:-1 tvg-id="{control}",{control}',
    ]
    lines = [*["#EXTINF:-1 group-title='More',More"] * 90, *lines]
    body = "#EXTM3U\n" + "".join(f"{line}\nhttp://x/1\n" for line in lines)
    one, two = read(body.encode()).entries[-2:]
    said = ("one", "News", "http://x/1.png") if attributes else ("", "", "")
    assert (one.name, one.source_id, one.group_name, one.icon_url) == ("One", *said)
    assert (two.name, two.source_id) == ("92", "")


@pytest.mark.parametrize(("written", "code"), [("&#129;", ""), ("\x81", ""), ("\ufffe", ""), ("Ã\x89", "É")])
def test_a_block_that_ends_within_a_control_character(
    monkeypatch: pytest.MonkeyPatch, written: str, code: str
) -> None:
    body = f'#EXTM3U\n#EXTINF:-1 tvg-id="1",T{written}V One\nhttp://x/1\n'.encode()
    for size in range(20, 45):
        monkeypatch.setattr(list_reader, "BLOCK", size)
        assert [entry.name for entry in read(io.BytesIO(body)).entries] == [f"T{code}V One"], size


@pytest.mark.parametrize("control", [*CONTROLS, "\u2028"])
def test_texts_of_other_lists_have_no_control_characters(control: str) -> None:
    rows = [{"name": f"O{control}ne", "epg_channel_id": f"o{control}ne", "stream_id": f"4{control}2"}]
    (one,) = entries(rows)
    kept = " " if control == "\u2028" else ""
    assert (one.name, one.source_id, one.other_ids) == (f"O{kept}ne", f"o{kept}ne", (f"4{kept}2",))


def test_a_name_in_a_table_is_one_line() -> None:
    (one,) = read(b'name,id,number\n"One\r\n HD","o\tne",1\n').entries
    assert (one.name, one.source_id) == ("One  HD", "o ne")
