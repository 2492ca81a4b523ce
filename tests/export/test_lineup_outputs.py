"""The pure rules of a line-up's outputs: ids, filler, and how a playlist is written."""

from __future__ import annotations

import re
from random import Random

import pytest
from epg_ingest.export.lineup.filler import filled
from epg_ingest.export.lineup.output_entries import LineupOutput, OutputEntry
from epg_ingest.export.lineup.output_ids import IdFacts, output_ids
from epg_ingest.export.lineup.output_numbers import NumberFacts, output_numbers
from epg_ingest.export.lineup.playlist import m3u
from epg_ingest.export.lineup.tuner_list import tuner_list
from epg_ingest.storage.lineup_secrets import Stream
from hypothesis import given
from hypothesis import strategies as st

ONE = IdFacts(None, "one", "1", "One", "one.uk", 0)


@pytest.mark.parametrize(
    ("facts", "scheme", "expected"),
    [
        ([ONE], "source", ["one"]),
        ([ONE], "guide", ["one.uk"]),
        ([ONE], "number", ["1"]),
        ([ONE._replace(channel="Channel One")], "safe", ["Channel-20-One.epg"]),
        ([ONE._replace(source_id=None)], "source", ["One"]),
        ([ONE._replace(channel=None)], "guide", ["one"]),
        ([ONE, ONE._replace(name="One HD")], "source", ["one", "one"]),
        ([ONE, ONE._replace(channel="two.uk")], "source", ["one", "one.2"]),
        (
            [ONE, ONE._replace(shift_minutes=60), ONE._replace(shift_minutes=90)],
            "source",
            ["one", "one.2", "one.3"],
        ),
        ([ONE, ONE._replace(source_id="ONE", channel="two.uk")], "source", ["one", "ONE.2"]),
        ([ONE._replace(channel=None), ONE], "source", ["one.2", "one"]),
        ([ONE, ONE._replace(own="own", channel="two.uk")], "source", ["one", "own"]),
        ([ONE._replace(source_id='o"n\r\ne')], "source", ["o'n e"]),
        ([ONE._replace(channel='Say "One"\x07')], "guide", ["Say 'One'"]),
        ([ONE._replace(number='1"\n')], "number", ["1'"]),
        ([ONE._replace(channel='A"B')], "safe", ["A-22-B.epg"]),
        ([ONE._replace(own='o"wn\u2028\ufffe')], "source", ["o'wn"]),
        ([ONE._replace(source_id="\x01")], "source", ["1"]),
        ([ONE._replace(source_id="\x01", number="\x02", name="\n")], "source", ["entry"]),
        (
            [ONE._replace(source_id='a"b'), ONE._replace(source_id="a'b", channel="two.uk")],
            "source",
            ["a'b", "a'b.2"],
        ),
        ([ONE, ONE._replace(own="one", channel="two.uk")], "source", ["one.2", "one"]),
    ],
)
def test_ids(facts: list[IdFacts], scheme: str, expected: list[str]) -> None:
    assert output_ids(facts, scheme) == expected


FACTS = st.builds(
    IdFacts, st.none(), st.sampled_from([None, "a", "A", "a.2", "b", 'a"', "a'", "\x01", "a\n"]), st.none(),
    st.sampled_from(["a", "N"]),
    st.sampled_from([None, "x", "y"]), st.sampled_from([0, 60]),
)  # fmt: skip


SHOWN = NumberFacts("5", 1)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ([SHOWN, SHOWN._replace(number="6")], ["5", "6"]),
        ([SHOWN, SHOWN, SHOWN], ["5", "5.1", "5.2"]),
        ([SHOWN, SHOWN, SHOWN._replace(number="5.1")], ["5", "5.2", "5.1"]),
        ([NumberFacts("2.1", 1), NumberFacts("2.1", 2), NumberFacts("2.2", 3)], ["2.1", "2.3", "2.2"]),
        ([NumberFacts("05", 1), NumberFacts("5", 2), NumberFacts("5.0", 3), NumberFacts("5-0", 4)],
         ["05", "5.1", "5.2", "5.3"]),
        ([SHOWN, SHOWN._replace(chosen=True)], ["5.1", "5"]),
        ([SHOWN._replace(hidden=True), SHOWN], ["5.1", "5"]),
        ([SHOWN._replace(hidden=True, chosen=True), SHOWN], ["5.1", "5"]),
        ([NumberFacts(None, 5), SHOWN], ["5.1", "5"]),
        ([NumberFacts(None, 1), NumberFacts(None, 2), NumberFacts("", 3)], ["1", "2", "3"]),
        ([NumberFacts(None, 5), NumberFacts("5", 9, hidden=True)], ["5.1", "5"]),
        ([NumberFacts("A5", 1), NumberFacts("a5", 2)], ["A5", "a5.1"]),
        ([NumberFacts("٥", 1), NumberFacts("5", 2)], ["٥", "5.1"]),
    ],
)  # fmt: skip
def test_numbers(facts: list[NumberFacts], expected: list[str]) -> None:
    assert output_numbers(facts) == expected


