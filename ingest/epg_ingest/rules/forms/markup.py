"""What is no part of a title: picture quality, age ratings, marks of grabbers and broadcasters, stray blanks."""

from __future__ import annotations

from ..rule import RuleSet
from ..words import BLANK

_QUALITY = "HD|FHD|UHD|QHD|SD|HDTV|HDR|4K|8K|UHD 4K|4K UHD|1080p|1080i|720p|full hd|hevc|3D|５\\.１|４Ｋ|５．１|5\\.1"
_AGE = (
    r"[0-9]{1,2}\+|\+[0-9]{1,2}|PG|PG-?[0-9]{1,2}|TV-(?:Y7?|G|PG|14|MA)|M/[0-9]{1,2}|K-?[0-9]{1,2}|FSK ?[0-9]{1,2}"
    r"|от [0-9]{1,2}|NC-?17|[0-9]{1,2} ?(?:yo|let)|18禁|[0-9]{1,2}세|NR|[0-9]{1,2}\+ ?лет"
)
_DUBBED = (
    "english dub|eng dub|english dubbed|dub|dubbed|dublado|doblado|doblada|doppiato|dabing|dabováno|dubbing|synchro"
    "|synchronisiert|dublaj|dublat|lektor|dubbad|מדובב|מדובבת|吹替|吹替版|더빙|lồng tiếng|thuyết minh|дублированный"
    "|дубляж"
)
_SUBTITLED = (
    "english sub|eng sub|sub|subbed|subs|subtitled|with subtitles|legendado|legendada|subtitulado|subtitulada"
    "|sottotitolato|titulky|napisy|OmU|OmeU|VOSE|VOS|VOST|VOSTFR|vostf|feliratos|altyazılı|subtitrat|textad"
    "|undertekstet|med tekst|с субтитрами|субтитры|מתורגם|字幕|字幕版|자막|자막방송|sottotitoli|phụ đề"
)
#: modifier letters and digits above and below the line; fewer than two are text (`²`, `ª`)
_RAISED = "[ʰ-ʸˠ-ˤᴬ-ᵪᵸᶛ-ᶿⁱⁿ⁰-₎ⱽꟸꟹ]"
_JAPANESE = "終|解|デ|二|多|SS|ステレオ|無|料|前|後|初|映|吹|双|Ｎ|Ｓ|手|天"
_ACCESS = "AD|SL|HD|ST|UT|W|T"
_AFTER_COMMA = r", (The|A|An|Der|Die|Das|Le|La|Les|El|Los|Las|Il|Lo|Gli|De|Het)$"
_ARTICLE = rf"^(.*[\pL\p{{Nd}}.!?'’]){_AFTER_COMMA}"
_ELIDED = r"^(.*[\pL\p{Nd}]), (L['’])$"
WIDER = {
    (field, pattern): (wider,)
    for field in ("title", "subtitle")
    for pattern, wider in ((_ARTICLE, _AFTER_COMMA), (_ELIDED, ", L['’]$"))
}

SETS = (
    RuleSet(
        "blanks",
        "safe",
        "Several blanks in a row, and blanks that are not the usual one, become one",
        (("title", rf"[\t\r\n\x{{a0}}\x{{2000}}-\x{{200b}}\x{{202f}}\x{{3000}}]|{BLANK}{BLANK}+", "replace", " "),),
    ),
    RuleSet(
        "grabber-marks",
        "safe",
        "(?), (n), (c) and (g), which a well-known grabber puts at the end",
        (
            ("title", rf"(?P<cut>{BLANK}*\(\?\)){BLANK}*$", "remove", ""),
            ("description", rf"{BLANK}*\([?ncg]\){BLANK}*$", "remove", ""),
        ),
    ),
    RuleSet(
        "quality",
        "safe",
        "Picture and sound in brackets: [HD], (4K)",
        (
            ("title", rf"(?i)[(\[（【]{BLANK}?(?:{_QUALITY}){BLANK}?[)\]）】]", "remove", ""),
            ("subtitle", rf"(?i)[(\[（【]{BLANK}?(?:{_QUALITY}){BLANK}?[)\]）】]", "remove", ""),
        ),
    ),
    RuleSet(
        "age-marks",
        "safe",
        "Age ratings in brackets: (16+), [PG]",
        (("title", rf"(?i)[(\[（【]{BLANK}?(?:{_AGE}){BLANK}?[)\]）】]", "remove", ""),),
    ),
    RuleSet(
        "languages",
        "safe",
        "Dubbed or subtitled, in brackets",
        (
            ("title", rf"(?i)[(\[（【]{BLANK}?(?:{_DUBBED}){BLANK}?[)\]）】]", "remove", ""),
            ("title", rf"(?i)(?P<cut>[(\[（【]{BLANK}?(?:{_SUBTITLED}){BLANK}?[)\]）】])", "extract", "subtitle"),
        ),
    ),
    RuleSet(
        "superscripts",
        "safe",
        "Small raised words: ᴺᵉʷ, ᴸᶦᵛᵉ, ᴴᴰ; a single raised letter or digit is text",
        (
            ("title", rf"(?P<cut>{BLANK}*ᴺ[ᵉᴱ][ʷᵂ])", "extract", "new"),
            ("title", rf"(?P<cut>{BLANK}*ᴸ[ᶦⁱᴵ][ᵛⱽ][ᵉᴱ])", "extract", "live"),
            ("title", rf"{BLANK}*{_RAISED}{{2,}}{BLANK}*$", "remove", ""),
        ),
    ),
    RuleSet(
        "broadcast-marks",
        "safe",
        "Marks of Japanese broadcasters: [新], 🈟, [再], [生], [字], [終]",
        (
            ("title", r"🈟|🆕|[\[【]新[\]】]", "extract", "new"),
            ("title", r"🈞|[\[【]再[\]】]", "extract", "repeat"),
            ("title", r"🈢|[\[【]生[\]】]", "extract", "live"),
            ("title", r"🈑|[\[【]字[\]】]", "extract", "subtitle"),
            ("title", rf"[🈐🈒-🈝🈠🈡🈣-🈻]|[\[【](?:{_JAPANESE})[\]】]", "remove", ""),
        ),
    ),
    RuleSet(
        "access",
        "safe",
        "[S], [AD,S], [SL] and «Also in HD» at the end of British descriptions",
        (
            (
                "description",
                rf"(?P<cut>{BLANK}*\[(?:(?:{_ACCESS}){BLANK}?[,/]{BLANK}?)*S(?:{BLANK}?[,/]{BLANK}?(?:{_ACCESS}))*\]){BLANK}*$",
                "extract",
                "subtitle",
            ),
            ("description", rf"{BLANK}*\[(?:{_ACCESS})(?:{BLANK}?[,/]{BLANK}?(?:{_ACCESS}))*\]{BLANK}*$", "remove", ""),
            ("description", rf"{BLANK}+Also in HD\.?{BLANK}*$", "remove", ""),
        ),
    ),
    RuleSet(
        "article",
        "safe",
        "An article that was put after the title for sorting: «Simpsons, The»",
        (
            ("title", _ARTICLE, "replace", r"\2 \1"),
            ("title", _ELIDED, "replace", r"\2\1"),
            ("subtitle", _ARTICLE, "replace", r"\2 \1"),
            ("subtitle", _ELIDED, "replace", r"\2\1"),
        ),
    ),
)  # fmt: skip
