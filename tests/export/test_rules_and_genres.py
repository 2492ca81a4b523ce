"""Exports of tidied programmes: players get what rules made, a round trip what was written; genres get a player's words."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from epg_ingest.changes.perform import perform_here
from epg_ingest.export.form import Form
from epg_ingest.export.xmltv import write_xmltv
from lxml import etree

from tests.helpers.support import HOUR, NOON, Guide, feed, show

TITLES = ("New: Show S2 E3 - Sub", "Film (2019)", "Live: Match [HD]", "Plain")
ALL = "SELECT title, subtitle, description, category, season, episode, is_new, details FROM programs ORDER BY start_time"


def sets_on(guide: Guide) -> None:
    perform_here(guide.path, "rule_set.choose", {"all": True, "enabled": True}, actor="test", now=NOON)


@pytest.fixture(scope="module")
def guide(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guide]:
    made = Guide(tmp_path_factory.mktemp("guide"))
    inner = (
        "<desc>Text. [S]</desc><category lang='en'>Comedy</category><category lang='de'>Komödie</category>"
    )
    shows = [
        show(
            "one.uk",
            NOON + at * HOUR,
            NOON + (at + 1) * HOUR,
            title,
            inner if at < 3 else "<category>Rugby</category>",
        )
        for at, title in enumerate(TITLES)
    ]
    sets_on(made)
    made.load("p", feed(shows, [("one.uk", "One")]))
    made.load("q", feed([show("two.uk", NOON, NOON + HOUR, "Plain")], [("two.uk", "Two")]))
    yield made
    made.close()


def document(guide: Guide, **form: Any) -> Any:
    out = io.BytesIO()
    write_xmltv(guide.db, out, form=Form(**form), workers=1)
    return etree.fromstring(out.getvalue())


def texts(element: Any, tag: str) -> list[str]:
    return [found.text for found in element.iter(tag)]


def test_players_get_what_the_rules_made(guide: Guide) -> None:
    found = document(guide)
    assert texts(found, "title") == ["Show", "Film", "Match", "Plain", "Plain"]
    first = found.find("programme")
    assert first.find("sub-title").text == "Sub" and first.find("new") is not None
    assert texts(first, "episode-num") == ["1.2."] and first.find("subtitles") is not None
    assert texts(found, "date") == ["2019"]


def test_a_round_trip_has_the_words_of_the_provider(guide: Guide, tmp_path: Path) -> None:
    found = document(guide, round_trip=True)
    assert texts(found, "title") == [*TITLES, "Plain"]
    assert texts(found, "date") == texts(found, "episode-num") == texts(found, "subtitles") == []
    copy = Guide(tmp_path)
    sets_on(copy)
    copy.load("p", etree.tostring(found))
    assert copy.rows(ALL) == guide.rows(ALL)
    copy.close()


@pytest.mark.parametrize(
    ("player", "words"),
    [("kodi", ["Comedy", "Team Sports"]), ("dvb", ["Comedy", "Team sports (excluding football)"])],
)
def test_the_first_category_is_the_word_of_the_player(guide: Guide, player: str, words: list[str]) -> None:
    programmes = document(guide, genres=player).findall("programme")
    assert [one.findtext("category") for one in programmes] == [words[0]] * 3 + [words[1]] * 2
    assert texts(programmes[0], "category")[-1] == "Komödie"
    assert texts(programmes[3], "category") == [words[1], "Rugby"]


def test_a_chosen_language_keeps_the_word(guide: Guide) -> None:
    first = document(guide, genres="kodi", lang="de").find("programme")
    assert texts(first, "category") == ["Comedy", "Komödie"]
