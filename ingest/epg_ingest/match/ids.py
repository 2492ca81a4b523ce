"""What a channel id of a feed says: whether it names a channel, and which country or language it belongs to."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

#: two-letter ends that are no country: `plex.tv`, `ITV.sd` for standard definition, `Radio.fm`
_NO_REGION = frozenset({"tv", "fm", "sd"})
#: ends of host names: `I21756.json.schedulesdirect.org` is an id of many countries
_NO_ENDING = frozenset({"com", "net", "org", "tv", "info", "xml", "hd", "sd", "fhd", "uhd"})
#: countries (ISO 3166) and the languages (ISO 639) that feeds put in the same place and that are no country
_CODES = """
ad ae af ag ai al am an ao ar at au aw az ba bb bd be bf bg bh bi bj bm bn bo br bs bt bw by bz ca cd cf cg ch ci cl cm
cn co cr cu cv cy cz de dj dk dm do dz ec ee eg er es et eu fi fj fo fr ga gb gd ge gf gg gh gi gl gm gn gp gq gr gt gu
gw gy hk hn hr ht hu id ie il im in iq ir is it je jm jo jp ke kg kh km kn kp kr kw ky kz la lb lc li lk lr ls lt lu lv
ly ma mc md me mg mk ml mm mn mo mq mr ms mt mu mv mw mx my mz na nc ne ng ni nl no np nz om pa pe pf pg ph pk pl pr ps
pt pw py qa re ro rs ru rw sa sb sc se sg si sk sl sm sn so sr st sv sy sz td tg th tj tl tm tn to tr tt tw tz ua ug uk
us uy uz va vc ve vg vi vn vu ws xk ye za zm zw
cs da el en fa gu he hi ja kn ko ku sq ta te ur zh
"""
_REGIONS = frozenset(_CODES.split())
_SAME_REGION = {
    "gb": "uk",
    "en": "uk",
    "cs": "cz",
    "da": "dk",
    "el": "gr",
    "ja": "jp",
    "ko": "kr",
    "zh": "cn",
}
#: `.uk`, `.us2`, `.us_locals1`, each also with `@SD` before or after it
_SUFFIX = re.compile(r"(?:@[\w-]+)?\.([a-z]{2})(?:\d|_\w+)?(?:@[\w-]+)?$|@[\w-]+$", re.IGNORECASE | re.ASCII)
#: a word that only numbers channels, with its number: says no more than the number
_NUMBERED = re.compile(r"(?:c|ch|chan|channel|id|no|nr|sid|srv|service|stn|station|x)?[\W_]*[\d\W_]*")
#: a place for changing events, not a channel: `PPV1`, `event.12.uk`
_EVENT = re.compile(r"(?:ppv|event|live event|ppv event)s?(?: ?(?:hd|sd|no|nr))?(?: ?\d+)?")


@lru_cache(maxsize=65_536)
def same_id_key(channel_id: str) -> str:
    """Equal for ids that differ only in case, Unicode form, invisible characters and outer spaces."""
    if channel_id.isascii() and channel_id.isprintable():
        return " ".join(channel_id.lower().split())
    text = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", channel_id).casefold())
    return " ".join("".join(c for c in text if unicodedata.category(c) not in ("Cf", "Cc")).split())


@lru_cache(maxsize=65_536)
def region_of(channel_id: str) -> str | None:
    """The country or language at the end of an id: `uk` for `BBC1.uk` and `BBC1.uk@SD`, None where there is none."""
    found = _SUFFIX.search(same_id_key(channel_id))
    return as_region(found[1]) if found and found[1] else None


def ending_of(channel_id: str) -> str | None:
    """What follows the last dot of an id, where it says whose id it is: `plex`, but not `com`, and not a country."""
    _, dot, end = same_id_key(channel_id).rpartition(".")
    return end if dot and end.isalpha() and end not in _NO_ENDING and region_of(channel_id) is None else None


def as_region(code: str) -> str | None:
    """A country or language code in the form in which two of them are compared; None if it is none."""
    low = code.lower()
    if low in _NO_REGION or low not in _REGIONS:
        return None
    return _SAME_REGION.get(low, low)


@lru_cache(maxsize=65_536)
def stem_of(channel_id: str) -> str:
    """An id as a name: without country and `@SD`, with spaces for dots. `E4+1.uk` gives `e4+1`."""
    key = same_id_key(channel_id)
    found = _SUFFIX.search(key)
    if found and (not found[1] or as_region(found[1])):
        key = key[: found.start()]
    return " ".join(re.sub(r"[._]+", " ", key).split())


def says_something(channel_id: str) -> bool:
    """Whether an equal id in two feeds means anything: it has letters that name a channel (`BBC1.uk`, not `11`, `ch11`)."""
    stem = stem_of(channel_id)
    if not any(c.isalpha() for c in stem) or is_event(channel_id):
        return False
    return region_of(channel_id) is not None or not _NUMBERED.fullmatch(stem)


@lru_cache(maxsize=65_536)
def is_event(channel_id: str) -> bool:
    """Whether the id is a place for events that change from day to day (`PPV 1`): such a channel is known by what it shows."""
    return bool(_EVENT.fullmatch(" ".join(re.sub(r"[\W_]+", " ", stem_of(channel_id)).split())))
