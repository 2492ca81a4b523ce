"""The guide as XMLTV and CSV: what is chosen, that other programs take it, that it comes back the same."""

from __future__ import annotations

import csv
import io
import subprocess
from pathlib import Path
from typing import Any

import pytest
from epg_ingest.core.errors import NotFoundError
from epg_ingest.core.times import iso, xmltv
from epg_ingest.export.form import Form
from epg_ingest.export.rows import COLUMNS, write_csv
from epg_ingest.export.xmltv import write_xmltv
from epg_ingest.guide.mappings import map_channel
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from tests.helpers.paths import DATA
from tests.helpers.support import DTD, HOUR, NOON, Guide, feed, require, require_program, show

#: what a round trip needs
EXACT = {"form": Form(round_trip=True)}


def export(guide: Guide, **filters: Any) -> bytes:
    out = io.BytesIO()
    write_xmltv(guide.db, out, **filters)
    return out.getvalue()


def titles(body: bytes) -> list[str]:
    return [programme.findtext("title") for programme in etree.fromstring(body).iter("programme")]


def table(guide: Guide, **filters: Any) -> list[dict[str, str]]:
    out = io.StringIO(newline="")
    count = write_csv(guide.db, out, **filters)
    rows = list(csv.DictReader(io.StringIO(out.getvalue(), newline="")))
    assert count == len(rows)
    return rows


def validate(body: bytes) -> Any:
    require(DTD.exists(), "the XMLTV DTD is not installed (Debian: xmltv-util)")
    document, rules = etree.fromstring(body), etree.DTD(str(DTD))
    assert rules.validate(document), rules.error_log
    return document


@pytest.fixture
def two(guide: Guide) -> Guide:
    """Two providers on channel `one`: the better has a gap from 14 to 16 o'clock, which the other fills in part."""
    better = [show("one", NOON, NOON + HOUR, "A1"), show("one", NOON + HOUR, NOON + 2 * HOUR, "A2")]
    better += [
        show("one", NOON + 4 * HOUR, None, "A3"),
        show("two", NOON, NOON + HOUR, "T1", '<title lang="de">T1 de</title>'),
    ]
    other = [show("one", NOON + n * HOUR + 1800, NOON + (n + 1) * HOUR + 1800, f"B{n}") for n in range(5)]
    other.append(show("one", NOON + 5 * HOUR + 1800, None, "B5"))
    guide.load("a", feed(better, [("one", "One"), ("two", "Two")]), priority=1)
    guide.provider("b", priority=2)
    map_channel(guide.db, "b", "one", "one", now=NOON)
    guide.load("b", feed(other, [("one", "Eins")]))
    return guide


def test_what_is_shown_is_exported(two: Guide) -> None:
    assert titles(export(two)) == ["A1", "A2", "B2", "A3", "B5", "T1"]


def test_programmes_are_in_order_under_the_channels(two: Guide) -> None:
    document = validate(export(two))
    assert [child.tag for child in document] == ["channel"] * 2 + ["programme"] * 6
    assert [channel.get("id") for channel in document.iter("channel")] == ["one", "two"]
    times = [(programme.get("channel"), programme.get("start")) for programme in document.iter("programme")]
    assert times == sorted(times)


def test_channels(two: Guide) -> None:
    number = str(two.rows("SELECT id FROM channels WHERE name = 'two'")[0]["id"])
    for wanted in ("two", number):
        body = export(two, channels=[wanted])
        assert titles(body) == ["T1"]
        assert [channel.get("id") for channel in etree.fromstring(body).iter("channel")] == ["two"]
        assert [row["title"] for row in table(two, channels=[wanted])] == ["T1"]


@pytest.mark.parametrize(
    ("start", "stop", "expected"),
    [
        (None, None, ["A1", "A2", "B2", "A3", "B5", "T1"]),
        (0, None, ["A1", "A2", "B2", "A3", "B5", "T1"]),
        (1, 2, ["A2"]),  # half-open: A1 ends at the start, the next begins at the end
        (1, 3, ["A2", "B2"]),
        (0.5, 0.6, ["A1", "T1"]),  # in the middle of a programme
        (None, 1, ["A1", "T1"]),
        (5, None, ["B5"]),
        (100, 200, []),
    ],
)
def test_span(two: Guide, start: float | None, stop: float | None, expected: list[str]) -> None:
    span = {
        "start": None if start is None else int(NOON + start * HOUR),
        "stop": None if stop is None else int(NOON + stop * HOUR),
    }
    assert titles(export(two, **span)) == expected
    assert [row["title"] for row in table(two, **span)] == expected


def test_a_long_programme_is_found_from_its_end(guide: Guide) -> None:
    guide.load("p", feed([show("one", NOON - 100 * HOUR, NOON + HOUR, "Long")]))
    assert titles(export(guide, start=NOON, stop=NOON + 1)) == ["Long"]


