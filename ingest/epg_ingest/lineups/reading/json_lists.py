"""Lists that are JSON: HDHomeRun's `lineup.json`, Xtream's `get_live_streams`, tvheadend's `api/channel/grid`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import orjson

from ...core.errors import FeedError
from ...core.models import Problem
from ..entry import LineupEntry, Playlist, SourceKind
from .entry_kind import kind_of
from .entry_text import icon, number, plain

#: an object of the list, and its position: its entry, or None if it is not one
Reader = Callable[[Mapping[str, Any], int], "LineupEntry | None"]


def read_json(body: bytes, kind: SourceKind, groups: Mapping[str, str]) -> Playlist:
    """The entries of a JSON list. Raises `FeedError` if it is cut off, or if the server answered with an error."""
    try:
        document = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        cut = not body.rstrip().endswith((b"]", b"}"))
        why = "cut off" if cut else "not valid JSON"
        raise FeedError(f"the list is {why}; fetch it again", "truncated" if cut else "notwell") from error
    readers: dict[SourceKind, Reader] = {
        "hdhomerun": _tuner_channel,
        "xtream": lambda row, position: _stream(row, position, groups),
        "tvheadend": _server_channel,
    }
    return _playlist(kind, _rows(document), readers[kind])


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


def _playlist(kind: SourceKind, rows: Iterable[Any], reader: Reader) -> Playlist:
    entries: list[LineupEntry] = []
    left_out = 0
    for row in rows:
        entry = reader(row, len(entries) + 1) if isinstance(row, dict) else None
        if entry is None:
            left_out += 1
        else:
            entries.append(entry)
    problem = Problem("leftout", message="an entry is disabled, or has no name and no id", count=left_out)
    return Playlist(kind, tuple(entries), problems=(problem,) if left_out else ())


def _tuner_channel(row: Mapping[str, Any], position: int) -> LineupEntry | None:
    """A channel of an HDHomeRun tuner: players know it by its number."""
    guide_number, name = _text(row, "GuideNumber"), plain(_text(row, "GuideName"))
    if not guide_number and not name:
        return None
    address = _text(row, "URL")
    return LineupEntry(
        position=position,
        number=number(guide_number) or guide_number[:100],
        name=name or guide_number,
        source_id=guide_number,
        icon_url=icon(_text(row, "ImageURL")),
        kind=kind_of(name, "", address),
        address=address,
    )


def _stream(row: Mapping[str, Any], position: int, groups: Mapping[str, str]) -> LineupEntry | None:
    """A live stream of an Xtream account. Its address is made of the account and `other_ids[0]`, the stream id."""
    stream, name = _text(row, "stream_id"), plain(_text(row, "name"))
    guide_id = _text(row, "epg_channel_id")
    if not name and not guide_id:
        return None
    category = _text(row, "category_id")
    group = plain(_text(row, "category_name") or groups.get(category, ""))
    address = _text(row, "direct_source")
    return LineupEntry(
        position=position,
        number=number(_text(row, "num")),
        name=name or guide_id,
        source_id=guide_id,
        other_ids=(stream,) if stream else (),
        group_name=group,
        icon_url=icon(_text(row, "stream_icon")),
        kind=kind_of(name, group, address, _text(row, "stream_type")),
        address=address,
    )


def _server_channel(row: Mapping[str, Any], position: int) -> LineupEntry | None:
    """A channel of a tvheadend server: its XMLTV ids are the same as its `uuid`."""
    uuid, name = _text(row, "uuid"), plain(_text(row, "name"))
    if row.get("enabled") is False or not uuid:
        return None
    picture = _text(row, "icon_public_url") or _text(row, "icon")
    return LineupEntry(
        position=position,
        number=number(_text(row, "number")),
        name=name or uuid,
        source_id=uuid,
        icon_url=icon(picture) if "://" in picture else "",
        kind=kind_of(name, "", ""),
    )


def _text(row: Mapping[str, Any], name: str) -> str:
    """A value as text: panels write numbers as texts and texts as numbers. "" for null and for anything else."""
    value = row.get(name)
    if value.__class__ is str:
        return str(value).strip()
    if value is None or isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value).strip()
