"""The key of a series: the words of its title, after rules, without marks of a showing and season tails.

A film also has its year, so that a remake is another one, and `film:` before it, so that it is never a series of the same name.
A title that says nothing is grouped per channel: its key ends with `@` and the channel. No word holds one of these signs.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from .film_words import names_a_film
from .key_words import words_of
from .said import Said
from .title_tails import without_marks, without_tail, year_at_end

SERIES, FILM = "series", "film"
KINDS = (SERIES, FILM)


class SeriesKey(NamedTuple):
    """The key of a series, what the series is called, and its kind."""

    key: str
    title: str
    kind: str


def series_key(said: Said) -> SeriesKey:
    """The series of a programme. A programme with an episode's number is no film, whatever its categories say."""
    if said.episode is None and said.season is None and names_a_film(said.categories):
        return _film(said.title, said.year)
    return series_of(said.title)


def title_words(title: str) -> str:
    """The words of a title as keys of series have them."""
    return series_of(title).key


def of_channel(key: str, channel_id: int) -> str:
    """The key of a title that says nothing, on one channel."""
    return f"{key}@{channel_id}"


def keys_of_channels(key: str) -> tuple[str, str]:
    """The first text that such a key of this title can be, and the first one behind all of them."""
    return f"{key}@", f"{key}{chr(ord('@') + 1)}"


def without_channel(key: str) -> str:
    """The opposite of `of_channel`; any other key stays."""
    return key.partition("@")[0]


@lru_cache(32_768)
def series_of(title: str) -> SeriesKey:
    """The series of a title that is no film's."""
    tidy = without_tail(without_marks(title)).strip()
    return SeriesKey(words_of(tidy), tidy, SERIES)


@lru_cache(8_192)
def _film(title: str, year: int | None) -> SeriesKey:
    tidy, written = year_at_end(without_marks(title))
    known = year or written
    ending = f":{known}" if known else ""
    return SeriesKey(f"film:{words_of(tidy)}{ending}", tidy.strip(), FILM)
