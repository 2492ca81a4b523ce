"""Texts folded to what two spellings of one title have in common."""

from __future__ import annotations

import unicodedata

_NO_BLANKS = str.maketrans("", "", "'’`´ʼ\u200b\u200c\u200d\u200e\u200f\ufeff\u00ad")


class _SeriesCharacters(dict[int, str]):
    """What each character of a folded text becomes, found out when it first occurs: a blank if it is no letter, digit or mark.

    Accents of Latin, Greek and Cyrillic letters go; in other scripts marks make other letters.
    """

    def __missing__(self, code: int) -> str:
        character = chr(code)
        if 0x300 <= code < 0x370:
            character = ""
        elif unicodedata.category(character)[0] not in "LMN" and character != "+":
            character = " "
        self[code] = character
        return character


_WRITTEN = _SeriesCharacters()


def words_of(text: str) -> str:
    """The words of a text, separated by single blanks: NFKD, case folded, without accents and punctuation.

    `&` counts as "and". A text without any word, such as `???`, is given back as it is, case folded.
    """
    if text.isascii():
        plain = text.lower().replace("&", " and ")
        if not plain.replace(" ", "").isalnum():
            plain = plain.translate(_NO_BLANKS).translate(_WRITTEN)
        return " ".join(plain.split()) or text.strip().lower()
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    words = folded.replace("&", " and ").translate(_NO_BLANKS).translate(_WRITTEN).split()
    return " ".join(words) or folded.strip()
