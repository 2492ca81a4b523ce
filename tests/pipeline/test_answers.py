"""Whole imports of what servers answer: encodings, several guides, and what takes too long."""

from __future__ import annotations

import gzip
import io
import tarfile
import time
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import brotli
import pytest
from epg_ingest.core.deadline import Deadline
from epg_ingest.core.errors import FeedError
from epg_ingest.core.limits import Limits
from epg_ingest.guide.providers import add_provider, get_provider
from epg_ingest.parse import reader
from epg_ingest.parse.pool import ParserPool
from epg_ingest.pipeline.run import Options, run_import

from tests.helpers.feedserver import FeedServer
from tests.helpers.support import HOUR, KEEP_ALL, NOON, Guide, feed, show

pytestmark = pytest.mark.slow

LIMITS = Limits(connect_timeout=2, read_timeout=2, retries=0)


def guide_of(channel: str, count: int = 3, title: str = "t") -> bytes:
    shows = [show(channel, NOON + n * HOUR, NOON + (n + 1) * HOUR, f"{title}{n}") for n in range(count)]
    return feed(shows, [(channel, channel.upper())])


@pytest.fixture
def server() -> Iterator[FeedServer]:
    with FeedServer() as made:
        yield made


def load(
    guide: Guide, url: str, limits: Limits = LIMITS, workers: int = 0, name: str = "p"
) -> dict[str, Any]:
    if not guide.db.execute("SELECT 1 FROM providers WHERE name = ?", [name]).fetchone():
        add_provider(guide.db, guide.vault, name, url, now=NOON, private_addresses="allow")
    options = Options(KEEP_ALL, limits, workers=workers)
    return run_import(guide.db, guide.vault, get_provider(guide.db, name), options, now=NOON)


def titles(guide: Guide) -> list[str]:
    sql = "SELECT c.name || ':' || p.title AS t FROM programs p JOIN channels c ON c.id = p.channel_id ORDER BY t"
    return [row["t"] for row in guide.rows(sql)]


def tarred(*members: tuple[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for name, content in members:
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return buffer.getvalue()


# --- encodings ---


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("br", brotli.compress(guide_of("one"))),
        ("deflate", zlib.compress(guide_of("one"))),
        ("deflate", zlib.compress(guide_of("one"))[2:-4]),
        ("gzip, br", brotli.compress(gzip.compress(guide_of("one")))),
        ("BR", guide_of("one")),
    ],
)
def test_content_encodings(guide: Guide, server: FeedServer, encoding: str, body: bytes) -> None:
    row = load(guide, server.serve("/x", body, headers={"Content-Encoding": encoding}))
    assert (row["status"], row["programs_imported"]) == ("success", 3)


@pytest.mark.parametrize("declared", [b"", b'<?xml version="1.0"?>'])
@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_the_charset_of_an_answer(guide: Guide, server: FeedServer, declared: bytes, pack: Any) -> None:
    plain = guide_of("one", 1, "Žluťoučký ").decode().partition("?>")[2]
    content_type = "text/xml; charset=iso-8859-2"
    row = load(
        guide, server.serve("/x", pack(declared + plain.encode("iso8859_2")), content_type=content_type)
    )
    assert (row["status"], guide.problems(row), titles(guide)) == ("success", {}, ["one:Žluťoučký 0"])
    load(guide, server.serve("/x", pack(declared + plain.encode()), content_type=content_type))
    assert titles(guide) == ["one:Žluťoučký 0"]


def test_bytes_under_another_charset_are_read_again(guide: Guide, server: FeedServer) -> None:
    body = guide_of("one", 1, "Привет ").decode().partition("?>")[2].encode("cp1251")
    for number, (charset, title) in enumerate((("koi8-r", "оПХБЕР"), ("windows-1251", "Привет"))):
        url = server.serve("/x", body + b" " * number, content_type=f"text/xml; charset={charset}")
        load(guide, url)
        assert titles(guide) == [f"one:{title} 0"]


