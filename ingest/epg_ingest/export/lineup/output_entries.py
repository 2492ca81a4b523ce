"""The entries of a line-up as its outputs show them, read from one moment of the database."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import Any, NamedTuple

from ...core.errors import NotFoundError
from ...core.text_bounds import without_controls
from .output_ids import IdFacts, output_ids
from .output_numbers import NumberFacts, output_numbers

_LINEUP = """
    SELECT id, name, title, id_scheme, filler, episode_ids, address_set FROM lineups
    WHERE name = ? COLLATE NOCASE ORDER BY name = ? DESC LIMIT 1
"""
#: a hidden channel counts as none
_ENTRIES = """
    SELECT e.id, e.position, e.number, e.name, e.group_name, e.icon_url, e.kind, e.source_id, c.id, c.name, c.display_name,
           c.icon_url, c.number, e.output_id, e.shift_minutes,
           EXISTS (SELECT 1 FROM json_each(e.pinned) WHERE value = 'number'), e.hidden
    FROM lineup_channels e LEFT JOIN channels c ON c.id = e.channel_id AND c.hidden = 0
    WHERE e.lineup_id = ? AND e.gone_at IS NULL ORDER BY e.position, e.id
"""


class OutputEntry(NamedTuple):
    """One entry. `ident` is its id in all outputs; `channel_id` and what follows are of its channel in the guide, None without.
    `icon_url` is the logo of the guide (`guide_icon`), else that of the source. `shift_minutes` is added to its times.
    `guide_number` is the number that no other entry has; `number` is the same, but None for an entry that has only its place.
    """

    id: int
    ident: str
    position: int
    number: str | None
    name: str
    group_name: str | None
    icon_url: str | None
    kind: str
    shift_minutes: int
    channel_id: int | None
    channel: str | None
    display_name: str | None
    guide_icon: bool = False
    guide_number: str = ""


@dataclass(frozen=True)
class LineupOutput:
    """A line-up with its entries in order. `filler` is in minutes, 0 for none. `episode_ids` as in `Form`."""

    id: int
    name: str
    title: str
    filler: int
    address_set: int
    entries: tuple[OutputEntry, ...]
    episode_ids: bool = False

    @property
    def channel_ids(self) -> list[int]:
        """The channels of the guide, each once, in the order of the entries."""
        return list(dict.fromkeys(entry.channel_id for entry in self.entries if entry.channel_id is not None))


def lineup_output(conn: sqlite3.Connection, name: str, scheme: str | None = None) -> LineupOutput:
    """The line-up of this name, without entries that a person hides; `scheme` replaces its own for this output.

    Ids are given before anything is hidden, so that hiding one entry never changes the id of another. Raises `NotFoundError`.
    """
    row = conn.execute(_LINEUP, [name, name]).fetchone()
    if row is None:
        raise NotFoundError(f"there is no line-up {name[:40]!r}; see: epg-ingest lineups list")
    ident, name, title, own_scheme, filler, episode_ids, address_set = row
    rows = conn.execute(_ENTRIES, [ident]).fetchall()
    by_age = sorted(rows)
    ids = output_ids(
        [
            IdFacts(own, source_id, number or str(position), called, channel, shift)
            for _, position, number, called, _, _, _, source_id, _, channel, _, _, _, own, shift, _, _ in by_age
        ],
        scheme or own_scheme,
    )
    by_id = {row[0]: found for row, found in zip(by_age, ids, strict=True)}
    numbers = output_numbers(
        [NumberFacts(_clean(row[2]), row[1], bool(row[-2]), bool(row[-1])) for row in by_age]
    )
    number_of = {row[0]: found for row, found in zip(by_age, numbers, strict=True)}
    return LineupOutput(
        ident,
        name,
        title,
        filler,
        address_set,
        tuple(_entry(row, by_id[row[0]], number_of[row[0]]) for row in rows if not row[-1]),
        bool(episode_ids),
    )


def lineup_channels(conn: sqlite3.Connection, name: str) -> list[int]:
    """The ids of the visible channels in a line-up, each once, in its order. Raises `NotFoundError`."""
    return lineup_output(conn, name).channel_ids


def _entry(row: tuple[Any, ...], ident: str, guide_number: str) -> OutputEntry:
    """The entry of a row. Older versions stored texts with control characters, which no XML document may hold."""
    (
        entry, position, number, name, group, icon, kind, _, channel_id, channel, display_name, guide_icon, _, _, shift, _, _,
    ) = row  # fmt: skip
    return OutputEntry(
        entry,
        ident,
        position,
        guide_number if _clean(number) else None,
        without_controls(name) or ident,
        _clean(group),
        guide_icon or _clean(icon),
        kind,
        shift,
        channel_id,
        channel,
        display_name,
        guide_icon=bool(guide_icon),
        guide_number=guide_number,
    )


def _clean(text: str | None) -> str | None:
    return without_controls(text) if text else text
