"""What a person should look at: joins taken back, joins by hand that schedules contradict, pairs that are undecided."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations, product

from .clusters import Clusters, Group
from .comparison import Judge
from .hypotheses import Hypothesis, Level
from .known import Known
from .links import WORDS
from .values import Comparison, Key, Proposal, Suspect, TakenBack

_SCORES = {Level.ID: 0.8, Level.LETTERS: 0.8, Level.NORMALISED: 0.7, Level.OTHER_NAME: 0.6}
#: taken off for each thing that speaks against an equal name
_DOUBT = 0.15
#: channels of one name and delay that are compared with those of another delay
_MOST_DELAYED = 100
#: fewer titles that agree are a doubt, where the schedules can be compared
_SOME_TITLES = 0.3


def taken_back(
    known: Known, groups: Iterable[Group], channels: Mapping[Group, int], judge: Judge
) -> Iterator[TakenBack]:
    """The channels that leave a logical channel in which others stay."""
    now = {key: channels.get(group) for group in groups for key in group}
    stayed: dict[int, list[Key]] = defaultdict(list)
    for key, channel in now.items():
        if channel is not None and (held := known.held.get(key)) and held.channel == channel:
            stayed[channel].append(key)
    for key, channel in sorted(now.items()):
        held = known.held.get(key)
        if held is not None and held.channel not in (None, channel) and stayed.get(held.channel or 0):
            assert held.channel is not None
            yield TakenBack(key, held.channel, _why_back(key, stayed[held.channel], judge))


def _why_back(key: Key, stayed: Iterable[Key], judge: Judge) -> str:
    said = [judge.about(key, other) for other in sorted(stayed)]
    refuting = [one for one in said if one.verdict in ("different", "shifted")]
    if refuting:
        return refuting[0].reason
    return "ids and names no longer say that they are the same, and schedules do not confirm it"


def suspects(
    known: Known, groups: Iterable[Group], channels: Mapping[Group, int], judge: Judge
) -> Iterator[Suspect]:
    """Pairs in one group of which a person placed one, and whose schedules contradict each other."""
    for group in groups:
        by_hand = [key for key in sorted(group) if known.manual(key) is not None]
        for key in by_hand:
            for other in sorted(group):
                if other == key or (other in by_hand and other < key) or not judge.refutes(key, other):
                    continue
                one, two = sorted((key, other))
                yield Suspect(one, two, channels[group], judge.about(key, other).reason)


def proposals(
    known: Known, pairs: Iterable[Hypothesis], clusters: Clusters, judge: Judge
) -> Iterator[Proposal]:
    """Hypotheses that joined nothing and that a person could still join."""
    for pair in pairs:
        one, other = clusters.of[pair.key], clusters.of[pair.other]
        if one == other or {key.provider for key in one} & {key.provider for key in other}:
            continue
        said = judge.about(pair.key, pair.other)
        if said.verdict != "different":
            yield Proposal(pair.key, pair.other, _score(known, pair, said), _reason(known, pair, said))


def delayed(known: Known, judge: Judge) -> Iterator[Proposal]:
    """Pairs that differ in their delay only (`ITV1`, `ITV1 +1`): never one channel, listed so that nobody joins them."""
    sharing: dict[str, list[Key]] = defaultdict(list)
    for key, label in known.labels.items():
        for name in sorted({normal.partition(" +")[0] for normal in label.normal}):
            sharing[name].append(key)
    found = {pair for keys in sharing.values() for pair in _differing(known, keys)}
    for one, other in sorted(found):
        said = judge.about(one, other)
        hours = known.labels[other].hours - known.labels[one].hours
        reason = said.reason if said.verdict == "shifted" else f"{hours:+}: the names differ by the delay"
        yield Proposal(one, other, 0.0, reason)


def _differing(known: Known, keys: Iterable[Key]) -> Iterator[tuple[Key, Key]]:
    """The pairs of channels of two feeds that differ in their delay. A name that hundreds have says nothing."""
    by_delay: dict[int, list[Key]] = defaultdict(list)
    for key in sorted(keys):
        by_delay[known.labels[key].hours].append(key)
    few = [channels for channels in by_delay.values() if len(channels) <= _MOST_DELAYED]
    for some, others in combinations(few, 2):
        for one, other in product(some, others):
            if one.provider != other.provider:
                yield (one, other) if one < other else (other, one)


def _score(known: Known, pair: Hypothesis, said: Comparison) -> float:
    """Below 0.9 always: without schedules that agree, an equal name is no certainty."""
    if said.verdict == "shifted":
        return 0.0
    doubts = (not pair.unique) + _elsewhere(known, pair) + (said.comparable and said.titles < _SOME_TITLES)
    return round(_SCORES[pair.level] - _DOUBT * doubts, 3)


def _reason(known: Known, pair: Hypothesis, said: Comparison) -> str:
    parts = [WORDS[pair.level]]
    if _elsewhere(known, pair):
        parts.append(f"countries {known.regions[pair.key]} and {known.regions[pair.other]}")
    if not pair.unique:
        parts.append("more than one channel of a feed has it")
    return "; ".join([*parts, said.reason])


def _elsewhere(known: Known, pair: Hypothesis) -> bool:
    region, other = known.regions[pair.key], known.regions[pair.other]
    return region is not None and other is not None and region != other
