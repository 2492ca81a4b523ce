"""Rules reach what an import stores and what is stored already; ids stay, and what was written comes back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from epg_ingest.changes.perform import perform_here
from epg_ingest.core.errors import EpgError, NotFoundError, UsageError
from epg_ingest.guide.undo import undo
from epg_ingest.rule_store import in_effect
from epg_ingest.rule_store.applying import apply_rules
from epg_ingest.rule_store.trial import try_rules
from epg_ingest.rules import compiling

from tests.helpers.guide_rows import check_contents, programmes_found
from tests.helpers.support import HOUR, NOON, Guide, feed, show

SHOWN = "SELECT title, subtitle, season, episode FROM programs ORDER BY start_time"


def week(extra: str = "", *titles: str) -> bytes:
    shows = [
        show("one.uk", NOON + at * HOUR, NOON + (at + 1) * HOUR, title, extra)
        for at, title in enumerate(titles)
    ]
    return feed(shows, [("one.uk", "One")])


@pytest.fixture
def guide(tmp_path: Path) -> Iterator[Guide]:
    made = Guide(tmp_path)
    yield made
    made.close()


def do(guide: Guide, operation: str, **arguments: Any) -> dict[str, Any]:
    return perform_here(guide.path, operation, arguments, actor="test", now=NOON + HOUR)


def shown(guide: Guide) -> list[tuple[Any, ...]]:
    return guide.db.execute(SHOWN).fetchall()


def test_nothing_changes_until_somebody_chooses(guide: Guide) -> None:
    guide.load("p", week("", "Show [HD]", "Other S2 E3"))
    assert [row[0] for row in shown(guide)] == ["Show [HD]", "Other S2 E3"]


def test_a_chosen_set_reaches_stored_programmes_and_comes_back_out(guide: Guide) -> None:
    guide.load("p", week("", "Show [HD]", "Other S2 E3", "Plain"))
    before = guide.stored()
    done = do(guide, "rule_set.choose", sets=["quality", "season-episode"], enabled=True)
    assert (done["contents"], done["programmes"]) == (2, 2)
    assert shown(guide) == [("Show", None, None, None), ("Other", None, 2, 3), ("Plain", None, None, None)]
    after = guide.stored()
    assert [row["id"] for row in after] == [row["id"] for row in before]
    written = json.loads(after[1]["details"])["written"]
    assert written["title"] == "Other S2 E3" and written["season"] == -1
    assert programmes_found(guide.db.conn, "HD") == []
    changes = guide.rows("SELECT title, before, after FROM program_changes ORDER BY start_time")
    assert [(row["title"], json.loads(row["before"])["title"]) for row in changes] == [
        ("Show", "Show [HD]"),
        ("Other", "Other S2 E3"),
    ]
    check_contents(guide.db.conn)
    assert undo(guide.db, guide.vault, actor="test", now=NOON).tidied == 2
    stored = guide.stored()
    touched = ("updated_at",)
    assert [{k: v for k, v in row.items() if k not in touched} for row in stored] == [
        {k: v for k, v in row.items() if k not in touched} for row in before
    ]


def test_an_import_gives_what_a_change_of_rules_gives(guide: Guide, tmp_path: Path) -> None:
    titles = ("New: Show S01E02 - Sub", "Film (2019)", "Live: Match", "Show (R)", "Plain")
    inner = "<desc>Text. [S]</desc><category lang='en'>Comedy</category>"
    do(guide, "rule_set.choose", all=True, enabled=True)
    guide.load("p", week(inner, *titles))
    (tmp_path / "other").mkdir()
    other = Guide(tmp_path / "other")
    other.load("p", week(inner, *titles))
    do(other, "rule_set.choose", all=True, enabled=True)
    columns = "SELECT title, subtitle, description, season, episode, is_new, details, hash FROM contents ORDER BY id"
    assert guide.rows(columns) == other.rows(columns)
    assert shown(guide)[0] == ("Show", "Sub", 1, 2)
    other.close()


def test_the_same_feed_again_writes_nothing(guide: Guide) -> None:
    do(guide, "rule_set.choose", all=True, enabled=True)
    body = week("", "Show [HD]", "Other S2 E3")
    guide.load("p", body)
    before = guide.stored()
    row = guide.load("p", body + b"<!-- again -->", force=True)
    assert (row["programs_updated"], row["programs_imported"]) == (0, 0)
    assert guide.stored() == before


def test_a_set_chooses_itself_where_the_numbers_prove_it(guide: Guide) -> None:
    def numbered(at: int) -> str:
        inner = f"<episode-num system='xmltv_ns'>.{at}.</episode-num>"
        return show(
            "one.uk", NOON + at * HOUR, NOON + (at + 1) * HOUR, f"Show {'abcdefgh'[at % 8]} #{at + 1}", inner
        )

    guide.load("p", feed([numbered(at) for at in range(40)], [("one.uk", "One")]))
    assert [row[0] for row in shown(guide)][:2] == ["Show a", "Show b"]
    guide.load("q", week("", "Open #7"))
    assert ("Open #7", None, None, None) in shown(guide)
    # what a person says counts before the proof
    do(guide, "rule_set.choose", sets=["hash-number"], enabled=False, provider="p")
    assert ("Show a #1", None, None, 1) in shown(guide)


def test_own_rules_run_for_their_provider_only(guide: Guide) -> None:
    guide.load("p", week("", "ZZ Show"))
    guide.load("q", week("", "ZZ Other"))
    made = do(guide, "rule.create", field="title", pattern="^ZZ ", action="remove", provider="q")
    titles = guide.rows("SELECT title FROM programs ORDER BY id")
    assert [row["title"] for row in titles] == ["ZZ Show", "Other"]
    done = do(guide, "rule.update", rule=made["id"], action="replace", value="Y")
    assert done["programmes"] == 1
    assert [row["title"] for row in guide.rows("SELECT title FROM programs ORDER BY id")][1] == "YOther"
    do(guide, "rule.delete", rule=made["id"])
    assert [row["title"] for row in guide.rows("SELECT title FROM programs ORDER BY id")][1] == "ZZ Other"


def test_each_provider_keeps_its_rules_in_one_pass(guide: Guide) -> None:
    for name in "pqr":
        guide.load(name, week("", f"{name} Show", f"{name} Other"))
    rules = [
        {
            "field": "title",
            "pattern": f"^{pattern}",
            "action": "replace",
            "value": value,
            "provider": provider,
        }
        for pattern, value, provider in (("p ", "P-", "p"), ("[a-z] ", "Q-", "q"))
    ]
    done = do(guide, "rule.import", document={"rules": rules})
    assert (done["contents"], done["programmes"]) == (4, 4)
    titles = [row["title"] for row in guide.rows("SELECT title FROM contents ORDER BY id")]
    assert titles == ["P-Show", "P-Other", "Q-Show", "Q-Other", "r Show", "r Other"]
    check_contents(guide.db.conn)


def test_a_content_that_gets_the_hash_of_another_one_is_parted(guide: Guide) -> None:
    guide.load("p", week("", "A Show", "B Show", "C Show"))
    made = do(guide, "rule.create", field="title", pattern="^[AB] ", action="remove")
    (taken, other, _) = (row["hash"] for row in guide.rows("SELECT hash FROM contents ORDER BY id"))
    do(guide, "rule.update", rule=made["id"], enabled=False)
    with guide.db.conn as conn:
        conn.execute("UPDATE contents SET hash = ? WHERE title = 'C Show'", [taken])
    do(guide, "rule.update", rule=made["id"], enabled=True)
    found = [tuple(row.values()) for row in guide.rows("SELECT title, hash FROM contents ORDER BY id")]
    assert found == [("Show", taken + 1), ("Show", other), ("C Show", taken)]


def test_a_content_that_becomes_equal_to_another_one_gives_it_its_programmes(guide: Guide) -> None:
    guide.load("p", week("", "Show [HD]"))
    with guide.db.conn as conn:
        conn.execute("INSERT INTO rule_choices (name, enabled) VALUES ('quality', 1)")
    # the first of them is stored already, so only the second one is read with the set on
    guide.load("p", week("", "Show [HD]", "Show [HD]"))
    assert [row[0] for row in shown(guide)] == ["Show", "Show"]
    assert len(guide.rows("SELECT id FROM contents")) == 1
    check_contents(guide.db.conn)


@pytest.mark.parametrize("pattern", ["(?<=a)b", "(", r"(a)\1", "x*"])
def test_what_re2_refuses_is_one_line(guide: Guide, pattern: str) -> None:
    with pytest.raises(UsageError) as caught:
        do(guide, "rule.create", field="title", pattern=pattern, action="remove")
    assert "\n" not in caught.value.message
    assert guide.rows("SELECT * FROM rules") == []


def test_a_rule_is_tried_without_changing_anything(guide: Guide) -> None:
    guide.load("p", week("", "Show [HD]", "Show [HD]", "Plain"))
    before = guide.stored()
    found = try_rules(guide.db.conn, sets=["quality"])
    assert (found["contents"], found["programmes"], found["complete"]) == (1, 2, True)
    assert found["examples"] == [
        {"provider": "p", "before": {"title": "Show [HD]"}, "after": {"title": "Show"}}
    ]
    assert guide.stored() == before


def test_without_re2_everything_else_works(guide: Guide, monkeypatch: pytest.MonkeyPatch) -> None:
    do(guide, "rule_set.choose", sets=["quality"], enabled=True)

    def missing() -> None:
        raise EpgError("rules need google-re2", "nore2")

    monkeypatch.setattr(compiling, "library", missing)
    assert guide.load("p", week("", "Show [HD]"))["status"] == "success"
    assert shown(guide)[0][0] == "Show [HD]"
    monkeypatch.undo()
    # as soon as it is there, the next run makes it good
    assert apply_rules(guide.db).programmes == 1
    assert shown(guide)[0][0] == "Show"


def test_a_change_that_was_killed_is_finished_later(guide: Guide) -> None:
    guide.load("p", week("", "Show [HD]"))
    (provider,) = (row["id"] for row in guide.rows("SELECT id FROM providers"))
    with guide.db.conn:
        guide.db.conn.execute("INSERT INTO rule_choices (name, enabled) VALUES ('quality', 1)")
        in_effect.set_state(guide.db.conn, provider, in_effect.APPLYING + "x")
    guide.load("p", week("", "Show [HD]", "Next [HD]"))
    assert [row[0] for row in shown(guide)] == ["Show", "Next"]
    assert not in_effect.stale(guide.db.conn)


def test_rules_are_taken_to_another_guide(guide: Guide) -> None:
    document = {
        "rules": [{"field": "title", "pattern": "^A ", "action": "remove"}],
        "sets": [{"name": "quality", "provider": None, "enabled": True}],
    }
    assert do(guide, "rule.import", document=document)["rules"] == 1
    assert do(guide, "rule.import", document=document)["rules"] == 0
    with pytest.raises(NotFoundError):
        do(guide, "rule.import", document={"sets": [{"name": "none", "enabled": True}]})
    for key in ("colour", "provider_id"):
        with pytest.raises(
            UsageError, match=f"unknown key '{key}' of a rule; known are: position, provider, "
        ):
            do(guide, "rule.import", document={"rules": [{**document["rules"][0], key: 1}]})
    assert undo(guide.db, guide.vault, actor="test", now=NOON).change.action == "rule.import"
    assert guide.rows("SELECT * FROM rules") == guide.rows("SELECT * FROM rule_choices") == []


def test_genres_come_from_categories_and_from_titles_elsewhere(guide: Guide) -> None:
    guide.load("p", week("<category>Comedy</category>", "Funny Show", "The News Hour"))
    guide.load("q", week("", "FUNNY SHOW", "Unknown Thing"))
    found = guide.rows("SELECT title, genre, genre_source FROM programs ORDER BY id")
    assert [(row["genre"], row["genre_source"]) for row in found] == [
        (0x14, "category"), (0x14, "category"), (0x14, "learned"), (None, None),
    ]  # fmt: skip
    guide.load("r", week("<category>Football</category>", "Funny Show"))
    learned = "SELECT genre FROM programs WHERE title = 'FUNNY SHOW'"
    assert guide.rows(learned) == [{"genre": None}], "a title with several genres says nothing"


def test_a_category_that_a_rule_sets_has_a_genre(guide: Guide) -> None:
    guide.load("p", week("<category>Show</category>", "Cup Final"))
    do(guide, "rule.create", field="title", pattern="Cup", action="set_category", value="Football")
    (row,) = guide.rows("SELECT category, genre FROM programs")
    assert (row["category"], row["genre"]) == ('["Football"]', 0x43)
