"""An element as found to the row that is stored (spec section 3, "Normalise").

Times become epoch seconds (UTC); text is trimmed; title, sub-title and description are chosen by language; everything
that has no column goes into `details`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from functools import lru_cache
from typing import Any

from ..core import times
from ..core.compact_json import dumps
from ..core.names import channel_number
from .details import ATTRIBUTES, READERS, lang_text, length_seconds, people, text_of
from .episodes import derive

#: what an export of ours notes about a stop that is not the provider's own (see export.py)
_NOTE = re.compile(rb"""<\?epg (?:stop="([0-9]{14} \+0000)" )?end-source="(next|length|assumed|cut)"\?>""")
#: the same of a channel number that is not among the names
_NUMBER = re.compile(rb"""<\?epg number="([^"<>&?\s]*)"\?>""")
_CACHE = 100_000
#: number, length in seconds and clumpidx of a content: what the place of a programme in the schedule needs of it
Content = tuple[int, int | None, str | None]


@dataclass(frozen=True)
class Rules:
    """How a provider's feed is read. `zone` is for times without an offset; `shift` is seconds added to every time;
    programmes that ended by `past` or start after `future` (epoch seconds, None = no limit) are skipped."""

    zone: tzinfo | None = None
    shift: int = 0
    languages: tuple[str, ...] = ()
    past: int | None = None
    future: int | None = None


