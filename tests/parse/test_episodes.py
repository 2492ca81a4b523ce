"""Season and episode numbers out of what real guides and other readers' tests contain."""

from __future__ import annotations

import pytest
from epg_ingest.parse.episodes import derive, from_onscreen, from_xmltv_ns
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1.2.3", (2, 3)),
        ("1 . 2 . 3", (2, 3)),
        ("1.2.", (2, 3)),
        ("0.4", (1, 5)),
        ("4.2", (5, 3)),
        ("1.13.0/1", (2, 14)),
        ("2/10.3/22.0/2", (3, 4)),
        (" 2 / 10 . 3 / 22 . 0 / 2 ", (3, 4)),
        ("0 . 12/13 . 0/3", (1, 13)),
        ("0.4.2/3", (1, 5)),
        ("0.1/3.", (1, 2)),
        ("0..", (1, None)),
        (".0.", (None, 1)),
        (".17/20.", (None, 18)),
        (".32/40.", (None, 33)),
        ("..0/2", (None, None)),
        ("/4.2.", (None, 3)),
        ("2/.3/.", (3, 4)),
        ("\n1\n.\n2\n.\n", (2, 3)),
        ("2023.364.", (2024, 365)),
        ("..", (None, None)),
        ("", (None, None)),
        ("123", (None, None)),
        ("1.2.3.4", (2, 3)),
        ("2.3.0/1 . extra", (3, 4)),
        ("0 . 4..0/2", (1, 5)),
        # blanks do not join digits
        ("1 2.3 4.", (None, None)),
        ("0 . 4 5 .", (1, None)),
        ("1\n2.3.", (None, 4)),
        ("0.4\t5.", (1, None)),
        # brackets, and totals that are odd
        ("[0].[4].", (1, 5)),
        ("0 . (4) .", (1, 5)),
        ("(0).( 4 / 8 ).", (1, 5)),
        ("0.4/5-6.", (1, 5)),
        ("0.4_5.", (1, 5)),
        ("0/1/2.4.", (1, 5)),
        # a part that cannot be read does not spoil the others
        ("1.x.", (2, None)),
        ("x.4.", (None, 5)),
        ("0.4.x", (1, 5)),
        ("0.4.1of2", (1, 5)),
        ("10/ . 1/ . /", (11, 2)),
        ("10/.1/./", (11, 2)),
        (" / . 1/8 . / ", (None, 2)),
        ("2/ . / . 0/1", (3, None)),
        ("?.4.", (None, 5)),
        # several episodes in one: the first
        ("0.4-5.", (1, 5)),
        ("0 . 4 - 5 / 10 . ", (1, 5)),
        ("1.4,5,6.", (2, 5)),
        ("1.4+5.0/2", (2, 5)),
        ("1.4–5.", (2, 5)),
        ("2-3.4.", (3, 5)),
        ("1.4 of 8.", (2, 5)),
        ("1.4 (of 8).", (2, 5)),
        ("1.4a.", (2, None)),
        ("1.4-.", (2, 5)),
        # a film
        (" . . ", (None, None)),
        (".", (None, None)),
        ("/./.", (None, None)),
        ("-1.8.0", (None, 9)),
        ("2025.-1.0", (2026, None)),
        ("-2.4.", (None, 5)),
        ("S01E02", (None, None)),
        ("١.٢.", (None, None)),
        ("9999999999.1.", (None, 2)),
        ("." * 5000, (None, None)),
    ],
)
def test_xmltv_ns(text: str, expected: tuple[int | None, int | None]) -> None:
    assert from_xmltv_ns(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("s01e02", (1, 2)),
        ("S13E7", (13, 7)),
        ("S02E05", (2, 5)),
        ("S2 E5/24", (2, 5)),
        ("S1/3 E2/10", (1, 2)),
        ("S 01 E 05", (1, 5)),
        ("S.01.E.05", (1, 5)),
        ("S01xE05", (1, 5)),
        ("S01, E05", (1, 5)),
        ("S01 Ep05", (1, 5)),
        ("s02e10", (2, 10)),
        ("S2024E365", (2024, 365)),
        ("S0E1", (0, 1)),
        ("S01E05-E06", (1, 5)),
        ("Folge 5 (S01E05)", (1, 5)),
        ("2x05", (2, 5)),
        ("S1", (1, None)),
        ("S1/4", (1, None)),
        ("E2", (None, 2)),
        ("E12", (None, 12)),
        ("E119", (None, 119)),
        ("EP07", (None, 7)),
        ("Ep. 7", (None, 7)),
        ("E3/24", (None, 3)),
        ("  E4\n", (None, 4)),
        # words
        ("Season 1 Episode 5", (1, 5)),
        ("Season 3 Episode 4 (of 8)", (3, 4)),
        ("season 3, episode 4", (3, 4)),
        ("Series 3: Episode 4 of 8", (3, 4)),
        ("Season 3 (of 5) - Ep. 4/8", (3, 4)),
        ("SEASON 03 EPISODE 004", (3, 4)),
        ("Staffel 2, Folge 24/13", (2, 24)),
        ("St. 2, Folge 24/13", (2, 24)),
        ("Saison 2 Épisode 5", (2, 5)),
        ("SAISON 2 ÉPISODE 5", (2, 5)),
        ("Temporada 2 Capítulo 5", (2, 5)),
        ("Crime, Season 2, Episode 5", (2, 5)),
        ("Episode 5", (None, 5)),
        ("Episode 4 (of 8)", (None, 4)),
        ("Folge 12", (None, 12)),
        ("E4 of 8", (None, 4)),
        # every language, colons and slashes, no blank
        ("Episode: 4", (None, 4)),
        ("Season: 3 Episode: 4", (3, 4)),
        ("T3:E4", (3, 4)),
        ("T3 Ep. 4", (3, 4)),
        ("T3", (None, None)),
        ("S3/E4", (3, 4)),
        ("S.3/Ep.4", (3, 4)),
        ("S3; E4", (3, 4)),
        ("S3Episode4", (3, 4)),
        ("Se3Ep4", (3, 4)),
        ("Season3Episode4", (3, 4)),
        ("Episode 4 (8)", (None, 4)),
        ("Episode 4of8", (None, 4)),
        ("Folge 4 von 8", (None, 4)),
        ("Series 3 - 4 of 8", (3, 4)),
        ("Series 3 (4 of 8)", (3, 4)),
        ("Season 3, 24/12", (None, None)),
        ("sezon 3, odc. 4", (3, 4)),
        ("Seizoen 3 Afl. 4", (3, 4)),
        ("Sæson 3 afsnit 4", (3, 4)),
        ("Säsong 3 avsnitt 4", (3, 4)),
        ("Kausi 3, jakso 4", (3, 4)),
        ("Сезон 3. Серия 4", (3, 4)),
        ("Κύκλος 3 Επεισόδιο 4", (3, 4)),
        ("시즌 3 4회", (3, 4)),
        ("シーズン3 第4話", (3, 4)),
        ("第3季第4集", (3, 4)),
        ("E\u0301pisode 4", (None, 4)),
        # the number before the word
        ("3. Staffel, Folge 4", (3, 4)),
        ("3. évad 4. rész", (3, 4)),
        ("3. Sezon 4. Bölüm", (3, 4)),
        ("4ª Temporada Ep 3", (4, 3)),
        ("3rd season, 4th episode", (3, 4)),
        ("3 sezonas 4 serija", (3, 4)),
        ("Saison 3, 4e épisode", (3, 4)),
        ("4. Folge", (None, 4)),
        ("3. Staffel", (3, None)),
        ("第4集", (None, 4)),
        ("3 series", (None, None)),
        ("8 episodes", (None, None)),
        ("Season 3, 8 episodes", (None, None)),
        # the episode first
        ("Folge 4, Staffel 3", (3, 4)),
        ("Episode 4 (Season 3)", (3, 4)),
        ("E4 S3", (3, 4)),
        ("Folge 12. 3. Staffel", (3, 12)),
        ("S2025DE4", (None, None)),
        ("Part 2 E1", (None, None)),
        ("S3 E4 (of 8)", (3, 4)),
        ("Season 3", (3, None)),
        ("Series 3 of 4", (3, None)),
        ("Off-season 3 episode 4", (3, 4)),
        ("Preseason 3 episode 4", (None, None)),
        ("Season finale", (None, None)),
        ("Episode five", (None, None)),
        ("5 (of 8)", (None, None)),
        ("12345", (None, None)),
        ("#FFEE", (None, None)),
        ("0.17.", (None, None)),
        ("Heroes 1 E 5", (None, None)),
        ("Movies 2 E1", (None, None)),
        ("S01E123456", (None, None)),
        ("1920x1080p", (None, None)),
        ("", (None, None)),
    ],
)
def test_onscreen(text: str, expected: tuple[int | None, int | None]) -> None:
    assert from_onscreen(text) == expected


