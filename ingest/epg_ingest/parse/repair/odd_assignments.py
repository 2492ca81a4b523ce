"""Attributes that are assigned in another way than XML does it: `start:"1"`, `start=>"1"`, `"start"="1"`, `start=\\"1\\"`.

They are rewritten as `start="1"` before the element is split into tokens. This is done for attributes of the DTD only, and only
in start tags that are not well-formed, so that no text and no right value changes.
"""

from __future__ import annotations

import re

from .loose_attributes import NAME, QUOTE

#: all attributes of the DTD that have a value
_NAMES = (
    "start|stop|channel|id|lang|src|system|type|units|pdc-start|vps-start|showview|videoplus|clumpidx|width|height|role|guest"
    "|size|orient|source|reviewer"
)
#: A start tag up to its end or the next tag. The `>` of `=>` and of `->` does not end it.
_HEAD = re.compile(rf"<{NAME}(?=[\s,;]|[^\w.:>/<-])(?:[^<>]|(?<=[=-])>){{1,8000}}", re.DOTALL)
_WELL = re.compile(rf"""<{NAME}(?:[ \t\r\n]+{NAME}[ \t\r\n]*=[ \t\r\n]*(?:"[^"]*"|'[^']*'))*[ \t\r\n]*/?""")
_NEXT = rf"[\s,;]{{0,9}}(?:/?\Z|(?:{_NAMES})(?:{QUOTE}|\s?=))"
#: One of three: a quoted name with its assignment; a name with a wrong assignment, before a quote; a name before a value in
#: quotes that the next attribute or the end of the tag follows.
_ODD = re.compile(
    rf"{QUOTE}({_NAMES}){QUOTE}\s{{0,9}}(?:=+>?|->|:)\s{{0,9}}"
    rf"|(?<![\w.:-])({_NAMES})\s{{0,9}}(?:={{2,9}}>?|=>|->|:=?)\s{{0,9}}(?={QUOTE})"
    rf"|(?<=[\s,;])({_NAMES})(?={QUOTE}[^=<>{QUOTE[1:-1]}]{{1,500}}{QUOTE}{_NEXT})",
    re.IGNORECASE,
)
_ESCAPED_QUOTE = re.compile(rf"\\+(?={QUOTE})")


def usual_assignments(text: str) -> str:
    """The text of an element in which each attribute is assigned with `=`; the same text where that is so already."""
    return _HEAD.sub(_usual, text)


def _usual(head: re.Match[str]) -> str:
    tag = head[0]
    if _WELL.fullmatch(tag):
        return tag
    tag = _ESCAPED_QUOTE.sub("", tag)
    return _ODD.sub(lambda found: f"{found[1] or found[2] or found[3]}=", tag)
