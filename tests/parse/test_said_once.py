"""What programmes say several times, in several lines or by words: it is read as what it means."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.helpers.support import HOUR, NOON, Guide, feed, show


def only(guide: Guide, inner: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """The row of a programme with these children, and its details."""
    guide.load("p", feed([show("one", NOON, NOON + HOUR, "T", inner)], [("one", "One")]))
    (found,) = guide.rows()
    return found, json.loads(found["details"])


ROLE = {"name": "A", "role": "r"}


@pytest.mark.parametrize(
    ("inner", "actors", "entries"),
    [
        ("<credits><actor role='r'>A</actor></credits><credits><actor>A</actor></credits>", ["A"], [ROLE]),
        ("<credits><actor>A</actor></credits><credits><actor role='r'>A</actor></credits>", ["A"], [ROLE]),
        ("<credits><actor>A</actor></credits><credits><actor>A</actor><actor>B</actor></credits>", ["A", "B"], []),
        (
            "<credits><actor role='r'>A</actor></credits><credits><actor guest='yes'>A</actor></credits>",
            ["A"],
            [{"name": "A", "role": "r", "guest": "yes"}],
        ),
        (
            "<credits><actor role='r'>A</actor></credits><credits><actor role='s'>A</actor></credits>",
            ["A", "A"],
            [{"name": "A", "role": "r"}, {"name": "A", "role": "s"}],
        ),
        (
            "<credits><actor>A<url>u</url></actor></credits><actor>A</actor>",
            ["A"],
            [{"name": "A", "url": [{"text": "u"}]}],
        ),
    ],
)  # fmt: skip
def test_a_person_of_several_credits(guide: Guide, inner: str, actors: list[str], entries: list[Any]) -> None:
    row, details = only(guide, inner)
    assert json.loads(row["actors"]) == actors
    assert details.get("credits", []) == [{"type": "actor", **entry} for entry in entries]


def test_one_person_may_have_other_work(guide: Guide) -> None:
    row, _ = only(
        guide,
        "<credits><director>A</director></credits><credits><actor>A</actor><director>A</director></credits>",
    )
    assert (json.loads(row["directors"]), json.loads(row["actors"])) == (["A"], ["A"])


YES = ["<new/>", "<New/>", "<new></new>", "<new>true</new>", "<new>1</new>", "<new>yes</new>", "<isnew/>", "<isNew/>",
       "<is_new>true</is_new>", "<is-new/>", "<new>Neu!</new>", "<new value='true'/>", "<new>false</new><new/>"]  # fmt: skip
NO = ["<new>false</new>", "<new>0</new>", "<new>no</new>", "<new> False </new>", "<new>NO</new>", "<new value='false'/>",
      "<isnew>0</isnew>", "<is_new>false</is_new>", "<new>off</new>", "<new><![CDATA[no]]></new>", ""]  # fmt: skip


@pytest.mark.parametrize(("inner", "is_new"), [*[(inner, 1) for inner in YES], *[(inner, 0) for inner in NO]])
def test_new(guide: Guide, inner: str, is_new: int) -> None:
    row, details = only(guide, inner)
    assert (row["is_new"], details) == (is_new, {})


@pytest.mark.parametrize("broken", ["", "<url>a & b</url>"])
def test_short_texts_have_one_line(guide: Guide, broken: str) -> None:
    inner = (
        "<date>2016\n</date><keyword lang='en'>a\n   b</keyword><language>\nEnglish\n(UK)</language><country>United\nKingdom"
        "</country><length units='minutes'>6\n0</length><episode-num system='onscreen'>S1\n  E2</episode-num>"
        "<video><quality>HD\nTV</quality></video><audio>Dolby\nDigital</audio>"
        "<subtitles><language>en\nGB</language></subtitles><rating><value>PG\n  13</value></rating>"
        "<star-rating>\n4 /\n5</star-rating><credits><actor><name>A</name><role>The\nBoss</role></actor></credits>"
        + broken
    )
    row, details = only(guide, inner)
    assert (row["episode_num"], row["rating"]) == ("S1 E2", "PG 13")
    assert details["date"] == "2016"
    assert details["keyword"] == [{"text": "a b", "lang": "en"}]
    assert details["language"] == {"text": "English (UK)"}
    assert details["country"] == [{"text": "United Kingdom"}]
    assert (details["video"], details["audio"]) == ({"quality": "HD TV"}, {"stereo": "Dolby Digital"})
    assert details["subtitles"] == [{"language": {"text": "en GB"}}]
    assert details["star-rating"] == [{"value": "4 / 5"}]
    assert details["credits"][0]["role"] == "The Boss"
    assert not [
        text for text in (row["details"], row["episode_num"], row["rating"]) if "\\n" in text or "\n" in text
    ]


def test_long_texts_keep_their_lines(guide: Guide) -> None:
    row, details = only(guide, "<desc>One.\nTwo.</desc><review type='text'>Good.\nVery good.</review>")
    assert row["description"] == "One.\nTwo."
    assert details["review"][0]["text"] == "Good.\nVery good."
