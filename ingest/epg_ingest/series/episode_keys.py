"""The key of an episode, by the best evidence that is there, or the reason why there is none.

An id of the provider that is not generic comes first, then season and episode, then a sub-title. A season from 1900 on is a
year, mostly that of the showing: with such a number, only the sub-title counts. A description is never a key. A part of an
episode is an episode of its own, where the feed says which part it is: `s2e5#1`.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from .episode_ids import episode_id
from .episode_parts import with_part
from .film_words import is_a_film_word
from .said import Said
from .series_keys import FILM, SeriesKey
from .vague_subtitles import subtitle_words

#: what an episode is known by
ID, NUMBER, SUBTITLE, YEAR = "id", "number", "subtitle", "year"
BASES = (ID, NUMBER, SUBTITLE, YEAR)
#: why there is none
VAGUE, DATED, COUNTED, UNDATED, NOTHING = "vague", "dated", "counted", "undated", "nothing"
REASONS = {
    ID: "an id of the provider",
    NUMBER: "season and episode",
    SUBTITLE: "the sub-title",
    YEAR: "a film with its year",
    VAGUE: "other programmes of the series have the same sub-title",
    DATED: "its season is a year, which says when, not what",
    COUNTED: "there is an episode's number, but no season",
    UNDATED: "a film without its year or its name may be another one",
    NOTHING: "no number, no sub-title and no id",
}
#: a season from here on is a year
FIRST_YEAR = 1900
FILM_KEY = "film"


class EpisodeKey(NamedTuple):
    """How an episode is known: the basis, one of `REASONS`; its key, None where there is none; and the key of its number,
    which another programme of the same provider may have alone."""

    basis: str
    key: str | None = None
    number: str | None = None


def episode_key(said: Said, series: SeriesKey) -> EpisodeKey:
    """The episode of a programme within its series."""
    if series.kind == FILM:
        _, film, *year = series.key.split(":")
        known = year and not is_a_film_word(film)
        return EpisodeKey(YEAR, with_part(FILM_KEY, said.part)) if known else EpisodeKey(UNDATED)
    numbered = numbered_episode(said.season, said.episode, said.part)
    if said.ids and (ident := episode_id(said.ids)):
        return EpisodeKey(ID, with_part(ident, said.part), numbered and numbered.number)
    if numbered:
        return numbered
    if said.subtitle and (words := subtitle_words(said.title, said.subtitle, said.categories)):
        return EpisodeKey(SUBTITLE, with_part(subtitle_key(words), said.part))
    return EpisodeKey(_why_none(said))


@lru_cache(8_192)
def numbered_episode(season: int | None, episode: int | None, part: int | None = None) -> EpisodeKey | None:
    """The episode of a number, None without a usable one; kept, as all series have the same ones."""
    number = number_key(season, episode, part)
    return EpisodeKey(NUMBER, number, number) if number else None


def number_key(season: int | None, episode: int | None, part: int | None = None) -> str | None:
    """The key of a number, `s2e5`, with a part `s2e5#1`; None for a number that is not whole, or whose season is a year."""
    if season is None or episode is None or not 0 <= season < FIRST_YEAR or episode < 1:
        return None
    return with_part(f"s{season}e{episode}", part)


def subtitle_key(words: str) -> str:
    """The key of a sub-title, from its words. No other key has a blank after its colon."""
    return f"t: {words}"


def is_number(key: str) -> bool:
    """Whether a key is that of a number, which counts for its provider only until another one agrees."""
    return key[0] == "s" and key[1:2].isdigit()


def _why_none(said: Said) -> str:
    if said.season is not None and said.season >= FIRST_YEAR:
        return DATED
    return COUNTED if said.episode is not None else NOTHING
