"""Elements that lost their start to another one are recognised unread next time, and that changes nothing else."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from epg_ingest.core.times import iso
from epg_ingest.guide.mappings import map_channel
from epg_ingest.merge import stored_elements
from epg_ingest.parse.reader import Reader
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.helpers.support import NOON, Guide, feed, show

HOUR = 3600
CHANNELS = [("one", "One")]


def at(hour: int, title: str, hours: int | None = 1, channel: str = "one", inner: str = "") -> str:
    start = NOON + hour * HOUR
    return show(channel, start, None if hours is None else start + hours * HOUR, title, inner)


def lost(guide: Guide) -> list[tuple[Any, ...]]:
    """The start and title of the winner of each element that lost."""
    return guide.db.execute(
        "SELECT p.start_time, p.title FROM duplicates d JOIN programs p ON p.id = d.program_id ORDER BY 1, d.content_hash"
    ).fetchall()


def titles(guide: Guide) -> list[str]:
    return [row["title"] for row in guide.rows()]


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many programmes each job that was parsed had."""
    sizes: list[int] = []
    original = Reader.read

    def counting(self: Reader, job: Any) -> Any:
        sizes.append(len(job.raws))
        return original(self, job)

    monkeypatch.setattr(Reader, "read", counting)
    return sizes


def test_what_lost_is_not_read_again(guide: Guide, read: list[int]) -> None:
    shows = [at(1, "First"), at(1, "Second"), at(2, "Next")]
    first = guide.load("p", feed(shows, CHANNELS))
    assert titles(guide) == ["Second", "Next"]
    assert lost(guide) == [(iso(NOON + HOUR), "Second")]
    read.clear()
    again = guide.load("p", feed(shows, CHANNELS) + b"<!-- other -->")
    assert sum(read) == 0
    assert guide.problems(first)["duplicate"] == guide.problems(again)["duplicate"] == 1
    assert (again["programs_unchanged"], again["programs_updated"]) == (2, 0)


@pytest.mark.parametrize(
    ("shows", "expected"),
    [
        ([at(1, "First"), at(2, "Next")], ["First", "Next"]),
        ([at(1, "Second"), at(1, "First"), at(2, "Next")], ["First", "Next"]),
        ([at(1, "First"), at(1, "Third"), at(2, "Next")], ["Third", "Next"]),
        ([at(1, "First"), at(1, "Second", None), at(2, "Next")], ["First", "Next"]),
        ([at(1, "Second"), at(2, "Next")], ["Second", "Next"]),
    ],
    ids=[
        "the winner is gone",
        "the other way round",
        "another winner",
        "a winner without a stop",
        "the loser is gone",
    ],
)
def test_what_lost_wins_when_it_should(guide: Guide, shows: list[str], expected: list[str]) -> None:
    guide.load("p", feed([at(1, "First"), at(1, "Second"), at(2, "Next")], CHANNELS))
    guide.load("p", feed(shows, CHANNELS))
    assert titles(guide) == expected


def test_a_duration_beats_none_again(guide: Guide, read: list[int]) -> None:
    """The one without a stop comes later and loses all the same: it is read again, as its place alone does not say so."""
    shows = [at(1, "Real"), at(1, "Open", None), at(2, "Next")]
    guide.load("p", feed(shows, CHANNELS))
    read.clear()
    again = guide.load("p", feed(shows, CHANNELS) + b" ")
    assert titles(guide) == ["Real", "Next"]
    assert sum(read) == 1 and guide.problems(again)["duplicate"] == 1


def test_of_another_channel_now(guide: Guide) -> None:
    """What lost under another id belongs to a channel of its own once that id is mapped there."""
    both = [("one", "One"), ("two", "Two"), ("own", "Own")]
    shows = [at(1, "First", channel="two"), at(1, "Second"), at(2, "Next"), at(9, "Elsewhere", channel="own")]
    guide.load("p", feed([at(2, "Next"), at(9, "Elsewhere", channel="own")], both))
    map_channel(guide.db, "p", "two", "one", now=NOON)
    guide.load("p", feed(shows, both))
    assert titles(guide) == ["Second", "Next", "Elsewhere"] and len(lost(guide)) == 1
    map_channel(guide.db, "p", "two", "own", now=NOON)
    guide.load("p", feed(shows, both) + b" ", force=True)
    assert sorted(titles(guide)) == ["Elsewhere", "First", "Next", "Second"]


def test_a_changed_programme_forgets_whom_it_beat(guide: Guide) -> None:
    guide.load("p", feed([at(1, "First"), at(1, "Second")], CHANNELS))
    guide.load("p", feed([at(1, "Third")], CHANNELS))
    assert (titles(guide), lost(guide)) == (["Third"], [])


def test_the_same_to_the_byte_needs_no_record(guide: Guide, read: list[int]) -> None:
    shows = [at(1, "First"), at(2, "Next"), at(1, "First"), at(1, "First")]
    first = guide.load("p", feed(shows, CHANNELS))
    read.clear()
    again = guide.load("p", feed(shows, CHANNELS) + b" ")
    assert (lost(guide), sum(read)) == ([], 0)
    assert guide.problems(first)["duplicate"] == guide.problems(again)["duplicate"] == 2


def test_with_the_programme_goes_the_record(guide: Guide) -> None:
    guide.load("p", feed([at(1, "First"), at(1, "Second"), at(2, "Next")], CHANNELS))
    guide.db.execute(
        "DELETE FROM airings WHERE content_id = (SELECT id FROM contents WHERE title = 'Second')"
    )
    assert lost(guide) == [] == guide.rows("SELECT * FROM duplicates")