def test_text_before_gzip_is_reported(guide: Guide) -> None:
    row = guide.load("p", b"\nWarning: x in y.php on line 1\n" + gzip.compress(guide_of("one")))
    assert (row["status"], guide.problems(row)) == ("success", {"archive": 1})


# --- several guides ---


def test_every_guide_of_a_tar_is_imported(guide: Guide) -> None:
    latin = guide_of("two", title="é").decode().replace("UTF-8", "ISO-8859-1").encode("iso-8859-1")
    wide = guide_of("three", title="ü").decode().replace("UTF-8", "UTF-16").encode("utf-16")
    body = gzip.compress(tarred(("a.xml", guide_of("one")), ("b.xml", latin), ("c.xml", wide)))
    row = guide.load("p", body)
    assert (row["status"], row["programs_imported"], guide.problems(row)) == ("success", 9, {})
    assert titles(guide) == [
        f"{c}:{t}{n}" for c, t in (("one", "t"), ("three", "ü"), ("two", "é")) for n in range(3)
    ]
    again = guide.load(
        "p", gzip.compress(tarred(("b.xml", latin), ("a.xml", guide_of("one")), ("c.xml", wide)))
    )
    assert (again["programs_unchanged"], again["programs_updated"], again["programs_removed"]) == (9, 0, 0)


def test_entities_and_damage_of_each_guide(guide: Guide) -> None:
    doctype = b'<!DOCTYPE tv [<!ENTITY name "%s">]>'
    one = guide_of("one", 1, "&name;").replace(b"&amp;", b"&").replace(b"<tv>", doctype % b"First" + b"<tv>")
    two = guide_of("two", 1, "&name;").replace(b"&amp;", b"&").replace(b"<tv>", doctype % b"Second" + b"<tv>")
    cut = guide_of("three", 4)[:-60]
    row = guide.load("p", tarred(("a.xml", one), ("c.xml", cut), ("b.xml", two)))
    assert titles(guide) == ["one:First0", "three:t0", "three:t1", "three:t2", "two:Second0"]
    assert row["status"] == "partial" and "notwell" in guide.problems(row)


def test_duplicates_in_several_guides(guide: Guide) -> None:
    day = guide_of("one", 5)
    for _ in range(2):
        row = guide.load(
            "p", tarred(("a.xml", day), ("b.xml", day), ("c.xml", guide_of("two", 2))), force=True
        )
        assert (row["status"], len(titles(guide))) == ("success", 7)
    assert row["programs_unchanged"] == 7


def test_a_damaged_member_is_named(guide: Guide) -> None:
    cut = gzip.compress(guide_of("two", 50))[:-30]
    row = guide.load("p", tarred(("a.xml", guide_of("one")), ("b.xml.gz", cut), ("c.xml", guide_of("three"))))
    sql = "SELECT subject, message FROM import_problems WHERE import_id = ? AND subject IS NOT NULL"
    assert guide.rows(sql, row["id"]) == [{"subject": "b.xml.gz", "message": "truncated gzip"}]
    assert row["status"] == "partial"
    assert {"one:t0", "three:t0"} <= set(titles(guide))


SUBJECTS = "SELECT subject, count, message FROM import_problems WHERE import_id = ? AND code = 'notwell' ORDER BY subject"


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_a_guide_that_is_cut_off_is_named(guide: Guide, pack: Any) -> None:
    body = tarred(
        ("uk/a.xml", pack(guide_of("one")[:-30])),
        ("b.xml", pack(guide_of("two"))),
        ("c.xml", pack(guide_of("three").replace(b"</tv>", b""))),
        ("d.xml", pack(guide_of("four") + b"<junk>")),
    )
    row = guide.load("p", body)
    found = {problem["subject"]: problem["message"] for problem in guide.rows(SUBJECTS, row["id"])}
    assert found == {
        "uk/a.xml": "the last element is cut off",
        "c.xml": "the document ends before </tv>",
        "d.xml": "text after </tv>",
    }
    assert (row["status"], len(titles(guide))) == ("partial", 11)


