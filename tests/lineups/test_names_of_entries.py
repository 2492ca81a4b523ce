"""What stands around a name, how names are compared, and what ids say."""

from __future__ import annotations

import pytest
from epg_ingest.lineups.entry import LineupEntry
from epg_ingest.lineups.matched import GuideChannel
from epg_ingest.lineups.matching import ChannelIndex, home_of, match_entries
from epg_ingest.lineups.matching.clues import read_id
from epg_ingest.lineups.matching.likeness import abbreviates, likeness
from epg_ingest.lineups.matching.marks import unmarked
from epg_ingest.lineups.matching.spelling import spelled
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("text", "name", "region"),
    [
        ("UK: BBC One", "BBC One", "uk"),
        ("UK | BBC One", "BBC One", "uk"),
        ("UK :BBC One", "BBC One", "uk"),
        ("|FR| TF1", "TF1", "fr"),
        ("|.BE.| La Une", "La Une", "be"),
        ("[DE] ZDF", "ZDF", "de"),
        ("GER: ZDF", "ZDF", "de"),
        ("UK Pick", "Pick", "uk"),
        ("🇫🇷 TF1 ᴴᴰ", "TF1 HD", "fr"),
        ("VIP: One", "One", None),
        ("12. TF1", "TF1", None),
        ("12 - TF1", "TF1", None),
        ("24 Horas", "24 Horas", None),
        ("One (720p) [Not 24/7]", "One", None),
        ("One (SD) (SG)", "One", "sg"),
        ("One (AT)", "One", "at"),
        ("One (UK ONLY)", "One", "uk"),
        ("News (North America)", "News  North America", None),
        ("Ⓖ One", "One", None),
        ("[Geo-blocked]", "[Geo-blocked]", None),
        ("UK:", "UK:", None),
        ("M6", "M6", None),
    ],
)
def test_marks(text: str, name: str, region: str | None) -> None:
    found = unmarked(text)
    assert (found.name.strip(":"), found.region) == (name.strip(":"), region)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("BBC One HD", "bbc 1"),
        ("BBCScotlandHD", "BBC Scotland"),
        ("RTL9 H265", "RTL 9"),
        ("One 1080p", "One"),
        ("U&Dave", "U and Dave"),
        ("COMEDIE PLUS", "Comédie+"),
        ("MAtélé", "MaTele"),
        ("Nat Geo Wild", "NatGeoWild FHD"),
        ("ITV  +1", "ITV plus 1"),
    ],
)
def test_names_that_are_the_same(one: str, other: str) -> None:
    assert spelled(one).key == spelled(other).key
    assert spelled(one).hours == spelled(other).hours


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("a.tv", "ATV"),
        ("HD1", "One"),
        ("E4", "E4 Extra"),
        ("Sport 1", "Sport 2"),
        ("TF1 +1", "TF1"),
        ("4K", ""),
    ],
)
def test_names_that_differ(one: str, other: str) -> None:
    assert (spelled(one).key, spelled(one).hours) != (spelled(other).key, spelled(other).hours)


@pytest.mark.parametrize(
    ("text", "key", "region", "variant", "hours"),
    [
        ("BBCOne.uk@SouthWestHD", "bbc1", "uk", ("south", "west"), 0),
        ("BBCFour.uk@UKHD", "bbc4", "uk", (), 0),
        ("BBCNews.uk@NorthAmerica", "bbcnews", "uk", ("north", "america"), 0),
        ("TinyPop.uk@Plus1", "tinypop", "uk", (), 1),
        ("Channel4plus1.uk", "channel4", "uk", (), 1),
        ("S4C.HD.uk", "s4c", "uk", (), 0),
        ("[One](https://one.example)", "one", None, (), 0),
    ],
)
def test_what_an_id_says(
    text: str, key: str, region: str | None, variant: tuple[str, ...], hours: int
) -> None:
    said = read_id(text)
    assert key in {form.key for form in said.names}
    assert (said.region, said.variant, said.hours) == (region, variant, hours)


@pytest.mark.parametrize("text", ["", "12", "2.1", "0f" * 16, "ch11", "  "])
def test_ids_that_say_nothing(text: str) -> None:
    assert read_id(text).names == ()


@pytest.mark.parametrize(
    ("short", "words", "fits"),
    [
        ("yandl", ("yorkshire", "and", "lincolnshire"), True),
        ("rtejr", ("rte", "junior"), True),
        ("spmainev", ("sports", "main", "event"), True),
        ("ni", ("northern", "ireland"), True),
        ("scot", ("scotland",), True),
        ("ne", ("northern", "ireland"), False),
        ("west", ("south", "west"), False),
        ("", ("one",), False),
    ],
)
def test_abbreviations(short: str, words: tuple[str, ...], fits: bool) -> None:
    assert abbreviates(short, words) is fits