class Normaliser:
    """Turns found elements into rows by one set of `Rules`.

    `problem(code, index, subject, message)` is called for what is wrong. Counters: `skipped` programmes (outside the window
    or unusable), `bare` times without an offset, `beyond` the earliest start after the window.
    """

    def __init__(self, rules: Rules, problem: Callable[[str, int, str | None, str | None], None]) -> None:
        self.rules = rules
        self.problem = problem
        self.skipped = 0
        self.bare = 0
        self.beyond: int | None = None
        self.marks: list[tuple[Any, ...]] = []
        self._times: dict[str, int | None] = {}

    def time(self, text: str) -> int | None:
        """Epoch seconds of an XMLTV time; feeds repeat theirs, so results are kept."""
        try:
            return self._times[text]
        except KeyError:
            pass
        if len(self._times) > _CACHE:
            self._times.clear()
        seconds = times.parse(text, self.rules.zone)
        self._times[text] = seconds = None if seconds is None else seconds + self.rules.shift
        return seconds

    def span(
        self, start_text: str, stop_text: str, channel: str, index: int
    ) -> tuple[str, int, int | None] | None:
        """Channel, start and stop; None when the programme is not placed in time and space, or outside the window."""
        channel = channel.strip()
        known = self._times
        start = known[start_text] if start_text in known else self.time(start_text)
        if start is None or not channel:
            self._unplaced(start_text, channel, index)
            return None
        if len(start_text) < 15 and not times.has_zone(start_text):
            self.bare += 1
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
        return channel, start, stop

    def row(
        self,
        span: tuple[str, int, int | None],
        content: Content,
        seq: int,
        digest: int | None,
        raw: bytes = b"",
    ) -> tuple[Any, ...]:
        """The staged row (as `STAGED`) of a programme placed at `span`, with a mark (as `MARK`) where one is needed; `raw` are
        its bytes where they may hold a note of ours."""
        channel, start, stop = span
        number, length, clump = content
        own_stop, noted_source = (stop, None) if b"<?epg " not in raw else self._noted(raw, stop)
        if noted_source or length or clump:
            self.marks.append((seq, own_stop, noted_source, length, clump))
            if noted_source or clump:
                # Read again next time: where a stop comes from is not stored, and a clump needs all its parts.
                digest = None
        return seq, channel, start, stop, digest, number

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
        """What our own export says about a stop: the provider's own stop and where the written one comes from."""
        note = _NOTE.search(raw)
        if not note or stop is None:
            return stop, None
        own = self.time(note.group(1).decode()) if note.group(1) else None
        return own, note.group(2).decode()

    def content(
        self,
        attributes: Iterable[tuple[str, str]],
        children: Iterable[tuple[str, Any]],
        channel: str,
        index: int,
    ) -> tuple[int | None, str | None, tuple[Any, ...]] | None:
        """What a `<programme>` says beside when and where it is shown; None without any title.

        `children` are names and values (`value`). Gives its length in seconds, its clumpidx, and the columns of `CONTENT`
        behind the number, `MISSING` for what is not there.
        """
        first: dict[str, Any] = {name: value for name, value in attributes if name in _ATTRIBUTES and value}
        details: dict[str, Any] = {}
        texts: dict[str, tuple[str, str | None]] = {}
        more: dict[str, list[tuple[str, str | None]]] | None = None
        names: list[str] = []
        langs: list[str | None] = []
        actors = directors = "[]"
        credits = None
        cast = False
        is_new = 0
        ordered, last = True, 0
        for tag, entry in children:
            if entry is None:
                continue
            if tag == "category":
                names.append(entry[0])
                langs.append(entry[1])
            elif tag in _TEXTS:
                if tag not in texts:
                    texts[tag] = entry
                else:
                    more = more or {}
                    more.setdefault(tag, [texts[tag]]).append(entry)
            elif tag in READERS:
                _, many, rank = READERS[tag]
                if rank < last:
                    ordered = False
                last = rank
                if many:
                    if tag in details:
                        details[tag].append(entry)
                    else:
                        details[tag] = [entry]
                elif tag not in details:
                    details[tag] = entry
                else:
                    self.problem("notvalid", index, tag, f"more than one <{tag}>; the first was kept")
            elif tag == "credits" and not cast:
                cast = True
                actors, directors, credits = entry
            elif tag == "credits":
                self.problem("notvalid", index, tag, "more than one <credits>; the first was kept")
            elif tag == "new":
                is_new = 1
        columns = self._texts(texts, more, first)
        if columns is None:
            self.problem("emptytitle", index, channel, "a programme without a title was skipped")
            return None
        season, episode, number = None, None, None
        if "episode-num" in details:
            season, episode, number = _derive(
                tuple([(entry.get("system", ""), entry["text"]) for entry in details["episode-num"]])
            )
        if credits:
            first["credits"] = credits
        if any(langs):
            first["category"] = [{"lang": lang} if lang is not None else {} for lang in langs]
        rating = _only(details, "rating", "value") if "rating" in details else ""
        icon = _only(details, "icon", "src") if "icon" in details else ""
        if not ordered:
            details = dict(sorted(details.items(), key=_rank))
        if first:
            details = {**first, **details}
        seconds = length_seconds(details["length"]) if "length" in details else None
        clump = details.get("clumpidx")
        if clump and clump.replace(" ", "").endswith("/1"):
            clump = None
        return seconds, clump, (
            *columns, _names(tuple(names)) if names else "[]", number or "", -1 if season is None else season,
            -1 if episode is None else episode, rating, actors, directors, icon, is_new, dumps(details) if details else "{}",
        )  # fmt: skip

    def _texts(
        self,
        texts: dict[str, tuple[str, str | None]],
        more: dict[str, list[tuple[str, str | None]]] | None,
        first: dict[str, Any],
    ) -> tuple[str, str, str] | None:
        """Title, sub-title and description ("" for none), None without any title; the languages of their elements go to
        `first`.

        `texts` has the first element of each kind, `more` all of those that occur several times.
        """
        title, subtitle, description = texts.get("title"), texts.get("sub-title"), texts.get("desc")
        if title is None:
            # A blank title falls back on the sub-title.
            if subtitle is None:
                return None
            title, subtitle = subtitle, None
            if more and "sub-title" in more:
                more["title"] = more.pop("sub-title")
        if more:
            return self._chosen(more, (title, subtitle, description), first)
        if title[1] is not None:
            first["title"] = [{"lang": title[1]}]
        if subtitle is not None and subtitle[1] is not None:
            first["sub-title"] = [{"lang": subtitle[1]}]
        if description is not None and description[1] is not None:
            first["desc"] = [{"lang": description[1]}]
        return title[0], subtitle[0] if subtitle else "", description[0] if description else ""

    def _chosen(
        self,
        more: dict[str, list[tuple[str, str | None]]],
        columns: Sequence[tuple[str, str | None] | None],
        first: dict[str, Any],
    ) -> tuple[str, str, str]:
        """The same for texts that come several times, each kind in the provider's language."""
        found: list[str] = []
        for tag, column in zip(("title", "sub-title", "desc"), columns, strict=True):
            entries = more.get(tag)
            if entries is not None:
                first[tag] = [
                    {"text": text} if lang is None else {"text": text, "lang": lang} for text, lang in entries
                ]
                found.append(choose(entries, self.rules.languages))
            else:
                if column is not None and column[1] is not None:
                    first[tag] = [{"lang": column[1]}]
                found.append(column[0] if column else "")
        return found[0], found[1], found[2]


