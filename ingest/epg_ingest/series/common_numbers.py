"""Whether two providers number a series alike, judged by programmes that both show at one instant on one channel."""

from __future__ import annotations

from typing import NamedTuple

COMMON, APART, OPEN = "common", "apart", "open"
#: for each instant at which numbers differ, so many must agree
PER_DIFFERENCE = 10


class Numbering(NamedTuple):
    """`common`: one numbering for both; `apart`: each has its own, and a person may say otherwise; `open`: nothing is known."""

    verdict: str
    reason: str


def numbering(agreed: int, differed: int) -> Numbering:
    """The verdict on two providers that agree at some instants and differ at others."""
    if agreed and differed * PER_DIFFERENCE <= agreed:
        return Numbering(COMMON, f"both give the same number at {_instants(agreed)}")
    if differed:
        return Numbering(
            APART, f"they give different numbers at {_instants(differed)}, the same at {_instants(agreed)}"
        )
    return Numbering(OPEN, "they never number the same programme")


def _instants(count: int) -> str:
    return f"{count:,} instant{'' if count == 1 else 's'}"
