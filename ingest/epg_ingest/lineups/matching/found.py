"""The channels that an entry may be, and what speaks for each: an equal id, an equal name, the country."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple

from ...match.label import letters_of
from .channel_index import ChannelIndex, IndexedChannel
from .clues import Clues
from .former_names import other_names
from .likeness import likeness
from .spelling import NameForm

#: whether the countries of an entry and a channel are the same, different, or not known
Country = Literal["same", "other", "unknown"]
#: how many channels are compared in full with an entry
_SHORTLIST = 6


class Found(NamedTuple):
    """A channel that an entry may be, and what speaks for it.

    `exact` says that the id is one of its ids, `by_id` that the id as a name is one of its names or ids. `name` and `ident` say
    how much the best of its names is like a name of the entry, or its id: 1 for an equal one. `letters` says that a name is
    equal letter for letter. `number` is an equal channel number, `former` an equal former name.
    """

    known: IndexedChannel
    country: Country
    exact: bool
    by_id: bool
    name: float
    ident: float
    letters: bool
    number: bool
    former: bool

    @property
    def named(self) -> bool:
        """Whether a name is equal."""
        return self.name == 1


def find(clues: Clues, regions: Sequence[str], index: ChannelIndex) -> list[Found]:
    """The channels that an entry may be, in no order; none with another delay. `regions` are its countries, as far as known."""
    hours = clues.hours
    exact = set(index.ids.get(clues.id.key, ())) if clues.id.key else set()
    named = _lookup(index.keys, clues.names, hours)
    id_names = _id_names(clues)
    by_id = _lookup(index.keys, id_names, hours)
    keys = {form.key for form in clues.names}
    former = {
        at
        for key in keys
        for region, other in other_names(key)
        for at in index.keys.get((other, hours), ())
        if region in index.channels[at].regions
    }
    numbers = set(index.numbers.get(clues.number, ())) if clues.number else set()
    places = exact | named | by_id | former
    if len(numbers) <= _SHORTLIST:
        places |= numbers
    forms = tuple(dict.fromkeys(clues.names + id_names))
    same_forms = set(id_names) <= set(clues.names) and bool(id_names)
    places |= _lookup(index.loose, forms, hours, loose=True)
    if len(places) < _SHORTLIST * 4:
        places.update(index.near(forms, _SHORTLIST))
    found = []
    for at in places:
        known = index.channels[at]
        same_delay = (
            known.forms
            if not hours and not known.delayed
            else [form for form in known.forms if form.hours == hours]
        )
        if not same_delay and at not in exact:
            continue
        name = 1.0 if at in named else _best(clues.names, same_delay, index)
        found.append(
            Found(
                known=known,
                country=_country(regions, known),
                exact=at in exact,
                by_id=at in by_id,
                name=name,
                ident=1.0 if at in by_id else name if same_forms else _best(id_names, same_delay, index),
                letters=letters_of(clues.written) in known.written,
                number=at in numbers,
                former=at in former,
            )
        )
    return found


def _id_names(clues: Clues) -> tuple[NameForm, ...]:
    """The id as a name, with the words of a regional feed: `bbc 1 london` for `BBCOne.uk@London`."""
    if not clues.id.variant:
        return clues.id.names
    return tuple(
        NameForm(
            (*form.words, *clues.id.variant),
            form.key + "".join(clues.id.variant),
            form.loose + "".join(clues.id.variant),
            form.hours,
        )
        for form in clues.id.names
    )


def _lookup(
    table: dict[tuple[str, int], list[int]], forms: Iterable[NameForm], hours: int, *, loose: bool = False
) -> set[int]:
    return {at for form in forms for at in table.get((form.loose if loose else form.key, hours), ())}


def _best(forms: Sequence[NameForm], others: Sequence[NameForm], index: ChannelIndex) -> float:
    return max((likeness(form, other, index.weight) for form in forms for other in others), default=0.0)


def _country(regions: Sequence[str], known: IndexedChannel) -> Country:
    if not regions or not known.regions:
        return "unknown"
    return "same" if not known.regions.isdisjoint(regions) else "other"
