"""Pure: when two channel names are the same channel, and which channels resemble a name.

`normalise` decides what is merged without asking, so it only folds what never distinguishes two channels:
case, accents, punctuation, spacing and picture quality. A time-shifted channel (`+1`) never equals its
parent. Whatever is less certain is a `Candidate`, for a person to accept or refuse.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import fuzz, process

#: below this, a resemblance is noise
THRESHOLD = 0.6
#: names looked at closely, per name and of all channels
_SHORTLIST = 60
#: characters of a name that are compared: the time grows with their square
_COMPARED = 200
_STEM_SCORE = 0.95
#: other numbers (`Sport 1`, `Sport 2`) are most often other channels
_OTHER_NUMBER = 0.8

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
_LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ı": "i", "æ": "ae", "œ": "oe"})
_MARKS = str.maketrans("", "", "™®℠\ufe0e\ufe0f")

_SUFFIX = re.compile(r"(?:@[\w-]+)?\.[a-z]{2,3}(?:@[\w-]+)?$|@[\w-]+$", re.IGNORECASE | re.ASCII)
_NUMERALS = {"one": "1", "two": "2", "three": "3", "four": "4", "five": "5"}
_NUMBER = re.compile(r"(\d{1,5})(?:[-.](\d{1,3}))?", re.ASCII)


@dataclass(frozen=True)
class Candidate:
    """A channel that may be the one meant: `score` is 0 to 1, `reason` a sentence for who decides."""

    channel_id: int
    score: float
    reason: str


@lru_cache(maxsize=65_536)
def normalise(display_name: str) -> str:
    """The form of a channel name under which equal means the same channel; a second pass changes nothing.

    Folded: case, accents of Latin and Greek letters, punctuation, spaces, `BBC1` to `bbc 1`, `&` to `and`,
    the word plus to `+`. Dropped: `HD`, `FHD`, `UHD`, `4K`, `SD`, `HEVC` at the end or in brackets. Kept: a
    shift, as ` +1` at the end, and prefixes such as `UK:`. A name of nothing else keeps what it has.
    """
    text = _folded(display_name)
    shift = _shift(text)
    rest = _SHIFT.sub(" ", text)
    words = _words(_BRACKETED.sub(" ", rest)) or _words(rest)
    mark = f" +{shift}" if shift else ""
    return (_without_quality(words) + mark).strip() or text or display_name.strip()


@lru_cache(maxsize=65_536)
def shift_of(name: str) -> int:
    """Hours by which the channel of this name repeats another: 1 for `ITV +1`, 0 for most."""
    return _shift(_folded(name))


def _shift(text: str) -> int:
    found = _SHIFT.search(text)
    if not found:
        return 0
    return int(found[1]) if found[1] else ("one", "two").index(found[2]) + 1


def _folded(name: str) -> str:
    """Lower case without accents, `bbc1` as `bbc 1`. Marks of other scripts stay: there they are letters."""
    text = name.translate(_MARKS)
    for _ in range(2):
        text = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    text = _ACCENT.sub("", text.translate(_LETTERS))
    visible = (c for c in text if unicodedata.category(c) != "Cf")
    text = _GLUED_PLUS.sub(" +", unicodedata.normalize("NFC", "".join(visible)))
    return " ".join(_DIGIT_EDGE.sub(" ", text).split())


def _words(text: str) -> str:
    """Letters, digits and pluses, with single spaces for everything else."""
    spelled = text.replace("&", " and ")
    kept = (c if c == "+" or unicodedata.category(c)[0] in "LMN" else " " for c in spelled)
    return " ".join(_PLUS.sub("+ ", " ".join("".join(kept).split())).split())


def _without_quality(words: str) -> str:
    kept = words.split()
    while kept and kept[-1] in _QUALITY:
        kept.pop()
    return " ".join(kept) or words


def suggest(
    display_names: Sequence[str],
    provider_channel_id: str,
    channels: Sequence[tuple[int, str, Sequence[str]]],
    limit: int = 5,
) -> list[Candidate]:
    """Channels that may be the provider's channel, best first, at most `limit`, none below `THRESHOLD`.

    `channels` are (id, name, display names). A channel shifted by other hours than this one is never offered.
    """
    shift = _hours(provider_channel_id, display_names)
    alike = [
        (number, name, spoken(texts)) for number, name, texts in channels if _hours(name, texts) == shift
    ]
    display_names = spoken(display_names)
    best: dict[int, Candidate] = {}
    for candidate in (*_same_stem(provider_channel_id, alike), *_resembling(display_names, alike)):
        known = best.get(candidate.channel_id)
        if known is None or candidate.score > known.score:
            best[candidate.channel_id] = candidate
    return sorted(best.values(), key=lambda c: (-c.score, c.channel_id))[:limit]


def spoken(names: Sequence[str]) -> Sequence[str]:
    """Without names that are only a number, which is a place on the remote control; a channel called `10` keeps its own."""
    return [name for name in names if not name.strip().isdigit()] or names


def _hours(channel_id: str, names: Sequence[str]) -> int:
    return max(map(shift_of, (_stem(channel_id), *names)))


def _stem(channel_id: str) -> str:
    """`BBC1.uk`, `BBC1.gb` and `BBC1.uk@SD` without what follows the name."""
    return _SUFFIX.sub("", channel_id.strip())


def _same_stem(channel_id: str, channels: Iterable[tuple[int, str, Sequence[str]]]) -> Iterator[Candidate]:
    stem = normalise(_stem(channel_id))
    if not any(c.isalpha() for c in stem):
        return
    for number, name, _ in channels:
        if normalise(_stem(name)) == stem:
            reason = f"id {_quoted(channel_id)} equals {_quoted(name)} up to the suffix"
            yield Candidate(number, _STEM_SCORE, reason)


def _resembling(
    names: Iterable[str], channels: Iterable[tuple[int, str, Sequence[str]]]
) -> Iterator[Candidate]:
    choices = [(number, text) for number, _, texts in channels for text in texts]
    folded = [normalise(text)[:_COMPARED] for _, text in choices]
    for name in names:
        wanted = normalise(name)[:_COMPARED]
        near = process.extract(
            wanted, folded, scorer=fuzz.WRatio, limit=_SHORTLIST, score_cutoff=THRESHOLD * 100
        )
        for other, _, index in near:
            score = _score(wanted, other)
            if score >= THRESHOLD:
                number, text = choices[index]
                yield Candidate(number, score, _reason(name, text, score))


def _score(one: str, other: str) -> float:
    """1 for equal names; else between what the whole names and what their common words have in common."""
    score = (fuzz.token_sort_ratio(one, other) + fuzz.token_set_ratio(one, other)) / 200
    numbers, others = _numbers(one), _numbers(other)
    if numbers and others and numbers != others:
        score *= _OTHER_NUMBER
    return round(score, 3)


def _numbers(name: str) -> set[str]:
    return {_NUMERALS.get(word, word) for word in name.split() if word.isdigit() or word in _NUMERALS}


def _reason(name: str, other: str, score: float) -> str:
    if normalise(name) == normalise(other):
        return f"display name {_quoted(name)} equals {_quoted(other)} up to case, accents and quality"
    return f"display name {_quoted(name)} resembles {_quoted(other)} ({score:.2f})"


def _quoted(text: str) -> str:
    return repr(text if len(text) <= 80 else text[:79] + "…")


def channel_number(display_names: Sequence[str], lcn: str | None) -> str | None:
    """The number a channel is known by: its `<lcn>`, else a display name that is nothing but a number.

    `7-1` (a US sub-channel) is written `7.1`. None when there is neither.
    """
    given = (lcn or "").strip()
    for text in [given] if given else display_names:
        found = _NUMBER.fullmatch(text.strip())
        if found:
            return f"{found[1]}.{found[2]}" if found[2] else found[1]
    return given or None
