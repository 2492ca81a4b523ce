"""The attributes of a start tag that is not well-formed: blanks, commas, quotes or `=` are wrong or missing.

A value ends at the quote after which a name and `=` follow, or the end of the tag, whatever stands between. So these give the
same two attributes: `start="1" stop="2"`, `start="1"stop="2"`, `start="1", stop="2"`, `start=“1” stop=”2“`, `start="1 stop="2"`
and `start=1 stop=2"`. A value may hold `<`, `>` and `=` if its own quotes are right.
"""

from __future__ import annotations

import re
from typing import NamedTuple

NAME = r"[A-Za-z_][A-Za-z0-9_.-]{0,99}(?::[A-Za-z_][A-Za-z0-9_.-]{0,99})?"
_DOUBLE, _SINGLE = '"“”„‟«»″', "'‘’‚‛‹›′`´"
_QUOTES = _DOUBLE + _SINGLE
QUOTE = _Q = f"[{_QUOTES}]"
_NOT_Q = f"[^<>={_QUOTES}]"
_GAP = re.compile(r"[\s,;]*")
_TAG_END = re.compile(r"(/?)\s{0,100}>")
#: a name that may have a `=`; what stands before its first letter is no part of it
_LOOSE_NAME = re.compile(rf"([^\s=<>/,;{_QUOTES}]+)\s*(=?)\s*")
_NO_LETTER = re.compile(r"\W+")
#: no value: the next attribute or the end of the tag follows the `=`
_NO_VALUE = re.compile(rf"(?={NAME}\s*=|/?>)")
#: two quotes that begin a value; otherwise two quotes are an empty one
_DOUBLED = re.compile(rf"({_Q})\1(?![\s,;/>]|{NAME}\s{{0,100}}=)")
_TYPOGRAPHIC = r"&(?:[lrb]dquo|[lr]squo|sbquo|[lr]aquo|#82(?:1[6-9]|2[0-3])|#[xX]20(?:1[89a-fA-F]));"
_ESCAPED_QUOTES = re.compile(
    rf"(&(?:quot|apos|#34|#39);)([^<>\"']{{0,500}}?)\1|{_TYPOGRAPHIC}([^<>\"']{{0,500}}?){_TYPOGRAPHIC}"
)
#: what the end of a value depends on
_EVENT = re.compile(f"[<>]|{_Q}")
#: the rest of a tag in which no further quote comes before `=`, the end of the tag or (where that is missing) the next markup
_FOLLOWS = re.compile(rf"{_NOT_Q}{{0,200}}(?:[=>]|<[/!?]|<{NAME})")
#: the same for a quote that may well be part of the value: the next attribute or the end of the tag follows at once
_FOLLOWS_AT_ONCE = re.compile(rf"[\s,;]{{0,100}}(?:{NAME}\s{{0,100}}=\s{{0,100}}{_Q}|/?>)")
#: the quote after this begins a value
_BEGINS = re.compile(rf"(?<![\w.:-])({NAME}\s{{0,100}}=\s{{0,100}})\Z")
#: the end of a value without quotes, or with a quote at its end only
_BARE_END = re.compile(
    rf"{_Q}{{1,2}}(?=[\s,;]{{0,100}}(?:{NAME}\s{{0,100}}=|/?>))|(?=[\s,;]{{1,100}}{NAME}\s*=|/?\s{{0,100}}>|<)"
)
_TAG = re.compile(rf"</|<{NAME}(?=[\s/>])")
#: how many names are kept, with and without values; the DTD has no element with more than ten
_MOST = 1_000
#: how many characters a value that holds `<` or `>` may have
_LONGEST = 500


class LooseTag(NamedTuple):
    """Names and values in order, where the tag ends, and whether it is an empty tag."""

    attributes: list[tuple[str, str]]
    end: int
    empty: bool


