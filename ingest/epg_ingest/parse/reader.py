"""The parse step: the elements of a job to rows. An importer or a parser process has a reader of its own."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Sequence
from functools import partial
from operator import itemgetter
from typing import Any

from ..core.text_bounds import LONG
from ..stage.columns import content_hash
from .batch import MAX_ELEMENT
from .channel_element import Channel, others, read_channel
from .child_values import Child, read_child
from .content import ContentReader
from .details import ATTRIBUTES
from .element_text import has_text
from .jobs import FoundProblem, Job, Result, with_texts_repaired, within_marks
from .normalise import Content, Normaliser, Rules, with_noted
from .plain_parser import PlainParser
from .strict_parser import parse_channel, parse_programmes

#: elements that are parsed in one call: their trees are small, so the memory is soon used again
SLICE = 40
#: Contents that are kept to recognise a programme that is shown again. Of the 197,996 programmes of three large guides, 60 %
#: repeat one of the last thousand contents to the byte: of a repeat, only the start tag is read.
CONTENTS = 3000
#: elements after which it is clear that a feed has no repeats
TRIAL = 4000
#: a start tag that has only start, stop and channel, without references and with values in double quotes
_PLACE = r"""[ \t\r\n]+(start|stop|channel)="([^"<&\x00-\x1f\x80-\x9f\ufffe\uffff]*)\""""
_START = re.compile(rf"<programme{_PLACE}{_PLACE}(?:{_PLACE})?[ \t\r\n]*>")
_USUAL = ("start", "stop", "channel")


#: the attributes of a programme that are read
_KEPT = frozenset(("start", "stop", "channel", *ATTRIBUTES))


class Reader:
    """Parses and normalises the jobs of one feed by its rules. It numbers the contents from 1 on.

    `check_time` is called now and then; what it raises ends the reading.
    """

    def __init__(self, rules: Rules, check_time: Callable[[], None] = lambda: None) -> None:
        self.check_time = check_time
        self.number = 0
        self.fresh: list[tuple[Any, ...]] = []
        self.problems: list[FoundProblem] = []
        self.normaliser = Normaliser(rules, lambda *problem: self.problems.append(problem))
        self.content_reader = ContentReader(rules.languages, lambda *problem: self.problems.append(problem))
        self.plain = PlainParser()
        self.tidied = _tidied(rules)
        self.contents: dict[str, Content] = {}
        #: what was reported of those contents, by the same keys
        self.notes: dict[str, list[FoundProblem]] = {}
        self.repeating = True
        self.seen = self.new = 0

    def read(self, job: Job) -> Result:
        """The rows of a job. An element that cannot be used becomes a problem of the result, not an exception."""
        normaliser = self.normaliser
        self.problems.clear()
        job = within_marks(job, self._too_long)
        if normaliser.rules.repair_text:
            job = with_texts_repaired(job)
        self.fresh.clear()
        normaliser.marks.clear()
        normaliser.skipped = normaliser.outside = normaliser.bare = 0
        normaliser.beyond = None
        channels = [
            found for index, raw in enumerate(job.channels) if (found := self._channel(index, raw, job))
        ]
        rows = [row for first in range(0, len(job.raws), SLICE) for row in self._programmes(job, first)]
        return Result(
            rows=rows,
            marks=list(normaliser.marks),
            contents=list(self.fresh),
            channels=channels,
            problems=list(self.problems),
            skipped=normaliser.skipped,
            unusable=normaliser.skipped - normaliser.outside,
            bare=normaliser.bare,
            beyond=normaliser.beyond,
        )

    def _programmes(self, job: Job, first: int) -> list[tuple[Any, ...]]:
        """The rows of up to `SLICE` elements from `first` on, in the order of the feed."""
        self.check_time()
        rows: list[tuple[Any, ...]] = []
        before = self.number
        indexes = range(first, min(first + SLICE, len(job.raws)))
        readable = job.encoding == "utf-8"
        unread = [index for index in indexes if not (readable and self._read(job, index, rows))]
        if unread:
            self._parse(job, unread, rows)
            rows.sort(key=itemgetter(0))
        self._count(len(indexes), self.number - before)
        return rows

    def _count(self, seen: int, new: int) -> None:
        """Stop looking for repeats in a feed that has none: looking for them costs a tenth of the reading."""
        self.seen += seen
        self.new += new
        if self.repeating and self.seen > TRIAL and self.new > 0.95 * self.seen:
            self.repeating = False
            self.contents.clear()
            self.notes.clear()

    def _read(self, job: Job, index: int, rows: list[tuple[Any, ...]]) -> bool:
        """Read a programme in plain markup, or one whose content is known; False when it must be parsed."""
        count = len(self.problems)
        try:
            text = job.raws[index].decode()
        except UnicodeDecodeError:
            return False
        start = _START.match(text)
        if start is None or index in job.unclosed:
            return False
        first, begin, second, end, third, channel = start.groups("")
        if (first, second, third) != _USUAL:
            attributes = {first: begin, second: end, third: channel}
            if len(attributes) < 3:  # the same name twice
                return False
            begin, end, channel = (attributes.get(name, "") for name in _USUAL)
        body = text[start.end() :]
        content = self.contents.get(body) if self.repeating else None
        children = None
        if content is None:
            children = self.plain.children(body)
            if children is None:
                return False
        span = self.normaliser.span(begin, end, channel, index)
        if span is not None and content is None:
            content = self._content(job, index, (), children or (), channel, len(text), body)
        elif self.notes and span is not None and body in self.notes:
            self.problems += [
                (code, index, subject, message) for code, _, subject, message in self.notes[body]
            ]
        if span is None or content is None:
            self.normaliser.skipped += 1
            return True
        seq = job.first_seq + job.numbers[index]
        # With a hash, the next import would not read the element again, and would not report its problems.
        digest = job.hashes[index] if len(self.problems) == count else None
        rows.append(self.normaliser.row(span, content, seq, digest))
        return True

    def _content(
        self,
        job: Job,
        index: int,
        attributes: Collection[tuple[str, str]],
        children: Iterable[Child],
        channel: str,
        size: int,
        body: str | None = None,
    ) -> Content | None:
        """A new content; None without a title. It is kept under `body`, with what there was to report."""
        count = len(self.problems)
        found = self.content_reader.read(attributes, children, channel, index, size)
        if found is None:
            return None
        self.number += 1
        columns = self.tidied(found[2])
        self.fresh.append((self.number, *columns))
        content = (self.number, content_hash(columns, self.normaliser.rules.provider), found[0], found[1])
        if body is not None and self.repeating and len(body) <= LONG:
            if len(self.contents) >= CONTENTS:
                self.contents.clear()
                self.notes.clear()
            self.contents[body] = content
            if len(self.problems) > count:
                self.notes[body] = self.problems[count:]
        return content

    def _parse(self, job: Job, indexes: Sequence[int], rows: list[tuple[Any, ...]]) -> None:
        """Parse elements, strictly where possible, into `rows`."""
        raws = [with_noted(job.raws[index]) for index in indexes]
        unclosed = frozenset(place for place, index in enumerate(indexes) if index in job.unclosed)
        found = parse_programmes(raws, job.encoding, job.entities, unclosed)
        for place in found.failed:
            message = "a programme that nothing can repair was skipped"
            self.problems.append(("notwell", indexes[place], None, message))
            self.normaliser.skipped += 1
        for code, place in found.repairs:
            self.problems.append((code, indexes[place], None, "repaired"))
        repaired = {place for _code, place in found.repairs}
        for place, element in enumerate(found.elements):
            if element is not None:
                self._row(job, indexes[place], element, place in repaired, rows)

    def _row(self, job: Job, index: int, element: Any, repaired: bool, rows: list[tuple[Any, ...]]) -> None:
        """The row of a parsed element."""
        normaliser, count = self.normaliser, len(self.problems)
        attributes = [(name.lower(), element.get(name)) for name in element.keys() if name.lower() in _KEPT]  # noqa: SIM118
        place = dict(reversed(attributes))
        channel = place.get("channel", "")
        span = normaliser.span(place.get("start", ""), place.get("stop", ""), channel, index)
        content = None
        if span is not None:
            # An entity may be longer than the element that refers to it.
            size = MAX_ELEMENT if repaired else len(job.raws[index])
            children = [read_child(child) for child in element]
            content = self._content(job, index, attributes, children, channel, size)
            if has_text(element):
                message = "text between the elements of a programme was left out"
                self.problems.append(("notvalid", index, None, message))
        if span is None or content is None:
            normaliser.skipped += 1
            return
        digest = job.hashes[index] if len(self.problems) == count and not repaired else None
        seq = job.first_seq + job.numbers[index]
        rows.append(normaliser.row(span, content, seq, digest, job.raws[index]))

    def _channel(self, index: int, raw: bytes, job: Job) -> Channel | None:
        found = parse_channel(raw, job.encoding, job.entities)
        element = found.elements[0]
        made = None
        if element is not None:
            made = read_channel(element, raw, lambda tag, what: self._too_long(-1 - index, tag, what))
        if made is None:
            self.problems.append(("invalidid", -1 - index, None, "a channel without an id was skipped"))
        else:
            if has_text(element) and element.find("display-name") is not None:
                message = "text between the elements of a channel was left out"
                self.problems.append(("notvalid", -1 - index, "channel", message))
            for tag in others(element):
                self.problems.append(
                    ("notvalid", -1 - index, tag[:100], f"<{tag[:100]}> is not in the DTD: it was left out")
                )
        for code, _ in found.repairs:
            self.problems.append((code, -1 - index, made[0] if made else None, "repaired"))
        return made

    def _too_long(self, index: int, tag: str, what: str) -> None:
        self.problems.append(("toolong", index, tag, f"<{tag}> was {what}"))


def _tidied(rules: Rules) -> Callable[[tuple[Any, ...]], tuple[Any, ...]]:
    """What the rules of a provider make of columns."""
    if not rules.tidying:
        return lambda columns: columns
    from ..rules.compiling import compile_rules
    from ..rules.stored_columns import tidied_columns

    return partial(tidied_columns, compile_rules(rules.tidying, rules.provider))
