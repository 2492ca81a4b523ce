"""Two schedules beside each other, line by line. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Line:
    """What begins at `start` (stored text, UTC) on each of two channels, None where nothing does. `same`: the same title."""

    start: str
    left: str | None
    right: str | None

    @property
    def same(self) -> bool:
        """Whether both begin a programme of this title then; case and outer blanks do not count."""
        return None not in (self.left, self.right) and _key(self.left) == _key(self.right)


def _key(title: str | None) -> str:
    return " ".join((title or "").casefold().split())


def lines(left: Iterable[dict[str, Any]], right: Iterable[dict[str, Any]], most: int) -> list[Line]:
    """The first `most` starts of two schedules, whose rows have `start_time` and `title`."""
    by_start: dict[str, list[str | None]] = {}
    for side, rows in enumerate((left, right)):
        for row in rows:
            by_start.setdefault(row["start_time"], [None, None])[side] = row["title"] or ""
    return [Line(start, *by_start[start]) for start in sorted(by_start)[:most]]


def together(found: Sequence[Line]) -> tuple[int, int]:
    """How many of the starts both have, and how many of these with the same title."""
    both = [line for line in found if line.left is not None and line.right is not None]
    return len(both), sum(line.same for line in both)
