"""An entry from the attributes of an `#EXTINF` line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ..entry import LineupEntry
from .entry_kind import kind_of
from .entry_text import icon, minutes, number, number_in, plain

#: attributes, the one that counts first
IDS = ("tvg-id", "tvg_id", "epg-id", "channel-id", "channelid")
NAMES = ("tvg-name", "tvg_name")
NUMBERS = ("tvg-chno", "channel-number", "ch-number", "tvg-ch")
LOGOS = ("tvg-logo", "logo", "vg-logo", "tvg_logo")
GROUPS = ("group-title", "group-name", "group_title", "groups")
TYPES = ("tvg-type", "type", "media")
#: what a player needs to play the stream, or to play what was shown before; in `#EXTM3U` they are for all entries
STREAM = (
    "catchup", "catchup-type", "catchup-source", "catchup-days", "catchup-correction", "catchup-time", "timeshift", "tvg-rec",
    "user-agent", "http-user-agent", "http-referrer", "http-referer", "referrer", "referer", "http-origin", "origin",
    "http-cookie", "audio-track", "aspect-ratio", "deinterlace", "inputstream",
)  # fmt: skip
#: begins the option that holds those attributes
ATTRIBUTES = "#EXTINF: "
_LONGEST = 8_000


def from_attributes(
    position: int, found: Mapping[str, str], name: str, address: str, options: tuple[str, ...]
) -> LineupEntry:
    """The entry of an `#EXTINF` line that `extinf.split` read."""
    tvg_name = plain(first(found, NAMES))
    name = plain(name) or tvg_name or plain(found.get("title", "")) or first(found, IDS)
    group = plain(first(found, GROUPS))
    ids = list(dict.fromkeys(value for key in IDS if (value := found.get(key))))
    others = ids[1:] + ([tvg_name] if tvg_name and tvg_name != name else [])
    return LineupEntry(
        position=position,
        number=number(first(found, NUMBERS)) or number_in(name),
        name=name,
        source_id=ids[0][:1000] if ids else "",
        other_ids=tuple(others),
        group_name=group,
        icon_url=icon(first(found, LOGOS)),
        kind=kind_of(name, group, address, first(found, TYPES), found.get("radio", "")),
        shift_minutes=minutes(found.get("tvg-shift", "")),
        address=address,
        options=with_stream(found, options),
    )


def with_stream(found: Mapping[str, str], options: tuple[str, ...]) -> tuple[str, ...]:
    """The options of an entry, with a first one for the attributes that belong to its stream."""
    line = stream_line((name, value) for name in STREAM if (value := found.get(name)))
    return (line, *options) if line else options


def stream_line(pairs: Iterable[tuple[str, str]]) -> str:
    """The option that holds these attributes, "" where none has a value or they are too long.

    Players know no way to write a double quote in a value.
    """
    written = ((name, value.replace('"', "'")) for name, value in pairs if value)
    line = " ".join([f'{name}="{value}"' for name, value in written])
    return f"{ATTRIBUTES}{line}" if 0 < len(line) <= _LONGEST else ""


def first(found: Mapping[str, str], names: tuple[str, ...]) -> str:
    """The value of the first of some attributes that has one."""
    for name in names:
        if value := found.get(name):
            return value
    return ""
