"""References without their `;` and CDATA sections that are damaged, as HTML and people read them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.helpers.support import HOUR, NOON, Guide, feed, show
from tests.parse.feed_reader import read

REFERENCES = [
    ("&#x1F600", "\U0001f600"),
    ("&#X1f600 x", "\U0001f600 x"),
    ("Caf&eacute", "Café"),
    ("Caf&eacute au lait", "Café au lait"),
    ("Caf&Eacute, Caf&EACUTE", "CafÉ, Caf&EACUTE"),
    ("A&amp", "A&"),
    ("A&amp B", "A& B"),
    ("1 &lt 2 &gt 0", "1 < 2 > 0"),
    ("&quot-x-&quot", '"-x-"'),
    ("It&#8217s", "It’s"),
    ("It&#39s", "It's"),
    ("&#233t&#233;", "été"),
    ("&copy 2016 &reg", "© 2016 ®"),
    ("Don&#146t", "Don’t"),
    # these stay
    ("AT&T", "AT&T"),
    ("R&D &c.", "R&D &c."),
    ("&eacutex", "&eacutex"),
    ("?a=1&copy=2&lt=3&reg_x", "?a=1&copy=2&lt=3&reg_x"),
    ("&hellip", "&hellip"),
    ("&amplify", "&amplify"),
    ("&# 12 &#x", "&# 12 &#x"),
]


@pytest.mark.parametrize(("text", "expected"), REFERENCES)
def test_references_without_their_end(guide: Guide, text: str, expected: str) -> None:
    body = feed([show("one", NOON, NOON + HOUR, "Title @")], [("one", "Name @")]).decode()
    row = guide.load("p", body.replace("@", text).encode())
    (found,) = guide.rows()
    assert (found["title"], row["status"]) == (f"Title {expected}", "success")
    (channel,) = guide.rows("SELECT display_name FROM channels")
    assert channel["display_name"] == f"Name {expected}"
    assert guide.problems(row).get("badentity", 0) + guide.problems(row).get("badchar", 0) >= 1


@pytest.mark.parametrize(
    ("address", "expected"),
    [("/x?a=1&copy=2&b=3", "/x?a=1&copy=2&b=3"), ("/x?a=1&amp", "/x?a=1&"), ("/x?q=caf&eacute", "/x?q=café")],
)
def test_references_in_addresses(guide: Guide, address: str, expected: str) -> None:
    guide.load("p", feed([show("one", NOON, NOON + HOUR, "T", f'<icon src="{address}"/>')], [("one", "One")]))
    assert guide.rows()[0]["icon_url"] == expected


def one_more(inner: str) -> list[tuple[Any, ...]]:
    """Title and description of the programme with these children, and those of the one after it."""
    other = "<title><![CDATA[Other]]></title><desc><![CDATA[5 < 6]]></desc>"
    shows = [show("one", NOON, NOON + HOUR, "@"), show("one", NOON + HOUR, NOON + 2 * HOUR, "#")]
    body = feed(shows, [("one", "One")]).decode()
    body = body.replace("<title>@</title>", inner).replace("<title>#</title>", other)
    assert inner in body and other in body
    return [said[3:] for said in read(body.encode())]


@pytest.mark.parametrize(
    ("inner", "title", "text"),
    [
        ("<title><![cdata[Film]]></title>", "Film", None),
        ("<title><![CData[A <b> & B]]></title><desc>D</desc>", "A <b> & B", "D"),
        ("<title><![cdata[Film]]></title><desc><![CDATA[D]]></desc>", "Film", "D"),
        ("<title><![CDATA[Film</title>", "Film", None),
        ("<title><![CDATA[Film</title><desc>D</desc>", "Film", "D"),
        ("<title><![CDATA[Film & Co</title><desc><![CDATA[D & E]]></desc>", "Film & Co", "D & E"),
        ("<title><![CDATA[Film</title><desc><![CDATA[D</desc>", "Film", "D"),
        ("<title><![cdata[Film</title><desc><![cdata[D]]></desc>", "Film", "D"),
        ("<title>Film</title><desc><![CDATA[A ]] > B]]></desc>", "Film", "A ]] > B"),
        ("<title>Film</title><desc><![CDATA[A]]]]><![CDATA[>B]]></desc>", "Film", "A]]>B"),
    ],
)
def test_damaged_cdata_sections(inner: str, title: str, text: str | None) -> None:
    assert one_more(inner) == [(title, text), ("Other", "5 < 6")]
