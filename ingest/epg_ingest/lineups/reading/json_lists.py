"""Lists that are JSON: HDHomeRun's `lineup.json`, Xtream's `get_live_streams`, tvheadend's `api/channel/grid`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import count, repeat
from typing import Any, NamedTuple

import orjson

from ...core.errors import FeedError
from ...core.models import Problem
from ..entry import LineupEntry, Playlist, SourceKind
from .entry_kind import kinds_of
from .entry_text import icons, number, plain_texts


class _Row(NamedTuple):
    """What an object of a list says, as texts: `other_id` is "" for none, `said` what it says of its kind."""

    number: str
    name: str
    source_id: str
    other_id: str = ""
    group: str = ""
    icon_url: str = ""
    said: str = ""
    address: str = ""


def read_json(body: bytes, kind: SourceKind, groups: Mapping[str, str]) -> Playlist:
    """The entries of a JSON list. Raises `FeedError` if it is cut off, or if the server answered with an error."""
    try:
        document = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        cut = not body.rstrip().endswith((b"]", b"}"))
        why = "cut off" if cut else "not valid JSON"
        raise FeedError(f"the list is {why}; fetch it again", "truncated" if cut else "notwell") from error
    readers: dict[SourceKind, Callable[[Mapping[str, Any]], _Row | None]] = {
        "hdhomerun": _tuner_channel,
        "xtream": lambda row: _stream(row, groups),
        "tvheadend": _server_channel,
    }
    objects = _rows(document)
    rows = [row for said in objects if isinstance(said, dict) and (row := readers[kind](said))]
    left_out = len(objects) - len(rows)
    problem = Problem("leftout", message="an entry is disabled, or has no name and no id", count=left_out)
    return Playlist(kind, tuple(_entries(rows)), problems=(problem,) if left_out else ())


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


def _entries(rows: Sequence[_Row]) -> Iterable[LineupEntry]:
    """The entries of rows; columns of texts are mended at once, which is much faster."""
    if not rows:
        return ()
    numbers, given, ids, others, categories, pictures, types, addresses = zip(*rows, strict=True)
    groups = plain_texts(categories)
    names = [name or ident for name, ident in zip(plain_texts(given), ids, strict=True)]
    return map(
        LineupEntry,
        count(1),
        map(number, numbers),
        names,
        ids,
        [(other,) if other else () for other in others],
        groups,
        icons(pictures),
        kinds_of(names, groups, addresses, types, [""] * len(names)),
        repeat(0),
        addresses,
    )


def _tuner_channel(row: Mapping[str, Any]) -> _Row | None:
    """A channel of an HDHomeRun tuner: players know it by its number."""
    channel, name = _text(row, "GuideNumber"), _text(row, "GuideName")
    if not channel and not name:
        return None
    return _Row(channel, name, channel, icon_url=_text(row, "ImageURL"), address=_text(row, "URL"))


def _stream(row: Mapping[str, Any], groups: Mapping[str, str]) -> _Row | None:
    """A live stream of an Xtream account. Its address is made of the account and `other_ids[0]`, the stream id."""
    name, guide_id = _text(row, "name"), _text(row, "epg_channel_id")
    if not name and not guide_id:
        return None
    return _Row(
        _text(row, "num"),
        name,
        guide_id,
        _text(row, "stream_id"),
        _text(row, "category_name") or groups.get(_text(row, "category_id"), ""),
        _text(row, "stream_icon"),
        _text(row, "stream_type"),
        _text(row, "direct_source"),
    )


def _server_channel(row: Mapping[str, Any]) -> _Row | None:
    """A channel of a tvheadend server: its XMLTV ids are the same as its `uuid`."""
    uuid = _text(row, "uuid")
    if row.get("enabled") is False or not uuid:
        return None
    picture = _text(row, "icon_public_url") or _text(row, "icon")
    return _Row(_text(row, "number"), _text(row, "name"), uuid, icon_url=picture if "://" in picture else "")


def _text(row: Mapping[str, Any], name: str) -> str:
    """A value as text: panels write numbers as texts and texts as numbers. "" for null and for anything else."""
    value = row.get(name)
    if isinstance(value, str):
        return value.strip()
    if value is None or isinstance(value, bool) or not isinstance(value, int | float):
        return ""
    return str(int(value) if isinstance(value, float) and value.is_integer() else value)
