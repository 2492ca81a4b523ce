"""Rows as `<programme>` elements, in the order of the DTD: the reverse of `parse/normalise.py` and `parse/details.py`.

A stop that is not the provider's own is written as the guide has it, so that readers see a coherent schedule. For a round trip
a processing instruction keeps what the provider wrote; several readers refuse a document that has one.

Each element has a newline after it: a reader that skips to the next element from behind the last one loses the one in between
where nothing separates the two.

Most of an element does not depend on its texts and times, and showings of one episode or genre share it. `ProgrammeWriter`
keeps this part, the shape (see `element_templates.py`). In real guides two thirds of the programmes find theirs there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

import orjson

from ..core.times import from_iso, xmltv
from .detail_elements import Json, text
from .element_templates import Odd, Shape, Templates, shape_of, texts
from .episode_numbers import missing_number
from .form import PLAIN, Form
from .known_episodes import STATEMENT_WITH_EPISODE
from .prepared_rows import STATEMENT_WITH_GENRE, prepared

#: the programmes of a channel; see `selection` for the parameters
STATEMENT = """
    SELECT p.start_time, p.end_time, p.title, p.subtitle, p.description, p.end_source, p.details, p.category, p.actors,
           p.directors, p.icon_url, p.rating, p.is_new, p.season, p.episode
    FROM programs p CROSS JOIN providers v ON v.id = p.provider_id
    WHERE p.channel_id = :channel
      AND p.start_time >= :earliest AND p.start_time < :stop AND p.end_time > :start
      AND ((:provider IS NULL AND v.enabled = 1 AND p.shadowed_by IS NULL) OR v.name = :provider)
    ORDER BY p.start_time
