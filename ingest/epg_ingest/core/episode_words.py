"""Season and episode in words, in the languages of common guides: `Season 3 Episode 4 (of 8)`, `3. Staffel, Folge 4`.

A number may stand after its word or before it, and an episode may come before its season. `S`, `T` (temporada) and `E` count
as words, too. A total (`4/8`, `4 of 8`, `4 (8)`) is read over. A number alone is none: it would be a guess what it counts.
"""

from __future__ import annotations

import re
from unicodedata import normalize

#: language: words for a season, words for an episode; abbreviations may have a dot after them
WORDS = {
    "en": ("season|series", "episode"),
    "de": (r"staffel|st\.", "folge|episode"),
    "fr": ("saison|série", "épisode|episode"),
    "es": ("temporada|temp", "episodio|capítulo|capitulo|cap"),
    "pt": ("temporada|temp", "episódio|capítulo|cap"),
    "ca": ("temporada", "episodi|capítol"),
    "it": ("stagione|stag", "episodio|puntata|punt"),
    "nl": ("seizoen|reeks|szn", "aflevering|afl"),
    "pl": ("sezon|seria", "odcinek|odc"),
    "cs": ("série|řada|sezóna|sezona", "epizoda|díl"),
    "sk": ("séria|sezóna", "epizóda|časť"),
    "hu": ("évad", "rész|epizód"),
    "da": ("sæson", "afsnit|episode"),
    "sv": ("säsong", "avsnitt"),
    "no": ("sesong", "episode"),
    "fi": ("kausi|tuotantokausi", "jakso"),
    "et": ("hooaeg", "osa"),
    "lv": ("sezona", "sērija|epizode"),
    "lt": ("sezonas", "serija|epizodas"),
    "ro": ("sezonul|sezon", "episodul|episod"),
    "hr": ("sezona", "epizoda"),
    "tr": ("sezon", "bölüm"),
    "el": ("κύκλος|σεζόν", "επεισόδιο|επ"),
    "ru": ("сезон", "серия|эпизод|выпуск"),
    "uk": ("сезон", "серія|епізод"),
    "bg": ("сезон", "епизод|серия|еп"),
    "he": ("עונה", "פרק"),
    "ar": ("الموسم", "الحلقة"),
    "zh": ("季", "集"),
    "ja": ("シーズン", "話"),
    "ko": ("시즌", "회|화"),
    "vi": ("mùa", "tập"),
    "id": ("musim", "episode"),
}
_SEASON, _EPISODE = (
    "|".join(sorted({word for row in WORDS.values() for word in row[at].split("|")}, key=len, reverse=True))
    for at in (0, 1)
)
#: what stands only before its number
_S, _E = "s|se|sn|seas", "e|ep|eps|epi"
_OF = r"(?:\s?of\s?|\s(?:out of|von|sur|de|di|van|z|av|af|из)\s)"
#: a total after a number: `/24`, `of 8`, `(of 8)`, `(8)`
_TOTAL = rf"(?:\s{{0,9}}/\s{{0,9}}[0-9]{{1,5}}|\s{{0,9}}[(\[]\s?(?:of\s?)?[0-9]{{1,5}}\s?[)\]]|{_OF}[0-9]{{1,5}})?(?![0-9])"
_NO_LETTER = r"(?![a-z\u00df-\u024f\u0370-\u04ff])"


def _number(name: str, words: str, short: str, digits: int) -> str:
    """A pattern for a number that counts `words`, as the groups `name` with 1 (after the word) or 2 (before it) at its end.

    `short` are those that only stand before a number.
    """
    number = rf"[0-9]{{1,{digits}}}"
    after = rf"(?:{words}|{short})[\s.:#=]{{0,9}}(?P<{name}1>{number}){_TOTAL}"
    before = rf"[第제]?(?P<{name}2>{number})(?:st|nd|rd|th|[.ªº°]|-?[èe]me|-?e)?\s{{0,9}}(?:{words}){_NO_LETTER}{_TOTAL}"
    return f"(?:{after}|{before})"


_BETWEEN = r"[\s.,:;/|()_x•·–—-]{0,9}"
#: an episode after a season may be a mere `4 of 8`
_COUNTED = rf"(?P<episode3>[0-9]{{1,4}})(?:\s?\(of\s?|{_OF})[0-9]{{1,4}}(?![0-9])"
_BOTH = re.compile(
    rf"(?<!\w)(?:{_number('season', _SEASON, f't|{_S}', 4)}{_BETWEEN}(?:{_number('episode', _EPISODE, _E, 5)}|{_COUNTED})"
    rf"|{_number('first', _EPISODE, _E, 5)}{_BETWEEN}{_number('last', _SEASON, _S, 4)})",
    re.IGNORECASE,
)
#: without two numbers, the long search need not start
_TWO_NUMBERS = re.compile("[0-9][^0-9]+[0-9]")
#: alone, `3 series` is a count, but `3. Staffel` and `第4集` are not
_NO_COUNT = r"(?![0-9]+\s)"
_SEASON_ALONE = re.compile(_NO_COUNT + _number("season", _SEASON, _S, 4), re.IGNORECASE)
_EPISODE_ALONE = re.compile(_NO_COUNT + _number("episode", _EPISODE, _E, 5), re.IGNORECASE)


def from_words(text: str) -> tuple[int | None, int | None]:
    """Season and episode that a text names anywhere together, or that it consists of; None for a number that is not there.

    The caller bounds the length of the text.
    """
    text = text.strip()
    if text.isdigit():
        return None, None
    if not text.isascii():
        text = normalize("NFC", text)
    if _TWO_NUMBERS.search(text) and (both := _BOTH.search(text)):
        one, two = [int(number) for number in both.groups() if number]
        return (two, one) if both["last1"] or both["last2"] else (one, two)
    if alone := _EPISODE_ALONE.fullmatch(text):
        return None, int(alone[1] or alone[2])
    alone = _SEASON_ALONE.fullmatch(text)
    return (int(alone[1] or alone[2]) if alone else None), None
