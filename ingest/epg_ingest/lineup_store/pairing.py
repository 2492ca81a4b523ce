"""Which entry of a list is which entry that is stored already. Pure.

A source renames, reorders and readdresses its entries as it likes; a person's decisions must stay with the channel that they
were made for. Steps, the surest first, each for what the steps before have left:

    id, name and address → id and name → id and address → name and address
    → an id that no other entry has, before and now → a name that is left once → such an address → such an end of an address
    → the same id several times before, and as often now: the most similar names

Entries that agree in a step are paired in their order.
"""

from __future__ import annotations

import difflib
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import NamedTuple

from ..core.names import normalise

#: more comparisons of names than this for one id are not made; the entries are then paired in their order
MOST_COMPARISONS = 10_000


class Identity(NamedTuple):
    """What tells an entry from others: the id, name and address that the source gives; "" for none."""

    source_id: str
    name: str
    address: str


class Pairing(NamedTuple):
    """For each new entry the place of the stored one that it is, or None; and the new ones that only their address tells."""

    partners: list[int | None]
    by_address: set[int]


Key = Callable[[Identity], Hashable]


def pair(known: Sequence[Identity], new: Sequence[Identity]) -> Pairing:
    """Pair entries one to one."""
    work = _Pairing(known, new)
    work.equal(tuple)
    work.equal(lambda one: (one.source_id, one.name) if one.name else None)
    work.equal(lambda one: (one.source_id, one.address) if one.source_id and one.address else None)
    work.equal(lambda one: (one.name, one.address) if one.name and one.address else None)
    work.unique(lambda one: one.source_id or None, of_all=True)
    work.unique(lambda one: one.name or None)
    work.unique(lambda one: normalise(one.name) if one.name else None)
    before = {place for place, partner in enumerate(work.partners) if partner is not None}
    work.unique(lambda one: one.address or None)
    work.unique(tail)
    by_address = {place for place, partner in enumerate(work.partners) if partner is not None} - before
    work.similar()
    return Pairing(work.partners, by_address)


def tail(one: Identity) -> str | None:
    """The last part of an address if it has a digit, as numbers of streams: it stays when host and password change."""
    last = re.split("[?#]", one.address, maxsplit=1)[0].rpartition("/")[2]
    return last if any(map(str.isdigit, last)) else None


class _Pairing:
    def __init__(self, known: Sequence[Identity], new: Sequence[Identity]) -> None:
        self.known, self.new = known, new
        self.partners: list[int | None] = [None] * len(new)
        self.left = dict.fromkeys(range(len(known)))

    def _open(self) -> list[int]:
        return [place for place, partner in enumerate(self.partners) if partner is None]

    def _join(self, place: int, partner: int) -> None:
        self.partners[place] = partner
        del self.left[partner]

    def equal(self, key: Key) -> None:
        """Pair entries with the same key in their order."""
        waiting: dict[Hashable, list[int]] = defaultdict(list)
        for partner in reversed(self.left):
            waiting[key(self.known[partner])].append(partner)
        waiting.pop(None, None)
        for place in self._open():
            if found := waiting.get(key(self.new[place])):
                self._join(place, found.pop())

    def unique(self, key: Key, *, of_all: bool = False) -> None:
        """Pair entries with the same key if no other one that is left has it; `of_all` counts those that are paired as well."""
        old = {
            partner: key(self.known[partner]) for partner in (range(len(self.known)) if of_all else self.left)
        }
        now = {place: key(self.new[place]) for place in (range(len(self.new)) if of_all else self._open())}
        once = _once(old.values()) & _once(now.values())
        waiting = {old[partner]: partner for partner in self.left if old[partner] in once}
        for place in self._open():
            if (partner := waiting.get(now[place])) is not None:
                self._join(place, partner)

    def similar(self) -> None:
        """Pair what is left of entries that share an id, if as many are left of it as are new."""
        old: dict[str, list[int]] = defaultdict(list)
        now: dict[str, list[int]] = defaultdict(list)
        for partner in self.left:
            old[self.known[partner].source_id].append(partner)
        for place in self._open():
            now[self.new[place].source_id].append(place)
        for ident, places in now.items():
            if ident and len(places) == len(old.get(ident, ())):
                for place, partner in _by_likeness(places, old[ident], self.new, self.known):
                    self._join(place, partner)


def _once(keys: Iterable[Hashable]) -> set[Hashable]:
    return {key for key, count in Counter(keys).items() if count == 1 and key is not None}


def _by_likeness(
    places: list[int], partners: list[int], new: Sequence[Identity], known: Sequence[Identity]
) -> Iterable[tuple[int, int]]:
    """Pairs, those with the most similar names and addresses first; in their order where there are too many to compare."""
    if len(places) * len(partners) > MOST_COMPARISONS:
        return zip(places, partners, strict=True)
    scored = sorted(
        (-_likeness(new[place], known[partner]), at, place, partner)
        for at, place in enumerate(places)
        for partner in partners
    )
    free_places, free_partners, found = set(places), set(partners), []
    for _, _, place, partner in scored:
        if place in free_places and partner in free_partners:
            free_places.remove(place)
            free_partners.remove(partner)
            found.append((place, partner))
    return found


def _likeness(one: Identity, other: Identity) -> float:
    """From 0 to 2: how similar the names are, and whether the addresses end alike."""
    ratio = difflib.SequenceMatcher(None, one.name.casefold(), other.name.casefold(), autojunk=False).ratio()
    return ratio + (tail(one) is not None and tail(one) == tail(other))
