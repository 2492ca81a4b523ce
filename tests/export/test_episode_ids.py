"""Ids of episodes in exports for players: an episode has one, whatever its feeds say, and players see it once."""

from __future__ import annotations

import io
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from epg_ingest.export.form import Form
from epg_ingest.export.lineup.lineup_document import write_lineup_xmltv
from epg_ingest.export.xmltv import write_xmltv
from epg_ingest.lineup_store.entry_edits import add_entry
from epg_ingest.lineup_store.lineup_changes import add_lineup, update_lineup
from lxml import etree

from tests.helpers.readers import walks
from tests.helpers.support import DAY, DTD, HOUR, NOON, Guide, feed, require_program, show

IDS = Form(episode_ids=True)


@pytest.fixture(scope="module")
def guide(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guide]:
    made = Guide(tmp_path_factory.mktemp("ids"))

    def at(hours: float, title: str, inner: str = "") -> str:
        begin = NOON + int(hours * HOUR)
        return show("one.uk", begin, begin + HOUR, title, inner)

    def number(system: str, text: str) -> str:
        return f"<episode-num system='{system}'>{text}</episode-num>"

    made.load("p", feed([
        at(0, "Show", number("onscreen", "S1E1")),
        at(1, "Show", "<sub-title>Pilot</sub-title>"),
        at(2, "Show", number("dd_progid", "EP01234567.0007") + number("onscreen", "S1E2")),
        at(3, "Show", "<desc>Later</desc>" + number("dd_progid", "EP01234567.0007")),
        at(4, "Show", number("dd_progid", "EP012345670000")),
        at(5, "Film", "<date>1999</date><category>Film</category>"),
        at(6, "Show", "<desc>Again</desc>" + number("onscreen", "S1E1")),
        at(7, "Plain"),
    ], [("one.uk", "One")]))  # fmt: skip
    yield made
    made.close()


def document(guide: Guide, form: Form) -> bytes:
    out = io.BytesIO()
    write_xmltv(guide.db, out, form=form)
    return out.getvalue()


def numbers(body: bytes) -> list[dict[str, str]]:
    """The numbers of each programme by system."""
    return [
        {entry.get("system"): entry.text for entry in programme.iter("episode-num")}
        for programme in etree.fromstring(body).iter("programme")
    ]


def test_each_known_episode_has_one_id(guide: Guide) -> None:
    found = numbers(document(guide, IDS))
    assert [one.get("dd_progid") for one in found] == [
        "EP00000001.0001", "EP00000001.0002", "EP00000001.0003", "EP00000001.0003", None, None, "EP00000001.0001", None,
    ]  # fmt: skip
    # What one programme says of the episode, the other one has, too.
    assert [one.get("xmltv_ns") for one in found] == ["0.0.", None, "0.1.", "0.1.", None, None, "0.0.", None]
    assert not any((one.get("dd_progid") or "").endswith(".0000") for one in found)


def test_without_asking_feeds_keep_their_ids(guide: Guide) -> None:
    found = numbers(document(guide, Form()))
    assert [one.get("dd_progid") for one in found[2:5]] == [
        "EP01234567.0007",
        "EP01234567.0007",
        "EP012345670000",
    ]
    assert found[3].get("xmltv_ns") is None


def test_with_genres_and_from_one_import_to_the_next(guide: Guide) -> None:
    before = numbers(document(guide, Form(episode_ids=True, genres="kodi")))
    assert before == numbers(document(guide, IDS))
    later = show(
        "one.uk",
        NOON + 2 * DAY,
        NOON + 2 * DAY + HOUR,
        "Show",
        "<episode-num system='onscreen'>S1E9</episode-num>",
    )
    guide.load("q", feed([later], [("two.uk", "Two")]))
    assert numbers(document(guide, IDS))[: len(before)] == before


def test_a_lineup_has_them_where_it_says_so(guide: Guide) -> None:
    lineup = add_lineup(guide.db, guide.vault, "home", None, now=NOON)
    add_entry(guide.db, lineup.id, {"channel": "one.uk"}, now=NOON)

    def ids() -> set[str | None]:
        out = io.BytesIO()
        write_lineup_xmltv(guide.db, out, "home", now=NOON)
        return {one.get("dd_progid") for one in numbers(out.getvalue())}

    assert "EP01234567.0007" in ids()
    update_lineup(guide.db, guide.vault, lineup.id, {"episode_ids": True}, now=NOON)
    found = {ident for ident in ids() if ident}
    assert len(found) >= 3 and all(ident.startswith("EP00000001.") for ident in found)


def test_the_document_is_valid_and_readers_take_it(guide: Guide, tmp_path: Path) -> None:
    body = document(guide, IDS)
    path = tmp_path / "guide.xml"
    path.write_bytes(body)
    xmllint = require_program("xmllint")
    done = subprocess.run(
        [xmllint, "--noout", "--dtdvalid", str(DTD), str(path)], capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr
    for name, walk in walks.WALKS.items():
        assert len(walk(body).programmes) == len(numbers(body)), name
