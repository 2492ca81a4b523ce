"""`?genre=NAME`: only programmes of a class of EN 300 468, in the API and on pages."""

from typing import Any

from .params import Param

#: the classes by the names that addresses have
CLASSES = {
    "film": 1, "news": 2, "show": 3, "sports": 4, "children": 5, "music": 6, "arts": 7, "society": 8, "education": 9,
    "leisure": 10,
}  # fmt: skip
GENRE = Param("genre", "choice", "Only programmes of this genre.", None, choices=tuple(CLASSES))


def genre_class(values: dict[str, Any]) -> int | None:
    """The class that a request asks for, None for all."""
    return CLASSES.get(values.get("genre") or "")
