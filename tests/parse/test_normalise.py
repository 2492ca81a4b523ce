"""A programme element to the row that is stored, and the same rows from one process or several."""

from __future__ import annotations

import sqlite3
from typing import Any
from xml.sax.saxutils import quoteattr
from zoneinfo import ZoneInfo

import orjson
import pytest
from epg_ingest.parse.batch import END
from epg_ingest.parse.jobs import BatchReport, Job, Result
from epg_ingest.parse.normalise import Rules
from epg_ingest.parse.pool import SMALL_FEED, ParserPool
from epg_ingest.parse.reader import Reader
from epg_ingest.stage.columns import CONTENT, MARK, MISSING, STAGED
from epg_ingest.stage.tables import Stage
from hypothesis import given
from hypothesis import strategies as st

from tests.helpers.support import HOUR, NOON, Guide, feed, show

START = 'start="20261122120000 +0000" '


def job(*raws: str, first: int = 0) -> Job:
    elements = [raw.encode().removesuffix(END) for raw in raws]
    numbers = list(range(1, len(elements) + 1))
    return Job(first, numbers, elements, [100 + first + n for n in numbers])


def read(*raws: str, **rules: Any) -> Result:
    return Reader(Rules(**rules)).read(job(*raws))


def rows(result: Result) -> list[dict[str, Any]]:
    """Staged rows with their marks and contents, in the order of the feed; None for what is missing."""
    contents = {
        content[0]: dict(zip(CONTENT, map(none, content, MISSING), strict=True))
        for content in result.contents
    }
    marks = {mark[0]: dict(zip(MARK, mark, strict=True)) for mark in result.marks}
    assert result.rows == sorted(result.rows)
    found = []
    for values in result.rows:
        row = dict(zip(STAGED, values, strict=True))
        unmarked = {"own_stop": row["stop"], "noted_source": None, "length": None, "clump": None}
        found.append({**contents[row["content"]], **unmarked, **marks.get(row["seq"], {}), **row})
    return [{**row, "details": orjson.loads(row["details"])} for row in found]


def none(value: Any, missing: Any) -> Any:
    return None if value == missing and missing in ("", -1) else value


def one(
    inner: str = "<title>News</title>", attributes: str = START + 'channel="one"', **rules: Any
) -> dict[str, Any]:
    (row,) = rows(read(f"<programme {attributes}>{inner}</programme>", **rules))
    return row


def test_times_become_epoch_seconds() -> None:
    row = one(attributes='start="20261122130000 +0100" stop="20261122130000 +0000" channel=" one "')
    assert (row["channel"], row["start"], row["stop"], row["own_stop"]) == (
        "one",
        NOON,
        NOON + HOUR,
        NOON + HOUR,
    )


def test_zone_is_for_times_without_offset_and_shift_for_all() -> None:
    rules = {"zone": ZoneInfo("Europe/Berlin"), "shift": 1800}
    assert one(attributes='start="20261122130000" channel="one"', **rules)["start"] == NOON + 1800
    assert one(attributes='start="20261122120000 +0000" channel="one"', **rules)["start"] == NOON + 1800


def test_times_without_offset_are_counted() -> None:
    found = read(
        *(
            f'<programme start="{start}" channel="one"><title>A</title></programme>'
            for start in (
                "20261122",
                "20261122Z",
                "20261122120000",
                "2026-11-22T12:00:00",
                "2026-11-22T12:00:00Z",
                "20261122120000 (CET)",
                "20261122120000 Europe/Berlin",
                "20261122120000 local",
                "2026-11-22 12:00:00",
            )
        )
    )
    assert found.bare == 5
    assert [row["unzoned"] for row in rows(found)] == [1, 0, 1, 1, 0, 0, 0, 1, 1]


@pytest.mark.parametrize(
    ("start", "stop"),
    [
        ("20261122130000 +0100", "20261122140000"),
        ("20261122130000 CET", "2026-11-22T14:00:00"),
        ("2026-11-22T12:00:00Z", "202611221300"),
        ("20261122210000 Japan", "20261122220000"),
        ("20261122130000 +0100", "20261122140000 local"),
        ("20261122130000 +0100", "20261122130000 +0000"),
    ],
)
@pytest.mark.parametrize("zone", [None, ZoneInfo("America/New_York")])
def test_a_stop_without_offset_takes_that_of_the_start(start: str, stop: str, zone: ZoneInfo | None) -> None:
    found = read(
        f'<programme start="{start}" stop="{stop}" channel="one"><title>A</title></programme>', zone=zone
    )
    (row,) = rows(found)
    assert (row["start"], row["stop"], row["unzoned"], found.bare) == (NOON, NOON + HOUR, 0, 0)
    assert found.problems == []