"""


def statement(form: Form) -> str:
    """What reads the programmes of a channel for a form."""
    if form.episode_ids:
        return STATEMENT_WITH_EPISODE
    return STATEMENT if form.genres is None else STATEMENT_WITH_GENRE


#: its columns, in the order in which `ProgrammeWriter` takes them
COLUMNS = (
    "start_time", "end_time", "title", "subtitle", "description", "end_source", "details", "category", "actors",
    "directors", "icon_url", "rating", "is_new", "season", "episode",
)  # fmt: skip
_ISO = re.compile(r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)Z", re.ASCII).fullmatch
#: programmes that are written at a time
AT_ONCE = 64
#: how many shapes a writer keeps, and from how many characters of details on it keeps none: a few megabytes at most
_KEPT, _LONG = 8192, 2000
#: what stands for a shape that is not kept: it is for no numbers
_NOT_KEPT: Any = (None, ())


class ProgrammeWriter:
    """Makes elements of rows. It remembers shapes, so use one for each export."""

    def __init__(self, form: Form = PLAIN) -> None:
        self.form = form
        self.templates = Templates(form)
        #: shapes by their columns, each with the season and episode that it is for, or None if these change nothing
        self.shapes: dict[tuple[Any, ...], tuple[Shape, tuple[Any, ...] | None]] = {}
        self.times: dict[str, str] = {}

    def programmes(self, rows: Iterable[tuple[Any, ...]], channel: str) -> list[str]:
        """The `<programme>` element of each row. A joined clump gives the elements of its parts.

        `rows` have `COLUMNS`, with lists and details as JSON. `channel` is the name of their channel as an attribute has it.
        What most rows need is written out here, because a call takes as long as joining a text.
        """
        found: list[str] = []
        shapes, times, plain = self.shapes, self.times, not self.form.round_trip
        for row in rows:
            shape, numbers = shapes.get(row[6:13], _NOT_KEPT)
            if numbers is not None and numbers != row[13:]:
                shape = self._remembered(row)
            attributes, opening, sub, desc, stop, rest, odd = shape
            if odd is not None:
                found.append("".join(self._odd(row, odd, shape, channel)))
                continue
            start, end, title, subtitle, description, source = row[:6]
            begins, ends = times.get(start) or self._time(start), times.get(end) or self._time(end)
            note = "" if plain or source == "feed" else _note(source, stop)
            if "&" in title or "<" in title or ">" in title or "\r" in title:
                title = text(title)
            more = ""
            if subtitle is not None:
                if "&" in subtitle or "<" in subtitle or ">" in subtitle or "\r" in subtitle:
                    subtitle = text(subtitle)
                more = f"{sub}{subtitle}</sub-title>\n"
            if description is not None:
                if "&" in description or "<" in description or ">" in description or "\r" in description:
                    description = text(description)
                more = f"{more}{desc}{description}</desc>\n"
            found.append(
                f'<programme start="{begins}" stop="{ends}" channel="{channel}"{attributes}>\n{note}'
                f"{opening}{title}</title>\n{more}{rest}</programme>\n"
            )
        return found

    def _odd(self, row: Sequence[Any], odd: Odd, shape: Shape, channel: str) -> list[str]:
        """The elements of a row that has texts in several languages or is a joined clump. The parts of a clump have the times
        of the row."""
        start, end, title, subtitle, description, source = row[:6]
        note = "" if source == "feed" or not self.form.round_trip else _note(source, shape[4])
        if odd.clump is None:
            return [self._element(start, end, channel, note, shape, title, subtitle, description)]
        return [self._part(start, end, channel, note, part) for part in odd.clump]

    def _element(
        self, start: str, end: str, channel: str, note: str, shape: Shape,
        title: str, subtitle: str | None, description: str | None,
    ) -> str:  # fmt: skip
        attributes, opening, sub, desc, _, rest, odd = shape
        several = odd.texts if odd else {}
        inner = texts("title", opening, several, title)
        if subtitle is not None:
            inner += texts("sub-title", sub, several, subtitle)
        if description is not None:
            inner += texts("desc", desc, several, description)
        return (
            f'<programme start="{self._time(start)}" stop="{self._time(end)}" channel="{channel}"{attributes}>\n{note}'
            f"{inner}{rest}</programme>\n"
        )

    def _part(self, start: str, end: str, channel: str, note: str, part: Json) -> str:
        """One programme of a clump."""
        found = {"category": [], "actors": [], "directors": [], "details": {}, **part}
        columns: list[Any] = [
            orjson.dumps(value).decode() if isinstance(value, (list, dict)) else value
            for value in (found.get(name) for name in COLUMNS[6:])
        ]
        title = (part["title"], part.get("subtitle"), part.get("description"))
        number = None if self.form.round_trip else missing_number(columns[0], *columns[7:])
        return self._element(
            start, end, channel, note, shape_of([*columns[:7], number or ""], self.form), *title
        )

    def _time(self, iso: str) -> str:
        """An ISO time as XMLTV has it."""
        if len(self.times) > 100_000:
            self.times.clear()
        digits = _ISO(iso)
        found = self.times[iso] = f"{''.join(digits.groups())} +0000" if digits else xmltv(from_iso(iso))
        return found

    def _remembered(self, row: tuple[Any, ...]) -> Shape:
        """Make a shape and keep it."""
        details, category, actors, directors, icon, rating, is_new, season, episode = row[6:]
        number = None if self.form.round_trip else missing_number(details, season, episode)
        columns = (details, category, actors, directors, icon, rating, is_new)
        shape = self.templates.shape((*columns, number or ""))
        if len(details) + len(category) + len(actors) + len(directors) + len(icon or "") < _LONG:
            if len(self.shapes) >= _KEPT:
                self.shapes.clear()
            self.shapes[columns] = shape, None if number is None else (season, episode)
        return shape


def pieces(
    rows: Iterator[tuple[Any, ...]], channel: str, writer: ProgrammeWriter
) -> Iterator[tuple[int, str]]:
    """The elements of many rows at a time, with the number of rows; see `ProgrammeWriter.programmes`."""
    rows = prepared(rows, writer.form)
    while several := writer.programmes(islice(rows, AT_ONCE), channel):
        yield len(several), "".join(several)


def programme(row: Mapping[str, Any], channel: str, form: Form = PLAIN) -> str:
    """The element of one row of `programs`, or the elements of a joined clump; see `ProgrammeWriter.programmes`."""
    rows = prepared(iter([tuple(row[name] for name in COLUMNS)]), form)
    return "".join(ProgrammeWriter(form).programmes(rows, channel))


def _note(end_source: str, own_stop: str) -> str:
    """The processing instruction that says where a stop comes from, and keeps the provider's own stop if there is one."""
    own = f'stop="{xmltv(from_iso(own_stop))}" ' if own_stop else ""
    return f'<?epg {own}end-source="{end_source}"?>\n'
