"""When and where a programme is shown, and the staged row that says so.

Times become epoch seconds (UTC). `content.py` reads what a programme says apart from that.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import tzinfo
from typing import Any

from ..core import times
from .content import ReportProblem

#: the note that an export of this project writes where a stop is not the provider's own (see `export/programme_element.py`)
_NOTE = re.compile(rb"""<\?epg (?:stop="([0-9]{14} \+0000)" )?end-source="(next|length|assumed|cut)"\?>""")
#: times kept, by their text
_CACHE = 100_000
#: number, hash, length in seconds and clumpidx of a content: the parts that the row of a programme needs
Content = tuple[int, int, int | None, str | None]
#: channel, start, stop (epoch seconds), and 1 for a start without an offset, else 0
Span = tuple[str, int, int | None, int]


@dataclass(frozen=True)
class Rules:
    """How to read the feed of one provider.

    `zone` applies to times without an offset (None means UTC). `shift` seconds are added to every time. `languages` are
    preferred in this order. Programmes that end by `past` or start after `future` are skipped (epoch seconds, None means no
    limit). `provider` is the id of the provider: its programmes share their contents.
    """

    zone: tzinfo | None = None
    shift: int = 0
    languages: tuple[str, ...] = ()
    past: int | None = None
    future: int | None = None
    provider: int = 0


class Normaliser:
    """Turns start, stop and channel of programmes into staged rows, by one set of `Rules`.

    It reports each problem with `problem`. `skipped` counts programmes that are outside the window or unusable, `bare` times
    without an offset; `beyond` is the earliest start after the window. `marks` collects a mark (`stage.columns.MARK`) for each
    row that needs one.
    """

    def __init__(self, rules: Rules, problem: ReportProblem) -> None:
        self.rules = rules
        self.problem = problem
        self.skipped = 0
        self.bare = 0
        self.beyond: int | None = None
        self.marks: list[tuple[Any, ...]] = []
        self._times: dict[str, int | None] = {}

    def time(self, text: str) -> int | None:
        """Epoch seconds of an XMLTV time, None if it is not one. Results are kept, as feeds repeat their times."""
        try:
            return self._times[text]
        except KeyError:
            pass
        if len(self._times) > _CACHE:
            self._times.clear()
        seconds = times.parse(text, self.rules.zone)
        self._times[text] = seconds = None if seconds is None else seconds + self.rules.shift
        return seconds

    def span(self, start_text: str, stop_text: str, channel: str, index: int) -> Span | None:
        """The place of a programme; None for one without channel or start, or outside the window.

        `index` is that of the element in its job, for reports. A stop that cannot be read is None. One before the start is
        reported and returned as it is.
        """
        channel = channel.strip()
        known = self._times
        start = known[start_text] if start_text in known else self.time(start_text)
        if start is None or not channel:
            self._unplaced(start_text, channel, index)
            return None
        unzoned = 0
        if len(start_text) < 15 and not times.has_zone(start_text):
            self.bare += 1
            unzoned = 1
        stop = None
        if stop_text:
            stop = known[stop_text] if stop_text in known else self.time(stop_text)
            if stop is None or stop < start:
                self._bad_stop(stop_text, stop, index, channel)
        rules = self.rules
        if rules.future is not None and start > rules.future:
            self.beyond = start if self.beyond is None else min(self.beyond, start)
            return None
        if (
            rules.past is not None
            and (stop if stop is not None and stop > start else start + 86_400) <= rules.past
        ):
            return None
        return channel, start, stop, unzoned

    def row(
        self,
        span: Span,
        content: Content,
        seq: int,
        digest: int | None,
        raw: bytes = b"",
    ) -> tuple[Any, ...]:
        """The staged row (`stage.columns.STAGED`) of a programme; adds its mark if it needs one.

        `seq` is its number in the feed, `digest` its hash. `raw` are its bytes if they may hold the note of an export.
        """
        channel, start, stop, unzoned = span
        number, values, length, clump = content
        own_stop, noted_source = (stop, None) if b"<?epg " not in raw else self._noted(raw, stop)
        if noted_source or length or clump:
            self.marks.append((seq, own_stop, noted_source, length, clump))
            if noted_source or clump:
                # Without a hash the next import reads the element again: the guide does not store where a stop comes
                # from, and a clump needs all its parts.
                digest = None
        return seq, channel, start, stop, unzoned, digest, number, values

    def _unplaced(self, start: str, channel: str, index: int) -> None:
        if channel:
            message = f"start {start[:40]!r} is not an XMLTV time; the programme was skipped"
            self.problem("badstart", index, channel, message)
        else:
            self.problem("nochannel", index, None, "a programme without a channel was skipped")

    def _bad_stop(self, text: str, stop: int | None, index: int, channel: str) -> None:
        what = "is not an XMLTV time" if stop is None else "is before the start"
        self.problem("badstop", index, channel, f"stop {text[:40]!r} {what}")

    def _noted(self, raw: bytes, stop: int | None) -> tuple[int | None, str | None]:
        """The provider's own stop and the source of the written one, if an export noted them in the element."""
        note = _NOTE.search(raw)
        if not note or stop is None:
            return stop, None
        own = self.time(note.group(1).decode()) if note.group(1) else None
        return own, note.group(2).decode()
