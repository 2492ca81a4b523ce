"""What a time says of its zone: `+0100`, `CEST`, `Europe/Berlin`, and the ways to write these.

- Offsets are literal: `+0010` is ten minutes, `+1500` fifteen hours. One or two digits are hours (`+01`), three are an hour
  and minutes (`+100`), so `+0`, `+00` and `+000` are zero. `GMT`, `UTC` or `UT` may stand before an offset, and a space
  after its sign.
- `CST` and `EST` are the American ones. Single letters but `Z`, and names that are neither listed here nor IANA names, cannot
  be read: the military letters are read with both signs, and a guess would be hours off.
- A name may be in brackets (`(CET)`).
- An offset counts whatever name follows it (`+0100 CET`, `+0100 (CET)`, `+01:00[Europe/Berlin]`): programs write `CET` all
  year. Without brackets, that must be the name of a zone.
"""

from __future__ import annotations

import re
from datetime import tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_OFFSET = re.compile(r"(?:(?:GMT|UTC|UT) ?)?([+-]) ?(?:(\d{1,2})|(\d{1,2}):?(\d\d))", re.ASCII)
#: an offset or a name, and then perhaps something in brackets
_BRACKETS = re.compile(r"([^()\[\]]*)(?:\(([^()\[\]]{1,60})\)|\[([^()\[\]]{1,60})\])?")
#: an offset and the name of a zone
_BOTH = re.compile(r"(.{1,20}?\d|Z) ?([A-Z][\w/+-]{1,60})", re.ASCII | re.IGNORECASE)
_IANA = re.compile(r"[A-Za-z][\w+-]{1,20}(?:/[A-Za-z][\w+-]{1,30}){1,2}", re.ASCII)
#: minutes ahead of UTC: the names
_NAMES = {
    0: "UTC GMT UT Z WET",
    60: "BST WEST CET MET MEZ",
    120: "CEST MEST MESZ EET SAST",
    180: "EEST MSK",
    480: "HKT SGT AWST",
    540: "JST KST",
    570: "ACST",
    600: "AEST",
    630: "ACDT",
    660: "AEDT",
    720: "NZST",
    780: "NZDT",
    -150: "NDT",
    -180: "ADT BRT",
    -210: "NST",
    -240: "AST EDT",
    -300: "EST CDT",
    -360: "CST MDT",
    -420: "MST PDT",
    -480: "PST AKDT",
    -540: "AKST",
    -600: "HST",
}
_ZONES = {name: minutes * 60 for minutes, names in _NAMES.items() for name in names.split()}


def written_zone(text: str) -> int | tzinfo | None:
    """Seconds ahead of UTC for `+0100`, `-03:30`, `GMT+10` or `CEST`, the zone of an IANA name, None for anything else.

    Call it with short texts: the caller bounds them. The rules are at the top of this module.
    """
    parts = _BRACKETS.fullmatch(" ".join(text.split()))
    if not parts:
        return None
    name, comment = parts[1].strip(), (parts[2] or parts[3] or "").strip()
    if not name:
        return _zone(comment)
    if comment:
        return _offset(name) if _is_comment(comment) else None
    found = _zone(name)
    if found is None and (both := _BOTH.fullmatch(name)):
        return _offset(both[1]) if _zone(both[2]) is not None else None
    return found


def _is_comment(text: str) -> bool:
    """Whether a text after an offset only explains it; digits would be another offset."""
    return _named(text) is not None or not any(character.isdigit() for character in text)


def _zone(name: str) -> int | tzinfo | None:
    seconds = _ZONES.get(name.upper())
    if seconds is None:
        seconds = _offset(name)
    return _named(name) if seconds is None else seconds


def _offset(text: str) -> int | None:
    found = _OFFSET.fullmatch(text.upper())
    if not found:
        return 0 if text.upper() == "Z" else None
    sign, hours, hour, minute = found.groups()
    return offset_seconds(sign, int(hours or hour), int(minute or 0))


def offset_seconds(sign: str, hours: int, minutes: int) -> int | None:
    """Seconds ahead of UTC; None for more than 23 hours or 59 minutes."""
    if hours > 23 or minutes > 59:
        return None
    return (hours * 60 + minutes) * (-60 if sign == "-" else 60)


@lru_cache(maxsize=512)
def _named(name: str) -> tzinfo | None:
    """The zone of an IANA name, as it is or with capitals where most names have them (`europe/berlin`)."""
    if not _IANA.fullmatch(name):
        return None
    for spelling in dict.fromkeys((name, name.title())):
        try:
            return ZoneInfo(spelling)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            continue
    return None
