"""Feeds that are broken, cut off or made to do harm: what is whole is read, nothing is invented, nothing runs away."""

from __future__ import annotations

import io
import time
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.helpers.feedserver import FeedServer
from tests.helpers.support import HOUR, NOON, Guide, feed, show
from tests.parse.feed_reader import read

pytestmark = pytest.mark.slow

WHOLE = [
    show("one", NOON, NOON + HOUR, "News at noon", "<sub-title>Part</sub-title><desc>All of it</desc>"),
    show("two", NOON, NOON + HOUR, "Café & more", "<desc><![CDATA[With </programme> in it]]></desc>"),
    "<!-- " + show("one", NOON, None, "Hidden").strip() + " -->\n",
    show("one", NOON + HOUR, None, "Last", "<credits><actor>A</actor></credits><new/>"),
]
HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE tv SYSTEM "xmltv.dtd" [<!ENTITY e "E">]>\n<tv>\n'
    '<channel id="one"><display-name>One</display-name></channel>\n'
)
BODY = (HEAD + "".join(WHOLE) + "</tv>\n").encode()


def test_the_small_feed_is_read() -> None:
    assert [row[3] for row in read(BODY)] == ["News at noon", "Café & more", "Last"]


@pytest.mark.parametrize("name", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "iso-8859-1"])
def test_cut_off_anywhere_nothing_is_invented(name: str) -> None:
    text = BODY.decode().replace("UTF-8", "ISO-8859-1") if name == "iso-8859-1" else BODY.decode()
    body = text.encode(name)
    whole = read(body)
    assert len(whole) == 3
    lengths = set()
    for end in range(len(body)):
        found = read(body[:end])
        assert found == whole[: len(found)]
        lengths.add(len(found))
    assert lengths == {0, 1, 2, 3}


def test_cut_off_without_closing_tags_at_all() -> None:
    """A feed that never closes a programme: half of the last one is not taken for a whole one."""
    body = (
        BODY.replace(b"</programme>\n", b"\n")
        .replace(b"<![CDATA[", b"")
        .replace(b" </programme> in it]]>", b" it")
    )
    whole = read(body)
    assert len(whole) == 3
    for end in range(len(body)):
        found = read(body[:end])
        assert found == whole[: len(found)]


def test_cut_off_imports_are_partial(guide: Guide) -> None:
    whole = {row[3] for row in read(BODY)}
    for end in range(0, len(BODY.rstrip()), 9):
        row = guide.load(f"p{end}", BODY[:end])
        found = {
            found["title"]
            for found in guide.rows("SELECT title FROM programs WHERE provider_id = ?", row["provider_id"])
        }
        assert found <= whole
        assert row["status"] == ("partial" if found else "failed")
        if found:
            assert "notwell" in guide.problems(row)


MANY = [
    show("one", NOON + n * HOUR, NOON + (n + 1) * HOUR, f"Show {n}", f"<desc>Text {n}</desc>")
    for n in range(12)
]
MANY_BODY = feed(MANY, [("one", "One")])
MARKS = r"""< > & " ' <!-- <![CDATA[ ]]> --> <? </ /> </title> <title> <desc> </tv> <tv> &#0; &x; = <programme </programme>
    <!DOCTYPE <b>"""
DAMAGE = st.sampled_from([*MARKS.encode().split(), b"\0", b"\xff", b"\x1b"])


@settings(max_examples=400, deadline=None)
@given(st.integers(3, 8), st.data())
def test_damage_stays_where_it_is(number: int, data: st.DataObject) -> None:
    """One broken place costs that programme, and at most the one after it."""
    begin = MANY_BODY.index(MANY[number].encode())
    end = begin + len(MANY[number]) - 1
    at = data.draw(st.integers(begin, end))
    until = data.draw(st.integers(at, min(end, at + 30)))
    broken = MANY_BODY[:at] + data.draw(DAMAGE) + MANY_BODY[until:]
    found = read(broken)
    whole = read(MANY_BODY)
    spared = whole[:number] + whole[number + 2 :]
    assert [row for row in found if row in spared] == spared
    assert len(found) <= len(whole) + 1


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.one_of(DAMAGE, st.binary(max_size=20), st.sampled_from([text.encode() for text in MANY])),
        max_size=12,
    )
)
@example([b"<programme", b"</programme>", b"\xef\xbb\xbf"])
def test_rubble_is_read_through(pieces: list[bytes]) -> None:
    read(b"<tv>" + b"".join(pieces) + b"</tv>")


