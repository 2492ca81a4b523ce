"""When an import decides which channels are one: only if the feed says or shows something that it did not before."""

from __future__ import annotations

import pytest
from epg_ingest.match.decide import decide
from epg_ingest.match.values import Evidence, Matching

from tests.helpers.support import HOUR, NOON, Guide, feed, show

CHANNELS = [("one", "One"), ("two", "Two")]
#: Two elements with one start, of which the first says more, so the second is left out; and one that has to be repaired.
TWICE = [
    show("one", NOON, NOON + HOUR, "Quiz", "<desc>With questions.</desc>"),
    show("one", NOON, NOON + HOUR, "Film"),
]
BROKEN = [show("two", NOON, NOON + HOUR, "News").replace("<title>News", "<title>N\x01ews")]
PLAIN = [
    show("one", NOON + HOUR, NOON + 2 * HOUR, "Opera"),
    show("two", NOON + HOUR, NOON + 2 * HOUR, "Opera"),
]


@pytest.fixture
def decided(guide: Guide, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Grows by one with each decision. The guide has a second provider."""
    found: list[int] = []

    def counted(evidence: Evidence) -> Matching:
        found.append(1)
        return decide(evidence)

    guide.load("other", feed(PLAIN, CHANNELS))
    monkeypatch.setattr("epg_ingest.guide.joins.decide", counted)
    return found


@pytest.mark.parametrize("shows", [PLAIN, [*TWICE, *PLAIN], [*reversed(TWICE), *PLAIN], [*BROKEN, *PLAIN]])
def test_what_is_read_again_is_not_new(guide: Guide, decided: list[int], shows: list[str]) -> None:
    body = feed(shows, CHANNELS)
    guide.load("p", body)
    assert decided == [1]
    for remark in (b"a", b"b"):
        assert guide.load("p", body + b"<!-- " + remark + b" -->")["programs_imported"] == 0
    assert decided == [1]


@pytest.mark.parametrize(
    "shows",
    {
        "another title": [*BROKEN, show("one", NOON, NOON + HOUR, "Circus"), *PLAIN],
        "another start": [*BROKEN, *TWICE, show("one", NOON - HOUR, NOON, "Quiz"), *PLAIN],
        "another channel": [*BROKEN, *TWICE, show("two", NOON - HOUR, NOON, "Quiz"), *PLAIN],
    }.items(),
    ids=lambda item: item[0],
)
def test_what_is_new_is_decided(guide: Guide, decided: list[int], shows: tuple[str, list[str]]) -> None:
    guide.load("p", feed([*BROKEN, *TWICE, *PLAIN], CHANNELS))
    guide.load("p", feed(shows[1], CHANNELS))
    assert decided == [1, 1]


def test_names_and_ids_are_decided(guide: Guide, decided: list[int]) -> None:
    guide.load("p", feed(PLAIN, CHANNELS))
    guide.load("p", feed(PLAIN, [("one", "One"), ("two", "Second")]))
    assert decided == [1, 1]
    guide.load("p", feed(PLAIN, [("one", "One"), ("two", "Second"), ("three", "Three")]))
    assert decided == [1, 1, 1]
