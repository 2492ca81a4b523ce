"""Which channels of the guide are asked for, and how many each filter has. Pure."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

#: filters by what is wrong, in the order of the page
STATES = ("empty", "stale", "unnumbered", "same", "suspect", "hidden")


@dataclass(frozen=True)
class Asked:
    """The filters of an address: ids of a provider and a group, part of a name, and one of `STATES`."""

    state: str | None = None
    provider: int | None = None
    group: int | None = None
    text: str | None = None
    lacking: frozenset[int] | None = None

    @property
    def narrowed(self) -> bool:
        return self != Asked()


#: whether a row of `desk_rows.all_channels` is in a state
_IN: dict[str, Callable[[dict[str, Any]], bool]] = {
    "empty": lambda row: bool(row["empty"]) and not row["hidden"],
    "stale": lambda row: bool(row["stale"]),
    "unnumbered": lambda row: row["number"] is None and not row["hidden"],
    "same": lambda row: bool(row["same"]) and not row["hidden"],
    "suspect": lambda row: bool(row["suspect"]),
    "hidden": lambda row: bool(row["hidden"]),
}


def counts(rows: Sequence[dict[str, Any]]) -> dict[str, int]:
    """How many channels each filter has. Those that are hidden on purpose count as hidden and stale only."""
    return {state: sum(map(_IN[state], rows)) for state in STATES}


def chosen(rows: Iterable[dict[str, Any]], asked: Asked) -> list[dict[str, Any]]:
    """The rows that meet everything that is asked, in their order."""
    text = (asked.text or "").casefold()
    return [
        row
        for row in rows
        if (asked.state is None or _IN[asked.state](row))
        and (asked.provider is None or asked.provider in row["providers"])
        and (asked.group is None or asked.group in row["groups"])
        and (asked.lacking is None or row["id"] in asked.lacking)
        and (not text or text in f"{row['display_name']}\n{row['name']}\n{row['number'] or ''}".casefold())
    ]
