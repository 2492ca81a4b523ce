"""Which names are the same channel, which are never, and what is only suggested."""

from __future__ import annotations

import time
from dataclasses import FrozenInstanceError

import pytest
from epg_ingest.core.names import THRESHOLD, Candidate, channel_number, normalise, shift_of, suggest
from hypothesis import example, given
from hypothesis import strategies as st

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


pieces = st.sampled_from(
    [
        "hd",
        "HD",
        "4k",
        "4",
        "k",
        "uhd",
        "(hd)",
        "+",
        "+1",
        "1",
        "2",
        "plus",
        "Plus1",
        "one",
        "h",
        "a",
        "&",
        "é",
    ]
)
likely = st.lists(st.tuples(pieces, st.sampled_from(["", " ", "-", "(", ")"]))).map(
    lambda found: "".join(text + gap for text, gap in found)
)


@given(likely | st.text())
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
    started = time.perf_counter()
    normalise(name)
    assert time.perf_counter() - started < 5


CHANNELS: list[tuple[int, str, list[str]]] = [
    (1, "BBC1.gb", ["BBC One", "BBC 1"]),
    (2, "bbc2.uk", ["BBC Two"]),
    (3, "itv.uk", ["ITV"]),
    (4, "itvplus1.uk", ["ITV +1"]),
    (5, "cnn.us", ["CNN International"]),
    (6, "nameless.fr", []),
]


def test_id_up_to_the_suffix() -> None:
    assert suggest(["First"], "bbc1.uk", CHANNELS) == [
        Candidate(1, 0.95, "id 'bbc1.uk' equals 'BBC1.gb' up to the suffix")
    ]
    assert [c.channel_id for c in suggest([], "Nameless.ca@SD", CHANNELS)] == [6]


def test_resembling_name() -> None:
    best = suggest(["BBC One London"], "x1", CHANNELS)[0]
    assert best.channel_id == 1
    assert THRESHOLD <= best.score < 1
    assert best.reason == f"display name 'BBC One London' resembles 'BBC One' ({best.score:.2f})"


def test_equal_name_comes_first() -> None:
    best = suggest(["bbc one HD"], "x1", CHANNELS)[0]
    assert best == Candidate(
        1, 1.0, "display name 'bbc one HD' equals 'BBC One' up to case, accents and quality"
    )


def test_another_number_is_not_suggested() -> None:
    assert [c.channel_id for c in suggest(["BBC One"], "x1", CHANNELS)] == [1]


@pytest.mark.parametrize(
    ("names", "own_id", "expected"),
    [
        (["ITV +1"], "x", 4),
        (["ITV plus 1 HD"], "x", 4),
        (["ITV"], "x", 3),
        (["ITV"], "ITVPlus1.uk", 4),
        ([], "itvplus1.ie", 4),
        ([], "itv.ie", 3),
    ],
)
def test_another_shift_is_never_offered(names: list[str], own_id: str, expected: int) -> None:
    assert [c.channel_id for c in suggest(names, own_id, CHANNELS)] == [expected]


def test_nothing_resembles() -> None:
    assert suggest(["Deutsche Welle"], "dw.de", CHANNELS) == []
    assert suggest([], "", CHANNELS) == []
    assert suggest([], "1.uk", [(1, "1.fr", [])]) == []
    assert suggest(["BBC One"], "bbc1.uk", []) == []


def test_sorted_limited_and_one_per_channel() -> None:
    channels = [
        (n, f"c{n}", [f"Sky Sports {word}", f"Sky Sport {word}"]) for n, word in enumerate("abcdefgh")
    ]
    found = suggest(["Sky Sports", "Sky Sport c"], "x", channels, limit=4)
    assert len(found) == 4
    assert [c.score for c in found] == sorted((c.score for c in found), reverse=True)
    assert len({c.channel_id for c in found}) == 4
    assert found[0].channel_id == 2


def test_long_names_are_cut_in_the_reason() -> None:
    (found,) = suggest(["x" * 5000], "y", [(1, "z", ["x" * 5000 + "\n"])])
    assert len(found.reason) < 300
    assert "\n" not in found.reason


def test_candidates_are_values() -> None:
    with pytest.raises(FrozenInstanceError):
        Candidate(1, 1.0, "").score = 0.5  # type: ignore[misc]


def test_ten_thousand_channels_cost_ten_times_a_thousand() -> None:
    kinds = ("News", "Sport", "Movies", "Kids", "Music")
    channels = [(n, f"c{n}.uk", [f"{kinds[n % 5]} {n} TV", f"Channel {n}"]) for n in range(10_000)]
    seconds = {1_000: 9.0, 10_000: 9.0}
    for _ in range(3):
        for count in seconds:
            started = time.process_time()
            found = suggest(["Movies 322 TV HD"], "m322.ca", channels[:count])
            seconds[count] = min(seconds[count], time.process_time() - started)
            assert found[0].channel_id == 322
    assert seconds[10_000] < 30 * seconds[1_000]


@given(st.lists(likely, max_size=3), st.text(max_size=20), st.lists(likely, max_size=5))
def test_whatever_is_offered_keeps_the_rules(names: list[str], own_id: str, others: list[str]) -> None:
    found = suggest(names, own_id, [(n, f"c{n}", [text]) for n, text in enumerate(others)])
    for candidate in found:
        assert THRESHOLD <= candidate.score <= 1
        assert shift_of(others[candidate.channel_id]) == max(map(shift_of, [own_id, *names]))


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


def test_equal_numbers_do_not_make_channels_alike() -> None:
    """Feeds give the number on the remote control as one more display name."""
    others = [(1, "lantern.example", ["Lantern News 24", "16"]), (2, "ten", ["10"])]
    assert suggest(["Harbour Films", "16"], "harbour.example", others) == []
    assert suggest(["Harbour Films", "24"], "harbour.example", others) == []
    assert [found.channel_id for found in suggest(["10"], "x10", others)] == [2]