def test_a_named_zone_without_a_slash_repeats_its_hour() -> None:
    attributes = 'start="20261025013000 GB" stop="20261025014000 GB" channel="one"'
    row = one(attributes=attributes)
    assert (row["later"], row["stop_later"]) == (HOUR, HOUR)


@pytest.mark.parametrize(
    ("start", "stop", "kept"),
    [
        (-2, -1, False),
        (-2, 0, False),
        (-2, 1, True),
        (24, 25, True),
        (25, 26, False),
        # without a stop it may last until the next one begins, within a day
        (-25, None, False),
        (-23, None, True),
        (-2, -3, True),
    ],
)
def test_window(start: int, stop: int | None, kept: bool) -> None:
    text = show("one", NOON + start * HOUR, None if stop is None else NOON + stop * HOUR, "News").strip()
    found = read(text, past=NOON, future=NOON + 24 * HOUR)
    assert (len(found.rows), found.skipped) == ((1, 0) if kept else (0, 1))
    assert found.beyond == (NOON + 25 * HOUR if start == 25 else None)


@pytest.mark.parametrize(
    ("xml", "code", "subject"),
    [
        ('<programme start="x" channel="one"><title>A</title></programme>', "badstart", "one"),
        ('<programme channel="one"><title>A</title></programme>', "badstart", "one"),
        (f"<programme {START}><title>A</title></programme>", "nochannel", None),
        ("<programme><title>A</title></programme>", "nochannel", None),
        (f'<programme {START}channel="one"><desc>A</desc></programme>', "emptytitle", "one"),
        (f'<programme {START}channel="one"/>', "emptytitle", "one"),
    ],
)
def test_unusable_programmes_are_skipped_with_a_reason(xml: str, code: str, subject: str | None) -> None:
    found = read(xml.replace("/>", ">" + END.decode()), show("one", NOON, None, "Next").strip())
    assert len(found.rows) == found.skipped == 1
    assert [(problem[0], problem[1], problem[2]) for problem in found.problems] == [(code, 0, subject)]


@pytest.mark.parametrize(
    ("stop", "value", "problems"), [("", None, 0), ("x", None, 1), ("20261122110000 +0000", NOON - HOUR, 1)]
)
def test_stops(stop: str, value: int | None, problems: int) -> None:
    found = read(f'<programme {START}stop="{stop}" channel="one"><title>A</title></programme>')
    assert rows(found)[0]["stop"] == value
    assert [problem[0] for problem in found.problems] == ["badstop"] * problems


def test_our_own_note_keeps_the_stop_of_the_provider() -> None:
    stop = START + 'stop="20261122130000 +0000" channel="one"'
    row = one('<?epg stop="20261122150000 +0000" end-source="cut"?><title>A</title>', stop, shift=60)
    assert (row["stop"], row["own_stop"], row["noted_source"]) == (
        NOON + HOUR + 60,
        NOON + 3 * HOUR + 60,
        "cut",
    )
    assert row["hash"] is None
    row = one('<?epg end-source="next"?><title>A</title>', stop)
    assert (row["stop"], row["own_stop"], row["noted_source"]) == (NOON + HOUR, None, "next")
    row = one('<?epg end-source="nonsense"?><title>A</title>', stop)
    assert (row["own_stop"], row["noted_source"], row["hash"]) == (NOON + HOUR, None, 101)


@pytest.mark.parametrize(("index", "clump"), [("0/1", None), ("0 / 1", None), ("0/2", "0/2"), ("1/2", "1/2")])
def test_parts_of_a_clump_are_read_each_time(index: str, clump: str | None) -> None:
    row = one(attributes=START + f'channel="one" clumpidx="{index}"')
    assert (row["clump"], row["details"]) == (clump, {"clumpidx": index})
    assert (row["hash"] is None) == (clump is not None)


def test_what_was_mended_is_read_each_time() -> None:
    assert [
        row["hash"]
        for row in rows(read("<programme " + START + 'channel="one"><title>A & B</title></programme>'))
    ] == [None]


def test_a_repeated_content_counts_its_problems_again() -> None:
    texts = [
        show(
            "one",
            NOON + n * HOUR,
            NOON + (n + 1) * HOUR,
            "News",
            "<date>1</date><date>2</date><desc>D</desc>",
        ).strip()
        for n in range(100)
    ]
    found = read(*texts)
    assert [row["start"] for row in rows(found)] == [NOON + n * HOUR for n in range(100)]
    assert [problem[1] for problem in found.problems] == list(range(100))


