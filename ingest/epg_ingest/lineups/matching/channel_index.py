"""The channels of the guide, prepared so that those which an entry may be are found without comparing all."""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from math import log
from typing import TypeVar

from ...match.ids import same_id_key
from ...match.label import letters_of, proves_something
from ..matched import GuideChannel
from .clues import is_hd, is_uhd, read_id
from .marks import country_word, unmarked
from .spelling import GENERIC, NameForm, spellings

#: so many channels of those with a word are looked at, and when no more common words are
_COMMON, _ENOUGH = 300, 60
#: what a word weighs that channels add and leave out
_LITTLE = 0.4
_RADIO = frozenset({"radio", "fm"})
_Key = TypeVar("_Key", bound=Hashable)


@dataclass(frozen=True, slots=True)
class IndexedChannel:
    """A channel: its names and ids in the forms in which they are compared, its names as written, its countries. `delayed` says
    that one of the forms is that of a `+1` channel."""

    channel: GuideChannel
    forms: tuple[NameForm, ...]
    written: frozenset[str]
    regions: frozenset[str]
    delayed: bool

    @property
    def radio(self) -> bool:
        """Whether a name says that the channel is radio."""
        return any(not _RADIO.isdisjoint(form.words) for form in self.forms)

    @property
    def hd(self) -> bool:
        """Whether a name or an id says high definition, or more."""
        return any(map(is_hd, (*self.channel.names, *self.channel.feed_ids)))

    @property
    def uhd(self) -> bool:
        return any(map(is_uhd, (*self.channel.names, *self.channel.feed_ids)))


class ChannelIndex:
    """The channels of the guide. `keys` and `loose` find channels by the forms of a name and its delay; places count from 0."""

    def __init__(self, channels: Iterable[GuideChannel]) -> None:
        self.channels = [_known(channel) for channel in channels]
        self.ids = self._by(lambda known: map(same_id_key, known.channel.feed_ids))
        self.keys = self._by(lambda known: [(form.key, form.hours) for form in known.forms])
        self.loose = self._by(lambda known: [(form.loose, form.hours) for form in known.forms])
        self.numbers = self._by(lambda known: known.channel.numbers)
        self._terms = self._by(lambda known: _terms(known.forms))
        self.regions = frozenset().union(*(known.regions for known in self.channels))
        self._weights: dict[str, float] = {}

    def weight(self, word: str) -> float:
        """How much a word says: rare words say more, and what channels add and leave out says little."""
        found = self._weights.get(word)
        if found is None:
            share = len(self.channels) / (1 + len(self._terms.get(word, ())))
            found = _LITTLE if word in GENERIC or country_word(word) else 1 + log(1 + share)
            self._weights[word] = found
        return found

    def near(self, forms: Iterable[NameForm], limit: int) -> list[int]:
        """The places of the channels that share the most telling words, or beginnings of words, with some names."""
        wanted = _terms(forms)
        for form in forms:
            # `NI` for Northern Ireland
            wanted |= dict.fromkeys("".join([word[0] for word in form.words[-count:]]) for count in (2, 3))
        found = [places for term in wanted if (places := self._terms.get(term))]
        scores: dict[int, float] = {}
        for places in sorted(found, key=len):
            if len(scores) > _ENOUGH and len(places) > len(scores):
                break
            weight = 1 / (2 + log(len(places)))
            for at in places[:_COMMON]:
                scores[at] = scores.get(at, 0) + weight
        return heapq.nlargest(limit, scores, key=scores.__getitem__)

    def _by(self, keys: Callable[[IndexedChannel], Iterable[_Key]]) -> dict[_Key, list[int]]:
        found: dict[_Key, list[int]] = defaultdict(list)
        for at, known in enumerate(self.channels):
            for key in set(keys(known)):
                found[key].append(at)
        return dict(found)


def _terms(forms: Iterable[NameForm]) -> dict[str, None]:
    """What names are found by, in order: words, the beginnings of words, which guides cut short, and that of the whole."""
    found: dict[str, None] = {}
    for form in forms:
        for word in form.words:
            found[word] = None
            if len(word) > 2:
                found[f"{word[:3]}…"] = None
        found[f"^{form.key[:4]}"] = None
    return found


def _known(channel: GuideChannel) -> IndexedChannel:
    texts = [name for name in channel.names if proves_something(name)]
    forms = [form for name in texts for form in spellings(unmarked(name).name)]
    ids = [read_id(feed_id) for feed_id in channel.feed_ids]
    forms += [form for said in ids for form in said.names]
    regions = {said.region for said in ids if said.region}
    delayed = any(form.hours for form in forms)
    if channel.country:
        regions.add("uk" if channel.country == "gb" else channel.country)
    return IndexedChannel(
        channel, tuple(dict.fromkeys(forms)), frozenset(map(letters_of, texts)), frozenset(regions), delayed
    )
