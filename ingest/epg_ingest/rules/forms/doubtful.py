"""Forms that are right in some feeds only. `feed`: on where the provider's own numbers prove them. `never`: only by hand."""

from __future__ import annotations

from ..rule import RuleSet
from ..words import BLANK, L, R

_END = rf"[)\]]?{BLANK}*$"
_HASH = rf"(?P<cut>[#＃]{BLANK}?(?P<episode>\p{{Nd}}{{1,4}}))"
_LETTER = rf"{BLANK}(?P<cut>[ST](?P<season>\p{{Nd}}{{1,2}}))"
_BRACKETS = r"(?P<cut>[(（](?P<episode>\p{Nd}{1,4})[)）])"
_YEAR = r"(?P<year>(?:19|20)[0-9]{2})"
_DASH = rf"{BLANK}[–—-]{BLANK}?(?P<cut>(?P<episode>\p{{Nd}}{{1,4}}))"
_NUMBER_SIGN = L + _HASH + R
_AFTER_DASH = rf"[\pL)!?.]{BLANK}[–—-]{BLANK}(?P<cut>{_YEAR}){BLANK}*$"
_CROSS = rf"{L}(?P<cut>(?P<season>[0-9]{{1,2}})x(?P<episode>[0-9]{{1,3}})){R}"
_BARE = rf"[\pL)]{BLANK}(?P<cut>(?P<episode>[0-9]{{1,3}}|[IVX]{{2,5}})){BLANK}*$"
WIDER = {
    ("title", _NUMBER_SIGN): (rf"[#＃]{BLANK}?\p{{Nd}}",),
    ("title", _AFTER_DASH): (rf"{BLANK}[–—-]{BLANK}[0-9]{{4}}{BLANK}*$",),
    ("title", _CROSS): ("[0-9]x[0-9]",),
    ("title", _BARE): (rf"{BLANK}(?:[0-9]+|[IVX]+){BLANK}*$",),
}

SETS = (
    RuleSet(
        "agreeing",
        "safe",
        "#12, S3, (12) and - 12 at the end of a title, where the feed gives the same number",
        (
            ("title", _HASH + _END, "extract", "agreeing"),
            ("title", _LETTER + _END, "extract", "agreeing"),
            ("title", _BRACKETS + rf"{BLANK}*$", "extract", "agreeing"),
            ("title", _DASH + rf"{BLANK}*$", "extract", "agreeing"),
        ),
    ),
    RuleSet(
        "hash-number",
        "feed",
        "#12 in a title: an episode, but «Open #7» is a tournament",
        (("title", _NUMBER_SIGN, "extract", "split careful"),),
    ),
    RuleSet(
        "season-letter",
        "feed",
        "S3 or T3 at the end of a title: a season, but «Women's Tour S1» is a stage",
        (("title", _LETTER + _END, "extract", "careful"),),
    ),
    RuleSet(
        "year-after-dash",
        "feed",
        "- 1987 at the end of a title: the year of a film, but also that of a tournament",
        (("title", _AFTER_DASH, "extract", "careful"),),
    ),
    RuleSet(
        "number-in-brackets-by-feed",
        "feed",
        "(12) at the end of a title: an episode in some feeds",
        (("title", _BRACKETS + rf"{BLANK}*$", "extract", "careful"),),
    ),
    RuleSet(
        "letter-marks",
        "feed",
        "(N) new, (L) and (Z) live at the end of a title; (N) is «women» in Finnish sport",
        (
            ("title", rf"(?P<cut>{BLANK}\(N\)){BLANK}*$", "extract", "new"),
            ("title", rf"(?P<cut>{BLANK}\([LZ]\)){BLANK}*$", "extract", "live"),
        ),
    ),
    RuleSet(
        "cross",
        "never",
        "4x12: season and episode, but mostly a name or a size",
        (("title", _CROSS, "extract", "split careful"),),
    ),
    RuleSet(
        "part",
        "never",
        "Part 2, Teil 2, del 2, часть 2 at the end of a title",
        (
            (
                "title",
                rf"(?i){L}(?P<cut>(?:part|parte|partie|teil|deel|del|část|časť|część|osa|часть|част|μέρος|חלק|الجزء|ภาค)"
                rf"{BLANK}?(?P<episode>\p{{Nd}}{{1,2}})){_END}",
                "extract",
                "careful",
            ),
        ),
    ),
    RuleSet(
        "bare-number",
        "never",
        "- 12, 12 or XII at the end of a title: mostly part of the name",
        (
            ("title", _DASH + rf"{BLANK}*$", "extract", "careful"),
            ("title", _BARE, "extract", "careful"),
        ),
    ),
)  # fmt: skip
