"""A line-up as an M3U playlist: the streams of the source, under the ids of the line-up's guide, with its numbers and order.

What the source wrote for its player is kept: `#EXTVLCOPT`, `#KODIPROP`, and attributes such as `catchup`. The address
of the source's own guide is replaced.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Protocol

from .output_entries import LineupOutput, OutputEntry

#: begins the option that holds attributes, see `lineups.entry`
_KEPT = "#EXTINF: "
_BREAKS = re.compile(r"[\r\n\x00]+")


class PlayableStream(Protocol):
    """Where an entry is played: `storage.lineup_secrets.Stream`."""

    @property
    def address(self) -> str: ...
    @property
    def options(self) -> tuple[str, ...]: ...


def m3u(
    lineup: LineupOutput,
    streams: Mapping[int, PlayableStream],
    guide: str,
    logo: Callable[[OutputEntry], str | None] | None = None,
) -> str:
    """The playlist. `streams` are by the ids of entries; an entry without one is left out. `guide` is the address of the guide.

    `logo` gives the address of an entry's logo; without it that is `icon_url`.
    """
    return "".join(_lines(lineup, streams, guide, logo or (lambda entry: entry.icon_url)))


def _lines(
    lineup: LineupOutput,
    streams: Mapping[int, PlayableStream],
    guide: str,
    logo: Callable[[OutputEntry], str | None],
) -> Iterator[str]:
    yield f'#EXTM3U url-tvg="{_value(guide)}" x-tvg-url="{_value(guide)}"\n'
    for entry in lineup.entries:
        stream = streams.get(entry.id)
        if stream is None or not stream.address:
            continue
        options = [_line(option) for option in stream.options]
        kept = "".join([option[len(_KEPT) - 1 :] for option in options if option.startswith(_KEPT)])
        yield f"#EXTINF:-1{_attributes(entry, logo(entry))}{kept},{_value(entry.name)}\n"
        yield from (f"{option}\n" for option in options if not option.startswith(_KEPT))
        yield f"{_line(stream.address)}\n"


def _attributes(entry: OutputEntry, logo: str | None) -> str:
    found = {
        "tvg-id": entry.ident,
        "tvg-chno": entry.number,
        "tvg-name": entry.name,
        "tvg-logo": logo,
        "group-title": entry.group_name,
        "radio": "true" if entry.kind == "radio" else None,
    }
    return "".join(f' {name}="{_value(value)}"' for name, value in found.items() if value)


def _value(text: str) -> str:
    """A text between double quotes, or the name at the end: players know no way to write a double quote in a value, and some
    take the last one of the line for the end of the attributes."""
    return _line(text).replace('"', "'")


def _line(text: str) -> str:
    return _BREAKS.sub(" ", text)
