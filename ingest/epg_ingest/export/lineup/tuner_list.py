"""A line-up in the form of `lineup.json`, which HDHomeRun tuners have and many programs read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .output_entries import LineupOutput
from .playlist import PlayableStream


def tuner_list(
    lineup: LineupOutput, streams: Mapping[int, PlayableStream] | None = None
) -> list[dict[str, Any]]:
    """Number, name and id of each entry, in order; with `streams` also the address, and only entries that have one.

    An entry without a number has its place as one. No two have the same, as players keep channels by number.
    """
    found = []
    for entry in lineup.entries:
        row: dict[str, Any] = {
            "GuideNumber": entry.guide_number,
            "GuideName": entry.name,
            "GuideId": entry.ident,
        }
        if streams is not None:
            stream = streams.get(entry.id)
            if stream is None:
                continue
            row["URL"] = stream.address
        found.append(row)
    return found
