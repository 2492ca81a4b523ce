"""Which titles are one series, and which programmes one episode."""

from __future__ import annotations

import json

import pytest
from epg_ingest.series.episode_ids import episode_id
from epg_ingest.series.episode_keys import REASONS, episode_key
from epg_ingest.series.episode_parts import keys_of_parts, may_name_a_part, part_of, whole, with_part
from epg_ingest.series.said import Said, claimed
from epg_ingest.series.series_keys import of_channel, series_key, without_channel

ONE_SERIES = {
    "show": [
        "Show", "SHOW", "Show (R)", "NEW: Show", "Show [HD]", "Show S2 E5", "Show S03", "Show, Season 3", "Show - 3. Staffel",
        "Show (12/24)", "Show (3)", "Show: Temporada 2 Episodio 3", "Show ᴺᴱᵂ", "Live: Show [AD,S]", "Shôw", "Show 2x11",
    ],
    "сваты": ["Сваты. 3 сезон", "Сваты"],
    "tom and jerry": ["Tom & Jerry", "Tom and Jerry!"],
    "greys anatomy": ["Grey's Anatomy", "Grey’s Anatomy"],
}  # fmt: skip
#: titles that stay as they are
NO_TAIL = {
    "Studio 54": "studio 54", "Top 10": "top 10", "24": "24", "Season 3": "season 3", "Class of 1999": "class of 1999",
    "MLB World Series 2024": "mlb world series 2024", "Hawaii Five-0 (2010)": "hawaii five 0 2010", "???": "???",
}  # fmt: skip


@pytest.mark.parametrize("key", ONE_SERIES)
def test_spellings_of_a_title_are_one_series(key: str) -> None:
    assert {series_key(Said(title)).key for title in ONE_SERIES[key]} == {key}


def test_what_belongs_to_a_title_stays() -> None:
    assert {title: series_key(Said(title)).key for title in NO_TAIL} == NO_TAIL


def test_a_film_has_its_year() -> None:
    film = Said("Dune", categories=("Movies", "Science Fiction"))
    assert series_key(film) == ("film:dune", "Dune", "film")
    assert series_key(film._replace(year=1984)).key == "film:dune:1984"
    assert series_key(film._replace(title="Dune (2021)")).key == "film:dune:2021"
    assert series_key(film._replace(title="Rocky 2", year=1979)).key == "film:rocky 2:1979"
    # A number of an episode, or a category of series beside it, say that it is none.
    assert series_key(film._replace(season=1, episode=2)).kind == "series"
    assert series_key(film._replace(categories=("Film", "Série"))).kind == "series"
    assert series_key(Said("Kino Magazin", categories=("Kinomagazin",))).kind == "series"


def test_a_key_of_a_channel() -> None:
    assert without_channel(of_channel("news", 5)) == "news" == without_channel("news")


#: what is said of a programme, the basis of its episode, and its key
EPISODES = [
    (Said("A", "Pilot", 1, 2, ids=(("dd_progid", "EP01234567.0003"),)), "id", "gracenote:EP01234567.0003"),
    (Said("A", "Pilot", 1, 2, ids=(("dd_progid", "EP012345670000"),)), "number", "s1e2"),
    (Said("A", "Pilot", 1, 2, ids=(("dd_progid", "SH012345670000"),)), "number", "s1e2"),
    (Said("A", "Pilot", 1, 2, ids=(("x.example", "season/abcd"),)), "number", "s1e2"),
    (Said("A", None, None, None, ids=(("x.example", "episode/abcd"),)), "id", "x.example:abcd"),
    (Said("A", "Pilot", 1, 2), "number", "s1e2"),
    (Said("A", "The  Pilot!"), "subtitle", "t: the pilot"),
    (Said("A", "Pilot", 2024, 2), "subtitle", "t: pilot"),
    (Said("A", "Pilot", 1, 2, part=2), "number", "s1e2#2"),
    (Said("A", "Pilot", 2024, 2, part=1), "subtitle", "t: pilot#1"),
    (
        Said("A", None, 1, 2, ids=(("dd_progid", "EP01234567.0003"),), part=2),
        "id",
        "gracenote:EP01234567.0003#2",
    ),
    (Said("A", categories=("Film",), year=1999, part=2), "year", "film#2"),
    (Said("A", None, None, 2, part=2), "counted", None),
    (Said("A", None, 2024, 2), "dated", None),
    (Said("A", None, None, 2), "counted", None),
    (Said("A", None, 1, None), "nothing", None),
    (Said("A", None, 1, 0), "counted", None),
    (Said("A thing", "a THING"), "nothing", None),
    (Said("A", "Episode 5"), "nothing", None),
    (Said("A", "Folge 12"), "nothing", None),
    (Said("A", "12.02."), "nothing", None),
    (Said("A", "Comedy", categories=("Comedy",)), "nothing", None),
    (Said("A", "To Be Announced"), "nothing", None),
    (Said("A", categories=("Film",), year=1999), "year", "film"),
    (Said("A", categories=("Film",)), "undated", None),
    (Said("Cinema", categories=("Cinema",), year=1999), "undated", None),
]


