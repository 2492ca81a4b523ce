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
#: characters of a category that are read; the rest is a sentence
_LONGEST = 200


def folded_words(text: str) -> list[str]:
    """The words of a text. What follows a `<` is markup, which some feeds leave in their categories."""
    text = text.partition("<")[0][:_LONGEST].casefold().translate(_LETTERS)
    if not text.isascii():
        decomposed = unicodedata.normalize("NFKD", text)
        text = "".join(c for c in decomposed if not unicodedata.combining(c))
    words = "".join(c if c.isalnum() or unicodedata.category(c) == "Mn" else " " for c in text).split()
    return [_without_article(word) for word in words if word not in _JOINING]


def _without_article(word: str) -> str:
    stem = word.removeprefix(_ARTICLE)
    return stem if len(stem) >= _SHORTEST else word


def without_blanks(word: str) -> bool:
    """Whether the script of the word puts no blanks between words: Thai, Chinese, Japanese; Korean has compounds."""
    first = word[0]
    return "\u0e00" <= first <= "\u0e7f" or "\u1100" <= first <= "\u11ff" or "\u3040" <= first <= "\u9fff"