def test_a_problem_of_what_was_left_out_has_its_line(guide: Guide) -> None:
    """An element with a problem does not wait until it is known whether it is left out again: it is read each time."""
    bad = at(1, "First", -3)
    guide.load("p", feed([bad, at(1, "Second"), at(2, "Next")], CHANNELS))
    row = guide.load("p", feed([bad, at(2, "Next")], CHANNELS))
    found = guide.rows("SELECT code, line FROM import_problems WHERE import_id = ?", row["id"])
    assert {"code": "badstop", "line": 4} in found
    assert titles(guide) == ["First", "Next"]


MORE = {
    "a description": "<desc>Words.</desc>",
    "a sub-title": "<sub-title>Part</sub-title>",
    "a category": "<category>Film</category>",
    "credits": "<credits><presenter>One</presenter></credits>",
    "an episode": '<episode-num system="xmltv_ns">1.2.</episode-num>',
    "a flag": "<new/>",
    "a rating": "<rating><value>16</value></rating>",
    "a picture": '<icon src="http://127.0.0.1/a.png"/>',
    "a year": "<date>1999</date>",
    "a length": '<length units="minutes">60</length>',
}
#: what does not say more than a title: its languages, attributes for recorders, elements that are empty or not in the DTD
NOTHING = {
    "nothing": "",
    "titles in other languages": '<title lang="fr">Autre</title>',
    "an empty description": "<desc/>",
    "an unknown element": "<x>words</x>",
}


@pytest.mark.parametrize("said", MORE)
@pytest.mark.parametrize("nothing", NOTHING)
def test_what_says_more_wins_in_any_order(guide: Guide, said: str, nothing: str) -> None:
    rich, bare = at(1, "Rich", inner=MORE[said]), at(1, "Bare", inner=NOTHING[nothing])
    guide.load("p", feed([rich, bare, at(2, "Next")], CHANNELS))
    before = guide.rows()
    assert titles(guide) == ["Rich", "Next"]
    for order in ([rich, bare], [bare, rich]):
        for remark in (b"<!-- 1 -->", b"<!-- 2 -->"):
            row = guide.load("p", feed([*order, at(2, "Next")], CHANNELS) + remark)
            # An element with something to report is read each time, so it need not be known.
            assert guide.rows() == before and len(lost(guide)) == (nothing != "an unknown element")
            assert (row["programs_unchanged"], guide.problems(row)["duplicate"]) == (2, 1)


def test_attributes_for_recorders_say_nothing(guide: Guide) -> None:
    bare = at(1, "Bare").replace(" channel=", ' vps-start="20261122130000 +0000" showview="12" channel=')
    guide.load("p", feed([at(1, "Rich", inner="<desc>Words.</desc>"), bare, at(2, "Next")], CHANNELS))
    assert titles(guide) == ["Rich", "Next"]


def test_a_stored_bare_one_gives_way_and_does_not_come_back(guide: Guide) -> None:
    rich, bare = at(1, "Rich", inner="<desc>Words.</desc>"), at(1, "Bare")
    guide.load("p", feed([bare, at(2, "Next")], CHANNELS))
    (before, _) = guide.rows()
    for order in ([rich, bare], [bare, rich], [rich], [rich, bare]):
        guide.load("p", feed([*order, at(2, "Next")], CHANNELS))
        assert titles(guide) == ["Rich", "Next"]
    assert guide.rows()[0]["id"] == before["id"]
    guide.load("p", feed([bare, at(2, "Next")], CHANNELS))
    assert titles(guide) == ["Bare", "Next"]


elements = st.lists(
    st.tuples(
        st.integers(1, 5),
        st.sampled_from("ABC"),
        st.sampled_from([1, 1, 2, None, 0, -1]),
        st.sampled_from(["", "", "0/2", "1/2"]),
        st.sampled_from(["", "<desc>Words.</desc>"]),
    ),
    min_size=1,
    max_size=10,
)


def document(drawn: Sequence[tuple[int, str, int | None, str, str]]) -> bytes:
    shows = [
        show(
            "one",
            NOON + hour * HOUR,
            None if hours is None else NOON + (hour + hours) * HOUR,
            title,
            inner,
            attributes=f' clumpidx="{clump}"' if clump else "",
        )
        for hour, title, hours, clump, inner in drawn
    ]
    return feed(shows, CHANNELS)


def contents(guide: Guide) -> list[dict[str, Any]]:
    """All rows but their ids: numbers of elements that are dropped stay unused."""
    return [{name: value for name, value in row.items() if name != "id"} for row in guide.rows()]


def duplicates(guide: Guide, row: dict[str, Any]) -> int:
    return guide.problems(row).get("duplicate", 0)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True)
@given(st.lists(elements, min_size=2, max_size=5), st.sampled_from([stored_elements.WAITING, 0, 200]))
def test_it_makes_no_difference(feeds: list[list[tuple[int, str, int | None, str, str]]], kept: int) -> None:
    """A guide that forgets who lost is the same after each of a row of feeds, and reports the same."""
    before = stored_elements.WAITING
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
        remembering, forgetting = Guide(Path(one)), Guide(Path(other))
        stored_elements.WAITING = kept
        try:
            for drawn in (*feeds, feeds[0]):
                forgetting.db.execute("DELETE FROM duplicates")
                rows = [guide.load("p", document(drawn), force=True) for guide in (remembering, forgetting)]
                assert contents(remembering) == contents(forgetting)
                assert duplicates(remembering, rows[0]) == duplicates(forgetting, rows[1])
                assert [row["programs_unchanged"] for row in rows] == [rows[0]["programs_unchanged"]] * 2
        finally:
            stored_elements.WAITING = before
            remembering.close()
            forgetting.close()
