"""The year of a film in brackets."""

from __future__ import annotations

from ..rule import RuleSet
from ..words import BLANK

_YEAR = r"(?P<year>(?:19|20)[0-9]{2}|[１２][０９][０-９]{2})"

SETS = (
    RuleSet(
        "year",
        "safe",
        "(2019) at the end of a title, unless the feed gives a different date; a bare year stays in the title",
        (
            ("title", rf"(?P<cut>[(\[（【]{BLANK}?{_YEAR}{BLANK}?[)\]）】])\.?{BLANK}*$", "extract", "careful"),
            ("title", rf"{BLANK}(?P<cut>\*{_YEAR}){BLANK}*$", "extract", "careful"),
            ("description", rf"[.!?…\"”»]{BLANK}+(?P<cut>\({_YEAR}\))\.?{BLANK}*$", "extract", "careful"),
        ),
    ),
)  # fmt: skip
