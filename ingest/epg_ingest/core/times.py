"""XMLTV and ISO times to epoch seconds (UTC, integers) and back.

Rules where sources differ (the DTD's opening comment first, then what most readers do):

- No zone in the text, or just the word `local`: the caller's zone, UTC without one.
- A wall time that the caller's zone skips (spring) counts with the offset before the change, so it moves
  forward by the gap; one that happens twice (autumn) is the first unless the caller asks for the second.
  These are what `zoneinfo` says for `fold=0` and `fold=1` (PEP 495).
- What a time may say of its zone is in `written_zones`. A bare `0` after a full time is offset zero.
- Any Unicode space is a space, and any Unicode minus a `-`.
- Hour 24 is the next day's hour 0. Second 60, a leap second, is the next minute's second 0.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from typing import TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from .errors import UsageError
from .written_zones import SIGNS, offset_seconds, written_zone

UTC = timezone.utc
DAY = 86_400
FIRST_YEAR, LAST_YEAR = 1900, 2200
#: a 10-digit number is YYYYMMDDhh only up to here: what is later looks like Unix seconds
LAST_HOUR_YEAR = 2100
_CACHE_LIMIT = 50_000
_EPOCH = datetime(1970, 1, 1)
#: 1900-01-01 and 2201-01-01, give or take the day a zone can add
_FIRST, _LAST = -2_208_988_800 - DAY, 7_289_654_400 + DAY

_FORM = re.compile(
    r"(?P<y>\d{4})"
    r"(?:(?P<sep>[- /]?)(?P<mo>\d\d)"
    r"(?:(?P=sep)(?P<d>\d\d)"
    r"(?:(?:[Tt]|\ *)(?P<h>\d\d)(?::?(?P<mi>\d\d)(?::?(?P<s>\d\d)(?:[.,]\d+)?)?)?)?)?)?"
    r"(?P<gap>\s*)(?:[(\[]?(?i:local(?:\ time)?)[)\]]?|(?P<zone>.*))",
    re.ASCII | re.DOTALL,
)
_RELATIVE = re.compile(r"([+-]?)(\d{1,6})\s*([smhdw])", re.ASCII)
_DAY_WORDS = {"yesterday": -1, "today": 0, "tomorrow": 1}
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": DAY, "w": 7 * DAY}
#: longer texts are no times
LONGEST = 100

K = TypeVar("K")
V = TypeVar("V")
_days: dict[str, int | None] = {}
_iso: dict[int, str] = {}
_from_iso: dict[str, int] = {}
_xmltv: dict[int, str] = {}


def parse(text: str, zone: tzinfo | None = None, *, second: bool = False) -> int | None:
    """An XMLTV time (`YYYYMMDDhhmmss +0100`, or an initial substring of the digits) or an ISO 8601 one.

    Returns epoch seconds in UTC, or None when `text` is not a time in the years 1900 to 2200. `zone` is where
    a time without zone was written, None for UTC; of a time that occurs twice there, `second` asks for the
    second. Never raises, never guesses "now". The rules are at the top of this module.
    """
    if len(text) == 20 and text[14] == " " and text[15] in "+-" and text.isascii():
        digits, offset = text[:14], text[16:]
        if digits.isdigit() and offset.isdigit():
            wall = _wall(digits[:8], int(digits[8:10]), int(digits[10:12]), int(digits[12:]))
            ahead = offset_seconds(text[15], int(offset[:2]), int(offset[2:]))
            return None if wall is None or ahead is None else wall - ahead
    return _parse_any(text, zone, second)


def seconds_repeated(text: str, zone: tzinfo | None) -> int:
    """By how many seconds the second of two moments is later, if a clock in `zone` shows this XMLTV time twice; else 0."""
    return max(0, _later(text, zone))


def is_skipped(text: str, zone: tzinfo | None) -> bool:
    """Whether a clock in `zone` never shows this XMLTV time."""
    # For such a time, zoneinfo's second moment is the earlier one.
    return _later(text, zone) < 0


def _later(text: str, zone: tzinfo | None) -> int:
    first, second = parse(text, zone), parse(text, zone, second=True)
    return 0 if first is None or second is None else second - first


def _parse_any(text: str, zone: tzinfo | None, second: bool) -> int | None:
    found = _form(text)
    if not found:
        return None
    year, month, day, hour, minute, seconds = found.group("y", "mo", "d", "h", "mi", "s")
    if hour and not minute and int(year) > LAST_HOUR_YEAR:
        return None
    wall = _wall(f"{year}{month or '01'}{day or '01'}", int(hour or 0), int(minute or 0), int(seconds or 0))
    if wall is None:
        return None
    if not found["zone"]:
        return _from_wall(wall, zone or UTC, second)
    ahead = _ahead(found)
    if ahead is None or isinstance(ahead, int):
        return None if ahead is None else wall - ahead
    return _from_wall(wall, ahead, second)


def _form(text: str) -> re.Match[str] | None:
    """The parts of a time with spaces and signs as ASCII has them; None if it has not the form of one."""
    if len(text) > LONGEST:
        return None
    if not text.isascii():
        text = text.translate(SIGNS)
    return _FORM.fullmatch(text.strip())


def _wall(date: str, hour: int, minute: int, second: int) -> int | None:
    """Seconds from 1970-01-01T00:00:00 on the clock of some wall, None when there is no such time."""
    if hour > 24 or minute > 59 or second > 60:
        return None
    try:
        days = _days[date]
    except KeyError:
        days = _remember(_days, date, _midnight(date))
    return None if days is None else days + hour * 3600 + minute * 60 + second


def _midnight(date: str) -> int | None:
    year = int(date[:4])
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return None
    try:
        return (datetime(year, int(date[4:6]), int(date[6:8])) - _EPOCH).days * DAY
    except ValueError:
        return None


def _remember(cache: dict[K, V], key: K, value: V) -> V:
    """Guides repeat the same few thousand times: a full cache is simply started again."""
    if len(cache) >= _CACHE_LIMIT:
        cache.clear()
    cache[key] = value
    return value


def _ahead(found: re.Match[str]) -> int | tzinfo | None:
    """Seconds ahead of UTC that a time says, or the zone that it names; None if that cannot be read.

    Zeros standing alone after a full time are offset zero; any other digits left over make it no time.
    """
    text: str = found["zone"]
    if text.isdigit():
        return 0 if found["s"] and found["gap"] and text in ("0", "00", "000", "0000") else None
    return written_zone(text)


def _from_wall(wall: int, zone: tzinfo, second: bool = False) -> int:
    if zone is UTC:
        return wall
    offset = (_EPOCH + timedelta(seconds=wall)).replace(tzinfo=zone, fold=int(second)).utcoffset()
    return wall - int(offset.total_seconds()) if offset is not None else wall


@lru_cache(maxsize=_CACHE_LIMIT)
def on_clock(seconds: int, zone: tzinfo) -> tuple[int, bool]:
    """What a clock in `zone` shows at a moment (epoch seconds), and whether it shows that for the second time.

    The time on the clock is given in seconds from 1970-01-01T00:00:00 on it.
    """
    local = datetime.fromtimestamp(seconds, zone)
    offset = local.utcoffset()
    return seconds + (int(offset.total_seconds()) if offset is not None else 0), bool(local.fold)


@lru_cache(maxsize=_CACHE_LIMIT)
def at_clock(wall: int, zone: tzinfo, second: bool = False) -> int:
    """The moment (epoch seconds) at which a clock in `zone` shows a time, in seconds from 1970-01-01T00:00:00 on it.

    Of two moments the first, or the `second`. A time that the clock skips counts with the offset before the change.
    """
    first = _from_wall(wall, zone)
    return max(first, _from_wall(wall, zone, second=True)) if second else first


def has_zone(text: str) -> bool:
    """Whether an XMLTV time says its own zone, in a way `parse` understands (else `missingtimezone`)."""
    found = _form(text)
    return found is not None and bool(found["zone"]) and _ahead(found) is not None


def with_zone_of(text: str, other: str) -> str:
    """An XMLTV time, completed with what `other` says of its zone if it says nothing of its own."""
    found = _form(text)
    if not found or found["zone"] or not (model := _form(other)) or not model["zone"]:
        return text
    return f"{found.string[: found.start('gap')]} {model['zone']}"


def iso(seconds: int) -> str:
    """Epoch seconds as `YYYY-MM-DDTHH:MM:SSZ`."""
    try:
        return _iso[seconds]
    except KeyError:
        return _remember(_iso, seconds, (_EPOCH + timedelta(seconds=seconds)).isoformat() + "Z")


def from_iso(text: str) -> int:
    """Epoch seconds of `YYYY-MM-DDTHH:MM:SSZ`, the form in the database; ValueError for any other."""
    try:
        return _from_iso[text]
    except KeyError:
        # The text is that of the result, or it is refused: `fromisoformat` takes other forms, too.
        seconds = int((datetime.fromisoformat(text[:19]) - _EPOCH).total_seconds())
        if iso(seconds) != text:
            raise ValueError(f"not in the form YYYY-MM-DDTHH:MM:SSZ: {text!r}") from None
        return _remember(_from_iso, text, seconds)


def xmltv(seconds: int) -> str:
    """Epoch seconds as XMLTV writes them, `YYYYMMDDhhmmss +0000`."""
    try:
        return _xmltv[seconds]
    except KeyError:
        digits = re.sub(r"\D", "", iso(seconds))
        return _remember(_xmltv, seconds, f"{digits} +0000")


def parse_moment(text: str, now: int, zone: tzinfo = UTC) -> int:
    """A time as a person types it: an ISO 8601 date or date-time, `now`, `today`, `tomorrow`, `+2h`, `-30m`.

    `now` and the result are epoch seconds in UTC; `zone` is where times without offset, and days, are read.
    `s`, `m`, `h`, `d` (24 hours) and `w` are units. Raises ValueError with one line that names the text.
    """
    word = text.strip().lower()
    seconds: int | None
    if word == "now":
        seconds = now
    elif word in _DAY_WORDS:
        seconds = _day(now, _DAY_WORDS[word], zone)
    elif relative := _RELATIVE.fullmatch(word):
        seconds = now + int(relative[1] + relative[2]) * _UNITS[relative[3]]
    else:
        seconds = parse(text, zone)
    if seconds is None or not _FIRST <= seconds < _LAST:
        example = "2024-05-01, 2024-05-01T20:00+02:00, now, today or +2h"
        raise ValueError(f"not a time between 1900 and 2200: {text[:60]!r} (write {example})")
    return seconds


def _day(now: int, days: int, zone: tzinfo) -> int:
    """Midnight of the day `days` after today."""
    today = (datetime.fromtimestamp(now, UTC)).astimezone(zone).replace(tzinfo=None)
    wall = (today.replace(hour=0, minute=0, second=0, microsecond=0) - _EPOCH).days + days
    return _from_wall(wall * DAY, zone)


def zone(name: str) -> tzinfo:
    """The zone of an IANA name such as `Europe/London`; UsageError when there is none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        message = f"unknown time zone {name[:60]!r}: give an IANA name such as Europe/London"
        raise UsageError(message, "timezone") from error
