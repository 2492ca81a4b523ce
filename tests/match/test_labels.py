"""What ids and names say, and what proves nothing."""

from __future__ import annotations

import pytest
from epg_ingest.match.ids import ending_of, is_event, region_of, same_id_key, says_something, stem_of
from epg_ingest.match.label import label_of, letters_of, names_agree, proves_something


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("TF1.fr", "tf1.fr"),
        ("Ushuai\u0308a.fr", "Ushuaïa.fr"),
        ("BBC1\u200b.uk", "BBC1.uk"),
        (" BBC1.uk", "BBC1.uk"),
        ("ＢＢＣ1", "bbc1"),
    ],
)
def test_ids_that_are_the_same(one: str, other: str) -> None:
    assert same_id_key(one) == same_id_key(other)


@pytest.mark.parametrize(
    ("one", "other"), [("TF1.fr", "TF1.be"), ("BBC1", "BBC2"), ("1", "11"), ("E4.uk", "E4+1.uk")]
)
def test_ids_that_are_not_the_same(one: str, other: str) -> None:
    assert same_id_key(one) != same_id_key(other)


@pytest.mark.parametrize(
    ("channel_id", "region"),
    [
        ("BBC1.uk", "uk"),
        ("BBC1.GB", "uk"),
        ("BBCOne.uk@SD", "uk"),
        ("BBCOne@HD.uk", "uk"),
        ("KABC.us2", "us"),
        ("ABC.(WABC).us_locals1", "us"),
        ("News.en", "uk"),
        ("plex.tv", None),
        ("ITV.sd", None),
        ("plex.tv.ION.plex", None),
        ("bbc1", None),
        ("11", None),
        ("Sport@SD", None),
    ],
)
def test_the_country_of_an_id(channel_id: str, region: str | None) -> None:
    assert region_of(channel_id) == region


@pytest.mark.parametrize(
    "channel_id",
    ["11", "1.2", "", "  ", "11.uk", "ch11", "channel-7", "id 4", "x1", "PPV1", "ppv.2.uk", "Event 12", "-"],
)
def test_ids_that_say_nothing(channel_id: str) -> None:
    assert not says_something(channel_id)


@pytest.mark.parametrize(
    "channel_id", ["BBC1.uk", "bbc1", "3sat", "Channel5.uk", "I10759.labs.zap2it.com", "ТНТ", "tv2"]
)
def test_ids_that_say_something(channel_id: str) -> None:
    assert says_something(channel_id)


@pytest.mark.parametrize(
    ("channel_id", "stem"),
    [
        ("E4+1.uk", "e4+1"),
        ("BBC.One.HD.uk", "bbc one hd"),
        ("BBCOne.uk@SD", "bbcone"),
        ("plex.tv", "plex tv"),
    ],
)
def test_an_id_as_a_name(channel_id: str, stem: str) -> None:
    assert stem_of(channel_id) == stem


@pytest.mark.parametrize(
    ("channel_id", "ending"),
    [("plex.tv.ION.plex", "plex"), ("I1.zap2it.com", None), ("BBC1.uk", None), ("bbc1", None), ("a.1", None)],
)
def test_whose_id_it_is(channel_id: str, ending: str | None) -> None:
    assert ending_of(channel_id) == ending


def test_places_for_events() -> None:
    assert is_event("PPV 1") and is_event("event.12.uk") and is_event("PPV1")
    assert not is_event("Eventos.es") and not is_event("BBC1.uk")


@pytest.mark.parametrize(
    "name",
    [
        "",
        " ",
        "11",
        "7.1",
        "No Event",
        "PPV 1",
        "Event 12",
        "TBA",
        "Off Air",
        "N/A",
        "Channel",
        "---",
        "Unknown",
    ],
)
def test_names_that_prove_nothing(name: str) -> None:
    assert not proves_something(name)


@pytest.mark.parametrize(
    "name", ["BBC One", "Channel 4", "3sat", "Eventos", "ТНТ", "Test Match Special", "Das Erste"]
)
def test_names_that_prove_something(name: str) -> None:
    assert proves_something(name)


def test_letter_for_letter() -> None:
    assert letters_of("BBC\u00a0 One\u200b") == letters_of("BBC One")
    assert letters_of("BBC one") != letters_of("BBC One")


@pytest.mark.parametrize(
    ("one", "other", "agree"),
    [
        (("BBC One",), ("BBC ONE HD",), True),
        (("BBC One",), ("BBC 1",), True),
        (("Discovery",), ("Discovery Channel",), True),
        (("7 WABC", "WABC"), ("WABC",), True),
        ((), ("BBC One",), True),
        (("Canal 11",), ("ITV4 HD",), False),
        (("Sky Sport 1",), ("Sky Sport 2",), False),
        (("ITV1",), ("ITV1 +1",), False),
    ],
)
def test_names_of_channels_with_one_id(one: tuple[str, ...], other: tuple[str, ...], agree: bool) -> None:
    mine, theirs = label_of("x.uk", one), label_of("x.uk", other)
    assert names_agree(mine, theirs) is names_agree(theirs, mine) is agree


@pytest.mark.parametrize(
    ("channel_id", "name", "region", "hours"),
    [
        ("x", "UK: BBC One", "uk", 0),
        ("x", "CNN (US)", "us", 0),
        ("x", "|DE| ZDF", "de", 0),
        ("E4+1.uk", "E4", "uk", 1),
        ("x", "ITV + 1", None, 1),
        ("x", "Live: ITV", None, 0),
    ],
)
def test_country_and_delay_of_a_channel(channel_id: str, name: str, region: str | None, hours: int) -> None:
    label = label_of(channel_id, (name,))
    assert (label.region, label.hours) == (region, hours)
