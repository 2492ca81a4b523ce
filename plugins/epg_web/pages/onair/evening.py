"""The evening of the viewer: when prime time is, and when films of tonight start."""

from dataclasses import dataclass
from datetime import time, timedelta

from ...base.viewer.written_times import clock
from ...shell.language import gettext
from ...shell.marking import marked as _
from ..texts import today
from ..visit import Visit

#: prime time, and what takes its place once that has begun
EVENING = ((time(20), _("Tonight")), (time(22), _("Late tonight")))
TOMORROW = _("Tomorrow")
#: films of tonight start from the first on, before the second of the next day
FILMS = (time(18), time(2))


@dataclass(frozen=True)
class Evening:
    """When it begins (stored text), what it is called, and that with its clock: `Tonight at 20:00`. Both in the viewer's
    language.
    """

    begins: str
    name: str
    at: str


def evening(visit: Visit) -> Evening:
    """The next evening: 20:00 in the viewer's zone, after that 22:00, after that 20:00 tomorrow."""
    day = today(visit)
    for begins, label in EVENING:
        at = visit.zone.at(day, begins)
        if at > visit.now:
            return _called(at, label, begins)
    return _called(visit.zone.at(day + timedelta(1), EVENING[0][0]), TOMORROW, EVENING[0][0])


def _called(at: str, label: str, begins: time) -> Evening:
    name = gettext(label)
    words = gettext("%(evening)s at %(clock)s") % {"evening": name, "clock": clock(begins)}
    return Evening(at, name, words)


def film_night(visit: Visit) -> tuple[str, str]:
    """From when to when (stored text) films of tonight start: from now on, if the evening has begun. Until two at night it is
    still the evening of the day before.
    """
    begins, ends = FILMS
    day = today(visit)
    if visit.now < visit.zone.at(day, ends):
        day -= timedelta(1)
    return max(visit.now, visit.zone.at(day, begins)), visit.zone.at(day + timedelta(1), ends)
