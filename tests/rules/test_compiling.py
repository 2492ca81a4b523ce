"""Which rules can be used, and what is said of those that cannot."""

from __future__ import annotations

import sys

import pytest
from epg_ingest.core.errors import EpgError, UsageError
from epg_ingest.rules import compiling, words
from epg_ingest.rules.compiling import checked, compile_rules, library
from epg_ingest.rules.rule import Content, Rule
from epg_ingest.rules.sets import rule_sets, shipped_rules, wider_patterns

from tests.rules.test_forms import DESCRIPTIONS, SPLIT, TITLES

UNUSABLE = [
    (("name", "x", "remove", ""), "'name' is no field"),
    (("title", "x", "delete", ""), "'delete' is no action"),
    (("title", "(x", "remove", ""), "RE2 cannot read the pattern: missing ): (x"),
    (("title", "(?=x)", "remove", ""), "RE2 cannot read the pattern"),
    (("title", "x*", "remove", ""), "matches an empty text"),
    (("title", "x" * 20_001, "remove", ""), "longer than 20000 characters"),
    (("title", r"((?:\pL{100}){10}x){30}", "remove", ""), "RE2 cannot read the pattern"),
    (("title", r"(?:\pL\pN\pP){200}x", "remove", ""), "too large"),
    (("title", "x", "extract", ""), "needs a group"),
    (("title", "x(?P<cut>y)", "extract", ""), "needs a group"),
    (("title", r"(?P<part>\d)", "extract", ""), "the group 'part' has no meaning"),
    (("title", r"(?P<season>\d)", "extract", "nw"), "does not know 'nw'"),
    (("title", "x", "extract", "new careful"), "need a group that holds a number"),
    (("title", "x", "replace", r"\1"), "names the group 1"),
    (("title", "x", "replace", r"\g<season>"), "names the group season"),
    (("title", "x", "set_category", " "), "needs a value"),
]


@pytest.mark.parametrize(("rule", "message"), UNUSABLE, ids=[message for _, message in UNUSABLE])
def test_an_unusable_rule_is_told_in_one_line(rule: tuple[str, str, str, str], message: str) -> None:
    with pytest.raises(UsageError) as caught:
        compile_rules([Rule(7, *rule)])
    assert caught.value.message.startswith(f"rule 7 ({rule[0]}): ")
    assert message in caught.value.message and "\n" not in caught.value.message
    assert caught.value.code == "rule"


def test_every_shipped_rule_can_be_used() -> None:
    for rule in shipped_rules():
        assert len(rule.pattern) <= compiling.LONGEST
        checked(rule)


def test_shipped_sets_have_names_and_positions_of_their_own() -> None:
    names, positions = [one.name for one in rule_sets()], [rule.position for rule in shipped_rules()]
    assert len(set(names)) == len(names) and len(set(positions)) == len(positions)
    assert {one.safety for one in rule_sets()} == {"safe", "feed", "never"}
    chosen = {rule.position: rule.pattern for rule in shipped_rules(frozenset(("year",)))}
    assert chosen.items() <= {rule.position: rule.pattern for rule in shipped_rules()}.items()


def test_rules_that_are_off_or_for_another_provider_do_nothing() -> None:
    rules = [
        Rule(1, "title", "a", "remove", enabled=False),
        Rule(2, "title", "b", "remove", provider_id=1),
        Rule(3, "title", "c", "remove", provider_id=2),
        Rule(4, "title", "d", "remove"),
    ]
    found = compile_rules(rules, provider_id=2).tidy(Content("abcdx"))
    assert found is not None and found.content.title == "ab x"


def test_without_the_library_the_message_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "re2", None)
    compiling.library.cache_clear()
    with pytest.raises(EpgError, match=r"google-re2.*no wheel.*pip install") as caught:
        compile_rules([Rule(1, "title", "x", "remove")])
    assert caught.value.code == "nore2"
    compiling.library.cache_clear()


def test_a_wider_pattern_misses_nothing_that_its_pattern_matches() -> None:
    texts = [row[0] for row in (*TITLES, *SPLIT, *DESCRIPTIONS)]
    texts += [f"({text}) and more" for text in texts] + [f"Something. {text}" for text in texts]
    texts += [f"Something ({text.upper()})" for text in texts]
    texts += [
        f"{before}{text}" for text in numbered() for before in ("", "It - ", "Was. ", "3 серия", "(5/8) ")
    ]
    texts += OTHERS
    for (_, pattern), wider in wider_patterns().items():
        narrow = list(filter(library().compile(pattern, compiling._options()).search, texts))
        assert narrow, pattern
        for one in wider:
            found = library().compile(one, compiling._options()).search
            assert [text for text in narrow if not found(text)] == []


#: what rules match that are about something else than a season or an episode in words
OTHERS = [
    "Simpsons, The", "Étape, L’", "Chess #12", "Vertigo – 1958", "Lost 4x12", "Rocky IV", "第3季 第5集", "第5話", "시즌 2",
    "ซีซั่นที่ 2 ตอนที่ 5", "(3회)", "(Live) Tennis", "News [New]", "Film (Premiere)", "Film (Wdh.)",
]  # fmt: skip


def numbered() -> list[str]:
    """Each word for a season or an episode, with numbers before and after it."""
    known = {word.replace("\\", "") for word in f"{words.SEASON}|{words.EPISODE_ALONE}".split("|")}
    made = [(f"{word} 2", f"{word}II", f"2. {word}", f"II {word}", f"{word} ii") for word in sorted(known)]
    return [text + after for row in made for text in row for after in ("", "E3", " 4 c", ". Then - 12")]


def test_a_text_that_only_the_wider_pattern_matches_is_not_read() -> None:
    tidy = compile_rules(shipped_rules(frozenset(("season-episode",))))
    assert library().search(f"(?i){words.NUMBERED}", "Season 5 of it")
    assert not tidy.reads("Season 5 of it", "", "", "[]")
    assert tidy.sets_reading("Season 5 of it", "Season 5", "") == set()
    assert tidy.reads("It S5 E2", "", "", "[]")
