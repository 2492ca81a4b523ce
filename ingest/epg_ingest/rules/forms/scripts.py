"""Season and episode in languages that put no blanks between words: Chinese, Japanese, Korean, Thai."""

from __future__ import annotations

from ..rule import RuleSet
from ..words import BETWEEN, BLANK, DIGITS, unique

_NUMBER = r"(?:\p{Nd}{1,4}|[〇一二三四五六七八九十百零两兩]{1,5})"
_SEASON = (
    rf"(?:第{BLANK}?(?P<season>{_NUMBER}){BLANK}?[季部]|(?:シーズン|シリーズ|시즌){BLANK}?(?P<season>\p{{Nd}}{{1,3}})"
    rf"|(?:ปี(?:ที่)?|ซีซั่น(?:ที่)?|ซีซัน(?:ที่)?|ฤดูกาล(?:ที่)?|ภาค(?:ที่)?){BLANK}?(?P<season>\p{{Nd}}{{1,2}}))"
)
_EPISODE = (
    rf"(?:第{BLANK}?(?P<episode>{_NUMBER}){BLANK}?[集话話]|(?:ตอน(?:ที่)?){BLANK}?(?P<episode>{DIGITS})"
    rf"|エピソード{BLANK}?(?P<episode>{DIGITS})|에피소드{BLANK}?(?P<episode>{DIGITS}))"
)
#: with a season beside it, a shorter form is enough
_SHORT = rf"(?:(?:[#＃♯]|ep\.?){BLANK}?(?P<episode>{DIGITS})|제?{BLANK}?(?P<episode>{DIGITS}){BLANK}?[회화])"
_BOTH = rf"{_SEASON}{BETWEEN}(?:{_EPISODE}|{_SHORT})"
#: `제25회` is the 25th edition of something; in brackets it is an episode
_KOREAN = rf"[(（\[<〈【]{BLANK}?제?{BLANK}?(?P<episode>{DIGITS}){BLANK}?[회화]{BLANK}?[)）\]>〉】]"
_AT_END = (
    rf"(?:(?P<cut>第{BLANK}?(?P<episode>{_NUMBER}){BLANK}?回)|\p{{Thai}}(?P<cut>ep\.?{BLANK}?(?P<episode>{DIGITS})))"
    rf"[)）\]】]?{BLANK}*$"
)
_ALL = (
    rf"[(（【]全{BLANK}?(?P<episodes>{DIGITS}){BLANK}?[集话話][)）】]"
    rf"|[(（](?:VN[ _-]+)?(?P<episodes>\p{{Nd}}{{2,3}}){BLANK}?T[)）]"
)
#: `ปีที่ 2` alone is a year at school
_LONE_SEASON = _SEASON.replace("ปี(?:ที่)?", "ปี") + rf"[)）\]】]?{BLANK}*$"
_TITLES = (
    unique(rf"(?i)(?P<cut>{_BOTH})"),
    unique(rf"(?i)(?P<cut>{_EPISODE}|{_KOREAN})"),
    unique(rf"(?i)(?P<cut>{_LONE_SEASON})"),
)
_AT_START = rf"(?P<cut>{_BOTH}|{_EPISODE}|{_KOREAN})"
_SUBTITLE, _DESCRIPTION = unique(rf"(?i)^{_AT_START}"), unique(rf"(?i)^{BLANK}*{_AT_START}")
#: what one of these words begins with stands in each of them
_ANY = (rf"第|シーズン|シリーズ|시즌|ปี|ซีซ|ฤดูกาล|ภาค|ตอน|エピソード|에피소드|\p{{Nd}}{BLANK}?[회화]",)
WIDER = {
    **{("title", pattern): _ANY for pattern in _TITLES},
    ("subtitle", _SUBTITLE): _ANY,
    ("description", _DESCRIPTION): _ANY,
}

SETS = (
    RuleSet(
        "scripts",
        "safe",
        "第3季 第12集, 第5話, シーズン2 #3, (168회), 시즌 2, ตอนที่ 5; a total such as (全36集) and (36T)",
        (
            ("title", _TITLES[0], "extract", "split"),
            ("title", _TITLES[1], "extract", "split"),
            ("title", unique(rf"(?i){_AT_END}"), "extract", ""),
            ("title", unique(rf"(?P<cut>{_ALL})"), "extract", ""),
            ("title", _TITLES[2], "extract", ""),
            ("subtitle", _SUBTITLE, "extract", ""),
            ("description", _DESCRIPTION, "extract", ""),
        ),
    ),
)  # fmt: skip
