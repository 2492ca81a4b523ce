"""Under which id each entry of a line-up appears in its outputs. Pure.

A player compares the id of a playlist with those of a guide, so that two entries may share an id only if they show the same.
Where the source gives one id to entries that differ, the first keeps it, and the others get a number at its end. The order in
which they were added decides, so that moving an entry changes no id.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ...core.text_bounds import without_controls
from ..form import safe_id

#: the id of an entry of which nothing is left that an id could be made of
_NAMELESS = "entry"


class IdFacts(NamedTuple):
    """What decides the id of an entry. `own` is one that a person chose. `channel` is the name of the channel, None without."""

    own: str | None
    source_id: str | None
    number: str | None
    name: str
    channel: str | None
    shift_minutes: int


def output_ids(facts: Sequence[IdFacts], scheme: str) -> list[str]:
    """The id of each entry, given in the order in which they were added. `scheme` is `source`, `guide`, `number` or `safe`."""
    found: list[str] = [""] * len(facts)
    taken: dict[str, tuple[str | None, int]] = {}
    # An id that a person chose comes before one of the scheme, and an entry that shows something before one that does not.
    order = sorted(range(len(facts)), key=lambda at: (facts[at].own is None, facts[at].channel is None, at))
    for at in order:
        fact = facts[at]
        shows = (fact.channel, fact.shift_minutes if fact.channel else 0)
        ident = wanted = (
            _writable(fact.own or _by_scheme(fact, scheme)) or _writable(fact.number or "") or _NAMELESS
        )
        number = 1
        while taken.setdefault(ident.casefold(), shows) != shows:  # Kodi compares ids without case
            number += 1
            ident = f"{wanted}.{number}"
        found[at] = ident
    return found


def _writable(ident: str) -> str:
    """An id as all outputs can have it: a playlist has no way to write a double quote or a line break, XML no control
    character."""
    return without_controls(ident.replace('"', "'"))


def _by_scheme(fact: IdFacts, scheme: str) -> str:
    """The id by the scheme, or what comes nearest where the entry has nothing of that kind."""
    source = fact.source_id or fact.name
    if scheme == "guide":
        return fact.channel or source
    if scheme == "number":
        return fact.number or source
    if scheme == "safe":
        return safe_id(fact.channel or source)
    return source
