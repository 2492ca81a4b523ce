"""Categories as words that can be looked up: lower case, without accents, punctuation and markup."""

from __future__ import annotations

import unicodedata

#: letters that decompose into nothing simpler, as words without their own sign are written
_LETTERS = str.maketrans(
    {"ß": "ss", "ø": "o", "đ": "d", "ł": "l", "æ": "ae", "œ": "oe", "ı": "i", "ð": "d", "þ": "th"}
)
#: words that only join others, which feeds also write as `&`, `+` or `/`
_JOINING = frozenset(("and", "und", "et", "og", "och", "en", "ja", "ve", "si", "y", "и", "та", "και"))
#: the Arabic article is part of the word it belongs to, unless little is left
_ARTICLE, _SHORTEST = "ال", 3


class _Characters(dict[int, str]):
    """What each character becomes, found out when it first occurs: itself in a word, nothing for an accent, else a blank."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        if unicodedata.combining(character):
            character = ""
        elif not character.isalnum() and unicodedata.category(character) != "Mn":
            character = " "
        self[code] = character
        return character


_WRITTEN = _Characters()
#: characters of a category that are read; the rest is a sentence
_LONGEST = 200


def folded_words(text: str) -> list[str]:
    """The words of a text. What follows a `<` is markup, which some feeds leave in their categories."""
    if text.isascii() and text.replace(" ", "").isalnum():  # as most are
        return [word for word in text[:_LONGEST].lower().split() if word not in _JOINING]
    text = text.partition("<")[0][:_LONGEST].casefold()
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text.translate(_LETTERS))
    words = text.translate(_WRITTEN).split()
    return [_without_article(word) for word in words if word not in _JOINING]


def _without_article(word: str) -> str:
    stem = word.removeprefix(_ARTICLE)
    return stem if len(stem) >= _SHORTEST else word


def without_blanks(word: str) -> bool:
    """Whether the script of the word puts no blanks between words: Thai, Chinese, Japanese; Korean has compounds."""
    first = word[0]
    return "\u0e00" <= first <= "\u0e7f" or "\u1100" <= first <= "\u11ff" or "\u3040" <= first <= "\u9fff"
