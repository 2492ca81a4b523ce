"""Lists that are JSON: HDHomeRun's `lineup.json`, Xtream's `get_live_streams`, tvheadend's `api/channel/grid`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import count, repeat
from typing import Any

import orjson

from ...core.errors import FeedError
from ...core.models import Problem
from ..entry import LineupEntry, Playlist, SourceKind
from .entry_kind import kinds_of
from .entry_text import icons, number, plain_texts

#: where an object of a list has number, name, id, other id, group, picture, kind and address, "" for nowhere. Players know an
#: HDHomeRun channel by its number. The address of an Xtream stream is made of the account and the stream id. The XMLTV ids of
#: tvheadend are the same as its `uuid`.
_FIELDS: dict[SourceKind, Sequence[str]] = {
    "hdhomerun": ("GuideNumber", "GuideName", "GuideNumber", "", "", "ImageURL", "", "URL"),
    "xtream": (
        "num",
        "name",
        "epg_channel_id",
        "stream_id",
        "category_id",
        "stream_icon",
        "stream_type",
        "direct_source",
    ),
    "tvheadend": ("number", "name", "uuid", "", "", "icon_public_url", "", ""),
}


#: objects that are read at once, so that their values are still in the processor's cache
_AT_ONCE = 500


def read_json(body: bytes, kind: SourceKind, groups: Mapping[str, str]) -> Playlist:
    """The entries of a JSON list. Raises `FeedError` if it is cut off, or if the server answered with an error."""
    try:
        document = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        cut = not body.rstrip().endswith((b"]", b"}"))
        why = "cut off" if cut else "not valid JSON"
        raise FeedError(f"the list is {why}; fetch it again", "truncated" if cut else "notwell") from error
    objects = _rows(document)
    entries: list[LineupEntry] = []
    for at in range(0, len(objects), _AT_ONCE):
        entries += _entries(_rows_of(objects[at : at + _AT_ONCE], kind), groups, len(entries) + 1)
    left_out = len(objects) - len(entries)
    problem = Problem("leftout", message="an entry is disabled, or has no name and no id", count=left_out)
    return Playlist(kind, tuple(entries), problems=(problem,) if left_out else ())


def _rows(document: object) -> list[Any]:
    """The objects of a list: it may be the document, below `entries`, or the values of an object with numbers as names."""
    if isinstance(document, dict):
        if isinstance(document.get("entries"), list):
            return list(document["entries"])
        account = document.get("user_info")
        if isinstance(account, dict) and str(account.get("auth", "1")) == "0":
            raise FeedError("the account was refused; check user name and password", "refused")
        return [row for row in document.values() if isinstance(row, dict)]
    return document if isinstance(document, list) else []


def _rows_of(objects: Iterable[Any], kind: SourceKind) -> list[tuple[str, ...]]:
    """The values of `_FIELDS` of each object that is an entry, as texts."""
    known = [row for row in objects if isinstance(row, dict) and row.get("enabled") is not False]
    columns = [_texts(known, field) for field in _FIELDS[kind]]
    return [row for row in zip(*columns, strict=True) if row[1] or row[2]]


def _entries(
    rows: Sequence[Sequence[str]], groups: Mapping[str, str], position: int
) -> Iterable[LineupEntry]:
    """The entries of rows; columns of texts are mended at once, which is much faster."""
    if not rows:
        return ()
    numbers, given, ids, others, categories, pictures, types, addresses = zip(*rows, strict=True)
    named = plain_texts([groups.get(category, "") for category in categories])
    names = [name or ident for name, ident in zip(plain_texts(given), ids, strict=True)]
    return map(
        LineupEntry,
        count(position),
        map(number, numbers),
        names,
        ids,
        [(other,) if other else () for other in others],
        named,
        # tvheadend gives the path on its own server where it has no public address
        [picture if "://" in picture else "" for picture in icons(pictures)],
        kinds_of(names, named, addresses, types, [""] * len(names)),
        repeat(0),
        addresses,
    )


def _texts(rows: Sequence[Mapping[str, Any]], field: str) -> list[str]:
    """A column of values as texts: panels write numbers as texts and texts as numbers. "" for null and for anything else."""
    if not field:
        return [""] * len(rows)
    values = [row.get(field) for row in rows]
    return [
        value.strip() if isinstance(value, str) else str(value) if value.__class__ is int else _text(value)
        for value in values
    ]


def _text(value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return ""
    return str(int(value) if isinstance(value, float) and value.is_integer() else value)
