"""Ids that mean another channel than before: a feed numbers its channels anew, and `5` is now what `6` was. Pure.

Names and programmes tell it: an id has the name that another id had, which has it no more, and shows nothing of what it showed.
A place for changing events (`PPV 1`) is known by its id whatever its name is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from .ids import is_event, says_something
from .label import Label, label_of, names_agree

#: an id with a meaning (`bbc1.uk`, not `1218`) counts as used for another channel only if so many programmes show that
_SURE = 12
Names = tuple[str, ...]


class Reuse(NamedTuple):
    """An id of a feed that has the name which another id, the `former` one, had in the feed before."""

    id: str
    former: str


class StoredAlike(NamedTuple):
    """Programmes of an id that are stored, with the same start and content: as its `own`, and as those of the former id."""

    own: int
    former: int


def reuses(before: Mapping[str, Names], now: Mapping[str, Names]) -> list[Reuse]:
    """What names say. `before` has the display names by id of the last feed, `now` those of this one.

    At least one of the two ids was in use and is in use for something else: all other changes of ids are `moves`.
    """
    ids = {ident for ident in (*before, *now) if before.get(ident) != now.get(ident) and not is_event(ident)}
    old = {ident: label_of(ident, before[ident]) for ident in ids if ident in before}
    new = {ident: label_of(ident, now[ident]) for ident in ids if ident in now}
    free = {ident for ident in old if ident not in new or not names_agree(old[ident], new[ident])}
    holders = {name: ident for ident in sorted(free) for name in old[ident].letters}
    unique = _once(before) & _once(now)
    found = []
    for ident in sorted(new):
        former = {holders[name] for name in new[ident].letters & unique if name in holders} - {ident}
        if (
            len(former) == 1
            and (ident not in old or ident in free)
            and (ident in old or former <= new.keys())
        ):
            found.append(Reuse(ident, former.pop()))
    twice = Counter(reuse.former for reuse in found)
    return [reuse for reuse in found if twice[reuse.former] == 1]


def renamed(found: Iterable[Reuse], shown: Mapping[Reuse, StoredAlike]) -> dict[str, str]:
    """The former ids that are called otherwise now, and how, as far as the programmes agree with the names."""
    return {reuse.former: reuse.id for reuse in found if _holds(reuse, shown.get(reuse, StoredAlike(0, 0)))}


def _holds(reuse: Reuse, shown: StoredAlike) -> bool:
    if says_something(reuse.id) or says_something(reuse.former):
        return shown.former >= _SURE and shown.former > shown.own
    return shown.former > shown.own or shown.own == 0


def _once(names: Mapping[str, Names]) -> set[str]:
    """The names, letter for letter, that one channel of a feed has and no other."""
    labels: Iterable[Label] = (label_of(ident, given) for ident, given in names.items())
    counts = Counter(name for label in labels for name in label.letters)
    return {name for name, count in counts.items() if count == 1}
