"""A changed content keeps its row where nothing else shows the old values, and the search index and the change log follow."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.helpers.guide_rows import check_contents
from tests.helpers.support import HOUR, NOON, Guide, feed, show

#: contents that never change, so that those that do are fewer than half
STILL = 12


def shows(titles: list[str]) -> bytes:
    """One programme an hour with these titles on channel `a`, and a dozen others on `still`."""
    some = [show("a", NOON + n * HOUR, NOON + (n + 1) * HOUR, title) for n, title in enumerate(titles)]
    still = [show("still", NOON + n * HOUR, NOON + (n + 1) * HOUR, f"Still {n}") for n in range(STILL)]
    return feed(some + still, [("a", "A"), ("still", "Still")])


def contents(guide: Guide) -> dict[str, int]:
    """The id of each content by its title, without those that never change."""
    return dict(guide.db.execute("SELECT title, id FROM contents WHERE title NOT LIKE 'Still%'").fetchall())


def found(guide: Guide, word: str) -> list[str]:
    rows = guide.db.execute(
        "SELECT c.title FROM contents_fts f JOIN contents c ON c.id = f.rowid WHERE contents_fts MATCH ?",
        [word],
    )
    return [title for (title,) in rows]


def test_the_row_stays_and_the_search_follows(guide: Guide) -> None:
    guide.load("p", shows(["Apple", "Pear"]))
    before = contents(guide)
    row = guide.load("p", shows(["Apple", "Plum"]))
    assert row["programs_updated"] == 1
    assert contents(guide) == {"Apple": before["Apple"], "Plum": before["Pear"]}
    assert (found(guide, "plum"), found(guide, "pear")) == (["Plum"], [])
    [(old, new)] = guide.db.execute(
        "SELECT before, after FROM program_changes WHERE change = 'changed'"
    ).fetchall()
    assert (json.loads(old), json.loads(new)) == ({"title": "Pear"}, {"title": "Plum"})
    check_contents(guide.db.conn)


def test_what_another_programme_shows_stays(guide: Guide) -> None:
    guide.load("p", shows(["Apple", "Apple"]))
    before = contents(guide)
    guide.load("p", shows(["Apple", "Plum"]))
    assert contents(guide)["Apple"] == before["Apple"] != contents(guide)["Plum"]
    check_contents(guide.db.conn)


def test_what_a_new_programme_shows_stays(guide: Guide) -> None:
    guide.load("p", shows(["Apple", "Pear"]))
    before = contents(guide)
    guide.load("p", shows(["Apple", "Plum", "Pear"]))
    assert contents(guide)["Pear"] == before["Pear"] != contents(guide)["Plum"]
    check_contents(guide.db.conn)


def test_two_contents_that_become_one_leave_one_row(guide: Guide) -> None:
    guide.load("p", shows(["Apple", "Pear"]))
    before = contents(guide)
    guide.load("p", shows(["Plum", "Plum"]))
    assert list(contents(guide)) == ["Plum"] and contents(guide)["Plum"] in before.values()
    check_contents(guide.db.conn)


def test_a_guide_that_changes_as_a_whole_gets_new_rows(guide: Guide) -> None:
    guide.load("p", feed([show("a", NOON + n * HOUR, None, f"Old {n}") for n in range(9)]))
    guide.load("p", feed([show("a", NOON + n * HOUR, None, f"New {n}") for n in range(9)]))
    assert min(contents(guide).values()) > 9
    assert (len(found(guide, "new")), found(guide, "old")) == (9, [])
    check_contents(guide.db.conn)


def test_only_the_end_of_a_programme_changes(guide: Guide) -> None:
    guide.load("p", shows(["Apple"]))
    before = contents(guide)
    longer = shows([]).replace(b"</tv>", show("a", NOON, NOON + 2 * HOUR, "Apple").encode() + b"</tv>")
    assert guide.load("p", longer)["programs_updated"] == 1
    assert contents(guide) == before
    [(old,)] = guide.db.execute("SELECT before FROM program_changes WHERE change = 'changed'").fetchall()
    assert list(json.loads(old)) == ["end_time"]


titles = st.lists(st.sampled_from(["Apple", "Pear", "Plum", "Fig", "Quince"]), min_size=1, max_size=6)


@pytest.mark.slow
@given(st.lists(titles, min_size=2, max_size=4))
@settings(max_examples=40, deadline=None)
def test_contents_are_those_of_a_new_guide(
    tmp_path_factory: pytest.TempPathFactory, versions: list[list[str]]
) -> None:
    guide = Guide(tmp_path_factory.mktemp("guide"))
    try:
        for number, version in enumerate(versions):
            guide.load("p", shows(version), now=NOON + number, force=True)
            check_contents(guide.db.conn)
            assert set(version) <= contents(guide).keys()
    finally:
        guide.close()