def test_provider_gives_all_its_own(two: Guide) -> None:
    assert titles(export(two, provider="a")) == ["A1", "A2", "A3", "T1"]
    body = export(two, provider="b")
    assert titles(body) == [f"B{n}" for n in range(6)]
    names = [name.text for name in etree.fromstring(body).iter("display-name")]
    assert names == ["One", "Eins"]


def test_language(guide: Guide) -> None:
    inner = '<title lang="de-AT">Wetter</title><desc lang="en">Rain</desc><desc lang="de">Regen</desc><desc>?</desc>'
    inner += '<category lang="en">Weather</category><category lang="de_CH">Wetter</category>'
    guide.load("p", feed([show("one", NOON, NOON + HOUR, "Weather", inner)]))

    def texts(lang: str | None) -> list[list[str]]:
        programme = validate(export(guide, form=Form(lang))).find("programme")
        return [
            [found.text for found in programme.iterchildren(tag)] for tag in ("title", "desc", "category")
        ]

    assert texts(None) == [["Weather", "Wetter"], ["Rain", "Regen", "?"], ["Weather", "Wetter"]]
    assert texts("de") == [["Wetter"], ["Regen"], ["Wetter"]]
    assert texts("EN") == [["Weather", "Wetter"], ["Rain"], ["Weather"]]
    assert texts("fr") == texts(None)


@pytest.mark.parametrize("filters", [{"channels": ["three"]}, {"provider": "c"}])
def test_unknown_names(two: Guide, filters: dict[str, Any]) -> None:
    with pytest.raises(NotFoundError, match="there is no"):
        export(two, **filters)
    with pytest.raises(NotFoundError, match="there is no"):
        table(two, **filters)
    assert not two.db.conn.in_transaction


def test_hidden_channels_and_disabled_providers_are_left_out(two: Guide) -> None:
    two.db.execute("UPDATE channels SET hidden = 1 WHERE name = 'two'")
    two.db.execute("UPDATE providers SET enabled = 0 WHERE name = 'b'")
    assert titles(export(two)) == ["A1", "A2", "A3"]
    assert titles(export(two, provider="b")) == [f"B{n}" for n in range(6)]


def test_empty_guide(guide: Guide) -> None:
    assert validate(export(guide)).tag == "tv"
    assert table(guide) == []


def test_stops_that_are_not_the_providers_own_are_noted(two: Guide) -> None:
    assert b"<?epg" not in export(two)
    body = export(two, **EXACT)
    assert body.count(b"<?epg") == 2
    assert b'title="' not in body
    end = xmltv(NOON + 5 * HOUR).encode()
    assert b'stop="' + end + b'" channel="one">\n<?epg end-source="assumed"?>\n<title>A3</title>' in body


def test_a_guide_of_several_providers_comes_back_the_same(two: Guide, tmp_path: Path) -> None:
    (tmp_path / "copy").mkdir()
    copy = Guide(tmp_path / "copy")
    row = copy.load("all", export(two, **EXACT))
    assert row["status"] == "success"
    assert copy.shown() == two.shown()
    assert export(copy, **EXACT) == export(two, **EXACT)
    before = copy.rows()
    assert copy.load("all", export(copy, **EXACT), force=True)["programs_unchanged"] == len(before)
    assert copy.rows() == before
    copy.close()


def test_text_is_escaped(guide: Guide, tmp_path: Path) -> None:
    title = "<b> & \"quotes\" 'single' ]]> \u2028 \U0001f4fa \x85"
    name = "a<b>&\"c'"
    guide.load(
        "p", feed([show(name, NOON, NOON + HOUR, title, "<desc>line&#13;\n\tline</desc>")], [(name, title)])
    )
    document = validate(export(guide))
    programme = document.find("programme")
    assert (programme.findtext("title"), programme.findtext("desc")) == (
        title.replace("\x85", "…"),
        "line\r\n\tline",
    )
    assert programme.get("channel") == document.find("channel").get("id") == name
    (tmp_path / "copy").mkdir()
    copy = Guide(tmp_path / "copy")
    copy.load("p", export(guide, **EXACT))
    assert copy.shown() == guide.shown()
    copy.close()


def test_export_reads_one_snapshot(two: Guide) -> None:
    """An import that commits meanwhile changes nothing of an export that has begun."""
    expected = export(two)
    other = Guide(two.folder)

    class Slow(io.BytesIO):
        written = False

        def write(self, data: Any) -> int:
            if not self.written:
                self.written = True
                other.load("a", feed([show("one", NOON, NOON + HOUR, "Changed")]), force=True)
            return super().write(data)

    shows = [show("many", NOON + n * HOUR, None, f"M{n}", f"<desc>{'x' * 900}</desc>") for n in range(400)]
    two.load("c", feed(shows))
    out = Slow()
    write_xmltv(two.db, out)
    other.close()
    assert out.written
    assert titles(out.getvalue())[:6] == titles(expected)
    assert "Changed" in titles(export(two))


