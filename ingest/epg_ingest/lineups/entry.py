"""What a list of channels holds: its entries as they were read, whatever the format."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from ..core.models import Problem

#: what an entry is: only `tv` and `radio` can be matched to a channel
EntryKind = Literal["tv", "radio", "vod", "separator"]
#: the formats that can be read
SourceKind = Literal["m3u", "hdhomerun", "xtream", "tvheadend", "csv"]


class LineupEntry(NamedTuple):
    """One entry of a list, in the words of the list.

    `position` counts from 1 in the order of the list. `number` is the channel number as written, "" for none. `source_id` is
    the id by which the player knows the entry (tvg-id, epg_channel_id, uuid, GuideNumber), "" where it is blank. `other_ids`
    are what else identifies it for its player (tvg-name, a stream id). `shift_minutes` is how much later its programmes are
    shown. `address` is the stream, and `options` the lines that belong to it (`#EXTVLCOPT:…`, `#KODIPROP:…`), without
    line ends; attributes that belong to it are a line too (`#EXTINF: catchup="default"`). Both may hold passwords and stay
    out of `repr`.

    A named tuple, because 100,000 of them are made when a list is read; a frozen dataclass takes twice as long.
    """

    position: int
    number: str
    name: str
    source_id: str = ""
    other_ids: tuple[str, ...] = ()
    group_name: str = ""
    icon_url: str = ""
    kind: EntryKind = "tv"
    shift_minutes: int = 0
    address: str = ""
    options: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return (
            f"LineupEntry({self.position}, {self.number!r}, {self.name!r}, {self.source_id!r}, {self.kind})"
        )


@dataclass(frozen=True)
class Playlist:
    """What a list said: `guide_addresses` are those of XMLTV guides (`url-tvg`), which may hold passwords.

    `problems` have no secrets. `header` are the other attributes of `#EXTM3U`, with names in lower case.
    """

    kind: SourceKind
    entries: tuple[LineupEntry, ...]
    guide_addresses: tuple[str, ...] = field(default=(), repr=False)
    problems: tuple[Problem, ...] = ()
    header: Mapping[str, str] = field(default_factory=dict, repr=False)
