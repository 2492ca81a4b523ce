"""Genres learned by title for feeds without categories."""

from __future__ import annotations

from epg_ingest.genres.genre import genre_of
from epg_ingest.genres.learning import learn

NEWS, COMEDY, DRAMA = genre_of(["News"]), genre_of(["Comedy"]), genre_of(["Drama"])


def test_a_title_with_one_genre_teaches_it() -> None:
    learned = learn([("tagesschau", NEWS), ("tagesschau", None), ("tagesschau", NEWS)])
    assert [(title, genre.code, genre.sure) for title, genre in learned.items()] == [
        ("tagesschau", 0x21, False)
    ]
    assert learned["tagesschau"].reason.startswith("learned: ")


def test_kinds_of_one_class_teach_the_class() -> None:
    assert learn([("show", COMEDY), ("show", DRAMA)])["show"].code == 0x14
    assert learn([("show", COMEDY), ("show", genre_of(["Thriller"]))])["show"].code == 0x10


def test_titles_with_two_classes_without_one_or_too_short_teach_nothing() -> None:
    assert learn([("friends", COMEDY), ("friends", NEWS), ("matinee", None), ("you", DRAMA)]) == {}
