"""Match the entries of a list to the channels of the guide."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from ..entry import LineupEntry
from ..matched import GuideChannel, Matched
from .channel_index import ChannelIndex
from .clues import Clues, clues_of
from .found import Found, find
from .verdict import verdict

#: what an entry is that has no channel
_NO_CHANNEL = {"separator": "it separates groups", "vod": "it is a film or an episode to fetch"}
#: a country is that of a list if this share of its entries says so, and so many
_MOST_SAY, _AT_LEAST = 0.6, 3


def match_entries(
    entries: Sequence[LineupEntry], guide: ChannelIndex | Iterable[GuideChannel], *, home: str | None = None
) -> list[Matched]:
    """What each entry is, in the order of `entries`.

    `home` is the country of the list, for entries that name none; without it, it is what most entries say (`home_of`). A caller
    that matches only the new entries of a list gives the one of all.
    """
    index = guide if isinstance(guide, ChannelIndex) else ChannelIndex(guide)
    if home is None:
        home = home_of(entries, index)
    known: dict[tuple[Clues, bool], Matched] = {}
    return [_match(entry, index, home, known) for entry in entries]


def home_of(entries: Iterable[LineupEntry], guide: ChannelIndex) -> str:
    """The country of a list, "" if it has none: what marks and ids of most entries say, or else channels with their names."""
    votes: Counter[str] = Counter()
    for entry in entries:
        if entry.kind != "tv":
            continue
        clues = clues_of(entry)
        if clues.regions:
            votes[clues.regions[0]] += 1
        else:
            votes.update(_regions_of_name(clues, guide))
    if not votes:
        return ""
    region, count = votes.most_common(1)[0]
    return region if count >= max(_AT_LEAST, _MOST_SAY * votes.total()) else ""


def _regions_of_name(clues: Clues, guide: ChannelIndex) -> frozenset[str]:
    places = {at for form in clues.names for at in guide.keys.get((form.key, clues.hours), ())}
    return guide.channels[places.pop()].regions if len(places) == 1 else frozenset()


def _match(
    entry: LineupEntry, index: ChannelIndex, home: str, known: dict[tuple[Clues, bool], Matched]
) -> Matched:
    if entry.kind in _NO_CHANNEL:
        return Matched(None, "none", 0.0, _NO_CHANNEL[entry.kind])
    clues = clues_of(entry)
    where = (clues, entry.kind == "radio")
    if where not in known:
        known[where] = _decided(clues, index, home, radio=entry.kind == "radio")
    return known[where]


def _decided(clues: Clues, index: ChannelIndex, home: str, *, radio: bool) -> Matched:
    regions = clues.regions or ((home,) if home else ())
    found = find(clues, regions, index)
    if radio:
        # A station often has the name of a television channel, and lists give it that one's id.
        found = [one for one in found if one.exact or one.known.radio]
    sure = _sure_country(clues, found, index, home)
    return verdict(clues, found, sure_country=sure, radio=radio)


def _sure_country(clues: Clues, found: Sequence[Found], index: ChannelIndex, home: str) -> bool:
    """Whether the country of an entry is known well enough to match it by its name.

    The id gives it. A mark such as `UK:` does if there is no id to give it, else only where no other country has the name:
    panels put Irish channels below `UK:`. So does the country of the list.
    """
    if len(clues.regions) > 1:
        return False
    if clues.id.region or len(index.regions) < 2:
        return True
    if clues.regions and (clues.id.foreign or not clues.id.names):
        return True
    elsewhere = any(one.named and one.country != "same" for one in found)
    return bool(clues.regions or home) and not elsewhere