@pytest.mark.parametrize(
    ("nums", "expected"),
    [
        ([], (None, None, None)),
        ([("xmltv_ns", "1.4.")], (2, 5, "S02E05")),
        ([("xmltv_ns", ".4.")], (None, 5, "E05")),
        ([("xmltv_ns", "1..")], (2, None, "S02")),
        ([("xmltv_ns", "..")], (None, None, None)),
        ([("onscreen", " S2 E5/24 ")], (2, 5, "S2 E5/24")),
        ([("onscreen", "Season 1 Episode 5")], (1, 5, "Season 1 Episode 5")),
        ([("", "E119")], (None, 119, "E119")),
        ([(" OnScreen ", "E119")], (None, 119, "E119")),
        ([("", "0.17.")], (None, None, "0.17.")),
        ([("SxxExx", "S01E02")], (1, 2, "S01E02")),
        ([("common", "S01E02")], (1, 2, "S01E02")),
        ([("SxxExx", "S01E02"), ("onscreen", "Part two")], (1, 2, "Part two")),
        # systems that disagree: xmltv_ns comes first, wherever it is
        ([("onscreen", "S09E09"), ("xmltv_ns", "1.4.")], (2, 5, "S09E09")),
        ([("xmltv_ns", "1.4."), ("SxxExx", "S09E09")], (2, 5, "S09E09")),
        # what it leaves open is filled by those that agree, and only by those
        ([("xmltv_ns", ".4."), ("onscreen", "S03E05")], (3, 5, "S03E05")),
        ([("xmltv_ns", ".4."), ("onscreen", "S03E06")], (None, 5, "S03E06")),
        ([("xmltv_ns", "junk"), ("onscreen", "S03E06")], (3, 6, "S03E06")),
        # what is no xmltv_ns at all may be one of the others
        ([("xmltv_ns", "S2.E3.")], (2, 3, "S02E03")),
        ([("xmltv_ns", "S02E03")], (2, 3, "S02E03")),
        ([("xmltv_ns", "Staffel 2, Folge 3")], (2, 3, "S02E03")),
        ([("xmltv_ns", "2.E3.")], (3, None, "S03")),
        ([("onscreen", "S3"), ("onscreen", "E6")], (3, 6, "S3")),
        # other spellings of the systems
        ([("xmltv-ns", "1.4.")], (2, 5, "S02E05")),
        ([("XMLTV_NS", "1.4.")], (2, 5, "S02E05")),
        ([(" xmltv ns ", "1.4.")], (2, 5, "S02E05")),
        ([("xmltvns", "1.4.")], (2, 5, "S02E05")),
        ([("on-screen", "S2E5")], (2, 5, "S2E5")),
        ([("On_Screen", "S2E5")], (2, 5, "S2E5")),
        ([("SXX-EXX", "S2E5")], (2, 5, "S2E5")),
        ([("xmltv_id", "1.4.")], (None, None, None)),
        # a film has none, and a text without a letter or digit is not for reading
        ([("xmltv_ns", " . . "), ("onscreen", " . . ")], (None, None, None)),
        ([("xmltv_ns", ".."), ("onscreen", "-")], (None, None, None)),
        ([("onscreen", ".."), ("SxxExx", "S01E02")], (1, 2, "S01E02")),
        ([("xmltv_ns", "10/ . 1/ . /"), ("onscreen", "Season 11 Episode 2")], (11, 2, "Season 11 Episode 2")),
        # what is too long is no number
        ([("xmltv_ns", "1." + " " * 500_000 + "2.")], (None, None, None)),
        ([("xmltv_ns", "1" * 500_000)], (None, None, None)),
        # empty ones are dropped, ids are no numbers and not for reading
        ([("onscreen", ""), ("xmltv_ns", " \n"), ("xmltv_ns", "0.0.")], (1, 1, "S01E01")),
        ([("dd_progid", "EP01006886.0028")], (None, None, None)),
        ([("dd_progid", "EP01006886.0028"), ("onscreen", "28")], (None, None, "28")),
        ([("thetvdb.com", "series/123"), ("original-air-date", "2020-01-01")], (None, None, None)),
    ],
)
def test_derive(nums: list[tuple[str, str]], expected: tuple[int | None, int | None, str | None]) -> None:
    assert derive(nums) == expected


