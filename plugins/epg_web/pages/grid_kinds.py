"""A few kinds of programmes, recognised by the words that feeds use as categories. The grid colours and marks them.

XMLTV leaves the words of `category` to each feed, in any language. A programme that is not recognised has no colour.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

MOST_LETTERS = 200


@dataclass(frozen=True)
class Kind:
    """`name` follows `k-` in the CSS class, `label` is the word that goes with the colour, `words` is a pattern over text in
    lower case without accents.
    """

    name: str
    label: str
    words: re.Pattern[str]


def _kind(name: str, label: str, *words: str) -> Kind:
    return Kind(name, label, re.compile("|".join(words)))


#: The most telling first: a children's film is for children, a documentary film a documentary. English, German, French,
#: Spanish, Italian, Dutch and Portuguese words.
KINDS = (
    _kind(
        "children", "Children", r"\b(?:kid|child|preschool|toddler|cartoon|kinder|jugend|zeichentrick|trickfilm)",
        r"\b(?:enfant|jeunesse|dessins? anim|infantil|ninos|dibujos|bambin|ragazz|cartoni|jeugd|tekenfilm)",
    ),
    _kind(
        "sport", "Sport", r"(?<!tran)(?<!pas)sport|deport|desport",
        r"\b(?:foot|futbol|fussball|futebol|voetbal|calcio|soccer|tenn?is\b|basket|baseball|hockey|golf\b|rugby|cricket)",
        r"\b(?:boxing|boxen|boxe\b|cycling|cyclisme|ciclismo|wielren|athletics|wrestling|olympi|formula 1|formel 1|turf\b)",
    ),
    _kind(
        "news", "News", r"nachricht|\b(?:news|current affairs|weather|journal|actualit|infos?\b|informati)",
        r"\b(?:meteo|tagesschau|aktuell|wetter|notici|telediario|notizi|telegiornal|nieuws|weer\b|weerbericht|politi)",
    ),
    _kind(
        "documentary", "Documentary", r"\b(?:docu|doku|reportag|reportaje|wildlife|factual|educa)",
        r"\b(?:natur|natuur|scienc\w*\b(?!.fiction)|scienz|wissen|wetenschap|ciencia|animals|travel|reisen|viaje)",
        r"\b(?:history|histoire|historia|storia|geschichte|geschiedenis)\b",
    ),
    _kind(
        "music", "Music", r"\b(?:musi[ckq]|muzi|konzert|concert|conciert|clips?\b|ballet|jazz|schlager|opern?\b)",
        r"(?<!soap )(?<!soap-)\boper[ae]s?\b",
    ),
    _kind("film", "Film", r"film", r"\b(?:movie|cinema|kino|pelicula|cine\b)"),
    _kind(
        "series", "Series", r"serie", r"\b(?:soap|sitcom|drama|comed|komodie|krimi|crim|feuilleton|novela)",
        r"\b(?:telenovela|fiction|science.fiction|sci.fi|thriller|horror|fantas|action|adventur|aventur|mystery|suspense)",
        r"\b(?:romance|western|animat|animac)",
    ),
    _kind(
        "show", "Shows", r"\b(?:\w*show|entertain|reality|talk|quiz|variet|magazin|lifestyle|interview|debat)",
        r"\b(?:unterhaltung|kochen|divertissement|jeux?\b|telerealit|emission|spectacle|entreten|concurso|cocina)",
        r"\b(?:intratten|gioco|giochi|cucina|amusement|spelprogramma|cook|food)",
    ),
)  # fmt: skip


def plain(text: str) -> str:
    """Lower case without accents: `Série` and `SERIE` are one word."""
    spread = unicodedata.normalize("NFKD", text[:MOST_LETTERS].casefold())
    return "".join(letter for letter in spread if not unicodedata.combining(letter))


@lru_cache(maxsize=8192)
def rank(category: str) -> int:
    """The index in `KINDS` of the first kind whose words the category has; the length of `KINDS` where there is none."""
    text = plain(category)
    return next((place for place, kind in enumerate(KINDS) if kind.words.search(text)), len(KINDS))


def kind_of(categories: Iterable[Any] | None) -> Kind | None:
    """The most telling kind among a programme's categories, None where none of them is recognised."""
    best = min((rank(text) for text in categories or () if isinstance(text, str)), default=len(KINDS))
    return KINDS[best] if best < len(KINDS) else None
