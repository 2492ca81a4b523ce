"""Words for season and episode in titles and descriptions, by language, and the pieces of patterns made of them.

The words that `<episode-num>` is read with (`core/episode_words.py`) are part of them. RE2's `\\b`, `\\w`, `\\d` and `\\s` know
ASCII only, so the pieces use `\\pL` (letters), `\\pM` (accents of their own), `\\p{Nd}` (digits of any script) and `\\pZ`
(blanks).
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable

from ..core.episode_words import WORDS
from .numerals import ORDINALS


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


#: language: more words for a season, more for an episode. A dot after each is allowed anyway.
_MORE = {
    "en": ("seas|ssn", "eps|epi|epis"),
    "de": ("staffeln|serie", "teil"),
    "fr": ("sais", "ép|partie"),
    "es": ("tempor|serie", "capitulos|capít|ep"),
    "pt": ("série|tempor", "episodio|capitulo|parte"),
    "ca": ("sèrie", "capítol"),
    "gl": ("temporada|tempada", "episodio|capítulo"),
    "eu": ("denboraldia", "atala|kapitulua"),
    "it": ("serie", "puntate|parte|ep"),
    "nl": ("serie|seiz", "deel"),
    "af": ("seisoen|reeks", "episode|aflewering"),
    "pl": ("sez|ser", "odcinki|część|cz"),
    "cs": ("rada|serie", "dil|část|ep"),
    "sk": ("seria|sezona|rad", "epizoda|cast|diel|časť"),
    "hu": ("evad", "resz|epizod"),
    "da": ("sæsson", "afs|del"),
    "sv": ("säs|omgång", "avsn|del"),
    "no": ("sesong", "episode|del"),
    "is": ("þáttaröð|sería", "þáttur|hluti"),
    "fi": ("kaudet|tuotantokausi", "jaksot|osa"),
    "et": ("hooaja", "episood"),
    "lv": ("sezonas|sez", "sērija|serija|daļa"),
    "lt": ("sez", "ser|dalis"),
    "ro": ("sez|seria", "epis|partea"),
    "hr": ("sez", "ep|epizode|nastavak|dio"),
    "sl": ("sez", "ep|epizoda|nadaljevanje|del"),
    "sr": ("сезона|сез", "епизода|еп|део"),
    "mk": ("сезона|сез", "епизода|еп|дел"),
    "sq": ("sezoni|stina", "episodi|pjesa"),
    "tr": ("sez", "bölümü|bol|böl|kısım"),
    "az": ("mövsüm|fəsil", "seriya|bölüm|hissə"),
    "kk": ("маусым", "бөлім|серия"),
    "uz": ("fasl|mavsum", "qism|seriya"),
    "el": ("κυκλος|σεζον|κ", "επεισοδιο|επεισ|επ|μέρος"),
    "ru": ("сез|с-н|сезона", "сер|эп|вып|часть|серии|выпуски"),
    "uk": ("сез", "сер|еп|випуск|частина"),
    "be": ("сезон", "серыя|эпізод|выпуск"),
    "bg": ("сез", "серии|част"),
    "ka": ("სეზონი", "სერია|ეპიზოდი"),
    "hy": ("սեզոն|եթերաշրջան", "սերիա|մաս"),
    "cy": ("cyfres", "pennod|rhan"),
    "ga": ("sraith", "eagrán|clár"),
    "ar": ("موسم|الجزء|جزء", "حلقة|الحلقه|حلقه"),
    "fa": ("فصل", "قسمت"),
    "ur": ("سیزن", "قسط"),
    "he": ("עונת", "חלק"),
    "hi": ("सीज़न|सीजन", "एपिसोड|भाग"),
    "bn": ("সিজন", "পর্ব|এপিসোড"),
    "id": ("musim", "episod|eps|bagian"),
    "ms": ("musim|siri", "episod|bhg"),
    "vi": ("phần", "tâp|tap"),
    "tl": ("season", "yugto"),
    "sw": ("msimu", "kipindi"),
}
#: words of an episode that also count the parts of a film: they need a season or a total beside them
_PARTS = _set(
    "teil partie parte deel cz część část časť cast del hluti osa daļa dalis partea dio део дел pjesa kısım hissə μέρος часть "
    "част частина мաս rhan חלק भाग bagian մաս clár eagrán серии выпуски puntate episodi"
)
#: words of a season that mean a whole series as well: they need an episode beside them
_SERIES = _set(
    "serie series série seria sería sèrie séria reeks rada rad řada phần siri جزء omgång cyfres sraith fasl κ"
)
#: abbreviations that are words of their own (`High Seas 2`, `Cap 2030`): they need the other number beside them
_AMBIGUOUS = _set(
    "seas temp tempor stag sais seiz säs ser sez rad cap punt bol dil ép épis epis clár afs resz shl yugto reeks st ssn"
)
#: signs and letters that stand for a season or an episode when both are there
_SEASON_SIGNS = "s|t|st|se|sn|с|ע|ע'|ע׳|م"
_EPISODE_SIGNS = "e|ep|е|э|с|эп|еп|ε|επ|פ|פ'|פ׳|ح|f|#|＃|№"
#: short words that are known well enough without a season, with their number after them
_EPISODE_SHORT = "ep|eps|epi|cap.|punt.|еп|эп|επ|επεισ|פרק|ح"
#: scripts without blanks between words, which `scripts.py` reads
_WITHOUT_BLANKS = frozenset(("zh", "ja", "ko", "th"))


def _flat(word: str) -> str:
    """A word without accents, as many feeds write it."""
    return "".join(c for c in unicodedata.normalize("NFD", word) if not unicodedata.combining(c))


def _words(at: int, *more: str, but: Iterable[str] = (), only: Callable[[str], bool] = bool) -> str:
    """The words for a season (`at` 0) or an episode (1) as a pattern, the longest first, with and without accents.

    Accents are left out where a Latin or Greek word has them; in other scripts they make other letters.
    """
    rows = [row[at] for language, row in [*WORDS.items(), *_MORE.items()] if language not in _WITHOUT_BLANKS]
    found = {word.replace("\\.", "") for row in [*rows, *more] for word in row.split("|")}
    found -= set(but)
    found = {word for word in found | {_flat(word) for word in found if word[0] < "\u0400"} if only(word)}
    return "|".join(re.escape(word) for word in sorted(found, key=lambda word: (-len(word), word)))


def _season_words() -> list[str]:
    """The words for a season in all languages, in rows."""
    return [row[0] for language, row in [*WORDS.items(), *_MORE.items()] if language not in _WITHOUT_BLANKS]


def _counted(word: str) -> bool:
    """Whether a plain number before the word tells which one it is: `3 серия`, but not `3 episodes`."""
    return word[0] >= "\u0370" or word in _COUNTED


_COUNTED = _set("bölüm bolum bölümü seriya serija sērija epizodas qism sezonas sezona epizoda")
_ALONE = _AMBIGUOUS | _PARTS | _SERIES
SEASON = _words(0, _SEASON_SIGNS)
SEASON_WORDS = _words(0)
SEASON_ALONE = _words(0, but=_ALONE)
SEASON_COUNTED = _words(0, but=_ALONE, only=_counted)
EPISODE = _words(1, _EPISODE_SIGNS)
EPISODE_WORDS = _words(1, "с|c")
EPISODE_ALONE = _words(1, _EPISODE_SHORT, but=_ALONE)
EPISODE_COUNTED = _words(1, "с.|эп|еп|сер", but=_ALONE, only=_counted)
#: what makes an ordinal of a number
_MARKS = (
    r"(?:st|nd|rd|th|[.ªº°]{1,2}|[ªº]\.|-?[èe]me|-?e|-?[èe]re?|[-‑]?(?:я|й|а|ая|ий|ой|го|і|ша|га|ти|ма|та|ше|ге|ри|ші|шы)"
    r"|[-'’]?(?:nci|ncı|ncu|ncü|inci|ıncı|üncü|uncu|ci|cı|cu|cü|chi)|-?(?:ος|η|ο)|[΄'’´])"
)
#: no letter or digit before, and none after, nor the rest of a decimal
L, R = r"(?:^|[^\pL\pM\p{Nd}])", r"(?:$|[^\pL\pM\p{Nd}.]|\.(?:$|[^\p{Nd}]))"
BLANK = r"[\s\pZ]"
DIGITS = r"\p{Nd}{1,4}"
_ROMAN = r"[IVX]{1,5}"
_NAMED = "|".join(word for words in ORDINALS.values() for word in words.split())
_GAP = rf"(?:{BLANK}|[.:#№]){{0,3}}"
_OF = r"(?:of|out of|von|sur|de|di|van|z|ze|av|af|из|от|από|din|od|iš|no|dari|trên|מתוך|من)"
#: a total after the number of an episode, and a range, which counts from its first number: `/24`, ` of 8`, `:8`, `5-6`
TOTAL = (
    rf"(?:{BLANK}?[/／]{BLANK}?(?P<episodes>\p{{Nd}}{{1,4}})|{BLANK}?\(?{BLANK}?{_OF}{BLANK}(?P<episodes>\p{{Nd}}{{1,4}})"
    rf"|:(?P<episodes>\p{{Nd}}{{1,3}})|[-–&+]\p{{Nd}}{{1,4}})?"
)
#: what is between a season and its episode
_SEPARATOR = rf"(?:{BLANK}|[,.;:/|•·()\[\]_–—-])"
BETWEEN = _SEPARATOR + "{0,6}"
_SEASON_NUMBER = rf"(?P<season>{DIGITS}|{_ROMAN}|{_NAMED}|[Α-Ι]{{1,2}})"
SEASON_FIRST = (
    rf"(?:(?:{SEASON}){_GAP}(?P<season>{DIGITS})|(?:{SEASON_ALONE}){BLANK}(?P<season>{_ROMAN}|{_NAMED}))"
)
SEASON_LAST = rf"{_SEASON_NUMBER}{_MARKS}?{BLANK}?(?:{SEASON_WORDS})\.?"
EPISODE_FIRST = rf"(?:{EPISODE}){_GAP}(?P<episode>{DIGITS}){TOTAL}"
EPISODE_LAST = rf"(?P<episode>{DIGITS}){_MARKS}?{BLANK}?(?:{EPISODE_WORDS})\.?"
COUNT = r"(?P<episode>\p{Nd}{1,3})[/:](?P<episodes>\p{Nd}{1,3})"
#: season and episode together, in either order. A word has ended where the next one
#: begins: `1 Episodes 2` is not `1 Episode` and `s 2`.
BOTH = (
    rf"(?:(?:{SEASON_FIRST}|{SEASON_LAST})(?:{BETWEEN}{EPISODE_FIRST}|{_SEPARATOR}{{1,6}}(?:{EPISODE_LAST}|{COUNT}))"
    rf"|(?:{EPISODE_FIRST}|{EPISODE_LAST}{_SEPARATOR}){BETWEEN}(?:{_OF}{BLANK})?(?:{SEASON_FIRST}|{SEASON_LAST}))"
)
#: one of the two, where nothing else says what the number counts
ONE_EPISODE = (
    rf"(?:(?:{EPISODE_ALONE}){_GAP}(?P<episode>{DIGITS}){TOTAL}|(?P<episode>{DIGITS}){_MARKS}{BLANK}?(?:{EPISODE_ALONE})"
    rf"|(?P<episode>{DIGITS}){BLANK}?(?:{EPISODE_COUNTED}))"
)
ONE_SEASON = (
    rf"(?:(?:{SEASON_ALONE}){_GAP}(?P<season>\p{{Nd}}{{1,2}})|(?:{SEASON_ALONE}){BLANK}(?P<season>{_ROMAN}|{_NAMED})"
    rf"|(?P<season>\p{{Nd}}{{1,2}}){_MARKS}{BLANK}?(?:{SEASON_ALONE})|(?P<season>\p{{Nd}}{{1,2}}){BLANK}?(?:{SEASON_COUNTED}))"
)
#: `4 of 8` in words, which may call the episode a part: `del 4 av 8`, `osa 4/8`
ONE_OF = (
    rf"(?:(?:(?:{EPISODE_WORDS}){_GAP})?(?P<episode>\p{{Nd}}{{1,3}}){BLANK}{_OF}{BLANK}(?P<episodes>\p{{Nd}}{{1,3}})"
    rf"|(?:{EPISODE_WORDS}){_GAP}{COUNT})"
)
#: any word for a season or an episode, before and after its number; `5 c` counts only with a season after it
_BEFORE = _words(1, _EPISODE_SIGNS, _EPISODE_SHORT, "с|c", "с.|эп|еп|сер", _SEASON_SIGNS, *_season_words())
_AFTER = _words(1, _EPISODE_SHORT, "с.|эп|еп|сер", *_season_words())
_SEASON_FOLLOWS = rf"\.?{BETWEEN}(?:{_OF}{BLANK})?(?:{SEASON}|\p{{Nd}}|[IVX]|{_NAMED}|[Α-Ι])"
#: What matches wherever `BOTH`, `ONE_EPISODE` or `ONE_SEASON` do. A season in letters has an episode after it, with a digit.
NUMBERED = (
    rf"(?:(?:{_BEFORE}){_GAP}\p{{Nd}}|\p{{Nd}}+{_MARKS}?{BLANK}?(?:{_AFTER}|[сc]{_SEASON_FOLLOWS})"
    rf"|(?:{SEASON_ALONE}){BLANK}(?:[IVX]|{_NAMED})"
    rf"|(?:[IVX]+|{_NAMED}|[Α-Ι]+){_MARKS}?{BLANK}?(?:{SEASON_WORDS})(?s:.*)\p{{Nd}})"
)
#: what `BOTH` has in it, each of the two: a season, and an episode
HAS_SEASON = (
    rf"(?i)(?:{SEASON}){_GAP}\p{{Nd}}|\p{{Nd}}{_MARKS}?{BLANK}?(?:{SEASON_WORDS})"
    rf"|(?:{SEASON_ALONE}){BLANK}(?:[IVX]|{_NAMED})|(?:[IVX]|{_NAMED}|[Α-Ι]){_MARKS}?{BLANK}?(?:{SEASON_WORDS})"
)
HAS_EPISODE = (
    rf"(?i)(?:{EPISODE}){_GAP}\p{{Nd}}|\p{{Nd}}{_MARKS}?{BLANK}?(?:{EPISODE_WORDS})|\p{{Nd}}[/:]\p{{Nd}}"
)
#: what `ONE_EPISODE` has in it
HAS_ONE_EPISODE = (
    rf"(?i)(?:{EPISODE_ALONE}){_GAP}\p{{Nd}}|\p{{Nd}}{_MARKS}?{BLANK}?(?:{EPISODE_ALONE}|{EPISODE_COUNTED})"
)
#: the same as `NUMBERED` for `COUNT` and `ONE_OF`, and for two numbers with blanks around the sign between them
COUNTED = rf"(?:(?:{EPISODE_WORDS}){_GAP})?\p{{Nd}}+{BLANK}?(?:[/／:]|{_OF})"
_GROUP = re.compile(r"\(\?P<([a-z]+)>")


def unique(pattern: str) -> str:
    """The pattern with a digit at each group name that it has more than once, as RE2 wants different names."""
    seen: Counter[str] = Counter()

    def renamed(group: re.Match[str]) -> str:
        seen[group[1]] += 1
        return f"(?P<{group[1]}{seen[group[1]] if seen[group[1]] > 1 else ''}>"

    return _GROUP.sub(renamed, pattern)