def bomb(levels: int) -> bytes:
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">\n' for n in range(1, levels))
    inner = f'<?xml version="1.0"?>\n<!DOCTYPE tv [\n<!ENTITY e0 "lol">\n{entities}]>\n<tv>\n'
    return (
        inner.encode()
        + show("one", NOON, None, "Boom").replace("Boom", f"Boom &e{levels - 1};").encode()
        + b"</tv>"
    )


def test_entity_bomb(guide: Guide) -> None:
    begun = time.process_time()
    row = guide.load("p", bomb(30))
    assert time.process_time() - begun < 5
    assert row["status"] == "success"
    assert [found["title"] for found in guide.rows()] == ["Boom &e29;"]
    assert guide.problems(row)["badentity"] == 1


def test_one_entity_many_times_stays_bounded() -> None:
    head = f'<!DOCTYPE tv [<!ENTITY e "{"x" * 200}">]>\n<tv>'
    body = (
        head.encode()
        + show("one", NOON, None, "Big", "<desc>" + "&e;" * 300_000 + "</desc>").encode()
        + b"</tv>"
    )
    (found,) = read(body)
    assert len(found[4]) < 20 << 20


@pytest.mark.parametrize("declaration", ['SYSTEM "{0}"', 'PUBLIC "x" "{0}"'])
def test_external_entities_are_not_read(guide: Guide, tmp_path: Path, declaration: str) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("hunter2-hunter2")
    with FeedServer() as server:
        url = server.serve("/evil.dtd", b'<!ENTITY remote "from-the-net">')
        body = (
            f'<?xml version="1.0"?>\n<!DOCTYPE tv SYSTEM "{url}" [\n<!ENTITY file {declaration.format(secret.as_uri())}>\n'
            f"<!ENTITY net {declaration.format(url)}>\n<!ENTITY % all {declaration.format(url)}>\n%all;\n]>\n<tv>\n"
            + "".join(
                show("one", NOON + n * HOUR, None, f"A{n}").replace("A", f"&{name}; ")
                for n, name in enumerate(("file", "net", "remote"))
            )
            + "</tv>"
        )
        row = guide.load("p", body.encode())
        assert server.hits == []
    assert row["status"] == "success"
    assert [found["title"] for found in guide.rows()] == ["&file; 0", "&net; 1", "&remote; 2"]
    assert b"hunter2" not in guide.path.read_bytes()


