"""Which names mean the same channel, which never do, and the number of a channel."""

from __future__ import annotations

import time

import pytest
from epg_ingest.core.names import channel_number, normalise, shift_of
from hypothesis import example, given
from hypothesis import strategies as st

from tests.helpers.channel_names import likely_names

SAME = [
    ("BBC One", "bbc one"),
    ("BBC One HD", "BBC ONE"),
    ("BBC One (HD)", "BBC One"),
    ("[FHD] BBC One", "BBC One"),
    ("BBC One UHD HEVC", "BBC One"),
    ("BBC One 4K", "BBC One"),
    ("BBC One ᴴᴰ", "BBC One"),
    ("BBC-One", "BBC.One"),
    ("BBC  One\u200b", "BBC One"),
    ("BBC1", "BBC 1"),
    ("BBC1HD", "BBC 1"),
    ("Télé-Québec", "Tele Quebec"),
    ("Česká Televize", "CESKA TELEVIZE"),
    ("TVP Łódź", "TVP Lodz"),
    ("Kanal Ø", "KANAL O"),
    ("ΑΝΤ1 ΕΛΛΆΔΑ", "αντ1 ελλαδα"),
    ("A&E", "A & E"),
    ("A&E", "A and E"),
    ("Canal+", "Canal Plus"),
    ("Canal+ Sport", "CANAL+SPORT"),
    ("ＢＢＣ　Ｏｎｅ", "BBC One"),
    ("Sky™ News", "Sky News"),
    ("ITV +1", "ITV+1"),
    ("ITV + 1", "ITV Plus1"),
    ("ITV plus 1", "ITV plus one"),
    ("ITV +1 HD", "ITV HD +1"),
    ("ITV+1HD", "ITV (+1)"),
    ("ITV +1h", "ITV +1 hour"),
    ("YesterdayPlus1", "Yesterday+1"),
    ("РТС 1", "ртс1"),
]
DIFFERENT = [
    ("ITV", "ITV +1"),
    ("ITV +1", "ITV +2"),
    ("ITV", "ITV Plus1"),
    ("ITV 1", "ITV +1"),
    ("ITV1", "ITV"),
    ("Channel 4", "Channel 4+1"),
    ("Canal", "Canal+"),
    ("Canal+ 2", "Canal +2"),
    ("UK: BBC One", "BBC One"),
    ("UK | BBC One", "BBC One"),
    ("HD", "SD"),
    ("HD", "4K"),
    ("Sky HD Movies", "Sky Movies"),
    ("РТС 1", "РТС 2"),
    ("РТС 1", "PTC 1"),
    ("ハハ", "ババ"),
    ("й", "и"),
    ("ช่อง 3", "ชอง 3"),
    ("***", "---"),
    ("***", ""),
    ("Fox 11", "Fox 1"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_same_channel(one: str, other: str) -> None:
    assert normalise(one) == normalise(other)


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_never_the_same(one: str, other: str) -> None:
    assert normalise(one) != normalise(other)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("BBC One HD", "bbc one"),
        ("ITV2+1 HD", "itv 2 +1"),
        ("HD", "hd"),
        ("4K", "4k"),
        ("(HD)", "hd"),
        ("UHD 4K", "uhd 4k"),
        ("HD +1", "hd +1"),
        ("+1", "+1"),
        ("***", "***"),
        ("™", "™"),
        ("РТС 1", "ртс 1"),
        ("", ""),
        ("UK: BBC One", "uk bbc one"),
        ("Canal+ 2", "canal+ 2"),
    ],
)
def test_normalise(name: str, expected: str) -> None:
    assert normalise(name) == expected


@pytest.mark.parametrize(
    ("name", "hours"),
    [
        ("ITV", 0),
        ("ITV +1", 1),
        ("ITV+1", 1),
        ("ITV + 2", 2),
        ("ITV (+1)", 1),
        ("ITV Plus1", 1),
        ("ITV plus 1", 1),
        ("ITV plus one", 1),
        ("+12", 12),
        ("TVP +24", 0),
        ("Film +0", 0),
        ("Canal+ 2", 0),
        ("Canal+", 0),
        ("F1+", 0),
        ("TVP +13", 0),
        ("Surplus", 0),
    ],
)
def test_shift(name: str, hours: int) -> None:
    assert shift_of(name) == hours


@given(likely_names | st.text())
@example("foo plus plus 1x")
@example("fooplus1a")
@example("plus4k")
@example("hdPlus1+1")
@example("aplus +1 1")
@example("foo plus -1")
@example("(HD)+1")
def test_a_second_pass_changes_nothing(name: str) -> None:
    once = normalise(name)
    assert normalise(once) == once
    assert shift_of(once) == shift_of(name)
    assert once or not name.strip()


@pytest.mark.parametrize(
    "name", ["a" + "plus" * 50_000 + " 1" * 50_000, "+" * 300_000, " " * 300_000, "+1" * 150_000]
)
def test_long_names_take_no_time(name: str) -> None:
    started = time.process_time()
    normalise(name)
    assert time.process_time() - started < 5


@pytest.mark.parametrize(
    ("names", "lcn", "expected"),
    [
        (["BBC One"], None, None),
        (["BBC One"], "101", "101"),
        (["BBC One", "7"], " 101 ", "101"),
        (["BBC One", "7"], "", "7"),
        (["BBC One", "7-1"], None, "7.1"),
        (["BBC One", "7.1"], None, "7.1"),
        (["BBC One"], "7-1", "7.1"),
        (["BBC One", " 007 "], None, "007"),
        (["BBC One", "7-1-2", "123456", "٧"], None, None),
        (["7 BBC One"], None, None),
        (["BBC One", "7"], "A7", "A7"),
        (["BBC One"], "A7", "A7"),
        ([], "  ", None),
    ],
)
def test_channel_number(names: list[str], lcn: str | None, expected: str | None) -> None:
    assert channel_number(names, lcn) == expected