def value(element: Any) -> Any:
    """The value of a child of `<programme>` as `Normaliser.content` takes it; None for what is empty or not kept."""
    tag = element.tag
    if tag in _TEXTS:
        text = text_of(element) if len(element) else element.text
        return (text, element.get("lang")) if text and (text := text.strip()) else None
    if tag in READERS:
        return READERS[tag][0](element)
    if tag == "credits":
        return _people(element)
    return 1 if tag == "new" else None


@lru_cache(maxsize=20_000)
def _names(names: tuple[str, ...]) -> str:
    """A JSON array; guides repeat the same few sets of categories."""
    return dumps(names)


def _people(element: Any) -> tuple[str, str, list[dict[str, Any]] | None]:
    """Actors and directors as JSON arrays, and all the credits where these do not say all."""
    actors: list[str] = []
    directors: list[str] = []
    credits = None
    for child in element:
        tag = child.tag
        if len(child) or child.keys() or tag not in ("actor", "director"):
            credits = people(element)
            actors = [entry["name"] for entry in credits if entry["type"] == "actor"]
            directors = [entry["name"] for entry in credits if entry["type"] == "director"]
            if len(actors) + len(directors) == len(credits) == sum(len(entry) == 2 for entry in credits):
                credits = None
            break
        name = (child.text or "").strip()
        if name:
            (actors if tag == "actor" else directors).append(name)
    return (dumps(actors) if actors else "[]", dumps(directors) if directors else "[]", credits)


_ATTRIBUTES = frozenset(ATTRIBUTES)
_TEXTS = frozenset(("title", "sub-title", "desc", "category"))
_derive = lru_cache(maxsize=50_000)(derive)


def _rank(item: tuple[str, Any]) -> int:
    return READERS[item[0]][2]


def _only(details: dict[str, Any], key: str, part: str) -> str:
    """The column of a repeatable element (its first value); a lone entry that says no more leaves `details`."""
    entries = details[key]
    if len(entries) == 1 and len(entries[0]) == 1:
        del details[key]
    value: str = entries[0][part]
    return value


def choose(entries: Sequence[tuple[str, str | None]], languages: Sequence[str]) -> str:
    """The text in the first preferred language that occurs (`en` also takes `en-GB`), else the first."""
    for wanted in languages:
        wanted = wanted.lower().replace("_", "-")
        for text, lang in entries:
            lang = (lang or "").lower().replace("_", "-")
            if lang == wanted or lang.startswith(wanted + "-"):
                return text
    return entries[0][0]


def channel(element: Any, raw: bytes = b"") -> tuple[str, str | None, str | None, str | None, str] | None:
    """Id, display name, icon, number and details (JSON) of a `<channel>`, None without an id. `raw` are its bytes."""
    identifier = (element.get("id") or "").strip()
    if not identifier:
        return None
    names = [entry for child in element.iterchildren("display-name") if (entry := lang_text(child))]
    icons = [entry for child in element.iterchildren("icon") if (entry := READERS["icon"][0](child))]
    urls = [entry for child in element.iterchildren("url") if (entry := READERS["url"][0](child))]
    lcn = element.find("lcn")
    number = channel_number([entry["text"] for entry in names], text_of(lcn) if lcn is not None else None)
    if noted := _NUMBER.search(raw):
        number = noted[1].decode("utf-8", "replace") or None
    details = {
        key: value for key, value in (("display-name", names), ("icon", icons), ("url", urls)) if value
    }
    texts = [entry["text"] for entry in names]
    # A name that is nothing but the number is the name only where there is no other.
    name = next((text for text in texts if channel_number([text], None) != (number or "")), None)
    name = name or (texts[0] if texts else None)
    return identifier, name, icons[0]["src"] if icons else None, number, dumps(details)
