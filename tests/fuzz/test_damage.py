"""Real feeds with damage anywhere: nothing raises, nothing is invented, and what is not damaged is read as before."""

from __future__ import annotations

import re
from collections import Counter

from epg_ingest.unpack import character_encoding
from hypothesis import assume, given

from tests.fuzz.damage import Damage, damages
from tests.fuzz.slices import slices
from tests.parse.feed_reader import Show, read

_CHANNEL = re.compile(rb"""\schannel\s*=\s*("[^"]*"|'[^']*')""")


def ascii_compatible(damage: Damage) -> bool:
    code, _, _ = character_encoding.detect(damage.slice.body)
    return character_encoding.ascii_compatible(code)


def missing(wanted: list[Show], found: list[Show]) -> list[Show]:
    return list((Counter(wanted) - Counter(found)).elements())


def test_there_is_something_to_damage() -> None:
    assert len(slices()) > 50


@given(damages())
def test_programmes_that_are_not_touched_stay(damage: Damage) -> None:
    found = read(damage.body)
    assume(not damage.hides and ascii_compatible(damage))
    wanted = [damage.slice.shows[number] for number in damage.untouched]
    assert missing(wanted, found) == []


@given(damages(most=400))
def test_channel_start_stop_and_title_are_enough(damage: Damage) -> None:
    """Whatever else of a programme is damaged, it is kept, and none is made up."""
    found = [show[:4] for show in read(damage.body)]
    assume(not damage.hides and ascii_compatible(damage))
    wanted = [damage.slice.shows[number][:4] for number in damage.kept]
    assert missing(wanted, found) == []


@given(damages())
def test_nothing_is_invented(damage: Damage) -> None:
    """There are no more programmes than start tags, and none of a channel that the feed does not name."""
    found = read(damage.body)
    assume(ascii_compatible(damage))
    # No word need end there: the blank before the first attribute may be lost.
    assert len(found) <= len(re.findall(rb"(?i)programme(?<!/programme)", damage.body))
    hurt = any(
        damage.touches(begin + one.start() - 1, begin + one.end() + 1)
        for begin, end in damage.slice.places
        for one in _CHANNEL.finditer(damage.slice.body[begin:end])
    )
    if not hurt and b"channel" not in damage.instead:
        assert {show[0] for show in found} <= {show[0] for show in damage.slice.shows}
