"""The columns that hold text: title, subtitle, description and categories in the provider's language.

A column holds one text. The languages, and the texts that were not chosen, go to `details`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..core.compact_json import dumps
from ..core.languages import Text, chosen, in_one_language
from ..core.text_bounds import one_line

#: the column and the entries for `details`
Categories = tuple[str, "list[dict[str, str]] | None"]


def text_columns(
    found: dict[str, Any], languages: Sequence[str], details: dict[str, Any]
) -> tuple[str, str, str] | None:
    """Title, subtitle and description, "" for a missing one; None if the programme has no title.

    Takes `title`, `sub-title` and `desc`, each a list of `Text`, out of `found`, and adds to `details` what the columns
    cannot hold. A programme with a sub-title and no title gets the sub-title as its title.
    """
    titles, subtitles = found.pop("title", None), found.pop("sub-title", None)
    if titles is None:
        if subtitles is None:
            return None
        titles, subtitles = subtitles, None
    descriptions = found.pop("desc", None)
    return (
        _column("title", titles, languages, details, True),
        _column("sub-title", subtitles, languages, details, True) if subtitles else "",
        _column("desc", descriptions, languages, details, False) if descriptions else "",
    )


def _column(
    tag: str, texts: Sequence[Text], languages: Sequence[str], details: dict[str, Any], in_one_line: bool
) -> str:
    text, lang = texts[0]
    if len(texts) > 1:
        if in_one_line:
            texts = [(one_line(text), lang) for text, lang in texts]
        details[tag] = [_entry(text, lang) for text, lang in texts]
        return chosen(texts, languages)[0]
    if lang is not None:
        details[tag] = [{"lang": lang}]
    return one_line(text) if in_one_line and "\n" in text else text


def category_column(texts: tuple[Text, ...], languages: tuple[str, ...]) -> Categories:
    """The names as a JSON array, and the entries for `details`, None if no category has a language.

    Of categories in several languages, the column has those in the one that `languages` prefers, else those in the language of
    the first. Then the entries hold all texts. Do not change the list: callers keep it.
    """
    texts = tuple([(one_line(text), lang) for text, lang in texts])
    kept = in_one_language(texts, languages)
    names = dumps([name for name, _ in kept])
    if not any(lang for _, lang in texts):
        return names, None
    if len(kept) < len(texts):
        return names, [_entry(name, lang) for name, lang in texts]
    return names, [{"lang": lang} if lang is not None else {} for _, lang in texts]


def _entry(text: str, lang: str | None) -> dict[str, str]:
    return {"text": text} if lang is None else {"text": text, "lang": lang}
