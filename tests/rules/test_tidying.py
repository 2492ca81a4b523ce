"""What rules may change, whose numbers win, and what is kept of what was written."""

from __future__ import annotations

import time
import unicodedata
from functools import cache

import pytest
from epg_ingest.rules.compiling import checked, compile_rules
from epg_ingest.rules.rule import Content, Rule, Tidied
from epg_ingest.rules.sets import safe_names, shipped_rules
from epg_ingest.rules.tidying import Tidy
from hypothesis import given, settings
from hypothesis import strategies as st

EPISODE = r"(?P<cut>Ep (?P<episode>[0-9]+))"
DEFAULT = compile_rules(shipped_rules(safe_names())).tidy


def tidied(content: Content, *rules: tuple[str, str, str, str]) -> Tidied | None:
    """What rules for (field, pattern, action, value) make of a content."""
    return compile_rules([Rule(at, *rule) for at, rule in enumerate(rules)]).tidy(content)


def test_what_was_written_and_why_is_returned() -> None:
    found = tidied(Content("Foo Ep 5"), ("title", EPISODE, "extract", ""))
    assert found is not None
    assert found.content == Content("Foo", episode=5)
    assert found.written == {"title": "Foo Ep 5", "episode": None}
    assert list(map(str, found.reasons)) == ["rule 0: extract 'Ep 5' in title"]


def test_nothing_is_returned_where_nothing_changes() -> None:
    assert tidied(Content("Foo"), ("title", EPISODE, "extract", "")) is None
    assert tidied(Content("Foo", flags=frozenset(("new",))), ("title", "Foo", "extract", "new keep")) is None


def test_the_numbers_of_the_feed_win() -> None:
    found = tidied(Content("Foo Ep 5", episode=105), ("title", EPISODE, "extract", ""))
    assert found is not None and found.content == Content("Foo", episode=105)
    assert found.written == {"title": "Foo Ep 5"}


@pytest.mark.parametrize(
    ("value", "own", "title"),
    [
        ("careful", None, "Foo"),
        ("careful", 5, "Foo"),
        ("careful", 6, "Foo Ep 5"),
        ("agreeing", None, "Foo Ep 5"),
        ("agreeing", 5, "Foo"),
        ("agreeing", 6, "Foo Ep 5"),
    ],
)
def test_the_numbers_of_the_feed_are_evidence(value: str, own: int | None, title: str) -> None:
    found = tidied(Content("Foo Ep 5", episode=own), ("title", EPISODE, "extract", value))
    assert (found.content.title if found else "Foo Ep 5") == title


def test_the_first_rule_that_finds_a_number_decides() -> None:
    rules = (("title", EPISODE, "extract", ""), ("title", r"#(?P<episode>[0-9]+)", "extract", ""))
    found = tidied(Content("Foo Ep 5 #6"), *rules)
    assert found is not None and found.content == Content("Foo #6", episode=5)
    found = tidied(Content("Foo Ep 5 #5"), *rules)
    assert found is not None and found.content == Content("Foo", episode=5)


@pytest.mark.parametrize("title", ["Ep 5", "Ep 5 -", "(Ep 5)"])
def test_a_rule_never_empties_a_title(title: str) -> None:
    found = tidied(Content(title), ("title", EPISODE, "extract", ""), ("title", ".+", "remove", ""))
    assert found is not None and found.content == Content(title, episode=5)


def test_a_description_may_become_empty() -> None:
    found = tidied(Content("Foo", None, "Ep 5"), ("description", EPISODE, "extract", ""))
    assert found is not None and found.content.description == "" and found.content.episode == 5


@pytest.mark.parametrize(
    ("own", "title", "subtitle"),
    [
        (None, "Foo", "Bar"),
        ("Foo Ep 5: Bar", "Foo", "Bar"),
        ("Bar", "Foo", "Bar"),
        ("Bar (1)", "Foo", "Bar (1)"),
        ("Baz", "Foo: Bar", "Baz"),
    ],
)
def test_the_rest_is_the_sub_title_if_there_is_no_other(own: str | None, title: str, subtitle: str) -> None:
    found = tidied(Content("Foo Ep 5: Bar", own), ("title", EPISODE, "extract", "split"))
    assert found is not None and (found.content.title, found.content.subtitle) == (title, subtitle)


def test_totals_have_to_be_possible() -> None:
    assert DEFAULT(Content("Liga (24/25)")) is None
    assert DEFAULT(Content("Liga (9/8)")) is None
    found = DEFAULT(Content("Dok (8/9)"))
    assert found is not None and found.content == Content("Dok", episode=8, episodes=9)