def test_xinclude_and_stylesheets_are_not_followed(guide: Guide, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("hunter2-hunter2")
    include = (
        f'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="{secret.as_uri()}" parse="text"/>'
    )
    style = f'<?xml-stylesheet href="{secret.as_uri()}"?>\n'.encode()
    guide.load("p", style + feed([show("one", NOON, None, "News", f"<desc>{include}x</desc>")]))
    assert [(row["title"], row["description"]) for row in guide.rows()] == [("News", "x")]


def test_a_huge_attribute_costs_one_programme(guide: Guide) -> None:
    shows = [
        show("one", NOON, NOON + HOUR, "Before"),
        show("one", NOON + HOUR, None, "Huge"),
        show("one", NOON + 2 * HOUR, None, "After"),
    ]
    body = feed(shows, [("one", "One")]).replace(
        b"><title>Huge", b' x="' + b"y" * (20 << 20) + b'"><title>Huge'
    )
    row = guide.load("p", body)
    assert [found["title"] for found in guide.rows()] == ["Before", "After"]
    assert guide.problems(row) == {"notwell": 1}
    assert row["status"] == "success"


def test_deep_nesting_costs_no_programme() -> None:
    for depth in (100, 100_000):
        body = feed(
            [
                show("one", NOON, None, "Deep", "<desc>" + "<a>" * depth + "x" + "</a>" * depth + "</desc>"),
                *MANY[1:],
            ]
        )
        begun = time.process_time()
        assert [row[3] for row in read(body)] == ["Deep", *(f"Show {n}" for n in range(1, 12))]
        assert time.process_time() - begun < 5


SIZE = 150_000


@pytest.mark.parametrize(
    "inner",
    [
        "<" * SIZE,
        "&" * SIZE,
        "&#" * SIZE,
        "<a " * (SIZE // 3),
        "<a b=" * (SIZE // 5),
        "<a b='" * (SIZE // 6),
        '<a b="x" ' * (SIZE // 9),
        "<desc>" * (SIZE // 6),
        "</desc>" * (SIZE // 7),
        "<!--" * (SIZE // 4),
        "<!-- -->" * (SIZE // 8),
        "<![CDATA[" * (SIZE // 9),
        "<?" * (SIZE // 2),
        "]]>" * (SIZE // 3),
        "'\"" * (SIZE // 2),
        "<programme " * (SIZE // 11),
        "<programme>" * (SIZE // 11),
        "<programme><title>x" * (SIZE // 19),
        "<channel>" * (SIZE // 9),
        "<channel id='x'" * (SIZE // 15),
        "</programme" * (SIZE // 11),
        "<tv>" * (SIZE // 4),
        "</tv>" * (SIZE // 5),
        "<!DOCTYPE" * (SIZE // 9),
        "<!DOCTYPE tv [" * (SIZE // 14),
        "<!DOCTYPE tv [" + "] " * (SIZE // 2),
        "<!DOCTYPE tv [" + '<!ENTITY a "' * (SIZE // 12) + "]>",
        "<!DOCTYPE tv [" + '<!ENTITY a "&#1;' * (SIZE // 16) + "]>",
        "\0" * SIZE,
        "\xa0" * SIZE,
        " " * SIZE,
        "\n" * SIZE,
    ],
    ids=lambda inner: inner[:16].strip() or f"U+{ord(inner[0]):04X}",
)
@pytest.mark.parametrize("place", ["title", "attribute", "between"])
def test_nothing_takes_more_than_linear_time(inner: str, place: str) -> None:
    """Each is 150 kB in one place; a quadratic search would take a minute."""
    broken = show("one", NOON, None, "@")
    if place == "title":
        broken = broken.replace("@", inner)
    elif place == "attribute":
        broken = broken.replace("channel=", "x='" + inner + "' channel=")
    else:
        broken = inner + broken
    body = feed([MANY[0], broken, *MANY[2:]])
    begun = time.process_time()
    found = [row[3] for row in read(body)]
    assert time.process_time() - begun < 2.5
    assert found[0] == "Show 0"
    assert found[-9:] == [f"Show {n}" for n in range(3, 12)]


def test_twenty_thousand_channels_are_mapped_fast(guide: Guide) -> None:
    channels = [(f"c{n}.example", f"Channel number {n}") for n in range(20_000)]
    begun = time.process_time()
    row = guide.load("p", feed([show("c7.example", NOON, None, "News")], channels))
    assert time.process_time() - begun < 15
    assert (row["status"], row["channels_added"]) == ("success", 20_000)
    assert guide.shown()[0][0] == "c7.example"


def test_problems_are_capped_and_counted(guide: Guide) -> None:
    shows = [show(f"c{n}", NOON, NOON - HOUR, f"A & {n}").replace("&amp;", "&") for n in range(3000)]
    begun = time.process_time()
    row = guide.load("p", feed(shows))
    assert time.process_time() - begun < 10
    assert guide.problems(row) == {"badstop": 3000, "badentity": 3000, "unknownid": 3000}
    rows = guide.rows("SELECT * FROM import_problems WHERE import_id = ?", row["id"])
    assert len(rows) <= 70
    assert all(len(problem["message"]) < 300 for problem in rows)


def test_long_values_are_cut_and_problems_stay_short(guide: Guide) -> None:
    name = "n" * 50_000
    row = guide.load("p", feed([show(name, NOON, NOON - HOUR, "T" * 100_000)]))
    assert [len(found["title"]) for found in guide.rows()] == [1_000]
    assert row["status"] == "success"
    out = io.StringIO()
    for problem in guide.rows("SELECT * FROM import_problems"):
        out.write(f"{problem['code']} {problem['subject']}")
    assert "badstop" in out.getvalue()
