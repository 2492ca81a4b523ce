"""Markup that other readers refuse or misread, imported: each programme with what the feed says of it."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from epg_ingest.core.limits import Retention

from tests.helpers.support import HOUR, NOON, Guide, feed, show

PLACE = 'start="20261122120000 +0000" stop="20261122130000 +0000" channel="one"'


def document(
    programme: str,
    root: str = "<tv>",
    channel: str = '<channel id="one"><display-name>One</display-name></channel>',
) -> bytes:
    end = root.split()[0].replace("<", "</").rstrip(">") + ">"
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{root}\n{channel}\n{programme}\n{end}\n'.encode()


def only(guide: Guide, body: bytes) -> dict[str, Any]:
    """The one programme of a feed, with its lists and details as Python values."""
    row = guide.load("p", body)
    (found,) = guide.rows()
    assert (found["start_time"], found["end_time"]) == ("2026-11-22T12:00:00Z", "2026-11-22T13:00:00Z")
    lists = {name: json.loads(found[name]) for name in ("category", "actors", "directors", "details")}
    return {**found, **lists, "problems": guide.problems(row), "status": row["status"]}


NAMES = [
    ('<tv xmlns="http://example.org/xmltv">', "<programme @>{}</programme>"),
    ("<tv>", '<programme xmlns="http://example.org/xmltv" @>{}</programme>'),
    ("<tv>", '<programme @ xmlns="">{}</programme>'),
    ("<tv>", '<x:programme xmlns:x="urn:x" @>{}</x:programme>'),
    ('<x:tv xmlns:x="urn:x">', "<x:programme @>{x}</x:programme>"),
    ('<x:tv xmlns:x="urn:x">', "<x:programme x:@>{x}</x:programme>"),
    ('<tv xmlns:xsi="urn:x">', '<programme @ xsi:type="channel">{x}</programme>'),
    ("<tv>", "<programme @>{x}</programme>"),
    ("<tv>", "<xmltv.v1:programme @>{x}</xmltv.v1:programme>"),
    ("<TV>", "<Programme @>{A}</Programme>"),
    ("<tv>", "<PROGRAMME @>{A}</PROGRAMME>"),
    ("<tv>", "<programme @>{A}</programme>"),
]  # fmt: skip


@pytest.mark.parametrize(("root", "programme"), NAMES)
@pytest.mark.parametrize("broken", ["", " & "])
def test_names_count_whatever_their_namespace_and_case(
    guide: Guide, root: str, programme: str, broken: str
) -> None:
    inner = (
        f"<title>News{broken}</title><sub-title>S</sub-title><desc>D</desc><credits><actor>A</actor></credits>"
        "<category>C</category><new/><star-rating><value>3/5</value></star-rating>"
    )
    if "{x}" in programme:
        inner = re.sub("(</?)(?=[a-z])", r"\1x:", inner)
    elif "{A}" in programme:
        inner = re.sub(
            "(?<=<)/?[a-z-]+", lambda tag: tag[0].title() if "title" in tag[0] else tag[0].upper(), inner
        )
    made = re.sub(r"\{\w?\}", lambda _: inner, programme)
    prefixed = re.sub(r"(?<= )(?=start|stop|channel)", "x:", PLACE) if "x:@" in made else PLACE
    found = only(guide, document(made.replace("x:@", "@").replace("@", prefixed), root))
    assert found["title"] == "News &" if broken else "News"
    assert (found["subtitle"], found["description"], found["actors"]) == ("S", "D", ["A"])
    assert (found["category"], found["is_new"]) == (["C"], 1)
    assert found["details"] == {"star-rating": [{"value": "3/5"}]}
    assert found["problems"].keys() <= {"badentity", "badmarkup", "badattribute"}
    assert bool(found["problems"]) == bool(broken)


@pytest.mark.parametrize(
    "channel",
    [
        '<channel xmlns="urn:x" id="one"><display-name>Uno</display-name><icon src="http://h/i"/></channel>',
        '<x:channel id="one"><x:display-name>Uno</x:display-name><x:icon src="http://h/i"/></x:channel>',
        '<Channel id="one"><Display-Name>Uno</Display-Name><ICON src="http://h/i"/></Channel>',
        '<channel ID="one"><displayName>Uno</displayName><icon>http://h/i</icon></channel>',
        '<channel id="one"lang="de"><display-name>Uno</display-name><icon src=" http://h/i "/></channel>',
        '<channel id="one lang="de"><display-name>Uno<icon src=http://h/i></channel>',
        '<channel id="one"><display-name>Uno</display-name>\n<icon src="http://h/i"/>\n',
    ],
)
def test_channels(guide: Guide, channel: str) -> None:
    guide.load("p", document(f"<programme {PLACE}><title>T</title></programme>", channel=channel))
    found = [
        (row["name"], row["display_name"], row["icon_url"]) for row in guide.rows("SELECT * FROM channels")
    ]
    assert found == [("one", "Uno", "http://h/i")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("First line.<br/>Second line.", "First line. Second line."),
        ("First line.<br />\n  Second line.", "First line. Second line."),
        ("First line.<BR/>Second line.", "First line. Second line."),
        ("First line.<br>Second line.", "First line. Second line."),
        ("First line.<br></br>Second line.", "First line. Second line."),
        ("<p>First line.</p><p>Second line.</p>", "First line. Second line."),
        ("<p>First line.</p>\n\n<p>Second <i>line</i>.</p>", "First line. Second line."),
        ("<div><p>First</p></div>line.<ul><li>Second</li><li>line.</li></ul>", "First line. Second line."),
        ("First <b>li</b>ne. Sec<i>on</i>d line.", "First line. Second line."),
        ("<b>First</b> <i>line.</i> <span><b>Sec</b>ond</span> line.", "First line. Second line."),
        ("First<x-note>line.</x-note>Second line.", "First line. Second line."),
        ("First line.<!-- no -->\nSecond line.", "First line.\nSecond line."),
    ],
)
@pytest.mark.parametrize("tag", ["desc", "title", "category"])
def test_elements_within_a_text(guide: Guide, tag: str, text: str, expected: str) -> None:
    inner = f"<{tag}>{text}</{tag}>" + ("" if tag == "title" else "<title>T</title>")
    found = only(guide, document(f"<programme {PLACE}>{inner}</programme>"))
    value = found["description"] or (found["category"] or [found["title"]])[0]
    assert " ".join(value.split()) == " ".join(expected.split())
    assert "line.Second" not in value and "Firstline" not in value


DIALECTS = [
    # the elements, columns and details, subjects that are reported
    ("<credits><actor>A</actor></credits><credits><director>D</director><actor>B</actor></credits>",
     {"actors": ["A", "B"], "directors": ["D"], "details": {}}, []),
    ("<credits><actor role='r'>A</actor></credits><credits><actor role='r'>A</actor><writer>W</writer></credits>",
     {"details": {"credits": [{"type": "actor", "name": "A", "role": "r"}, {"type": "writer", "name": "W"}]}}, []),
    ("<actor>A</actor><director>D</director><actor>B</actor>", {"actors": ["A", "B"], "directors": ["D"], "details": {}}, []),
    ("<credits><actor><value>A</value></actor><actor><name>B</name><role>r</role></actor><actor name='C'/></credits>",
     {"actors": ["A", "B", "C"]}, []),
    ("<credits><actor>A<character>r</character></actor></credits>",
     {"details": {"credits": [{"type": "actor", "name": "A", "role": "r"}]}}, []),
    ("<credits><Actor>A</Actor><host>H</host><creator>K</creator></credits>",
     {"actors": ["A"], "details": {"credits": [{"type": "actor", "name": "A"}, {"type": "presenter", "name": "H"}],
                                   "creator": [{"text": "K"}]}}, ["creator"]),
    ("<video><aspect>16:9</aspect></video><video><present>yes</present></video>",
     {"details": {"video": {"present": "yes", "aspect": "16:9"}}}, []),
    ("<audio><stereo>stereo</stereo></audio><audio><stereo>dolby</stereo></audio>",
     {"details": {"audio": {"stereo": "stereo"}, "more": {"audio": [{"stereo": "dolby"}]}}}, ["audio"]),
    ("<audio><stereo>stereo</stereo></audio><audio><stereo>stereo</stereo></audio>",
     {"details": {"audio": {"stereo": "stereo"}}}, []),
    ("<video>HDTV</video><audio>stereo</audio><subtitles>English</subtitles>",
     {"details": {"video": {"quality": "HDTV"}, "audio": {"stereo": "stereo"},
                  "subtitles": [{"language": {"text": "English"}}]}}, []),
    ("<episode-num system='onscreen'>S1 E2</episode-num><episode-num system='x'>9</episode-num>",
     {"details": {"episode-num": [{"text": "S1 E2", "system": "onscreen"}, {"text": "9", "system": "x"}]}}, []),
    ("<icon>http://h/i.png</icon>", {"icon_url": "http://h/i.png", "details": {}}, []),
    ("<icon src=' http://h/i.png\n'/>", {"icon_url": "http://h/i.png", "details": {}}, []),
    ("<icon src=\"\t http://h/i.png \" width='3'/>",
     {"icon_url": "http://h/i.png", "details": {"icon": [{"src": "http://h/i.png", "width": "3"}]}}, []),
    ("<icon url='http://h/i.png'/>", {"icon_url": "http://h/i.png"}, []),
    ("<image src='http://h/i.png'/><url href='http://h/'/>",
     {"details": {"url": [{"text": "http://h/"}], "image": [{"text": "http://h/i.png"}]}}, []),
    ("<New/>", {"is_new": 1, "details": {}}, []),
    ("<NEW></NEW>", {"is_new": 1, "details": {}}, []),
    ("<live/>", {"details": {"live": [{}]}}, ["live"]),
    ("<live>yes</live><team>A</team><team lang='en'>B</team>",
     {"details": {"live": [{"text": "yes"}], "team": [{"text": "A"}, {"text": "B", "lang": "en"}]}}, ["live", "team"]),
    ("<Category>C</Category><CATEGORY lang='en'>E</CATEGORY>", {"category": ["C", "E"]}, []),
    ("<subTitle>S</subTitle><Episode-Num system='onscreen'>S1 E2</Episode-Num>",
     {"subtitle": "S", "season": 1, "episode": 2}, []),
    ("<sub_title>S</sub_title><description>D</description><genre>G</genre>",
     {"subtitle": "S", "description": "D", "category": ["G"], "details": {}}, []),
    ("<desc xml:lang='de'>D</desc>", {"description": "D"}, []),
    ("<stop>x</stop><clump>y</clump><more>z</more>", {"details": {}}, ["clump", "more", "stop"]),
    ("words <date>2016</date> and more", {"details": {"date": "2016"}}, [None]),
    ("<desc>D<category>C</category></desc>", {"description": "D", "category": ["C"]}, [None]),
]  # fmt: skip


@pytest.mark.parametrize(("inner", "expected", "reported"), DIALECTS)
def test_what_other_dialects_say_is_kept_or_read(
    guide: Guide, inner: str, expected: dict[str, Any], reported: list[str | None]
) -> None:
    found = only(guide, document(f"<programme {PLACE}><title>T</title>{inner}</programme>"))
    assert {name: found[name] for name in expected} == expected
    assert found["title"] == "T"
    rows = guide.rows(
        "SELECT code, subject FROM import_problems WHERE code IN ('notvalid', 'badmarkup') ORDER BY subject"
    )
    assert [row["subject"] for row in rows] == reported
    assert found["status"] == "success"


def test_a_title_swallows_nothing(guide: Guide) -> None:
    """Well-formed, but with the end tag of the title in the wrong place."""
    inner = "<title>T<sub-title>S</sub-title><desc>D</desc></title><category>C</category>"
    found = only(guide, document(f"<programme {PLACE}>{inner}</programme>"))
    assert [found[name] for name in ("title", "subtitle", "description", "category")] == [
        "T",
        "S",
        "D",
        ["C"],
    ]
    assert found["problems"] == {"badmarkup": 1}


def test_a_channel_declared_twice_has_what_both_say(guide: Guide) -> None:
    channel = (
        '<channel id="one"><display-name>One</display-name><url>http://a/</url></channel>\n'
        '<channel id="two"><display-name>Two</display-name></channel>\n'
        '<channel id="one"><display-name>One</display-name><display-name lang="de">Eins</display-name>'
        '<icon src="http://h/i"/><lcn>7</lcn></channel>'
    )
    row = guide.load("p", document(f"<programme {PLACE}><title>T</title></programme>", channel=channel))
    found = {said["provider_channel_id"]: said for said in guide.rows("SELECT * FROM feed_channels")}
    assert json.loads(found["one"]["names"]) == [{"text": "One"}, {"text": "Eins", "lang": "de"}]
    assert json.loads(found["one"]["icons"]) == [{"src": "http://h/i"}]
    assert json.loads(found["one"]["urls"]) == [{"text": "http://a/"}]
    assert found["one"]["number"] == "7"
    assert json.loads(found["two"]["names"]) == [{"text": "Two"}]
    assert guide.problems(row)["duplicateid"] == 1


@pytest.mark.parametrize(
    ("bad", "status"), [(0, "success"), (1, "success"), (2, "success"), (3, "partial"), (150, "partial")]
)
@pytest.mark.parametrize("kind", ["title", "start", "channel"])
def test_more_than_one_in_a_hundred_skipped_is_partial(
    guide: Guide, kind: str, bad: int, status: str
) -> None:
    whole = [show("one", NOON + n * HOUR, NOON + (n + 1) * HOUR, f"Show {n}") for n in range(200)]
    lost = {"title": ("<title>.*</title>", ""), "start": ('start="2', 'start="x'), "channel": ('"one"', '""')}
    shows = [re.sub(*lost[kind], one) if n < bad else one for n, one in enumerate(whole)]
    row = guide.load("p", feed(shows, [("one", "One")]))
    assert (row["status"], row["programs_skipped"]) == (status, bad)
    assert row["programs_imported"] == 200 - bad
    again = guide.load("p", feed(shows, [("one", "One")]) + b"\n", force=True)
    assert (again["status"], again["programs_skipped"], again["programs_imported"]) == (status, bad, 0)


def test_programmes_outside_the_window_are_not_lost(guide: Guide) -> None:
    """They are skipped because nobody wants them, so the import is a success."""
    shows = [
        show("one", NOON + n * HOUR * 24, NOON + n * HOUR * 24 + HOUR, f"Show {n}") for n in range(-60, 3)
    ]
    row = guide.load("p", feed(shows, [("one", "One")]), retention=Retention(7, 7, None))
    assert row["programs_skipped"] > 10
    assert row["status"] == "success"
