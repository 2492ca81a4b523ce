"""Season and episode with words: `T3 - Ep. 9`, `Staffel 2 Folge 2`, `2 сезон 3 серия`, `(3/3)`, `Episode 12`."""

from __future__ import annotations

from ..rule import RuleSet
from ..words import BLANK, BOTH, BOTH_BEGIN, COUNT, ONE_EPISODE, ONE_OF, ONE_SEASON, L, R, unique

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
#: Patterns with a wider one that matches wherever they do, and seldom elsewhere. Of a text that it matches, the pattern itself
#: is asked. The wider ones have a third of the size: all patterns of a field are compiled together in each process that reads
#: a feed, and these took half of that time.
WIDER = {
    _BOTH: unique(rf"(?i){L}{BOTH_BEGIN}"),
    _BOTH_AT_START: unique(_AT_START.replace("?P<cut>", "?:") % BOTH_BEGIN),
    _BOTH_AT_END: unique(rf"(?i)(?:[.!?…\"”»\]]{BLANK}+\(?|{BLANK}[(\[]){BOTH_BEGIN}"),
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
            ("title", unique(rf"(?i){_IN_BRACKETS}"), "extract", "split"),
            ("subtitle", unique(rf"(?i){_IN_BRACKETS}{BLANK}*$"), "extract", ""),
            ("description", unique(rf"(?i)^{BLANK}*{_IN_BRACKETS}"), "extract", ""),
            ("description", unique(rf"(?i)^{BLANK}*(?P<cut>{COUNT.replace('[/:]', '/')}|{ONE_OF})[.:;]"), "extract", ""),
        ),
    ),
    RuleSet(
        "episode",
        "safe",
        "An episode word and its number: Episode 12, Folge 3, 5. rész, 3 серия; what follows in a title is the sub-title",
        (
            ("title", unique(rf"(?i){L}(?P<cut>{ONE_EPISODE}){R}"), "extract", "split"),
            ("subtitle", unique(_AT_START % ONE_EPISODE + _STOP), "extract", ""),
            ("description", unique(_AT_START % ONE_EPISODE + _STOP), "extract", ""),
            ("description", unique((_AT_END % (ONE_EPISODE, ONE_EPISODE)).replace(r"\.?", "")), "extract", ""),
        ),
    ),
    RuleSet(
        "season",
        "safe",
        "A season word and its number at the end of a title, or at the beginning of a description, which keeps it",
        (
            ("title", unique(rf"(?i){L}(?P<cut>{ONE_SEASON})[)\]）】.]?{BLANK}*$"), "extract", "careful"),
            ("title", _SERIES, "extract", "careful"),
            ("description", unique(rf"(?i)^{BLANK}*{ONE_SEASON}(?:[.:;,]|{BLANK}[(–-])"), "extract", "keep"),
        ),
    ),
)  # fmt: skip
