"""Category words of many languages, and which of several decides."""

from __future__ import annotations

import pytest
from epg_ingest.genres.genre import genre_of
from hypothesis import given, settings
from hypothesis import strategies as st

#: category, class and kind as a byte
WORDS = [
    ("Drama", 0x10), ("Crime drama", 0x11), ("Sitcoms", 0x14), ("football", 0x43), ("Religious", 0x73),
    ("Weather", 0x21), ("Zeichentrickserie", 0x55), ("Krimikomödie", 0x14), ("Kriegsdrama", 0x12),
    ("Naturdokureihe", 0x91), ("Kochsendung", 0xA5), ("Comédie policière", 0x14), ("Documentaire animalier", 0x91),
    ("Magazine sportif", 0x42), ("Dessin animé", 0x55), ("Comedia romántica", 0x14), ("Telenovela", 0x15),
    ("Cine - Acción", 0x12), ("Desenho animado", 0x55), ("Futebol", 0x43), ("Notiziario", 0x21),
    ("Cartoni animati", 0x55), ("Misdaadserie", 0x11), ("Tekenfilm", 0x55), ("Serial kryminalny", 0x11),
    ("Piłka nożna", 0x43), ("Dokument", 0x23), ("Pohádka", 0x13), ("Lední hokej", 0x49), ("Rozprávka", 0x13),
    ("Vígjáték", 0x14), ("Amerikai akciófilm", 0x12), ("Rajzfilmsorozat", 0x55), ("Crtani film", 0x55),
    ("Dokumentarna serija", 0x23), ("Informativni program", 0x20), ("Дечја серија", 0x50), ("Игрален филм", 0x10),
    ("Документален филм", 0x23), ("Вечерни новини", 0x21), ("Мультфильм", 0x55), ("Детский", 0x50),
    ("Комедия", 0x14), ("Прогноз погоды", 0x21), ("Документальний фільм", 0x23), ("Розважальний", 0x30),
    ("Κωμική Σειρά", 0x14), ("Ποδόσφαιρο", 0x43), ("Ξένη Ταινία", 0x10), ("Yerli Dizi", 0x10), ("Belgesel", 0x23),
    ("Spor Programı", 0x40), ("Jalkapallo", 0x43), ("Rikossarja", 0x11), ("Lastenohjelma", 0x50),
    ("Barneprogram", 0x50), ("Dokumentarfilm", 0x23), ("Underhållning", 0x30), ("Nyheder", 0x21),
    ("Lastesaade", 0x50), ("Mākslas filma", 0x10), ("Animacinis filmas", 0x55), ("Știri", 0x21),
    ("Desene animate", 0x55), ("الأخبار", 0x21), ("رسوم متحركة", 0x55), ("مسلسل", 0x10), ("סרט תיעודי", 0x23),
    ("חדשות", 0x21), ("سریال", 0x10), ("电视剧", 0x10), ("動畫", 0x55), ("スポーツ - 野球", 0x45),
    ("国内ドラマ", 0x10), ("드라마", 0x10), ("어린이만화", 0x55), ("Phim hoạt hình", 0x55), ("Thời sự", 0x21),
    ("ข่าวภาคค่ำ", 0x21), ("ละครโทรทัศน์", 0x10), ("Sepak Bola", 0x43), ("Berita", 0x21),
]  # fmt: skip
#: no word of these may be found inside a longer one, and some words are no genre
NOTHING = [
    "programma", "En Español", "Specials", "Regular", "#### Local", "12. Spieltag 2025", "Off-Air", "Magazine", "",
    "Black entertainment", "Magazine</p><p class=\"small-meta\">Sport", "Alianza Lima", "warten", "starter", "Special event",
]  # fmt: skip
#: categories of one programme, class and kind
TOGETHER = [
    (["Entertainment", "Drama"], 0x10),
    (["Drama", "Entertainment", "Comedy"], 0x14),
    (["Kids", "Adventure"], 0x12),
    (["Children", "Animated"], 0x55),
    (["Series", "Comedy"], 0x14),
    (["Crime", "Documentary"], 0x23),
    (["Sports", "Talk Show"], 0x42),
    (["Sports", "Football"], 0x43),
    (["Specials", "News"], 0x21),
    (["Reality"], 0x30),
]


@pytest.mark.parametrize(("category", "code"), WORDS)
def test_a_category_has_a_genre(category: str, code: int) -> None:
    genre = genre_of([category])
    assert genre is not None and f"{genre.code:02X}" == f"{code:02X}"
    assert repr(category) in genre.reason


@pytest.mark.parametrize("category", NOTHING)
def test_some_categories_have_none(category: str) -> None:
    assert genre_of([category]) is None


@pytest.mark.parametrize(("categories", "code"), TOGETHER, ids=lambda value: str(value))
def test_the_vague_word_loses(categories: list[str], code: int) -> None:
    genre = genre_of(categories)
    assert genre is not None and f"{genre.code:02X}" == f"{code:02X}"


def test_a_word_that_says_too_little_is_not_sure() -> None:
    vague, sure = genre_of(["Reality"]), genre_of(["Reality", "Cooking"])
    assert vague is not None and not vague.sure
    assert sure is not None and sure.sure and sure.reason == "'Cooking' before 'Reality'"


def test_case_accents_and_punctuation_do_not_matter() -> None:
    assert (
        len(
            {
                genre_of([text]).code
                for text in ("COMÉDIE", "comedie", "Come\u0301die", "comédie.", " Comédie ")
            }
        )
        == 1
    )


@settings(max_examples=50)
@given(st.lists(st.text(max_size=30), max_size=3))
def test_any_text_is_read(categories: list[str]) -> None:
    genre = genre_of(categories)
    assert genre is None or (1 <= genre.level1 <= 10 and 0 <= genre.level2 <= 15 and genre.reason)


@pytest.mark.parametrize("word", ["Transport", "Passport"])
def test_a_word_that_only_ends_like_sport_is_none(word: str) -> None:
    assert genre_of([word]) is None
    assert genre_of(["Wassersport"]) is not None
