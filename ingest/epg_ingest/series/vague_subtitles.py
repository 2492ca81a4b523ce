"""Sub-titles that name no episode: the title again, a number, a category, or one that very different programmes have.

A description never tells an episode, as every showing may be described in another way. But a sub-title under which one feed
describes different programmes of a series names no episode (`Day 1`, `Highlights`), and neither does one that is shown again
and again within the days of a feed (`Latest space shows`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from ..core.episode_words import from_words
from .key_words import words_of
from .series_keys import title_words

#: different descriptions under one sub-title of a feed, and showings, from which it names no episode
TOO_MANY_DESCRIPTIONS, TOO_MANY_SHOWINGS = 2, 5
_COUNTING = re.compile(
    r"(?:(?:episode|folge|épisode|episodio|capítulo|capitulo|aflevering|afl|odcinek|avsnitt|afsnit|jakso|ep|part|teil|partie|parte"
    r"|deel|chapter|program|programa|programme|show|season|staffel|saison|temporada|series|serie|выпуск|серия|серія|επεισόδιο|bölüm"
    r"|rész|díl|epizoda|episod)\s*[.:#]?\s*)?[\W\d_]*",
    re.IGNORECASE,
)
#: what a sub-title says of any programme
_PHRASES = """
tba|tbc|tbd|n a|none|null|live|new|repeat|highlights|episode|folge|episodio|to be announced|no title|untitled|special|best of
various|wiederholung|rediffusion|compilation|omnibus|magazine|series|serie|show|movie|film|season|undefined|unknown
no information
"""
_ANY = {phrase for line in _PHRASES.split("\n") for phrase in line.split("|") if phrase}


def subtitle_words(title: str, subtitle: str | None, categories: Iterable[str]) -> str | None:
    """The words of a sub-title that may name an episode, None where it cannot."""
    if not subtitle or _COUNTING.fullmatch(subtitle):
        return None
    words = words_of(subtitle)
    if len(words) < 2 or words in _ANY or words in (words_of(title), title_words(title)):
        return None
    if any(words == words_of(category) for category in categories):
        return None
    return None if from_words(subtitle) != (None, None) and len(words.split()) < 5 else words


def is_vague(descriptions: int, showings: int) -> bool:
    """Whether a sub-title names no episode that one feed gives to a series with so many descriptions, for so many showings."""
    return descriptions >= TOO_MANY_DESCRIPTIONS or showings >= TOO_MANY_SHOWINGS
