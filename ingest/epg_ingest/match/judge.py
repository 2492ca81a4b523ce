"""The schedules as a witness: asked once for each pair, whichever of the two comes first."""

from __future__ import annotations

from .values import Compare, Comparison, Key

#: thin evidence: too little to confirm anything, enough to distrust an equal name
_THIN_PROGRAMMES, _THIN_STARTS = 5, 0.5


class Judge:
    """Remembers what `compare` says about a pair, so that a decision asks for each pair once."""

    def __init__(self, compare: Compare) -> None:
        self._compare = compare
        self._said: dict[tuple[Key, Key], Comparison] = {}

    def about(self, one: Key, other: Key) -> Comparison:
        """The comparison of two channels; `shift` is that of the greater key against the smaller."""
        pair = (one, other) if one < other else (other, one)
        said = self._said.get(pair)
        if said is None:
            said = self._said[pair] = self._compare(*pair)
        return said

    def refutes(self, one: Key, other: Key) -> bool:
        """Whether the schedules say that two channels are not the same."""
        return self.about(one, other).verdict in ("different", "shifted")


def distrusts(said: Comparison) -> bool:
    """Whether the little that can be compared speaks against an equal name."""
    return said.programmes >= _THIN_PROGRAMMES and said.titles == 0 and said.starts < _THIN_STARTS