NUMBERS = st.builds(
    NumberFacts, st.sampled_from([None, "1", "01", "1.1", "1-1", "2", "1.2", "x", "X", "x.1", " 1"]), st.integers(1, 4),
    st.booleans(), st.booleans(),
)  # fmt: skip


@given(st.lists(NUMBERS, max_size=12), st.randoms())
def test_no_two_entries_share_a_number_wherever_they_stand(facts: list[NumberFacts], chance: Random) -> None:
    found = output_numbers(facts)
    read = [tuple(map(int, re.split("[.-]", number)) if re.fullmatch(r" ?\d+([.-]\d+)?", number) else number.upper())
            for number in found]  # fmt: skip
    assert len({(*one, 0)[:2] if isinstance(one[0], int) else one for one in read}) == len(facts)
    moved = [fact._replace(place=chance.randint(1, 4)) for fact in facts]
    kept = [
        (before, after)
        for before, after, fact in zip(found, output_numbers(moved), facts, strict=True)
        if fact.number
    ]
    assert all(before == after for before, after in kept)


def test_many_entries_of_one_number_take_no_time() -> None:
    assert len(set(output_numbers([SHOWN] * 100_000))) == 100_000


@given(st.lists(FACTS, max_size=12), st.sampled_from(["source", "guide", "number", "safe"]))
def test_entries_share_an_id_only_if_they_show_the_same(facts: list[IdFacts], scheme: str) -> None:
    shown: dict[str, tuple[str | None, int]] = {}
    for ident, fact in zip(output_ids(facts, scheme), facts, strict=True):
        shows = (fact.channel, fact.shift_minutes if fact.channel else 0)
        assert shown.setdefault(ident.casefold(), shows) == shows
        assert ident and ident.isprintable() and '"' not in ident


def row(start: str, end: str) -> tuple[str, ...]:
    return (f"2026-11-22T{start}:00Z", f"2026-11-22T{end}:00Z", "Known")


@pytest.mark.parametrize(
    ("known", "blocks"),
    [
        ([], ["10:00-11:00", "11:00-12:00", "12:00-12:30"]),
        ([row("10:20", "11:40")], ["10:00-10:20", "11:40-12:00", "12:00-12:30"]),
        ([row("09:00", "10:30")], ["10:30-11:00", "11:00-12:00", "12:00-12:30"]),
        ([row("10:00", "11:57"), row("12:00", "13:00")], []),
        ([row("10:00", "11:03")], ["11:03-12:00", "12:00-12:30"]),
        ([row("10:00", "11:58")], ["11:58-12:30"]),
        ([row("08:00", "09:00"), row("13:00", "14:00")], ["10:00-11:00", "11:00-12:00", "12:00-12:30"]),
    ],
)  # fmt: skip
def test_filler(known: list[tuple[str, ...]], blocks: list[str]) -> None:
    rows = list(filled(known, "One", "2026-11-22T10:00:00Z", "2026-11-22T12:30:00Z", 60))
    assert [found for found in rows if found[2] == "Known"] == known
    assert [f"{found[0][11:16]}-{found[1][11:16]}" for found in rows if found[2] == "One"] == blocks
    assert rows == sorted(rows, key=lambda found: found[0])


def test_a_playlist_cannot_be_broken_by_its_texts() -> None:
    entry = OutputEntry(
        1,
        'a"b',
        1,
        "1",
        'One "HD"\r\n#EXTM3U, two',
        "News;Sport",
        None,
        "radio",
        0,
        1,
        "one.uk",
        "One",
        guide_number="1",
    )
    lineup = LineupOutput(1, "home", "Home", 0, 1, (entry, entry._replace(id=2, guide_number="1.1")))
    streams = {1: Stream("http://127.0.0.1/a\nb", ('#EXTINF: catchup="append"', "#EXTVLCOPT:x=1"))}
    assert m3u(lineup, streams, "http://127.0.0.1/l/home.xml.gz").splitlines() == [
        '#EXTM3U url-tvg="http://127.0.0.1/l/home.xml.gz" x-tvg-url="http://127.0.0.1/l/home.xml.gz"',
        """#EXTINF:-1 tvg-id="a'b" tvg-chno="1" tvg-name="One 'HD' #EXTM3U, two" group-title="News;Sport" """
        'radio="true" catchup="append",'
        "One 'HD' #EXTM3U, two",
        "#EXTVLCOPT:x=1",
        "http://127.0.0.1/a b",
    ]
    assert [found["GuideNumber"] for found in tuner_list(lineup)] == ["1", "1.1"]
    assert len(tuner_list(lineup, streams)) == 1
