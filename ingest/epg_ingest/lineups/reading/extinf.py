"""One `#EXTINF` line: its attributes, and the name after the comma.

`split` reads each form that is known: values in double or single quotes or in none, quotes and commas inside of quoted values,
spaces around `=` and `,`, attributes after the comma. A quote ends its value where an attribute, the comma or the end follows.
"""

from __future__ import annotations

import re

#: what stands before `=`; the first sign of a name can be anything but a quote
_KEY = re.compile(r"""([^\s=,"']{1,64})[ \t]*=[ \t]*""")
_LENGTH = re.compile(r"[ \t]*[-+]?[\d.]*[ \t]*")
_SPACE = re.compile(r"[ \t]*")
_VALUE_END = re.compile(r"""[ \t]*(?:$|,|[ \t][^\s=,"']{1,64}[ \t]*=)""")
_UNQUOTED = re.compile(r"[^\s,]*")
#: almost all lines: no quotes in values, nothing that is no attribute
_USUAL = re.compile(r"""[ \t]*[-+]?[\d.]*((?:[ \t]+[^\s=,"']{1,64}="[^"]*")*)[ \t]*,([^"]*)""")
_PAIR = re.compile(r"""([^\s=,"']{1,64})="([^"]*)\"""")
_TOKEN = re.compile(r"[^\s,]+")


def split(text: str) -> tuple[dict[str, str], str]:
    """The attributes of what follows `#EXTINF:`, their names in lower case, and the name of the entry, "" for none.

    Of an attribute that is there twice, the first value that is not blank counts.
    """
    usual = _USUAL.fullmatch(text)
    if usual and '="' not in usual[2]:
        pairs = _PAIR.findall(usual[1])
        return {key.lower(): value.strip() for key, value in reversed(pairs) if value}, usual[2].strip()
    found: dict[str, str] = {}
    at = attributes(text, _end(_LENGTH, text, 0), found)
    name = text[at + 1 :].strip()
    if _KEY.match(name):
        after = attributes(name, 0, found)
        name = name[after:].strip(" \t,")
    return found, name


def attributes(text: str, at: int, found: dict[str, str]) -> int:
    """Add the attributes from a place in a line to `found`; return where the comma is, or the end."""
    open_quotes: set[str] = set()
    while (at := _end(_SPACE, text, at)) < len(text) and text[at] != ",":
        key = _KEY.match(text, at)
        if not key:
            # a word without a value, as a second duration
            at = max(_end(_TOKEN, text, at), at + 1)
            continue
        value, at = _value(text, key.end(), open_quotes)
        name = key[1].lower()
        if not found.get(name):
            found[name] = value.strip()
    return at


def _value(text: str, at: int, open_quotes: set[str]) -> tuple[str, int]:
    """The value that begins at a place, and where it ends.

    `open_quotes` are the quotes that nothing closes from here on, so that a long line full of them is searched once.
    """
    quote = text[at : at + 1]
    if quote in ('"', "'") and quote not in open_quotes:
        end = _closing(text, quote, at + 1)
        if end is not None:
            return text[at + 1 : end], end + 1
        open_quotes.add(quote)
    end = _end(_UNQUOTED, text, at)
    return text[at:end].strip("\"'"), end


def _closing(text: str, quote: str, at: int) -> int | None:
    """Where a quoted value ends: at the first quote after which it can end, None where there is none."""
    while (at := text.find(quote, at)) >= 0:
        if _VALUE_END.match(text, at + 1):
            return at
        at += 1
    return None


def _end(pattern: re.Pattern[str], text: str, at: int) -> int:
    found = pattern.match(text, at)
    return found.end() if found else at
