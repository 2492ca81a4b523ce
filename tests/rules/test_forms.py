"""Titles as feeds of many languages write them, and what the rules that are on by default make of them."""

from __future__ import annotations

from functools import cache

import pytest
from epg_ingest.rules.compiling import compile_rules
from epg_ingest.rules.rule import Content
from epg_ingest.rules.sets import safe_names, shipped_rules
from epg_ingest.rules.tidying import Tidy

#: title as written, title meant, season, episode
TITLES: list[tuple[str, str, int | None, int | None]] = [
    ("Cuéntame T3 - Ep. 9", "Cuéntame", 3, 9),
    ("Tatort Staffel 2 Folge 2", "Tatort", 2, 2),
    ("Montalbano Stag. 1 Ep. 7", "Montalbano", 1, 7),
    ("Сваты. 2 сезон 3 серия", "Сваты", 2, 3),
    ("Сваты (2 сезон, 3 серия)", "Сваты", 2, 3),
    ("Сваты. 5-я серия", "Сваты", None, 5),
    ("Сваты (12 с.)", "Сваты", None, 12),
    ("След. Серия 5", "След", None, 5),
    ("Мост. Сезон 2. Серия 5", "Мост", 2, 5),
    ("Ранок. 2 сезон, 3 серія", "Ранок", 2, 3),
    ("Изкушение, сезон 2, еп. 14", "Изкушение", 2, 14),
    ("Изкушение с.2, еп.14", "Изкушение", 2, 14),
    ("Изкушение, еп. 14", "Изкушение", None, 14),
    ("무한도전 (168회)", "무한도전", None, 168),
    ("무한도전(제168회)", "무한도전", None, 168),
    ("제25회 대종상 시상식", "제25회 대종상 시상식", None, None),
    ("슬기로운 시즌 2 3화", "슬기로운", 2, 3),
    ("甄嬛传第12集", "甄嬛传", None, 12),
    ("甄嬛传 第二季 第十二集", "甄嬛传", 2, 12),
    ("甄嬛传(第12集)", "甄嬛传", None, 12),
    ("鬼滅の刃 第５話", "鬼滅の刃", None, 5),
    ("鬼滅の刃 シーズン２ ＃３", "鬼滅の刃", 2, 3),
    ("第25回 紅白歌合戦", "第25回 紅白歌合戦", None, None),
    ("Cô dâu 8 tuổi - Tập 12", "Cô dâu 8 tuổi", None, 12),
    ("Phim truyện: Mùa xuân (Tập 12)", "Phim truyện: Mùa xuân", None, 12),
    ("Phim: Hoa hồng - Phần 2 - Tập 5", "Phim: Hoa hồng", 2, 5),
    ("Hoa hồng tập 12/36", "Hoa hồng", None, 12),
    ("Hoa hồng (36T)", "Hoa hồng", None, None),
    ("הכוכב הבא - פרק 5", "הכוכב הבא", None, 5),
    ("הכוכב הבא עונה 2 פרק 5", "הכוכב הבא", 2, 5),
    ("הכוכב הבא, ע' 2 פ' 5", "הכוכב הבא", 2, 5),
    ("ישיר! חדשות", "חדשות", None, None),
    ("חדש! הכוכב", "הכוכב", None, None),
    ("باب الحارة الحلقة 5", "باب الحارة", None, 5),
    ("باب الحارة الموسم 2 الحلقة ٥", "باب الحارة", 2, 5),
    ("باب الحارة الموسم الثاني الحلقة 5", "باب الحارة", 2, 5),
    ("باب الحارة ح5", "باب الحارة", None, 5),
    ("عشق فصل 2 قسمت 5", "عشق", 2, 5),
    ("Kuruluş Osman 5. Bölüm", "Kuruluş Osman", None, 5),
    ("Kuruluş Osman 2. Sezon 5. Bölüm", "Kuruluş Osman", 2, 5),
    ("Kuruluş Osman (Tekrar)", "Kuruluş Osman", None, None),
    ("Η Γη της Ελιάς - Επεισόδιο 5", "Η Γη της Ελιάς", None, 5),
    ("Η ΓΗ ΤΗΣ ΕΛΙΑΣ, ΕΠ. 5", "Η ΓΗ ΤΗΣ ΕΛΙΑΣ", None, 5),
    ("Σασμός Κύκλος 2, Επεισόδιο 5", "Σασμός", 2, 5),
    ("Σασμός Β' κύκλος, Επ. 5", "Σασμός", 2, 5),
    ("Salatut elämät, kausi 1, jakso 10", "Salatut elämät", 1, 10),
    ("Solsidan Säsong 2 Avsnitt 3", "Solsidan", 2, 3),
    ("Solsidan (3:8)", "Solsidan", None, 3),
    ("Skam Sesong 2 (3:8)", "Skam", 2, 3),
    ("Borgen Sæson 2, afsnit 3", "Borgen", 2, 3),
    ("GTST Seizoen 2 Aflevering 3", "GTST", 2, 3),
    ("GTST afl. 3", "GTST", None, 3),
    ("GTST (afl. 3)", "GTST", None, 3),
    ("Ranczo odc. 5", "Ranczo", None, 5),
    ("Ranczo, sezon 2, odc. 5", "Ranczo", 2, 5),
    ("Ranczo, sezon II, odc. 5/13", "Ranczo", 2, 5),
    ("Ordinace 2. série, 5. díl", "Ordinace", 2, 5),
    ("Ordinace (5/13)", "Ordinace", None, 5),
    ("Ordinace II. série (5)", "Ordinace II. série (5)", None, None),
    ("Panelák 2. séria, 5. časť", "Panelák", 2, 5),
    ("Barátok közt 12. rész", "Barátok közt", None, 12),
    ("Barátok közt II. évad 5. rész", "Barátok közt", 2, 5),
    ("Las fierbinți Sezonul 2, Episodul 5", "Las fierbinți", 2, 5),
    ("Las fierbinți, ep. 5", "Las fierbinți", None, 5),
    ("Lud, zbunjen, normalan, 5. epizoda", "Lud, zbunjen, normalan", None, 5),
    ("Луд 2. сезона 5. епизода", "Луд", 2, 5),
    ("Ugunsgrēks. 2. sezona. 5. sērija", "Ugunsgrēks", 2, 5),
    ("Moterys meluoja 2 sezonas, 5 serija", "Moterys meluoja", 2, 5),
    ("Pobol y Cwm Cyfres 2, Pennod 5", "Pobol y Cwm", 2, 5),
    ("Goenkale 2. denboraldia, 5. atala", "Goenkale", 2, 5),
    ("Cinta Musim 2 Episod 5", "Cinta", 2, 5),
    ("บุพเพสันนิวาส ตอนที่ 5", "บุพเพสันนิวาส", None, 5),
    ("บุพเพสันนิวาสEP.5", "บุพเพสันนิวาส", None, 5),
    ("บุพเพ ปี 2 ตอนที่ 5", "บุพเพ", 2, 5),
    ("Cuna 2ª temporada", "Cuna", 2, None),
    ("Cuna 2ª Temporada Ep. 4", "Cuna", 2, 4),
    ("Cuna T2:E4", "Cuna", 2, 4),
    ("Cuna S02E04 - La casa", "Cuna", 2, 4),
    ("Cuna T2 Cap. 4", "Cuna", 2, 4),
    ("Plus belle Saison 3 Épisode 4/12", "Plus belle", 3, 4),
    ("Liga 24/25", "Liga 24/25", None, None),
    ("Liga (24/25)", "Liga (24/25)", None, None),
    ("Grey (3 of 8)", "Grey", None, 3),
    ("Grey Part 2", "Grey Part 2", None, None),
    ("High Seas 2", "High Seas 2", None, None),
    ("Star Trek 5", "Star Trek 5", None, None),
    ("T20 World Cup", "T20 World Cup", None, None),
    ("Women's Tour S1", "Women's Tour S1", None, None),
    ("Open #7", "Open #7", None, None),
    ("Live EFL Build-Up", "Live EFL Build-Up", None, None),
    ("Morning Live", "Morning Live", None, None),
    ("En Vivo: Gol", "Gol", None, None),
    ("Премьера. Мост", "Мост", None, None),
    ("ᴺᵉʷ Chase", "Chase", None, None),
    ("Chase ᴺᵉʷ", "Chase", None, None),
    ("E=mc²", "E=mc²", None, None),
    ("4x4 TV", "4x4 TV", None, None),
    ("The Office (US)", "The Office (US)", None, None),
    ("Foo [HD] (R)", "Foo", None, None),
    ("新聞 (重播)", "新聞", None, None),
    ("Tennis (N)", "Tennis (N)", None, None),
    ("Film (12)", "Film (12)", None, None),
    ("Die Folge 3 Wochen später", "Die", None, 3),
    ("24 hours S1 E5-6", "24 hours", 1, 5),
    ("Barnaby: S10, F3", "Barnaby", 10, 3),
    ("90 Day Fiancé 6x12", "90 Day Fiancé 6x12", None, None),
    ("Asian Series 2024/25 Dubai -3", "Asian Series 2024/25 Dubai -3", None, None),
    ("Le Mans Series 4/8", "Le Mans Series 4/8", None, None),
    ("NBA Regular Season 2019/20", "NBA Regular Season 2019/20", None, None),
    ("1. Bundesliga 5. Spieltag", "1. Bundesliga 5. Spieltag", None, None),
    ("Season 2 Reunion", "Season 2 Reunion", None, None),
    ("Mars 2. sezon 3. bölüm (Tekrar)", "Mars", 2, 3),
    ("Kurtlar Vadisi Bölüm 5", "Kurtlar Vadisi", None, 5),
    ("Meine 3. Staffel", "Meine", 3, None),
    ("Los Simpson (T12) Ep.3: Bart", "Los Simpson", 12, 3),
    ('Los Simpson T12 Ep3 "Bart"', "Los Simpson", 12, 3),
    ("Foo: Season 2: Bar", "Foo: Season 2: Bar", None, None),
    ("Kommissar Rex, Folge 3: Der Mord", "Kommissar Rex", None, 3),
    ("Doc S 2 Ep 3", "Doc", 2, 3),
    ("Premier League Legends - Series 2", "Premier League Legends", 2, None),
    ("Bellator Champions Series 4", "Bellator Champions Series 4", None, None),
    ("Doc Series 2 Episode 4", "Doc", 2, 4),
    ("Мост, 12 выпуск", "Мост", None, 12),
    ("Solsidan (del 3 av 8)", "Solsidan", None, 3),
    ("Harry Potter - Teil 2", "Harry Potter - Teil 2", None, None),
    ("Mission 4 of 8", "Mission 4 of 8", None, None),
]
#: title, title meant, sub-title
SPLIT = [
    ("Innovation Nation (S12) EP. 8 : Mo Rocca", "Innovation Nation", "Mo Rocca"),
    ("Kommissar Rex, Folge 3: Der Mord", "Kommissar Rex", "Der Mord"),
    ("Сваты. 2 сезон 3 серия. Свадьба", "Сваты", "Свадьба"),
    ("Spionkrigen i Ringsted (2:4) – Anholdelsen", "Spionkrigen i Ringsted", "Anholdelsen"),
    ("הכוכב הבא - פרק 5 - הגמר", "הכוכב הבא", "הגמר"),
    ("Cuna S02E04", "Cuna", None),
    ("Series 17 Ep 5 with Rupert Everett", "Series 17 Ep 5 with Rupert Everett", None),
]
#: title, title meant, flags
OCCASIONS = [
    ("Live: EFL", "EFL", {"live"}),
    ("ישיר! חדשות", "חדשות", {"live"}),
    ("เคาะข่าวเช้า (สด)", "เคาะข่าวเช้า", {"live"}),
    ("Amdavad Live", "Amdavad Live", set()),
    ("L'Arena (live) programmazione", "L'Arena (live) programmazione", set()),
    ("New: Scared of the Dark", "Scared of the Dark", {"new"}),
    ("Chase ᴺᵉʷ", "Chase", {"new"}),
    ("[新]ドラマ[字]", "ドラマ", {"new", "subtitle"}),
    ("New Girl", "New Girl", set()),
    ("Премьера. Мост", "Мост", {"premiere"}),
    ("Premiere: Blue Jean", "Blue Jean", {"premiere"}),
    ("Il Paradiso - 1^TV", "Il Paradiso", {"premiere"}),
    ("Новини /п/", "Новини", {"repeat"}),
    ("Zločinački umovi (R)", "Zločinački umovi", {"repeat"}),
    ("新聞 (重播)", "新聞", {"repeat"}),
    ("Foo [HD] (Tekrar)", "Foo", {"repeat"}),
    ("Replay", "Replay", set()),
    ("Simpsons, The", "The Simpsons", set()),
    ("Lingering Looks (18+) [HD]", "Lingering Looks", set()),
    ("Daily Download (?)", "Daily Download", set()),
    ("Yu-Gi-Oh! Zexal (English Dub)", "Yu-Gi-Oh! Zexal", set()),
]
#: description, description meant, season, episode, episodes
DESCRIPTIONS: list[tuple[str, str, int | None, int | None, int | None]] = [
    ("Bad colours. [SL] (S4 Ep 10)", "Bad colours.", 4, 10, None),
    ("They try. S1, Ep19", "They try.", 1, 19, None),
    ("Over the M62. Ep6", "Over the M62.", None, 6, None),
    ("Painful shocks. (Ep4/5)", "Painful shocks.", None, 4, 5),
    ("Saison 1, épisode 63/74. Les frères", "Les frères", 1, 63, 74),
    ("Stagione 1, Ep. 15 - Il bar", "Il bar", 1, 15, None),
    ("Kausi 1, jakso 10. Uusi mies.", "Uusi mies.", 1, 10, None),
    ("S9:E8 The end", "The end", 9, 8, None),
    ("4/5. The siskin", "The siskin", None, 4, 5),
    ("(1/4) The Doctor", "The Doctor", None, 1, 4),
    ("Osa 3/10. Uusi mies.", "Uusi mies.", None, 3, 10),
    ("Kausi 5, 3/10. Uusi mies.", "Uusi mies.", 5, 3, 10),
    ("Del 3 av 8. En by", "En by", None, 3, 8),
    ("Sæson 4 (2013). Det er august", "Sæson 4 (2013). Det er august", 4, None, None),
    ("פרק 5. הגמר", "הגמר", None, 5, None),
    ("第5話 旅立ち", "旅立ち", None, 5, None),
    ("9/11 changed everything", "9/11 changed everything", None, None, None),
    ("Season 2 Reunion of all", "Season 2 Reunion of all", None, None, None),
    ("Everyday Sweets (S1) EP.1.", "Everyday Sweets (S1) EP.1.", None, None, None),
]