def test_likeness_orders_what_a_person_would() -> None:
    def like(one: str, other: str) -> float:
        return likeness(spelled(one), spelled(other), lambda word: 1.0)

    wanted = "BBC One Yorkshire & Lincolnshire"
    assert like(wanted, wanted) == 1
    assert like(wanted, "BBC One Y and L HD") > like(wanted, "BBC One Yorks") > like(wanted, "BBC Two") > 0
    assert like("Sky Sport 1", "Sky Sport") > like("Sky Sport 1", "Sky Sport 2")


names = st.text(st.sampled_from("ab1 2&+HDone.tv-É"), max_size=14)


@given(names, names)
def test_likeness_is_a_share_and_symmetric_in_what_is_equal(one: str, other: str) -> None:
    first, second = spelled(one), spelled(other)
    found = likeness(first, second, lambda word: 1.0)
    assert 0 <= found <= 1
    if first.words and second.words:
        assert (found == 1) == (first.key == second.key)


def guide(*channels: tuple[str, str]) -> ChannelIndex:
    return ChannelIndex(GuideChannel(at, (ident,), (name,)) for at, (ident, name) in enumerate(channels, 1))


def test_a_number_decides_only_with_a_name_that_is_almost_the_same() -> None:
    channels = [
        GuideChannel(1, ("a",), ("KARE Television",), ("11.1",)),
        GuideChannel(2, ("b",), ("Other",), ("2.1",)),
    ]
    kare, wrong = match_entries(
        [LineupEntry(1, "11.1", "KARE", "11.1"), LineupEntry(2, "2.1", "Something", "2.1")], channels
    )
    assert (kare.channel_id, kare.method) == (1, "number")
    assert wrong.channel_id is None and wrong.candidates[0].channel_id == 2


def test_an_id_that_is_a_number_needs_the_name() -> None:
    channels = guide(("7", "One"), ("8", "Two"))
    one, lie = match_entries([LineupEntry(1, "", "One", "7"), LineupEntry(2, "", "Two", "7")], channels)
    assert (one.channel_id, one.method) == (1, "id")
    assert lie.channel_id is None and [c.channel_id for c in lie.candidates] == [2, 1]


@pytest.mark.parametrize("made_up", ["p0", "x12", "c-7", "A5"])
def test_an_id_that_a_program_made_up_says_nothing(made_up: str) -> None:
    channels = guide(("1", "W9"), ("2", "M6"), ("3", "Harbour"))
    found = match_entries([LineupEntry(1, "", name, made_up) for name in ("Harbour", "M6")], channels)
    assert [one.channel_id for one in found] == [3, 2]
    assert [one.method for one in found] == ["name", "name"]


@pytest.mark.parametrize("lie", ["M6", "m6", "M-6", "M6.fr"])
def test_a_short_id_that_is_a_channel_contradicts_the_name(lie: str) -> None:
    (found,) = match_entries([LineupEntry(1, "", "W9", lie)], guide(("1", "W9"), ("M6.fr", "M6")))
    assert found.channel_id is None
    assert "channel" in found.reason and "several" not in found.reason
    assert 1 in {one.channel_id for one in found.candidates}


def test_many_channels_with_a_name_decide_nothing() -> None:
    channels = guide(*((f"Local{at}.us", "Local News") for at in range(9)))
    (match,) = match_entries([LineupEntry(1, "", "US: Local News")], channels)
    assert match.channel_id is None and match.candidates


def test_programmes_decide_between_twins() -> None:
    channels = [
        GuideChannel(1, ("One.uk",), ("One",), has_programmes=False),
        GuideChannel(2, ("One.HD.uk",), ("One HD",)),
    ]
    (match,) = match_entries([LineupEntry(1, "", "One", "One.uk@SD")], channels)
    assert match.channel_id == 2


def test_the_country_of_a_list() -> None:
    channels = guide(("One.uk", "One"), ("Two.uk", "Two"), ("Trois.fr", "Trois"))
    british = [LineupEntry(at, "", name) for at, name in enumerate(("UK: A", "B", "Two", "One"), 1)]
    assert home_of(british, channels) == "uk"
    assert home_of(british[:2], channels) == ""
    assert home_of([LineupEntry(1, "", "Trois"), *british[:1]], channels) == ""


def test_the_order_of_a_list_changes_nothing() -> None:
    channels = guide(("One.uk", "One"), ("Two.uk", "Two HD"), ("Three.uk", "Three"))
    entries = [
        LineupEntry(at, "", f"UK: {name}") for at, name in enumerate(("Three", "Two", "One", "Four"), 1)
    ]
    forward, backward = match_entries(entries, channels), match_entries(entries[::-1], channels)
    assert forward == backward[::-1]
