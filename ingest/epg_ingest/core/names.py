"""Pure rules for channel names: when two of them mean the same channel, and which number a channel has.

`normalise` decides what the import merges without asking, so it only folds what never distinguishes two channels:
case, accents, punctuation, spacing and picture quality. A time-shifted channel (`+1`) never equals its parent.
Names that only resemble each other are the business of `guide.grouping.similar`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

_QUALITY = ("hd", "fhd", "uhd", "4k", "sd", "hevc")
_BRACKETED = re.compile(rf"[(\[] ?(?:{'|'.join(_QUALITY)}) ?[)\]]")
#: `+1`, `ITV + 1`, `Plus 1`, `plus one`, but not `Canal+ 2`: there the plus belongs to the word before
_SHIFT = re.compile(
    r"""(?: \+ | (?<=\ )\+\  | \bplus\ ? )
        (?: ([1-9]|1[0-2]) | (one|two) ) (?: \ ?(?:h|hrs?|hours?) )? (?![^\W_])""",
    re.VERBOSE,
)
_GLUED_PLUS = re.compile(r"(?<=\w)plus(?=\d)")
_PLUS = re.compile(r"(?: ?(?:\+|\bplus\b))+ ?")
_ACCENT = re.compile(r"(?<=[a-zα-ω])[\u0300-\u036f]+")
#: between a letter and a digit, `4k` apart
_DIGIT_EDGE = re.compile(r"(?<=[^\W\d_])(?=\d)|(?<=\d)(?=[^\W\d_])(?!(?<=\b4)k\b)")
_NO_WORD = re.compile(r"[^A-Za-z0-9+]+")
_LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ı": "i", "æ": "ae", "œ": "oe"})
_MARKS = str.maketrans("", "", "™®℠\ufe0e\ufe0f")

#: characters without a glyph that Unicode does not call format characters: joiners, fillers, variation selectors
_INVISIBLE = frozenset(
    map(
        chr,
        (
            0x34F,
            0x115F,
            0x1160,
            0x17B4,
            0x17B5,
            0x3164,
            0xFFA0,
            *range(0x180B, 0x1810),
            *range(0xFE00, 0xFE10),
            *range(0xE0100, 0xE01F0),
        ),
    )
)
_NUMBER = re.compile(r"(\d{1,5})(?:[-.](\d{1,3}))?", re.ASCII)


@lru_cache(maxsize=65_536)
def normalise(display_name: str) -> str:
    """The form of a channel name that is equal for names of the same channel; a second pass changes nothing.

    Folded: case, accents of Latin and Greek letters, punctuation, spaces, `BBC1` to `bbc 1`, `&` to `and`,
    the word plus to `+`. Dropped: `HD`, `FHD`, `UHD`, `4K`, `SD`, `HEVC` at the end or in brackets. Kept: a
    shift, as ` +1` at the end, and prefixes such as `UK:`. A name that would have nothing left keeps its words.
    """
    text = _folded(display_name)
    shift = _shift(text)
    rest = _SHIFT.sub(" ", text)
    words = _words(_BRACKETED.sub(" ", rest)) or _words(rest)
    mark = f" +{shift}" if shift else ""
    return (_without_quality(words) + mark).strip() or text or display_name.strip()


@lru_cache(maxsize=65_536)
def shift_of(name: str) -> int:
    """Hours by which the channel of this name is delayed: 1 for `ITV +1`, 0 for most."""
    return _shift(_folded(name))


def _shift(text: str) -> int:
    found = _SHIFT.search(text)
    if not found:
        return 0
    return int(found[1]) if found[1] else ("one", "two").index(found[2]) + 1


def _folded(name: str) -> str:
    """Lower case without accents, `bbc1` as `bbc 1`. Marks of other scripts stay: they distinguish letters there."""
    text = name.lower() if name.isascii() else _plain_letters(name)
    return " ".join(_DIGIT_EDGE.sub(" ", _GLUED_PLUS.sub(" +", text)).split())


def _plain_letters(name: str) -> str:
    text = name.translate(_MARKS)
    for _ in range(2):
        text = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    text = _ACCENT.sub("", text.translate(_LETTERS))
    visible = (c for c in text if unicodedata.category(c) != "Cf")
    return unicodedata.normalize("NFC", "".join(visible))


def _words(text: str) -> str:
    """Letters, digits and pluses; everything else becomes a single space."""
    spelled = text.replace("&", " and ")
    if spelled.isascii():
        kept = _NO_WORD.sub(" ", spelled)
    else:
        kept = "".join(c if c == "+" or unicodedata.category(c)[0] in "LMN" else " " for c in spelled)
    return " ".join(_PLUS.sub("+ ", " ".join(kept.split())).split())


def _without_quality(words: str) -> str:
    kept = words.split()
    while kept and kept[-1] in _QUALITY:
        kept.pop()
    return " ".join(kept) or words


@lru_cache(maxsize=65_536)
def same_id_key(channel_id: str) -> str:
    """The form of a channel id that is equal for ids which differ only in case, Unicode form or invisible characters."""
    text = channel_id
    for _ in range(2):
        text = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
        text = "".join(c for c in text if unicodedata.category(c) not in ("Cf", "Cc") and c not in _INVISIBLE)
    return " ".join(text.split()) or channel_id


def channel_number(display_names: Sequence[str], lcn: str | None) -> str | None:
    """The number of a channel: its `<lcn>`, else a display name that is only a number.

    `7-1` (a US sub-channel) is written `7.1`. None when there is neither.
    """
    given = (lcn or "").strip()
    for text in [given] if given else display_names:
        found = _NUMBER.fullmatch(text.strip())
        if found:
            return f"{found[1]}.{found[2]}" if found[2] else found[1]
    return given or None
