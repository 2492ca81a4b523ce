"""A list as CSV: a header that names the columns, then a row for each entry."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from io import StringIO
from itertools import chain

from ...core.errors import FeedError
from ...core.models import Problem
from ..entry import LineupEntry, Playlist
from .entry_kind import kind_of
from .entry_text import icon, minutes, number, plain

#: the columns, each with the other names that people give it
_COLUMNS = {
    "number": ("number", "no", "nr", "lcn", "chno", "channel number", "tvg-chno"),
    "name": ("name", "channel", "title", "channel name", "station"),
    "id": ("id", "tvg-id", "source_id", "channel id", "xmltv id", "epg_channel_id"),
    "group": ("group", "group-title", "group_name", "category", "bouquet"),
    "logo": ("logo", "icon", "tvg-logo", "icon_url", "logo url"),
    "url": ("url", "address", "stream", "stream url", "link"),
    "kind": ("kind", "type"),
    "shift_minutes": ("shift_minutes",),
    "shift": ("shift", "tvg-shift"),
}
_MEANING = {other: name for name, others in _COLUMNS.items() for other in others}
_DELIMITERS = ",;\t|"
#: a field may have a long address in it, and no more
#: two fields that are put after the last line: if a quote is open there, they become a part of its field
_END = ["\ufffe", "\ufffe"]
_LONGEST_FIELD = 131_072


def columns(header: str) -> tuple[str, list[str]]:
    """The delimiter of a header line, and what each column means, "" for one that means nothing here."""
    delimiter = max(_DELIMITERS, key=header.count)
    names = next(csv.reader([header.strip()], delimiter=delimiter), [])
    return delimiter, [_MEANING.get(name.strip().strip('"').lower(), "") for name in names]


def is_header(line: str) -> bool:
    """Whether a line is the header of such a file: it has a column for the name, and another one that is known."""
    if len(line) > _LONGEST_FIELD or '"' in line.replace('"', "", line.count('"') // 2 * 2):
        return False
    known = [name for name in columns(line)[1] if name]
    return "name" in known


def read_sheet(text: str) -> Playlist:
    """The entries of a CSV list.

    Raises `FeedError` for one without a column `name`, that is cut off within quotes, or that cannot be read as CSV.
    """
    header, _, _ = text.partition("\n")
    delimiter, meanings = columns(header)
    if "name" not in meanings:
        raise FeedError("the CSV has no column `name`; its first line names the columns", "notalist")
    rows = csv.reader(chain(StringIO(text), [delimiter.join(_END)]), delimiter=delimiter)
    entries: list[LineupEntry] = []
    left_out = 0
    row: list[str] = []
    try:
        next(rows)
        for row in rows:
            entry = _entry(len(entries) + 1, _values(meanings, row)) if row != _END else None
            if entry:
                entries.append(entry)
            else:
                left_out += row != _END and any(row)
    except csv.Error as error:
        raise FeedError(f"line {rows.line_num} cannot be read as CSV: {error}", "notwell") from error
    if row != _END:
        raise FeedError("the list is cut off: a quote is open at its end; fetch it again", "truncated")
    problem = Problem("leftout", message="a row has no name", count=left_out)
    return Playlist("csv", tuple(entries), problems=(problem,) if left_out else ())


def _values(meanings: Sequence[str], row: Sequence[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for meaning, value in zip(meanings, row, strict=False):
        if meaning and not found.get(meaning):
            found[meaning] = value.strip()
    return found


def _entry(position: int, row: Mapping[str, str]) -> LineupEntry | None:
    name, group, address = plain(row["name"]), plain(row.get("group", "")), row.get("url", "")
    if not name:
        return None
    said = row.get("kind", "")
    in_minutes = row.get("shift_minutes", "")
    return LineupEntry(
        position=position,
        number=number(row.get("number", "")),
        name=name,
        source_id=row.get("id", "")[:1000],
        group_name=group,
        icon_url=icon(row.get("logo", "")),
        kind=kind_of(name, group, address, said),
        shift_minutes=int(in_minutes)
        if in_minutes.lstrip("+-").isdecimal()
        else minutes(row.get("shift", "")),
        address=address,
    )
