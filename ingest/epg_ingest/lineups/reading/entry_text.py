"""The texts of an entry: trimmed, mended as those of feeds are, and bounded."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from operator import itemgetter

from ...core.text_bounds import ADDRESS, SHORT, without_controls
from ...parse.repair.double_encoding import mended_text, needs_mending
from ..entry import LineupEntry

_SHIFT = re.compile(r"([-+]?\d{1,2}(?:[.,]\d{1,3})?)")
_NUMBER = re.compile(r"\d{1,5}(?:[.-]\d{1,3})?", re.ASCII)
_NUMBER_BEFORE = re.compile(r"(\d{1,4})(?:\.| -)\s+\S", re.ASCII)
_INLINE = ("data:", "DATA:", "Data:")
#: the places of an entry's texts that outputs show, and that are no list
_PUBLISHED = tuple(map(LineupEntry._fields.index, ("name", "source_id", "group_name", "icon_url")))
#: a clock of more hours is a mistake
_MOST_HOURS = 26


def plain(text: str) -> str:
    """A name or a group as it was meant, on one line, at most 1,000 characters."""
    text = text.strip()
    if text.isascii() and "&" not in text:
        return text[:SHORT]
    return _mended(text[:SHORT])


def plain_texts(texts: Sequence[str]) -> list[str]:
    """Many texts as `plain` gives them; one look at all of them mostly tells that none has to be mended."""
    together = "\n".join(set(texts))
    if needs_mending(together) or len(together) > SHORT + 100 * len(texts):
        return list(map(plain, texts))
    return list(map(str.strip, texts))


@lru_cache(maxsize=4096)
def _mended(text: str) -> str:
    mended = mended_text(text)
    return text if mended == text else " ".join(mended.split())


def readable(entries: Sequence[LineupEntry]) -> tuple[LineupEntry, ...]:
    """The entries, with every text that is published free of control characters and line breaks.

    This comes last, because damaged encodings are mended from control characters. One look at all texts tells that most lists
    have none of them.
    """
    columns = [list(map(itemgetter(at), entries)) for at in _PUBLISHED]
    others = [other for entry in entries if entry.other_ids for other in entry.other_ids]
    if all("".join(column).isprintable() for column in (*columns, others)):
        return tuple(entries)
    return tuple(map(_without_controls, entries))


def _without_controls(entry: LineupEntry) -> LineupEntry:
    source_id, name = without_controls(entry.source_id), without_controls(entry.name)
    return entry._replace(
        name=name or source_id or str(entry.position),
        source_id=source_id,
        other_ids=tuple(found for other in entry.other_ids if (found := without_controls(other))),
        group_name=without_controls(entry.group_name),
        icon_url=without_controls(entry.icon_url),
    )


def icon(text: str) -> str:
    """The address of a picture; "" for a picture that stands in the list itself, or for an address that is too long."""
    text = text.strip()
    return "" if len(text) > ADDRESS or text[:5] in _INLINE else text


def icons(texts: Sequence[str]) -> list[str]:
    """Many addresses as `icon` gives them; one look at all of them tells that most lists have no pictures in them."""
    together = "\n".join(texts)
    usual = len(together) < ADDRESS or len(max(texts, key=len)) <= ADDRESS
    return list(map(str.strip if usual and "data:" not in together.lower() else icon, texts))


def number(text: str) -> str:
    """A channel number, "" for what is none: `tvg-chno="1"`, `2.1`."""
    if len(text) < 6 and text.isdecimal() and text.isascii() and text[0] != "0":
        return text
    found = _NUMBER.fullmatch(text.strip())
    return found[0] if found and text.strip("0") else ""


def number_in(name: str) -> str:
    """The number before a name: "1" for `1. TF1` and `1 - TF1`, "" for `24 Horas`."""
    found = _NUMBER_BEFORE.match(name)
    return found[1] if found else ""


def minutes(text: str) -> int:
    """A `tvg-shift` in minutes: 90 for `+1.5`, 0 for what is no number of hours."""
    found = _SHIFT.fullmatch(text.strip())
    if not found:
        return 0
    hours = float(found[1].replace(",", "."))
    return round(hours * 60) if abs(hours) <= _MOST_HOURS else 0
