"""When and where a programme is shown, and the staged row that says so.

Times become epoch seconds (UTC). `content.py` reads what a programme says apart from that.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import tzinfo
from typing import Any, NamedTuple

from ..core import times
from ..core.names import same_id_key
from ..core.text_bounds import SHORT
from ..rules.rule import Rule
from .content import ReportProblem

#: the note that an export of this project writes where a stop is not the provider's own (see `export/programme_element.py`)
_NOTE = re.compile(rb"""<\?epg (?:stop="([0-9]{14} \+0000)" )?end-source="(next|length|assumed|cut)"\?>""")
_NOTED_ELEMENTS = re.compile(rb"<\?epg-more (.*?)\?>", re.DOTALL)
#: times kept, by their text
_CACHE = 100_000
#: number, hash, length in seconds and clumpidx of a content: the parts that the row of a programme needs
Content = tuple[int, int, int | None, str | None]


class OddClock(NamedTuple):
    """What is odd about a start and its stop because the clock changes.

    By how many seconds the second of two moments is `later`, for a start that occurs twice and its stop (0 if that occurs once;
    None for a start that occurs once). `start_clock` and `stop_clock` are times that the clock skips, in seconds from
    1970-01-01T00:00:00 on it.
    """

    later: int | None = None
    stop_later: int | None = None
    start_clock: int | None = None
    stop_clock: int | None = None


#: channel, start, stop (epoch seconds), 1 for a start without an offset, else 0, and what `OddClock` says, None for most
Span = tuple[str, int, int | None, int, OddClock | None]


@dataclass(frozen=True)
class Rules:
    """How to read the feed of one provider.

    `zone` applies to times without an offset (None means UTC). `shift` seconds are added to every time. `languages` are
    preferred in this order. Programmes that end by `past` or start after `future` are skipped (epoch seconds, None means no
    limit). `provider` is the id of the provider: its programmes share their contents. `channel_shifts` are seconds added to the
    times of some channels, by id and by `same_id_key` of the id. `repair_text` mends texts that were encoded twice. `tidying`
    are the rules that change what programmes say; none where google-re2 is missing.
    """

    zone: tzinfo | None = None
    shift: int = 0
    languages: tuple[str, ...] = ()
    past: int | None = None
    future: int | None = None
    provider: int = 0
    channel_shifts: Mapping[str, int] = field(default_factory=dict)
    repair_text: bool = False
    tidying: tuple[Rule, ...] = ()

    def shift_of(self, channel: str) -> int:
        """The seconds added to the times of a channel on top of `shift`."""
        if not self.channel_shifts:
            return 0
        found = self.channel_shifts.get(channel)
        return self.channel_shifts.get(same_id_key(channel), 0) if found is None else found


class Normaliser:
    """Turns start, stop and channel of programmes into staged rows, by one set of `Rules`.

    It reports each problem with `problem`. `skipped` counts programmes that are outside the window or unusable, `outside` only
    the former, `bare` times without an offset; `beyond` is the earliest start after the window. `marks` collects a mark
    (`stage.columns.MARK`) for each row that needs one.
    """

    def __init__(self, rules: Rules, problem: ReportProblem) -> None:
        self.rules = rules
        self.problem = problem
        self.skipped = self.outside = 0
        self.bare = 0
        self.beyond: int | None = None
        self.marks: list[tuple[Any, ...]] = []
        self._times: dict[str, int | None] = {}
        #: the times that occur twice, with how many seconds later the second one is
        self._later: dict[str, int] = {}
        #: the times that the clock skips, as they are on it
        self._skipped: dict[str, int | None] = {}
        #: the times without an offset
        self._bare: set[str] = set()

    def time(self, text: str) -> int | None:
        """Epoch seconds of an XMLTV time, None if it is not one; of two moments, the first.

        Results are kept, as feeds repeat their times.
        """
        if text in self._times:
            return self._times[text]
        if len(text) > times.LONGEST:
            return None
        if len(self._times) > _CACHE:
            self._times.clear()
            self._later.clear()
            self._skipped.clear()
            self._bare.clear()
        seconds = times.parse(text, self.rules.zone)
        self._times[text] = seconds = None if seconds is None else seconds + self.rules.shift
        # The usual form, 14 digits and an offset, needs no closer look.
        if seconds is not None and not (len(text) == 20 and text[14] == " " and text[15] in "+-"):
            self._look_closer(text)
        return seconds

    def _look_closer(self, text: str) -> None:
        """Note a time without a zone, and whether its clock, or that of the zone it names, shows it twice or not at all."""
        bare, zone = not times.has_zone(text), self.rules.zone
        if bare:
            self._bare.add(text)
        if later := times.seconds_repeated(text, zone):
            self._later[text] = later
        elif bare and times.is_skipped(text, zone):
            self._skipped[text] = times.parse(text)

    def span(self, start_text: str, stop_text: str, channel: str, index: int) -> Span | None:
        """The place of a programme; None for one without channel or start, or outside the window.

        `index` is that of the element in its job, for reports. A stop that cannot be read is None. One before the start is
        reported and returned as it is.
        """
        channel = channel.strip()
        if len(channel) > SHORT:
            # cut in the same way as that of the <channel>
            channel = channel[:SHORT].rstrip()
            self.problem("toolong", index, "channel", f"<channel> was cut after {SHORT:,} characters")
        known = self._times
        start = known.get(start_text)
        if start is None:
            start = self.time(start_text)
        if start is None or not channel:
            self._unplaced(start_text, channel, index)
            return None
        unzoned = 0
        if start_text in self._bare:
            self.bare += 1
            unzoned = 1
        stop = odd = None
        if stop_text:
            if not unzoned and (len(stop_text) != 20 or stop_text[15] not in "+-"):
                stop_text = times.with_zone_of(stop_text, start_text)
            stop = known.get(stop_text)
            if stop is None:
                stop = self.time(stop_text)
        if self._later or self._skipped:
            stop, odd = self._odd(start, start_text, stop, stop_text)
        if stop_text and (stop is None or stop + (odd.stop_later or 0 if odd else 0) < start):
            self._bad_stop(stop_text, stop, index, channel)
        rules = self.rules
        if rules.channel_shifts:
            extra = rules.shift_of(channel)
            start, stop = start + extra, None if stop is None else stop + extra
        if rules.future is not None and start > rules.future:
            self.beyond = start if self.beyond is None else min(self.beyond, start)
            self.outside += 1
            return None
        if (
            rules.past is not None
            and (stop if stop is not None and stop > start and not (odd and odd.later) else start + 86_400)
            <= rules.past
        ):
            self.outside += 1
            return None
        return channel, start, stop, unzoned, odd

    def _odd(
        self, start: int, start_text: str, stop: int | None, stop_text: str
    ) -> tuple[int | None, OddClock | None]:
        """The stop of a programme and its `OddClock`, where there are times that the clock shows twice or not at all.

        After a start that occurs once, a stop is the first one after it. `merge.repeated_hour` decides the others. They are
        kept a day longer than they last, because it needs all of them.
        """
        later, stop_later = self._later.get(start_text), self._later.get(stop_text, 0)
        if later is None and stop is not None and stop <= start:
            stop += stop_later
        odd = OddClock(
            later,
            None if later is None else stop_later,
            self._skipped.get(start_text),
            self._skipped.get(stop_text),
        )
        return stop, odd if odd != OddClock() else None

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
        channel, start, stop, unzoned, odd = span
        number, values, length, clump = content
        own_stop, noted_source = (stop, None) if b"<?epg " not in raw else self._noted(raw, stop, channel)
        if noted_source or length or clump or odd:
            odd = odd or OddClock()
            self.marks.append((seq, own_stop, noted_source, length, clump, *odd))
            if noted_source or clump or odd.later:
                # Without a hash the next import reads the element again: the guide does not store where a stop comes
                # from, a clump needs all its parts, and a repeated hour all that starts in it.
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

    def _noted(self, raw: bytes, stop: int | None, channel: str) -> tuple[int | None, str | None]:
        """The provider's own stop and the source of the written one, if an export noted them in the element."""
        note = _NOTE.search(raw)
        if not note or stop is None:
            return stop, None
        own = self.time(note.group(1).decode()) if note.group(1) else None
        return None if own is None else own + self.rules.shift_of(channel), note.group(2).decode()


def with_noted(raw: bytes) -> bytes:
    """A programme with the elements that an export noted in `<?epg-more …?>`, because the DTD has no place for them, among its
    children. They are then read as they were in the feed."""
    return _NOTED_ELEMENTS.sub(rb"\1", raw) if b"<?epg-more " in raw else raw
