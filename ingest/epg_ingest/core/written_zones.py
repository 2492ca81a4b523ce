"""What a time says of its zone: `+0100`, `CEST`, `Europe/Berlin`, and the ways to write these.

- Offsets are literal: `+0010` is ten minutes, `+1500` fifteen hours. One or two digits are hours (`+01`), three are an hour
  and minutes (`+100`), so `+0`, `+00` and `+000` are zero. `GMT`, `UTC` or `UT` may stand before an offset, and a space
  after its sign.
- An offset counts whatever else is written, in any order (`+0100 CET`, `CET (+0100)`, `+01:00[Europe/Berlin]`, `+0100 XYZ`):
  programs write `CET` all year. Two different offsets, other digits or signs, and `AM` or `PM` make it unreadable.
- Without an offset, all words must be names: IANA names in any case, or abbreviations. Of several, `UTC` counts, then the IANA
  name. `CET/CEST` is the zone that has both.
- `CST` and `EST` are the American ones. Single letters but `Z`, and abbreviations that are not listed here, such as `IST`,
  cannot be read: they have several meanings, and a guess would be hours off.
"""

from __future__ import annotations

import re
from datetime import tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

#: what programs write for a space, a minus and a plus; and invisible marks, which are copied along with a text
SIGNS = str.maketrans(
    dict.fromkeys(
        "\x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B))), " "
    )
    | dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe63\uff0d", "-")
    | dict.fromkeys("\ufe62\uff0b", "+")
    | dict.fromkeys("\u200b\u200e\u200f\u2060\ufeff")
)
#: An offset, wherever it stands. One right after a name needs four digits: `EST+1` may have its sign the other way round.
_OFFSET = re.compile(
    r"(?:(?<![\w/+-])(?:(?:GMT|UTC|UT) ?)?([+-]) ?(\d{1,2})(?:[: ]?(\d\d))?|(?<=[A-Z])([+-])(\d\d):?(\d\d))(?![\d:])"
    r"|(?<![A-Z])Z(?![\w/-])",
    re.ASCII | re.IGNORECASE,
)
#: what makes an offset beside it unreadable: more digits or signs, or half a day
_CONTRADICTION = re.compile(r"\d|[+\u00b1]|(?<!\w)-|\b[ap]\.? ?m\b", re.IGNORECASE)
_AROUND = " ()[]\"',;."
_SEPARATORS = re.compile(r"[\s()\[\]\"',;]+")
#: minutes ahead of UTC: the names
_NAMES = {
    0: "UTC GMT UT Z WET",
    60: "BST WEST CET MET MEZ WAT",
    120: "CEST MEST MESZ EET SAST CAT",
    180: "EEST MSK TRT EAT FET IDT",
    210: "IRST",
    240: "GST SAMT",
    300: "PKT YEKT UZT",
    345: "NPT",
    360: "OMST",
    390: "MMT",
    420: "WIB ICT KRAT NOVT",
    480: "HKT SGT AWST WITA MYT PHT IRKT",
    540: "JST KST WIT YAKT",
    570: "ACST",
    600: "AEST VLAT CHST",
    630: "ACDT",
    660: "AEDT",
    720: "NZST FJT",
    780: "NZDT",
    -120: "BRST",
    -150: "NDT",
    -180: "ADT BRT ART UYT CLST",
    -210: "NST",
    -240: "AST EDT CLT VET BOT PYT",
    -300: "EST CDT COT PET",
    -360: "CST MDT",
    -420: "MST PDT",
    -480: "PST AKDT",
    -540: "AKST",
    -600: "HST",
}
_ZONES = {name: minutes * 60 for minutes, names in _NAMES.items() for name in names.split()}
#: a name for winter and one for summer: the IANA name
_BY_SEASON = {
    "cet/cest": "CET", "mez/mesz": "CET", "met/mest": "MET", "eet/eest": "EET", "wet/west": "WET", "gmt/bst": "Europe/London",
    "est/edt": "EST5EDT", "cst/cdt": "CST6CDT", "mst/mdt": "MST7MDT", "pst/pdt": "PST8PDT",
}  # fmt: skip
#: files beside the zones that say nothing of a place
_NO_ZONES = ("factory", "localtime")


@lru_cache(maxsize=1024)
def written_zone(text: str) -> int | tzinfo | None:
    """Seconds ahead of UTC for `+0100`, `-03:30`, `GMT+10` or `CEST`, the zone of an IANA name, None for anything else.

    Call it with short texts: the caller bounds them. The rules are at the top of this module.
    """
    text = " ".join(text.split())
    found = _named(text.strip(_AROUND))
    if found is not None:
        return found
    offsets = {_seconds(match) for match in _OFFSET.finditer(text)}
    rest = _words(_OFFSET.sub(" ", text))
    if offsets:
        unknown = " ".join([word for word in rest if _named(word) is None])
        return offsets.pop() if len(offsets) == 1 and not _CONTRADICTION.search(unknown) else None
    return _agreed({word.upper(): _named(word) for word in rest})


def _words(text: str) -> list[str]:
    return [word for word in _SEPARATORS.split(text) if word.strip(_AROUND)]


def _seconds(found: re.Match[str]) -> int | None:
    sign, hours, minutes = found[1] or found[4], found[2] or found[5], found[3] or found[6]
    return offset_seconds(sign, int(hours), int(minutes or 0)) if sign else 0


def offset_seconds(sign: str, hours: int, minutes: int) -> int | None:
    """Seconds ahead of UTC; None for more than 23 hours or 59 minutes."""
    if hours > 23 or minutes > 59:
        return None
    return (hours * 60 + minutes) * (-60 if sign == "-" else 60)


def _agreed(named: dict[str, int | tzinfo | None]) -> int | tzinfo | None:
    """The zone that several names mean; None if one of them is unknown, or they differ."""
    zones = set(named.values())
    if None in zones:
        return None
    if "UTC" in named:
        return 0
    zones = {zone for zone in zones if isinstance(zone, tzinfo)} or zones
    return zones.pop() if len(zones) == 1 else None


def _named(name: str) -> int | tzinfo | None:
    """The zone of an abbreviation or an IANA name in any case, with spaces or underscores (`America/New York`)."""
    seconds = _ZONES.get(name.upper())
    if seconds is not None:
        return seconds
    key = re.sub(" ?/ ?", "/", name.lower())
    found = _BY_SEASON.get(key) or _iana().get(key.replace(" ", "_"))
    return ZoneInfo(found) if found else None


@lru_cache(maxsize=1)
def _iana() -> dict[str, str]:
    """The IANA names by their form in lower case. It takes 30 ms: only zones that are no plain offsets need it."""
    return {name.lower(): name for name in available_timezones() if name.lower() not in _NO_ZONES}
