"""Which language counts: what feeds write, what people ask for."""

from __future__ import annotations

import json

import pytest
from epg_ingest.core.languages import canonical, chosen, in_one_language
from epg_ingest.guide.providers import update_provider
from hypothesis import given
from hypothesis import strategies as st

from tests.helpers.support import NOON, Guide, feed, show

Entries = list[tuple[str, "str | None"]]


@pytest.mark.parametrize(
    ("tag", "expected"),
    [
        ("en", "en"), ("EN", "en"), ("eng", "en"), ("en_GB", "en-gb"), ("eng-gb", "en-gb"), ("en-UK", "en-gb"),
        ("ger", "de"), ("deu", "de"), ("fre", "fr"), ("fra", "fr"), ("cze", "cs"), ("ces", "cs"), ("dut", "nl"), ("nld", "nl"),
        ("gre", "el"), ("ell", "el"), ("chi", "zh"), ("zho", "zh"), ("zh_TW", "zh-tw"), ("nob", "no"), ("nor", "no"),
        ("nb", "no"), ("scr", "hr"), ("hrv", "hr"), ("iw", "he"), ("sr-Latn", "sr-latn"), ("enm", "enm"), ("xx", "xx"),
        (" en ", "en"), ("", ""), (None, ""), ("English", "english"), ("e", "e"), ("--", "--"), ("x" * 5000, "x" * 35),
    ],
)  # fmt: skip
def test_canonical(tag: str | None, expected: str) -> None:
    assert canonical(tag) == expected


@given(st.text() | st.from_regex(r"[A-Za-z]{1,9}([-_][A-Za-z0-9]{0,9}){0,4}", fullmatch=True))
def test_any_tag_is_taken(tag: str) -> None:
    assert len(canonical(tag)) <= 45
    assert canonical(canonical(tag)).strip() == canonical(tag).strip()
    assert chosen([("a", "zz"), ("b", tag)], (tag,))[0] in ("a", "b")


@pytest.mark.parametrize(
    ("entries", "languages", "expected"),
    [
        ([("a", "es"), ("b", "en")], (), "a"),
        ([("a", "es"), ("b", "en")], ("en",), "b"),
        ([("a", "es"), ("b", "en"), ("c", "en")], ("en",), "b"),
        ([("a", "es"), ("b", "en-GB")], ("en",), "b"),
        ([("a", "es"), ("b", "en_NZ")], ("EN",), "b"),
        ([("a", "en-US"), ("b", "en-GB")], ("en-gb",), "b"),
        ([("a", "enm"), ("b", "en")], ("en",), "b"),
        ([("a", None), ("b", "")], ("de",), "a"),
        ([("a", "fr"), ("b", "de"), ("c", "en")], ("it", "de", "fr"), "b"),
        # one language under several codes
        ([("a", "spa"), ("b", "eng")], ("en",), "b"),
        ([("a", "en"), ("b", "ger")], ("de",), "b"),
        ([("a", "en"), ("b", "deu")], ("de",), "b"),
        ([("a", "en"), ("b", "de_AT")], ("ger",), "b"),
        ([("a", "en"), ("b", "fr")], ("fre", "fra"), "b"),
        ([("a", "en"), ("b", "cs")], ("ces",), "b"),
        # a variety takes its language, but no other variety
        ([("a", "es"), ("b", "en")], ("en-GB",), "b"),
        ([("a", "es"), ("b", "eng")], ("en_GB",), "b"),
        ([("a", "en"), ("b", "en-GB")], ("en-GB",), "b"),
        ([("a", "en-US"), ("b", "de")], ("en-GB", "de"), "b"),
        ([("a", "zh"), ("b", "zh-Hant")], ("zh-Hant-TW",), "b"),
        # just that language comes before its varieties
        ([("a", "en-GB"), ("b", "en")], ("en",), "b"),
        # tags that are none
        ([("a", "!!"), ("b", "-"), ("c", "en")], ("en",), "c"),
        ([("a", "x" * 100_000), ("b", "e n"), ("c", "ENG ")], ("en",), "c"),
    ],
)
def test_chosen(entries: Entries, languages: tuple[str, ...], expected: str) -> None:
    assert chosen(entries, languages)[0] == expected


DRAMA: Entries = [("Drama", "en"), ("Krimi", "de"), ("Crime", "eng"), ("Drame", "fr")]


@pytest.mark.parametrize(
    ("entries", "languages", "expected"),
    [
        (DRAMA, ("en",), ["Drama", "Crime"]),
        (DRAMA, ("ger", "en"), ["Krimi"]),
        (DRAMA, ("fr-CA",), ["Drame"]),
        # else the language of the first
        (DRAMA, ("it",), ["Drama", "Crime"]),
        (DRAMA, (), ["Drama", "Crime"]),
        # each tag that the language takes, in the order of the feed
        ([("Film", "en"), ("Movie", "en-GB")], ("en",), ["Film", "Movie"]),
        ([*DRAMA, ("Soap", "en-GB"), ("Show", "en_US")], ("en",), ["Drama", "Crime", "Soap", "Show"]),
        ([*DRAMA, ("Soap", "en-GB"), ("Show", "en_US")], ("en-UK",), ["Drama", "Crime", "Soap"]),
        ([("Jause", "de-AT"), ("Krimi", "deu"), ("Film", "en")], ("de",), ["Jause", "Krimi"]),
        (
            [("Film", "en"), ("Jause", "de-AT"), ("Krimi", "ger"), ("Z", "de-CH")],
            ("fr", "de-AT"),
            ["Jause", "Krimi"],
        ),
        ([("A", "zh-Hans"), ("B", "zh-Hant"), ("C", "en")], ("zh",), ["A", "B"]),
        ([("A", "en-GB"), ("B", "en"), ("C", "en-US"), ("D", "de")], (), ["A", "B"]),
        ([("A", "en"), ("B", "eno"), ("C", "en-GB")], ("en",), ["A", "C"]),
        # those without a language belong to each
        ([*DRAMA, ("HD", None), ("4K", "")], ("de",), ["Krimi", "HD", "4K"]),
        # one language, or none, is not several
        ([("a", "en"), ("b", None)], ("de",), ["a", "b"]),
        ([("a", "en"), ("b", "eng")], ("de",), ["a", "b"]),
        ([("a", None), ("b", None)], ("de",), ["a", "b"]),
    ],
)
def test_in_one_language(entries: Entries, languages: tuple[str, ...], expected: list[str]) -> None:
    assert [text for text, _ in in_one_language(entries, languages)] == expected


def test_categories_follow_the_language_and_the_others_stay(guide: Guide) -> None:
    inner = "".join(f'<category lang="{lang}">{text}</category>' for text, lang in DRAMA)
    body = feed([show("one", NOON, NOON + 3600, "T", inner)], [("one", "One")])
    guide.load("p", body, language=["de"])
    (row,) = guide.rows()
    assert json.loads(row["category"]) == ["Krimi"]
    assert json.loads(row["details"])["category"] == [{"text": text, "lang": lang} for text, lang in DRAMA]
    # another language: the same body is read again
    update_provider(guide.db, guide.vault, "p", {"language": ["en"]}, now=NOON)
    guide.load("p", body)
    assert json.loads(guide.rows()[0]["category"]) == ["Drama", "Crime"]