def loose_tag(text: str, place: int) -> LooseTag | int:
    """The attributes that begin at `place`, after the name of the tag. A number if no sensible end is found: the place that was
    reached."""
    found: list[tuple[str, str]] = []
    # Where the last value ended if a quote ended it, and how many attributes there were then.
    quoted, valued = -1, 0
    while True:
        place = _at(_GAP, text, place).end()
        if end := _TAG_END.match(text, place):
            return LooseTag(found, end.end(), bool(end[1]))
        if place >= len(text):
            return place
        if text[place] == "<":
            # The end of the tag is missing. What follows the last value is the text of the element.
            return place if quoted < 0 else LooseTag(found[:valued], quoted, False)
        name = _LOOSE_NAME.match(text, place)
        if name is None:
            place += 1  # a quote, `=` or `/` that belongs to nothing
            continue
        value, place = _value(text, name.end()) if name[2] else ("", name.end())
        if place < 0:
            return name.end()
        if len(found) < _MOST:
            found.append(
                (_NO_LETTER.sub("", name[1], count=1) if _NO_LETTER.match(name[1]) else name[1], value)
            )
        if name[2]:
            quoted, valued = place if text[place - 1] in _QUOTES else -1, len(found)


def _at(pattern: re.Pattern[str], text: str, place: int) -> re.Match[str]:
    found = pattern.match(text, place)
    assert found is not None
    return found


def _value(text: str, place: int) -> tuple[str, int]:
    """The value that begins at `place`, and where it ends, -1 if it has no end."""
    if _NO_VALUE.match(text, place):
        return "", place
    if escaped := _ESCAPED_QUOTES.match(text, place):
        return escaped[2] if escaped[1] else escaped[3], escaped.end()
    if place < len(text) and text[place] in _QUOTES:
        inside = place + (2 if _DOUBLED.match(text, place) else 1)
        return _quoted(text, text[place], inside)
    return _bare(text, place, len(text))


def _quoted(text: str, quote: str, start: int) -> tuple[str, int]:
    """A value whose first character is at `start`, after `quote`."""
    tag_end = -1
    for event in _EVENT.finditer(text, start):
        at, mark = event.start(), event[0]
        marked = tag_end >= 0 or "<" in text[start : min(at, start + _LONGEST)]
        if marked and at > start + _LONGEST:
            break
        if mark == "<":
            if _TAG.match(text, at):
                break
        elif mark == ">":
            tag_end = at if tag_end < 0 else tag_end
        elif begins := _begun(text, start, at):
            if tag_end < 0:
                return _unmarked(text[start : begins.start()], quote), begins.start()
            break
        elif _ends(text, at, mark, quote, strict=marked):
            return text[start:at], at + 1
        elif text[at + 1 : at + 2] == mark and _ends(text, at + 1, mark, quote, strict=marked):
            # Doubled: one of them is part of the value if there is one like it in it (`The "Boss""`).
            return text[start : at + text.count(mark, start, at) % 2], at + 2
    # The quote at the end is missing.
    return _bare(text, start, tag_end + 1 if tag_end >= 0 else len(text))


def _unmarked(text: str, quote: str) -> str:
    """A value up to the next attribute, without markup that stands between its end and that (`channel="a" <!-- stop="…"`)."""
    value, found, rest = text.rpartition(quote)
    return value if found and "<" in rest else text.rstrip(" \t\r\n,;")


def _begun(text: str, start: int, quote: int) -> re.Match[str] | None:
    """The name and `=` before the quote at `quote`, in a value that begins at `start`."""
    if not text[max(start, quote - 100) : quote].rstrip().endswith("="):
        return None
    return _BEGINS.search(text, max(start, quote - 310), quote)


def _ends(text: str, at: int, mark: str, quote: str, strict: bool) -> bool:
    """Whether the quote `mark` at `at` ends a value that began with `quote`."""
    group = _DOUBLE if quote in _DOUBLE else _SINGLE
    alike = mark == quote or (quote not in "\"'" and mark in group)
    return bool((_FOLLOWS if alike and not strict else _FOLLOWS_AT_ONCE).match(text, at + 1))


def _bare(text: str, start: int, limit: int) -> tuple[str, int]:
    """A value without a quote at its end, which ends before `limit`."""
    end = _BARE_END.search(text, start, limit)
    if end is None:
        return "", -1
    return text[start : end.start()].rstrip(), end.end()
