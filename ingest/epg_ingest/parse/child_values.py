"""The child elements of a `<programme>` as Python values: texts, the objects of `details`, actors and directors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import orjson

from ..core.compact_json import dumps
from .details import READERS, credit, people
from .element_text import has_text, text_of
from .vocabulary import CREDITS, MODEL, canonical

#: a child element: its name and its value
Child = tuple[str, Any]
#: a text and its language, None without a `lang` attribute
Text = tuple[str, "str | None"]
#: the elements whose value is a `Text`
TEXTS = frozenset(("title", "sub-title", "desc", "category"))
#: texts of `<new>` by which a feed says that the programme is not new
_NO = frozenset(("0", "false", "n", "no", "off"))
_READ = {tag: read for tag, (read, _, _) in READERS.items()}
_PROGRAMME = MODEL["programme"]
#: characters of the text, attributes and elements that are kept of elements that are not in the DTD
_LONGEST, _MOST = 1000, 20
#: What `credits` gives: actors and directors as JSON arrays of names, the list for `details` (None if the two arrays say it
#: all), and the people of kinds that the DTD does not have, with their element's name (`credits` for text between people).
Credits = tuple[str, str, "list[dict[str, Any]] | None", list[Child]]


def read_child(element: Any) -> Child:
    """One child of `<programme>`: its name in the DTD, and its value; None for an empty element.

    `title`, `sub-title`, `desc` and `category` give a `Text`, `credits` gives `Credits`, `new` gives 1 unless its text says no,
    and the elements of `details.READERS` give what their reader returns. A person outside `<credits>` gives the same as one
    within. An element that is not in the DTD gives its text and attributes.
    """
    tag = element.tag
    if tag not in _PROGRAMME:
        tag = canonical(tag)
        if tag not in _PROGRAMME:
            return _of_another_dialect(tag, element)
    if tag in TEXTS:
        text = text_of(element) if len(element) else element.text
        return tag, (text, element.get("lang")) if text and (text := text.strip()) else None
    if read := _READ.get(tag):
        return tag, read(element)
    if tag == "credits":
        return tag, _people(element)
    return tag, None if (text_of(element) or element.get("value") or "").strip().lower() in _NO else 1


def swallows(element: Any) -> bool:
    """Whether a text (`title`, `desc` …) holds a text or the like of the programme: its end tag is in the wrong place."""
    return (
        len(element) > 0
        and element.tag in TEXTS
        and any(child.tag in _SWALLOWED for child in element.iterdescendants())
    )


#: `<title>` within `<desc>` is a mistake, `<url>` may be a link
_SWALLOWED = TEXTS | {"credits", "episode-num", "rating", "star-rating", "date", "sub-title", "length"}


def _of_another_dialect(tag: str, element: Any) -> Child:
    if tag in CREDITS:
        entry = credit(element)
        return "credits", credit_columns([entry]) if entry else None
    return tag, foreign(element)


def foreign(element: Any) -> dict[str, str]:
    """An element that is not in the DTD: its text, if it has one, and its first attributes."""
    text = text_of(element)[:_LONGEST]
    found = {"text": text} if text else {}
    for name in list(element.keys())[:_MOST]:
        if not name.startswith("{"):
            found.setdefault(name, element.get(name)[:_LONGEST])
    return found


_NOBODY: list[Child] = []


def _people(element: Any) -> Credits:
    """The loop is the usual case: nothing but actors and directors who have a name only. At the first other element,
    `people` reads all of them in the general way.
    """
    actors: list[str] = []
    directors: list[str] = []
    for child in element:
        tag = child.tag
        if len(child) or child.keys() or child.tail or tag not in ("actor", "director"):
            entries = people(element)
            return credit_columns(entries, _others(element))
        name = (child.text or "").strip()
        if name:
            (actors if tag == "actor" else directors).append(name)
    others = _others(element) if element.text else _NOBODY
    return (dumps(actors) if actors else "[]", dumps(directors) if directors else "[]", None, others)


def _others(element: Any) -> list[Child]:
    """The people of `<credits>` whose kind the DTD does not have, and `credits` for text between people."""
    others = [child for child in element if canonical(child.tag) not in CREDITS]
    found: list[Child] = [(child.tag, entry) for child in others[:_MOST] if (entry := foreign(child))]
    return [*found, ("credits", {})] if has_text(element) else found


def credit_columns(entries: list[dict[str, Any]], others: Sequence[Child] = ()) -> Credits:
    """`Credits` of entries as `people` gives them."""
    actors = [entry["name"] for entry in entries if entry["type"] == "actor"]
    directors = [entry["name"] for entry in entries if entry["type"] == "director"]
    plain = len(actors) + len(directors) == len(entries) == sum(len(entry) == 2 for entry in entries)
    return (
        dumps(actors) if actors else "[]",
        dumps(directors) if directors else "[]",
        None if plain else entries,
        list(others),
    )


def united_credits(several: Sequence[Credits]) -> Credits:
    """The people of one or several `<credits>`, each once, by their kind."""
    if len(several) == 1:
        return several[0]
    people: list[dict[str, Any]] = []
    known: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for actors, directors, given, _ in several:
        names = [("director", name) for name in orjson.loads(directors)]
        names += [("actor", name) for name in orjson.loads(actors)]
        for entry in [{"type": kind, "name": name} for kind, name in names] if given is None else given:
            alike = known.setdefault((entry["type"], entry["name"]), [])
            if not _unite(alike, entry):
                alike.append(dict(entry))
                people.append(alike[-1])
    people.sort(key=lambda entry: CREDITS.index(entry["type"]))
    return credit_columns(people, [child for credits in several for child in credits[3]][:_MOST])


def _unite(alike: list[dict[str, Any]], entry: dict[str, Any]) -> bool:
    """Add what `entry` says to one of the entries of that person that does not contradict it. Returns whether there is one."""
    for one in alike[:_MOST]:
        if all(one.get(name, said) == said for name, said in entry.items()):
            one.update(entry)
            return True
    return False
