"""Days and clocks as the viewer's country writes them, by CLDR (library Babel)."""

from datetime import date, datetime, time
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from .viewer_language import current


@lru_cache(maxsize=64)
def locale_of(tag: str) -> Any:
    """Babel's `Locale` of a tag."""
    from babel import Locale

    return Locale.parse(tag, sep="-")


@lru_cache(maxsize=64)
def has_twelve_hours(tag: str) -> bool:
    """Whether clocks of a country show `8:15 PM`."""
    return "a" in str(locale_of(tag).time_formats["short"].pattern)


def clock(moment: datetime | time) -> str:
    """Hours and minutes: `20:15`, or `8:15 PM` where clocks have twelve hours."""
    tag = current().tag
    if not has_twelve_hours(tag):
        return f"{moment:%H:%M}"
    return _twelve(moment.hour, moment.minute, tag)


@lru_cache(maxsize=4096)
def _twelve(hour: int, minute: int, tag: str) -> str:
    from babel.dates import format_time

    return str(format_time(time(hour, minute), "short", locale=locale_of(tag)))


def short_day(day: date, year: bool = False) -> str:
    """`Sun 22 Nov`, with its year if wanted."""
    return _day(day, "yMMMEd" if year else "MMMEd", current().tag)


def long_day(day: date) -> str:
    """`Sunday 22 November 2026`"""
    return _day(day, "full", current().tag)


def dated(day: date) -> str:
    """`22 Nov 2026`"""
    return _day(day, "medium", current().tag)


def weekday_short(day: date) -> str:
    """`Sun`"""
    return _day(day, "EEE", current().tag)


def weekday_day(day: date) -> str:
    """`Sun 22`"""
    return f"{weekday_short(day)} {day.day}"


def date_of(day: date) -> str:
    """`22 November 2026`"""
    return _day(day, "long", current().tag)


def month_of(day: date) -> str:
    """`November 2026`"""
    return _day(day, "yMMMM", current().tag)


@lru_cache(maxsize=4096)
def _day(day: date, form: str, tag: str) -> str:
    from babel.dates import format_date, format_skeleton

    locale = locale_of(tag)
    if form not in ("yMMMEd", "MMMEd", "yMMMM"):
        text = str(format_date(day, form, locale=locale))
        # The newer CLDR of browsers has no comma here.
        return text.replace(",", "", 1) if tag == "en-GB" else text
    return str(format_skeleton(form, day, locale=locale)).replace(",", "", 1)


@lru_cache(maxsize=2048)
def _place(name: str, tag: str) -> str:
    from babel.dates import get_timezone_location

    return str(get_timezone_location(ZoneInfo(name), locale=locale_of(tag), return_city=True))


def zone_place(name: str) -> str:
    """The place that people know a zone by: `Kolkata` for `Asia/Calcutta`."""
    return _place(name, current().tag)