def test_csv(two: Guide) -> None:
    rows = table(two)
    assert list(rows[0]) == ["channel", "display_name", *COLUMNS]
    assert [row["title"] for row in rows] == ["A1", "A2", "B2", "A3", "B5", "T1"]
    assert (rows[0]["channel"], rows[0]["start_time"], rows[0]["category"]) == ("one", iso(NOON), "[]")


def test_csv_keeps_commas_quotes_and_lines_and_defuses_formulas(guide: Guide) -> None:
    texts = ['a, "b"\nc', "=1+1", "-2", "+3", "@x", "plain", "＝1"]
    shows = [show("one", NOON + n * HOUR, None, "T", f"<desc>{text}</desc>") for n, text in enumerate(texts)]
    guide.load("p", feed(shows))
    assert [row["description"] for row in table(guide)] == [
        'a, "b"\nc',
        "'=1+1",
        "'-2",
        "'+3",
        "'@x",
        "plain",
        "'＝1",
    ]


@pytest.fixture
def file(guide: Guide, tmp_path: Path) -> Path:
    """An export with everything in it. The ids have a dot, as tv_validate_file wants them."""
    for name in (
        "kitchen-sink",
        "clump",
        "stop-overlap",
        "stop-next",
        "stop-before-start",
        "credits",
        "language-none",
    ):
        body = (DATA / f"{name}.xml").read_bytes()
        ids = f'"{name}.example"'.encode()
        guide.load(name, body.replace(b'"one"', ids).replace(b'"two"', b'"two.example"'))
    path = tmp_path / "guide.xml"
    path.write_bytes(export(guide))
    return path


def test_tv_sort_takes_it(file: Path) -> None:
    ran = subprocess.run(
        [require_program("tv_sort"), "--by-channel", str(file)], capture_output=True, timeout=60, check=False
    )
    assert (ran.returncode, ran.stderr) == (0, b"")
    wanted = etree.parse(str(file)).getroot()
    got = etree.fromstring(ran.stdout, etree.XMLParser(load_dtd=False, no_network=True))
    assert len(got.findall("programme")) == len(wanted.findall("programme"))


def test_tv_validate_file_takes_it(file: Path) -> None:
    require(DTD.exists(), "the XMLTV DTD is not installed (Debian: xmltv-util)")
    program = require_program("tv_validate_file")
    ran = subprocess.run(
        [program, "--dtd-file", str(DTD), str(file)], capture_output=True, text=True, timeout=60, check=False
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr


TITLE = st.text(
    st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff"), min_size=1, max_size=8
)
SHOWS = st.lists(
    st.tuples(
        st.sampled_from(["one", "two"]),
        st.integers(0, 40),
        st.one_of(st.none(), st.integers(-2, 12)),
        TITLE.filter(str.strip),
        st.sampled_from(
            ["", "<length units='minutes'>30</length>", "<new/>", "<rating><value>12</value></rating>"]
        ),
        st.sampled_from(["", ' clumpidx="0/2"', ' clumpidx="1/2"', ' clumpidx="0/1"']),
    ),
    min_size=1,
    max_size=12,
)


@pytest.mark.slow
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(SHOWS, min_size=1, max_size=3))
def test_any_guide_comes_back_the_same(tmp_path_factory: pytest.TempPathFactory, feeds: list[Any]) -> None:
    first, second = Guide(tmp_path_factory.mktemp("first")), Guide(tmp_path_factory.mktemp("second"))
    for number, shows in enumerate(feeds):
        body = feed(
            show(
                channel,
                NOON + start * 1800,
                None if length is None else NOON + (start + length) * 1800,
                title,
                inner,
                more,
            )
            for channel, start, length, title, inner, more in shows
        )
        first.load(f"p{number}", body, priority=number)
        before = first.rows()
        first.load(f"p{number}", body, force=True)
        assert first.rows() == before
    if first.shown():
        assert second.load("all", export(first, **EXACT))["status"] == "success"
    assert second.shown() == first.shown()
    columns = "channel, start_time, end_time, title, rating, is_new, end_source, json(details)"
    sql = f"SELECT {columns} FROM guide ORDER BY channel, start_time"
    assert second.rows(sql) == first.rows(sql)
    before = second.rows()
    if before:
        second.load("all", export(first, **EXACT), force=True)
    assert second.rows() == before
    first.close()
    second.close()
