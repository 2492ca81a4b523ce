"""What the DTD has no place for, for a round trip: elements of other dialects, and second ones where the DTD allows one.

They stand in a processing instruction, so that the document stays valid: `<?epg-more <live/><sport>Tennis</sport>?>`.
`with_noted` of `parse/normalise.py` takes them out of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..parse.details import ATTRIBUTES
from .detail_elements import REST, attributes, text

#: names in `details` that are no element of another dialect; `REST` has the others
_OWN = frozenset(
    (
        *ATTRIBUTES,
        "title",
        "sub-title",
        "desc",
        "credits",
        "category",
        "date",
        "clump",
        "stop",
        "start",
        "more",
        "written",
    )
)


def noted(details: Mapping[str, Any]) -> str:
    """The instruction for `details`, "" where nothing needs one. No `?>` can be in it, because `>` is escaped in texts."""
    out: list[str] = []
    for tag, entries in details.items():
        if tag == "more":
            out += [_again(name, entry) for name, several in entries.items() for entry in several]
        elif tag not in _OWN and tag not in REST:
            out += [_element(tag, entry) for entry in entries]
    return f"<?epg-more {''.join(out)}?>\n" if out else ""


def _again(tag: str, entry: Any) -> str:
    return f"<date>{text(entry)}</date>" if tag == "date" else REST[tag][1](entry)


def _element(tag: str, entry: Mapping[str, str]) -> str:
    start = f"<{tag}{attributes(entry, [name for name in entry if name != 'text'])}"
    return f"{start}>{text(entry['text'])}</{tag}>" if "text" in entry else f"{start}/>"
