"""Numbers as titles write them: digits of any script, Chinese and Roman numerals, Greek letters, a few ordinal words."""

from __future__ import annotations

import unicodedata

#: more digits than this are no season and no episode
_MOST_DIGITS = 5
_CHINESE = {sign: value for value, sign in enumerate("〇一二三四五六七八九")} | {"零": 0, "两": 2, "兩": 2}
_CHINESE_UNITS = {"十": 10, "百": 100, "千": 1000}
_ROMAN = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}
#: Greek counts with letters; the sign for six may be two letters
_GREEK = {sign: value for value, sign in enumerate("ΑΒΓΔΕ", 1)} | {
    "ΣΤ": 6, "Ϛ": 6, "Ζ": 7, "Η": 8, "Θ": 9, "Ι": 10, "ΙΑ": 11, "ΙΒ": 12,
}  # fmt: skip
#: first to tenth, as seasons are counted
ORDINALS = {
    "en": "first second third fourth fifth sixth seventh eighth ninth tenth",
    "ar": "الأول الثاني الثالث الرابع الخامس السادس السابع الثامن التاسع العاشر",
    "he": "ראשונה שנייה שלישית רביעית חמישית שישית שביעית שמינית תשיעית עשירית",
    "fa": "اول دوم سوم چهارم پنجم ششم هفتم هشتم نهم دهم",
}
_ORDINALS = {word: at for words in ORDINALS.values() for at, word in enumerate(words.split(), 1)}


def number(text: str) -> int | None:
    """The number that `text` writes; None if it writes none."""
    text = text.strip()
    if text.isdecimal():
        return int(text) if len(text) <= _MOST_DIGITS else None
    if text and all(sign in _CHINESE or sign in _CHINESE_UNITS for sign in text):
        return _chinese(text)
    if word := _ORDINALS.get(text.lower()):
        return word
    upper = "".join(c for c in unicodedata.normalize("NFD", text.upper()) if not unicodedata.combining(c))
    return _GREEK.get(upper) or _roman(upper)


def _chinese(text: str) -> int:
    """`二十三` and `一百零五` with units, `二三` digit by digit."""
    if not any(sign in _CHINESE_UNITS for sign in text):
        return int("".join(str(_CHINESE[sign]) for sign in text[:_MOST_DIGITS]))
    total, digit = 0, 0
    for sign in text:
        if unit := _CHINESE_UNITS.get(sign):
            total += (digit or 1) * unit
            digit = 0
        else:
            digit = _CHINESE[sign]
    return total + digit


def _roman(text: str) -> int | None:
    if not text or any(sign not in _ROMAN for sign in text):
        return None
    values = [_ROMAN[sign] for sign in text]
    return sum(-one if one < other else one for one, other in zip(values, [*values[1:], 0], strict=True))