@cache
def default() -> Tidy:
    return compile_rules(shipped_rules(safe_names()))


def tidied(content: Content) -> Content:
    found = default().tidy(content)
    return found.content if found else content


@pytest.mark.parametrize(("written", "title", "season", "episode"), TITLES)
def test_a_title_gives_its_numbers(written: str, title: str, season: int | None, episode: int | None) -> None:
    found = tidied(Content(written))
    assert (found.title, found.season, found.episode) == (title, season, episode)


@pytest.mark.parametrize(("written", "title", "subtitle"), SPLIT)
def test_what_follows_an_episode_is_the_sub_title(written: str, title: str, subtitle: str | None) -> None:
    found = tidied(Content(written))
    assert (found.title, found.subtitle) == (title, subtitle)


@pytest.mark.parametrize(("written", "title", "flags"), OCCASIONS)
def test_marks_become_flags(written: str, title: str, flags: set[str]) -> None:
    found = tidied(Content(written))
    assert (found.title, found.flags) == (title, flags)


@pytest.mark.parametrize(("written", "text", "season", "episode", "episodes"), DESCRIPTIONS)
def test_a_description_gives_its_numbers(
    written: str, text: str, season: int | None, episode: int | None, episodes: int | None
) -> None:
    found = tidied(Content("Title", None, written))
    assert (found.description, found.season, found.episode, found.episodes) == (
        text,
        season,
        episode,
        episodes,
    )


