"""Rules on the columns of a content, as an import stages them: tidied columns, and the way back to what was written.

`details.written` has what rules changed as the feed wrote it, by column; under `details` in it all of the former details, if
these changed as well. So rules can change, and a round trip gives the provider's own words.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import orjson

from ..core.compact_json import dumps
from ..core.text_bounds import LONG, SHORT
from .rule import Content
from .tidying import NO_HITS, Tidy

#: how `details` of a content that rules changed says so
MARK = '"written":'
#: what says in `details` that a programme is what rules found; an element that is not in the DTD has the form of foreign ones
_FLAGS: dict[str, tuple[str, Any]] = {
    "premiere": ("premiere", {}),
    "repeat": ("previously-shown", {}),
    "subtitle": ("subtitles", [{}]),
    "live": ("live", [{}]),
}
_TAGS = frozenset(tag for tag, _ in _FLAGS.values())
_NONE = frozenset[str]()


class Columns(NamedTuple):
    """The columns of `stage.columns.CONTENT` after the id: '' and -1 for what is missing, lists and details as JSON."""

    title: str
    subtitle: str
    description: str
    category: str
    episode_num: str
    season: int
    episode: int
    rating: str
    actors: str
    directors: str
    icon_url: str
    is_new: int
    details: str


def tidied_columns(tidy: Tidy, columns: tuple[Any, ...]) -> tuple[Any, ...]:
    """The columns after the rules; the same object if none changes them, or if the content is a joined clump."""
    title, subtitle, description, category = columns[:4]
    hits = tidy.hits(title, subtitle, description)
    if hits == NO_HITS and not tidy.reads_categories(category):
        return columns
    given = Columns(*columns)
    details: dict[str, Any] = orjson.loads(given.details) if len(given.details) > 2 else {}
    if "clump" in details or "clumpidx" in details:
        return columns
    before = _content(given, details)
    tidied = tidy.tidy(before, hits)
    return columns if tidied is None else _columns(given, details, before, tidied.content)


def written_columns(columns: tuple[Any, ...]) -> tuple[Any, ...]:
    """The columns as the feed wrote them: the opposite of `tidied_columns`."""
    if MARK not in columns[-1]:
        return columns
    details: dict[str, Any] = orjson.loads(columns[-1])
    written: dict[str, Any] | None = details.pop("written", None)
    if written is None:
        return columns
    former = written.pop("details", None)
    if former is not None:
        details = former
    written = {name: dumps(value) if name == "category" else value for name, value in written.items()}
    return tuple(Columns(*columns)._replace(**written, details=dumps(details) if details else "{}"))


def content_of(columns: tuple[Any, ...]) -> Content:
    """What rules read of the columns."""
    given = Columns(*columns)
    return _content(given, orjson.loads(given.details) if len(given.details) > 2 else {})


def _content(given: Columns, details: dict[str, Any]) -> Content:
    flags = _NONE
    if given.is_new or not _TAGS.isdisjoint(details):
        own = {flag for flag, (tag, _) in _FLAGS.items() if tag in details}
        flags = frozenset((*own, "new") if given.is_new else own)
    year = str(details["date"])[:4] if "date" in details else ""
    return Content(
        given.title,
        given.subtitle or None,
        given.description or None,
        tuple(orjson.loads(given.category)) if len(given.category) > 2 else (),
        given.season if given.season >= 0 else None,
        given.episode if given.episode >= 0 else None,
        None,
        int(year) if len(year) == 4 and year.isascii() and year.isdigit() else None,
        flags,
    )


def _columns(given: Columns, details: dict[str, Any], before: Content, after: Content) -> tuple[Any, ...]:
    """The columns of a tidied content, with what was written in `details`."""
    season, episode = _number(after.season), _number(after.episode)
    numbered = season != given.season or episode != given.episode
    now = (
        after.title[:SHORT].rstrip(),
        (after.subtitle or "")[:SHORT].rstrip(),
        (after.description or "")[:LONG].rstrip(),
        given.category if after.categories == before.categories else dumps(list(after.categories)),
        _label(season, episode) if numbered and not given.episode_num else given.episode_num,
        season,
        episode,
        *given[7:11],
        1 if "new" in after.flags else given.is_new,
    )
    changed = _details(details, before, after)
    # Without the details, which follow from the others.
    written = {name: old for name, old, new in zip(Columns._fields, given, now, strict=False) if old != new}
    if "category" in written:
        written["category"] = orjson.loads(given.category)
    if changed != details:
        written["details"] = details
    return (*now, dumps({**changed, "written": written})) if written else tuple(given)


def _details(details: dict[str, Any], before: Content, after: Content) -> dict[str, Any]:
    """The details with what rules found: year, total of episodes and flags. Languages of categories that changed are left out,
    as they go by their order."""
    found = dict(details)
    if after.categories != before.categories:
        found.pop("category", None)
    if after.year is not None and "date" not in found:
        found["date"] = f"{after.year:04}"
    if after.episodes is not None and "episodes" not in found:
        found["episodes"] = [{"text": str(after.episodes)}]
    if after.flags is not before.flags:
        for flag in after.flags - before.flags - {"new"}:
            tag, value = _FLAGS[flag]
            found.setdefault(tag, value)
    return found


def _number(value: int | None) -> int:
    return -1 if value is None else value


def _label(season: int, episode: int) -> str:
    """The numbers as `episode_num` has them where a feed gives no text: `S02E05`."""
    return (f"S{season:02}" if season >= 0 else "") + (f"E{episode:02}" if episode >= 0 else "")
