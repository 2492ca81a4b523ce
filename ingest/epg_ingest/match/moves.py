"""A provider gives a channel a new id: which former id it was, so that its mapping moves."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from .comparison import Judge
from .hypotheses import Level, relation
from .ids import same_id_key, stem_of
from .label import Label, label, names_agree
from .values import FIRST_MOVED, Comparison, Evidence, FeedChannel, Held, Key

#: so many pairs of a vanished and a new id are compared whatever their names; a feed that changes more keeps some names
_MOST_COMPARED = 2_500
#: what titles and starts must have in common where the name changed with the id
_SURE = 0.9
#: so many programmes at the same times with the same titles make up for a name that proves nothing
_ENOUGH = 12
#: at most the score of a join that moves
_JOIN_MOVED = 0.9
#: `Level.ID` stands for ids that are equal up to their suffix
_WHY = {
    Level.ID: "equal up to the suffix",
    Level.LETTERS: "with the same name",
    Level.NORMALISED: "with the same name",
    Level.OTHER_NAME: "with the same name",
}


@dataclass(frozen=True)
class Move:
    """A new id takes over the mapping of a former one of the same provider.

    `held` is that mapping from now on, `reason` says why it is the same channel.
    """

    key: Key
    old: Key
    held: Held
    reason: str = ""


@dataclass(frozen=True)
class _Pair:
    """A new id and a vanished one that may be the same channel. `level` is None where only the schedules say so."""

    new: Key
    old: Key
    level: Level | None
    said: Comparison


def moves(evidence: Evidence, judge: Judge) -> dict[Key, Move]:
    """For each new channel that had another id before: the move. One former id for each, or none where it is ambiguous."""
    by_provider: dict[int, list[FeedChannel]] = defaultdict(list)
    for channel in evidence.channels:
        by_provider[channel.provider].append(channel)
    found: dict[Key, Move] = {}
    for channels in by_provider.values():
        old = [c for c in channels if c.gone and c.key in evidence.held]
        new = [c for c in channels if not c.gone and c.key not in evidence.held]
        if old and new:
            found |= _of_provider(evidence, channels, old, new, judge)
    return found


def _shows_the_same(evidence: Evidence, judge: Judge, new: Key, old: Key) -> bool:
    """Whether a new id shows what other providers show on the logical channel of a former one."""
    channel = evidence.held[old].channel
    return channel is not None and any(
        held.channel == channel and key.provider != new.provider and judge.about(new, key).verdict == "same"
        for key, held in evidence.held.items()
    )


def _of_provider(
    evidence: Evidence,
    channels: Iterable[FeedChannel],
    old: list[FeedChannel],
    new: list[FeedChannel],
    judge: Judge,
) -> dict[Key, Move]:
    held = evidence.held
    found = {key: _respelt(key, former, held[former]) for key, former in _same_ids(old, new).items()}
    left, missing = _without(found, new, old)
    taken: set[Key] = set()
    for pair in _alike(left, missing, judge):
        if pair.new not in found and pair.old not in taken:
            found[pair.new] = _moved(pair, held[pair.old], judge)
            taken.add(pair.old)
    left, missing = _without(found, new, old)
    pairs = [p for p in _pairs(left, missing, judge) if _agrees(p, evidence, judge)]
    for pair in _one_to_one(pairs, _shared_names(channels)):
        found[pair.new] = _moved(pair, held[pair.old], judge)
    return found


def _without(
    found: Mapping[Key, Move], new: Iterable[FeedChannel], old: Iterable[FeedChannel]
) -> tuple[list[FeedChannel], list[FeedChannel]]:
    """The new and the vanished channels that no move has taken."""
    taken = {move.old for move in found.values()}
    return [c for c in new if c.key not in found], [c for c in old if c.key not in taken]


def _respelt(key: Key, old: Key, held: Held) -> Move:
    """The id differs only in case, Unicode form or invisible characters: the mapping stays what it is."""
    return Move(key, old, held)


def _moved(pair: _Pair, held: Held, judge: Judge) -> Move:
    """What the mapping is under the new id.

    A place that a person or the schedules gave the channel goes along as it is, for a new id takes nothing from that. So does a
    join by id or name: whether it holds under the new id is decided with all joins (`kept`).
    """
    why = judge.about(pair.new, pair.old).reason if pair.level is None else _WHY[pair.level]
    reason = f"the feed had this channel under the id {pair.old.id!r}, {why}"
    if held.method not in ("new", "moved") and not held.of_first_release:
        return Move(pair.new, pair.old, held, reason)
    moved = replace(held, method="moved", score=_score(held), reason=reason)
    return Move(pair.new, pair.old, moved, reason)


def _score(held: Held) -> float:
    """How sure a place is after a move: of a first channel, the move is; a join is no surer than it was."""
    if held.method == "new":
        return FIRST_MOVED
    return (
        held.score or _JOIN_MOVED if held.method == "moved" else min(held.score or _JOIN_MOVED, _JOIN_MOVED)
    )


def _same_ids(old: Iterable[FeedChannel], new: Iterable[FeedChannel]) -> dict[Key, Key]:
    """The new ids that equal exactly one vanished id but for case, Unicode form and invisible characters."""
    former, later = _by_id(old), _by_id(new)
    return {
        keys[0]: former[text][0]
        for text, keys in later.items()
        if len(keys) == len(former.get(text, ())) == 1
    }


def _by_id(channels: Iterable[FeedChannel]) -> dict[str, list[Key]]:
    found: dict[str, list[Key]] = defaultdict(list)
    for channel in channels:
        found[same_id_key(channel.id)].append(channel.key)
    return found


def _alike(new: Iterable[FeedChannel], old: Iterable[FeedChannel], judge: Judge) -> Iterator[_Pair]:
    """The pairs whose names prove nothing, or need not: ids that are equal up to the suffix, and placeholders."""
    for one, other in _once(new, old, lambda channel: stem_of(channel.id)):
        if pair := _same_stem(one, other, judge):
            yield pair
    for one, other in _once(new, old, _placeholders):
        said = judge.about(one.key, other.key)
        if said.programmes >= _ENOUGH and min(said.titles, said.starts) >= _SURE:
            yield _Pair(one.key, other.key, None, said)


def _once(
    new: Iterable[FeedChannel], old: Iterable[FeedChannel], text: Callable[[FeedChannel], str]
) -> Iterator[tuple[FeedChannel, FeedChannel]]:
    """The new and the vanished channels that have a text in common which no other of them has."""
    former, later = _by_text(old, text), _by_text(new, text)
    for found, channels in later.items():
        if found and len(channels) == 1 and len(former.get(found, ())) == 1:
            yield channels[0], former[found][0]


def _by_text(
    channels: Iterable[FeedChannel], text: Callable[[FeedChannel], str]
) -> dict[str, list[FeedChannel]]:
    found: dict[str, list[FeedChannel]] = defaultdict(list)
    for channel in channels:
        found[text(channel)].append(channel)
    return found


def _placeholders(channel: FeedChannel) -> str:
    """The names of a channel, if none of them proves anything."""
    return "" if label(channel).normal else "\n".join(channel.names)


def _same_stem(new: FeedChannel, old: FeedChannel, judge: Judge) -> _Pair | None:
    """The pair of two ids that are equal up to the suffix (`PPV.HD`, `PPV.HD.ie`), None if something speaks against it.

    Names prove nothing of a place for changing events, so its id must do. Of other channels, the names must agree.
    """
    one, other, said = label(new), label(old), judge.about(new.key, old.key)
    agree = one.event or names_agree(one, other)
    if not agree or one.hours != other.hours or _elsewhere(one, other) or said.verdict == "different":
        return None
    return _Pair(new.key, old.key, Level.ID, said)


def _elsewhere(one: Label, other: Label) -> bool:
    return one.region is not None and other.region is not None and one.region != other.region


def _shared_names(channels: Iterable[FeedChannel]) -> set[Key]:
    """The channels of a feed, as it is now, that have a normalised name in common with another of them."""
    sharing: dict[str, list[Key]] = defaultdict(list)
    for channel in channels:
        if not channel.gone:
            for name in label(channel).letters:
                sharing[name].append(channel.key)
    return {key for keys in sharing.values() if len(keys) > 1 for key in keys}


def _pairs(new: list[FeedChannel], old: list[FeedChannel], judge: Judge) -> Iterator[_Pair]:
    """The pairs that have a name in common or, if there are few, show the same."""
    labels = {channel.key: label(channel) for channel in (*new, *old)}
    few = len(new) * len(old) <= _MOST_COMPARED
    by_name: dict[str, set[Key]] = defaultdict(set)
    for channel in old:
        for name in labels[channel.key].normal:
            by_name[name].add(channel.key)
    for channel in new:
        key = channel.key
        named = {former for name in labels[key].normal for former in by_name.get(name, ())}
        for former in sorted({c.key for c in old} if few else named):
            pair = _pair(key, former, labels, judge)
            if pair is not None:
                yield pair


def _pair(new: Key, old: Key, labels: Mapping[Key, Label], judge: Judge) -> _Pair | None:
    one, other = labels[new], labels[old]
    level = relation(one, other)
    said = judge.about(new, old)
    if said.verdict == "same":
        sure = level is not None or (one.hours == other.hours and min(said.titles, said.starts) >= _SURE)
        return _Pair(new, old, level, said) if sure else None
    if level is None or _elsewhere(one, other) or one.event or other.event:
        return None
    return _Pair(new, old, level, said)


def _agrees(pair: _Pair, evidence: Evidence, judge: Judge) -> bool:
    """Whether schedules leave it open that the two are one.

    If they differ, what the guide has of the former id may be out of date: under an equal name, it is enough that other
    providers show the same as the new id.
    """
    if pair.said.verdict != "different":
        return True
    equal = pair.level in (Level.LETTERS, Level.NORMALISED)
    return equal and _shows_the_same(evidence, judge, pair.new, pair.old)


def _one_to_one(pairs: list[_Pair], shared: set[Key]) -> Iterator[_Pair]:
    """The pairs that hold: those that schedules confirm, the best first, then names that fit only once."""
    left = pairs
    for pair in sorted((p for p in pairs if p.said.verdict == "same"), key=_best_first):
        if pair in left:
            yield pair
            left = [p for p in left if p.new != pair.new and p.old != pair.old]
    for level in (Level.LETTERS, Level.NORMALISED):
        named = [p for p in left if p.level is level and p.said.verdict != "same"]
        new, old = Counter(p.new for p in named), Counter(p.old for p in named)
        for pair in named:
            if new[pair.new] == old[pair.old] == 1 and pair.new not in shared:
                yield pair
                left = [p for p in left if p.new != pair.new and p.old != pair.old]


def _best_first(pair: _Pair) -> tuple[float, float, str, str]:
    return -(pair.level or 0), -(pair.said.titles + pair.said.starts), pair.new.id, pair.old.id
