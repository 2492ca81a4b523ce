"""The elements of the DTD that have no column: read, and written again the same. Whole feeds are in data/."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from epg_ingest.export import programme_element
from epg_ingest.parse.details import (
    ENUMERATED,
    READERS,
    length,
    length_seconds,
    people,
)
from epg_ingest.parse.element_text import own_text, text_of
from epg_ingest.parse.vocabulary import CREDITS
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from tests.helpers.support import DTD, require


def element(xml: str) -> Any:
    return etree.fromstring(xml)


def read(xml: str) -> Any:
    found = element(xml)
    return READERS[found.tag][0](found)


@pytest.mark.parametrize(
    ("xml", "expected"),
    [
        ("<date> 1990 </date>", "1990"),
        ("<date/>", None),
        ("<keyword lang='en'>prison</keyword>", {"text": "prison", "lang": "en"}),
        ("<keyword lang=''>prison</keyword>", {"text": "prison", "lang": ""}),
        ("<keyword x='y'>prison <b>drama</b></keyword>", {"text": "prison drama"}),
        ("<keyword> </keyword>", None),
        ("<language>de</language>", {"text": "de"}),
        ("<orig-language lang='en'>French</orig-language>", {"text": "French", "lang": "en"}),
        ("<country>FR</country>", {"text": "FR"}),
        ("<icon src='a' width='1' height='2' x='3'/>", {"src": "a", "width": "1", "height": "2"}),
        ("<icon width='1'/>", None),
        ("<url system='imdb'>u</url>", {"text": "u", "system": "imdb"}),
        ("<url/>", None),
        ("<episode-num>E1</episode-num>", {"text": "E1"}),
        ("<episode-num system=''>E1</episode-num>", {"text": "E1", "system": ""}),
        (
            "<video><quality>HDTV</quality><present>yes</present><x/></video>",
            {"present": "yes", "quality": "HDTV"},
        ),
        ("<video>HDTV</video>", {"quality": "HDTV"}),
        (
            "<audio><stereo>dolby</stereo><stereo>mono</stereo></audio>",
            {"stereo": "dolby", "more": {"stereo": ["mono"]}},
        ),
        ("<previously-shown/>", {}),
        ("<previously-shown start='2008' channel='c' x='y'/>", {"start": "2008", "channel": "c"}),
        ("<premiere/>", {}),
        ("<premiere lang='en'> First </premiere>", {"text": "First", "lang": "en"}),
        ("<last-chance>Last</last-chance>", {"text": "Last"}),
        ("<subtitles/>", {}),
        ("<subtitles type='spoken'><language>en</language></subtitles>", {"language": {"text": "en"}}),
        ("<subtitles type='deaf-signed'/>", {"type": "deaf-signed"}),
        ("<rating system='MPAA'><value>PG</value></rating>", {"value": "PG", "system": "MPAA"}),
        ("<rating>PG</rating>", {"value": "PG"}),
        ("<rating system='x'><icon src='i'/></rating>", None),
        (
            "<star-rating><value>8/10</value><icon src='i'/><icon/><icon src='j'/></star-rating>",
            {"value": "8/10", "icon": [{"src": "i"}, {"src": "j"}]},
        ),
        ("<review type='url'>u</review>", {"text": "u", "type": "url"}),
        ("<review>https://x</review>", {"text": "https://x", "type": "url"}),
        ("<review type='' reviewer='me'>Good</review>", {"text": "Good", "type": "text", "reviewer": "me"}),
        ("<review type='text'/>", None),
        ("<image>u</image>", {"text": "u"}),
        (
            "<image type='poster' size='1' orient='P' system='s'>u</image>",
            {"text": "u", "type": "poster", "size": "1", "orient": "P", "system": "s"},
        ),
        ("<image type='logo' size='4' orient='p'>u</image>", {"text": "u"}),
    ],
)
def test_read(xml: str, expected: Any) -> None:
    assert read(xml) == expected


@pytest.mark.parametrize(
    ("xml", "expected", "seconds"),
    [
        ("<length units='minutes'>85</length>", {"text": "85", "units": "minutes"}, 5100),
        ("<length units='seconds'> 90 </length>", {"text": "90", "units": "seconds"}, 90),
        ("<length units='hours'>1.5</length>", {"text": "1.5", "units": "hours"}, 5400),
        ("<length units='hours'>1,5</length>", {"text": "1,5", "units": "hours"}, 5400),
        ("<length>60</length>", {"text": "60", "units": "minutes"}, 3600),
        ("<length units='days'>3</length>", None, None),
        ("<length units='minutes'/>", None, None),
        ("<length units='minutes'>long</length>", {"text": "long", "units": "minutes"}, None),
        ("<length units='minutes'>0</length>", {"text": "0", "units": "minutes"}, None),
        ("<length units='minutes'>-5</length>", {"text": "-5", "units": "minutes"}, None),
        ("<length units='minutes'>nan</length>", {"text": "nan", "units": "minutes"}, None),
        ("<length units='minutes'>inf</length>", {"text": "inf", "units": "minutes"}, None),
        ("<length units='hours'>1e300</length>", {"text": "1e300", "units": "hours"}, None),
    ],
)
def test_length(xml: str, expected: dict[str, str] | None, seconds: int | None) -> None:
    found = length(element(xml))
    assert (found, length_seconds(found)) == (expected, seconds)


def test_people_are_in_the_order_of_the_dtd() -> None:
    kinds = [*reversed(CREDITS), "actor", "narrator"]
    found = people(
        element("<credits>" + "".join(f"<{kind}>{n}</{kind}>" for n, kind in enumerate(kinds)) + "</credits>")
    )
    assert [person["type"] for person in found] == ["director", "actor", *CREDITS[1:]]
    assert [person["name"] for person in found if person["type"] == "actor"] == ["8", "10"]


def test_a_persons_name_is_their_own_text() -> None:
    actor = element("<actor> Ryan <x>no</x>Lee<image>i</image> </actor>")
    assert own_text(actor) == "Ryan Lee"
    assert text_of(actor) == "Ryan no Lee i"


@pytest.mark.parametrize("kind", [kind for kind in CREDITS if kind != "actor"])
def test_role_and_guest_are_for_actors(kind: str) -> None:
    xml = f"<credits><{kind} role='r' guest='yes'>A</{kind}><actor role='r' guest='no'>B</actor></credits>"
    found = {person["type"]: person for person in people(element(xml))}
    assert found == {
        kind: {"type": kind, "name": "A"},
        "actor": {"type": "actor", "name": "B", "role": "r", "guest": "no"},
    }


TEXT = st.text(
    st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff"), min_size=1, max_size=12
).filter(lambda text: text.strip() == text)


def entries(text: str, value: str) -> dict[str, Any]:
    """Every kind of entry, with free texts in it."""
    return {
        "date": text,
        "keyword": [{"text": text, "lang": value}],
        "language": {"text": text, "lang": value},
        "orig-language": {"text": text},
        "length": {"text": text, "units": "hours"},
        "icon": [{"src": text, "width": value}],
        "url": [{"text": text, "system": value}],
        "country": [{"text": text}],
        "episode-num": [{"text": text, "system": value}],
        "video": {"present": text, "colour": value, "aspect": text, "quality": value},
        "audio": {"present": text, "stereo": value},
        "previously-shown": {"start": value, "channel": text},
        "premiere": {"text": text, "lang": value},
        "last-chance": {"text": text},
        "subtitles": [{"type": "onscreen", "language": {"text": text, "lang": value}}],
        "rating": [{"value": text, "system": value, "icon": [{"src": text}]}],
        "star-rating": [{"value": text}],
        "review": [{"text": text, "type": "text", "source": value, "reviewer": text, "lang": value}],
        "image": [{"text": text, "type": "still", "size": "3", "orient": "L", "system": value}],
        "credits": [{"type": "actor", "name": text, "role": value, "guest": "no", "image": [{"text": text}]}],
    }


def written(details: dict[str, Any], title: str = "T") -> Any:
    row = {
        "start_time": "2026-11-22T12:00:00Z", "end_time": "2026-11-22T13:00:00Z", "end_source": "feed", "title": title,
        "subtitle": None, "description": None, "category": "[]", "actors": "[]", "directors": "[]", "icon_url": None,
        "rating": None, "is_new": 0, "details": orjson.dumps(details).decode(), "season": None, "episode": None,
    }  # fmt: skip
    return element(programme_element.programme(row, "one"))


@given(TEXT, TEXT)
def test_what_is_written_is_read_again(text: str, value: str) -> None:
    details = entries(text, value)
    programme = written(details, text)
    found: dict[str, Any] = {}
    for child in programme:
        if child.tag == "credits":
            found["credits"] = people(child)
        elif child.tag in READERS:
            reader, many, _ = READERS[child.tag]
            found[child.tag] = [reader(child)] if many else reader(child)
    assert found == details
    assert text_of(programme.find("title")) == text


@given(TEXT, TEXT)
def test_what_is_written_is_valid(text: str, value: str) -> None:
    require(DTD.exists(), "the XMLTV DTD is not installed (Debian: xmltv-util)")
    programme = written(entries(text, value))
    document = element("<tv/>")
    document.append(programme)
    rules = etree.DTD(str(DTD))
    assert rules.validate(document), rules.error_log


def test_enumerations_are_those_of_the_dtd() -> None:
    require(DTD.exists(), "the XMLTV DTD is not installed (Debian: xmltv-util)")
    found = {
        (tag.name, attribute.name): tuple(attribute.itervalues())
        for tag in etree.DTD(str(DTD)).iterelements()  # type: ignore[attr-defined]  # lxml-stubs lack it
        for attribute in tag.iterattributes()
        if attribute.type == "enumeration"
    }
    ours = {(tag, name): ENUMERATED.get(name) or ENUMERATED.get((tag, name)) for tag, name in found}
    assert ours == found


def test_every_element_of_the_dtd_is_known() -> None:
    require(DTD.exists(), "the XMLTV DTD is not installed (Debian: xmltv-util)")
    rules = {tag.name: tag for tag in etree.DTD(str(DTD)).iterelements()}  # type: ignore[attr-defined]  # lxml-stubs lack it

    def names(content: Any) -> list[str]:
        return (
            []
            if content is None
            else names(content.left) + names(content.right) + ([content.name] if content.name else [])
        )

    order = names(rules["programme"].content)
    columns = ["title", "sub-title", "desc", "credits", "category", "new"]
    assert [tag for tag in order if tag not in columns] == list(READERS)
    assert names(rules["credits"].content) == list(CREDITS)