numbers = st.none() | st.integers(1, 5000)
totals = st.none() | st.integers(1, 99)


@given(numbers, numbers, totals, st.sampled_from(["", " "]))
def test_what_is_written_is_read(
    season: int | None, episode: int | None, total: int | None, space: str
) -> None:
    tail = f"/{total}" if total else ""
    parts = ["" if n is None else f"{n - 1}{tail}" for n in (season, episode)]
    text = f"{space}.{space}".join([*parts, ""])
    assert from_xmltv_ns(text) == (season, episode)
    read = derive([("xmltv_ns", text)])
    assert read[:2] == (season, episode)
    assert from_onscreen(read[2] or "") == (season, episode)


junk = st.text(alphabet=st.characters(exclude_characters="."), max_size=8)


@given(st.integers(0, 5000), junk, st.booleans())
def test_junk_in_one_part_leaves_the_other(number: int, text: str, first: bool) -> None:
    parts = [f"{number}", text] if first else [text, f"{number}"]
    assert from_xmltv_ns(".".join(parts) + ".")[not first] == number + 1


@given(st.lists(st.tuples(st.sampled_from(["", "onscreen", "xmltv_ns", "SxxExx", "dd_progid"]), st.text())))
def test_no_text_raises(nums: list[tuple[str, str]]) -> None:
    season, episode, text = derive(nums)
    assert season is None or season >= 0
    assert episode is None or episode >= 0
    assert text is None or text.strip() == text != ""