def test_an_episode_is_known_by_the_best_evidence_or_not_at_all() -> None:
    for said, basis, key in EPISODES:
        found = episode_key(said, series_key(said))
        assert (found.basis, found.key) == (basis, key), said
        assert found.basis in REASONS


#: system, text, and the part that they name
PARTS = [
    ("xmltv_ns", "0.1.0/2", 1), ("xmltv_ns", "0.1.1/2", 2), ("xmltv_ns", " 0 . 1/13 . 2 / 3 ", 3), ("XMLTV-NS", "0.1.1/2", 2),
    ("xmltv_ns", "0.1.1", 2), ("xmltv_ns", "..1/2", 2), ("xmltv_ns", "0.1.0/1", None), ("xmltv_ns", "0.1.1/1", None),
    ("xmltv_ns", "0.1.0", None), ("xmltv_ns", "0.1.", None), ("xmltv_ns", "0.1", None), ("xmltv_ns", "0.1./2", None),
    ("xmltv_ns", "0.1.x/2", None), ("xmltv_ns", "", None), ("dd_progid", "EP01234567.0012", None), ("x", "0.1.1/2", None),
    ("onscreen", "S1E2 Part 2", 2), ("", "S1E2 (Part 1 of 2)", 1), ("onscreen", "S1E2 Part 1/1", None),
    ("onscreen", "Staffel 1, Folge 2, Teil 3", 3), ("onscreen", "S1E2/24", None), ("onscreen", "S1E2 Department 3", None),
    ("xmltv_ns", "S1E2 pt. 2", 2), ("onscreen", "S1E2 Part 0", None),
]  # fmt: skip


def test_a_part_is_read_where_a_feed_says_it() -> None:
    for system, text, part in PARTS:
        assert part_of([(system, text)]) == part, (system, text)
        details = json.dumps({"episode-num": [{"text": text, "system": system}]}, separators=(",", ":"))
        assert part is None or may_name_a_part(details), text
    assert part_of([("onscreen", "S1E2"), ("xmltv_ns", "0.1.1/2"), ("onscreen", "S1E2 Part 2")]) == 2
    assert part_of([("xmltv_ns", "0.1.0/2"), ("xmltv_ns", "0.1.1/2")]) is None, "both parts are no part"
    assert not may_name_a_part('{"episode-num":[{"text":"0.1.","system":"xmltv_ns"}]}')


def test_keys_of_parts_are_next_to_one_another() -> None:
    first, behind = keys_of_parts("s1e2")
    assert first <= with_part("s1e2", 1) < with_part("s1e2", 12) < behind and not first <= "s1e21" < behind
    assert whole(with_part("s1e2", 3)) == "s1e2" == whole(with_part("s1e2", None))


def test_generic_ids_say_nothing() -> None:
    for text in ("EP012345670000", "SH012345670000", "MV012345670000", "0000", "12340000"):
        assert episode_id([("dd_progid", text)]) is None, text
    assert episode_id([("xmltv_ns", "1.2."), ("dd_progid", "EP01234567 0012")]) == "gracenote:EP01234567.0012"


def test_flags_that_contradict_each_other_claim_nothing() -> None:
    flags = [(new, premiere, shown) for new in (0, 1) for premiere in (0, 1) for shown in (0, 1)]
    assert [claimed(bool(a), bool(b), bool(c)) for a, b, c in flags] == [
        None, "shown", "premiere", None, "new", None, "new", None,
    ]  # fmt: skip
