"""What a showing is: live, new, a premiere, a repeat; said before the title, or in brackets."""

from __future__ import annotations

from ..rule import RuleSet
from ..words import BLANK

_OPEN, _CLOSE = rf"[(\[（［【<]{BLANK}?", rf"{BLANK}?[)\]）］】>]"
_LIVE = (
    "live|en vivo|en directo|ao vivo|em direto|in diretta|en direct|na żywo|uživo|v živo|živě|naživo|élő|în direct"
    "|live hd|direkte|direkt|direktsändning|suora|suora lähetys|tiesioginė transliacija|tiešraide|otse|canlı"
    "|canlı yayın|canli|ζωντανά|прямой эфир|прямая трансляция|в прямом эфире|наживо|прямий ефір|на живо|пряко"
    "|во живо|уживо|שידור ישיר|ישיר|مباشر|بث مباشر|زنده|直播|現場直播|现场直播|生中継|生放送|생방송|생중계|สด"
    "|ถ่ายทอดสด|trực tiếp|langsung|siaran langsung|zuzenean|beint|yn fyw"
)
_LIVE_MARKS = "direto|diretta|direct|生|생|Ζ"
_NEW = (
    "new|brand new|all new|all-new|new episode|new series|new season|neu|neue folge|neue staffel|nieuw|nouveau"
    "|nouveauté|inédit|nuevo|nueva|nuevo episodio|novo|novo episódio|inédito|nuovo|nuova|nou|nytt|ny|nyt|uusi|uus"
    "|jauns|naujas|nowy|nowość|nový|nové|novinka|új|új rész|noua|nou episod|nova epizoda|nova sezona"
    "|novo u programu|yeni|yeni bölüm|νέο|νέο επεισόδιο|новинка|новый сезон|новая серия|новые серии|нове|нова|новое"
    "|חדש|פרק חדש|חדשה|جديد|حلقة جديدة|جدید|新番組|最新|首播|全新|신규|본방|mới|baru|episode baru|newydd|berria"
)
_PREMIERE = (
    "premiere|première|premiera|premierowy odcinek|premijera|premiéra|premiär|premier|ensi-ilta|estreia|estreno"
    "|estrena|season premiere|series premiere|prima tv|prima visione|prima visione tv|erstausstrahlung|tv-premiere"
    "|free-tv-premiere|premieră|prömiyer|gala|премьера|премьера сезона|прем'єра|прем’єра|премиера|премијера"
    "|πρεμιέρα|α΄ προβολή|בכורה|العرض الأول|初回|首映|첫방송"
)
_REPEAT = (
    "rpt|rerun|re-run|re - run|repeat|replay|encore|recorded|wdh|wh|wiederholung|rediff|rediffusion|redifusión"
    "|redif|repetición|repetição|replica|repris|reprise|repríza|repriza|repr|opakování|opakovanie|powt|powtórka"
    "|ismétlés|ism|ismétlő|uusinta|genudsendelse|herhaling|herh|kordus|atkārtojums|kartojimas|kartojama|reluare"
    "|ponovitev|pon|ponavljanje|tekrar|tekrarı|επανάληψη|επαν|повтор|повт|повторение|реприза|ש\\.ח|שידור חוזר|إعادة"
    "|معاد|تکرار|重播|重|复|重放|再放送|再|재방송|재방|재|반복|รีรัน|เทป|ออกอากาศซ้ำ|phát lại|chiếu lại|ulangan"
    "|siaran ulang|endurtekið"
)


def _marked(words: str) -> str:
    """One of the words in brackets, at the beginning or the end of a title: in the middle it may be part of the name."""
    mark = rf"{_OPEN}(?:{words})[!.]?{_CLOSE}"
    return rf"(?i)(?:^{BLANK}*(?P<cut>{mark})|(?P<cut2>{mark}){BLANK}*$)"


#: in brackets, with the words of all languages
_IN_BRACKETS = tuple(map(_marked, (f"{_LIVE}|{_LIVE_MARKS}", f"{_NEW}|新|首|신", _PREMIERE, _REPEAT)))
WIDER = {("title", pattern): (rf"{_OPEN}[^0-9]",) for pattern in _IN_BRACKETS}

SETS = (
    RuleSet(
        "live",
        "safe",
        "Live: and its like before a title, with : or !, and in brackets. At the end of a title it may be a name: Morning Live",
        (
            ("title", rf"(?i)^{BLANK}*【?(?:{_LIVE})】?{BLANK}?[:!：！]+{BLANK}*", "extract", "live"),
            ("title", _IN_BRACKETS[0], "extract", "live"),
            ("description", rf"(?i)^{BLANK}*(?:{_LIVE}){BLANK}?[:!：！]+{BLANK}*", "extract", "live"),
        ),
    ),
    RuleSet(
        "new",
        "safe",
        "New: and its like before a title or a description, *NEW*, and in brackets",
        (
            ("title", rf"(?i)^{BLANK}*(?:{_NEW}){BLANK}?[:!：！]+{BLANK}*", "extract", "new"),
            ("title", _IN_BRACKETS[1], "extract", "new"),
            ("title", r"(?i)\*new\*", "extract", "new"),
            ("description", rf"(?i)^{BLANK}*(?:{_NEW}){BLANK}?[:!：！]+{BLANK}*", "extract", "new"),
        ),
    ),
    RuleSet(
        "premiere",
        "safe",
        "Premiere: and its like before a title (in Cyrillic also with a dot), and in brackets",
        (
            ("title", rf"(?i)^{BLANK}*(?:{_PREMIERE}){BLANK}?[:!：！]+{BLANK}*", "extract", "premiere"),
            ("title", rf"(?i)^{BLANK}*(?:прем[ьи]ера(?: сезона)?|прем['’]єра|премијера)\.{BLANK}+", "extract", "premiere"),
            ("title", _IN_BRACKETS[2], "extract", "premiere"),
            ("title", rf"(?i)(?P<cut>{BLANK}[-–]?{BLANK}*(?:1\^{BLANK}?tv|prima tv)){BLANK}*$", "extract", "premiere"),
        ),
    ),
    RuleSet(
        "repeat",
        "safe",
        "Repeat in brackets, (R) as a capital with a blank before it, and before a title with a colon",
        (
            ("title", _IN_BRACKETS[3], "extract", "repeat"),
            ("title", rf"(?i)^{BLANK}*(?:{_REPEAT})\.?{BLANK}?[:：]{BLANK}*", "extract", "repeat"),
            ("title", rf"(?P<cut>{BLANK}[(\[](?:R|П|п)\.?[)\]]){BLANK}*$", "extract", "repeat"),
            ("title", rf"(?i)(?P<cut>{BLANK}/(?:п|повт|повторение)\.?/){BLANK}*$", "extract", "repeat"),
            ("subtitle", rf"(?i)(?P<cut>{_OPEN}(?:{_REPEAT})\.?{_CLOSE}){BLANK}*$", "extract", "repeat"),
            ("subtitle", rf"(?P<cut>{BLANK}[(\[](?:R|П)\.?[)\]]){BLANK}*$", "extract", "repeat"),
            ("description", rf"(?P<cut>{BLANK}?[(\[](?:R|RPT|Rpt|rpt|Wdh\.|Wh\.|П)\.?[)\]])\.?{BLANK}*$", "extract", "repeat"),
        ),
    ),
)  # fmt: skip
