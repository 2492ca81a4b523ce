"""The geometry of the plots on the coverage page. Pure; lengths are in SVG user units."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from ..base.moments import epoch

#: a block of the heat strip
BLOCK_HOURS = 6
STEPS = 5


@dataclass(frozen=True)
class Block:
    """Some hours of a channel: `share` of them has a programme, `step` is its shade from 0 (none) to 4 (all)."""

    share: float
    step: int


def covered(
    spans: Iterable[tuple[int, str, str]], start: str, blocks: int, ids: Sequence[int]
) -> dict[int, list[Block]]:
    """How much of each block of each channel is covered. `spans` (channel, start, end) do not overlap."""
    begin, length = epoch(start), BLOCK_HOURS * 3600
    seconds: dict[int, list[float]] = {ident: [0.0] * blocks for ident in ids}
    for channel, since, until in spans:
        first = max(0.0, epoch(since) - begin)
        last = min(float(blocks * length), epoch(until) - begin)
        index = int(first // length)
        while first < last:
            end = min(last, (index + 1) * length)
            seconds[channel][index] += end - first
            first, index = end, index + 1
    return {ident: [block(found / length) for found in row] for ident, row in seconds.items()}


def block(share: float) -> Block:
    """Nothing and everything have shades of their own; each third between them has one."""
    share = min(1.0, share)
    step = 0 if share <= 0 else 4 if share >= 0.999 else 1 + int(share * 3)
    return Block(share, min(step, STEPS - 1))


def bars(rows: Sequence[dict[str, Any]], days: Sequence[str], height: float) -> list[dict[str, Any]]:
    """A bar for each provider and day: added, updated and removed programmes stacked, failed imports as a count."""
    by_provider: dict[str, dict[str, dict[str, Any]]] = defaultdict(dict)
    for row in rows:
        by_provider[row["provider"]][row["day"]] = row
    return [
        {"provider": provider, "days": [_bar(found.get(day), day, _tallest(found), height) for day in days]}
        for provider, found in by_provider.items()
    ]


def _tallest(found: dict[str, dict[str, Any]]) -> int:
    return max((row["added"] + row["updated"] + row["removed"] for row in found.values()), default=0) or 1


def _bar(row: dict[str, Any] | None, day: str, most: int, height: float) -> dict[str, Any]:
    if row is None:
        return {"day": day, "parts": [], "imports": 0, "failed": 0}
    parts, top = [], height
    for kind in ("added", "updated", "removed"):
        size = height * row[kind] / most
        if size:
            top -= size
            parts.append({"kind": kind, "y": round(top, 2), "height": round(size, 2)})
    return {**row, "day": day, "parts": parts}


def paths(blocks: Sequence[Block]) -> list[tuple[int, str]]:
    """The blocks of a strip as one path for each shade: (shade, SVG path), a block being a unit wide and high."""
    by_step: dict[int, list[int]] = defaultdict(list)
    for place, one in enumerate(blocks):
        by_step[one.step].append(place)
    return [
        (step, "".join(f"M{at} 0h.94v1h-.94z" for at in places)) for step, places in sorted(by_step.items())
    ]


@dataclass(frozen=True)
class HeatCell:
    """A day of a provider: `count` of its channels have something, `share` of all, in the shade `step`."""

    count: int
    share: float
    step: int


def heat_row(counts: Sequence[int], channels: int) -> list[HeatCell]:
    """The days of a provider that feeds so many channels."""
    return [HeatCell(count, count / channels, block(count / channels).step) for count in counts]


def columns(
    rows: Sequence[dict[str, Any]], days: Sequence[str], key: str, height: float
) -> dict[str, list[dict[str, Any]]]:
    """For each provider a column for each day: the value of `key`, and how high it is beside the provider's largest."""
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for row in rows:
        found[row["provider"]][row["day"]] = row[key]
    return {provider: _columns(values, days, height) for provider, values in found.items()}


def _columns(values: dict[str, int], days: Sequence[str], height: float) -> list[dict[str, Any]]:
    most = max(values.values()) or 1
    return [
        {"day": day, "value": values.get(day, 0), "height": round(height * values.get(day, 0) / most, 2)}
        for day in days
    ]