def test_many_guides_that_are_cut_off(guide: Guide) -> None:
    """Past the cap on subjects they are counted."""
    names = [f"c{number}" for number in range(300)]
    row = guide.load("p", tarred(*((f"{name}.xml", guide_of(name, 1)[:-6]) for name in names)))
    assert guide.problems(row)["notwell"] == 300
    assert row["status"] == "partial"


def test_guides_that_a_zip_leaves_out_make_it_partial(guide: Guide) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name in ("one", "two"):
            archive.writestr(f"{name}.xml", guide_of(name))
    row = guide.load("p", packed.getvalue())
    assert (row["status"], row["programs_imported"], guide.problems(row)) == ("partial", 3, {"archive": 1})
    (problem,) = guide.rows("SELECT message FROM import_problems WHERE import_id = ?", row["id"])
    assert problem["message"] == "1 more XML files in the zip archive were left out: two.xml"


# --- the deadline ---


def slowly(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    """Each slice of a job takes so long."""
    whole = reader.Reader._programmes

    def programmes(self: reader.Reader, job: Any, first: int) -> Any:
        time.sleep(seconds)
        return whole(self, job, first)

    monkeypatch.setattr(reader.Reader, "_programmes", programmes)


def test_reading_ends_at_the_deadline_and_the_next_provider_is_imported(
    guide: Guide, server: FeedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = server.serve("/slow", guide_of("one", 4000))
    with monkeypatch.context() as patch:
        slowly(patch, 0.2)
        begun = time.monotonic()
        row = load(guide, slow, Limits(deadline=1))
        assert time.monotonic() - begun < 5
    assert (row["status"], row["error_code"]) == ("failed", "deadline")
    assert row["error_message"] == (
        "the feed was not downloaded and read within 1 s; look at the feed, or raise download.deadline"
    )
    assert (row["http_status"], titles(guide)) == (200, [])
    assert (
        load(guide, server.serve("/quick", guide_of("two")), Limits(deadline=20), name="q")["status"]
        == "success"
    )


def test_download_and_reading_share_the_deadline(
    guide: Guide, server: FeedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = guide_of("one", 400)

    def behave(handler: Any) -> None:
        handler.head(200, {"Content-Length": str(len(body))})
        for at in range(0, len(body), len(body) // 10 + 1):
            time.sleep(0.15)
            handler.wfile.write(body[at : at + len(body) // 10 + 1])

    url = server.behave("/drip", behave)
    slowly(monkeypatch, 0.15)
    # 1.5 s for the download and 1.5 s for reading: each alone is within the time
    row = load(guide, url, Limits(deadline=2.2))
    assert (row["error_code"], row["http_status"]) == ("deadline", 200)


def test_a_parser_process_that_is_too_slow_is_ended(guide: Guide, tmp_path: Path) -> None:
    """The process is stopped, as if it never came back from an element."""
    import os
    import signal

    from epg_ingest.parse.jobs import Job
    from epg_ingest.parse.normalise import Rules
    from epg_ingest.stage.tables import Stage

    raw = show("one", NOON, NOON + HOUR, "t").encode().removesuffix(b"</programme>\n")
    with Stage(guide.db.conn) as stage:
        deadline = Deadline(2)
        with ParserPool(Rules(), stage, workers=1, small=0, size=1, first=True, deadline=deadline) as pool:
            process = pool._processes[0].process
            os.kill(process.pid, signal.SIGSTOP)
            with pytest.raises(FeedError) as caught:
                list(pool.read(iter([(None, Job(0, [1], [raw], [1]))])))
            assert caught.value.code == "deadline"
            assert -1 < deadline.left() <= 0
        assert process.poll() is not None


def test_a_large_feed_with_processes_ends_at_the_deadline(guide: Guide, server: FeedServer) -> None:
    shows = "".join(show("one", NOON + n * 60, NOON + n * 60 + 60, f"t{n}") for n in range(60_000))
    url = server.serve("/large", feed([shows], [("one", "One")]))
    row = load(guide, url, Limits(deadline=0.3), workers=2)
    assert (row["status"], row["error_code"]) == ("failed", "deadline")
    assert load(guide, url, Limits(deadline=100), workers=2)["status"] == "success"
