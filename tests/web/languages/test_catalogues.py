"""Every catalogue has every word that pages show, with the same values in it."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po
from epg_web.base.viewer import viewer_language
from epg_web.shell.language import CATALOGUES

ROOT = Path(__file__).parents[3]
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2)}
TRANSLATED = sorted(viewer_language.LANGUAGES - {"en"})
VALUE = re.compile(r"%\(\w+\)[sd]|%%|</?\w+[^>]*>")


@cache
def wanted() -> dict[str, str | tuple[str, ...]]:
    """What templates and modules mark, by its first form."""
    found: dict[str, str | tuple[str, ...]] = {}
    for folder, end, method in (("templates", "html", "jinja2"), ("plugins", "py", "python")):
        for _, _, message, _, _ in extract_from_dir(ROOT / folder, [(f"**.{end}", method)], {}, KEYWORDS):
            key = message if isinstance(message, str) else message[0]
            if key not in found or isinstance(message, tuple):
                found[key] = message
    return found


@cache
def catalogue(code: str) -> Catalog:
    with (CATALOGUES / f"{code}.po").open("rb") as source:
        return read_po(source, locale=code)


def forms(message: Message) -> list[str]:
    return [message.string] if isinstance(message.string, str) else list(message.string)


def test_there_is_a_catalogue_for_each_language() -> None:
    assert [path.stem for path in sorted(CATALOGUES.glob("*.po"))] == TRANSLATED
    assert len(wanted()) > 500


@pytest.mark.parametrize("code", TRANSLATED)
def test_every_word_is_there(code: str) -> None:
    there = {m.id if isinstance(m.id, str) else m.id[0]: m for m in catalogue(code) if m.id}
    assert set(wanted()) - set(there) == set(), "make catalogues adds what is missing, without a translation"
    assert set(there) - set(wanted()) == set(), "make catalogues removes what no page shows"
    assert [key for key, message in there.items() if message.fuzzy or not all(forms(message))] == []
    plural = {key: m.id for key, m in there.items() if not isinstance(m.id, str)}
    assert {key: tuple(found) for key, found in plural.items()} == {
        key: found for key, found in wanted().items() if isinstance(found, tuple)
    }
    assert {len(forms(there[key])) for key in plural} == {catalogue(code).num_plurals}


@pytest.mark.parametrize("code", TRANSLATED)
def test_values_and_markup_are_those_of_the_english_words(code: str) -> None:
    for message in catalogue(code):
        if not message.id:
            continue
        english = {message.id} if isinstance(message.id, str) else set(message.id)
        allowed = [sorted(VALUE.findall(text)) for text in english]
        for form in forms(message):
            assert sorted(VALUE.findall(form)) in allowed, (code, message.id, form)


@pytest.mark.parametrize("code", TRANSLATED)
def test_blanks_at_the_edges_are_kept(code: str) -> None:
    for message in catalogue(code):
        if isinstance(message.id, str) and message.id:
            found = forms(message)[0]
            assert (found[:1].isspace(), found[-1:].isspace()) == (
                message.id[:1].isspace(), message.id[-1:].isspace(),
            ), (code, message.id)  # fmt: skip