def test_a_year_is_taken_unless_the_feed_gives_a_different_one() -> None:
    found = DEFAULT(Content("Film (2013)"))
    assert found is not None and found.content == Content("Film", year=2013)
    found = DEFAULT(Content("Film (2013)", year=2014))
    assert found is not None and found.content == Content("Film", year=2014)
    assert DEFAULT(Content("Cup (2013)", year=2020)) is None
    assert DEFAULT(Content("Space 1999")) is None


def test_a_replacement_uses_groups_and_happens_once() -> None:
    found = tidied(Content("b a"), ("title", "(b) (a)", "replace", r"\2 \1 \1 \2"))
    assert found is not None and found.content.title == "a b b a"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("Č", "Č - bČ"),
        (r"é\g<x>\0\1", "éaa–a - béz"),
        (r"\\1", r"\1 - b\1"),
        ("\\", "\\ - b\\"),
    ],
    ids=["letters of other alphabets", "groups", "a backslash and a digit", "a backslash alone"],
)
def test_a_value_is_put_in_place_as_it_is_written(value: str, expected: str) -> None:
    # the group x has no part in the second match
    found = tidied(Content("a– - bz"), ("title", "(?P<x>a)–|z", "replace", value))
    assert found is not None and found.content.title == expected


def test_categories_are_set_removed_and_replaced() -> None:
    content = Content("Match of the Day", categories=("Show", "HD", "Footy"))
    found = tidied(content, ("category", "^HD$", "remove", ""), ("category", "Footy", "replace", "Football"))
    assert found is not None and found.content.categories == ("Show", "Football")
    assert found.written == {"categories": ("Show", "HD", "Footy")}
    for field, pattern in (("title", "Match"), ("category", "Footy")):
        found = tidied(content, (field, pattern, "set_category", "Sports"))
        assert found is not None and found.content.categories == ("Sports",)
        assert found.written == {"categories": ("Show", "HD", "Footy")}


def test_accents_may_be_characters_of_their_own() -> None:
    found = DEFAULT(Content("Plus belle E\u0301pisode 4"))
    assert found is not None and found.content == Content("Plus belle", episode=4)


@settings(max_examples=150)
@given(
    st.lists(
        st.sampled_from(
            ["Foo", "S1", "E2", "Ep. 3", "(4/5)", "(2019)", ":", "-", "Live:", "[HD]", "第3話", "²", "("]
        )
    )
)
def test_a_tidy_title_says_something_and_keeps_every_word(words: list[str]) -> None:
    content = Content(" ".join(["Bar", *words]), "Baz", " ".join(words))
    found = DEFAULT(content)
    if found is not None:
        assert found.content.title and found.content.title.split()[0].strip("():-") == "Bar"
        assert {name: getattr(content, name) for name in found.written} == found.written
        assert words.count("Foo") == sum(str(part).count("Foo") for part in found.content[:2])


@settings(max_examples=100)
@given(
    st.lists(
        st.one_of(
            st.sampled_from(
                [
                    "S1",
                    "E2",
                    "(4/5)",
                    "(2019)",
                    "Live:",
                    "[HD]",
                    "第3話",
                    "ᴺᵉʷ",
                    "(n)",
                    "E\u0301pisode 4",
                    "T3",
                    ", The",
                ]
            ),
            st.text(max_size=8),
        )
    ).map(" ".join)
)
def test_rules_found_together_are_those_that_match_alone(text: str) -> None:
    for at, field in enumerate(("title", "subtitle", "description")):
        rules = [rule for rule in shipped_rules() if rule.field == field]
        composed = unicodedata.normalize("NFC", text)
        alone = [place for place, rule in enumerate(rules) if checked(rule).search(composed)]
        found = compiled(field).hits(
            *("" if field != one else text for one in ("title", "subtitle", "description"))
        )
        assert sorted(found[at] or ()) == alone


@cache
def compiled(field: str) -> Tidy:
    return compile_rules(rule for rule in shipped_rules() if rule.field == field)


def test_the_time_grows_with_the_length() -> None:
    """Texts for which a backtracking engine would need minutes."""
    times = []
    for length in (2_000, 20_000):
        text = "S1 E" * (length // 8) + "((" * (length // 4)
        started = time.process_time()
        DEFAULT(Content("Foo", None, text))
        DEFAULT(Content(text[:1_000], text[:1_000]))
        times.append(time.process_time() - started)
    assert times[1] < max(40 * times[0], 1)
