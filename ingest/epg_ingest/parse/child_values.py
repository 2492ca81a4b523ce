"""The child elements of a `<programme>` as Python values: texts, the objects of `details`, actors and directors."""

from __future__ import annotations

from typing import Any

from ..core.compact_json import dumps
from .details import READERS, people, text_of

#: a child element: its name and its value
Child = tuple[str, Any]
#: a text and its language, None without a `lang` attribute
Text = tuple[str, "str | None"]
#: the elements whose value is a `Text`
TEXTS = frozenset(("title", "sub-title", "desc", "category"))
_READ = {tag: read for tag, (read, _, _) in READERS.items()}


def child_value(element: Any) -> Any:
    """The value of one child of `<programme>`, None for an empty element and for one that is not kept.

    `title`, `sub-title`, `desc` and `category` give a `Text`, `credits` what `_people` returns, `new` gives 1, and the
    elements of `details.READERS` give what their reader returns.
    """
    tag = element.tag
    if tag in TEXTS:
        text = text_of(element) if len(element) else element.text
        return (text, element.get("lang")) if text and (text := text.strip()) else None
    if read := _READ.get(tag):
        return read(element)
    if tag == "credits":
        return _people(element)
    return 1 if tag == "new" else None


def _people(element: Any) -> tuple[str, str, list[dict[str, Any]] | None]:
    """Actors and directors as JSON arrays of names, and the list for `details`, None if the two arrays say it all.

    The loop is the usual case: nothing but actors and directors who have a name only. At the first other element,
    `people` reads all of them in the general way.
    """
    actors: list[str] = []
    directors: list[str] = []
    credits = None
    for child in element:
        tag = child.tag
        if len(child) or child.keys() or tag not in ("actor", "director"):
            credits = people(element)
            actors = [entry["name"] for entry in credits if entry["type"] == "actor"]
            directors = [entry["name"] for entry in credits if entry["type"] == "director"]
            if len(actors) + len(directors) == len(credits) == sum(len(entry) == 2 for entry in credits):
                credits = None
            break
        name = (child.text or "").strip()
        if name:
            (actors if tag == "actor" else directors).append(name)
    return (dumps(actors) if actors else "[]", dumps(directors) if directors else "[]", credits)
