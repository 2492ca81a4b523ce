"""What a sheet changes: rows and the state of the guide in, differences out. Pure.

A row without a source is about its channel: every column of the channel counts, and an empty cell removes the value. A row with
a source (`provider`, `provider_channel_id`) is about that source: an empty cell says nothing, and a cell of the channel that is
not empty counts for the channel too. Rows of one channel must agree. A cell that equals what the guide has is no difference,
even if it would not be allowed as a new value.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ..core.errors import NotFoundError, UsageError
from ..core.names import same_id_key
from ..guide.channel_settings import validate
from ..guide.messages import did_you_mean, quoted
from .edits import placed
from .sheet_cells import flag, is_set, minutes, same, unique, value_of
from .sheet_file import SheetRow
from .sheet_state import GuideState, SourceState

#: the columns of a channel that a sheet changes
_OF_CHANNEL = ("display_name", "number", "icon_url", "hidden")
_UNKNOWN = SourceState(None, False, 0)


@dataclass(frozen=True)
class ChannelDifference:
    """The columns of a channel that change, each with the values before and after; the first row that says so. `new`: there is
    no such channel yet."""

    row: int
    channel: str
    new: bool
    columns: Mapping[str, tuple[Any, Any]]


@dataclass(frozen=True)
class SourceDifference:
    """What changes about a provider's channel.

    `action`: `map` (to `channel`), `ignore`, `unmap`, or None where only `shift_minutes` changes (before and after, None for no
    change). `before` is the name of the channel that it feeds now.
    """

    row: int
    provider: str
    provider_channel_id: str
    before: str | None
    action: str | None
    channel: str | None
    shift_minutes: tuple[int, int] | None


@dataclass(frozen=True)
class SheetPlan:
    """All differences, in the order of the rows."""

    channels: tuple[ChannelDifference, ...]
    sources: tuple[SourceDifference, ...]

    def __bool__(self) -> bool:
        return bool(self.channels or self.sources)


def decide(rows: Iterable[SheetRow], state: GuideState, *, create: bool) -> SheetPlan:
    """The differences between a sheet and the guide.

    `create` permits channels and sources that are not there yet. Raises `UsageError` for the first row that cannot be, in one
    line that names row and column and says what to do.
    """
    planner = _Planner(state, create)
    for row in rows:
        planner.read(row)
    return SheetPlan(tuple(planner.channel_differences()), tuple(planner.sources))


class _Planner:
    """Collects what the rows say."""

    def __init__(self, state: GuideState, create: bool) -> None:
        self.state, self.create = state, create
        self.folded = unique(state.channels)
        self.spelled = {
            provider: unique((pcid for owner, pcid in state.sources if owner == provider), same_id_key)
            for provider in state.providers
        }
        #: of each channel, the row that names it first, and by column the row and its cell
        self.first: dict[str, int] = {}
        self.said: dict[str, dict[str, tuple[int, str]]] = {}
        self.rows: dict[tuple[str, str], int] = {}
        self.sources: list[SourceDifference] = []

    def read(self, row: SheetRow) -> None:
        has_source = any(row.cells.get(column, "").strip() for column in ("provider", "provider_channel_id"))
        channel = self.channel(row)
        if not has_source and channel is None:
            raise UsageError(
                f"row {row.number}, channel: empty; write the name of a channel, or delete the row"
            )
        if channel is not None:
            self.first.setdefault(channel, row.number)
            for column in _OF_CHANNEL:
                if column in row.cells and not (has_source and not row.cells[column].strip()):
                    self.say(channel, column, row.number, row.cells[column])
        elif stray := next((name for name in _OF_CHANNEL if row.cells.get(name, "").strip()), None):
            raise UsageError(f"row {row.number}, {stray}: of no channel; empty it, or name the channel")
        if has_source:
            self.source(row, channel)
        elif stray := next((c for c in ("ignored", "shift_minutes") if is_set(row.cells.get(c, ""))), None):
            raise UsageError(
                f"row {row.number}, {stray}: of no source; name provider and provider_channel_id"
            )

    def channel(self, row: SheetRow) -> str | None:
        """The channel that the row names, as the guide spells it; None for an empty cell."""
        text = row.cells.get("channel", "")
        if not text.strip():
            return None
        for exact in (text, text.strip()):
            if exact in self.state.channels or exact in self.first:
                return exact
        if found := self.folded.get(text.strip().casefold()):
            return found
        with placed(f"row {row.number}, channel"):
            if not self.create:
                known = {name: name for name in self.state.channels}
                hint = did_you_mean(text, known, cutoff=0.6, otherwise="correct the name")
                raise NotFoundError(f"there is no channel {quoted(text)}{hint} (or create it: --create)")
            name = str(validate({"name": text})["name"])
            self.folded[name.casefold()] = name
            return name

    def say(self, channel: str, column: str, number: int, cell: str) -> None:
        columns = self.said.setdefault(channel, {})
        before, said = columns.setdefault(column, (number, cell))
        if said.split() != cell.split():
            raise UsageError(
                f"row {number}, {column}: row {before} says something else of the channel {quoted(channel)};"
                " write the same in both"
            )

    def channel_differences(self) -> Iterable[ChannelDifference]:
        for channel, number in self.first.items():
            now = self.state.channels.get(channel)
            columns, rows = {}, []
            for column, (row, cell) in self.said.get(channel, {}).items():
                before = None if now is None else getattr(now, column)
                with placed(f"row {row}, {column}"):
                    after = before if same(before, cell) else value_of(column, cell, now is None)
                if after != before and not (now is None and after in (None, False)):
                    columns[column] = (before, after)
                    rows.append(row)
            if columns or now is None:
                yield ChannelDifference(min(rows, default=number), channel, now is None, columns)

    def source(self, row: SheetRow, channel: str | None) -> None:
        """Note what changes about the source of the row, which shall feed `channel`."""
        provider, text = self.provider(row), row.cells["provider_channel_id"]
        place = f"row {row.number}, provider_channel_id"
        if not text.strip():
            raise UsageError(f"{place}: empty; write the channel's id in the feed, or empty provider too")
        known = (provider, text) in self.state.sources
        pcid = text if known else self.spelled[provider].get(same_id_key(text), text)
        if (first := self.rows.setdefault((provider, pcid), row.number)) != row.number:
            raise UsageError(f"{place}: row {first} is of the same source; delete one of the two rows")
        now = self.state.sources.get((provider, pcid))
        if now is None and not self.create:
            names = {name: name for owner, name in self.state.sources if owner == provider}
            hint = did_you_mean(pcid, names, cutoff=0.6, otherwise="correct the id")
            raise NotFoundError(
                f"{place}: {provider} has no channel {quoted(pcid)}{hint} (or map it already: --create)"
            )
        now = now or _UNKNOWN
        action = self.action(row, now, channel)
        shift = self.shift(row, now, action)
        if action or shift:
            self.sources.append(
                SourceDifference(row.number, provider, pcid, now.channel, action, channel, shift)
            )

    def provider(self, row: SheetRow) -> str:
        text = row.cells["provider"].strip()
        known = {name: name for name in self.state.providers}
        if text not in known:
            hint = did_you_mean(text, known, cutoff=0.6, otherwise="see: epg-ingest providers list")
            raise NotFoundError(f"row {row.number}, provider: there is no provider {quoted(text)}{hint}")
        return text

    def action(self, row: SheetRow, now: SourceState, channel: str | None) -> str | None:
        """What happens to the mapping of a source, None for nothing."""
        text = row.cells.get("ignored", "")
        with placed(f"row {row.number}, ignored"):
            ignored = flag(text)
            if channel is not None and ignored:
                raise UsageError("yes, but the source has a channel; empty the cell channel, or write no")
        if channel is not None:
            return "map" if channel != now.channel else None
        if ignored:
            return "ignore" if not now.ignored else None
        if now.channel is not None and "channel" in row.cells:
            raise UsageError(
                f"row {row.number}, channel: empty, but the source feeds {quoted(now.channel)}; write that name,"
                " or yes in the column ignored"
            )
        return "unmap" if now.ignored and text.strip() else None

    def shift(self, row: SheetRow, now: SourceState, action: str | None) -> tuple[int, int] | None:
        """The minutes before and after, None where they stay."""
        text = row.cells.get("shift_minutes", "").strip()
        with placed(f"row {row.number}, shift_minutes"):
            if not text or same(now.shift_minutes, text):
                return None
            after = minutes(text)
            if action == "unmap" or (action is None and not now.mapped and after):
                raise UsageError("the source feeds no channel; name one, or empty the cell")
        return (now.shift_minutes, after) if after != now.shift_minutes else None