def test_repeated_contents_differ_in_time_and_channel_only() -> None:
    texts = [
        f"<programme {start} {stop} channel={quoteattr(channel)}><title>News</title></programme>"
        for channel in ("one", "b & c", "ü", 'q"q')
        for start in ('start="20261122120000 +0000"', "start='20261122130000 +0000'")
        for stop in ("", 'stop="20261122150000 +0000"', 'stop="" ', 'stop="x"', 'x="y"', 'pdc-start="2026"')
    ]
    together = rows(read(*texts, *texts))
    alone = [row for text in texts for row in rows(read(text))] * 2
    wanted = [name for name in (*STAGED, *CONTENT) if name not in ("seq", "hash", "content", "id")]
    assert [[row[name] for name in wanted] for row in together] == [
        [row[name] for name in wanted] for row in alone
    ]


def test_broken_start_tags_of_known_contents_are_not_trusted() -> None:
    good = f'<programme {START}channel="one"><title>A</title></programme>'
    twice = f'<programme {START}{START}channel="one"><title>A</title></programme>'
    found = read(*[good] * 50, twice)
    assert ("badattribute", 50) in [problem[:2] for problem in found.problems]
    assert len(found.rows) == 51


@given(
    st.dictionaries(st.sampled_from(["title", "sub-title", "desc", "category", "date"]), st.text(max_size=20))
)
def test_any_text_is_kept_trimmed(texts: dict[str, str]) -> None:
    clean = {tag: "".join(c for c in text if c.isprintable()) for tag, text in texts.items()}
    inner = "".join(f"<{tag}>\n {escape(text)} </{tag}>" for tag, text in clean.items())
    found = rows(read(f'<programme {START}channel="one">{inner}</programme>'))
    title = clean.get("title", "").strip() or clean.get("sub-title", "").strip()
    assert [row["title"] for row in found] == ([title] if title else [])
    if found:
        assert (found[0]["description"] or "") == clean.get("desc", "").strip()


def escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


#: elements and what they say, without the numbers of contents, which each process counts for itself
STAGED_ROWS = f"""
    SELECT e.seq, e.channel, e.start, e.stop, e.hash, {", ".join(CONTENT[1:])}
    FROM temp.elements e JOIN temp.element_contents s ON s.seq = e.seq ORDER BY e.seq
"""


def test_workers_read_what_this_process_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    """The second one starts because the first is not done with what it was given."""
    monkeypatch.setattr("epg_ingest.parse.pool.FIRST_AHEAD", 0)
    texts = [
        show(f"c{n % 7}", NOON + n * HOUR, None, f"Show {n % 50}", f"<desc>{n % 30} & more</desc>").strip()
        for n in range(600)
    ]
    texts += ["<programme start='1'><title>x", f'<programme {START}channel="one"><desc>no</desc></programme>']
    jobs = [job(*texts[at : at + 60], first=at) for at in range(0, len(texts), 60)]
    several, staged_there, parts = pooled(jobs, workers=2, small=0)
    here, staged_here, none = pooled(jobs, workers=0)
    assert (parts, none) == (2, 0)
    assert sum(report.found for report in here) == len(staged_here) == 600
    assert several == here
    assert staged_there == staged_here


def pooled(jobs: list[Job], **how: int) -> tuple[list[BatchReport], list[tuple[Any, ...]], int]:
    """The reports of a pool, what it staged, and the number of its parts."""
    with Stage(sqlite3.connect(":memory:", isolation_level=None)) as stage:
        with ParserPool(Rules(), stage, **how) as pool:
            reports = [report for _, report in pool.read((n, each) for n, each in enumerate(jobs))]
        assert not any(path.exists() for path in stage.parts.values()), "the files have no names any more"
        stage.gather()
        return reports, stage.conn.execute(STAGED_ROWS).fetchall(), len(stage.parts)


@pytest.mark.slow
def test_the_guide_is_the_same_from_workers(guide: Guide) -> None:
    text = "Much ado about nothing. " * 50
    shows = [
        show(
            f"c{n % 9}",
            NOON + n // 9 * HOUR,
            NOON + (n // 9 + 1) * HOUR,
            f"Show {n % 40}",
            f"<desc>{text}{n // 5}{'&hellip;' * (n % 10 == 0)}</desc>",
        )
        for n in range(4000)
    ]
    body = feed(shows, [(f"c{n}", f"Channel {n}") for n in range(9)])
    assert len(body) > 1.5 * SMALL_FEED
    first, second = guide.load("a", body, workers=0), guide.load("b", body, workers=2)
    columns = [
        key for key in guide.rows()[0] if key not in ("id", "provider_id", "shadowed_by", "content_id")
    ]
    sql = f"SELECT {', '.join(columns)} FROM programs WHERE provider_id = ? ORDER BY channel_id, start_time"
    assert guide.rows(sql, 1) == guide.rows(sql, 2)
    assert first["programs_imported"] == second["programs_imported"] == 4000
    problems = (
        "SELECT code, line, subject, count FROM import_problems WHERE import_id = ? ORDER BY code, subject"
    )
    assert guide.rows(problems, first["id"]) == guide.rows(problems, second["id"])
    assert guide.problems(first) == {"badentity": 400}
