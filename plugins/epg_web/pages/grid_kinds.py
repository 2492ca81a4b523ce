"""The kinds of programmes that the grid colours and marks: the classes of EN 300 468, by the stored genre.

A programme whose genre is not known has no colour.
"""

from dataclasses import dataclass

from ..base.genre_filter import CLASSES


@dataclass(frozen=True)
class Kind:
    """`name` follows `k-` in the CSS class, `letter` marks the kind beside its colour."""

    name: str
    label: str
    letter: str


#: in the order of their classes
KINDS = (
    Kind("film", "Film and drama", "F"),
    Kind("news", "News and weather", "N"),
    Kind("show", "Shows", "E"),
    Kind("sports", "Sports", "S"),
    Kind("children", "Children", "C"),
    Kind("music", "Music and dance", "M"),
    Kind("arts", "Arts and culture", "A"),
    Kind("society", "Society and politics", "P"),
    Kind("education", "Documentary and knowledge", "D"),
    Kind("leisure", "Leisure and living", "L"),
)
_BY_CLASS = {CLASSES[kind.name]: kind for kind in KINDS}


def kind_of(genre: int | None) -> Kind | None:
    """The kind of a genre as it is stored, 16 times the class plus the kind; None where there is none, or of no class."""
    return None if genre is None else _BY_CLASS.get(genre // 16)
