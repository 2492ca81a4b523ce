"""The viewer's language: which one it is, and the country whose way of writing dates and clocks goes with it.

A request says it: `?lang=de`, else the cookie that `/guide/language` sets, else `Accept-Language` (RFC 9110, 12.5.4), else
it is English. What is chosen holds for all that one request makes (a context variable).
"""

from contextvars import ContextVar
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qs

from ..http import Scope, cookies_of, header

COOKIE = "epg_lang"
PARAMETER = "lang"
#: what viewers may choose: the tag as browsers write it, and its name in itself. The first part has a catalogue.
CHOICES = {
    "de": "Deutsch",
    "en-GB": "English",
    "en-US": "English (US)",
    "es": "Español",
    "fr": "Français",
    "it": "Italiano",
    "nl": "Nederlands",
    "pl": "Polski",
    "pt": "Português",
}
LANGUAGES = frozenset(tag.partition("-")[0] for tag in CHOICES)
#: of a header or parameter from outside
LONGEST, MOST = 1000, 30


@dataclass(frozen=True)
class ViewerLanguage:
    """`tag` as browsers write it (`de`, `de-CH`, `en-GB`). `source`: `asked`, `chosen` (the cookie), `browser`, `default`."""

    tag: str
    source: str

    @property
    def code(self) -> str:
        """The language without a country: `de`."""
        return self.tag.partition("-")[0]


ENGLISH = ViewerLanguage("en-GB", "default")
_current: ContextVar[ViewerLanguage] = ContextVar("viewer_language", default=ENGLISH)


def current() -> ViewerLanguage:
    """The language of the request that is being answered."""
    return _current.get()


def begin(scope: Scope) -> None:
    """From now on `current` is the language of this request."""
    _current.set(choose(scope))


def choose(scope: Scope) -> ViewerLanguage:
    """The language of a request. Unknown ones are passed over."""
    asked = known(parameter(scope))
    if asked:
        return ViewerLanguage(asked, "asked")
    chosen = known(cookies_of(scope).get(COOKIE))
    if chosen:
        return ViewerLanguage(chosen, "chosen")
    found = next(filter(None, map(known, accepted(header(scope, b"accept-language") or ""))), None)
    return ViewerLanguage(found, "browser") if found else ENGLISH


def parameter(scope: Scope) -> str | None:
    """The value of `?lang=`, None where it is missing."""
    query = scope.get("query_string", b"")
    if b"lang=" not in query:
        return None
    text = query[:LONGEST].decode("latin-1")
    return next(iter(parse_qs(text).get(PARAMETER, ())), None)


def accepted(text: str) -> list[str]:
    """The tags of an `Accept-Language`, best first. What cannot be read is passed over."""
    found = []
    for entry in text[:LONGEST].split(",")[:MOST]:
        tag, _, weight = entry.partition(";")
        try:
            quality = float(weight.strip().removeprefix("q=") or 1)
        except ValueError:
            continue
        if quality > 0:
            found.append((quality, tag.strip()))
    return [tag for _, tag in sorted(found, key=lambda pair: -pair[0])]


@lru_cache(maxsize=256)
def known(tag: Any) -> str | None:
    """The tag where there is a catalogue for its language: with its country where CLDR knows how dates are written there.

    English of no country is British, because it has the day before the month, as most countries do.
    """
    if not isinstance(tag, str) or len(tag) > 20 or not tag.isascii():
        return None
    language, *rest = tag.replace("_", "-").split("-")
    language = language.lower()
    if language not in LANGUAGES:
        return None
    country = next((part.upper() for part in rest if len(part) == 2 and part.isalpha()), None)
    if country and _has_locale(language, country):
        return f"{language}-{country}"
    return "en-GB" if language == "en" else language


def _has_locale(language: str, country: str) -> bool:
    from babel import localedata

    return bool(localedata.exists(f"{language}_{country}"))
