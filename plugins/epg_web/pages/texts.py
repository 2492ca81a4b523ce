"""What pages share: parameters of the address, days as people write them, texts that several pages show."""

from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from ..base.answer import Refused
from ..base.moments import minutes_between
from ..base.params import MAX_ID, Param, parse
from ..base.viewer.written_times import long_day, short_day
from ..base.zone import Zone, day_of
from ..shell.language import gettext
from ..shell.marking import marked as _
from .visit import Visit

#: days that have a name of their own, by how far they are from today
NEAR = {0: _("Today"), 1: _("Tomorrow"), -1: _("Yesterday")}
#: season and episode in short
NUMBERS = {"season": _("S%(number)s"), "episode": _("E%(number)s")}
CHANNEL = Param("channel", "int", "One channel, by id.", None, 1, MAX_ID)


def asked(visit: Visit, *params: Param) -> dict[str, Any]:
    """The given parameters of a page, checked as the API checks its own. Raises `Refused` (400) for a wrong value."""
    given = {param.name: visit.query[param.name] for param in params if param.name in visit.query}
    return parse(urlencode(given).encode("ascii"), params)


def day(visit: Visit, name: str) -> date | None:
    """A calendar day of the viewer's zone, None where it is missing. Raises `Refused` (400) where there is no such day."""
    text = visit.query.get(name)
    if not text:
        return None
    found = day_of(text)
    if found is None:
        raise Refused(400, f"{name} is not a day; use 2026-11-22")
    return found


def today(visit: Visit) -> date:
    return visit.zone.day(visit.now)


def named(day: date, today: date) -> str:
    """A day for people: `Today`, `Tomorrow`, `Sun 22 Nov`; with its year where that is not the current one."""
    near = NEAR.get((day - today).days)
    return gettext(near) if near else short_day(day, year=day.year != today.year)


def full(day: date) -> str:
    """`Sunday 22 November 2026`"""
    return long_day(day)


def when(zone: Zone, utc: str, today: date) -> str:
    """Day and clock: `Tomorrow 20:15`."""
    return f"{named(zone.day(utc), today)} {zone.clock(utc)}"


def length(start: str, end: str) -> str:
    """`1 h 45 min` between two moments."""
    return spelled(minutes_between(start, end))


def spelled(minutes: int) -> str:
    """`1 h 45 min`"""
    hours, minutes = divmod(minutes, 60)
    if hours and minutes:
        return gettext("%(hours)s h %(num)s min") % {"hours": hours, "num": minutes}
    if hours:
        return gettext("%(hours)s h") % {"hours": hours}
    return gettext("%(num)s min") % {"num": minutes} if minutes else gettext("less than a minute")


def state(row: dict[str, Any], now: str) -> str:
    """Whether a programme has `ended`, is on `now` or is `coming`."""
    if row["end_time"] <= now:
        return "ended"
    return "now" if row["start_time"] <= now else "coming"


def initials(name: str) -> str:
    """Two letters that stand for a channel without a logo."""
    words = [word for word in name.split() if word[0].isalnum()]
    return ("".join(word[0] for word in words[:2]) if len(words) > 1 else name.strip()[:2]).upper()


def episode(row: dict[str, Any]) -> str | None:
    """Season and episode as `S2 E5`, else as the feed writes them."""
    parts = [gettext(text) % {"number": row[name]} for name, text in NUMBERS.items() if row[name] is not None]
    return " ".join(parts) or row["episode_num"]


def telling(title: str, subtitle: str | None) -> str | None:
    """A sub-title that says more than the title; None where it only repeats it."""
    plain = "".join(letter for letter in (subtitle or "").casefold() if letter.isalnum())
    return subtitle if plain and plain not in "".join(filter(str.isalnum, title.casefold())) else None


def subtitle(row: dict[str, Any]) -> str | None:
    """The subtitle, None where it only says the title again."""
    return telling(row["title"], row["subtitle"])


def days_around(middle: date, first: date, last: date, reach: int) -> list[date]:
    """Days from `first` to `last`, at most `reach` to either side of `middle`."""
    low, high = max(first, middle - timedelta(reach)), min(last, middle + timedelta(reach))
    return [low + timedelta(number) for number in range((high - low).days + 1)]


def words() -> dict[str, Any]:
    """The functions above that templates call."""
    return {"named": named, "full": full, "when": when, "length": length, "spelled": spelled, "state": state,
            "initials": initials, "episode": episode}  # fmt: skip
