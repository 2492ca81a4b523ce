"""The kinds of programmes that the grid colours and marks: the classes of EN 300 468, by the stored genre.

A programme whose genre is not known has no colour.
"""

from dataclasses import dataclass

from ..base.genre_filter import CLASSES
from ..shell.marking import marked as _


@dataclass(frozen=True)
class Kind:
    """`name` follows `k-` in the CSS class, `label` is the word that goes with the colour."""

    name: str
    label: str


#: in the order of their classes
KINDS = (
    Kind("film", _("Film and drama")),
    Kind("news", _("News and weather")),
    Kind("show", _("Shows")),
    Kind("sports", _("Sports")),
    Kind("children", _("Children")),
    Kind("music", _("Music and dance")),
    Kind("arts", _("Arts and culture")),
    Kind("society", _("Society and politics")),
    Kind("education", _("Documentary and knowledge")),
    Kind("leisure", _("Leisure and living")),
)
_BY_CLASS = {CLASSES[kind.name]: kind for kind in KINDS}


def kind_of(genre: int | None) -> Kind | None:
    """The kind of a genre as it is stored, 16 times the class plus the kind; None where there is none, or of no class."""
    return None if genre is None else _BY_CLASS.get(genre // 16)
