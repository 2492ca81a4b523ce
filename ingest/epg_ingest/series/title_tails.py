"""What stands around a title and is no part of it: marks of a showing, and season and episode at its end.

`Show (R)`, `NEW: Show`, `Show [HD]`, `Show S2 E5`, `Show, Season 3`, `Show - 3. Staffel`, `Show (12/24)` are all `Show`. A
number alone stays (`Studio 54`), and so does what a film is called.
"""

from __future__ import annotations

import re

from ..core.episode_words import WORDS

_MARKS = (
    r"n|new|neu|nouveau|nuevo|nuova?|novo|live|en direct|direct|direkt|en vivo|ao vivo|na żywo|diretta|r|rpt|repeat|wdh\.?|wh"
    r"|rediff|replay|repris|premiere|premiera|première|first|last|hd|uhd|fhd|4k|sd|hdr|ad|st|s|w|sl|bsl|ov|omu|dt|vf|vo|vm"
    r"|vost|vostfr|subtitled|dubbed|cc|p|i"
)
_SEPARATED = r"\s*[,;/|+&\s]\s*"
_BRACKETED = re.compile(rf"[(\[{{]\s*(?:{_MARKS})(?:{_SEPARATED}(?:{_MARKS}))*\s*[)\]}}]", re.IGNORECASE)
_FIRST = re.compile(
    r"^(?:new|neu|nouveau|nuevo|live|en direct|direct|en vivo|ao vivo|diretta|premiere|première|premiera)\s*[:!|]\s*"
    r"|^(?:ᴺᴱᵂ|ᴸᶦᵛᵉ)\s*",
    re.IGNORECASE,
)
_LAST = re.compile(r"\s*(?:ᴺᴱᵂ|ᴸᶦᵛᵉ|ᴴᴰ|ᵁᴴᴰ|\*+)\s*$")
_SEASON, _EPISODE = (
    "|".join(sorted({word for row in WORDS.values() for word in row[at].split("|")}, key=len, reverse=True))
    for at in (0, 1)
)
_COUNT = r"(?:\s*(?:/|of|von|sur|de|di|van|из)\s*[0-9]{1,4})?"
#: a season or an episode with its number; a year is none
_NUMBERED = (
    rf"(?:(?:{_SEASON}|s|t|{_EPISODE}|ep?|eps)\s*[.:#]?\s*(?!(?:19|20)[0-9]{{2}}(?![0-9]))[0-9]{{1,4}}{_COUNT}"
    rf"|[0-9]{{1,3}}(?:st|nd|rd|th|[.ªº°]|-?й|-?я|-?[èe]me|-?e)?\s*(?:{_SEASON}|{_EPISODE}))"
)
#: after a blank or a separator, one or more of them, in brackets or not, up to the end
_TAIL = re.compile(
    rf"(?:[\s:;,.–—|·-]+|(?=[(\[]))[(\[]?\s*{_NUMBERED}(?:[\s:;,.–—|·/()\[\]-]*{_NUMBERED})*\s*[)\]]?\s*$"
    r"|[\s,:–—-]+[(\[]?\s*[0-9]{1,2}x[0-9]{1,3}\s*[)\]]?\s*$"
    r"|\s*[(\[]\s*(?:[0-9]{1,3}|[0-9]{1,4}\s*(?:/|of|von|sur|de|di)\s*[0-9]{1,4})\s*[)\]]\s*$",
    re.IGNORECASE,
)
_YEAR = re.compile(r"\s*[(\[]\s*((?:18|19|20)[0-9]{2})\s*[)\]]\s*$")
#: what there is where a pattern can match
_SIGNS = re.compile(r"[(\[{*:!|]|[^\x00-\x7f]")
_BEGINS, _DIGIT = re.compile(r"[:!|ᴺᴸ]"), re.compile("[0-9]")
#: characters of a title that are read
_LONGEST = 300


def without_marks(title: str) -> str:
    """A title without marks of its showing. One that would have nothing left stays."""
    if not _SIGNS.search(title):
        return title
    rest = title[:_LONGEST]
    if "(" in rest or "[" in rest or "{" in rest:
        rest = _BRACKETED.sub(" ", rest)
    if _BEGINS.search(rest):
        rest = _FIRST.sub("", rest)
    if not rest[-1:].isalnum() or not rest.isascii():
        rest = _LAST.sub("", rest)
    return rest.strip() or title


def without_tail(title: str) -> str:
    """A title without season and episode at its end. One that would have nothing left stays."""
    if not _DIGIT.search(title):
        return title
    rest = _TAIL.sub("", title[:_LONGEST]).strip(" :;,.–—|·-")
    return rest or title


def year_at_end(title: str) -> tuple[str, int | None]:
    """A title without the year in brackets at its end, and that year."""
    found = _YEAR.search(title[:_LONGEST])
    if not found or not found.start():
        return title, None
    return title[: found.start()], int(found[1])
