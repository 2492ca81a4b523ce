"""Elements of millions of tags: the memory for one is bounded, what it says first is kept, and it is reported."""

from __future__ import annotations

import tracemalloc

import pytest
from epg_ingest.parse import batch, jobs
from epg_ingest.parse.batch import MAX_MARKS, shortened

from tests.helpers.support import HOUR, NOON, Guide, feed, show
from tests.parse.feed_reader import read

pytestmark = pytest.mark.slow

UNITS = [
    "<z>",
    "<br>",
    "<br/>",
    "<b>x",
    "<z></z>",
    "<category>c</category>",
    "& x ",
    "&amp;",
    "</z>",
    "<a a=",
    "<!--x-->",
]


def body(title: str, inner: str) -> bytes:
    shows = [show("one", NOON, NOON + HOUR, title, inner), show("one", NOON + HOUR, NOON + 2 * HOUR, "Other")]
    return feed(shows, [("one", "One")])


@pytest.fixture
def fewer_marks(monkeypatch: pytest.MonkeyPatch) -> None:
    """A tenth of the bound, for texts of an eighth: what is measured takes ten times as long. `test_it_is_reported` has the
    bound itself."""
    for module in (batch, jobs):
        monkeypatch.setattr(module, "MAX_MARKS", MAX_MARKS // 10)


@pytest.mark.usefixtures("fewer_marks")
@pytest.mark.parametrize("unit", UNITS)
def test_the_memory_is_bounded(unit: str) -> None:
    text = body("News", "<desc>First</desc>" + unit * (150_000 // len(unit)))
    tracemalloc.start()
    found = read(text)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert [said[3] for said in found] == ["News", "Other"]
    assert found[0][4] == "First"
    assert peak < 5 << 20


@pytest.mark.usefixtures("fewer_marks")
@pytest.mark.parametrize("unit", ["a ", '"a" ', "a=1 ", 'a="1" '])
def test_so_it_is_for_one_tag(unit: str) -> None:
    text = body("News", "<foo " + unit * (150_000 // len(unit)) + "/>")
    tracemalloc.start()
    assert [said[3] for said in read(text)] == ["News", "Other"]
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 3 << 20


@pytest.mark.parametrize("unit", UNITS)
def test_it_is_reported(guide: Guide, unit: str) -> None:
    row = guide.load("p", body("News", unit * MAX_MARKS))
    assert [row["title"] for row in guide.rows()] == ["News", "Other"]
    assert guide.problems(row)["toolong"] >= 1
    (problem,) = guide.rows("SELECT message FROM import_problems WHERE subject = 'programme'")
    assert problem["message"] == "<programme> was cut after 50,000 tags, references and attributes"


def test_a_channel_too(guide: Guide) -> None:
    text = body("News", "").decode().replace("</channel>", "<url>u</url>" * 40_000 + "</channel>", 1)
    row = guide.load("p", text.encode())
    assert guide.rows("SELECT display_name FROM channels") == [{"display_name": "One"}]
    assert row["programs_imported"] == 2 and guide.problems(row)["toolong"] >= 1


@pytest.mark.parametrize(
    ("raw", "kept"),
    [
        (b"<p>" + b"<b>" * 2 * MAX_MARKS, b"<p>" + b"<b>" * (MAX_MARKS - 1)),
        (b"<p><t>" + b"& " * 2 * MAX_MARKS, b"<p><t>" + b"& " * (MAX_MARKS - 2)),
        (b"<p><t>" + b"x=" * 2 * MAX_MARKS, b"<p><t>" + b"x=" * (MAX_MARKS - 2) + b"x"),
        (b"<p>A<t " + b"a=1 " * 2 * MAX_MARKS, b"<p>A"),
        (b"<p " + b"a=1 " * 2 * MAX_MARKS, b"<p " + b"a=1 " * (MAX_MARKS - 1) + b"a"),
    ],
)
def test_no_tag_is_cut_in_two(raw: bytes, kept: bytes) -> None:
    assert shortened(raw) == kept


@pytest.mark.parametrize("raw", [b"<p>" + b"x" * 10**6, b"<p>" + b"<b>" * (MAX_MARKS - 1)])
def test_what_is_within_the_bound_stays(raw: bytes) -> None:
    assert shortened(raw) is raw
