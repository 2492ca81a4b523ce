"""Which channels of all feeds are the same channel (docs/matching.md).

The decision is made anew from all evidence each time: equal ids and names are hypotheses, schedules judge them, and the
strongest links join first. The mappings of today count in three ways. What a person did holds. A join that schedules once
confirmed holds while they cannot be compared, and so does one whose feed changes an id or a name. And each group keeps
the logical channel that it has. All else would be the same without them, so the order of the imports does not matter.
"""

from __future__ import annotations

from . import kept, links, placements, review
from .clusters import Clusters, fixed
from .comparison import Judge
from .hypotheses import hypotheses
from .known import known
from .moves import moves
from .values import Evidence, Matching


def decide(evidence: Evidence) -> Matching:
    """The place of each feed's channel in the guide, see `Matching`.

    Neither the order of the channels nor the numbers of the providers decide anything. Raises nothing of its own.
    """
    judge = Judge(evidence.compare)
    facts = known(evidence, moves(evidence, judge))
    first = kept.anchors(facts)
    pairs = [pair for _, pair in sorted(hypotheses(facts.labels).items())]
    found = [*links.links(facts, pairs, judge), *kept.links(facts, judge)]
    clusters = Clusters(facts, judge, fixed(facts, first))
    clusters.join(found)
    groups = clusters.groups()
    channels = placements.channel_ids(groups, facts, first, evidence.touched)
    placed = [
        *placements.placements(facts, groups, channels, first, found),
        *placements.ignored(evidence, facts),
    ]
    return Matching(
        tuple(sorted(placed, key=lambda placement: placement.key)),
        tuple(review.taken_back(facts, groups, channels, judge)),
        tuple(review.suspects(facts, groups, channels, judge)),
        (*review.proposals(facts, pairs, clusters, judge), *review.delayed(facts, judge)),
    )
