"""What is left of a text when a match is cut out of it."""

from __future__ import annotations

import re

#: what separates a form from the text beside it, and means nothing alone
_SEPARATORS = " \t\n\r\u00a0\u3000,;:|•·/–—-_\u200b"
_OPENING, _CLOSING = "([{（［【《<＜〈「", ")]}）］】》>＞〉」"
_PAIRS = dict(zip(_OPENING, _CLOSING, strict=True))
#: quotation marks, and those that close what they open
_QUOTES = {'"': '"', "“": "”", "„": "“”", "«": "»", "»": "«", "‘": "’", "'": "'", "「": "」", "『": "』"}
#: a dot ends a sentence unless a short word is before it, which may be an abbreviation (`Jr.`)
_SENTENCE = re.compile(r"\w{3}[\"'»”)]?\.$")
_EMPTY = re.compile(r"\s*(?:\(\s*\)|\[\s*\]|（\s*）|【\s*】)")
_SPACES = re.compile(r"\s\s+")


def around(before: str, after: str) -> tuple[str, str]:
    """The texts before and after a part that is cut out, without the brackets that enclosed it."""
    before, after = before.rstrip(), after.lstrip()
    while before and after and _PAIRS.get(before[-1]) == after[0]:
        before, after = before[:-1].rstrip(), after[1:].lstrip()
    return before, after


def ended(before: str) -> str:
    """A text without what led over to the part that was cut off at its end."""
    before = before.rstrip(_SEPARATORS)
    if before and before[-1] in _OPENING:
        before = before[:-1].rstrip(_SEPARATORS)
    if _SENTENCE.search(before) and not before.endswith(".."):
        before = before[:-1]
    return before


def begun(after: str) -> str:
    """A text without what led over from the part that was cut off at its beginning."""
    after = after.lstrip(_SEPARATORS)
    if after and after[0] in _CLOSING:
        after = after[1:].lstrip(_SEPARATORS)
    return after[1:].lstrip(_SEPARATORS) if after[:1] == "." and after[:2] != ".." else after


def joined(before: str, after: str, prose: bool) -> str:
    """The two parts as one text. In `prose` (a description), the dot before the part stays."""
    if not after.strip(_SEPARATORS + _CLOSING):
        return before.rstrip(_SEPARATORS) if prose else ended(before)
    if not before:
        return begun(after)
    if before[-1] in _SEPARATORS and after[0] in _SEPARATORS:
        after = begun(after)
    between = "" if after[0] in ",;:.!?" + _CLOSING or before[-1] in _OPENING else " "
    return _SPACES.sub(" ", _EMPTY.sub("", before + between + after))


def unquoted(text: str) -> str:
    """A text without the quotation marks that enclose all of it."""
    inner = text[1:-1].strip()
    if (
        len(text) > 2
        and text[-1] in _QUOTES.get(text[0], "")
        and text[0] not in inner
        and text[-1] not in inner
    ):
        return inner
    return text


def says_something(text: str) -> bool:
    """Whether there is a letter or a digit in the text."""
    return any(map(str.isalnum, text))
