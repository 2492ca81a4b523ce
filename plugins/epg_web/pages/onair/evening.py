"""The evening of the viewer: when prime time is, and when films of tonight start."""

from datetime import time, timedelta

from ...shell.marking import marked as _
from ..texts import today
from ..visit import Visit

#: prime time, and what takes its place once that has begun
EVENING = ((time(20), _("Tonight at 20:00")), (time(22), _("Late tonight at 22:00")))
TOMORROW = _("Tomorrow at 20:00")
#: the same without the clock
SHORT = {EVENING[0][1]: _("Tonight"), EVENING[1][1]: _("Late tonight"), TOMORROW: _("Tomorrow")}
#: films of tonight start from the first on, before the second of the next day
FILMS = (time(18), time(2))


def evening(visit: Visit) -> tuple[str, str]:
    """The next evening moment (stored text) and its name: 20:00 in the viewer's zone, after that 22:00, after that 20:00
    tomorrow.
    """
    day = today(visit)
    for clock, label in EVENING:
        at = visit.zone.at(day, clock)
        if at > visit.now:
            return at, label
    return visit.zone.at(day + timedelta(1), EVENING[0][0]), TOMORROW


def film_night(visit: Visit) -> tuple[str, str]:
    """From when to when (stored text) films of tonight start: from now on, if the evening has begun. Until two at night it is
    still the evening of the day before.
    """
    begins, ends = FILMS
    day = today(visit)
    if visit.now < visit.zone.at(day, ends):
        day -= timedelta(1)
    return max(visit.now, visit.zone.at(day, begins)), visit.zone.at(day + timedelta(1), ends)