@pytest.mark.parametrize(("written", "title", "season", "episode"), TITLES)
def test_a_tidy_title_stays(written: str, title: str, season: int | None, episode: int | None) -> None:
    once = tidied(Content(written))
    assert tidied(once) == once


#: a title with more than one number: the first one counts, and the others are no sub-title
SEVERAL: list[tuple[str, tuple[str, str | None, int | None, int | None]]] = [
    ("Show S1E2/E3", ("Show", None, 1, 2)),
    ("Show S1E2-E3", ("Show", None, 1, 2)),
    ("Show S1E2-3", ("Show", None, 1, 2)),
    ("Show S1 E2 & 3", ("Show", None, 1, 2)),
    ("Show S1E2 + S1E3", ("Show", None, 1, 2)),
    ("Show T1 E2 y 3", ("Show", None, 1, 2)),
    ("Tatort Folge 3 und 4", ("Tatort", None, None, 3)),
    ("Show Episode 3 & 4", ("Show", None, None, 3)),
    ("Show (3/8), (4/8)", ("Show", None, None, 3)),
    # of two seasons
    ("Show S1 E2 S3 E4", ("Show S1 E2 S3 E4", None, None, None)),
    # names that are numbers, or begin as one
    ("Show S1E2 1984", ("Show", "1984", 1, 2)),
    ("Show S1E2 - 1984", ("Show", "1984", 1, 2)),
    ("Show S1E2 E.T.", ("Show", "E.T.", 1, 2)),
    ("Show S1E2 Episode of Life", ("Show", "Episode of Life", 1, 2)),
    ("Show S1E2 And 3 More", ("Show", "And 3 More", 1, 2)),
    # the plural is one word
    ("Show Season 1 Episodes 2 and 3", ("Show Season 1 Episodes 2 and 3", None, None, None)),
    ("Show 3 Folge 2 Staffel", ("Show", None, 2, 3)),
    # quotation marks around all of a sub-title
    ('The Crown S05E10 "Decommissioned"', ("The Crown", "Decommissioned", 5, 10)),
    ("Show S2 E3 „Der Fall“", ("Show", "Der Fall", 2, 3)),
    ("Show S2 E3 «La Chute»", ("Show", "La Chute", 2, 3)),
    ('Show S2 E3 It\'s "Over"', ("Show", 'It\'s "Over"', 2, 3)),
    ('Show S2 E3 "A" and "B"', ("Show", '"A" and "B"', 2, 3)),
]


@pytest.mark.parametrize(("written", "meant"), SEVERAL)
def test_of_several_numbers_the_first_counts(
    written: str, meant: tuple[str, str | None, int | None, int | None]
) -> None:
    found = tidied(Content(written))
    assert (found.title, found.subtitle, found.season, found.episode) == meant


@pytest.mark.parametrize("category", ["Movie", "Film", "Spielfilm", "Película", "Cinéma"])
def test_the_number_of_a_film_belongs_to_its_name(category: str) -> None:
    written = Content("Star Wars: Episode 5", None, None, (category,), year=1980)
    assert tidied(written) == written
    serial = Content("Das Boot Folge 2", None, None, (category,), season=1, episode=2)
    assert tidied(serial).title == "Das Boot"


def test_the_number_of_an_episode_is_taken() -> None:
    found = tidied(Content("Star Wars: Episode 5", None, None, ("Series",)))
    assert (found.title, found.episode) == ("Star Wars", 5)
