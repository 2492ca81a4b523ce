"""XMLTV for readers: numbers, icons and episodes where readers look for them, ids that they take, languages, the layout."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any

import pytest
from epg_ingest.export.episode_numbers import completed, missing_number, xmltv_ns
from epg_ingest.export.form import Form, name_of, safe_id
from epg_ingest.export.xmltv import write_xmltv
from epg_ingest.guide.channels import update_channel
from hypothesis import example, given
from hypothesis import strategies as st
from lxml import etree

from tests.helpers.paths import DATA
from tests.helpers.support import HOUR, NOON, Guide, feed, show

#: the pattern of XMLTV's own validator
RFC_2838 = re.compile(r"[-a-zA-Z0-9]+(\.[-a-zA-Z0-9]+)+")


def export(guide: Guide, form: Form = Form()) -> Any:  # noqa: B008 - a tuple cannot change
    out = io.BytesIO()
    write_xmltv(guide.db, out, form=form)
    return etree.fromstring(out.getvalue())


def one(guide: Guide, inner: str, form: Form = Form()) -> Any:  # noqa: B008
    guide.load("p", feed([show("one", NOON, NOON + HOUR, "T", inner)]))
    return export(guide, form).find("programme")


def numbers(programme: Any) -> list[tuple[str | None, str]]:
    return [(number.get("system"), number.text) for number in programme.iter("episode-num")]


@pytest.mark.parametrize(
    ("inner", "expected"),
    [
        ("<episode-num>S02E05</episode-num>", [(None, "S02E05"), ("xmltv_ns", "1.4.")]),
        (
            '<episode-num system="onscreen">E1217</episode-num>',
            [("onscreen", "E1217"), ("xmltv_ns", ".1216.")],
        ),
        (
            '<episode-num system="onscreen">S2023</episode-num>',
            [("onscreen", "S2023"), ("xmltv_ns", "2022..")],
        ),
        ('<episode-num system="onscreen">S0 E1</episode-num>', [("onscreen", "S0 E1")]),
        (
            '<episode-num system="onscreen">S1 E0/23</episode-num>',
            [("onscreen", "S1 E0/23"), ("xmltv_ns", "0..")],
        ),
        (
            '<episode-num system="SxxExx">S3E4</episode-num><episode-num system="dd_progid">EP1</episode-num>',
            [("SxxExx", "S3E4"), ("dd_progid", "EP1"), ("xmltv_ns", "2.3.")],
        ),
        ('<episode-num system="xmltv_ns">1 . 4/13 . 0/2</episode-num>', [("xmltv_ns", "1 . 4/13 . 0/2")]),
        ('<episode-num system="xmltv_ns">0.4</episode-num>', [("xmltv_ns", "0.4")]),
        (
            '<episode-num system="xmltv_ns">1/3 . . 0/2</episode-num><episode-num>S02E05</episode-num>',
            [("xmltv_ns", "1/3.4.0/2"), (None, "S02E05")],
        ),
        (
            '<episode-num system="xmltv_ns">0..</episode-num><episode-num system="xmltv_ns">0.3.</episode-num>',
            [("xmltv_ns", "0.."), ("xmltv_ns", "0.3.")],
        ),
        ('<episode-num system="dd_progid">EP01006886.0028</episode-num>', [("dd_progid", "EP01006886.0028")]),
        ("<episode-num>Season 1</episode-num>", [(None, "Season 1"), ("xmltv_ns", "0..")]),
        ("<episode-num>Special</episode-num>", [(None, "Special")]),
        ('<episode-num system="onscreen">S00E05</episode-num>', [("onscreen", "S00E05")]),
        ("<episode-num>S0 E12</episode-num>", [(None, "S0 E12")]),
        ("<episode-num>Season 0</episode-num>", [(None, "Season 0")]),
        (
            '<episode-num system="onscreen">S00E05</episode-num><episode-num system="xmltv_ns">.4.</episode-num>',
            [("onscreen", "S00E05"), ("xmltv_ns", ".4.")],
        ),
        ("", []),
    ],
)
def test_season_and_episode_are_there_as_xmltv_ns(
    guide: Guide, inner: str, expected: list[tuple[str | None, str]]
) -> None:
    assert numbers(one(guide, inner)) == expected


def test_a_round_trip_has_the_numbers_of_the_feed_only(guide: Guide) -> None:
    assert numbers(one(guide, "<episode-num>S02E05</episode-num>", Form(round_trip=True))) == [
        (None, "S02E05")
    ]


@given(st.none() | st.integers(0, 3000), st.none() | st.integers(0, 3000))
def test_what_is_missing_is_no_longer_missing_once_it_is_there(
    season: int | None, episode: int | None
) -> None:
    text = missing_number("{}", season, episode)
    assert text == xmltv_ns(season, episode)
    if text:
        assert re.fullmatch(r"\d*\.\d*\.", text)
        for details in (
            f'{{"episode-num":[{{"text":"{text}","system":"xmltv_ns"}}]}}',
            f'{{"episode-num": [{{"system": "xmltv_ns", "text": "{text}0/2"}}]}}',
        ):
            assert not missing_number(details, season, episode)


@pytest.mark.parametrize("text", ["nonsense", "a.b.c", "", "1", "-1.-1.-1"])
def test_a_number_that_cannot_be_read_is_replaced(text: str) -> None:
    assert completed([{"text": text, "system": "xmltv_ns"}], "1.4.") == [
        {"text": "1.4.", "system": "xmltv_ns"}
    ]


POSTER, STILL = '<image type="poster">http://p</image>', "<image>http://s</image>"


@pytest.mark.parametrize(
    ("inner", "icons"),
    [
        (POSTER, ["http://p"]),
        (STILL + POSTER, ["http://s"]),
        ('<image type="person">http://me</image>' + STILL, ["http://s"]),
        ('<image type="character">http://me</image>', ["http://me"]),
        ('<icon src="http://i"/>' + POSTER, ["http://i"]),
        ('<icon src="http://p"/>' + POSTER, ["http://p"]),
        ('<icon src="http://p" width="9"/>' + POSTER, ["http://p"]),
        ('<icon src="http://i" width="3"/><icon src="http://j"/>' + POSTER, ["http://i", "http://j"]),
        ("<credits><actor>A<image>http://a</image></actor></credits>", []),
        ("", []),
    ],
)
def test_a_programme_with_a_picture_has_an_icon(guide: Guide, inner: str, icons: list[str]) -> None:
    programme = one(guide, inner)
    assert [icon.get("src") for icon in programme.iter("icon")] == icons
    assert len(programme.findall("image")) == inner.count("<image") - inner.count("<actor>")
    columns = guide.rows("SELECT icon_url, details FROM programs")[0]
    assert columns["icon_url"] == (icons[0] if icons else None)
    again = export(guide, Form(round_trip=True)).find("programme")
    assert len(again.findall("icon")) == inner.count("<icon")


def test_a_guide_of_an_older_version_has_icons_too(guide: Guide) -> None:
    one(guide, POSTER)
    guide.db.execute("UPDATE contents SET icon_url = NULL")
    assert [icon.get("src") for icon in export(guide).iter("icon")] == ["http://p"]
    assert not list(export(guide, Form(round_trip=True)).iter("icon"))


def named(guide: Guide, names: list[str], number: str | None = None, **changes: Any) -> list[str]:
    inner = "".join(f"<display-name>{name}</display-name>" for name in names)
    body = feed([show("a", NOON, NOON + HOUR, "T")])
    guide.load("p", body.replace(b"<tv>", f'<tv><channel id="a">{inner}</channel>'.encode()))
    if number is not None or changes:
        update_channel(guide.db, "a", {"number": number, **changes})
    return [name.text for name in export(guide).iter("display-name")]


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["Arte"], ["Arte"]),
        (["Arte", "12"], ["Arte", "Arte", "12"]),
        (["12", "Arte"], ["Arte", "Arte", "12"]),
        (["Arte", "ARTE HD", "12"], ["Arte", "ARTE HD", "12"]),
        (["12", "Arte", "ARTE HD", "Artè"], ["Arte", "ARTE HD", "12", "Artè"]),
        (["KTVI", "7-1"], ["KTVI", "KTVI", "7.1"]),
        (["12", "Arte", "44", "ARTE HD"], ["Arte", "ARTE HD", "12"]),
        (["KTVI", "7-1", "2 KTVI"], ["KTVI", "2 KTVI", "7.1"]),
        (["13"], ["13", "13", "13"]),
    ],
)
def test_the_number_is_the_third_name(guide: Guide, names: list[str], expected: list[str]) -> None:
    assert named(guide, names) == expected


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ([("Arte", None), ("7", "fr")], [("Arte", None), ("Arte", None), ("7", None)]),
        ([("TF1", "fr")], [("TF1", "fr"), ("TF1", "fr"), ("7", "fr")]),
        ([("TF1", "fr"), ("7", None)], [("TF1", "fr"), ("TF1", "fr"), ("7", "fr")]),
        (
            [("TF1", "fr"), ("Un", "de"), ("Eins", None)],
            [("TF1", "fr"), ("Un", "de"), ("7", "fr"), ("Eins", None)],
        ),
        ([("Arte", None), ("Arte F", "fr")], [("Arte", None), ("Arte F", "fr"), ("7", None)]),
        ([("TF1", "fr"), ("9", "en"), ("8", None)], [("TF1", "fr"), ("TF1", "fr"), ("7", "fr")]),
    ],
)
def test_no_reader_takes_the_number_for_the_name(guide: Guide, names: Any, expected: Any) -> None:
    """Jellyfin takes the first name in its language, else the first without a language, else the first; and the last number."""
    body = feed([show("a", NOON, NOON + HOUR, "T")], [("a", "X")])
    written = "".join(
        f'<display-name lang="{lang}">{name}</display-name>'
        if lang
        else f"<display-name>{name}</display-name>"
        for name, lang in names
    )
    assert body.count(b"<display-name>X</display-name>") == 1
    body = body.replace(b"<display-name>X</display-name>", f"{written}<lcn>7</lcn>".encode())
    guide.load("p", body)
    found = [(name.text, name.get("lang")) for name in export(guide).iter("display-name")]
    assert found == expected
    for own in ("en", "fr", "de"):
        by_language = [name for name, lang in found if lang == own]
        bare = [name for name, lang in found if lang is None]
        assert [*by_language, *bare, found[0][0]][0] != "7"
    assert [name for name, _ in found if name.isdigit()] == ["7"]


def test_an_lcn_is_the_number_and_the_names_stay(guide: Guide) -> None:
    body = feed([show("a", NOON, NOON + HOUR, "T")], [("a", "13 KERA")])
    guide.load("p", body.replace(b"</channel>", b"<display-name>13</display-name><lcn>36</lcn></channel>"))
    assert [name.text for name in export(guide).iter("display-name")] == ["13 KERA", "13 KERA", "36"]


def test_a_number_set_by_hand_is_the_only_number(guide: Guide) -> None:
    assert named(guide, ["12", "Arte", "ARTE HD"], number="5") == ["Arte", "ARTE HD", "5"]


def test_all_names_of_all_feeds_are_there(guide: Guide) -> None:
    named(guide, ["Arte", "ARTE HD", "12"])
    body = feed([show("a", NOON, NOON + HOUR, "T")], [("a", "Arte")])
    more = b'<display-name lang="fr">Arte France</display-name><display-name>44</display-name></channel>'
    guide.load("q", body.replace(b"</channel>", more))
    found = export(guide).find("channel")
    assert [(name.text, name.get("lang")) for name in found.iter("display-name")] == [
        ("Arte", None),
        ("ARTE HD", None),
        ("12", None),
        ("Arte France", "fr"),
    ]


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("bbc1.uk", "bbc1.uk"),
        ("I10436.labs.zap2it.com", "I10436.labs.zap2it.com"),
        ("S-201", "S--201.epg"),
        ("BBC One HD.uk", "BBC-20-One-20-HD.uk.epg"),
        ("one", "one.epg"),
        ("one.epg", "one.epg.epg"),
        (".a..b.", "-2e-a-2e--2e-b-2e-.epg"),
        ("A&E.us", "A-26-E.us.epg"),
        ("Первый", "-41f--435--440--432--44b--439-.epg"),
        ("- -", "---20---.epg"),
    ],
)
def test_safe_ids(name: str, safe: str) -> None:
    assert safe_id(name) == safe
    assert name_of(safe) == name


@given(st.lists(st.text(min_size=1) | st.text("-. 2e0", min_size=1), unique=True))
@example(["a.epg", "a", "-2e-", "--", "-", "a-20-b", "a b", ". ", " ."])
def test_safe_ids_are_unique_and_can_be_reversed(names: list[str]) -> None:
    found = [safe_id(name) for name in names]
    assert len(set(found)) == len(names)
    assert all(RFC_2838.fullmatch(safe) for safe in found)
    assert [name_of(safe) for safe in found] == names


def test_channels_and_programmes_have_the_same_safe_ids(guide: Guide) -> None:
    guide.load("p", feed([show("BBC One", NOON, NOON + HOUR, "T")], [("BBC One", "BBC One")]))
    found = export(guide, Form(safe_ids=True))
    assert found.find("channel").get("id") == found.find("programme").get("channel") == "BBC-20-One.epg"


@pytest.mark.parametrize(
    ("lang", "titles"),
    [
        (None, ["N", "B", "E", "D"]),
        ("pt-BR", ["B"]),
        ("PT_br", ["B"]),
        ("pt", ["N", "B"]),
        ("en", ["E"]),
        ("en-GB", ["E"]),
        ("fr", ["N", "B", "E", "D"]),
    ],
)
def test_a_language_is_chosen(guide: Guide, lang: str | None, titles: list[str]) -> None:
    inner = (
        '<title lang="pt-PT">N</title><title lang="pt_BR">B</title><title lang="en">E</title><title>D</title>'
    )
    body = feed([show("one", NOON, NOON + HOUR, "T", inner)]).replace(b"<title>T</title>", b"")
    guide.load("p", body)
    assert [title.text for title in export(guide, Form(lang)).iter("title")] == titles


@pytest.mark.parametrize("form", [Form(), Form(round_trip=True), Form("de", safe_ids=True)])
def test_there_is_a_newline_after_each_child(guide: Guide, form: Form) -> None:
    for name in (
        "kitchen-sink",
        "clump",
        "credits",
        "channel-facts",
        "language-none",
        "ratings",
        "stop-overlap",
    ):
        guide.load(name, (DATA / f"{name}.xml").read_bytes())
    found = export(guide, form)
    children = [child for child in found.iterdescendants() if child.getparent() is not found]
    assert len(children) > 60
    for child in children:
        assert child.tail is not None and child.tail.startswith("\n"), etree.tostring(child)


def test_no_processing_instruction_unless_asked(guide: Guide) -> None:
    guide.load("p", feed([show("a", NOON, None, "T")], [("a", "A")]))
    update_channel(guide.db, "a", {"number": "5"})
    instruction = etree.ProcessingInstruction
    assert list(export(guide).iter(instruction)) == []
    assert len(list(export(guide, Form(round_trip=True)).iter(instruction))) == 2


@pytest.mark.parametrize(
    ("ident", "safe"), [("BBC One", "BBC-20-One.epg"), ("one.example", "one.example"), ("a&b", "a-26-b.epg")]
)
def test_a_reference_to_a_channel_has_its_safe_id(guide: Guide, ident: str, safe: str) -> None:
    """In every row, also where several of one kind share a template."""
    written = ident.replace("&", "&amp;")
    inner = f'<previously-shown start="20260101" channel="{written}"/>'
    shows = [show(ident, NOON + HOUR * place, NOON + HOUR * (place + 1), "T", inner) for place in range(4)]
    guide.load("p", feed(shows, [(ident, "One")]))
    for form, expected in ((Form(safe_ids=True), safe), (Form(), ident)):
        found = export(guide, form)
        assert found.find("channel").get("id") == expected
        assert [each.get("channel") for each in found.iter("previously-shown")] == [expected] * 4


FOREIGN = (
    "<live/>",
    '<series-desc lang="en">A &amp; B &gt; "c" ?&gt;</series-desc>',
    '<sport id="1&quot;&gt;">Tennis</sport><team>X</team><team>Y</team>',
    "<date>2001</date><date>2002</date>",
    '<length units="minutes">3</length><length units="minutes">4</length>',
    "<credits><actor>A</actor><stuntman>Q</stuntman></credits>",
    "<été>Chaud</été>",
)


@pytest.mark.parametrize("inner", [*FOREIGN, "".join(FOREIGN)])
def test_a_round_trip_keeps_what_the_dtd_does_not_have(guide: Guide, tmp_path: Path, inner: str) -> None:
    """In every row, also where several of one kind share a template, and in a document that is valid all the same."""
    varied = [
        inner.replace("Tennis", sport).replace("2002", sport)
        for sport in ("Golf", "Chess", "R&amp;B", "Golf")
    ]
    shows = [show("a", NOON + HOUR * n, NOON + HOUR * (n + 1), "T", one) for n, one in enumerate(varied)]
    guide.load("p", feed(shows, [("a", "One")]))
    rows = "SELECT title, details, actors FROM programs ORDER BY start_time"
    out = io.BytesIO()
    write_xmltv(guide.db, out, form=Form(round_trip=True))
    written = out.getvalue()
    assert written.count(b"<?epg-more ") == 4
    other = tmp_path / "other"
    other.mkdir()
    copy = Guide(other)
    copy.load("q", written)
    assert copy.rows(rows) == guide.rows(rows)
    assert not {"{}"} & {row["details"] for row in copy.rows(rows)}
    copy.close()
    assert b"<?" not in etree.tostring(export(guide))
