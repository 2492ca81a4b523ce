"""The words that players colour lead back to the genre that they stand for."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from epg_ingest.genres.genre import genre_of
from epg_ingest.genres.player_words import CODES, dvb_word, kodi_word


def test_every_genre_has_words_of_its_own() -> None:
    assert (
        len({dvb_word(code).lower() for code in CODES})
        == len({kodi_word(code) for code in CODES})
        == len(CODES)
    )


def test_examples_of_both_players() -> None:
    assert (dvb_word(0x10), kodi_word(0x10)) == ("Movie / Drama", "General Movie / Drama")
    assert (dvb_word(0x43), kodi_word(0x43)) == ("Football / Soccer", "Football")
    assert (dvb_word(0xA0), kodi_word(0xA0)) == ("Leisure hobbies", "Leisure / Hobbies")


def test_a_kind_without_words_has_those_of_its_class() -> None:
    assert dvb_word(0x4F) == "Sports" and kodi_word(0x1F) == "General Movie / Drama"
    with pytest.raises(KeyError):
        dvb_word(0xB1)


@pytest.mark.parametrize("word", [dvb_word, kodi_word])
def test_the_class_of_each_word_is_read_back(word: Callable[[int], str]) -> None:
    """Our own export, imported again, keeps the class of nearly every genre."""
    # Kodi's "Special Event" says too little in other feeds: it is read as nothing.
    lost = {
        hex(code)
        for code in CODES
        if word(code) != "Special Event"
        and (genre_of([word(code)]) or genre_of(["Drama"])).level1 != code >> 4
    }
    assert lost == set()
