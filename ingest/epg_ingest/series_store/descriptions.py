"""The descriptions of the episodes that a run makes by sub-title, to see which sub-titles have several."""

from __future__ import annotations

from array import array
from collections.abc import Iterator

#: ids that are handed out at a time
STRETCH = 5_000
#: An episode that was not made by its sub-title. Python's `hash` is never -1.
_OTHER = -1


class Descriptions:
    """A hash of the first description of each episode by sub-title, 0 while it has none.

    Ids of new episodes follow one another, so an array does, with eight bytes for each: a tenth of what a dict takes. `last` is
    the highest id before the run.
    """

    def __init__(self, last: int) -> None:
        self.last = last
        self.hashes = array("q")
        #: episodes with several descriptions
        self.several: set[int] = set()

    def start(self, episode: int, described: int) -> None:
        """Note a new episode by sub-title with the hash of its description."""
        self.hashes.extend([_OTHER] * (episode - self.last - 1 - len(self.hashes)))
        self.hashes.append(described)

    def add(self, episode: int, described: int) -> None:
        """Note another description of an episode, which counts if the run made that by its sub-title."""
        place = episode - self.last - 1
        if not described or not 0 <= place < len(self.hashes):
            return
        first = self.hashes[place]
        if first == 0:
            self.hashes[place] = described
        elif first not in (_OTHER, described):
            self.several.add(episode)

    def episodes(self) -> Iterator[list[int]]:
        """The episodes by sub-title, in stretches."""
        for start in range(0, len(self.hashes), STRETCH):
            stretch = enumerate(self.hashes[start : start + STRETCH], self.last + 1 + start)
            yield [episode for episode, first in stretch if first != _OTHER]
