"""What the rules of this package read of a programme."""

from __future__ import annotations

from typing import NamedTuple

#: what a feed can claim of a showing
NEW, PREMIERE, SHOWN = "new", "premiere", "shown"


class Said(NamedTuple):
    """What a provider says of a programme, after the rules that tidy it.

    `season` and `episode` count from 1, None where they are not given. `categories` are as they are stored, in order. `year` is
    that of production. `ids` are pairs of system and id, as `<episode-num>` gives them. `part` is that of the episode, from 1.
    """

    title: str
    subtitle: str | None = None
    season: int | None = None
    episode: int | None = None
    categories: tuple[str, ...] = ()
    year: int | None = None
    ids: tuple[tuple[str, str], ...] = ()
    part: int | None = None


def claimed(new: bool, premiere: bool, shown: bool) -> str | None:
    """What a feed claims of a showing with its flags, None where it says nothing or contradicts itself."""
    if shown:
        return None if new or premiere else SHOWN
    return NEW if new else PREMIERE if premiere else None
