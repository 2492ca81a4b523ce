"""What the feeds as wholes say: the country of a feed, and whether two feeds use names for the same channels."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

from .comparison import Judge
from .hypotheses import Hypothesis
from .ids import ending_of
from .label import Label
from .values import Key

#: of the channels of a feed that name a country, so many must name the same one; and so many of all, and so many at least,
#: must name one
_AGREED, _NAMING, _FEWEST = 0.9, 0.5, 3


def regions(labels: Mapping[Key, Label]) -> dict[Key, str | None]:
    """The country or language of each channel: its own, else that of its feed where nearly all others have the same.

    A feed without countries whose ids all end alike (`.plex`) is a country of its own.
    """
    feeds: dict[int, list[Key]] = defaultdict(list)
    for key in labels:
        feeds[key.provider].append(key)
    usual = {
        provider: _usual([labels[key].region for key in keys]) or _usual([ending_of(key.id) for key in keys])
        for provider, keys in feeds.items()
    }
    return {key: label.region or usual[key.provider] for key, label in labels.items()}


def _usual(found: list[str | None]) -> str | None:
    """What nearly all say that say anything, if those are enough."""
    named = Counter(region for region in found if region)
    if named.total() < max(_FEWEST, _NAMING * len(found)):
        return None
    region, count = min(named.items(), key=lambda item: (-item[1], item[0]))
    return region if count >= _AGREED * named.total() else None


def quarrelling(pairs: Iterable[Hypothesis], judge: Judge) -> set[tuple[int, int]]:
    """Pairs of providers (the smaller number first) whose equal names mostly mean different channels.

    Where schedules can be compared, they tell how far the names of two feeds can be trusted where they cannot. Names are
    distrusted unless at least twice as many are confirmed as refuted.
    """
    votes: dict[tuple[int, int], Counter[str]] = defaultdict(Counter)
    for pair in pairs:
        said = judge.about(pair.key, pair.other)
        votes[pair.key.provider, pair.other.provider][said.verdict] += 1
    return {
        feeds for feeds, count in votes.items() if count["same"] < 2 * (count["different"] + count["shifted"])
    }
