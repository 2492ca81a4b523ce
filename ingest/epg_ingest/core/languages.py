"""Which of several texts is in the language that a provider prefers.

Feeds write languages in many ways: `en`, `eng`, `en-GB`, `en_NZ`, `ger` or `deu` for German. They are compared as `canonical`
gives them. A language takes its varieties, and a variety takes its language: `en` takes `en-GB`, and `en-GB` takes `en`, but
not `en-US`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

#: a text and its language, None without a `lang` attribute
Text = tuple[str, "str | None"]
#: a longer tag is no language (RFC 5646, section 4.4.1, counts 35 characters)
_LONGEST = 35
_CODE = re.compile("[a-z]{2,3}")
#: what feeds write for the same thing: Norwegian ones `no` and `nb`, British ones the regions `GB` and `UK`
_SAME_LANGUAGE = {"nb": "no"}
_SAME_REGION = {"uk": "gb"}


def canonical(tag: str | None) -> str:
    """A language tag in lower case with dashes, its language in two letters where there is such a code; "" for none.

    ISO 639-1, 639-2/T and 639-2/B codes of a language are the same. What is no language tag stays as it is.
    """
    if not tag:
        return ""
    return _canonical(tag) if len(tag) <= _LONGEST else tag[:_LONGEST].lower().replace("_", "-")


@lru_cache(maxsize=4096)
def _canonical(tag: str) -> str:
    language, *others = tag.strip().lower().replace("_", "-").split("-")
    others = [_SAME_REGION.get(part, part) for part in others]
    return "-".join([_language(language), *others])


def _language(code: str) -> str:
    """The shortest code of a language. Only codes are looked up: `langcodes` keeps each tag that it has seen."""
    if not _CODE.fullmatch(code):
        return code
    import langcodes  # takes 35 ms, and most feeds have one language

    found = langcodes.standardize_tag(code, macro=True).lower()
    return _SAME_LANGUAGE.get(found, found)


def chosen(texts: Sequence[Text], languages: Sequence[str]) -> Text:
    """The text in the first of `languages` that occurs, else the first text.

    Of several that fit, the one in just that language is chosen, then the first in a variety of it, then the first in the
    language that it is a variety of.
    """
    if not languages:
        return texts[0]
    tags = [canonical(lang) for _, lang in texts]
    for language in languages:
        found = _index(tags, canonical(language))
        if found is not None:
            return texts[found]
    return texts[0]


def _index(tags: Sequence[str], wanted: str) -> int | None:
    """The index of the tag that fits `wanted` best, None if none does."""
    if wanted in tags:
        return tags.index(wanted)
    for index, tag in enumerate(tags):
        if tag.startswith(wanted + "-"):
            return index
    while wanted := wanted.rpartition("-")[0]:
        if wanted in tags:
            return tags.index(wanted)
    return None


def in_one_language(texts: Sequence[Text], languages: Sequence[str]) -> Sequence[Text]:
    """The texts in the first of `languages` that occurs, else in that of the first text that has one; and those without a
    language. All if there are not several languages. Each tag that the language takes is in it."""
    if len({lang for _, lang in texts if lang}) < 2:
        return texts  # as in most feeds, which then need no codes of languages
    tags = [canonical(lang) for _, lang in texts]
    written = list(dict.fromkeys(filter(None, tags)))
    if len(written) < 2:
        return texts
    wanted = next(
        (one for one in map(canonical, languages) if any(_takes(one, tag) for tag in written)), written[0]
    )
    return [text for text, tag in zip(texts, tags, strict=True) if not tag or _takes(wanted, tag)]


def _takes(language: str, tag: str) -> bool:
    """Whether one of two canonical tags is the other or a variety of it."""
    return language == tag or tag.startswith(language + "-") or language.startswith(tag + "-")
