"""Season and episode with words: `T3 - Ep. 9`, `Staffel 2 Folge 2`, `2 сезон 3 серия`, `(3/3)`, `Episode 12`."""

from __future__ import annotations

from ..rule import RuleSet
from ..words import (
    BLANK,
    BOTH,
    COUNT,
    COUNTED,
    HAS_EPISODE,
    HAS_ONE_EPISODE,
    HAS_SEASON,
    NUMBERED,
    ONE_EPISODE,
    ONE_OF,
    ONE_SEASON,
    L,
    R,
    unique,
)

_COUNT = rf"(?P<episode>\p{{Nd}}{{1,3}}){BLANK}?[/／:]{BLANK}?(?P<episodes>\p{{Nd}}{{1,3}})"
_IN_BRACKETS = rf"(?P<cut>[(\[（【]{BLANK}?(?:{_COUNT}|{ONE_OF}){BLANK}?[)\]）】])"
#: after a sentence, or in brackets of its own
_AT_END = rf"(?i)(?:[.!?…\"”»\]]{BLANK}+(?P<cut>\(?%s\)?)|{BLANK}(?P<cut>[(\[]%s[)\]]))\.?{BLANK}*$"
_AT_START = r"(?i)^[^\pL\p{Nd}]{0,3}(?P<cut>%s)"
#: a series is also a competition (`Champions Series 4`): something has to separate it from the title
_SERIES = rf"(?i){BLANK}*[-–—:,(_]{BLANK}*(?P<cut>series{BLANK}?(?P<season>[0-9]{{1,2}}))\)?{BLANK}*$"
_STOP = rf"(?:\.(?:[^\p{{Nd}}]|$)|[:;,)\]/|–-]|{BLANK}[–-]|{BLANK}*$)"
_BOTH = unique(rf"(?i){L}(?P<cut>{BOTH}){R}")
_BOTH_AT_START, _BOTH_AT_END = unique(_AT_START % BOTH + R), unique(_AT_END % (BOTH, BOTH))
_EPISODE = unique(rf"(?i){L}(?P<cut>{ONE_EPISODE}){R}")
_EPISODE_AT_START = unique(_AT_START % ONE_EPISODE + _STOP)
_EPISODE_AT_END = unique((_AT_END % (ONE_EPISODE, ONE_EPISODE)).replace(r"\.?", ""))
_SEASON = unique(rf"(?i){L}(?P<cut>{ONE_SEASON})[)\]）】.]?{BLANK}*$")
_SEASON_AT_START = unique(rf"(?i)^{BLANK}*{ONE_SEASON}(?:[.:;,]|{BLANK}[(–-])")
_TOTAL = unique(rf"(?i){_IN_BRACKETS}")
_TOTAL_AT_END, _TOTAL_AT_START = (
    unique(rf"(?i){_IN_BRACKETS}{BLANK}*$"),
    unique(rf"(?i)^{BLANK}*{_IN_BRACKETS}"),
)
_COUNT_AT_START = unique(rf"(?i)^{BLANK}*(?P<cut>{COUNT.replace('[/:]', '/')}|{ONE_OF})[.:;]")
#: where numbers stand in a title and in a description; letters of other scripts before them are let through
_IN_TITLE = rf"(?i)(?:^|[^a-z0-9]){NUMBERED}"
_AFTER_TEXT = rf"[.!?…\"”»\]]{BLANK}+\(?|{BLANK}[(\[]"
_IN_DESCRIPTION = rf"(?i)(?:^(?:[^a-z0-9]{{0,3}}|{BLANK}*)|{_AFTER_TEXT}){NUMBERED}"
_LATER = rf"(?i)(?:{_AFTER_TEXT}){NUMBERED}"
_BRACKETED = (rf"(?i)[(\[（【]{BLANK}?{COUNTED}",)
WIDER = {
    ("title", _BOTH): (_IN_TITLE, HAS_SEASON, HAS_EPISODE),
    ("title", _EPISODE): (_IN_TITLE, HAS_ONE_EPISODE),
    ("title", _SEASON): (_IN_TITLE, HAS_SEASON),
    ("title", _TOTAL): _BRACKETED,
    ("subtitle", _BOTH): (_IN_TITLE, HAS_SEASON, HAS_EPISODE),
    ("subtitle", _EPISODE_AT_START): (_IN_TITLE, HAS_ONE_EPISODE),
    ("subtitle", _TOTAL_AT_END): _BRACKETED,
    ("description", _BOTH_AT_START): (_IN_DESCRIPTION, HAS_SEASON, HAS_EPISODE),
    ("description", _BOTH_AT_END): (_IN_DESCRIPTION, HAS_SEASON, HAS_EPISODE, _LATER),
    ("description", _EPISODE_AT_START): (_IN_DESCRIPTION, HAS_ONE_EPISODE),
    ("description", _EPISODE_AT_END): (_IN_DESCRIPTION, HAS_ONE_EPISODE, _LATER),
    ("description", _SEASON_AT_START): (_IN_DESCRIPTION, HAS_SEASON),
    ("description", _TOTAL_AT_START): (rf"(?i)^{BLANK}*[(\[（【]{BLANK}?{COUNTED}",),
    ("description", _COUNT_AT_START): (rf"(?i)^{BLANK}*{COUNTED}",),
}

SETS = (
    RuleSet(
        "season-episode",
        "safe",
        "Season with episode, in words or letters of many languages; what follows in a title is the sub-title",
        (
            ("title", _BOTH, "extract", "split"),
            ("subtitle", _BOTH, "extract", ""),
            ("description", _BOTH_AT_START, "extract", ""),
            ("description", _BOTH_AT_END, "extract", ""),
        ),
    ),
    RuleSet(
        "total",
        "safe",
        "Episode of a total: (3/8), (3:8), (3 of 8); two neighbouring years such as (24/25) are a sports season",
        (
            ("title", _TOTAL, "extract", "split"),
            ("subtitle", _TOTAL_AT_END, "extract", ""),
            ("description", _TOTAL_AT_START, "extract", ""),
            ("description", _COUNT_AT_START, "extract", ""),
        ),
    ),
    RuleSet(
        "episode",
        "safe",
        "An episode word and its number: Episode 12, Folge 3, 5. rész, 3 серия; what follows in a title is the sub-title",
        (
            ("title", _EPISODE, "extract", "split"),
            ("subtitle", _EPISODE_AT_START, "extract", ""),
            ("description", _EPISODE_AT_START, "extract", ""),
            ("description", _EPISODE_AT_END, "extract", ""),
        ),
    ),
    RuleSet(
        "season",
        "safe",
        "A season word and its number at the end of a title, or at the beginning of a description, which keeps it",
        (
            ("title", _SEASON, "extract", "careful"),
            ("title", _SERIES, "extract", "careful"),
            ("description", _SEASON_AT_START, "extract", "keep"),
        ),
    ),
)  # fmt: skip
