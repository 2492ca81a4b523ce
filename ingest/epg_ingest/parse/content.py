"""What a `<programme>` says apart from when and where it is shown: its children to the columns of a staged content."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from functools import lru_cache
from typing import Any

import orjson

from ..core.compact_json import dumps
from ..core.text_bounds import LONG, SHORT, bounded, one_line, within
from .child_values import TEXTS, Child, united_credits
from .details import ATTRIBUTES, PARTS, READERS, length_seconds, picture
from .element_text import MOST_OTHERS
from .episodes import derive
from .text_columns import category_column, text_columns

#: called with a problem code, the index of the element in its job, a subject and a message
ReportProblem = Callable[[str, int, "str | None", "str | None"], None]
#: the elements that may repeat, and two of which a second one is no problem
_REPEATABLE = TEXTS | {"new", "credits"} | {tag for tag, (_, many, _) in READERS.items() if many}
#: the places of elements in the DTD
_RANKS = {tag: rank for tag, (_, _, rank) in READERS.items()}
_ATTRIBUTES = frozenset(ATTRIBUTES)
_PARTED = frozenset(("video", "audio", "subtitles"))
#: bytes of an element from which on results are kept only if they are short
_SMALL = 4 * SHORT
#: names in `details` that mean something else than an element of another dialect
_TAKEN = frozenset((*ATTRIBUTES, "clump", "stop", "start", "more", "written"))


class ContentReader:
    """Turns the children of programmes into columns, with texts in the first of `languages` that occurs.

    This code runs once for each new content of a feed, which is millions of times for a large one. So it gathers values in
    plain dictionaries and calls a helper only for an element that is there.
    """

    def __init__(self, languages: tuple[str, ...], problem: ReportProblem) -> None:
        self._languages = languages
        #: results that are kept, as guides repeat the same few sets of categories
        self._known_categories = lru_cache(20_000)(lambda names: category_column(names, languages))
        self._problem = problem

    def read(
        self,
        attributes: Collection[tuple[str, str]],
        children: Iterable[Child],
        channel: str,
        index: int,
        size: int,
    ) -> tuple[int | None, str | None, tuple[Any, ...]] | None:
        """Length in seconds, clumpidx and columns of a programme; None if it has no title, which is reported.

        `attributes` are those of `<programme>`, `children` its children as `child_value` gives them. The columns are those
        of `stage.columns.CONTENT` after the id, with the value of `MISSING` for what is missing. `channel` and `index` are
        for reports. `size` is at least the length of all texts together: nothing in a short element can be too long.
        """
        found = self._gathered(children, index)
        if not _PARTED.isdisjoint(found):
            self._report_parts(found, index)
        first: dict[str, Any] = {}
        if attributes:
            first = {name: value for name, value in attributes if name in _ATTRIBUTES and value}
        texts = text_columns(found, self._languages, first)
        if texts is None:
            self._problem("emptytitle", index, channel, "a programme without a title was skipped")
            return None
        title, subtitle, description = texts
        actors, directors = self._people(found, first, index) if "credits" in found else ("[]", "[]")
        categories = self._categories(found, first, size) if "category" in found else "[]"
        is_new = 1 if found.pop("new", None) else 0
        number, season, episode = "", -1, -1
        if "episode-num" in found:
            entries = found["episode-num"]
            nums = tuple([(num.get("system", ""), num["text"]) for num in entries])
            number, season, episode = (_known_numbers if size <= _SMALL or _few(nums) else _numbers)(nums)
        rating = _taken(found, "rating", "value") if "rating" in found else ""
        icon = _icon(found) if "icon" in found or "image" in found else ""
        details = _joined(first, found)
        seconds = length_seconds(found["length"]) if "length" in found else None
        columns: tuple[Any, ...] = (
            title, subtitle, description, categories, number, season, episode, rating, actors, directors, icon, is_new, details,
        )  # fmt: skip
        # Most of a long element is its description, which may be longer than anything else.
        if (size - len(description) > SHORT or size > LONG) and not within(columns):
            columns = bounded(
                columns, lambda tag, what: self._problem("toolong", index, tag, f"<{tag}> was {what}")
            )
        return seconds, _clump(first["clumpidx"]) if "clumpidx" in first else None, columns

    def _people(self, found: dict[str, Any], first: dict[str, Any], index: int) -> tuple[str, str]:
        """Take `credits` out of `found`: the columns actors and directors. What they cannot hold is added to `first`."""
        actors, directors, credits, others = united_credits(found.pop("credits"))
        if "\\n" in actors or "\\n" in directors:
            actors, directors = _in_lines(actors), _in_lines(directors)
        for tag, value in others:
            if tag == "credits":
                self._problem("notvalid", index, tag, "text between the people of <credits> was left out")
            else:
                self._foreign(found, tag, value, index)
        if credits:
            first["credits"] = credits
        return actors, directors

    def _categories(self, found: dict[str, Any], first: dict[str, Any], size: int) -> str:
        """Take the categories out of `found`: their column. Their languages are added to `first`."""
        names = tuple(found.pop("category"))
        if size <= _SMALL or _few(names):
            categories, languages = self._known_categories(names)
        else:
            categories, languages = category_column(names, self._languages)
        if languages:
            first["category"] = languages
        return categories

    def _gathered(self, children: Iterable[Child], index: int) -> dict[str, Any]:
        """The values by tag, in lists where elements may repeat."""
        found: dict[str, Any] = {}
        for tag, value in children:
            if value is None:
                continue
            if tag in _REPEATABLE:
                if tag in found:
                    found[tag].append(value)
                else:
                    found[tag] = [value]
            elif tag not in _RANKS:
                self._foreign(found, tag, value, index)
            elif tag not in found:
                found[tag] = value
            elif value != found[tag]:
                self._another(found, tag, value, index)
        return found

    def _another(self, found: dict[str, Any], tag: str, value: Any, index: int) -> None:
        """A second element where the DTD allows one: united with the first if they do not contradict one another."""
        first = found[tag]
        if isinstance(value, dict) and all(first.get(name, said) == said for name, said in value.items()):
            united = {**first, **value}
            found[tag] = {name: united[name] for name in (*PARTS.get(tag, united), "more") if name in united}
            return
        others = found.setdefault("more", {}).setdefault(tag, [])
        if len(others) < MOST_OTHERS:
            others.append(value)
        self._problem(
            "notvalid", index, tag, f"more than one <{tag}>; the first counts, details keeps the others"
        )

    def _report_parts(self, found: dict[str, Any], index: int) -> None:
        """Report what `<video>`, `<audio>` and `<subtitles>` contain more than once."""
        entries = [found[tag] for tag in ("video", "audio") if tag in found] + found.get("subtitles", [])
        for part in dict.fromkeys(part for entry in entries for part in entry.get("more", ())):
            self._problem(
                "notvalid", index, part, f"more than one <{part}>; the first counts, details keeps the others"
            )

    def _foreign(self, found: dict[str, Any], tag: str, value: Any, index: int) -> None:
        """An element of another dialect: kept, but no export can have it."""
        if (
            tag not in _TAKEN
            and len(found) < MOST_OTHERS + len(_RANKS)
            and len(found.setdefault(tag, [])) < MOST_OTHERS
        ):
            found[tag].append(value)
        self._problem("notvalid", index, tag[:100], f"<{tag[:100]}> is not in the DTD: exports leave it out")


def _numbers(nums: tuple[tuple[str, str], ...]) -> tuple[str, int, int]:
    """The columns episode_num, season and episode."""
    season, episode, text = derive(nums)
    return text or "", -1 if season is None else season, -1 if episode is None else episode


@lru_cache(maxsize=50_000)
def _known_numbers(nums: tuple[tuple[str, str], ...]) -> tuple[str, int, int]:
    """The same, with results that are kept, as a series has the same numbers each time. Call it with short texts."""
    return _numbers(nums)


def _few(pairs: Iterable[tuple[str, str | None]]) -> bool:
    """Whether the texts are so short that results may be kept."""
    return sum([len(one) + len(other or "") for one, other in pairs]) <= SHORT


def _in_lines(names: str) -> str:
    """A JSON array of names, each in one line."""
    return dumps(list(map(one_line, orjson.loads(names))))


def _taken(found: dict[str, Any], tag: str, key: str) -> str:
    """The column of an element that may repeat: its first value. It leaves `found` if the column says all of it."""
    entries = found[tag]
    if len(entries) == 1 and len(entries[0]) == 1:
        del found[tag]
    value: str = entries[0][key]
    return value


def _icon(found: dict[str, Any]) -> str:
    """The column `icon_url`: the icon, else the picture that stands for it. An icon with the address of that picture stays in
    `found`, so that an export can tell the two apart."""
    if "image" not in found:
        return _taken(found, "icon", "src")
    shown = picture(found["image"])
    if "icon" not in found:
        return shown
    address: str = found["icon"][0]["src"]
    return address if address == shown else _taken(found, "icon", "src")


@lru_cache(maxsize=4_000)
def _in_order(tags: tuple[str, ...]) -> tuple[str, ...]:
    """The tags in the order of the DTD, those that it does not have last. Results are kept, as feeds use the same few sets of
    elements."""
    return tuple(sorted(tags, key=lambda tag: _RANKS.get(tag, len(_RANKS))))


def _joined(first: dict[str, Any], rest: dict[str, Any]) -> str:
    """`details` as JSON: `first`, then the rest in the order of the DTD."""
    tags = tuple(rest)
    order = _in_order(tags)
    if order != tags:
        rest = {tag: rest[tag] for tag in order}
    if first:
        rest = first | rest
    return dumps(rest) if rest else "{}"


def _clump(index: str) -> str | None:
    """A clumpidx, None if it says that the programme is the only one of its clump (`0/1`)."""
    return None if index.replace(" ", "").endswith("/1") else index
